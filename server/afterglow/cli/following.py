"""Waiting for more to be recorded: ``afterglow events --follow``.

Invariant: it sleeps until the bell rings or its reader goes away; no timer ticks.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from typing import NoReturn

from afterglow.cli import No, places
from afterglow.sensors.watch import Names, Watcher
from afterglow.store.home import make_private

_TICK = 1.0
"""Seconds; only where one cannot wait for a pipe and for Ctrl-C at once (Windows)."""


def follow(put_new: Callable[[], None]) -> NoReturn:
    """Call ``put_new`` now and whenever more was recorded.

    Ends by KeyboardInterrupt, or by BrokenPipeError when nobody reads stdout any more.
    """
    home = places.home()
    try:
        make_private(home.run)
    except OSError as error:
        raise No(
            f"events: --follow: {home.run} cannot be watched ({(error.strerror or '').lower()})"
        ) from None
    rung, ring = os.pipe()
    os.set_blocking(ring, False)
    problems: list[str] = []
    watcher = Watcher(lambda _owners: _wake(ring), problems.append)
    # So that Ctrl-C wakes it too, even a moment before it falls asleep.
    before = signal.set_wakeup_fd(ring, warn_on_full_buffer=False)
    try:
        watcher.set("bell", {str(home.run): Names(exact=frozenset({"bell"}))})
        if problems:
            raise No(f"events: --follow: {problems[0]}")
        put_new()
        while True:
            _wait(rung)
            put_new()
    finally:
        signal.set_wakeup_fd(before)
        watcher.stop()


def _wake(ring: int) -> None:
    try:
        os.write(ring, b".")
    except BlockingIOError:
        return  # it is awake already


def _wait(rung: int) -> None:
    """Return when the bell has rung. Raises BrokenPipeError when stdout's reader is gone."""
    if not hasattr(select, "poll"):
        while not select.select([rung], [], [], _TICK)[0]:
            pass
    else:
        poll = select.poll()
        poll.register(rung, select.POLLIN)
        out = _stdout()
        if out is not None:
            poll.register(out, 0)  # errors and hang-ups are always told
        if any(handle == out for handle, _ in poll.poll()):
            raise BrokenPipeError
    os.read(rung, 4096)


def _stdout() -> int | None:
    try:
        return sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):
        return None
