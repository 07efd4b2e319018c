"""Lines about the hour, the day and the season on their way to the queue (spec S5), and when the holidays
of a region were last asked for.

Invariant: runs in the transaction at hand; a user is offered at most one such line a local day. Two rows of
``voice``: ``season_day`` {offered: [[day, entry id, occasion], ...]}, the newest last, and
``season_asked`` {region, at}.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from hashlib import sha256
from typing import Final

from attrs import evolve, frozen

from afterglow.core.almanac import TIMES, season_applies
from afterglow.core.bank import Banks, SeasonLine, SeasonRule
from afterglow.core.local_time import local
from afterglow.core.queue_rules import Draft, Entry, check
from afterglow.core.voice import Told
from afterglow.store import calendar, queue, voice

SEASON_DAY, SEASON_ASKED = "season_day", "season_asked"
OCCASIONS: Final = ("holiday", "season", "weekday", "time")
"""What a line is about, by what its rule names; the rarest first, and rarest wins."""

REST_DAYS: Final = 7
"""The same line, and the lines of an hour, are counted over so many days, today among them."""
TIMES_OF_DAY: Final = 2
"""Lines about the time of day in ``REST_DAYS``."""
WEEKS_BETWEEN: Final = 2
"""A line about a weekday comes in one calendar week of so many."""
KEPT_DAYS: Final = 21
HEARD_MS: Final = 28 * 24 * 60 * 60 * 1000
"""How long a line about an hour or a weekday rests once it was told."""
ASK_AGAIN_MS: Final = 24 * 60 * 60 * 1000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@frozen
class Offered:
    """One line that went to the queue on a local day."""

    day: date
    entry_id: str
    occasion: str


def offer(
    connection: sqlite3.Connection,
    banks: Banks,
    *,
    user_id: str,
    workspace: str | None,
    session_id: str | None,
    now: int,
    zone: tzinfo,
    region: str | None,
    max_rows: int = 10_000,
    seed: str | None = None,
) -> Entry | None:
    """Put today's line in the queue, where one is true now and today has had none; the entry, else None.

    It waits for any workspace, and only as long as it is true. ``workspace`` is where the banks were read:
    a line that this workspace brought stays in it. ``region``: whose holidays count, None for none.
    ``seed`` decides among equals, in place of the user.
    """
    moment = local(now, zone)
    today = moment.date()
    history = [one for one in _offered(connection, user_id) if one.day <= today]
    if any(one.day == today for one in history):
        return None
    named, told = calendar.on(connection, region, today.isoformat()), voice.told(connection, user_id)
    fit = [
        line
        for line in banks.seasons
        if _can_wait(line)
        and season_applies(line.when, moment, named)
        and _may(line, history, today)
        and not _heard_lately(line, told, now)
    ]
    if not fit:
        return None
    line = _chosen(fit, told, f"{seed or user_id}\0{today.isoformat()}")
    own = workspace if line.origin == "workspace" else None
    entry = _queued(connection, line, user_id, own, session_id, now, _until(line.when, moment), max_rows)
    if entry is not None:
        _remember(connection, user_id, [*history, Offered(today, line.id, occasion_of(line.when))], today)
    return entry


def occasion_of(rule: SeasonRule) -> str:
    """One of ``OCCASIONS``: the rarest thing that the rule names."""
    named = (rule.holiday, rule.first, rule.weekday, rule.time)
    return next(occasion for occasion, given in zip(OCCASIONS, named, strict=True) if given is not None)


def knows(connection: sqlite3.Connection, region: str, year: int) -> bool:
    """Whether the holidays of a year are stored for the region itself, not only for its country."""
    row = connection.execute(
        "SELECT 1 FROM holidays WHERE region = ? AND day >= ? AND day <= ? LIMIT 1",
        (region, f"{year:04d}-01-01", f"{year:04d}-12-31"),
    ).fetchone()
    return row is not None


def ask(connection: sqlite3.Connection, user_id: str, region: str, now: int) -> bool:
    """Whether the holidays of a region may be asked for now: once in 24 h. If so, that is remembered."""
    last = asked_at(connection, user_id, region)
    if last is not None and abs(now - last) < ASK_AGAIN_MS:
        return False
    voice.write(connection, user_id, SEASON_ASKED, {"region": region, "at": now})
    return True


def asked_at(connection: sqlite3.Connection, user_id: str, region: str) -> int | None:
    """When the holidays of this region were last asked for (ms); None where another's were, or none."""
    row = voice.read(connection, user_id, SEASON_ASKED)
    at = row.get("at")
    return at if row.get("region") == region and isinstance(at, int) else None


