"""What waits for idle time (spec M2): jobs that a worker leases, and what became of them.

Invariant: every function runs in the transaction at hand. A job is pending, processing, completed or failed;
only who leases it may end it, and of one type and key at most one is open. What failed stays to be seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import Any, Final, Literal, cast

from attrs import frozen

from afterglow.core.chance import lot
from afterglow.core.model import Json
from afterglow.store.rows import dump, load_object, new_id, placeholders

State = Literal["pending", "processing", "completed", "failed"]

STATES: Final[tuple[State, ...]] = ("pending", "processing", "completed", "failed")
LEASE_MS: Final = 60_000
LONGEST_LEASE_MS: Final = 10 * 60_000
"""A lease that ends later than this from now was given by a clock that has been set back since."""
LONGEST_WAIT_MS: Final = 26 * 60 * 60_000
"""The same for a wait: the next day's budget is at most 25 hours away."""
FIRST_WAIT_MS: Final = 30_000
MOST_WAIT_MS: Final = 60 * 60_000
LOST: Final = "its worker was lost"
_LOT: Final = 2**64
_FREE: Final = "state = 'pending', lease_owner = NULL, lease_until = NULL"
_HELD: Final = "id = ? AND lease_owner = ? AND state = 'processing'"
_WAITED: Final = "(not_before <= ? OR not_before > ?)"
_LAPSED: Final = "state = 'processing' AND (lease_until IS NULL OR lease_until <= ? OR lease_until > ?)"


@frozen
class Job:
    """One job. Times in ms since the epoch. ``attempts``: how often it was leased, the present lease
    included; one that was given back politely does not count. ``reason``: what the last end was for."""

    id: str
    type: str
    priority: int
    user_id: str
    workspace: str
    key: str | None
    payload: Mapping[str, Json]
    state: State
    attempts: int
    most_attempts: int
    not_before: int
    lease_owner: str | None
    lease_until: int | None
    created_at: int
    finished_at: int | None
    reason: str | None


# -- putting in ----------------------------------------------------------------------------------------


def add(
    connection: sqlite3.Connection,
    *,
    type: str,
    user_id: str,
    now: int,
    workspace: str = "",
    key: str | None = None,
    payload: Mapping[str, Json] | None = None,
    priority: int = 0,
    not_before: int = 0,
    most_attempts: int = 5,
) -> str | None:
    """Queue a job; its id, or None where one of that type and key is open already.

    That one gets the higher of both priorities. ``not_before``: at most ``LONGEST_WAIT_MS`` from now.
    """
    if key is not None:
        open_one = connection.execute(
            "SELECT seq FROM job_queue WHERE type = ? AND key = ? AND state IN ('pending', 'processing')",
            (type, key),
        ).fetchone()
        if open_one is not None:
            connection.execute(
                "UPDATE job_queue SET priority = max(priority, ?) WHERE seq = ?", (priority, open_one["seq"])
            )
            return None
    job_id = new_id(now)
    connection.execute(
        "INSERT INTO job_queue (id, type, priority, user_id, workspace, key, payload, most_attempts,"
        " not_before, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            job_id,
            type,
            priority,
            user_id,
            workspace,
            key,
            dump(dict(payload or {})),
            max(1, most_attempts),
            min(not_before, now + LONGEST_WAIT_MS),
            now,
        ),
    )
    return job_id


# -- a worker's side -----------------------------------------------------------------------------------


def lease(
    connection: sqlite3.Connection,
    owner: str,
    now: int,
    types: Collection[str],
    lease_ms: int = LEASE_MS,
    *,
    user_id: str | None = None,
) -> Job | None:
    """The most urgent due job of these types, the oldest among equals, as ``owner``'s for ``lease_ms``;
    None where none is due. ``owner``: a name no other worker ever has. ``user_id``: of this user alone."""
    lapse(connection, now)
    which, names = _of(types, user_id)
    row = connection.execute(
        f"SELECT seq FROM job_queue WHERE state = 'pending' AND {_WAITED}{which}"
        " ORDER BY priority DESC, seq LIMIT 1",
        (*_waited(now), *names),
    ).fetchone()
    if row is None:
        return None
    # The state once more: of two that saw the same row, also outside a transaction, one gets it.
    got = connection.execute(
        "UPDATE job_queue SET state = 'processing', attempts = attempts + 1, lease_owner = ?,"
        " lease_until = ? WHERE seq = ? AND state = 'pending'",
        (owner, now + _lease(lease_ms), row["seq"]),
    )
    if got.rowcount == 0:
        return None
    return _job(connection.execute("SELECT * FROM job_queue WHERE seq = ?", (row["seq"],)).fetchone())


