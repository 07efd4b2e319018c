"""Red streaks as the records show them: which one an event belongs to, and what a line may say of it.

Invariant: as for ``store.known``: reads only, along an index and to a bound, and nothing is guessed.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

from afterglow.core import kinds, words
from afterglow.core.clean import one_line
from afterglow.core.history import fresh, story
from afterglow.core.local_time import Clock
from afterglow.core.model import Event
from afterglow.store.events import JOB_ENDS
from afterglow.store.rows import load_list, load_object, outcome_of, placeholders

_MINUTE_MS: Final = 60_000
_NAME_COLUMNS: Final = 40
SECOND: Final = 2
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
        "failing": str(red.count) if tested and (red.count or 0) >= SECOND else None,
        "runs": str(red.runs) if red.runs >= SECOND else None,
        "red_for": words.duration(span) if span >= _MINUTE_MS else None,
        "red_when": clock.when(red.at) if red.at <= clock.now else None,
        "bug_type": RED_WORDS.get(red.job),
    }


def short_test(name: str) -> str:
    """The name of a test without its path and parameters: ``tests/test_a.py::TestB::test_c[1]`` is
    ``test_c``."""
    last = _PARAMETERS.sub("", name).rstrip().rpartition("::")[2].strip()
    dotted = _DOTTED.fullmatch(last)
    return one_line(dotted[1] if dotted else last, _NAME_COLUMNS)


def red_of(connection: sqlite3.Connection, event: Event) -> Red | None:
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
    rows = _runs(
        connection, event.workspace, event.job, label, latest, ", e.exit_code, e.duration_ms, e.data"
    )
    told = story(event, tuple(map(outcome_of, rows))).streak
    if told is None:
        return None
    timed = told.began is not None and found.began is not None and fresh(told, event.at)
    return evolve(found, runs=told.runs, began=told.began if timed else None, until=event.at)


def last_red(connection: sqlite3.Connection, workspace: str, since: int, now: int) -> Red | None:
    """The streak with the newest failure between two times, over or not."""
    found = [
        row for job in kinds.RED_JOBS for row in ends(connection, workspace, job, (since, now), _NEWEST_RUNS)
    ]
    newest = max((row for row in found if row["status"] == "fail"), key=by_time, default=None)
    if newest is None:
        return None
    label = next(iter(load_list(newest["labels"])), "")
    return streak(connection, workspace, newest["job"], label, (newest["at"], newest["seq"]))


def ends(
    connection: sqlite3.Connection, workspace: str, job: str, span: tuple[int, int], most: int
) -> list[sqlite3.Row]:
    """The newest ends of a kind of job between two times."""
    return connection.execute(
        "SELECT seq, at, job, status, labels FROM events WHERE workspace = ? AND job = ? AND at >= ?"
        f" AND at <= ? AND kind IN ({placeholders(JOB_ENDS)}) ORDER BY at DESC, seq DESC LIMIT ?",
        (workspace, job, *span, *JOB_ENDS, most),
    ).fetchall()


def by_time(row: sqlite3.Row) -> tuple[int, int]:
    """What sorts runs as they ended."""
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
