"""The few choices that live in the database: the mode and the pause.

Invariant: a mode is stored only by an explicit choice, so that settings count until one was made.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import cast

from afterglow.core.model import MODES, Mode


def read_mode(connection: sqlite3.Connection) -> Mode | None:
    """The last explicit choice, or None while none was ever made."""
    value = _read(connection, "mode")
    return cast("Mode", value) if value in MODES else None


def write_mode(connection: sqlite3.Connection, mode: Mode) -> None:
    """Store an explicit choice. Coming back from ``off`` forgets where reading of the logs stopped:
    what happened meanwhile was not to be recorded, and is not caught up with later."""
    if read_mode(connection) == "off" and mode != "off":
        connection.execute("DELETE FROM marks")
    _write(connection, "mode", mode)


def read_dnd(connection: sqlite3.Connection) -> int | None:
    """Until when nothing is shown (ms since the epoch), or None."""
    value = _read(connection, "dnd_until")
    return int(value) if value is not None and _is_time(value) else None


def write_dnd(connection: sqlite3.Connection, until: int | None) -> None:
    """Say nothing until a time (ms since the epoch); None ends the pause."""
    if until is None:
        connection.execute("DELETE FROM meta WHERE key = 'dnd_until'")
    else:
        _write(connection, "dnd_until", str(until))


def restore(connection: sqlite3.Connection, kept: Mapping[str, str]) -> None:
    """Take over what an earlier file still told of these choices, where none was made since.

    For a connection outside a transaction. What makes no sense is left out.
    """
    sound = {"mode": kept.get("mode", "") in MODES, "dnd_until": _is_time(kept.get("dnd_until", ""))}
    for key in (key for key, is_sound in sound.items() if is_sound):
        connection.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", (key, kept[key]))


def _is_time(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 15


def _read(connection: sqlite3.Connection, key: str) -> str | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row["value"]) if row is not None else None


def _write(connection: sqlite3.Connection, key: str, value: str) -> None:
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))
