"""What a turn leaves behind beside its record: charges, counts, what was told to whom.

Invariant: written in the transaction that shows the line, so that no window counts it twice.
"""

from __future__ import annotations

import sqlite3

from attrs import evolve

from afterglow.core.model import Moment, Turn
from afterglow.store import limits, turn_clock, voice


def write_spoken(connection: sqlite3.Connection, turn: Turn, moment: Moment, user_id: str) -> None:
    """Count a turn, and the line that it showed."""
    if not turn.reached_t5:
        return
    session, now = moment.session, moment.now
    day = voice.day_of(now, moment.zone)
    turn_clock.tick(connection, session.workspace, now)
    voice.count_day(connection, user_id, day, "turns")
    token, spoken = turn.token, turn.spoken
    if token is None:
        return
    voice.count_day(connection, user_id, day, "shown")
    if spoken is None:
        return
    if spoken.line is not None:
        voice.tell(connection, user_id, spoken.line, now)
    if spoken.unasked:
        limits.charge(
            connection,
            token.id,
            user_id,
            session.id,
            now,
            joke=spoken.kind == "joke",
            proactive=spoken.proactive,
        )
    here = voice.here(connection, user_id, session)
    if spoken.kind == "compliment":
        voice.set_here(connection, user_id, session, evolve(here, compliments=here.compliments + 1))
    elif spoken.origin == "recipe":
        voice.set_here(connection, user_id, session, evolve(here, recipe_lines=here.recipe_lines + 1))
    if spoken.kind == "fixed":
        voice.count(connection, user_id, voice.FIXED)
    if token.source == "gift":
        voice.count(connection, user_id, voice.GIFTS)
