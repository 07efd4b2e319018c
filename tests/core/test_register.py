"""The register of a text: formality, length, urgency, energy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.model import Register
from afterglow.core.register import register_of
from afterglow.core.tokens import said_words


def read(text: str) -> Register:
    return register_of(text, said_words(text))


@pytest.mark.parametrize(
    ("text", "formality"),
    [
        ("Could you please explain how the cache works?", "formal"),
        ("Thank you. I would like to see the changelog.", "formal"),
        ("hey, gonna need a hand lol", "casual"),
        ("thx!", "casual"),
        ("nooo 😭", "casual"),
        ("The parser reads the file twice", "neutral"),
        ("hey, please look", "neutral"),
    ],
)
def test_formality(text: str, formality: str) -> None:
    assert read(text).formality == formality


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("thanks", "terse"),
        ("ok, off for today", "terse"),
        ("what does rebase do to my branch?", "normal"),
        ("word " * 20, "normal"),
        ("word " * 21, "verbose"),
        ("", "terse"),
    ],
)
def test_length(text: str, length: str) -> None:
    assert read(text).length == length


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("production is down", "urgent"),
        ("need this asap", "urgent"),
        ("the demo is in an hour", "urgent"),
        ("what is happening???", "urgent"),
        ("I wonder whether we should rewrite it someday", "reflective"),
        ("looking back, it was worth it", "reflective"),
        ("add a test", "normal"),
    ],
)
def test_urgency(text: str, urgency: str) -> None:
    assert read(text).urgency == urgency


@pytest.mark.parametrize(
    ("text", "energy"),
    [
        ("YES it works!!", "high"),
        ("woohoo", "high"),
        ("so tired of this...", "low"),
        ("long day", "low"),
        ("meh", "low"),
        ("rename the variable", "medium"),
        ("so happy but exhausted", "medium"),
    ],
)
def test_energy(text: str, energy: str) -> None:
    assert read(text).energy == energy


@given(st.text(max_size=300))
def test_every_text_has_a_register(text: str) -> None:
    found = read(text)
    assert found.formality in ("formal", "neutral", "casual")
    assert found.length in ("terse", "normal", "verbose")
    assert found.urgency in ("urgent", "normal", "reflective")
    assert found.energy in ("low", "medium", "high")
