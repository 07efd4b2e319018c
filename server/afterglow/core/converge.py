"""When the idle-time model knows a domain well enough (spec L7): it is then asked about every third turn.

Invariant: pure. Grades are 1 to 5, oldest first; only a grade under ``POOR`` takes back what was learned.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

STEADY: Final = 3
"""So many grades in a row that do not fall, the last two of them good, and the domain is known."""
GOOD: Final = 4
POOR: Final = 3
EVERY: Final = 3
"""Of a known domain one turn in so many is put before the model."""
KEPT: Final = 8


def converged(grades: Sequence[int]) -> bool:
    """Whether the domain of these grades is known: ``4, 4, 4`` and ``2, 4, 5`` are enough."""
    return _since(grades) is not None


def asks(grades: Sequence[int], skipped: int) -> bool:
    """Whether the next turn of the domain goes before the model. ``skipped``: turns left out in a row."""
    return not converged(grades) or skipped >= EVERY - 1


def kept(grades: Sequence[int]) -> tuple[int, ...]:
    """At most ``KEPT`` of the grades that say the same as all of them, now and after any further ones.

    They are the newest, and before them the three that proved the domain where none of the newest do.
    """
    newest = tuple(grades[-KEPT:])
    since = _since(grades)
    if since is None or converged(newest):
        return newest
    return (*grades[since : since + STEADY], *grades[-(KEPT - STEADY) :])


def _since(grades: Sequence[int]) -> int | None:
    """Where the grades begin that prove the domain and were not taken back, None where none do."""
    since = None
    for place, grade in enumerate(grades):
        before = grades[max(0, place - STEADY + 1) : place + 1]
        if grade < POOR:
            since = None
        elif (
            since is None and len(before) == STEADY and before[0] <= before[1] <= grade and before[1] >= GOOD
        ):
            since = place - STEADY + 1
    return since
