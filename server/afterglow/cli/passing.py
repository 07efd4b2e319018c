"""The command of ``afterglow run`` waited for, and signals on their way to it.

Invariant: the command gets a signal as often as it was sent, and at once. What the terminal sends goes to
the whole foreground group, so the command has it already; what is sent to us alone is passed on.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
from subprocess import Popen
from types import FrameType
from typing import Any, Final, Self

_ALWAYS: Final = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
_FROM_KEYS: Final = ("SIGINT", "SIGQUIT")


class Passing:
    """``with Passing() as passing``: from here on no signal ends us; ``wait`` says who gets them.

    Handlers, not SIG_IGN: an ignored signal would stay ignored in what the command starts. A signal that
    is ignored already (``nohup``) stays so, for us and for the command.
    """

    def __init__(self) -> None:
        self._child: Popen[bytes] | None = None
        self._early: list[int] = []
        self._before: dict[int, Any] = {}
        self._pipe: tuple[int, int] | None = None
        self._wakeup_before = -1

    def to(self, child: Popen[bytes]) -> None:
        """The command has started: it gets what came before, and all that comes."""
        self._child = child
        for number in self._early:
            self._send(number)

    def wait(self, child: Popen[bytes]) -> int:
        """Wait for the command's end; its return code as ``Popen`` gives it.

        Not in ``waitpid``: Python would not learn there of a signal that came a moment before.
        """
        if self._pipe is None:
            return child.wait()
        while (code := child.poll()) is None:
            _readable(self._pipe[0])
            with contextlib.suppress(BlockingIOError):
                os.read(self._pipe[0], 4096)
        return code

    def __enter__(self) -> Self:
        ends = hasattr(signal, "SIGCHLD") and self._catch("SIGCHLD", lambda *_: None)
        if ends:
            self._pipe = os.pipe()
            for handle in self._pipe:
                os.set_blocking(handle, False)
            self._wakeup_before = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)
        for name in (*_ALWAYS, *_FROM_KEYS):
            if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:
                self._catch(name, self._caught)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        if self._pipe is not None:
            signal.set_wakeup_fd(self._wakeup_before)
            for handle in self._pipe:
                os.close(handle)

    def _catch(self, name: str, handler: Any) -> bool:
        number = getattr(signal, name)
        try:
            self._before[number] = signal.signal(number, handler)
        except (ValueError, OSError):  # not the main thread, or not on this system
            return False
        return True

    def _caught(self, number: int, _frame: FrameType | None) -> None:
        if signal.Signals(number).name in _FROM_KEYS and _in_foreground():
            return
        if self._child is None:
            self._early.append(number)
        else:
            self._send(number)

    def _send(self, number: int) -> None:
        if self._child is not None:
            with contextlib.suppress(OSError):
                self._child.send_signal(number)


def _readable(handle: int) -> None:
    """Return when there is something to read; any number of open files is fine."""
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        poll.poll()
    else:
        select.select([handle], [], [])


def _in_foreground() -> bool:
    """Whether keys typed in the terminal reach our process group: then the command got the signal too."""
    if os.name != "posix":
        return True
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)
