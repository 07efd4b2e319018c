"""What a turn asks of the store, inside the turn's transaction: the port ``core.voice.Records``.

Invariant: reads only, but for the one claim; nothing is asked before the turn's gates are open.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from functools import cached_property
from typing import Final

from afterglow.core import queue_rules
from afterglow.core.local_time import Clock, twelve_hour
from afterglow.core.model import Event, Moment
from afterglow.core.settings import Settings
from afterglow.core.stock import Stock
from afterglow.core.voice import Voice, Wanted
from afterglow.loop import recipes
from afterglow.loop.season_child import region_in_force
from afterglow.store import (
    earned,
    familiar,
    known,
    limits,
    predictions,
    previous,
    queue,
    seasonal,
    turn_clock,
    twin_domains,
    voice,
)
from afterglow.store.clearing import safe_text
from afterglow.store.queue import ClaimQuery

FAHRENHEIT: Final = frozenset({"en-US", "es-US", "en-LR", "en-BS", "en-KY", "en-PW"})
"""Locales whose people read degrees Fahrenheit."""


class StoreRecords:
    """The records of one turn in one workspace. ``event``: None for a line that was asked for."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        moment: Moment,
        event: Event | None,
        settings: Settings,
        stock: Stock,
        head: Callable[[str], str | None],
        said: tuple[str, ...] = (),
    ) -> None:
        self._connection, self._moment, self._event = connection, moment, event
        self._settings, self._stock, self._head, self._said = settings, stock, head, said
        self._user = settings.user_id

    @cached_property
    def _clock(self) -> Clock:
        return Clock(self._moment.now, self._moment.zone, twelve_hour(self._settings.locale))

    @cached_property
    def branch(self) -> str | None:
        """What HEAD of the workspace names now."""
        name = self._head(self._moment.session.workspace)
        return None if name is None else safe_text(name)

    def voice(self) -> Voice:
        """Everything that is known for the warm part, read at this instant."""
        connection, moment, event, user = self._connection, self._moment, self._event, self._user
        session = moment.session
        if event is not None:
            self._offer(event)
        weather = known.weather(connection, session.workspace, moment.now)
        here = voice.here(connection, user, session)
        opening = event is not None and event.kind == "session.open"
        slots = known.slots(
            connection,
            user_id=user,
            user_name=self._settings.user_name,
            workspace=session.workspace,
            now=moment.now,
            clock=self._clock,
            event=event,
            branch=self.branch,
            weather=weather,
            fahrenheit=(self._settings.locale or "").replace("_", "-").partition(".")[0] in FAHRENHEIT,
            session_id=session.id,
            exclude_paths=self._settings.exclude_paths,
        )
        reminder = {}
        if opening:
            told, _ = previous.reminder_slots(
                connection,
                user_id=user,
                workspace=session.workspace,
                session=session,
                now=moment.now,
                clock=self._clock,
                branch=self.branch,
                exclude_paths=self._settings.exclude_paths,
            )
            reminder = told
        return Voice(
            rapport=voice.rapport_now(connection, user),
            first_session=voice.first_session(connection),
            spent=limits.spent(connection, user, session.id, moment.now, self._clock.midnight()),
            used=voice.used(connection, session),
            told=voice.told(connection, user),
            prediction=predictions.newest(
                connection, user, session.workspace, turn_clock.read(connection, session.workspace).here
            ),
            register=voice.register(connection, user),
            warmths=voice.warmths(connection, session),
            compliments=here.compliments,
            recipe_lines=here.recipe_lines,
            successes=0
            if event is None
            else voice.successes(connection, session.workspace, moment.now, event.seq),
            gifts=voice.counted(connection, user, voice.GIFTS),
            fixed=voice.counted(connection, user, voice.FIXED),
            exchanges=here.exchanges,
            weather=weather,
            slots=slots,
            reminder=reminder,
            tags=self._under_way(slots.get("file")),
            branch=self.branch,
            away_ms=voice.away_ms(connection, session, moment.now) if opening else None,
            usual_end=voice.usual_end(connection, moment.now, moment.zone)
            if event is not None and event.kind == "push"
            else None,
            learned=twin_domains.learned(connection, user),
        )

    def claim(self, wanted: Wanted) -> queue_rules.Entry | None:
        """The best waiting line that the turn welcomes, from now on used."""
        query = ClaimQuery(
            user_id=self._user,
            now=self._moment.now,
            workspace=self._moment.session.workspace,
            tags=wanted.tags,
            category=wanted.category,
            max_level=wanted.max_level,
            max_warmth=wanted.max_warmth,
            order=self._settings.queue_order,
            accept=lambda entry: wanted.accept(entry) is None,
        )
        return queue.claim(self._connection, query)

    def _offer(self, event: Event) -> None:
        """What the day, the event and the session before have to say waits in the queue from now on."""
        connection, moment = self._connection, self._moment
        session, most = moment.session, self._settings.queue_max_rows
        seasonal.offer(
            connection,
            self._stock.banks,
            user_id=self._user,
            workspace=session.workspace,
            session_id=session.id,
            now=moment.now,
            zone=moment.zone,
            region=region_in_force(self._settings, os.environ),
            max_rows=most,
            seed=self._settings.seed,
        )
        if event.kind != "session.open":
            place = (session.workspace, session, event, moment.now, moment.zone)
            just_earned = earned.offer(earned.Here(connection, self._user, *place))
            if just_earned is not None:
                queue.add(connection, just_earned, moment.now, most)
            return
        reminded = self._settings.reminder_at_session_start
        for draft in previous.lines(
            connection, user_id=self._user, workspace=session.workspace, session=session, reminded=reminded
        ):
            queue.add(connection, draft, moment.now, most)
        known_here = familiar.line(
            connection,
            user_id=self._user,
            workspace=session.workspace,
            session=session,
            branch=self.branch,
            now=moment.now,
            zone=moment.zone,
            exclude_paths=self._settings.exclude_paths,
        )
        if known_here is not None:
            queue.add(connection, known_here, moment.now, most)

    def _under_way(self, file: str | None) -> tuple[str, ...]:
        """The tags of the recipes under way; lines of theirs that are due wait in the queue from now on."""
        moment = self._moment
        return recipes.advance(
            self._connection,
            self._stock.banks,
            user_id=self._user,
            workspace=moment.session.workspace,
            session_id=moment.session.id,
            settings=self._settings,
            event=self._event,
            branch=self.branch,
            file=file,
            said=self._said,
            now=moment.now,
        )
