"""The README's table of test runners is the table that the sensor works by."""

from __future__ import annotations

import pytest

from afterglow.sensors.report_table import RUNNERS, Runner
from tests.tidy.checkout import ROOT


def row(runner: Runner) -> str:
    places = ", ".join("the root" if folder == "" else f"`{folder}/`" for folder in runner.folders)
    return f"| {runner.title} | {places} | {', '.join(f'`{name}`' for name in runner.files)} |"


@pytest.mark.parametrize("runner", RUNNERS, ids=lambda runner: runner.label)
def test_the_readme_says_where_reports_are_looked_for(runner: Runner) -> None:
    assert row(runner) in (ROOT / "README.md").read_text("utf-8").splitlines()
