"""T14a: GLOW from texts and from events: bounds, growth, and what explains it. T14c: the caps of warmth."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.classify import classify_event, classify_text, read_event, read_text
from afterglow.core.glow import KIND_WEIGHT, ROUTINE_CAP, Glow, Happening, Voice, event_glow, text_glow
from afterglow.core.model import Facts
from afterglow.core.tokens import said_words
from afterglow.core.warmth import LEVEL_WARMTH, fits_level, warmth_cap
from tests.core.build import event, green, outcome
from tests.core.labelled import lines

KINDS = [*KIND_WEIGHT, "job:test", "job:build"]
HAPPENINGS = st.builds(
    Happening,
    kind=st.sampled_from(KINDS),
    ok=st.booleans(),
    changed=st.booleans(),
    red_ms=st.integers(0, 10**9),
    red_runs=st.integers(0, 300),
    speedup=st.floats(0, 100),
    fastest=st.booleans(),
    size=st.integers(0, 10**9),
    more=st.integers(0, 10**6),
    first=st.booleans(),
    nth=st.sampled_from([0, 10, 25, 50, 100, 1000]),
    text=st.floats(0, 1),
)
ROUTINE: dict[str, Any] = {
    "changed": False,
    "first": False,
    "fastest": False,
    "nth": 0,
    "red_ms": 0,
    "red_runs": 0,
}
MORE: dict[str, Any] = {
    "ok": st.just(True),
    "changed": st.just(True),
    "fastest": st.just(True),
    "first": st.just(True),
    "red_ms": st.integers(0, 10**9),
    "red_runs": st.integers(0, 100),
    "speedup": st.floats(0, 100),
    "size": st.integers(0, 10**9),
    "more": st.integers(0, 10**6),
    "nth": st.integers(0, 1000),
    "text": st.floats(0, 1),
}


def said(text: str, voice: Voice = "said") -> Glow:
    return text_glow(text, voice, said_words(text))


@pytest.mark.parametrize("name", MORE)
@given(data=st.data(), one=HAPPENINGS)
def test_more_of_anything_never_glows_less(name: str, data: st.DataObject, one: Happening) -> None:
    value = data.draw(MORE[name])
    more = evolve(one, **{name: max(value, getattr(one, name))})
    assert event_glow(more).score >= event_glow(one).score


@given(one=HAPPENINGS)
def test_an_ordinary_green_stays_below_a_third(one: Happening) -> None:
    routine = evolve(one, kind="job:test", ok=True, **ROUTINE)
    assert event_glow(routine).score <= ROUTINE_CAP < 0.3


@given(one=HAPPENINGS, runs=st.integers(3, 200))
def test_a_green_after_three_reds_glows(one: Happening, runs: int) -> None:
    assert event_glow(evolve(one, kind="job:test", ok=True, changed=True, red_runs=runs)).score > 0.6


@given(one=HAPPENINGS, minutes=st.integers(30, 10_000))
def test_a_green_after_half_an_hour_glows(one: Happening, minutes: int) -> None:
    happening = evolve(one, kind="job:build", ok=True, changed=True, red_runs=1, red_ms=minutes * 60_000)
    assert event_glow(happening).score > 0.6


@given(one=HAPPENINGS)
def test_the_parts_explain_the_score(one: Happening) -> None:
    glow = event_glow(one)
    assert all(part.name and part.weight > 0 for part in glow.parts)
    assert 0 <= glow.score <= 1
    assert glow.score <= sum(part.weight for part in glow.parts) + 1e-6


def test_from_records_to_glow() -> None:
    quick = Facts(history=(outcome("fail", 2, passed=140, failed=2), outcome("ok", 9, passed=142)))
    three = Facts(history=tuple(outcome("fail", minutes, passed=140, failed=2) for minutes in (2, 4, 6)))
    long = Facts(history=(outcome("fail", 52, passed=140, failed=2), outcome("ok", 99, passed=142)))
    usual = Facts(history=(outcome("ok", 52, passed=142),))
    glows = {name: classify_event(green(142), facts).glow_score for name, facts in locals().copy().items()}
    assert glows["usual"] < 0.3 < glows["quick"] < 0.6 < min(glows["three"], glows["long"])


def test_records_explain_themselves() -> None:
    facts = Facts(history=tuple(outcome("fail", minutes) for minutes in (10, 50, 90)))
    parts = {part.name: part.weight for part in read_event(event(job="build"), facts).glow.parts}
    assert parts == {
        "build ended well": 0.08,
        "red to green": 0.35,
        "length of the red": 0.2,
        "a long red": 0.015,
        "red runs": 0.2,
    }


def test_a_part_of_the_suite_is_no_turn_for_the_better() -> None:
    facts = Facts(history=tuple(outcome("fail", minutes, passed=140, failed=2) for minutes in (2, 4, 6)))
    assert classify_event(green(1), facts).glow_score < 0.3


def test_a_failure_glows_by_its_text_only() -> None:
    assert classify_event(event(job="test", status="fail")).glow_score == 0
    assert [part.name for part in read_event(event(status="fail"), text="3 failed!").glow.parts] == [
        "its text"
    ]


def test_round_places_and_firsts_glow() -> None:
    def nth(count: int) -> float:
        return classify_event(event("commit"), Facts(same_kind=tuple(range(count - 1)))).glow_score

    assert nth(100) > nth(50) > nth(10) > nth(9) == nth(11)
    first, second = (classify_event(event("tag"), Facts(same_kind=kinds)).glow_score for kinds in ((), (1,)))
    assert first > second


def test_the_text_of_a_tool_never_passes_0_45() -> None:
    printed = [line.text for line in lines() if line.kind == "test"]
    shouting = ["AMAZING!!! 🎉🎉 FINALLY ALL GREEN yes yes woohoo!!!", *printed]
    assert max(said(text, "tool").score for text in shouting) <= 0.45
    assert max(classify_event(event(job="test"), text=text).glow_score for text in shouting) < 0.3


def test_a_tool_that_exclaims_adds_little_to_a_first_green() -> None:
    turned = Happening("job:test", changed=True, red_runs=1)
    added = event_glow(evolve(turned, text=1.0), "tool").score - event_glow(turned, "tool").score
    assert 0 < added <= 0.18
    assert event_glow(evolve(turned, text=1.0), "typed").score - event_glow(turned).score > added


def test_what_a_person_says_may_reach_one() -> None:
    assert classify_text("YESSS!!! FINALLY it works, woohoo, so happy!!! 🎉🎉").glow_score == 1
    assert classify_text("it works!!!").glow_score > 0.6
    assert classify_text("the parser reads the file twice").glow_score == 0


@given(
    st.text(alphabet="ab !🎉.,yesnoWOKS", max_size=60), st.sampled_from(["!", " 🎉", " finally", " AMAZING"])
)
def test_one_more_sign_never_glows_less(text: str, sign: str) -> None:
    assert said(text + sign).score >= said(text).score


def test_names_in_capitals_are_not_shouted() -> None:
    assert said("the HTML of the JWT page").score == 0
    assert said("the WHOLE page").score > said("the whole page").score


def test_a_text_explains_itself() -> None:
    parts = {part.name: part.weight for part in read_text("it works!! 🎉").glow.parts}
    assert parts == {"strong words": 0.35, "exclamation marks": 0.2, "pictures": 0.12}


# -- warmth


@pytest.mark.parametrize(
    ("rapport", "hard", "cap"),
    [
        *[(0, None, 3), (3.9, None, 3), (4, None, 4), (5.9, None, 4), (6, None, 5), (10, None, 5)],
        *[(10, 2, 2), (0, 5, 3), (10, 0, 1), (-1, None, 3)],
    ],
)
def test_warmth_is_earned_and_a_setting_only_lowers_it(rapport: float, hard: int | None, cap: int) -> None:
    assert warmth_cap(rapport, hard) == cap


def test_levels_go_with_their_warmth() -> None:
    assert {level: [w for w in range(7) if fits_level(level, w)] for level in LEVEL_WARMTH} == {
        1: [1, 2, 3],
        2: [3, 4],
        3: [4, 5],
    }
    assert not fits_level(4, 1)
