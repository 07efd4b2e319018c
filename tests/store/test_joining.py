"""What a runner's cache and a report tell of one run: joined where both mean that run, apart otherwise."""

from __future__ import annotations

import sqlite3
from itertools import permutations

import pytest

from afterglow.core.model import Observation, Status
from afterglow.store import events
from tests.store.making import GAP, NOW, count, job, record

COUNTS = {"passed": 4, "failed": 0, "skipped": 0, "errors": 0, "total": 4}
MINUTE = 60_000


def cache(status: Status, ago: int = 0, mended: int = 1, label: str = "pytest") -> Observation:
    failing = {"failing": ["test_total"]} if status == "fail" else {}
    return job("cache", status, ago=ago, label=label, data={**failing, "mended": mended})


def report(status: Status, ago: int = 0, label: str = "pytest") -> Observation:
    return job("report", status, ago=ago, label=label, data={**COUNTS, "failing": []})


def coverage(key: str | None = None) -> Observation:
    return job("report", None, label=None, fills=True, data={"coverage": 87.3}, key=key)


def test_a_cache_joins_the_report_of_its_runner_in_any_order(connection: sqlite3.Connection) -> None:
    for place, seen in enumerate(permutations((cache("ok", 900), report("ok")))):
        moved = [
            Observation(one.kind, f"/p{place}", one.source, one.at, one.label, one.status, data=one.data)
            for one in seen
        ]
        made = [record(connection, one) for one in moved]
        assert [one.new for one in made] == [True, False]
        event = made[1].event
        assert (event.status, event.labels, set(event.sources)) == ("ok", ("pytest",), {"cache", "report"})
        assert (event.number("passed"), event.number("mended")) == (4, 1)


@pytest.mark.parametrize("label", ["jest", "backend"])
def test_a_cache_is_not_the_report_of_another_runner(connection: sqlite3.Connection, label: str) -> None:
    record(connection, report("ok", label=label))
    assert record(connection, cache("fail")).new
    assert record(connection, report("ok", label="vitest")).new, "nor is a report that of another cache"
    assert count(connection, "events") == 3


def test_a_cache_joins_a_run_whatever_that_is_called(connection: sqlite3.Connection) -> None:
    record(connection, job("run", "ok", label="make test", duration_ms=9_000.0))
    made = record(connection, cache("unknown", ago=400, mended=0))
    assert not made.new
    assert (made.event.status, made.event.labels) == ("ok", ("make test", "pytest"))


@pytest.mark.parametrize("first", [0, 1])
def test_a_proven_failure_is_never_joined_away(connection: sqlite3.Connection, first: int) -> None:
    seen = (cache("fail", mended=0), report("ok", ago=800))
    made = [record(connection, seen[first]), record(connection, seen[1 - first])]
    assert made[1].event.status == "fail"


def test_two_states_of_a_cache_are_two_runs(connection: sqlite3.Connection) -> None:
    record(connection, cache("fail", ago=2_000))
    assert record(connection, cache("ok")).new


def test_what_only_fills_adds_to_the_run_on_record(connection: sqlite3.Connection) -> None:
    known = record(connection, report("ok", ago=20_000))
    made = record(connection, coverage())
    assert not made.new
    assert made.event.id == known.event.id
    assert made.event.data["coverage"] == 87.3
    assert (made.event.status, made.event.labels, made.event.at) == ("ok", ("pytest",), NOW - 20_000)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(None, id="nothing"),
        pytest.param(report("ok", ago=events.FILL_MS + 1), id="a run of long ago"),
        pytest.param(job("report", "ok", kind="build"), id="another job"),
        pytest.param(job("report", "ok", workspace="/other"), id="another workspace"),
    ],
)
def test_what_fills_nothing_is_dropped(connection: sqlite3.Connection, seen: Observation | None) -> None:
    if seen is not None:
        record(connection, seen)
    assert events.record(connection, coverage("c"), now=NOW, session_gap_ms=GAP) is None
    assert count(connection, "events") == (seen is not None)
    assert count(connection, "keys") == 0, "so that it can still fill a run that is recorded later"


def test_what_fills_twice_says_what_it_said_first(connection: sqlite3.Connection) -> None:
    record(connection, report("ok"))
    record(connection, coverage("c1"))
    changed = job("report", None, label=None, fills=True, data={"coverage": 1.0}, key="c2")
    assert record(connection, changed).event.data["coverage"] == 87.3
