"""How long the model's service is left alone, whoever asks, and what of it the user is told."""

from __future__ import annotations

import sqlite3
from datetime import UTC
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.twin import Outcome, Reply
from afterglow.store import opening, pauses
from tests.store.conftest import Open
from tests.store.making import NOW, count

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
KEY, OTHER = "aaaaaaaaaaaa", "bbbbbbbbbbbb"
PASSING = ("rate_limited", "overloaded", "server_error", "unreachable", "timeout", "redirected")
USELESS = ("bad_answer", "refusal", "cut_off", "too_big", "bad_request")
AT_15_10 = 1_790_003_400_000
"""A time of 14:30 with 40 minutes to go is told as 15:10."""


def note(connection: sqlite3.Connection, outcome: str, now: int = NOW, key: str = KEY) -> pauses.Pause | None:
    return pauses.note(connection, Reply(outcome), key, now)  # type: ignore[arg-type]


def limited(connection: sqlite3.Connection, wait: int | None, now: int = NOW) -> pauses.Pause:
    made = pauses.note(connection, Reply("rate_limited", retry_after_ms=wait), KEY, now)
    assert made is not None
    return made


def test_nothing_stands_at_first(connection: sqlite3.Connection) -> None:
    assert pauses.standing(connection, KEY, NOW) is None
    assert pauses.told(connection, NOW) is None


def test_the_next_call_is_not_before_it_was_asked_for(connection: sqlite3.Connection) -> None:
    assert limited(connection, HOUR).until == NOW + HOUR
    assert pauses.standing(connection, KEY, NOW + HOUR - 1) == pauses.Pause(
        NOW + HOUR, "rate_limited", "service"
    )
    assert pauses.standing(connection, KEY, NOW + HOUR) is None


@pytest.mark.parametrize("wait", [DAY, DAY + 1, 400 * DAY, 1 << 62])
def test_no_service_is_left_alone_for_longer_than_a_day(connection: sqlite3.Connection, wait: int) -> None:
    assert limited(connection, wait).until == NOW + DAY


@pytest.mark.parametrize("outcome", PASSING)
def test_the_waits_grow_to_an_hour_and_differ(connection: sqlite3.Connection, outcome: str) -> None:
    now, waits = NOW, []
    for _ in range(12):
        made = note(connection, outcome, now)
        assert made is not None
        assert made.until is not None
        waits.append(made.until - now)
        now = made.until
    for nth, wait in enumerate(waits):
        whole = min(HOUR, MINUTE << nth)
        assert 0.75 * whole <= wait <= whole
    assert len(set(waits[6:])) > 3
    assert waits[0] >= 45 * SECOND


def test_a_short_wish_does_not_undo_the_growing_wait(connection: sqlite3.Connection) -> None:
    now = NOW
    for _ in range(6):
        now = limited(connection, SECOND, now).until or 0
    assert (limited(connection, SECOND, now).until or 0) - now >= 45 * MINUTE


def test_a_refused_key_is_not_tried_again_but_another_is(connection: sqlite3.Connection) -> None:
    assert note(connection, "refused_key") == pauses.Pause(None, "refused_key", "key")
    for later in (0, HOUR, 400 * DAY, -400 * DAY):
        assert pauses.standing(connection, KEY, NOW + later) is not None
        assert pauses.standing(connection, OTHER, NOW + later) is None
    assert note(connection, "ok", key=OTHER) is None
    assert pauses.standing(connection, KEY, NOW) is not None


@pytest.mark.parametrize("outcome", USELESS)
def test_three_of_no_use_in_a_row_and_it_rests_an_hour(connection: sqlite3.Connection, outcome: str) -> None:
    assert note(connection, outcome) is None
    assert note(connection, outcome, NOW + 1) is None
    assert pauses.standing(connection, KEY, NOW + 1) is None
    made = note(connection, outcome, NOW + 2)
    assert made == pauses.Pause(NOW + 2 + HOUR, outcome, "answers")
    assert pauses.standing(connection, KEY, NOW + HOUR) == made
    assert pauses.standing(connection, KEY, NOW + 2 + HOUR) is None
    assert note(connection, outcome, NOW + 2 * HOUR) is not None


def test_one_good_answer_ends_the_row(connection: sqlite3.Connection) -> None:
    for outcome in ("bad_answer", "refusal", "ok", "bad_answer", "cut_off"):
        assert note(connection, outcome) is None
    assert note(connection, "bad_answer") is not None


def test_what_goes_well_clears_all_of_its_key(connection: sqlite3.Connection) -> None:
    for outcome in ("rate_limited", "refused_key", "bad_answer", "bad_answer", "bad_answer"):
        note(connection, outcome)
    note(connection, "ok")
    assert pauses.standing(connection, KEY, NOW) is None
    made = note(connection, "unreachable")
    assert made is not None
    assert (made.until or 0) <= NOW + MINUTE


def test_a_stop_changes_nothing(connection: sqlite3.Connection) -> None:
    note(connection, "bad_answer")
    note(connection, "bad_answer")
    assert note(connection, "stopped") is None
    assert note(connection, "bad_answer") is not None


