"""One turn: an event and the moment it is looked at give a token, or none and the reason.

Invariant: pure. Same moment, event, burst and settings, same turn. The order of the stages in
``step`` is the specification's; a stage that finds a reason for silence ends the turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from afterglow.core.clean import columns, one_line
from afterglow.core.gates import closed_by, read_gates
from afterglow.core.kinds import KINDS
from afterglow.core.local_time import Clock, twelve_hour
from afterglow.core.model import Candidate, Classification, Event, Gate, Moment, Register, Turn, WarmToken
from afterglow.core.news import News, View, news
from afterglow.core.occasion import silent_because, spokesman
from afterglow.core.setting_table import Settings

__all__ = ["compose", "fits", "spokesman", "step"]

MAX_WORDS: Final = 25
MAX_COLUMNS: Final = 120


def step(moment: Moment, event: Event, burst: Sequence[Event], settings: Settings) -> Turn:
    """Decide one turn for ``event``, the spokesman of ``burst`` (which includes it).

    The token's ``latency_ms`` is 0; who runs the turn knows the clock and fills it in.
    """
    classified = classify(event)
    gates = read_gates(moment, event, settings)
    closed = closed_by(gates)
    if closed is not None:
        return _silence(closed.reason, classified, gates)
    reason = silent_because(event, moment.facts.history, settings)
    if reason is not None:
        return _silence(reason, classified, gates)
    clock = Clock(moment.now, moment.zone, twelve_hour(settings.locale))
    told = news(event, moment.facts, View(clock, moment.mode))
    if not isinstance(told, News):
        return _silence(told.reason, classified, gates, reached_t5=event.kind != "commit")
    candidate = Candidate(None, f"news:{told.rule_id}", 1.0)
    text = compose(told.text, None)
    if not fits(text):
        refused = Candidate(None, candidate.source, candidate.rank, "too long for one line")
        return _silence("no line fits", classified, gates, (refused,), reached_t5=True)
    token = _token(moment, event, settings, classified, told.text)
    return Turn(token, told.rule_id, classified, gates, (candidate,), reached_t5=True)


def classify(event: Event) -> Classification:
    """An event's label comes from its kind, with certainty."""
    kind = KINDS.get(event.kind)
    label = kind.label if kind is not None else "unknown"
    return Classification(label, 1.0, event.tags, 0.0, Register())


def compose(told: str | None, banter: str | None) -> str:
    """News first, then the warm part."""
    return ". ".join(part for part in (told, banter) if part)


def fits(text: str, most_words: int = MAX_WORDS) -> bool:
    """Whether a line may be shown as it is: its words, its columns, and clean."""
    return (
        len(text.split()) <= most_words
        and columns(text) <= MAX_COLUMNS
        and one_line(text, MAX_COLUMNS) == text
    )


def _token(
    moment: Moment, event: Event, settings: Settings, classified: Classification, told: str
) -> WarmToken:
    return WarmToken(
        id=moment.token_id,
        response=compose(told, None),
        news=told,
        banter=None,
        source="news",
        entry_id=None,
        category=KINDS[event.kind].category,
        level=1,
        warmth=1,
        confidence=1.0,
        glow_score=classified.glow_score,
        register=classified.register,
        tags=classified.tags,
        latency_ms=0.0,
        session_id=moment.session.id,
        turn=moment.session.turn + 1,
        created_at=moment.now,
        ttl_ms=settings.token_ttl_ms,
        event=(event.id, event.kind, event.label),
        anchor=event.anchor,
    )


def _silence(
    reason: str,
    classified: Classification,
    gates: tuple[Gate, ...],
    candidates: tuple[Candidate, ...] = (),
    *,
    reached_t5: bool = False,
) -> Turn:
    return Turn(None, reason, classified, gates, candidates, reached_t5)
