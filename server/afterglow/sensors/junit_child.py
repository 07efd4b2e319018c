"""What a JUnit report holds, read with the standard library alone.

Imported for small reports and, for big ones, by ``report_child``, a program that can be killed.
Invariants: outcomes come from test cases, never from a suite's attributes, which can only make a report
less believable; text between tags is never looked at; a document type declaration (the only door for
entities) ends the reading.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Final, TypedDict
from xml.parsers import expat

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_IDS: Final = 20_000
MAX_ID_CHARS: Final = 500
MAX_FAILING: Final = 50
SCHEMA: Final = "xsi:noNamespaceSchemaLocation"
MAX_SIGNS: Final = 64
MAX_SIGN_CHARS: Final = 200
MAX_LINE: Final = 10_000_000
MAX_SECONDS: Final = 30 * 86_400.0

OTHER, SUITES, SUITE, CASE = range(4)
_TAGS: Final = {"testsuites": SUITES, "testsuite": SUITE, "testcase": CASE}

PASSED, SKIPPED, ERROR, FAILED = range(4)
_VERDICTS: Final = {"failure": FAILED, "error": ERROR, "skipped": SKIPPED}
"""Children of a test case. Reruns and flaky tries (``rerunFailure`` ...) stand beside the verdict."""
_STATES: Final = {
    **dict.fromkeys(("fail", "failed", "failure"), FAILED),
    **dict.fromkeys(("error", "errored"), ERROR),
    **dict.fromkeys(("skipped", "disabled", "notrun", "suppressed", "pending", "ignored"), SKIPPED),
}
"""Values of a test case's ``status`` and ``result`` (CTest, GoogleTest) that are not a pass."""
SKIPS_UNSHOWN: Final = "name mocha tests"
"""The sign of a runner that counts pending tests at its root and shows no case of them."""
_EXCUSES: Final = frozenset({"skip", "fixme"})
"""Properties of a Playwright test that was skipped on purpose."""
_ENCODINGS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "utf-16", "utf16"})
_THOUSANDS: Final = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")

Where = tuple[str, int | None]
"""A file as the report names it, and a line as the report counts it."""


class Found(TypedDict):
    """``refused``: why nothing was read. ``short``: less is shown than was promised. ``signs``: what may
    tell whose report it is (see ``_Reader.sign``). ``answers``: of the ids asked for, those that passed.
    ``failed_at``: where the first failing tests are, as far as the report says."""

    refused: str | None
    whole: bool
    short: bool
    complete: bool
    passed: int
    failed: int
    skipped: int
    errors: int
    seconds: float | None
    started_at: int | None
    zoned: bool
    failing: list[str]
    failed_ids: list[str]
    failed_at: dict[str, Where]
    signs: list[str]
    answers: dict[str, Where | None]


class Refused(Exception):
    """The bytes are not a report that we read at all."""


class _Suite:
    """One open suite: what it claims, and the counts as they stood when it began."""

    __slots__ = (
        "bad",
        "case_seconds",
        "cases",
        "claimed",
        "claimed_bad",
        "file",
        "missing",
        "seconds",
        "skipped",
    )

    def __init__(self, attrs: dict[str, str], reader: _Reader) -> None:
        self.claimed = count_of(attrs.get("tests"))
        self.claimed_bad = count_of(attrs.get("failures")) + count_of(attrs.get("errors"))
        self.skipped = count_of(attrs.get("skipped"))
        self.missing = reader.missing
        self.seconds = _seconds(attrs.get("time"))
        self.file: str | None = attrs.get("file") or (reader.suites[-1].file if reader.suites else None)
        self.cases = reader.cases
        self.bad = reader.counts[FAILED] + reader.counts[ERROR]
        self.case_seconds = reader.case_seconds


