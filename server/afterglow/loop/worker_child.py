"""The model's process as a window starts it: by which Python, with which environment, and how it ends.

Invariant: nothing here waits for that process or imports what it imports. It is told what it needs on its
standard input, never a key; when that is closed, by whatever end of the window, it ends.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import frozen

import afterglow
from afterglow.core.model import Json
from afterglow.core.settings import CLIENT, ROWS, Settings, resolve
from afterglow.store.home import Home

LIBRARY: Final = "anthropic"
KEY: Final = "ANTHROPIC_API_KEY"
KEY_FILE: Final = "api-key"
PROGRAM: Final = Path(afterglow.__file__).resolve().parent / "enrich" / "__main__.py"
_OURS: Final = ("afterglow", "attr", "attrs", "platformdirs")
"""What a Python that somebody names need not have."""
_UNSAID: Final = frozenset({"quietHours", "enrichment.interpreter"})
_UNSAID_GROUPS: Final = ("personal.", "display.")
_KEPT: Final = frozenset(
    {KEY, "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TZDIR", "TMPDIR", "TEMP", "TMP", "PATH"}
    # Windows needs these to find its own libraries and the user's folders.
    | {"USERPROFILE", "USERNAME", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES", "HOMEDRIVE"}
    | {"HOMEPATH", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT"}
)
_KEPT_BEGINNINGS: Final = ("AFTERGLOW_", "XDG_", "LC_")
_HERE: Final = frozenset({"localhost", "::1", "::", "0.0.0.0"})
_APART: Final[Mapping[str, Any]] = (
    # Values of CREATE_NO_WINDOW, CREATE_NEW_PROCESS_GROUP and IDLE_PRIORITY_CLASS.
    {"creationflags": 0x08000000 | 0x00000200 | 0x00000040}
    if os.name == "nt"
    else {"start_new_session": True}
)


@frozen
class Able:
    """Whether a Python with the library and a key may be there; ``key_at``: since when this key (ms, 0
    where that cannot be told)."""

    installed: bool
    key: bool
    key_at: int = 0


# -- whether there is anything to start ----------------------------------------------------------------


def installed(settings: Settings) -> bool:
    """Whether some Python that can ask the model is known; the library is looked for, not imported."""
    return interpreter(settings) is not None


def interpreter(settings: Settings, places: Collection[str] = ()) -> str | None:
    """The Python to ask the model with, None where none is known. ``places``: folders that are open."""
    named = settings.enrichment_interpreter
    if named is not None:
        return named if unusable(named, places) is None else None
    return sys.executable if sys.executable and has_library() else None


def unusable(named: str, places: Collection[str] = ()) -> str | None:
    """Why the setting ``enrichment.interpreter`` cannot be followed, one line; None where it can."""
    path = Path(named)
    if not path.is_absolute():
        return "enrichment.interpreter: give the absolute path of a Python"
    try:
        if not path.is_file() or not os.access(path, os.X_OK):
            return "enrichment.interpreter: no program lies there; give the absolute path of a Python"
    except (OSError, ValueError):
        return "enrichment.interpreter: that path cannot be read; give the absolute path of a Python"
    # The Python of a virtual environment is a link out of it: its folder's place is what counts.
    real = os.path.realpath(path.parent)
    inside = [place for place in places if (real + os.sep).startswith(os.path.realpath(place) + os.sep)]
    if inside:
        return "enrichment.interpreter: it lies in a folder that is open; name one outside of it"
    return None


def has_library() -> bool:
    """Whether this Python has the client library."""
    try:
        return find_spec(LIBRARY) is not None
    except (ImportError, ValueError):
        return False


def key_may_be_there(settings: Settings, environ: Mapping[str, str], home: Home) -> bool:
    """Whether a key might be found, without reading it; an address on this machine needs none."""
    return _has_key(environ) or _is_here(settings.enrichment_base_url) or _key_file_at(home) is not None


def able(settings: Settings, environ: Mapping[str, str], home: Home, places: Collection[str]) -> Able:
    """What is there to start a process with. Asks the disk. ``places``: the folders that are open."""
    return Able(
        installed=interpreter(settings, places) is not None,
        key=key_may_be_there(settings, environ, home),
        # A key of the environment is as old as this process.
        key_at=0 if _has_key(environ) else _key_file_at(home) or 0,
    )


def _has_key(environ: Mapping[str, str]) -> bool:
    return bool(environ.get(KEY, "").strip())


def _key_file_at(home: Home) -> int | None:
    """When the file of the key was last changed (ms), None where there is none."""
    try:
        found = (home.data / KEY_FILE).stat()
    except (OSError, ValueError):
        return None
    return int(found.st_mtime * 1000) if stat.S_ISREG(found.st_mode) else None


def _is_here(url: str | None) -> bool:
    try:
        host = urlsplit(url or "").hostname or ""
    except ValueError:
        return False
    # Only whether to look further; what counts as this machine is decided where the call is made.
    return host in _HERE or host.startswith("127.") or host.endswith(".localhost")


# -- what it is told -----------------------------------------------------------------------------------


@frozen
class Order:
    """What a process is told. ``owner``: its name for leases. ``began``: when it was decided that nobody
    is there (ms)."""

    settings: Mapping[str, Json]
    home: Home
    owner: str
    began: int

    def line(self) -> bytes:
        """One line of JSON."""
        told = {
            "settings": dict(self.settings),
            "home": {name: str(getattr(self.home, name)) for name in ("data", "config", "logs", "run")},
            "owner": self.owner,
            "began": self.began,
            "libs": libs(),
        }
        return json.dumps(told).encode("ascii") + b"\n"


def order(settings: Settings, home: Home, began: int) -> Order:
    """The order for a process that is about to start."""
    return Order(told(settings), home, f"{os.getpid()}-{secrets.token_hex(6)}", began)


def told(settings: Settings) -> dict[str, Json]:
    """The settings that differ from their defaults, but those that are no matter of the model's."""
    return {
        row.name: getattr(settings, row.attribute)
        for row in ROWS
        if row.name not in _UNSAID
        and not row.name.startswith(_UNSAID_GROUPS)
        and getattr(settings, row.attribute) != row.default
    }


