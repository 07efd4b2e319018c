"""What a move of HEAD brought, by numbers: commits of others, how many people, who is new, and how many
commits the whole history holds (spec S7).

Invariant: numbers only, and only proven ones: a history that cannot be read whole (a shallow clone, a
missing object, too many commits, too little time) counts nothing.
"""

from __future__ import annotations

import heapq
import time
from typing import Final

from attrs import frozen

from afterglow.sensors.gitobjects import Commit, Objects, person
from afterglow.sensors.gitread import Below

MAX_ARRIVED: Final = 2_000
MAX_HISTORY: Final = 20_000
LOOK_SECONDS: Final = 0.06
"""The most that one look costs; a longer history is counted over several."""
_THEIRS, _OURS = 1, 2
_SLACK_S: Final = 24 * 60 * 60


@frozen
class Arrived:
    """``commits`` of others, by so many ``people``; ``newcomers``: of these, who have no earlier commit in
    the history, None where that is not known."""

    commits: int
    people: int
    newcomers: int | None = None


class Team:
    """The history of one checkout, as far as it was counted. One caller at a time."""

    def __init__(self, common: Below) -> None:
        self._common = common
        self._head = ""
        self._seen: set[bytes] = set()
        self._people: set[bytes] = set()
        self._frontier: list[str] = []
        self._broken = False

    def arrived(self, old: str, new: str, me: bytes) -> Arrived | None:
        """What lies between two commits (hex) that others than ``me`` (see ``person``) wrote, merges left
        out. None where the way from one to the other cannot be read."""
        if self._common.file("shallow") is not None:
            return None
        with Objects(self._common) as objects:
            fresh = _between(objects, old, new)
        if fresh is None:
            return None
        theirs = [one.author for one in fresh if one.author != me and len(one.parents) < 2]
        people = set(theirs)
        known = self._people if self._whole(old) else None
        return Arrived(len(theirs), len(people), None if known is None else len(people - known))

    def numbers(self, old: str, new: str, email: bytes, *, alone: bool) -> dict[str, int]:
        """What is known of a move of HEAD, made by whom ``email`` names, for the event that tells of it:
        ``arrived``, ``people`` and ``newcomers`` unless it is a commit made here (``alone``), ``history``
        and ``history_before``."""
        before = len(self._seen) if self._whole(old) else None
        arrived = None if alone else self.arrived(old, new, person(email))
        now = self.total(new)
        found: dict[str, int | None] = {}
        if arrived is not None:
            found |= {"arrived": arrived.commits, "people": arrived.people, "newcomers": arrived.newcomers}
        if before is not None and now is not None:
            found |= {"history": now, "history_before": before}
        return {name: value for name, value in found.items() if value is not None}

    def total(self, head: str) -> int | None:
        """How many commits HEAD's history holds; None as long as they are not all counted."""
        if self._common.file("shallow") is not None:
            return None
        until = time.monotonic() + LOOK_SECONDS
        with Objects(self._common) as objects:
            if head != self._head and not self._advance(objects, head, until):
                self._begin(head)
            self._walk(objects, until)
        return len(self._seen) if self._whole(head) else None

    def _whole(self, head: str) -> bool:
        return self._head == head and not self._frontier and not self._broken

    def _begin(self, head: str) -> None:
        self._head, self._broken = head, False
        self._seen, self._people = {bytes.fromhex(head)} if head else set(), set()
        self._frontier = [head] if head else []

    def _advance(self, objects: Objects, head: str, until: float) -> bool:
        """Goes on from the head that was counted, if it is an ancestor of ``head`` by a few commits."""
        if not self._head or self._frontier or self._broken:
            return False
        fresh: dict[str, Commit] = {}
        todo, reached = [head], False
        while todo:
            sha = todo.pop()
            reached = reached or sha == self._head
            if sha in fresh or bytes.fromhex(sha) in self._seen:
                continue
            commit = objects.commit(sha) if len(fresh) < MAX_ARRIVED else None
            if commit is None or time.monotonic() > until:
                return False
            fresh[sha] = commit
            todo += commit.parents
        if not reached:
            return False
        self._head = head
        self._seen.update(bytes.fromhex(sha) for sha in fresh)
        self._people.update(commit.author for commit in fresh.values())
        return True

    def _walk(self, objects: Objects, until: float) -> None:
        while self._frontier and not self._broken and time.monotonic() < until:
            commit = objects.commit(self._frontier.pop())
            if commit is None or len(self._seen) > MAX_HISTORY:
                self._broken = True
                self._seen, self._people, self._frontier = set(), set(), []
                return
            self._people.add(commit.author)
            for parent in commit.parents:
                raw = bytes.fromhex(parent)
                if raw not in self._seen:
                    self._seen.add(raw)
                    self._frontier.append(parent)


def _between(objects: Objects, old: str, new: str) -> list[Commit] | None:
    """The commits that lead to ``new`` and not to ``old``: both histories are walked back by time until
    all that is left is known to ``old``."""
    theirs, ours = _THEIRS, _OURS
    marks: dict[str, int] = {}
    commits: dict[str, Commit] = {}
    heap: list[tuple[int, str]] = []

    def reach(sha: str, mark: int) -> bool:
        if marks.get(sha, 0) | mark == marks.get(sha):
            return True
        commit = commits.get(sha) or (objects.commit(sha) if len(commits) < MAX_ARRIVED else None)
        if commit is None:
            return False
        commits[sha] = commit
        marks[sha] = marks.get(sha, 0) | mark
        heapq.heappush(heap, (-commit.time, sha))
        return True

    if not (reach(new, theirs) and reach(old, ours)):
        return None
    # A day beyond the oldest of them: clocks of different people go differently.
    while any(marks[sha] == theirs for _, sha in heap) or -heap[0][0] > _oldest(commits, marks) - _SLACK_S:
        _, sha = heapq.heappop(heap)
        for parent in commits[sha].parents:
            if not reach(parent, marks[sha]):
                return None
        if not heap:
            break
    return [commits[sha] for sha, mark in marks.items() if mark == theirs]


def _oldest(commits: dict[str, Commit], marks: dict[str, int]) -> int:
    return min((commits[sha].time for sha, mark in marks.items() if mark == _THEIRS), default=1 << 60)
