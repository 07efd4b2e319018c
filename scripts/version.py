"""Prints the version, or says in one line which places disagree: ``version.py [TAG]``.

``server/afterglow/__init__.py`` is the source. ``package.json``, its lock file and, for a tag, the changelog
must say the same. Invariant: standard library only, nothing is written.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def version() -> str:
    """The version of the package, from its one place."""
    text = (ROOT / "server" / "afterglow" / "__init__.py").read_text(encoding="utf-8")
    found = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if found is None:
        raise ValueError("server/afterglow/__init__.py names no version")
    return found[1]


def others(wanted: str, tag: str | None) -> Iterator[str]:
    """What is wrong in the other places, one line each."""
    extension = ROOT / "vscode-extension"
    for name in ("package.json", "package-lock.json"):
        said = json.loads((extension / name).read_text(encoding="utf-8"))["version"]
        if said != wanted:
            yield f"vscode-extension/{name} says {said}, server/afterglow/__init__.py says {wanted}"
    if tag is None:
        return
    if tag != f"v{wanted}":
        yield f"the tag is {tag}, server/afterglow/__init__.py says {wanted}"
    if f"\n## [{wanted}]" not in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"):
        yield f"CHANGELOG.md has no section [{wanted}]"


def main(words: Sequence[str]) -> int:
    """Print the version; 1 with a line for each place that says otherwise."""
    wanted = version()
    wrong = list(others(wanted, words[0] if words else None))
    for line in wrong:
        sys.stderr.write(f"version: {line}\n")
    if not wrong:
        sys.stdout.write(wanted + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
