"""The token of a turn that speaks. Invariant: news first, and every claim carries its event."""

from __future__ import annotations

from afterglow.core.model import Classification, Event, Moment, WarmToken
from afterglow.core.setting_table import Settings
from afterglow.core.sieve import compose
from afterglow.core.wish import Picked

NEWS: str = "news"


def token_of(
    moment: Moment,
    settings: Settings,
    classified: Classification,
    line: str | None,
    picked: Picked | None,
    *,
    category: str | None,
    event: Event | None,
    reminder: Picked | None = None,
    banter: str | None = None,
) -> WarmToken:
    """``line``: the news. ``banter``: the warm part as it is shown, where it is more than ``picked``'s text.

    ``reminder``: the entry that ``line`` was made from, for a reminder. ``latency_ms`` is 0.
    """
    said = banter if banter is not None else picked.text if picked is not None else None
    by = picked if picked is not None else reminder
    return WarmToken(
        id=moment.token_id,
        response=compose(line, said),
        news=line,
        banter=said,
        source=by.source if by is not None else NEWS,
        entry_id=by.entry_id if by is not None else None,
        category=category,
        level=by.level if by is not None else 1,
        warmth=by.warmth if by is not None else 1,
        confidence=by.confidence if by is not None else 1.0,
        glow_score=classified.glow_score,
        register=classified.register,
        tags=classified.tags,
        latency_ms=0.0,
        session_id=moment.session.id,
        turn=moment.session.turn + 1,
        created_at=moment.now,
        ttl_ms=settings.token_ttl_ms,
        event=None if event is None else (event.id, event.kind, event.label),
        anchor=None if event is None else event.anchor,
        by_model=picked is not None and picked.by_model,
    )