def renew(
    connection: sqlite3.Connection, job_id: str, owner: str, now: int, lease_ms: int = LEASE_MS
) -> bool:
    """Hold the lease for ``lease_ms`` from now; False where it was lost."""
    return _held(connection, "lease_until = ?", (now + _lease(lease_ms),), job_id, owner)


def complete(connection: sqlite3.Connection, job_id: str, owner: str, now: int, reason: str = "") -> bool:
    """The job is done; False where the lease was lost, and what was done in this transaction is another's
    to do: roll it back."""
    change = "state = 'completed', lease_owner = NULL, lease_until = NULL, finished_at = ?, reason = ?"
    return _held(connection, change, (now, reason), job_id, owner)


def give_back(connection: sqlite3.Connection, job_id: str, owner: str, now: int) -> bool:
    """Stopped politely: due again at once, and the attempt does not count. False: the lease was lost."""
    del now
    return _held(connection, f"{_FREE}, attempts = max(0, attempts - 1)", (), job_id, owner)


def give_back_all(connection: sqlite3.Connection, owner: str) -> int:
    """The same for whatever ``owner`` still holds, by who ended that process; how many it was."""
    done = connection.execute(
        f"UPDATE job_queue SET {_FREE}, attempts = max(0, attempts - 1)"
        " WHERE state = 'processing' AND lease_owner = ?",
        (owner,),
    )
    return int(done.rowcount)


def put_off(
    connection: sqlite3.Connection, job_id: str, owner: str, now: int, *, until: int, reason: str
) -> bool:
    """Nothing can be done before ``until`` (a pause, the budget): the attempt does not count. False: the
    lease was lost."""
    later = min(until, now + LONGEST_WAIT_MS)
    change = f"{_FREE}, attempts = max(0, attempts - 1), not_before = ?, reason = ?"
    return _held(connection, change, (later, reason), job_id, owner)


def fail(
    connection: sqlite3.Connection, job_id: str, owner: str, now: int, *, reason: str, retry: bool = True
) -> Literal["pending", "failed"] | None:
    """It did not work: tried again later, or dead where ``retry`` is False or its attempts are used up.

    What it is now; None where the lease was lost.
    """
    row = connection.execute(
        f"SELECT seq, attempts, most_attempts FROM job_queue WHERE {_HELD}", (job_id, owner)
    ).fetchone()
    if row is None:
        return None
    if not retry or row["attempts"] >= row["most_attempts"]:
        _kill(connection, row["seq"], now, reason)
        return "failed"
    connection.execute(
        f"UPDATE job_queue SET {_FREE}, not_before = ?, reason = ? WHERE seq = ?",
        (now + backoff_ms(job_id, row["attempts"]), reason, row["seq"]),
    )
    return "pending"


def backoff_ms(job_id: str, attempt: int) -> int:
    """How long to wait after the ``attempt``-th try (from 1): 30 s doubling, an hour at most, give or take a
    half, so that what failed together does not come back together."""
    wait = min(MOST_WAIT_MS, FIRST_WAIT_MS << min(max(attempt, 1) - 1, 20))
    return wait // 2 + wait * lot(job_id, str(attempt)) // _LOT


def lapse(connection: sqlite3.Connection, now: int) -> int:
    """Take leases from workers that are lost; how many. Such a lease counts as an attempt: a job that ends
    its worker each time is dead in the end, not tried for ever."""
    rows = connection.execute(
        f"SELECT seq, attempts, most_attempts FROM job_queue WHERE {_LAPSED}", _lapsed(now)
    ).fetchall()
    for row in rows:
        if row["attempts"] >= row["most_attempts"]:
            _kill(connection, row["seq"], now, LOST)
        else:
            connection.execute(f"UPDATE job_queue SET {_FREE}, reason = ? WHERE seq = ?", (LOST, row["seq"]))
    return len(rows)


# -- looking -------------------------------------------------------------------------------------------


def due(
    connection: sqlite3.Connection,
    now: int,
    types: Collection[str] | None = None,
    *,
    user_id: str | None = None,
) -> bool:
    """Whether some job (of these types, of this user) could be leased now."""
    which, names = _of(types, user_id)
    row = connection.execute(
        f"SELECT 1 FROM job_queue WHERE ((state = 'pending' AND {_WAITED}) OR ({_LAPSED})){which} LIMIT 1",
        (*_waited(now), *_lapsed(now), *names),
    ).fetchone()
    return row is not None


def next_due(
    connection: sqlite3.Connection,
    now: int,
    types: Collection[str] | None = None,
    *,
    user_id: str | None = None,
) -> int | None:
    """When the next job (of these types, of this user) can be leased, ``now`` at the earliest; None where
    none is open."""
    if due(connection, now, types, user_id=user_id):
        return now
    which, names = _of(types, user_id)
    row = connection.execute(
        "SELECT min(CASE state WHEN 'pending' THEN not_before ELSE lease_until END) FROM job_queue"
        f" WHERE state IN ('pending', 'processing'){which}",
        names,
    ).fetchone()
    return None if row[0] is None else int(row[0])