# -- which line ----------------------------------------------------------------------------------------


def _can_wait(line: SeasonLine) -> bool:
    """The queue fills no slots, and of trust it knows only the level."""
    return not line.slots and (line.level == 3 or line.min_trust == 0)


def _may(line: SeasonLine, history: Sequence[Offered], today: date) -> bool:
    recent = [one for one in history if (today - one.day).days < REST_DAYS]
    if any(one.entry_id == line.id for one in recent):
        return False
    occasion = occasion_of(line.when)
    limit = _LIMITS.get(occasion)
    return limit is None or limit([one.day for one in history if one.occasion == occasion], today)


def _heard_lately(line: SeasonLine, told: Mapping[str, Told], now: int) -> bool:
    """Whether an hour or a weekday was remarked on in these very words not long ago."""
    known = told.get(line.id)
    common = occasion_of(line.when) in _LIMITS
    return common and known is not None and abs(now - known.at) < HEARD_MS


def _weekday_may(days: Iterable[date], today: date) -> bool:
    return all((_monday(today) - _monday(day)).days >= WEEKS_BETWEEN * 7 for day in days)


def _time_may(days: Iterable[date], today: date) -> bool:
    return sum((today - day).days < REST_DAYS for day in days) < TIMES_OF_DAY


_LIMITS: Final[Mapping[str, Callable[[Iterable[date], date], bool]]] = {
    "weekday": _weekday_may,
    "time": _time_may,
}
"""Occasions that come round too often to be mentioned each time."""


def _chosen(fit: Sequence[SeasonLine], told: Mapping[str, Told], seed: str) -> SeasonLine:
    """The rarest occasion, then the least told, then by chance that is the same all day."""

    def rank(line: SeasonLine) -> tuple[int, int, bytes]:
        known = told.get(line.id)
        chance = sha256(f"{seed}\0{line.id}".encode("utf-8", "surrogatepass")).digest()
        return OCCASIONS.index(occasion_of(line.when)), known.times if known else 0, chance

    return min(fit, key=rank)


# -- into the queue ------------------------------------------------------------------------------------


def _queued(
    connection: sqlite3.Connection,
    line: SeasonLine,
    user_id: str,
    workspace: str | None,
    session_id: str | None,
    now: int,
    until: int,
    max_rows: int,
) -> Entry | None:
    draft = check(
        {
            "user_id": user_id,
            "session_id": session_id,
            "workspace": workspace,
            "banter": line.text,
            "source": "seasonal",
            "source_id": line.id,
            "level": line.level,
            "warmth": line.warmth,
        }
    )
    if not isinstance(draft, Draft):
        return None
    added = queue.add(connection, evolve(draft, ttl_ms=None, expires_at=until), now, max_rows)
    return added if isinstance(added, Entry) else None


def _until(rule: SeasonRule, moment: datetime) -> int:
    """When a rule that is true now stops being true today, in ms since the epoch."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if rule.time is None:
        end = midnight + timedelta(days=1)
    else:
        end = midnight.replace(hour=TIMES[rule.time].stop)
    return (end.astimezone(UTC) - _EPOCH) // timedelta(milliseconds=1)


# -- what was offered ----------------------------------------------------------------------------------


def _offered(connection: sqlite3.Connection, user_id: str) -> list[Offered]:
    rows = voice.read(connection, user_id, SEASON_DAY).get("offered")
    found: list[Offered] = []
    for row in rows if isinstance(rows, list) else ():
        try:
            day, entry_id, occasion = map(str, row)
            found.append(Offered(date.fromisoformat(day), entry_id, occasion))
        except (TypeError, ValueError):
            continue
    return found


def _remember(connection: sqlite3.Connection, user_id: str, history: Iterable[Offered], today: date) -> None:
    kept = [
        [one.day.isoformat(), one.entry_id, one.occasion]
        for one in history
        if (today - one.day).days < KEPT_DAYS
    ]
    voice.write(connection, user_id, SEASON_DAY, {"offered": kept})


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
