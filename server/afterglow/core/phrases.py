"""A small language for phrases, and an index that finds many of them in one pass over the words.

A phrase is words with spaces between: ``a/b`` either word, ``_`` any one word (``a/_`` too), ``~`` up to
three words, ``*`` up to eight, ``^`` the start of a sentence, ``$`` its end, ``?`` the end of a question.
Gaps do not cross the end of a sentence. Several phrases of one row are separated by ``;``.

Invariant: only whole words match, and the work grows with the words of the text, not with the phrases.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Generic, TypeVar

from attrs import frozen

from afterglow.core.tokens import ASKED, END, MARKS

Row = TypeVar("Row")

_GAPS: Final = {"~": 3, "*": 8}
_START, _STOP, _ANY = "^", "$", "_"
_ENDS: Final = frozenset({END, ASKED})


@frozen
class _Step:
    """``words``: one of these comes next; None: any word. ``gap``: after at most so many others.
    ``stop``: instead of a word, the end of the sentence."""

    words: frozenset[str] | None
    gap: int = 0
    stop: bool = False


_Entry = tuple[Row, tuple[_Step, ...], frozenset[str] | None, int]
_Entries = tuple[list[_Entry[Row]], list[_Entry[Row]]]
"""The phrases of a first word that may stand anywhere, and those that open a sentence; each with which words
must come second (None: any end will do) and within how many words."""


@frozen
class Found(Generic[Row]):
    """A row whose phrase stands at ``tokens[start:end]``."""

    row: Row
    start: int
    end: int


class Phrases(Generic[Row]):
    """An index of rows by the first word of their phrases. Built once, then only read."""

    def __init__(self, rows: Iterable[tuple[Row, str]]) -> None:
        """Raises ValueError for a phrase that does not begin with a word (or ``^`` and a word)."""
        self._by_first: dict[str, _Entries[Row]] = {}
        lists: dict[str, frozenset[str]] = {}
        for row, phrases in rows:
            for phrase in filter(None, (part.strip() for part in phrases.split(";"))):
                first, starts, steps = _compile(phrase, lists)
                second, reach = (steps[0].words, steps[0].gap + 1) if steps else (None, 0)
                for word in first:
                    anywhere, opening = self._by_first.setdefault(word, ([], []))
                    (opening if starts else anywhere).append((row, steps, second, reach))
        self.words: Final = frozenset().union(*lists.values()) - MARKS - {_ANY}

    def find(self, tokens: Sequence[str]) -> list[Found[Row]]:
        """Every phrase that stands in ``tokens``, in the order of their first words."""
        found = []
        by_first, count = self._by_first, len(tokens)
        for index, token in enumerate(tokens):
            entries = by_first.get(token)
            if entries is None:
                continue
            after = index + 1
            anywhere, opening = entries
            opens = not index or tokens[index - 1] in _ENDS
            for row, steps, words, reach in (*anywhere, *opening) if opens and opening else anywhere:
                # Nearly all phrases fall at their second word: no call into Python for that look.
                if words is not None and words.isdisjoint(tokens[after : after + reach]):
                    continue
                end = _match(steps, 0, tokens, after, count)
                if end:
                    found.append(Found(row, index, end))
        return found


def _compile(phrase: str, lists: dict[str, frozenset[str]]) -> tuple[frozenset[str], bool, tuple[_Step, ...]]:
    """The first words, whether they open a sentence, and what follows. ``lists``: the words of every
    ``a/b`` seen so far, so that equal ones are kept once."""
    elements = phrase.split()
    starts = elements[0] == _START
    if starts:
        del elements[0]
    if not elements or elements[0] in (_START, _STOP, _ANY, ASKED, *_GAPS):
        raise ValueError(f"a phrase begins with a word: {phrase!r}")
    steps: list[_Step] = []
    gap = 0
    for element in elements[1:]:
        if element in _GAPS:
            gap = _GAPS[element]
            continue
        if element == _STOP:
            steps.append(_Step(None, gap, stop=True))
        else:
            words = _either(element, lists)
            steps.append(_Step(None if _ANY in words else words, gap))
        gap = 0
    return _either(elements[0], lists), starts, tuple(steps)


def _either(element: str, lists: dict[str, frozenset[str]]) -> frozenset[str]:
    words = lists.get(element)
    if words is None:
        words = lists[element] = frozenset(element.split("/"))
    return words


def _match(steps: tuple[_Step, ...], at: int, tokens: Sequence[str], index: int, count: int) -> int:
    """Where the rest of a phrase ends, 0 if it does not stand here."""
    if at == len(steps):
        return index
    step = steps[at]
    for place in range(index, index + step.gap + 1):
        if step.stop:
            if place >= count or tokens[place] in _ENDS:
                end = _match(steps, at + 1, tokens, place, count)
                if end:
                    return end
        elif place < count and _fits(step, tokens[place]):
            end = _match(steps, at + 1, tokens, place + 1, count)
            if end:
                return end
        if place >= count or tokens[place] in _ENDS:
            return 0
    return 0


def _fits(step: _Step, token: str) -> bool:
    return token in step.words if step.words is not None else token not in MARKS
