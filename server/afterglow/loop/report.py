"""The report of some days: the store's figures as the JSON that scripts and editors read.

Invariant: figures only: no text of the user's and no name of a file, a branch or a workspace.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from afterglow.core.local_time import format_iso, local
from afterglow.loop import report_twin
from afterglow.store import voice
from afterglow.store.activity import activity
from afterglow.store.activity_twin import twin

DAYS: Final = 7
MOST_DAYS: Final = 90
"""As long as anything is kept."""


def report(connection: sqlite3.Connection, user_id: str, now: int, days: int, zone: tzinfo) -> dict[str, Any]:
    """The last ``days`` local days, today the last of them. Shares are of the lines shown, 0 to 1."""
    since = first_instant(now, days, zone)
    found = activity(connection, user_id, since)
    helped = twin(connection, user_id, (since, now + 1))
    lines = found.lines
    return {
        "days": days,
        "since": format_iso(since),
        "until": format_iso(now),
        "sessions": found.sessions,
        "workspaces": found.workspaces,
        "commits": found.commits,
        "jobs": {job: {"ended": ended, "failed": failed} for job, (ended, failed) in found.jobs.items()},
        "turns": found.occasions,
        "lines_shown": lines,
        "by_source": found.shown,
        "queue_by_source": found.queued,
        "queue_share": _share(found.shown.get("queue_hit", 0), lines),
        "learned_share": _share(found.learned, lines),
        "ratings": found.rated,
        "mean_rating": None if found.mean_score is None else round(found.mean_score, 2),
        "rapport": voice.rapport_now(connection, user_id),
        "twin": report_twin.as_json(helped),
    }


def first_instant(now: int, days: int, zone: tzinfo) -> int:
    """When the first of so many local days began (ms)."""
    first = local(now, zone).date() - timedelta(days=days - 1)
    return int(datetime(first.year, first.month, first.day, tzinfo=zone).timestamp() * 1000)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
