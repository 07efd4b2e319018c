"""What earlier runs are remembered by: measures, and whether they stand for a whole run or a part."""

from __future__ import annotations

import sqlite3

from afterglow.core.model import Facts
from afterglow.store import facts
from afterglow.store.events import Recorded
from tests.store.making import NOW, job, record

MINUTE = 60_000
WHEEL = {"part": "wheel", "made": 1}


def known(connection: sqlite3.Connection, made: Recorded) -> Facts:
    return facts.facts_for(connection, made.event, None, ())


def test_measures_are_remembered(connection: sqlite3.Connection) -> None:
    metrics = {"complexity": 4.1, "most complex": 19, "odd": "x", "huge": 1e300}
    record(connection, job(ago=2 * MINUTE, data={"coverage": 87.3, "metrics": metrics}))
    record(connection, job(ago=MINUTE, data={"coverage": 0.87, "metrics": [1]}))
    newest, oldest = known(connection, record(connection, job())).history
    assert (oldest.coverage, oldest.metrics) == (87.3, {"complexity": 4.1, "most complex": 19})
    assert (newest.coverage, newest.metrics) == (None, {})


def test_what_a_file_proves_is_a_part_until_somebody_saw_the_run(connection: sqlite3.Connection) -> None:
    record(connection, job("cache", ago=4 * MINUTE, data={"mended": 2, "failing": []}))
    record(connection, job("cache", ago=3 * MINUTE, data={"mended": 2, "failing": []}))
    record(connection, job("run", ago=3 * MINUTE, exit_code=0, duration_ms=900.0))
    record(connection, job("report", ago=2 * MINUTE, data={"passed": 12}))
    record(connection, job("cache", ago=2 * MINUTE, data={"mended": 2, "failing": []}))
    history = known(connection, record(connection, job())).history
    assert [(one.part, one.passed) for one in history] == [(None, 12), (None, None), ("tests", None)]


def test_a_wheel_of_a_make_that_failed_is_a_failure(connection: sqlite3.Connection) -> None:
    record(connection, job("cache", kind="build", label="wheel", ago=8_000, data=WHEEL))
    run = job("run", "fail", kind="build", label="make", exit_code=2, duration_ms=30_000.0)
    made = record(connection, run)
    assert not made.new
    assert made.event.status == "fail"
    assert {red.label for red in facts.red(connection, "/project", NOW)} == {"wheel", "make"}
    # Making it again mends no more than itself.
    record(connection, job("cache", kind="build", label="wheel", ago=-MINUTE, data=WHEEL), NOW + MINUTE)
    assert {red.label for red in facts.red(connection, "/project", NOW + MINUTE)} == {"make"}
