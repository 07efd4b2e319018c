"""S8a: the nth return to a topic and how long it was left, from what is on record and nothing else."""

from __future__ import annotations

import sqlite3
from datetime import UTC
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.local_time import Clock
from afterglow.core.model import Event
from afterglow.core.returns import Change, gap_words, newest_return, nth_words
from afterglow.store import known, returns
from tests.store.making import NOW, PLACE, happening, record

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def changed(connection: sqlite3.Connection, ago: int, before: str, after: str, workspace: str = PLACE) -> str:
    seen = happening("topic.change", ago=ago, workspace=workspace, data={"from": before, "to": after})
    return record(connection, seen).event.id


def test_the_third_return_after_nine_days(connection: sqlite3.Connection) -> None:
    changed(connection, 30 * DAY, "parser", "css")
    changed(connection, 29 * DAY, "css", "parser")
    changed(connection, 20 * DAY, "parser", "docs")
    changed(connection, 19 * DAY, "docs", "parser")
    changed(connection, 9 * DAY, "parser", "sql")
    back = changed(connection, 0, "sql", "parser")
    found = returns.returns(connection, PLACE, NOW)
    assert found is not None
    assert (found.topic, found.nth, found.gap_ms, found.event_id) == ("parser", 3, 9 * DAY, back)
    assert (nth_words(found.nth), gap_words(found.gap_ms)) == ("third", "9 days")


def test_what_was_never_left_has_no_return(connection: sqlite3.Connection) -> None:
    assert returns.returns(connection, PLACE, NOW) is None
    changed(connection, HOUR, "css", "parser")
    assert returns.returns(connection, PLACE, NOW) is None


def test_a_gap_that_nobody_recorded_is_not_told(connection: sqlite3.Connection) -> None:
    # The session ended on the parser, and the next began with css: when it was left is not known.
    changed(connection, 3 * DAY, "docs", "parser")
    changed(connection, HOUR, "css", "parser")
    found = returns.returns(connection, PLACE, NOW)
    assert found is not None
    assert (found.nth, found.gap_ms) == (1, None)
    assert gap_words(found.gap_ms) is None


def test_only_of_this_workspace_and_only_at_hand(connection: sqlite3.Connection) -> None:
    changed(connection, 3 * DAY, "parser", "css", "/other")
    changed(connection, 2 * DAY, "css", "parser")
    assert returns.returns(connection, PLACE, NOW) is None
    changed(connection, 2 * DAY - HOUR, "parser", "css")
    changed(connection, DAY + HOUR, "css", "parser")
    assert returns.returns(connection, PLACE, NOW) is None
    assert returns.returns(connection, PLACE, NOW - 2 * HOUR) is not None
    assert returns.returns(connection, PLACE, NOW - 2 * DAY) is None


def test_more_changes_than_are_looked_at_are_not_counted(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returns, "LOOKED_AT", 6)
    for number in range(6):
        pair = ("parser", "css") if number % 2 == 0 else ("css", "parser")
        changed(connection, (6 - number) * MINUTE, *pair)
    found = returns.returns(connection, PLACE, NOW)
    assert found is not None
    assert found.nth == 3
    changed(connection, 10, "parser", "css")
    assert returns.returns(connection, PLACE, NOW) is None


def test_the_slots_are_there_at_the_change_itself_and_at_no_other_turn(
    connection: sqlite3.Connection,
) -> None:
    changed(connection, 9 * DAY, "parser", "css")
    back = record(connection, happening("topic.change", data={"from": "css", "to": "parser"})).event
    later = record(connection, happening("commit")).event

    def found(event: Event | None) -> dict[str, str]:
        slots = known.slots(
            connection,
            user_id="local",
            user_name=None,
            workspace=PLACE,
            now=NOW,
            clock=Clock(NOW, UTC),
            event=event,
            branch=None,
            weather=None,
            session_id="s",
        )
        return {name: slots[name] for name in ("nth_return", "return_gap") if name in slots}

    assert found(back) == {"nth_return": "first", "return_gap": "9 days"}
    assert found(later) == found(None) == {}
    changed(connection, 0, "parser", "css")
    assert found(back) == {}


@pytest.mark.parametrize(
    ("gap", "told"),
    [
        (None, None),
        (59_999, None),
        (MINUTE, "60 s"),
        (12 * MINUTE, "12 min"),
        (100 * MINUTE, "1 h 40"),
        (5 * HOUR + 20 * MINUTE, "5 h"),
        (9 * DAY, "9 days"),
    ],
)
def test_a_gap_as_people_say_it(gap: int | None, told: str | None) -> None:
    assert gap_words(gap) == told


def test_numbers_in_words_up_to_nine() -> None:
    assert [nth_words(number) for number in (1, 2, 9, 10, 11, 22)] == [
        "first",
        "second",
        "ninth",
        "10th",
        "11th",
        "22nd",
    ]


@given(st.lists(st.sampled_from(["a", "b", "c"]), min_size=2, max_size=30))
def test_returns_are_counted_as_somebody_who_saw_it_all_would(visited: list[str]) -> None:
    places = [place for number, place in enumerate(visited) if number == 0 or visited[number - 1] != place]
    changes = [
        Change(str(number), number * MINUTE, before, after)
        for number, (before, after) in enumerate(pairwise(places), 1)
    ]
    found = newest_return(changes)
    nth = places.count(places[-1]) - 1
    if nth == 0 or not changes:
        assert found is None
        return
    assert found is not None
    left = max(number for number, place in enumerate(places[:-1]) if place == places[-1]) + 1
    assert (found.topic, found.nth) == (places[-1], nth)
    assert found.gap_ms == (len(places) - 1 - left) * MINUTE
