"""The values of a line's slots (``core.slots``), as far as something recorded says them.

Invariant: reads only, each query along an index and to a bound; a value is one clean line, never empty,
and never guessed: what is not known is not in the answer. No path leaves this module, only a file's name,
and none of a file that holds secrets or that the user excludes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from typing import Any, Final, TypeGuard

from afterglow.core import kinds, words
from afterglow.core.clean import one_line
from afterglow.core.local_time import Clock
from afterglow.core.model import Event
from afterglow.core.returns import gap_words, nth_words
from afterglow.core.secret_files import is_secret_file
from afterglow.core.voice import Weather
from afterglow.store import returns, streaks
from afterglow.store.events import JOB_ENDS
from afterglow.store.rows import dump, load_list, load_object

WEATHER_MS: Final = 3 * 60 * 60 * 1000
RECENT_MS: Final = 24 * 60 * 60 * 1000
"""How old what is called the last, the newest or at hand may be."""
VISITS_LOOKED_AT: Final = 100
SESSIONS_LOOKED_AT: Final = 20
NAME_COLUMNS: Final = 40
_LABEL_COLUMNS: Final = 28
_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 60 * _MINUTE_MS
_LONG_AGO_DAYS: Final = 2
_OF_EVENT: Final = ("from", "to")


def slots(
    connection: sqlite3.Connection,
    *,
    user_id: str,
    user_name: str | None,
    workspace: str,
    now: int,
    clock: Clock,
    event: Event | None,
    branch: str | None,
    weather: Weather | None,
    fahrenheit: bool = False,
    session_id: str,
    exclude_paths: Sequence[str] = (),
) -> dict[str, str]:
    """Every slot that has a value at this instant. ``branch``: what HEAD names, None where unknown.

    With a job's end as ``event`` the slots of a red streak tell of the one that this end continues or
    breaks; else of the newest of the last 24 h. At a ``session.open`` they are left out: what is still
    red then is for ``previous`` to say.
    """
    found = {
        "user_name": user_name,
        "project_name": name_of(workspace),
        "branch": branch,
        "file": _file(connection, workspace, session_id, exclude_paths),
        "recent_activity": newest_label(connection, workspace, kinds.JOBS, now - RECENT_MS, now),
        "last_task": newest_label(connection, workspace, ("task",), now - RECENT_MS, now),
        **_since_last(connection, workspace, session_id, clock),
        **_topic(connection, workspace, now),
        **_of_weather(weather, fahrenheit),
        **_of_event(event),
        **_returned(connection, event, now),
    }
    if event is None or event.kind not in (*JOB_ENDS, "session.open"):
        red = streaks.last_red(connection, workspace, now - RECENT_MS, now)
    else:
        red = streaks.red_of(connection, event)
    return cleaned({**found, **(streaks.red_slots(red, clock) if red is not None else {})})


def weather(connection: sqlite3.Connection, workspace: str, now: int) -> Weather | None:
    """What the newest weather event of this workspace says, None where it is 3 h old or older."""
    row = connection.execute(
        "SELECT data FROM events WHERE workspace = ? AND kind = 'weather' AND at > ? AND at <= ?"
        " ORDER BY at DESC, seq DESC LIMIT 1",
        (workspace, now - WEATHER_MS, now),
    ).fetchone()
    if row is None:
        return None
    data = load_object(row["data"])
    temp, place = data.get("temp_c"), data.get("place")
    named = one_line(place, NAME_COLUMNS) if isinstance(place, str) else ""
    degrees = float(temp) if _is_number(temp) else None
    return Weather(degrees, _falls(data.get("rain")), _falls(data.get("snow")), named or None)


# -- what store.previous needs too ---------------------------------------------------------------------


def cleaned(found: Mapping[str, str | None]) -> dict[str, str]:
    """The values that are there, each as one clean line."""
    lines = {name: one_line(value, NAME_COLUMNS) for name, value in found.items() if value}
    return {name: line for name, line in lines.items() if line}


def name_of(path: str) -> str:
    """The last part of a path of any system."""
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]


def shown_name(path: str | None, workspace: str, exclude_paths: Sequence[str] = ()) -> str | None:
    """The name of a file, None where there is none or it must not be named."""
    if not path or is_secret_file(path):
        return None
    below = path.removeprefix(workspace.rstrip("/") + "/")
    if any(fnmatch(name, pattern) for pattern in exclude_paths for name in (path, below)):
        return None
    return one_line(name_of(path), NAME_COLUMNS) or None


def newest_label(
    connection: sqlite3.Connection, workspace: str, jobs: Sequence[str], since: int, until: int
) -> str | None:
    """The label of the newest end of a job of these kinds between two times (ms), if it has one."""
    ends = [row for job in jobs for row in streaks.ends(connection, workspace, job, (since, until), 1)]
    labels = load_list(max(ends, key=streaks.by_time)["labels"]) if ends else ()
    return one_line(labels[0], _LABEL_COLUMNS) if labels else None


def ended(at: int, clock: Clock) -> dict[str, str | None]:
    """``when``, ``age`` and ``days`` of a session that was last active ``at``."""
    if at > clock.now:
        return {}
    days, span = clock.days_ago(at), clock.now - at
    return {
        "when": clock.when(at),
        "age": words.duration(_rounded(span)) if span >= _MINUTE_MS else None,
        "days": str(days) if days >= _LONG_AGO_DAYS else None,
    }


def _rounded(span: int) -> int:
    """From three hours on nobody counts the minutes."""
    return span if span < 3 * _HOUR_MS else round(span / _HOUR_MS) * _HOUR_MS


# -- parts ---------------------------------------------------------------------------------------------


def _file(
    connection: sqlite3.Connection, workspace: str, session_id: str, exclude_paths: Sequence[str]
) -> str | None:
    """The newest saved file of this session, or else of the newest one before that has any."""
    rows = connection.execute(
        "SELECT id, newest_file FROM sessions WHERE workspace = ?"
        " ORDER BY active_at DESC, rowid DESC LIMIT ?",
        (workspace, SESSIONS_LOOKED_AT),
    ).fetchall()
    rows.sort(key=lambda row: row["id"] != session_id)
    path = next((row["newest_file"] for row in rows if row["newest_file"]), None)
    return shown_name(path, workspace, exclude_paths)


def _since_last(
    connection: sqlite3.Connection, workspace: str, session_id: str, clock: Clock
) -> dict[str, str | None]:
    row = connection.execute(
        "SELECT active_at FROM sessions WHERE workspace = ? AND id <> ?"
        " ORDER BY active_at DESC, rowid DESC LIMIT 1",
        (workspace, session_id),
    ).fetchone()
    return ended(row["active_at"], clock) if row is not None else {}


def _topic(connection: sqlite3.Connection, workspace: str, now: int) -> dict[str, str | None]:
    rows = connection.execute(
        "SELECT at, data FROM events WHERE workspace = ? AND kind = 'topic.change' AND at <= ?"
        " ORDER BY at DESC, seq DESC LIMIT ?",
        (workspace, now, VISITS_LOOKED_AT),
    )
    newest = rows.fetchone()
    if newest is None or newest["at"] <= now - RECENT_MS:
        return {}
    topic = load_object(newest["data"]).get("to")
    if not isinstance(topic, str) or not topic:
        return {}
    # The same text inside a value has its quotes escaped: the data need not be parsed.
    same = dump({"to": topic})[1:-1]
    earlier = [same in row["data"] for row in rows]
    visits = 1 + earlier.count(True)
    counted = visits >= streaks.SECOND and len(earlier) + 1 < VISITS_LOOKED_AT
    return {"topic": topic, "visits": words.ordinal(visits) if counted else None}


def _returned(connection: sqlite3.Connection, event: Event | None, now: int) -> dict[str, str | None]:
    """Which return the change of topic at hand is; at any other turn the token would name another event."""
    if event is None or event.kind != "topic.change":
        return {}
    back = returns.returns(connection, event.workspace, now)
    if back is None or back.event_id != event.id:
        return {}
    return {"nth_return": nth_words(back.nth), "return_gap": gap_words(back.gap_ms)}


def _of_weather(known: Weather | None, fahrenheit: bool) -> dict[str, str | None]:
    if known is None:
        return {}
    temp = None
    if known.temp_c is not None:
        degrees = known.temp_c * 9 / 5 + 32 if fahrenheit else known.temp_c
        temp = f"{round(degrees)} {'F' if fahrenheit else 'C'}"
    return {"temp": temp, "place": known.place}


def _of_event(event: Event | None) -> dict[str, str | None]:
    if event is None:
        return {}
    said = {name: event.data.get(name) for name in _OF_EVENT if event.kind.endswith(".change")}
    texts = {name: value for name, value in said.items() if isinstance(value, str)}
    return {"label": one_line(event.label or "", _LABEL_COLUMNS), **texts}


def _falls(value: Any) -> bool | None:
    """Rain or snow, told as a flag or as an amount."""
    return value > 0 if _is_number(value) else value if isinstance(value, bool) else None


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
