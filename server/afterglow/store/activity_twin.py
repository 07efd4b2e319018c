"""What the idle twin did on each local day, in figures: its calls and their cost, its grades, its lines.

Invariant: reading only, and no part of a turn. Tokens and money count as in ``store.ledger``: what a call
may have cost and never told counts in full.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from afterglow.store import ledger
from afterglow.store.rows import load_object

LEARNED: Final = "llm_generated"
"""How the queue names who put a line there that a model wrote."""
LINES_FILE: Final = "domain-content"
_ALL: Final = 10**6
_EARLIER_MS: Final = 3 * 24 * 60 * 60 * 1000
"""The clock of the ledger and that of the wall may be apart by a change of either; days go by the wall."""


@frozen
class TwinDay:
    """One local day from ``began`` (ms). ``micros``: millionths of a dollar. ``graded``: turns with a grade,
    ``grades``: the sum of those. ``shown``: lines of the day, ``learned``: those of a model's making."""

    began: int
    calls: int = 0
    tokens: int = 0
    micros: int = 0
    graded: int = 0
    grades: int = 0
    shown: int = 0
    learned: int = 0

    @property
    def grade(self) -> float | None:
        """The mean of the day's grades, 1 to 5."""
        return self.grades / self.graded if self.graded else None

    @property
    def share(self) -> float | None:
        """How much of what was shown a model had prepared, 0 to 1."""
        return self.learned / self.shown if self.shown else None


@frozen
class Twin:
    """``days``: the oldest first. ``lines``: those kept over all time, ``waiting``: turns it has not seen."""

    days: tuple[TwinDay, ...]
    lines: int
    waiting: int

    @property
    def idle(self) -> bool:
        """Whether there is nothing to tell of it."""
        return not any(day.calls or day.graded or day.learned for day in self.days)

    def total(self, name: str) -> int:
        """One of a day's counts over all days."""
        return sum(int(getattr(day, name)) for day in self.days)

    @property
    def grade(self) -> float | None:
        graded = self.total("graded")
        return self.total("grades") / graded if graded else None


def twin(connection: sqlite3.Connection, user_id: str, bounds: Sequence[int]) -> Twin:
    """The days between these midnights (ms, oldest first, one more than there are days)."""
    days = [_Sums() for _ in bounds[1:]]
    for call in ledger.calls(connection, _ALL, bounds[0] - _EARLIER_MS):
        if bounds[0] <= call.at < bounds[-1]:
            day = days[bisect_right(bounds, call.at) - 1]
            day.calls += 1
            day.tokens += call.tokens
            day.micros += call.micros
    for at, quality in _grades(connection, user_id, bounds):
        day = days[bisect_right(bounds, at) - 1]
        day.graded += 1
        day.grades += quality
    for at, by_model in shown(connection, bounds[0], bounds[-1]):
        day = days[bisect_right(bounds, at) - 1]
        day.shown += 1
        day.learned += by_model
    return Twin(
        tuple(TwinDay(began, **vars(day)) for began, day in zip(bounds, days, strict=False)),
        lines=_one(
            connection,
            "SELECT count(*) FROM learned WHERE user_id = ? AND file LIKE ?",
            user_id,
            f"{LINES_FILE}%",
        ),
        waiting=_one(connection, "SELECT count(*) FROM twin_turns WHERE user_id = ? AND state = 0", user_id),
    )


def shown(connection: sqlite3.Connection, since: int, until: int) -> Iterable[tuple[int, bool]]:
    """(at, whether a model wrote it) of each line shown between two times (ms)."""
    rows = connection.execute(
        "SELECT shown.at AS at, shown.token AS token, entry.source AS source FROM shown"
        " LEFT JOIN banter_queue AS entry ON entry.id = shown.entry_id"
        " WHERE shown.at >= ? AND shown.at < ?",
        (since, until),
    )
    for row in rows:
        by_model = load_object(row["token"]).get("byModel") is True
        yield row["at"], by_model or row["source"] == LEARNED


class _Sums:
    """The counts of one day while they are added up."""

    def __init__(self) -> None:
        self.calls = self.tokens = self.micros = 0
        self.graded = self.grades = self.shown = self.learned = 0


def _grades(connection: sqlite3.Connection, user_id: str, bounds: Sequence[int]) -> Iterable[tuple[int, int]]:
    rows = connection.execute(
        "SELECT at, quality FROM twin_turns"
        " WHERE user_id = ? AND quality BETWEEN 1 AND 5 AND at >= ? AND at < ?",
        (user_id, bounds[0], bounds[-1]),
    )
    return ((row["at"], row["quality"]) for row in rows)


def _one(connection: sqlite3.Connection, query: str, *values: str) -> int:
    return int(connection.execute(query, values).fetchone()[0])
