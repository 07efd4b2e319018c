"""A line that somebody asks for: ``next`` and ``say``, from a window or from the command line.

Invariant: one transaction from the gates to the shown mark, as for every turn. What was said is kept
nowhere: only its label, its tags and how it was written; with ``enrichment.shareText`` also its harmless
words (``core.redact.words_only``), until the idle-time model has graded the turn.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import tzinfo

from attrs import evolve, field, frozen

from afterglow.core import asked
from afterglow.core.bank import Banks, words_of
from afterglow.core.model import Facts, Turn
from afterglow.core.settings import Settings
from afterglow.core.stock import Stock, stock_of
from afterglow.core.window import WindowState
from afterglow.loop.clock import Clock
from afterglow.loop.record import turn_record
from afterglow.loop.records import StoreRecords
from afterglow.loop.setting import GitKnowledge, Setting, nowhere
from afterglow.loop.spoken import write_spoken
from afterglow.loop.turning import moment_of
from afterglow.store import turns, voice


@frozen
class Asking:
    """Who asks, where. ``window``: an id, of a window or of a command. ``stock`` is called on the store's
    thread; where it is not given it is made of ``banks``."""

    workspace: str
    window: str
    settings: Settings
    zone: tzinfo
    clock: Clock
    banks: Banks = field(factory=Banks)
    state: WindowState = field(factory=WindowState)
    git: GitKnowledge = field(factory=GitKnowledge)
    head: Callable[[str], str | None] = nowhere
    stock: Callable[[], Stock] | None = None


def answer(connection: sqlite3.Connection, text: str | None, asking: Asking) -> Turn:
    """Decide and write the turn for ``text`` (None: ``next``), in the transaction at hand."""
    began, now = asking.clock.fine(), asking.clock.wall()
    settings, user = asking.settings, asking.settings.user_id
    stock = asking.stock() if asking.stock is not None else stock_of(asking.banks)
    setting = Setting(
        asking.window, asking.state, settings, asking.zone, {asking.workspace: asking.git}, asking.clock
    )
    moment = moment_of(connection, asking.workspace, None, Facts(), asking.git, setting, now)
    said = words_of(text) if text is not None else ()
    records = StoreRecords(connection, moment, None, settings, stock, asking.head, said)
    turn, exchanges = asked.answer(moment, text, settings, records, stock)
    if turn.token is not None:
        turn = evolve(turn, token=evolve(turn.token, latency_ms=round(asking.clock.fine() - began, 3)))
    turns.settle_asked(connection, turn, moment.session, asking.window, now, turn_record(turn, None))
    turn = write_spoken(connection, turn, moment, settings, said=text)
    if text is not None:
        here = voice.here(connection, user, moment.session)
        voice.set_here(connection, user, moment.session, evolve(here, exchanges=exchanges))
        voice.set_register(connection, user, turn.classification.register)
    return turn
