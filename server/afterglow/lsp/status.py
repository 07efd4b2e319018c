"""The object of ``afterglow/status``.

Invariant: pure; equal states give equal objects, so that only a change is sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from afterglow.core.effects import TwinSeen
from afterglow.core.local_time import format_iso
from afterglow.core.settings import Settings

MILLION: Final = 1_000_000


def status_of(
    settings: Settings, mode: str, problems: Sequence[str], twin: TwinSeen, dnd_until: int | None, now: int
) -> dict[str, Any]:
    """Health, mode and what is wrong, the gravest first. ``dnd_until`` and ``now``: ms since the epoch."""
    lines = [*problems, *([twin.told] if twin.told is not None else [])]
    return {
        "dndUntil": format_iso(dnd_until) if dnd_until is not None and dnd_until > now else None,
        "health": "degraded" if lines else "ok",
        "mode": mode,
        "message": lines[0] if lines else None,
        "problems": lines,
        "enrichment": {
            "enabled": settings.enrichment_enabled,
            "spentToday": {"tokens": twin.tokens, "usd": twin.micros / MILLION, "calls": twin.calls},
            "budget": {
                "tokens": settings.enrichment_daily_tokens,
                "usd": settings.enrichment_daily_usd,
                "calls": settings.enrichment_daily_calls,
            },
        },
    }
