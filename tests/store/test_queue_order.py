"""Which line goes first: the orders against a model in plain Python, and the sources by turns."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Final, get_args

import pytest
from attrs import frozen
from hypothesis import given
from hypothesis import strategies as st

from afterglow.store import opening, ranking, ratings
from afterglow.store.ranking import Order
from tests.store.making import NOW, count
from tests.store.queueing import USER, add, claim, drained, said, tick

ORDERS: Final = get_args(Order)
SOURCES: Final = ("job", "recipe", "stats")
TAGS: Final = ("a", "b", "c")
CONFIDENCES: Final = (0.5, 0.8, 0.801, 0.95)


@frozen
class Line:
    number: int
    source: str
    confidence: float
    tags: frozenset[str]
    seconds: int


def model(lines: list[Line], tags: frozenset[str], order: Order, now_s: int) -> list[int]:
    """The numbers of the lines in the order in which claims should give them."""
    ranks: dict[Order, Callable[[Line], tuple[float, ...]]] = {
        "relevance": lambda line: (len(tags & line.tags), line.confidence),
        "confidence": lambda line: (line.confidence,),
        "recency": lambda line: (line.number,),
        "fifo": lambda line: (-line.number,),
    }
    rank = ranks[order]
    left = [
        line for line in lines if line.seconds > now_s and (not tags or not line.tags or tags & line.tags)
    ]
    told: list[Line] = []
    while left:
        best = max(rank(line) for line in left)
        equal = sorted((line for line in left if rank(line) == best), key=lambda line: -line.number)
        if len(told) > 1 and told[-1].source == told[-2].source:
            equal.sort(key=lambda line: line.source == told[-1].source)
        told.append(equal[0])
        left.remove(equal[0])
    return [line.number for line in told]


LINES = st.lists(
    st.tuples(
        st.sampled_from(SOURCES),
        st.sampled_from(CONFIDENCES),
        st.frozensets(st.sampled_from(TAGS), max_size=3),
        st.sampled_from((5, 50)),
    ),
    max_size=14,
)


@pytest.mark.parametrize("few", [ranking.FEW, 0], ids=["few match", "many match"])
@pytest.mark.parametrize("order", ORDERS)
def test_claims_come_in_the_order_of_the_model(
    order: Order, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where many match, only the ends of the lists are looked at: with so few lines that is all of them."""
    monkeypatch.setattr(ranking, "FEW", few)
    monkeypatch.setattr(ranking, "WINDOWS", (16, 64))

    @given(LINES, st.frozensets(st.sampled_from((*TAGS, "elsewhere")), max_size=3), st.sampled_from((0, 9)))
    def check(rows: list[tuple[str, float, frozenset[str], int]], tags: frozenset[str], now_s: int) -> None:
        lines = [Line(number, *row) for number, row in enumerate(rows)]
        connection = opening.memory()
        try:
            for line in lines:
                add(
                    connection,
                    str(line.number),
                    source=line.source,
                    confidence=line.confidence,
                    tags=sorted(line.tags),
                    ttl_seconds=line.seconds,
                )
            got = drained(connection, now=NOW + now_s * 1000, tags=tuple(sorted(tags)), order=order)
            assert [int(text) for text in got] == model(lines, tags, order, now_s)
            # What was given, and only that, is no longer looked at.
            live = {row[0] for row in connection.execute("SELECT seq FROM queue_tags")}
            unused = {row[0] for row in connection.execute("SELECT seq FROM banter_queue WHERE used = 0")}
            assert live == unused
        finally:
            connection.close()

    check()


