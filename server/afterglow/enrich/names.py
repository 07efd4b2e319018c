"""What the user of this machine is called, so that it can be taken out of what leaves.

Invariant: names stay in memory; a name that many machines share (``root``) is no one's. Of git's settings
the user's own are read, to a bound, and of them who the user is.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from afterglow.core.settings import Settings
from afterglow.sensors.gitconfig import parse_config

_SHORTEST: Final = 3
_MOST_BYTES: Final = 1 << 16
_NOBODYS: Final = frozenset(
    {"root", "user", "users", "admin", "administrator", "dev", "developer", "ubuntu", "debian", "vagrant"}
    | {"home", "guest", "test", "tester", "runner", "build", "builder", "ci", "git", "docker", "node", "work"}
    | {"runneradmin", "vscode", "codespace", "coder", "app", "me", "local", "default", "nobody", "www-data"}
)


def own_names(settings: Settings, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """The user's names, sorted: as set, as logged in, as the home folder is called, as git knows them."""
    found = {settings.user_name or "", settings.user_id, _login(), _home(), *_in_git(environ)}
    return tuple(sorted(name for name in found if len(name) >= _SHORTEST and name.lower() not in _NOBODYS))


def _login() -> str:
    try:
        return getpass.getuser()
    except Exception:  # noqa: BLE001 - an account without a name raises what its system makes of it
        return ""


def _home() -> str:
    try:
        return Path.home().name
    except RuntimeError:
        return ""


def _in_git(environ: Mapping[str, str]) -> Iterator[str]:
    """``user.name``, and what stands before the @ of ``user.email``."""
    for path in _configs(environ):
        with suppress(OSError, ValueError):
            if not path.is_file():
                continue
            with path.open("rb") as file:
                known = parse_config(file.read(_MOST_BYTES))
            yield known.get(("user", "", "name"), "").strip()
            yield known.get(("user", "", "email"), "").strip().partition("@")[0]


def _configs(environ: Mapping[str, str]) -> Iterator[Path]:
    named = environ.get("GIT_CONFIG_GLOBAL")
    if named:
        yield Path(named)
        return
    with suppress(RuntimeError):
        home = Path.home()
        yield Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "git" / "config"
        yield home / ".gitconfig"
