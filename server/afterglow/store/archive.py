"""Everything out (export), everything gone (forget), the old away (purge).

Invariant: what ``forget`` was asked to erase is not in the file, its log or its free pages afterwards.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from afterglow.store import queue_upkeep, twin_upkeep
from afterglow.store.faults import Unavailable, explain
from afterglow.store.schema import TABLES

EXPORTED: Final = tuple(table for table in TABLES if table != "windows")
CHUNK: Final = 50
SCRUB_SECONDS: Final = 2.0


def rows(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Every stored row as ``{"table": ..., column: value ...}``, tables in a fixed order.

    All of one instant: what is recorded meanwhile is not in it. Outside a transaction.
    """
    connection.execute("BEGIN")
    try:
        for table in EXPORTED:
            for row in connection.execute(f"SELECT * FROM {table}"):
                yield {"table": table, **{name: _plain(row[name]) for name in row.keys()}}  # noqa: SIM118 - sqlite3.Row
    finally:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")


def _plain(value: Any) -> Any:
    # Only a damaged row holds bytes.
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def forget_all(connection: sqlite3.Connection) -> int:
    """Delete every row but the schema's own mark; the number of rows deleted."""
    _overwrite(connection)
    gone = 0
    for table in EXPORTED:
        keep = " WHERE key <> 'compatible'" if table == "meta" else ""
        gone += connection.execute(f"DELETE FROM {table}{keep}").rowcount
    return gone


def forget_before(connection: sqlite3.Connection, before: int) -> int:
    """Delete what happened or was shown before a time (ms); the number of rows deleted.

    The keys of sensors stay, which are hashes: what git's log still holds is not recorded again.
    """
    _overwrite(connection)
    old = "SELECT seq FROM events WHERE at < :before"
    told = "OR event_id IN (SELECT id FROM events WHERE at < :before)"
    gone = 0
    for table, where in (
        ("labels", f"seq IN ({old})"),
        ("keys", f"scope <> '' AND seq IN ({old})"),
        ("turns", f"at < :before {told}"),
        ("shown", f"at < :before {told}"),
        ("events", "at < :before"),
        (
            "sessions",
            "active_at < :before AND id NOT IN (SELECT session_id FROM events WHERE session_id IS NOT NULL)",
        ),
        ("told", "at < :before"),
        ("hazards", "until < :before"),
    ):
        done = connection.execute(f"DELETE FROM {table} WHERE {where}", {"before": before}).rowcount
        gone += done if table not in ("labels", "keys", "hazards") else 0
    gone += twin_upkeep.forget_before(connection, before)
    return gone + queue_upkeep.forget_before(connection, before)


def scrub(connection: sqlite3.Connection) -> None:
    """Rewrite the file without its free pages and empty its log. Outside a transaction.

    Raises Unavailable where that cannot be done now; what was deleted is overwritten all the same,
    but may stand in the log until it is written anew.
    """
    deadline = time.monotonic() + SCRUB_SECONDS
    try:
        # A temporary file would lie outside the data folder.
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("VACUUM")
        while True:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if not busy:
                return
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
    except sqlite3.Error as error:
        raise Unavailable(
            f"the rows are gone, but the file could not be rewritten: {explain(error)}"
        ) from error
    raise Unavailable(
        "the rows are gone, but another program reads the old ones still: close it and try again"
    )


def purge(connection: sqlite3.Connection, before: int) -> bool:
    """Delete a few rows that are older than the retention; True if more may be left.

    In chunks, because a long delete would hold the lock while a turn waits. The newest sessions stay,
    however old: who comes back after a long time is no newcomer.
    """
    # A log of turns grows at one end: looking at the other end only spares an index.
    oldest = "SELECT seq FROM (SELECT seq, at FROM turns ORDER BY seq LIMIT {0}) WHERE at < ?"
    newest_sessions = "SELECT id FROM sessions ORDER BY active_at DESC LIMIT 2"
    seqs = [
        row["seq"]
        for row in connection.execute("SELECT seq FROM events WHERE at < ? LIMIT ?", (before, CHUNK))
    ]
    for table in ("labels", "keys", "events"):
        connection.executemany(f"DELETE FROM {table} WHERE seq = ?", [(seq,) for seq in seqs])
    gone = [len(seqs)]
    for table, key, chosen in (
        ("turns", "seq", oldest),
        ("shown", "token_id", "SELECT token_id FROM shown WHERE at < ? LIMIT {0}"),
        ("windows", "id", "SELECT id FROM windows WHERE coalesce(closed_at, opened_at) < ? LIMIT {0}"),
        (
            "sessions",
            "id",
            f"SELECT id FROM sessions WHERE active_at < ? AND id NOT IN ({newest_sessions}) LIMIT {{0}}",
        ),
    ):
        query = f"DELETE FROM {table} WHERE {key} IN ({chosen.format(CHUNK)})"
        gone.append(connection.execute(query, (before,)).rowcount)
    connection.execute("DELETE FROM hazards WHERE until < ?", (before,))
    return CHUNK in gone


def _overwrite(connection: sqlite3.Connection) -> None:
    """From here on, what this connection deletes is overwritten with zeros."""
    connection.execute("PRAGMA secure_delete = ON").fetchall()
