"""How the tables of words are written down, and how they are read into rows.

Invariant: a table is text so that it can be read as one; a line that does not follow the form below is an
error when the module is loaded, never a row that is silently left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import frozen

_NEW_LINE: Final = re.compile(r"\n +")
_UNLESS_DENIED: Final = " unless denied"
GRIEF: Final = "grief"


@frozen
class Pattern:
    """One row: phrases in the language of ``core.phrases`` and what one of them says for ``label``.

    ``negatable``: a negation just before the phrase takes it back ("not broken", "never works").
    ``grief``: a loss or danger to a person, which outweighs whatever else is said.
    """

    label: str
    confidence: float
    phrases: str
    negatable: bool = False
    grief: bool = False


def patterns(table: str, words: Mapping[str, str] | None = None) -> tuple[Pattern, ...]:
    """Rows under headings: ``[label]`` or ``[label unless denied]``, then ``0.85 phrase; phrase``.

    Indented lines continue the row above, without a space after a ``/``. ``words``: what ``{name}``
    stands for. Raises ValueError for a line of another form.
    """
    rows = []
    label, negatable = "", False
    for line in _lines(table, words or {}):
        if line.startswith("["):
            name = line.strip("[]")
            label, negatable = name.removesuffix(_UNLESS_DENIED), name.endswith(_UNLESS_DENIED)
            continue
        confidence, _, phrases = line.partition(" ")
        grief = label == GRIEF
        rows.append(
            Pattern("struggle" if grief else label, float(confidence), phrases.strip(), negatable, grief)
        )
    return tuple(rows)


def named(table: str) -> dict[str, str]:
    """Rows of the form ``name: phrase; phrase``. Raises ValueError for a line of another form."""
    rows = {}
    for line in _lines(table, {}):
        name, colon, phrases = line.partition(": ")
        if not colon or name in rows:
            raise ValueError(f"not a new row: {line!r}")
        rows[name] = phrases.strip()
    return rows


def _lines(table: str, words: Mapping[str, str]) -> list[str]:
    joined = _NEW_LINE.sub(lambda found: "" if _after_slash(table, found.start()) else " ", table)
    for name, meaning in words.items():
        joined = joined.replace("{" + name + "}", meaning)
    return [line for line in joined.splitlines() if line.strip()]


def _after_slash(table: str, at: int) -> bool:
    return table[at - 1 : at] == "/"
