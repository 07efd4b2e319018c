"""Reads a report in the right place: a small one here, a big one in a child that can be killed.

Invariant: no call takes longer than the child's limit and a little, whatever the bytes are.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Final

from afterglow.sensors import junit_child
from afterglow.sensors.junit import Report, from_found, parse

SMALL_BYTES: Final = 256 * 1024
CHILD_SECONDS: Final = 1.5
_CHILD: Final = Path(junit_child.__file__).resolve().with_name("report_child.py")
_NO_WINDOW: Final[int] = getattr(subprocess, "CREATE_NO_WINDOW", 0)


def read_report(data: bytes, ask: Collection[str] = ()) -> Report | None:
    """As ``junit.parse``; blocks for at most ``CHILD_SECONDS`` and gives None if that was too short."""
    if len(data) > junit_child.MAX_BYTES:
        return None
    if len(data) <= SMALL_BYTES:
        return parse(data, ask)
    found = _ask_child(data, ask)
    return None if found is None else from_found(found)


def _ask_child(data: bytes, ask: Collection[str]) -> junit_child.Found | None:
    if not sys.executable:
        return None
    header = json.dumps({"ask": sorted(ask)}).encode("ascii") + b"\n"
    try:
        # -I and an absolute path: nothing of the workspace is on the child's path, -S: nothing else.
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(_CHILD)],
            input=header + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_CHILD.parent,
            timeout=CHILD_SECONDS,
            check=False,
            creationflags=_NO_WINDOW,
        )
        if done.returncode != 0:
            return None
        found: junit_child.Found = json.loads(done.stdout)
    except (OSError, subprocess.SubprocessError, ValueError, RecursionError):
        return None
    return found
