"""Runs of one file per class: one happening each, and green only where nothing can be missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from afterglow.core.model import Observation
from afterglow.sensors.report_runs import ENDLESS_MS, UNSURE_MS
from afterglow.sensors.reports import MAX_BIG, ReportSensor
from afterglow.sensors.scanning import Seen
from tests.sensors.reporting import MINUTE, counts, numbers, one
from tests.support.clock import now

SUREFIRE = "target/surefire-reports"
FAILSAFE = "target/failsafe-reports"
GRADLE = "build/test-results/test"


def class_file(root: Path, folder: str, name: str, at: int, bad: str = "", took: str = "0.5") -> Path:
    """A class of two tests was written at ``at`` (ms)."""
    path = root / folder / f"TEST-{name}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f'<testsuite name="{name}" tests="2" time="{took}"><testcase classname="{name}" name="a">{bad}'
        f'</testcase><testcase classname="{name}" name="b"/></testsuite>'
    )
    os.utime(path, ns=(at * 1_000_000,) * 2)
    return path


def compiled(root: Path, *names: str, at: int) -> None:
    for name in names:
        path = root.joinpath("target", "test-classes", *name.split(".")).with_suffix(".class")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, ns=(at * 1_000_000,) * 2)


def forking(root: Path, under_way: bool) -> None:
    """Surefire's own folder, which it removes when a run is over."""
    if under_way:
        (root / "target" / "surefire").mkdir(parents=True)
    else:
        (root / "target" / "surefire").rmdir()


def settled(sensor: ReportSensor, at: int) -> list[Observation]:
    """What is told once the folder has been quiet."""
    assert sensor.scan(at, live=True).observations == ()
    return list(sensor.scan(at + 1_500, live=True).observations)


# Gradle and unittest write when all is over.


def test_classes_that_are_written_together_are_one_run(root: Path, sensor: ReportSensor) -> None:
    at = now()
    for number, name in enumerate(("a.One", "a.Two", "b.Three")):
        class_file(root, GRADLE, name, at + number)
    assert sensor.scan(at, live=True) == Seen(again_after_ms=1_500)
    green = one(sensor.scan(at + 1_500, live=True))
    assert (green.label, green.status, green.at) == ("gradle", "ok", at + 2)
    assert counts(green) == numbers(passed=6, failed=0)
    assert green.duration_ms == 1_500.0
    assert sensor.scan(at + 9_000, live=True) == Seen()


def test_a_failure_in_one_class_is_the_runs(root: Path, sensor: ReportSensor) -> None:
    at = now()
    class_file(root, GRADLE, "a.One", at)
    class_file(root, GRADLE, "a.Two", at, bad="<failure/>")
    (red,) = settled(sensor, at)
    assert (red.status, red.data["failing"]) == ("fail", ["a"])
    assert counts(red) == numbers(passed=3, failed=1)
    class_file(root, GRADLE, "a.One", at + 5_000)
    (part,) = settled(sensor, at + 5_000)
    assert (part.status, counts(part)["not_rerun"]) == ("unknown", 1)
    class_file(root, GRADLE, "a.Two", at + 9_000)
    (green,) = settled(sensor, at + 9_000)
    assert (green.status, counts(green)) == ("ok", numbers(passed=2, failed=0))


def test_tasks_of_gradle_are_different_runs(root: Path, sensor: ReportSensor) -> None:
    at = now()
    class_file(root, GRADLE, "a.One", at)
    class_file(root, "build/test-results/integrationTest", "a.One", at)
    assert [seen.label for seen in settled(sensor, at)] == ["gradle integrationTest", "gradle"]


def test_a_class_that_was_cut_or_refused_leaves_no_green(root: Path, sensor: ReportSensor) -> None:
    at = now()
    class_file(root, GRADLE, "a.One", at)
    class_file(root, GRADLE, "a.Two", at).write_text("<testsuite><testcase name='x'/>")
    sensor.scan(at, live=True)
    sensor.scan(at + 1_500, live=True)
    told = [*sensor.scan(at + 3_000, live=True).observations]
    told += sensor.scan(at + 4_600, live=True).observations
    assert {seen.status for seen in told} <= {"unknown"}
    assert all(counts(seen) == {} for seen in told)

    class_file(root, GRADLE, "a.One", at + 10_000)
    class_file(root, GRADLE, "a.Two", at + 10_000).write_text("<!DOCTYPE t []><testsuite/>")
    sensor.scan(at + 10_000, live=True)
    found = sensor.scan(at + 12_000, live=True)
    assert [seen.status for seen in found.observations] == ["unknown"]
    assert found.problem is not None


@pytest.mark.parametrize("text", ["<!DOCTYPE t []><testsuite/>", "", "<html/>"])
def test_a_class_that_says_nothing_at_the_first_look_leaves_no_green(
    root: Path, sensor: ReportSensor, text: str
) -> None:
    at = now()
    class_file(root, GRADLE, "a.Bad", at - 1).write_text(text)
    class_file(root, GRADLE, "a.One", at)
    (told,) = settled(sensor, at)
    assert (told.status, counts(told)) == ("unknown", {})


