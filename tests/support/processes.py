"""What became of processes that a test started, by whatever way."""

from __future__ import annotations

import psutil


def ended(process: psutil.Process) -> bool:
    """Whether it runs no more, reaped or not: whoever inherited it may take its time for that."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
