"""Random work on a small project, run by the real pytest: never is more claimed than what really passed.

Each sequence breaks, mends, skips, renames and deletes, runs in many ways with and without a report, is
interrupted, killed and restarted. A plugin of each run says what really happened; from that alone follows
which tests are known to have failed and were not seen to pass since. Time is moved: a step takes seconds to
minutes, by the times of the files.
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections import Counter
from collections.abc import Collection, Iterator
from datetime import UTC
from pathlib import Path
from signal import SIGINT, SIGKILL

import pytest
from attrs import define, field

from afterglow.core.local_time import Clock
from afterglow.core.model import Event
from afterglow.core.news import News, View, news
from afterglow.sensors.caches import WAIT_MS, CacheSensor
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.reports import ReportSensor
from afterglow.store import events, facts, opening
from tests.support.clock import now
from tests.support.pytest_zygote import Run, Zygote

STEPS = 8
GAP = 30 * 60_000
FILES = ("test_one.py", "test_two.py", "sub/test_three.py")

BODIES = {
    "plain": "def {name}():\n    {excuse}\n    assert {good}\n",
    "method": "class Test_{name}:\n    def {name}(self):\n        {excuse}\n        assert {good}\n",
    "params": "@pytest.mark.parametrize('n', [1, 2])\ndef {name}(n):\n"
    "    {excuse}\n    assert {good} or n == 1\n",
    "after": "@pytest.fixture\ndef {name}_end():\n    yield\n    assert {good}\n\n"
    "def {name}({name}_end):\n    {excuse}\n",
    "parts": "def {name}(subtests):\n    {excuse}\n    with subtests.test():\n        assert {good}\n"
    "    with subtests.test():\n        pass\n",
    "helped": "def {name}():\n    helper.ready('{name}')\n    {excuse}\n    assert {good}\n",
    "deep": "def {name}():\n    {excuse}\n    assert app.good('{name}')\n",
}
EXCUSES = ("pass", "pass", "pass", "pytest.skip()", "pytest.xfail()", "pytest.importorskip('no_such_module')")
EDITS = (
    *("break",) * 5,
    *("mend",) * 3,
    *("excuse", "rename", "drop", "add", "delete", "load", "help", "move"),
)
WAYS = (
    ("",) * 10
    + ("-k {test}",) * 6
    + ("-x", "--lf", "--lf", "--ff", "{file}", "{file}", "--collect-only", "-k nothing_at_all")
    + ("--cache-clear -k {test}", "--cache-clear", "-p no:cacheprovider", "-p no:cacheprovider -k {test}")
)


@define
class Case:
    name: str
    kind: str
    good: bool = True
    excuse: str = "pass"

    @property
    def fails(self) -> bool:
        return not self.good and self.excuse == "pass"


class Checked(Ledger):
    """A ledger that looks whether what is struck off has really passed, or is gone."""

    def __init__(self, work: Work, memory: str) -> None:
        super().__init__(memory)
        self.work = work

    def passed(self, label: str, tests: Collection[str], at: int | None = None) -> tuple[str, ...]:
        mended = super().passed(label, tests, at)
        self.work.expect(not self.work.red & set(mended), f"struck off though red: {mended}")
        return mended


@define(slots=False)
class Work:
    """One sequence. ``red``: ids of tests that are known to have failed and did not pass since."""

    root: Path
    zygote: Zygote
    luck: random.Random
    files: dict[str, list[Case]] = field(factory=dict)
    loads: dict[str, bool] = field(factory=dict)
    helper_skips: bool = False
    red: set[str] = field(factory=set)
    ever_failed: set[str] = field(factory=set)
    diary: list[str] = field(factory=list)
    wrong: list[str] = field(factory=list)
    tally: Counter[str] = field(factory=Counter)
    clock: int = 0
    began: int = 0
    names: int = 0
    largest: int = 0

    def start(self) -> None:
        self.began = now()
        self.clock = self.began - 40 * 60_000
        (self.root / "sub").mkdir()
        (self.root / "conftest.py").touch()
        for file in FILES:
            self.files[file] = [self.case() for _ in range(self.luck.randint(1, 3))]
            self.loads[file] = True
        self.records = opening.memory()
        self.save()
        self.open("")

    def case(self) -> Case:
        self.names += 1
        good = self.luck.random() < 0.9
        return Case(f"test_{self.names}", self.luck.choice(list(BODIES)), good)

    # -- the project ---------------------------------------------------------------------------------

    def save(self) -> None:
        broken = [case.name for cases in self.files.values() for case in cases if not case.good]
        (self.root / "app.py").write_text(f"def good(name):\n    return name not in {broken!r}\n")
        ready = "import pytest\n\ndef ready(name):\n    pytest.skip()\n"
        (self.root / "helper.py").write_text(ready if self.helper_skips else "def ready(name):\n    pass\n")
        for file in FILES:
            path = self.root / file
            if file not in self.files:
                path.unlink(missing_ok=True)
                continue
            head = "import app, helper\n" + ("" if self.loads[file] else "import no_such_module\n")
            bodies = [
                BODIES[case.kind].format(name=case.name, good=case.good, excuse=case.excuse)
                for case in self.files[file]
            ]
            # Where nobody skips, the word is not in the file: so most claims can be made.
            text = head + ("import pytest\n" if any("pytest" in body for body in bodies) else "")
            path.write_text("\n".join((text, *bodies)))
        self.stamp()

    def stamp(self) -> None:
        """What was written since the last step was written at the time of this one."""
        for path in self.root.rglob("*"):
            found = path.stat()
            if path.is_file() and found.st_mtime_ns // 1_000_000 >= self.began - 60_000:
                moved = self.clock * 1_000_000 - found.st_mtime_ns
                os.utime(path, ns=(found.st_atime_ns + moved, found.st_mtime_ns + moved))

    def edit(self) -> None:
        file = self.luck.choice(list(self.files)) if self.files else None
        cases = self.files.get(file or "", [])
        case = self.luck.choice(cases) if cases else None
        bad = [one for some in self.files.values() for one in some if not one.good]
        what = "mend" if self.red and self.luck.random() < 0.5 else self.luck.choice(EDITS)
        self.diary.append(f"{what} {file} {case.name if case else ''}")
        if what == "mend":
            for one in bad if self.luck.random() < 0.6 else self.luck.sample(bad, min(1, len(bad))):
                one.good = True
            self.loads = dict.fromkeys(self.loads, True)
            self.helper_skips = False
        elif what == "help":
            self.helper_skips = not self.helper_skips
        elif file is None or case is None:
            return
        elif what == "break":
            for one in self.luck.choices([one for some in self.files.values() for one in some], k=2):
                one.good = False
        elif what == "excuse":
            case.excuse = self.luck.choice(EXCUSES)
        elif what == "rename":
            self.forget(file, case)
            self.names += 1
            case.name = f"test_{self.names}"
        elif what == "drop":
            self.forget(file, case)
            cases.remove(case)
        elif what == "add":
            cases.append(self.case())
        elif what == "load":
            self.loads[file] = not self.loads[file]
        elif what == "delete" and self.luck.random() < 0.5:
            self.leave(file)
        elif what == "move" and len(self.files) < len(FILES):
            free = next(name for name in FILES if name not in self.files)
            self.files[free], self.loads[free] = self.files[file], self.loads[file]
            self.leave(file)
        self.save()

    def leave(self, file: str) -> None:
        for case in self.files.pop(file):
            self.forget(file, case)
        self.red.discard("::" + self.module(file))

    def module(self, file: str) -> str:
        return file.removesuffix(".py").replace("/", ".")

    @property
    def green(self) -> bool:
        """Whether really each test of the project that is run would pass."""
        fine = all(not case.fails for cases in self.files.values() for case in cases)
        return fine and all(self.loads[file] for file in self.files)

    def forget(self, file: str, case: Case) -> None:
        """A test of this name is no more, so nothing is known to be wrong with it."""
        start = self.module(file)
        self.red -= {
            test
            for test in self.red
            if test.startswith(start) and test.partition("::")[2].partition("[")[0] == case.name
        }

    # -- runs ----------------------------------------------------------------------------------------

    def run(self, seen: bool) -> None:
        tests = [case.name for cases in self.files.values() for case in cases] or ["test_none"]
        way = "-p xdist -n 1" if self.luck.random() < 0.01 else self.luck.choice(WAYS)
        args = way.format(
            test=self.luck.choice(tests), file=self.luck.choice(list(self.files) or ["."])
        ).split()
        report = self.luck.random() < 0.5
        end = self.luck.choices((0, SIGINT, SIGKILL), (16, 1, 1))[0]
        at = self.luck.choice(tests) if end else ""
        self.diary.append(f"run {args} report={report} {end} {at}")
        done = self.zygote.run(
            self.root, *args, *(["--junitxml=junit.xml"] if report else []), signal=end, at=at
        )
        self.stamp()
        self.learn(done, knowable=done.code >= 0 and (report or "no:cacheprovider" not in args) and seen)
        self.tally["runs"] += 1

    def learn(self, done: Run, knowable: bool) -> None:
        for _, test, outcome in done.outcomes:
            if outcome == "passed":
                self.red.discard(test)
            elif outcome == "failed":
                self.ever_failed.add(test.partition("::")[2])
                if knowable:
                    self.red.add(test)

    # -- what is claimed -----------------------------------------------------------------------------

    def open(self, memory: str) -> None:
        """Start the sensors, with the ledger as it was kept."""
        self.ledger = Checked(self, memory)
        self.sensors = (CacheSensor(str(self.root), self.ledger), ReportSensor(str(self.root), self.ledger))
        self.look(live=False)

    def look(self, live: bool = True, later: int = 0) -> None:
        at = self.clock + 200 + later
        for sensor in self.sensors:
            for seen in sensor.scan(at, live).observations:
                made = events.record(self.records, seen, now=at, session_gap_ms=GAP)
                assert made is not None
                self.tally[f"{seen.source} {seen.status}"] += 1
                self.tally["mended"] += int(seen.data.get("mended", 0))
                # What only adds to a claim that was made before, and was judged then, makes none.
                if not seen.silent and seen.status == made.event.status:
                    self.judge(made.event)

    def judge(self, event: Event) -> None:
        failing = set(event.data.get("failing", ()))
        self.expect(failing <= self.ever_failed, f"never failed: {failing - self.ever_failed}")
        self.largest = max(self.largest, event.number("total") or 0)
        if event.status != "ok":
            return
        self.expect(not self.red, f"ok though red: {self.red}")
        known = facts.facts_for(self.records, event, None, ())
        told = news(event, known, View(Clock(self.clock, UTC), "chatty"))
        if isinstance(told, News):
            self.tally["news"] += 1
            words = told.text.lower().replace(",", "").split()
            self.expect("all" not in words and "every" not in words, f"says all: {told.text}")
            # Whether a run held every test is known only by the largest run that was ever counted.
            part = (event.number("total") or 0) < self.largest
            self.expect("green" not in words or self.green or not part, f"says green: {told.text}")
            self.tally["green of an unknown size"] += "green" in words and not self.green

    def expect(self, true: bool, said: str) -> None:
        if not true:
            self.wrong.append(f"{said} after {self.diary}")

    def step(self) -> None:
        # Of runs that end within 5 s of each other the records make one, by contract.
        self.clock += self.luck.choice((6_000, 10_000, 30_000, 60_000))
        if self.luck.random() < 0.04:
            self.diary.append("restart")
            memory = self.ledger.memory()
            for _ in range(self.luck.randint(0, 2)):
                self.run(seen=False)
            self.open(memory)
        for _ in range(self.luck.choice((0, 1, 1, 1, 2))):
            self.edit()
        self.run(seen=True)
        self.look()
        if self.luck.random() < 0.8:
            self.look(later=WAIT_MS)


def played(tmp_path: Path, zygote: Zygote, seed: int) -> Work:
    root = tmp_path.resolve() / f"project{seed}"
    root.mkdir()
    work = Work(root, zygote, random.Random(seed))
    work.start()
    for _ in range(STEPS):
        work.step()
    work.clock += 5_000
    work.look(later=WAIT_MS)
    shutil.rmtree(root)
    return work


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as running:
        yield running


def no_false_green(tmp_path: Path, zygote: Zygote, seeds: range) -> Counter[str]:
    tally: Counter[str] = Counter()
    wrong: list[str] = []
    for seed in seeds:
        work = played(tmp_path, zygote, seed)
        tally += work.tally
        wrong += [f"seed {seed}: {line}" for line in work.wrong]
    assert wrong == []
    return tally


@pytest.mark.parametrize("tenth", range(6))
def test_no_claim_that_is_not_proven(tmp_path: Path, zygote: Zygote, tenth: int) -> None:
    tally = no_false_green(tmp_path, zygote, range(tenth * 10, tenth * 10 + 10))
    assert tally["cache ok"] + tally["report ok"] > 0, "and it is not by silence"


@pytest.mark.soak
def test_no_claim_that_is_not_proven_in_500(tmp_path: Path, zygote: Zygote) -> None:
    tally = no_false_green(tmp_path, zygote, range(1_000, 1_500))
    (tmp_path / "tally.json").write_text(json.dumps(tally))
    assert tally["mended"] > 100, "and it is not by silence"
