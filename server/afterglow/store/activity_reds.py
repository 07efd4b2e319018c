"""Red periods: how long something failed until it was whole again.

Invariant: what ends a red streak is decided by ``core.history.story``, as for a line: a part of the tests
ends none, and a beginning that the records do not prove is None. Reads only.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

from afterglow.core import kinds
from afterglow.core.history import FULL_RUN_LOOKS_BACK, fresh, story
from afterglow.core.model import Outcome
from afterglow.store import events
from afterglow.store.activity_days import Span, workspaces
from afterglow.store.rows import load_list, outcome_of

_DAY_MS: Final = 24 * 60 * 60 * 1000
BEFORE_MS: Final = 7 * _DAY_MS
"""So far before the span it is looked for where a streak began."""
NIGHT_MS: Final = 10 * 60 * 60 * 1000
"""A red that lasted longer lay there over a night: nobody worked on it for so long."""
_HISTORY: Final = 200
_LOOK_BACK: Final = FULL_RUN_LOOKS_BACK + 1
"""So many runs before the first failure tell whether the one before it was a full one."""


@frozen
class Red:
    """``runs``: how many failed. ``began``: the end of the first of them (ms), None where it is not known.
    ``ended``: the end of the run that was whole again, None where none was yet. ``last_at``: the newest
    failure. ``lasted_ms``: None where it is open, of unknown beginning, or lay over a long pause."""

    workspace: str
    job: str
    label: str
    runs: int
    began: int | None
    last_at: int
    ended: int | None
    lasted_ms: int | None


def reds(connection: sqlite3.Connection, span: Span) -> tuple[Red, ...]:
    """The red periods that ended between two times (ms) or had their newest failure there, by time.

    A run with two labels that failed and was mended with both is one period.
    """
    found: dict[tuple[object, ...], Red] = {}
    for workspace, job, label in _failed(connection, span):
        for one in _of_key(connection, workspace, job, label, span):
            found.setdefault((workspace, job, one.runs, one.last_at, one.ended), one)
    return tuple(sorted(found.values(), key=lambda one: (one.ended or one.last_at, one.label)))


def _failed(connection: sqlite3.Connection, span: Span) -> list[tuple[str, str, str]]:
    """Every (workspace, job, label) that failed in the span or shortly before it."""
    keys: set[tuple[str, str, str]] = set()
    for workspace in workspaces(connection):
        for job in kinds.RED_JOBS:
            rows = connection.execute(
                "SELECT DISTINCT labels FROM events WHERE workspace = ? AND job = ? AND at >= ? AND at < ?"
                " AND status = 'fail'",
                (workspace, job, span[0] - BEFORE_MS, span[1]),
            )
            for row in rows:
                keys.update((workspace, job, label) for label in load_list(row["labels"]) or ("",))
    return sorted(keys)


def _of_key(
    connection: sqlite3.Connection, workspace: str, job: str, label: str, span: Span
) -> Iterator[Red]:
    edge = span[0] - BEFORE_MS
    rows = connection.execute(
        "SELECT e.seq, e.id, e.at, e.status, e.exit_code, e.duration_ms, e.data FROM labels l"
        " JOIN events e ON e.seq = l.seq WHERE l.workspace = ? AND l.job = ? AND l.label = ?"
        " AND l.at >= ? AND l.at < ? ORDER BY l.at, l.seq",
        (workspace, job, label, edge, span[1]),
    ).fetchall()
    older = connection.execute(
        "SELECT 1 FROM labels WHERE workspace = ? AND job = ? AND label = ? AND at < ? LIMIT 1",
        (workspace, job, label, edge),
    ).fetchone()
    outcomes: list[Outcome | None] = [None] * len(rows)
    fails: list[sqlite3.Row] = []
    first = 0
    whole = older is None
    for index, row in enumerate(rows):
        if row["status"] == "fail":
            first = first if fails else index
            fails.append(row)
        elif row["status"] == "ok" and fails:
            event = events.fetch(connection, [row["seq"]])[0]
            begin = max(0, first - _LOOK_BACK, index - _HISTORY)
            told = story(event, _outcomes(rows, outcomes, begin, index))
            if told.streak is not None:
                known = (older is None and begin == 0) or told.streak.green_at is not None
                began = told.streak.began if known else None
                timed = began is not None and fresh(told.streak, row["at"]) and row["at"] - began < NIGHT_MS
                if row["at"] >= span[0]:
                    lasted = row["at"] - began if timed and began is not None else None
                    yield Red(
                        workspace, job, label, told.streak.runs, began, fails[-1]["at"], row["at"], lasted
                    )
            if told.streak is not None or not told.part:
                fails, whole = [], True
        elif row["status"] == "ok":
            whole = True
    if fails and fails[-1]["at"] >= span[0]:
        began = fails[0]["at"] if whole else None
        yield Red(workspace, job, label, len(fails), began, fails[-1]["at"], None, None)


def _outcomes(
    rows: Sequence[sqlite3.Row], outcomes: list[Outcome | None], begin: int, end: int
) -> tuple[Outcome, ...]:
    """Some of the outcomes, newest first; each is read once."""
    found = []
    for place in range(end - 1, begin - 1, -1):
        outcome = outcomes[place]
        if outcome is None:
            outcome = outcomes[place] = outcome_of(rows[place])
        found.append(outcome)
    return tuple(found)
