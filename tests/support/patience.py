"""Waiting for what gives no signal, and resting where nothing should happen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any


async def until(ready: Callable[[], Any], deadline: float = 5.0) -> None:
    """On a loop: return when ``ready()`` is true; raises ``TimeoutError`` after ``deadline`` seconds."""
    async with asyncio.timeout(deadline):
        while not ready():  # noqa: ASYNC110 - what is waited for may be outside the loop
            await asyncio.sleep(0.002)


def wait_until(ready: Callable[[], Any], deadline: float = 10.0) -> None:
    """Without a loop: return when ``ready()`` is true; raises ``TimeoutError`` after ``deadline`` seconds."""
    end = time.monotonic() + deadline
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.005)


async def rounds(count: int = 3) -> None:
    """Let the loop go round: what was ready before has been handled then."""
    for _ in range(count):
        await asyncio.sleep(0)


def rest(seconds: float) -> None:
    """Let time pass where what is measured is that nothing happens in it."""
    time.sleep(seconds)
