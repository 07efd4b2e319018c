"""Ways to call the command line: in this process, as a process, and in a terminal of its own."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import select
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from attrs import frozen

from afterglow.cli import main
from tests.support.rawclient import python, server_env

AFTERGLOW = python("-m", "afterglow")
DEADLINE = 20.0


@frozen
class Said:
    """What a call left behind."""

    code: int
    out: str
    err: str


def call(*words: str) -> Said:
    """Run one command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(list(words))
    return Said(code, out.getvalue(), err.getvalue())


def recorded(*words: str) -> list[dict[str, Any]]:
    """What ``events --json`` prints."""
    return [json.loads(line) for line in call("events", "--json", *words).out.splitlines()]


def eventually(ready: Callable[[], Any], deadline: float = DEADLINE) -> Any:
    """What ``ready()`` gives as soon as that is true; it should do some work, as a command does."""
    end = time.monotonic() + deadline
    while not (value := ready()):
        assert time.monotonic() < end
    return value


def process(
    *words: str | bytes, env: Mapping[str, str] | None = None, cwd: Path | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run one command in a process of its own, its output read as UTF-8 if that is what it is."""
    return subprocess.run(
        [*AFTERGLOW, *words],
        env=server_env(env),
        cwd=cwd,
        check=False,
        timeout=60,
        encoding="utf-8",
        errors="surrogateescape",
        **{"stdin": subprocess.DEVNULL, "capture_output": True, **options},
    )


def start(*words: str, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
    """Start one command and go on."""
    return subprocess.Popen(
        [*AFTERGLOW, *words],
        env=server_env(env),
        encoding="utf-8",
        **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


class Terminal:
    """A command as the leader of a session with a terminal of its own, as a shell's first command is."""

    def __init__(self, *argv: str, rows: int = 24, columns: int = 80, cwd: Path | None = None) -> None:
        self.text = ""
        self._seen = 0
        self.controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            argv,
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=server_env(),
            cwd=cwd,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - nothing else can make it the controlling terminal
        )
        os.close(terminal)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self.controller, keys.encode())

    def until(self, wanted: str, deadline: float = DEADLINE) -> str:
        """What came since the last call, up to ``wanted``, as soon as that has come."""
        end = time.monotonic() + deadline
        while (at := self.text.find(wanted, self._seen)) < 0:
            left = end - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"no {wanted!r} after {self.text[self._seen :]!r}")
        began, self._seen = self._seen, at + len(wanted)
        return self.text[began : self._seen]

    def ended(self, deadline: float = DEADLINE) -> int:
        """The exit code, when it has ended and all that it wrote is read."""
        end = time.monotonic() + deadline
        while self._read(max(0.0, end - time.monotonic())):
            pass
        return self.process.wait(max(0.1, end - time.monotonic()))

    def _read(self, seconds: float) -> bool:
        """One more piece; False at the end, and where none came in time."""
        if not select.select([self.controller], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.controller, 65536)
        except OSError:  # how Linux tells that nobody holds the terminal any more
            return False
        self.text += data.decode("utf-8", "replace")
        return bool(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self.controller)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def _take_terminal() -> None:
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
