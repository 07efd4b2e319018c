"""The queue while memory stands in for the file: what is taken along, and what is brought back.

Invariant: a line that was used in memory is used on the disk afterwards, and one that was added in
memory is added there; of the rest of the disk nothing is touched. What is counted is added up.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from afterglow.store import queue_rows

RECENT: Final = 500
WANTED: Final[dict[str, str]] = {
    "banter_queue": f"SELECT * FROM banter_queue WHERE used = 0 ORDER BY seq DESC LIMIT {RECENT}",
    "queue_tags": "SELECT * FROM queue_tags WHERE 0",
    **{
        table: f"SELECT * FROM {table} ORDER BY seq DESC LIMIT {RECENT}"
        for table in ("ratings", "charges", "notes", "recipe_runs", "predictions")
    },
}
"""What to copy of the tables that may be large; of the other ones everything."""

_REPLACE, _IGNORE = "INSERT OR REPLACE", "INSERT OR IGNORE"
_ADDED_UP: Final = {
    "turn_clock": ("workspace", "turn"),
    "rapport_days": ("user_id, day, what", "count"),
    "told": ("user_id, entry_id", "times"),
}
"""The key and the counter of tables that only count."""
_NUMBERED: Final = {"ratings": _REPLACE, "charges": _IGNORE, "notes": _IGNORE, "predictions": _IGNORE}
"""Logs, and what counts where the disk has the same row: the one from memory, or its own."""


def absorb(memory: sqlite3.Connection, disk: sqlite3.Connection) -> None:
    """Write what memory changed, inside the transaction that ``disk`` is in."""
    _absorb_entries(memory, disk)
    for table, verb in _NUMBERED.items():
        for row in _changed(memory, table):
            del row["seq"]
            _insert(disk, verb, table, row)
    for row in _changed(memory, "recipe_runs"):
        del row["seq"]
        done = disk.execute(
            "UPDATE recipe_runs SET offered = max(offered, ?), finished_at = coalesce(finished_at, ?)"
            " WHERE id = ?",
            (row["offered"], row["finished_at"], row["id"]),
        )
        if done.rowcount == 0 and not _was(memory, "recipe_runs", row["id"]):
            _insert(disk, _IGNORE, "recipe_runs", row)
    highest = disk.execute("SELECT coalesce(max(seq), 0) FROM ratings").fetchone()[0]
    for row in _changed(memory, "standings"):
        # Ratings have other numbers on the disk; none may be left out that is still to come.
        _insert(disk, _REPLACE, "standings", {**row, "counted_from": min(row["counted_from"], highest)})
    for row in _changed(memory, "holidays"):
        _insert(disk, _IGNORE, "holidays", row)
    for row in _changed(memory, "voice"):
        _insert(disk, _REPLACE, "voice", row)
    for table, (key, counter) in _ADDED_UP.items():
        _add_up(memory, disk, table, key, counter)


def _absorb_entries(memory: sqlite3.Connection, disk: sqlite3.Connection) -> None:
    changed = memory.execute("SELECT * FROM banter_queue EXCEPT SELECT * FROM was_banter_queue").fetchall()
    for row in sorted(changed, key=lambda row: (row["claimed"] or 0, row["seq"])):
        if not _was(memory, "banter_queue", row["id"]):
            queue_rows.insert(disk, queue_rows.entry_of(row), row["dies_turn"])
        there = disk.execute("SELECT seq FROM banter_queue WHERE id = ?", (row["id"],)).fetchone()
        if there is None:
            continue  # it was forgotten meanwhile
        if row["used"]:
            queue_rows.use(disk, there["seq"], row["used_at"])
        if row["feedback_score"] is not None:
            disk.execute(
                "UPDATE banter_queue SET feedback_score = ? WHERE seq = ?",
                (row["feedback_score"], there["seq"]),
            )


def _add_up(memory: sqlite3.Connection, disk: sqlite3.Connection, table: str, key: str, counter: str) -> None:
    names = key.split(", ")
    before = {
        tuple(row[name] for name in names): row[counter]
        for row in memory.execute(f"SELECT * FROM was_{table}")
    }
    for row in _changed(memory, table):
        more = row[counter] - before.get(tuple(row[name] for name in names), 0)
        if more > 0:
            _insert(
                disk,
                "INSERT",
                table,
                {**row, counter: more},
                f" ON CONFLICT ({key}) DO UPDATE SET {counter} = {counter} + excluded.{counter}",
            )


def _was(memory: sqlite3.Connection, table: str, name: str) -> bool:
    row = memory.execute(f"SELECT 1 FROM was_{table} WHERE id = ?", (name,)).fetchone()
    return row is not None


def _changed(memory: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    rows = memory.execute(f"SELECT * FROM {table} EXCEPT SELECT * FROM was_{table}").fetchall()
    return [{name: row[name] for name in row.keys()} for row in rows]  # noqa: SIM118 - sqlite3.Row


def _insert(
    disk: sqlite3.Connection, verb: str, table: str, row: Mapping[str, Any], conflict: str = ""
) -> None:
    marks = ", ".join("?" * len(row))
    values: Sequence[Any] = tuple(row.values())
    disk.execute(f"{verb} INTO {table} ({', '.join(row)}) VALUES ({marks}){conflict}", values)
