"""T2, T2a, T15 on real rows: what a prediction does to a turn, which turns heed it, what wins over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from afterglow.core.bank import Joke
from afterglow.core.model import Turn
from afterglow.core.prediction import Prediction
from afterglow.core.stock import Stock
from tests.core.voicing import compliment, fact, fixed, joke, response, stock
from tests.scenarios.twin_talk import DAY, MINUTE, Talk

Opened = Callable[..., Talk]
TESTS = [joke(f"Tests, number {number}.", tags=("testing",)) for number in range(30)]
ABROAD = joke("The ferry keeps its own hours.", tags=("travel",))
SHELF = stock(*TESTS, ABROAD)
GREECE = Prediction(domain="travel", domain_tags=("travel", "greece"))


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Opened]:
    made: list[Talk] = []

    def open_one(shelf: Stock, **more: Any) -> Talk:
        made.append(Talk(tmp_path / str(len(made)), shelf, **more))
        return made[-1]

    yield open_one
    for one in made:
        one.close()


def line(turn: Turn) -> str | None:
    return turn.token.response if turn.token is not None else None


@pytest.mark.parametrize(("age", "heeded"), [(0, False), (1, True), (5, True), (6, False), (50, False)])
def test_heeded_from_the_next_turn_to_the_fifth(talk: Opened, age: int, heeded: bool) -> None:
    here = talk(SHELF)
    here.predict(GREECE, on=here.here - age)
    assert (line(here.say(None)) == ABROAD.text) is heeded


def test_five_turns_later_it_is_over(talk: Opened) -> None:
    shelf = stock(*TESTS, *(joke(f"Ferry {number}.", tags=("travel",)) for number in range(9)))
    here = talk(shelf)
    here.say(None)
    here.predict(GREECE)
    told = [str(line(here.say(None))).startswith("Ferry") for _ in range(7)]
    assert told == [True] * 5 + [False] * 2


def test_a_domain_that_has_nothing_restricts_nothing(talk: Opened) -> None:
    here, plain = talk(SHELF), talk(SHELF)
    here.predict(Prediction(domain_tags=("welding",)))
    assert str(line(here.say(None))).startswith("Tests") and str(line(plain.say(None))).startswith("Tests")


@pytest.mark.parametrize(
    ("delta", "risk", "warmth"), [(0, False, 3), (1, False, 4), (2, False, 5), (-2, False, 1), (2, True, 2)]
)
def test_the_warmth_sought_and_what_wins_over_it(talk: Opened, delta: int, risk: bool, warmth: int) -> None:
    shades = [joke(f"Warmth {shade}.", warmth=shade) for shade in (1, 2, 3, 4, 5)]
    here = talk(stock(*shades), rapport=9.5)
    here.predict(Prediction(warmth_delta=delta, over_watering_risk=risk))
    assert line(here.say(None)) == f"Warmth {warmth}."


def test_no_prediction_goes_over_the_cap(talk: Opened) -> None:
    here = talk(stock(joke("Warm.", warmth=5), joke("Plain.", warmth=2)), rapport=0.5)
    here.predict(Prediction(warmth_delta=2))
    assert line(here.say(None)) == "Plain."
    assert line(here.say(None)) is None


@pytest.mark.parametrize(("level", "told"), [(3, "Close."), (2, "Near."), (1, "Plain.")])
def test_level_is_a_ceiling(talk: Opened, level: int, told: str) -> None:
    lines: list[Joke] = [
        joke("Plain.", warmth=1),
        joke("Near.", level=2, warmth=3),
        joke("Close.", level=3, warmth=4),
    ]
    here = talk(stock(*lines), rapport=9.9)
    here.predict(Prediction(level=level, warmth_delta=1))
    assert line(here.say(None)) == told


def test_empathetic_tells_no_joke_and_does_not_celebrate(talk: Opened) -> None:
    here = talk(stock(*TESTS, fixed("The cursor blinks.")))
    here.predict(Prediction(mode="empathetic"))
    assert line(here.say(None)) == "The cursor blinks."
    shelf = stock(response("Green again.", pattern="moment:green"), fact("True.", tags=("testing",)))
    assert "Green again." in str(line(_green(talk(shelf))))
    assert "Green again." not in str(line(_green(talk(shelf), Prediction(mode="empathetic"))))


def test_energetic_celebrates_sooner(talk: Opened) -> None:
    shelf = stock(response("Green again.", "celebration", "moment:green"))
    for mode, source in (("normal", "cpu_repo"), ("energetic", "cpu_glow")):
        made = _green(talk(shelf), Prediction(mode=mode), fails=1)  # type: ignore[arg-type]
        assert 0.5 < made.classification.glow_score <= 0.6, made.classification.glow_score
        assert made.token is not None
        assert made.token.source == source


@pytest.mark.parametrize(
    ("prediction", "praised"),
    [
        (None, True),
        (Prediction(), True),
        (Prediction(compliment_budget=3), True),
        (Prediction(compliment_budget=0), False),
        (Prediction(compliment_budget=3, over_watering_risk=True), False),
    ],
)
def test_the_compliment_budget_is_the_smaller_one(
    talk: Opened, prediction: Prediction | None, praised: bool
) -> None:
    made = _green(talk(stock(compliment("Nicely untangled."))), prediction)
    assert ("Nicely untangled." in str(line(made))) is praised
    none = _green(talk(stock(compliment("Nicely untangled.")), complimentFrequency=0), prediction)
    assert "Nicely untangled." not in str(line(none))


def _green(here: Talk, prediction: Prediction | None = None, fails: int = 3) -> Turn:
    """A suite that was green yesterday and red since, green again."""
    job = {"label": "pytest", "data": {"job": "test", "passed": 140}}
    here.record("job.finished", status="ok", ago=DAY, **job)
    for number in range(fails):
        ago = 4 + number * 20
        failed = {"label": "pytest", "data": {"job": "test", "passed": 138, "failed": 2}}
        here.record("job.finished", status="fail", ago=ago * MINUTE, **failed)
    if prediction is not None:
        here.predict(prediction)
    return here.happen("job.finished", status="ok", duration_ms=38_000.0, **job)
