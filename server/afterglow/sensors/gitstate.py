"""Unfinished operations of one checkout: which there are now, and which of them are conflicts.

Invariant: an operation counts as a conflict only where git itself says that something conflicts and
it has stayed so for two seconds; a merge that waits for its message or a rebase whose list is being
edited is unfinished, but no conflict. A conflict is named by its state file, so that every window
and every restart names it alike.
"""

from __future__ import annotations

import re
from typing import Final

from attrs import evolve, frozen

from afterglow.sensors.gitread import Below

_STATES: Final = (
    ("merge", "MERGE_HEAD"),
    ("rebase", "rebase-merge"),
    ("rebase", "rebase-apply"),
    ("cherry-pick", "CHERRY_PICK_HEAD"),
    ("revert", "REVERT_HEAD"),
)
NAMES: Final = (*(name for _, name in _STATES), "MERGE_MSG", "REBASE_HEAD")
"""The names in a git directory whose coming and going tells about unfinished operations."""

ENDED_BY: Final = {
    "merge": ("merge", "pull"),
    "rebase": ("rebase", "pull", "commit"),
    "cherry-pick": ("cherry-pick", "commit"),
    "revert": ("revert", "commit"),
}
"""The happenings that complete an operation; one that ends without them was given up."""

_STAYED_MS: Final = 2_000
_LOCKED_MS: Final = 1_000
_STALE_LOCK_MS: Final = 30_000
_MESSAGE_LIMIT: Final = 64 * 1024
_CONFLICTS: Final = re.compile(rb"^(?:[^\s\w]{1,8}[ \t])?Conflicts:\r?$", re.MULTILINE)


@frozen
class State:
    """One unfinished operation. ``identity`` names this very one; times in ms since the epoch.

    ``conflict_at``: when git said that it conflicts, None where it did not.
    """

    operation: str
    identity: str
    begun: int
    conflict_at: int | None


@frozen
class Open:
    """A conflict that was reported as begun. ``resolved``: what it was about has been completed."""

    operation: str
    resolved: bool = False


@frozen
class Change:
    """A conflict that began or ended. ``at`` is None where only the present instant is known."""

    kind: str
    operation: str
    identity: str
    at: int | None
    resolved: bool = False


def states(own: Below) -> list[State]:
    """The operations that are unfinished right now; five stats where there are none."""
    found: list[State] = []
    for operation, name in _STATES:
        stat = own.folder(name) if name.startswith("rebase") else own.file(name)
        if stat is None or any(state.operation == "rebase" for state in found):
            continue
        # A rebase's folder is written to at every step: what is written once tells it from others.
        token = own.file(name, "orig-head") if operation == "rebase" else stat
        stamp = token.st_mtime_ns if token is not None else 0
        begun = (token or stat).st_mtime_ns // 10**6
        found.append(State(operation, f"{name}:{stat.st_ino}:{stamp}", begun, _conflict_at(own, name)))
    return found


def locked(own: Below, now: int) -> bool:
    """Whether git is at work here; a lock that a dead git left behind does not count for long."""
    for name in ("HEAD.lock", "index.lock"):
        stat = own.file(name)
        if stat is not None and now - stat.st_mtime_ns // 10**6 < _STALE_LOCK_MS:
            return True
    return False


class Conflicts:
    """Which conflicts are open. ``opened`` is what has to be remembered over a restart."""

    def __init__(self, opened: dict[str, Open]) -> None:
        self.opened = opened
        self._since: dict[str, int] = {}

    def update(
        self, own: Below, now: int, found: list[State], done: set[str]
    ) -> tuple[list[Change], int | None]:
        """What has begun and ended, and after how many ms to ask again because something settles.

        ``done``: the kinds of git happening that were read since the last call.
        """
        for identity, conflict in self.opened.items():
            if done & set(ENDED_BY[conflict.operation]):
                self.opened[identity] = evolve(conflict, resolved=True)
        present = {state.identity for state in found}
        changes = [
            Change("conflict.end", conflict.operation, identity, None, conflict.resolved)
            for identity, conflict in self.opened.items()
            if identity not in present
        ]
        for change in changes:
            del self.opened[change.identity]
        conflicting = {state.identity for state in found if state.conflict_at is not None}
        self._since = {identity: self._since.get(identity, now) for identity in conflicting}
        waits: list[int] = []
        for state in found:
            if state.identity in self.opened:
                continue
            if state.conflict_at is None:
                left = _STAYED_MS - (now - state.begun)
                waits += [left] if 0 < left <= _STAYED_MS else []
                continue
            stayed = max(now - state.conflict_at, now - self._since[state.identity])
            if stayed < _STAYED_MS:
                waits.append(min(_STAYED_MS - stayed, _STAYED_MS))
            elif locked(own, now):
                waits.append(_LOCKED_MS)
            else:
                self.opened[state.identity] = Open(state.operation)
                at = min(now, state.conflict_at)
                changes.append(Change("conflict.begin", state.operation, state.identity, at))
        return changes, min(waits) + 20 if waits else None


def _conflict_at(own: Below, name: str) -> int | None:
    if name == "rebase-apply":
        # Applying patches leaves no message; a patch number that stands still is one that failed.
        step = own.file(name, "next")
        return step.st_mtime_ns // 10**6 if step is not None else None
    stat = own.file("MERGE_MSG")
    message = own.read("MERGE_MSG", limit=_MESSAGE_LIMIT) if stat is not None else None
    if stat is None or message is None or not _CONFLICTS.search(message):
        return None
    return stat.st_mtime_ns // 10**6
