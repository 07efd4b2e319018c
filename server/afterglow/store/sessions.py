"""Sessions and windows: whose stay this is, and who is still there.

Invariant: a session belongs to a workspace, not to a window; a gap without activity ends it.
"""

from __future__ import annotations

import os
import socket
import sqlite3
from pathlib import Path
from typing import Final

from attrs import frozen

from afterglow.core.model import Session
from afterglow.store.rows import load_object, new_id

DEFAULT_GAP_MS: Final = 30 * 60 * 1000
SET_BACK_MS: Final = 60_000
"""A last activity so far ahead of the clock was noted before the clock was set back."""
RESTS_LOOKED_AT: Final = 20
_ACTIVE: Final = "active_at = CASE WHEN active_at > ? THEN ? ELSE max(active_at, ?) END"
_BEGAN: Final = 19
"""Where ``/proc/PID/stat`` has the start of the process (field 22), counted after the program's name."""


@frozen
class Stay:
    """A session as it was left, or is. Times in ms."""

    id: str
    started_at: int
    active_at: int
    newest_file: str | None


@frozen
class Away:
    """Nobody is here: ``event_id`` names the first ``idle`` that said so, ``began`` is when it began (ms)."""

    event_id: str
    began: int


@frozen
class Opened:
    """``new`` False where an earlier stay goes on."""

    session: Session
    new: bool


def current(connection: sqlite3.Connection, workspace: str, now: int, gap_ms: int) -> Session:
    """The session that an activity of this moment belongs to; a new one after ``gap_ms`` of silence.

    ``gap_ms`` 0 ends a session only by opening the workspace anew.
    """
    row = _going_on(connection, workspace, now, gap_ms)
    if row is None:
        return _begin(connection, workspace, now)
    connection.execute(f"UPDATE sessions SET {_ACTIVE} WHERE id = ?", (*_active(now), row["id"]))
    return Session(row["id"], workspace, row["started_at"], row["turn"])


def latest(connection: sqlite3.Connection, workspace: str, now: int, gap_ms: int) -> Session | None:
    """The session that still goes on, without touching it; None where none does."""
    row = _going_on(connection, workspace, now, gap_ms)
    return None if row is None else Session(row["id"], workspace, row["started_at"], row["turn"])


def open_workspace(connection: sqlite3.Connection, workspace: str, now: int, gap_ms: int) -> Opened:
    """A window opens the workspace: go on with the session of the last ``gap_ms``, or begin one."""
    if gap_ms > 0 and _going_on(connection, workspace, now, gap_ms) is not None:
        return Opened(current(connection, workspace, now, gap_ms), new=False)
    return Opened(_begin(connection, workspace, now), new=True)


def touch(
    connection: sqlite3.Connection,
    workspace: str,
    now: int,
    newest_file: str | None = None,
    gap_ms: int = DEFAULT_GAP_MS,
) -> None:
    """Note that somebody works here; with ``newest_file`` also what was saved last.

    Work after a gap begins a new session, as ``current`` has it. Nothing where none was ever opened.
    """
    row = _going_on(connection, workspace, now, gap_ms)
    if row is None:
        query = "SELECT 1 FROM sessions WHERE workspace = ? LIMIT 1"
        if connection.execute(query, (workspace,)).fetchone() is None:
            return
        session_id = _begin(connection, workspace, now).id
    else:
        session_id = row["id"]
    connection.execute(
        f"UPDATE sessions SET {_ACTIVE}, newest_file = coalesce(?, newest_file) WHERE id = ?",
        (*_active(now), newest_file, session_id),
    )


def last_active(connection: sqlite3.Connection, workspace: str, now: int, gap_ms: int) -> Stay | None:
    """The session that still goes on, with its last activity; None where none does."""
    row = _going_on(connection, workspace, now, gap_ms)
    return None if row is None else _stay(connection, row["id"])


def set_active(connection: sqlite3.Connection, session_id: str, at: int) -> None:
    """Say when somebody was last active in a session: what was recorded since was none of theirs."""
    connection.execute("UPDATE sessions SET active_at = ? WHERE id = ?", (at, session_id))


def earlier(connection: sqlite3.Connection, workspace: str, besides: str, limit: int) -> tuple[Stay, ...]:
    """The newest sessions of a workspace but one, newest first."""
    rows = connection.execute(
        "SELECT id, started_at, active_at, newest_file FROM sessions WHERE workspace = ? AND id <> ?"
        " ORDER BY active_at DESC, rowid DESC LIMIT ?",
        (workspace, besides, limit),
    )
    return tuple(Stay(*row) for row in rows)


def named(connection: sqlite3.Connection, workspace: str, session_id: str) -> Stay | None:
    """One session of a workspace, None where there is no such one."""
    return _stay(connection, session_id, workspace)


def opening_key(session_id: str) -> str:
    """The key of the ``session.open`` of a session: it has one, however many windows it has."""
    return f"session.open:{session_id}"


def was_opened(connection: sqlite3.Connection, workspace: str, session_id: str) -> bool:
    """Whether the ``session.open`` of a session is on record. One that a process without a window began
    (a job run in a terminal, say) has none yet."""
    row = connection.execute(
        "SELECT 1 FROM keys WHERE scope = ? AND key = ?", (workspace, opening_key(session_id))
    ).fetchone()
    return row is not None


