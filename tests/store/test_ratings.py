"""What stars and engagement do: to a type's rank, to its suppression, to the entry itself."""

from __future__ import annotations

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.store import opening, ratings
from afterglow.store.ratings import MOST, SUPPRESSED_MS, Standing, adjustment
from afterglow.store.rows import dump
from tests.store.making import NOW, PLACE, count
from tests.store.queueing import USER, add, claim

TYPE = ("stats", "")


def shown(
    connection: sqlite3.Connection, token_id: str, entry_id: str | None = None, source: str = "cpu_glow"
) -> None:
    """A token in the log of what was shown, as a turn writes it."""
    token = {"id": token_id, "source": source, "category": "AFFIRMATION", "entryId": entry_id}
    connection.execute(
        "INSERT INTO shown (token_id, session_id, entry_id, workspace, at, token)"
        " VALUES (?, 's', ?, ?, ?, ?)",
        (token_id, entry_id, PLACE, NOW, dump(token)),
    )


def rate_new(connection: sqlite3.Connection, score: int, now: int = NOW) -> Standing:
    """Add a line of ``TYPE``, use it and rate it."""
    made = add(connection, source=TYPE[0])
    rated = ratings.rate(connection, USER, made.id, score, now)
    assert rated is not None and rated.type == TYPE
    return rated.standing


def test_stars_for_a_token_go_to_its_entry(connection: sqlite3.Connection) -> None:
    made = add(connection, source="recipe", category="GREETING")
    claim(connection)
    shown(connection, "t1", made.id, "queue_hit")
    rated = ratings.rate(connection, USER, "t1", 4, NOW)
    assert rated is not None
    assert (rated.type, rated.entry_id) == (("recipe", "GREETING"), made.id)
    assert connection.execute("SELECT feedback_score FROM banter_queue").fetchone()[0] == 4
    again = ratings.rate(connection, USER, made.id, 2, NOW)
    assert again is not None and again.ref == rated.ref
    assert count(connection, "ratings") == 1, "the same line, by another name, is rated once"
    assert connection.execute("SELECT feedback_score FROM banter_queue").fetchone()[0] == 2


def test_stars_for_a_line_of_no_queue_count_for_its_kind(connection: sqlite3.Connection) -> None:
    shown(connection, "t1")
    shown(connection, "t2", "an entry that was purged", "queue_hit")
    for token in ("t1", "t2"):
        rated = ratings.rate(connection, USER, token, 5, NOW)
        assert rated is not None and rated.entry_id is None
    assert set(ratings.standings(connection, USER)) == {
        ("cpu_glow", "AFFIRMATION"),
        ("queue_hit", "AFFIRMATION"),
    }


def test_what_is_unknown_or_another_s_is_not_rated(connection: sqlite3.Connection) -> None:
    foreign = add(connection, user_id="other")
    assert ratings.rate(connection, USER, "nothing", 3, NOW) is None
    assert ratings.rate(connection, USER, foreign.id, 3, NOW) is None
    assert ratings.engage(connection, USER, "nothing", "hovered", NOW) is None
    assert count(connection, "ratings") == 0


