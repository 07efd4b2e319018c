"""How warm a line may be for whom: the caps by rapport, and which warmth goes with which level.

Invariant: a setting can only lower a cap; nothing here raises it.
"""

from __future__ import annotations

from typing import Final

CAPS: Final = ((6.0, 5), (4.0, 4), (0.0, 3))
"""(rapport from which, 0 to 10; the warmest a line may be), the highest rapport first."""

LEVEL_WARMTH: Final[dict[int, tuple[int, int]]] = {1: (1, 3), 2: (3, 4), 3: (4, 5)}
"""Level -> the least and the greatest warmth that a line of it may have."""


def warmth_cap(rapport: float, hard: int | None = None) -> int:
    """The warmest a line may be, 1 to 5, for a rapport of 0 to 10 and the user's own ceiling."""
    earned = next((cap for least, cap in CAPS if rapport >= least), CAPS[-1][1])
    return earned if hard is None else max(1, min(earned, hard))


def fits_level(level: int, warmth: int) -> bool:
    """Whether a line of this level may have this warmth."""
    least, most = LEVEL_WARMTH.get(level, (1, 0))
    return least <= warmth <= most
