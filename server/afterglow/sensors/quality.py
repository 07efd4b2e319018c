"""Coverage and complexity reports of a workspace: numbers for the test run on record, and of the code.

Invariant: a file is told once for each state it was left in, whole or not at all; coverage only fills in a
run that somebody else saw. Nothing is written, started, or opened outside the root.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from attrs import evolve, frozen

from afterglow.core.model import Observation
from afterglow.sensors import coverage
from afterglow.sensors.complexity import READERS
from afterglow.sensors.opening import open_below, read_at
from afterglow.sensors.projects import Parts
from afterglow.sensors.report_files import (
    Identity,
    ReportFile,
    brought_by_git,
    identity,
    is_excluded,
    key_of,
    list_named,
)
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch_plan import Folders, Names

FOLDERS: Final[tuple[Parts, ...]] = ((), ("reports",), (".reports",), ("build", "reports"), ("coverage",))
"""With the parent of ``build/reports`` at most five folders are watched beside the root."""
COVERAGE: Final = ("coverage.xml", "cobertura*.xml", "coverage.json", "lcov.info", "*.lcov")
PATTERNS: Final = (*COVERAGE, *READERS)
MAX_FILES: Final = 32
MAX_BYTES: Final = 2 * 1024 * 1024
"""JSON of this size can make 70 MB of objects."""
MAX_LCOV_BYTES: Final = 8 * 1024 * 1024
RECENT_MS: Final = 2 * 60 * 60 * 1000
LIVE_MS: Final = 120_000
SETTLED_MS: Final = 1_500
LOOK_AGAIN_MS: Final = 500
AGAIN_MS: Final = (2_000, 10_000)
"""A coverage file may come before the run that it belongs to is on record: it is told again after these."""

_NAMES: Final = Names(suffixes=(".xml", ".json", ".csv", ".info", ".lcov"))
_REFUSED: Final = f"a coverage or lint report was not read: it is over {MAX_BYTES >> 20} MiB"


@frozen
class _Waiting:
    """A file that says nothing yet, since when (ms) it has looked the same."""

    identity: Identity
    since: int


class QualitySensor:
    """Looks at coverage and complexity reports in one root. Not thread-safe: one caller at a time."""

    def __init__(self, root: str, exclude: Sequence[str] = ()) -> None:
        """``root``: canonical path. ``exclude``: patterns of paths that are never watched or read."""
        self._root = root
        self._exclude = tuple(exclude)
        self._seen: dict[Parts, Identity] = {}
        self._waiting: dict[Parts, _Waiting] = {}
        self._again: list[tuple[int, Observation]] = []
        self._refused: set[Parts] = set()

    def folders(self) -> Folders:
        """The root and the folders where such reports usually lie."""
        found: dict[str, Names] = {}
        for parts in FOLDERS:
            path = os.path.join(self._root, *parts)  # noqa: PTH118
            # A link would have its target watched, wherever that is.
            if os.path.realpath(path) == path and not is_excluded(self._root, parts, self._exclude):
                found[path] = _NAMES
        return found

    def scan(self, now: int, live: bool) -> Seen:
        """What is new since the last scan; ``live`` False: record it, do not show it. Times in ms."""
        files = [
            file
            for parts in FOLDERS
            for file in list_named(self._root, parts, lambda name: _pattern(name) is not None, MAX_FILES)
            if not is_excluded(self._root, file.parts, self._exclude)
        ]
        present = {file.parts for file in files}
        self._refused &= present
        for kept in (self._seen, self._waiting):
            for parts in [parts for parts in kept if parts not in present]:
                del kept[parts]
        due = [observation for at, observation in self._again if at <= now]
        self._again = [(at, observation) for at, observation in self._again if at > now]
        observations = [*due]
        for file in sorted(files, key=lambda file: (file.identity[1], file.parts)):
            if self._seen.get(file.parts) != file.identity:
                found = self._look(file, now, live)
                observations += [] if found is None else [found]
        waits = [LOOK_AGAIN_MS] if self._waiting else []
        waits += [max(1, at - now) for at, _ in self._again]
        return Seen(tuple(observations), min(waits, default=None), _REFUSED if self._refused else None)

    def _look(self, file: ReportFile, now: int, live: bool) -> Observation | None:
        if now - file.mtime > RECENT_MS:
            self._settle(file)
            return None
        if not _is_coverage(file.name) and brought_by_git(self._root, file.mtime):
            # What lies in the repository tells of a run that was somebody else's.
            self._settle(file)
            return None
        if file.identity[2] > _most(file.name):
            self._settle(file)
            self._refused.add(file.parts)
            return None
        base = Observation(
            kind="job.finished",
            workspace=self._root,
            source="report",
            at=min(file.mtime, now),
            key=key_of(self._root, file),
            silent=not live or now - file.mtime > LIVE_MS,
        )
        found = (
            _covered(self._root, file, base) if _is_coverage(file.name) else _linted(self._root, file, base)
        )
        if found is None:
            waiting = self._waiting.get(file.parts)
            if waiting is None or waiting.identity != file.identity or now < waiting.since:
                self._waiting[file.parts] = _Waiting(file.identity, now)
            elif now - waiting.since >= SETTLED_MS:
                self._settle(file)
            return None
        self._settle(file)
        if found.fills and live:
            self._again += [(now + after, found) for after in AGAIN_MS]
        return found

    def _settle(self, file: ReportFile) -> None:
        self._seen[file.parts] = file.identity
        self._waiting.pop(file.parts, None)
        self._refused.discard(file.parts)


def _pattern(name: str) -> str | None:
    if not name.endswith(_NAMES.suffixes):
        return None
    return next((pattern for pattern in PATTERNS if fnmatchcase(name, pattern)), None)


def _is_coverage(name: str) -> bool:
    return _pattern(name) in COVERAGE


def _is_lcov(name: str) -> bool:
    return name.endswith((".info", ".lcov"))


def _most(name: str) -> int:
    """The longest (bytes) that a file of this name may be; no limit where only its ends are read."""
    if not _is_coverage(name):
        return MAX_BYTES
    return MAX_LCOV_BYTES if _is_lcov(name) else 1 << 62


def _covered(root: str, file: ReportFile, base: Observation) -> Observation | None:
    if _is_lcov(file.name):
        whole = _read(root, file, MAX_LCOV_BYTES)
        percent = None if whole is None else coverage.of_lcov(whole[0])
    else:
        ends = _read(root, file, coverage.END_BYTES)
        reader = coverage.of_json if file.name.endswith(".json") else coverage.of_cobertura
        percent = None if ends is None else reader(*ends)
    if percent is None:
        return None
    return evolve(base, data={"job": "test", "coverage": percent}, fills=True)


def _linted(root: str, file: ReportFile, base: Observation) -> Observation | None:
    label, reader = READERS[_pattern(file.name) or ""]
    read = _read(root, file, MAX_BYTES)
    found = None if read is None else reader(read[0])
    if found is None:
        return None
    data = {"job": "lint", "metrics": dict(found.metrics)} if found.metrics else {"job": "lint"}
    return evolve(base, label=label, status=found.status, data=data)


def _read(root: str, file: ReportFile, limit: int) -> tuple[bytes, bytes] | None:
    """The first and the last ``limit`` bytes; None where the file changed meanwhile or cannot be read."""
    handle = open_below(root, file.parts)
    if handle is None:
        return None
    try:
        before = os.fstat(handle)
        if identity(before) != file.identity:
            return None
        head = read_at(handle, 0, limit)
        tail = head if before.st_size <= limit else read_at(handle, before.st_size - limit, limit)
        return (head, tail) if identity(os.fstat(handle)) == file.identity else None
    except OSError:
        return None
    finally:
        os.close(handle)
