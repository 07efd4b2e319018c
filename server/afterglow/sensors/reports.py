"""Test reports in a workspace's root: what appeared, what it proves, which test is green again.

Invariant: one observation for each state a report file was left in; nothing outside the root is
opened; what is not proven is ``unknown`` and carries no counts. Only ids of tests are kept, in memory.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping
from typing import Any, Final

from attrs import frozen

from afterglow.core.model import Observation
from afterglow.sensors.definition import anchor_of
from afterglow.sensors.junit import Report, clean_name
from afterglow.sensors.junit_child import MAX_BYTES
from afterglow.sensors.junit_run import SMALL_BYTES, read_report
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.opening import read_regular, read_steady
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch_plan import Names

MAX_ENTRIES: Final = 20_000
MAX_FILES: Final = 64
MAX_BIG: Final = 8
"""Of the big reports that one scan finds new, only the newest are read: each may cost a child's time."""
HEAD_BYTES: Final = 1024
LIVE_MS: Final = 120_000
RECENT_MS: Final = 2 * 60 * 60 * 1000
LOOK_AGAIN_MS: Final = 500
SETTLED_MS: Final = 1_500
STALE_MS: Final = 60 * 60 * 1000
UNZONED_MS: Final = 26 * 60 * 60 * 1000

Identity = tuple[int, int, int]
"""(inode, mtime in ns, size): a report that was written again is another one."""

_UNREADABLE: Final = "the workspace folder cannot be read, so test reports in it go unseen"
_REFUSED: Final = "a test report was not read: it is too big, too deep, or not plain JUnit XML"
_CROWDED: Final = f"only {MAX_FILES} of the XML files in the workspace folder are looked at"


@frozen
class _File:
    path: str
    name: str
    identity: Identity

    @property
    def mtime(self) -> int:
        return self.identity[1] // 1_000_000


@frozen
class _Waiting:
    """A report that does not parse yet, since when (ms) it has looked the same."""

    identity: Identity
    since: int


