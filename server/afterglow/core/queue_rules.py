"""What may wait in the queue: the sources with their defaults, and the check of one entry to add.

Invariant: pure; any input gives a ``Draft`` that can be shown as it stands, or a ``Problem``. Tags are
compared by ``tag_key`` on both sides, so that "Python" finds "python".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from attrs import evolve, frozen

from afterglow.core import kinds
from afterglow.core.clean import LINE_COLUMNS, columns, one_line
from afterglow.core.event_data import Problem
from afterglow.core.local_time import parse_iso
from afterglow.core.model import Json

__all__ = ["Draft", "Entry", "Problem", "check", "tag_key", "tag_keys"]

MAX_TTL_MS: Final = 24 * 60 * 60 * 1000
MAX_WORDS: Final = 25
MAX_TAGS: Final = 16
MAX_TURNS: Final = 1_000
TAG_COLUMNS: Final = 40
NAME_COLUMNS: Final = 200
DEFAULT_SOURCE: Final = "job"
CATEGORIES: Final = (
    kinds.GREETING,
    kinds.CLOSING,
    kinds.AFFIRMATION,
    kinds.TRANSITION,
    kinds.BRIDGE,
    kinds.PROACTIVE_PROMPT,
)
WARMTH_OF_LEVEL: Final[dict[int, tuple[int, int, int]]] = {1: (1, 2, 3), 2: (3, 3, 4), 3: (4, 4, 5)}
"""Lowest, usual and highest warmth of a line of each level (T14c)."""


@frozen
class SourceRule:
    """How far a source is trusted (0 to 1), and after how many turns its lines are stale (None: never)."""

    confidence: float = 0.80
    turns: int | None = None


SOURCES: Final[dict[str, SourceRule]] = {
    "job": SourceRule(0.95, 5),
    "recipe": SourceRule(0.90, 5),
    "previous_session": SourceRule(0.85, 3),
    "llm_generated": SourceRule(0.92, 10),
    **{
        name: SourceRule()
        for name in (
            *("achievement", "seasonal", "stats", "team", "recovery"),
            *("learning", "security", "quality", "personal"),
        )
    },
}
"""Spec Q1 and Q5."""


@frozen
class Draft:
    """An entry that may be added. ``workspace`` None: welcome in any. ``ttl_ms`` counts from the adding,
    ``expires_at`` is absolute; both None with ``until_used``: it waits for ever."""

    user_id: str
    banter: str
    source: str = DEFAULT_SOURCE
    source_id: str | None = None
    session_id: str | None = None
    workspace: str | None = None
    category: str | None = None
    level: int = 1
    warmth: int = 2
    tags: tuple[str, ...] = ()
    confidence: float = 0.95
    ttl_ms: int | None = MAX_TTL_MS
    expires_at: int | None = None
    expires_in_turns: int | None = None
    until_used: bool = False


@frozen
class Entry:
    """One stored line. ``expires_at`` None: until it is used. ``turns_left``: how many turns may still
    take it, None for any number; meaningful for an unused entry only."""

    id: str
    user_id: str
    session_id: str | None
    workspace: str | None
    banter: str
    category: str | None
    level: int
    warmth: int
    source: str
    source_id: str | None
    tags: tuple[str, ...]
    confidence: float
    created_at: int
    expires_at: int | None
    expires_in_turns: int | None
    used: bool = False
    used_at: int | None = None
    feedback_score: int | None = None
    turns_left: int | None = None
    rank: float = 0.0
    """What a claim ordered it by, ratings included; the stored confidence elsewhere."""


def tag_key(tag: str) -> str:
    """A tag as it is compared: one clean lower-case word; empty where nothing is left."""
    return "-".join(one_line(tag, TAG_COLUMNS).casefold().split())


def tag_keys(tags: Iterable[str]) -> tuple[str, ...]:
    """The tags as they are compared, each once, at most 16."""
    return tuple(dict.fromkeys(key for key in map(tag_key, tags) if key))[:MAX_TAGS]


def check(fields: Mapping[str, Json]) -> Draft | Problem:
    """The fields of an entry to add, names as in the contract, to a Draft with its defaults filled in.

    ``ttl_seconds``, ``expires_at`` (ISO 8601) and ``until_used`` replace the source's number of turns,
    unless ``expires_in_turns`` is given beside them; no life is longer than 24 h but until_used. A
    field that is None counts as not given.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    read: dict[str, Any] = {}
    for name, value in given.items():
        reader = _READERS.get(name)
        if reader is None:
            return Problem(one_line(str(name), TAG_COLUMNS) or "field", "is not a field of an entry")
        try:
            read[name] = reader(value)
        except _Unfit as unfit:
            return Problem(name, str(unfit))
    for name in ("user_id", "banter"):
        if name not in read:
            return Problem(name, "is missing")
    return _completed(read)


