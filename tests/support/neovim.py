"""The real Neovim in a terminal of the test's own: keys go in, what stands on the screen comes out.

Invariant: it sees none of the developer's configuration, and neither it nor a server that it started
outlives the ``with`` block.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from tests.support.patience import wait_until
from tests.support.rawclient import ROOT

COLUMNS, ROWS = 100, 20
SETUP = ROOT / "scripts" / "setup_neovim.sh"
PAGE = ROOT / "editors" / "nvim" / "README.md"
_OF_ANOTHER = (
    *("NVIM", "NVIM_APPNAME", "VIM", "VIMRUNTIME", "VIMINIT", "EXINIT", "MYVIMRC"),
    *("COLORTERM", "TMUX", "LINES", "COLUMNS"),
)
_STRING = re.compile(rb"\x1b[P_^X].*?(?:\x1b\\|\x07)", re.DOTALL)
"""Questions to the terminal (DCS and the like) that the emulator would print."""


def nvim() -> str:
    """The path of the real Neovim, fetched at the first call; AssertionError with the reason where not."""
    made = subprocess.run(["sh", str(SETUP)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def lua_of_the_page() -> str:
    """All the Lua that our page for Neovim shows, in order."""
    return "\n".join(re.findall(r"```lua\n(.*?)```", PAGE.read_text(), re.DOTALL))


def ended(process: psutil.Process) -> bool:
    """Whether it runs no more, reaped or not: whoever inherited it may take its time for that."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


class Neovim:
    """``with Neovim(root, init, "test_sum.py") as editor`` opens a file in ``root``."""

    def __init__(self, root: Path, init: Path, *files: str, env: Mapping[str, str] | None = None) -> None:
        program = nvim()
        sys.path.append(str(ROOT / ".venv-editors" / "lib"))
        pyte = importlib.import_module("pyte")
        sys.path.pop()
        self._screen: Any = pyte.Screen(COLUMNS, ROWS)
        self._stream: Any = pyte.ByteStream(self._screen)
        self._lock = threading.Lock()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        known = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
        # Where `afterglow` is, as on the PATH of a user who installed it.
        path = os.pathsep.join((str(Path(sys.executable).parent), known.get("PATH", os.defpath)))
        self.process = subprocess.Popen(
            [program, "--clean", "-n", "-i", "NONE", "-u", str(init), *files],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=root,
            env={**known, "PATH": path, "TERM": "xterm-256color", **(env or {})},
            start_new_session=True,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        held = b""
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            held = _STRING.sub(b"", held + data)
            start = max(held.rfind(b"\x1bP"), held.rfind(b"\x1b_"))
            ready, held = (held, b"") if start < 0 else (held[:start], held[start:])
            if ready.endswith(b"\x1b"):
                ready, held = ready[:-1], b"\x1b" + held
            with self._lock:
                self._stream.feed(ready)

    # -- the screen and the keys -------------------------------------------------------------------

    def rows(self) -> list[str]:
        """The screen, row by row, without the blanks at the ends."""
        with self._lock:
            return [row.rstrip() for row in self._screen.display]

    def text(self) -> str:
        return "\n".join(self.rows())

    def press(self, keys: str) -> None:
        """Keys as a terminal sends them; ``\\x1b`` is Escape and ``\\r`` is Enter."""
        os.write(self._master, keys.encode())

    def wait(self, ready: Callable[[list[str]], Any], what: str, deadline: float = 15.0) -> list[str]:
        """The screen as soon as ``ready`` of its rows is true; AssertionError with the screen if never."""
        rows: list[str] = []

        def shown() -> Any:
            rows[:] = self.rows()
            return ready(rows)

        try:
            wait_until(shown, deadline)
        except TimeoutError:
            raise AssertionError(f"{what}: not within {deadline} s on\n" + "\n".join(rows)) from None
        return rows

    def row_of(self, text: str, deadline: float = 15.0) -> str:
        """The row that holds ``text``, when there is one."""
        rows = self.wait(lambda rows: any(text in row for row in rows), f"no row with {text!r}", deadline)
        return next(row for row in rows if text in row)

    # -- processes ---------------------------------------------------------------------------------

    def server(self, deadline: float = 15.0) -> psutil.Process:
        """The Afterglow that this editor started."""
        found: list[psutil.Process] = []

        def started() -> bool:
            with contextlib.suppress(psutil.Error):
                children = psutil.Process(self.process.pid).children(recursive=True)
                found[:] = [child for child in children if child.cmdline()[-1:] == ["lsp"]]
            return bool(found)

        try:
            wait_until(started, deadline)
        except TimeoutError:
            raise AssertionError(f"no server within {deadline} s on\n{self.text()}") from None
        return found[0]

    def main(self) -> psutil.Process:
        """The process that holds the text and the clients; the one that was started only draws."""
        return psutil.Process(self.process.pid).children()[0]

    def close(self) -> None:
        """End it and what it started, however it stands."""
        started = []
        with contextlib.suppress(psutil.Error):
            started = psutil.Process(self.process.pid).children(recursive=True)
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        _gone, alive = psutil.wait_procs(started, timeout=5)
        for left in alive:
            with contextlib.suppress(psutil.Error):
                left.kill()
        os.close(self._master)
        self._reader.join(5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
