"""L7: when a domain is known well enough that two of three turns in it need not be graded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.converge import KEPT, asks, converged, kept

GRADES = st.lists(st.integers(1, 5), max_size=30)


@pytest.mark.parametrize(
    ("grades", "known"),
    [
        ((), False),
        ((5, 5), False),
        ((4, 4, 4), True),
        ((2, 4, 5), True),
        ((1, 4, 4), True),
        ((4, 5, 4), False),
        ((3, 3, 4), False),
        ((2, 3, 4), False),
        ((5, 4, 4), False),
        ((5, 4, 4, 4), True),
        # A weak grade does not take it back; one under 3 does.
        ((4, 4, 4, 3), True),
        ((4, 4, 4, 3, 5, 4), True),
        ((4, 4, 4, 2), False),
        ((4, 4, 4, 2, 4), False),
        ((4, 4, 4, 2, 4, 5), True),
        ((4, 4, 4, 1, 5, 4), False),
    ],
)
def test_three_that_do_not_fall_and_end_well(grades: tuple[int, ...], known: bool) -> None:
    assert converged(grades) is known


def test_of_a_known_domain_every_third_turn_is_asked_about() -> None:
    def pattern(grades: tuple[int, ...], turns: int) -> str:
        skipped, seen = 0, ""
        for _ in range(turns):
            asked = asks(grades, skipped)
            skipped = 0 if asked else skipped + 1
            seen += "x" if asked else "."
        return seen

    assert pattern((4, 4), 6) == "xxxxxx"
    assert pattern((4, 4, 4), 9) == "..x..x..x"
    assert pattern((4, 4, 4, 2), 6) == "xxxxxx"


@given(GRADES)
def test_a_poor_grade_always_ends_it(grades: list[int]) -> None:
    assert not converged([*grades, 1])
    assert not converged([*grades, 2])
    assert asks([*grades, 2], 0)


@given(GRADES, st.integers(3, 5))
def test_nothing_else_does(grades: list[int], grade: int) -> None:
    if converged(grades):
        assert converged([*grades, grade])


@given(GRADES)
def test_it_begins_only_with_three_that_prove_it(grades: list[int]) -> None:
    begins = converged(grades) and not converged(grades[:-1])
    last = grades[-3:]
    proven = len(last) == 3 and last[0] <= last[1] <= last[2] and last[1] >= 4
    assert not begins or proven
    assert not proven or converged(grades)


@given(GRADES)
def test_a_few_grades_say_the_same_as_all_of_them(grades: list[int]) -> None:
    few: tuple[int, ...] = ()
    for number, grade in enumerate(grades, 1):
        few = kept((*few, grade))
        assert len(few) <= KEPT
        assert converged(few) is converged(grades[:number])
        assert few[-5:] == tuple(grades[:number][-5:])