def away(connection: sqlite3.Connection, workspace: str, session_id: str, now: int) -> Away | None:
    """Since when nobody is here, None where somebody is: the first ``idle`` of this session after which
    no ``active`` came."""
    rows = [
        row
        for kind in ("idle", "active")
        for row in connection.execute(
            "SELECT seq, id, kind, at, data FROM events WHERE workspace = ? AND kind = ? AND at <= ?"
            " AND session_id = ? ORDER BY at DESC, seq DESC LIMIT ?",
            (workspace, kind, now + SET_BACK_MS, session_id, RESTS_LOOKED_AT),
        )
    ]
    back = max((row["seq"] for row in rows if row["kind"] == "active"), default=0)
    rests = [row for row in rows if row["kind"] == "idle" and row["seq"] > back]
    if not rests:
        return None
    first = min(rests, key=lambda row: int(row["seq"]))
    idle = load_object(first["data"]).get("idleMs")
    return Away(first["id"], first["at"] - (int(idle) if isinstance(idle, int | float) else 0))


def count(connection: sqlite3.Connection) -> int:
    """How many sessions are recorded, of all workspaces."""
    return int(connection.execute("SELECT count(*) FROM sessions").fetchone()[0])


def open_window(connection: sqlite3.Connection, window: str, now: int) -> None:
    """Name this process as a window that can own turns."""
    connection.execute(
        "INSERT OR REPLACE INTO windows (id, pid, host, opened_at) VALUES (?, ?, ?, ?)",
        (window, os.getpid(), " ".join(_machine(os.getpid())), now),
    )


def close_window(connection: sqlite3.Connection, window: str, now: int) -> None:
    """The window goes: what it owned and did not show stays recorded and is never shown late."""
    connection.execute("UPDATE windows SET closed_at = ? WHERE id = ?", (now, window))
    connection.execute(
        "UPDATE events SET state = 3, processed_at = ?, reason = 'its window was closed'"
        " WHERE owner = ? AND state = 2",
        (now, window),
    )


def set_focus(connection: sqlite3.Connection, window: str, focused: bool) -> None:
    """This window came to the front, or left it."""
    connection.execute("UPDATE windows SET focused = ? WHERE id = ?", (int(focused), window))


def in_front(connection: sqlite3.Connection) -> bool:
    """Whether some window of an editor has the focus, in whatever workspace."""
    rows = connection.execute("SELECT pid, host FROM windows WHERE closed_at IS NULL AND focused")
    return any(not _is_dead(row["pid"], row["host"]) for row in rows)


def close_dead_windows(connection: sqlite3.Connection, now: int) -> int:
    """Close the windows of this machine whose process is gone; the number of them."""
    rows = connection.execute("SELECT id, pid, host FROM windows WHERE closed_at IS NULL").fetchall()
    dead = [row["id"] for row in rows if _is_dead(row["pid"], row["host"])]
    for window in dead:
        close_window(connection, window, now)
    return len(dead)


def open_windows(connection: sqlite3.Connection) -> int:
    """How many windows are open, as far as is known."""
    return int(connection.execute("SELECT count(*) FROM windows WHERE closed_at IS NULL").fetchone()[0])


def _is_dead(pid: int, host: str) -> bool:
    """Whether that process is gone beyond doubt; what cannot be known from here counts as alive."""
    here, there = _machine(pid), host.split()
    if len(there) != len(here):
        return False
    name, boot, space, began = there
    if boot != here[1]:
        return name == here[0]
    # A pid means nothing in another container, even one with the same name.
    if (name, space) != (here[0], here[2]):
        return False
    # The same pid with another beginning is another process.
    return not _alive(pid) or began != here[3]


def _machine(pid: int) -> tuple[str, str, str, str]:
    """(host name, boot, pid namespace, begin of the process ``pid``), each ``-`` where unknown."""
    name = socket.gethostname().replace(" ", "_") or "-"
    boot = _read("/proc/sys/kernel/random/boot_id") or "-"
    # The name of a program may hold spaces and brackets; what follows the last bracket does not.
    fields = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    began = fields[_BEGAN] if len(fields) > _BEGAN else "-"
    try:
        space = str(Path("/proc/self/ns/pid").readlink()).replace(" ", "_")
    except (OSError, ValueError):
        space = "-"
    return name, boot.strip(), space, began


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _alive(pid: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _going_on(connection: sqlite3.Connection, workspace: str, now: int, gap_ms: int) -> sqlite3.Row | None:
    """The newest session of a workspace if it has not ended. One that was active far in the future was
    so by a clock that has been set right since."""
    columns = "SELECT id, started_at, active_at, turn FROM sessions WHERE workspace = ?"
    if gap_ms > 0:
        query = f"{columns} AND active_at BETWEEN ? AND ? ORDER BY active_at DESC, rowid DESC LIMIT 1"
        found = connection.execute(query, (workspace, now - gap_ms, now + gap_ms))
    else:
        found = connection.execute(f"{columns} ORDER BY rowid DESC LIMIT 1", (workspace,))
    row: sqlite3.Row | None = found.fetchone()
    return row


def _active(now: int) -> tuple[int, int, int]:
    """The values of ``_ACTIVE``."""
    return now + SET_BACK_MS, now, now


def _stay(connection: sqlite3.Connection, session_id: str, workspace: str | None = None) -> Stay | None:
    row = connection.execute(
        "SELECT id, started_at, active_at, newest_file FROM sessions"
        " WHERE id = ? AND workspace = coalesce(?, workspace)",
        (session_id, workspace),
    ).fetchone()
    return None if row is None else Stay(*row)


def _begin(connection: sqlite3.Connection, workspace: str, now: int) -> Session:
    session = Session(new_id(now), workspace, now)
    connection.execute(
        "INSERT INTO sessions (id, workspace, started_at, active_at) VALUES (?, ?, ?, ?)",
        (session.id, workspace, now, now),
    )
    return session
