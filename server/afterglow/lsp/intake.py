"""Bytes from the client, through the loop where it can wait for them and through a thread elsewhere.

Invariant: every byte is handed on in order on the loop's thread; the end of the stream is told once, where
the loop can poll also while reading is paused.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import select
import threading
from collections.abc import Callable
from typing import Final, Protocol

READ_SIZE: Final = 64 * 1024
_PAUSED_LOOK: Final = 0.5
"""Seconds between two looks for the end of the stream while nothing is read."""


class Intake(Protocol):
    """The reading side of a connection."""

    def pause(self, paused: bool) -> None:
        """Stop or go on reading."""

    def close(self) -> None:
        """Read no more."""


class PolledIntake:
    """Reads when the loop says there is something: no thread, and nothing to do while it is quiet."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        fd: int,
        on_data: Callable[[bytes], None],
        on_end: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._fd = fd
        self._on_data = on_data
        self._on_end = on_end
        self._closed = False
        self._paused = False
        self._look: asyncio.TimerHandle | None = None
        loop.add_reader(fd, self._readable)

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, READ_SIZE)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            data = b""
        if data:
            self._on_data(data)
        else:
            self._end()

    def _end(self) -> None:
        if not self._closed:
            self.close()
            self._on_end()

    def pause(self, paused: bool) -> None:
        if self._closed or paused == self._paused:
            return
        self._paused = paused
        if paused:
            self._loop.remove_reader(self._fd)
            self._look = self._loop.call_later(_PAUSED_LOOK, self._look_for_end)
        else:
            if self._look is not None:
                self._look.cancel()
            self._loop.add_reader(self._fd, self._readable)

    def _look_for_end(self) -> None:
        """A poll that asks for nothing still reports that the other side has hung up."""
        poll = select.poll()
        gone = select.POLLHUP | select.POLLERR | select.POLLNVAL | getattr(select, "POLLRDHUP", 0)
        poll.register(self._fd, getattr(select, "POLLRDHUP", 0))
        if any(events & gone for _, events in poll.poll(0)):
            self._end()
        else:
            self._look = self._loop.call_later(_PAUSED_LOOK, self._look_for_end)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        if self._look is not None:
            self._look.cancel()
        self._loop.remove_reader(self._fd)
        with contextlib.suppress(OSError):
            os.close(self._fd)


class ThreadIntake:
    """Reads in a thread, one piece ahead of the loop: for files, and where no loop can watch a pipe."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        fd: int,
        on_data: Callable[[bytes], None],
        on_end: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._fd = fd
        self._on_data = on_data
        self._on_end = on_end
        self._closed = False
        self._may_read = threading.Event()
        self._may_read.set()
        self._taken = threading.Semaphore(1)
        threading.Thread(target=self._work, name="afterglow-input", daemon=True).start()

    def _work(self) -> None:
        while not self._closed:
            self._taken.acquire()
            self._may_read.wait()
            try:
                data = os.read(self._fd, READ_SIZE)
            except OSError:
                data = b""
            try:
                self._loop.call_soon_threadsafe(self._arrived, data)
            except RuntimeError:  # the loop is closed
                return
            if not data:
                return

    def _arrived(self, data: bytes) -> None:
        if self._closed:
            return
        self._taken.release()
        if data:
            self._on_data(data)
        else:
            self._closed = True
            self._on_end()

    def pause(self, paused: bool) -> None:
        if paused:
            self._may_read.clear()
        else:
            self._may_read.set()

    def close(self) -> None:
        # The descriptor stays open: the thread may be inside a read, and the process is about to end.
        self._closed = True
        self._may_read.set()
        self._taken.release()


def open_intake(
    loop: asyncio.AbstractEventLoop,
    fd: int,
    on_data: Callable[[bytes], None],
    on_end: Callable[[], None],
) -> Intake:
    """The right way of reading from ``fd``, which the intake owns from now on."""
    try:
        return PolledIntake(loop, fd, on_data, on_end)
    except (OSError, NotImplementedError):  # a regular file; a Windows loop
        return ThreadIntake(loop, fd, on_data, on_end)
