"""A server under strace: which files it opened, and which programs it started."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.support.tools import need

CALLS: Final = "trace=open,openat,openat2,execve,execveat,creat,connect"
_OPEN = re.compile(
    r"^\d+ +(?:open|openat|openat2|creat)\((?:(?:AT_FDCWD|\d+)(?:<(?P<base>[^>]*)>)?, )?"
    r'"(?P<path>[^"]*)".* = \d+'
)
_EXEC = re.compile(r'^\d+ +execve(?:at)?\((?:[^"]*)"(?P<path>[^"]*)", \[(?P<words>.*?)\](?:, .*)? = 0')


def strace(log: Path) -> tuple[str, ...]:
    """The words to put before a command, so that what it and its children open stands in ``log``."""
    need("strace")
    return ("strace", "-f", "-qq", "-y", "-s", "4096", "-e", CALLS, "-o", str(log))


def opened(log: Path) -> list[str]:
    """The absolute paths of what was opened, in order."""
    found = []
    for line in log.read_text("utf-8", "replace").splitlines():
        match = _OPEN.match(line)
        if match is not None:
            path = match["path"]
            base = match["base"]
            found.append(path if path.startswith("/") or not base else f"{base}/{path}")
    return found


def started(log: Path) -> list[tuple[str, str]]:
    """(program, words) of every program that was started, the server first."""
    lines = log.read_text("utf-8", "replace").splitlines()
    return [(match["path"], match["words"]) for line in lines if (match := _EXEC.match(line))]
