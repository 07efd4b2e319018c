"""The sensors of this window as the server runs them: which folders, since when, what went wrong.

Invariant: they follow the window's folders, its mode and its trust; nothing is read that these forbid.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final

from attrs import evolve, frozen

from afterglow.loop.clock import SYSTEM
from afterglow.loop.senses import Sensed, Senses
from afterglow.loop.setting import GitKnowledge
from afterglow.loop.window import Window
from afterglow.store import marks
from afterglow.store.home import Home, make_private

LOOK_AGAIN_MS: Final = 60_000
_ROWS: Final = (
    ("git", "git"),
    ("reports", "report"),
    ("caches", None),
    ("builds", None),
    ("quality", None),
    ("editor", "editor"),
)
"""Each sensor, and how the events that it alone reports are marked."""


@frozen
class SensorState:
    """``problem``: one line, why it sees nothing, None where it does. ``seen``: when this window saw
    something by it last (ms)."""

    problem: str | None = None
    seen: int | None = None


class Sensing:
    """``submit`` gives work to the store; ``changed`` is called when ``trouble`` did."""

    def __init__(
        self,
        window: Window,
        home: Home,
        submit: Callable[..., None],
        loop: asyncio.AbstractEventLoop,
        changed: Callable[[], None],
    ) -> None:
        self._window = window
        self._submit = submit
        self._changed = changed
        self._states: dict[tuple[str, str], SensorState] = {}
        """By sensor and workspace, once it has looked."""
        self._places: set[str] = set()
        self._looked_at = SYSTEM.ticks()
        self.trouble: str | None = None
        bell: str | None = str(home.run)
        try:
            make_private(home.run)
        except OSError:
            bell = None  # no other process can write where we cannot; the store says what is wrong
        deliver = loop.call_soon_threadsafe
        self._senses = Senses(
            bell,
            lambda sensed: quietly(deliver, lambda: self._sensed(sensed)),
            lambda: quietly(deliver, window.bell),
            lambda line: quietly(deliver, lambda: self._troubled(line)),
            lambda: quietly(deliver, lambda: self._troubled(None)),
            SYSTEM.wall,
        )
        self._senses.start()

    def follow(self, trust: str) -> None:
        """Watch what the window has open now, if its mode and this trust allow it."""
        allowed = self._window.mode != "off" and trust != "restricted"
        wanted = set(self._window.workspaces) if allowed else set()
        for place in self._places - wanted:
            self._senses.remove(place)
            self._window.git.pop(place, None)
            self._states = {key: state for key, state in self._states.items() if key[1] != place}
        fresh, self._places = wanted - self._places, wanted
        for place in fresh:
            self._add(place)

    def look_again(self) -> None:
        """See, at most once a minute, that every watch still stands."""
        now = SYSTEM.ticks()
        if now - self._looked_at >= LOOK_AGAIN_MS:
            self._looked_at = now
            self._senses.check()

    def rows(self) -> list[dict[str, Any]]:
        """One row a sensor for ``afterglow/snapshot``; ``source`` is how its events are marked in the
        records, ``seen`` when this window heard of it last (ms). A sensor is on when it has looked at every
        folder; its problem is that of the first folder that has one."""
        rows = []
        for name, source in _ROWS:
            found = [self._states.get((name, place)) for place in self._window.workspaces]
            states = [state for state in found if state is not None]
            rows.append(
                {
                    "name": name,
                    "source": source,
                    "on": name == "editor" or (bool(found) and len(states) == len(found)),
                    "problem": next((state.problem for state in states if state.problem), None),
                    "seen": max((state.seen for state in states if state.seen is not None), default=None),
                }
            )
        return rows

    def stop(self) -> None:
        """End the threads."""
        self._senses.stop()

    def _add(self, place: str) -> None:
        def start(known: tuple[marks.MarkRow, ...]) -> None:
            if place in self._places:
                self._senses.add(place, known, self._window.settings.exclude_paths)

        self._submit(lambda database: marks.load(database.connection, place), start)

    def _sensed(self, sensed: Sensed) -> None:
        if sensed.workspace not in self._places:
            return
        if sensed.sensor == "git":
            self._window.git[sensed.workspace] = GitKnowledge(
                sensed.unresolved, sensed.known_since, sensed.commits_before
            )
        key = sensed.sensor, sensed.workspace
        before = self._states.get(key, SensorState())
        newest = max((one.at for one in sensed.observations), default=before.seen)
        self._states[key] = evolve(before, problem=sensed.problem, seen=newest)
        if sensed.observations or sensed.marks:
            self._window.observe(sensed.observations, sensed.workspace, sensed.marks)

    def _troubled(self, line: str | None) -> None:
        self.trouble = line
        self._changed()


def quietly(deliver: Callable[[Callable[[], None]], object], call: Callable[[], None]) -> None:
    """Bring a call to the loop; one that comes after the loop ended is nothing."""
    try:
        deliver(call)
    except RuntimeError:
        return