def test_the_longest_of_several_stands(connection: sqlite3.Connection) -> None:
    limited(connection, 2 * HOUR)
    for _ in range(3):
        note(connection, "bad_answer")
    standing = pauses.standing(connection, KEY, NOW)
    assert standing is not None
    assert standing.reason == "rate_limited"
    note(connection, "refused_key")
    assert pauses.standing(connection, KEY, NOW + DAY) == pauses.Pause(None, "refused_key", "key")


def test_a_clock_set_far_back_keeps_it_for_what_was_left_at_most(connection: sqlite3.Connection) -> None:
    limited(connection, HOUR)
    back = NOW - 400 * DAY
    standing = pauses.standing(connection, KEY, back)
    assert standing is not None
    assert standing.until == back + HOUR
    assert pauses.standing(connection, KEY, back + HOUR - 1) is not None
    assert pauses.standing(connection, KEY, back + HOUR) is None


@given(
    waits=st.lists(st.integers(0, 1 << 60), min_size=1, max_size=4),
    moves=st.lists(st.integers(-(1 << 41), 1 << 41), max_size=6),
)
def test_never_longer_than_a_day_from_any_present(waits: list[int], moves: list[int]) -> None:
    connection = opening.memory()
    now = 1 << 42
    for wait in waits:
        limited(connection, wait, now)
    for move in moves:
        now = max(1, now + move)
        standing = pauses.standing(connection, KEY, now)
        assert standing is None or now < (standing.until or 0) <= now + DAY
    assert pauses.standing(connection, KEY, now + DAY) is None
    connection.close()


def test_every_window_rests(opened: Open) -> None:
    first, second = opened(), opened()
    first.write(lambda connection: limited(connection, HOUR))
    assert second.read(lambda connection: pauses.standing(connection, KEY, NOW + MINUTE)) is not None
    assert second.read(lambda connection: pauses.told(connection, NOW + MINUTE)) is not None


def test_it_can_be_looked_at_where_nothing_can_be_written(opened: Open) -> None:
    database = opened()
    database.write(lambda connection: limited(connection, HOUR))
    database.connection.execute("PRAGMA query_only = 1")
    standing = database.read(lambda connection: pauses.standing(connection, KEY, NOW - 400 * DAY))
    assert standing is not None
    assert standing.until == NOW - 400 * DAY + HOUR


@pytest.mark.parametrize(
    ("outcomes", "line"),
    [
        (["rate_limited"], "Enrichment rests until 15:10: the service asks for fewer calls"),
        (["overloaded"], "Enrichment rests until 15:10: the service has more to do than it can"),
        (["refused_key"], "Enrichment is off: the key was refused; set another in ANTHROPIC_API_KEY"),
        (
            ["bad_answer", "refusal", "bad_answer"],
            "Enrichment rests until 15:30: three answers in a row were of no use",
        ),
        (
            ["bad_request"] * 3,
            (
                "Enrichment rests until 15:30: the service does not take the request;"
                " look at enrichment.model and enrichment.baseUrl"
            ),
        ),
        (["unreachable"] * 9, None),
        (["timeout"] * 9, None),
        (["redirected"] * 9, None),
        (["server_error"] * 9, None),
        (["bad_answer"] * 2, None),
        (["ok"], None),
        (["refused_key", "ok"], None),
    ],
)
def test_what_is_told(connection: sqlite3.Connection, outcomes: list[str], line: str | None) -> None:
    now = AT_15_10 - 40 * MINUTE
    for outcome in outcomes:
        pauses.note(connection, Reply(outcome, retry_after_ms=40 * MINUTE), KEY, now)  # type: ignore[arg-type]
    assert pauses.told(connection, now, UTC) == line


@pytest.mark.parametrize("outcome", ["rate_limited", "overloaded"])
def test_a_short_rest_is_not_worth_a_line(connection: sqlite3.Connection, outcome: str) -> None:
    note(connection, outcome)
    assert pauses.standing(connection, KEY, NOW) is not None
    assert pauses.told(connection, NOW) is None


def test_the_next_day_is_named(connection: sqlite3.Connection) -> None:
    limited(connection, 20 * HOUR, AT_15_10)
    line = pauses.told(connection, AT_15_10, UTC)
    assert line == "Enrichment rests until tomorrow, 11:10: the service asks for fewer calls"


def test_an_old_key_is_not_told_of_once_another_works(connection: sqlite3.Connection) -> None:
    note(connection, "refused_key")
    note(connection, "ok", NOW + 1, key=OTHER)
    assert pauses.told(connection, NOW + 2) is None
    assert pauses.told(connection, NOW + 2, key_print=OTHER) is None
    assert pauses.told(connection, NOW + 2, key_print=KEY) is not None


def test_what_a_line_says_is_ours(connection: sqlite3.Connection) -> None:
    for outcome in get_args(Outcome):
        reply = Reply(outcome, text="hostile", retry_after_ms=HOUR, detail="hostile")
        pauses.note(connection, reply, KEY, NOW)
    told = pauses.told(connection, NOW)
    assert told is not None
    assert "hostile" not in told
    assert "!" not in told


def test_rows_do_not_pile_up(connection: sqlite3.Connection) -> None:
    for nth in range(40):
        note(connection, "rate_limited", NOW + nth * DAY, key=f"key-{nth}")
        note(connection, "ok", NOW + nth * DAY + 1, key=f"key-{nth}")
    assert count(connection, "pauses") <= 32
