"""What a turn leaves behind beside its record: charges, counts, what was told to whom, work for idle time.

Invariant: written in the transaction that shows the line, so that no window counts it twice. Only then is
the turn put before the idle-time model (spec T13), and only with consent.
"""

from __future__ import annotations

import sqlite3

from attrs import evolve

from afterglow.core.classify import read_text
from afterglow.core.model import Event, Moment, Turn
from afterglow.core.settings import Settings
from afterglow.store import limits, reviews, turn_clock, twin, voice

GOODBYE = "goodbye"


def write_spoken(
    connection: sqlite3.Connection,
    turn: Turn,
    moment: Moment,
    settings: Settings,
    *,
    event: Event | None = None,
    said: str | None = None,
) -> Turn:
    """Count a turn, and the line that it showed; put it before the idle-time model where that is wanted.

    ``event``: what it is about; ``said``: what somebody wrote. The turn, with the row that it was put in.
    """
    if not turn.reached_t5:
        return turn
    session, now, user_id = moment.session, moment.now, settings.user_id
    turn_clock.tick(connection, session.workspace, now)
    voice.count_day(connection, user_id, voice.day_of(now, moment.zone), "turns")
    if turn.token is not None:
        _write_shown(connection, turn, moment, user_id)
    if not settings.enrichment_enabled:
        return turn
    return _put(connection, turn, moment, settings, event, said)


def _write_shown(connection: sqlite3.Connection, turn: Turn, moment: Moment, user_id: str) -> None:
    session, now = moment.session, moment.now
    token, spoken = turn.token, turn.spoken
    voice.count_day(connection, user_id, voice.day_of(now, moment.zone), "shown")
    if token is None or spoken is None:
        return
    if spoken.line is not None:
        voice.tell(connection, user_id, spoken.line, now)
        if spoken.stale:
            reviews.flag(connection, user_id, spoken.line, now)
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


def _put(
    connection: sqlite3.Connection,
    turn: Turn,
    moment: Moment,
    settings: Settings,
    event: Event | None,
    said: str | None,
) -> Turn:
    # Nothing of a loss is stored or sent, not even that there was one.
    if said is not None and read_text(said).grief:
        return turn
    workspace = moment.session.workspace
    seq = twin.put(
        connection,
        turn=turn,
        moment=moment,
        user_id=settings.user_id,
        event=event,
        # The clock has counted this turn already.
        number=turn_clock.read(connection, workspace).here - 1,
        settings=settings,
        said=_shared(said, settings),
        asked_with_words=said is not None,
        now=moment.now,
    )
    leaves = said is not None and turn.classification.label == GOODBYE
    if seq is not None or leaves:
        occasion: twin.Occasion = "close" if leaves else "turn"
        twin.plan(connection, settings, now=moment.now, occasion=occasion, workspace=workspace)
    return evolve(turn, put=seq)


def _shared(said: str | None, settings: Settings) -> str | None:
    """The harmless words of what was said, by the second consent; without it nothing is looked at."""
    if said is None or not settings.enrichment_share_text:
        return None
    # Most people never share a text: what knows the harmless words need not be read for them.
    from afterglow.core.redact import words_only  # noqa: PLC0415 - see above

    return words_only(said, (settings.user_name,) if settings.user_name else ())
