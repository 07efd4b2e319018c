"""Recording: one happening is one row, however many sources and windows report it.

Invariant: each function runs inside a transaction of ``Database.write``, so that of two processes
that see the same happening the second finds the first one's row. No secret that a text holds is stored.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import evolve, frozen

from afterglow.core import kinds
from afterglow.core.commands import SILENCE_MS
from afterglow.core.model import Event, Json, Observation, Status
from afterglow.store import sessions
from afterglow.store.clearing import cleared
from afterglow.store.rows import (
    EVENT_COLUMNS,
    dump,
    event_of,
    load_list,
    load_object,
    new_id,
    placeholders,
    portions,
)

KEY_MS: Final = 24 * 60 * 60 * 1000
"""How long a client's dedupeKey stays taken. A sensor's key names one happening for good."""
JOIN_MS: Final = 5_000
"""Reports of one job that end within this are one happening, whatever their spans."""
JOB_ENDS: Final = ("job.finished", "command")
PAIR_MS: Final = 1_000
"""How far apart the report and the cache of one run may be written."""
FILL_MS: Final = 60_000
"""How long after a job's end what only ``fills`` may still come."""
STRENGTH: Final[dict[Status | None, int]] = {None: 0, "unknown": 0, "ok": 1, "cancelled": 2, "fail": 3}
"""On conflict the stronger status stays: a proven failure is never talked away."""
_FILES: Final = frozenset({"report", "cache"})
MAX_TAGS: Final = 16
NUMBERS: Final = ("passed", "failed", "skipped", "errors", "total")
COUNTS: Final = (*NUMBERS, "failing")
"""Counted together: numbers of two sources are never mixed into one outcome that nobody saw."""


@frozen
class Recorded:
    """``event`` as it is now; ``new`` False where it was known and only gained (or not even that)."""

    event: Event
    new: bool


def record(
    connection: sqlite3.Connection, observation: Observation, *, now: int, session_gap_ms: int
) -> Recorded | None:
    """Insert an observation, or join it to the happening it belongs to.

    None for kinds never kept, and for a happening that was recorded once and erased by its user.
    """
    kind = kinds.KINDS.get(observation.kind)
    if kind is None or not kind.kept:
        return None
    # Nothing has ended in the future; a file from a machine with another clock may say so.
    observation = cleared(evolve(observation, at=min(observation.at, now)))
    hazard = observation.data.get("hazard")
    if isinstance(hazard, str) and not observation.silent:
        add_hazard(connection, observation.workspace, hazard, now + SILENCE_MS.get(hazard, 60_000))
    seq = _by_key(connection, observation, now)
    if seq is not None:
        known = fetch_row(connection, seq)
        return Recorded(event_of(known), new=False) if known is not None else None
    if observation.fills:
        twin = same_happening(connection, observation, (), within=FILL_MS)
        if twin is None:
            return None
    else:
        twin = same_happening(connection, observation, (observation.source,))
    if twin is not None:
        row = join(connection, twin, observation)
        _remember_key(connection, observation, row["seq"], now)
        return Recorded(event_of(row), new=False)
    session = None
    if not observation.silent:
        session = sessions.current(connection, observation.workspace, now, session_gap_ms)
    row = _insert(connection, observation, now, session.id if session else None)
    _remember_key(connection, observation, row["seq"], now)
    return Recorded(event_of(row), new=True)


def add_hazard(connection: sqlite3.Connection, workspace: str, kind: str, until: int) -> None:
    """Silence is owed to this workspace until a time (ms); a longer silence already owed stays.

    But for one longer than any: that was recorded before the clock was set back, and would hide this one.
    """
    connection.execute(
        "INSERT INTO hazards (workspace, kind, until) VALUES (?, ?, ?)"
        " ON CONFLICT (workspace, kind) DO UPDATE SET until = CASE WHEN until > excluded.until + ?"
        " THEN excluded.until ELSE max(until, excluded.until) END",
        (workspace, kind, until, max(SILENCE_MS.values())),
    )


