"""A test report, read from JUnit XML or TRX bytes: what it counts, what it proves, where its tests are.

Invariant: pure, bytes in and a frozen ``Report`` out. A report proves ``fail`` by one failed case,
``ok`` only when it is complete, has a pass and no failure, and otherwise nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from attrs import field, frozen

from afterglow.core.model import Status
from afterglow.sensors import junit_child, trx
from afterglow.sensors.report_table import recognised

MAX_NAME_CHARS: Final = 200
MAX_FAILING: Final = 50


@frozen
class Place:
    """A file as the report names it (relative or absolute, unchecked) and a line from 0, if given."""

    file: str
    line: int | None


@frozen
class Report:
    """One report. Durations and times in milliseconds.

    ``suite``: the runner's name where the file tells it. ``whole``: the XML is well-formed to its end;
    ``short``: its suites promise more than it shows; ``complete``: whole, not short, and with a case.
    ``failing``: at most 50 names, clean, of at most 200 characters. ``failed_ids``: ``class::name`` of at
    most 20,000; ``failed_at``: where the first 50 of them are, as far as the report says. ``passing``: of
    the ids asked for, those that passed. ``zoned``: ``started_at`` named its time zone; if not it was
    read as UTC.
    """

    passed: int
    failed: int
    skipped: int
    errors: int
    duration_ms: float | None
    suite: str | None
    failing: tuple[str, ...]
    started_at: int | None
    zoned: bool
    whole: bool
    complete: bool
    short: bool = False
    failed_ids: tuple[str, ...] = ()
    failed_at: Mapping[str, Place] = field(factory=dict)
    passing: Mapping[str, Place | None] = field(factory=dict)

    @property
    def cases(self) -> int:
        return self.passed + self.failed + self.skipped + self.errors

    @property
    def status(self) -> Status:
        if self.failed or self.errors:
            return "fail"
        return "ok" if self.complete and self.passed else "unknown"

    def place_of(self, test: str) -> Place | None:
        """Where the report says a passing test is, of those that were asked for."""
        return self.passing.get(test)


def parse(data: bytes, ask: Collection[str] = ()) -> Report | None:
    """The report in ``data``; None for what is no report or is refused (entities, depth, encoding).

    ``ask``: ids of tests whose passing is of interest. A report cut anywhere is still a report.
    """
    return from_found((trx if trx.is_trx(data) else junit_child).scan(data, ask))


def from_found(found: junit_child.Found) -> Report | None:
    """A ``Report`` of what the reader found; None where it refused."""
    if found["refused"] is not None:
        return None
    runner = recognised(found["signs"])
    base = 1 if runner is None else runner.line_base
    seconds = found["seconds"]
    return Report(
        passed=found["passed"],
        failed=found["failed"],
        skipped=found["skipped"],
        errors=found["errors"],
        duration_ms=None if seconds is None else round(seconds * 1000, 3),
        suite=None if runner is None else runner.label,
        failing=tuple(name for name in map(clean_name, found["failing"]) if name),
        started_at=found["started_at"],
        zoned=found["zoned"],
        whole=found["whole"],
        complete=found["complete"],
        short=found["short"],
        failed_ids=tuple(found["failed_ids"]),
        failed_at={test: _based(where, base) for test, where in found["failed_at"].items()},
        passing={
            test: None if where is None else _based(where, base) for test, where in found["answers"].items()
        },
    )


def clean_name(name: str) -> str:
    """One line without control, format or unassigned characters, at most 200 long."""
    kept = "".join(" " if char.isspace() else char for char in name if _shown(char))
    return " ".join(kept.split())[:MAX_NAME_CHARS].rstrip()


def _shown(char: str) -> bool:
    return char.isspace() or not unicodedata.category(char).startswith("C")


def _based(where: junit_child.Where, base: int) -> Place:
    file, line = where
    return Place(file, None if line is None else max(0, line - base))


def merged(reports: Sequence[Report]) -> Report:
    """One report of a run's several files, at least one. It took the time from the first start to the last
    end where all of them tell it, and never more than they took together."""
    failed = tuple(dict.fromkeys(test for report in reports for test in report.failed_ids))
    bad = frozenset(failed)
    whole = all(report.whole for report in reports)
    short = any(report.short for report in reports)
    starts = [report.started_at for report in reports if report.started_at is not None]
    spent = [report.duration_ms for report in reports if report.duration_ms is not None]
    duration = sum(spent) if spent else None
    if duration is not None and len(starts) == len(spent) == len(reports):
        ends = [start + took for start, took in zip(starts, spent, strict=True)]
        duration = min(duration, max(max(ends) - min(starts), *spent))
    cases = sum(report.cases for report in reports)
    return Report(
        passed=sum(report.passed for report in reports),
        failed=sum(report.failed for report in reports),
        skipped=sum(report.skipped for report in reports),
        errors=sum(report.errors for report in reports),
        duration_ms=None if duration is None else round(duration, 3),
        suite=next((report.suite for report in reports if report.suite is not None), None),
        failing=tuple(name for report in reports for name in report.failing)[:MAX_FAILING],
        started_at=min(starts) if starts else None,
        zoned=all(report.zoned for report in reports),
        whole=whole,
        complete=whole and not short and cases > 0,
        short=short,
        failed_ids=failed[: junit_child.MAX_IDS],
        failed_at={test: place for report in reports for test, place in report.failed_at.items()},
        passing={
            test: place for report in reports for test, place in report.passing.items() if test not in bad
        },
    )
