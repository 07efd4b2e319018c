"""Records real runs under ``tests/data/runners``: what each runner wrote, what it said, what that comes to.

``python -m tests.support.runners.record [runner ...]``; those that this machine lacks are named, and kept
as they were recorded before. Invariant: nothing of the machine that recorded is kept, but the times.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.support.rawclient import ROOT
from tests.support.runners import running
from tests.support.runners.shapes import STATES, Runner

_HOST: Final = re.compile(r'\bhostname="[^"]*"')
_PROPERTY: Final = re.compile(r'(<property\s+name="(?!go\.version")[^"]*"\s+value=)"[^"]*"')
"""Surefire writes every property of the Java machine, home and user among them: the names are enough."""
_WHERE: Final = re.compile(r"/(?:home|root|tmp|usr|work|Users)/[^\s\"'<>:()]*")
"""Paths of a machine that are still there when the project's own are gone."""


def clean(text: str, root: Path) -> str:
    """``text`` without the places and names of this machine."""
    for place, instead in (
        (str(root), "/project"),
        (str(running.CACHE), "/kit"),
        (str(ROOT), "/kit"),
    ):
        text = text.replace(place, instead)
    text = _PROPERTY.sub(r'\1""', _HOST.sub('hostname="host"', text))
    return _WHERE.sub("/elsewhere", text)


def left(text: str) -> list[str]:
    """What of this machine stands in ``text`` all the same."""
    text = re.sub(r'<property\s+name="[^"]*"', "", text)
    own = {socket.gethostname(), getpass.getuser(), str(Path.home()), "registry"} - {"root"}
    return sorted(name for name in own if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text))


def record(runner: Runner) -> None:
    """Runs one project three times and keeps what came of it."""
    kept = running.RECORDED / runner.name
    shutil.rmtree(kept, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HOME"] = folder
        root = Path(folder).resolve() / "project"
        root.mkdir()
        running.begin(runner, root)
        known: dict[Path, int] = {}
        for state in STATES:
            running.write(runner, root, state)
            made = running.run(runner, root)
            found = {path: path.stat().st_mtime_ns for glob in runner.reports for path in root.glob(glob)}
            for path in sorted(path for path, at in found.items() if known.get(path) != at):
                _keep(kept / state / path.relative_to(root), clean(path.read_text(encoding="utf-8"), root))
            known = found
            _keep(kept / state / "summary.txt", clean(made.summary, root))
            _keep(kept / state / "expected.json", json.dumps(made.counts.as_json()) + "\n")
            print(runner.name, state, made.counts.as_json())  # noqa: T201 - a command for the terminal


def _keep(path: Path, text: str) -> None:
    if left(text):
        raise SystemExit(f"{path.name} still holds {', '.join(left(text))}; teach clean() to take it out")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def main(names: list[str]) -> None:
    """Records the runners named, or all."""
    for name in names or running.RUNNERS:
        if name not in running.RUNNERS:
            raise SystemExit(f"no runner {name}; there are {', '.join(running.RUNNERS)}")
        try:
            record(running.RUNNERS[name])
        except running.Lacking as lack:
            print(lack, file=sys.stderr)  # noqa: T201 - a command for the terminal


if __name__ == "__main__":
    main(sys.argv[1:])