def _completed(read: dict[str, Any]) -> Draft | Problem:
    ttl = read.pop("ttl_seconds", None)
    expires_at = read.get("expires_at")
    turns = read.get("expires_in_turns")
    until_used = read.get("until_used", False)
    if until_used and (ttl, expires_at, turns) != (None, None, None):
        return Problem("until_used", "goes with no other expiry: leave one of them out")
    if ttl is not None and expires_at is not None:
        return Problem("ttl_seconds", "goes without expires_at: leave one of them out")
    warmth = _warmth(read.get("level"), read.get("warmth"))
    if isinstance(warmth, Problem):
        return warmth
    rule = SOURCES[read.get("source", DEFAULT_SOURCE)]
    level, shade = warmth
    draft = Draft(**{**read, "level": level, "warmth": shade})
    if "confidence" not in read:
        draft = evolve(draft, confidence=rule.confidence)
    if until_used:
        return evolve(draft, ttl_ms=None)
    if expires_at is not None:
        return evolve(draft, ttl_ms=None)
    if ttl is not None:
        return evolve(draft, ttl_ms=min(ttl, MAX_TTL_MS))
    return draft if turns is not None else evolve(draft, expires_in_turns=rule.turns)


def _warmth(level: int | None, warmth: int | None) -> tuple[int, int] | Problem:
    if level is None and warmth is not None:
        level = next(one for one, (_, _, highest) in WARMTH_OF_LEVEL.items() if warmth <= highest)
    level = level or 1
    lowest, usual, highest = WARMTH_OF_LEVEL[level]
    if warmth is None:
        return level, usual
    if not lowest <= warmth <= highest:
        return Problem("warmth", f"must be from {lowest} to {highest} for a line of level {level}")
    return level, warmth


class _Unfit(ValueError):
    """A value that is not taken; the text completes the line after the field's name."""


def _banter(value: Json) -> str:
    if not isinstance(value, str):
        raise _Unfit("must be a text")
    # Wide enough to tell a long text from one that fits; what is longer still is refused all the same.
    text = one_line(value, 4 * LINE_COLUMNS)
    if not text:
        raise _Unfit("must hold something to show")
    if len(text.split()) > MAX_WORDS or columns(text) > LINE_COLUMNS:
        raise _Unfit(f"is too long for one line: at most {MAX_WORDS} words and {LINE_COLUMNS} columns")
    return text


def _name(value: Json) -> str:
    text = one_line(value, NAME_COLUMNS) if isinstance(value, str) else ""
    if not text:
        raise _Unfit("must be a text that is not empty")
    return text


def _path(value: Json) -> str:
    if not isinstance(value, str) or not value:
        raise _Unfit("must be a text that is not empty")
    return value


def _tags(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or any(not isinstance(tag, str) for tag in value):
        raise _Unfit("must be a list of texts")
    keys = tuple(dict.fromkeys(key for key in map(tag_key, value[: 4 * MAX_TAGS]) if key))
    if len(keys) > MAX_TAGS:
        raise _Unfit(f"must be at most {MAX_TAGS}")
    return keys


def _one_of(choices: Iterable[str], change: Callable[[str], str] = str) -> Callable[[Json], str]:
    allowed = tuple(choices)

    def read(value: Json) -> str:
        if isinstance(value, str) and change(value.strip()) in allowed:
            return change(value.strip())
        raise _Unfit("must be one of " + ", ".join(allowed))

    return read


def _whole(lowest: int, highest: int) -> Callable[[Json], int]:
    def read(value: Json) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        raise _Unfit(f"must be a whole number from {lowest} to {highest}")

    return read


def _confidence(value: Json) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
        return float(value)
    raise _Unfit("must be a number from 0 to 1")


def _seconds(value: Json) -> int:
    """Seconds to milliseconds."""
    if isinstance(value, int | float) and not isinstance(value, bool) and value > 0 and not math.isnan(value):
        return max(1, int(min(value, MAX_TTL_MS / 1000) * 1000))
    raise _Unfit("must be a number of seconds above 0")


def _instant(value: Json) -> int:
    at = parse_iso(value) if isinstance(value, str) else None
    if at is None:
        raise _Unfit("must be a time such as 2026-01-31T09:30:00Z")
    return at


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("must be true or false")
    return value


_READERS: Final[dict[str, Callable[[Json], Any]]] = {
    "user_id": _name,
    "session_id": _name,
    "workspace": _path,
    "banter": _banter,
    "source": _one_of(SOURCES, str.lower),
    "source_id": _name,
    "category": _one_of(CATEGORIES, str.upper),
    "level": _whole(1, 3),
    "warmth": _whole(1, 5),
    "tags": _tags,
    "confidence": _confidence,
    "expires_in_turns": _whole(1, MAX_TURNS),
    "ttl_seconds": _seconds,
    "expires_at": _instant,
    "until_used": _flag,
}
