"""A test that failed and does not exist any more: it no longer stands in the way of green."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterglow.sensors.junit import Place
from afterglow.sensors.report_gone import Definitions
from afterglow.sensors.reports import ReportSensor
from tests.sensors.reporting import counts, numbers, one, write_suite
from tests.support.clock import now
from tests.support.real_pytest import run_pytest

TEST = "test_shop.TestCart::test_total[2]"


@pytest.fixture
def red(root: Path, sensor: ReportSensor) -> ReportSensor:
    """A sensor that saw a real run in which one test failed."""
    write_suite(root, wrong="2")
    run_pytest(root)
    assert one(sensor.scan(now(), live=True)).status == "fail"
    return sensor


def rewrite(root: Path, old: str, new: str) -> None:
    path = root / "test_shop.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_test_that_was_renamed_is_gone(root: Path, red: ReportSensor) -> None:
    rewrite(root, "def test_total(self, n):\n        assert n != 2", "def test_sum(self, n):\n        pass")
    run_pytest(root)
    green = one(red.scan(now(), live=True))
    assert (green.status, counts(green)) == ("ok", numbers(passed=4, failed=0))


def test_a_class_that_was_deleted_is_gone(root: Path, red: ReportSensor) -> None:
    rewrite(root, "class TestCart", "class NoTests")
    run_pytest(root)
    green = one(red.scan(now(), live=True))
    assert (green.status, counts(green)) == ("ok", numbers(passed=2, failed=0))


def test_a_file_that_was_deleted_is_gone(root: Path, red: ReportSensor) -> None:
    (root / "test_other.py").write_text("def test_other(): pass\n")
    (root / "test_shop.py").unlink()
    run_pytest(root)
    assert one(red.scan(now(), live=True)).status == "ok"


def test_a_test_that_is_only_not_run_still_stands(root: Path, red: ReportSensor) -> None:
    run_pytest(root, "-k", "first")
    assert one(red.scan(now(), live=True)).status == "unknown"
    rewrite(root, "def test_total", "\n    def test_total")
    run_pytest(root, "-k", "first")
    assert one(red.scan(now(), live=True)).status == "unknown"


def test_a_test_in_another_language_that_was_renamed_is_gone(root: Path) -> None:
    definitions = Definitions(str(root))
    file = root / "a.test.js"
    file.write_text("test('adds', () => {});\n")
    where = Place("a.test.js", None)
    definitions.failed("jest", "adds::adds", where)
    assert not definitions.gone("jest", "adds::adds")
    file.write_text("test('sums', () => {});\n")
    assert definitions.gone("jest", "adds::adds")


def test_what_cannot_be_read_is_not_gone(root: Path) -> None:
    write_suite(root, wrong="2")
    definitions = Definitions(str(root))
    definitions.failed("pytest", TEST, None)
    path = root / "test_shop.py"
    text = path.read_text()
    path.unlink()
    path.mkdir()
    assert not definitions.gone("pytest", TEST)
    path.rmdir()
    path.symlink_to("/etc/passwd")
    assert not definitions.gone("pytest", TEST)
    path.unlink()
    path.write_text(text)
    assert not definitions.gone("pytest", TEST)
    assert not definitions.gone("jest", TEST)
    path.unlink()
    assert definitions.gone("pytest", TEST)
    assert not definitions.gone("pytest", TEST)


def test_what_was_never_found_is_never_gone(root: Path) -> None:
    definitions = Definitions(str(root))
    definitions.failed("pytest", TEST, None)
    definitions.failed("pytest", "odd name::x", None)
    assert not definitions.gone("pytest", TEST)
    assert not definitions.gone("pytest", "odd name::x")


def test_a_root_that_is_gone_proves_nothing(root: Path) -> None:
    write_suite(root, wrong="2")
    definitions = Definitions(str(root))
    definitions.failed("pytest", TEST, None)
    root.rename(root.parent / "elsewhere")
    assert not definitions.gone("pytest", TEST)
