"""A line with its slots filled (spec T11): values go in, and what is not known goes without a trace.

The rule: an address, set off by commas, can be left out of a sentence (``{user_name}, likewise.`` becomes
``Likewise.``). Any other slot carries the sense of its line, so that without it there is no line.

Invariant: no brace leaves this module, from a template or from a value; what leaves it is clean, has at
most 25 words and 120 columns, and filling it again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from afterglow.core.clean import LINE_COLUMNS, columns, one_line
from afterglow.core.slots import WORDS, slots_of, stray_braces

ADDRESSES: Final = frozenset({"user_name"})
"""Slots that a line may lose, where commas set them off."""
MAX_WORDS: Final = 25

_SLOT: Final = re.compile(r"\{([^{}]*)\}")
_ROUND: Final = str.maketrans("{}", "()")
_GAP: Final = "\0"
"""Stands where a slot without a value was, until its surroundings are taken out with it."""
_ENDS: Final = ".!?…"
_STARTS: Final = rf"(?:^|(?<=[{_ENDS}] ))"
_OPENING: Final = re.compile(rf"{_STARTS}{_GAP},\s*")
_CLOSING: Final = re.compile(rf",\s*{_GAP}(?=\s*(?:[{_ENDS},;:]|$))")
_LEADING_WORDS: Final = (
    "in|on|at|of|by|to|for|from|with|since|until|after|before|into|about|and|or|but|the|a|an|is|was|are|were"
)
_DANGLING: Final = re.compile(rf"(?:\b(?:{_LEADING_WORDS})\s+)*{_GAP}(?:['\u2019]s\b)?", re.IGNORECASE)
_TIDY: Final = (
    (re.compile(r"\(\s*\)"), ""),
    (re.compile(r"\s+"), " "),
    (re.compile(rf"(?<=[{_ENDS}])(?: [{_ENDS}]+)+"), ""),
    (re.compile(rf" +(?=[,;:{_ENDS}])"), ""),
    (re.compile(rf"[,;:]+(?=[,;:{_ENDS}])"), ""),
    (re.compile(rf"(?<=[{_ENDS}] )[,;:]+ *"), ""),
    (re.compile(rf"^[\s,;:{_ENDS}]+"), ""),
    (re.compile(r"[\s,;:]+$"), ""),
)
"""What is mended, in this order, where something was taken out."""
_SENTENCE: Final = re.compile(rf"(?:^|(?<=[{_ENDS}] ))([^\W\d_]\S*)")
_ADDRESSED: Final = re.compile(
    rf"{_STARTS}\{{(\w+)\}}(?=,)|(?<=, )\{{(\w+)\}}(?=[{_ENDS},;:]|$)",
)


def fill(text: str, slots: Mapping[str, str]) -> str:
    """``text`` with values for its slots. One without a value goes with what only led to it.

    Always one line fit for a screen, perhaps shortened, perhaps empty; not always a sentence that is
    worth saying: for that there are ``whole`` and ``personalized``.
    """
    filled = _filled(text, slots)
    words = filled.split(" ")
    if len(words) > MAX_WORDS:
        filled = " ".join(words[:MAX_WORDS]).rstrip(" ,;:-(") + "…"
    return one_line(filled)


def whole(text: str, slots: Mapping[str, str]) -> str | None:
    """``text`` with all its slots filled; None if one is not known, or the line gets too long."""
    if stray_braces(text) or any(not _value(slots, name) for name in slots_of(text)):
        return None
    return _fitting(_filled(text, slots))


def personalized(text: str, slots: Mapping[str, str]) -> str | None:
    """``text`` with its slots filled, an address that is not known left out.

    None where any other slot is not known, where the address is part of its sentence, or where the
    line gets too long: then it cannot be said.
    """
    missing = {name for name in slots_of(text) if not _value(slots, name)}
    if stray_braces(text) or not missing <= ADDRESSES:
        return None
    for name in missing:
        addressed = sum(name in found.groups() for found in _ADDRESSED.finditer(text))
        if addressed < text.count(f"{{{name}}}"):
            return None
    filled = _fitting(_filled(text, slots))
    return filled if filled is not None and any(char.isalnum() for char in filled) else None


def _fitting(filled: str) -> str | None:
    fits = len(filled.split()) <= MAX_WORDS and columns(filled) <= LINE_COLUMNS
    return filled if filled and fits else None


def _value(slots: Mapping[str, str], name: str) -> str:
    """What stands for a slot, clean and without braces; empty where nothing is known."""
    return one_line(slots.get(name, "").translate(_ROUND), 2 * LINE_COLUMNS)


def _filled(text: str, slots: Mapping[str, str]) -> str:
    frame = _without_missing(text.replace(_GAP, ""), slots)
    parts: list[str] = []
    at = 0
    for found in _SLOT.finditer(frame):
        value = _value(slots, found[1])
        parts.append(frame[at : found.start()])
        if _starts_sentence(frame[: found.start()]):
            value = _as_start(found[1], value)
        parts.append(value)
        at = found.end()
        if value[-1] in _ENDS and frame[at : at + 1] == ".":
            at += 1
    parts.append(frame[at:])
    return one_line("".join(parts).translate(_ROUND), 4 * LINE_COLUMNS)


def _without_missing(text: str, slots: Mapping[str, str]) -> str:
    """The template with only such slots as have a value, and no other brace."""
    cut = _SLOT.sub(lambda found: found[0] if _value(slots, found[1]) else _GAP, text)
    if stray_braces(cut):
        pieces = _SLOT.split(cut)
        # Every other piece is the name of a slot.
        cut = "".join(
            f"{{{piece}}}" if place % 2 else piece.translate({ord("{"): None, ord("}"): None})
            for place, piece in enumerate(pieces)
        )
    if _GAP not in cut:
        return cut
    for pattern in (_OPENING, _CLOSING, _DANGLING):
        cut = pattern.sub("", cut)
    for pattern, instead in _TIDY:
        cut = pattern.sub(instead, cut)
    # What began a sentence in lower case before is a name, such as git.
    names = {found[1] for found in _SENTENCE.finditer(text)}
    return _SENTENCE.sub(lambda found: found[0] if found[0] in names else _capital(found[0]), cut)


def _starts_sentence(before: str) -> bool:
    return not before.strip() or (before[-1] == " " and before.rstrip()[-1:] in tuple(_ENDS))


def _as_start(name: str, value: str) -> str:
    """A value at the start of a sentence: words get a capital there, names stay as they are written."""
    first = value.partition(" ")[0].rstrip(",;:")
    return _capital(value) if name in WORDS and first.isalpha() and first.islower() else value


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
