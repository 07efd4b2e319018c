"""``worker``: what waits for idle time, done now.

Invariant: prints a line only where something was done; what could not be done is for ``doctor`` to say.
"""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from afterglow.cli import Usage, output, places
from afterglow.core import words
from afterglow.core.settings import Settings
from afterglow.store.home import Home

if TYPE_CHECKING:
    from afterglow.enrich.desk import Ran


def worker(options: argparse.Namespace) -> int:
    """Do what is due, and end; 0 also where nothing was."""
    if not options.once:
        raise Usage("worker: it runs once and ends: afterglow worker --once")
    made = _run(places.home(), places.settings())
    if options.json:
        output.put({"calls": made.calls, "lines": made.lines, "graded": made.graded, "usd": made.usd})
    elif made.answered:
        calls, lines = words.counted(made.answered, "call"), words.counted(made.lines, "line")
        output.say(f"{calls}, {lines} kept, {words.counted(made.graded, 'turn')} graded")
    return 0


def _run(home: Home, settings: Settings) -> Ran:
    """By this Python, or by the one that ``enrichment.interpreter`` names where this one has no client."""
    from afterglow.enrich.desk import Ran  # noqa: PLC0415 - the room that knows a model exists
    from afterglow.enrich.run import run  # noqa: PLC0415 - the same
    from afterglow.enrich.watching import by_hand  # noqa: PLC0415 - the same
    from afterglow.loop import worker_child  # noqa: PLC0415 - only here
    from afterglow.loop.clock import SYSTEM  # noqa: PLC0415 - only here

    other = None if worker_child.has_library() else worker_child.interpreter(settings)
    if other is None or not settings.enrichment_enabled:
        with by_hand() as stop:
            return run(home, settings, stop, SYSTEM, idle=False, environ=os.environ)
    order = worker_child.order(settings, home, SYSTEM.wall())
    told = worker_child.by_hand(other, order, os.environ)
    calls, answered, lines, graded, micros = map(told.get, ("calls", "answered", "lines", "graded", "micros"))
    return Ran(calls or 0, answered or 0, lines or 0, graded or 0, micros or 0)
