"""What ends the work at once: a signal, a parent that is gone, somebody who is back, the mode off.

Invariant: from the moment that one of these is seen, a process that a server started has ``GRACE_S`` to give
its job back; then it ends itself, wherever it is. Nothing here imports the model's client.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from afterglow.loop.clock import Clock
from afterglow.store.home import Home
from afterglow.store.lately import Lookout

POLL_S: Final = 0.05
GRACE_S: Final = 0.1
"""With ``POLL_S`` less than the 200 ms within which nothing of this runs any more."""
MOST_BLIND: Final = 20
"""So many looks in a row may fail."""
SIGNALS: Final = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")


class Stop:
    """``asked``: whether to end now, ``reason``: why, for the records. ``owner``: the name for this
    process's leases; who started it gives back what that name still holds."""

    def __init__(self, owner: str | None = None) -> None:
        self.owner = owner or f"{os.getpid()}-{secrets.token_hex(6)}"
        self.reason: str | None = None
        self._event = threading.Event()
        self._waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()

    @property
    def asked(self) -> bool:
        return self.reason is not None

    def ask(self, reason: str) -> None:
        """End now; the first reason stays. From any thread, and from a handler of signals."""
        if self.reason is not None:
            return
        self.reason = reason
        self._event.set()
        for loop, event in tuple(self._waiting):
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(event.set)

    async def wait(self) -> None:
        """Return when the end is asked for, at once where it was already. May be cancelled."""
        mine = (asyncio.get_running_loop(), asyncio.Event())
        self._waiting.add(mine)
        try:
            if not self.asked:  # looked at after joining: who asks now finds us
                await mine[1].wait()
        finally:
            self._waiting.discard(mine)

    def wait_thread(self, seconds: float) -> bool:
        """The same for a thread, ``seconds`` at most; whether it was asked."""
        return self._event.wait(seconds)


@contextmanager
def by_hand() -> Iterator[Stop]:
    """For a command that somebody typed: ends on a signal, politely; nobody's return stops it. Afterwards
    signals mean what they meant before."""
    stop = Stop()
    before = on_signals(stop)
    try:
        yield stop
    finally:
        for number, handler in before.items():
            with suppress(ValueError, OSError, TypeError):
                signal.signal(number, handler)


def on_signals(stop: Stop) -> dict[int, Any]:
    """Take the signals that end a process as a wish to end; only on the main thread, else nothing. What
    each meant before."""
    before: dict[int, Any] = {}
    for name in SIGNALS:
        number = getattr(signal, name, None)
        if number is not None:
            with suppress(ValueError, OSError):
                before[number] = signal.signal(number, lambda *_: stop.ask("told to end"))
    return before


def for_server(
    stop: Stop, home: Home, clock: Clock, *, began: int, leave: Callable[[], None] | None = None
) -> None:
    """Watch from now on, on threads of its own, everything that ends a process which a server started.

    ``began``: when it was started (ms): activity after that ends it. ``leave`` ends the process when
    ``GRACE_S`` have passed since the end was asked for.
    """
    end = leave if leave is not None else _leave
    for name, work in (
        ("afterglow-parent", lambda: _await_parent(stop)),
        ("afterglow-lookout", lambda: _look_out(stop, home, clock, began)),
        ("afterglow-end", lambda: _end(stop, end)),
    ):
        threading.Thread(target=work, name=name, daemon=True).start()


def _leave() -> None:
    os._exit(0)


def _end(stop: Stop, leave: Callable[[], None]) -> None:
    while not stop.wait_thread(3600.0):
        pass
    threading.Event().wait(GRACE_S)
    leave()


def _await_parent(stop: Stop) -> None:
    """The parent holds the other end of our standard input, and says nothing more by it."""
    with suppress(OSError, ValueError):
        while os.read(0, 1024):
            pass
    stop.ask("its window is gone")


def _look_out(stop: Stop, home: Home, clock: Clock, began: int) -> None:
    lookout: Lookout | None = None
    first: int | None = None
    blind = 0
    while not stop.wait_thread(POLL_S):
        try:
            if lookout is None:
                lookout = Lookout(home.database)
                first = lookout.look(clock.wall()).sign
            now = clock.wall()
            seen = lookout.look(now)
            if lookout.replaced():
                stop.ask("the records were replaced")
            elif seen.mode == "off":
                stop.ask("the mode is off")
            elif _is_back(seen.sign, first, began, now):
                stop.ask("somebody is back")
            blind = 0
        except Exception:  # noqa: BLE001 - whatever it is: who cannot see does not go on
            # Held by another program for a moment; the next look is near, and the parent looks as well.
            blind += 1
            if blind >= MOST_BLIND:
                stop.ask("the records cannot be read")
    if lookout is not None:
        with suppress(sqlite3.Error):
            lookout.close()


def _is_back(sign: int | None, first: int | None, began: int, now: int) -> bool:
    """Whether a sign of life is newer than the start. Where the clock was set back meanwhile, any change
    counts: which is the newer one cannot be told."""
    if sign is None:
        return False
    return sign > began or (now < began and sign != first)
