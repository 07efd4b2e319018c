"""Bytes to the client without ever making the loop wait for it.

Invariant: ``send`` returns at once. What the client does not take is kept up to a bound; beyond it
perishable messages are dropped, and beyond the next bound ``on_pressure`` asks to handle no further requests.
"""

from __future__ import annotations

import asyncio
import os
import stat
import threading
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

SOFT_LIMIT: Final = 1024 * 1024
"""Bytes waiting from which perishable messages (notifications) are dropped."""
PRESSURE_LIMIT: Final = 4 * 1024 * 1024
"""Bytes waiting from which no more requests should be read."""
HARD_LIMIT: Final = 16 * 1024 * 1024
"""Bytes waiting from which everything is dropped: the client has been gone for long."""

_CHUNK: Final = 256 * 1024


class Outbox(Protocol):
    """Where framed messages go."""

    dropped: int

    @property
    def waiting(self) -> int:
        """Bytes not taken by the client yet."""

    def send(self, data: bytes, *, perishable: bool = False) -> bool:
        """Hand over one whole message; False where it was dropped."""

    async def flush(self, seconds: float) -> bool:
        """Wait until nothing waits, at most ``seconds``; False where something is left."""

    def close(self) -> None:
        """Stop writing and give the descriptor back as it was. Nothing is flushed."""


def _nothing(_on: bool) -> None:
    return None


class _Bounds:
    """The bounds and their signals, shared by both ways of writing."""

    def __init__(self, on_lost: Callable[[], None], on_pressure: Callable[[bool], None] = _nothing) -> None:
        self.dropped = 0
        self._on_lost = on_lost
        self._on_pressure = on_pressure
        self._waiting = 0
        self._pressed = False
        self._closed = False
        self._drained = asyncio.Event()
        self._drained.set()

    @property
    def waiting(self) -> int:
        return self._waiting

    def _admits(self, size: int, perishable: bool) -> bool:
        limit = SOFT_LIMIT if perishable else HARD_LIMIT
        if self._closed or (self._waiting and self._waiting + size > limit):
            self.dropped += 1
            return False
        return True

    def _count(self, change: int) -> None:
        self._waiting += change
        if self._waiting:
            self._drained.clear()
        else:
            self._drained.set()
        if not self._pressed and self._waiting > PRESSURE_LIMIT:
            self._pressed = True
            self._on_pressure(True)
        elif self._pressed and self._waiting <= SOFT_LIMIT:
            self._pressed = False
            self._on_pressure(False)

    def _lose(self) -> None:
        if not self._closed:
            self._closed = True
            self._drained.set()
            self._on_lost()

    async def flush(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._drained.wait(), seconds)
        except TimeoutError:
            return False
        return self._waiting == 0


class DirectOutbox(_Bounds):
    """Writes to a pipe or socket at once, and through the loop's writer where that would block."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        fd: int,
        on_lost: Callable[[], None],
        on_pressure: Callable[[bool], None] = _nothing,
    ) -> None:
        super().__init__(on_lost, on_pressure)
        self._loop = loop
        self._fd = fd
        self._queue: deque[memoryview] = deque()
        self._was_blocking = os.get_blocking(fd)
        os.set_blocking(fd, False)

    def send(self, data: bytes, *, perishable: bool = False) -> bool:
        if not self._admits(len(data), perishable):
            return False
        if self._queue:
            self._queue.append(memoryview(data))
            self._count(len(data))
            return True
        written = self._write(data)
        if written < len(data) and not self._closed:
            self._queue.append(memoryview(data)[written:])
            self._count(len(data) - written)
            self._loop.add_writer(self._fd, self._writable)
        return not self._closed

    def _write(self, data: bytes | memoryview) -> int:
        try:
            return os.write(self._fd, data)
        except (BlockingIOError, InterruptedError):
            return 0
        except OSError:
            self._lose()
            return 0

    def _writable(self) -> None:
        while self._queue:
            first = self._queue[0]
            written = self._write(first[:_CHUNK])
            if not written:
                break
            self._count(-written)
            if written == len(first):
                self._queue.popleft()
            else:
                self._queue[0] = first[written:]
        if not self._queue or self._closed:
            self._loop.remove_writer(self._fd)

    def _lose(self) -> None:
        self._queue.clear()
        self._loop.remove_writer(self._fd)
        super()._lose()

    def close(self) -> None:
        self._closed = True
        self._loop.remove_writer(self._fd)
        try:
            # The description may be shared with a process that expects it to block, as it did.
            os.set_blocking(self._fd, self._was_blocking)
            os.close(self._fd)
        except OSError:
            pass


class ThreadOutbox(_Bounds):
    """Writes from a thread: for files, terminals and systems whose loop cannot wait for a pipe."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        fd: int,
        on_lost: Callable[[], None],
        on_pressure: Callable[[bool], None] = _nothing,
    ) -> None:
        super().__init__(on_lost, on_pressure)
        self._loop = loop
        self._fd = fd
        self._queue: deque[bytes] = deque()
        self._ready = threading.Condition()
        self._ended = False
        threading.Thread(target=self._work, name="afterglow-output", daemon=True).start()

    def send(self, data: bytes, *, perishable: bool = False) -> bool:
        if not self._admits(len(data), perishable):
            return False
        self._count(len(data))
        with self._ready:
            self._queue.append(data)
            self._ready.notify()
        return True

    def _work(self) -> None:
        while True:
            with self._ready:
                while not self._queue and not self._ended:
                    self._ready.wait()
                if self._ended:
                    return
                data = memoryview(self._queue.popleft())
            size = len(data)
            try:
                while data:
                    data = data[os.write(self._fd, data) :]
            except OSError:
                self._tell(self._lose)
                return
            self._tell(self._count, -size)

    def _tell(self, call: Callable[..., None], *args: int) -> None:
        try:
            self._loop.call_soon_threadsafe(call, *args)
        except RuntimeError:  # the loop is closed: nobody waits for this any more
            self._ended = True

    def close(self) -> None:
        # The descriptor stays open: the thread may be inside a write, and the process is about to end.
        self._closed = True
        with self._ready:
            self._ended = True
            self._ready.notify()


def open_outbox(
    loop: asyncio.AbstractEventLoop,
    fd: int,
    on_lost: Callable[[], None],
    on_pressure: Callable[[bool], None] = _nothing,
) -> Outbox:
    """The right way of writing to ``fd``, which the outbox owns from now on.

    A terminal's description is shared with the shell, so it is left blocking and gets the thread.
    """
    mode = os.fstat(fd).st_mode
    if os.name == "posix" and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        return DirectOutbox(loop, fd, on_lost, on_pressure)
    return ThreadOutbox(loop, fd, on_lost, on_pressure)
