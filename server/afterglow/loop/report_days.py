"""What the page of ``report`` shows, read in one go: days, red periods, lines, silences, what is left.

Invariant: as for ``loop.report``: counted, never guessed. Lines are the only text in it, and folders' paths.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from statistics import median
from typing import Any, Final

from attrs import frozen

from afterglow.core.budget import Spent
from afterglow.core.local_time import local
from afterglow.core.model import Mode
from afterglow.core.setting_table import Budget, budget
from afterglow.core.settings import Settings
from afterglow.loop import report as reports
from afterglow.store import (
    activity_days,
    activity_lines,
    activity_reds,
    activity_twin,
    choices,
    limits,
    queue_rows,
    sessions,
)
from afterglow.store.activity_days import Day, Stretch
from afterglow.store.activity_lines import Line
from afterglow.store.activity_reds import Red
from afterglow.store.activity_twin import Twin

LINES: Final = 20


@frozen
class Figures:
    """``report``: what ``loop.report`` answers for the span, ``today``: for this day alone. ``days``: the
    oldest first, today the last. ``silences``: reason to number. ``twin``: what the language model did.
    ``waiting``: lines in the queue. ``dnd_until``: ms, None where nobody asked for quiet. ``windows``: how
    many are open."""

    now: int
    zone: tzinfo
    report: dict[str, Any]
    today: dict[str, Any]
    days: tuple[Day, ...]
    reds: tuple[Red, ...]
    stretch: Stretch | None
    lines: tuple[Line, ...]
    silences: dict[str, int]
    twin: Twin
    spent: Spent
    budget: Budget
    mode: Mode
    dnd_until: int | None
    waiting: int
    queue_max: int
    windows: int

    @property
    def empty(self) -> bool:
        """Nothing happened and nothing was said in the whole span."""
        return all(day.empty for day in self.days) and not self.report["jobs"] and not self.lines


def figures(connection: sqlite3.Connection, settings: Settings, now: int, days: int, zone: tzinfo) -> Figures:
    """The last ``days`` local days at an instant (ms), today the last of them."""
    bounds = midnights(now, days, zone)
    user, span = settings.user_id, (bounds[0], bounds[-1])
    mode = choices.read_mode(connection) or settings.mode
    until = choices.read_dnd(connection)
    return Figures(
        now=now,
        zone=zone,
        report=reports.report(connection, user, now, days, zone),
        today=reports.report(connection, user, now, 1, zone),
        days=activity_days.days(connection, bounds),
        reds=activity_reds.reds(connection, span),
        stretch=activity_days.longest_stretch(connection, span),
        lines=activity_lines.lines(connection, user, bounds[-1], LINES),
        silences=activity_lines.silences(connection, *span),
        twin=activity_twin.twin(connection, user, bounds),
        spent=limits.spent(connection, user, "", now, bounds[-2]),
        budget=budget(settings, mode),
        mode=mode,
        dnd_until=until if until is not None and until > now else None,
        waiting=queue_rows.waiting(connection, user, now),
        queue_max=settings.queue_max_rows,
        windows=sessions.open_windows(connection),
    )


def midnights(now: int, days: int, zone: tzinfo) -> list[int]:
    """When each of so many local days began (ms), today the last, and when tomorrow does.

    Days on which the clocks change have 23 or 25 hours.
    """
    today = local(now, zone).date()
    dates = [today - timedelta(days=back) for back in range(days - 1, -2, -1)]
    return [int(datetime(one.year, one.month, one.day, tzinfo=zone).timestamp() * 1000) for one in dates]


def time_to_green(reds: Sequence[Red]) -> float | None:
    """The median length (ms) of the red periods whose length is known; None where there is none."""
    known = [one.lasted_ms for one in reds if one.lasted_ms is not None]
    return median(known) if known else None
