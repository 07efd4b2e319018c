"""What the work is about, and when that changes: after it held, and not again for a while."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core import topic
from afterglow.core.topic import Change, Held, branch_name, heard, name_of

MINUTE = 60_000
TEN_YEARS = 10 * 365 * 24 * 60 * MINUTE


def play(
    signs: Iterable[tuple[str, int]], held: Held | None = None, apart_ms: int = 0
) -> list[tuple[int, Change]]:
    """The changes that these signs (name, ms) make, with their times."""
    state, changes = held if held is not None else Held(), []
    for name, at in signs:
        state, change = heard(state, name, at, apart_ms=apart_ms)
        if change is not None:
            changes.append((at, change))
    return changes


def steady(name: str, start: int, count: int, every: int = MINUTE) -> list[tuple[str, int]]:
    return [(name, start + step * every) for step in range(count)]


def test_what_holds_first_is_no_change() -> None:
    assert play(steady("server/parser", 0, 20)) == []


def test_three_signs_in_a_row_are_a_change() -> None:
    signs = [*steady("sql", 0, 5), *steady("css", 10 * MINUTE, 3)]
    assert play(signs) == [(12 * MINUTE, Change("sql", "css"))]
    assert play(signs[:-1]) == []


def test_two_signs_four_minutes_apart_are_a_change() -> None:
    start = steady("sql", 0, 5)
    assert play([*start, ("css", 10 * MINUTE), ("css", 14 * MINUTE - 1)]) == []
    assert play([*start, ("css", 10 * MINUTE), ("css", 14 * MINUTE)]) == [(14 * MINUTE, Change("sql", "css"))]


def test_saving_everything_is_one_sign() -> None:
    start = steady("sql", 0, 5)
    at_once = [("css", 10 * MINUTE + step) for step in range(30)]
    assert play([*start, *at_once], apart_ms=topic.OF_SAVE_MS) == []


def test_there_and_back_is_nothing() -> None:
    flapping = [(("sql", "css")[step % 2], step * MINUTE) for step in range(200)]
    assert play([*steady("sql", -10 * MINUTE, 5), *flapping]) == []
    peeks = [
        sign
        for step in range(50)
        for sign in (*steady("css", step * 5 * MINUTE, 2), ("sql", step * 5 * MINUTE + 3 * MINUTE))
    ]
    assert play([*steady("sql", -10 * MINUTE, 5), *peeks]) == []


def test_after_a_change_there_is_none_for_ten_minutes() -> None:
    signs = [*steady("a", 0, 3), *steady("b", 5 * MINUTE, 3), *steady("c", 8 * MINUTE, 20)]
    assert play(signs) == [(7 * MINUTE, Change("a", "b")), (17 * MINUTE, Change("b", "c"))]


SIGNS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 5 * MINUTE), st.sampled_from([1, 2])), max_size=200
)


@given(SIGNS)
def test_at_most_one_change_in_each_rest(signs: list[tuple[str, int, int]]) -> None:
    state, at, changed = Held(), 0, []
    for name, later, weight in signs:
        at += later
        before = state.now
        state, change = heard(state, name, at, weight=weight)
        if change is not None:
            assert (change.before, change.after) == (before, state.now)
            assert change.before != change.after
            changed.append(at)
    assert all(second - first >= topic.REST_MS for first, second in pairwise(changed))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(-TEN_YEARS, TEN_YEARS)), max_size=60))
def test_a_clock_that_jumps_breaks_nothing(signs: list[tuple[str, int]]) -> None:
    state = Held()
    for name, at in signs:
        state, _ = heard(state, name, at)
        assert state.last >= state.began
        assert state.rival != state.now or state.rival is None


def test_a_switch_forgets_what_was_about_to_count() -> None:
    held = Held(now="sql")
    for at in (0, MINUTE):
        held, _ = heard(held, "css", at)
    held, change = heard(topic.switched(held), "css", 2 * MINUTE)
    assert change is None
    assert held.weight == 1


@pytest.mark.parametrize(
    ("below", "package", "branch", "name"),
    [
        ("server/parser/lexer.py", None, "main", "server/parser"),
        ("server/afterglow/core/topic.py", "", "main", "server/afterglow"),
        ("packages/web/src/app.ts", "packages/web", "main", "packages/web"),
        ("a/b/c/web/src/app.ts", "a/b/c/web", "main", "c/web"),
        ("docs/guide.md", None, "main", "docs"),
        ("README.md", None, "main", None),
        ("README.md", None, "feature/AB-12-token-refresh", "token refresh"),
        ("main.go", "", "bob/17_retry_queue", "retry queue"),
        ("main.go", "", "4711", None),
        ("web/node_modules/react/index.js", None, None, None),
        (".github/workflows/ci.yml", None, None, None),
        ("server/.venv/lib/site.py", None, None, None),
        ("config/.env", None, None, None),
        ("secrets/prod/id_rsa", None, None, None),
        ("we{ird/part/a.py", None, None, None),
        ("server\\parser\\lexer.py", None, None, "server/parser"),
        ("", None, "feature/x", None),
    ],
)
def test_the_name_of_a_topic(below: str, package: str | None, branch: str | None, name: str | None) -> None:
    assert name_of(below, package, branch) == name


@given(st.text(max_size=80), st.none() | st.text(max_size=40), st.none() | st.text(max_size=40))
def test_a_name_is_one_short_clean_line(below: str, package: str | None, branch: str | None) -> None:
    for name in (name_of(below, package, branch), branch_name(branch)):
        assert name is None or (0 < len(name) <= topic.NAME_COLUMNS and "\n" not in name)
