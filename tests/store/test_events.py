"""One happening is one row, whoever reports it and however often."""

from __future__ import annotations

import sqlite3
from itertools import permutations

import pytest
from attrs import evolve

from afterglow.core.model import Anchor, Observation, Source, Status
from afterglow.store import archive, events, facts
from tests.store.making import GAP, NOW, PLACE, count, happening, job, record

HOUR = 3_600_000


def test_what_is_recorded_comes_back_as_it_was(connection: sqlite3.Connection) -> None:
    seen = job(
        "editor",
        "fail",
        ago=5,
        exit_code=1,
        duration_ms=12.5,
        started_at=NOW - 20,
        tags=("python",),
        data={"failed": 2, "failing": ["test_a"]},
        anchor=Anchor("file:///a.py", 3),
    )
    made = record(connection, seen)
    event = made.event
    assert made.new
    assert (event.kind, event.workspace, event.at, event.recorded_at) == ("job.finished", PLACE, NOW - 5, NOW)
    assert (event.label, event.labels, event.source, event.job) == ("pytest", ("pytest",), "editor", "test")
    assert (event.status, event.exit_code, event.duration_ms, event.started_at) == ("fail", 1, 12.5, NOW - 20)
    assert (event.tags, event.number("failed"), event.anchor) == (("python",), 2, Anchor("file:///a.py", 3))
    assert event.session_id is not None
    assert events.fetch(connection, [event.seq]) == [event]


def test_fetch_gives_many_in_order_and_leaves_out_what_is_gone(connection: sqlite3.Connection) -> None:
    seqs = [record(connection, happening("commit", key=f"k{n}")).event.seq for n in range(1_200)]
    found = events.fetch(connection, [*reversed(seqs), 10**9, seqs[0]])
    assert [event.seq for event in found] == seqs
    assert events.fetch(connection, []) == []


@pytest.mark.parametrize("kind", ["focus", "file.saved", "diagnostics", "no.such.kind"])
def test_kinds_that_are_not_kept_leave_no_row(connection: sqlite3.Connection, kind: str) -> None:
    assert events.record(connection, happening(kind), now=NOW, session_gap_ms=GAP) is None
    assert count(connection, "events") == 0


def test_nothing_ends_in_the_future(connection: sqlite3.Connection) -> None:
    assert record(connection, job("report", ago=-HOUR)).event.at == NOW


# -- joining -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"ago": 0}, {"ago": 5_000}, id="ends within 5 s"),
        pytest.param({"ago": 5_000}, {"ago": 0}, id="ends within 5 s, the other way"),
        pytest.param({"ago": 60_000}, {"ago": 0, "duration_ms": 60_000.0}, id="touches the span by duration"),
        pytest.param({"ago": 60_000}, {"ago": 0, "started_at": NOW - 60_000}, id="touches the span by start"),
        pytest.param({"ago": 0, "duration_ms": 90_000.0}, {"ago": 30_000}, id="lies inside"),
        pytest.param(
            {"ago": 0, "duration_ms": 60_000.0}, {"ago": 50_000, "duration_ms": 30_000.0}, id="overlaps"
        ),
    ],
)
def test_another_source_of_the_same_happening_joins(
    connection: sqlite3.Connection, first: dict[str, int], second: dict[str, int]
) -> None:
    one = record(connection, job("run", **first))  # type: ignore[arg-type]
    other = record(connection, job("report", **second))  # type: ignore[arg-type]
    assert not other.new
    assert other.event.id == one.event.id
    assert count(connection, "events") == 1
    assert other.event.sources == ("run", "report")


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(job("run", ago=1), id="the same source"),
        pytest.param(job("report", ago=5_001), id="ended too long before"),
        pytest.param(job("report", kind="build"), id="another kind of job"),
        pytest.param(job("report", workspace="/other"), id="another workspace"),
        pytest.param(happening("job.started", source="report", data={"job": "test"}), id="no end"),
        pytest.param(happening("commit"), id="no job"),
    ],
)
def test_what_is_another_happening_does_not_join(connection: sqlite3.Connection, second: Observation) -> None:
    record(connection, job("run"))
    assert record(connection, second).new
    assert count(connection, "events") == 2


def test_two_reports_are_two_happenings(connection: sqlite3.Connection) -> None:
    one = record(connection, job("report", ago=1_000, key="a"))
    two = record(connection, job("report", key="b"))
    assert one.event.id != two.event.id
    joined = record(connection, job("run", ago=900))
    assert joined.event.id == one.event.id, "the nearest end is the one"
    assert record(connection, job("editor", ago=100)).event.id == two.event.id


