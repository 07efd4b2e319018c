"""What a run of pytest proves: the table, and each row of it as a real run says it.

A row tells what was done in a small project (the words of ``DONE`` below) and what may be claimed after the
last of it: once where pytest keeps only its cache, once where it writes a JUnit report besides. A claim is
what stands in the records when both have had their say, ``nothing`` where nothing was recorded.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGINT, SIGKILL

import pytest
from attrs import frozen

from afterglow.core.model import Event
from afterglow.sensors.caches import WAIT_MS, CacheSensor
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.reports import ReportSensor
from afterglow.store import events, opening
from tests.support.clock import now
from tests.support.patience import wait_until
from tests.support.pytest_zygote import Zygote

GAP = 30 * 60_000


@frozen
class Row:
    what: str
    done: str
    cache: str
    report: str


TABLE = (
    # The plain ones.
    Row("nothing has failed", "run", "nothing", "ok 4 of 4"),
    Row("a test fails", "break, run", "fail total", "fail 3 of 4 total"),
    Row("it fails again", "break, run, run", "nothing", "fail 3 of 4 total"),
    Row("it is mended", "break, run, mend, run", "ok 1 mended", "ok 4 of 4 1 mended"),
    Row(
        "two failed, one is mended",
        "break, break2, run, mend, run",
        "unknown 1 mended",
        "fail 3 of 4 other 1 mended",
    ),
    Row(
        "one is mended, another fails",
        "break, run, mend, break2, run",
        "fail other 1 mended",
        "fail 3 of 4 other 1 mended",
    ),
    # A part of the tests.
    Row("-k: the mended one", "break, run, mend, run -k total", "ok 1 mended", "ok 1 of 1 1 mended"),
    Row("-k: others, while one is red", "break, run, run -k first", "nothing", "unknown 1 of 1"),
    Row("-k: others, the mended one not", "break, run, mend, run -k first", "nothing", "unknown 1 of 1"),
    Row("-k: none", "break, run, run -k nonesuch", "nothing", "unknown"),
    Row("-x: stops at the first", "break, break2, run -x", "fail total", "fail 1 of 2 total"),
    Row("--lf: the mended one", "break, run, mend, run --lf", "ok 1 mended", "ok 1 of 1 1 mended"),
    # Cut short.
    Row("Ctrl-C before the red test", "break, run, mend, ctrl-c first", "nothing", "unknown"),
    Row("Ctrl-C after the mended test", "break, run, mend, ctrl-c last", "ok 1 mended", "ok 1 mended"),
    Row("Ctrl-C after a failure", "break, ctrl-c last", "fail total", "fail 2 of 3 total"),
    Row("kill -9 after a failure", "break, kill last", "nothing", "nothing"),
    Row("kill -9 after the mended test", "break, run, mend, kill last", "nothing", "nothing"),
    # Runs that run nothing.
    Row("--collect-only", "break, run, mend, run --collect-only", "nothing", "unknown"),
    Row("a module does not load", "no import, run", "fail cart", "fail 0 of 1 cart"),
    Row("it loads again", "no import, run, import, run", "ok 1 mended", "ok 4 of 4 1 mended"),
    Row("it loads, nothing ran", "no import, run, import, run --collect-only", "unknown", "unknown"),
    Row("it loads, some ran", "no import, run, import, run -k first", "unknown", "unknown 1 of 1"),
    Row(
        "it loads, others ran and pass",
        "no import, run, import, run -k first, run",
        "ok 2 mended",
        "ok 4 of 4 2 mended",
    ),
    # A test that left pytest's cache and did not pass.
    Row("it is skipped", "break, run, skip, run", "unknown", "unknown 3 of 4"),
    Row("it may fail", "break, run, xfail, run", "unknown", "unknown 3 of 4"),
    Row("a helper skips it", "break, run, help, run", "unknown", "unknown 3 of 4"),
    Row("the cache was cleared", "break, run, run -k first --cache-clear", "nothing", "unknown 1 of 1"),
    Row(
        "cleared, another fails",
        "break, run, break2, run -k other --cache-clear",
        "fail other",
        "fail 0 of 1 other",
    ),
    Row(
        "cleared, both fail, one mended",
        "break, run, break2, run --cache-clear, mend, run",
        "unknown 1 mended",
        "fail 3 of 4 other 1 mended",
    ),
    Row(
        "a longer run writes over it",
        "run -k first, break, run -k total, mend, run, break, during run -k first: run -k total",
        "unknown",
        "unknown 1 of 1",
    ),
    Row("a part of it fails", "parts, run, run", "nothing", "fail 3 of 4 total"),
    Row("no part of it fails any more", "parts, run, whole, run", "unknown", "unknown"),
    # What is not there any more.
    Row("its file is deleted", "break, run, delete, run", "nothing", "ok 1 of 1"),
    Row(
        "deleted, another is mended",
        "break, grow, run, delete, shrink, run",
        "ok 1 mended",
        "ok 1 of 1 1 mended",
    ),
    Row("the test is deleted", "break, break2, run, drop, mend2, run", "ok 1 mended", "ok 3 of 3 1 mended"),
    Row(
        "renamed, not run by its new name",
        "break, break2, run, rename, mend2, run -k other",
        "unknown 1 mended",
        "ok 1 of 1 1 mended",
    ),
    # Other ways to run.
    Row("no cache: it fails", "break, run -p no:cacheprovider", "nothing", "fail 3 of 4 total"),
    Row("no cache: it is mended", "break, run, mend, run -p no:cacheprovider", "nothing", "ok 4 of 4"),
    Row("xdist: it fails", "break, run -p xdist -n 1", "fail total", "fail 3 of 4 total"),
    Row("xdist: it is mended", "break, run, mend, run -p xdist -n 1", "ok 1 mended", "ok 4 of 4 1 mended"),
)
"""``other`` is a test of the same file; ``first`` runs before them, ``last`` after them, in another file."""

CART = """\
from help import ready

