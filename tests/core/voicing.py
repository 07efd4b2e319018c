"""Voices, banks and a queue for tests of the turn, with every field that a test does not care about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from afterglow.core import queue_rules
from afterglow.core.bank import (
    Aside,
    Banks,
    Compliment,
    Fact,
    FixedLine,
    Joke,
    Pattern,
    Response,
    SeasonRule,
    WeatherLine,
    WeatherRule,
    words_of,
)
from afterglow.core.stock import Stock, stock_of
from afterglow.core.voice import Voice, Wanted

__all__ = [
    "Given",
    "SeasonRule",
    "aside",
    "compliment",
    "fact",
    "fixed",
    "joke",
    "response",
    "stock",
    "waiting",
    "weather_line",
]


@frozen
class Given:
    """Records that answer with what they were given; ``asked`` notes what was wanted of the queue."""

    known: Voice = field(factory=Voice)
    queue: Sequence[queue_rules.Entry] = ()
    wanted: list[Wanted] = field(factory=list)
    voiced: list[None] = field(factory=list)

    def voice(self) -> Voice:
        self.voiced.append(None)
        return self.known

    def claim(self, wanted: Wanted) -> queue_rules.Entry | None:
        self.wanted.append(wanted)
        for entry in self.queue:
            tagged = not entry.tags or not wanted.tags or set(entry.tags) & set(wanted.tags)
            placed = wanted.category is None or entry.category in (None, wanted.category)
            if tagged and placed and wanted.accept(entry) is None:
                return entry
        return None


def waiting(text: str = "A line that waited.", **fields: Any) -> queue_rules.Entry:
    values: dict[str, Any] = {
        "id": f"q:{text}",
        "user_id": "local",
        "session_id": None,
        "workspace": None,
        "banter": text,
        "category": None,
        "level": 1,
        "warmth": 2,
        "source": "job",
        "source_id": None,
        "tags": (),
        "confidence": 0.95,
        "created_at": 0,
        "expires_at": None,
        "expires_in_turns": 5,
    }
    return queue_rules.Entry(**{**values, **fields})


def _named(text: str, fields: dict[str, Any]) -> dict[str, Any]:
    tags = frozenset(fields.pop("tags", ()))
    return {"id": text, "text": text, "tags": tags, "added_at": "2026-01-01", **fields}


def joke(text: str, **fields: Any) -> Joke:
    return Joke(**_named(text, fields))


def fact(text: str, **fields: Any) -> Fact:
    return Fact(source="https://example.org/", checked="2026-01-01", **_named(text, fields))


def response(text: str, label: str = "celebration", pattern: str = "*", **fields: Any) -> Response:
    moments = frozenset(part for part in pattern.split("|") if ":" in part)
    phrases = tuple(words_of(part) for part in pattern.split("|") if ":" not in part and part != "*")
    tone = fields.pop("tone", "warm")
    return Response(
        label=label, tone=tone, pattern=Pattern(pattern == "*", phrases, moments), **_named(text, fields)
    )


def aside(text: str, **fields: Any) -> Aside:
    tone = fields.pop("tone", "factual")
    return Aside(tone=tone, **_named(text, {"origin": "learned", **fields}))


def compliment(text: str, trigger: str = "resilience", **fields: Any) -> Compliment:
    return Compliment(trigger=trigger, **_named(text, fields))


def weather_line(text: str, rain: bool = True, **fields: Any) -> WeatherLine:
    return WeatherLine(when=WeatherRule(rain=rain), **_named(text, fields))


def fixed(text: str, **fields: Any) -> FixedLine:
    return FixedLine(**_named(text, fields))


def stock(*entries: Any) -> Stock:
    """The stock of these entries, each in its bank, in the order given."""

    def of(kind: type) -> tuple[Any, ...]:
        return tuple(entry for entry in entries if isinstance(entry, kind))

    return stock_of(
        Banks(
            jokes=of(Joke),
            facts=of(Fact),
            responses=of(Response),
            compliments=of(Compliment),
            weather=of(WeatherLine),
            fallbacks=of(FixedLine),
            asides=of(Aside),
        )
    )
