"""Events and moments for tests, with every field that a test does not care about filled in.

The present is Thursday, 12 March 2026, 18:04, one hour ahead of UTC.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from afterglow.core.model import Event, Facts, Moment, Outcome, Session, Status

ZONE = timezone(timedelta(hours=1))
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


def at(day: int, hour: int, minute: int = 0) -> int:
    """A local time of March 2026 in ms since the epoch."""
    return int(datetime(2026, 3, day, hour, minute, tzinfo=ZONE).timestamp() * 1_000)


NOW = at(12, 18, 4)


def event(kind: str = "job.finished", **fields: Any) -> Event:
    values: dict[str, Any] = {
        "id": "e1",
        "seq": 1,
        "workspace": "/w",
        "session_id": "s1",
        "at": NOW,
        "recorded_at": NOW,
        "sources": ("emit",),
        "status": "ok" if kind in ("job.finished", "ci.finished") else None,
    }
    if kind == "job.finished":
        values["job"] = "task"
    return Event(kind=kind, **{**values, **fields})


def green(passed: int | None = 142, seconds: float | None = 38, **fields: Any) -> Event:
    data = {**({} if passed is None else {"passed": passed}), **fields.pop("data", {})}
    took = None if seconds is None else seconds * SECOND
    return event(job="test", labels=("pytest",), duration_ms=took, data=data, **fields)


def outcome(
    status: Status,
    minutes_ago: float,
    seconds: float | None = None,
    passed: int | None = None,
    failed: int = 0,
) -> Outcome:
    return Outcome(
        event_id="o",
        at=NOW - round(minutes_ago * MINUTE),
        status=status,
        duration_ms=None if seconds is None else seconds * SECOND,
        passed=passed,
        failed=failed if passed is not None else None,
    )


def moment(**fields: Any) -> Moment:
    values: dict[str, Any] = {
        "now": NOW,
        "zone": ZONE,
        "mode": "normal",
        "session": Session("s1", "/w", NOW - HOUR, turn=6),
        "facts": Facts(),
        "token_id": "t1",
    }
    return Moment(**{**values, **fields})
