"""Report files half written, written again, hostile or too many: read safely, once, or not at all."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from afterglow.core.model import Observation
from afterglow.sensors.junit_child import MAX_BYTES
from afterglow.sensors.reports import ReportSensor
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch import Watcher
from tests.sensors.reporting import GREEN, counts, numbers, one
from tests.support.clock import now
from tests.support.nodes import make_socket

# Files that are being written, written again, gone.


def test_a_report_being_written_is_waited_for(root: Path, sensor: ReportSensor) -> None:
    path, at = root / "a.xml", now()
    path.write_text(GREEN[:60])
    assert sensor.scan(at, live=True) == Seen(again_after_ms=500)
    path.write_text(GREEN[:80])
    assert sensor.scan(at + 1_400, live=True) == Seen(again_after_ms=500)
    assert sensor.scan(at + 2_800, live=True) == Seen(again_after_ms=500)
    path.write_text(GREEN)
    assert counts(one(sensor.scan(at + 2_900, live=True))) == numbers(passed=2, failed=0)


def test_a_report_that_stays_cut_is_unknown_once(root: Path, sensor: ReportSensor) -> None:
    path, at = root / "a.xml", now()
    path.write_text(GREEN[:60])
    for elapsed in (0, 500, 1_000):
        assert sensor.scan(at + elapsed, live=True).again_after_ms == 500
    observation = one(sensor.scan(at + 1_500, live=True))
    assert (observation.status, observation.duration_ms, counts(observation)) == ("unknown", None, {})
    assert sensor.scan(at + 9_000, live=True) == Seen()


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
    assert sensor.scan(now(), live=True) == Seen()
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
    assert sensor.scan(now(), live=True) == Seen()


def test_nothing_but_regular_files_is_looked_at(root: Path, sensor: ReportSensor, tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text(GREEN)
    os.mkfifo(root / "fifo.xml")
    (root / "folder.xml").mkdir()
    (root / "link.xml").symlink_to(secret)
    (root / "zero.xml").symlink_to("/dev/zero")
    (root / "loop.xml").symlink_to(root / "loop.xml")
    make_socket(root / "socket.xml")
    began = time.monotonic()
    assert sensor.scan(now(), live=True) == Seen()
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
    assert sensor.scan(now(), live=True) == Seen()


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
    assert sensor.scan(at, live=True) == Seen()


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
