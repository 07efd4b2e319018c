"""The values of a line's slots (``core.slots``), as far as something recorded says them.

Invariant: reads only, each query along an index and to a bound; a value is one clean line, never empty,
and never guessed: what is not known is not in the answer. No path leaves this module, only a file's name,
and none of a file that holds secrets or that the user excludes.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from typing import Any, Final, TypeGuard

from attrs import evolve, frozen

from afterglow.core import kinds, words
from afterglow.core.clean import one_line
from afterglow.core.history import fresh, story
from afterglow.core.local_time import Clock
from afterglow.core.model import Event
from afterglow.core.secret_files import is_secret_file
from afterglow.core.voice import Weather
from afterglow.store.events import JOB_ENDS
from afterglow.store.rows import dump, load_list, load_object, outcome_of, placeholders

WEATHER_MS: Final = 3 * 60 * 60 * 1000
RECENT_MS: Final = 24 * 60 * 60 * 1000
"""How old what is called the last, the newest or at hand may be."""
VISITS_LOOKED_AT: Final = 100
SESSIONS_LOOKED_AT: Final = 20
NAME_COLUMNS: Final = 40
_LABEL_COLUMNS: Final = 28
_MINUTE_MS: Final = 60_000
_LONG_AGO_DAYS: Final = 2
_SECOND: Final = 2
_OF_EVENT: Final = ("from", "to")
RUNS_LOOKED_AT: Final = 40
_NEWEST_RUNS: Final = 20
RED_WORDS: Final[Mapping[str, str]] = {
    "test": "the test run",
    "build": "the build",
    "lint": "the linter",
    "typecheck": "the type check",
    "deploy": "the deploy",
    "migration": "the migration",
    "training": "the training",
}
"""What people call a job that was red."""
_PARAMETERS: Final = re.compile(r"\[.*$")
_DOTTED: Final = re.compile(r"(?:\w+\.)+(\w+)")


@frozen
class Red:
    """A red streak of one (job, label): ``runs`` failed, the first at ``began``, the last at ``at``.

    ``began`` None: it may be older than what was looked at. ``until``: how far it is known to last (its
    end, or the last failure). ``tests``, ``count``: what the last failure names, None where uncounted.
    ``labels``: of the last failure. ``event_ids``: the last failure first, then the first.
    """

    job: str
    label: str
    labels: tuple[str, ...]
    runs: int
    at: int
    began: int | None
    until: int
    tests: tuple[str, ...]
    count: int | None
    event_ids: tuple[str, ...]


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
    }
    if event is None or event.kind not in (*JOB_ENDS, "session.open"):
        red = _last_red(connection, workspace, now - RECENT_MS, now)
    else:
        red = _red_of(connection, event)
    return cleaned({**found, **(red_slots(red, clock) if red is not None else {})})


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
    ends = [row for job in jobs for row in _ends(connection, workspace, job, (since, until), 1)]
    labels = load_list(max(ends, key=_by_time)["labels"]) if ends else ()
    return one_line(labels[0], _LABEL_COLUMNS) if labels else None


def ended(at: int, clock: Clock) -> dict[str, str | None]:
    """``when``, ``age`` and ``days`` of a session that was last active ``at``."""
    if at > clock.now:
        return {}
    days, span = clock.days_ago(at), clock.now - at
    return {
        "when": clock.when(at),
        "age": words.duration(span) if span >= _MINUTE_MS else None,
        "days": str(days) if days >= _LONG_AGO_DAYS else None,
    }


def streak(
    connection: sqlite3.Connection, workspace: str, job: str, label: str, latest: tuple[int, int]
) -> Red | None:
    """The red streak of a (job, label) up to a run (its at and seq); None where the newest proven
    outcome then was no failure."""
    fails: list[sqlite3.Row] = []
    rows = _runs(connection, workspace, job, label, latest)
    began_known = len(rows) < RUNS_LOOKED_AT
    for row in rows:
        if row["status"] == "ok":
            began_known = True
            break
        if row["status"] == "fail":
            fails.append(row)
    if not fails:
        return None
    last, first = fails[0], fails[-1]
    data = load_object(
        connection.execute("SELECT data FROM events WHERE seq = ?", (last["seq"],)).fetchone()["data"]
    )
    named = data.get("failing")
    tests = tuple(name for name in named if isinstance(name, str)) if isinstance(named, list) else ()
    counts = [data[name] for name in ("failed", "errors") if type(data.get(name)) is int]
    return Red(
        job=job,
        label=label,
        labels=load_list(last["labels"]),
        runs=len(fails),
        at=last["at"],
        began=first["at"] if began_known else None,
        until=last["at"],
        tests=tests,
        count=sum(counts) if counts else len(tests) or None,
        event_ids=tuple(dict.fromkeys((last["id"], first["id"]))),
    )


def newest_proven(
    connection: sqlite3.Connection, workspace: str, job: str, label: str, now: int
) -> tuple[str, str] | None:
    """(id, status) of the newest outcome of a (job, label) that is ok or fail.

    None where there is none, or a run lies in the future: the clock was set back, and nobody can tell
    which came last.
    """
    rows = connection.execute(
        "SELECT e.id, e.status, e.at FROM labels l JOIN events e ON e.seq = l.seq"
        " WHERE l.workspace = ? AND l.job = ? AND l.label = ? ORDER BY l.at DESC, l.seq DESC LIMIT ?",
        (workspace, job, label, RUNS_LOOKED_AT),
    )
    for row in rows:
        if row["at"] > now:
            return None
        if row["status"] in ("ok", "fail"):
            return row["id"], row["status"]
    return None


def red_slots(red: Red, clock: Clock) -> dict[str, str | None]:
    """The slots that tell of a red streak."""
    span = red.until - red.began if red.began is not None else 0
    tested = red.job == "test"
    return {
        "test": short_test(red.tests[0]) if tested and red.tests else None,
        "failing": str(red.count) if tested and (red.count or 0) >= _SECOND else None,
        "runs": str(red.runs) if red.runs >= _SECOND else None,
        "red_for": words.duration(span) if span >= _MINUTE_MS else None,
        "red_when": clock.when(red.at) if red.at <= clock.now else None,
        "bug_type": RED_WORDS.get(red.job),
    }


def short_test(name: str) -> str:
    """The name of a test without its path and parameters: ``tests/test_a.py::TestB::test_c[1]`` is
    ``test_c``."""
    last = _PARAMETERS.sub("", name).rstrip().rpartition("::")[2].strip()
    dotted = _DOTTED.fullmatch(last)
    return one_line(dotted[1] if dotted else last, NAME_COLUMNS)


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
    counted = visits >= _SECOND and len(earlier) + 1 < VISITS_LOOKED_AT
    return {"topic": topic, "visits": words.ordinal(visits) if counted else None}


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


def _red_of(connection: sqlite3.Connection, event: Event) -> Red | None:
    """The streak that this end of a job continues, or breaks."""
    if event.job not in kinds.RED_JOBS:
        return None
    label = event.label or ""
    if event.status == "fail":
        return streak(connection, event.workspace, event.job, label, (event.at, event.seq))
    if event.status != "ok":
        return None
    latest = (event.at, event.seq - 1)
    found = streak(connection, event.workspace, event.job, label, latest)
    if found is None:
        return None
    # A part of the tests ends nothing: the same rule as for news.
    rows = _runs(connection, event.workspace, event.job, label, latest, ", e.duration_ms, e.data")
    told = story(event, tuple(map(outcome_of, rows))).streak
    if told is None:
        return None
    timed = told.began is not None and found.began is not None and fresh(told, event.at)
    return evolve(found, runs=told.runs, began=told.began if timed else None, until=event.at)


def _last_red(connection: sqlite3.Connection, workspace: str, since: int, now: int) -> Red | None:
    """The streak with the newest failure between two times, over or not."""
    ends = [
        row for job in kinds.RED_JOBS for row in _ends(connection, workspace, job, (since, now), _NEWEST_RUNS)
    ]
    newest = max((row for row in ends if row["status"] == "fail"), key=_by_time, default=None)
    if newest is None:
        return None
    label = next(iter(load_list(newest["labels"])), "")
    return streak(connection, workspace, newest["job"], label, (newest["at"], newest["seq"]))


def _ends(
    connection: sqlite3.Connection, workspace: str, job: str, span: tuple[int, int], most: int
) -> list[sqlite3.Row]:
    """The newest ends of a kind of job between two times."""
    return connection.execute(
        "SELECT seq, at, job, status, labels FROM events WHERE workspace = ? AND job = ? AND at >= ?"
        f" AND at <= ? AND kind IN ({placeholders(JOB_ENDS)}) ORDER BY at DESC, seq DESC LIMIT ?",
        (workspace, job, *span, *JOB_ENDS, most),
    ).fetchall()


def _by_time(row: sqlite3.Row) -> tuple[int, int]:
    return row["at"], row["seq"]


def _runs(
    connection: sqlite3.Connection,
    workspace: str,
    job: str,
    label: str,
    latest: tuple[int, int],
    more: str = "",
) -> list[sqlite3.Row]:
    """The runs of a (job, label) up to one (its at and seq), newest first, with ``more`` columns."""
    rows = connection.execute(
        f"SELECT e.seq, e.id, e.at, e.status, e.labels{more} FROM labels l"
        " JOIN events e ON e.seq = l.seq WHERE l.workspace = ? AND l.job = ? AND l.label = ? AND l.at <= ?"
        " ORDER BY l.at DESC, l.seq DESC LIMIT ?",
        (workspace, job, label, latest[0], RUNS_LOOKED_AT),
    )
    return [row for row in rows if (row["at"], row["seq"]) <= latest]


def _falls(value: Any) -> bool | None:
    """Rain or snow, told as a flag or as an amount."""
    return value > 0 if _is_number(value) else value if isinstance(value, bool) else None


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