@pytest.mark.parametrize("score", [0, 6, -1])
def test_another_score_is_a_mistake_of_the_caller(connection: sqlite3.Connection, score: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 5"):
        ratings.rate(connection, USER, "t", score, NOW)


@pytest.mark.parametrize(
    ("scores", "engaged", "expected"),
    [
        ([], 0, 0.0),
        ([5], 0, 0.02),
        ([1], 0, -0.02),
        ([5] * 5, 0, 0.04),
        ([5] * 20, 0, 0.07),
        ([3] * 20, 0, 0.0),
        ([1] * 20, 20, -0.05),
        ([5] * 20, 20, 0.08),
        ([], 4, 0.01),
    ],
)
def test_the_documented_adjustment(scores: list[int], engaged: int, expected: float) -> None:
    assert adjustment(scores, engaged) == expected


@given(st.lists(st.integers(1, 5), max_size=20), st.integers(0, 20))
def test_the_adjustment_is_bounded_and_a_better_rating_never_lowers_it(
    scores: list[int], engaged: int
) -> None:
    found = adjustment(scores, engaged)
    assert -MOST <= found <= MOST
    for place, score in enumerate(scores):
        if score < 5:
            better = [*scores[:place], score + 1, *scores[place + 1 :]]
            assert adjustment(better, engaged) >= found
    assert adjustment(scores, engaged + 1) >= found


def test_engagement_counts_once_a_line(connection: sqlite3.Connection) -> None:
    made = [add(connection, source="stats") for _ in range(4)]
    for entry in made:
        for _ in range(5):
            ratings.engage(connection, USER, entry.id, "hovered", NOW)
    assert count(connection, "ratings") == 4
    assert ratings.standings(connection, USER)[TYPE].adjustment == 0.01
    ratings.engage(connection, USER, made[0].id, "another", NOW)
    assert count(connection, "ratings") == 5


@pytest.mark.parametrize(
    ("scores", "suppressed"),
    [
        ([1, 1, 1, 1], False),
        ([1, 1, 1, 1, 1], True),
        ([2, 2, 2, 2, 2], False),
        ([1, 2, 2, 2, 2], True),
        ([5, 1, 1, 1, 1, 1], True),
        ([1, 1, 1, 1, 1, 5], True),
        ([1, 1, 1, 1, 1, 5, 5], False),
    ],
)
def test_under_two_over_the_last_five_is_suppressed(
    connection: sqlite3.Connection, scores: list[int], suppressed: bool
) -> None:
    for score in scores:
        standing = rate_new(connection, score)
    assert standing == ratings.standings(connection, USER)[TYPE]
    assert standing.suppressed(NOW) == suppressed
    assert standing.suppressed(NOW + SUPPRESSED_MS - 1) == suppressed
    assert not standing.suppressed(NOW + SUPPRESSED_MS)


def test_a_low_rating_while_suppressed_does_not_begin_the_time_anew(connection: sqlite3.Connection) -> None:
    for _ in range(5):
        rate_new(connection, 1)
    assert rate_new(connection, 1, NOW + 1_000).suppressed_until == NOW + SUPPRESSED_MS


def test_a_corrected_rating_lifts_the_suppression(connection: sqlite3.Connection) -> None:
    made = [add(connection, source="stats") for _ in range(5)]
    for entry in made:
        ratings.rate(connection, USER, entry.id, 1, NOW)
    for entry in made[:2]:
        lifted = ratings.rate(connection, USER, entry.id, 5, NOW)
    assert lifted is not None and lifted.standing.suppressed_until is None


@pytest.mark.parametrize(("score", "back"), [(5, True), (3, True), (2, False), (1, False)])
def test_the_line_of_a_trial_decides(connection: sqlite3.Connection, score: int, back: bool) -> None:
    for _ in range(5):
        rate_new(connection, 1)
    after = NOW + SUPPRESSED_MS
    tried = add(connection, source="stats", now=after)
    assert claim(connection, now=after, sources=("stats",)) is not None
    assert ratings.standings(connection, USER)[TYPE].suppressed(after + 1)
    rated = ratings.rate(connection, USER, tried.id, score, after + 5)
    assert rated is not None
    assert rated.standing.suppressed(after + 6) != back
    if back:
        assert rated.standing.adjustment >= 0, "what was rated before the trial counts no more"
    else:
        assert rated.standing.suppressed_until == after + 5 + SUPPRESSED_MS


def test_a_clock_set_back_does_not_suppress_for_years(connection: sqlite3.Connection) -> None:
    for _ in range(5):
        rate_new(connection, 1, NOW + 100 * SUPPRESSED_MS)
    ratings.set_right(connection, NOW)
    assert not ratings.standings(connection, USER)[TYPE].suppressed(NOW + SUPPRESSED_MS)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=30))
def test_a_standing_depends_on_the_newest_rating_of_each_line(rated: list[tuple[int, int]]) -> None:
    connection = opening.memory()
    try:
        made = [add(connection, source="stats") for _ in range(4)]
        newest: dict[int, int] = {}
        for line, score in rated:
            ratings.rate(connection, USER, made[line].id, score, NOW)
            newest.pop(line, None)
            newest[line] = score
        standing = ratings.standings(connection, USER).get(TYPE, Standing())
    finally:
        connection.close()
    assert standing.adjustment == adjustment(list(newest.values()), 0)
    assert standing.suppressed_until is None, "four lines are not five ratings"
