"""What a model answered, read with distrust: one JSON object, each part of it checked by itself.

Invariant: never raises, whatever came. A bad part costs only itself and leaves a reason that holds none of
its text; nothing is kept of an answer that is no answer to what was asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from afterglow.banks.likeness import TOO_ALIKE, likeness
from afterglow.banks.unfit import WHY_COLUMNS, echoes, tag_of, tags_of, unsafe, words_for
from afterglow.core.bank import WARMTH_OF_LEVEL
from afterglow.core.clean import one_line
from afterglow.core.prediction import Prediction
from afterglow.core.twin import Answer, Grade, Made, Request, Verdict
from afterglow.enrich.check import LEAST_SCORE, suspects, unfit
from afterglow.enrich.schema import (
    MOST_GRADES,
    MOST_LINES,
    MOST_VERDICTS,
    MOST_WORDS_OF,
    SCHEMA_REVIEW,
    SCHEMA_TURNS,
)

__all__ = ["SCHEMA_REVIEW", "SCHEMA_TURNS", "read_review", "read_turns"]

SURE: Final = 0.5
"""The confidence of a domain from which lines for it are kept (spec L4)."""
MOST_TEXT: Final = 64 * 1024
"""Characters of an answer that are looked at; what was asked for fits many times."""
MOST_LOOKED_AT: Final = 40
"""Grades, lines or verdicts of one answer; a list beyond it is no answer."""
MOST_OBJECTS: Final = 64
MOST_REASONS: Final = 40

_OPENS: Final = re.compile(r"\{")
_NO_OBJECT: Final = "no JSON object"
_KEYS: Final = {"turns": ("grades", "lines", "prediction"), "review": ("verdicts",)}


def read_turns(
    text: str,
    request: Request,
    *,
    lacking: Callable[[str, tuple[str, ...]], bool],
    nearby: Callable[[str], bool],
) -> Answer | str:
    """The answer about turns, checked, or why it is none.

    ``lacking(domain, tags)``: whether the banks lack lines about it; ``nearby(text)``: whether a line much
    like it is there. A grade is kept for a turn that the request tells of, the first one of each.
    """
    found = _object_in(text, "turns")
    if isinstance(found, str):
        return found
    dropped: list[str] = []
    told = suspects(request)
    grades = _grades(found, request, told, dropped)
    if isinstance(grades, str):
        return grades
    lines = _lines(found, grades, told, dropped, lacking, nearby)
    prediction = _prediction(found.get("prediction"), told, dropped)
    return Answer(grades, lines, prediction, dropped=tuple(dropped[:MOST_REASONS]))


def read_review(text: str, request: Request) -> Answer | str:
    """The answer about lines that are due for a review, or why it is none."""
    found = _object_in(text, "review")
    if isinstance(found, str):
        return found
    rows = _list(found.get("verdicts"))
    if rows is None:
        return "no list of verdicts"
    dropped: list[str] = []
    made: dict[str, Verdict] = {}
    for row in rows:
        read = _valid("verdict", row)
        if read is None:
            dropped.append("a verdict that does not fit the schema")
        elif read.id not in request.entries:
            dropped.append("a verdict on a line that was not asked about")
        elif read.id in made:
            dropped.append("a second verdict on one line")
        else:
            made[read.id] = Verdict(read.id, read.decision)
    if request.entries and not made:
        return "no verdict on a line that was asked about"
    kept = tuple(made.values())[:MOST_VERDICTS]
    return Answer(verdicts=kept, dropped=tuple(dropped[:MOST_REASONS]))


# -- its parts ---------------------------------------------------------------------------------------------


def _grades(
    found: Mapping[str, Any], request: Request, told: frozenset[str], dropped: list[str]
) -> tuple[Grade, ...] | str:
    rows = _list(found.get("grades"))
    if rows is None:
        return "no list of grades"
    made: dict[int, Grade] = {}
    for row in rows:
        read = _valid("grade", row)
        if read is None:
            dropped.append("a grade that does not fit the schema")
        elif read.turn not in request.turns:
            dropped.append("a grade of a turn that was not asked about")
        elif read.turn in made:
            dropped.append("a second grade of one turn")
        elif len(made) >= MOST_GRADES:
            dropped.append("more grades than turns are asked about")
        else:
            made[read.turn] = _grade(read, told)
    if not made:
        return "no grade of a turn that was asked about"
    return tuple(made.values())


def _grade(read: Any, told: frozenset[str]) -> Grade:
    domain = _tag(read.domain, told)
    return Grade(
        turn=read.turn,
        quality=read.quality,
        why=_why(read.why, told),
        domain=domain,
        confidence=read.confidence if domain is not None else 0.0,
        tags=_tags(read.tags, told),
        words=_words(read.words, told),
    )


def _why(raw: str, told: frozenset[str]) -> str:
    """One short line; empty where it holds what must not be stored, for the grade counts without it."""
    line = one_line(raw, WHY_COLUMNS)
    return "" if unsafe(line) is not None or echoes(line, told) else line


def _words(raw: Any, told: frozenset[str]) -> Mapping[str, tuple[str, ...]]:
    pairs = [(tag, words) for tag, words in raw.items()] if isinstance(raw, dict) else [
        (one.tag, one.words) for one in raw
    ]  # fmt: skip
    made: dict[str, tuple[str, ...]] = {}
    for name, words in pairs:
        tag = _tag(name, told)
        kept = tuple(one for one in words_for(words) if not echoes(one, told))
        if tag is not None and kept and tag not in made and len(made) < MOST_WORDS_OF:
            made[tag] = kept
    return made


def _lines(
    found: Mapping[str, Any],
    grades: tuple[Grade, ...],
    told: frozenset[str],
    dropped: list[str],
    lacking: Callable[[str, tuple[str, ...]], bool],
    nearby: Callable[[str], bool],
) -> tuple[Made, ...]:
    rows = _list(found.get("lines", []))
    if rows is None:
        dropped.append("no list of lines")
        return ()
    sure = {grade.domain for grade in grades if grade.confidence >= SURE}
    made: list[Made] = []
    for row in rows:
        line = _line(row, told, nearby)
        if isinstance(line, str):
            dropped.append(f"a line: {line}")
        elif line.domain not in sure:
            dropped.append("a line: its domain is not sure")
        elif not lacking(line.domain, line.tags):
            dropped.append("a line: the banks have enough of its domain")
        elif any(likeness(line.text, other.text) >= TOO_ALIKE for other in made):
            dropped.append("a line: much like another of this answer")
        elif len(made) >= MOST_LINES:
            dropped.append(f"a line: more than {MOST_LINES}")
        else:
            made.append(line)
    return tuple(made)


def _line(row: Any, told: frozenset[str], nearby: Callable[[str], bool]) -> Made | str:
    read = _valid("line", row)
    if read is None:
        return "does not fit the schema"
    if read.score < LEAST_SCORE:
        return "the model itself does not think much of it"
    domain, tags = _tag(read.domain, told), _tags(read.tags, told)
    if domain is None:
        return "it names no domain"
    reason = unfit(read.text, read.tone, suspects=told, nearby=nearby)
    if reason is not None:
        return reason
    least, most = WARMTH_OF_LEVEL[read.level]
    return Made(
        sort=read.sort,
        text=read.text,
        domain=domain,
        tags=tags_of((domain, *tags)),
        score=read.score,
        level=read.level,
        warmth=max(least, min(most, read.warmth)),
        tone=read.tone,
    )


def _prediction(raw: Any, told: frozenset[str], dropped: list[str]) -> Prediction | None:
    if raw is None:
        return None
    read = _valid("prediction", raw)
    if read is None:
        dropped.append("a prediction that does not fit the schema")
        return None
    return Prediction(
        domain=_tag(read.domain, told),
        domain_tags=_tags(read.domain_tags, told),
        warmth_delta=read.warmth_delta,
        level=read.level,
        mode=read.mode,
        compliment_budget=read.compliment_budget,
        over_watering_risk=read.over_watering_risk,
    )


def _tag(raw: str | None, told: frozenset[str]) -> str | None:
    tag = tag_of(raw) if raw else None
    return None if tag is None or echoes(tag, told) else tag


def _tags(raw: list[str], told: frozenset[str]) -> tuple[str, ...]:
    return tuple(tag for tag in tags_of(raw) if not echoes(tag, told))


def _list(value: Any) -> list[Any] | None:
    return value if isinstance(value, list) and len(value) <= MOST_LOOKED_AT else None


# -- the one object ----------------------------------------------------------------------------------------


def _object_in(text: str, purpose: str) -> dict[str, Any] | str:
    """The one JSON object of an answer, whatever words or fences stand around it, or why there is none."""
    if not isinstance(text, str) or len(text) > MOST_TEXT:
        return "too long for an answer" if isinstance(text, str) else _NO_OBJECT
    decoder = json.JSONDecoder(parse_constant=_no_number)
    found: list[dict[str, Any]] = []
    at, tried = 0, 0
    while (opened := _OPENS.search(text, at)) is not None and tried < MOST_OBJECTS:
        tried += 1
        try:
            value, at = decoder.raw_decode(text, opened.start())
        except (ValueError, RecursionError):
            at = opened.start() + 1
            continue
        if isinstance(value, dict):
            found.append(value)
    keys = _KEYS[purpose]
    fitting = [one for one in found if keys[0] in one]
    if len(fitting) != 1:
        return _NO_OBJECT if not fitting else "more than one JSON object"
    # What the schema does not know at the top is left; a list that it names is looked at item by item.
    return {key: fitting[0][key] for key in keys if key in fitting[0]}


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _valid(name: str, row: Any) -> Any | None:
    """A part of an answer as the schema has it, or None. Nothing is coerced."""
    from afterglow.enrich import answer_parts  # noqa: PLC0415 - pydantic, only where an answer came

    return answer_parts.valid(name, row)
