"""What the user tells us: that a line was good, that another is wanted, what to remember for next time.

Invariant: each function runs in the write transaction at hand, and what it counts for the rapport is
counted on the user's local day. A line whose successor was asked for is counted once.
"""

from __future__ import annotations

import sqlite3
from datetime import tzinfo
from typing import Final

from afterglow.core.clean import one_line
from afterglow.core.local_time import parse_iso
from afterglow.core.model import Turn
from afterglow.core.settings import Settings
from afterglow.loop.asking import Asking, answer
from afterglow.store import notes, rapport, ratings, sessions, turns, voice

SHORTLY_MS: Final = 2 * 60 * 1000
"""Who asks for another line within this long after one has read that one."""


def next_line(connection: sqlite3.Connection, asking: Asking) -> Turn:
    """The turn for ``next``; the line shown shortly before it counts as one that made for more."""
    user, now = asking.settings.user_id, asking.clock.wall()
    before = turns.last_tokens(connection, 1, (asking.workspace,))
    turn = answer(connection, None, asking)
    if turn.token is not None and before:
        last = before[0]
        shown_at = parse_iso(str(last.get("createdAt")))
        if shown_at is not None and abs(now - shown_at) <= SHORTLY_MS:
            _engaged(connection, user, str(last.get("id")), "another", now, asking.zone)
    return turn


def hovered(connection: sqlite3.Connection, user_id: str, token_id: str, now: int, zone: tzinfo) -> None:
    """The hover of a line was opened. The caller says so once a line."""
    _engaged(connection, user_id, token_id, "hovered", now, zone)


def rate(
    connection: sqlite3.Connection, user_id: str, ref: str, score: int, now: int, zone: tzinfo
) -> ratings.Rated | None:
    """Note the stars (1 to 5) for a token or an entry; None where this user has no such line."""
    made = ratings.rate(connection, user_id, ref, score, now)
    if made is None:
        return None
    what: rapport.What | None = None
    if score >= rapport.WELL:
        what = "rated_well"
    elif score <= rapport.BADLY:
        what = "rated_badly"
    if what is not None:
        voice.count_day(connection, user_id, voice.day_of(now, zone), what)
    return made


def note(
    connection: sqlite3.Connection, settings: Settings, workspace: str, text: str, now: int
) -> notes.Note | None:
    """Keep a text for the next session here; None where nothing of it can be shown."""
    clean = one_line(text, notes.TEXT_COLUMNS)
    if not clean:
        return None
    gap = settings.session_gap_minutes * 60_000
    stay = sessions.latest(connection, workspace, now, gap)
    session = None if stay is None else stay.id
    return notes.write(connection, settings.user_id, workspace, session, "text", {"text": clean}, now)


def _engaged(
    connection: sqlite3.Connection,
    user_id: str,
    token_id: str,
    what: ratings.Engagement,
    now: int,
    zone: tzinfo,
) -> None:
    if ratings.engage(connection, user_id, token_id, what, now) is not None:
        voice.count_day(connection, user_id, voice.day_of(now, zone), what)
