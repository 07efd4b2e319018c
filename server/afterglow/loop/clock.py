"""The two clocks and the local time zone, as values that tests can replace.

Invariant: a window dates what happens by one of these and never asks the system itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

from attrs import frozen


@frozen
class Clock:
    """``wall``: ms since the epoch. ``ticks``: ms on a clock that never goes back. ``fine``: the same, in
    fractions of a ms, for measuring."""

    wall: Callable[[], int]
    ticks: Callable[[], int]
    fine: Callable[[], float]


SYSTEM = Clock(
    wall=lambda: time.time_ns() // 1_000_000,
    ticks=lambda: time.monotonic_ns() // 1_000_000,
    fine=lambda: time.perf_counter_ns() / 1_000_000,
)


class LocalZone(tzinfo):
    """This machine's local time, with its changes to and from summer time."""

    def utcoffset(self, dt: datetime | None) -> timedelta:
        if dt is None:
            return timedelta(0)
        naive = dt.replace(tzinfo=None)
        stamp = time.mktime(naive.timetuple())
        return timedelta(seconds=time.localtime(stamp).tm_gmtoff)

    def dst(self, dt: datetime | None) -> timedelta:
        return timedelta(0)

    def tzname(self, dt: datetime | None) -> str:
        return "local"

    def fromutc(self, dt: datetime) -> datetime:
        stamp = dt.replace(tzinfo=UTC).timestamp()
        return (dt.replace(tzinfo=None) + timedelta(seconds=time.localtime(stamp).tm_gmtoff)).replace(
            tzinfo=self
        )


def zone_named(name: str | None) -> tuple[tzinfo, str | None]:
    """The zone that a client names, and a problem line where it is unknown (then: local time)."""
    if not name:
        return LocalZone(), None
    import zoneinfo  # noqa: PLC0415 - only where a client names a zone

    try:
        return zoneinfo.ZoneInfo(name), None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return (
            LocalZone(),
            "timeZone: no such time zone; use a name such as Europe/Berlin. Local time is used.",
        )
