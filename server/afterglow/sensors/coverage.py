"""How much of the code the tests ran, from the files that coverage tools leave.

Invariant: pure, bytes in and a percentage or None out; a file that is not whole, counts nothing, or
contradicts itself gives None. Only the ends of XML and JSON files are looked at, so that size costs nothing.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from typing import Final
from xml.parsers import expat

END_BYTES: Final = 16 * 1024
"""So much of either end is enough for ``of_cobertura`` and ``of_json``."""
_LCOV: Final = re.compile(rb"^(SF|LF|LH|end_of_record)(?::(.*?))?\s*$", re.MULTILINE)


class _Root(Exception):
    """The root element was met, or what must not come before it."""


def of_cobertura(head: bytes, tail: bytes) -> float | None:
    """The line rate of a Cobertura file (coverage.py, Jest, gcovr, Coverlet ...) as a percentage.

    ``head`` and ``tail``: its first and last bytes, the whole file in both if it is small.
    """
    if not tail.rstrip().endswith(b"</coverage>"):
        return None
    attrs = _root_attributes(head, "coverage")
    if attrs is None or attrs.get("lines-valid") == "0":
        return None
    rate = _number(attrs.get("line-rate"))
    return None if rate is None or rate > 1 else percentage(rate * 100)


def of_lcov(data: bytes) -> float | None:
    """The share of lines found (LF) that were hit (LH), over all files, in a whole tracefile."""
    if not data.rstrip().endswith(b"end_of_record"):
        return None
    files: set[bytes] = set()
    found = hit = 0
    for match in _LCOV.finditer(data):
        what, value = match[1], match[2] or b""
        if what == b"SF":
            if value in files:
                # Of a file that two tests ran nobody knows here which lines both hit.
                return None
            files.add(value)
        elif what in (b"LF", b"LH") and value.isdigit() and len(value) < 10:
            found += int(value) if what == b"LF" else 0
            hit += int(value) if what == b"LH" else 0
    return percentage(100 * hit / found) if 0 < found >= hit else None


def of_json(head: bytes, tail: bytes) -> float | None:
    """``totals.percent_covered`` of coverage.py's JSON, which stands last. Bytes as for ``of_cobertura``."""
    if not re.match(rb'\s*\{\s*"meta"\s*:', head):
        return None
    start = tail.rfind(b'"totals"')
    if start < 0:
        return None
    try:
        totals = json.loads(b"{" + tail[start:])["totals"]
        covered, statements = totals["percent_covered"], totals["num_statements"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if isinstance(covered, bool) or not isinstance(covered, int | float) or not statements:
        return None
    return percentage(covered)


def percentage(value: float) -> float | None:
    """With one decimal; what is not whole is never rounded up to 100. None outside 0 to 100."""
    if not math.isfinite(value) or not 0 <= value <= 100:
        return None
    return math.floor(value * 10 + 1e-9) / 10 if value > 99 else round(value, 1)


def _root_attributes(head: bytes, name: str) -> dict[str, str] | None:
    found: dict[str, str] = {}

    def start(tag: str, attrs: dict[str, str]) -> None:
        if tag == name:
            found.update(attrs)
        raise _Root

    def doctype(_name: str, _system: str | None, _public: str | None, subset: int) -> None:
        # The declaration itself is customary; entities can only stand in a subset of its own.
        if subset:
            raise _Root

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    with contextlib.suppress(_Root, expat.ExpatError):
        parser.Parse(head[:END_BYTES], False)
    return found or None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
