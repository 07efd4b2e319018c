"""Signals on their way to the command of ``afterglow run``.

Invariant: the command gets a signal as often as it was sent. What the terminal sends goes to the whole
foreground group, so the command has it already; what is sent to us alone is passed on.
"""

from __future__ import annotations

import contextlib
import os
import signal
from subprocess import Popen
from types import FrameType
from typing import Any, Final, Self

_ALWAYS: Final = ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
_FROM_KEYS: Final = ("SIGINT", "SIGQUIT")


class Passing:
    """``with Passing() as passing``: from here on no signal ends us; ``to`` says who gets them.

    Handlers, not SIG_IGN: an ignored signal would stay ignored in what the command starts. A signal that
    is ignored already (``nohup``) stays so, for us and for the command.
    """

    def __init__(self) -> None:
        self._child: Popen[bytes] | None = None
        self._early: list[int] = []
        self._before: dict[int, Any] = {}

    def to(self, child: Popen[bytes]) -> None:
        """The command has started: it gets what came before, and all that comes."""
        self._child = child
        for number in self._early:
            self._send(number)

    def __enter__(self) -> Self:
        for name in (*_ALWAYS, *_FROM_KEYS):
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) is signal.SIG_IGN:
                continue
            with contextlib.suppress(ValueError, OSError):  # not the main thread, or not on this system
                self._before[number] = signal.signal(number, self._caught)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

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
