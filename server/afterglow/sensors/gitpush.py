"""Pushes, from the remote-tracking logs: one for all branches that went up together.

Invariant: a push is named by the repository and the second of its first line, so that every window
names it alike. Logs are looked at only where a folder or its refs were touched.
"""

from __future__ import annotations

import json
from typing import Final

from attrs import evolve, frozen

from afterglow.sensors import reflog
from afterglow.sensors.gitlog import Mark
from afterglow.sensors.gitread import Below
from afterglow.sensors.opening import read_at

_LOGS: Final = ("logs", "refs", "remotes")
_REFS: Final = ("refs", "remotes")
_FOLDERS: Final = 256
_FILES: Final = 5_000
_TAIL: Final = 64 * 1024
_TOGETHER_S: Final = 2
"""Lines at most this far from the first of a push belong to it: git writes them one by one."""
_VOLATILE_MS: Final = 2_000
"""A folder touched this recently may be touched again without its time telling."""


@frozen
class Pushed:
    """One remote-tracking ref that a push moved: names below ``refs/remotes``, time in seconds."""

    ref: tuple[str, ...]
    sha: str
    time: int


@frozen
class Push:
    """Everything that one push moved, in the order of the refs' names; ``time`` of its first line."""

    time: int
    refs: tuple[Pushed, ...]


@frozen
class _File:
    inode: int
    offset: int


class PushLogs:
    """The logs of all remote-tracking branches of one shared git directory."""

    def __init__(self, common: Below, mark: Mark | None) -> None:
        self._common = common
        self.mark = mark
        self._touched: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._files: dict[tuple[str, ...], _File] = {}
        self._started = False

    def scan(self, now: int) -> list[Push]:
        """New pushes; afterwards ``mark`` is set. ``now`` in ms. Without a mark, all is baseline."""
        before = self.mark
        first = before is None
        mark = before or Mark(self._common.path(*_LOGS), last_time=now // 1000)
        lines = self._new_lines(now, mark)
        if lines:
            # A push writes its refs one by one: with a later one read, the earlier ones are complete.
            lines += self._new_lines(now, mark)
        anchor = _anchor(mark)
        groups: dict[int, list[Pushed]] = {}
        recent = list(mark.recent)
        for line, pushed in sorted(lines, key=lambda item: (item[1].time, item[1].ref)):
            digest = _digest(line, pushed.ref)
            if digest in recent:
                continue
            recent.append(digest)
            # The baseline is grouped too, so that every window counts the next push from the same second.
            if anchor is None or abs(pushed.time - anchor) > _TOGETHER_S:
                anchor = pushed.time
                groups[anchor] = []
            # A line that belongs to a push which was told before adds nothing to it.
            groups.get(anchor, []).append(pushed)
        if first:
            groups.clear()
        # A clock that was ahead for one push must not hide those that follow.
        newest = max([mark.last_time, *(min(pushed.time, now // 1000 + 120) for _, pushed in lines)])
        self.mark = evolve(
            mark,
            last_time=newest,
            recent=tuple(recent[-reflog.REMEMBERED :]),
            extra="" if anchor is None else json.dumps({"anchor": anchor}),
        )
        self._started = True
        return [Push(time, tuple(sorted(refs, key=lambda ref: ref.ref))) for time, refs in groups.items()]

    def _new_lines(self, now: int, mark: Mark) -> list[tuple[reflog.Line, Pushed]]:
        if not self._touched or any(self._signature(parts) != seen for parts, seen in self._touched.items()):
            found, _ = self._common.walk(*_LOGS, folders=_FOLDERS, files=_FILES)
        else:
            return []
        lines = []
        for folder, names in found:
            parts = folder[len(_LOGS) :]
            signature = self._signature(parts)
            if self._touched.get(parts) != signature:
                for name in names:
                    if name != "HEAD":
                        lines += self._of_file((*parts, name), mark)
            self._touched[parts] = _settled(signature, now)
        present = {folder[len(_LOGS) :] for folder, _ in found}
        for parts in [parts for parts in self._touched if parts not in present]:
            del self._touched[parts]
        if () not in self._touched:
            self._touched[()] = self._signature(())
        return lines

    def _signature(self, parts: tuple[str, ...]) -> tuple[int, ...]:
        """Changes when a log appears in a folder, or a ref of it is moved (a lock comes and goes)."""
        stats = (self._common.stat(*_LOGS, *parts), self._common.stat(*_REFS, *parts))
        return tuple(part for stat in stats for part in ((stat.st_ino, stat.st_mtime_ns) if stat else (0, 0)))

    def _of_file(self, ref: tuple[str, ...], mark: Mark) -> list[tuple[reflog.Line, Pushed]]:
        stat = self._common.file(*_LOGS, *ref)
        if stat is None:
            self._files.pop(ref, None)
            return []
        known = self._files.get(ref)
        if known is not None and known.inode == stat.st_ino and known.offset == stat.st_size:
            return []
        if not self._started and known is None and stat.st_mtime_ns // 10**9 < mark.last_time - 5:
            self._files[ref] = _File(stat.st_ino, stat.st_size)
            return []
        follows = known is not None and known.inode == stat.st_ino and known.offset < stat.st_size
        start = known.offset if known is not None and follows else max(0, stat.st_size - _TAIL)
        start = max(start, stat.st_size - _TAIL)
        with self._common.opened(*_LOGS, *ref) as handle:
            if handle is None:
                return []
            data = read_at(handle, start, _TAIL * 2)
        raws, used = reflog.split(data)
        self._files[ref] = _File(stat.st_ino, start + used)
        lines = [line for line in map(reflog.parse, raws) if line is not None and reflog.is_push(line)]
        if not follows:
            lines = [line for line in lines if line.time >= mark.last_time - _TOGETHER_S]
        return [(line, Pushed(ref, line.new, line.time)) for line in lines]


def _settled(signature: tuple[int, ...], now: int) -> tuple[int, ...]:
    newest = max(signature[1], signature[3]) // 10**6
    return () if newest > now - _VOLATILE_MS else signature


def _digest(line: reflog.Line, ref: tuple[str, ...]) -> str:
    return reflog.short_hash(line.identity.encode(), "/".join(ref).encode("utf-8", "surrogateescape"))


def _anchor(mark: Mark) -> int | None:
    """The second of the newest push that was told, None where there was none."""
    try:
        anchor = json.loads(mark.extra).get("anchor")
    except (ValueError, AttributeError):
        return None
    return anchor if isinstance(anchor, int) else None
