"""What the session before left (spec S3, T16): noted anew whenever one opens, told by its reminder and lines.

Invariant: a note says what was recorded, or what the files show at that moment, and names the events that
prove it. What may not be looked at is not noted, and what is gone is not either.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from attrs import frozen

from afterglow.core import kinds, words
from afterglow.core.model import Session
from afterglow.core.queue_rules import Draft, check
from afterglow.store import known, notes, sessions, streaks
from afterglow.store.events import JOB_ENDS
from afterglow.store.notes import Note
from afterglow.store.reminding import MONTH_MS, own_texts, reminder_slots, stands
from afterglow.store.rows import load_list, load_object, placeholders
from afterglow.store.sessions import Stay
from afterglow.store.streaks import Red

__all__ = ["Seen", "lines", "remember", "reminder_slots"]

SOURCE: Final = "previous_session"
LONG_MS: Final = 60 * 60 * 1000
"""From how long on a struggle is worth a note."""
MAX_LINES: Final = 2
RUNS_LOOKED_AT: Final = 500
TESTS_NOTED: Final = 10
SESSIONS_LOOKED_AT: Final = 12
_JOBS: Final = (*kinds.RED_JOBS, "debug")
_BY_ITSELF: Final = frozenset(
    {"job.finished", "job.started", "ci.finished", "pr.merged", "review.requested", "idle", "weather"}
)
"""What happens without anybody at the keyboard, too: it makes no session one that somebody worked in."""
_WORKED: Final = tuple(name for name in kinds.KINDS if not name.startswith("session."))
_BY_HAND: Final = tuple(name for name in _WORKED if name not in _BY_ITSELF)


def _unseen(_path: str) -> None:
    """Where no file may be looked at, nothing is known of any."""


@frozen
class Seen:
    """What the workspace shows now. ``branch``: what HEAD names, None where it is detached or not known.

    ``uncommitted``: so many files at least are not committed, None where that is not known. ``remarks``:
    how much a file marks as still to be done; ``present``: whether a file (a path, or a test's) is there;
    both answer None where they cannot or may not look.
    """

    branch: str | None = None
    uncommitted: int | None = None
    remarks: Callable[[str], int | None] = _unseen
    present: Callable[[str], bool | None] = _unseen


def remember(
    connection: sqlite3.Connection,
    *,
    user_id: str,
    workspace: str,
    session: Session,
    now: int,
    seen: Seen,
) -> tuple[Note, ...]:
    """Note what the newest session before ``session`` that somebody worked in left, in place of what was
    noted of it earlier.

    A session in which nothing happened, or only what happens by itself, leaves nothing, so that the one
    before it still counts; its runs count as newer ones of that.
    """
    last = _last(connection, user_id, workspace, session, now)
    if last is None:
        return ()
    notes.drop(connection, user_id, workspace, last.id, notes.OBSERVED)
    # What failed in the session at hand is known to whoever is there.
    runs = [row for row in _runs(connection, workspace, last, now) if row["session_id"] != session.id]
    found: list[tuple[str, Mapping[str, Any], Sequence[str]]] = []
    if seen.branch:
        proof = _proof_of(connection, workspace, seen.branch, now)
        found.append(("branch", {"branch": seen.branch}, proof))
    found += _of_file(last, workspace, seen)
    red = _still_red(connection, workspace, runs, now)
    failing = _failing(red, seen) if red is not None else None
    if red is not None and failing is not None:
        found.append(("failing", failing, red.event_ids))
    long = _debugging([row for row in runs if row["at"] <= last.active_at], last)
    if long is not None:
        found.append(("debugging", *long))
    if seen.uncommitted:
        found.append(("uncommitted", {"count": seen.uncommitted}, ()))
    return tuple(
        notes.write(connection, user_id, workspace, last.id, kind, data, now, ids)
        for kind, data, ids in found
    )


def lines(
    connection: sqlite3.Connection,
    *,
    user_id: str,
    workspace: str,
    session: Session,
    reminded: bool = False,
) -> tuple[Draft, ...]:
    """At most two lines for the queue from what the session before left, for ``queue.add``.

    ``reminded``: the reminder tells the newest of the user's own notes, so that no line repeats it.
    """
    left = notes.previous(connection, user_id, workspace, session.id)
    texts = own_texts(left)[1 if reminded else 0 :]
    said: list[tuple[str, int, tuple[str, ...], str]] = []
    said += [(f"Your note from last time: {_stopped(text)}", 1, (), "note") for text in texts[:MAX_LINES]]
    for note in left:
        text = _of_debugging(note.data) if note.kind == "debugging" else None
        if text is not None:
            about = ("testing", "debugging") if note.data.get("job") == "test" else ("debugging",)
            said.insert(1, (text, 2, about, note.id))
    drafts = []
    for text, level, tags, source_id in said[:MAX_LINES]:
        fields = {"user_id": user_id, "workspace": workspace, "session_id": session.id, "banter": text}
        made = check({**fields, "source": SOURCE, "source_id": source_id, "level": level, "tags": list(tags)})
        if isinstance(made, Draft):
            drafts.append(made)
    return tuple(drafts)


# -- what is noted -------------------------------------------------------------------------------------


def _last(
    connection: sqlite3.Connection, user_id: str, workspace: str, session: Session, now: int
) -> Stay | None:
    """The newest earlier session that somebody worked in; else the newest in which anything happened."""
    stays = sessions.earlier(connection, workspace, session.id, SESSIONS_LOOKED_AT)
    for which in (_BY_HAND, _WORKED):
        until = min(now, session.started_at - 1)
        for stay in stays:
            if (
                stay.newest_file
                or notes.wrote(connection, user_id, workspace, stay.id)
                or _worked(connection, workspace, (stay.started_at, until), which)
            ):
                return stay
            until = stay.started_at - 1
    return None


def _worked(
    connection: sqlite3.Connection, workspace: str, span: tuple[int, int], which: Sequence[str]
) -> bool:
    row = connection.execute(
        f"SELECT 1 FROM events WHERE workspace = ? AND kind IN ({placeholders(which)})"
        " AND at >= ? AND at <= ? LIMIT 1",
        (workspace, *which, *span),
    ).fetchone()
    return row is not None


def _of_file(last: Stay, workspace: str, seen: Seen) -> list[tuple[str, Mapping[str, Any], Sequence[str]]]:
    """The file saved last and what is open in it, unless it is gone since or must not be named."""
    file, path = known.shown_name(last.newest_file, workspace), last.newest_file
    if file is None or path is None or seen.present(path) is False:
        return []
    found: list[tuple[str, Mapping[str, Any], Sequence[str]]] = [("file", {"file": file}, ())]
    count = seen.remarks(path)
    if count:
        found.append(("todo", {"file": file, "count": count}, ()))
    return found


def _runs(connection: sqlite3.Connection, workspace: str, last: Stay, now: int) -> list[sqlite3.Row]:
    """The ends of jobs since that session began, oldest first; of very many the newest."""
    rows: list[sqlite3.Row] = []
    for job in _JOBS:
        rows += connection.execute(
            "SELECT seq, id, at, job, status, labels, duration_ms, session_id FROM events"
            " WHERE workspace = ? AND job = ? AND at >= ? AND at <= ?"
            f" AND kind IN ({placeholders(JOB_ENDS)}) ORDER BY at DESC, seq DESC LIMIT ?",
            (workspace, job, last.started_at, now, *JOB_ENDS, RUNS_LOOKED_AT),
        )
    return sorted(rows, key=lambda row: (row["at"], row["seq"]))


def _proof_of(connection: sqlite3.Connection, workspace: str, branch: str, now: int) -> tuple[str, ...]:
    """The newest recorded event on that branch, if it is among the last few."""
    rows = connection.execute(
        f"SELECT id, data FROM events WHERE workspace = ? AND kind IN ({placeholders(kinds.NAMES_BRANCH)})"
        " AND at > ? AND at <= ? ORDER BY at DESC, seq DESC LIMIT 10",
        (workspace, *kinds.NAMES_BRANCH, now - MONTH_MS, now),
    )
    for row in rows:
        data = load_object(row["data"])
        if branch in (data.get("branch"), data.get("to")):
            return (row["id"],)
    return ()


def _still_red(
    connection: sqlite3.Connection, workspace: str, runs: Sequence[sqlite3.Row], now: int
) -> Red | None:
    """The failure worth telling: of tests before others, the newest before older ones."""
    fails = [row for row in runs if row["status"] == "fail" and row["job"] in kinds.RED_JOBS]
    fails.sort(key=lambda row: (row["job"] == "test", row["at"], row["seq"]), reverse=True)
    seen: set[tuple[str, str]] = set()
    for row in fails:
        labels: tuple[str, ...] = load_list(row["labels"]) or ("",)
        if (row["job"], labels[0]) in seen:
            continue
        seen.add((row["job"], labels[0]))
        if stands(connection, workspace, row["job"], labels, row["id"], now):
            return streaks.streak(connection, workspace, row["job"], labels[0], (row["at"], row["seq"]))
    return None


def _failing(red: Red, seen: Seen) -> dict[str, Any] | None:
    """What of a failure can still be shown: no test whose file is gone, and no count of which one is."""
    tests = red.tests[:TESTS_NOTED]
    there = [name for name in tests if (path := _file_of(name)) is None or seen.present(path) is not False]
    if tests and not there:
        return None
    return {
        "tests": there,
        "count": red.count if len(there) == len(tests) else None,
        "job": red.job,
        "label": red.label,
        "at": red.at,
        "runs": red.runs,
        "red_for_ms": None if red.began is None else red.until - red.began,
    }


def _file_of(test: str) -> str | None:
    """The file that a test's name begins with, as pytest and others write it; None where it names none."""
    path, parts, _ = test.partition("::")
    return path if parts and "." in path.rpartition("/")[2] else None


def _debugging(runs: Sequence[sqlite3.Row], last: Stay) -> tuple[dict[str, Any], tuple[str, ...]] | None:
    """The longest struggle of an hour or more: a red streak within the session, or time in the debugger."""
    found: list[tuple[dict[str, Any], tuple[str, ...]]] = []
    open_ones: dict[tuple[str, str], list[sqlite3.Row]] = {}

    def close(label: str, fails: Sequence[sqlite3.Row], end: sqlite3.Row, green: bool) -> None:
        job, ms = end["job"], end["at"] - fails[0]["at"]
        data = {"ms": ms, "job": job, "label": label, "runs": len(fails), "green": green}
        found.append((data, tuple(dict.fromkeys((fails[0]["id"], end["id"])))))

    for row in runs:
        if row["job"] not in kinds.RED_JOBS or row["status"] not in ("ok", "fail"):
            continue
        for label in load_list(row["labels"]) or ("",):
            if row["status"] == "fail":
                open_ones.setdefault((row["job"], label), []).append(row)
            elif fails := open_ones.pop((row["job"], label), None):
                close(label, fails, row, True)
    for (_, label), fails in open_ones.items():
        close(label, fails, fails[-1], False)
    debugged = [row for row in runs if row["job"] == "debug" and row["duration_ms"]]
    spans = [(max(last.started_at, row["at"] - int(row["duration_ms"])), row["at"]) for row in debugged]
    ids = tuple(row["id"] for row in debugged)
    found.append(({"ms": _covered(spans), "job": "debug", "runs": len(debugged)}, ids))
    data, proof = max(found, key=lambda one: one[0]["ms"])
    return (data, proof[: notes.MAX_ITEMS]) if data["ms"] >= LONG_MS else None


def _covered(spans: Sequence[tuple[int, int]]) -> int:
    """How long at least one of the spans lasted, in ms."""
    total, until = 0, 0
    for begin, end in sorted(spans):
        total += max(0, end - max(begin, until))
        until = max(until, end)
    return total


# -- what is told --------------------------------------------------------------------------------------


def _stopped(text: str) -> str:
    return text if text[-1] in ".!?…" else f"{text}."


def _of_debugging(data: Mapping[str, Any]) -> str | None:
    """One line about a long struggle, every number from the note."""
    ms, runs, job = data.get("ms"), data.get("runs"), data.get("job")
    if not isinstance(ms, int) or ms < LONG_MS:
        return None
    took = words.duration(ms)
    if job == "debug":
        return f"{took} in the debugger last time. The breakpoints know you by now."
    name = streaks.RED_WORDS.get(str(job))
    if name is None or not isinstance(runs, int):
        return None
    counted = words.counted(runs, "failed run")
    if data.get("green") is True:
        return f"Last time {name} took {took} and {counted} to turn green. Today starts there."
    return f"Last time {name} was red for {took}, {counted}. A list of what it was not."
