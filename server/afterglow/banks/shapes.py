"""The table of banks: which fields a row of each has, and the entry that it becomes.

Invariant: what ``make`` gives was checked field by field and as a whole; ``BadRow`` says in one line what
is wrong, and nothing else is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from attrs import frozen

from afterglow.banks import fields
from afterglow.banks.fields import Check
from afterglow.banks.reading import Row
from afterglow.core import bank
from afterglow.core.settings import ROWS
from afterglow.core.slots import slots_of

Made = bank.Entry | bank.Recipe


class BadRow(Exception):
    """What is wrong with a row, in one line."""


@frozen
class Field:
    """One key of a row. ``default``: what stands for it where it is missing; ``required`` have none."""

    key: str
    check: Check
    required: bool = True
    default: Any = None


@frozen
class Shape:
    """One bank. ``text``: which key holds the line, None where a row is not a line."""

    kind: str
    text: str | None
    fields: tuple[Field, ...]
    build: Callable[..., Made]

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(field.key for field in self.fields)


def _option(key: str, check: Check, default: Any) -> Field:
    return Field(key, check, required=False, default=default)


_ID: Final = Field("id", fields.name)
_TAGS: Final = _option("tags", fields.tags, frozenset())
_CONFIDENCE: Final = _option("confidence", fields.number(0, 1), 0.8)
_DATED: Final = (
    Field("added_at", fields.day),
    _option("freshness_days", fields.whole(1, 36_500), bank.FRESH_DAYS),
)
_WARMTH: Final = Field("warmth", fields.whole(1, 5))
_LEVEL: Final = _option("level", fields.whole(1, 3), None)
_TRUST: Final = _option("min_trust", fields.number(0, 1), None)

SHAPES: Final[Mapping[str, Shape]] = {
    shape.kind: shape
    for shape in (
        Shape("jokes", "joke", (
            _ID, Field("joke", fields.line), _TAGS, Field("min_glow", fields.number(0, 1)),
            Field("max_glow", fields.number(0, 1)), _CONFIDENCE, *_DATED,
        ), bank.Joke),
        Shape("facts", "fact", (
            _ID, Field("fact", fields.line), _TAGS, _CONFIDENCE, Field("source", fields.address),
            Field("checked", fields.day), *_DATED,
        ), bank.Fact),
        Shape("responses", "response", (
            _ID, Field("label", fields.one_of(bank.LABELS)), Field("pattern", fields.pattern),
            Field("response", fields.line), Field("level", fields.whole(1, 3)), _WARMTH, _TRUST, _CONFIDENCE,
            _TAGS, Field("tone", fields.one_of(bank.TONES)), *_DATED,
        ), bank.Response),
        Shape("compliments", "text", (
            _ID, Field("trigger", fields.one_of(bank.TRIGGERS)), Field("text", fields.line), _WARMTH, _LEVEL,
            _TRUST, _TAGS, *_DATED,
        ), bank.Compliment),
        Shape("reminders", "template", (
            _ID, Field("trigger", fields.one_of(bank.REMINDER_TRIGGERS)), Field("template", fields.line),
            Field("requires", fields.slot_names), _WARMTH, _LEVEL, *_DATED,
        ), bank.Reminder),
        Shape("weather", "text", (
            _ID, Field("text", fields.line), Field("when", fields.weather), _WARMTH, _LEVEL, _TAGS, *_DATED,
        ), bank.WeatherLine),
        Shape("seasons", "text", (
            _ID, Field("text", fields.line), Field("when", fields.season), _WARMTH, _LEVEL, _TAGS, *_DATED,
        ), bank.SeasonLine),
        Shape("fallbacks", "text", (_ID, Field("text", fields.line), _WARMTH, *_DATED), bank.FixedLine),
        Shape("recipes", None, (
            Field("name", fields.name), Field("banter_bank", fields.bank_file),
            Field("detect", fields.detect), Field("timing", fields.one_of(bank.TIMINGS)), _TAGS,
        ), bank.Recipe),
    )
}  # fmt: skip
"""Every bank of lines, by the name of its file."""

RECIPE_LINES: Final = Shape("recipe lines", "text", (
    _ID, Field("text", fields.line), _WARMTH, _LEVEL, _TRUST, _CONFIDENCE, _TAGS, *_DATED,
), bank.RecipeLine)  # fmt: skip
CONFIG: Final = frozenset({"key", "value", "description"})
_SETTINGS: Final = frozenset(row.snake for row in ROWS)


def make(shape: Shape, row: Row, origin: str, **more: Any) -> Made:
    """The entry or recipe of one row. ``more``: what the file says and the row does not. Raises BadRow."""
    values: dict[str, Any] = dict(more)
    for field in shape.fields:
        values[field.key] = _value(field, row)
    if shape.text is None:
        return shape.build(**values, origin=origin)
    values["text"] = values.pop(shape.text)
    values["slots"] = slots_of(values["text"])
    values["stale_at"] = _stale_at(values["added_at"], values.pop("freshness_days"))
    _settle_level(values)
    _check_whole(shape, values)
    return shape.build(**values, origin=origin)


def setting(row: Row) -> tuple[str, Any]:
    """Key and value of one row of ``config.jsonl``. Raises BadRow."""
    missing = CONFIG - row.values.keys()
    if missing:
        raise BadRow(f"{min(missing)} is missing")
    key = row.values["key"]
    if not isinstance(key, str) or key not in _SETTINGS:
        raise BadRow("key must be a setting")
    return key, row.values["value"]


def foreign(keys: frozenset[str], row: Row) -> str | None:
    """What to say of keys that mean nothing here or stand there twice; None where all are in order."""
    unknown = [key for key in row.values if key not in keys]
    if unknown:
        return f"unknown key: {unknown[0]}"
    return f"the key stands there twice: {row.doubled[0]}" if row.doubled else None


def _value(field: Field, row: Row) -> Any:
    if field.key not in row.values:
        if field.required:
            raise BadRow(f"{field.key} is missing")
        return field.default
    try:
        return field.check(row.values[field.key])
    except ValueError as error:
        raise BadRow(f"{field.key} {error}") from None


@lru_cache(maxsize=1024)
def _stale_at(added_at: str, freshness_days: int) -> int:
    """Milliseconds since the epoch; a date at the calendar's end never goes stale."""
    added = datetime.fromisoformat(added_at).replace(tzinfo=UTC)
    try:
        return int((added + timedelta(days=freshness_days)).timestamp()) * 1000
    except OverflowError:
        return (1 << 63) - 1


def _settle_level(values: dict[str, Any]) -> None:
    """Level and warmth go together (spec T14c); no level given: the lowest that the warmth allows."""
    warmth = values.setdefault("warmth", 3)
    if values.get("level") is None:
        values["level"] = 1 if warmth <= 3 else 2 if warmth == 4 else 3
    least, most = bank.WARMTH_OF_LEVEL[values["level"]]
    if not least <= warmth <= most:
        raise BadRow(f"a line of level {values['level']} has a warmth from {least} to {most}")
    if values.get("min_trust") is None:
        values["min_trust"] = bank.DEEP_TRUST if values["level"] == 3 else 0.0


def _check_whole(shape: Shape, values: dict[str, Any]) -> None:
    if shape.kind == "jokes" and values["min_glow"] > values["max_glow"]:
        raise BadRow("min_glow is greater than max_glow")
    if shape.kind == "reminders" and set(values["slots"]) != values["requires"]:
        raise BadRow("requires must be exactly the slots of the template")
