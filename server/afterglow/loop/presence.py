"""When somebody was last seen in one window: the signs of life, and the one timer that waits for their end.

Invariant: runs on the loop's thread. One timer a window, armed by a sign of life and never by itself: it
ends when everybody is away, so that nothing ticks while nobody is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sqlite3 import Connection
from typing import Any, Final

from afterglow.core import phase
from afterglow.loop import staying
from afterglow.loop.idling import Idling
from afterglow.loop.ports import Ports, Timer
from afterglow.loop.signs import Hint
from afterglow.loop.staying import Made, Rest, Stay

OPENINGS_MS: Final = 5 * 60 * 1000
"""A window tells of at most one opening in so long (monotonic): a clock that jumps begins many sessions."""


class Presence:
    """Times in ms, monotonic but for ``since``: since when (wall clock) nobody was active, None while
    somebody is.

    ``on``: whether anything is to be recorded. ``stay`` gives what the store's thread has to know of the
    window. ``write`` runs a transaction there; ``recorded`` is told what it made. ``idling`` hears of every
    sign of life, and when nobody is there any more.
    """

    def __init__(
        self,
        ports: Ports,
        on: Callable[[], bool],
        stay: Callable[[], Stay],
        write: Callable[[Stay, Callable[[Connection, Stay], Any], Callable[[Any], None]], None],
        recorded: Callable[[Made], None],
        idling: Idling,
    ) -> None:
        self._ports = ports
        self._on = on
        self._stay = stay
        self._write = write
        self._recorded = recorded
        self._idling = idling
        self._last: int | None = None
        self._written: int | None = None
        self._told: int | None = None
        self._timer: Timer | None = None
        self.since: int | None = None

    # -- signs of life -----------------------------------------------------------------------------

    def began(self, made: Made) -> None:
        """The window was opened, which recorded this."""
        self.note(made)
        if self._on():
            self.stirred(self._stay().idle_ms)

    def edited(self, uri: str, idle_ms: int) -> None:
        """Somebody typed in a document. ``idle_ms``: the setting."""
        if self._on() and self._sign(idle_ms):
            stay = self._stay()
            self._came(stay, stay.hints(uri, saved=False))

    def saved(self, place: str, path: str) -> None:
        """Somebody saved a file of this workspace: it is remembered, unless it may not be named."""
        if self._on():
            stay = self._stay()
            self._sign(stay.idle_ms)
            file = (place, path) if stay.may_name(place, path) else None
            self._came(stay, stay.hints(path, saved=True), file)

    def focused(self) -> None:
        """Somebody came to the window."""
        if self._on():
            stay = self._stay()
            if self._sign(stay.idle_ms):
                self._came(stay, ())

    def fronted(self, uri: str) -> None:
        """A document came to the front. Editors open some by themselves: this is no sign of life."""
        sign = phase.of_document(uri)
        if sign is not None and self._on():
            now, stay = self._ports.clock.wall(), self._stay()
            place, hints = stay.places[0], (Hint(sign=sign),)
            self._write(
                stay,
                lambda connection, ready: staying.bear(connection, place, ready, now, hints),
                self._recorded,
            )

    def stirred(self, idle_ms: int, ago_ms: int = 0) -> None:
        """Something happened, here or in another window, so long ago: nobody is idle."""
        self.since = None
        self._idling.stirred()
        last = self._ports.clock.ticks() - max(0, ago_ms)
        self._last = last if self._last is None else max(self._last, last)
        if self._timer is None and self._on():
            self._arm(idle_ms - max(0, ago_ms))

    # -- what the window asks ----------------------------------------------------------------------

    def quiet_ms(self) -> int | None:
        """Since the last sign of life in this window; None where there was none yet."""
        return None if self._last is None else self._ports.clock.ticks() - self._last

    def may_tell(self) -> bool:
        """Whether an opening may be told: the last one that was is long enough ago."""
        return self._told is None or self._ports.clock.ticks() - self._told >= OPENINGS_MS

    def note(self, made: Made) -> None:
        """This was recorded: an opening rests the next one."""
        if made.opened:
            self._told = self._ports.clock.ticks()

    def stop(self) -> None:
        """No timer from now on."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    # -- inside ------------------------------------------------------------------------------------

    def _sign(self, idle_ms: int) -> bool:
        """Somebody did something now. Whether that is to be written down."""
        now = self._ports.clock.ticks()
        was_idle, self.since = self.since is not None, None
        self._idling.stirred()
        self._last = now
        if self._timer is None:
            self._arm(idle_ms)
        often = min(staying.WRITTEN_MS, idle_ms // 2)
        if was_idle or self._written is None or now - self._written >= often:
            self._written = now
            return True
        return False

    def _came(
        self, stay: Stay, hints: Sequence[tuple[str, Hint]], saved: tuple[str, str] | None = None
    ) -> None:
        now = self._ports.clock.wall()
        self._write(
            stay, lambda connection, ready: staying.came(connection, ready, now, hints, saved), self._recorded
        )

    def _arm(self, wait_ms: int) -> None:
        self._timer = self._ports.later(max(1, wait_ms) / 1000, self._due)

    def _due(self) -> None:
        self._timer = None
        if not self._on():
            return
        now, stay = self._ports.clock.wall(), self._stay()
        left = stay.idle_ms - (stay.quiet_ms if stay.quiet_ms is not None else stay.idle_ms)
        if left > 0:
            self._arm(left)
        else:
            last = self._last
            self._write(
                stay,
                lambda connection, ready: staying.idle(connection, ready, now),
                lambda rest: self._rested(rest, last),
            )

    def _rested(self, rest: Rest, last: int | None) -> None:
        """What the store answered, unless somebody came while it was asked."""
        if self._last != last or not self._on():
            return
        self.since = rest.since
        if rest.since is not None:
            self._idling.rested()
        if rest.again_ms is not None and self._timer is None:
            self._arm(rest.again_ms)
