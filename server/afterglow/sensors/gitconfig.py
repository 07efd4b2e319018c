"""The few things that are taken from a git configuration, read as bytes.

Invariant: no include is followed and nothing named in it is started; any bytes give a table.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

Config = Mapping[tuple[str, str, str], str]
"""(section in lower case, subsection, key in lower case) -> the last value given."""

_SECTION: Final = re.compile(rb'\s*\[\s*([A-Za-z0-9.-]+)\s*(?:"((?:[^"\\]|\\.)*)")?\s*\]')
_ENTRY: Final = re.compile(rb"\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:=(.*))?", re.DOTALL)
_VALUE: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|\\.|[#;]|[^"\\#;]+', re.DOTALL)
_ESCAPES: Final = {b"n": b"\n", b"t": b"\t", b"b": b"\b"}


def parse_config(data: bytes) -> Config:
    """Every entry of a configuration; lines that make no sense are skipped."""
    found: dict[tuple[str, str, str], str] = {}
    section, subsection = "", ""
    for raw in data.replace(b"\\\r\n", b"").replace(b"\\\n", b"").splitlines():
        line = raw
        if header := _SECTION.match(line):
            section = _text(header[1]).lower()
            subsection = _text(_unescape(header[2] or b""))
            line = line[header.end() :]
        entry = _ENTRY.fullmatch(line)
        if entry is not None and section:
            value = b"true" if entry[2] is None else _value(entry[2])
            found[section, subsection, _text(entry[1]).lower()] = _text(value)
    return found


def _value(raw: bytes) -> bytes:
    kept = b""
    for piece in _VALUE.findall(raw.strip()):
        if piece in (b"#", b";"):
            return kept.rstrip()
        kept += _unescape(piece[1:-1] if piece.startswith(b'"') else piece)
    return kept.rstrip()


def _unescape(raw: bytes) -> bytes:
    return re.sub(rb"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), raw, flags=re.DOTALL)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
