"""The processes that an editor of a test's own started, found by the home that they were given.

Invariant: only what carries that home is looked at or ended; whoever became its parent does not matter.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import psutil

from tests.conftest import LEAKS


def login(home: Path) -> dict[str, str]:
    """The environment that a login gives, in this home; git as in every test."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith((*LEAKS, "VSCODE"))}
    gitconfig = home / ".gitconfig"
    gitconfig.touch()
    return kept | {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home / ".run"),
        "AFTERGLOW_HOME": str(home / "afterglow"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(gitconfig),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "SHELL": "/bin/bash",
    }


def of_home(afterglow_home: Path) -> list[psutil.Process]:
    """All that live and were started with this ``AFTERGLOW_HOME``, but for what the test itself runs."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("AFTERGLOW_HOME") == str(afterglow_home):
                found.append(process)
    return [process for process in found if process.pid != os.getpid()]


def language_servers(afterglow_home: Path) -> list[psutil.Process]:
    """Those of them that are language servers and not dead."""
    found = []
    for process in of_home(afterglow_home):
        with contextlib.suppress(psutil.Error):
            alive = process.status() != psutil.STATUS_ZOMBIE
            if alive and process.cmdline()[-1:] == ["lsp"]:
                found.append(process)
    return found


def watched_nodes(pid: int) -> set[int]:
    """The inodes that a process watches (Linux); none where it has ended."""
    found: set[int] = set()
    with contextlib.suppress(OSError):
        for file in Path(f"/proc/{pid}/fdinfo").iterdir():
            for line in file.read_text().splitlines():
                if line.startswith("inotify "):
                    found.update(int(word[4:], 16) for word in line.split() if word.startswith("ino:"))
    return found


def asleep(pid: int) -> bool:
    """Whether no thread of it runs or wants to (Linux); one that a busy machine keeps waiting does."""
    with contextlib.suppress(OSError):
        stats = [(task / "stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
        return all(stat.rpartition(")")[2].split()[0] == "S" for stat in stats)
    return False
