"""How alike two lines are: the share of word pairs that they have in common.

The measure: words are folded, punctuation goes, a slot is a word and a number counts as ``0``; the
shingles of a line are its pairs of neighbouring words, with a mark before the first and after the last
word. Likeness is the Jaccard index of two sets of shingles: 1.0 for equal lines, 0 for no pair in common.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

TOO_ALIKE: Final = 0.4
"""One word changed in a line of seven gives 0.6, two neighbours 0.45, two apart 0.33; the shipped lines stay
below 0.35 of each other."""

_WORD: Final = re.compile(r"\{[^{}]*\}|[^\W_]+(?:'[^\W_]+)*")
_COMMON: Final = 200
"""A pair of words in more lines than this says nothing about which lines are alike."""


def shingles(text: str) -> frozenset[tuple[str, str]]:
    """The pairs of neighbouring words of a text, its ends included."""
    plain = text.replace("\u2019", "'").casefold()
    words = ["^", *("0" if word.isdigit() else word for word in _WORD.findall(plain)), "$"]
    return frozenset(pairwise(words))


def likeness(one: str, other: str) -> float:
    """0 to 1."""
    first, second = shingles(one), shingles(other)
    return len(first & second) / len(first | second)


def alike(texts: Sequence[str], least: float = TOO_ALIKE) -> Iterator[tuple[int, int, float]]:
    """Each pair of places (the earlier first) whose texts are at least this alike, and how much. Of many
    equal texts each is paired with the first alone."""
    first: dict[frozenset[tuple[str, str]], int] = {}
    where: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    sets: list[frozenset[tuple[str, str]]] = []
    for place, found in enumerate(map(shingles, texts)):
        sets.append(found)
        if found in first:
            yield first[found], place, 1.0
            continue
        first[found] = place
        for earlier in _candidates(found, where):
            measure = len(found & sets[earlier]) / len(found | sets[earlier])
            if measure >= least:
                yield earlier, place, measure
        for pair in found:
            where[pair].append(place)


def _candidates(found: frozenset[tuple[str, str]], where: Mapping[tuple[str, str], list[int]]) -> list[int]:
    """Earlier places that share a telling pair with this text."""
    telling = (where[pair] for pair in found if len(where.get(pair, ())) in range(1, _COMMON + 1))
    return sorted({place for places in telling for place in places})
