"""Ends a run of the end-to-end tests with the table of editors and what they were seen to show."""

from __future__ import annotations

import pytest

from tests.support.behaviours import Cell, cells_of, table

_SEEN: dict[Cell, bool] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    # Properties travel from a worker to the process that prints; marks do not.
    item.user_properties.extend(("shows", list(cell)) for cell in cells_of(item.iter_markers("shows")))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "teardown" and report.passed:
        return
    for name, cell in report.user_properties:
        if name == "shows":
            editor, behaviour = map(str, cell if isinstance(cell, list | tuple) else ())
            passed = report.passed if report.when == "call" else not report.failed
            _SEEN[editor, behaviour] = _SEEN.get((editor, behaviour), True) and passed


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = table(_SEEN)
    if rows:
        terminalreporter.section("what was seen in real editors")
        for row in rows:
            terminalreporter.write_line(row)
