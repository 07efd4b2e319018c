"""What the records say at one instant: red keys, history, conflicts, hazards, the nth of today.

Invariant: reading only. Every number that news may tell comes from a query of this file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Final

from afterglow.core import kinds
from afterglow.core.model import Event, Facts, Hazard, Outcome, Red
from afterglow.store.events import JOB_ENDS
from afterglow.store.rows import load_object, outcome_of, placeholders

HISTORY: Final = 200
LOOKED_BACK_MS: Final = 24 * 60 * 60 * 1000
EXCEPTION_MS: Final = 10 * 60 * 1000
_UNDOES: Final = ("reset", "rebase")
_LATEST: Final = (1 << 63) - 1


def red(connection: sqlite3.Connection, workspace: str, now: int) -> tuple[Red, ...]:
    """The red (job, label) keys of a workspace: newest proven outcome a fail, less than 2 h old."""
    rows = connection.execute(
        "SELECT DISTINCT job, label FROM labels WHERE workspace = ? AND at > ?"
        f" AND job IN ({placeholders(kinds.RED_JOBS)})",
        (workspace, now - kinds.RED_FOR_MS, *kinds.RED_JOBS),
    ).fetchall()
    found = []
    for row in rows:
        streak = _streak(connection, workspace, row["job"], row["label"], now)
        # Either way: a failure from before the clock was set back must not stay for years.
        if streak is not None and abs(now - streak[1]) < kinds.RED_FOR_MS:
            since, _, runs, event_id = streak
            found.append(Red(row["job"], row["label"], since, runs, event_id))
    return tuple(found)


def _streak(
    connection: sqlite3.Connection, workspace: str, job: str, label: str, now: int
) -> tuple[int, int, int, str] | None:
    """(first fail, last fail, number of fails, newest event) where the newest proven outcome failed."""
    query = (
        "SELECT e.id, e.at, e.status FROM labels l JOIN events e ON e.seq = l.seq"
        " WHERE l.workspace = ? AND l.job = ? AND l.label = ? AND e.status IN ('ok', 'fail')"
        f" ORDER BY {{}} LIMIT {HISTORY}"
    )
    first, last, runs, event_id = 0, 0, 0, ""
    for row in _newest_first(connection, query, (workspace, job, label), now, "l."):
        if row["status"] != "fail":
            break
        if runs == 0:
            last, event_id = row["at"], row["id"]
        first, runs = row["at"], runs + 1
    return (first, last, runs, event_id) if runs else None


def _newest_first(
    connection: sqlite3.Connection, query: str, values: Sequence[object], now: int, prefix: str = ""
) -> Iterator[sqlite3.Row]:
    """The rows of a query by time, newest first; where the clock was set back since, as recorded."""
    by_time = connection.execute(query.format(f"{prefix}at DESC, {prefix}seq DESC"), values)
    first = by_time.fetchone()
    if first is not None and first["at"] > now:
        yield from connection.execute(query.format(f"{prefix}seq DESC"), values)
    elif first is not None:
        yield first
        yield from by_time


def conflict_since(connection: sqlite3.Connection, workspace: str, now: int | None = None) -> int | None:
    """When the conflict that is still open began, by what sensors and clients reported; else None."""
    query = (
        "SELECT kind, at FROM events WHERE workspace = ? AND kind IN ('conflict.begin', 'conflict.end')"
        " ORDER BY {} LIMIT 1"
    )
    row = next(_newest_first(connection, query, (workspace,), _LATEST if now is None else now), None)
    return row["at"] if row is not None and row["kind"] == "conflict.begin" else None


def exception_at(connection: sqlite3.Connection, workspace: str, now: int) -> int | None:
    """When the debugger stopped on an exception that is neither over nor 10 min old."""
    query = (
        "SELECT kind, at FROM events WHERE workspace = ? AND at BETWEEN ? AND ? AND"
        " (kind = 'debug.exception' OR (kind = 'job.finished' AND job = 'debug'))"
        " ORDER BY {} LIMIT 1"
    )
    # Ten minutes ahead: the clock may have been set back a little meanwhile.
    values = (workspace, now - EXCEPTION_MS + 1, now + EXCEPTION_MS)
    row = next(_newest_first(connection, query, values, now), None)
    return row["at"] if row is not None and row["kind"] == "debug.exception" else None


def hazards(connection: sqlite3.Connection, workspace: str, now: int) -> tuple[Hazard, ...]:
    """Why silence is owed to a workspace now."""
    rows = connection.execute(
        "SELECT kind, until FROM hazards WHERE workspace = ? AND until > ? ORDER BY kind", (workspace, now)
    )
    return tuple(Hazard(row["kind"], row["until"]) for row in rows)


def newcomer(connection: sqlite3.Connection, besides: str) -> bool:
    """The first session ever, and nothing but the event ``besides`` (its id) has ended well yet."""
    if connection.execute("SELECT count(*) FROM (SELECT 1 FROM sessions LIMIT 2)").fetchone()[0] > 1:
        return False
    row = connection.execute(
        "SELECT 1 FROM events WHERE id <> ? AND (status = 'ok' OR (kind IN ('commit', 'merge', 'rebase',"
        " 'cherry-pick', 'revert', 'tag', 'push', 'pull', 'amend', 'branch.switch', 'stash', 'conflict.end')"
        " AND status IS NULL)) LIMIT 1",
        (besides,),
    ).fetchone()
    return row is None


def facts_for(
    connection: sqlite3.Connection, event: Event, known_since: int | None, before: tuple[int, ...]
) -> Facts:
    """Everything that news about ``event`` may compare with.

    ``known_since`` and ``before``: since when git's records have no gap, and the times of commits
    that the log held before that (ms), as the git sensor remembers them.
    """
    same = [
        row["at"]
        for row in connection.execute(
            "SELECT at FROM events WHERE workspace = ? AND kind = ? AND id <> ?"
            " AND (at < ? OR (at = ? AND seq < ?))"
            f" ORDER BY at DESC LIMIT {HISTORY}",
            (event.workspace, event.kind, event.id, event.at, event.at, event.seq),
        )
    ]
    if event.kind == "commit":
        same = sorted((*same, *(at for at in before if at not in same)), reverse=True)[:HISTORY]
    elif known_since is not None:
        known_since = max(known_since + LOOKED_BACK_MS, _first_session(connection, event.workspace))
    push = _last_push(connection, event)
    return Facts(
        history=_history(connection, event),
        same_kind=tuple(same),
        known_since=known_since,
        commits_since_push=_commits_since(connection, event, push) if push is not None else None,
        last_push_at=push,
        last_tag=_last_tag(connection, event),
        conflict_since=_conflict_of(connection, event),
        last_red=_last_red(connection, event),
    )


def _first_session(connection: sqlite3.Connection, workspace: str) -> int:
    """Since when anything but commits is recorded: the log was read back for a day for commits only."""
    row = connection.execute(
        "SELECT min(started_at) AS at FROM sessions WHERE workspace = ?", (workspace,)
    ).fetchone()
    return int(row["at"] or 0)


def _history(connection: sqlite3.Connection, event: Event) -> tuple[Outcome, ...]:
    if event.job is None or event.kind not in JOB_ENDS:
        return ()
    labels = event.labels or ("",)
    rows = connection.execute(
        "SELECT DISTINCT e.seq, e.id, e.at, e.status, e.exit_code, e.duration_ms, e.data FROM labels l"
        " JOIN events e ON e.seq = l.seq WHERE l.workspace = ? AND l.job = ?"
        f" AND l.label IN ({placeholders(labels)}) AND e.id <> ? AND (e.at < ? OR (e.at = ? AND e.seq < ?))"
        f" ORDER BY e.at DESC, e.seq DESC LIMIT {HISTORY}",
        (event.workspace, event.job, *labels, event.id, event.at, event.at, event.seq),
    )
    return tuple(outcome_of(row) for row in rows)


def _last_push(connection: sqlite3.Connection, event: Event) -> int | None:
    if event.kind != "push":
        return None
    branch = event.data.get("branch")
    rows = connection.execute(
        "SELECT at, data FROM events WHERE workspace = ? AND kind = 'push' AND id <> ? AND at <= ?"
        " ORDER BY at DESC LIMIT 50",
        (event.workspace, event.id, event.at),
    )
    return next((row["at"] for row in rows if load_object(row["data"]).get("branch") == branch), None)


def _commits_since(connection: sqlite3.Connection, event: Event, since: int) -> int | None:
    """Commits of the branch since a time; None where some of them may have been taken back meanwhile."""
    undone = connection.execute(
        f"SELECT 1 FROM events WHERE workspace = ? AND kind IN ({placeholders(_UNDOES)})"
        " AND at > ? AND at <= ? LIMIT 1",
        (event.workspace, *_UNDOES, since, event.at),
    ).fetchone()
    if undone is not None:
        return None
    branch = event.data.get("branch")
    rows = connection.execute(
        "SELECT data FROM events WHERE workspace = ? AND kind = 'commit' AND at > ? AND at <= ? LIMIT 500",
        (event.workspace, since, event.at),
    )
    return sum(1 for row in rows if load_object(row["data"]).get("branch") in (branch, None))


def _last_tag(connection: sqlite3.Connection, event: Event) -> tuple[str, int] | None:
    if event.kind != "tag":
        return None
    row = connection.execute(
        "SELECT at, data FROM events WHERE workspace = ? AND kind = 'tag' AND id <> ? AND at < ?"
        " ORDER BY at DESC LIMIT 1",
        (event.workspace, event.id, event.at),
    ).fetchone()
    name = load_object(row["data"]).get("name") if row is not None else None
    return (name, row["at"]) if isinstance(name, str) else None


def _conflict_of(connection: sqlite3.Connection, event: Event) -> int | None:
    """When the conflict that ``event`` ended had begun."""
    if event.kind != "conflict.end":
        return None
    row = connection.execute(
        "SELECT kind, at FROM events WHERE workspace = ? AND kind IN ('conflict.begin', 'conflict.end')"
        " AND id <> ? AND at <= ? ORDER BY at DESC, seq DESC LIMIT 1",
        (event.workspace, event.id, event.at),
    ).fetchone()
    return row["at"] if row is not None and row["kind"] == "conflict.begin" else None


def _last_red(connection: sqlite3.Connection, event: Event) -> tuple[int, int] | None:
    """(began, ended) of the newest ended red streak of any one job of the workspace, for a commit."""
    if event.kind != "commit":
        return None
    rows = connection.execute(
        "SELECT l.job, l.label, e.id, e.at, e.status FROM labels l JOIN events e ON e.seq = l.seq"
        " WHERE l.workspace = ? AND l.at <= ? AND l.at > ? AND e.status IN ('ok', 'fail')"
        f" AND l.job IN ({placeholders(kinds.RED_JOBS)}) ORDER BY l.at DESC, l.seq DESC LIMIT 1000",
        (event.workspace, event.at, event.at - 24 * 60 * 60 * 1000, *kinds.RED_JOBS),
    ).fetchall()
    open_since: dict[tuple[str, str], int | None] = {}
    seen: set[tuple[str, str]] = set()
    newest: tuple[int, int] | None = None
    for row in reversed(rows):
        key = (row["job"], row["label"])
        if row["status"] == "fail":
            # A streak that reaches to the edge of what is looked at may be older than that.
            open_since.setdefault(key, row["at"] if key in seen else None)
        elif key in open_since:
            began = open_since.pop(key)
            told = began is None or _was_shown(connection, row["id"])
            newest = None if told or began is None else (began, row["at"])
        seen.add(key)
    return newest


def _was_shown(connection: sqlite3.Connection, event_id: str) -> bool:
    """Whether a line about this event went out: what it said needs no saying again."""
    row = connection.execute("SELECT 1 FROM turns WHERE event_id = ? AND token_id IS NOT NULL", (event_id,))
    return row.fetchone() is not None
