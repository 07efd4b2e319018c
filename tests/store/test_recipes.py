"""Recipes under way: which of their lines are due at which turn."""

from __future__ import annotations

import sqlite3

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from afterglow.store import recipes
from afterglow.store.recipes import OPEN_MS, Run, Timing
from tests.store.making import NOW, PLACE, count
from tests.store.queueing import USER


def start(
    connection: sqlite3.Connection,
    timing: Timing = "spread",
    *,
    name: str = "deploy",
    lines: int = 10,
    spread: int = 5,
    turn: int = 1,
    now: int = NOW,
) -> tuple[Run, bool]:
    return recipes.start(connection, USER, PLACE, "s", name, timing, spread, lines, turn, now)


@pytest.mark.parametrize(
    ("timing", "offers"),
    [
        ("spread", [2, 2, 2, 2, 2, 0, 0]),
        ("start", [10, 0, 0, 0, 0, 0, 0]),
        ("end", [0, 0, 0, 0, 0, 0, 0]),
    ],
)
def test_lines_over_turns(connection: sqlite3.Connection, timing: Timing, offers: list[int]) -> None:
    run, _ = start(connection, timing, turn=41)
    got = []
    for turn in range(41, 48):
        run, lines = recipes.offer(connection, run, turn)
        got.append(len(lines))
    assert got == offers


def test_the_end_brings_the_rest(connection: sqlite3.Connection) -> None:
    for name, timing in (("a", "spread"), ("b", "end")):
        run, _ = start(connection, timing, name=name)  # type: ignore[arg-type]
        recipes.offer(connection, run, 1)
        done = recipes.finish(connection, USER, PLACE, name, NOW + 1)
        assert done is not None
        _, rest = recipes.offer(connection, done, 2)
        assert rest == {"a": range(2, 10), "b": range(10)}[name]
    assert recipes.finish(connection, USER, PLACE, "a", NOW) is None


def test_a_recipe_is_under_way_once(connection: sqlite3.Connection) -> None:
    first, new = start(connection)
    assert new
    again, new = start(connection)
    assert (again.id, new) == (first.id, False)
    assert recipes.open_runs(connection, USER, PLACE, NOW) == (first,)
    assert recipes.open_runs(connection, USER, "/other", NOW) == ()
    assert count(connection, "recipe_runs") == 1


@pytest.mark.parametrize("later", [OPEN_MS + 1, -OPEN_MS - 1])
def test_what_nobody_finished_is_over_after_a_day(connection: sqlite3.Connection, later: int) -> None:
    first, _ = start(connection)
    assert recipes.open_runs(connection, USER, PLACE, NOW + later) == ()
    again, new = start(connection, now=NOW + later)
    assert new and again.id != first.id
    assert [run.id for run in recipes.open_runs(connection, USER, PLACE, NOW + later)] == [again.id]


def test_two_windows_do_not_offer_a_line_twice(connection: sqlite3.Connection) -> None:
    run, _ = start(connection)
    _, one = recipes.offer(connection, run, 2)
    _, other = recipes.offer(connection, run, 2)
    assert (one, other) == (range(4), range(4, 4))


@given(
    st.sampled_from(("start", "end", "spread")),
    st.integers(0, 12),
    st.integers(0, 9),
    st.lists(st.integers(-3, 20), max_size=12),
)
def test_never_more_than_there_are_and_all_in_the_end(
    timing: Timing, lines: int, spread: int, turns: list[int]
) -> None:
    run = Run("r", USER, PLACE, None, "x", timing, spread, lines, 0, 0, NOW)
    for turn in turns:
        more = recipes.due(run, turn)
        assert more >= 0
        run = evolve(run, offered=run.offered + more)
        assert run.offered <= lines
    run = evolve(run, finished_at=NOW)
    assert run.offered + recipes.due(run, 0) == lines
