"""One turn inside the store's transaction: read the moment, decide, write it down.

Invariant: runs on the store's thread, touches no window state but the frozen copy it was given. Event,
claim, budget and shown mark are one transaction, committed before the token goes out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Final

from attrs import evolve

from afterglow.core.model import Event, Facts, Hazard, Moment, Turn
from afterglow.core.step import spokesman, step
from afterglow.core.stock import EMPTY
from afterglow.loop.record import turn_record
from afterglow.loop.records import StoreRecords
from afterglow.loop.setting import GitKnowledge, Setting
from afterglow.loop.spoken import write_spoken
from afterglow.store import facts, query, sessions, turns
from afterglow.store.rows import new_id

CONFLICT_MS: Final = 12 * 60 * 60 * 1000
"""A conflict that a client reported and never ended counts this long, and not for good."""


LONG_MS: Final = 60_000
"""A job that took longer is worth a word on the desktop, where that is asked for (spec A9)."""


def take_turn(connection: sqlite3.Connection, seqs: Sequence[int], setting: Setting) -> Turn | None:
    """Decide the turn of a burst and write it, in the transaction at hand. None if it is no longer ours."""
    began = setting.clock.fine()
    now = setting.clock.wall()
    burst = turns.owned(connection, setting.window, seqs)
    if not burst:
        return None
    git = setting.git.get(burst[0].workspace, GitKnowledge())
    known_facts: dict[int, Facts] = {
        event.seq: facts.facts_for(connection, event, git.known_since, git.commits_before) for event in burst
    }
    event = spokesman(burst, lambda candidate: known_facts[candidate.seq].history, setting.settings)
    moment = moment_of(connection, event.workspace, event, known_facts[event.seq], git, setting, now)
    stock = setting.stock() if setting.stock is not None else EMPTY
    records = StoreRecords(connection, moment, event, setting.settings, stock, setting.head)
    turn = step(moment, event, burst, setting.settings, records, stock)
    if turn.token is not None:
        turn = evolve(turn, token=evolve(turn.token, latency_ms=round(setting.clock.fine() - began, 3)))
    turns.settle(
        connection,
        turn,
        burst,
        event,
        moment.session,
        setting.window,
        now,
        lambda decided: turn_record(decided, event),
    )
    return write_spoken(connection, turn, moment, setting.settings, event=event)


def missed(connection: sqlite3.Connection, turn: Turn, setting: Setting) -> bool:
    """Whether a line about a long job would be missed: asked for by setting, and no editor is in front."""
    if turn.token is None or turn.token.event is None or not setting.settings.display_desktop:
        return False
    told = query.event(connection, turn.token.event[0])
    long = told is not None and told.kind == "job.finished" and (told.duration_ms or 0) > LONG_MS
    return long and not setting.state.focused and not sessions.in_front(connection)


def moment_of(
    connection: sqlite3.Connection,
    workspace: str,
    event: Event | None,
    known: Facts,
    git: GitKnowledge,
    setting: Setting,
    now: int,
) -> Moment:
    """What the gates of a turn in this workspace look at; without an event a line was asked for."""
    settings, state = setting.settings, setting.state
    read = turns.know(connection, workspace, event, settings.mode, now, settings.session_gap_minutes * 60_000)
    unresolved = git.unresolved
    if read.conflict_since is not None and now - read.conflict_since < CONFLICT_MS and not unresolved:
        unresolved = ("conflict",)
    hazards = read.hazards
    if state.secret(now):
        hazards = (*hazards, Hazard("credential", max(state.secret_until, now + 1)))
    return Moment(
        now=now,
        zone=setting.zone,
        mode=read.mode,
        session=read.session,
        facts=known,
        dnd_until=read.dnd_until,
        red=read.red,
        unresolved=unresolved,
        hazards=hazards,
        exception_at=read.exception_at,
        error_surge=state.error_surge,
        newcomer=read.newcomer,
        token_id=new_id(now),
    )
