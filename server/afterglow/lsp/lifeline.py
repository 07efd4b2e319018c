"""Notices that the client's process is gone, also when another process keeps the pipe open.

Invariant: waiting costs nothing where the system can tell (Linux); elsewhere it is one look a second.
A process id is believed only if it is alive at the start: in a container it may mean nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

_LOOK_EVERY: Final = 1.0
_ANCESTORS: Final = 64
_LARGEST_PID: Final = 2**31 - 1


class Lifeline:
    """A watch on one process; ``on_death`` is called once, on the loop. ``close`` ends the watch."""

    def __init__(self, loop: asyncio.AbstractEventLoop, pid: int, on_death: Callable[[], None]) -> None:
        self._loop = loop
        self._on_death = on_death
        self._pid = pid
        self._fd: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        fd = _open_pidfd(pid)
        if fd is not None:
            try:
                loop.add_reader(fd, self._died)
                self._fd = fd
            except (OSError, NotImplementedError):
                os.close(fd)
        if self._fd is None:
            self._timer = loop.call_later(_LOOK_EVERY, self._look)

    def _look(self) -> None:
        if alive(self._pid):
            self._timer = self._loop.call_later(_LOOK_EVERY, self._look)
        else:
            self._died()

    def _died(self) -> None:
        self.close()
        self._on_death()

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._fd is not None:
            self._loop.remove_reader(self._fd)
            with contextlib.suppress(OSError):
                os.close(self._fd)
            self._fd = None


def watch(loop: asyncio.AbstractEventLoop, pid: object, on_death: Callable[[], None]) -> Lifeline | None:
    """Watch the process that ``initialize`` named; None where ``pid`` names none that is alive."""
    if not isinstance(pid, int) or isinstance(pid, bool) or not 0 < pid <= _LARGEST_PID:
        return None
    if pid == os.getpid() or not alive(pid):
        return None
    return Lifeline(loop, pid, on_death)


def is_ancestor(pid: int) -> bool:
    """Whether this process descends from ``pid``; only then is its end surely the client's end."""
    current = os.getppid()
    for _ in range(_ANCESTORS):
        if current == pid:
            return True
        parent = _parent_of(current)
        if parent is None or parent <= 0:
            return False
        current = parent
    return False


def _parent_of(pid: int) -> int | None:
    try:
        # The name in parentheses may hold anything, so the fields are counted from its end.
        after_name = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return int(after_name[1])
    except (OSError, ValueError, IndexError):
        return None


def _open_pidfd(pid: int) -> int | None:
    if sys.platform != "linux":
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None


if sys.platform == "win32":
    import ctypes

    def alive(pid: int) -> bool:
        """Whether a process of this id runs. (``os.kill`` would end it here.)"""
        synchronize, wait_timeout = 0x00100000, 0x102
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(synchronize, False, pid)
        if not handle:
            return False
        try:
            return bool(kernel.WaitForSingleObject(handle, 0) == wait_timeout)
        finally:
            kernel.CloseHandle(handle)

else:

    def alive(pid: int) -> bool:
        """Whether a process of this id exists."""
        try:
            os.kill(pid, 0)
        except PermissionError:
            return True
        except (OSError, OverflowError):
            return False
        return True
