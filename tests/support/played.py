"""Windows played on a virtual clock: the real loop and the real store, no thread and no waiting.

``Stage`` holds the clock, the timers and one database file; ``Stage.window`` opens a window on it as a
process of its own would, with a connection of its own.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, TypeVar

from afterglow.core.effects import Effect, SendToken
from afterglow.core.model import Observation, WarmToken
from afterglow.core.settings import Settings, resolve
from afterglow.core.stock import Stock
from afterglow.loop.clock import Clock
from afterglow.loop.ports import Ports
from afterglow.loop.setting import nowhere
from afterglow.loop.window import Window
from afterglow.store import events
from afterglow.store.database import Database
from afterglow.store.home import Home

T = TypeVar("T")

MORNING = 1_790_000_000_000
"""Where virtual time begins, ms since the epoch."""


class Handle:
    """A timer of the stage."""

    def __init__(self, call: Callable[[], None]) -> None:
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


class Stage:
    """Virtual time in ms. ``jitter`` draws how long a thread hop or a bell takes, in ms.

    ``start``: when it begins, ms since the epoch. ``zone``: where the windows are.
    """

    def __init__(
        self,
        folder: Path,
        jitter: Callable[[], float] = lambda: 0.0,
        start: int = MORNING,
        zone: tzinfo = UTC,
    ) -> None:
        self.home = Home(folder, folder, folder / "logs", folder / "run")
        self.start = start
        self.zone = zone
        self.now = 0.0
        self.jitter = jitter
        self._heap: list[tuple[float, int, Handle]] = []
        self._count = 0
        self.windows: list[Played] = []
        self.outside = Database(self.home)

    @property
    def clock(self) -> Clock:
        return Clock(
            wall=lambda: self.start + int(self.now), ticks=lambda: int(self.now), fine=lambda: self.now
        )

    def later(self, seconds: float, call: Callable[[], None]) -> Handle:
        handle = Handle(call)
        self._count += 1
        heapq.heappush(self._heap, (self.now + seconds * 1000, self._count, handle))
        return handle

    def at(self, ms: float, call: Callable[[], None]) -> None:
        """Do something ``ms`` from now."""
        self.later(ms / 1000, call)

    def run(self, ms: float = 120_000) -> None:
        """Let virtual time pass, at most ``ms``, until nothing is due."""
        end = self.now + ms
        while self._heap and self._heap[0][0] <= end:
            due, _, handle = heapq.heappop(self._heap)
            self.now = max(self.now, due)
            if handle.call is not None:
                handle.call()
        self.now = max(self.now, end)

    def ring(self) -> None:
        """The bell: every window hears it a little later."""
        for played in self.windows:
            self.at(self.jitter(), played.window.bell)

    def record(self, observation: Observation) -> None:
        """Record as a process without a window does (``afterglow run``, ``emit``)."""
        now = self.clock.wall()
        self.outside.write(
            lambda connection: events.record(connection, observation, now=now, session_gap_ms=1_800_000)
        )
        self.ring()

    def window(
        self,
        *workspaces: str,
        stock: Callable[[], Stock] | None = None,
        head: Callable[[str], str | None] = nowhere,
        zone: tzinfo | None = None,
        **settings: Any,
    ) -> Played:
        """Open a window on these workspaces. ``stock`` gives the banks, ``head`` a workspace's branch."""
        resolved = resolve([("editor", settings)]).settings
        played = Played(self, workspaces, resolved, stock, head, zone if zone is not None else self.zone)
        self.windows.append(played)
        return played

    def shut(self, played: Played) -> None:
        """A window goes, and its process with it."""
        played.window.close()
        played.database.close()
        self.windows.remove(played)

    def close(self) -> None:
        for played in self.windows:
            played.database.close()
        self.outside.close()


class Played:
    """One window of the stage; ``tokens`` is what it showed."""

    def __init__(
        self,
        stage: Stage,
        workspaces: tuple[str, ...],
        settings: Settings,
        stock: Callable[[], Stock] | None = None,
        head: Callable[[str], str | None] = nowhere,
        zone: tzinfo = UTC,
    ) -> None:
        self.stage = stage
        self.database = Database(stage.home)
        self.tokens: list[WarmToken] = []
        self.effects: list[Effect] = []
        ports = Ports(self, stage.clock, stage.later, self.show, stage.ring)
        name = f"window-{len(stage.windows)}-{random.getrandbits(40):x}"
        self.window = Window(name, ports, settings, zone, stock, head)
        self.window.open(workspaces)

    def submit(self, work: Callable[[Database], T], then: Callable[[T], None] | None = None) -> None:
        result = work(self.database)
        if then is not None:
            self.stage.at(self.stage.jitter(), lambda: then(result))

    def show(self, effect: Effect) -> None:
        self.effects.append(effect)
        if isinstance(effect, SendToken):
            self.tokens.append(effect.token)
