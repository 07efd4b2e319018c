"""What travels between the file and memory while memory stands in for the file.

Invariant: only what changed in memory is written back, each happening once, also where other windows
saw the same one meanwhile. What was erased from the file while memory stood in stays erased.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import zip_longest
from typing import Any, Final, cast

from afterglow.core.model import Observation, Source
from afterglow.store import events, queue_carry, queue_rows
from afterglow.store.rows import anchor_of, load_list, load_object
from afterglow.store.schema import TABLES

RECENT: Final = 500
"""So many of the newest events, turns and tokens are taken along: what a turn may look at."""
_STRIDE: Final = 1 << 20
_WAYS: Final = 1 << 16
_OWNED, _OVER = 2, 3
_UNTAKEN: Final = "the disk failed before a window took it"
_STATES: Final = ("state", "owner", "owned_at", "processed_at", "reason")


def begin(memory: sqlite3.Connection) -> None:
    """Remember what memory holds now as what came from the disk, and number new events apart.

    A window goes on to name an event by its number after the way back to the disk, so numbers given
    here must not be given there meanwhile. They grow by less than 2**37 for each failure.
    """
    for table in TABLES:
        memory.execute(f"DROP TABLE IF EXISTS was_{table}")
        memory.execute(f"CREATE TABLE was_{table} AS SELECT * FROM {table}")
    highest = memory.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0]
    first = highest + _STRIDE * (1 + secrets.randbelow(_WAYS))
    memory.execute("DELETE FROM sqlite_sequence WHERE name = 'events'")
    memory.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('events', ?)", (first,))


def copy_recent(disk: sqlite3.Connection, memory: sqlite3.Connection) -> None:
    """Copy what turns need from a file that still reads; what cannot be read is left out. Never raises.

    Events that wait for an owner are not taken along as waiting: every window would tell them.
    """
    wanted = {table: f"SELECT * FROM {table}" for table in TABLES}
    wanted |= queue_carry.WANTED
    wanted["meta"] += " WHERE key <> 'compatible'"
    for table, order in (("events", "seq"), ("turns", "seq"), ("shown", "at"), ("sessions", "active_at")):
        wanted[table] += f" ORDER BY {order} DESC LIMIT {RECENT}"
    for table in ("labels", "keys"):
        wanted[table] += f" WHERE seq IN (SELECT seq FROM events ORDER BY seq DESC LIMIT {RECENT})"
    for table, query in wanted.items():
        memory.execute("BEGIN")
        with suppress(sqlite3.Error, OverflowError):
            columns = _columns(memory, table)
            for row in disk.execute(query):
                _put(memory, "INSERT OR REPLACE", table, {name: row[name] for name in columns})
        memory.execute("COMMIT")
    memory.execute("UPDATE events SET state = ?, reason = ? WHERE state = 1", (_OVER, _UNTAKEN))
    queue_rows.relist(memory)
    begin(memory)


def absorb(memory: sqlite3.Connection, disk: sqlite3.Connection) -> None:
    """Write what memory recorded while it stood in, inside the transaction that ``disk`` is in."""
    inserted, merged, names = _absorb_events(memory, disk)
    # The labels of a merged event were written by the merge, under the time of the one that stays.
    for table, places in (("labels", inserted), ("keys", inserted | merged)):
        for row in _changed(memory, table):
            if row["seq"] in places:
                _put(disk, "INSERT OR IGNORE", table, {**row, "seq": places[row["seq"]]})
    for table in ("turns", "shown"):
        for row in _changed(memory, table):
            row["event_id"] = names.get(row["event_id"], row["event_id"])
            if table == "turns":
                del row["seq"]
            _put(disk, "INSERT OR IGNORE", table, row)
    _absorb_sessions(memory, disk)
    _absorb_places(memory, disk)
    # Of the choices only those made meanwhile: another process may have made a later one on the disk.
    for gone in _gone(memory, "meta", ("key",)):
        disk.execute("DELETE FROM meta WHERE key = ?", tuple(gone))
    for row in _changed(memory, "meta"):
        _put(disk, "INSERT OR REPLACE", "meta", row)
    queue_carry.absorb(memory, disk)


def _absorb_places(memory: sqlite3.Connection, disk: sqlite3.Connection) -> None:
    """Windows, hazards and where reading of the logs stopped."""
    for row in _changed(memory, "windows"):
        _put(disk, "INSERT OR REPLACE", "windows", row)
    for row in _changed(memory, "hazards"):
        events.add_hazard(disk, row["workspace"], row["kind"], row["until"])
    for gone in _gone(memory, "marks", ("scope", "path")):
        disk.execute("DELETE FROM marks WHERE scope = ? AND path = ?", tuple(gone))
    for row in _changed(memory, "marks"):
        _put(disk, "INSERT OR REPLACE", "marks", row)


def _absorb_events(
    memory: sqlite3.Connection, disk: sqlite3.Connection
) -> tuple[dict[int, int], dict[int, int], dict[str, str]]:
    """Write events new or changed in memory.

    Gives for the inserted and for the merged ones their number on the disk by that in memory, and for
    the merged ones their id there by that in memory.
    """
    inserted: dict[int, int] = {}
    merged: dict[int, int] = {}
    names: dict[str, str] = {}
    copied = {row[0] for row in memory.execute("SELECT seq FROM was_events")}
    for row in sorted(_changed(memory, "events"), key=lambda row: int(row["seq"])):
        new = row["seq"] not in copied
        twin = _known_on_disk(memory, disk, row) if new else _by_id(disk, row["id"])
        if twin is not None:
            _merge(disk, twin, row)
            merged[row["seq"]], names[row["id"]] = twin["seq"], twin["id"]
        elif new and not _was_erased(memory, disk, row["seq"]):
            inserted[row["seq"]] = _insert(disk, row)
    return inserted, merged, names


def _known_on_disk(
    memory: sqlite3.Connection, disk: sqlite3.Connection, row: Mapping[str, Any]
) -> sqlite3.Row | None:
    """The row of the same happening that another window recorded on the disk meanwhile."""
    for key in memory.execute("SELECT scope, key FROM keys WHERE seq = ?", (row["seq"],)):
        found: sqlite3.Row | None = disk.execute(
            "SELECT events.* FROM keys JOIN events ON events.seq = keys.seq WHERE scope = ? AND key = ?",
            tuple(key),
        ).fetchone()
        if found is not None:
            return found
    twin = events.same_happening(disk, next(_observations(row)), load_list(row["sources"]))
    return None if twin is None else _by_id(disk, twin["id"])


def _was_erased(memory: sqlite3.Connection, disk: sqlite3.Connection, seq: int) -> bool:
    """Whether the disk knows the happening by its key and was told to forget it."""
    return any(
        disk.execute("SELECT 1 FROM keys WHERE scope = ? AND key = ?", tuple(key)).fetchone() is not None
        for key in memory.execute("SELECT scope, key FROM keys WHERE seq = ?", (seq,))
    )


def _merge(disk: sqlite3.Connection, twin: sqlite3.Row, row: Mapping[str, Any]) -> None:
    for observation in _observations(row):
        events.join(disk, events.fetch_row(disk, twin["seq"]) or twin, observation)
    # A turn that ended in memory must not be told again from the disk.
    if row["state"] == _OVER and twin["state"] != _OVER:
        values = [row[name] for name in _STATES]
        sets = ", ".join(f"{name} = ?" for name in _STATES)
        disk.execute(f"UPDATE events SET {sets} WHERE seq = ?", (*values, twin["seq"]))


def _observations(row: Mapping[str, Any]) -> Iterator[Observation]:
    """The row as what its sources may have observed: every label and every source, each once."""
    labels, sources = load_list(row["labels"]), load_list(row["sources"]) or ("editor",)
    for label, source in zip_longest(labels, sources):
        yield Observation(
            kind=row["kind"],
            workspace=row["workspace"],
            source=cast("Source", source or sources[0]),
            at=row["at"],
            label=label,
            status=row["status"],
            exit_code=row["exit_code"],
            duration_ms=row["duration_ms"],
            started_at=row["started_at"],
            tags=load_list(row["tags"]),
            data=load_object(row["data"]),
            anchor=anchor_of(row["anchor_uri"], row["anchor_line"]),
        )


def _insert(disk: sqlite3.Connection, row: dict[str, Any]) -> int:
    """Insert under the number it had, so that its window finds it; under a fresh one where that is taken."""
    taken = disk.execute("SELECT 1 FROM events WHERE seq = ?", (row["seq"],)).fetchone()
    values = row if taken is None else {name: value for name, value in row.items() if name != "seq"}
    return _put(disk, "INSERT", "events", values)


def _absorb_sessions(memory: sqlite3.Connection, disk: sqlite3.Connection) -> None:
    known = {row[0] for row in memory.execute("SELECT id FROM was_sessions")}
    for row in _changed(memory, "sessions"):
        done = disk.execute(
            "UPDATE sessions SET active_at = max(active_at, ?), turn = max(turn, ?),"
            " newest_file = coalesce(?, newest_file) WHERE id = ?",
            (row["active_at"], row["turn"], row["newest_file"], row["id"]),
        )
        if done.rowcount == 0 and row["id"] not in known:
            _put(disk, "INSERT", "sessions", row)


def _by_id(disk: sqlite3.Connection, event_id: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = disk.execute("SELECT * FROM events WHERE id = ?", (event_id,)).fetchone()
    return row


def _changed(memory: sqlite3.Connection, table: str) -> list[dict[str, Any]]:
    """Rows that are new or other than they came from the disk."""
    rows = memory.execute(f"SELECT * FROM {table} EXCEPT SELECT * FROM was_{table}")
    return [{name: row[name] for name in row.keys()} for row in rows]  # noqa: SIM118 - sqlite3.Row


def _gone(memory: sqlite3.Connection, table: str, key: Iterable[str]) -> list[sqlite3.Row]:
    names = ", ".join(key)
    return memory.execute(f"SELECT {names} FROM was_{table} EXCEPT SELECT {names} FROM {table}").fetchall()


def _columns(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    return tuple(row["name"] for row in connection.execute(f"PRAGMA table_info({table})"))


def _put(target: sqlite3.Connection, verb: str, table: str, values: Mapping[str, Any]) -> int:
    """Insert one row; its rowid (without meaning where OR IGNORE found it there already)."""
    marks = ", ".join("?" * len(values))
    cursor = target.execute(
        f"{verb} INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values())
    )
    return cursor.lastrowid or 0
