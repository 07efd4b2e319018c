"""``afterglow hook``: the text that a shell reads to report how its long commands end.

Invariant: what is printed names this very program by its full path, quoted for that shell, so that no
folder a user walks into can put another in its place.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from pathlib import Path
from typing import Final

from afterglow.cli import Usage, output, places
from afterglow.cli.itself import itself

SHELLS: Final = ("bash", "zsh", "fish")
_FOLDER: Final = Path(__file__).parent / "hooks"
_WORDS: Final = (
    *("test", "spec", "tox", "nox", "jest", "mocha", "bats", "behave"),
    *("build", "make", "compile", "ninja", "gradle", "mvn", "cargo", "webpack", "vite", "tsc"),
    *("lint", "check", "mypy", "pyright", "ruff"),
)
"""A command between one second and ``minJobSeconds`` is reported where its line holds one of these: the
end of a red phase is news however short the run."""


def hook(options: argparse.Namespace) -> int:
    """Print the hook of a shell, or what takes it out again. Raises Usage."""
    if options.shell not in SHELLS:
        said = "name a shell" if options.shell is None else f"{options.shell}: there is no hook for that"
        raise Usage(f"hook: {said}; bash, zsh and fish have one, as in: afterglow hook bash")
    if options.uninstall:
        output.say(_text("remove", options.shell))
        return 0
    fish = options.shell == "fish"
    filled = {
        "@PROGRAM@": " ".join(_fish_quoted(word) if fish else shlex.quote(word) for word in program()),
        "@LEAST_MS@": str(round(places.settings().min_job_seconds * 1000)),
        "@WORDS@": " | ".join(f"*{word}*" for word in _WORDS),
        "@PATTERN@": "|".join(_WORDS),
    }
    text = _text("afterglow", options.shell)
    for name, value in filled.items():
        text = text.replace(name, value)
    output.say(text)
    return 0


def program() -> tuple[str, ...]:
    """The words that start this program from any folder."""
    # Not resolved: a link such as pipx makes outlives the next version, its target may not.
    called = Path(os.path.abspath(sys.argv[0]))  # noqa: PTH100 - Path.resolve would follow the link
    for script in (called, Path(sys.executable).with_name("afterglow")):
        if script.name.partition(".")[0] == "afterglow" and script.is_file() and os.access(script, os.X_OK):
            return (str(script),)
    return itself()


def _text(part: str, shell: str) -> str:
    return (_FOLDER / f"{part}.{shell}").read_text(encoding="utf-8").rstrip("\n")


def _fish_quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
