"""The bursts that one window owns: events that come together wait together and have one turn.

Invariant: a session's opening never joins a burst and its turn goes first; a burst whose waits took over a
minute is dropped, never told late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from attrs import evolve, frozen

from afterglow.core.model import Event
from afterglow.core.settings import Settings
from afterglow.loop.ports import Ports, Timer
from afterglow.store import turns

STALE: Final = "stale: it waited for over a minute while you typed"
_OPENING: Final = "opening of "
"""Marks the burst of a session's opening, which has a turn of its own."""


@frozen
class Burst:
    """Events of one workspace that will have one turn. ``began``: monotonic ms of the first."""

    began: int
    seqs: tuple[int, ...]


class Bursts:
    """``turn``: takes the turn of these events, which waited so many ms. ``drop``: ends them with a reason.

    ``settings`` and ``edited_at`` (monotonic ms of the last keystroke, None before the first) are asked when
    a wait ends, so that it follows what holds then.
    """

    def __init__(
        self,
        ports: Ports,
        settings: Callable[[], Settings],
        edited_at: Callable[[], int | None],
        turn: Callable[[Sequence[int], int], None],
        drop: Callable[[Sequence[int], str], None],
    ) -> None:
        self._ports = ports
        self._settings = settings
        self._edited_at = edited_at
        self._turn = turn
        self._drop = drop
        self._open: dict[str, Burst] = {}
        self._timers: dict[str, Timer] = {}

    def __bool__(self) -> bool:
        return bool(self._open)

    def keys(self) -> frozenset[str]:
        """The workspaces whose bursts are open."""
        return frozenset(self._open)

    def join(self, event: Event) -> None:
        """This event is the window's now: it waits with its burst, or begins one."""
        clock, wait_ms = self._ports.clock, self._settings().coalesce_ms
        if event.kind == "session.open":
            key = _OPENING + event.workspace
            self._open[key] = Burst(clock.ticks(), (event.seq,))
            self._due(key)
            return
        burst = self._open.get(event.workspace)
        if burst is not None:
            self._open[event.workspace] = evolve(burst, seqs=(*burst.seqs, event.seq))
            return
        # The burst began when the event was recorded, not when this window reached for it.
        behind = min(max(0, clock.wall() - event.recorded_at), wait_ms)
        self._open[event.workspace] = Burst(clock.ticks() - behind, (event.seq,))
        self._arm(event.workspace, wait_ms - behind)

    def leave(self, workspace: str) -> None:
        """This folder is no longer open here."""
        for key in (workspace, _OPENING + workspace):
            self._open.pop(key, None)
            self._stop(key)

    def stop(self) -> None:
        """The window goes: no wait ends any more."""
        for key in list(self._timers):
            self._stop(key)

    def _arm(self, key: str, wait_ms: float) -> None:
        self._stop(key)
        self._timers[key] = self._ports.later(max(0.0, wait_ms) / 1000, lambda: self._due(key))

    def _stop(self, key: str) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _due(self, key: str) -> None:
        self._timers.pop(key, None)
        burst = self._open.get(key)
        if burst is None:
            return
        ticks, edited_at = self._ports.clock.ticks(), self._edited_at()
        waited = ticks - burst.began
        quiet_for = None if edited_at is None else ticks - edited_at
        pause = self._settings().typing_pause_ms
        if quiet_for is not None and quiet_for < pause and waited < turns.STALE_MS:
            self._arm(key, min(pause - quiet_for, turns.STALE_MS - waited))
            return
        del self._open[key]
        if waited >= turns.STALE_MS:
            self._drop(burst.seqs, STALE)
            return
        opening = self._open.pop(_OPENING + key, None)
        if opening is not None:
            self._stop(_OPENING + key)
            self._turn(opening.seqs, waited)
        self._turn(burst.seqs, waited)
