"""Where reading of each log stopped, one row a log; saved in the transaction that holds what was read.

Invariant: marks never hold text of a log, only places, times and hashes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from afterglow.store.rows import dump, load_list

_MOST: Final = (1 << 63) - 1
_UNKNOWN: Final = -1
"""Some file systems number files beyond what SQLite can hold: then only the time of a line tells."""


@frozen
class MarkRow:
    """One log's place: see the git sensor for what the fields mean."""

    path: str
    inode: int
    offset: int
    last_time: int
    recent: tuple[str, ...]
    extra: str


def load(connection: sqlite3.Connection, scope: str) -> tuple[MarkRow, ...]:
    """All marks of one workspace (``scope``), none at first sight."""
    rows = connection.execute(
        "SELECT path, inode, offset, last_time, recent, extra FROM marks WHERE scope = ?", (scope,)
    )
    return tuple(
        MarkRow(
            row["path"], row["inode"], row["offset"], row["last_time"], load_list(row["recent"]), row["extra"]
        )
        for row in rows
    )


def save(connection: sqlite3.Connection, scope: str, marks: Iterable[MarkRow]) -> None:
    """Store the marks of one workspace (``scope``), each in place of the earlier one of its log."""
    connection.executemany(
        "INSERT OR REPLACE INTO marks (scope, path, inode, offset, last_time, recent, extra)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                scope,
                mark.path,
                mark.inode if mark.inode <= _MOST else _UNKNOWN,
                mark.offset,
                mark.last_time,
                dump(list(mark.recent)),
                mark.extra,
            )
            for mark in marks
        ],
    )