def fetch(connection: sqlite3.Connection, seqs: Sequence[int]) -> list[Event]:
    """The events with these numbers, in the order of the numbers; missing ones left out."""
    found = []
    for portion in portions(sorted(set(seqs))):
        query = f"SELECT {EVENT_COLUMNS} FROM events WHERE seq IN ({placeholders(portion)}) ORDER BY seq"
        found += [event_of(row) for row in connection.execute(query, tuple(portion))]
    return found


def _scope(observation: Observation) -> str:
    # A sensor's key names a file of this machine, so that windows on two checkouts agree on it.
    return "" if observation.source in ("git", "report", "cache") else observation.workspace


def _by_key(connection: sqlite3.Connection, observation: Observation, now: int) -> int | None:
    """The number of the event that the key names, whether or not its row is still there."""
    if observation.key is None:
        return None
    scope = _scope(observation)
    row = connection.execute(
        "SELECT seq, at FROM keys WHERE scope = ? AND key = ?", (scope, observation.key)
    ).fetchone()
    if row is None:
        return None
    # Either way: a clock that was set back must not keep a key taken for years.
    if scope and abs(now - row["at"]) >= KEY_MS:
        connection.execute("DELETE FROM keys WHERE scope = ? AND key = ?", (scope, observation.key))
        return None
    return int(row["seq"])


def _remember_key(connection: sqlite3.Connection, observation: Observation, seq: int, now: int) -> None:
    if observation.key is not None:
        connection.execute(
            "INSERT OR IGNORE INTO keys (scope, key, seq, at) VALUES (?, ?, ?, ?)",
            (_scope(observation), observation.key, seq, now),
        )


def fetch_row(connection: sqlite3.Connection, seq: int) -> sqlite3.Row | None:
    """The row of one event with ``EVENT_COLUMNS``, None where it is gone."""
    row: sqlite3.Row | None = connection.execute(
        f"SELECT {EVENT_COLUMNS} FROM events WHERE seq = ?", (seq,)
    ).fetchone()
    return row


def _span(at: int, started_at: int | None, duration_ms: float | None) -> tuple[int, int]:
    if started_at is not None:
        return min(started_at, at), at
    return at - int(duration_ms or 0), at


def same_happening(
    connection: sqlite3.Connection,
    observation: Observation,
    sources: Sequence[str],
    within: int = JOIN_MS,
) -> sqlite3.Row | None:
    """The job end that none of ``sources`` reported yet and that this one is about, nearest end first.

    ``within``: how far apart (ms) two ends may lie. What a runner's cache tells and what a report tells
    are one happening only where both name the same runner.
    """
    job = observation.job
    if observation.kind not in JOB_ENDS or job is None:
        return None
    begin, end = _span(observation.at, observation.started_at, observation.duration_ms)
    rows = connection.execute(
        "SELECT seq, sources, labels, at, started_at, duration_ms FROM events"
        " WHERE workspace = ? AND job = ? AND kind IN (?, ?) AND at >= ?"
        " AND (at <= ? OR coalesce(started_at, at - coalesce(duration_ms, 0)) <= ?)"
        " ORDER BY abs(at - ?), seq DESC LIMIT 64",
        (observation.workspace, job, *JOB_ENDS, begin - within, end + within, end, end),
    )
    for row in rows:
        known = load_list(row["sources"])
        if not set(sources).isdisjoint(known):
            continue
        if _FILES.issuperset(known) and observation.source in _FILES and not observation.fills:
            labels = load_list(row["labels"])
            if labels and observation.label is not None and observation.label not in labels:
                continue
            # A runner writes both at its end; what lies further apart are two runs.
            if abs(end - row["at"]) >= PAIR_MS:
                continue
        other_begin, other_end = _span(row["at"], row["started_at"], row["duration_ms"])
        touch = begin <= other_end and other_begin <= end
        if touch or abs(end - other_end) <= within:
            return fetch_row(connection, row["seq"])
    return None