@pytest.mark.parametrize(
    ("order", "tags"),
    [
        *((order, tags) for order in ORDERS for tags in ((), ("a",))),
        *((order, TAGS) for order in ORDERS if order != "relevance"),
    ],
)
def test_one_of_each_lane_and_tag_is_enough_where_overlaps_do_not_mix(
    order: Order, tags: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As wide as a claim looks first, and no wider."""
    monkeypatch.setattr(ranking, "FEW", 0)
    monkeypatch.setattr(ranking, "WINDOWS", ranking.WINDOWS[:1])

    @given(LINES)
    def check(rows: list[tuple[str, float, frozenset[str], int]]) -> None:
        lines = [Line(number, *row) for number, row in enumerate(rows)]
        connection = opening.memory()
        try:
            for line in lines:
                add(
                    connection,
                    str(line.number),
                    source=line.source,
                    confidence=line.confidence,
                    tags=sorted(line.tags),
                )
            got = drained(connection, tags=tags, order=order)
            assert [int(text) for text in got] == model(lines, frozenset(tags), order, 0)
        finally:
            connection.close()

    check()


def test_a_line_that_shares_more_tags_is_found_behind_a_better_one(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where overlaps mix, the first under each tag need not be the best."""
    monkeypatch.setattr(ranking, "FEW", 0)
    add(connection, "a alone", tags=["a"], confidence=0.9)
    add(connection, "b alone", tags=["b"], confidence=0.9)
    add(connection, "both", tags=["a", "b"], confidence=0.5)
    assert said(connection, tags=("a", "b")) == "both"


@given(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=20))
def test_at_equal_rank_no_source_gives_three_in_a_row_while_another_waits(sources: list[str]) -> None:
    connection = opening.memory()
    try:
        for source in sources:
            add(connection, source, source=source, confidence=0.7)
        told = drained(connection)
    finally:
        connection.close()
    assert sorted(told) == sorted(sources)
    for place in range(2, len(told)):
        one, two, three = told[place - 2 : place + 1]
        if one == two == three:
            assert set(told[place:]) == {three}


def test_what_was_told_last_may_be_said_by_the_caller(connection: sqlite3.Connection) -> None:
    for text, source in (("recipe", "recipe"), ("job", "job")):
        add(connection, text, source=source, confidence=0.7)
    assert said(connection, last_sources=("job", "job")) == "recipe"


def test_better_lines_of_one_source_are_not_held_back(connection: sqlite3.Connection) -> None:
    for number in range(4):
        add(connection, f"job {number}", source="job", confidence=0.9)
    add(connection, "recipe", source="recipe", confidence=0.8)
    assert drained(connection)[-1] == "recipe"


@pytest.mark.parametrize("order", ORDERS)
def test_many_dead_lines_in_front_hide_no_live_one(
    connection: sqlite3.Connection, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "FEW", 4)
    monkeypatch.setattr(ranking, "DEAD_IN_FRONT", 10)
    for number in range(50):
        add(connection, f"dead {number}", confidence=0.9, ttl_seconds=1)
    for number in range(8):
        add(connection, f"live {number}", confidence=0.5)
    for number in range(50):
        add(connection, f"dead too {number}", confidence=0.9, ttl_seconds=1)
    told = drained(connection, now=NOW + 2_000, order=order)
    assert sorted(told) == [f"live {number}" for number in range(8)]


def test_lines_that_died_by_turns_hide_no_live_one(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "FEW", 4)
    monkeypatch.setattr(ranking, "DEAD_IN_FRONT", 10)
    for number in range(50):
        add(connection, f"dead {number}", confidence=0.9, expires_in_turns=1)
    tick(connection)
    add(connection, "live", now=NOW + 1, confidence=0.5)
    assert said(connection, now=NOW + 1) == "live"


def test_where_many_are_refused_more_are_looked_at(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranking, "FEW", 4)
    for number in range(40):
        add(connection, str(number), confidence=0.9)
    add(connection, "wanted", confidence=0.5)
    assert said(connection, accept=lambda entry: entry.banter == "wanted") == "wanted"


# -- what ratings do -----------------------------------------------------------------------------------


def test_ratings_let_neighbours_pass_each_other_and_no_more(connection: sqlite3.Connection) -> None:
    for _ in range(5):
        loved = add(connection, source="recipe")
        claim(connection)
        ratings.rate(connection, USER, loved.id, 5, NOW)
    for source in ("job", "llm_generated", "recipe"):
        add(connection, source, source=source)
    assert drained(connection, order="confidence") == ["job", "recipe", "llm_generated"]


def test_a_suppressed_type_is_passed_over_and_then_tried_once(connection: sqlite3.Connection) -> None:
    for _ in range(5):
        hated = add(connection, source="stats", category="GREETING")
        claim(connection)
        ratings.rate(connection, USER, hated.id, 1, NOW)
    for number in range(3):
        add(connection, f"stats {number}", source="stats", category="GREETING", until_used=True)
    add(connection, "of another category", source="stats", until_used=True, confidence=0.1)
    assert drained(connection) == ["of another category"]
    after = NOW + ratings.SUPPRESSED_MS
    assert drained(connection, now=after - 1) == []
    assert drained(connection, now=after) == ["stats 2"], "one line is tried"
    assert drained(connection, now=after + ratings.SUPPRESSED_MS - 1) == []
    assert drained(connection, now=after + ratings.SUPPRESSED_MS) == ["stats 1"]
    assert count(connection, "banter_queue", "used = 0") == 1
