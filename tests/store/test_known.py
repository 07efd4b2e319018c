"""What the records say for the slots of a line."""

from __future__ import annotations

import sqlite3
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.clean import one_line
from afterglow.core.local_time import Clock
from afterglow.core.model import Event
from afterglow.core.slots import SLOTS
from afterglow.core.voice import Weather
from afterglow.store import known, opening, sessions
from tests.store.making import GAP, NOW, PLACE, happening, job, record
from tests.store.test_queue_plans import plans, traced

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
CLOCK = Clock(NOW, UTC)


def slots(connection: sqlite3.Connection, event: Event | None = None, **fields: Any) -> dict[str, str]:
    values: dict[str, Any] = {
        "user_id": "local",
        "user_name": None,
        "workspace": PLACE,
        "now": NOW,
        "clock": CLOCK,
        "branch": None,
        "weather": None,
        "session_id": "none",
        **fields,
    }
    return known.slots(connection, event=event, **values)


def red(connection: sqlite3.Connection, event: Event | None = None) -> dict[str, str]:
    names = ("test", "failing", "runs", "red_for", "red_when", "bug_type")
    return {name: value for name, value in slots(connection, event).items() if name in names}


def failed(connection: sqlite3.Connection, ago: int, *tests: str, **more: Any) -> Event:
    data = {"failing": list(tests), "failed": len(tests) or 1, "passed": 140 - len(tests)}
    return record(connection, job(status="fail", ago=ago, data=data, **more)).event


def test_an_empty_database_knows_the_project_only(connection: sqlite3.Connection) -> None:
    assert slots(connection) == {"project_name": "project"}
    assert slots(connection, user_name="Ada\n", branch="main") == {
        "project_name": "project",
        "user_name": "Ada",
        "branch": "main",
    }
    assert slots(connection, workspace="C:\\work\\shop\\")["project_name"] == "shop"


def test_what_ran_last(connection: sqlite3.Connection) -> None:
    record(connection, job(ago=HOUR, label="release", kind="task"))
    record(connection, job(ago=MINUTE, label="pytest"))
    record(connection, job(ago=0, label="elsewhere", workspace="/other"))
    record(connection, happening("job.started", label="pending", data={"job": "task"}))
    found = slots(connection)
    assert (found["recent_activity"], found["last_task"]) == ("pytest", "release")
    assert "recent_activity" not in slots(connection, now=NOW + 2 * DAY)


def test_how_long_ago_the_last_session_was(connection: sqlite3.Connection) -> None:
    sessions.open_workspace(connection, PLACE, NOW - 4 * DAY, GAP)
    mine = sessions.open_workspace(connection, PLACE, NOW, GAP).session.id
    found = slots(connection, session_id=mine)
    assert (found["days"], found["age"]) == ("4", "4 days")
    assert found["when"] == CLOCK.when(NOW - 4 * DAY)
    early = slots(connection, session_id=mine, clock=Clock(NOW - 5 * DAY, UTC))
    assert not {"days", "age", "when"} & early.keys(), "the clock was set back"


@pytest.mark.parametrize(
    ("path", "patterns", "name"),
    [
        (f"{PLACE}/src/auth.py", (), "auth.py"),
        (f"{PLACE}/src/auth.py", ("src/*",), None),
        (f"{PLACE}/src/auth.py", ("*.js",), "auth.py"),
        (f"{PLACE}/.env", (), None),
        ("/home/ada/.ssh/id_rsa", (), None),
        ("C:\\work\\auth.py", (), "auth.py"),
    ],
)
def test_a_file_by_its_name_alone_and_none_that_is_private(
    connection: sqlite3.Connection, path: str, patterns: tuple[str, ...], name: str | None
) -> None:
    mine = sessions.open_workspace(connection, PLACE, NOW, GAP).session.id
    sessions.touch(connection, PLACE, NOW, path)
    assert slots(connection, session_id=mine, exclude_paths=patterns).get("file") == name


def test_the_file_of_this_session_goes_before_that_of_the_last(connection: sqlite3.Connection) -> None:
    sessions.open_workspace(connection, PLACE, NOW - DAY, GAP)
    sessions.touch(connection, PLACE, NOW - DAY, "/project/old.py")
    mine = sessions.open_workspace(connection, PLACE, NOW, GAP).session.id
    assert slots(connection, session_id=mine)["file"] == "old.py"
    sessions.touch(connection, PLACE, NOW, "/project/new.py")
    assert slots(connection, session_id=mine)["file"] == "new.py"


def test_the_newest_red_where_no_job_is_at_hand(connection: sqlite3.Connection) -> None:
    assert red(connection) == {}
    failed(connection, 90 * MINUTE, "a")
    failed(connection, 20 * MINUTE, "tests/test_auth.py::TestToken::test_expiry[utc]", "b", "c")
    assert red(connection) == {
        "test": "test_expiry",
        "failing": "3",
        "runs": "2",
        "red_for": "1 h 10",
        "red_when": CLOCK.when(NOW - 20 * MINUTE),
        "bug_type": "the test run",
    }
    opened = record(connection, happening("session.open", source="editor")).event
    assert red(connection, opened) == {}, "what is still red at an opening is for the previous session to say"


def test_one_failure_is_not_counted(connection: sqlite3.Connection) -> None:
    failed(connection, MINUTE, "a")
    assert red(connection).keys() == {"test", "red_when", "bug_type"}
    record(connection, job(status="fail", kind="lint", label="ruff", data={"failed": 7, "failing": ["E501"]}))
    assert red(connection) == {"red_when": CLOCK.when(NOW), "bug_type": "the linter"}


