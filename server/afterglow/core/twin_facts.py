"""What of a turn is put before the idle-time model by the first consent alone: kinds, counts, tags.

Invariant: pure. Only names of this program's own tables, numbers, tags and the ids of lines that ship with
it; no label, no path, no text of anybody. Reads as JSON.
"""

from __future__ import annotations

from typing import Final

from attrs import asdict

from afterglow.core.model import Event, Json, Turn
from afterglow.core.returns import Return

COUNTS: Final = ("passed", "failed", "skipped", "errors", "total", "warnings", "commits", "files", "idleMs")
"""The numbers of an event's data that may leave."""


def facts_of(
    turn: Turn, event: Event | None, *, said: bool, returned: Return | None = None
) -> dict[str, Json]:
    """The facts of a turn; what does not apply is left out.

    ``kind``: of its event, or ``say`` or ``next`` where somebody asked. ``source``, ``line``, ``level``,
    ``warmth``: of what was told; ``line`` is the id of a bank's line. ``said``: whether somebody wrote.
    """
    made, token, spoken = turn.classification, turn.token, turn.spoken
    found: dict[str, Json] = {
        "kind": event.kind if event is not None else "say" if said else "next",
        "label": made.label,
        "confidence": round(made.confidence, 3),
        "glow": round(made.glow_score, 3),
        "tags": list(made.tags),
        "register": asdict(made.register),
        "told": token is not None,
    }
    if event is not None:
        counts = {name: number for name in COUNTS if (number := event.number(name)) is not None}
        took = None if event.duration_ms is None else round(event.duration_ms)
        found |= {"status": event.status, "job": event.job, "duration_ms": took, "counts": counts or None}
    if token is not None:
        found |= {
            "source": token.source,
            "category": token.category,
            "level": token.level,
            "warmth": token.warmth,
            "news": token.news is not None,
            "entry": token.entry_id,
        }
    if spoken is not None:
        found |= {"sort": spoken.kind, "origin": spoken.origin, "line": spoken.line}
    if returned is not None:
        found["returned"] = {"nth": returned.nth, "gap_ms": returned.gap_ms}
    return {name: value for name, value in found.items() if value is not None}
