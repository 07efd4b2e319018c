"""What a session leaves for the next one: notes of known kinds, each with the events that prove it.

Invariant: a note's data is a small JSON object of clean texts, numbers and flags; a note of a kind that
a session has once replaces the one before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from afterglow.core.clean import one_line
from afterglow.core.model import Json
from afterglow.store.clearing import cleared_data
from afterglow.store.rows import dump, load_list, load_object, new_id

ONCE: Final = ("branch", "file", "failing", "debugging", "lines_removed", "uncommitted")
MANY: Final = ("text", "todo", "edge_case", "language")
KINDS: Final = (*ONCE, *MANY)
OBSERVED: Final = ("branch", "file", "failing", "debugging", "todo", "uncommitted")
"""What ``previous.remember`` finds anew at each opening."""
TEXT_COLUMNS: Final = 200
MAX_ITEMS: Final = 50
MAX_DEPTH: Final = 3
NO_SESSION: Final = ""
"""Of a note written while no session was open: it counts for the one before."""


@frozen
class Note:
    """``data``: what the kind says, with names as the line's slots have them. ``at``: ms."""

    id: str
    workspace: str
    session_id: str
    kind: str
    data: Mapping[str, Json]
    event_ids: tuple[str, ...]
    at: int


def write(
    connection: sqlite3.Connection,
    user_id: str,
    workspace: str,
    session_id: str | None,
    kind: str,
    data: Mapping[str, Json],
    now: int,
    event_ids: Sequence[str] = (),
) -> Note:
    """Leave a note. Raises ValueError for a kind that is not in ``KINDS``."""
    if kind not in KINDS:
        raise ValueError(f"{one_line(kind, 40)} is not a kind of note")
    session = session_id or NO_SESSION
    if kind in ONCE:
        connection.execute(
            "DELETE FROM notes WHERE session_id = ? AND kind = ? AND workspace = ? AND user_id = ?",
            (session, kind, workspace, user_id),
        )
    made = Note(new_id(now), workspace, session, kind, cleared_data(_clean(data)), tuple(event_ids), now)
    connection.execute(
        "INSERT INTO notes (id, user_id, workspace, session_id, kind, data, event_ids, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (made.id, user_id, workspace, session, kind, dump(made.data), dump(made.event_ids), now),
    )
    return made


def drop(
    connection: sqlite3.Connection, user_id: str, workspace: str, session_id: str, of_kinds: Sequence[str]
) -> None:
    """Take back the notes of these kinds that a session has: what they say may not be so any more."""
    connection.executemany(
        "DELETE FROM notes WHERE session_id = ? AND kind = ? AND workspace = ? AND user_id = ?",
        [(session_id, kind, workspace, user_id) for kind in of_kinds],
    )


def wrote(connection: sqlite3.Connection, user_id: str, workspace: str, session_id: str) -> bool:
    """Whether the user left a note of their own in that session."""
    row = connection.execute(
        "SELECT 1 FROM notes WHERE session_id = ? AND kind = 'text' AND workspace = ? AND user_id = ?"
        " LIMIT 1",
        (session_id, workspace, user_id),
    ).fetchone()
    return row is not None


def previous(
    connection: sqlite3.Connection, user_id: str, workspace: str, session_id: str
) -> tuple[Note, ...]:
    """What the newest earlier session of this workspace that left notes has left, oldest first.

    With it, what was noted since it began while no session was open.
    """
    own = "user_id = ? AND workspace = ?"
    last = connection.execute(
        f"SELECT session_id, min(seq) AS first FROM notes WHERE {own} AND session_id ="
        f" (SELECT session_id FROM notes WHERE {own} AND session_id NOT IN (?, '')"
        " ORDER BY seq DESC LIMIT 1)",
        (user_id, workspace, user_id, workspace, session_id),
    ).fetchone()
    # The notes that a session gets when the next one opens come after those written in between.
    rows = connection.execute(
        f"SELECT * FROM notes WHERE {own} AND session_id IN (?, '')"
        " AND (seq >= ? OR at >= (SELECT started_at FROM sessions WHERE id = ?)) ORDER BY seq",
        (user_id, workspace, last["session_id"] or NO_SESSION, last["first"] or 0, last["session_id"]),
    )
    return tuple(_note(row) for row in rows if row["kind"] in KINDS)


def _note(row: sqlite3.Row) -> Note:
    return Note(
        row["id"],
        row["workspace"],
        row["session_id"],
        row["kind"],
        _clean(load_object(row["data"])),
        load_list(row["event_ids"]),
        row["at"],
    )


def _clean(data: Mapping[str, Json]) -> dict[str, Any]:
    cleaned = _value(dict(data), MAX_DEPTH)
    return cleaned if isinstance(cleaned, dict) else {}


def _value(value: Json, depth: int) -> Any:
    """The value with clean texts and nothing deeper or longer than a note may be; else None."""
    if isinstance(value, str):
        return one_line(value, TEXT_COLUMNS)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if depth > 0 and isinstance(value, Mapping):
        items = list(value.items())[:MAX_ITEMS]
        return {one_line(str(name), TEXT_COLUMNS): _value(item, depth - 1) for name, item in items}
    if depth > 0 and isinstance(value, list | tuple):
        return [_value(item, depth - 1) for item in value[:MAX_ITEMS]]
    return None
