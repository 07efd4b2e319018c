"""The real Neovim in a terminal of the test's own: keys go in, what stands on the screen comes out.

Invariant: it sees none of the developer's configuration, and neither it nor a server that it started
outlives the ``with`` block.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import importlib
import json
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from tests.support.patience import rest, wait_until
from tests.support.rawclient import ROOT
from tests.support.screen import Screen
from tests.support.screen_picture import of_screen

COLUMNS, ROWS = 100, 20
SETUP = ROOT / "scripts" / "setup_neovim.sh"
PLUGIN = ROOT / "editors" / "nvim"
PAGE = PLUGIN / "README.md"
STATUSLINE = """vim.o.statusline = "%f %m%=%{%v:lua.require'afterglow'.statusline()%} "\n"""
NO_LOG = {"NVIM_LOG_FILE": os.devnull}
"""Else a Neovim that finds no folder for its log writes it to the folder it stands in."""
QUICK = "minJobSeconds = 0, coalesceMs = 50, typingPauseMs = 0"
"""Settings for tests that are not about the waits."""
_OF_ANOTHER = (
    *("NVIM", "NVIM_APPNAME", "VIM", "VIMRUNTIME", "VIMINIT", "EXINIT", "MYVIMRC"),
    *("COLORTERM", "TMUX", "LINES", "COLUMNS"),
)
_STRING = re.compile(rb"\x1b[P_^X].*?(?:\x1b\\|\x07)", re.DOTALL)
"""Questions to the terminal (DCS and the like) that the emulator would print."""


@functools.cache
def nvim() -> str:
    """The path of the real Neovim, fetched at the first call; AssertionError with the reason where not."""
    made = subprocess.run(["sh", str(SETUP)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def blocks_of_the_page(section: str) -> list[str]:
    """The blocks of Lua that a section of our page for Neovim shows."""
    text = PAGE.read_text(encoding="utf-8").partition(f"## {section}\n")[2].partition("\n## ")[0]
    return re.findall(r"```lua\n(.*?)```", text, re.DOTALL)


def lua_of_the_page() -> str:
    """What our page shows for a Neovim without the plugin."""
    return "\n".join(blocks_of_the_page("Without the plugin"))


def plugin_init(folder: Path, settings: str = QUICK, options: str = "", plugin: Path = PLUGIN) -> Path:
    """An ``init.lua`` that sets the plugin up with these settings (of the server) and options, all Lua."""
    file = folder / "init.lua"
    file.write_text(
        f"vim.opt.rtp:prepend({json.dumps(str(plugin))})\n"
        f"require('afterglow').setup({{ settings = {{ {settings} }}, {options} }})\n{STATUSLINE}"
    )
    return file


def headless(code: str) -> Any:
    """What a body of Lua returns in a Neovim without a screen or a server, our plugin on its path; by way of
    JSON. AssertionError with what it said otherwise."""
    with tempfile.TemporaryDirectory(prefix="nvim-") as folder:
        script = Path(folder, "script.lua")
        script.write_text(
            f"vim.opt.rtp:prepend({json.dumps(str(PLUGIN))})\nvim.cmd.runtime('plugin/afterglow.lua')\n"
            f"local function run() {code} end\n"
            f"assert(io.open({json.dumps(f'{folder}/out')}, 'w')):write(vim.json.encode({{ run() }}))\n",
            encoding="utf-8",
        )
        made = subprocess.run(
            [nvim(), "--clean", "--headless", "-l", str(script)],
            env={**os.environ, **NO_LOG},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        assert made.stderr == "", made.stderr
        return next(iter(json.loads(Path(folder, "out").read_text(encoding="utf-8"))), None)


_READY = """
local client = vim.lsp.get_clients({ name = 'afterglow' })[1]
local asked = client and client.initialized
local answer = asked and client:request_sync('afterglow/snapshot', vim.empty_dict(), 5000)
for _, sensor in ipairs(answer and answer.result and answer.result.sensors or {}) do
  if not sensor.on then return false end
end
return answer ~= nil and answer.result ~= nil and answer.result ~= vim.NIL
"""


class Neovim(Screen):
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
        # Short: a socket's path has 107 characters at most.
        self._folder = tempfile.mkdtemp(prefix="nvim-", dir="/tmp")
        self._socket = f"{self._folder}/s"
        self.process = subprocess.Popen(
            [program, "--clean", "-n", "-i", "NONE", "-u", str(init), "--listen", self._socket, *files],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=root,
            env={**known, **NO_LOG, "PATH": path, "TERM": "xterm-256color", **(env or {})},
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

    def press(self, keys: str) -> None:
        """Keys as a terminal sends them; ``\\x1b`` is Escape and ``\\r`` is Enter."""
        os.write(self._master, keys.encode())

    def picture(self, file: Path) -> Path:
        """Draw the screen as a PNG."""
        with self._lock:
            return of_screen(self._screen, file)

    # -- the inside --------------------------------------------------------------------------------

    def lua(self, code: str) -> Any:
        """What a body of Lua returns inside the editor, by way of JSON; AssertionError with its error."""
        script = f"vim.json.encode({{ (function() {code} end)() }})".replace("'", "''")
        words = [nvim(), "--server", self._socket, "--remote-expr", f"luaeval('{script}')"]

        def call() -> subprocess.CompletedProcess[str]:
            env = {**os.environ, **NO_LOG}
            return subprocess.run(words, env=env, capture_output=True, text=True, timeout=30, check=False)

        made = call()
        # The editor may be about to listen.
        for _ in range(20):
            if "Failed to connect" not in made.stderr:
                break
            rest(0.1)
            made = call()
        assert made.returncode == 0, made.stderr
        return next(iter(json.loads(made.stdout)), None)

    def messages(self) -> str:
        """All that was said on the screen's last row since the start."""
        return str(self.lua("return vim.fn.execute('messages')")).strip()

    def started(self) -> None:
        """Return when the server has said how it stands: its window and its sensors are open then."""
        wait_until(lambda: self.lua(_READY), 30)

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
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
