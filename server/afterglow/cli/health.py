"""``afterglow status``: health, mode, and what was recorded and shown today."""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from typing import Any

from afterglow.cli import No, ledger, output, places
from afterglow.core import words
from afterglow.core.settings import Settings
from afterglow.loop.config import load
from afterglow.loop.record import iso
from afterglow.store import choices, query, turns
from afterglow.store.ledger import Spent, caps_of

_UNKNOWN: dict[str, Any] = dict.fromkeys(
    ("dnd_until", "events", "events_today", "sessions", "lines_shown", "lines_today", "last_line")
)


def status(options: argparse.Namespace) -> int:
    """Print it; a database that cannot be used is a state like any other and told, not an error."""
    if options.ledger:
        return ledger.put_ledger(options)
    loaded = load(places.home(), os.environ)
    problems = list(loaded.problems)
    mode: str = loaded.settings.mode
    figures, spent = dict(_UNKNOWN), Spent()
    try:
        chosen, figures = _figures()
        mode = chosen or mode
        today = ledger.budget(loaded.settings)
        spent = today.spent
        problems += [today.paused] if today.paused else []
    except No as error:
        problems.insert(0, f"nothing is kept or read back: {error}")
    made = {
        "health": "degraded" if problems else "ok",
        "mode": mode,
        "message": problems[0] if problems else None,
        "problems": problems,
        "enrichment": {
            "enabled": loaded.settings.enrichment_enabled,
            "spent_today": ledger.figures(spent),
            "budget": ledger.caps_json(loaded.settings),
        },
        **figures,
    }
    if options.json:
        output.put(made)
    else:
        _tell(made, _enrichment(loaded.settings, spent))
    return 0


def _enrichment(settings: Settings, spent: Spent) -> str | None:
    """None where nobody asked for it and nothing was spent: it is not offered here."""
    if not settings.enrichment_enabled and spent == Spent():
        return None
    consent = "on" if settings.enrichment_enabled else "off"
    return f"{consent}; {ledger.against(spent, caps_of(settings))}"


def _figures() -> tuple[str | None, dict[str, Any]]:
    """The mode that was chosen, if any, and the figures. Raises No."""
    midnight = datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    with places.database() as opened:
        mode = opened.read(choices.read_mode)
        until = opened.read(choices.read_dnd)
        counts = opened.read(lambda connection: query.counts(connection, int(midnight.timestamp() * 1000)))
        tokens = opened.read(lambda connection: turns.last_tokens(connection, 1))
    return mode, {
        "dnd_until": iso(until) if until is not None and until > places.now() else None,
        "events": counts["events"],
        "events_today": counts["eventsToday"],
        "sessions": counts["sessions"],
        "lines_shown": counts["shown"],
        "lines_today": counts["shownToday"],
        "last_line": tokens[0].get("response") if tokens else None,
    }


def _tell(made: dict[str, Any], enrichment: str | None) -> None:
    until = made["dnd_until"]
    known = made["events"] is not None
    output.rows(
        {
            "health": made["health"],
            "mode": made["mode"] + (f"; nothing is shown until {output.local_iso(until)}" if until else ""),
            "recorded": f"{words.counted(made['events_today'], 'event')} today, {made['events']} in all,"
            f" in {words.counted(made['sessions'], 'session')}"
            if known
            else None,
            "shown": f"{words.counted(made['lines_today'], 'line')} today, {made['lines_shown']} in all"
            if known
            else None,
            "last line": output.plain(made["last_line"]) if made["last_line"] else None,
            "model": enrichment,
        }
    )
    for problem in made["problems"]:
        output.say(f"problem    {output.plain(problem, output.PROBLEM)}")
