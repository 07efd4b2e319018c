"""Waiting on a loop for what gives no signal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any


async def until(ready: Callable[[], Any], deadline: float = 5.0) -> None:
    """Return when ``ready()`` is true; raises ``TimeoutError`` after ``deadline`` seconds."""
    async with asyncio.timeout(deadline):
        while not ready():  # noqa: ASYNC110 - what is waited for may be outside the loop
            await asyncio.sleep(0.002)


def rest(seconds: float) -> None:
    """Let time pass where what is measured is that nothing happens in it."""
    time.sleep(seconds)
