"""What the idle-time model expects of the next turns (spec T2), one row each.

Invariant: a prediction is read only by a later turn than the one it was made on, and by none more than
five turns later; whatever is stored, what is read lies within the bounds of ``Prediction``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Final, cast

from attrs import asdict

from afterglow.core.clean import one_line
from afterglow.core.model import Json
from afterglow.core.prediction import MODES, PredictedMode, Prediction
from afterglow.core.queue_rules import tag_keys
from afterglow.store.rows import dump, load_object

LIFE_TURNS: Final = 5
KEPT: Final = 20


def save(
    connection: sqlite3.Connection,
    user_id: str,
    workspace: str,
    prediction: Prediction,
    turn: int,
    now: int,
) -> None:
    """Store what was predicted on a turn of the workspace's clock; of earlier ones a few are kept."""
    connection.execute(
        "INSERT INTO predictions (user_id, workspace, turn, at, prediction) VALUES (?, ?, ?, ?, ?)",
        (user_id, workspace, turn, now, dump(asdict(prediction))),
    )
    connection.execute(
        "DELETE FROM predictions WHERE user_id = ? AND workspace = ? AND turn < ?",
        (user_id, workspace, turn - KEPT),
    )


def newest(connection: sqlite3.Connection, user_id: str, workspace: str, turn: int) -> Prediction | None:
    """The newest prediction that may guide this turn (``turn_clock.read(...).here``), or None."""
    row = connection.execute(
        "SELECT prediction FROM predictions WHERE user_id = ? AND workspace = ? AND turn >= ? AND turn < ?"
        " ORDER BY turn DESC, seq DESC LIMIT 1",
        (user_id, workspace, turn - LIFE_TURNS, turn),
    ).fetchone()
    return None if row is None else read(load_object(row["prediction"]))


def read(raw: Mapping[str, Json]) -> Prediction:
    """A prediction from JSON; what does not fit is left at its default."""
    domain, tags = raw.get("domain"), raw.get("domain_tags")
    mode = raw.get("mode")
    return Prediction(
        domain=one_line(domain, 40) or None if isinstance(domain, str) else None,
        domain_tags=tag_keys(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        warmth_delta=_whole(raw.get("warmth_delta"), -2, 2, 0),
        level=_whole(raw.get("level"), 1, 3, 3),
        mode=cast("PredictedMode", mode) if mode in MODES else "normal",
        compliment_budget=None
        if raw.get("compliment_budget") is None
        else _whole(raw.get("compliment_budget"), 0, 3, 0),
        over_watering_risk=raw.get("over_watering_risk") is True,
    )


def _whole(value: Json, lowest: int, highest: int, default: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        return default
    return max(lowest, min(highest, value))
