"""A watcher's owner that can be waited for, and a kernel in memory."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path

from afterglow.sensors.inotify import Notice
from afterglow.sensors.watch import Watcher

DEADLINE = 10.0


class Wakes:
    """Everything that was woken, and a way to wait for more."""

    def __init__(self) -> None:
        self.calls: list[frozenset[str]] = []
        self._changed = threading.Condition()

    def __call__(self, owners: frozenset[str]) -> None:
        with self._changed:
            self.calls.append(owners)
            self._changed.notify_all()

    def owners(self) -> frozenset[str]:
        return frozenset().union(*self.calls)

    def clear(self) -> None:
        with self._changed:
            self.calls.clear()

    def wait(self, done: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(done, DEADLINE)

    def wait_for(self, owner: str) -> bool:
        return self.wait(lambda: any(owner in call for call in self.calls))


class FakeBackend:
    """A kernel in memory: refuses, dies and speaks when told to."""

    def __init__(self, notify: Callable[[Iterable[Notice]], None]) -> None:
        self.notify = notify
        self.armed: set[str] = set()
        self.refuse: int | None = None
        self.up = True
        self.attempts = 0

    def arm(self, path: str) -> None:
        self.attempts += 1
        if self.refuse is not None:
            raise OSError(self.refuse, "refused")
        self.armed.add(path)

    def disarm(self, path: str) -> None:
        self.armed.discard(path)

    def alive(self, path: str) -> bool:
        return path in self.armed

    def running(self) -> bool:
        return self.up

    def stop(self) -> None:
        self.up = False


def faked(wakes: Wakes, problems: list[str]) -> tuple[Watcher, list[FakeBackend]]:
    made: list[FakeBackend] = []

    def factory(notify: Callable[[Iterable[Notice]], None]) -> FakeBackend:
        made.append(FakeBackend(notify))
        return made[-1]

    return Watcher(wakes, problems.append, backend=factory), made


def quiet(_line: str) -> None:
    """For tests in which no problem may arise that matters."""


def touch(path: Path) -> None:
    with path.open("a"):
        pass
