"""Reports of real test runs become observations: once each, proven, with the test that is green again."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from afterglow.core.model import Anchor
from afterglow.sensors.reports import ReportSensor
from afterglow.sensors.scanning import Seen
from tests.sensors.reporting import GREEN, MINUTE, counts, numbers, one, write_suite
from tests.support.clock import now
from tests.support.real_pytest import run_pytest

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
    assert sensor.scan(now(), live=True) == Seen()


def test_the_place_in_an_xunit1_report_is_used(root: Path, sensor: ReportSensor) -> None:
    (root / "deep").mkdir()
    for wrong in ("1", "0"):
        write_suite(root / "deep", wrong)
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
    assert sensor.scan(at, live=True) == Seen()
    known = [seen.key for seen in first.observations if seen.key is not None]
    assert ReportSensor(str(root), known=known).scan(at, live=False) == Seen()


def test_what_failed_before_the_start_is_known_when_it_is_mended(root: Path) -> None:
    write_suite(root, wrong="1")
    run_pytest(root)
    before = ReportSensor(str(root))
    red = one(before.scan(now(), live=False))
    assert red.key is not None
    again = ReportSensor(str(root), known={red.key})
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
    assert sensor.scan(at, live=True) == Seen()


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
