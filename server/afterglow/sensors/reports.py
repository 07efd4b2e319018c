"""Test reports in a workspace: what appeared, what it proves, which test is green again.

Invariant: one observation for each run that a runner wrote down; nothing outside the root is opened;
what is not proven is ``unknown`` and carries no counts. Only ids of tests are kept, in memory.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from attrs import frozen

from afterglow.core.model import Observation, Status
from afterglow.sensors.definition import anchor_of
from afterglow.sensors.junit import Report, clean_name
from afterglow.sensors.junit_child import MAX_BYTES
from afterglow.sensors.junit_run import SMALL_BYTES, read_report
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.projects import Parts, Tree
from afterglow.sensors.report_files import (
    MAX_FILES,
    Identity,
    Place,
    Plan,
    ReportFile,
    brought_by_git,
    is_excluded,
    key_of,
    list_reports,
    looks_like_report,
    plan_of,
    read_whole,
)
from afterglow.sensors.report_gone import MAX_TESTS, Definitions
from afterglow.sensors.report_runs import SETTLED_MS, Runs
from afterglow.sensors.report_table import Runner, by_label, is_class_file, label_of, owner_of
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch_plan import Folders

MAX_BIG: Final = 8
"""Of the big reports that one scan finds new, only the newest are read: each may cost a child's time."""
MAX_BYTES_A_SCAN: Final = 8 * 1024 * 1024
"""Of smaller reports so much is read in one scan, the rest in the next."""
LEAST_BYTES: Final = 4 * 1024
"""What any file counts for, since opening it costs as well."""
LIVE_MS: Final = 120_000
RECENT_MS: Final = 2 * 60 * 60 * 1000
LOOK_AGAIN_MS: Final = 500
STALE_MS: Final = 60 * 60 * 1000
UNZONED_MS: Final = 26 * 60 * 60 * 1000

_UNREADABLE: Final = "the workspace folder cannot be read, so test reports in it go unseen"
_REFUSED: Final = "a test report was not read: it is too big, too deep, or not plain JUnit XML"
_CROWDED: Final = f"only {MAX_FILES} of the XML files in a folder are looked at, the newest"


@frozen
class _Waiting:
    """A report that does not parse yet, since when (ms) it has looked the same."""

    identity: Identity
    since: int


