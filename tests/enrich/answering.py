"""Requests, grades and lines as a model gives them, with every field that a test does not care about."""

from __future__ import annotations

import json
from typing import Any

from afterglow.core.twin import Answer, Request
from afterglow.enrich.answer import read_review, read_turns
from afterglow.enrich.schema import SCHEMA_REVIEW, SCHEMA_TURNS


def asked(*turns: int, user: str = '{"turns": []}') -> Request:
    return Request("turns", "model", "system", user, SCHEMA_TURNS, 800, turns=turns or (7,))


def review(*entries: str) -> Request:
    return Request("review", "model", "system", "{}", SCHEMA_REVIEW, 400, entries=entries)


def grade(turn: object = 7, **fields: Any) -> dict[str, Any]:
    return {
        "turn": turn,
        "quality": 4,
        "why": "fits the moment",
        "domain": "travel",
        "confidence": 0.9,
        "tags": ["travel", "greece"],
        "words": [{"tag": "greece", "words": ["athens", "island hopping"]}],
        **fields,
    }


def line(text: str = "A Greek ferry timetable is more of a conversation.", **fields: Any) -> dict[str, Any]:
    return {
        "sort": "aside",
        "text": text,
        "domain": "travel",
        "tags": ["greece"],
        "score": 4,
        "level": 1,
        "warmth": 2,
        "tone": "factual",
        **fields,
    }


def prediction(**fields: Any) -> dict[str, Any]:
    return {
        "domain": "travel",
        "domain_tags": ["travel"],
        "warmth_delta": 1,
        "level": 2,
        "mode": "normal",
        "compliment_budget": 2,
        "over_watering_risk": False,
        **fields,
    }


def whole(**fields: Any) -> dict[str, Any]:
    return {"grades": [grade()], "lines": [line()], "prediction": prediction(), **fields}


def read(
    answer: object, request: Request | None = None, *, lacking: bool = True, near: bool = False
) -> Answer | str:
    """``answer``: a text as it came, or what is to be written as JSON."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return read_turns(text, request or asked(), lacking=lambda domain, tags: lacking, nearby=lambda one: near)


def taken(answer: object, request: Request | None = None, **options: bool) -> Answer:
    made = read(answer, request, **options)
    assert isinstance(made, Answer), made
    return made


def reviewed(answer: object, *entries: str) -> Answer | str:
    return read_review(answer if isinstance(answer, str) else json.dumps(answer), review(*entries))
