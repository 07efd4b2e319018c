"""Who speaks, and the one transaction in which it is decided, charged and marked as shown.

Invariant: an event's turn has one owner, taken by one UPDATE where none is, and a token goes out only
after the transaction that holds it is committed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, Final

from attrs import frozen

from afterglow.core import kinds
from afterglow.core.model import Event, Hazard, Mode, Red, Session, Turn
from afterglow.store import events, facts, sessions
from afterglow.store.choices import read_dnd, read_mode
from afterglow.store.rows import dump, load_object, placeholders, portions

STALE_MS: Final = 60_000
"""An event that waited longer is dropped: late news is no news."""
LONGEST_PAUSE_MS: Final = 7 * 24 * 60 * 60 * 1000
OWNED_MS: Final = STALE_MS + 5_000
"""After this an owner that did nothing no longer holds the burst of its workspace."""


@frozen
class Known:
    """What the store knows at the instant of a turn; the loop adds the window's own part."""

    session: Session
    mode: Mode
    dnd_until: int | None
    red: tuple[Red, ...]
    conflict_since: int | None
    hazards: tuple[Hazard, ...]
    exception_at: int | None
    newcomer: bool


class NotOwned(Exception):
    """The event's turn belongs to nobody or to another window by now: it must not be told here."""


def waiting(connection: sqlite3.Connection, workspaces: Sequence[str], now: int) -> list[Event]:
    """Events of these workspaces that wait for an owner; those that waited too long are dropped.

    Kinds that only a newer Afterglow knows are left to it.
    """
    if not workspaces:
        return []
    marks = placeholders(workspaces)
    _drop(
        connection, f"workspace IN ({marks})", workspaces, now, STALE_MS, "stale: no window took it in time"
    )
    rows = connection.execute(
        f"SELECT seq, kind FROM events WHERE state = 1 AND workspace IN ({marks}) ORDER BY seq",
        tuple(workspaces),
    ).fetchall()
    return events.fetch(connection, [row["seq"] for row in rows if kinds.speaks(row["kind"])])


def drop_missed(connection: sqlite3.Connection, workspace: str, now: int, grace_ms: int = 2_000) -> None:
    """At the opening of a window: what happened before it is recorded and never shown late."""
    _drop(connection, "workspace = ?", (workspace,), now, grace_ms, "no window was open")


def _drop(
    connection: sqlite3.Connection, where: str, values: Sequence[str], now: int, age_ms: int, reason: str
) -> None:
    # From the future, too: such an event was recorded before the clock was set back.
    connection.execute(
        "UPDATE events SET state = 3, processed_at = ?, reason = ?"
        f" WHERE state = 1 AND {where} AND recorded_at NOT BETWEEN ? AND ?",
        (now, reason, *values, now - age_ms, now + age_ms),
    )


def take(connection: sqlite3.Connection, window: str, seqs: Sequence[int], now: int) -> list[Event]:
    """Own these events where nobody does; those that this window owns now.

    An event whose workspace has a burst open in another window is left to that window: one burst is
    one turn. Runs in the transaction at hand, so that of many windows one gets an event.
    """
    taken = _take(connection, window, seqs, now)
    if len(taken) < len(seqs) and sessions.close_dead_windows(connection, now):
        taken += _take(connection, window, seqs, now)
    return events.fetch(connection, taken)


def _take(connection: sqlite3.Connection, window: str, seqs: Sequence[int], now: int) -> list[int]:
    free: list[int] = []
    for portion in portions(seqs):
        # An owner whose row is lost (a fresh file) still counts: the time limit frees what it holds.
        rows = connection.execute(
            f"SELECT seq FROM events WHERE seq IN ({placeholders(portion)})"
            " AND state = 1 AND owner IS NULL AND NOT EXISTS (SELECT 1 FROM events other"
            " LEFT JOIN windows ON windows.id = other.owner WHERE other.workspace = events.workspace"
            " AND other.state = 2 AND other.owner <> ? AND other.owned_at BETWEEN ? AND ?"
            " AND windows.closed_at IS NULL)",
            (*portion, window, now - OWNED_MS + 1, now + OWNED_MS),
        )
        free += [row["seq"] for row in rows.fetchall()]
    connection.executemany(
        "UPDATE events SET owner = ?, owned_at = ?, state = 2 WHERE seq = ?",
        [(window, now, seq) for seq in free],
    )
    return free


def owned(connection: sqlite3.Connection, window: str, seqs: Sequence[int]) -> list[Event]:
    """Those of these events whose turn is still this window's to take."""
    if not seqs:
        return []
    rows = connection.execute(
        f"SELECT seq FROM events WHERE seq IN ({placeholders(seqs)}) AND owner = ? AND state = 2",
        (*seqs, window),
    ).fetchall()
    return events.fetch(connection, [row["seq"] for row in rows])


