"""How strongly a text feels: the words and signs that GLOW counts, with their weights.

Invariant: data only; every weight is positive, so that one more sign never lowers GLOW.
"""

from __future__ import annotations

from typing import Final

FIRST_STRONG: Final = 0.35
MORE_STRONG: Final = 0.2
MILD: Final = 0.15
INTENSIFIER: Final = 0.08
EXCLAMATION: Final = 0.1
SHOUTED: Final = 0.1
PICTURE: Final = 0.12
STRETCHED: Final = 0.08

MOST: Final[dict[str, int]] = {
    "strong": 3,
    "mild": 2,
    "intensifier": 2,
    "exclamation": 3,
    "shouted": 2,
    "picture": 2,
    "stretched": 1,
}
"""How many of each are counted."""

_JOY: Final = """
yes yay woohoo hooray hurray woot yippee eureka finally nailed shipped launched solved fixed works worked
green merged proud thrilled ecstatic happy amazing fantastic incredible awesome celebrate victory promoted omg
unbelievable love loved best
"""
_PAIN: Final = """
ugh argh aargh grr hate hated awful terrible horrible nightmare disaster crazy furious frustrated frustrating
devastated heartbroken exhausted damn shit fuck wtf desperate crying died lost
"""
_MILD: Final = """
great good nice wow thanks thank excited glad passed passing passes done perfect wonderful brilliant sweet
cool fun relief relieved hope haha lol stuck broke broken crashed annoying annoyed sad tired failing confused
worried crash faster fastest first
"""
_INTENSIFIERS: Final = """
so very really super extremely totally absolutely completely incredibly truly insanely seriously whole again
never ever single
"""
STRONG: Final = frozenset((_JOY + _PAIN).split())
MILD_WORDS: Final = frozenset(_MILD.split())
INTENSIFIERS: Final = frozenset(_INTENSIFIERS.split())
ACRONYM_LENGTH: Final = 3
"""Shorter words in capitals (OK, CI) are not shouted; nor are names that are tags (HTML, JWT)."""
