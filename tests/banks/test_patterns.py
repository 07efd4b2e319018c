"""When a response fits what was said or what is happening."""

from __future__ import annotations

import pytest

from afterglow.banks.fields import pattern
from afterglow.core.bank import has_phrase, words_of


@pytest.mark.parametrize(
    ("written", "said", "fits"),
    [
        ("thanks|thank you", "Thank you!", True),
        ("thanks|thank you", "THANKS, really", True),
        ("thanks|thank you", "thankless", False),
        ("thank you", "thank the maintainer and you", False),
        ("can't", "I can\u2019t see it", True),
        ("hi", "this is high", False),
        ("event:push", "event:push", False),
        ("*", "", True),
    ],
)
def test_words_are_met_as_words(written: str, said: str, fits: bool) -> None:
    assert pattern(written).fits(words_of(said)) is fits


def test_moments_are_met_by_name() -> None:
    found = pattern("event:push|moment:late|bye")
    assert found.fits((), {"event:push"})
    assert found.fits((), ["moment:late", "job:test"])
    assert not found.fits((), {"event:commit"})
    assert found.fits(("good", "bye"), ())


def test_an_empty_phrase_is_in_nothing() -> None:
    assert not has_phrase(("a", "b"), ())
    assert has_phrase(("a", "b"), ("a", "b"))
    assert not has_phrase(("a",), ("a", "b"))
