"""The clock that a day of spending is counted by: it never goes back, and nobody can set it.

Within one boot it follows the boot clock (``CLOCK_BOOTTIME``, which nobody can set, and which goes on while
the machine sleeps), from the wall clock's time at the first look. A wall clock that is set back would
else open a day that is spent already, and one set forward a day that has not begun; set right again, it
would close the budget for as long as it had been ahead. So a wrong wall clock costs at most where the day
begins, until the next boot.
Over a boot nothing but the wall clock says how much time went by, so the later of the two counts: the time
reached before, or the wall clock's. A clock that is set forward and a restart do open the next day once,
as the morning does; one that is set back opens nothing, and the time goes on from where it was.
Where the system tells no boot clock or no boot (none but Linux does) the same holds at every look.

Invariant: for any order of looks from any processes, what ``advance`` gives never decreases, and what
``read`` gives is never before it.
"""

from __future__ import annotations

import sqlite3
import time
from functools import lru_cache
from pathlib import Path
from typing import Final

from attrs import frozen

_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


@frozen
class Instant:
    """``wall``: ms since the epoch, as the clock on the wall says. ``ticks``: ms of the boot clock.
    ``boot``: names this boot of the machine, ``''`` where it cannot be told."""

    wall: int
    ticks: int = 0
    boot: str = ""


def instant() -> Instant:
    """The present by both clocks."""
    wall, ticks = time.time_ns() // 1_000_000, _boot_ms()
    return Instant(wall) if ticks is None else Instant(wall, ticks, _boot())


def read(connection: sqlite3.Connection, at: Instant) -> int:
    """The time to count by, in ms; looks only."""
    return _effective(_last(connection), at)


def advance(connection: sqlite3.Connection, at: Instant) -> int:
    """The same, and it is remembered. Within the caller's transaction."""
    last = _last(connection)
    effective = _effective(last, at)
    ticks = at.ticks
    if last is not None and last["boot"] == at.boot:
        # Whoever waited for the lock looked at the clock before the one that had it: an earlier look must
        # not make the next one count the same time twice.
        ticks = max(ticks, last["ticks"])
    connection.execute(
        "INSERT INTO spend_clock (id, at, ticks, boot) VALUES (1, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET at = excluded.at, ticks = excluded.ticks, boot = excluded.boot",
        (effective, ticks, at.boot),
    )
    return effective


def reached(connection: sqlite3.Connection) -> int | None:
    """The time that was reached at the last ``advance``; None before the first."""
    last = _last(connection)
    return None if last is None else int(last["at"])


def _last(connection: sqlite3.Connection) -> sqlite3.Row | None:
    row: sqlite3.Row | None = connection.execute("SELECT at, ticks, boot FROM spend_clock").fetchone()
    return row


def _effective(last: sqlite3.Row | None, at: Instant) -> int:
    if last is None:
        return at.wall
    if at.boot and last["boot"] == at.boot:
        return int(last["at"]) + max(0, at.ticks - int(last["ticks"]))
    return max(int(last["at"]), at.wall)


def _boot_ms() -> int | None:
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    if clock is None:
        return None
    try:
        return time.clock_gettime_ns(clock) // 1_000_000
    except OSError:
        return None


@lru_cache(maxsize=1)
def _boot() -> str:
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
