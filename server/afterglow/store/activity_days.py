"""What happened on each local day, in figures: what the page of ``report`` shows.

Invariant: reading only, and no part of a turn. A figure is counted from rows, as in ``store.activity``:
what was forgotten is not in it, and what has no proof of its outcome is counted as without one.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from attrs import frozen

from afterglow.store.earned import PAUSE_MS
from afterglow.store.rows import load_object

Span = tuple[int, int]


@frozen
class Day:
    """One local day from ``began`` (ms). ``tests_other``: ends of test runs without a proven outcome.
    ``sessions``: those that reach into the day. ``worked_ms``: from the first to the last sign of life of
    each session, side by side ones once, pauses of ten minutes and more left out."""

    began: int
    tests_ok: int
    tests_failed: int
    tests_other: int
    commits: int
    sessions: int
    worked_ms: int

    @property
    def tests(self) -> int:
        return self.tests_ok + self.tests_failed + self.tests_other

    @property
    def empty(self) -> bool:
        return not (self.tests or self.commits or self.sessions)


@frozen
class Stretch:
    """So many runs of the tests of one label in a row that did not fail."""

    runs: int
    label: str
    workspace: str


_STATUSES: Final = ("ok", "fail")


def days(connection: sqlite3.Connection, bounds: Sequence[int]) -> tuple[Day, ...]:
    """The days between these midnights (ms, oldest first, one more than there are days)."""
    commits = _bucketed((at for at, _, _ in _of_kind(connection, "kind = 'commit'", bounds)), bounds)
    runs: list[list[str]] = [[] for _ in bounds[1:]]
    for at, status, _ in _of_kind(connection, "job = 'test' AND kind = 'job.finished'", bounds):
        runs[bisect_right(bounds, at) - 1].append(status)
    stays = [list(spans) for spans in _stays(connection, bounds[0], bounds[-1])]
    present = Counter(
        index for spans in stays for index in {day for span in spans for day in _days_of(span, bounds)}
    )
    worked = [0] * len(runs)
    for span in _merged(span for spans in stays for span in spans):
        for index in _days_of(span, bounds):
            worked[index] += max(0, min(span[1], bounds[index + 1]) - max(span[0], bounds[index]))
    return tuple(
        Day(
            began,
            tests_ok=runs[index].count("ok"),
            tests_failed=runs[index].count("fail"),
            tests_other=sum(status not in _STATUSES for status in runs[index]),
            commits=commits[index],
            sessions=present[index],
            worked_ms=worked[index],
        )
        for index, began in enumerate(bounds[:-1])
    )


def longest_stretch(connection: sqlite3.Connection, span: Span) -> Stretch | None:
    """The most test runs of one label in a row that ended well, between two times; the newest of equals."""
    best: Stretch | None = None
    for workspace in workspaces(connection):
        going: dict[str, int] = {}
        for _, status, labels in _of_kind(
            connection, "job = 'test' AND kind = 'job.finished'", span, workspace
        ):
            if status == "fail":
                going[labels] = 0
            elif status == "ok":
                going[labels] = going.get(labels, 0) + 1
                if best is None or going[labels] >= best.runs:
                    best = Stretch(going[labels], labels, workspace)
    return best


def workspaces(connection: sqlite3.Connection) -> list[str]:
    """Every workspace with an event: each query here is one of a few along an index that begins with it."""
    # From one to the next along the index: DISTINCT would read all of it.
    rows = connection.execute(
        "WITH RECURSIVE place(name) AS (SELECT min(workspace) FROM events UNION ALL"
        " SELECT (SELECT min(workspace) FROM events WHERE workspace > name) FROM place"
        " WHERE name IS NOT NULL) SELECT name FROM place WHERE name IS NOT NULL"
    )
    return [row["name"] for row in rows]


def _of_kind(
    connection: sqlite3.Connection, what: str, bounds: Sequence[int], only: str | None = None
) -> Iterator[tuple[int, str, str]]:
    """(at, status, labels as JSON) of the events that ``what`` names, by time within each workspace."""
    for workspace in [only] if only is not None else workspaces(connection):
        rows = connection.execute(
            f"SELECT at, status, labels FROM events WHERE workspace = ? AND {what} AND at >= ? AND at < ?"
            " ORDER BY at, seq",
            (workspace, bounds[0], bounds[-1]),
        )
        yield from ((row["at"], row["status"] or "unknown", row["labels"]) for row in rows)


def _bucketed(times: Iterable[int], bounds: Sequence[int]) -> list[int]:
    counts = [0] * (len(bounds) - 1)
    for at in times:
        counts[bisect_right(bounds, at) - 1] += 1
    return counts


def _stays(connection: sqlite3.Connection, since: int, until: int) -> Iterator[Iterator[Span]]:
    """The spans of each session, without its long pauses."""
    rows = connection.execute(
        "SELECT id, workspace, started_at, active_at FROM sessions WHERE active_at >= ? AND started_at < ?"
        " ORDER BY started_at",
        (since, until),
    ).fetchall()
    pauses = _pauses(connection, {row["workspace"] for row in rows}, since, until) if rows else {}
    for row in rows:
        # One that began in the future was noted before the clock was set back.
        whole = (row["started_at"], max(row["started_at"], row["active_at"]))
        yield _without(whole, pauses.get(row["id"], []))


def _pauses(
    connection: sqlite3.Connection, places: Iterable[str], since: int, until: int
) -> dict[str, list[Span]]:
    """Session to its long pauses, by time: what each return tells of the quiet before it."""
    found: dict[str, list[Span]] = {}
    for workspace in places:
        rows = connection.execute(
            "SELECT at, session_id, data FROM events WHERE workspace = ? AND kind = 'active'"
            " AND at >= ? AND at < ? ORDER BY at, seq",
            (workspace, since, until),
        )
        for row in rows:
            idle = load_object(row["data"]).get("idleMs")
            if isinstance(idle, int | float) and PAUSE_MS <= idle <= row["at"]:
                found.setdefault(row["session_id"], []).append((row["at"] - int(idle), row["at"]))
    return found


def _without(whole: Span, pauses: Iterable[Span]) -> Iterator[Span]:
    begin, end = whole
    for left, back in pauses:
        if left >= end:
            break
        if left > begin:
            yield begin, left
        begin = max(begin, min(back, end))
    yield begin, end


def _days_of(span: Span, bounds: Sequence[int]) -> range:
    """The places of the days that a span reaches into."""
    first, last = bisect_right(bounds, span[0]) - 1, bisect_right(bounds, span[1]) - 1
    return range(max(0, first), min(last, len(bounds) - 2) + 1)


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    """What the spans cover together, in pieces that lie apart."""
    going: Span | None = None
    for begin, end in sorted(spans):
        if going is not None and begin <= going[1]:
            going = (going[0], max(going[1], end))
            continue
        if going is not None:
            yield going
        going = (begin, end)
    if going is not None:
        yield going