class ReportSensor:
    """Looks at test reports in one root, its projects and their report folders. Not thread-safe: one
    caller at a time."""

    def __init__(
        self,
        root: str,
        ledger: Ledger | None = None,
        known: Collection[str] = (),
        exclude: Sequence[str] = (),
    ) -> None:
        """``root``: canonical path. ``ledger``: what is failing there, shared with the runners' caches.
        ``known``: keys of reports that are on record already. ``exclude``: patterns of paths below the
        root that are never looked into."""
        self._root = root
        self._ledger = Ledger() if ledger is None else ledger
        self._known = frozenset(known)
        self._exclude = tuple(exclude)
        self._tree = Tree(root)
        self._plan: Plan | None = None
        self._places: dict[Parts, Place] = {}
        self._definitions = Definitions(root)
        self._runs = Runs(root)
        self._seen: dict[Parts, Identity] = {}
        self._waiting: dict[Parts, _Waiting] = {}
        self._refused: set[Parts] = set()
        self._unread: set[Parts] = set()

    def folders(self) -> Folders:
        """What to watch: the root and at most 16 folders, for names that end in ``.xml`` or ``.trx``."""
        if self._plan is None:
            self._plan = plan_of(self._root, self._tree, self._exclude)
        return self._plan.folders

    def scan(self, now: int, live: bool) -> Seen:
        """What is new since the last scan. ``live`` False: record it, do not show it (at the start).

        Times in ms. Usually one directory read for each report folder and a stat for each XML file; a big
        report blocks for as long as its reader may take (``junit_run.CHILD_SECONDS``), so this belongs on
        a thread of its own.
        """
        listed = self._list(now)
        if listed is None:
            return Seen(problem=_UNREADABLE)
        files, crowded = listed
        present: dict[Parts, set[str]] = {}
        for file in files:
            present.setdefault(file.folder, set()).add(file.name)
        self._prune({file.parts for file in files})
        self._runs.keep(present)
        new = [file for file in files if self._seen.get(file.parts) != file.identity]
        new.sort(key=lambda file: (file.identity[1], file.name))
        big = [file for file in new if SMALL_BYTES < file.identity[2] <= MAX_BYTES][:-MAX_BIG]
        held: set[Parts] = set()
        observations: list[Observation] = []
        left = MAX_BYTES_A_SCAN
        for file in new:
            if not live and now - file.mtime > RECENT_MS:
                self._settle(file)
            elif left <= 0 or (file in big and is_class_file(file.name)):
                held.add(file.folder)
            elif file in big:
                self._settle(file)
            else:
                left -= max(LEAST_BYTES, file.identity[2]) if file.identity[2] <= SMALL_BYTES else 0
                observations += self._look(file, now, live)
        held |= {parts[:-1] for parts in self._waiting}
        broken = {parts[:-1] for parts in self._refused | self._unread if is_class_file(parts[-1])}
        told, again = self._runs.due(now, present, held, broken)
        for run in told:
            _, label = run.group
            observations += self._observe(label, run.report, run.newest, now, live, over=run.over)
        if held or self._waiting:
            again = min(again or LOOK_AGAIN_MS, LOOK_AGAIN_MS)
        problem = _REFUSED if self._refused else _CROWDED if crowded else None
        return Seen(tuple(observations), again, problem)

    def _list(self, now: int) -> tuple[list[ReportFile], bool] | None:
        """All files that are called like reports, and whether some are not looked at."""
        self._tree.begin(now)
        self._plan = plan_of(self._root, self._tree, self._exclude)
        self._places = {place.parts: place for place in self._plan.places}
        files: list[ReportFile] = []
        crowded = False
        for place in self._plan.places:
            found = list_reports(self._root, place)
            if found is None:
                if not place.parts:
                    return None
                continue
            files += [file for file in found[0] if not is_excluded(self._root, file.parts, self._exclude)]
            crowded = crowded or found[1]
        return files, crowded

    def _prune(self, present: set[Parts]) -> None:
        self._refused &= present
        self._unread &= present
        for parts in [parts for parts in self._seen if parts not in present]:
            del self._seen[parts]
        for parts in [parts for parts in self._waiting if parts not in present]:
            del self._waiting[parts]

    def _look(self, file: ReportFile, now: int, live: bool) -> list[Observation]:
        """What a changed file gives by itself: nothing where it is no report, refused, still being
        written, or one class of a run."""
        if not looks_like_report(self._root, file):
            self._settle(file)
            self._unread.add(file.parts)
            return []
        report: Report | None = None
        steady = True
        big = file.identity[2] > MAX_BYTES
        if not big:
            read = read_whole(self._root, file, MAX_BYTES)
            if read is None:
                self._unread.add(file.parts)
                return []
            file, data, steady = read
            report = read_report(data, self._ledger.asked(now))
            if report is None and steady:
                self._settle(file, refused=True)
                return []
        if report is None or not report.whole or not steady:
            waiting = self._waiting.get(file.parts)
            if waiting is None or waiting.identity != file.identity or now < waiting.since:
                self._waiting[file.parts] = _Waiting(file.identity, now)
                return []
            if now - waiting.since < SETTLED_MS:
                return []
        self._settle(file, refused=big)
        runner, label = self._named(file, report)
        if is_class_file(file.name) and (runner is None or runner.written != "at the end"):
            if report is not None:
                at = now if live else min(now, file.mtime)
                self._runs.add((file.folder, label), runner, file, report, at)
            return []
        return self._observe(label, report, file, now, live)

    def _settle(self, file: ReportFile, *, refused: bool = False) -> None:
        """This state of the file has had its say."""
        self._seen[file.parts] = file.identity
        self._waiting.pop(file.parts, None)
        self._unread.discard(file.parts)
        (self._refused.add if refused else self._refused.discard)(file.parts)

    def _named(self, file: ReportFile, report: Report | None) -> tuple[Runner | None, str]:
        """Whose report it is, and what its runs are called: by what it says, by its folder, or else by
        its own name; in a project below the root, with that."""
        place = self._places.get(file.folder, Place(file.folder))
        runner = None if report is None or report.suite is None else by_label(report.suite)
        owner = owner_of(file.folder[place.project :])
        if owner is not None and (runner is None or runner in (owner[0], by_label("surefire"))):
            runner, label = owner
        elif runner is not None:
            label = label_of(runner, file.name)
        elif is_class_file(file.name):
            label = file.folder[-1] if file.folder else "tests"
        else:
            label = file.name.rpartition(".")[0]
        project = "/".join(file.folder[: place.project])
        return runner, clean_name(f"{label} in {project}" if project else label) or "tests"

    def _observe(
        self, label: str, report: Report | None, file: ReportFile, now: int, live: bool, *, over: bool = True
    ) -> list[Observation]:
        """What a run says. ``file``: the one that was written last. ``over``: it is all there."""
        at = min(file.mtime, now)
        mended, not_rerun = self._remember(label, report, at, now)
        key = key_of(self._root, file)
        if key in self._known:
            return []
        age = now - file.mtime
        fresh = age <= LIVE_MS and not _copied(self._root, report, file.mtime)
        if not fresh and age > RECENT_MS:
            return []
        shown = live and fresh
        status: Status = "unknown" if report is None else report.status
        if status == "ok" and not over:
            status = "unknown"
        counted = over and report is not None and report.whole
        duration = report.duration_ms if report is not None and counted else None
        anchor = None
        data = _data(report, status, counted)
        if report is not None and status == "ok":
            if not_rerun:
                # Other tests passed; that the failing ones do is not proven by this report.
                status, data["not_rerun"] = "unknown", not_rerun
            if shown and mended is not None:
                anchor = anchor_of(self._root, mended, report.place_of(mended))
        observation = Observation(
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
        return [observation]

    def _remember(self, label: str, report: Report | None, at: int, now: int) -> tuple[str | None, int]:
        """Updates what is failing under ``label``.

        Gives the first formerly failing test that passes now, and how many others the report says
        nothing of: a run of other tests does not make those green, so they keep their mark, unless they
        are deleted or renamed.
        """
        if report is None or now - at > RECENT_MS:
            return None, 0
        mended = self._ledger.passed(label, report.passing, at)
        for test in mended:
            self._definitions.passed(label, test)
        again = frozenset(report.failed_ids)
        left = [test for test in self._ledger.standing(label, now) if test not in again]
        gone = [test for test in left if self._definitions.gone(label, test)]
        self._ledger.gone(label, gone)
        self._ledger.failed(label, report.failed_ids, at)
        for test in report.failed_ids[:MAX_TESTS]:
            self._definitions.failed(label, test, report.failed_at.get(test))
        return (mended[0] if mended else None), len(left) - len(gone)


def _data(report: Report | None, status: Status, counted: bool) -> dict[str, Any]:
    """Counts only where they are all there is; names of failing tests wherever one failed."""
    data: dict[str, Any] = {"job": "test"}
    if report is None or status == "unknown":
        return data
    if counted:
        data.update(
            passed=report.passed,
            failed=report.failed,
            skipped=report.skipped,
            errors=report.errors,
            total=report.cases,
        )
    data["failing"] = list(report.failing)
    return data


def _copied(root: str, report: Report | None, mtime: int) -> bool:
    """Whether the run that the report tells of ended long before its file was written.

    A report that a checkout, an archive or a copy brought is no news. Without a zone the time may be
    local or UTC, so only what no zone explains counts; without a time, whether git wrote it.
    """
    if report is None or report.started_at is None or report.duration_ms is None:
        return brought_by_git(root, mtime)
    ended = report.started_at + report.duration_ms
    return abs(mtime - ended) > (STALE_MS if report.zoned else UNZONED_MS)
