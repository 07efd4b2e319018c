"""T15: whatever is said, graded, made and predicted, no turn hears what was made on it or too long ago."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afterglow.core.bank import WARMTH_OF_LEVEL
from afterglow.core.model import Turn
from afterglow.core.prediction import MODES, Prediction
from afterglow.core.twin import Grade, Made
from afterglow.store import predictions
from tests.core.voicing import fixed, joke, stock
from tests.scenarios.twin_talk import DAY, MINUTE, PLACE, USER, Talk

SAID = ("naxos again", "going island hopping in greece", "the weekend was long", "hello", "hm", None)
SORTS = ("joke", "aside", "response")
LINES = (
    "Naxos keeps its own hours.",
    "The ferry has seen worse schedules.",
    "An island is a folder with a beach.",
    "Somewhere a harbour waits without a queue.",
    "The sea never needed a second draft.",
    "Olives ripen in their own time.",
    "The timetable is more of a suggestion.",
    "A good bay needs no readme.",
)
SHELF = stock(
    *(
        joke(f"Number {level} {warmth}.", level=level, warmth=warmth)
        for level, (least, most) in WARMTH_OF_LEVEL.items()
        for warmth in range(least, most + 1)
    ),
    fixed("The cursor blinks."),
)
PREDICTIONS = st.builds(
    Prediction,
    domain_tags=st.sampled_from([(), ("cyclades",), ("welding",)]),
    warmth_delta=st.integers(-2, 2),
    level=st.integers(1, 3),
    mode=st.sampled_from(MODES),
    compliment_budget=st.none() | st.integers(0, 3),
    over_watering_risk=st.booleans(),
)


@frozen
class Foretold:
    """A prediction and the turn it was made on."""

    turn: int
    prediction: Prediction


STEPS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(SAID)),
    st.tuples(st.just("topic"), st.sampled_from(["naxos", "parser"])),
    st.tuples(st.just("grade"), st.integers(0, 3)),
    # 0: on the turn to come, as nothing could; 1: on the newest turn, as the worker does.
    st.tuples(st.just("predict"), st.tuples(st.integers(0, 8), PREDICTIONS)),
    st.tuples(st.just("wait"), st.sampled_from([MINUTE, 2 * DAY])),
)


def heeded(known: list[Foretold], here: int) -> Prediction | None:
    """The prediction that a turn may heed: the newest of one to five turns ago."""
    fit = [one for one in known if 1 <= here - one.turn <= 5]
    newest = max((one.turn for one in fit), default=0)
    return [one for one in fit if one.turn == newest][-1].prediction if fit else None


def look(talk: Talk, turn: Turn, number: int, expected: Prediction | None) -> None:
    line = talk.prepared(turn)
    if line is not None:
        assert talk.made_on(line) < number
    if turn.token is None or expected is None:
        return
    assert turn.token.level <= expected.level
    if expected.over_watering_risk:
        # The warmest that a rapport of 9.5 allows is 5, and a warning takes one from it.
        assert turn.token.warmth <= 4
    if expected.mode == "empathetic" and turn.spoken is not None and turn.spoken.origin is None:
        assert turn.spoken.kind != "joke"


def do(talk: Talk, step: tuple[str, Any], known: list[Foretold], written: list[str]) -> None:
    what, value = step
    here = talk.here
    if what in ("say", "topic"):
        expected = heeded(known, here)
        assert predictions.newest(talk.connection, USER, PLACE, here) == expected
        change = {"from": "docs", "to": value}
        turn = talk.say(value) if what == "say" else talk.happen("topic.change", data=change)
        assert talk.here == here + turn.reached_t5
        look(talk, turn, here, expected)
    elif what == "grade":
        rows = talk.waiting()
        lines = [LINES[(len(written) + number) % len(LINES)] for number in range(value)]
        fresh = [text for text in lines if text not in written]
        made = [
            Made(SORTS[number % 3], text, "cyclades", ("cyclades",), 4)  # type: ignore[arg-type]
            for number, text in enumerate(fresh)
        ]
        written += fresh
        words = {"cyclades": ("naxos", "harbour")}
        if rows:
            talk.grade([Grade(row.seq, 4, "", "cyclades", 0.9, ("cyclades",), words) for row in rows], made)
    elif what == "predict":
        age, prediction = value
        if here - age > 0:
            talk.predict(prediction, on=here - age)
            known.append(Foretold(here - age, prediction))
    else:
        talk.wait(value)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, min_size=4, max_size=30))
def test_no_turn_hears_what_was_made_on_it_or_too_long_ago(steps: list[tuple[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        talk = Talk(Path(folder), SHELF, rapport=9.5)
        known: list[Foretold] = []
        written: list[str] = []
        try:
            for step in steps:
                do(talk, step, known, written)
        finally:
            talk.close()
