"""What a model is asked to answer: two JSON schemas, as plain data that goes into a request as it stands.

Every object names all its fields and takes no other. Bounds that a service's structured output may not
know (lengths, ranges) stand in the descriptions; they are held by ``enrich.answer``, whatever came.
Invariant: pure data, no import of ours or of a library. Its bytes are part of every request: short words.
"""

from __future__ import annotations

from typing import Any, Final

MOST_GRADES: Final = 5
MOST_LINES: Final = 3
MOST_WORDS_OF: Final = 6
"""Of an answer: tags with words of their own in one grade."""
MOST_VERDICTS: Final = 20


def _object(**fields: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(fields),
        "properties": fields,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _text(says: str | None = None) -> dict[str, Any]:
    return {"type": "string"} if says is None else {"type": "string", "description": says}


def _whole(*values: int) -> dict[str, Any]:
    return {"type": "integer", "enum": list(values)}


def _one_of(*words: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


_TEXTS: Final = _list({"type": "string"})

_GRADE: Final = _object(
    turn={"type": "integer"},
    quality=_whole(1, 2, 3, 4, 5),
    why=_text("one line, 12 words at most"),
    domain=_text("one or two words; empty if unclear"),
    confidence={"type": "number", "description": "0 to 1, of the domain"},
    tags=_TEXTS,
    words=_list(_object(tag={"type": "string"}, words=_TEXTS)),
)

_LINE: Final = _object(
    sort=_one_of("joke", "aside", "response"),
    text=_text("one dry line, 12 words at most"),
    domain={"type": "string"},
    tags=_TEXTS,
    score=_whole(1, 2, 3, 4, 5),
    level=_whole(1, 2, 3),
    warmth=_whole(1, 2, 3, 4, 5),
    tone=_one_of("playful", "factual", "warm", "coaching"),
)

_PREDICTION: Final = _object(
    domain={"type": "string"},
    domain_tags=_TEXTS,
    warmth_delta=_whole(-2, -1, 0, 1, 2),
    level=_whole(1, 2, 3),
    mode=_one_of("normal", "empathetic", "energetic"),
    compliment_budget=_whole(0, 1, 2, 3),
    over_watering_risk={"type": "boolean"},
)

SCHEMA_TURNS: Final[dict[str, Any]] = _object(
    grades=_list(_GRADE), lines=_list(_LINE), prediction=_PREDICTION
)
"""The answer about the newest turns: grades (spec L3), lines (L4), what is expected next (L5)."""

SCHEMA_REVIEW: Final[dict[str, Any]] = _object(
    verdicts=_list(_object(id={"type": "string"}, decision=_one_of("refresh", "retire")))
)
"""The answer about lines that are due for a review (spec T9a)."""
