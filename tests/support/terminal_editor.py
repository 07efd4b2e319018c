"""A real editor in a real terminal (tmux): keys go in, what stands on the screen comes out.

Invariant: it sees none of the developer's configuration, and neither it, its terminal nor a server that it
started outlives the ``with`` block.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psutil

from tests.support.patience import wait_until
from tests.support.processes import ended
from tests.support.rawclient import ROOT
from tests.support.screen import Screen
from tests.support.shots import keep
from tests.support.tools import need

COLUMNS, ROWS = 100, 20
FRAME_SECONDS: Final = 0.04
"""A terminal is asked for its screen at most this often."""
_OF_ANOTHER = ("TMUX", "TMUX_PANE", "COLORTERM", "LINES", "COLUMNS", "NVIM", "VIM", "VIMRUNTIME", "VIMINIT")
_OF_ANOTHER_PREFIX = ("EMACS", "HELIX", "INSIDE_EMACS")


def blocks(page: Path, language: str) -> list[str]:
    """The code that a page of ours shows in this language, block by block."""
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(), re.DOTALL)


def installed(name: str) -> str:
    """The path of the real Helix or Emacs, fetched at the first call; AssertionError if it fails."""
    script = str(ROOT / "scripts" / "setup_debian_editors.sh")
    made = subprocess.run(["sh", script, name], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


class TerminalEditor(Screen):
    """``with TerminalEditor(root, ["vim", "a.txt"]) as editor`` runs it in a terminal of its own."""

    def __init__(self, root: Path, argv: Sequence[str], env: Mapping[str, str] | None = None) -> None:
        need("tmux")
        self._socket = f"afterglow-{os.getpid()}-{secrets.token_hex(4)}"
        self._asked = 0.0
        self._rows: list[str] = []
        known = {
            name: value
            for name, value in os.environ.items()
            if name not in _OF_ANOTHER and not name.startswith(_OF_ANOTHER_PREFIX)
        }
        # Where `afterglow` is, as on the PATH of a user who installed it.
        path = os.pathsep.join((str(Path(sys.executable).parent), known.get("PATH", os.defpath)))
        self._env = {**known, "PATH": path, "SHELL": "/bin/sh", **(env or {})}
        options = "set -g status off; set -sg escape-time 0; set -g default-terminal screen-256color"
        setup = [word for option in options.split("; ") for word in (*option.split(), ";")]
        size = ("-x", str(COLUMNS), "-y", str(ROWS))
        # One shell word, exec'd: the pane's process is the editor itself.
        command = "exec " + shlex.join(argv)
        self._tmux("start-server", ";", *setup, "new-session", "-d", *size, "-c", str(root), command)
        self.process = psutil.Process(int(self._tmux("display-message", "-p", "#{pane_pid}")))

    def _tmux(self, *words: str) -> str:
        done = subprocess.run(
            ["tmux", "-L", self._socket, "-f", os.devnull, *words],
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (words, done.stderr, "\n".join(self._rows))
        return done.stdout.rstrip("\n")

    # -- the screen and the keys -------------------------------------------------------------------

    def rows(self) -> list[str]:
        """The screen, row by row, without the blanks at the ends; the last one seen once it has ended."""
        if time.monotonic() - self._asked > FRAME_SECONDS:
            with contextlib.suppress(AssertionError):
                rows = [row.rstrip() for row in self._tmux("capture-pane", "-p").split("\n")]
                self._rows = rows + [""] * (ROWS - len(rows))
            self._asked = time.monotonic()
        return list(self._rows)

    def coloured(self) -> str:
        """The screen with its colours, as a terminal would be told to draw it."""
        return self._tmux("capture-pane", "-p", "-e")

    def keep(self, name: str) -> None:
        """Keep the screen in ``shots/``, as text and as it is drawn."""
        keep(f"{name}.txt", self.text())
        keep(f"{name}.ansi", self.coloured())

    def press(self, *keys: str) -> None:
        """Keys by tmux's names (``Escape``, ``C-x``, ``Enter``)."""
        self._tmux("send-keys", *keys)

    def enter(self, text: str) -> None:
        """Text as it is."""
        self._tmux("send-keys", "-l", "--", text)

    def gone(self, text: str, deadline: float = 20.0) -> None:
        """Return when no row holds ``text``."""
        self.wait(lambda rows: not any(text in row for row in rows), f"{text!r} stayed", deadline)

    # -- processes ---------------------------------------------------------------------------------

    def servers(self) -> list[psutil.Process]:
        """Every Afterglow that this editor has running."""
        with contextlib.suppress(psutil.Error):
            children = self.process.children(recursive=True)
            return [child for child in children if child.cmdline()[-1:] == ["lsp"] and not ended(child)]
        return []

    def server(self, other_than: int = 0, deadline: float = 20.0) -> psutil.Process:
        """The Afterglow that this editor started."""
        found: list[psutil.Process] = []

        def started() -> bool:
            found[:] = [each for each in self.servers() if each.pid != other_than]
            return bool(found)

        try:
            wait_until(started, deadline)
        except TimeoutError:
            raise AssertionError(f"no server within {deadline} s on\n{self.text()}") from None
        return found[0]

    def close(self) -> None:
        """End it and what it started, however it stands."""
        started: list[psutil.Process] = []
        with contextlib.suppress(psutil.Error):
            started = [self.process, *self.process.children(recursive=True)]
        with contextlib.suppress(psutil.Error):
            self.process.send_signal(signal.SIGKILL)
        with contextlib.suppress(AssertionError):
            self._tmux("kill-server")
        with contextlib.suppress(TimeoutError):
            wait_until(lambda: all(ended(each) for each in started), 5.0)
        for left in started:
            with contextlib.suppress(psutil.Error):
                left.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
