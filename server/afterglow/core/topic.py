"""What the work is about (spec A10): a package, a cluster of files or a branch, and when that changes.

Invariant: pure. Nothing changes before it held, and a change rests the next one: looking something up
elsewhere, going there and back, and saving everything at once are no change of topic.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from attrs import evolve, frozen

from afterglow.core.clean import one_line
from afterglow.core.kinds import MAIN_BRANCHES
from afterglow.core.secret_files import is_secret_file

ENOUGH: Final = 3
"""So much weight in a row, with nothing else between, is a change."""
FEWER: Final = 2
HELD_MS: Final = 4 * 60 * 1_000
"""So much weight is enough when the first and the last of it lie this far apart."""
REST_MS: Final = 10 * 60 * 1_000
"""After a change there is none for so long."""
OF_SAVE_MS: Final = 10_000
"""Saves closer together are one: somebody saved everything."""
OF_EDIT_MS: Final = 60_000
"""Typing counts once in so long."""
NAME_COLUMNS: Final = 32
MOST_PARTS: Final = 2

ELSEWHERE: Final = frozenset(
    {
        "node_modules",
        "site-packages",
        "vendor",
        "third_party",
        "venv",
        "env",
        "dist",
        "build",
        "target",
        "out",
    }
    | {
        "bin",
        "obj",
        "coverage",
        "htmlcov",
        "tmp",
        "temp",
        "__pycache__",
        "__pypackages__",
        "bower_components",
    }
)
"""Folders of what others wrote or tools made: no topic of anybody's."""
MANIFESTS: Final = (
    *("package.json", "pyproject.toml", "setup.py", "setup.cfg", "Cargo.toml", "go.mod", "pom.xml"),
    *("build.gradle", "build.gradle.kts", "composer.json", "Gemfile", "mix.exs", "pubspec.yaml"),
    *("Package.swift", "CMakeLists.txt", "BUILD.bazel", "deno.json"),
)
"""A folder with one of these is a package."""
_PART: Final = re.compile(r"[\w][\w .@+-]*")
_TICKET: Final = re.compile(r"^(?:[A-Z]{2,10}-)?\d+[-_]")


@frozen
class Held:
    """What counts now and what would like to. Times in ms.

    ``now``: None until something held for the first time. ``rival``: another name, with ``weight`` from
    ``began`` to ``last``. ``changed_at``: when ``now`` last changed.
    """

    now: str | None = None
    changed_at: int | None = None
    rival: str | None = None
    began: int = 0
    last: int = 0
    weight: int = 0


@frozen
class Change:
    """From one name to another; both are known."""

    before: str
    after: str


def heard(
    held: Held, name: str, at: int, *, weight: int = 1, apart_ms: int = 0
) -> tuple[Held, Change | None]:
    """A sign of ``name`` at ``at``. Signs of one name within ``apart_ms`` count once.

    The first name that holds is taken without a change: nothing was left for it.
    """
    if name == held.now:
        return (evolve(held, rival=None, weight=0) if held.rival is not None else held), None
    if name != held.rival:
        held = evolve(held, rival=name, began=at, last=at, weight=weight)
    elif at < held.last:
        # The clock was set back: what was counted stays, how long it lasted is not known any more.
        held = evolve(held, began=at, last=at)
    elif at - held.last >= apart_ms:
        held = evolve(held, last=at, weight=held.weight + weight)
    if held.weight < (FEWER if held.last - held.began >= HELD_MS else ENOUGH):
        return held, None
    if held.now is None:
        return Held(now=name), None
    if held.changed_at is not None and abs(at - held.changed_at) < REST_MS:
        return held, None
    return Held(now=name, changed_at=at), Change(held.now, name)


def switched(held: Held) -> Held:
    """Another branch: what was about to count is left behind."""
    return evolve(held, rival=None, weight=0)


def name_of(below: str, package: str | None, branch: str | None) -> str | None:
    """What a file is about, None where that cannot be said.

    ``below``: its path below the workspace. ``package``: the nearest folder above it that holds one of
    ``MANIFESTS``, as a path below the workspace, None or empty for the workspace itself. A file that lies
    in no folder is about its branch, if that is not one of the main ones.
    """
    parts = tuple(part for part in below.replace("\\", "/").split("/") if part)
    if not parts or is_secret_file(below) or _foreign(parts[:-1]):
        return None
    folders = tuple(part for part in (package or "").split("/") if part)
    inside = parts[: len(folders)] == folders
    named = folders[-MOST_PARTS:] if folders and inside else parts[:-1][:MOST_PARTS]
    if named:
        return one_line("/".join(named), NAME_COLUMNS) or None
    return branch_name(branch)


def branch_name(branch: str | None) -> str | None:
    """A branch as a topic: the last part of its name without a ticket's number, in words."""
    if not branch or branch in MAIN_BRANCHES:
        return None
    words = _TICKET.sub("", branch.rpartition("/")[2]).replace("-", " ").replace("_", " ")
    name = one_line(words, NAME_COLUMNS)
    return name if any(char.isalpha() for char in name) else None


def _foreign(folders: Sequence[str]) -> bool:
    return any(
        part.lower() in ELSEWHERE or part.startswith(".") or _PART.fullmatch(part) is None for part in folders
    )
