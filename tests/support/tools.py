"""Programs of the system that end-to-end tests drive, installed where they are missing."""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

from tests.support.rawclient import ROOT

SCRIPT = ROOT / "scripts" / "setup_tools.sh"


def need(*names: str) -> None:
    """See that these are there. Fails with one line where they cannot be had; one caller at a time."""
    with Path(os.environ.get("TMPDIR", "/tmp"), "afterglow-setup-tools.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = subprocess.run(
            ["sh", str(SCRIPT), *names],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    assert made.returncode == 0, made.stderr.strip()
