"""Red: some (job, label) whose newest proven outcome is a fail, less than 2 h old."""

from __future__ import annotations

import sqlite3

import pytest

from afterglow.core import kinds
from afterglow.core.model import Status
from afterglow.store import facts
from tests.store.making import NOW, PLACE, happening, job, record

MINUTE = 60_000
HOUR = 60 * MINUTE


def red(connection: sqlite3.Connection, now: int = NOW, workspace: str = PLACE) -> set[tuple[str, str]]:
    return {(one.job, one.label) for one in facts.red(connection, workspace, now)}


@pytest.mark.parametrize("kind", kinds.JOBS)
def test_only_some_jobs_redden(connection: sqlite3.Connection, kind: str) -> None:
    record(connection, job("run", "fail", kind=kind))
    assert red(connection) == ({(kind, "pytest")} if kind in kinds.RED_JOBS else set())


def test_ok_clears_its_own_key_only(connection: sqlite3.Connection) -> None:
    record(connection, job("run", "fail", ago=30 * MINUTE))
    record(connection, job("run", "fail", ago=29 * MINUTE, label="mypy", kind="typecheck"))
    record(connection, job("run", "fail", ago=28 * MINUTE, label="npm test"))
    record(connection, job("run", "ok", ago=20 * MINUTE))
    assert red(connection) == {("typecheck", "mypy"), ("test", "npm test")}
    assert red(connection, workspace="/other") == set()


@pytest.mark.parametrize("status", ["cancelled", "unknown", None])
def test_what_proves_nothing_changes_nothing(connection: sqlite3.Connection, status: Status | None) -> None:
    record(connection, job("run", status, ago=30 * MINUTE))
    assert red(connection) == set()
    record(connection, job("run", "fail", ago=20 * MINUTE))
    record(connection, job("run", status, ago=10 * MINUTE))
    assert red(connection) == {("test", "pytest")}


def test_every_label_of_a_happening_is_reddened_and_cleared(connection: sqlite3.Connection) -> None:
    record(connection, job("editor", "unknown", ago=30 * MINUTE, label="Run tests"))
    record(connection, job("run", "fail", ago=30 * MINUTE, label="pytest"))
    record(connection, job("report", None, ago=30 * MINUTE, label="unit"))
    assert red(connection) == {("test", "Run tests"), ("test", "pytest"), ("test", "unit")}
    record(connection, job("run", "ok", ago=20 * MINUTE, label="pytest"))
    record(connection, job("editor", "unknown", ago=20 * MINUTE, label="Run tests"))
    assert red(connection) == {("test", "unit")}, "a label that did not take part stays red"


def test_a_job_without_a_label_is_a_key_of_its_own(connection: sqlite3.Connection) -> None:
    record(connection, job("run", "fail", ago=MINUTE, label=None))
    assert red(connection) == {("test", "")}
    record(connection, job("run", "ok", label=None))
    assert red(connection) == set()


def test_a_late_label_takes_the_place_of_none(connection: sqlite3.Connection) -> None:
    record(connection, job("run", "fail", label=None))
    record(connection, job("report", "fail", label="pytest"))
    assert red(connection) == {("test", "pytest")}


def test_red_ends_after_two_hours(connection: sqlite3.Connection) -> None:
    record(connection, job("run", "fail"))
    assert red(connection, NOW + 2 * HOUR - 1) == {("test", "pytest")}
    assert red(connection, NOW + 2 * HOUR) == set()


def test_a_streak_knows_its_begin_and_its_length(connection: sqlite3.Connection) -> None:
    for ago, status in ((90, "fail"), (80, "ok"), (70, "fail"), (60, "unknown"), (50, "fail"), (40, "fail")):
        record(connection, job("run", status, ago=ago * MINUTE))  # type: ignore[arg-type]
    [one] = facts.red(connection, PLACE, NOW)
    assert (one.since, one.runs) == (NOW - 70 * MINUTE, 3)


def test_a_streak_longer_than_two_hours_began_when_it_began(connection: sqlite3.Connection) -> None:
    for ago in (180, 130, 10):
        record(connection, job("run", "fail", ago=ago * MINUTE))
    [one] = facts.red(connection, PLACE, NOW)
    assert (one.since, one.runs) == (NOW - 180 * MINUTE, 3)


def test_what_came_late_counts_by_when_it_happened(connection: sqlite3.Connection) -> None:
    record(connection, job("run", "ok", ago=10 * MINUTE))
    record(connection, job("run", "fail", ago=20 * MINUTE))
    assert red(connection) == set()


def test_a_clock_set_back_a_little_keeps_the_order_of_recording(connection: sqlite3.Connection) -> None:
    record(connection, job("run", "fail", ago=-HOUR), NOW + HOUR)
    assert red(connection) == {("test", "pytest")}
    record(connection, job("run", "ok"), NOW)
    assert red(connection, NOW + 1) == set()
    record(connection, job("run", "fail", ago=-2), NOW + 2)
    assert red(connection, NOW + 3) == {("test", "pytest")}


def test_a_failure_from_a_clock_that_ran_years_ahead_does_not_last_for_years(
    connection: sqlite3.Connection,
) -> None:
    ahead = NOW + 10 * 365 * 24 * HOUR
    record(connection, job("run", "fail", ago=NOW - ahead), ahead)
    assert red(connection, ahead) == {("test", "pytest")}
    assert red(connection) == set()


def test_a_happening_of_another_kind_reddens_nothing(connection: sqlite3.Connection) -> None:
    record(connection, happening("ci.finished", source="emit", status="fail"))
    record(connection, happening("job.started", source="run", label="pytest", data={"job": "test"}))
    assert red(connection) == set()