def test_a_recognised_command_joins_the_job_that_it_is(connection: sqlite3.Connection) -> None:
    record(connection, job("report"))
    command = happening("command", source="hook", label="pytest", status="ok", data={"job": "test"})
    assert not record(connection, command).new


STRENGTH: tuple[Status, ...] = ("unknown", "ok", "cancelled", "fail")


@pytest.mark.parametrize("weaker", STRENGTH)
@pytest.mark.parametrize("stronger", STRENGTH)
def test_on_conflict_the_stronger_status_stays(
    connection: sqlite3.Connection, weaker: Status, stronger: Status
) -> None:
    if STRENGTH.index(weaker) > STRENGTH.index(stronger):
        weaker, stronger = stronger, weaker
    for order in ((weaker, stronger), (stronger, weaker)):
        connection.execute("DELETE FROM events")
        record(connection, job("run", order[0]))
        assert record(connection, job("report", order[1])).event.status == stronger


def test_missing_fields_are_filled_and_known_ones_stay(connection: sqlite3.Connection) -> None:
    record(connection, job("run", label="make test", exit_code=0, tags=("python",), data={"coverage": 80}))
    report = job(
        "report",
        label="pytest",
        exit_code=1,
        duration_ms=38_000.0,
        started_at=NOW - 38_000,
        tags=("python", "ci"),
        data={"coverage": 12, "passed": 142},
        anchor=Anchor("file:///t.py", 9),
    )
    event = record(connection, report).event
    assert (event.exit_code, event.duration_ms, event.started_at) == (0, 38_000.0, NOW - 38_000)
    assert event.labels == ("make test", "pytest")
    assert event.tags == ("python", "ci")
    assert (event.data["coverage"], event.data["passed"]) == (80, 142)
    assert event.anchor == Anchor("file:///t.py", 9)
    third = record(
        connection, job("editor", label="Test", anchor=Anchor("file:///other.py", 1), duration_ms=1.0)
    )
    assert (third.event.anchor, third.event.duration_ms) == (event.anchor, 38_000.0)
    assert third.event.labels == ("make test", "pytest", "Test")


def test_numbers_of_two_sources_are_never_mixed(connection: sqlite3.Connection) -> None:
    record(connection, job("emit", data={"passed": 10}))
    event = record(connection, job("report", data={"passed": 142, "failed": 3, "failing": ["a"]})).event
    assert event.number("passed") == 10
    assert event.number("failed") is None
    assert "failing" not in event.data


def test_a_joined_event_that_was_told_stays_told(connection: sqlite3.Connection) -> None:
    event = record(connection, job("run")).event
    connection.execute("UPDATE events SET state = 3 WHERE seq = ?", (event.seq,))
    record(connection, job("report"))
    assert count(connection, "events", "state = 3") == 1


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_chain_of_sources_is_one_row_in_any_order(
    connection: sqlite3.Connection, order: tuple[int, ...]
) -> None:
    sources: tuple[Source, ...] = ("editor", "report", "run")
    seen = [job(source, ago=100 * n, label=source) for n, source in enumerate(sources)]
    for number in order:
        record(connection, seen[number])
    assert count(connection, "events") == 1
    assert count(connection, "labels") == 3


# -- keys ----------------------------------------------------------------------------------------------


def test_a_sensors_key_names_one_happening_for_good_and_from_everywhere(
    connection: sqlite3.Connection,
) -> None:
    first = record(connection, happening("commit", key="line-1"))
    for workspace, later in ((PLACE, 0), ("/worktree", HOUR), (PLACE, 365 * 24 * HOUR)):
        again = record(connection, happening("commit", workspace=workspace, key="line-1"), NOW + later)
        assert not again.new
        assert again.event.id == first.event.id
    assert count(connection, "events") == 1


def test_a_clients_key_holds_in_its_workspace_for_a_day(connection: sqlite3.Connection) -> None:
    seen = happening("milestone", source="emit", key="v1")
    first = record(connection, seen)
    assert not record(connection, seen, NOW + 24 * HOUR - 1).new
    assert record(connection, evolve(seen, workspace="/other")).new
    later = record(connection, evolve(seen, at=NOW + 24 * HOUR), NOW + 24 * HOUR)
    assert later.new and later.event.id != first.event.id
    assert not record(connection, seen, NOW + 24 * HOUR + 1).new, "the key is taken anew"


