"""The parts of an answer as strict models: what ``enrich.schema`` asks for, with its bounds.

Only ``enrich.answer`` imports this, when an answer came: pydantic takes a while.
Invariant: nothing is coerced, nothing unknown is taken, and ``valid`` never raises.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Short = Annotated[str, Field(max_length=120)]
Texts = Annotated[list[Short], Field(max_length=32)]
Five = Annotated[int, Field(ge=1, le=5)]
Level = Annotated[int, Field(ge=1, le=3)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


class Words(_Strict):
    tag: Short
    words: Texts


class Grade(_Strict):
    """``words``: a list as the schema has it; services that ignore schemas like to give an object."""

    turn: int
    quality: Five
    why: Annotated[str, Field(max_length=1_000)] = ""
    domain: Short | None = None
    confidence: Annotated[float, Field(ge=0, le=1)] = 0.0
    tags: Texts = []
    words: Annotated[list[Words], Field(max_length=32)] | dict[str, Texts] = []


class Line(_Strict):
    sort: Literal["joke", "aside", "response"]
    text: Annotated[str, Field(min_length=1, max_length=400)]
    domain: Short
    tags: Texts
    score: Five
    level: Level = 1
    warmth: Five = 2
    tone: Literal["playful", "factual", "warm", "coaching"] = "factual"


class Prediction(_Strict):
    domain: Short | None = None
    domain_tags: Texts = []
    warmth_delta: Annotated[int, Field(ge=-2, le=2)] = 0
    level: Level = 3
    mode: Literal["normal", "empathetic", "energetic"] = "normal"
    compliment_budget: Annotated[int, Field(ge=0, le=3)] | None = None
    over_watering_risk: bool = False


class Verdict(_Strict):
    id: Annotated[str, Field(min_length=1, max_length=64)]
    decision: Literal["refresh", "retire"]


PARTS: Final[dict[str, type[BaseModel]]] = {
    "grade": Grade,
    "line": Line,
    "prediction": Prediction,
    "verdict": Verdict,
}


def valid(name: str, row: Any) -> Any | None:
    """The part of this name, or None where it is none."""
    try:
        return PARTS[name].model_validate(row)
    except (ValidationError, ValueError, TypeError, RecursionError):
        return None
