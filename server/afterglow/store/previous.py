"""What the session before left (spec S3, T16): noted when a new one opens, told by its reminder and lines.

Invariant: a note says what was recorded, and names the events that prove it. What was red is told only
while nothing newer proves otherwise, and only on the branch that it was red on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, Final

from attrs import evolve, frozen

from afterglow.core import kinds, words
from afterglow.core.clean import columns, one_line
from afterglow.core.local_time import Clock
from afterglow.core.model import Session
from afterglow.core.queue_rules import Draft, check
from afterglow.store import known, notes, streaks
from afterglow.store.events import JOB_ENDS
from afterglow.store.notes import Note
from afterglow.store.rows import load_list, load_object, placeholders
from afterglow.store.streaks import Red

SOURCE: Final = "previous_session"
LONG_MS: Final = 60 * 60 * 1000
"""From how long on a struggle is worth a note."""
SOON_MS: Final = 6 * 60 * 60 * 1000
"""Who comes back sooner knows where the work was, unless something is broken or was noted."""
MAX_LINES: Final = 2
RUNS_LOOKED_AT: Final = 500
TESTS_NOTED: Final = 10
NOTE_WORDS, NOTE_COLUMNS = 19, 90
"""How much of the user's own note fits on a line that introduces it."""
_JOBS: Final = (*kinds.RED_JOBS, "debug")
_WORKED: Final = tuple(name for name in kinds.KINDS if not name.startswith("session."))


@frozen
class _Last:
    """The session that a new one follows. Times in ms."""

    id: str
    started_at: int
    active_at: int
    newest_file: str | None


def remember(
    connection: sqlite3.Connection,
    *,
    user_id: str,
    workspace: str,
    session: Session,
    now: int,
    branch: str | None,
) -> tuple[Note, ...]:
    """Note what the newest session before ``session`` left; its earlier notes of the same kinds are replaced.

    ``branch``: what HEAD names now, None where it is detached or not known. A session in which nothing
    happened leaves nothing, so that the one before it still counts.
    """
    last = _last(connection, workspace, session.id)
    if last is None or not (last.newest_file or _worked(connection, workspace, last, now)):
        return ()
    runs = _runs(connection, workspace, last, now)
    found: list[tuple[str, Mapping[str, Any], Sequence[str]]] = []
    if branch:
        found.append(("branch", {"branch": branch}, _proof_of(connection, workspace, branch, now)))
    file = known.shown_name(last.newest_file, workspace)
    if file is not None:
        found.append(("file", {"file": file}, ()))
    red = _still_red(connection, workspace, runs, now)
    if red is not None:
        found.append(("failing", _failing(red), red.event_ids))
    long = _debugging(runs, last)
    if long is not None:
        found.append(("debugging", *long))
    return tuple(
        notes.write(connection, user_id, workspace, last.id, kind, data, now, ids)
        for kind, data, ids in found
    )


