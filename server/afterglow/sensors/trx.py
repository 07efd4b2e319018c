"""What a TRX report (MSTest, VSTest: ``dotnet test --logger trx``) holds, in the shape of a JUnit one.

Invariant: as for ``junit_child``: outcomes come from the results themselves; the summary can only make
them less believable; a document type declaration ends the reading.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from afterglow.sensors.junit_child import (
    ERROR,
    FAILED,
    MAX_DEPTH,
    MAX_FAILING,
    MAX_ID_CHARS,
    MAX_IDS,
    PASSED,
    SKIPPED,
    Found,
    Refused,
    count_of,
    instant_of,
    read_xml,
    test_id,
)

MAX_RESULTS: Final = 200_000
_OUTCOMES: Final = {
    "passed": PASSED,
    "warning": PASSED,
    "notexecuted": SKIPPED,
    "inconclusive": SKIPPED,
    "notrunnable": SKIPPED,
    "failed": FAILED,
    "error": ERROR,
    "timeout": ERROR,
    "aborted": ERROR,
    "disconnected": ERROR,
    "passedbutrunaborted": ERROR,
}
"""What is none of these (``InProgress``, ``Pending``) has no outcome: the run was cut short."""
_FINE: Final = frozenset({"completed", "passed", "warning"})


def is_trx(data: bytes) -> bool:
    """Whether these bytes begin like a TRX report."""
    return b"<TestRun" in data[:4096].replace(b"\0", b"")


class _Reader:
    """The state of one reading; its methods are expat's handlers."""

    def __init__(self) -> None:
        self.depth = 0
        self.nested = 0
        self.results: list[tuple[str, str, int]] = []
        self.classes: dict[str, str] = {}
        self.definition = ""
        self.inner = 0
        self.promised = 0
        self.short = False
        self.summary = ""
        self.started: str | None = None
        self.ended: str | None = None

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if self.depth == 0 and tag != "TestRun":
            raise Refused("not a test report")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Refused("depth")
        if tag.endswith("TestResult"):
            self._result(attrs)
        elif tag == "InnerResults":
            self.nested += 1
        elif tag == "UnitTest":
            self.definition = attrs.get("id", "")
        elif tag == "TestMethod":
            self.classes[self.definition] = attrs.get("className", "").partition(",")[0]
        elif tag == "Times":
            self.started, self.ended = attrs.get("start"), attrs.get("finish")
        elif tag == "ResultSummary":
            self.summary = attrs.get("outcome", "").lower()
        elif tag == "Counters":
            self.promised = count_of(attrs.get("total"))
        elif tag == "RunInfo" and attrs.get("outcome", "").lower() not in {*_FINE, ""}:
            # Something that no test stands for: the host crashed, a file could not be loaded.
            self.results.append(("", "", ERROR))

    def end(self, tag: str) -> None:
        self.depth -= 1
        if tag.rpartition(":")[2] == "InnerResults":
            self.nested -= 1

    def _result(self, attrs: dict[str, str]) -> None:
        name = attrs.get("testName", "")
        verdict = _OUTCOMES.get(attrs.get("outcome", "").lower())
        if verdict is None:
            self.short = True
        elif len(self.results) >= MAX_RESULTS:
            raise Refused("size")
        elif self.nested and verdict in (PASSED, SKIPPED):
            # The rows of one test: it stands for them, unless one of them is worse than it says.
            self.inner += 1
        else:
            self.inner += bool(self.nested)
            self.results.append((attrs.get("testId", ""), name, verdict))


def scan(data: bytes, ask: Collection[str] = ()) -> Found:
    """All that is kept of a report. Never raises for what ``data`` holds."""
    reader = _Reader()
    whole, refused = read_xml(data, reader.start, reader.end)
    return _found(reader, frozenset(ask), whole, refused)


def _found(reader: _Reader, ask: frozenset[str], whole: bool, refused: str | None) -> Found:
    counts = [0, 0, 0, 0]
    failing: dict[str, None] = {}
    failed: dict[str, None] = {}
    passed: set[str] = set()
    tests = 0
    for number, name, verdict in reader.results:
        counts[verdict] += 1
        tests += bool(name)
        test = test_id(reader.classes.get(number, ""), _bare(name, reader.classes.get(number, "")))
        if verdict in (FAILED, ERROR):
            if name and len(failing) < MAX_FAILING:
                failing[name[:MAX_ID_CHARS]] = None
            if name and len(failed) < MAX_IDS:
                failed[test] = None
        elif verdict == PASSED and test in ask:
            passed.add(test)
    short = reader.short or reader.promised > tests + reader.inner
    if not (reader.summary in _FINE or (reader.summary == "failed" and (counts[FAILED] or counts[ERROR]))):
        short = True
    started, zoned = instant_of(reader.started)
    ended, _ = instant_of(reader.ended)
    seconds = (ended - started) / 1000 if started is not None and ended is not None else None
    return {
        "refused": refused,
        "whole": whole,
        "short": short,
        "complete": whole and not short and tests > 0,
        "passed": counts[PASSED],
        "failed": counts[FAILED],
        "skipped": counts[SKIPPED],
        "errors": counts[ERROR],
        "seconds": seconds if seconds is not None and seconds > 0 else None,
        "started_at": started,
        "zoned": zoned,
        "failing": list(failing),
        "failed_ids": list(failed),
        "failed_at": {},
        "signs": ["root testrun"],
        "answers": dict.fromkeys(sorted(passed - failed.keys())),
    }


def _bare(name: str, classname: str) -> str:
    """A test's name without its class, as some adapters write it."""
    return name.removeprefix(f"{classname}.") if classname else name