def read_settings(values: Mapping[str, Json]) -> Settings:
    """The settings that ``told`` gave."""
    return resolve([(CLIENT, values)]).settings


def libs() -> dict[str, str]:
    """Our package and the libraries that it stands on, each with the folder that it comes from."""
    found = {}
    for name in _OURS:
        module = sys.modules.get(name)
        file = getattr(module, "__file__", None)
        if file is None:
            with suppress(ImportError, ValueError):
                spec = find_spec(name)
                file = spec.origin if spec is not None else None
        if file is not None:
            found[name] = str(Path(file).resolve().parents[1])
    return found


def environment(environ: Mapping[str, str], home: Home) -> dict[str, str]:
    """The variables that the process gets: a list of what is kept, so that nothing else reaches it."""
    kept = {
        name: value
        for name, value in environ.items()
        if name.upper() in _KEPT or name.upper().startswith(_KEPT_BEGINNINGS)
    }
    if kept.get("AFTERGLOW_HOME"):
        kept["AFTERGLOW_HOME"] = str(home.data)  # a relative one would be another from its folder
    return kept


# -- the process ---------------------------------------------------------------------------------------


class Child:
    """A process that runs. ``stop`` asks it to end, ``kill`` ends it; neither waits."""

    def __init__(self, process: subprocess.Popen[bytes], owner: str) -> None:
        self._process = process
        self.owner = owner
        self.pid = process.pid

    def stop(self) -> None:
        """Let it give back what it holds, and end."""
        self._signal(signal.SIGTERM)
        with suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()

    def kill(self) -> None:
        """End it now."""
        self._signal(getattr(signal, "SIGKILL", signal.SIGTERM))

    def _signal(self, number: int) -> None:
        if self._process.poll() is not None:
            return
        with suppress(OSError, AttributeError):
            if os.name == "posix":
                os.killpg(self.pid, number)
            else:
                self._process.terminate()


def start(command: str, made: Order, environ: Mapping[str, str], ended: Callable[[], None]) -> Child | None:
    """Start the process by the Python ``command``; None where that cannot be done. ``ended`` is called on a
    thread of its own when it is gone."""
    try:
        process = subprocess.Popen(
            # -I and an absolute path: nothing of the workspace is on its path.
            [command, "-I", str(PROGRAM), "--idle"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=PROGRAM.parent,
            env=environment(environ, made.home),
            **_APART,
        )
    except (OSError, ValueError):
        return None
    threading.Thread(target=_attend, args=(process, ended), name="afterglow-worker", daemon=True).start()
    try:
        assert process.stdin is not None
        process.stdin.write(made.line())
        process.stdin.flush()
    except (OSError, ValueError):
        pass  # it ended at once: `ended` will say so
    return Child(process, made.owner)


def by_hand(command: str, made: Order, environ: Mapping[str, str]) -> dict[str, int]:
    """Do what is due by the Python ``command``, wait for it, and give what it did; empty where it could not
    be asked."""
    try:
        done = subprocess.run(
            [command, "-I", str(PROGRAM)],
            input=made.line(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=PROGRAM.parent,
            env=environment(environ, made.home),
            check=False,
        )
        told = json.loads(done.stdout or b"{}")
    except (OSError, ValueError):
        return {}
    return {name: value for name, value in told.items() if isinstance(value, int)}


def _attend(process: subprocess.Popen[bytes], ended: Callable[[], None]) -> None:
    # A child that nobody waits for stays in the table of processes when it has ended.
    process.wait()
    with suppress(OSError, ValueError):
        if process.stdin is not None:
            process.stdin.close()
    with suppress(RuntimeError):  # the loop is gone as well
        ended()