def reminder_slots(
    connection: sqlite3.Connection,
    *,
    user_id: str,
    workspace: str,
    session: Session,
    now: int,
    clock: Clock,
    branch: str | None,
    exclude_paths: Sequence[str] = (),
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The slots of a reminder for ``session``, and the ids of the events that prove them.

    Empty where no earlier session left a note. ``branch``: what HEAD names now; a branch that was noted
    and is not checked out any more is not told.
    """
    left = notes.previous(connection, user_id, workspace, session.id)
    if not left:
        return {}, ()
    by_kind = {note.kind: note for note in left}
    last = _last(connection, workspace, session.id, next((n.session_id for n in left if n.session_id), None))
    found: dict[str, str | None] = {"project_name": known.name_of(workspace), "branch": branch}
    proofs: list[str] = []
    if last is not None:
        span = (connection, workspace)
        found |= known.ended(last.active_at, clock)
        found["recent_activity"] = known.newest_label(*span, kinds.JOBS, last.started_at, last.active_at)
        found["last_task"] = known.newest_label(*span, ("task",), last.started_at, last.active_at)
    if branch and _left_elsewhere(connection, workspace, branch, now):
        found["branch"] = None
    elif branch and "branch" in by_kind and by_kind["branch"].data.get("branch") == branch:
        proofs += by_kind["branch"].event_ids
    file = by_kind["file"].data.get("file") if "file" in by_kind else None
    found["file"] = known.shown_name(file, workspace, exclude_paths) if isinstance(file, str) else None
    red = _red_of(connection, workspace, by_kind.get("failing"), branch, now)
    if red is not None:
        found |= streaks.red_slots(red, clock)
        proofs += red.event_ids
    slots = known.cleaned(found)
    texts = _texts(left)
    if not texts and red is None and not _worth_telling(slots, last, now):
        return {}, ()
    if texts:
        # Not cut like a name: a note is told as it was written, as far as a line has room.
        slots["note"] = texts[0]
    return slots, tuple(dict.fromkeys(proofs))


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
    texts = _texts(left)[1 if reminded else 0 :]
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


def _worth_telling(slots: Mapping[str, str], last: _Last | None, now: int) -> bool:
    """Whether a place is news to who left it: after a few hours a file is, and a branch of its own; the
    main branch alone is only after days."""
    if last is None or now - last.active_at < SOON_MS:
        return False
    if "file" in slots or "days" in slots:
        return True
    return slots.get("branch", "main") not in kinds.MAIN_BRANCHES


# -- what is noted -------------------------------------------------------------------------------------


def _last(
    connection: sqlite3.Connection, workspace: str, besides: str, wanted: str | None = None
) -> _Last | None:
    """The session ``wanted``, or the newest of the workspace but one."""
    chosen = "SELECT id, started_at, active_at, newest_file FROM sessions"
    if wanted is not None:
        found = connection.execute(f"{chosen} WHERE id = ? AND workspace = ?", (wanted, workspace))
    else:
        found = connection.execute(
            f"{chosen} WHERE workspace = ? AND id <> ? ORDER BY active_at DESC, rowid DESC LIMIT 1",
            (workspace, besides),
        )
    row = found.fetchone()
    return None if row is None else _Last(*row)


def _worked(connection: sqlite3.Connection, workspace: str, last: _Last, now: int) -> bool:
    row = connection.execute(
        f"SELECT 1 FROM events WHERE workspace = ? AND kind IN ({placeholders(_WORKED)})"
        " AND at >= ? AND at <= ? LIMIT 1",
        (workspace, *_WORKED, last.started_at, now),
    ).fetchone()
    return row is not None


def _runs(connection: sqlite3.Connection, workspace: str, last: _Last, now: int) -> list[sqlite3.Row]:
    """The ends of jobs since that session began, oldest first; of very many the newest."""
    rows: list[sqlite3.Row] = []
    for job in _JOBS:
        rows += connection.execute(
            "SELECT seq, id, at, job, status, labels, duration_ms FROM events"
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
        (workspace, *kinds.NAMES_BRANCH, now - 30 * known.RECENT_MS, now),
    )
    for row in rows:
        data = load_object(row["data"])
        if branch in (data.get("branch"), data.get("to")):
            return (row["id"],)
    return ()


def _left_elsewhere(connection: sqlite3.Connection, workspace: str, branch: str, now: int) -> bool:
    """Whether the newest event that names a branch names another one: then ``branch`` is not where the
    work was left."""
    row = connection.execute(
        f"SELECT data FROM events WHERE workspace = ? AND kind IN ({placeholders(kinds.NAMES_BRANCH)})"
        " AND at > ? AND at <= ? ORDER BY at DESC, seq DESC LIMIT 1",
        (workspace, *kinds.NAMES_BRANCH, now - 30 * known.RECENT_MS, now),
    ).fetchone()
    data = load_object(row["data"]) if row is not None else {}
    named = data.get("to") or data.get("branch")
    return isinstance(named, str) and named != branch


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
        if _stands(connection, workspace, row["job"], labels, row["id"], now):
            return streaks.streak(connection, workspace, row["job"], labels[0], (row["at"], row["seq"]))
    return None


def _stands(
    connection: sqlite3.Connection, workspace: str, job: str, labels: Sequence[str], event_id: str, now: int
) -> bool:
    """Whether a failure is the newest proven outcome under its first label, and no other label of it has
    turned green."""
    newest = [streaks.newest_proven(connection, workspace, job, label, now) for label in labels]
    return newest[0] == (event_id, "fail") and all(one is not None and one[1] == "fail" for one in newest)


def _failing(red: Red) -> dict[str, Any]:
    return {
        "tests": list(red.tests[:TESTS_NOTED]),
        "count": red.count,
        "job": red.job,
        "label": red.label,
        "at": red.at,
        "runs": red.runs,
        "red_for_ms": None if red.began is None else red.until - red.began,
    }


def _debugging(runs: Sequence[sqlite3.Row], last: _Last) -> tuple[dict[str, Any], tuple[str, ...]] | None:
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


def _red_of(
    connection: sqlite3.Connection, workspace: str, note: Note | None, branch: str | None, now: int
) -> Red | None:
    """What a note says is red, if the records still say so and the same branch is checked out."""
    if note is None or not note.event_ids:
        return None
    row = connection.execute(
        "SELECT seq, at, job, labels FROM events WHERE id = ?", (note.event_ids[0],)
    ).fetchone()
    if row is None or row["job"] not in kinds.RED_JOBS:
        return None
    labels = load_list(row["labels"]) or ("",)
    if not _stands(connection, workspace, row["job"], labels, note.event_ids[0], now):
        return None
    if _branch_at(connection, workspace, row["at"], branch) != branch:
        return None
    found = streaks.streak(connection, workspace, row["job"], labels[0], (row["at"], row["seq"]))
    # The note was cleaned when it was written; what it does not name is not told.
    named = note.data.get("tests")
    tests = tuple(one for one in named if isinstance(one, str)) if isinstance(named, list) else ()
    return None if found is None else evolve(found, tests=tests)


def _branch_at(connection: sqlite3.Connection, workspace: str, at: int, branch_now: str | None) -> str | None:
    """Which branch was checked out then: the one that the first switch since has left."""
    row = connection.execute(
        "SELECT data FROM events WHERE workspace = ? AND kind = 'branch.switch' AND at > ?"
        " ORDER BY at, seq LIMIT 1",
        (workspace, at),
    ).fetchone()
    if row is None:
        return branch_now
    left = load_object(row["data"]).get("from")
    return left if isinstance(left, str) else ""


def _texts(left: Sequence[Note]) -> list[str]:
    """The user's own notes, newest first, each as far as a line has room."""
    texts = [note.data.get("text") for note in reversed(left) if note.kind == "text"]
    return [short for text in texts if isinstance(text, str) and (short := _shortened(text))]


def _shortened(text: str) -> str:
    clean = one_line(text, notes.TEXT_COLUMNS)
    kept = clean.split(" ")
    if len(kept) > NOTE_WORDS or columns(clean) > NOTE_COLUMNS:
        return one_line(" ".join(kept[:NOTE_WORDS]).rstrip(" .,;:-(") + "…", NOTE_COLUMNS)
    return clean


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