class _Reader:
    """The state of one reading; its methods are expat's handlers."""

    def __init__(self, ask: Collection[str]) -> None:
        self.ask = ask
        self.stack: list[int] = []
        self.suites: list[_Suite] = []
        self.counts = [0, 0, 0, 0]
        self.opened = 0
        self.cases = 0
        self.case_seconds = 0.0
        self.timed = False
        self.attrs: dict[str, str] = {}
        self.verdict = PASSED
        self.short = False
        self.excused = False
        self.missing = 0
        self.root_seconds: float | None = None
        self.outer_seconds: float | None = None
        self.signs: dict[str, None] = {}
        self.asserts = False
        self.named = ""
        self.started_at: int | None = None
        self.zoned = False
        self.failing: list[str] = []
        self.failed_ids: dict[str, None] = {}
        self.failed_at: dict[str, Where] = {}
        self.answers: dict[str, Where | None] = {}

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        stack = self.stack
        kind = _TAGS.get(tag)
        if kind is None:
            kind = _TAGS.get(tag.rpartition(":")[2], OTHER)
        if not stack and kind not in (SUITES, SUITE):
            raise Refused("not a test report")
        if len(stack) >= MAX_DEPTH:
            raise Refused("depth")
        if kind == CASE:
            self._open_case(attrs)
        elif kind == OTHER:
            self._verdict(tag, stack[-1])
            if tag == "property":
                self.excused = self.excused or attrs.get("name") in _EXCUSES
                if self.cases == 0:
                    self.sign("property", attrs.get("name", ""))
        else:
            self._open_suite(kind, attrs)
        stack.append(kind)

    def end(self, _tag: str) -> None:
        kind = self.stack.pop()
        if kind == CASE:
            self._close_case()
        elif kind != OTHER:
            self._close_suite(kind)

    def sign(self, what: str, value: str = "") -> None:
        """Keeps what may tell the runner: ``root testsuite``; of the first two suites ``name pytest``,
        ``hostname tbd``, ``schema ...`` (all lower case) and, where there are such attributes,
        ``suites.id`` and ``suite.file``; of the first case ``class test``, ``file a.py``, ``case TestX``
        and ``class is suite``; before it, ``property go.version``."""
        if len(self.signs) < MAX_SIGNS:
            self.signs[f"{what} {value}".rstrip()[:MAX_SIGN_CHARS]] = None

    def _open_suite(self, kind: int, attrs: dict[str, str]) -> None:
        self.suites.append(_Suite(attrs, self))
        if not self.stack:
            self.sign("root", "testsuites" if kind == SUITES else "testsuite")
        if self.opened < 2:
            self.opened += 1
            for key in ("name", "hostname", "file", SCHEMA):
                if attrs.get(key):
                    self.sign("schema" if key == SCHEMA else key, attrs[key].lower())
            self.named = attrs.get("name", "")
            for key in ("id", "file", "assertions", "disabled", "package", "version"):
                if key in attrs:
                    self.sign(("suites." if kind == SUITES else "suite.") + key)
            # Catch2 alone counts assertions where others count tests.
            self.asserts = self.asserts or attrs.get("hostname") == "tbd"
        if self.started_at is None:
            self.started_at, self.zoned = instant_of(attrs.get("timestamp"))

    def _close_suite(self, kind: int) -> None:
        suite = self.suites.pop()
        bad = self.counts[FAILED] + self.counts[ERROR]
        # A report that promises more than it shows was cut short, or hides what went wrong.
        missing = suite.claimed - (self.cases - suite.cases) - (self.missing - suite.missing)
        if missing > 0 and not self.asserts:
            self.missing += missing
        if suite.claimed_bad > bad - suite.bad and not (self.asserts and bad > suite.bad):
            self.short = True
        if not self.stack:
            self._close_root(suite)
        if kind == SUITES:
            if not self.stack:
                self.root_seconds = suite.seconds
        elif SUITE not in self.stack:
            seconds = suite.seconds
            if seconds is None and self.timed:
                seconds = self.case_seconds - suite.case_seconds
            if seconds is not None:
                self.outer_seconds = seconds + (self.outer_seconds or 0.0)

    def _close_root(self, suite: _Suite) -> None:
        if (
            self.missing
            and SKIPS_UNSHOWN in self.signs
            and suite.skipped - self.counts[SKIPPED] == self.missing
        ):
            self.cases += self.missing
            self.counts[SKIPPED] += self.missing
        elif self.missing:
            self.short = True

    def _verdict(self, tag: str, parent: int) -> None:
        if parent == OTHER:
            return
        verdict = _VERDICTS.get(tag)
        if verdict is None:
            verdict = _VERDICTS.get(tag.rpartition(":")[2], PASSED)
        if parent == CASE:
            self.verdict = max(self.verdict, verdict)
        elif verdict in (FAILED, ERROR):
            # Something broke outside every test (a suite that could not start): no case, yet no green.
            self.counts[ERROR] += 1

    def _open_case(self, attrs: dict[str, str]) -> None:
        self.attrs = attrs
        self.verdict = PASSED
        self.excused = False
        for key in ("status", "result"):
            state = attrs.get(key)
            if state is not None:
                self.verdict = max(self.verdict, _STATES.get(state.lower(), PASSED))

    def _close_case(self) -> None:
        attrs = self.attrs
        name = attrs.get("name")
        if name is None:
            # pytest writes such a case for the test that Ctrl-C interrupted: the run was cut short.
            self.short = True
            return
        if self.cases == 0:
            for key, attribute in (("class", "classname"), ("file", "file"), ("case", "name")):
                self.sign(key, attrs.get(attribute, ""))
            if attrs.get("classname") == self.named:
                self.sign("class is suite")
        self.cases += 1
        self.counts[self.verdict] += 1
        seconds = _seconds(attrs.get("time"))
        if seconds is not None:
            self.timed = True
            self.case_seconds += seconds
        elif self.verdict == SKIPPED and not self.excused and "suites.id" in self.signs:
            # Playwright writes tests that it never came to like skipped ones, but for who skipped them.
            self.short = True
        if self.verdict >= ERROR:
            self._failed(attrs, name)
        elif self.verdict == PASSED and self.ask:
            test = test_id(attrs.get("classname", ""), name)
            if test in self.ask and test not in self.failed_ids:
                self.answers[test] = self._where(attrs)

    def _failed(self, attrs: dict[str, str], name: str) -> None:
        test = test_id(attrs.get("classname", ""), name)
        self.answers.pop(test, None)
        if len(self.failing) < MAX_FAILING and test not in self.failed_ids:
            self.failing.append(name[:MAX_ID_CHARS])
        if len(self.failed_ids) < MAX_IDS:
            self.failed_ids[test] = None
        if len(self.failed_at) < MAX_FAILING:
            where = self._where(attrs)
            if where is not None:
                self.failed_at.setdefault(test, where)

    def _where(self, attrs: dict[str, str]) -> Where | None:
        file = attrs.get("file") or (self.suites[-1].file if self.suites else None)
        if not file or len(file) > 4096:
            return None
        line = attrs.get("line", "")
        if not (line.isascii() and line.isdigit() and len(line) < 9):
            return file, None
        return file, min(int(line), MAX_LINE)


