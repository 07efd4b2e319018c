"""The time of day, as everything that is recorded has it."""

from __future__ import annotations

import time


def now() -> int:
    """The present in ms since the epoch."""
    return time.time_ns() // 10**6
