"""How complex and how long functions are, and whether a linter found anything, from the tools' own reports.

Invariant: pure, bytes in and a ``Quality`` or None out; a report that is damaged, of another tool, or says
that a file could not be read gives no claim. No names of code are kept, only numbers.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final
from xml.parsers import expat

from attrs import field, frozen

from afterglow.core.model import Json, Status

AVERAGE: Final = "complexity"
MOST: Final = "most complex"
LENGTH: Final = "function length"
MAX_DEPTH: Final = 32

_RUFF_COMPLEX: Final = re.compile(r".{0,200} is too complex \((\d{1,6}) > \d{1,6}\)", re.DOTALL)
_ESLINT: Final[Mapping[str, tuple[str, re.Pattern[str]]]] = {
    "complexity": (MOST, re.compile(r".{0,300} has a complexity of (\d{1,6})\.", re.DOTALL)),
    "max-lines-per-function": (LENGTH, re.compile(r".{0,300} has too many lines \((\d{1,6})\)\.", re.DOTALL)),
}
"""Rule -> which number its message tells, and where in it."""


@frozen
class Quality:
    """What one report says. ``status``: whether a linter found anything, unknown where it leaves the
    verdict to its settings; ok for a tool that only measures and got to its end."""

    status: Status
    metrics: Mapping[str, float] = field(factory=dict)


def of_radon(data: bytes) -> Quality | None:
    """``radon cc -j``: file -> blocks. The average counts classes, methods and functions, as radon does."""
    files = _json(data)
    if not isinstance(files, dict) or not files:
        return None
    complexities: list[float] = []
    lengths: list[float] = []
    for blocks in files.values():
        if not isinstance(blocks, list):
            return None
        for block in blocks:
            if not isinstance(block, dict) or block.get("type") not in ("function", "method", "class"):
                return None
            complexity = _count(block.get("complexity"))
            if complexity is None:
                return None
            complexities.append(complexity)
            first, last = _count(block.get("lineno")), _count(block.get("endline"))
            if block["type"] != "class" and first is not None and last is not None and first <= last:
                lengths.append(last - first + 1)
    return _measured(complexities, lengths)


def of_lizard_csv(data: bytes) -> Quality | None:
    """``lizard --csv``, with its header line or without."""
    complexities: list[float] = []
    lengths: list[float] = []
    try:
        for row in csv.reader(data.decode("utf-8", "replace").splitlines(), strict=True):
            if row[:2] == ["NLOC", "CCN"]:
                continue
            if len(row) != 11:
                return None
            complexity, length = _digits(row[1]), _digits(row[4])
            if complexity is None or length is None:
                return None
            complexities.append(complexity)
            lengths.append(length)
    except csv.Error:
        return None
    return _measured(complexities, lengths)


def of_lizard_xml(data: bytes) -> Quality | None:
    """``lizard --xml`` (the cppncss format), which tells statements but no lengths."""
    reader = _CppNcss()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(data, True)
    except (ValueError, expat.ExpatError):
        return None
    return _measured(reader.complexities, [])


def of_ruff(data: bytes) -> Quality | None:
    """``ruff check --output-format json``: the violations that it found, none where all is well."""
    found = _json(data)
    if not isinstance(found, list):
        return None
    most: list[float] = []
    for violation in found:
        if not (isinstance(violation, dict) and "code" in violation and "filename" in violation):
            return None
        message = violation.get("message")
        if violation["code"] == "C901" and isinstance(message, str):
            match = _RUFF_COMPLEX.match(message)
            most += [float(match[1])] if match else []
    return Quality("fail" if found else "ok", {MOST: max(most)} if most else {})


def of_eslint(data: bytes) -> Quality | None:
    """ESLint's ``json``: files with their messages. Warnings alone leave the verdict to its settings."""
    files = _json(data)
    if not isinstance(files, list):
        return None
    errors = warnings = 0.0
    found: dict[str, list[float]] = {MOST: [], LENGTH: []}
    for file in files:
        if not isinstance(file, dict) or not isinstance(file.get("messages"), list):
            return None
        wrong, doubtful = _count(file.get("errorCount")), _count(file.get("warningCount"))
        if wrong is None or doubtful is None:
            return None
        errors, warnings = errors + wrong, warnings + doubtful
        for message in file["messages"]:
            told = _told(message)
            if told is not None:
                found[told[0]].append(told[1])
    status: Status = "fail" if errors else "ok" if files and not warnings else "unknown"
    return Quality(status, {name: max(values) for name, values in found.items() if values})


def _told(message: Json) -> tuple[str, float] | None:
    if not isinstance(message, dict):
        return None
    rule, text = message.get("ruleId"), message.get("message")
    known = _ESLINT.get(rule) if isinstance(rule, str) else None
    match = known[1].match(text) if known is not None and isinstance(text, str) else None
    return (known[0], float(match[1])) if known is not None and match is not None else None


READERS: Final[Mapping[str, tuple[str, Callable[[bytes], Quality | None]]]] = {
    "radon*.json": ("radon", of_radon),
    "lizard*.csv": ("lizard", of_lizard_csv),
    "lizard*.xml": ("lizard", of_lizard_xml),
    "eslint*.json": ("eslint", of_eslint),
    "ruff*.json": ("ruff", of_ruff),
}
"""Pattern of a file's name -> what its runs are called, and what reads it."""


class _CppNcss:
    """The functions' complexities; its methods are expat's handlers."""

    def __init__(self) -> None:
        self.complexities: list[float] = []
        self._way: list[str] = []
        self._labels: list[str] = []
        self._functions = False
        self._values: list[str] = []

    def doctype(self, _name: str, _system: str | None, _public: str | None, _subset: int) -> None:
        raise ValueError

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self._way.append(tag)
        if self._way[0] != "cppncss" or len(self._way) > MAX_DEPTH:
            raise ValueError
        if tag == "measure":
            self._functions = attrs.get("type") == "Function"
            self._labels = []
        elif tag == "item":
            self._values = []
        elif tag == "label":
            self._labels.append("")
        elif tag == "value":
            self._values.append("")

    def text(self, text: str) -> None:
        into = {"label": self._labels, "value": self._values}.get(self._way[-1] if self._way else "")
        if into and len(into[-1]) < 32:
            into[-1] += text

    def end(self, tag: str) -> None:
        self._way.pop()
        if tag == "item" and self._functions:
            value = _digits(dict(zip(self._labels, self._values, strict=False)).get("CCN", ""))
            if value is None:
                raise ValueError
            self.complexities.append(value)


def _measured(complexities: Iterable[float], lengths: Iterable[float]) -> Quality | None:
    complexities, lengths = tuple(complexities), tuple(lengths)
    if not complexities:
        return None
    metrics = {AVERAGE: round(sum(complexities) / len(complexities), 1), MOST: max(complexities)}
    return Quality("ok", metrics | ({LENGTH: max(lengths)} if lengths else {}))


def _json(data: bytes) -> Json:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _count(value: Json) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) and 0 <= value < 1e6 else None


def _digits(text: str) -> float | None:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
