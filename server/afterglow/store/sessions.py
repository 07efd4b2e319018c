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
from afterglow.store.rows import new_id

DEFAULT_GAP_MS: Final = 30 * 60 * 1000
_BEGAN: Final = 19
"""Where ``/proc/PID/stat`` has the start of the process (field 22), counted after the program's name."""


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
    connection.execute("UPDATE sessions SET active_at = max(active_at, ?) WHERE id = ?", (now, row["id"]))
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
        "UPDATE sessions SET active_at = max(active_at, ?), newest_file = coalesce(?, newest_file)"
        " WHERE id = ?",
        (now, newest_file, session_id),
    )


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


def _begin(connection: sqlite3.Connection, workspace: str, now: int) -> Session:
    session = Session(new_id(now), workspace, now)
    connection.execute(
        "INSERT INTO sessions (id, workspace, started_at, active_at) VALUES (?, ?, ?, ?)",
        (session.id, workspace, now, now),
    )
    return session
