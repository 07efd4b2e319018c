"""Instants as a person at this desk would name them, and ISO 8601 read and written.

Invariant: every function is given the zone and the present; none knows either by itself.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from attrs import frozen

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TWELVE_HOUR: Final = frozenset(
    {"en-us", "en-au", "en-ca", "en-nz", "en-in", "en-ph", "en-pk", "en-my", "en-sg", "en-hk"}
    | {"es-us", "es-mx", "es-co", "hi-in"}
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?")


@frozen
class Clock:
    """How to say a time: ``now`` in ms since the epoch, ``twelve``: whether as ``2:10 pm``."""

    now: int
    zone: tzinfo
    twelve: bool = False

    def time(self, at: int) -> str:
        """``14:10``, or ``2:10 pm``."""
        moment = local(at, self.zone)
        if not self.twelve:
            return f"{moment.hour:02d}:{moment.minute:02d}"
        return f"{(moment.hour - 1) % 12 + 1}:{moment.minute:02d} {'am' if moment.hour < 12 else 'pm'}"

    def since(self, at: int) -> str:
        """To follow "since": ``14:10``, ``yesterday 17:02``, ``Tuesday``, ``3 Mar``, ``3 Mar 2024``."""
        days = self.days_ago(at)
        if days == 0:
            return self.time(at)
        return f"yesterday {self.time(at)}" if days == 1 else self._date(at, days)

    def when(self, at: int) -> str:
        """To follow "was": ``at 11:40``, ``yesterday at 17:02``, ``on Tuesday``, ``on 3 Mar``."""
        days = self.days_ago(at)
        if days == 0:
            return f"at {self.time(at)}"
        return f"yesterday at {self.time(at)}" if days == 1 else f"on {self._date(at, days)}"

    def days_ago(self, at: int) -> int:
        """Midnights between ``at`` and now; negative for a later day."""
        return (local(self.now, self.zone).date() - local(at, self.zone).date()).days

    def midnight(self) -> int:
        """When the present local day began, in ms since the epoch."""
        today = local(self.now, self.zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        return (today.astimezone(UTC) - _EPOCH) // _MILLISECOND

    def minute_of_day(self) -> int:
        """0 to 1439, local."""
        moment = local(self.now, self.zone)
        return moment.hour * 60 + moment.minute

    def _date(self, at: int, days: int) -> str:
        day = local(at, self.zone)
        if 1 < days < 7:
            return _DAYS[day.weekday()]
        year = "" if day.year == local(self.now, self.zone).year else f" {day.year}"
        return f"{day.day} {_MONTHS[day.month - 1]}{year}"


def twelve_hour(locale: str | None) -> bool:
    """Whether people of a locale (``en-US``, ``en_US.UTF-8``) read ``2:10 pm``. Unknown: 24 hours."""
    if not locale:
        return False
    return re.split(r"[.@]", locale)[0].replace("_", "-").lower() in _TWELVE_HOUR


def local(at: int, zone: tzinfo) -> datetime:
    """The local date and time of an instant; one outside the calendar becomes its nearest end."""
    try:
        return (_EPOCH + timedelta(milliseconds=at)).astimezone(zone)
    except (OverflowError, ValueError):
        year = 1971 if at < 0 else 9998
        return datetime(year, 1, 1, tzinfo=UTC).astimezone(zone)


def parse_iso(text: str) -> int | None:
    """ISO 8601 date and time as ms since the epoch, None where it is none. Without a zone: UTC."""
    if _ISO.fullmatch(text.strip()) is None:
        return None
    try:
        moment = datetime.fromisoformat(text.strip().replace(",", "."))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return (moment - _EPOCH) // _MILLISECOND
    except (OverflowError, ValueError):
        return None


def format_iso(at: int) -> str:
    """``2026-01-31T09:30:00.123Z``."""
    return local(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
