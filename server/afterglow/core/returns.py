"""The nth return to a topic and how long it was left (spec S8a), from changes of topic on record.

Invariant: pure, and nothing is guessed: a topic that is not known to have been left has no return, and a
gap whose beginning is not on record is not told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from attrs import frozen

from afterglow.core import words

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_IN_WORDS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")


@frozen
class Change:
    """One recorded ``topic.change``. ``at``: ms since the epoch; ``before``: what was left."""

    event_id: str
    at: int
    before: str | None
    after: str | None


@frozen
class Return:
    """``nth``: 1 for the first return. ``gap_ms``: from when the topic was last left until ``at``, None
    where that is not on record. ``event_id``: of the change that is the return."""

    topic: str
    nth: int
    gap_ms: int | None
    event_id: str
    at: int


def newest_return(changes: Iterable[Change]) -> Return | None:
    """The return that the newest change is, None where it is none. ``changes``: oldest first."""
    known = list(changes)
    if not known or known[-1].after is None:
        return None
    newest, topic = known[-1], known[-1].after
    visited, left_at, nth = False, None, 0
    for change in known:
        if change.before == topic:
            visited, left_at = True, change.at
        if change.after == topic:
            if visited:
                nth += 1
            gap = None if left_at is None or left_at >= change.at else change.at - left_at
            visited, left_at = True, None
    return Return(topic, nth, gap, newest.event_id, newest.at) if nth else None


def nth_words(nth: int) -> str:
    """``first`` to ``ninth``, then ``10th``."""
    return _IN_WORDS[nth - 1] if 0 < nth <= len(_IN_WORDS) else words.ordinal(nth)


def gap_words(gap_ms: int | None) -> str | None:
    """``40 min``, ``5 h``, ``9 days``; None under a minute, or where it is not known."""
    if gap_ms is None or gap_ms < _MINUTE_MS:
        return None
    # From three hours on nobody counts the minutes.
    return words.duration(gap_ms if gap_ms < 3 * _HOUR_MS else round(gap_ms / _HOUR_MS) * _HOUR_MS)
