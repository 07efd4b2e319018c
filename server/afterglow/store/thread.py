"""The thread that owns the one write connection. Invariant: nobody else touches its ``Database``.

Work is run in the order it was given. An idle thread waits without waking.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeVar

from afterglow.store.database import Database

T = TypeVar("T")
Work = Callable[[Database], T]
Deliver = Callable[[Callable[[], None]], None]

log = logging.getLogger("afterglow")


class StoreThread:
    """``open_database`` runs on the thread itself; ``deliver`` brings an answer back to the caller's loop.

    ``deliver`` must be safe to call from any thread, as ``loop.call_soon_threadsafe`` is.
    """

    def __init__(self, open_database: Callable[[], Database], deliver: Deliver) -> None:
        self._open = open_database
        self._deliver = deliver
        self._queue: SimpleQueue[tuple[Work[Any], Callable[[Any], None] | None] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="afterglow-store", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def submit(self, work: Work[T], then: Callable[[T], None] | None = None) -> None:
        """Run ``work`` on the thread; give its result to ``then`` by way of ``deliver``.

        Work that fails is logged by its kind and its ``then`` is not called: what misses is absent.
        """
        self._queue.put((work, then))

    def stop(self, seconds: float = 1.0) -> None:
        """Finish what was given, close the file, end the thread; give up waiting after ``seconds``."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(seconds)

    def _run(self) -> None:
        try:
            database = self._open()
        except Exception as error:  # noqa: BLE001 - without a store the window goes on, silently
            log.warning("store: cannot be opened (%s)", type(error).__name__)
            return
        try:
            while (item := self._queue.get()) is not None:
                self._do(database, *item)
        finally:
            database.close()

    def _do(self, database: Database, work: Work[Any], then: Callable[[Any], None] | None) -> None:
        try:
            result = work(database)
            if then is not None:
                self._deliver(lambda: then(result))
        except Exception as error:  # noqa: BLE001 - one failing job must not end the thread
            log.warning("store: %s (%s)", type(error).__name__, getattr(work, "__qualname__", "work"))
            if isinstance(error, sqlite3.Error):
                database.examine(error)
