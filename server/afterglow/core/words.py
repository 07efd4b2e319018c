"""Numbers as people say them: durations, counts, ordinals, percentages.

Invariant: a longer duration never reads shorter, and nothing here rounds up into a claim: 99.96 % is
``99.9 %``, never ``100 %``.
"""

from __future__ import annotations

import math
from typing import Final

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_TEENS: Final = range(11, 14)
_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}


def duration(ms: float) -> str:
    """``0.2 s``, ``3.4 s``, ``38 s``, ``4 min``, ``1 h 20``, ``26 h``, ``3 days``; negative counts as 0."""
    ms = max(0.0, ms)
    tenths = round(ms / 100)
    if tenths < 1:
        return "under 0.1 s"
    if tenths < 100:
        return f"{_plain(tenths / 10)} s"
    seconds = round(ms / _SECOND)
    if seconds < 120:
        return f"{seconds} s"
    minutes = round(ms / _MINUTE)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest:02d}" if rest else f"{hours} h"
    hours = round(ms / _HOUR)
    return f"{hours} h" if hours < 48 else counted(round(ms / _DAY), "day")


def counted(number: int, noun: str, many: str | None = None) -> str:
    """``1 day``, ``2 days``."""
    return f"{number} {noun if number == 1 else many or noun + 's'}"


def ordinal(number: int) -> str:
    """``1st``, ``2nd``, ``11th``, ``23rd``, ``111th``."""
    ending = "th" if number % 100 in _TEENS else _ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def percent(value: float) -> str:
    """A percentage (94 means 94 %) with at most one decimal, rounded towards zero: ``93.6 %``."""
    # The tiny amount undoes what binary fractions lose: 0.29 * 100 is 28.999999999999996.
    return f"{_plain(math.floor(value * 10 + 1e-6) / 10)} %"


def measure(value: float) -> str:
    """A number of unknown unit in three significant digits, without an exponent where one can be
    avoided: ``0.0312``, ``12.5``, ``1840``."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    if abs(value) >= 1_000:
        return str(round(value))
    return f"{value:.3g}"


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.1f}"
