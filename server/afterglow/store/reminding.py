"""What the reminder of a session may say (spec T16): the slots that the notes of the session before fill.

Invariant: a note says what was recorded. What was red is told only while nothing newer proves otherwise,
and only on the branch that it was red on; what a note does not name is not told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Final

from attrs import evolve

from afterglow.core import kinds, words
from afterglow.core.clean import columns, one_line
from afterglow.core.local_time import Clock
from afterglow.core.model import Session
from afterglow.store import known, notes, sessions, streaks
from afterglow.store.notes import Note
from afterglow.store.rows import load_list, load_object, placeholders
from afterglow.store.sessions import Stay
from afterglow.store.streaks import Red

SOON_MS: Final = 6 * 60 * 60 * 1000
"""Who comes back sooner knows where the work was, unless something is broken or was noted."""
NOTE_WORDS, NOTE_COLUMNS = 19, 90
"""How much of the user's own note fits on a line that introduces it."""
STAYS_LOOKED_AT: Final = 12
MONTH_MS: Final = 30 * known.RECENT_MS


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
    wrote = next((note.session_id for note in left if note.session_id), None)
    last = (
        sessions.named(connection, workspace, wrote)
        if wrote is not None
        else next(iter(sessions.earlier(connection, workspace, session.id, 1)), None)
    )
    found: dict[str, str | None] = {"project_name": known.name_of(workspace), "branch": branch}
    proofs: list[str] = []
    if last is not None:
        span = (connection, workspace)
        last = evolve(last, active_at=_left_at(connection, workspace, last, now))
        found |= known.ended(last.active_at, clock)
        found["recent_activity"] = known.newest_label(*span, kinds.JOBS, last.started_at, last.active_at)
        found["last_task"] = known.newest_label(*span, ("task",), last.started_at, last.active_at)
    if branch and _left_elsewhere(connection, workspace, branch, now):
        found["branch"] = None
    elif branch and "branch" in by_kind and by_kind["branch"].data.get("branch") == branch:
        proofs += by_kind["branch"].event_ids
    file = by_kind["file"].data.get("file") if "file" in by_kind else None
    found["file"] = known.shown_name(file, workspace, exclude_paths) if isinstance(file, str) else None
    found["uncommitted"] = _counted(by_kind.get("uncommitted"), "file")
    if found["file"] is not None:
        found["todos"] = _counted(by_kind.get("todo"), "todo")
    red = _red_of(connection, workspace, by_kind.get("failing"), branch, now)
    if red is not None:
        found |= streaks.red_slots(red, clock)
        proofs += red.event_ids
    slots = known.cleaned(found)
    texts = own_texts(left)
    away_ms = _away_ms(connection, workspace, session, last, now)
    if not texts and red is None and not _worth_telling(slots, away_ms):
        return {}, ()
    if texts:
        # Not cut like a name: a note is told as it was written, as far as a line has room.
        slots["note"] = texts[0]
    return slots, tuple(dict.fromkeys(proofs))


def own_texts(left: Sequence[Note]) -> list[str]:
    """The user's own notes, newest first, each as far as a line has room."""
    texts = [note.data.get("text") for note in reversed(left) if note.kind == "text"]
    return [short for text in texts if isinstance(text, str) and (short := _shortened(text))]


def stands(
    connection: sqlite3.Connection, workspace: str, job: str, labels: Sequence[str], event_id: str, now: int
) -> bool:
    """Whether a failure is the newest proven outcome under its first label, and no other label of it has
    turned green."""
    newest = [streaks.newest_proven(connection, workspace, job, label, now) for label in labels]
    return newest[0] == (event_id, "fail") and all(one is not None and one[1] == "fail" for one in newest)


def _worth_telling(slots: Mapping[str, str], away_ms: int | None) -> bool:
    """Whether a place is news to who was away for so long: after a few hours a file is, and a branch of its
    own; the main branch alone is only after days."""
    if away_ms is None or away_ms < SOON_MS:
        return False
    if "file" in slots or "uncommitted" in slots or "days" in slots:
        return True
    return slots.get("branch", "main") not in kinds.MAIN_BRANCHES


def _away_ms(
    connection: sqlite3.Connection, workspace: str, session: Session, last: Stay | None, now: int
) -> int | None:
    """Since somebody was here, in the session that left the notes or in a later one that was opened."""
    stays = sessions.earlier(connection, workspace, session.id, STAYS_LOOKED_AT)
    here = [stay for stay in stays if sessions.was_opened(connection, workspace, stay.id)][:1]
    times = [_left_at(connection, workspace, stay, now) for stay in here]
    times += [last.active_at] if last is not None else []
    return now - max(times) if times else None


def _left_at(connection: sqlite3.Connection, workspace: str, stay: Stay, now: int) -> int:
    """When somebody was last there: what jobs did after everybody had gone is no part of anybody's stay."""
    away = sessions.away(connection, workspace, stay.id, now)
    return min(away.began, stay.active_at) if away is not None else stay.active_at


def _left_elsewhere(connection: sqlite3.Connection, workspace: str, branch: str, now: int) -> bool:
    """Whether the newest event that names a branch names another one: then ``branch`` is not where the
    work was left."""
    row = connection.execute(
        f"SELECT data FROM events WHERE workspace = ? AND kind IN ({placeholders(kinds.NAMES_BRANCH)})"
        " AND at > ? AND at <= ? ORDER BY at DESC, seq DESC LIMIT 1",
        (workspace, *kinds.NAMES_BRANCH, now - MONTH_MS, now),
    ).fetchone()
    data = load_object(row["data"]) if row is not None else {}
    named = data.get("to") or data.get("branch")
    return isinstance(named, str) and named != branch


def _counted(note: Note | None, noun: str) -> str | None:
    """What a note counts, in words; nothing where there is nothing."""
    count = note.data.get("count") if note is not None else None
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        return None
    return words.counted(count, noun)


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
    if not stands(connection, workspace, row["job"], labels, note.event_ids[0], now):
        return None
    if _branch_at(connection, workspace, row["at"], branch) != branch:
        return None
    found = streaks.streak(connection, workspace, row["job"], labels[0], (row["at"], row["seq"]))
    # The note was cleaned when it was written; what it does not name is not told.
    named, count = note.data.get("tests"), note.data.get("count")
    tests = tuple(one for one in named if isinstance(one, str)) if isinstance(named, list) else ()
    if found is None:
        return None
    return evolve(found, tests=tests, count=found.count if isinstance(count, int) else None)


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


def _shortened(text: str) -> str:
    clean = one_line(text, notes.TEXT_COLUMNS)
    kept = clean.split(" ")
    if len(kept) > NOTE_WORDS or columns(clean) > NOTE_COLUMNS:
        return one_line(" ".join(kept[:NOTE_WORDS]).rstrip(" .,;:-(") + "…", NOTE_COLUMNS)
    return clean
