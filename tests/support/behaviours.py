"""What every editor is asked to show, and the table of which real editor showed it.

A test says ``@shows("neovim", "a line on a commit")``; ``make e2e`` ends with the table of what was seen.
Invariant: a cell says yes only where every test that names it passed, and a blank one was not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import pytest

EDITORS: Final = ("vscode", "neovim", "helix", "emacs", "vim")
BEHAVIOURS: Final = (
    "a line on a commit",
    "a line on the first green",
    "a hint at its line, and its going",
    "silence on red",
    "the reminder at the second opening",
    "rating",
    "quiet for a while",
    "the mode lasts over a restart",
    "the mode lasts over an update",
    "a killed server comes back, no popup",
    "a server that cannot start stays quiet",
    "two windows, one line",
    "restricted: nothing is read",
    "tasks and terminals reported",
    "nothing of ours in git status",
    "no process left behind",
)

Cell = tuple[str, str]


def shows(
    editor: Literal["vscode", "neovim", "helix", "emacs", "vim"], *behaviours: str
) -> pytest.MarkDecorator:
    """Mark a test as the proof of these behaviours in this editor. ValueError for an unknown one."""
    for behaviour in behaviours:
        if behaviour not in BEHAVIOURS:
            raise ValueError(f"{behaviour!r} is not in BEHAVIOURS")
    return pytest.mark.shows(editor, *behaviours)


def cells_of(marks: Iterable[pytest.Mark]) -> list[Cell]:
    """The cells that a test's marks name."""
    return [(mark.args[0], behaviour) for mark in marks for behaviour in mark.args[1:]]


def table(seen: Mapping[Cell, bool]) -> list[str]:
    """The rows to print; none where nothing was asked."""
    if not seen:
        return []
    wide = max(len(name) for name in BEHAVIOURS)
    rows = [" " * wide + "".join(f"  {editor:^7}" for editor in EDITORS)]
    for behaviour in BEHAVIOURS:
        marks = [_word(seen.get((editor, behaviour))) for editor in EDITORS]
        rows.append(f"{behaviour:<{wide}}" + "".join(f"  {mark:^7}" for mark in marks))
    return [row.rstrip() for row in rows]


def _word(outcome: bool | None) -> str:
    return "" if outcome is None else "yes" if outcome else "FAILED"
