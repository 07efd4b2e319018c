"""The lines that a language model wrote and that were kept: ``custom/domain-content.jsonl`` as entries.

A row is ``{"id", "at", "user_id", "workspace", "made_on_turn", "domain", "sort", "text", "tags", "score",
"level", "warmth", "tone"}``; the older file, ``domain-content.1.jsonl``, is read first. Both may be edited.
Invariant: never raises; every row is checked as when it was written, a bad one costs only itself, and a
last line that was torn off is passed over without a word.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from afterglow.banks.reading import Problem, fewer
from afterglow.banks.unfit import tag_of, tags_of, unfit
from afterglow.core.bank import DEEP_TRUST, FRESH_DAYS, WARMTH_OF_LEVEL, Aside, Entry, Joke, Pattern, Response
from afterglow.core.local_time import parse_iso
from afterglow.core.prepared import ID_PREFIX
from afterglow.core.slots import slots_of
from afterglow.core.stock import LEARNED

FILE: Final = "domain-content.jsonl"
OLDER: Final = "domain-content.1.jsonl"
FILES: Final = (OLDER, FILE)
"""In the order of their lines."""
MOST_BYTES: Final = 16 << 20
MOST_KEPT: Final = 1_000
"""So many of the newest lines a turn may choose from."""
KEYS: Final = frozenset(
    {"id", "at", "user_id", "workspace", "made_on_turn", "domain", "sort", "text", "tags", "score"}
    | {"level", "warmth", "tone"}
)
LABEL: Final = "off_domain"
"""Learned responses go by what they are about; a label is only what the shape asks for."""

Memory = dict[bytes, tuple[Entry, str] | str]
"""What each line was read as (the entry and whose it is, or why it is none): of a file that grew, only
what is new is read."""

_ID: Final = re.compile(rf"{ID_PREFIX}[0-9a-z][0-9a-z-]{{3,59}}")
_DAY_MS: Final = 24 * 60 * 60 * 1000
_LEAST_SCORE: Final = 3


def read_learned(
    custom: Path, user_id: str, memory: Memory | None = None
) -> tuple[tuple[Entry, ...], tuple[Problem, ...]]:
    """The newest learned lines of a user, oldest first, and what is wrong with the files.

    ``memory``: what was read before; it is brought up to date.
    """
    problems: list[Problem] = []
    lines: list[tuple[str, int, bytes]] = []
    for name in FILES:
        path = custom / name
        found = read_lines(path)
        if isinstance(found, str):
            problems.append(Problem(str(path), None, found))
            continue
        lines += [(str(path), number, line) for number, line in found]
    lines = lines[-MOST_KEPT:]
    known: Memory = memory if memory is not None else {}
    made: dict[str, Entry] = {}
    said: set[str] = set()
    wrong: dict[str, list[Problem]] = {}
    for file, number, line in lines:
        read = known.get(line)
        if read is None:
            read = known[line] = _entry(line)
        if isinstance(read, str):
            wrong.setdefault(file, []).append(Problem(file, number, read))
            continue
        entry, owner = read
        if entry.id in made:
            wrong.setdefault(file, []).append(Problem(file, number, f"{entry.id} stands there already"))
        elif owner == user_id and (folded := entry.text.casefold()) not in said:
            said.add(folded)
            made[entry.id] = entry
    present = {line for _, _, line in lines}
    for line in known.keys() - present:
        del known[line]
    problems += [one for file in wrong.values() for one in fewer(file)]
    return tuple(made.values()), tuple(problems)


def read_lines(path: Path) -> list[tuple[int, bytes]] | str:
    """The lines of a file of ours with their numbers from 1, blank ones and a torn last one left out; what
    is wrong where it cannot be read. A missing file has none."""
    try:
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | os.O_CLOEXEC | getattr(os, "O_BINARY", 0)
        )
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        return f"cannot be read: {getattr(error, 'strerror', None) or type(error).__name__}".lower()
    try:
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode):
                return "no regular file"
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        return f"cannot be read: {error.strerror or type(error).__name__}".lower()
    if len(data) > MOST_BYTES:
        return f"larger than {MOST_BYTES} bytes: it is left out"
    lines = data.split(b"\n")
    if lines[-1].strip() and _object(lines[-1]) is None:
        lines.pop()
    return [(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def row_of(line: bytes) -> Mapping[str, Any] | str:
    """The checked fields of one line of the file, or what is wrong with it."""
    values = _object(line)
    if values is None:
        return "no JSON object"
    missing = KEYS - values.keys()
    if missing:
        return f"{min(missing)} is missing"
    for key, check, says in _CHECKS:
        if not check(values[key]):
            return f"{key} {says}"
    least, most = WARMTH_OF_LEVEL[values["level"]]
    if not least <= values["warmth"] <= most:
        return f"a line of level {values['level']} has a warmth from {least} to {most}"
    reason = unfit(values["text"], values["tone"])
    return values if reason is None else f"text is not fit to be shown: {reason}"


def _entry(line: bytes) -> tuple[Entry, str] | str:
    row = row_of(line)
    if isinstance(row, str):
        return row
    tags, owner = tags_of((row["domain"], *row["tags"])), str(row["user_id"])
    at = parse_iso(row["at"]) or 0
    common: dict[str, Any] = {
        "id": row["id"],
        "text": row["text"],
        "tags": frozenset(tags),
        "level": row["level"],
        "warmth": row["warmth"],
        "min_trust": DEEP_TRUST if row["level"] == max(WARMTH_OF_LEVEL) else 0.0,
        "added_at": row["at"][:10],
        "stale_at": at + FRESH_DAYS * _DAY_MS,
        "slots": slots_of(row["text"]),
        "origin": LEARNED,
    }
    if row["sort"] == "joke":
        return Joke(**common), owner
    if row["sort"] == "aside":
        return Aside(tone=row["tone"], **common), owner
    phrases = tuple(tuple(tag.split("-")) for tag in tags)
    pattern = Pattern(phrases=phrases)
    return Response(label=LABEL, pattern=pattern, tone=row["tone"], **common), owner


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _whole(least: int, most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _text(value: Any) -> bool:
    return isinstance(value, str)


_CHECKS: Final[tuple[tuple[str, Callable[[Any], bool], str], ...]] = (
    ("id", lambda value: _text(value) and _ID.fullmatch(value) is not None, f"must begin with {ID_PREFIX}"),
    (
        "at",
        lambda value: _text(value) and parse_iso(value) is not None,
        "must be a time such as 2026-01-31T09:30:00Z",
    ),
    ("user_id", lambda value: _text(value) and bool(value), "must be a text"),
    ("workspace", _text, "must be a text"),
    ("made_on_turn", _whole(0, 1 << 53), "must be a whole number"),
    ("domain", lambda value: tag_of(value) is not None, "must be a word or two"),
    ("sort", lambda value: value in ("joke", "aside", "response"), "must be joke, aside or response"),
    (
        "tags",
        lambda value: isinstance(value, list) and bool(value) and len(tags_of(value)) == len(value),
        "must be a list of words",
    ),
    ("score", _whole(_LEAST_SCORE, 5), f"must be from {_LEAST_SCORE} to 5"),
    ("level", _whole(1, 3), "must be from 1 to 3"),
    ("warmth", _whole(1, 5), "must be from 1 to 5"),
)
