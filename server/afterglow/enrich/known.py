"""What the banks already hold, asked before a new line is taken in.

Invariant: reads the stock only; the answer is the same for the same stock.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from afterglow.banks.likeness import TOO_ALIKE, shingles
from afterglow.core.bank import Entry
from afterglow.core.queue_rules import tag_keys
from afterglow.core.stock import LEARNED, Stock

ENOUGH: Final = 6
"""With so many lines of its own a domain lacks none (spec L4)."""
SHARED: Final = 2
"""A line is about a domain where it shares so many of its tags; one, such as ``travel``, is too wide."""


def lacking(stock: Stock, told: Collection[str] = ()) -> Callable[[str, tuple[str, ...]], bool]:
    """Whether the banks hold too few lines about a domain with these tags.

    ``told``: ids of lines that this user has heard. A learned one among them counts no more: it was made
    for one person, who would meet it again.
    """
    tagged = [
        line.tags for line in _lines(stock) if line.tags and not (line.origin == LEARNED and line.id in told)
    ]

    def lacks(domain: str, tags: tuple[str, ...]) -> bool:
        wanted = frozenset(tag_keys((domain, *tags)))
        least = min(SHARED, len(wanted))
        return sum(1 for found in tagged if len(found & wanted) >= least) < ENOUGH

    return lacks


def nearby(stock: Stock, others: Iterable[str] = ()) -> Callable[[str], bool]:
    """Whether some line of the banks, or one of ``others``, says nearly the same."""
    known = [shingles(text) for text in (*(line.text for line in stock.by_id.values()), *others)]

    def near(text: str) -> bool:
        mine = shingles(text)
        return any(len(mine & other) / len(mine | other) >= TOO_ALIKE for other in known)

    return near


def _lines(stock: Stock) -> Iterator[Entry]:
    yield from stock.jokes
    yield from stock.facts
    yield from stock.asides
    for responses in stock.responses.values():
        yield from responses
