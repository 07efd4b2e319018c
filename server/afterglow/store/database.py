"""One connection to the one file, or to memory where the file cannot be used.

Invariant: whoever calls ``Database.write`` gets an answer; a disk that fails costs durability, never
the service. What is done about each cause is in ``_recover``.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from afterglow.store import carry, choices, faults, opening, rescue, schema
from afterglow.store.faults import Strange, Unavailable, explain
from afterglow.store.home import Home, make_file, make_private, on_network

__all__ = ["RETURN_SECONDS", "Database", "Unavailable", "explain"]

T = TypeVar("T")

RETURN_SECONDS: Final = 20.0
"""After a failure the disk is tried again with the first write that comes this much later."""
LOOK_SECONDS: Final = 600.0
"""An error that may be the program's own is taken for damage of the file at most once in this time: to
look for it reads everything."""
_TRIES: Final = 3
_CANNOT_OPEN: Final = (sqlite3.Error, OSError, ValueError, Unavailable, schema.FromTheFuture)
_PATIENCE_MS: Final = 200
"""How long the way back to the disk waits for a lock: memory serves meanwhile."""


class Database:
    """``problem`` is one line while memory stands in for the disk, else None.

    Used by one thread at a time. ``fallback`` False (command line) raises Unavailable instead of
    going on in memory, because what a short-lived process keeps in memory is lost. ``seconds`` is a
    clock that never goes back.
    """

    def __init__(
        self, home: Home, *, fallback: bool = True, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self._home = home
        self._fallback = fallback
        self._seconds = seconds
        self._failed_at = 0.0
        self._looked_at: float | None = None
        self._identity: tuple[int, int] | None = None
        self.problem: str | None = None
        self.connection = self._start()

    @property
    def on_disk(self) -> bool:
        return self._identity is not None

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work`` in one transaction (BEGIN IMMEDIATE) and return what it returns.

        Errors of the disk are answered by setting a damaged file aside or by going on in memory, and
        the work is run again there: it must not leave traces outside the connection it was given.
        Raises what ``work`` raises, and Unavailable where ``fallback`` is False.
        """
        self._return_to_disk()
        return self._insist(lambda: self._transaction(work))

    def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run ``work``, which only reads, and return what it returns; errors as for ``write``."""
        return self._insist(lambda: work(self.connection))

    def examine(self, error: Exception) -> None:
        """Somebody else's reading of ``connection`` failed: mend what can be, for the next one.

        Never raises but Unavailable.
        """
        with suppress(Exception):
            self._recover(error, 0)

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file, off the hot path. Never raises, never waits."""
        if self.on_disk:
            with suppress(sqlite3.Error):
                self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def close(self) -> None:
        with suppress(sqlite3.Error):
            self.connection.close()

    # -- opening -----------------------------------------------------------------------------------

    def _start(self) -> sqlite3.Connection:
        try:
            connection, self._identity = self._open_disk()
        except _CANNOT_OPEN as error:
            return self._stand_in(error)
        self.problem = None
        return connection

    def _open_disk(self) -> tuple[sqlite3.Connection, tuple[int, int] | None]:
        """The file opened, and which file it is."""
        if self._home.problem is not None:
            raise Unavailable(self._home.problem)
        path = self._home.database
        make_private(path.parent)
        salvaged: dict[str, str] = {}
        for attempt in range(_TRIES):
            try:
                with rescue.opening(self._home.run):
                    connection = self._open_file(path)
                    identity = opening.identity(path)
            except (sqlite3.Error, UnicodeDecodeError, Strange) as error:
                verdict = faults.judge(error)
                full = faults.code_of(error) == sqlite3.SQLITE_FULL
                if verdict == "busy" or full or attempt == _TRIES - 1:
                    raise
                aside = rescue.set_aside(path, self._home.run)
                if aside.outcome == "stuck" or (aside.outcome == "healthy" and verdict != "damaged"):
                    raise
                salvaged.update(aside.choices)
                continue
            if salvaged:
                with suppress(sqlite3.Error):
                    choices.restore(connection, salvaged)
            return connection, identity
        raise AssertionError  # the loop above returns or raises

    def _open_file(self, path: Path) -> sqlite3.Connection:
        if rescue.blocked(path):
            raise Strange
        make_file(path)
        connection = opening.connect(path)
        try:
            if opening.identity(path) is None:
                raise Strange  # it was taken away at this very moment
            schema.check(connection)
            opening.prepare(connection, wal=not on_network(path))
            schema.migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _stand_in(self, error: Exception) -> sqlite3.Connection:
        """A database in memory, and the reason in ``problem``."""
        message = explain(error)
        if not self._fallback:
            raise Unavailable(message) from error
        self.problem = f"nothing can be kept for later: {message}"
        self._failed_at = self._seconds()
        self._identity = None
        memory = opening.memory()
        carry.begin(memory)
        return memory

    # -- failing and coming back -------------------------------------------------------------------

    def _insist(self, call: Callable[[], T]) -> T:
        for attempt in range(_TRIES):
            try:
                return call()
            except Exception as error:  # noqa: BLE001 - _recover raises again what it cannot mend
                self._recover(error, attempt)
        return call()

    def _transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            # A newer program may have changed the tables while this one had the file open.
            schema.check(connection)
            result = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            raise
        return result

    def _recover(self, error: Exception, attempt: int) -> None:
        """Make the next try worth while, or raise ``error`` where nothing can be mended."""
        if not self.on_disk:
            raise error
        verdict = faults.judge(error)
        if isinstance(error, schema.FromTheFuture):
            self._fall_back(error)
            return
        if attempt == 0 and self._mend(error, verdict):
            return
        if verdict == "fault" or faults.schema_gone(error):
            raise error  # the file is in order: the program is not
        self._fall_back(error)

    def _mend(self, error: Exception, verdict: faults.Verdict) -> bool:
        """Whether the file was opened anew, perhaps a fresh one, or damaged rows were dropped from it."""
        if verdict == "busy" or faults.code_of(error) == sqlite3.SQLITE_FULL:
            return False
        path = self._home.database
        if verdict == "fault":
            now = self._seconds()
            if self._looked_at is not None and now - self._looked_at < LOOK_SECONDS:
                return False
            self._looked_at = now
            if not rescue.is_damaged(path):
                return self._drop_damaged_rows()
        self.close()
        aside = rescue.set_aside(path, self._home.run)
        self.connection = self._stand_in(error) if aside.outcome == "stuck" else self._start()
        with suppress(sqlite3.Error):
            choices.restore(self.connection, aside.choices)
        return True

    def _drop_damaged_rows(self) -> bool:
        try:
            return rescue.drop_damaged_rows(self.connection) > 0
        except sqlite3.Error:
            return False

    def _fall_back(self, error: Exception) -> None:
        memory = self._stand_in(error)
        with suppress(sqlite3.Error):
            self.connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}").fetchall()
        carry.copy_recent(self.connection, memory)
        self.close()
        self.connection = memory

    def _return_to_disk(self) -> None:
        if self.on_disk:
            if opening.identity(self._home.database) == self._identity:
                return
            # Another process set the file aside, or it was deleted: what is written must be findable.
            self.close()
            self.connection = self._start()
            return
        if self._seconds() - self._failed_at < RETURN_SECONDS:
            return
        try:
            disk, identity = self._open_disk()
        except _CANNOT_OPEN:
            self._failed_at = self._seconds()
            return
        try:
            disk.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}").fetchall()
            disk.execute("BEGIN IMMEDIATE")
            carry.absorb(self.connection, disk)
            disk.execute("COMMIT")
            disk.execute(f"PRAGMA busy_timeout = {int(opening.BUSY_SECONDS * 1000)}").fetchall()
        except Exception:  # noqa: BLE001 - memory goes on whatever the disk says
            disk.close()
            self._failed_at = self._seconds()
            return
        self.connection.close()
        self.connection, self._identity, self.problem = disk, identity, None
