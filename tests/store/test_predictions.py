"""T2: which prediction may guide a turn, and what of it is believed."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from attrs import asdict
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.prediction import Prediction
from afterglow.store import predictions
from tests.store.making import NOW, PLACE, count
from tests.store.queueing import USER

GREECE = Prediction("travel", ("travel", "greece"), 1, 2, "energetic", 1, True)


def save(connection: sqlite3.Connection, prediction: Prediction, turn: int, workspace: str = PLACE) -> None:
    predictions.save(connection, USER, workspace, prediction, turn, NOW)


@pytest.mark.parametrize(
    ("turn", "guided"), [(6, False), (7, False), (8, True), (12, True), (13, False), (100, False)]
)
def test_not_on_its_own_turn_and_not_after_five(
    connection: sqlite3.Connection, turn: int, guided: bool
) -> None:
    save(connection, GREECE, 7)
    assert predictions.newest(connection, USER, PLACE, turn) == (GREECE if guided else None)


def test_the_newest_of_user_and_workspace(connection: sqlite3.Connection) -> None:
    for turn, level in ((1, 1), (3, 2), (3, 3)):
        save(connection, Prediction(level=level), turn)
    save(connection, GREECE, 3, "/other")
    assert predictions.newest(connection, USER, PLACE, 4) == Prediction(level=3)
    assert predictions.newest(connection, USER, PLACE, 3) == Prediction(level=1)
    assert predictions.newest(connection, "other", PLACE, 4) is None


def test_a_few_are_kept(connection: sqlite3.Connection) -> None:
    for turn in range(100):
        save(connection, Prediction(), turn)
    assert count(connection, "predictions") <= predictions.KEPT + 1


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ({}, Prediction()),
        ({"warmth_delta": 99, "level": 0, "compliment_budget": -4}, Prediction(None, (), 2, 1, "normal", 0)),
        ({"warmth_delta": True, "level": "2", "mode": "wild"}, Prediction()),
        ({"over_watering_risk": "yes"}, Prediction()),
        (
            {"domain": "a\x1b[31mb", "domain_tags": ["X y", 3], "mode": "empathetic"},
            Prediction("ab", ("x-y",), mode="empathetic"),
        ),
    ],
)
def test_what_does_not_fit_is_left_at_its_default(raw: dict[str, Any], read: Prediction) -> None:
    assert predictions.read(raw) == read


@given(st.dictionaries(st.sampled_from(list(asdict(Prediction()))), st.none() | st.integers() | st.text()))
def test_whatever_is_stored_is_within_bounds(raw: dict[str, Any]) -> None:
    found = predictions.read(raw)
    assert -2 <= found.warmth_delta <= 2 and 1 <= found.level <= 3
    assert found.compliment_budget is None or 0 <= found.compliment_budget <= 3
    assert predictions.read({**asdict(found), "domain_tags": list(found.domain_tags)}) == found
