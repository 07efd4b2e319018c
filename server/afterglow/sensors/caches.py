"""What test runners keep of their last run: which tests fail, and which of those pass again.

Invariant: a file proves what ``runner_states.RUNNERS`` and ``pytest_cache`` say and nothing more; each state
of it gives one observation, without counts. What was there before the first look is only remembered.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from typing import Final

from attrs import evolve, frozen, mutable

from afterglow.core.model import Anchor, Json, Observation, Status
from afterglow.sensors import pytest_cache
from afterglow.sensors.definition import anchor_of
from afterglow.sensors.junit import clean_name
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.opening import read_inside
from afterglow.sensors.runner_states import MAX_BYTES, RUNNERS, Read, Runner, State, read_state
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch_plan import Names, nearest

WAIT_MS: Final = 1_500
"""How long a report of the same run is waited for: it tells more, and should be heard first."""
LIVE_MS: Final = 120_000
RECENT_MS: Final = 2 * 60 * 60 * 1000
LOOK_AGAIN_MS: Final = 500
SETTLED_MS: Final = 5_000
MAX_WATCHES: Final = 2
MAX_ENTRIES: Final = 2_000
MAX_PLACES: Final = 8
MAX_FAILING: Final = 50
MAX_OTHERS: Final = 32
MAX_PLACED: Final = 100
MAX_LEFT: Final = 200

_REFUSED: Final = "a test runner's cache was not read: it is too big or damaged, and can be deleted"


@frozen
class _Change:
    """One state of a file that waits for its moment since ``since`` (ms).

    ``failed``: ids that failed in the run. ``mended``: ids that passed in it, as in the ledger, with the
    place of the first. ``doubtful``: something left the file without proof. ``names``: all it still names.
    """

    since: int
    key: str
    at: int
    live: bool
    failed: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    anchor: Anchor | None = None
    doubtful: bool = False
    names: tuple[str, ...] = ()
    status: Status | None = None


@mutable
class _File:
    """One file of one runner: the last state that could be used, one after it that could not, and what
    waits to be told."""

    runner: Runner
    parts: tuple[str, ...]
    seen: Read | None = None
    useless: Read | None = None
    waiting: tuple[_Change, ...] = ()
    refused: bool = False
    placed: frozenset[str] = frozenset()
    """Of the names in it, those whose definition was seen in their file while they failed."""


class CacheSensor:
    """Looks at the state files of the runners in one workspace. Not thread-safe: one caller at a time."""

    def __init__(self, root: str, ledger: Ledger, wait_ms: int = WAIT_MS) -> None:
        """``root``: canonical path. ``ledger``: what is failing there, shared with the reports."""
        self._root = root
        self._ledger = ledger
        self._wait_ms = wait_ms
        self._files: dict[tuple[str, ...], _File] = {}
        self._sources = pytest_cache.Sources(root)
        """What was read during this scan; the next one reads again."""

    def folders(self) -> Mapping[str, Names]:
        """The folders of the files that exist and, as far as ``MAX_WATCHES`` go, of those that may come."""
        wanted: dict[str, Names] = {}
        held: set[str] = set()
        places = list(self._places())
        places.sort(key=lambda place: not os.path.lexists(self._path(place[1])))
        for _, parts in places:
            folder = self._path(parts[:-1])
            real, missing = nearest(folder)
            needs = {real} if missing else {real, os.path.dirname(real)}  # noqa: PTH120
            if len((held | needs) - {self._root, os.path.dirname(self._root)}) > MAX_WATCHES:  # noqa: PTH120
                continue
            held |= needs
            known = wanted.get(folder, Names()).exact
            wanted[folder] = Names(exact=known | {parts[-1]})
        return wanted

    def scan(self, now: int, live: bool) -> Seen:
        """What is new since the last scan. ``live`` False: nothing is new yet, only remembered. In ms.

        A stat for each file; what changed is read, and for a test that passes again a few source files.
        """
        observations: list[Observation] = []
        again: list[int] = []
        for runner, parts in self._places():
            file = self._files.setdefault(parts, _File(runner, parts))
            settling = self._look(file, now, live)
            if settling:
                again.append(LOOK_AGAIN_MS)
        for file in self._files.values():
            left: list[_Change] = []
            for change in file.waiting:
                waited = now - change.since
                if 0 <= waited < self._wait_ms:
                    left.append(change)
                    again.append(self._wait_ms - waited)
                else:
                    observations.append(self._observe(file, change, now))
            file.waiting = tuple(left)
        self._sources = pytest_cache.Sources(self._root)
        problem = _REFUSED if any(file.refused for file in self._files.values()) else None
        return Seen(tuple(observations), min(again, default=None), problem)

    # -- looking ------------------------------------------------------------------------------------

    def _places(self) -> Iterator[tuple[Runner, tuple[str, ...]]]:
        for runner in RUNNERS:
            if runner.needs is not None and not os.path.lexists(self._path((runner.needs,))):
                continue
            for parts in runner.places:
                if parts[0].endswith("*"):
                    for name in self._starting(parts[0][:-1]):
                        yield runner, (name, *parts[1:])
                else:
                    yield runner, parts

    def _starting(self, start: str) -> list[str]:
        """The folders of the root whose names start so, the first few by name."""
        names: list[str] = []
        with contextlib.suppress(OSError), os.scandir(self._root) as entries:
            for count, entry in enumerate(entries):
                if count >= MAX_ENTRIES:
                    break
                if entry.name.startswith(start) and entry.is_dir(follow_symlinks=False):
                    names.append(entry.name)
        return sorted(names)[:MAX_PLACES]

    def _path(self, parts: tuple[str, ...]) -> str:
        return os.path.join(self._root, *parts)  # noqa: PTH118

    def _look(self, file: _File, now: int, live: bool) -> bool:
        """Take in what a file says now; gives whether it may be half written."""
        seen = file.seen
        read = read_state(self._root, file.parts, file.runner, (seen, file.useless))
        if read is None:
            # The names in it were not seen to pass: they stay in the ledger, but the file begins anew.
            file.seen, file.useless, file.refused = None, None, False
            return False
        if read is seen:
            return False
        if read.told is None:
            file.useless, file.refused = read, now - read.at >= SETTLED_MS
            return not file.refused and read.at <= now
        file.seen, file.useless, file.refused = read, None, False
        at = min(read.at, now)
        if not live or (seen is not None and read.mtime_ns < seen.mtime_ns):
            self._begin(file.runner, read.told, at, now)
            if file.runner.mends:
                self._place(file, read.told.names)
        elif seen is None or (read.mtime_ns, read.digest) != (seen.mtime_ns, seen.digest):
            self._changed(file, seen, read, now)
        return False

    def _begin(self, runner: Runner, told: State, at: int, now: int) -> None:
        """Remember what failed not long ago, by a file that was there before."""
        if runner.mends and now - at <= RECENT_MS:
            known = self._ledger.asked(now)
            names = [name for name in told.names if not pytest_cache.is_gone(self._root, name)]
            ids = map(pytest_cache.junit_id, names)
            self._ledger.failed(runner.label, [test for test in ids if test not in known], at)

    def _place(self, file: _File, names: tuple[str, ...]) -> None:
        """Remember which of these have their definition where their id says (others may inherit it)."""
        known = file.placed.intersection(names)
        asked = [name for name in names if name not in known][:MAX_PLACED]
        file.placed = known.union(name for name in asked if self._sources.defined_at(name) is not None)

    def _changed(self, file: _File, seen: Read | None, read: Read, now: int) -> None:
        assert read.told is not None
        runner, told = file.runner, read.told
        at = min(read.at, now)
        change = _Change(now, read.key(self._path(file.parts)), at, now - at <= LIVE_MS, status=told.status)
        anew = seen is None or seen.folder != read.folder
        before = seen.told.names if seen is not None and seen.told is not None else ()
        if not runner.mends:
            known = frozenset(() if runner.fails == "every" else before)
            failed = tuple(name for name in told.names if name not in known)
            if failed or told.status is not None:
                file.waiting += (evolve(change, failed=failed),)
            return
        # What is missing in a cache that was cleared proves nothing.
        proves = not anew and seen is not None and not read.overlaps(seen)
        if set(before) != set(told.names):
            file.waiting += (self._judged(change, runner, before, told.names, proves),)
        self._place(file, told.names)

    def _judged(
        self,
        change: _Change,
        runner: Runner,
        before: tuple[str, ...],
        names: tuple[str, ...],
        proves: bool,
    ) -> _Change:
        """What it shows that pytest's cache named ``before`` and now ``names``; failures are remembered.
        ``proves``: one run wrote it, that had read the state before."""
        known, still = frozenset(before), frozenset(names)
        left = [name for name in before if name not in still]
        new = [name for name in names if name not in known]
        # A module that could be collected again gives its place to its tests, whether or not they ran.
        held = frozenset[str]().union(*map(pytest_cache.holders, names))
        opened = held.intersection(left)
        inherited = frozenset(name for name in new if not opened.isdisjoint(pytest_cache.holders(name)))
        failed = tuple(name for name in new if name not in inherited)
        self._ledger.failed(runner.label, map(pytest_cache.junit_id, new), change.at)
        if proves:
            self._ledger.gone(runner.label, map(pytest_cache.junit_id, opened))
        mended: list[str] = []
        anchor: Anchor | None = None
        doubtful = len(left) > MAX_LEFT or not proves
        for name in left[:MAX_LEFT] if proves else ():
            if name in opened:
                continue
            found = self._sources.defined_at(name)
            if found is None or not self._sources.cannot_skip(name, change.at):
                doubtful = True
                continue
            mended.append(pytest_cache.junit_id(name))
            anchor = anchor or found
        return evolve(
            change,
            failed=failed,
            mended=tuple(mended),
            anchor=None if failed else anchor,
            doubtful=doubtful,
            names=names,
        )

    # -- telling ------------------------------------------------------------------------------------

    def _observe(self, file: _File, change: _Change, now: int) -> Observation:
        label = file.runner.label
        if change.mended:
            self._ledger.passed(label, frozenset(change.mended), change.at)
        status: Status = "unknown"
        if change.failed or change.status == "fail":
            status = "fail"
        elif change.status is not None:
            status = (
                "unknown" if change.status == "ok" and self._ledger.standing(label, now) else change.status
            )
        elif change.mended and not change.doubtful and not self._stands(file, change, now):
            status = "ok"
        names = map(pytest_cache.spoken if file.runner.mends else str, change.failed)
        data: dict[str, Json] = {"job": "test", "mended": len(change.mended)}
        if status == "fail":
            # Only then: names of failures and a report's counts are told by the same source or not at all.
            data["failing"] = [name for name in map(clean_name, names) if name][:MAX_FAILING]
        return Observation(
            kind="job.finished",
            workspace=self._root,
            source="cache",
            at=change.at,
            label=label,
            status=status,
            data=data,
            key=change.key,
            silent=not change.live,
            anchor=change.anchor,
        )

    def _stands(self, file: _File, change: _Change, now: int) -> bool:
        """Whether a test of this runner that failed was not seen to pass since."""
        label = file.runner.label
        found = read_inside(self._root, (*file.parts[:-1], "nodeids"), MAX_BYTES) if change.names else None
        collected = None if found is None else found.decode("utf-8", "replace")
        for name in change.names:
            if not (
                pytest_cache.is_gone(self._root, name)
                or (name in file.placed and self._sources.is_undefined(name, collected))
            ):
                return True
            self._ledger.gone(label, [pytest_cache.junit_id(name)])
        if self._ledger.standing(label, now):
            return True
        # A report may have been given another name; its tests are Python's all the same.
        others = sorted(self._ledger.asked(now))
        return len(others) > MAX_OTHERS or any(
            place is not None and place.uri.endswith(".py")
            for place in (anchor_of(self._root, test, None) for test in others)
        )
