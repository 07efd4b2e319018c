"""watchdog's observer behind the same four calls as ``inotify``: for systems without inotify.

Invariant: watchdog is imported when the first one is made, never before. What it cannot tell: that the
kernel dropped events, and on some systems that a folder was moved away; ``Watcher.check`` finds both.
"""

from __future__ import annotations

import errno
import os
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from afterglow.sensors.inotify import Notice

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import EventEmitter, ObservedWatch


class ObserverBackend:
    """Arms folders with one watchdog observer and hands over what happened in them."""

    def __init__(self, notify: Callable[[Iterable[Notice]], None]) -> None:
        """Raises OSError where the system refuses."""
        from watchdog import events  # noqa: PLC0415 - 50 ms that Linux never needs to spend
        from watchdog.observers import Observer  # noqa: PLC0415 - as above

        self._events = events
        self._notify = notify
        self._lock = threading.Lock()
        self._watches: dict[str, ObservedWatch] = {}
        self._filter: list[type[FileSystemEvent]] = [
            events.FileClosedEvent,
            events.FileMovedEvent,
            events.FileCreatedEvent,
            events.FileDeletedEvent,
            events.DirMovedEvent,
            events.DirCreatedEvent,
            events.DirDeletedEvent,
        ]
        if not sys.platform.startswith("linux"):
            # Elsewhere nothing tells that a writer closed its file; a change is the best hint there is.
            self._filter.append(events.FileModifiedEvent)
        self._observer = Observer()
        try:
            self._observer.start()
        except RuntimeError as error:
            raise OSError(errno.EAGAIN, str(error)) from None

    def arm(self, path: str) -> None:
        """Watches a folder; harmless if it is watched already. Raises OSError."""
        with self._lock:
            if path not in self._watches:
                handler: Any = _Handler(path, self._notify, self._events.DirDeletedEvent)
                self._watches[path] = self._observer.schedule(handler, path, event_filter=self._filter)

    def disarm(self, path: str) -> None:
        """Forgets a folder; harmless if it is not watched."""
        with self._lock:
            watch = self._watches.pop(path, None)
            if watch is not None:
                self._observer.unschedule(watch)

    def alive(self, path: str) -> bool:
        """Whether the folder is still watched: a deleted one ends its emitter."""
        with self._lock:
            watch = self._watches.get(path)
            if watch is None:
                return False
            emitters: set[EventEmitter] = set(self._observer.emitters)
        return any(emitter.watch == watch and emitter.should_keep_running() for emitter in emitters)

    def running(self) -> bool:
        return self._observer.is_alive()

    def stop(self) -> None:
        """Ends all threads in the background: watchdog may sleep half a second before it lets go."""
        threading.Thread(target=self._observer.stop, name="afterglow-watch-stop", daemon=True).start()


class _Handler:
    """Has the one method that watchdog calls, on its own thread; an exception there would end it."""

    def __init__(
        self, path: str, notify: Callable[[Iterable[Notice]], None], gone: type[FileSystemEvent]
    ) -> None:
        self._path = path
        self._notify = notify
        self._gone = gone

    def dispatch(self, event: FileSystemEvent) -> None:
        source = os.fsdecode(event.src_path)
        if source == self._path and isinstance(event, self._gone):
            self._notify(((self._path, ""),))
            return
        names = {os.path.basename(source)}  # noqa: PTH119
        moved_to = os.fsdecode(getattr(event, "dest_path", "") or "")
        if moved_to:
            names.add(os.path.basename(moved_to))  # noqa: PTH119
        self._notify([(self._path, name) for name in names if name])