def test_a_clients_key_is_free_again_after_the_clock_was_set_back(connection: sqlite3.Connection) -> None:
    seen = happening("milestone", source="emit", key="v1")
    record(connection, seen, NOW + 10 * 365 * 24 * HOUR)
    assert record(connection, seen, NOW).new


def test_a_clients_key_and_a_sensors_are_apart(connection: sqlite3.Connection) -> None:
    record(connection, happening("commit", key="same"))
    assert record(connection, happening("milestone", source="emit", key="same")).new


def test_the_key_of_a_joined_report_is_known_from_then_on(connection: sqlite3.Connection) -> None:
    record(connection, job("run"))
    joined = record(connection, job("report", key="file-1"))
    again = record(connection, job("report", key="file-1"), NOW + HOUR)
    assert not again.new and again.event.id == joined.event.id


def test_what_its_user_erased_is_not_recorded_again(connection: sqlite3.Connection) -> None:
    record(connection, happening("commit", ago=HOUR, key="line-1"))
    archive.forget_before(connection, NOW - 1)
    seen = happening("commit", ago=HOUR, key="line-1")
    assert events.record(connection, seen, now=NOW, session_gap_ms=GAP) is None
    assert count(connection, "events") == 0


# -- silence and hazards -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "state"),
    [
        pytest.param(happening("commit"), 1, id="a kind that speaks"),
        pytest.param(happening("commit", silent=True), 0, id="missed while no window was open"),
        pytest.param(happening("stash"), 0, id="a kind that never speaks"),
        pytest.param(
            happening("command", source="hook", data={"program": "ls"}), 0, id="a command that is no job"
        ),
        pytest.param(
            happening("command", source="hook", data={"job": "test"}), 1, id="a command that is a job"
        ),
    ],
)
def test_what_may_speak_waits_for_an_owner(
    connection: sqlite3.Connection, seen: Observation, state: int
) -> None:
    record(connection, seen)
    assert count(connection, "events", f"state = {state}") == 1


def test_a_silent_happening_belongs_to_no_session(connection: sqlite3.Connection) -> None:
    assert record(connection, happening("commit", silent=True)).event.session_id is None
    assert count(connection, "sessions") == 0


def test_a_hazard_holds_from_now_and_the_longer_one_stays(connection: sqlite3.Connection) -> None:
    seen = happening("command", source="hook", data={"program": "rm", "hazard": "destructive"})
    record(connection, seen)
    events.add_hazard(connection, PLACE, "destructive", NOW + 1)
    assert [(one.kind, one.until) for one in facts.hazards(connection, PLACE, NOW)] == [
        ("destructive", NOW + 60_000)
    ]
    assert facts.hazards(connection, PLACE, NOW + 60_000) == ()
    assert facts.hazards(connection, "/other", NOW) == ()


def test_a_hazard_from_before_the_clock_was_set_back_hides_no_new_one(connection: sqlite3.Connection) -> None:
    events.add_hazard(connection, PLACE, "destructive", NOW + 10 * 365 * 24 * HOUR)
    events.add_hazard(connection, PLACE, "destructive", NOW + 60_000)
    assert facts.hazards(connection, PLACE, NOW)[0].until == NOW + 60_000


# -- what a row may hold -------------------------------------------------------------------------------


def test_names_that_are_no_utf8_are_stored_and_found(connection: sqlite3.Connection) -> None:
    odd = b"/caf\xe9".decode("utf-8", "surrogateescape")
    made = record(connection, job("run", workspace=odd, label=f"test {odd}", data={"failing": [odd]}))
    assert made.event.data["failing"] == [odd]
    assert made.event.label == f"test {odd}"
    assert not record(connection, job("report", workspace=odd, key=odd)).new
    record(connection, job("run", "fail", workspace=odd, label=f"test {odd}"), NOW + 1)
    assert len(facts.red(connection, odd, NOW + 1)) == 1


def test_a_damaged_row_reads_as_an_empty_one(connection: sqlite3.Connection) -> None:
    event = record(connection, job("run")).event
    connection.execute(
        "UPDATE events SET labels = '[1, \"x', sources = x'ff00', data = '[]', status = 'perhaps',"
        " tags = '{}'"
    )
    [read] = events.fetch(connection, [event.seq])
    assert (read.labels, read.sources, read.tags, dict(read.data), read.status) == ((), (), (), {}, None)
    assert record(connection, job("report")).event.status == "ok"
