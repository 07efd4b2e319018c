"""What is done about a damaged file: it is kept beside a fresh one, or single damaged rows are dropped.

Invariant: a file is renamed only after a second, fresh look confirmed the damage and while nobody is
opening it, and never deleted unless three newer kept ones exist.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal

from attrs import field, frozen

from afterglow.store import schema
from afterglow.store.faults import code_of
from afterglow.store.home import make_private
from afterglow.store.opening import connect, memory

KEPT: Final = 3
LOCK_SECONDS: Final = 2.0
_NEIGHBOURS: Final = ("-wal", "-shm", "-journal")
_MAGIC: Final = b"SQLite format 3\x00"
_HEADER: Final = 100
_ONLY_VALUES: Final = re.compile(r"ok$|(NULL|NUMERIC|TEXT|non-\w+) value in ")
"""What a check says of sound pages with a value of the wrong kind: see ``drop_damaged_rows``."""
_CHOICES: Final = ("mode", "dnd_until")
_BROKEN: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT, sqlite3.SQLITE_ERROR)


@frozen
class Aside:
    """What came of it: ``renamed`` where another try to open is worth while.

    ``choices``: what the user had chosen, as far as the damaged file still tells; being switched off
    must outlast the damage.
    """

    outcome: Literal["renamed", "healthy", "stuck"]
    choices: Mapping[str, str] = field(factory=dict)


def set_aside(path: Path, run: Path) -> Aside:
    """Rename a damaged database to ``*.corrupt-<time>``; a healthy one stays. Never raises."""
    with _lock(run, exclusive=True) as held:
        if not held:
            return Aside("stuck")
        stamp = time.time_ns()
        strange = [suffix for suffix in _NEIGHBOURS if _is_strange(path.with_name(path.name + suffix))]
        for suffix in strange:
            _move(path.with_name(path.name + suffix), path.with_name(f"{path.name}.corrupt-{stamp}{suffix}"))
        damaged, choices = _examine(path)
        if not damaged:
            return Aside("renamed" if strange else "healthy")
        # All four or none: a log left behind would be taken for the fresh file's own.
        for suffix in ("", *_NEIGHBOURS):
            moved = _move(
                path.with_name(path.name + suffix), path.with_name(f"{path.name}.corrupt-{stamp}{suffix}")
            )
            if not moved and suffix == "":
                return Aside("stuck")
        _keep_newest(path)
    return Aside("renamed", choices)


@contextmanager
def opening(run: Path) -> Iterator[None]:
    """Around the opening of the file: nobody renames it, or its log, meanwhile."""
    with _lock(run, exclusive=False):
        yield


def blocked(path: Path) -> bool:
    """Whether something that is no file lies where the database, its log or its journal belong."""
    return any(_is_strange(path.with_name(path.name + suffix)) for suffix in ("", *_NEIGHBOURS))


def is_damaged(path: Path) -> bool:
    """Whether the file is damaged beyond doubt. Reads all of it."""
    return _examine(path)[0]


def drop_damaged_rows(connection: sqlite3.Connection) -> int:
    """Delete rows whose values are not of their column's kind; their number. Outside a transaction.

    A flipped bit inside a page can make a text of a number, which no check of SQLite's own reports.
    """
    gone = 0
    connection.execute("BEGIN IMMEDIATE")
    try:
        for table in schema.TABLES:
            wrong = []
            for column in connection.execute(f"PRAGMA table_info({table})").fetchall():
                fitting = {"INTEGER": "'integer'", "REAL": "'real', 'integer'"}.get(column["type"], "'text'")
                nullable = "" if column["notnull"] or column["pk"] else ", 'null'"
                wrong.append(f"typeof({column['name']}) NOT IN ({fitting}{nullable})")
            gone += connection.execute(f"DELETE FROM {table} WHERE {' OR '.join(wrong)}").rowcount
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise
    return gone


def _examine(path: Path) -> tuple[bool, dict[str, str]]:
    """Whether the file is damaged beyond doubt, and the choices that it still tells."""
    if _is_strange(path):
        return True, {}
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER)
    except OSError:
        return False, {}
    if not header:
        return False, {}
    if len(header) < _HEADER or not header.startswith(_MAGIC) or not set(header[18:20]) <= {1, 2}:
        return True, {}
    choices: dict[str, str] = {}
    connection = connect(path)
    try:
        with suppress(sqlite3.Error, UnicodeDecodeError):
            choices = _choices(connection)
        return _is_broken(connection), choices
    except UnicodeDecodeError:
        return True, choices
    except sqlite3.Error as error:
        # A full, locked or unreadable disk proves nothing about the file.
        return code_of(error) in _BROKEN, choices
    finally:
        with suppress(sqlite3.Error):
            connection.close()


def _is_broken(connection: sqlite3.Connection) -> bool:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    names = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master")}
    # Tables and version are written as one: with one but not the other, pages are lost.
    if version <= 0 and names & set(schema.TABLES):
        return True
    if version == len(schema.MIGRATIONS) and not _has_all_columns(connection):
        return True
    return any(
        not _ONLY_VALUES.match(row[0])
        for check in ("quick_check", "integrity_check")
        for row in connection.execute(f"PRAGMA {check}").fetchall()
    )


def _has_all_columns(connection: sqlite3.Connection) -> bool:
    fresh = memory()
    try:
        query = "SELECT name FROM pragma_table_info(?)"
        return all(
            {row[0] for row in fresh.execute(query, (table,))}
            <= {row[0] for row in connection.execute(query, (table,))}
            for table in schema.TABLES
        )
    finally:
        fresh.close()


def _choices(connection: sqlite3.Connection) -> dict[str, str]:
    marks = ", ".join("?" * len(_CHOICES))
    rows = connection.execute(f"SELECT key, value FROM meta WHERE key IN ({marks})", _CHOICES)
    return {row["key"]: row["value"] for row in rows if isinstance(row["value"], str)}


def _is_strange(path: Path) -> bool:
    """Whether there is something that is no regular file: a folder, a pipe, a socket."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def _move(path: Path, target: Path) -> bool:
    try:
        path.rename(target)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def _keep_newest(path: Path) -> None:
    """Delete what was set aside earlier, but the newest three; folders are left alone."""
    stamps = {
        entry.name.removeprefix(f"{path.name}.corrupt-").partition("-")[0]
        for entry in path.parent.glob(f"{path.name}.corrupt-*")
    }
    for stamp in sorted((stamp for stamp in stamps if stamp.isdigit()), key=int)[:-KEPT]:
        for suffix in ("", *_NEIGHBOURS):
            with suppress(OSError):
                path.with_name(f"{path.name}.corrupt-{stamp}{suffix}").unlink()


@contextmanager
def _lock(run: Path, *, exclusive: bool) -> Iterator[bool]:
    """Whether the lock between opening (shared) and setting aside (exclusive) was had in time.

    Where no lock can be made (another system, a folder that cannot be written) it counts as had.
    """
    try:
        import fcntl  # noqa: PLC0415 - absent on Windows

        make_private(run)
        lock = os.open(run / "rescue.lock", os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK, 0o600)
    except (ImportError, OSError, ValueError):
        yield True
        return
    try:
        wanted = fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH
        deadline = time.monotonic() + LOCK_SECONDS
        held = False
        while not held:
            try:
                fcntl.flock(lock, wanted | fcntl.LOCK_NB)
                held = True
            except BlockingIOError:
                # Its holder may have been stopped in the middle: nobody waits for ever.
                if time.monotonic() > deadline:
                    break
                time.sleep(0.005)
            except OSError:
                held = True
        yield held
    finally:
        os.close(lock)
