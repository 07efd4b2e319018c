"""Which of the lines that a model prepared may be said on this turn.

Invariant: pure; a line that its keeper deleted is never said, and none is said twice by two ways.
"""

from __future__ import annotations

from typing import Final

from afterglow.core import queue_rules
from afterglow.core.stock import Stock
from afterglow.core.voice import Voice
from afterglow.core.wish import Wish

PREPARED: Final = "llm_generated"
"""The source of such lines in the queue."""
ID_PREFIX: Final = "made-"
"""With this the id of a line begins that is kept in the learned bank, too: the ``source_id`` of the entry."""


def unsayable(entry: queue_rules.Entry, wish: Wish, voice: Voice, stock: Stock) -> str | None:
    """Why a waiting line that a model prepared may not be said, None where it may, or is none of those."""
    if entry.source != PREPARED:
        return None
    kept = entry.source_id or ""
    if kept.startswith(ID_PREFIX):
        if kept not in stock.by_id:
            return "its line is no longer kept"
        if kept in voice.used or kept in voice.told:
            return "told already, from the banks"
    # Whoever asks for any line takes any; an answer, and what comes unasked, are about the matter at hand.
    if wish.asked != "next" and entry.tags and not set(entry.tags) & set(wish.tags):
        return "about something else"
    return None
