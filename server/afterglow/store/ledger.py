"""What the model's help costs: one row a call, written before it, and no call beyond the day's caps.

A call is reserved at the most that it can cost, in the transaction that adds up the day, and settled at
what it did cost. The day is the local one on ``spend_clock``; the sum spans all users, windows and
workspaces of the data folder, so that a cap is a cap. Each zone's day begins at its own midnight.
Invariant: the sum of a day, everything reserved counted in full, never exceeds a cap by a reservation; a
process that is killed at any moment leaves at most too much in the sum, never too little; a settled row
never changes again.
"""

from __future__ import annotations

import sqlite3
from datetime import tzinfo
from typing import Final

from attrs import frozen

from afterglow.core.local_time import Clock
from afterglow.core.prices import MILLION, Estimate, answer_tokens, prompt_tokens
from afterglow.core.settings import Settings
from afterglow.core.twin import Outcome, Usage
from afterglow.store import spend_clock
from afterglow.store.rows import new_id
from afterglow.store.spend_clock import Instant

__all__ = ["Call", "Caps", "Estimate", "Refused", "Spent"]

HOUR_MS: Final = 60 * 60 * 1000
DAY_MS: Final = 24 * HOUR_MS
UNDER_WAY_MS: Final = 3 * 60 * 1000
"""A call takes at most 30 s; one without an end after this never came back."""
KEPT_MS: Final = 90 * DAY_MS
_MOST: Final = 10**13
_RESERVED: Final = "reserved"

# What a row counts as. A settled row at what it cost, any other at what was set aside for it.
_TOKENS: Final = f"CASE state WHEN '{_RESERVED}' THEN reserved_tokens ELSE input_tokens + output_tokens END"
_MICROS: Final = f"CASE state WHEN '{_RESERVED}' THEN reserved_micros ELSE micros END"


@frozen
class Caps:
    """The most of a day. Where one of them is 0, no call is made."""

    tokens: int
    micros: int
    calls: int


@frozen
class Spent:
    """Of today; what was reserved and not settled counts in full."""

    tokens: int = 0
    micros: int = 0
    calls: int = 0

    @property
    def usd(self) -> float:
        return self.micros / MILLION


@frozen
class Refused:
    """No room. ``reason``: one line. ``again_at``: ms on the wall clock, when the next day begins; None
    where no day has room for such a call."""

    reason: str
    again_at: int | None


@frozen
class Call:
    """One row, as it is told. ``tokens``, ``micros``: what it counts as. ``in_full``: it was never told
    what it cost, so what was reserved counts. ``outcome``: None before its end, and for ever where its
    process died. ``at``, ``settled_at``: ms on the wall clock."""

    id: str
    at: int
    user_id: str
    purpose: str
    model: str
    host: str
    job_id: str | None
    tokens: int
    micros: int
    in_full: bool
    outcome: str | None
    batch_id: str | None
    settled_at: int | None

    def lost(self, now: int) -> bool:
        """Whether it never came back: no end, no batch, and longer ago than a call takes."""
        return self.outcome is None and self.batch_id is None and abs(now - self.at) > UNDER_WAY_MS

    @property
    def usd(self) -> float:
        return self.micros / MILLION


def caps_of(settings: Settings) -> Caps:
    """The caps that the user set."""
    return Caps(
        settings.enrichment_daily_tokens,
        round(settings.enrichment_daily_usd * MILLION),
        settings.enrichment_daily_calls,
    )


def reserve(
    connection: sqlite3.Connection,
    caps: Caps,
    estimate: Estimate,
    *,
    user_id: str,
    purpose: str,
    model: str,
    host: str,
    job_id: str | None,
    at: Instant,
    zone: tzinfo,
) -> str | Refused:
    """Set aside what a call can cost at most; its id, or why there is no room for it.

    ``zone``: whose midnight begins the day. In the caller's transaction, which must be committed before
    the call is made. ``host``: a name and a port, never an address with a user in it.
    """
    tokens, micros = _whole(estimate.tokens), _whole(estimate.micros)
    effective = spend_clock.advance(connection, at)
    begin, end = day_of(effective, zone)
    spent = _sum(connection, begin)
    for name, cap, used, wanted in (
        ("dailyCalls", caps.calls, spent.calls, 1),
        ("dailyTokens", caps.tokens, spent.tokens, tokens),
        ("dailyUsd", caps.micros, spent.micros, micros),
    ):
        if cap <= 0:
            return Refused(f"enrichment.{name} is 0: no call is made", None)
        if wanted > cap:
            return Refused(f"one call may take more than enrichment.{name} allows for a day", None)
        if used + wanted > cap:
            return Refused(f"enrichment.{name} has no room for another call today", at.wall + end - effective)
    call_id = new_id(max(0, at.wall))
    connection.execute(
        "INSERT INTO ledger (id, user_id, purpose, model, host, job_id, at, spend_at, state,"
        " reserved_tokens, reserved_micros) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(call_id, user_id, purpose, model, host, job_id, at.wall, effective),
            *(_RESERVED, tokens, micros),
        ),
    )
    return call_id


