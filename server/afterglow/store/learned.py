"""The index of what a model's answers left in the files of ``custom/``: what is where, and of which turn.

Invariant: the files are what counts. ``sync`` makes the index say what they hold, and takes lines that are
gone from them out of the queue; it never brings a line back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable

from attrs import frozen

from afterglow.core.prepared import PREPARED
from afterglow.store import queue_rows
from afterglow.store.rows import dump, load_list, placeholders, portions


@frozen
class Kept:
    """One row of a file. ``file``: its name. ``kind``: joke, aside, response, grade or prediction.
    ``made_on_turn``: on the clock of ``workspace``. ``at``: ms since the epoch."""

    id: str
    user_id: str
    file: str
    kind: str
    made_on_turn: int
    at: int
    domain: str | None = None
    tags: tuple[str, ...] = ()
    workspace: str = ""
    job_id: str | None = None


@frozen
class Synced:
    """How many rows left the index and came into it, and how many waiting lines went with those."""

    gone: int = 0
    taken: int = 0
    unqueued: int = 0


def add(connection: sqlite3.Connection, rows: Iterable[Kept]) -> None:
    """Note what was written to a file; an id that is there already is brought up to date."""
    connection.executemany(
        "INSERT OR REPLACE INTO learned (id, user_id, file, kind, domain, tags, workspace, made_on_turn,"
        " job_id, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                row.id,
                row.user_id,
                row.file,
                row.kind,
                row.domain,
                dump(row.tags),
                row.workspace,
                row.made_on_turn,
                row.job_id,
                row.at,
            )
            for row in rows
        ],
    )


def sync(connection: sqlite3.Connection, files: Collection[str], rows: Iterable[Kept]) -> Synced:
    """Make the index of these files say what they hold (``rows``): what somebody deleted is gone from it,
    and from the queue; what it did not know is taken in."""
    held = {row.id: row for row in rows}
    found = connection.execute(
        f"SELECT id, file FROM learned WHERE file IN ({placeholders(files)})", tuple(files)
    )
    known = {row["id"]: row["file"] for row in found}
    gone = [name for name in known if name not in held]
    for portion in portions(gone):
        connection.execute(f"DELETE FROM learned WHERE id IN ({placeholders(portion)})", tuple(portion))
    new = [row for name, row in held.items() if name not in known]
    add(connection, new)
    connection.executemany(
        "UPDATE learned SET file = ? WHERE id = ?",
        [(row.file, name) for name, row in held.items() if known.get(name, row.file) != row.file],
    )
    return Synced(len(gone), len(new), _unqueue(connection, gone))


def turned(connection: sqlite3.Connection, file: str, older: str) -> None:
    """A full file got the name of the older one, whose rows are gone."""
    connection.execute("DELETE FROM learned WHERE file = ?", (older,))
    connection.execute("UPDATE learned SET file = ? WHERE file = ?", (older, file))


def kept(connection: sqlite3.Connection, files: Collection[str] = ()) -> tuple[Kept, ...]:
    """What the index holds, of these files or of all, the oldest first."""
    clause = f" WHERE file IN ({placeholders(files)})" if files else ""
    rows = connection.execute(f"SELECT * FROM learned{clause} ORDER BY at, id", tuple(files))
    return tuple(
        Kept(
            id=row["id"],
            user_id=row["user_id"],
            file=row["file"],
            kind=row["kind"],
            domain=row["domain"],
            tags=load_list(row["tags"]),
            workspace=row["workspace"],
            made_on_turn=row["made_on_turn"],
            job_id=row["job_id"],
            at=row["at"],
        )
        for row in rows
    )


def newest_turn(connection: sqlite3.Connection, seqs: Collection[int], workspace: str) -> int:
    """The number, on the clock of its workspace, of the newest of these turns; of the workspace's newest
    turn where none of them is known any more."""
    marks = placeholders(seqs)
    row = connection.execute(
        f"SELECT max(turn) AS turn FROM twin_turns WHERE seq IN ({marks}) AND workspace = ?",
        (*seqs, workspace),
    ).fetchone()
    if row["turn"] is None:
        row = connection.execute(
            "SELECT coalesce(max(turn), 0) AS turn FROM turn_clock WHERE workspace = ?", (workspace,)
        ).fetchone()
    return int(row["turn"])


def _unqueue(connection: sqlite3.Connection, gone: Collection[str]) -> int:
    """Take the unused entries of these lines out of the queue; how many there were."""
    if not gone:
        return 0
    names = frozenset(gone)
    rows = connection.execute(
        "SELECT * FROM banter_queue WHERE used = 0 AND source = ? AND source_id IS NOT NULL", (PREPARED,)
    ).fetchall()
    doomed = [queue_rows.listed(row) for row in rows if row["source_id"] in names]
    queue_rows.remove(connection, doomed)
    return len(doomed)
