"""Recipes that are under way, and how many of their lines were already offered to the queue.

Invariant: of one recipe a workspace has at most one open run; a run never offers more lines than it has.
Turns are those of the workspace's clock (``turn_clock.read(...).here``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final, Literal, cast

from attrs import evolve, frozen

from afterglow.core.model import Json
from afterglow.core.recipe_signs import Work, work_of
from afterglow.store.ranking import ANY
from afterglow.store.rows import load_list, load_object, new_id, placeholders, portions

Timing = Literal["start", "end", "spread"]

OPEN_MS: Final = 24 * 60 * 60 * 1000
"""A run that nobody finished is over after this."""
AGAIN_MS: Final = 30 * 24 * 60 * 60 * 1000
"""A line that a user was told is not offered again before."""
LATELY_MS: Final = 10 * 60 * 1000
"""How far back a job or command that had no turn of its own is still a sign of what is done here."""
_MOST_LATELY: Final = 12
_MOST_RUNS: Final = 64
"""Of all workspaces, newest first: far more than begin in a day."""


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


def recent(connection: sqlite3.Connection, user_id: str, workspace: str, now: int) -> dict[str, Run]:
    """The newest run of each recipe that began here within a day, under way or over, oldest first."""
    rows = connection.execute(
        "SELECT * FROM (SELECT * FROM recipe_runs ORDER BY seq DESC LIMIT ?)"
        " WHERE workspace = ? AND user_id = ? AND started_at BETWEEN ? AND ? ORDER BY seq",
        (_MOST_RUNS, workspace, user_id, now - OPEN_MS, now + OPEN_MS),
    )
    return {row["name"]: _run(row) for row in rows}


def lately(connection: sqlite3.Connection, workspace: str, now: int, but: str | None = None) -> list[Work]:
    """The jobs and commands that began or ended here just now, oldest first, a few of them.

    ``but``: the id of an event to leave out.
    """
    rows = connection.execute(
        "SELECT kind, job, status, labels, data, at FROM events WHERE workspace = ?"
        " AND kind IN ('command', 'command.started', 'job.finished', 'job.started')"
        " AND at BETWEEN ? AND ? AND id IS NOT ? ORDER BY at DESC, seq DESC LIMIT ?",
        (workspace, now - LATELY_MS, now, but, _MOST_LATELY),
    ).fetchall()
    found = (
        work_of(kind, job, status, load_list(labels), _telling(data), at)
        for kind, job, status, labels, data, at in reversed(rows)
    )
    return [work for work in found if work is not None]


def _telling(data: str) -> dict[str, Json]:
    """The data of an event where it can matter here: every turn comes by, and JSON costs most of it."""
    return load_object(data) if '"program"' in data or '"rollback"' in data else {}


def fresh(
    connection: sqlite3.Connection, user_id: str, workspace: str, ids: Sequence[str], turn: int, now: int
) -> set[str]:
    """Those of these lines that the user was not told lately and that do not wait here already."""
    stale = {
        row["source_id"]
        for row in connection.execute(
            "SELECT source_id FROM queue_lanes JOIN queue_tags USING (lane) JOIN banter_queue USING (seq)"
            " WHERE queue_lanes.user_id = ? AND queue_lanes.workspace = ? AND queue_lanes.source = 'recipe'"
            " AND queue_tags.tag = ? AND queue_tags.expires_at > ?"
            " AND queue_tags.dies_turn >= ?",
            (user_id, workspace, ANY, now, turn),
        )
    }
    for portion in portions(ids):
        told = connection.execute(
            f"SELECT entry_id FROM told WHERE user_id = ? AND entry_id IN ({placeholders(portion)})"
            " AND at BETWEEN ? AND ?",
            (user_id, *portion, now - AGAIN_MS + 1, now + AGAIN_MS),
        )
        stale.update(row["entry_id"] for row in told)
    return set(ids) - stale


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
