"""How a connection is made and set up, on disk and in memory.

Invariant: nothing here decides what to do about an error; it is raised as it comes. The SQL of this
room is understood by SQLite 3.24 and later, which is what older distributions bring.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from afterglow.store import schema
from afterglow.store.faults import judge

BUSY_SECONDS: Final = 5.0
WAL_LIMIT: Final = 4 * 1024 * 1024
_AUTOCHECKPOINT_PAGES: Final = 900
"""Below ``WAL_LIMIT``, so that a log that nobody checkpoints in the background stays below it too."""


class Connection(sqlite3.Connection):
    """Takes every text: halves of characters, as file names that are no UTF-8 give them, are written
    as JSON writes them (``\\udcff``), so that what is JSON comes back as it was."""

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        try:
            return super().execute(sql, parameters)
        except UnicodeEncodeError:
            return super().execute(sql, _encodable(parameters))

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        # At once: a second try would repeat the rows before the one that failed.
        return super().executemany(sql, [_encodable(row) for row in parameters])


def connect(path: Path) -> sqlite3.Connection:
    """A connection with our row factory and waits, nothing read or written yet."""
    return _dressed(
        sqlite3.connect(
            path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, factory=Connection
        )
    )


def memory() -> sqlite3.Connection:
    """An empty database in memory with the newest schema."""
    made = _dressed(
        sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False, factory=Connection)
    )
    schema.migrate(made)
    return made


def prepare(connection: sqlite3.Connection, *, wal: bool) -> None:
    """Set what every connection needs. Changing the journal mode ignores the busy timeout: retry it."""
    mode = "WAL" if wal else "DELETE"
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
            break
        except sqlite3.OperationalError as error:
            if judge(error) != "busy" or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
    connection.execute(f"PRAGMA journal_size_limit = {WAL_LIMIT}").fetchall()
    connection.execute("PRAGMA synchronous = NORMAL" if wal else "PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_AUTOCHECKPOINT_PAGES}").fetchall()


def identity(path: Path) -> tuple[int, int] | None:
    """Which file lies there now, None for none: a name may come to mean another file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - once for each write; half the price of Path.stat
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino)


def _dressed(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.row_factory = sqlite3.Row
    # One damaged byte in one text must not make its row unreadable for ever.
    connection.text_factory = _text
    return connection


def _encodable(values: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(
        value.encode("utf-8", "backslashreplace").decode("utf-8") if isinstance(value, str) else value
        for value in values
    )


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