def settle(
    connection: sqlite3.Connection,
    call_id: str,
    *,
    usage: Usage | None,
    micros: int,
    outcome: Outcome,
    now: int,
    may_have_cost: bool,
    batch_id: str | None = None,
) -> None:
    """Write down how a call ended. ``micros``: what ``usage`` costs.

    Without ``usage`` a call that may have cost something goes on counting as reserved, and can still be
    settled; one that cannot have counts as a call of no tokens. A settled row, and one that is gone, stay
    as they are.
    """
    told = usage is not None or not may_have_cost
    connection.execute(
        "UPDATE ledger SET state = ?, input_tokens = ?, output_tokens = ?, micros = ?, outcome = ?,"
        f" batch_id = coalesce(?, batch_id), settled_at = ? WHERE id = ? AND state = '{_RESERVED}'",
        (
            "settled" if told else _RESERVED,
            prompt_tokens(usage) if usage is not None else 0,
            answer_tokens(usage) if usage is not None else 0,
            _whole(micros) if usage is not None else 0,
            *(outcome, batch_id, now, call_id),
        ),
    )


def handed_in(connection: sqlite3.Connection, call_id: str, batch_id: str) -> None:
    """Note which batch a call handed in; it counts as reserved until its results are settled."""
    connection.execute("UPDATE ledger SET batch_id = ? WHERE id = ?", (batch_id, call_id))


def spent(connection: sqlite3.Connection, at: Instant, zone: tzinfo) -> Spent:
    """What counts for today; looks only."""
    return _sum(connection, day_of(spend_clock.read(connection, at), zone)[0])


def resets_at(connection: sqlite3.Connection, at: Instant, zone: tzinfo) -> int:
    """When the next day begins, in ms on the wall clock."""
    effective = spend_clock.read(connection, at)
    return at.wall + day_of(effective, zone)[1] - effective


def calls(connection: sqlite3.Connection, limit: int = 50, since: int | None = None) -> tuple[Call, ...]:
    """The newest calls, newest first. ``since``: ms on the spend clock; None: of all that are kept."""
    rows = connection.execute(
        f"SELECT id, at, user_id, purpose, model, host, job_id, {_TOKENS} AS tokens, {_MICROS} AS micros,"
        f" state = '{_RESERVED}' AS in_full, outcome, batch_id, settled_at"
        " FROM ledger WHERE spend_at >= ? ORDER BY seq DESC LIMIT ?",
        (-_MOST if since is None else since, limit),
    )
    return tuple(
        Call(
            *(row["id"], row["at"], row["user_id"], row["purpose"], row["model"], row["host"]),
            *(row["job_id"], row["tokens"], row["micros"], bool(row["in_full"])),
            *(row["outcome"], row["batch_id"], row["settled_at"]),
        )
        for row in rows
    )


def purge(connection: sqlite3.Connection, before: int) -> int:
    """Delete what was reserved before a time (ms); the number of rows.

    By the spend clock, and never anything of its last two days, whatever time it is said to be: a wall
    clock that was set forward must not wipe what was spent today.
    """
    last = spend_clock.reached(connection)
    if last is None:
        return 0
    oldest = min(before, last - 2 * DAY_MS)
    return connection.execute("DELETE FROM ledger WHERE spend_at < ?", (oldest,)).rowcount


def day_of(effective: int, zone: tzinfo) -> tuple[int, int]:
    """Begin and end of the local day, in ms. A day of 23 or 25 hours is one."""
    begin = Clock(effective, zone).midnight()
    return begin, Clock(begin + 26 * HOUR_MS, zone).midnight()


def _sum(connection: sqlite3.Connection, begin: int) -> Spent:
    row = connection.execute(
        f"SELECT coalesce(sum({_TOKENS}), 0), coalesce(sum({_MICROS}), 0), count(*)"
        " FROM ledger WHERE spend_at >= ?",
        (begin,),
    ).fetchone()
    return Spent(int(row[0]), int(row[1]), int(row[2]))


def _whole(value: int) -> int:
    """What SQLite can add up without end."""
    return min(max(0, value), _MOST)
