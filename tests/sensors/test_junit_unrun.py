"""Playwright's reports of runs that were interrupted: tests that it never came to look like skipped ones."""

from __future__ import annotations

import pytest

from afterglow.sensors.junit import parse

HEAD = (
    '<testsuites id="" name="" tests="3" failures="0" skipped="{}" errors="0" time="2.8">'
    '<testsuite name="a.spec.js">'
)
PASSED = '<testcase name="one" classname="a.spec.js" time="0.014"></testcase>'
NEVER_RAN = '<testcase name="{}" classname="a.spec.js"><skipped></skipped></testcase>'
SKIPPED = (
    '<testcase name="{}" classname="a.spec.js"><properties><property name="{}" value=""></property>'
    "</properties><skipped></skipped></testcase>"
)
END = "</testsuite></testsuites>"


def status(*cases: str, head: str = HEAD) -> str:
    report = parse((head.format(len(cases) - 1) + "".join(cases) + END).encode())
    assert report is not None
    return report.status


def test_a_run_that_was_interrupted_proves_nothing() -> None:
    assert status(PASSED, NEVER_RAN.format("slow"), NEVER_RAN.format("three")) == "unknown"
    assert status(PASSED, SKIPPED.format("two", "skip"), NEVER_RAN.format("three")) == "unknown"


@pytest.mark.parametrize("why", ["skip", "fixme"])
def test_tests_skipped_on_purpose_leave_a_run_green(why: str) -> None:
    assert status(PASSED, SKIPPED.format("two", why), SKIPPED.format("three", why)) == "ok"


def test_other_runners_say_no_more_of_a_skipped_test() -> None:
    cases = (PASSED, NEVER_RAN.format("two"), NEVER_RAN.format("three"))
    assert status(*cases, head=HEAD.replace(' id=""', "")) == "ok"
