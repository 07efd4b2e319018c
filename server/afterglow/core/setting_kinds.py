"""How one setting's value is checked: a table of value kinds.

Invariant: a check either gives the value to use or raises ``Refused`` with what would be right; it
never repeats what was given, which may be a secret in the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from attrs import frozen

from afterglow.core.model import Json

_MAX_TEXT: Final = 500
_MAX_LIST: Final = 200
_TRUE: Final = frozenset({"true", "1", "yes", "on"})
_FALSE: Final = frozenset({"false", "0", "no", "off"})
_CLOCK: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*(?:-|to)\s*([01]?\d|2[0-3]):([0-5]\d)")


class Refused(ValueError):
    """A value that is not taken; the text completes "must be ..."."""


@frozen
class Check:
    """``read``: the value from JSON. ``from_text``: JSON from an environment variable's text, which
    gives the text back where it makes nothing of it. ``wants``: completes "must be ..."."""

    wants: str
    read: Callable[[Json], Json]
    from_text: Callable[[str], Json] = str


def flag() -> Check:
    """true or false."""
    wants = "true or false"

    def read(value: Json) -> Json:
        return value if isinstance(value, bool) else _refuse(wants)

    def from_text(text: str) -> Json:
        lowered = text.lower()
        return True if lowered in _TRUE else False if lowered in _FALSE else text

    return Check(wants, read, from_text)


def consent() -> Check:
    """Only the literal true turns it on."""
    return Check(
        "literally true or false",
        lambda value: value if isinstance(value, bool) else _refuse("literally true or false"),
        lambda text: {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text),
    )


def whole(low: int, high: int) -> Check:
    """A whole number in a closed range."""
    wants = f"a whole number from {low} to {high}"

    def read(value: Json) -> Json:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return _refuse(wants)
        if not low <= value <= high or value != int(value):  # the range first: NaN and infinity fail it
            return _refuse(wants)
        return int(value)

    return Check(wants, read, _number)


def number(low: float, high: float) -> Check:
    """A number in a closed range, given back as float."""
    wants = f"a number from {low:g} to {high:g}"

    def read(value: Json) -> Json:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return _refuse(wants)
        if not low <= value <= high:
            return _refuse(wants)
        return float(value)

    return Check(wants, read, _number)


def one_of(*values: str) -> Check:
    """One of a few words."""
    wants = f"one of {', '.join(values)}"
    return Check(wants, lambda value: value if value in values else _refuse(wants))


def fixed(only: Json) -> Check:
    """A setting that can be read and not changed."""
    wants = f"{str(only).lower()}, it is fixed"
    base = flag() if isinstance(only, bool) else one_of(str(only))
    return Check(wants, lambda value: only if base.read(value) == only else _refuse(wants), base.from_text)


def text() -> Check:
    """A text; empty counts as unset. A whole number is taken as its digits (a seed, say)."""
    wants = f"a text of at most {_MAX_TEXT} characters"

    def read(value: Json) -> Json:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            return _refuse(wants)
        return value.strip() or None

    return Check(wants, read)


def url() -> Check:
    """An http or https address."""
    wants = "an address that begins with https:// or http://"

    def read(value: Json) -> Json:
        if not isinstance(value, str) or len(value) > _MAX_TEXT:
            return _refuse(wants)
        trimmed = value.strip()
        return trimmed or None if re.match(r"https?://[^\s/]|$", trimmed) else _refuse(wants)

    return Check(wants, read)


def texts() -> Check:
    """A list of texts; in the environment separated by commas."""
    wants = f"a list of at most {_MAX_LIST} texts"

    def read(value: Json) -> Json:
        if not isinstance(value, list | tuple) or len(value) > _MAX_LIST:
            return _refuse(wants)
        if any(not isinstance(item, str) or len(item) > _MAX_TEXT for item in value):
            return _refuse(wants)
        return tuple(item.strip() for item in value if item.strip())

    return Check(wants, read, lambda raw: [item.strip() for item in raw.split(",")])


def hours() -> Check:
    """``22:00-07:00`` as two minutes of the day, (start, end); the end may lie on the next day."""
    wants = 'two different times such as "22:00-07:00"'

    def read(value: Json) -> Json:
        if value == "":
            return None
        found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
        if found is None:
            return _refuse(wants)
        start, end = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        return (start, end) if start != end else _refuse(wants)

    return Check(wants, read)


def _number(raw: str) -> Json:
    try:
        return float(raw) if re.search(r"[.eE]", raw) else int(raw)
    except ValueError:
        return raw


def _refuse(wants: str) -> Json:
    raise Refused(wants)
