"""One value of a row checked: each function takes a JSON value and gives what an entry keeps.

Invariant: ``ValueError`` is the only thing raised, and its text completes "FIELD ...".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from datetime import date
from typing import Any, Final

from afterglow.core.almanac import HOLIDAYS, TIMES, WEEKDAYS
from afterglow.core.bank import MOMENTS, Detect, Pattern, SeasonRule, WeatherRule, words_of
from afterglow.core.clean import LINE_COLUMNS, columns, is_plain, one_line
from afterglow.core.kinds import JOBS, KINDS
from afterglow.core.slots import SLOTS, sampled, slots_of, stray_braces

Check = Callable[[Any], Any]

MOST_WORDS: Final = 25
MOST_TAGS: Final = 20
_MOST_PATTERNS: Final = 40
_ID: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_TAG: Final = re.compile(r"[a-z0-9][a-z0-9+#._-]{0,31}")
_FILE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}\.jsonl")
_ADDRESS: Final = re.compile(r"https?://[A-Za-z0-9.-]+\.[A-Za-z]{2,}(?:[/?#][!-~]*)?")
_MONTH_DAY: Final = re.compile(r"[0-9]{2}-[0-9]{2}")
_PREFIXES: Final = {"moment": frozenset(MOMENTS), "event": frozenset(KINDS), "job": frozenset(JOBS)}


def name(value: Any) -> str:
    """An id: small letters, digits, ``-``, ``_`` and ``.``, at most 64."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError("must be small letters, digits, - _ and ., at most 64")
    return value


def line(value: Any) -> str:
    """A text for the screen: clean, known slots only, short even with its slots filled."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("must be a text")
    if len(value) > LINE_COLUMNS * 4:
        raise ValueError(f"is longer than {LINE_COLUMNS} columns")
    clean = value if is_plain(value) else one_line(value, LINE_COLUMNS * 4)
    if not clean:
        raise ValueError("must be a text")
    unknown = [slot for slot in slots_of(clean) if slot not in SLOTS]
    if unknown:
        raise ValueError(f"has a slot that nothing fills: {{{unknown[0]}}}")
    if stray_braces(clean):
        raise ValueError("has a brace that belongs to no slot")
    filled = sampled(clean)
    if (len(filled) if filled.isascii() else columns(filled)) > LINE_COLUMNS:
        raise ValueError(f"is longer than {LINE_COLUMNS} columns")
    if len(filled.split()) > MOST_WORDS:
        raise ValueError(f"has more than {MOST_WORDS} words")
    return clean


def number(least: float, most: float) -> Check:
    """A number within bounds, both included."""

    def check(value: Any) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a number from {least:g} to {most:g}")
        return float(value)

    return check


def whole(least: int, most: int) -> Check:
    """A whole number within bounds, both included."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return check


