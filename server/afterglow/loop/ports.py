"""What the loop needs from outside, so that a whole week can be played without a thread or a clock.

Invariant: each port returns at once; what takes its time comes back as a call on the loop's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from attrs import frozen

from afterglow.core.effects import Effect
from afterglow.loop.clock import Clock
from afterglow.store.database import Database

T = TypeVar("T")


class Timer(Protocol):
    """A pending call, as ``asyncio`` hands them out."""

    def cancel(self) -> None: ...


class Store(Protocol):
    """Work for the store's thread; ``then`` comes back on the loop's thread."""

    def submit(self, work: Callable[[Database], T], then: Callable[[T], None] | None = None) -> None: ...


@frozen
class Ports:
    """``later``: seconds and a call. ``show``: runs one effect. ``ring``: wakes the other windows."""

    store: Store
    clock: Clock
    later: Callable[[float, Callable[[], None]], Timer]
    show: Callable[[Effect], None]
    ring: Callable[[], None]