def held(connection: sqlite3.Connection, now: int) -> int | None:
    """Until when (ms) a worker is at some job, by its lease; None where none is."""
    row = connection.execute(
        "SELECT max(lease_until) FROM job_queue WHERE state = 'processing'"
        " AND lease_until > ? AND lease_until <= ?",
        _lapsed(now),
    ).fetchone()
    return None if row[0] is None else int(row[0])


def counts(connection: sqlite3.Connection) -> Mapping[str, int]:
    """How many jobs are in each state; all four are named."""
    found = {
        row["state"]: int(row["many"])
        for row in connection.execute("SELECT state, count(*) AS many FROM job_queue GROUP BY state")
    }
    return {state: found.get(state, 0) for state in STATES}


def dead(connection: sqlite3.Connection, limit: int = 20) -> tuple[Job, ...]:
    """Jobs that are not tried any more, the newest first."""
    rows = connection.execute(
        "SELECT * FROM job_queue WHERE state = 'failed' ORDER BY finished_at DESC, seq DESC LIMIT ?", (limit,)
    )
    return tuple(_job(row) for row in rows)


def find(connection: sqlite3.Connection, job_id: str) -> Job | None:
    """One job, None where there is none of that id."""
    row = connection.execute("SELECT * FROM job_queue WHERE id = ?", (job_id,)).fetchone()
    return None if row is None else _job(row)


# -- upkeep --------------------------------------------------------------------------------------------


def retry_dead(connection: sqlite3.Connection, job_id: str, now: int) -> bool:
    """Try a dead job again, from the first attempt; False where it is not dead, or another of its key is
    open."""
    done = connection.execute(
        f"UPDATE job_queue SET {_FREE}, attempts = 0, not_before = ?, finished_at = NULL"
        " WHERE id = ? AND state = 'failed' AND NOT EXISTS (SELECT 1 FROM job_queue AS other"
        " WHERE other.type = job_queue.type AND other.key = job_queue.key"
        " AND other.state IN ('pending', 'processing'))",
        (now, job_id),
    )
    return done.rowcount > 0


def purge(connection: sqlite3.Connection, before: int) -> int:
    """Delete what ended before ``before`` (ms); how many jobs it was."""
    done = connection.execute(
        "DELETE FROM job_queue WHERE state IN ('completed', 'failed') AND finished_at < ?", (before,)
    )
    return int(done.rowcount)


# -- parts ---------------------------------------------------------------------------------------------


def _held(
    connection: sqlite3.Connection, change: str, values: tuple[Any, ...], job_id: str, owner: str
) -> bool:
    done = connection.execute(f"UPDATE job_queue SET {change} WHERE {_HELD}", (*values, job_id, owner))
    return done.rowcount > 0


def _kill(connection: sqlite3.Connection, seq: int, now: int, reason: str) -> None:
    connection.execute(
        "UPDATE job_queue SET state = 'failed', lease_owner = NULL, lease_until = NULL, finished_at = ?,"
        " reason = ? WHERE seq = ?",
        (now, reason, seq),
    )


def _lease(lease_ms: int) -> int:
    return min(max(1, lease_ms), LONGEST_LEASE_MS)


def _waited(now: int) -> tuple[int, int]:
    """The values of ``_WAITED``."""
    return now, now + LONGEST_WAIT_MS


def _lapsed(now: int) -> tuple[int, int]:
    """The values of ``_LAPSED``."""
    return now, now + LONGEST_LEASE_MS


def _of(types: Collection[str] | None, user_id: str | None) -> tuple[str, tuple[str, ...]]:
    """A condition on type and user, and its values; none of what is None."""
    which, values = "", tuple[str, ...]()
    if types is not None:
        which, values = f" AND type IN ({placeholders(types)})", tuple(types)
    if user_id is not None:
        which, values = f"{which} AND user_id = ?", (*values, user_id)
    return which, values


def _job(row: sqlite3.Row) -> Job:
    return Job(
        id=row["id"],
        type=row["type"],
        priority=row["priority"],
        user_id=row["user_id"],
        workspace=row["workspace"],
        key=row["key"],
        payload=load_object(row["payload"]),
        state=cast("State", row["state"]),
        attempts=row["attempts"],
        most_attempts=row["most_attempts"],
        not_before=row["not_before"],
        lease_owner=row["lease_owner"],
        lease_until=row["lease_until"],
        created_at=row["created_at"],
        finished_at=row["finished_at"],
        reason=row["reason"],
    )
