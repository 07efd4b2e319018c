"""A test report, read from JUnit XML bytes: what it counts, what it proves, where its tests are.

Invariant: pure, bytes in and a frozen ``Report`` out. A report proves ``fail`` by one failed case,
``ok`` only when it is complete, has a pass and no failure, and otherwise nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from typing import Final

from attrs import field, frozen

from afterglow.core.model import Status
from afterglow.sensors import junit_child

MAX_NAME_CHARS: Final = 200
RUNNERS: Final[Mapping[str, str]] = {
    "pytest": "pytest",
    "pytest tests": "pytest",
    "jest tests": "jest",
    "vitest tests": "vitest",
    "mocha tests": "mocha",
    "nextest-run": "nextest",
    "playwright": "playwright",
    "playwright tests": "playwright",
}
"""Suite names that runners give by themselves, lower case, and what people call the runner."""
_ZERO_BASED: Final = frozenset({"pytest"})
"""Runners whose ``line`` counts from 0 (pytest's xunit1 family); the others count from 1."""


@frozen
class Place:
    """A file as the report names it (relative or absolute, unchecked) and a line from 0, if given."""

    file: str
    line: int | None


@frozen
class Report:
    """One report. Durations and times in milliseconds.

    ``whole``: the XML is well-formed to its end; ``complete``: it also has a case, and every case that
    its suites promise. ``failing``: at most 50 names, clean, of at most 200 characters.
    ``failed_ids``: ``class::name`` of at most 20,000. ``passing``: of the ids asked for, those that
    passed. ``zoned``: ``started_at`` named its time zone; if not it was read as UTC.
    """

    passed: int
    failed: int
    skipped: int
    errors: int
    duration_ms: float | None
    suite: str | None
    failing: tuple[str, ...]
    first_failing: Place | None
    started_at: int | None
    zoned: bool
    whole: bool
    complete: bool
    failed_ids: tuple[str, ...] = ()
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
    return from_found(junit_child.scan(data, ask))


def from_found(found: junit_child.Found) -> Report | None:
    """A ``Report`` of what the reader found; None where it refused."""
    if found["refused"] is not None:
        return None
    suite = next((label for name in found["names"] if (label := RUNNERS.get(name.strip().lower()))), None)
    base = 0 if suite in _ZERO_BASED else 1
    seconds = found["seconds"]
    return Report(
        passed=found["passed"],
        failed=found["failed"],
        skipped=found["skipped"],
        errors=found["errors"],
        duration_ms=None if seconds is None else round(seconds * 1000, 3),
        suite=suite,
        failing=tuple(name for name in map(clean_name, found["failing"]) if name),
        first_failing=_place(found["first_failing"], base),
        started_at=found["started_at"],
        zoned=found["zoned"],
        whole=found["whole"],
        complete=found["complete"],
        failed_ids=tuple(found["failed_ids"]),
        passing={test: _place(where, base) for test, where in found["answers"].items()},
    )


def clean_name(name: str) -> str:
    """One line without control, format or unassigned characters, at most 200 long."""
    kept = "".join(" " if char.isspace() else char for char in name if _shown(char))
    return " ".join(kept.split())[:MAX_NAME_CHARS].rstrip()


def _shown(char: str) -> bool:
    return char.isspace() or not unicodedata.category(char).startswith("C")


def _place(where: junit_child.Where | None, base: int) -> Place | None:
    if where is None:
        return None
    file, line = where
    return Place(file, None if line is None else max(0, line - base))
