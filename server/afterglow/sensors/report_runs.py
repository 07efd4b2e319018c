"""Runs that leave one file per class: which files are one run, and when that run has its say.

Invariant: a run speaks once, when its folder has been quiet; it counts only when nothing of it can be
missing, and else proves no more than the failures in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from attrs import field, frozen, mutable

from afterglow.sensors.junit import Report, merged
from afterglow.sensors.projects import Parts
from afterglow.sensors.report_files import ReportFile
from afterglow.sensors.report_maven import is_running, state_of
from afterglow.sensors.report_table import Runner

SETTLED_MS: Final = 1_500
UNSURE_MS: Final = 30_000
"""After so long without a new file a run that proves nothing is told as what it is."""
ENDLESS_MS: Final = 300_000
"""The same where its runner still seems to run."""
GAP_MS: Final = 5_000
"""How long a runner that writes class by class may take between one class and the next."""

Group = tuple[Parts, str]
"""A folder and a label."""


@frozen
class Told:
    """A run that has its say. ``over``: it is all there. ``newest``: the file that was written last."""

    group: Group
    report: Report
    newest: ReportFile
    over: bool


@mutable
class _Run:
    """What is known of the run under way in one group, and of those before: ``known`` names of files,
    ``since`` the time (ms) of the last one."""

    runner: Runner | None
    reports: dict[str, tuple[ReportFile, Report]] = field(factory=dict)
    changed: int = 0
    ran: bool = False
    known: set[str] = field(factory=set)
    since: int = 0


class Runs:
    """All runs of several files in one root. Not thread-safe: one caller at a time."""

    def __init__(self, root: str) -> None:
        """``root``: canonical path."""
        self._root = root
        self._runs: dict[Group, _Run] = {}

    def add(self, group: Group, runner: Runner | None, file: ReportFile, report: Report, at: int) -> None:
        """A file of a run was read; ``at``: when (ms) it was seen to change."""
        run = self._runs.setdefault(group, _Run(runner))
        if file.name in run.reports:
            # Written again before its run was told: that was the run before this one.
            run.reports.clear()
        run.reports[file.name] = file, report
        run.changed = max(run.changed, at)
        run.ran = run.ran or is_running(self._root, file.folder)

    def keep(self, present: Mapping[Parts, Collection[str]]) -> None:
        """Forgets the files of runs under way that are gone. ``present``: names in each folder."""
        for (folder, _), run in self._runs.items():
            for name in [name for name in run.reports if name not in present.get(folder, ())]:
                del run.reports[name]

    def due(
        self,
        now: int,
        present: Mapping[Parts, Collection[str]],
        held: Collection[Parts],
        broken: Collection[Parts] = (),
    ) -> tuple[list[Told], int | None]:
        """The runs that have their say at ``now`` (ms), and after how long to ask again.

        ``held``: folders in which a file is still being written or was not read yet. ``broken``: those
        with a class that cannot be read, so that what is read is not all.
        """
        told: list[Told] = []
        again: list[int] = []
        # A class that nobody is known to have written may belong to the run beside it.
        doubtful = {folder for (folder, _), run in self._runs.items() if run.reports and run.runner is None}
        for group, run in self._runs.items():
            if not run.reports:
                continue
            quiet = max(0, now - run.changed)
            if quiet < SETTLED_MS or group[0] in held:
                again.append(max(500, SETTLED_MS - quiet))
                continue
            chain = _last_chain(run.reports.values(), GAP_MS if _is_going(run) else SETTLED_MS)
            over = self._over(group, run, chain, present, quiet)
            if over is None:
                # Seldomer the longer it takes: a class may well run for minutes.
                again.append(max(SETTLED_MS, quiet // 4))
                continue
            over = over and group[0] not in broken and group[0] not in doubtful
            told.append(Told(group, merged([report for _, report in chain]), chain[-1][0], over))
            run.known.update(file.name for file, _ in chain)
            run.since = chain[-1][0].mtime
            run.reports.clear()
            run.ran = False
        return told, min(again, default=None)

    def _over(
        self,
        group: Group,
        run: _Run,
        chain: list[tuple[ReportFile, Report]],
        present: Mapping[Parts, Collection[str]],
        quiet: int,
    ) -> bool | None:
        """Whether the run is over and whole, None where it is too early to say."""
        if not _is_going(run):
            return True
        if run.runner is None:
            return None if quiet < UNSURE_MS else False
        folder = group[0]
        ran = {file.name for file, _ in chain}
        known = run.known | {name for name in present.get(folder, ()) if name.startswith("TEST-")}
        cases = sum(report.cases for _, report in chain)
        state = state_of(self._root, folder, ran, known, cases, run.since)
        if state == "running":
            run.ran = True
            return None if quiet < ENDLESS_MS else False
        if state == "whole":
            return True
        # It was seen to run and is over: this is all that comes.
        return False if run.ran or quiet >= UNSURE_MS else None


def _is_going(run: _Run) -> bool:
    return run.runner is None or run.runner.written == "class by class"


def _last_chain(reports: Iterable[tuple[ReportFile, Report]], gap: int) -> list[tuple[ReportFile, Report]]:
    """The files of the last run, in the order they were written: each began before the one before it had
    been over for ``gap`` ms."""
    files = sorted(reports, key=lambda read: (read[0].identity[1], read[0].name))
    chain = [files.pop()]
    began = chain[0][0].mtime - (chain[0][1].duration_ms or 0)
    while files and began - files[-1][0].mtime <= gap:
        chain.append(files.pop())
        began = min(began, chain[-1][0].mtime - (chain[-1][1].duration_ms or 0))
    return chain[::-1]