def one_of(known: Collection[str]) -> Check:
    """One word of a list."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"must be one of: {', '.join(known)}")
        return value

    return check


def tags(value: Any) -> frozenset[str]:
    """A list of words in small letters."""
    return frozenset(_texts(value, MOST_TAGS, _TAG, "small words"))


def day(value: Any) -> str:
    """A date as ``2026-11-21``."""
    try:
        if isinstance(value, str) and len(value) == 10:
            return date.fromisoformat(value).isoformat()
    except ValueError:
        pass
    raise ValueError("must be a date such as 2026-11-21")


def address(value: Any) -> str:
    """A public web address."""
    if not isinstance(value, str) or len(value) > 300 or not _ADDRESS.fullmatch(value):
        raise ValueError("must be a public address, such as https://git-scm.com/docs/git-bisect")
    return value


def pattern(value: Any) -> Pattern:
    """``*``, or phrases and moments with ``|`` between: ``thanks|thank you|event:push``."""
    if not isinstance(value, str) or not value.strip() or len(value) > 400:
        raise ValueError("must be *, or phrases with | between")
    if value.strip() == "*":
        return Pattern(always=True)
    phrases: list[tuple[str, ...]] = []
    moments: list[str] = []
    for part in (part.strip() for part in value.split("|")):
        kind, colon, what = part.partition(":")
        if colon:
            if what not in _PREFIXES.get(kind, frozenset()):
                raise ValueError(f"names no moment, event or job: {part}")
            moments.append(part)
        else:
            phrases.append(_phrase(part))
    return Pattern(False, tuple(phrases), frozenset(moments))


def slot_names(value: Any) -> frozenset[str]:
    """A list of slots."""
    names = _texts(value, len(SLOTS), None, "slots")
    unknown = [name for name in names if name not in SLOTS]
    if unknown:
        raise ValueError(f"names a slot that nothing fills: {unknown[0]}")
    return frozenset(names)


def bank_file(value: Any) -> str:
    """The name of a file of lines, ``NAME.jsonl`` or ``recipes/NAME.jsonl``: nothing that leads elsewhere."""
    if not isinstance(value, str) or not _FILE.fullmatch(value.removeprefix("recipes/")):
        raise ValueError("must be NAME.jsonl or recipes/NAME.jsonl")
    return value


def detect(value: Any) -> Detect:
    """``{"command": [...], "job": [...], "branch": [...], "files": [...], "text": [...]}``, not empty."""
    found = _object(value, ("command", "job", "branch", "files", "text"))
    jobs = _texts(found.get("job", []), len(JOBS), None, "kinds of job")
    if not set(jobs) <= set(JOBS):
        raise ValueError(f"has a job that is none of: {', '.join(JOBS)}")
    made = Detect(
        # Not words_of: the signs in ``docker-compose`` or ``./deploy.sh`` belong to the name.
        tuple(tuple(text.split()) for text in _patterns(found, "command")),
        frozenset(jobs),
        tuple(_patterns(found, "branch")),
        tuple(_patterns(found, "files")),
        tuple(_phrase(text) for text in _patterns(found, "text")),
    )
    if made == Detect():
        raise ValueError("must name at least one command, job, branch, file or text")
    return made


def weather(value: Any) -> WeatherRule:
    """``{"above_c": 29}``, ``below_c``, ``rain``, ``snow``, ``place``: at least one."""
    found = _object(value, ("above_c", "below_c", "rain", "snow", "place"))
    degrees = number(-90, 60)
    place = found.get("place")
    if place is not None and (not isinstance(place, str) or not one_line(place)):
        raise ValueError("has a place that is no text")
    for sign in ("rain", "snow"):
        if not isinstance(found.get(sign, True), bool):
            raise ValueError(f"has a {sign} that is neither true nor false")
    rule = WeatherRule(
        degrees(found["above_c"]) if "above_c" in found else None,
        degrees(found["below_c"]) if "below_c" in found else None,
        found.get("rain"),
        found.get("snow"),
        one_line(place).casefold() if place is not None else None,
    )
    if rule == WeatherRule():
        raise ValueError("must name at least one condition")
    return rule


def season(value: Any) -> SeasonRule:
    """``{"time": "morning"}``, ``weekday``, ``from`` with ``to`` (``12-27``), ``date``, ``holiday``."""
    found = _object(value, ("time", "weekday", "from", "to", "date", "holiday"))
    if ("from" in found) != ("to" in found) or ("date" in found and "from" in found):
        raise ValueError("needs from and to together, or a date alone")
    first = _month_day(found["from"]) if "from" in found else None
    last = _month_day(found["to"]) if "to" in found else None
    if "date" in found:
        first = last = _month_day(found["date"])
    for key, known in (("time", tuple(TIMES)), ("weekday", WEEKDAYS), ("holiday", tuple(HOLIDAYS))):
        if key in found and found[key] not in known:
            raise ValueError(f"has a {key} that is none of: {', '.join(known)}")
    rule = SeasonRule(
        found.get("time"),
        WEEKDAYS.index(found["weekday"]) if "weekday" in found else None,
        first,
        last,
        found.get("holiday"),
    )
    if rule == SeasonRule():
        raise ValueError("must name at least one condition")
    return rule


def anything(value: Any) -> Any:
    """Whatever it is; checked where it is used."""
    return value


def _month_day(value: Any) -> tuple[int, int]:
    if isinstance(value, str) and _MONTH_DAY.fullmatch(value):
        try:
            found = date.fromisoformat(f"2024-{value}")  # a leap year: 02-29 is a date
            return found.month, found.day
        except ValueError:
            pass
    raise ValueError("has a date that is not such as 12-27")


def _phrase(text: str) -> tuple[str, ...]:
    words = words_of(text)
    if not words:
        raise ValueError("has a phrase without a word")
    return words


def _patterns(found: dict[str, Any], key: str) -> list[str]:
    return _texts(found.get(key, []), _MOST_PATTERNS, None, f"texts in {key}")


def _texts(value: Any, most: int, form: re.Pattern[str] | None, what: str) -> list[str]:
    if not isinstance(value, list) or len(value) > most:
        raise ValueError(f"must be a list of at most {most} {what}")
    for text in value:
        if (
            not isinstance(text, str)
            or not text.strip()
            or len(text) > 80
            or (form and not form.fullmatch(text))
        ):
            raise ValueError(f"must be a list of at most {most} {what}")
    return [text.strip() for text in value]


def _object(value: Any, keys: Collection[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("must be an object")
    unknown = [key for key in value if key not in keys]
    if unknown:
        raise ValueError(f"has a key that is none of: {', '.join(keys)}")
    return value