def test_id(classname: str, name: str) -> str:
    """How a test is named across reports: class and name, at most ``MAX_ID_CHARS``."""
    return f"{classname}::{name}"[:MAX_ID_CHARS]


def read_xml(
    data: bytes, start: Callable[[str, dict[str, str]], None], end: Callable[[str], None]
) -> tuple[bool, str | None]:
    """Whether ``data`` is well-formed to its end, and why it was refused, if it was. Never raises for it."""
    try:
        parser = expat.ParserCreate(encoding_of(data))
        parser.XmlDeclHandler = _declared
        parser.StartDoctypeDeclHandler = _doctype
        parser.StartElementHandler = start
        parser.EndElementHandler = end
        # In one piece: expat takes time by the square of an attribute that comes in many.
        parser.Parse(data, True)
    except Refused as reason:
        return False, str(reason)
    except expat.ExpatError:
        return False, None
    return True, None


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower() not in _ENCODINGS:
        raise Refused("encoding")


def _doctype(_name: str, _system: str | None, _public: str | None, _subset: int) -> None:
    raise Refused("document type")


def scan(data: bytes, ask: Collection[str] = ()) -> Found:
    """All that is kept of a report. Never raises for what ``data`` holds."""
    reader = _Reader(frozenset(ask))
    whole, refused = read_xml(data, reader.start, reader.end)
    return _found(reader, whole, refused)


def _found(reader: _Reader, whole: bool, refused: str | None) -> Found:
    root = reader.root_seconds
    passed, skipped, errors, failed = reader.counts
    return {
        "refused": refused,
        "whole": whole,
        "short": reader.short,
        "complete": whole and not reader.short and reader.cases > 0,
        "passed": passed,
        "failed": failed,
        "skipped": skipped,
        "errors": errors,
        "seconds": root or reader.outer_seconds,
        "started_at": reader.started_at,
        "zoned": reader.zoned,
        "failing": reader.failing,
        "failed_ids": list(reader.failed_ids),
        "failed_at": reader.failed_at,
        "signs": list(reader.signs),
        "answers": reader.answers,
    }


def encoding_of(data: bytes) -> str:
    """Which encoding to read ``data`` in, whatever it says of itself; others are refused."""
    if len(data) > MAX_BYTES:
        raise Refused("size")
    if data[:4] in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        raise Refused("encoding")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\0" in data[:4]:
        raise Refused("encoding")
    return "utf-8"


def count_of(text: str | None) -> int:
    """A number as a suite claims it, 0 for anything else."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return 0
    return int(text)


def _seconds(text: str | None) -> float | None:
    if not text:
        return None
    if "," in text and _THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and 0 <= value <= MAX_SECONDS else None


def instant_of(text: str | None) -> tuple[int | None, bool]:
    """Milliseconds since the epoch, and whether the text named its zone (else it is taken as UTC)."""
    if not text or len(text) > 64:
        return None, False
    try:
        when = datetime.fromisoformat(text.strip())
        zoned = when.tzinfo is not None
        return int((when if zoned else when.replace(tzinfo=UTC)).timestamp() * 1000), zoned
    except (ValueError, OverflowError):
        return None, False
