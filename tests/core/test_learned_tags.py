"""T14b: domain tags that the idle-time model learned name themselves in texts, branches and labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.classify import LEARNED_CONFIDENCE, Context, classify_event, classify_text
from afterglow.core.learned_words import MOST_TAGS, MOST_WORDS, fit, fit_tags, forms_of, names_of, naming
from afterglow.core.pick import SURE
from afterglow.core.settings import Settings
from afterglow.core.step import step
from afterglow.core.voice import Voice
from tests.core.build import event, moment
from tests.core.voicing import Given, stock, waiting

LEARNED = naming(
    {"cyclades": ("cyclades", "naxos", "ferry", "hopper island"), "welding": ("welding", "tig torch")}
)
KNOWS = Context(learned=LEARNED)


@pytest.mark.parametrize(
    "text",
    [
        "the ferry leaves at nine",
        "both Ferries were late",
        "Naxos, again",
        "a hopper island and another",
        "three hopper islands by Friday",
        "cyclades next",
    ],
)
def test_a_word_or_phrase_names_its_tag_as_one_and_as_many(text: str) -> None:
    assert "cyclades" in classify_text(text, KNOWS).tags
    assert "cyclades" not in classify_text(text).tags


@pytest.mark.parametrize(
    "text",
    [
        "the ferryman waits",
        "naxosian",
        "hopper, island",
        "islands hopper",
        "transferry",
        "hopper-grass island",
    ],
)
def test_a_part_of_a_word_names_nothing(text: str) -> None:
    assert "cyclades" not in classify_text(text, KNOWS).tags


@given(
    st.text("bdkqw", max_size=3),
    st.sampled_from(["naxos", "ferry", "tig torch"]),
    st.text("bdkqw", max_size=3),
)
def test_within_another_word_nothing_is_named(before: str, name: str, after: str) -> None:
    tags = classify_text(f"about {before}{name}{after} now", KNOWS).tags
    assert (not {"cyclades", "welding"}.isdisjoint(tags)) is (not before and not after)


@pytest.mark.parametrize(
    ("text", "label"),
    [("that tig torch hums", "off_domain"), ("tig torch beside the docker container", "small_talk")],
)
def test_a_text_about_a_learned_domain_is_not_unknown(text: str, label: str) -> None:
    assert classify_text(text).label == "unknown"
    made = classify_text(text, KNOWS)
    assert (made.label, made.confidence) == (label, LEARNED_CONFIDENCE)
    assert LEARNED_CONFIDENCE >= 0.75 > SURE


@pytest.mark.parametrize(
    "text", ["please rewrite the welding module", "thanks for the ferry", "i give up on welding"]
)
def test_what_is_known_already_keeps_its_label(text: str) -> None:
    assert classify_text(text, KNOWS).label == classify_text(text).label != "unknown"


def test_a_loss_gives_no_tag_whatever_was_learned() -> None:
    assert classify_text("my mother died on naxos", KNOWS).tags == ()


def test_names_of_the_work_are_looked_at_too() -> None:
    made = classify_event(event("commit", data={"branch": "feature/naxos-ferry"}), context=KNOWS)
    assert "cyclades" in made.tags
    made = classify_event(event("push"), context=Context(learned=LEARNED, branch="fix/tig-torch"))
    assert "welding" in made.tags
    made = classify_event(event("topic.change", data={"from": "docs", "to": "cyclades/map"}), context=KNOWS)
    assert "cyclades" in made.tags
    assert "cyclades" not in classify_event(event("commit", data={"branch": "naxosian"}), context=KNOWS).tags
    two = event("commit", labels=("hopper",), data={"branch": "island"})
    assert "cyclades" not in classify_event(two, context=KNOWS).tags


def test_the_turn_asks_the_queue_with_them() -> None:
    about = waiting("The ferry keeps its own hours.", tags=("cyclades",))
    change = event("topic.change", data={"from": "docs", "to": "naxos"})
    for learned, claimed in ((LEARNED, True), ({}, False)):
        given_ = Given(Voice(learned=learned), (about,))
        made = step(moment(), change, (change,), Settings(), given_, stock())
        assert ("cyclades" in made.classification.tags) is claimed
        assert ("cyclades" in given_.wanted[0].tags) is claimed


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("Island-Hopping", "island hopping"),
        ("  Naxos!  ", "naxos"),
        ("today", None),
        ("the work", None),
        ("at 9", None),
        ("", None),
        ("ok", None),
        ("git", None),
        ("pytest run", None),
        ("one two three four five six", None),
        ("x" * 60, None),
        ("a\x1b[31mgreek taverna", "agreek taverna"),
    ],
)
def test_only_what_names_something_is_learned(word: str, kept: str | None) -> None:
    assert fit(word, "cyclades") == kept


def test_a_field_of_the_work_may_learn_its_own_words() -> None:
    assert fit("pytest", "testing") == "pytest"
    assert names_of("testing", ["golden master"]) == ("golden master",)
    assert names_of("cyclades", ["naxos", "naxos", "the"]) == ("cyclades", "naxos")


@given(st.text(max_size=30), st.lists(st.text(max_size=60), max_size=40))
def test_whatever_a_model_says_is_few_and_fit(domain: str, words: list[str]) -> None:
    tags = fit_tags(domain, words)
    assert len(tags) <= MOST_TAGS
    for tag in tags:
        names = names_of(tag, words)
        assert len(names) <= MOST_WORDS
        assert all(fit(name, tag) == name for name in names)


@given(st.from_regex(r"[a-z]{3,12}( [a-z]{3,12})?", fullmatch=True))
def test_a_word_is_among_its_forms(name: str) -> None:
    assert forms_of(name)[0] == name
    assert len(forms_of(name)) <= 3