def finish(connection: sqlite3.Connection, seqs: Sequence[int], reason: str, now: int) -> None:
    """Close these events' turns without a token."""
    connection.executemany(
        "UPDATE events SET state = 3, processed_at = ?, reason = ? WHERE seq = ? AND state < 3",
        [(now, reason, seq) for seq in seqs],
    )


def know(
    connection: sqlite3.Connection,
    workspace: str,
    event: Event | None,
    default_mode: Mode,
    now: int,
    gap_ms: int,
) -> Known:
    """Read, inside the turn's transaction, what its gates look at."""
    return Known(
        session=sessions.current(connection, workspace, now, gap_ms),
        mode=read_mode(connection) or default_mode,
        dnd_until=_bounded(read_dnd(connection), now),
        red=facts.red(connection, workspace, now),
        conflict_since=facts.conflict_since(connection, workspace, now),
        hazards=facts.hazards(connection, workspace, now),
        exception_at=facts.exception_at(connection, workspace, now),
        newcomer=facts.newcomer(connection, event.id if event is not None else ""),
    )


def _bounded(until: int | None, now: int) -> int | None:
    """A pause that reaches further than one can be asked for was set by a clock that was wrong."""
    return until if until is not None and until - now <= LONGEST_PAUSE_MS else None


def settle(
    connection: sqlite3.Connection,
    turn: Turn,
    burst: Sequence[Event],
    event: Event,
    session: Session,
    window: str,
    now: int,
    to_json: Callable[[Turn], dict[str, Any]],
) -> None:
    """Write the turn: the events closed, the turn counted, the token marked as shown.

    Raises NotOwned where ``event`` is not this window's any more (it was taken for dead, say).
    """
    mine = connection.execute(
        "UPDATE events SET state = 3, processed_at = ?, reason = ? WHERE seq = ? AND state = 2 AND owner = ?",
        (now, turn.reason, event.seq, window),
    )
    if mine.rowcount == 0:
        raise NotOwned
    _write(connection, turn, event, session, window, now, to_json(turn))
    finish(
        connection,
        [other.seq for other in burst if other.seq != event.seq],
        "another event of the same burst spoke for it",
        now,
    )


def settle_asked(
    connection: sqlite3.Connection,
    turn: Turn,
    session: Session,
    window: str,
    now: int,
    record: dict[str, Any],
) -> None:
    """Write a turn that was asked for: it has no event."""
    _write(connection, turn, None, session, window, now, record)


def _write(
    connection: sqlite3.Connection,
    turn: Turn,
    event: Event | None,
    session: Session,
    window: str,
    now: int,
    record: dict[str, Any],
) -> None:
    """The turn counted and recorded, its token marked as shown."""
    token, event_id = turn.token, event.id if event is not None else None
    if turn.reached_t5:
        connection.execute("UPDATE sessions SET turn = turn + 1 WHERE id = ?", (session.id,))
    connection.execute(
        "INSERT INTO turns (event_id, workspace, session_id, window_id, turn, at, token_id, reason, record)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            event_id,
            session.workspace,
            session.id,
            window,
            session.turn + (1 if turn.reached_t5 else 0),
            now,
            token.id if token else None,
            turn.reason,
            dump(record),
        ),
    )
    if token is not None:
        connection.execute(
            "INSERT INTO shown (token_id, session_id, entry_id, event_id, workspace, at, token)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (token.id, session.id, token.entry_id, event_id, session.workspace, now, dump(record["token"])),
        )


def last_tokens(
    connection: sqlite3.Connection, limit: int, workspaces: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The newest tokens shown, newest first, as they went out."""
    where = f"WHERE workspace IN ({placeholders(workspaces)})" if workspaces else ""
    rows = connection.execute(
        f"SELECT token FROM shown {where} ORDER BY at DESC, token_id DESC LIMIT ?", (*workspaces, limit)
    )
    return [load_object(row["token"]) for row in rows]


def find_turn(
    connection: sqlite3.Connection,
    *,
    token_id: str | None = None,
    event_id: str | None = None,
    window: str | None = None,
) -> dict[str, Any] | None:
    """The record of one turn: by token, by event, else the newest (of ``window``, or of all)."""
    wanted = (("token_id", token_id), ("event_id", event_id), ("window_id", window))
    where, values = next(
        ((f"WHERE {name} = ?", (value,)) for name, value in wanted if value is not None), ("", ())
    )
    row = connection.execute(f"SELECT record FROM turns {where} ORDER BY seq DESC LIMIT 1", values).fetchone()
    return load_object(row["record"]) if row is not None else None


def without_turn(connection: sqlite3.Connection, event_id: str) -> tuple[Event, str] | None:
    """An event that had no turn of its own, and why; None where it is unknown."""
    row = connection.execute("SELECT seq, state, reason FROM events WHERE id = ?", (event_id,)).fetchone()
    if row is None:
        return None
    pending = "it waits for its turn" if row["state"] in (1, 2) else "an event of this kind never speaks"
    return events.fetch(connection, [row["seq"]])[0], row["reason"] or pending
