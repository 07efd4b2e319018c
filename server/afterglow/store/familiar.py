"""Lines that only somebody who was here before can say (level 2): a file that comes up session after
session, a branch that is old or often come back to, how the tests have grown, a round number of sessions.

Invariant: every number is counted from recorded sessions and events; one line a session at most, and
one of a kind in five days, and none in words that were used lately.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any, Final

from attrs import frozen

from afterglow.core import kinds, words
from afterglow.core.local_time import Clock, local
from afterglow.core.model import Session
from afterglow.core.queue_rules import Draft, check
from afterglow.store import known, voice
from afterglow.store.rows import load_object, placeholders

SOURCE: Final = "previous_session"
LEVEL: Final = 2
SESSIONS_LOOKED_AT: Final = 12
RUNNING: Final = 3
"""From how many sessions in a row on a file is familiar."""
OFTEN: Final = 5
"""From how many of the last sessions on a file is home."""
GROWN: Final = 10
OLD_DAYS: Final = 4
OLDEST_DAYS: Final = 60
ROUND: Final = (10, 25, 50, 100, 150, 200, 250, 300, 400, 500)
REST_MS: Final = 5 * 24 * 60 * 60 * 1000
DAY_MS: Final = 24 * 60 * 60 * 1000
MONTH_MS: Final = 30 * DAY_MS
MEMORY: Final = "familiar"
_NAME_COLUMNS: Final = 32

OF_FILE: Final = (
    "{file} again, {nth} session running. It must like you.",
    "{file}, {nth} session running. Somebody should name a street after it.",
    "The {nth} session in a row with {file}. It has stopped knocking.",
    "{file}, {nth} session running. By now it could introduce itself.",
)
OF_BRANCH: Final = (
    "{branch} is {days} days old and still taking visitors.",
    "{days} days of {branch}. It has its own weather by now.",
    "{branch}, day {days}. The rebase will want a story.",
)
OF_HOME: Final = (
    "{file} was the last save in {count} of the last {of} sessions. Home, more or less.",
    "{count} of the last {of} sessions ended in {file}. It keeps the lights on.",
    "{file}: the last save of {count} sessions in {of}. It has a usual table.",
)
OF_VISITS: Final = (
    "{branch}, {nth} visit this month. The bookmark is worn.",
    "Back on {branch}, {nth} time this month. Nothing was moved.",
    "{branch} for the {nth} time this month. It remembers the key.",
)
OF_TESTS: Final = (
    "{when}, {then} tests passed here. The suite has been eating.",
    "{when}, it was {then} that passed. Nobody rang a bell.",
)
OF_SESSIONS: Final = (
    "{nth} session in {project}. There is a path in the carpet.",
    "{nth} session in {project}. The door no longer creaks.",
)


@frozen
class _Found:
    """``kind``: which of the tables; ``text``: ready to be said; ``tags``: what it must come behind."""

    kind: str
    text: str
    tags: tuple[str, ...] = ()


def line(
    connection: sqlite3.Connection,
    *,
    user_id: str,
    workspace: str,
    session: Session,
    branch: str | None,
    now: int,
    zone: tzinfo,
    exclude_paths: Sequence[str] = (),
) -> Draft | None:
    """One line for the queue at the opening of ``session``, None where nothing is familiar enough."""
    spent = voice.read(connection, user_id, MEMORY)
    candidates = (
        _sessions(connection, workspace, session),
        _branch(connection, workspace, branch, now, zone, session),
        *_files(connection, workspace, session, exclude_paths),
        _tests(connection, workspace, now, zone, session),
        _visits(connection, workspace, branch, now, session),
    )
    for found in sorted(candidates, key=lambda one: _when(one, spent)):
        at = spent.get(found.kind) if found is not None else None
        if found is None or (isinstance(at, int) and abs(now - at) < REST_MS):
            continue
        if _heard(connection, user_id, found.text, now):
            continue
        made = check(
            {
                "user_id": user_id,
                "workspace": workspace,
                "session_id": session.id,
                "banter": found.text,
                "source": SOURCE,
                "source_id": f"{MEMORY}:{found.kind}",
                "level": LEVEL,
                "tags": list(found.tags),
            }
        )
        if isinstance(made, Draft):
            voice.write(connection, user_id, MEMORY, {**spent, found.kind: now})
            return made
    return None


def _heard(connection: sqlite3.Connection, user_id: str, text: str, now: int) -> bool:
    rows = connection.execute(
        "SELECT 1 FROM (SELECT banter, used_at FROM banter_queue WHERE user_id = ? AND used = 1"
        " ORDER BY claimed DESC LIMIT 300) WHERE banter = ? AND used_at > ?",
        (user_id, text, now - MONTH_MS),
    )
    return rows.fetchone() is not None


def _when(found: _Found | None, spent: Mapping[str, Any]) -> int:
    """When a kind was told last: what was told longest ago goes first."""
    at = spent.get(found.kind) if found is not None else None
    return at if isinstance(at, int) else 0


def _files(
    connection: sqlite3.Connection, workspace: str, session: Session, exclude_paths: Sequence[str]
) -> Iterator[_Found]:
    """The file that was saved last in each of the sessions before this one, or in most of them."""
    rows = connection.execute(
        "SELECT newest_file FROM sessions WHERE workspace = ? AND id <> ? AND newest_file IS NOT NULL"
        " ORDER BY active_at DESC, rowid DESC LIMIT ?",
        (workspace, session.id, SESSIONS_LOOKED_AT),
    ).fetchall()
    if not rows:
        return
    running = next((at for at, row in enumerate(rows) if row[0] != rows[0][0]), len(rows))
    file = known.shown_name(rows[0][0], workspace, exclude_paths)
    if file is not None and len(file) <= _NAME_COLUMNS and RUNNING <= running < SESSIONS_LOOKED_AT:
        yield _Found("file", _one_of(OF_FILE, session).format(file=file, nth=words.ordinal(running)))
    path, count = Counter(row[0] for row in rows).most_common(1)[0]
    often = known.shown_name(path, workspace, exclude_paths)
    if often is None or len(often) > _NAME_COLUMNS or len(rows) < SESSIONS_LOOKED_AT or count < OFTEN:
        return
    yield _Found("home", _one_of(OF_HOME, session).format(file=often, count=count, of=len(rows)))


def _visits(
    connection: sqlite3.Connection, workspace: str, branch: str | None, now: int, session: Session
) -> _Found | None:
    """How often the branch was come back to within 30 days."""
    if branch is None or branch in kinds.MAIN_BRANCHES or len(branch) > _NAME_COLUMNS:
        return None
    rows = connection.execute(
        "SELECT data FROM events WHERE workspace = ? AND kind = 'branch.switch' AND at > ? AND at <= ?"
        " LIMIT 500",
        (workspace, now - MONTH_MS, now),
    )
    count = sum(1 for row in rows if load_object(row["data"]).get("to") == branch)
    if count < RUNNING:
        return None
    return _Found("visits", _one_of(OF_VISITS, session).format(branch=branch, nth=words.ordinal(count)))


def _tests(
    connection: sqlite3.Connection, workspace: str, now: int, zone: tzinfo, session: Session
) -> _Found | None:
    """How many tests passed in the newest green run, and in the first one of two weeks ago or more."""
    query = (
        "SELECT at, data, labels FROM events WHERE workspace = ? AND job = 'test' AND status = 'ok'"
        " AND at > ? AND at <= ? ORDER BY at {} LIMIT 1"
    )
    newest = connection.execute(query.format("DESC"), (workspace, now - DAY_MS * 7, now)).fetchone()
    oldest = connection.execute(
        query.format("ASC"), (workspace, now - OLDEST_DAYS * DAY_MS, now - 2 * 7 * DAY_MS)
    ).fetchone()
    if newest is None or oldest is None or newest["labels"] != oldest["labels"]:
        return None
    then, more = (load_object(row["data"]).get("passed") for row in (oldest, newest))
    if not isinstance(then, int) or not isinstance(more, int) or more < then + GROWN:
        return None
    when = Clock(now, zone).when(oldest["at"])
    text = _one_of(OF_TESTS, session).format(then=then, when=when[0].upper() + when[1:])
    return _Found("tests", text, ("testing",))


def _branch(
    connection: sqlite3.Connection,
    workspace: str,
    branch: str | None,
    now: int,
    zone: tzinfo,
    session: Session,
) -> _Found | None:
    """How many days ago a branch was first seen here, where it is none that lives for ever."""
    if branch is None or branch in kinds.MAIN_BRANCHES or len(branch) > _NAME_COLUMNS:
        return None
    rows = connection.execute(
        f"SELECT at, data FROM events WHERE workspace = ? AND kind IN ({placeholders(kinds.NAMES_BRANCH)})"
        " AND at >= ? AND at <= ? ORDER BY at LIMIT 2000",
        (workspace, *kinds.NAMES_BRANCH, now - OLDEST_DAYS * DAY_MS, now),
    )
    for row in rows:
        data = load_object(row["data"])
        if branch in (data.get("branch"), data.get("to")):
            days = (local(now, zone).date() - local(row["at"], zone).date()).days
            if OLD_DAYS <= days < OLDEST_DAYS:
                return _Found("branch", _one_of(OF_BRANCH, session).format(branch=branch, days=days))
            return None
    return None


def _sessions(connection: sqlite3.Connection, workspace: str, session: Session) -> _Found | None:
    count = connection.execute("SELECT count(*) FROM sessions WHERE workspace = ?", (workspace,)).fetchone()[
        0
    ]
    project = known.name_of(workspace)
    if count not in ROUND or not project or len(project) > _NAME_COLUMNS:
        return None
    text = _one_of(OF_SESSIONS, session).format(nth=words.ordinal(count), project=project)
    return _Found("sessions", text)


def _one_of(texts: Sequence[str], session: Session) -> str:
    digest = hashlib.blake2b(session.id.encode("utf-8", "replace"), digest_size=2).digest()
    return texts[int.from_bytes(digest, "big") % len(texts)]
