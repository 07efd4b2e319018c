"""The model's process and this window: started when nobody is anywhere, stopped when somebody is back.

Invariant: runs on the loop's thread, and never waits. Without consent nothing is asked of the store but, at
an opening, what was spent today. At most one timer, and none while somebody is there.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import tzinfo
from typing import TYPE_CHECKING, Final, Literal, Protocol

from attrs import frozen

from afterglow.core.effects import TwinSeen
from afterglow.core.settings import Settings
from afterglow.loop.ports import Ports, Timer
from afterglow.store.database import Database

if TYPE_CHECKING:
    from afterglow.core.idling import Facts
    from afterglow.core.stock import Stock
    from afterglow.loop.worker_child import Able

Occasion = Literal["idle", "open", "close"]
Seen = tuple["Facts | None", int | None, TwinSeen | None]
"""What the store answered: what decides about a start, the newest sign of life anywhere (ms), figures."""

KILL_AFTER_S: Final = 0.1
"""So long the process has to give its job back when somebody is back."""
FIRST_REST_MS: Final = 30_000
MOST_REST_MS: Final = 60 * 60_000
SET_MS: Final = 250
"""By so much the two clocks may differ from before without one having been set."""

log = logging.getLogger("afterglow")


class Child(Protocol):
    """The process, as ``worker_child.Child`` has it."""

    owner: str

    def stop(self) -> None: ...

    def kill(self) -> None: ...


@frozen
class Worker:
    """How this window starts the process. ``able`` says, on the store's thread, what is there to start it
    with. ``start`` takes settings, when it was decided, and whom to tell, on the loop's thread, that the
    process has ended; None where it could not be started."""

    able: Callable[[Settings], Able]
    start: Callable[[Settings, int, Callable[[], None]], Child | None]


@frozen
class View:
    """What the window looks like at this moment. ``quiet_ms``: since its last sign of life, None without."""

    settings: Settings
    zone: tzinfo
    on: bool
    quiet_ms: int | None


class Idling:
    """``view`` is asked on the loop's thread, ``stock`` (the banks, which may have learned) on the store's.

    ``worker`` None: work is queued, and left to other windows.
    """

    def __init__(
        self,
        ports: Ports,
        view: Callable[[], View],
        worker: Worker | None = None,
        stock: Callable[[], Stock] | None = None,
    ) -> None:
        self._ports = ports
        self._view = view
        self.worker = worker
        self._stock, self._refresh = stock, getattr(stock, "refresh", None)
        self._child: Child | None = None
        self._began = 0
        self._timer: Timer | None = None
        self._visits = 0
        """Signs of life so far: an answer from before the last one is no answer."""
        self._resting = False
        self._offset, self._steady_at = self._offset_now(), ports.clock.ticks()
        self._vain = 0
        self._rest_until: int | None = None
        self._since = ports.clock.wall()
        """A pause from before may be about another key or address: the process knows, and looks."""
        self._address: str | None = None
        self._asked = self._ask_again = self._stopping = False
        self._told = TwinSeen()
        self._closed = False

    # -- what the window says ----------------------------------------------------------------------

    def opened(self) -> None:
        """Workspaces were opened: what this waits for is queued, and what was spent is told."""
        self._address = self._view().settings.enrichment_base_url
        self._ask("open", figures=True)

    def rested(self) -> None:
        """Nobody is in this window's workspaces any more."""
        self._resting = True
        if self._view().settings.enrichment_enabled:
            # A line about a pause goes with the pause, which ends without a sound.
            self._ask("idle", figures=self._told.told is not None)

    def stirred(self) -> None:
        """Somebody is back, here or in another window of these workspaces: no model now."""
        self._visits += 1
        self._resting = False
        self._vain, self._rest_until = 0, None
        self._cancel()
        self._stop()

    def bell(self) -> None:
        """Another process wrote something: lines that were learned, a job, or what a call cost."""
        enabled = self._view().settings.enrichment_enabled
        if self._closed or not (enabled or self._refresh is not None):
            return
        if self._asked:
            self._ask_again = True  # what was read already may be older than what rang
            return
        self._ask(None, figures=enabled)

    def changed(self) -> None:
        """Settings or mode are others: what no longer may go on ends."""
        view = self._view()
        if view.settings.enrichment_base_url != self._address:
            self._address, self._since = view.settings.enrichment_base_url, self._ports.clock.wall()
        if self._child is not None and not _may(view):
            self._stop()
        elif view.settings.enrichment_enabled:
            self._ask(None, figures=True)

    def closed(self) -> None:
        """The window goes, and the process with it."""
        if self._view().settings.enrichment_enabled and not self._closed:
            self._ask("close", figures=False)
        self._closed = True
        self._cancel()
        self._stop()

    # -- looking -----------------------------------------------------------------------------------

    def _ask(self, occasion: Occasion | None, *, figures: bool) -> None:
        """Look at everything on the store's thread, as one transaction where something may be started."""
        self._asked = True
        view, visits = self._view(), self._visits
        start = self._resting and self._child is None and self.worker is not None and not self._closed
        now, steady_ms = self._ports.clock.wall(), self._steady_ms()

        def work(database: Database) -> Seen:
            try:
                return self._look(database, view, occasion, now, steady_ms, start=start, figures=figures)
            except Exception as error:  # noqa: BLE001 - what cannot be looked at starts nothing
                log.warning("worker: %s", type(error).__name__)
                return None, None, None

        self._ports.store.submit(work, lambda seen: self._seen(seen, view, visits, now))

    def _look(
        self,
        database: Database,
        view: View,
        occasion: Occasion | None,
        now: int,
        steady_ms: int,
        *,
        start: bool,
        figures: bool,
    ) -> Seen:
        if self._refresh is not None and occasion is None and self._refresh() and self._stock is not None:
            self._stock()  # read now, so that no turn has to
        settings = view.settings
        if not (settings.enrichment_enabled or figures):
            return None, None, None
        from afterglow.loop import resting  # noqa: PLC0415 - not at start, and most windows need it once

        if occasion is not None and settings.enrichment_enabled:
            database.write(lambda connection: resting.plan(connection, settings, now, occasion))
        sign = database.read(lambda connection: resting.last_sign(connection, now))
        twin = database.read(lambda connection: resting.figures(connection, view, now)) if figures else None
        if not start or not settings.enrichment_enabled:
            return None, sign, twin
        assert self.worker is not None
        able, kept = self.worker.able(settings), database.on_disk
        known = resting.Known(able, kept, steady_ms, self._rest_until, self._since)
        facts = database.write(lambda connection: resting.decide(connection, view, now, known))
        return facts, sign, twin

    def _seen(self, seen: Seen, view: View, visits: int, now: int) -> None:
        facts, sign, twin = seen
        self._asked = False
        if twin is not None and twin != self._told:
            self._told = twin
            self._ports.show(twin)
        if self._child is not None and sign is not None and sign > self._began:
            self._stop()
        if visits == self._visits and self._resting and facts is not None and self._child is None:
            self._decide(facts, view, now)
        if self._ask_again and not self._closed:
            self._ask_again = False
            self.bell()

    def _decide(self, facts: Facts, view: View, now: int) -> None:
        from afterglow.core.idling import again_ms, may_start  # noqa: PLC0415 - not at start

        self._cancel()
        if may_start(facts) is not None or self._closed or not _may(self._view()):
            wait = again_ms(facts)
            if wait is not None and not self._closed:
                self._timer = self._ports.later(wait / 1000, self._again)
            return
        assert self.worker is not None
        self._began = now
        self._child = self.worker.start(view.settings, now, lambda: self._ended(now))
        if self._child is None:
            self._rest()

    def _again(self) -> None:
        self._timer = None
        if self._resting and self._child is None and not self._closed:
            self._ask("idle", figures=self._told.told is not None)

    def _offset_now(self) -> int:
        return self._ports.clock.wall() - self._ports.clock.ticks()

    def _steady_ms(self) -> int:
        """For how long the wall clock has gone as the one that nobody can set does."""
        ticks, offset = self._ports.clock.ticks(), self._offset_now()
        if abs(offset - self._offset) > SET_MS:
            self._steady_at = ticks
        self._offset = offset  # a slow drift is none
        return ticks - self._steady_at

    # -- the process -------------------------------------------------------------------------------

    def _stop(self) -> None:
        """End the process within 200 ms; what it does not give back by then is given back for it."""
        child, began = self._child, self._began
        if child is None or self._stopping:
            return
        self._stopping = True
        child.stop()

        def kill() -> None:
            if self._child is child and self._began == began:
                child.kill()

        self._ports.later(KILL_AFTER_S, kill)

    def _ended(self, began: int) -> None:
        """The process that was started then is gone, by itself or not."""
        child = self._child
        if child is None or self._began != began:
            return
        self._child, self._stopping = None, False
        from afterglow.store import jobs  # noqa: PLC0415 - few windows ever have one

        owner = child.owner
        self._ports.store.submit(
            lambda database: database.write(lambda connection: jobs.give_back_all(connection, owner))
        )
        if self._closed:
            return
        if self._resting:
            self._rest()
        self.bell()

    def _rest(self) -> None:
        """What is due though a process has just ended waits a little longer each time."""
        wait = min(MOST_REST_MS, FIRST_REST_MS << min(self._vain, 10))
        self._vain += 1
        self._rest_until = self._ports.clock.wall() + wait
        self._cancel()
        self._timer = self._ports.later(wait / 1000, self._again)

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _may(view: View) -> bool:
    return view.on and view.settings.enrichment_enabled and view.settings.trust == "full"
