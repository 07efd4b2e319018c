"""What was already said, to whom, and how: read for the warm part of a turn, written when it is shown.

Invariant: runs in the transaction at hand. A row of ``voice`` holds one small JSON object by name:
``gifts`` and ``fixed`` {count}, ``register`` {formality, length, urgency, energy}, ``rapport`` {until,
value}, ``season_day``, ``season_asked`` and ``familiar`` (what was offered when), and ``in:WORKSPACE``
{session, compliments, exchanges, recipe_lines} for the session at hand.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final, get_args

from attrs import asdict, frozen

from afterglow.core.local_time import local
from afterglow.core.model import Register, Session
from afterglow.core.rapport import rapport_of
from afterglow.core.voice import Told
from afterglow.store import rapport
from afterglow.store.rows import dump, load_object

HOUR_MS: Final = 60 * 60 * 1000
DAY_MS: Final = 24 * HOUR_MS
ENDS_LOOKED_AT_MS: Final = 30 * DAY_MS
ENDS_NEEDED: Final = 5
NIGHT_HOURS: Final = 4
"""A day ends at this hour: who works past midnight is still at yesterday's work."""
GIFTS, FIXED, REGISTER, RAPPORT = "gifts", "fixed", "register", "rapport"


@frozen
class Here:
    """What counts for the session at hand."""

    compliments: int = 0
    exchanges: int = 0
    recipe_lines: int = 0


def here(connection: sqlite3.Connection, user_id: str, session: Session) -> Here:
    """The counts of this session; those of an earlier one in the same workspace are over."""
    row = read(connection, user_id, _place(session))
    if row.get("session") != session.id:
        return Here()
    return Here(*(_count(row, name) for name in ("compliments", "exchanges", "recipe_lines")))


def set_here(connection: sqlite3.Connection, user_id: str, session: Session, value: Here) -> None:
    """Remember the counts of this session."""
    write(connection, user_id, _place(session), {"session": session.id, **asdict(value)})


def counted(connection: sqlite3.Connection, user_id: str, name: str) -> int:
    """How often something was given: ``GIFTS``, ``FIXED``."""
    return _count(read(connection, user_id, name), "count")


def count(connection: sqlite3.Connection, user_id: str, name: str) -> None:
    """Count one more."""
    write(connection, user_id, name, {"count": counted(connection, user_id, name) + 1})


def told(connection: sqlite3.Connection, user_id: str) -> dict[str, Told]:
    """Every line of the banks that was ever shown to this user."""
    rows = connection.execute("SELECT entry_id, times, at FROM told WHERE user_id = ?", (user_id,))
    return {row["entry_id"]: Told(row["times"], row["at"]) for row in rows}


def tell(connection: sqlite3.Connection, user_id: str, entry_id: str, now: int) -> None:
    """A line of the banks was shown."""
    connection.execute(
        "INSERT INTO told (user_id, entry_id, times, at) VALUES (?, ?, 1, ?)"
        " ON CONFLICT (user_id, entry_id) DO UPDATE SET times = times + 1, at = excluded.at",
        (user_id, entry_id, now),
    )


def used(connection: sqlite3.Connection, session: Session) -> frozenset[str]:
    """The lines shown in this session, by entry."""
    rows = connection.execute(
        "SELECT entry_id FROM shown WHERE session_id = ? AND entry_id IS NOT NULL", (session.id,)
    )
    return frozenset(row["entry_id"] for row in rows)


def warmths(connection: sqlite3.Connection, session: Session, limit: int = 2) -> tuple[int, ...]:
    """How warm the last lines of this session were, newest first."""
    rows = connection.execute(
        "SELECT token FROM shown WHERE session_id = ? ORDER BY at DESC, token_id DESC LIMIT ?",
        (session.id, limit),
    )
    found = [load_object(row["token"]).get("warmth") for row in rows]
    return tuple(one for one in found if isinstance(one, int))


def successes(connection: sqlite3.Connection, workspace: str, now: int, before: int) -> int | None:
    """Jobs that ended well here in the last 60 min, before the event of number ``before``; None where
    one failed, or something destructive was done meanwhile."""
    undone = connection.execute(
        "SELECT 1 FROM hazards WHERE workspace = ? AND until > ? LIMIT 1", (workspace, now - HOUR_MS)
    ).fetchone()
    if undone is not None:
        return None
    rows = connection.execute(
        "SELECT status, count(*) AS many FROM events WHERE workspace = ? AND kind = 'job.finished'"
        " AND at BETWEEN ? AND ? AND seq < ? GROUP BY status",
        (workspace, now - HOUR_MS, now + HOUR_MS, before),
    )
    by_status = {row["status"]: row["many"] for row in rows}
    return None if by_status.get("fail") else int(by_status.get("ok", 0))


