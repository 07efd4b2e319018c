"""Narrow watches that only wake: owners say which folders and names matter, and are woken.

Invariants: events are hints, so a wake names owners and nothing else, and its owner reads the state
again; whatever was lost (an overflow, a folder made anew, a dead thread) ends in a wake too. ``set``
returns when the watches stand, so an owner that declares first and reads afterwards misses nothing.
Idle costs nothing: no timer ticks, both threads sleep until the kernel speaks.
"""

from __future__ import annotations

import contextlib
import errno
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Protocol

from afterglow.sensors.inotify import InotifyBackend, Notice
from afterglow.sensors.observer import ObserverBackend
from afterglow.sensors.watch_plan import NOTHING, Filter, Folders, Names, identity, planned

__all__ = ["Backend", "BackendFactory", "Filter", "Folders", "Names", "Watcher", "native_backend"]

GATHER_SECONDS: Final = 0.010
STORM_GAP_SECONDS: Final = 0.050
CALM_SECONDS: Final = 0.200
RETRY_SECONDS: Final = (1.0, 60.0)
PROBLEM_SECONDS: Final = 3600.0
_ROUNDS: Final = 8


class Backend(Protocol):
    """What tells us of changes: ``inotify`` or ``observer``."""

    def arm(self, path: str) -> None: ...
    def disarm(self, path: str) -> None: ...
    def alive(self, path: str) -> bool: ...
    def running(self) -> bool: ...
    def stop(self) -> None: ...


BackendFactory = Callable[[Callable[[Iterable[Notice]], None]], Backend]

_Strings = set[str]
"""Spelled apart because ``Watcher.set`` hides the builtin from annotations in its class."""

