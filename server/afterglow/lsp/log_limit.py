"""One log line per cause and hour: trouble that repeats must not fill a log, or an editor's output panel.

Invariant: memory is bounded by the number of causes, which are fixed phrases of the program.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Final

LOGGER: Final = logging.getLogger("afterglow")

PERIOD: Final = 3600.0
"""Seconds in which one cause is named once."""
_MOST_CAUSES: Final = 256


class LogLimit:
    """Counts what it holds back and says so with the next line of the same cause."""

    def __init__(self, period: float = PERIOD, clock: Callable[[], float] = time.monotonic) -> None:
        self._period = period
        self._clock = clock
        self._causes: dict[str, tuple[float, int]] = {}

    def note(self, cause: str) -> None:
        """Log ``cause``, a fixed phrase without anything that came over the wire."""
        now = self._clock()
        last, held = self._causes.get(cause, (None, 0))
        if last is not None and now - last < self._period:
            self._causes[cause] = (last, held + 1)
            return
        if len(self._causes) >= _MOST_CAUSES:
            self._causes.clear()
        self._causes[cause] = (now, 0)
        LOGGER.warning("%s (%d more since the last line)" if held else "%s", cause, *([held] if held else []))

    def failed(self, what: str, error: BaseException) -> None:
        """Log that ``what`` raised. Only the kind and the place: a message may hold a user's text."""
        self.note(f"{what} failed: {type(error).__name__} {_place(error)}")


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return ""
    return f"({Path(frames[-1].filename).name}:{frames[-1].lineno})"
