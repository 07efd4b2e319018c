"""What the records say at one instant: every number that news may tell."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from afterglow.core.model import Facts
from afterglow.store import facts, sessions
from tests.store.making import GAP, NOW, PLACE, happening, job, record

MINUTE = 60_000
HOUR = 60 * MINUTE
YEARS = 10 * 365 * 24 * HOUR


def known(
    connection: sqlite3.Connection, made: Any, since: int | None = None, before: tuple[int, ...] = ()
) -> Facts:
    return facts.facts_for(connection, made.event, since, before)


# -- conflict and exception ----------------------------------------------------------------------------


def test_a_conflict_lasts_until_its_end(connection: sqlite3.Connection) -> None:
    assert facts.conflict_since(connection, PLACE) is None
    record(connection, happening("conflict.begin", ago=30 * MINUTE))
    record(connection, happening("conflict.end", ago=10 * MINUTE, workspace="/other"))
    assert facts.conflict_since(connection, PLACE, NOW) == NOW - 30 * MINUTE
    record(connection, happening("conflict.end", ago=20 * MINUTE))
    assert facts.conflict_since(connection, PLACE, NOW) is None


def test_a_conflict_ends_also_after_the_clock_was_set_back(connection: sqlite3.Connection) -> None:
    record(connection, happening("conflict.begin", ago=-YEARS), NOW + YEARS)
    assert facts.conflict_since(connection, PLACE, NOW) == NOW + YEARS
    record(connection, happening("conflict.end"), NOW)
    assert facts.conflict_since(connection, PLACE, NOW) is None


def test_an_ended_conflict_knows_when_it_had_begun(connection: sqlite3.Connection) -> None:
    record(connection, happening("conflict.begin", ago=30 * MINUTE))
    end = record(connection, happening("conflict.end"))
    assert known(connection, end).conflict_since == NOW - 30 * MINUTE
    again = record(connection, happening("conflict.end", ago=-1, key="again"), NOW + 1)
    assert known(connection, again).conflict_since is None


@pytest.mark.parametrize(
    ("ends", "later", "open_then"),
    [
        pytest.param(None, 0, True, id="now"),
        pytest.param(None, 10 * MINUTE - 1, True, id="not yet 10 min"),
        pytest.param(None, 10 * MINUTE, False, id="10 min"),
        pytest.param("debug", 2 * MINUTE, False, id="the debugger ended"),
        pytest.param("test", 2 * MINUTE, True, id="another job ended"),
        pytest.param(None, -YEARS, False, id="the clock was set back by years"),
        pytest.param(None, -MINUTE, True, id="the clock was set back by a minute"),
    ],
)
def test_an_exception_is_over_with_the_debugger_or_after_ten_minutes(
    connection: sqlite3.Connection, ends: str | None, later: int, open_then: bool
) -> None:
    record(connection, happening("debug.exception", source="editor"))
    if ends is not None:
        record(connection, job("editor", "ok", ago=-MINUTE, kind=ends), NOW + MINUTE)
    assert (facts.exception_at(connection, PLACE, NOW + later) == NOW) is open_then


# -- newcomer ------------------------------------------------------------------------------------------


def test_a_newcomer_is_one_until_something_has_ended_well(connection: sqlite3.Connection) -> None:
    sessions.open_workspace(connection, PLACE, NOW, GAP)
    record(connection, job("run", "fail", ago=3))
    record(connection, happening("conflict.begin", ago=2))
    first = record(connection, happening("commit", ago=1))
    assert facts.newcomer(connection, first.event.id), "the event at hand is no proof against itself"
    assert not facts.newcomer(connection, "another event")


@pytest.mark.parametrize("seen", [job("run", "ok"), happening("push"), happening("stash"), happening("tag")])
def test_what_ended_well_makes_nobody_a_newcomer(connection: sqlite3.Connection, seen: Any) -> None:
    record(connection, seen)
    assert not facts.newcomer(connection, "another event")


def test_the_second_session_is_no_newcomers(connection: sqlite3.Connection) -> None:
    sessions.open_workspace(connection, PLACE, NOW, GAP)
    assert facts.newcomer(connection, "")
    sessions.open_workspace(connection, "/other", NOW, GAP)
    assert not facts.newcomer(connection, "")


# -- history -------------------------------------------------------------------------------------------


def test_history_is_of_the_same_job_under_any_of_its_labels_newest_first(
    connection: sqlite3.Connection,
) -> None:
    record(connection, job("run", "ok", ago=50 * MINUTE, label="pytest", data={"passed": 140}))
    record(connection, job("run", "fail", ago=40 * MINUTE, label="unit", duration_ms=7.0))
    record(connection, job("run", "ok", ago=30 * MINUTE, label="mypy", kind="typecheck"))
    record(connection, job("run", "ok", ago=20 * MINUTE, label="npm test"))
    record(connection, job("run", "ok", ago=10 * MINUTE, workspace="/other"))
    record(connection, job("editor", "ok", label="unit"))
    made = record(connection, job("run", "ok", label="pytest"))
    record(connection, job("run", "ok", ago=-MINUTE), NOW + MINUTE)
    history = known(connection, made).history
    assert [(one.at, one.status) for one in history] == [
        (NOW - 40 * MINUTE, "fail"),
        (NOW - 50 * MINUTE, "ok"),
    ]
    assert (history[1].passed, history[0].duration_ms) == (140, 7.0)


def test_history_counts_a_happening_with_several_labels_once(connection: sqlite3.Connection) -> None:
    for ago in (20 * MINUTE, 0):
        record(connection, job("editor", "ok", ago=ago, label="unit"))
        made = record(connection, job("run", "ok", ago=ago, label="pytest"))
    assert len(known(connection, made).history) == 1


def test_history_is_bounded(connection: sqlite3.Connection) -> None:
    for number in range(facts.HISTORY + 20):
        record(connection, job("run", "ok", ago=(number + 1) * MINUTE, label="pytest"))
    made = record(connection, job("run", "ok"))
    assert len(known(connection, made).history) == facts.HISTORY


def test_a_commit_has_no_history_but_earlier_ones_of_its_kind(connection: sqlite3.Connection) -> None:
    record(connection, happening("commit", ago=HOUR))
    record(connection, happening("push", ago=HOUR))
    made = record(connection, happening("commit"))
    record(connection, happening("commit", ago=-1), NOW + 1)
    found = known(connection, made, NOW - 3 * HOUR, (NOW - 2 * HOUR, NOW - HOUR))
    assert found.history == ()
    assert found.same_kind == (NOW - HOUR, NOW - 2 * HOUR), "a commit in log and records counts once"
    assert found.known_since == NOW - 3 * HOUR


def test_commits_of_one_second_all_count(connection: sqlite3.Connection) -> None:
    for number in range(3):
        made = record(connection, happening("commit", key=f"line-{number}"))
    assert known(connection, made).same_kind == (NOW, NOW)


def test_commits_since_the_last_push_of_the_same_branch(connection: sqlite3.Connection) -> None:
    first = record(connection, happening("push", ago=50 * MINUTE, data={"branch": "main"}))
    assert known(connection, first).commits_since_push is None
    for ago, branch in ((60, "main"), (40, "main"), (30, "topic"), (20, "main")):
        record(connection, happening("commit", ago=ago * MINUTE, data={"branch": branch}))
    record(connection, happening("push", ago=10 * MINUTE, data={"branch": "topic"}))
    push = record(connection, happening("push", data={"branch": "main"}))
    found = known(connection, push)
    assert (found.last_push_at, found.commits_since_push) == (NOW - 50 * MINUTE, 2)


def test_the_last_tag_has_a_name(connection: sqlite3.Connection) -> None:
    record(connection, happening("tag", ago=HOUR, data={"name": "v1.0"}))
    made = record(connection, happening("tag", data={"name": "v1.1"}))
    assert known(connection, made).last_tag == ("v1.0", NOW - HOUR)


def test_a_commit_knows_the_newest_red_that_has_ended(connection: sqlite3.Connection) -> None:
    for ago, status in ((90, "fail"), (80, "ok"), (70, "fail"), (60, "fail"), (50, "ok"), (40, "fail")):
        record(connection, job("run", status, ago=ago * MINUTE))  # type: ignore[arg-type]
    made = record(connection, happening("commit"))
    assert known(connection, made).last_red == (NOW - 70 * MINUTE, NOW - 50 * MINUTE)
