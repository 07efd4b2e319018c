"""``afterglow mode`` and ``afterglow dnd``: the one switch, and a pause."""

from __future__ import annotations

import argparse
from typing import cast

from afterglow.cli import Usage, output, places
from afterglow.core.model import MODES, Mode
from afterglow.loop.record import iso
from afterglow.store import choices
from afterglow.store.home import ring

PAUSE_MINUTES = 60
LONGEST_MINUTES = 7 * 24 * 60
DAY_MS = 24 * 60 * 60 * 1000


def mode(options: argparse.Namespace) -> int:
    """Show the mode, or set it for every window."""
    wanted = options.mode
    if wanted is not None and wanted not in MODES:
        raise Usage(f"mode: {wanted!r} is no mode; choose off, quiet, normal or chatty")
    with places.database() as opened:
        if wanted is not None:
            opened.write(lambda connection: choices.write_mode(connection, cast("Mode", wanted)))
        now = places.mode_of(opened)
    if wanted is not None:
        ring(places.home())
    if options.json:
        output.put({"mode": now})
    else:
        output.say(now)
    return 0


def dnd(options: argparse.Namespace) -> int:
    """Say nothing for some minutes, or end that pause."""
    until = None if options.minutes == "off" else places.now() + _minutes(options.minutes) * 60_000
    with places.database() as opened:
        opened.write(lambda connection: choices.write_dnd(connection, until))
    ring(places.home())
    if options.json:
        output.put({"dnd_until": None if until is None else iso(until)})
    elif until is None:
        output.say("listening again")
    else:
        today = until - places.now() < DAY_MS
        output.say(f"quiet until {output.local(until, '%H:%M' if today else output.MINUTE)}")
    return 0


def _minutes(text: str | None) -> int:
    if text is None:
        return PAUSE_MINUTES
    if not text.isascii() or not text.isdigit() or len(text) > 5 or not 1 <= int(text) <= LONGEST_MINUTES:
        raise Usage(f"dnd: {text!r} is no number of minutes; write 1 to {LONGEST_MINUTES}, or off")
    return int(text)
