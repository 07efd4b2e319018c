"""Lines that a language model wrote, in the turn: when one is welcome, and that it says so."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from afterglow.core.bank import Entry
from afterglow.core.kinds import AFFIRMATION
from afterglow.core.model import Register
from afterglow.core.pick import Picker
from afterglow.core.prediction import Prediction
from afterglow.core.settings import Settings
from afterglow.core.sieve import sieve_for
from afterglow.core.stock import stock_of
from afterglow.core.token import token_of
from afterglow.core.voice import Told, Voice
from afterglow.core.wish import Picked, Wish
from afterglow.loop.record import token_json
from tests.core.build import DAY, NOW, moment
from tests.core.test_pick import FACT, FIXED, JOKE
from tests.core.voicing import Given, aside, joke, response, stock, waiting

FERRY = aside("A ferry timetable is a conversation.", tags=("travel", "greece"), id="made-ferry")
GULLS = joke("Gulls file no tickets.", tags=("travel",), id="made-gulls", origin="learned")
REPLY = response(
    "Crete first, then.",
    "off_domain",
    "crete",
    tags=("travel",),
    id="made-reply",
    origin="learned",
)
LEARNED = (FERRY, GULLS, REPLY)


def event(**fields: Any) -> Wish:
    values: dict[str, Any] = {
        "label": "celebration",
        "confidence": 1.0,
        "glow": 0.2,
        "tags": ("travel",),
        "category": AFFIRMATION,
        "jokes": "jokes only on request",
    }
    return Wish(**{**values, **fields})


def said(**fields: Any) -> Wish:
    values: dict[str, Any] = {
        "label": "off_domain",
        "confidence": 0.9,
        "glow": 0.1,
        "tags": ("travel",),
        "category": None,
        "asked": "say",
        "alone": True,
        "chatty": True,
    }
    return Wish(**{**values, **fields})


def pick(
    wanted: Wish, *entries: Entry, queue: tuple[Any, ...] = (), news: str | None = None, **voice: Any
) -> Picked | None:
    known = Voice(**voice)
    asked = wanted.asked is not None
    sieve = sieve_for(known, Settings(), Register(), wanted.tags, NOW, asked=asked, news=news)
    return Picker(wanted, sieve, stock(*entries), Given(known, queue), Settings(), "seed\n1").pick()


def identity(found: Picked | None) -> str | None:
    return None if found is None else found.entry_id


def test_an_aside_is_told_where_it_shares_a_tag() -> None:
    found = pick(event(), FERRY)
    assert found is not None
    assert (found.entry_id, found.kind, found.origin, found.by_model) == (
        "made-ferry",
        "aside",
        "learned",
        True,
    )
    assert pick(event(tags=("testing",)), FERRY) is None
    assert pick(event(tags=()), FERRY) is None


def test_an_aside_goes_before_a_fact_about_the_same() -> None:
    assert identity(pick(event(tags=("travel", "testing")), FACT, FERRY)) == "made-ferry"
    assert identity(pick(event(tags=("testing",)), FACT, FERRY)) == FACT.id


@pytest.mark.parametrize("wanted", [event(of_job=True), event(of_job=True, tags=("travel", "testing"))])
def test_an_aside_never_stands_behind_a_jobs_news(wanted: Wish) -> None:
    assert pick(wanted, FERRY, FACT, news="142 passed in 38 s") is None


def test_an_aside_is_an_answer_to_what_was_not_understood() -> None:
    gift = said(label="unknown", confidence=0.2)
    assert identity(pick(gift, FERRY, *FIXED, gifts=1)) == "made-ferry"


def test_an_aside_rests_like_any_line() -> None:
    assert pick(event(), FERRY, told={"made-ferry": Told(1, NOW - DAY)}) is None
    assert pick(event(), FERRY, told={"made-ferry": Told(1, NOW - 22 * DAY)}) is not None
    assert pick(said(), FERRY, used=frozenset({"made-ferry"})) is None


def test_a_learned_joke_obeys_the_rules_of_jokes() -> None:
    assert pick(event(), GULLS) is None
    assert identity(pick(event(jokes=None), GULLS)) == "made-gulls"
    assert pick(event(jokes=None), GULLS, prediction=Prediction(mode="empathetic")) is None


def test_a_learned_response_answers_a_phrase_or_a_tag() -> None:
    assert identity(pick(said(), REPLY)) == "made-reply"
    assert identity(pick(said(tags=(), said=("crete", "maybe")), REPLY)) == "made-reply"
    assert pick(said(tags=("cooking",), said=("soup",)), REPLY) is None
    assert pick(said(tags=(), said=("soup",)), REPLY) is None


@pytest.mark.parametrize("label", ["greeting", "goodbye", "gratitude", "struggle", "humor", "question"])
def test_it_answers_nothing_that_has_an_answer_of_its_own_kind(label: str) -> None:
    assert pick(said(label=label), REPLY) is None


def test_it_comes_never_unasked_and_never_in_grief() -> None:
    assert pick(event(jokes=None), REPLY) is None
    assert pick(said(grief=True), REPLY, FERRY) is None


def test_a_learned_response_is_in_no_label() -> None:
    made = stock(REPLY, response("Hello.", "off_domain"))
    assert [one.text for one in made.responses["off_domain"]] == ["Hello."]
    assert made.learned == (REPLY,)
    assert stock_of(made.banks) == made


def prepared(**fields: Any) -> Any:
    values = {"source": "llm_generated", "tags": ("travel",), "source_id": "made-ferry"}
    return waiting("A ferry timetable is a conversation.", **{**values, **fields})


def test_a_waiting_line_is_told_as_what_it_is() -> None:
    found = pick(event(), FERRY, queue=(prepared(),))
    assert found is not None
    assert (found.kind, found.origin, found.line, found.by_model) == (
        "queue",
        "llm_generated",
        "made-ferry",
        True,
    )


def test_a_waiting_line_that_somebody_deleted_is_not_told() -> None:
    assert pick(event(), queue=(prepared(),)) is None
    assert pick(said(), queue=(prepared(),)) is None
    assert pick(event(), queue=(prepared(source_id=None),)) is not None
    assert pick(event(), queue=(prepared(source_id="a recipe of mine"),)) is not None


def test_a_waiting_line_that_the_bank_told_is_not_told_again() -> None:
    told = {"made-ferry": Told(1, NOW - DAY)}
    assert pick(event(), FERRY, queue=(prepared(),), told=told) is None


def test_a_waiting_line_needs_the_turns_tags_unless_any_line_will_do() -> None:
    assert pick(event(tags=()), FERRY, queue=(prepared(),)) is None
    assert pick(event(tags=("testing",)), FERRY, queue=(prepared(tags=("testing", "travel")),)) is not None
    assert pick(said(tags=()), FERRY, queue=(prepared(),)) is None
    assert pick(said(tags=("travel",)), FERRY, queue=(prepared(),)) is not None
    assert pick(evolve(said(tags=()), asked="next"), FERRY, queue=(prepared(),)) is not None


def test_other_waiting_lines_are_as_welcome_as_before() -> None:
    assert pick(event(tags=()), queue=(waiting(tags=("travel",)),)) is not None


@pytest.mark.parametrize(("entry", "by_model"), [(FERRY, True), (JOKE, False)])
def test_a_token_says_who_wrote_its_line(entry: Entry, by_model: bool) -> None:
    found = pick(said(tags=tuple(entry.tags), label="humor"), entry)
    assert found is not None
    from afterglow.core.model import Classification

    token = token_of(moment(), Settings(), Classification("humor"), None, found, category=None, event=None)
    assert token.by_model is by_model
    assert token_json(token)["byModel"] is by_model


def test_news_alone_is_by_no_model() -> None:
    from afterglow.core.model import Classification

    token = token_of(
        moment(), Settings(), Classification("celebration"), "12 passed", None, category=None, event=None
    )
    assert token_json(token)["byModel"] is False


def test_a_new_aside_answers_before_a_line_that_fits_anything_and_after_one_that_fits() -> None:
    anything = response("That lives outside the workspace.", "off_domain", id="any")
    exact = response("Ferries leave when they leave.", "off_domain", "ferry", id="exact")
    wanted = said(said=("which", "ferry"))
    made = pick(wanted, FERRY, anything)
    assert made is not None and made.entry_id == "made-ferry"
    made = pick(wanted, FERRY, anything, exact)
    assert made is not None and made.entry_id == "exact"
    made = pick(wanted, FERRY, anything, told={"made-ferry": Told(1, NOW - 90 * DAY)})
    assert made is not None and made.entry_id == "any"
