"""Reports of real test runs become observations: once each, proven, with the test that is green again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from afterglow.core.model import Anchor, Observation
from afterglow.sensors.junit_child import MAX_BYTES
from afterglow.sensors.reports import ReportScan, ReportSensor
from afterglow.sensors.watch import Watcher

GREEN = '<testsuite name="unit" tests="2" time="1.5"><testcase name="a"/><testcase name="b"/></testsuite>'
MINUTE = 60_000

SUITE = """\
import os, signal, pytest

def test_first():
    pass

class TestCart:
    @pytest.mark.parametrize("n", [1, 2])
    def test_total(self, n):
        assert n != WRONG

def test_last():
    pass
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "project"
    root.mkdir()
    return root


@pytest.fixture
def sensor(root: Path) -> ReportSensor:
    """A sensor that has had its first look at the empty root."""
    sensor = ReportSensor(str(root))
    assert sensor.scan(now(), live=False) == ReportScan()
    return sensor


def now() -> int:
    return time.time_ns() // 1_000_000


def run_pytest(root: Path, *args: str, report: str = "junit.xml") -> int:
    """A real run; gives pytest's exit code."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *args],
        cwd=root,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode


def one(scan: ReportScan) -> Observation:
    assert scan.problem is None
    assert scan.again_after_ms is None
    (observation,) = scan.observations
    return observation


def counts(observation: Observation) -> dict[str, object]:
    return {name: value for name, value in observation.data.items() if name not in ("job", "failing")}


def numbers(passed: int, failed: int, skipped: int = 0, errors: int = 0) -> dict[str, object]:
    total = passed + failed + skipped + errors
    return {"passed": passed, "failed": failed, "skipped": skipped, "errors": errors, "total": total}


def write_suite(root: Path, wrong: str) -> None:
    (root / "test_shop.py").write_text(SUITE.replace("WRONG", wrong))


# Real runs of pytest.


def test_red_then_green_with_the_test_that_was_mended(root: Path, sensor: ReportSensor) -> None:
    write_suite(root, wrong="2")
    assert run_pytest(root) == 1
    red = one(sensor.scan(now(), live=True))
    assert (red.kind, red.source, red.label, red.status) == ("job.finished", "report", "pytest", "fail")
    assert red.job == "test"
    assert red.workspace == str(root)
    assert counts(red) == numbers(passed=3, failed=1)
    assert red.data["failing"] == ["test_total[2]"]
    assert red.anchor is None
    assert not red.silent

    write_suite(root, wrong="0")
    assert run_pytest(root) == 0
    green = one(sensor.scan(now(), live=True))
    assert (green.label, green.status) == ("pytest", "ok")
    assert counts(green) == numbers(passed=4, failed=0)
    assert green.anchor == Anchor((root / "test_shop.py").as_uri(), 7)
    assert green.at == (root / "junit.xml").stat().st_mtime_ns // 1_000_000
    assert green.duration_ms is not None
    assert green.duration_ms > 0
    assert green.started_at == green.at - round(green.duration_ms)
    assert green.key != red.key
    assert sensor.scan(now(), live=True) == ReportScan()


def test_the_place_in_an_xunit1_report_is_used(root: Path, sensor: ReportSensor) -> None:
    (root / "deep").mkdir()
    for wrong in ("1", "0"):
        (root / "deep" / "test_shop.py").write_text(SUITE.replace("WRONG", wrong))
        run_pytest(root, "-o", "junit_family=xunit1", "--rootdir=.")
        observation = one(sensor.scan(now(), live=True))
    assert observation.anchor == Anchor((root / "deep" / "test_shop.py").as_uri(), 7)


def test_a_run_of_other_tests_mends_nothing_and_says_so(root: Path, sensor: ReportSensor) -> None:
    write_suite(root, wrong="2")
    run_pytest(root)
    one(sensor.scan(now(), live=True))
    assert run_pytest(root, "-k", "first") == 0
    part = one(sensor.scan(now(), live=True))
    assert (part.status, part.anchor) == ("unknown", None)
    assert counts(part) == {**numbers(passed=1, failed=0), "not_rerun": 1}
    write_suite(root, wrong="0")
    run_pytest(root)
    whole = one(sensor.scan(now(), live=True))
    assert counts(whole) == numbers(passed=4, failed=0)
    assert whole.anchor is not None


def test_a_run_that_stops_at_the_first_failure_is_a_failure(root: Path, sensor: ReportSensor) -> None:
    write_suite(root, wrong="1")
    run_pytest(root, "-x")
    assert counts(one(sensor.scan(now(), live=True))) == numbers(passed=1, failed=1)


def test_an_interrupted_run_proves_nothing(root: Path, sensor: ReportSensor) -> None:
    (root / "test_stop.py").write_text(
        "import os, signal\ndef test_a(): pass\ndef test_b(): os.kill(os.getpid(), signal.SIGINT)\n"
        "def test_c(): pass\n"
    )
    assert run_pytest(root) == 2
    observation = one(sensor.scan(now(), live=True))
    assert observation.status == "unknown"
    assert counts(observation) == {}


def test_an_empty_selection_proves_nothing(root: Path, sensor: ReportSensor) -> None:
    write_suite(root, wrong="0")
    assert run_pytest(root, "-k", "nothing_is_called_this") == 5
    observation = one(sensor.scan(now(), live=True))
    assert observation.status == "unknown"
    assert counts(observation) == {}


def test_a_module_that_cannot_be_imported_is_a_failure(root: Path, sensor: ReportSensor) -> None:
    (root / "test_bad.py").write_text("import no_such_module\n")
    assert run_pytest(root) == 2
    observation = one(sensor.scan(now(), live=True))
    assert observation.status == "fail"
    assert counts(observation) == numbers(passed=0, failed=0, errors=1)


# Time: what is live, what was missed, what is old.


def test_at_the_start_recent_reports_are_silent_and_old_ones_nothing(root: Path) -> None:
    at = now()
    for name, age in (("old", 121 * MINUTE), ("recent", 119 * MINUTE), ("fresh", 0)):
        path = root / f"{name}.xml"
        path.write_text(GREEN)
        os.utime(path, ns=((at - age) * 1_000_000,) * 2)
    sensor = ReportSensor(str(root))
    first = sensor.scan(at, live=False)
    assert [(seen.label, seen.silent, seen.at) for seen in first.observations] == [
        ("recent", True, at - 119 * MINUTE),
        ("fresh", True, at),
    ]
    assert sensor.scan(at, live=True) == ReportScan()
    known = [seen.key for seen in first.observations if seen.key is not None]
    assert ReportSensor(str(root), known).scan(at, live=False) == ReportScan()


def test_what_failed_before_the_start_is_known_when_it_is_mended(root: Path) -> None:
    write_suite(root, wrong="1")
    run_pytest(root)
    before = ReportSensor(str(root))
    red = one(before.scan(now(), live=False))
    assert red.key is not None
    again = ReportSensor(str(root), {red.key})
    assert again.scan(now(), live=False).observations == ()
    write_suite(root, wrong="0")
    run_pytest(root)
    assert one(again.scan(now(), live=True)).anchor is not None


def test_a_report_that_comes_with_an_old_time_is_not_shown(root: Path, sensor: ReportSensor) -> None:
    at = now()
    path = root / "copied.xml"
    path.write_text(GREEN)
    os.utime(path, ns=((at - 10 * MINUTE) * 1_000_000,) * 2)
    late = one(sensor.scan(at, live=True))
    assert (late.silent, late.at) == (True, at - 10 * MINUTE)
    os.utime(path, ns=((at - 200 * MINUTE) * 1_000_000,) * 2)
    assert sensor.scan(at, live=True) == ReportScan()


@pytest.mark.parametrize(
    ("stamp", "silent"),
    [
        (datetime.now(UTC).isoformat(), False),
        ((datetime.now(UTC) - timedelta(days=3)).isoformat(), True),
        ((datetime.now(UTC) - timedelta(hours=14)).replace(tzinfo=None).isoformat(), False),
        ((datetime.now(UTC) - timedelta(days=30)).replace(tzinfo=None).isoformat(), True),
        ("yesterday", False),
    ],
    ids=["today", "days ago", "in another zone", "weeks ago", "no time"],
)
def test_a_report_that_a_checkout_brought_is_no_news(
    root: Path, sensor: ReportSensor, stamp: str, silent: bool
) -> None:
    text = GREEN.replace("<testsuite ", f'<testsuite timestamp="{stamp}" ')
    (root / "tracked.xml").write_text(text)
    assert one(sensor.scan(now(), live=True)).silent is silent


def test_a_time_in_the_future_is_now(root: Path, sensor: ReportSensor) -> None:
    at = now()
    (root / "a.xml").write_text(GREEN)
    os.utime(root / "a.xml", ns=((at + 90 * MINUTE) * 1_000_000,) * 2)
    assert one(sensor.scan(at, live=True)).at == at


# Files that are being written, written again, gone.


def test_a_report_being_written_is_waited_for(root: Path, sensor: ReportSensor) -> None:
    path, at = root / "a.xml", now()
    path.write_text(GREEN[:60])
    assert sensor.scan(at, live=True) == ReportScan(again_after_ms=500)
    path.write_text(GREEN[:80])
    assert sensor.scan(at + 1_400, live=True) == ReportScan(again_after_ms=500)
    assert sensor.scan(at + 2_800, live=True) == ReportScan(again_after_ms=500)
    path.write_text(GREEN)
    assert counts(one(sensor.scan(at + 2_900, live=True))) == numbers(passed=2, failed=0)


def test_a_report_that_stays_cut_is_unknown_once(root: Path, sensor: ReportSensor) -> None:
    path, at = root / "a.xml", now()
    path.write_text(GREEN[:60])
    for elapsed in (0, 500, 1_000):
        assert sensor.scan(at + elapsed, live=True).again_after_ms == 500
    observation = one(sensor.scan(at + 1_500, live=True))
    assert (observation.status, observation.duration_ms, counts(observation)) == ("unknown", None, {})
    assert sensor.scan(at + 9_000, live=True) == ReportScan()


def test_a_cut_report_with_a_failure_is_a_failure_without_counts(root: Path, sensor: ReportSensor) -> None:
    path, at = root / "a.xml", now()
    path.write_text('<testsuite><testcase name="x"><failure/></testcase><testcase na')
    sensor.scan(at, live=True)
    observation = one(sensor.scan(at + 1_500, live=True))
    assert (observation.status, counts(observation)) == ("fail", {})
    assert observation.data["failing"] == ["x"]


def test_a_report_written_twice_before_a_look_is_the_newest(root: Path, sensor: ReportSensor) -> None:
    (root / "a.xml").write_text(GREEN.replace('name="a"/>', 'name="a"><failure/></testcase>'))
    (root / "a.xml").write_text(GREEN)
    assert one(sensor.scan(now(), live=True)).status == "ok"


def test_the_same_result_written_again_is_another_run(root: Path, sensor: ReportSensor) -> None:
    keys: set[str | None] = set()
    for number in range(3):
        (root / "a.xml").write_text(GREEN)
        os.utime(root / "a.xml", ns=(now() * 1_000_000 + number,) * 2)
        keys.add(one(sensor.scan(now(), live=True)).key)
    assert len(keys) == 3


def test_a_report_deleted_and_made_again_counts_again(root: Path, sensor: ReportSensor) -> None:
    path = root / "a.xml"
    path.write_text(GREEN[:60])
    assert sensor.scan(now(), live=True).again_after_ms == 500
    path.unlink()
    assert sensor.scan(now(), live=True) == ReportScan()
    path.write_text(GREEN)
    assert one(sensor.scan(now(), live=True)).status == "ok"


def test_several_reports_come_in_the_order_they_were_written(root: Path, sensor: ReportSensor) -> None:
    at = now()
    for number, name in enumerate("cab"):
        path = root / f"{name}.xml"
        path.write_text(GREEN)
        os.utime(path, ns=((at - 10 + number) * 1_000_000,) * 2)
    assert [seen.label for seen in sensor.scan(at, live=True).observations] == ["c", "a", "b"]


# What is no report, and what is hostile.


def test_other_files_are_left_alone(root: Path, sensor: ReportSensor) -> None:
    (root / "pom.xml").write_text("<project>" + " " * 2_000 + "<testsuite/></project>")
    (root / "junit.txt").write_text(GREEN)
    (root / "JUNIT.XML").write_text(GREEN)
    (root / "empty.xml").touch()
    (root / "below").mkdir()
    (root / "below" / "junit.xml").write_text(GREEN)
    assert sensor.scan(now(), live=True) == ReportScan()


def test_nothing_but_regular_files_is_looked_at(
    root: Path, sensor: ReportSensor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(GREEN)
    os.mkfifo(root / "fifo.xml")
    (root / "folder.xml").mkdir()
    (root / "link.xml").symlink_to(secret)
    (root / "zero.xml").symlink_to("/dev/zero")
    (root / "loop.xml").symlink_to(root / "loop.xml")
    monkeypatch.chdir(root)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.xml")
        began = time.monotonic()
        assert sensor.scan(now(), live=True) == ReportScan()
        assert time.monotonic() - began < 0.2


def test_odd_names(root: Path, sensor: ReportSensor) -> None:
    for name in (b"\xff.xml", b"a\nb.xml", b"\xe2\x80\xae.xml", b".xml", b"x" * 250 + b".xml"):
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_text(GREEN)
    labels = {seen.label for seen in sensor.scan(now(), live=True).observations}
    assert labels == {"tests", "a b", "x" * 200}


def test_a_refused_report_is_a_problem_while_it_is_there(root: Path, sensor: ReportSensor) -> None:
    path = root / "bomb.xml"
    path.write_text('<!DOCTYPE x [<!ENTITY a "b">]><testsuite><testcase name="&a;"/></testsuite>')
    (root / "good.xml").write_text(GREEN)
    found = sensor.scan(now(), live=True)
    assert [seen.label for seen in found.observations] == ["good"]
    assert found.problem is not None
    assert sensor.scan(now(), live=True).problem == found.problem
    path.unlink()
    assert sensor.scan(now(), live=True) == ReportScan()


def test_a_giant_report_is_never_read(
    root: Path, sensor: ReportSensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, at = root / "giant.xml", now()
    path.write_text(GREEN)
    with path.open("ab") as file:
        file.truncate(10 << 30)
    read = 0
    os_read = os.read

    def counting(handle: int, size: int) -> bytes:
        nonlocal read
        data = os_read(handle, size)
        read += len(data)
        return data

    monkeypatch.setattr(os, "read", counting)
    assert sensor.scan(at, live=True).again_after_ms == 500
    found = sensor.scan(at + 1_500, live=True)
    assert [seen.status for seen in found.observations] == ["unknown"]
    assert found.problem is not None
    assert read < 65_536 < MAX_BYTES


def test_many_files_and_many_entries_are_bounded(root: Path, sensor: ReportSensor) -> None:
    for number in range(80):
        (root / f"{number:03}.xml").write_text(GREEN)
    found = sensor.scan(now(), live=True)
    assert len(found.observations) == 64
    assert found.problem is not None
    assert "64" in found.problem
    for number in range(25_000):
        os.mknod(root / f"f{number}")
    began = time.monotonic()
    sensor.scan(now(), live=True)
    assert time.monotonic() - began < 1.0


def test_of_many_big_reports_the_newest_are_read(root: Path, sensor: ReportSensor) -> None:
    at = now()
    padding = " " * 300_000
    for number in range(12):
        path = root / f"{number:02}.xml"
        path.write_text(GREEN + padding)
        os.utime(path, ns=((at - 100 + number) * 1_000_000,) * 2)
    found = sensor.scan(at, live=True)
    assert [seen.label for seen in found.observations] == [f"{number:02}" for number in range(4, 12)]
    assert sensor.scan(at, live=True) == ReportScan()


def test_a_root_that_is_gone_is_a_problem_and_no_more(root: Path, sensor: ReportSensor) -> None:
    root.rmdir()
    assert sensor.scan(now(), live=True).problem is not None
    root.mkdir()
    (root / "a.xml").write_text(GREEN)
    assert one(sensor.scan(now(), live=True)).status == "ok"


@pytest.mark.parametrize("target", ["../../outside.py", "{outside}"])
def test_an_anchor_is_never_outside_the_root(root: Path, sensor: ReportSensor, target: str) -> None:
    outside = root.parent / "outside.py"
    outside.write_text("def test_x(): ...\n")
    (root / "inside.py").symlink_to(outside)
    case = f'<testcase classname="inside" name="test_x" file="{target.format(outside=outside)}" line="1"'
    (root / "a.xml").write_text(f"<testsuite>{case}><failure/></testcase></testsuite>")
    assert one(sensor.scan(now(), live=True)).status == "fail"
    (root / "a.xml").write_text(f"<testsuite>{case}/></testsuite>")
    mended = one(sensor.scan(now(), live=True))
    assert (mended.status, mended.anchor) == ("ok", None)


# With the watcher.


def test_in_a_storm_the_last_report_is_read_and_only_reports_wake(root: Path, sensor: ReportSensor) -> None:
    wakes = 0
    seen: list[Observation] = []
    ended = threading.Event()

    def on_wake(_owners: frozenset[str]) -> None:
        nonlocal wakes
        wakes += 1
        seen.extend(sensor.scan(now(), live=True).observations)
        if seen and seen[-1].label == "last":
            ended.set()

    problems: list[str] = []
    watcher = Watcher(on_wake, problems.append)
    try:
        watcher.set("reports", sensor.folders())
        for number in range(5_000):
            (root / f"{number}.o").touch()
            if number % 1_000 == 999:
                (root / "junit.xml").write_text(GREEN)
        (root / "last.xml").write_text(GREEN)
        assert ended.wait(10)
        assert watcher.count() == 1
    finally:
        watcher.stop()
    assert wakes <= 8
    assert problems == []
