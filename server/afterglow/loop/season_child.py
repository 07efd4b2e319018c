"""Whose holidays count, and the process that fetches those that are not known yet.

Invariant: nothing here waits for that process or imports what it imports; it is started at most once a day,
and what it found is read from the store.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import afterglow
from afterglow.core.almanac import region_of_locale
from afterglow.core.local_time import local
from afterglow.core.settings import Settings
from afterglow.store import calendar, seasonal
from afterglow.store.database import Database
from afterglow.store.home import Home

LIBRARY: Final = "holidays"
DECEMBER: Final = 12
_PROGRAM: Final = Path(afterglow.__file__).resolve().parent / "seasons" / "__main__.py"
_APART: Final[Mapping[str, Any]] = (
    # Values of CREATE_NO_WINDOW, CREATE_NEW_PROCESS_GROUP and IDLE_PRIORITY_CLASS.
    {"creationflags": 0x08000000 | 0x00000200 | 0x00000040}
    if os.name == "nt"
    else {"start_new_session": True}
)


def region_in_force(settings: Settings, environ: Mapping[str, str]) -> str | None:
    """The region by the setting ``region``, else by the client's locale, else by the environment's.

    None where none of them names one, and where the setting names something that is no region.
    """
    if settings.region is not None:
        return calendar.region_of(settings.region)
    told = region_of_locale(settings.locale)
    if told is not None:
        return told
    # As C libraries read them: the first that is set counts, also where it names no country.
    spoken = next((environ[name] for name in ("LC_ALL", "LC_TIME", "LANG") if environ.get(name)), None)
    return region_of_locale(spoken)


def installed() -> bool:
    """Whether the library is there; it is looked for, not imported."""
    try:
        return find_spec(LIBRARY) is not None
    except (ImportError, ValueError):
        return False


def needed(connection: sqlite3.Connection, region: str | None, now: int, zone: tzinfo) -> tuple[int, ...]:
    """The years whose holidays are not stored: this one, and from December on the next."""
    known = calendar.region_of(region)
    if known is None:
        return ()
    today = local(now, zone)
    years = (today.year, today.year + 1) if today.month == DECEMBER else (today.year,)
    return tuple(year for year in years if not seasonal.knows(connection, known, year))


def due(database: Database, user_id: str, region: str | None, now: int, zone: tzinfo) -> tuple[int, ...]:
    """The years to ask for now; none where all are known, nobody can answer, or one asked today."""
    years = database.read(lambda connection: needed(connection, region, now, zone))
    known = calendar.region_of(region)
    if not years or known is None or not installed():
        return ()
    may = database.write(lambda connection: seasonal.ask(connection, user_id, known, now))
    return years if may else ()


def start(region: str, years: Sequence[int], home: Home) -> None:
    """Let a process of its own store these years in ``home``; nothing happens where it cannot be started."""
    if not years or not sys.executable or home.problem is not None:
        return
    environ = dict(os.environ)
    if environ.get("AFTERGLOW_HOME"):
        environ["AFTERGLOW_HOME"] = str(home.data)  # a relative one would be another from its folder
    try:
        child = subprocess.Popen(
            # -I and an absolute path: nothing of the workspace is on the child's path.
            [sys.executable, "-I", str(_PROGRAM), region, *map(str, years)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=_PROGRAM.parent,
            env=environ,
            **_APART,
        )
    except OSError:
        return
    # A child that nobody waits for stays in the table of processes when it has ended.
    threading.Thread(target=child.wait, name="afterglow-seasons", daemon=True).start()
