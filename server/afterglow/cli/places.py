"""What most commands begin with: the home, the database, the workspace, a time the user typed."""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from afterglow.cli import No, Usage
from afterglow.core.model import Event, Mode, Observation
from afterglow.core.settings import Settings
from afterglow.loop.config import load
from afterglow.sensors.gitdir import find_root
from afterglow.store import choices, events
from afterglow.store.database import Database, Unavailable, explain
from afterglow.store.home import Home, find_home, ring

_SPAN: Final = re.compile(r"([0-9]{1,6}) ?([smhdw])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def home() -> Home:
    """This user's folders."""
    return find_home(os.environ)


@contextmanager
def database() -> Iterator[Database]:
    """The database on disk. Raises No, with the reason and the mend, where it cannot be used."""
    try:
        opened = Database(home(), fallback=False)
    except Unavailable as error:
        raise No(str(error)) from error
    try:
        yield opened
    except (Unavailable, sqlite3.Error) as error:
        raise No(explain(error)) from error
    finally:
        opened.close()


def settings() -> Settings:
    """The settings that hold for a command: shipped, config.toml, environment."""
    return load(home(), os.environ).settings


def mode_of(opened: Database) -> Mode:
    """The mode in force: the last explicit choice, else the setting."""
    return opened.read(choices.read_mode) or settings().mode


def record(observation: Observation) -> Event | None:
    """Record one happening and wake the servers; None while the mode is ``off``.

    Raises No where the database on disk cannot be used.
    """
    known = settings()

    def work(connection: sqlite3.Connection) -> Event | None:
        if (choices.read_mode(connection) or known.mode) == "off":
            return None
        gap = known.session_gap_minutes * 60_000
        made = events.record(connection, observation, now=now(), session_gap_ms=gap)
        return made.event if made is not None else None

    with database() as opened:
        event = opened.write(work)
    if event is not None:
        ring(home())
    return event


def workspace(folder: str | None) -> str:
    """The canonical workspace of a folder (default: the current one). Raises Usage for what is none."""
    try:
        path = Path(folder).expanduser() if folder is not None else Path.cwd()
        found = path.is_dir()
    except FileNotFoundError:
        raise Usage("the current folder is gone: cd to one that exists") from None
    except (OSError, RuntimeError, ValueError):
        found = False
    if not found:
        raise Usage(f"--workspace: {folder} is not a folder; name one that exists")
    return find_root(str(path))


def now() -> int:
    """The time in ms since the epoch."""
    return time.time_ns() // 1_000_000


def when(text: str, option: str) -> int:
    """A time that the user typed, in ms since the epoch. Raises Usage."""
    span = _SPAN.fullmatch(text.strip())
    if span is not None:
        return now() - int(span[1]) * _SECONDS[span[2]] * 1000
    try:
        parsed = datetime.fromisoformat(text.strip())
        if parsed.tzinfo is None:
            parsed = parsed.astimezone()
        return int(parsed.astimezone(UTC).timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise Usage(f"{option}: {text!r} is no time; write 2026-01-31T09:30, 30m, 2h or 7d") from None
