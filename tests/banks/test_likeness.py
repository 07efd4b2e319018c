"""The measure of likeness, and that it finds every pair it should, also among many lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.banks import load, shipped
from afterglow.banks.likeness import TOO_ALIKE, alike, likeness

SENTENCE = "the parser reads the whole file twice"


@pytest.mark.parametrize(
    ("other", "measure"),
    [
        ("The parser reads the whole file, TWICE.", 1.0),
        ("the parser reads the whole page twice", 0.6),
        ("the parser skips the whole file once", 0.33),
        ("a kettle sings", 0.0),
    ],
)
def test_the_measure(other: str, measure: float) -> None:
    assert likeness(SENTENCE, other) == pytest.approx(measure, abs=0.01)
    assert likeness(other, SENTENCE) == likeness(SENTENCE, other)


def test_numbers_are_alike_and_slots_are_not() -> None:
    assert likeness("it took 3 runs", "it took 14 runs") == 1.0
    assert likeness("on {branch} now", "on {file} now") < TOO_ALIKE


words = st.lists(st.sampled_from(["the", "parser", "reads", "a", "file", "and", "naps"]), max_size=6).map(
    " ".join
)


@given(st.lists(words, max_size=12))
def test_the_index_finds_what_comparing_all_would(texts: list[str]) -> None:
    found = {(one, other) for one, other, _ in alike(texts)}
    distinct: list[int] = []
    expected: set[tuple[int, int]] = set()
    for place, text in enumerate(texts):
        same = next((first for first in distinct if likeness(texts[first], text) == 1), None)
        if same is not None:
            expected.add((same, place))
            continue
        expected |= {(first, place) for first in distinct if likeness(texts[first], text) >= TOO_ALIKE}
        distinct.append(place)
    assert found == expected


def test_the_shipped_lines_leave_a_gap_to_the_limit() -> None:
    texts = [entry.text for entry in load([shipped()])[0].entries()]
    assert max(measure for _, _, measure in alike(texts, 0.1)) < 0.35