def join(connection: sqlite3.Connection, row: sqlite3.Row, observation: Observation) -> sqlite3.Row:
    """Add to an event what another observation of it knows more; what is known already stays."""
    labels = _union(load_list(row["labels"]), (observation.label,) if observation.label else ())
    sources = _union(load_list(row["sources"]), (observation.source,))
    tags = _union(load_list(row["tags"]), observation.tags)[:MAX_TAGS]
    data = _joined(load_object(row["data"]), observation.data)
    status = max(row["status"], observation.status, key=lambda status: STRENGTH.get(status, 0))
    anchor = observation.anchor
    connection.execute(
        "UPDATE events SET labels = ?, sources = ?, tags = ?, data = ?, status = ?,"
        " exit_code = coalesce(exit_code, ?), duration_ms = coalesce(duration_ms, ?),"
        " started_at = coalesce(started_at, ?), anchor_uri = coalesce(anchor_uri, ?),"
        " anchor_line = coalesce(anchor_line, ?) WHERE seq = ?",
        (
            dump(labels),
            dump(sources),
            dump(tags),
            dump(data),
            status,
            observation.exit_code,
            observation.duration_ms,
            observation.started_at,
            anchor.uri if anchor else None,
            anchor.line if anchor else None,
            row["seq"],
        ),
    )
    if labels and row["job"] is not None and row["kind"] in JOB_ENDS:
        connection.execute("DELETE FROM labels WHERE seq = ? AND label = ''", (row["seq"],))
        _write_labels(connection, row["seq"], row["workspace"], row["job"], row["at"], labels)
    if status == "ok" and row["status"] in (None, "unknown") and not observation.silent:
        _reopen(connection, row["seq"])
    joined = fetch_row(connection, row["seq"])
    assert joined is not None
    return joined


def _joined(known: Mapping[str, Json], more: Mapping[str, Json]) -> dict[str, Json]:
    """What two sources know of one run: counts go together, from whoever counted first."""
    if any(name in known for name in NUMBERS):
        return {**{name: value for name, value in more.items() if name not in COUNTS}, **known}
    if any(name in more for name in NUMBERS):
        return {**more, **{name: value for name, value in known.items() if name not in COUNTS}}
    return {**more, **known}


def _reopen(connection: sqlite3.Connection, seq: int) -> None:
    """A run whose outcome was not known is proven now: what was silent about it may speak after all."""
    connection.execute(
        "UPDATE events SET state = 1, owner = NULL, reason = NULL WHERE seq = ? AND state = 3"
        " AND session_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM turns WHERE turns.event_id = events.id AND turns.token_id IS NOT NULL)",
        (seq,),
    )


def _insert(
    connection: sqlite3.Connection, observation: Observation, now: int, session_id: str | None
) -> sqlite3.Row:
    may_speak = kinds.speaks(observation.kind) and not observation.silent
    if observation.kind == "command" and observation.job is None:
        may_speak = False
    labels = (observation.label,) if observation.label else ()
    anchor = observation.anchor
    cursor = connection.execute(
        "INSERT INTO events (id, kind, workspace, session_id, sources, labels, job, status, exit_code,"
        " duration_ms, started_at, at, recorded_at, tags, data, anchor_uri, anchor_line, state, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            new_id(now),
            observation.kind,
            observation.workspace,
            session_id,
            dump((observation.source,)),
            dump(labels),
            observation.job,
            observation.status,
            observation.exit_code,
            observation.duration_ms,
            observation.started_at,
            observation.at,
            now,
            dump(observation.tags[:MAX_TAGS]),
            dump(dict(observation.data)),
            anchor.uri if anchor else None,
            anchor.line if anchor else None,
            1 if may_speak else 0,
            None if may_speak else "happened while no window was open" if observation.silent else None,
        ),
    )
    seq = cursor.lastrowid
    assert seq is not None
    if observation.job is not None and observation.kind in JOB_ENDS:
        _write_labels(
            connection, seq, observation.workspace, observation.job, observation.at, labels or ("",)
        )
    row = fetch_row(connection, seq)
    assert row is not None
    return row


def _write_labels(
    connection: sqlite3.Connection, seq: int, workspace: str, job: str, at: int, labels: Sequence[str]
) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO labels (workspace, job, label, at, seq) VALUES (?, ?, ?, ?, ?)",
        [(workspace, job, label, at, seq) for label in labels],
    )


def _union(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))
