"""What the store knows when nobody is there: what may be started, what is queued for it, what it cost.

Invariant: every function runs on the store's thread, in the transaction at hand. Not imported at start: most
windows never have consent for what this is about.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import Final

from attrs import frozen

from afterglow.core.effects import TwinSeen
from afterglow.core.idling import Facts, may_start
from afterglow.core.settings import Settings
from afterglow.loop.idling import Occasion, View
from afterglow.loop.worker_child import Able
from afterglow.store import choices, jobs, lately, ledger, pauses, sessions, spend_clock, twin

TYPES: Final = ("collect", "turns", "review")
"""The jobs that the model's process does."""


@frozen
class Known:
    """What the window knows besides. ``kept``: whether the records are on the disk. ``steady_ms``: for
    how long nobody has set the wall clock. ``held``: until when it starts nothing (ms). ``since``: pauses
    from before may be about another key."""

    able: Able
    kept: bool
    steady_ms: int
    held: int | None
    since: int


def plan(connection: Connection, settings: Settings, now: int, occasion: Occasion) -> None:
    """Queue what the schedule says is due on such an occasion; in mode off nothing."""
    if (choices.read_mode(connection) or settings.mode) != "off":
        twin.plan(connection, settings, now=now, occasion=occasion)


def last_sign(connection: Connection, now: int) -> int | None:
    """When somebody was last active in whatever window (ms)."""
    return lately.last_sign(connection, now)


def figures(connection: Connection, view: View, now: int) -> TwinSeen:
    """What was spent today, and the line that the user should know of."""
    spent = ledger.spent(connection, spend_clock.instant(), view.zone)
    told = pauses.told(connection, now, view.zone) if view.settings.enrichment_enabled else None
    return TwinSeen(spent.tokens, spent.micros, spent.calls, told)


def decide(connection: Connection, view: View, now: int, known: Known) -> Facts:
    """What speaks for and against a start; where nothing speaks against it, the start is this window's."""
    facts = _facts(connection, view, now, known)
    if may_start(facts) is None:
        lately.claim(connection, now)
    return facts


def _facts(connection: Connection, view: View, now: int, known: Known) -> Facts:
    settings, able = view.settings, known.able
    sign = lately.last_sign(connection, now)
    claimed = lately.claimed_until(connection, now)
    waits = [until for until in (claimed, known.held) if until is not None and until > now]
    spent, caps = ledger.spent(connection, spend_clock.instant(), view.zone), ledger.caps_of(settings)
    return Facts(
        now=now,
        enabled=settings.enrichment_enabled,
        trusted=settings.trust == "full",
        on=view.on and (choices.read_mode(connection) or settings.mode) != "off",
        kept=known.kept,
        installed=able.installed,
        key=able.key,
        idle_ms=settings.idle_seconds * 1000,
        quiet_ms=view.quiet_ms,
        still_ms=None if sign is None else now - sign,
        steady_ms=known.steady_ms,
        others=sessions.open_windows(connection) > 1,
        due=jobs.due(connection, now, TYPES, user_id=settings.user_id),
        next_due=jobs.next_due(connection, now, TYPES, user_id=settings.user_id),
        busy_until=jobs.held(connection, now),
        paused_until=lately.paused_until(connection, now, max(known.since, able.key_at)),
        spent=spent.calls >= caps.calls or spent.tokens >= caps.tokens or spent.micros >= caps.micros,
        claimed_until=max(waits, default=None),
    )
