"""Rapport, 0 to 10: how well this user and Afterglow know each other, from days of use and ratings.

Invariant: a sum over local days by the table below; one day adds at most 1 and takes at most 1, and the
sum stays within 0 and 10 after each day. Trust is a tenth of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol

MOST: Final = 10.0
A_DAY: Final = 1.0

WORTH: Final[dict[str, tuple[float, int]]] = {
    "turns": (0.15, 1),  # the day was one of use at all
    "shown": (0.02, 5),  # lines read, and none of them rated badly enough to leave
    "hovered": (0.05, 4),
    "another": (0.10, 3),
    "rated_well": (0.20, 4),
    "rated_badly": (-0.25, 4),
}
"""What of a day counts -> (worth of each, how many of them count)."""


class Day(Protocol):
    """What was counted on one local day; see ``store.rapport.Day``."""

    @property
    def turns(self) -> int: ...
    @property
    def shown(self) -> int: ...
    @property
    def hovered(self) -> int: ...
    @property
    def another(self) -> int: ...
    @property
    def rated_well(self) -> int: ...
    @property
    def rated_badly(self) -> int: ...


def rapport_of(days: Iterable[Day], before: float = 0.0) -> float:
    """The rapport after these days, oldest first, to two decimals; ``before``: what it was until then."""
    total = before
    for day in days:
        earned = sum(worth * min(getattr(day, what), most) for what, (worth, most) in WORTH.items())
        total = min(MOST, max(0.0, total + min(A_DAY, max(-A_DAY, earned))))
    return round(total, 2)


def trust_of(rapport: float) -> float:
    """Trust, 0 to 1."""
    return rapport / MOST