def first_session(connection: sqlite3.Connection) -> bool:
    """Whether this is the first session ever, of any workspace."""
    return len(connection.execute("SELECT 1 FROM sessions LIMIT 2").fetchall()) < 2


def away_ms(connection: sqlite3.Connection, session: Session, now: int) -> int | None:
    """Since anything was done before this session, here or elsewhere; None where nothing ever was."""
    row = connection.execute(
        "SELECT max(active_at) AS at FROM sessions WHERE id <> ? AND active_at <= ?", (session.id, now)
    ).fetchone()
    return None if row["at"] is None else max(0, now - row["at"])


def register(connection: sqlite3.Connection, user_id: str) -> Register:
    """How the user wrote last."""
    row, known = read(connection, user_id, REGISTER), asdict(Register())
    given = {name: value for name in known if isinstance(value := row.get(name), str)}
    return Register(**{**known, **given})


def set_register(connection: sqlite3.Connection, user_id: str, value: Register) -> None:
    """Remember how the user writes: four words, nothing of the text."""
    write(connection, user_id, REGISTER, asdict(value))


def rapport_now(connection: sqlite3.Connection, user_id: str) -> float:
    """The rapport, 0 to 10, with the day at hand."""
    until, value = _base(connection, user_id)
    later = [day for day in rapport.days(connection, user_id, until) if day.day > until]
    return rapport_of(later, value)


def count_day(
    connection: sqlite3.Connection, user_id: str, day: str, what: rapport.What, by: int = 1
) -> None:
    """Count for the rapport of a local day (``2026-01-31``); days that are over are summed up once."""
    assert what in get_args(rapport.What)
    until, value = _base(connection, user_id)
    over = [one for one in rapport.days(connection, user_id, until) if until < one.day < day]
    if over:
        write(connection, user_id, RAPPORT, {"until": over[-1].day, "value": rapport_of(over, value)})
    rapport.count(connection, user_id, day, what, by)


def usual_end(connection: sqlite3.Connection, now: int, zone: tzinfo) -> int | None:
    """When days of work here end, as the median of the last 30 days, in local minutes since midnight.

    None where fewer than five days are known. Today does not count; it is not over.
    """
    rows = connection.execute(
        "SELECT active_at FROM sessions WHERE active_at BETWEEN ? AND ?", (now - ENDS_LOOKED_AT_MS, now)
    )
    today = local(now - NIGHT_HOURS * HOUR_MS, zone).date()
    ends: dict[Any, int] = {}
    for row in rows:
        moment = local(row["active_at"] - NIGHT_HOURS * HOUR_MS, zone)
        if moment.date() != today:
            minute = moment.hour * 60 + moment.minute + NIGHT_HOURS * 60
            ends[moment.date()] = max(ends.get(moment.date(), 0), minute)
    if len(ends) < ENDS_NEEDED:
        return None
    ordered = sorted(ends.values())
    return min(ordered[len(ordered) // 2], 24 * 60 - 1)


def day_of(now: int, zone: tzinfo) -> str:
    """The local date, ``2026-01-31``."""
    return local(now, zone).date().isoformat()


def read(connection: sqlite3.Connection, user_id: str, name: str) -> dict[str, Any]:
    """One row, empty where there is none."""
    row = connection.execute(
        "SELECT value FROM voice WHERE user_id = ? AND name = ?", (user_id, name)
    ).fetchone()
    return {} if row is None else load_object(row["value"])


def write(connection: sqlite3.Connection, user_id: str, name: str, value: Mapping[str, Any]) -> None:
    """Set one row."""
    connection.execute(
        "INSERT OR REPLACE INTO voice (user_id, name, value) VALUES (?, ?, ?)", (user_id, name, dump(value))
    )


def _base(connection: sqlite3.Connection, user_id: str) -> tuple[str, float]:
    row = read(connection, user_id, RAPPORT)
    until, value = row.get("until"), row.get("value")
    if isinstance(until, str) and isinstance(value, int | float):
        return until, float(value)
    return "", 0.0


def _place(session: Session) -> str:
    return f"in:{session.workspace}"


def _count(row: Mapping[str, Any], name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) and value > 0 else 0