def test_the_streak_that_a_green_run_ends(connection: sqlite3.Connection) -> None:
    record(connection, job(ago=3 * HOUR, data={"passed": 140}))
    for ago in (52, 30, 10):
        failed(connection, ago * MINUTE, "x", "y")
    green = record(connection, job(data={"passed": 140})).event
    found = red(connection, green)
    assert (found["runs"], found["red_for"], found["test"], found["failing"]) == ("3", "52 min", "x", "2")
    again = record(connection, job(ago=-1, data={"passed": 140}), NOW + 1).event
    assert red(connection, again) == {}, "nothing was red before this one"


def test_a_part_of_the_tests_ends_no_streak(connection: sqlite3.Connection) -> None:
    record(connection, job(ago=3 * HOUR, data={"passed": 140}))
    failed(connection, 52 * MINUTE, "x", "y")
    part = record(connection, job(data={"passed": 3})).event
    assert red(connection, part) == {}


def test_a_streak_of_yesterday_is_not_given_a_span(connection: sqlite3.Connection) -> None:
    record(connection, job(ago=30 * HOUR, data={"passed": 140}))
    for ago in (21, 20):
        failed(connection, ago * HOUR, "x", "y")
    green = record(connection, job(data={"passed": 140})).event
    assert "red_for" not in red(connection, green)
    assert red(connection, green)["runs"] == "2"


def test_a_topic_and_how_often_it_came_up(connection: sqlite3.Connection) -> None:
    for ago, topic in ((9, "parser"), (5, "css"), (3, 'a "parser"'), (1, "parser")):
        record(connection, happening("topic.change", ago=ago * MINUTE, data={"to": topic, "from": "x"}))
    found = slots(connection)
    assert (found["topic"], found["visits"]) == ("parser", "2nd")
    record(connection, happening("topic.change", data={"to": "lexer"}))
    assert slots(connection)["topic"] == "lexer"
    assert "visits" not in slots(connection), "the first is no return"


def test_what_the_event_at_hand_says(connection: sqlite3.Connection) -> None:
    event = record(connection, happening("phase.change", data={"from": "writing", "to": "testing"})).event
    found = slots(connection, event)
    assert (found["from"], found["to"]) == ("writing", "testing")
    switched = record(connection, happening("branch.switch", data={"from": "a", "to": "b"})).event
    assert not {"from", "to"} & slots(connection, switched).keys()
    assert slots(connection, record(connection, job(label="make all")).event)["label"] == "make all"


def test_the_weather_for_three_hours(connection: sqlite3.Connection) -> None:
    data = {"temp_c": -0.2, "rain": 0, "snow": 2.5, "place": "Oslo"}
    record(connection, happening("weather", ago=HOUR, data=data))
    now = known.weather(connection, PLACE, NOW)
    assert now == Weather(-0.2, rain=False, snow=True, place="Oslo")
    assert known.weather(connection, PLACE, NOW + 2 * HOUR) is None
    assert known.weather(connection, PLACE, NOW - 2 * HOUR) is None
    assert known.weather(connection, "/other", NOW) is None
    found = slots(connection, weather=now)
    assert (found["temp"], found["place"]) == ("0 C", "Oslo")
    assert slots(connection, weather=Weather(31.0), fahrenheit=True)["temp"] == "88 F"
    assert "temp" not in slots(connection, weather=Weather(None))


ANYTHING = (
    st.none() | st.booleans() | st.floats() | st.integers() | st.text() | st.lists(st.text(), max_size=3)
)
DATA = st.dictionaries(
    st.sampled_from(["from", "to", "failing", "failed", "temp_c", "rain", "place"]), ANYTHING
)


@given(DATA, st.text(max_size=20), st.text(max_size=20))
def test_any_record_gives_clean_values_that_are_slots(data: dict[str, Any], name: str, label: str) -> None:
    connection = opening.memory()
    try:
        for kind in ("topic.change", "weather"):
            event = record(connection, happening(kind, data=data)).event
        failing = record(connection, job(status="fail", label=label, data=data)).event
        weather = known.weather(connection, PLACE, NOW)
        for one in (None, event, failing):
            found = slots(connection, one, user_name=name, branch=label, weather=weather)
            assert found.keys() <= SLOTS.keys()
            assert all(value and value == one_line(value) for value in found.values())
    finally:
        connection.close()


def test_no_query_reads_its_way_through_the_records(connection: sqlite3.Connection) -> None:
    event = failed(connection, MINUTE, "x")
    green = record(connection, job()).event

    def work() -> None:
        for one in (None, event, green):
            slots(connection, one)
        known.weather(connection, PLACE, NOW)

    statements = traced(connection, work)
    steps = plans(connection, statements)
    assert len(statements) > 20
    assert not [step for step in steps if step[0].startswith("SCAN") or "TEMP B-TREE" in step[0]]


def test_it_is_no_more_work_among_many_records(connection: sqlite3.Connection) -> None:
    def steps() -> int:
        """How many instructions SQLite runs for it."""
        done = [0]

        def one_more() -> None:
            done[0] += 1

        connection.set_progress_handler(one_more, 1)
        slots(connection)
        connection.set_progress_handler(None, 1)
        return done[0]

    def more(numbers: range) -> None:
        for number in numbers:
            failed(connection, number * MINUTE, "x")
            record(connection, happening("topic.change", ago=number * MINUTE, data={"to": "parser"}))

    more(range(150))
    few = steps()
    more(range(150, 1_000))
    assert steps() < few * 1.2
