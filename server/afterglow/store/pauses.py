"""Why no call to the model's service is made for a while, shared by all windows and workers of a user.

Invariant: a pause is about one key at one address (its print, never the key itself) and belongs to one
scope: ``service`` (too many calls, overloaded, out of reach), ``key`` (refused; until another one is set) or
``answers`` (three in a row were of no use). One that has an end lasts at most a day from any present: a clock
that was set back after it began moves it along. A clock set forward ends it early, at the price of one call.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, tzinfo
from typing import Final, Literal, cast

from attrs import frozen

from afterglow.core.local_time import Clock, local
from afterglow.core.twin import Outcome, Reply

Scope = Literal["service", "key", "answers"]

MINUTE_MS: Final = 60 * 1_000
HOUR_MS: Final = 60 * MINUTE_MS
DAY_MS: Final = 24 * HOUR_MS
MOST_BAD: Final = 3
"""So many answers of no use in a row, and it is left alone for an hour."""
LONG_MS: Final = 10 * MINUTE_MS
"""A shorter rest is over before anybody has wondered about it."""
KEPT_MS: Final = 30 * DAY_MS

_SCOPES: Final[Mapping[Outcome, Scope]] = {
    "rate_limited": "service",
    "overloaded": "service",
    "server_error": "service",
    "unreachable": "service",
    "timeout": "service",
    "redirected": "service",
    "refused_key": "key",
    "bad_request": "answers",
    "too_big": "answers",
    "cut_off": "answers",
    "refusal": "answers",
    "bad_answer": "answers",
}
_WORKED: Final = "worked"
"""The scope of the row that remembers when a key last worked: what another one met before is old news."""
_TOLD: Final[Mapping[str, str]] = {
    "rate_limited": "Enrichment rests until {until}: the service asks for fewer calls",
    "overloaded": "Enrichment rests until {until}: the service has more to do than it can",
    "refused_key": "Enrichment is off: the key was refused; set another in ANTHROPIC_API_KEY",
    "bad_request": "Enrichment rests until {until}: the service does not take the request; look at"
    " enrichment.model and enrichment.baseUrl",
}
_BAD_ANSWERS: Final = "Enrichment rests until {until}: three answers in a row were of no use"


@frozen
class Pause:
    """``until``: ms since the epoch, None until the key changes. ``reason``: an ``Outcome``."""

    until: int | None
    reason: str
    scope: str


def note(connection: sqlite3.Connection, reply: Reply, key_print: str, now: int) -> Pause | None:
    """Take account of how a call ended; the pause that begins with it, if one does.

    A reply that turns out to be of no use when it is read is noted as ``bad_answer``, and only as that.
    """
    if reply.outcome == "ok":
        _worked(connection, key_print, now)
        return None
    scope = _SCOPES.get(reply.outcome)
    if scope is None:
        return None
    row = connection.execute("SELECT count FROM pauses WHERE scope = ?", (f"{scope}:{key_print}",)).fetchone()
    count = 1 + (0 if row is None else max(0, int(row["count"])))
    until = _until(scope, reply, key_print, count, now)
    _write(connection, scope, until, reply.outcome, key_print, count, now)
    return None if until is not None and until <= now else Pause(until, reply.outcome, scope)


def standing(connection: sqlite3.Connection, key_print: str, now: int) -> Pause | None:
    """The pause that keeps this key from being used, the longest of several; None: a call may be made."""
    rows = connection.execute(
        "SELECT scope, until, reason, at FROM pauses WHERE key_print = ? AND scope NOT LIKE ?",
        (key_print, f"{_WORKED}:%"),
    ).fetchall()
    found = [pause for pause in (_read(connection, row, now) for row in rows) if pause is not None]
    return max(found, key=_end, default=None)


def told(
    connection: sqlite3.Connection, now: int, zone: tzinfo | None = None, key_print: str | None = None
) -> str | None:
    """One line while a pause stands that the user should know of; None for what passes by itself or soon.

    ``zone``: whose time to name, this machine's without it. ``key_print``: only of this key; without it,
    what was noted before some key last worked is left out.
    """
    row = connection.execute("SELECT max(at) FROM pauses WHERE scope LIKE ?", (f"{_WORKED}:%",)).fetchone()
    since = -1 if row[0] is None or key_print is not None else int(row[0])
    rows = connection.execute(
        "SELECT scope, until, reason, at FROM pauses WHERE at >= ? AND scope NOT LIKE ?"
        " AND key_print = coalesce(?, key_print)",
        (since, f"{_WORKED}:%", key_print),
    ).fetchall()
    long = [row for row in rows if row["until"] is None or row["until"] - row["at"] >= LONG_MS]
    found = [pause for pause in (_read(connection, row, now) for row in long) if pause is not None]
    worth = [pause for pause in found if pause.scope != "service" or pause.reason in _TOLD]
    if not worth:
        return None
    pause = max(worth, key=_end)
    line = _TOLD.get(pause.reason, _BAD_ANSWERS)
    return line.format(until=_time(pause.until or now, now, zone))


def _worked(connection: sqlite3.Connection, key_print: str, now: int) -> None:
    connection.execute(
        "DELETE FROM pauses WHERE key_print = ? OR (until IS NOT NULL AND at < ?)", (key_print, now - KEPT_MS)
    )
    _write(connection, _WORKED, now, _WORKED, key_print, 0, now)


def _write(
    connection: sqlite3.Connection,
    scope: str,
    until: int | None,
    reason: str,
    key_print: str,
    count: int,
    now: int,
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO pauses (scope, until, reason, key_print, count, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (f"{scope}:{key_print}", until, reason, key_print, count, now),
    )


def _until(scope: Scope, reply: Reply, key_print: str, count: int, now: int) -> int | None:
    if scope == "key":
        return None
    if scope == "answers":
        return now + HOUR_MS if count >= MOST_BAD else now
    asked = min(max(0, reply.retry_after_ms or 0), DAY_MS)
    return now + max(asked, _backoff(key_print, count, now))


def _backoff(key_print: str, count: int, now: int) -> int:
    """1 min, 2, 4 ... to an hour, each up to a quarter shorter so that machines do not come back as one."""
    whole = min(HOUR_MS, MINUTE_MS << min(count - 1, 6))
    chance = hashlib.sha256(f"{key_print}:{count}:{now}".encode()).digest()[0]
    return whole - whole * chance // 1_024


def _read(connection: sqlite3.Connection, row: sqlite3.Row, now: int) -> Pause | None:
    """The pause of a row if it stands at ``now``; one from a future that was set right is moved to here."""
    scope, until, at = str(row["scope"]), row["until"], int(row["at"])
    if until is None:
        return Pause(None, row["reason"], _kind(scope))
    if until - now > DAY_MS:
        until = now + min(max(0, until - at), DAY_MS)
        # Who only reads sees it move along until somebody who may write has looked.
        with suppress(sqlite3.OperationalError):
            connection.execute("UPDATE pauses SET until = ?, at = ? WHERE scope = ?", (until, now, scope))
    return Pause(until, row["reason"], _kind(scope)) if until > now else None


def _kind(scope: str) -> Scope:
    return cast("Scope", scope.partition(":")[0])


def _end(pause: Pause) -> float:
    return float("inf") if pause.until is None else pause.until


def _time(at: int, now: int, zone: tzinfo | None) -> str:
    zone = zone or datetime.fromtimestamp(now / 1_000, UTC).astimezone().tzinfo or UTC
    clock = Clock(now, zone)
    return (
        clock.time(at) if local(at, zone).date() == local(now, zone).date() else f"tomorrow, {clock.time(at)}"
    )
