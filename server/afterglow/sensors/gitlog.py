"""Following one reflog file: which of its lines are new, however git has replaced it meanwhile.

Invariant: a line is handed out once and only when it is complete; what a file holds at first sight
is the baseline and is not handed out. At most the last 8 MiB are ever read.
"""

from __future__ import annotations

import os
from typing import Final

from attrs import evolve, field, frozen

from afterglow.sensors import reflog
from afterglow.sensors.gitread import Below
from afterglow.sensors.opening import read_at

MOST: Final = 8 * 1024 * 1024
UNKNOWN: Final = -1
_TAIL: Final = 64 * 1024
_DAY_S: Final = 24 * 60 * 60


@frozen
class Mark:
    """Where reading of one log stopped; the store keeps it as a row.

    ``inode`` is 0 where there was no file, so that whatever appears is new, and -1 where nothing is
    known of what was there, so that only lines since ``last_time`` are.
    ``recent``: hashes of the last lines read, at most 64, newest last. ``last_time``: time of the last
    of them, seconds. ``extra``: small JSON of what the reader of this log remembers besides.
    """

    path: str
    inode: int = 0
    offset: int = 0
    last_time: int = 0
    recent: tuple[str, ...] = ()
    extra: str = ""


Seen = tuple[int, int, int]
"""(inode, size, mtime in ns): equal for a file that was not touched."""


@frozen
class Reading:
    """One look at a log: new lines, and the mark behind them. ``first``: the baseline was set, and
    ``history`` holds the lines before it, oldest first; ``whole`` if that is the whole log.
    ``lost``: the file was replaced and no line of it was known, so that some may have been missed."""

    mark: Mark
    seen: Seen | None
    lines: tuple[reflog.Line, ...] = ()
    first: bool = False
    history: tuple[reflog.Line, ...] = field(default=(), repr=False)
    whole: bool = True
    lost: bool = False


class LogTail:
    """One log file. ``look`` reads and changes nothing; ``take`` makes a reading the new state."""

    def __init__(self, folder: Below, parts: tuple[str, ...], mark: Mark | None) -> None:
        self._folder = folder
        self._parts = parts
        self.mark = mark
        self._seen: Seen | None = None

    @property
    def exists(self) -> bool:
        """Whether the file was there when a reading was last taken."""
        return self._seen is not None

    def unchanged(self) -> bool:
        """Whether the file is as it was when a reading was last taken; costs one stat."""
        return self.mark is not None and _seen(self._folder.file(*self._parts)) == self._seen

    def look(self, now: int) -> Reading:
        """What is new. ``now`` in seconds: at first sight ``history`` reaches back a day at least."""
        path = self._folder.path(*self._parts)
        mark = self.mark
        with self._folder.opened(*self._parts) as handle:
            if handle is None:
                return Reading(self._without_file(path, now), None, first=mark is None)
            stat = os.fstat(handle)
            seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
            if mark is None:
                return self._baseline(handle, seen, path, now)
            if mark.inode == 0:
                return _appended(handle, seen, evolve(mark, offset=0, recent=()))
            if mark.inode == stat.st_ino and _continues(handle, mark, stat.st_size):
                return _appended(handle, seen, mark)
            return _replaced(handle, seen, mark)

    def current(self, reading: Reading) -> bool:
        """Whether the file is still as it was when this reading was made."""
        return _seen(self._folder.file(*self._parts)) == reading.seen

    def take(self, reading: Reading) -> None:
        """Go on behind this reading."""
        self.mark, self._seen = reading.mark, reading.seen

    def _without_file(self, path: str, now: int) -> Mark:
        gone = self._folder.missing(*self._parts)
        if self.mark is None:
            return Mark(path, inode=0 if gone else UNKNOWN, last_time=now)
        return evolve(self.mark, inode=0, offset=0) if gone else self.mark

    def _baseline(self, handle: int, seen: Seen, path: str, now: int) -> Reading:
        size = seen[1]
        reach = _TAIL
        while True:
            raws, end, whole = _read_lines(handle, max(0, size - reach), reach)
            lines, recent = reflog.number(raws, ())
            if whole or reach >= MOST or (lines and lines[0].time < now - _DAY_S):
                break
            reach *= 4
        last = lines[-1].time if lines else now
        mark = Mark(path, seen[0], end, last, recent)
        return Reading(mark, seen, first=True, history=tuple(lines), whole=whole)


def _seen(stat: os.stat_result | None) -> Seen | None:
    return None if stat is None else (stat.st_ino, stat.st_size, stat.st_mtime_ns)


def _read_lines(handle: int, start: int, limit: int) -> tuple[list[bytes], int, bool]:
    """Complete lines from ``start`` on (from the next line where that is inside one), the offset
    behind them, and whether they begin at the file's start."""
    data = read_at(handle, start, limit)
    skipped = data.find(b"\n") + 1 if start else 0
    raws, used = reflog.split(data[skipped:])
    return raws, start + skipped + used, start == 0


def _continues(handle: int, mark: Mark, size: int) -> bool:
    """Whether the bytes before the mark are still those that were read: inodes are used again."""
    if size < mark.offset:
        return False
    if mark.offset == 0:
        return True
    start = max(0, mark.offset - _TAIL)
    raws, used = reflog.split(read_at(handle, start, mark.offset - start))
    if not raws or start + used != mark.offset or not mark.recent:
        return False
    return reflog.digest_of(raws[-1]) == mark.recent[-1]


def _appended(handle: int, seen: Seen, mark: Mark) -> Reading:
    # A log that grew by more than can be read at once is read from the first whole line of its end.
    start = mark.offset
    if seen[1] - start > MOST:
        raws, end, _ = _read_lines(handle, seen[1] - MOST, MOST)
    else:
        raws, used = reflog.split(read_at(handle, start, MOST))
        end = start + used
    lines, recent = reflog.number(raws, mark.recent)
    last = lines[-1].time if lines else mark.last_time
    moved = evolve(mark, inode=seen[0], offset=end, recent=recent, last_time=last)
    return Reading(moved, seen, tuple(lines))


def _replaced(handle: int, seen: Seen, mark: Mark) -> Reading:
    raws, end, _ = _read_lines(handle, max(0, seen[1] - MOST), MOST)
    digests = [reflog.digest_of(raw) for raw in raws]
    start = reflog.resume(digests, mark.recent)
    if start is not None:
        before = digests[max(0, start - reflog.REMEMBERED) : start]
        lines, recent = reflog.number(raws[start:], before)
    else:
        lines, recent = reflog.number(raws, ())
        known = frozenset(mark.recent)
        lines = [
            line
            for line in lines
            if line.time > mark.last_time or (line.time == mark.last_time and line.digest not in known)
        ]
        recent = (*mark.recent, *recent)[-reflog.REMEMBERED :]
    last = lines[-1].time if lines else mark.last_time
    moved = evolve(mark, inode=seen[0], offset=end, recent=recent, last_time=last)
    return Reading(moved, seen, tuple(lines), lost=start is None and bool(mark.recent))
