"""What a review at idle time found about lines that were due for one (spec T9a): an overlay of the banks.

A row of ``custom/reviews.jsonl`` is ``{"id", "decision": "refresh" | "retire", "at"}``; the newest row of
an id counts. Invariant: the banks' own files are never touched, and a bad row costs only itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, TypeVar, cast, get_args

from attrs import evolve, fields, frozen

from afterglow.banks.reading import Problem, fewer, read_rows
from afterglow.core.bank import FRESH_DAYS, Banks, Entry, Recipe
from afterglow.core.local_time import parse_iso

T = TypeVar("T", bound=Entry)
Decision = Literal["refresh", "retire"]

FILE: Final = "reviews.jsonl"
DAY_MS: Final = 24 * 60 * 60 * 1000


@frozen
class Review:
    """``at``: ms since the epoch."""

    decision: Decision
    at: int


def read_reviews(path: Path) -> tuple[dict[str, Review], tuple[Problem, ...]]:
    """The newest review of each line, and what is wrong with the file; a missing one is empty."""
    if not path.is_file():
        return {}, ()
    rows, problems = read_rows(path, str(path), follow=True)
    found: dict[str, Review] = {}
    for row in rows:
        made = _review(row.values)
        if isinstance(made, str):
            problems.append(Problem(row.file, row.line, made))
            continue
        name, review = made
        if name not in found or found[name].at <= review.at:
            found[name] = review
    return found, tuple(fewer(problems))


def reviewed(banks: Banks, reviews: Mapping[str, Review]) -> Banks:
    """The banks without what was retired; what was refreshed is fresh for as long again as when new."""
    if not reviews:
        return banks
    made: dict[str, Any] = {}
    for attribute in fields(Banks):
        value = getattr(banks, attribute.name)
        if attribute.name == "recipes":
            made["recipes"] = tuple(_recipe(one, reviews) for one in value)
        elif isinstance(value, tuple):
            made[attribute.name] = _lines(value, reviews)
    return evolve(banks, **made)


def _recipe(recipe: Recipe, reviews: Mapping[str, Review]) -> Recipe:
    return evolve(recipe, lines=_lines(recipe.lines, reviews))


def _lines(lines: tuple[T, ...], reviews: Mapping[str, Review]) -> tuple[T, ...]:
    kept = []
    for line in lines:
        review = reviews.get(line.id)
        if review is None:
            kept.append(line)
        elif review.decision == "refresh":
            kept.append(evolve(line, stale_at=max(line.stale_at, review.at + _life(line))))
    return tuple(kept)


def _life(line: Entry) -> int:
    added = parse_iso(f"{line.added_at}T00:00Z")
    return line.stale_at - added if added is not None and line.stale_at > added else FRESH_DAYS * DAY_MS


def _review(values: Mapping[str, Any]) -> tuple[str, Review] | str:
    """(id, review), or what is wrong with the row."""
    name, decision, at = values.get("id"), values.get("decision"), values.get("at")
    if not isinstance(name, str) or not name:
        return "id is missing"
    if not isinstance(decision, str) or decision not in get_args(Decision):
        return "decision must be refresh or retire"
    when = parse_iso(at) if isinstance(at, str) else None
    if when is None:
        return "at must be a time such as 2026-01-31T09:30:00Z"
    return name, Review(cast("Decision", decision), when)
