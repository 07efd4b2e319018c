"""TRX reports, and the flavours of JUnit whose runners were not run: made by hand from their formats."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from afterglow.sensors import junit_run
from afterglow.sensors.junit import Place, Report, parse
from afterglow.sensors.junit_run import read_report

DATA = Path(__file__).parent.parent / "data" / "junit"


def sample(name: str, *ask: str) -> Report:
    report = parse((DATA / name).read_bytes(), ask)
    assert report is not None
    return report


@pytest.mark.parametrize(
    ("name", "counts", "status", "duration_ms", "suite"),
    [
        ("mstest.trx", (2, 1, 1, 0), "fail", 2_500.0, "dotnet test"),
        ("xunit.trx", (2, 0, 1, 0), "ok", 750.0, "dotnet test"),
        ("catch2.xml", (2, 0, 1, 0), "ok", 4.0, "catch2"),
        ("phpunit.xml", (2, 1, 1, 0), "fail", 12.0, "phpunit"),
        ("rspec.xml", (2, 0, 1, 0), "ok", 4.321, "rspec"),
    ],
)
def test_counts_outcome_and_runner(
    name: str, counts: tuple[int, int, int, int], status: str, duration_ms: float, suite: str
) -> None:
    report = sample(name)
    assert (report.passed, report.failed, report.skipped, report.errors) == counts
    assert (report.status, report.suite, report.whole, report.complete) == (status, suite, True, True)
    assert report.duration_ms == pytest.approx(duration_ms)
    assert report.zoned is (name != "phpunit.xml")


def test_tests_are_known_by_class_and_name_in_each_adapter() -> None:
    assert sample("mstest.trx").failed_ids == ("Shop.Tests.CartTests::Removes",)
    assert sample("mstest.trx").failing == ("Removes",)
    asked = ("Shop.Tests.CartTests::Removes", "Shop.Tests.CartTests::Adds(count: 1)", "x::y")
    assert set(sample("xunit.trx", *asked).passing) == set(asked[:2])
    assert set(sample("mstest.trx", *asked).passing) == set()
    assert sample("phpunit.xml").failed_at == {
        "CartTest::testRemoves": Place("/project/tests/CartTest.php", 14)
    }


RESULT = '<UnitTestResult testId="1" testName="A" outcome="{}"/>'


def trx(results: str, total: int = 1, outcome: str = "Completed", more: str = "") -> bytes:
    return (
        f'<TestRun xmlns="x"><Results>{results}</Results><ResultSummary outcome="{outcome}">'
        f'<Counters total="{total}"/>{more}</ResultSummary></TestRun>'
    ).encode()


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (trx(RESULT.format("Passed")), "ok"),
        (trx(RESULT.format("Passed"), total=2), "unknown"),
        (trx(RESULT.format("Passed"), outcome="Failed"), "unknown"),
        (trx(RESULT.format("Passed"), outcome="Aborted"), "unknown"),
        (trx(RESULT.format("Passed"), more='<RunInfos><RunInfo outcome="Error"/></RunInfos>'), "fail"),
        (trx(RESULT.format("Passed"), more='<RunInfos><RunInfo outcome="Aborted"/></RunInfos>'), "fail"),
        (trx(RESULT.format("InProgress")), "unknown"),
        (trx(RESULT.format("NotExecuted")), "unknown"),
        (trx(RESULT.format("Inconclusive")), "unknown"),
        (trx(""), "unknown"),
        (trx("", total=0), "unknown"),
        (trx(RESULT.format("Timeout"), outcome="Failed"), "fail"),
        (trx(RESULT.format("PassedButRunAborted")), "fail"),
        (trx(RESULT.format("Passed"))[:-4], "unknown"),
        (trx(RESULT.format("Failed"), outcome="Failed")[:-40], "fail"),
        (
            trx(
                '<UnitTestResult testName="A" outcome="Passed"><InnerResults>'
                '<UnitTestResult testName="A (1)" outcome="Failed"/></InnerResults></UnitTestResult>'
            ),
            "fail",
        ),
    ],
)
def test_what_a_trx_report_proves(data: bytes, status: str) -> None:
    report = parse(data)
    assert report is not None
    assert report.status == status


@pytest.mark.parametrize("cut", range(0, 2_400, 23))
def test_a_trx_report_cut_anywhere_never_says_ok(cut: int) -> None:
    data = (DATA / "xunit.trx").read_bytes().rstrip()
    report = parse(data[: min(cut, len(data) - 1)])
    assert report is None or (report.status == "unknown" and not report.whole)


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE x [<!ENTITY a "b">]><TestRun><Results/></TestRun>',
        b"<html><TestRun/></html>",
        b"<TestRun>" + b"<a>" * 10_000,
        b"\xff\xfe<\0?\0".ljust(20, b"\0") + "<TestRun>".encode("utf-16-le"),
    ],
)
def test_refused_or_worth_nothing(data: bytes) -> None:
    report = read_report(data)
    assert report is None or report.status == "unknown"


def test_a_big_trx_report_read_by_a_child_is_the_same_as_one_read_here() -> None:
    results = "".join(
        f'<UnitTestResult testId="{n}" testName="A{n}" outcome="Passed"/>' for n in range(9_000)
    )
    data = trx(results, total=9_000)
    assert len(data) > junit_run.SMALL_BYTES
    assert read_report(data, {"::A7"}) == parse(data, {"::A7"})
    assert parse(data) is not None


@pytest.mark.parametrize(
    "data",
    [
        b"<TestRun><Results>" + b'<UnitTestResult outcome="Failed" testName="a"/>' * 170_000,
        b'<TestRun name="' + b"x" * ((8 << 20) - 100) + b'"/>',
        b"<TestRun>" + b'<TestMethod className="c" name="n"/>' * 200_000 + b"</TestRun>",
        b"<TestRun>" + b"".join(b'<UnitTest id="%d"><TestMethod/></UnitTest>' % n for n in range(150_000)),
    ],
    ids=["failures", "attribute", "methods", "definitions"],
)
def test_a_hostile_trx_report_is_given_up_in_time(data: bytes) -> None:
    began = time.monotonic()
    report = read_report(data)
    assert time.monotonic() - began < 2.0
    assert report is None or report.status != "ok"
