"""What is asked of a workspace's files beyond what the sensors see.

Invariant: nothing is read of a workspace that is not trusted, at the moment that it is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from afterglow.loop.setting import Looks
from afterglow.sensors import todos

T = TypeVar("T")


def looks_where(trusted: Callable[[], bool]) -> Looks:
    """The looks of a window, for the store's thread."""

    def where_read(look: Callable[[str, str], T | None]) -> Callable[[str, str], T | None]:
        return lambda place, path: look(place, path) if trusted() else None

    return Looks(
        uncommitted=lambda place: uncommitted(place) if trusted() else None,
        remarks=where_read(todos.remarks),
        present=where_read(todos.present),
        package=where_read(todos.package_of),
    )


def uncommitted(workspace: str) -> int | None:
    """How many files of a workspace differ from what was committed or staged, at least; None where git's
    index does not tell."""
    # Not at start: asked once a session, on the store's thread.
    from afterglow.sensors import gitindex  # noqa: PLC0415 - see above

    found = gitindex.uncommitted(workspace)
    return None if found is None else found.modified + found.deleted + found.conflicted