def test_more_big_classes_than_one_look_may_read_are_all_read(root: Path, sensor: ReportSensor) -> None:
    at = now()
    for number in range(MAX_BIG + 3):
        path = class_file(root, GRADLE, f"a.Big{number:02}", at)
        path.write_text(path.read_text() + " " * 300_000)
        os.utime(path, ns=(at * 1_000_000,) * 2)
    told: list[Observation] = []
    for elapsed in (0, 500, 2_500, 4_500):
        told += sensor.scan(at + elapsed, live=True).observations
    (green,) = told
    assert counts(green) == numbers(passed=2 * (MAX_BIG + 3), failed=0)


def test_one_look_reads_so_much_and_the_next_one_the_rest(
    root: Path, sensor: ReportSensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    for number in range(60):
        path = class_file(root, GRADLE, f"a.Class{number:02}", at)
        path.write_text(path.read_text() + " " * 250_000)
        os.utime(path, ns=(at * 1_000_000,) * 2)
    read = 0
    real = os.read

    def counting(handle: int, size: int) -> bytes:
        nonlocal read
        data = real(handle, size)
        read += len(data)
        return data

    monkeypatch.setattr(os, "read", counting)
    seen = sensor.scan(at, live=True)
    assert (seen.observations, seen.again_after_ms) == ((), 500)
    assert 8_000_000 < read < 9_500_000
    told = [
        *sensor.scan(at + 2_000, live=True).observations,
        *sensor.scan(at + 4_000, live=True).observations,
    ]
    assert [counts(run) for run in told] == [numbers(passed=120, failed=0)]


def test_at_the_start_the_last_run_is_told_silently_and_not_again(root: Path) -> None:
    at = now()
    class_file(root, GRADLE, "a.Old", at - 50 * MINUTE)
    class_file(root, GRADLE, "a.One", at - 10 * MINUTE)
    class_file(root, GRADLE, "a.Two", at - 10 * MINUTE)
    sensor = ReportSensor(str(root))
    missed = one(sensor.scan(at, live=False))
    assert (missed.silent, missed.at, counts(missed)) == (True, at - 10 * MINUTE, numbers(4, 0))
    assert sensor.scan(at + 5_000, live=True) == Seen()
    assert ReportSensor(str(root), known=[str(missed.key)]).scan(at, live=False) == Seen()


# Surefire and Failsafe write while the run goes on.


def test_a_surefire_run_that_goes_on_is_not_over(root: Path, sensor: ReportSensor) -> None:
    at = now()
    compiled(root, "a.OneTest", "a.TwoTest", at=at - MINUTE)
    forking(root, True)
    class_file(root, SUREFIRE, "a.OneTest", at)
    for elapsed in (0, 1_500, 8_000, 20_000, 60_000):
        assert sensor.scan(at + elapsed, live=True).observations == ()
    class_file(root, SUREFIRE, "a.TwoTest", at + 61_000, took="60.5")
    assert sensor.scan(at + 61_000, live=True).observations == ()
    forking(root, False)
    green = one(sensor.scan(at + 62_500, live=True))
    assert (green.label, green.status) == ("surefire", "ok")
    assert counts(green) == numbers(passed=4, failed=0)
    assert green.duration_ms == 61_000.0


def test_a_new_class_that_has_yet_to_come_leaves_no_green(root: Path, sensor: ReportSensor) -> None:
    at = now()
    compiled(root, "a.OneTest", at=at - 2 * MINUTE)
    class_file(root, SUREFIRE, "a.OneTest", at)
    (first,) = settled(sensor, at)
    assert first.status == "ok"
    compiled(root, "a.OneTest", "a.SlowTest", "a.Helper", at=at + 5_000)
    class_file(root, SUREFIRE, "a.OneTest", at + 10_000)
    assert settled(sensor, at + 10_000) == []
    class_file(root, SUREFIRE, "a.SlowTest", at + 20_000, bad="<failure/>", took="9.9")
    (red,) = settled(sensor, at + 20_000)
    assert (red.status, counts(red)) == ("fail", numbers(passed=3, failed=1))


def test_a_known_class_that_was_not_run_again_leaves_no_green(root: Path, sensor: ReportSensor) -> None:
    at = now()
    compiled(root, "a.OneTest", "a.TwoTest", at=at - 2 * MINUTE)
    for name in ("a.OneTest", "a.TwoTest"):
        class_file(root, SUREFIRE, name, at)
    assert [seen.status for seen in settled(sensor, at)] == ["ok"]
    class_file(root, SUREFIRE, "a.OneTest", at + 20_000)
    assert settled(sensor, at + 20_000) == []
    part = one(sensor.scan(at + 20_000 + UNSURE_MS, live=True))
    assert (part.status, counts(part), part.duration_ms) == ("unknown", {}, None)


def test_a_class_that_was_deleted_is_not_waited_for(root: Path, sensor: ReportSensor) -> None:
    at = now()
    compiled(root, "a.OneTest", "a.TwoTest", at=at - 2 * MINUTE)
    for name in ("a.OneTest", "a.TwoTest"):
        class_file(root, SUREFIRE, name, at)
    assert [seen.status for seen in settled(sensor, at)] == ["ok"]
    (root / "target" / "test-classes" / "a" / "TwoTest.class").unlink()
    class_file(root, SUREFIRE, "a.OneTest", at + 20_000)
    (green,) = settled(sensor, at + 20_000)
    assert (green.status, counts(green)) == ("ok", numbers(passed=2, failed=0))


def test_a_run_that_was_seen_to_end_early_is_told_at_once(root: Path, sensor: ReportSensor) -> None:
    at = now()
    compiled(root, "a.OneTest", "a.TwoTest", at=at - 2 * MINUTE)
    forking(root, True)
    class_file(root, SUREFIRE, "a.OneTest", at, bad="<error/>")
    assert sensor.scan(at, live=True).observations == ()
    forking(root, False)
    red = one(sensor.scan(at + 1_500, live=True))
    assert (red.status, counts(red), red.data["failing"]) == ("fail", {}, ["a"])


def test_a_runner_that_never_seems_to_end_is_given_up(root: Path, sensor: ReportSensor) -> None:
    at = now()
    compiled(root, "a.OneTest", at=at - 2 * MINUTE)
    forking(root, True)
    class_file(root, SUREFIRE, "a.OneTest", at)
    assert sensor.scan(at, live=True).observations == ()
    asked = at
    while (seen := sensor.scan(asked, live=True)).again_after_ms is not None:
        asked += seen.again_after_ms
    assert [told.status for told in seen.observations] == ["unknown"]
    assert ENDLESS_MS <= asked - at <= 2 * ENDLESS_MS


def test_classes_in_a_folder_of_nobodys_prove_failures_only(root: Path, sensor: ReportSensor) -> None:
    at = now()
    class_file(root, "test-reports", "a.One", at)
    assert settled(sensor, at) == []
    found = one(sensor.scan(at + UNSURE_MS, live=True))
    assert (found.label, found.status) == ("test-reports", "unknown")
    class_file(root, "test-reports", "a.One", at + 60_000, bad="<failure/>")
    assert settled(sensor, at + 60_000) == []
    assert one(sensor.scan(at + 60_000 + UNSURE_MS, live=True)).status == "fail"


def test_a_class_of_nobodys_beside_others_leaves_no_green(root: Path, sensor: ReportSensor) -> None:
    at = now()
    known = class_file(root, "test-reports", "a.One", at)
    known.write_text(
        known.read_text()
        .replace("<testsuite ", '<testsuite file="a.py" ')
        .replace("<testcase ", '<testcase file="a.py" ')
    )
    os.utime(known, ns=(at * 1_000_000,) * 2)
    class_file(root, "test-reports", "a.Two", at)
    assert [(seen.label, seen.status) for seen in settled(sensor, at)] == [("unittest", "unknown")]


@pytest.mark.parametrize(
    ("summary", "status"),
    [
        ("<failsafe-summary><completed>4</completed><errors>0</errors></failsafe-summary>", "ok"),
        ("<failsafe-summary><completed>5</completed><errors>0</errors></failsafe-summary>", "unknown"),
        ("<failsafe-summary>", "unknown"),
    ],
)
def test_failsafe_is_believed_where_its_summary_counts_the_same(
    root: Path, sensor: ReportSensor, summary: str, status: str
) -> None:
    at = now()
    forking(root, True)
    for name in ("a.OneIT", "a.TwoIT"):
        class_file(root, FAILSAFE, name, at)
    sensor.scan(at, live=True)
    (root / FAILSAFE / "failsafe-summary.xml").write_text(summary)
    forking(root, False)
    told = one(sensor.scan(at + 1_500, live=True))
    assert (told.label, told.status) == ("failsafe", status)


def test_a_class_that_failed_and_passes_again_is_the_anchors(root: Path, sensor: ReportSensor) -> None:
    at = now()
    compiled(root, "a.OneTest", at=at - 2 * MINUTE)
    class_file(root, SUREFIRE, "a.OneTest", at, bad="<failure/>")
    assert [seen.status for seen in settled(sensor, at)] == ["fail"]
    class_file(root, SUREFIRE, "a.OneTest", at + 10_000)
    (green,) = settled(sensor, at + 10_000)
    assert green.status == "ok"
    assert "not_rerun" not in green.data


def test_the_same_class_written_again_before_a_look_is_the_newest(root: Path, sensor: ReportSensor) -> None:
    at = now()
    class_file(root, GRADLE, "a.One", at, bad="<failure/>")
    sensor.scan(at, live=True)
    class_file(root, GRADLE, "a.One", at + 1_000)
    assert sensor.scan(at + 1_000, live=True).observations == ()
    assert one(sensor.scan(at + 2_500, live=True)).status == "ok"


def test_a_folder_that_was_cleaned_leaves_nothing_under_way(root: Path, sensor: ReportSensor) -> None:
    at = now()
    path = class_file(root, GRADLE, "a.One", at)
    sensor.scan(at, live=True)
    path.unlink()
    assert sensor.scan(at + 2_000, live=True) == Seen()
