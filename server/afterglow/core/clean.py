"""Any text from outside, made fit for one line of a screen.

Invariant: what leaves ``one_line`` has no line break, no control or format character (a zero width
joiner inside an emoji excepted), no invisible filler, no lone surrogate, no ``$(`` and no ``](``;
it can be encoded as UTF-8; and cleaning it again changes nothing. It is applied to text that comes
in and again to text that goes out, because a damaged store is hostile text too.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LINE_COLUMNS: Final = 120
_SCAN_AT_LEAST: Final = 4096
_MARKS_PER_LETTER: Final = 4
_ZWJ: Final = "\u200d"
_TEXT_STYLE, _EMOJI_STYLE = "\ufe0e", "\ufe0f"

_ANSI: Final = re.compile(
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC with its text, when it ends
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor moves
    r"|\x1b[ -/]*[0-~]"  # the two-byte rest
)
_DROPPED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACE_CATEGORIES: Final = frozenset({"Zs", "Zl", "Zp"})
_MARKS: Final = frozenset({"Mn", "Mc", "Me"})
_LINE_BREAKS: Final = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
# Letters, marks and symbols that draw nothing: they hide text from a reader, or pad it.
_INVISIBLE: Final = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0\U0001d159"
    + "".join(map(chr, range(0xFE00, 0xFE0E)))
    + "".join(map(chr, range(0xE0100, 0xE01F0)))
)
_STYLED: Final = frozenset("0123456789#*\u203c\u2049\u3030\u303d")
_ICON: Final = re.compile(r"\$+(?=\()")
_ELLIPSIS: Final = "…"


def is_plain(text: str) -> bool:
    """Whether cleaning surely changes nothing; most lines are so, and cleaning costs a step a character."""
    return (
        text.isascii()
        and text.isprintable()
        and text == text.strip()
        and "  " not in text
        and "$(" not in text
        and "](" not in text
    )


def one_line(text: str, limit: int = LINE_COLUMNS) -> str:
    """``text`` as one clean line of at most ``limit`` columns, cut between words where possible.

    A cut line ends in ``…``. Never raises; the answer may be empty.
    """
    if limit < 1:
        return ""
    seen = text[: max(_SCAN_AT_LEAST, limit * 8)]
    spaced = " ".join(_joined(_filtered(_ANSI.sub("", seen))).split())
    safe = _ICON.sub("", spaced).replace("](", "] (")
    return _cut(safe, limit)


def columns(text: str) -> int:
    """How many terminal columns ``text`` takes; where terminals differ, the larger number."""
    return sum(_width(char) for char in text)


def _filtered(text: str) -> list[str]:
    out: list[str] = []
    for char in text:
        category = unicodedata.category(char)
        if char in _LINE_BREAKS or category in _SPACE_CATEGORIES:
            out.append(" ")
        elif char == _ZWJ or (category not in _DROPPED_CATEGORIES and char not in _INVISIBLE):
            out.append(char)
    return out


def _joined(chars: list[str]) -> str:
    """Drop joiners outside emoji, style marks without a base, and marks piled on one letter."""
    out: list[str] = []
    base, marks = " ", 0
    for index, char in enumerate(chars):
        if char == _ZWJ:
            following = chars[index + 1] if index + 1 < len(chars) else ""
            if _is_picture(base) and _is_picture(following) and out[-1] != _ZWJ:
                out.append(char)
            continue
        if _is_skin(char) and _is_picture(base):
            out.append(char)
            continue
        if char in (_TEXT_STYLE, _EMOJI_STYLE):
            if out and (_is_picture(out[-1]) or out[-1] in _STYLED or _is_symbol(out[-1])):
                out.append(char)
            continue
        if unicodedata.category(char) in _MARKS:
            marks += 1
            if base != " " and marks <= _MARKS_PER_LETTER:
                out.append(char)
            continue
        base, marks = char, 0
        out.append(char)
    return "".join(out)


def _cut(text: str, limit: int) -> str:
    if columns(text) <= limit:
        return text
    room = limit - columns(_ELLIPSIS)
    taken, used = 0, 0
    for start, end in _clusters(text):
        width = columns(text[start:end])
        if used + width > room:
            break
        used, taken = used + width, end
    head = text[:taken]
    space = head.rfind(" ")
    # A word boundary is worth up to half the line; beyond that a cut word tells more.
    if taken < len(text) and text[taken] != " " and space * 2 >= len(head):
        head = head[:space]
    return head.rstrip(" ,;:-(") + _ELLIPSIS


def _clusters(text: str) -> list[tuple[int, int]]:
    """Ranges that must not be cut apart: a base with its marks, an emoji with what is joined on."""
    starts = [
        index
        for index, char in enumerate(text)
        if index == 0
        or not (
            char in (_ZWJ, _TEXT_STYLE, _EMOJI_STYLE)
            or text[index - 1] == _ZWJ
            or _is_skin(char)
            or unicodedata.category(char) in _MARKS
        )
    ]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _width(char: str) -> int:
    if char == _EMOJI_STYLE:
        return 1
    if char in (_ZWJ, _TEXT_STYLE) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def _is_picture(char: str) -> bool:
    return char > "\u2000" and unicodedata.category(char) == "So"


def _is_symbol(char: str) -> bool:
    return unicodedata.category(char) in ("So", "Sm")


def _is_skin(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff"
