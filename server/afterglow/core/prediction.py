"""What the idle-time model expects of the turns to come (spec T2), as the turn reads it.

Invariant: advice only. Nothing in it opens a gate or raises a limit; an over-watering risk wins over
whatever else it says.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from attrs import frozen

PredictedMode = Literal["normal", "empathetic", "energetic"]

MODES: Final[tuple[PredictedMode, ...]] = get_args(PredictedMode)


@frozen
class Prediction:
    """``warmth_delta``: -2 to 2. ``level``: the ceiling, 1 to 3. ``compliment_budget``: 0 to 3, None where
    the model says nothing about it."""

    domain: str | None = None
    domain_tags: tuple[str, ...] = ()
    warmth_delta: int = 0
    level: int = 3
    mode: PredictedMode = "normal"
    compliment_budget: int | None = None
    over_watering_risk: bool = False
