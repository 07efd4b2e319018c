"""A thousand broken answers: no error escapes, and nothing is kept that fails the schema or the checks."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afterglow.banks.unfit import banned, tag_of, unfit, unsafe, words_for
from afterglow.core.bank import TONES, WARMTH_OF_LEVEL
from afterglow.core.clean import columns, one_line
from afterglow.core.prediction import MODES
from afterglow.core.twin import Answer
from tests.enrich.answering import asked, grade, line, prediction, read, reviewed, whole
from tests.support.bad_lines import BAD
from tests.support.injections import INJECTIONS
from tests.support.made_lines import BENIGN

TURNS = (7, 8, 9)
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=60),
    st.sampled_from(BAD),
    st.sampled_from([one.text for one in INJECTIONS]),
    st.sampled_from(BENIGN),
    st.just([]),
    st.just({}),
    st.just([[[]]]),
    st.just("x" * 20_000),
    st.just(10**400),
    st.just("\ud800"),
)


def paths_of(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where every part of a JSON value stands."""
    found = [at]
    if isinstance(value, dict):
        found += [path for key, one in value.items() for path in paths_of(one, (*at, key))]
    elif isinstance(value, list):
        found += [path for place, one in enumerate(value) for path in paths_of(one, (*at, place))]
    return found


def changed(value: Any, path: tuple[Any, ...], junk: Any, how: int) -> Any:
    """A part replaced, removed, doubled, or given a neighbour that nobody knows."""
    if not path:
        return junk
    copy = json.loads(json.dumps(value))
    spot = copy
    for step in path[:-1]:
        spot = spot[step]
    last = path[-1]
    if how == 0:
        spot[last] = junk
    elif how == 1:
        del spot[last]
    elif how == 2 and isinstance(spot, list):
        spot.insert(last, spot[last])
    elif isinstance(spot, dict):
        spot["surplus"] = junk
    else:
        spot.append(junk)
    return copy


@st.composite
def answers(draw: st.DrawFn) -> str:
    """A good answer, broken in up to four places, then perhaps as a text."""
    texts = st.one_of(st.sampled_from(BENIGN), st.sampled_from(BAD), st.text(max_size=150))
    lines = [
        line(text, sort=draw(st.sampled_from(["joke", "aside"])))
        for text in draw(st.lists(texts, max_size=5))
    ]
    whys = st.one_of(st.sampled_from(BAD), st.text(max_size=100), st.just("fits"))
    value: Any = whole(
        grades=[grade(turn, why=draw(whys)) for turn in draw(st.lists(st.sampled_from(TURNS), max_size=4))],
        lines=lines,
        prediction=prediction(domain=draw(st.sampled_from(BAD))),
    )
    for _ in range(draw(st.integers(0, 4))):
        path = draw(st.sampled_from(paths_of(value)))
        try:
            value = changed(value, path, draw(JUNK), draw(st.integers(0, 3)))
        except (ValueError, TypeError, OverflowError):
            continue
    text = json.dumps(value)
    cut = draw(st.one_of(st.just(0), st.integers(0, len(text))))
    tail = draw(st.sampled_from(["", "```", "}", "{}", text[:50]]))
    return draw(st.sampled_from(["", "Sure: ", "```json\n", "[", "\x00"])) + text[: len(text) - cut] + tail


def hold(made: Answer) -> None:
    """Everything that the rest of the program may rely on."""
    assert 1 <= len(made.grades) <= 5
    assert len({one.turn for one in made.grades}) == len(made.grades)
    for one in made.grades:
        assert one.turn in TURNS
        assert type(one.quality) is int and 1 <= one.quality <= 5
        assert one_line(one.why, 80) == one.why and (not one.why or unsafe(one.why) is None)
        assert 0 <= one.confidence <= 1
        tagged(one.domain, one.tags)
        for tag, words in one.words.items():
            tagged(tag, ())
            assert words_for(words) == words and 1 <= len(words) <= 12
    assert len(made.lines) <= 3
    for written in made.lines:
        assert unfit(written.text, written.tone) is None
        assert one_line(written.text) == written.text
        assert columns(written.text) <= 120 and len(written.text.split()) <= 25
        assert banned(written.text) is None
        assert written.tone in TONES and 3 <= written.score <= 5
        least, most = WARMTH_OF_LEVEL[written.level]
        assert least <= written.warmth <= most
        tagged(written.domain, written.tags)
        assert written.tags
    if made.prediction is not None:
        guess = made.prediction
        assert -2 <= guess.warmth_delta <= 2 and 1 <= guess.level <= 3 and guess.mode in MODES
        assert guess.compliment_budget is None or 0 <= guess.compliment_budget <= 3
        assert type(guess.over_watering_risk) is bool
        tagged(guess.domain, guess.domain_tags)


def tagged(domain: str | None, tags: tuple[str, ...]) -> None:
    assert domain is None or tag_of(domain) == domain
    assert len(tags) <= 8
    assert all(tag_of(tag) == tag for tag in tags)


@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers())
def test_a_thousand_broken_answers(text: str) -> None:
    made = read(text, asked(*TURNS))
    if isinstance(made, Answer):
        hold(made)
        json.dumps([one.text for one in made.lines]).encode()
    else:
        assert 0 < len(made) < 80


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_at_all(text: str) -> None:
    assert isinstance(read(text), str)
    assert isinstance(reviewed(text, "a"), str)
