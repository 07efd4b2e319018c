"""The real VS Code in a real browser: a server of the test's own, windows on folders, and what they show.

Invariant: it sees none of the developer's settings, homes or extensions, listens on a free port with a token
of its own, and neither it, nor a browser, nor a language server that it started outlives the ``with`` block.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from tests.support.patience import wait_until
from tests.support.workbench_processes import asleep, language_servers, login, of_home, watched_nodes
from tests.support.workbench_setup import BROWSER, CALM, HIGH, LIBRARY, QUIET_BROWSER, WIDE, programs
from tests.support.workbench_window import Window

LOOKS = 8


class Workbench:
    """``with Workbench(folder) as editor: editor.install(vsix); window = editor.open(root)``.

    ``folder`` holds everything: ``home`` (``AFTERGLOW_HOME`` is ``home/afterglow``), the server's data, the
    browser's profile. ``user`` are settings of the user beyond CALM; ``env`` is added to the environment.
    """

    def __init__(
        self,
        folder: Path,
        *,
        user: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        log: str = "info",
        before: tuple[str, ...] = (),
    ) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.afterglow_home = self.home / "afterglow"
        self.extensions = folder / "extensions"
        self.data = folder / "server" / "data"
        self.windows: list[Window] = []
        for made in (self.home / ".run", self.data / "User", self.data / "Machine"):
            made.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.user({**CALM, **(user or {})})
        self.settings({})
        self._env = login(self.home) | dict(env or {})
        node, server = programs()
        self._command = (
            *(node, server, "--server-data-dir", str(self.data.parent)),
            *("--extensions-dir", str(self.extensions), "--accept-server-license-terms"),
            # A window that goes without a word is given up after this many seconds, not after three hours.
            *("--telemetry-level", "off", "--log", log, "--reconnection-grace-time", "8"),
        )
        self._before = before
        self._token = secrets.token_hex(16)
        self._said: list[str] = []
        self._reader: threading.Thread | None = None
        self._playwright: Any = None
        self._context: Any = None
        self.process: subprocess.Popen[str] | None = None
        self.port = 0

    # -- what is installed and set -----------------------------------------------------------------

    def install(self, vsix: Path) -> None:
        """As a user does it from a file; the same again is an update."""
        made = subprocess.run(
            [*self._command, "--install-extension", str(vsix), "--force"],
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "successfully installed" in made.stdout, made.stdout + made.stderr

    def installed(self) -> Path:
        """The folder of our extension that is in use."""
        listed = json.loads((self.extensions / "extensions.json").read_text())
        mine = [it for it in listed if it["identifier"]["id"] == "afterglow.afterglow"]
        return self.extensions / str(mine[0]["relativeLocation"])

    def settings(self, wanted: Mapping[str, Any]) -> None:
        """The settings of the machine, as ``afterglow.interpreter`` needs it; open windows follow."""
        (self.data / "Machine" / "settings.json").write_text(json.dumps(dict(wanted)))

    def user(self, wanted: Mapping[str, Any]) -> None:
        """All settings of the user, for windows that are opened from now on."""
        (self.data / "User" / "settings.json").write_text(json.dumps(dict(wanted)))

    # -- running -----------------------------------------------------------------------------------

    def start(self) -> None:
        """The server, ready to be asked, and the browser."""
        self.process = subprocess.Popen(
            [
                *(*self._before, *self._command, "--host", "127.0.0.1", "--port", "0"),
                *("--connection-token", self._token),
            ],
            env=self._env,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        ready = threading.Event()

        def read() -> None:
            assert self.process is not None and self.process.stdout is not None
            for line in self.process.stdout:
                self._said.append(line)
                if line.startswith("Extension host agent listening on "):
                    self.port = int(line.split()[-1])
                if line.startswith("Web UI available"):
                    ready.set()
            ready.set()

        self._reader = threading.Thread(target=read, daemon=True)
        self._reader.start()
        assert ready.wait(60) and self.port, "".join(self._said)
        sys.path.append(str(LIBRARY))
        try:
            self._playwright = importlib.import_module("playwright.sync_api").sync_playwright().start()
        finally:
            sys.path.remove(str(LIBRARY))
        self._context = self._playwright.chromium.launch_persistent_context(
            str(self.folder / "browser"),
            executable_path=BROWSER,
            args=list(QUIET_BROWSER),
            viewport={"width": WIDE, "height": HIGH},
            env={**self._env, "HOME": str(self.folder)},
        )

    def open(self, root: Path, file: str | None = None) -> Window:
        """A window on a folder, with our item in its status bar."""
        address = f"http://127.0.0.1:{self.port}/?tkn={self._token}&folder={root}"
        if file is not None:
            payload = json.dumps([["openFile", f"vscode-remote://127.0.0.1:{self.port}{root / file}"]])
            address += f"&payload={payload}"
        window = Window(self._context.new_page(), address)
        self.windows.append(window)
        window.item()
        return window

    def logs(self, name: str = "Afterglow.log") -> str:
        """All log files of this name, of every window so far, oldest first."""
        files = sorted(self.data.glob(f"logs/*/**/{name}"), key=lambda file: file.stat().st_mtime)
        return "".join(file.read_text(errors="replace") for file in files)

    def processes(self) -> list[psutil.Process]:
        """All that the editor's server started and that lives, whoever is their parent by now."""
        return of_home(self.afterglow_home)

    def servers(self) -> list[psutil.Process]:
        """The language servers of ours that live."""
        return language_servers(self.afterglow_home)

    def listening(self, window: Window, root: Path) -> psutil.Process:
        """The one language server, when it watches the repository's log and has had its first look."""
        node = (root / ".git" / "logs").stat().st_ino
        found: list[psutil.Process] = []

        def watched() -> bool:
            found[:] = [it for it in self.servers() if node in watched_nodes(it.pid)]
            return bool(found)

        window.wait(watched, "no language server that watches", 60.0)
        # It reads what it watches right afterwards, and rests when that is done.
        rests: list[bool] = []

        def rested() -> bool:
            rests.append(asleep(found[0].pid))
            return len(rests) >= LOOKS and all(rests[-LOOKS:])

        window.wait(rested, "the language server does not come to rest", 60.0)
        return found[0]

    def close_windows(self, deadline: float = 40.0) -> None:
        """Close what is open and return when the language servers are gone."""
        for window in self.windows:
            window.close()
        self.windows.clear()
        wait_until(lambda: not self.servers(), deadline)

    def close(self) -> None:
        """End everything that was started here, however it stands."""
        with contextlib.suppress(Exception):  # the browser may have died, which a test reports by itself
            if self._context is not None:
                self._context.close()
        if self._playwright is not None:
            self._playwright.stop()
        if self.process is None:
            return
        started = self.processes()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        _gone, alive = psutil.wait_procs(started, timeout=5)
        for left in alive:
            with contextlib.suppress(psutil.Error):
                left.kill()
        self.process.wait(10)
        if self._reader is not None:
            self._reader.join(5)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