_PROBLEMS: Final[Mapping[int, str]] = {
    errno.ENOSPC: "some changes go unseen: the system's limit of file watches is used up "
    "(raise fs.inotify.max_user_watches)",
    errno.EMFILE: "changes go unseen: the system's limit of file watchers or open files is used up "
    "(raise fs.inotify.max_user_instances)",
    errno.EACCES: "some changes go unseen: a folder may not be read",
    errno.EAGAIN: "changes go unseen: no thread could be started",
}
_UNKNOWN_PROBLEM: Final = "some changes go unseen: the system refused to watch a folder (error {code})"
_DIED: Final = "changes may have gone unseen: the file watcher ended and is started again"
_OWNER_PROBLEM: Final = "a change could not be handled ({error})"
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def native_backend(notify: Callable[[Iterable[Notice]], None]) -> Backend:
    """inotify where there is one, else watchdog's observer. Raises OSError."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(AttributeError):
            return InotifyBackend(notify)
    return ObserverBackend(notify)


class Watcher:
    """Keeps the declared folders watched, each once, and wakes their owners.

    ``on_wake`` gets the owners with something to read, from the watcher's thread: at once after
    200 ms of calm, else gathered for 10 to 50 ms, and always after the last change.
    ``on_problem`` gets one line per cause, at most once an hour. Neither may raise; what they raise is
    contained. ``on_sound``: everything stands again after a problem. What was refused, or died, is tried
    again after a second, then ever more rarely, once a minute at last. A folder that does not exist is
    watched for through its nearest existing parent.
    """

    def __init__(
        self,
        on_wake: Callable[[frozenset[str]], None],
        on_problem: Callable[[str], None],
        backend: BackendFactory = native_backend,
        on_sound: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_wake = on_wake
        self._on_problem = on_problem
        self._on_sound = on_sound
        self._factory = backend
        self._state = threading.RLock()
        self._owners: dict[str, dict[str, Filter]] = {}
        self._armed: dict[str, tuple[int, int]] = {}
        self._refused: dict[str, int] = {}
        self._retry_at = 0.0
        self._retry_after = 0.0
        self._started = 0.0
        self._reported: dict[str, float] = {}
        self._backend: Backend | None = None
        self._thread: threading.Thread | None = None
        self._plan = NOTHING
        # Taken by the backend's thread: never hold it while calling anything that may wait.
        self._signal = threading.Condition(threading.Lock())
        self._pending: set[str] = set()
        self._shaken = False
        self._stopping = threading.Event()

    def set(self, owner: str, folders: Folders) -> None:
        """Declares all that ``owner`` wants watched, in place of what it wanted before; {} ends it.

        Paths are absolute. Returns when every watch that can stand stands.
        """
        with self._state:
            if self._stopping.is_set():
                return
            if self._owners.get(owner, {}) == dict(folders) and self._sound():
                return
            if folders:
                self._owners[owner] = dict(folders)
            else:
                self._owners.pop(owner, None)
            lost = self._reconcile() - {owner}
        self._wake(lost)

    def check(self) -> bool:
        """Looks whether every watch still stands and mends what does not; True if all stand.

        For an owner that wants to be sure (now and then, or after a sleep of the machine): a few stats.
        """
        with self._state:
            if self._stopping.is_set():
                return False
            lost = self._reconcile()
            healthy = not self._owners or self._sound()
        self._wake(lost)
        return healthy

    def count(self) -> int:
        """How many folders the kernel watches for us."""
        with self._state:
            return len(self._armed)

    def stop(self) -> None:
        """Ends everything, within half a second; from any thread, as often as you like."""
        self._stopping.set()
        with self._signal:
            self._signal.notify_all()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(0.3)
        if self._state.acquire(timeout=0.1):
            try:
                self._close()
            finally:
                self._state.release()
        else:
            # Somebody is arming watches on a slow disk: they are taken down when that is over.
            threading.Thread(target=self._close, name="afterglow-watch-stop", daemon=True).start()

    # Called from the backend's thread.

    def _notice(self, notices: Iterable[Notice]) -> None:
        plan = self._plan
        owners: set[str] = set()
        shaken = False
        for folder, name in notices:
            if not name:
                shaken = True
                if not folder:
                    owners.update(owner for cares in plan.cares.values() for owner, _ in cares)
                else:
                    owners.update(owner for owner, _ in plan.cares.get(folder, ()))
                continue
            for owner, names in plan.cares.get(folder, ()):
                if names is None or (names.match(name) if isinstance(names, Names) else name in names):
                    owners.add(owner)
            structure = plan.structure.get(folder)
            if structure is not None and name in structure:
                owners |= structure[name]
                shaken = True
        if owners or shaken:
            self._wake(owners, shaken=shaken)

    def _wake(self, owners: Iterable[str], *, shaken: bool = False) -> None:
        with self._signal:
            self._pending.update(owners)
            self._shaken = self._shaken or shaken
            if self._pending or self._shaken:
                self._signal.notify_all()

    # The watcher's own thread.

    def _run(self) -> None:
        last = time.monotonic() - CALM_SECONDS
        gap = GATHER_SECONDS
        while True:
            with self._signal:
                while not (self._pending or self._shaken or self._stopping.is_set()):
                    patience = self._patience()
                    if not self._signal.wait(patience) and patience is not None:
                        # Whatever was refused is due: look, as if something had moved.
                        self._shaken = True
            now = time.monotonic()
            calm = now - last > CALM_SECONDS
            gap = GATHER_SECONDS if calm else min(gap * 2, STORM_GAP_SECONDS)
            # The first event after a calm wakes at once: what it tells of may be gone a moment later
            # (a stash that is popped again). Those that follow are gathered.
            if self._stopping.wait(0 if calm else max(GATHER_SECONDS, last + gap - now)):
                return
            with self._signal:
                owners, self._pending = frozenset(self._pending), set()
                shaken, self._shaken = self._shaken, False
            last = time.monotonic()
            try:
                if shaken:
                    with self._state:
                        if self._stopping.is_set():
                            return
                        owners |= self._reconcile()
                if owners:
                    self._on_wake(owners)
            except Exception as error:  # noqa: BLE001 - one bad wake must not cost all later ones
                self._problem(_OWNER_PROBLEM.format(error=type(error).__name__))

    def _patience(self) -> float | None:
        """Seconds until something that was refused is tried again, None where nothing is."""
        return max(0.0, self._retry_at - time.monotonic()) if self._retry_at else None

    # Under self._state.

    def _close(self) -> None:
        with self._state:
            backend, self._backend = self._backend, None
            self._owners.clear()
            self._armed.clear()
            self._plan = NOTHING
        if backend is not None:
            backend.stop()

    def _sound(self) -> bool:
        return self._backend is not None and self._backend.running() and not self._refused

    def _reconcile(self) -> _Strings:
        """Makes the watches what the owners want; gives the owners who may have missed something."""
        missed: _Strings = set()
        backend = self._running_backend(missed)
        if backend is None:
            return missed
        self._drop_dead(backend, missed)
        retry = time.monotonic() >= self._retry_at
        if retry:
            self._refused.clear()
        for _ in range(_ROUNDS):
            # Publish before arming, so that what happens from that instant on finds its owner, and
            # plan again afterwards: a folder may have come or gone while its parent was being armed.
            self._plan = plan = planned(self._owners)
            fresh = [path for path in plan.cares if path not in self._armed and path not in self._refused]
            if not fresh:
                break
            for path in fresh:
                if self._arm(backend, path):
                    missed.update(owner for owner, _ in plan.cares[path])
                    missed.update(*plan.structure.get(path, {}).values())
        else:
            # Somebody makes and removes folders faster than we look: look again in a moment.
            self._wake((), shaken=True)
        for path in [path for path in self._armed if path not in self._plan.cares]:
            self._disarm(backend, path)
        for path in [path for path in self._refused if path not in self._plan.cares]:
            del self._refused[path]
        self._back_off(retry)
        self._tell_sound()
        return missed

    def _running_backend(self, missed: _Strings) -> Backend | None:
        backend = self._backend
        if backend is not None and backend.running():
            return backend
        if backend is not None:
            backend.stop()
            self._backend = None
            self._armed.clear()
            missed.update(self._owners)
            self._problem(_DIED)
            if time.monotonic() - self._started < RETRY_SECONDS[1]:
                # It did not live long: whatever kills it should not make us a busy loop.
                self._back_off(True, failed=True)
        if not self._owners or time.monotonic() < self._retry_at:
            return None
        try:
            if self._thread is None:
                thread = threading.Thread(target=self._run, name="afterglow-watch", daemon=True)
                thread.start()
                self._thread = thread
            self._backend = self._factory(self._notice)
            self._started = time.monotonic()
        except (OSError, RuntimeError) as error:
            self._report(error.errno if isinstance(error, OSError) else errno.EAGAIN)
            self._back_off(True, failed=True)
            return None
        return self._backend

    def _drop_dead(self, backend: Backend, missed: _Strings) -> None:
        for path, armed in list(self._armed.items()):
            if not backend.alive(path) or identity(path) != armed:
                missed.update(owner for owner, _ in self._plan.cares.get(path, ()))
                self._disarm(backend, path)

    def _arm(self, backend: Backend, path: str) -> bool:
        before = identity(path)
        if before is None:
            return False
        try:
            backend.arm(path)
        except OSError as error:
            if error.errno not in _GONE:
                self._refused[path] = error.errno or 0
                self._report(error.errno)
            return False
        if identity(path) != before:
            # Replaced while it was being armed: nobody knows which of the two we hold.
            self._disarm(backend, path)
            return False
        self._armed[path] = before
        return True

    def _disarm(self, backend: Backend, path: str) -> None:
        self._armed.pop(path, None)
        with contextlib.suppress(OSError, KeyError):
            backend.disarm(path)

    def _back_off(self, tried: bool, *, failed: bool = False) -> None:
        if not (failed or self._refused):
            self._retry_at = self._retry_after = 0.0
        elif tried:
            least, most = RETRY_SECONDS
            self._retry_after = min(max(least, self._retry_after * 2), most)
            self._retry_at = time.monotonic() + self._retry_after
            with self._signal:
                self._signal.notify_all()

    def _tell_sound(self) -> None:
        if self._reported and self._owners and self._sound():
            self._reported.clear()
            with contextlib.suppress(Exception):
                self._on_sound()

    def _report(self, code: int | None) -> None:
        self._problem(_PROBLEMS.get(code or 0, _UNKNOWN_PROBLEM.format(code=code)))

    def _problem(self, line: str) -> None:
        now = time.monotonic()
        if now - self._reported.get(line, -PROBLEM_SECONDS) < PROBLEM_SECONDS:
            return
        self._reported[line] = now
        with contextlib.suppress(Exception):
            self._on_problem(line)