class ReportSensor:
    """Looks at ``*.xml`` in one root, not below it. Not thread-safe: one caller at a time."""

    def __init__(self, root: str, ledger: Ledger | None = None, known: Collection[str] = ()) -> None:
        """``root``: canonical path. ``ledger``: what is failing there, shared with the runners' caches.
        ``known``: keys of reports that are on record already."""
        self._root = root
        self._ledger = Ledger() if ledger is None else ledger
        self._known = frozenset(known)
        self._seen: dict[str, Identity] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._refused: set[str] = set()

    def folders(self) -> Mapping[str, Names]:
        """What to watch: the root, for names that end in ``.xml``."""
        return {self._root: Names(suffixes=(".xml",))}

    def scan(self, now: int, live: bool) -> Seen:
        """What is new since the last scan. ``live`` False: record it, do not show it (at the start).

        Times in ms. Usually one directory read and a stat for each XML file; a big report blocks for as
        long as its reader may take (``junit_run.CHILD_SECONDS``), so this belongs on a thread of its own.
        """
        try:
            files, crowded = self._list()
        except OSError:
            return Seen(problem=_UNREADABLE)
        present = {file.path for file in files}
        self._refused &= present
        for path in [path for path in self._seen if path not in present]:
            del self._seen[path]
        for path in [path for path in self._waiting if path not in present]:
            del self._waiting[path]
        new = [file for file in files if self._seen.get(file.path) != file.identity]
        new.sort(key=lambda file: (file.identity[1], file.name))
        passed_over = [file for file in new if SMALL_BYTES < file.identity[2] <= MAX_BYTES][:-MAX_BIG]
        observations: list[Observation] = []
        for file in new:
            if file in passed_over or (not live and now - file.mtime > RECENT_MS):
                self._settle(file)
                continue
            observation = self._look(file, now, live)
            if observation is not None:
                observations.append(observation)
        problem = _REFUSED if self._refused else _CROWDED if crowded else None
        again = LOOK_AGAIN_MS if self._waiting else None
        return Seen(tuple(observations), again, problem)

    def _list(self) -> tuple[list[_File], bool]:
        names: list[tuple[str, os.DirEntry[str]]] = []
        with os.scandir(self._root) as entries:
            for count, entry in enumerate(entries):
                if count >= MAX_ENTRIES:
                    break
                if entry.name.endswith(".xml"):
                    names.append((entry.name, entry))
        names.sort(key=lambda named: named[0])
        files: list[_File] = []
        for name, entry in names:
            try:
                if not entry.is_file(follow_symlinks=False):
                    continue
                found = entry.stat(follow_symlinks=False)
            except OSError:
                continue
            if len(files) == MAX_FILES:
                return files, True
            files.append(_File(entry.path, name, _identity(found)))
        return files, False

    def _look(self, file: _File, now: int, live: bool) -> Observation | None:
        """What a changed file gives; None where it is no report, refused, or still being written."""
        head = read_regular(file.path, HEAD_BYTES)
        if head is None or b"<testsuite" not in head.replace(b"\0", b""):
            self._settle(file)
            return None
        report: Report | None = None
        steady = True
        big = file.identity[2] > MAX_BYTES
        if not big:
            read = read_steady(file.path, MAX_BYTES)
            if read is None:
                return None
            found, data, steady = read
            file = _File(file.path, file.name, _identity(found))
            report = read_report(data, self._ledger.asked(now))
            if report is None and steady:
                self._settle(file, refused=True)
                return None
        if report is None or not report.whole or not steady:
            waiting = self._waiting.get(file.path)
            if waiting is None or waiting.identity != file.identity or now < waiting.since:
                self._waiting[file.path] = _Waiting(file.identity, now)
                return None
            if now - waiting.since < SETTLED_MS:
                return None
        self._settle(file, refused=big)
        return self._observe(file, report, now, live)

    def _settle(self, file: _File, *, refused: bool = False) -> None:
        """This state of the file has had its say."""
        self._seen[file.path] = file.identity
        self._waiting.pop(file.path, None)
        (self._refused.add if refused else self._refused.discard)(file.path)

    def _observe(self, file: _File, report: Report | None, now: int, live: bool) -> Observation | None:
        stem = clean_name(file.name.removesuffix(".xml")) or "tests"
        label = stem if report is None or report.suite is None else report.suite
        mended, not_rerun = self._remember(label, report, min(file.mtime, now), now)
        key = _key(file)
        if key in self._known:
            return None
        age = now - file.mtime
        fresh = age <= LIVE_MS and not (report is not None and _copied(report, file.mtime))
        if not fresh and age > RECENT_MS:
            return None
        shown = live and fresh
        status = "unknown" if report is None else report.status
        duration = None if report is None or not report.whole else report.duration_ms
        at = min(file.mtime, now)
        anchor = None
        data = _data(report)
        if report is not None and status == "ok":
            if not_rerun:
                # Other tests passed; that the failing ones do is not proven by this report.
                status, data["not_rerun"] = "unknown", not_rerun
            if shown and mended is not None:
                anchor = anchor_of(self._root, mended, report.place_of(mended))
        return Observation(
            kind="job.finished",
            workspace=self._root,
            source="report",
            at=at,
            label=label,
            status=status,
            duration_ms=duration,
            started_at=None if duration is None else at - round(duration),
            data=data,
            key=key,
            silent=not shown,
            anchor=anchor,
        )

    def _remember(self, label: str, report: Report | None, at: int, now: int) -> tuple[str | None, int]:
        """Updates what is failing under ``label``.

        Gives the first formerly failing test that passes now, and how many others the report says
        nothing of: a run of other tests does not make those green, so they keep their mark.
        """
        if report is None or now - at > RECENT_MS:
            return None, 0
        mended = self._ledger.passed(label, report.passing)
        again = frozenset(report.failed_ids)
        not_rerun = sum(test not in again for test in self._ledger.standing(label, now))
        self._ledger.failed(label, report.failed_ids, at)
        return (mended[0] if mended else None), not_rerun


def _data(report: Report | None) -> dict[str, Any]:
    """Counts only where they are all there is; names of failing tests wherever one failed."""
    data: dict[str, Any] = {"job": "test"}
    if report is None or report.status == "unknown":
        return data
    if report.whole:
        data.update(
            passed=report.passed,
            failed=report.failed,
            skipped=report.skipped,
            errors=report.errors,
            total=report.cases,
        )
    data["failing"] = list(report.failing)
    return data


def _copied(report: Report, mtime: int) -> bool:
    """Whether the run that the report tells of ended long before its file was written.

    A report that a checkout, an archive or a copy brought is no news. Without a zone the time may be
    local or UTC, so only what no zone explains counts.
    """
    if report.started_at is None or report.duration_ms is None:
        return False
    ended = report.started_at + report.duration_ms
    return abs(mtime - ended) > (STALE_MS if report.zoned else UNZONED_MS)


def _identity(found: os.stat_result) -> Identity:
    return found.st_ino, found.st_mtime_ns, found.st_size


def _key(file: _File) -> str:
    inode, mtime_ns, size = file.identity
    text = os.fsencode(file.path) + f"\0{inode}\0{mtime_ns}\0{size}".encode()
    return "report:" + hashlib.sha256(text).hexdigest()[:32]
