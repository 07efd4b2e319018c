"""Builds in a workspace, from what their tools leave behind: what a part of one proved, once each.

Invariant: nothing is told of a file that still changes, nor of what a build of before the first look made;
an ``ok`` names the part that it is about (``data.part``), so that nobody takes it for the whole build.
What can wait does: a run that is reported with its exit code tells its own end first.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from typing import Any, Final

from attrs import evolve, frozen

from afterglow.core.model import Observation
from afterglow.sensors.build_folders import BuildFile, Identity, files_in, places, watched
from afterglow.sensors.build_reading import Left, Verdict
from afterglow.sensors.build_table import TAIL_BYTES, WHOLE_BYTES, Path
from afterglow.sensors.opening import open_below, read_at, read_inside
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch_plan import Folders

SETTLED_MS: Final = 1_500
"""A file that stayed as it is for so long is read; a failure is told at once."""
TOGETHER_MS: Final = 5_000
"""Artefacts made within this of each other are one build's. What was mended is told after it, so that the
exit code of a run that failed after all comes first."""
PATIENCE_MS: Final = 60_000
"""What nobody waits for is told this late, so that the run it was a part of tells its own end first."""
LONGEST_MS: Final = 5 * 60_000
LIVE_MS: Final = 120_000
RECENT_MS: Final = 2 * 60 * 60 * 1000
LONG_MS: Final = 10_000
MAX_JUDGED: Final = 32
LOOK_AGAIN_MS: Final = 500

_UNREADABLE: Final = "the workspace folder cannot be read, so builds in it go unseen"


@frozen
class _Waiting:
    """A file that changed, since when (ms) it has looked the same, and its verdict once it was read."""

    file: BuildFile
    since: int
    verdict: Verdict | None = None


class BuildSensor:
    """Looks at the folders of ``build_table`` in one root. Not thread-safe: one caller at a time."""

    def __init__(self, root: str) -> None:
        """``root``: canonical path of the workspace."""
        self._root = root
        self._seen: dict[Path, Identity] = {}
        self._waiting: dict[Path, _Waiting] = {}
        self._red: dict[Path, tuple[str, str]] = {}
        """Files whose newest outcome is a failure: the tool, and the kind of job it was told as."""
        self._places: tuple[Path, ...] | None = None

    def folders(self) -> Folders:
        """At most eight folders that are there; those that are not yet cost no watch more."""
        if self._places is None:
            self._look_around()
        return watched(self._root, self._places or ((),))

    def scan(self, now: int, live: bool) -> Seen:
        """What was proven since the last scan. ``live`` False: outcomes of the last two hours are recorded
        and not shown, artefacts are passed over. Times in ms. Reads 64 KiB of a log or an archive, and
        of a file of JSON at most 1 MiB."""
        if not self._look_around():
            return Seen(problem=_UNREADABLE)
        files = {file.path: file for folder in self._places or () for file in files_in(self._root, folder)}
        for gone in [path for path in self._seen if path not in files]:
            del self._seen[gone]
            self._red.pop(gone, None)
        self._waiting = {path: one for path, one in self._waiting.items() if path in files}
        if not live:
            return Seen(tuple(self._baseline(files.values(), now)))
        ready = self._ripen(files.values(), now)
        told = [self._outcome(file, verdict, now) for file, verdict in ready if not verdict.made]
        for group in _groups([file for file, verdict in ready if verdict.made]):
            told.append(self._artefacts(group, dict(ready), now))
        return Seen(tuple(filter(None, told)), self._again(now))

    def _look_around(self) -> bool:
        try:
            self._places = places(self._root)
        except OSError:
            self._places = None
        return self._places is not None

    def _baseline(self, files: Iterable[BuildFile], now: int) -> Iterable[Observation]:
        for file in files:
            self._seen[file.path] = file.identity
            if file.row.read != "whole" or now - file.mtime > RECENT_MS:
                continue
            verdict = self._judge(file)
            if verdict is not None and not verdict.made:
                observation = self._outcome(file, verdict, now)
                if observation is not None:
                    yield evolve(observation, silent=True)

    def _ripen(self, files: Iterable[BuildFile], now: int) -> list[tuple[BuildFile, Verdict]]:
        """The files that changed, stayed so, prove something, and waited for long enough."""
        judged = 0
        for file in files:
            if self._seen.get(file.path) == file.identity:
                self._waiting.pop(file.path, None)
                continue
            waiting = self._waiting.get(file.path)
            if waiting is None or waiting.file.identity != file.identity or now < waiting.since:
                self._waiting[file.path] = _Waiting(file, now)
            elif waiting.verdict is None and now - waiting.since >= SETTLED_MS and judged < MAX_JUDGED:
                judged += 1
                verdict = self._judge(file)
                if verdict is None or (not verdict.made and self._idle(file, verdict)):
                    self._settle(file)
                else:
                    self._waiting[file.path] = evolve(waiting, verdict=verdict)
        ready = []
        for waiting in list(self._waiting.values()):
            if waiting.verdict is not None and self._left(waiting, now) <= 0:
                self._settle(waiting.file)
                ready.append((waiting.file, waiting.verdict))
        return sorted(ready, key=lambda pair: (pair[0].identity[1], pair[0].path))

    def _idle(self, file: BuildFile, verdict: Verdict) -> bool:
        """An ok that was ok before and has no number: nothing is new."""
        return verdict.status == "ok" and verdict.duration_ms is None and file.path not in self._red

    def _left(self, waiting: _Waiting, now: int) -> int:
        """How much longer (ms) it has to wait."""
        verdict, since = waiting.verdict, waiting.since
        if verdict is None:
            return max(LOOK_AGAIN_MS, since + SETTLED_MS - now)
        if verdict.made:
            newest = max(
                one.since for one in self._waiting.values() if one.verdict is None or one.verdict.made
            )
            return min(newest + PATIENCE_MS, since + LONGEST_MS) - now
        if verdict.status == "fail":
            return since + SETTLED_MS - now
        awaited = verdict.status == "ok" and (
            waiting.file.path in self._red or (verdict.duration_ms or 0) >= LONG_MS
        )
        return since + (TOGETHER_MS if awaited else PATIENCE_MS) - now

    def _again(self, now: int) -> int | None:
        left = [self._left(waiting, now) for waiting in self._waiting.values()]
        return max(LOOK_AGAIN_MS, min(left)) if left else None

    def _settle(self, file: BuildFile) -> None:
        """This state of the file has had its say."""
        self._seen[file.path] = file.identity
        self._waiting.pop(file.path, None)

    def _judge(self, file: BuildFile) -> Verdict | None:
        before = self._seen.get(file.path)
        known = 0 if before is None else before[2] if before[0] == file.identity[0] else None
        size = file.identity[2]
        data: bytes | None = b""
        if file.row.read == "whole":
            data = read_inside(self._root, file.path, WHOLE_BYTES)
        elif file.row.read == "tail":
            handle = open_below(self._root, file.path)
            if handle is None:
                return None
            try:
                data = read_at(handle, max(0, size - TAIL_BYTES), min(size, TAIL_BYTES))
            finally:
                os.close(handle)
        if data is None:
            return None
        return file.row.judge(Left(file.path[-1], data, size, file.mtime, known))

    def _outcome(self, file: BuildFile, verdict: Verdict, now: int) -> Observation | None:
        job = verdict.job
        if verdict.status == "fail":
            self._red[file.path] = file.row.tool, job
        elif verdict.status == "ok":
            # Clean code is clean whatever was asked of it: it mends the kind of job that failed.
            _, job = self._red.pop(file.path, ("", job))
            if any(tool == file.row.tool for tool, _ in self._red.values()):
                # Another part of it is still broken, under the same label.
                return None
        data = {"job": job, **verdict.data}
        if verdict.part is not None:
            data["part"] = verdict.part
        return self._observation(file, verdict, data, now)

    def _artefacts(
        self, group: list[BuildFile], verdicts: dict[BuildFile, Verdict], now: int
    ) -> Observation | None:
        """One happening for what was made together, named after what there is most of."""
        parts = [str(verdicts[file].part) for file in group]
        part = max(parts, key=parts.count)
        last = group[-1]
        data = {"job": "build", "part": part if len(set(parts)) == 1 else "artefact", "made": len(group)}
        # The key is that of the first file: another window may see a later one that this one missed.
        verdict = evolve(verdicts[last], label=part, at=last.mtime)
        return self._observation(group[0], verdict, data, now)

    def _observation(
        self, file: BuildFile, verdict: Verdict, data: dict[str, Any], now: int
    ) -> Observation | None:
        at = min(now, file.mtime if verdict.at is None else verdict.at)
        age = now - at
        if age > RECENT_MS:
            return None
        return Observation(
            kind="job.finished",
            workspace=self._root,
            source="cache",
            at=at,
            label=verdict.label,
            status=verdict.status,
            duration_ms=verdict.duration_ms,
            started_at=verdict.started_at,
            data=data,
            key=_key(self._root, file),
            silent=age > LIVE_MS,
        )


def _groups(files: list[BuildFile]) -> list[list[BuildFile]]:
    """Files (oldest first) parted wherever more than ``TOGETHER_MS`` lies between two."""
    groups: list[list[BuildFile]] = []
    for file in files:
        if groups and file.mtime - groups[-1][-1].mtime <= TOGETHER_MS:
            groups[-1].append(file)
        else:
            groups.append([file])
    return groups


def _key(root: str, file: BuildFile) -> str:
    inode, mtime_ns, size = file.identity
    text = os.fsencode(os.path.join(root, *file.path))  # noqa: PTH118
    return "build:" + hashlib.sha256(text + f"\0{inode}\0{mtime_ns}\0{size}".encode()).hexdigest()[:32]
