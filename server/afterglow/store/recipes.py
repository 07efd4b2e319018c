"""Recipes that are under way, and how many of their lines were already offered to the queue.

Invariant: of one recipe a workspace has at most one open run; a run never offers more lines than it has.
Turns are those of the workspace's clock (``turn_clock.read(...).here``).
"""

from __future__ import annotations

import sqlite3
from typing import Final, Literal, cast

from attrs import evolve, frozen

from afterglow.store.rows import new_id

Timing = Literal["start", "end", "spread"]

OPEN_MS: Final = 24 * 60 * 60 * 1000
"""A run that nobody finished is over after this."""


@frozen
class Run:
    """``lines``: how many the recipe has. ``offered``: how many of them went to the queue, in order.
    ``started_turn``: the number of the turn at hand when it began."""

    id: str
    user_id: str
    workspace: str
    session_id: str | None
    name: str
    timing: Timing
    spread_turns: int
    lines: int
    offered: int
    started_turn: int
    started_at: int
    finished_at: int | None = None


def due(run: Run, turn: int) -> int:
    """How many more lines may be offered at this turn.

    ``start``: all at once; ``end``: all when it is finished; ``spread``: evenly, the first at once and
    the last ``spread_turns`` - 1 turns later, the rest when it is finished earlier.
    """
    if run.timing == "start" or run.finished_at is not None:
        return max(0, run.lines - run.offered)
    if run.timing == "end":
        return 0
    span = max(1, run.spread_turns)
    passed = min(span, max(0, turn - run.started_turn) + 1)
    return max(0, -(-run.lines * passed // span) - run.offered)


def start(
    connection: sqlite3.Connection,
    user_id: str,
    workspace: str,
    session_id: str | None,
    name: str,
    timing: Timing,
    spread_turns: int,
    lines: int,
    turn: int,
    now: int,
) -> tuple[Run, bool]:
    """Begin a run; the run, and False where one was under way already (it goes on as it is)."""
    close_old(connection, now)
    row = connection.execute(
        "SELECT * FROM recipe_runs WHERE workspace = ? AND name = ? AND user_id = ? AND finished_at IS NULL",
        (workspace, name, user_id),
    ).fetchone()
    if row is not None:
        return _run(row), False
    run = Run(new_id(now), user_id, workspace, session_id, name, timing, spread_turns, lines, 0, turn, now)
    connection.execute(
        "INSERT INTO recipe_runs (id, user_id, workspace, session_id, name, timing, spread_turns, lines,"
        " offered, started_turn, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?)",
        (run.id, user_id, workspace, session_id, name, timing, spread_turns, lines, turn, now),
    )
    return run, True


def finish(connection: sqlite3.Connection, user_id: str, workspace: str, name: str, now: int) -> Run | None:
    """End the open run of a recipe; the run as it is then, None where none is open."""
    row = connection.execute(
        "SELECT * FROM recipe_runs WHERE workspace = ? AND name = ? AND user_id = ? AND finished_at IS NULL",
        (workspace, name, user_id),
    ).fetchone()
    if row is None:
        return None
    connection.execute("UPDATE recipe_runs SET finished_at = ? WHERE seq = ?", (now, row["seq"]))
    return evolve(_run(row), finished_at=now)


def offer(connection: sqlite3.Connection, run: Run, turn: int) -> tuple[Run, range]:
    """Take what is due: the run as it is then, and which of its lines (from 0) to put in the queue."""
    row = connection.execute("SELECT * FROM recipe_runs WHERE id = ?", (run.id,)).fetchone()
    if row is None:
        return run, range(0)
    known = _run(row)
    until = known.offered + due(known, turn)
    connection.execute("UPDATE recipe_runs SET offered = ? WHERE seq = ?", (until, row["seq"]))
    return evolve(known, offered=until), range(known.offered, until)


def open_runs(connection: sqlite3.Connection, user_id: str, workspace: str, now: int) -> tuple[Run, ...]:
    """What is under way in a workspace, oldest first. What began long ago, by any clock, is over."""
    rows = connection.execute(
        "SELECT * FROM recipe_runs WHERE workspace = ? AND user_id = ? AND finished_at IS NULL"
        " AND started_at BETWEEN ? AND ? ORDER BY seq",
        (workspace, user_id, now - OPEN_MS, now + OPEN_MS),
    )
    return tuple(_run(row) for row in rows)


def close_old(connection: sqlite3.Connection, now: int) -> None:
    """End what nobody finished in time."""
    connection.execute(
        "UPDATE recipe_runs SET finished_at = ? WHERE finished_at IS NULL AND started_at NOT BETWEEN ? AND ?",
        (now, now - OPEN_MS, now + OPEN_MS),
    )


def _run(row: sqlite3.Row) -> Run:
    timing = row["timing"] if row["timing"] in ("start", "end", "spread") else "spread"
    return Run(
        row["id"],
        row["user_id"],
        row["workspace"],
        row["session_id"],
        row["name"],
        cast("Timing", timing),
        row["spread_turns"],
        row["lines"],
        row["offered"],
        row["started_turn"],
        row["started_at"],
        row["finished_at"],
    )