def test_first():
    pass

def test_total(TAKES):
    ready()
    assert TOTAL

def test_other():
    assert OTHER
"""
GOOD = "def ready():\n    pass\n"


class Project:
    """The scratch project, and both sensors in it with a store behind them."""

    def __init__(self, root: Path, zygote: Zygote, report: bool) -> None:
        self.root, self.zygote, self.report = root, zygote, report
        self.cart = CART.replace("TAKES", "")
        self.values = {"TOTAL": "1", "OTHER": "1"}
        (root / "help.py").write_text(GOOD)
        (root / "test_then.py").write_text("def test_last():\n    pass\n")
        self.save()
        self.ledger = Ledger()
        self.sensors = (CacheSensor(str(root), self.ledger), ReportSensor(str(root), self.ledger))
        self.records: sqlite3.Connection = opening.memory()
        self.look(live=False)

    def save(self) -> None:
        text = self.cart
        for name, value in self.values.items():
            text = text.replace(name, value)
        (self.root / "test_cart.py").write_text(text)

    def set(self, **values: str) -> None:
        self.values |= values
        self.save()

    def edit(self, old: str, new: str) -> None:
        assert old in self.cart
        self.cart = self.cart.replace(old, new)
        self.save()

    def args(self, words: str) -> list[str]:
        return [*words.split(), *(["--junitxml=junit.xml"] if self.report else [])]

    def look(self, live: bool = True) -> dict[int, Event]:
        """Both sensors look, and again when a report has been waited for; gives what is recorded."""
        told: dict[int, Event] = {}
        at = now()
        for when in (at, at + WAIT_MS):
            for sensor in self.sensors:
                for seen in sensor.scan(when, live).observations:
                    made = events.record(self.records, seen, now=when, session_gap_ms=GAP)
                    assert made is not None
                    told[made.event.seq] = made.event
        return told


DONE: dict[str, Callable[[Project], object]] = {
    "break": lambda project: project.set(TOTAL="0"),
    "mend": lambda project: project.set(TOTAL="1"),
    "break2": lambda project: project.set(OTHER="0"),
    "mend2": lambda project: project.set(OTHER="1"),
    "no import": lambda project: project.edit("from help", "from nowhere.help"),
    "import": lambda project: project.edit("from nowhere.help", "from help"),
    "skip": lambda project: project.edit("    ready()", "    import pytest; pytest.skip()"),
    "xfail": lambda project: project.edit(
        "def test_total", "@__import__('pytest').mark.xfail\ndef test_total"
    ),
    "help": lambda project: (project.root / "help.py").write_text(
        "import pytest\n\ndef ready():\n    pytest.skip('not now')\n"
    ),
    "parts": lambda project: project.edit(
        "test_total():\n    ready()\n    assert TOTAL\n",
        "test_total(subtests):\n    with subtests.test():\n        assert 0\n"
        "    with subtests.test():\n        pass\n",
    ),
    "whole": lambda project: project.edit("        assert 0\n", "        pass\n"),
    "delete": lambda project: (project.root / "test_cart.py").unlink(),
    "grow": lambda project: (project.root / "test_then.py").write_text("def test_last():\n    assert 0\n"),
    "shrink": lambda project: (project.root / "test_then.py").write_text("def test_last():\n    pass\n"),
    "drop": lambda project: project.edit("def test_total():\n    ready()\n    assert TOTAL\n", ""),
    "rename": lambda project: project.edit("test_total", "test_sum"),
}
"""What is done to the project; besides these there are ``run ARGS``, ``ctrl-c TEST``, ``kill TEST`` (when
that test begins) and ``during RUN: RUN``."""


def do(project: Project, step: str) -> None:
    word, _, rest = step.partition(" ")
    during = re.fullmatch(r"during run (.*): run (.*)", step)
    if during is not None:
        gate = project.root / "gate"
        with Zygote() as longer:
            longer.begin(project.root, *project.args(during[1]), at="test_first", gate=gate)
            wait_until(gate.exists, 60)
            project.zygote.run(project.root, *project.args(during[2]))
            project.look()
            gate.unlink()
            longer.end()
    elif word in ("ctrl-c", "kill"):
        signal = SIGINT if word == "ctrl-c" else SIGKILL
        project.zygote.run(project.root, *project.args(""), signal=signal, at=f"test_{rest}")
    elif word == "run":
        project.zygote.run(project.root, *project.args(rest))
    else:
        DONE[step](project)


def claim(told: dict[int, Event]) -> str:
    """The claim in words; several rows of the records beside each other."""
    said = []
    for event in told.values():
        words = [str(event.status)]
        if event.number("passed") is not None:
            words.append(f"{event.number('passed')} of {event.number('total')}")
        words += [
            str(name).removeprefix("test_total").removeprefix("test_") or "total"
            for name in event.data.get("failing", ())
        ]
        if event.number("mended"):
            words.append(f"{event.number('mended')} mended")
        said.append(" ".join(words))
    return " and ".join(said) or "nothing"


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as running:
        yield running


@pytest.mark.parametrize("report", [False, True], ids=["cache", "report"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.what)
def test_the_table(row: Row, report: bool, zygote: Zygote, root: Path) -> None:
    project = Project(root, zygote, report)
    told: dict[int, Event] = {}
    for step in row.done.split(", "):
        do(project, step)
        told = project.look()
    assert claim(told) == (row.report if report else row.cache)
