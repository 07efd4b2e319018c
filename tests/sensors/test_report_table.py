"""Every runner's own reports, as they were recorded from real runs, say what the runner itself said."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from afterglow.core.model import Observation
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.report_table import RUNNERS, by_label
from afterglow.sensors.reports import ReportSensor
from tests.support.clock import now

RECORDED = Path(__file__).parent.parent / "data" / "runners"
COUNTS = ("passed", "failed", "skipped", "errors")
LABELS = {"unittest-xml": "unittest", "tox": "pytest", "nox": "pytest", "gotestsum": "go"}
"""Folders that are not called like the label of what they hold."""


def leave(root: Path, recorded: Path, at: int) -> None:
    """The files of a run that ended ``at`` (ms)."""
    for source in sorted(recorded.rglob("*")):
        if source.suffix in (".xml", ".trx"):
            target = root / source.relative_to(recorded)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
            os.utime(target, ns=(at * 1_000_000,) * 2)
            if "surefire-reports" in source.parts:
                compiled(target)


def told(sensor: ReportSensor, at: int) -> list[Observation]:
    """What is told of the files as they are, now and when they have settled."""
    return [seen for after in (0, 2_000) for seen in sensor.scan(at + after, live=True).observations]


def compiled(report: Path) -> None:
    """The class that a report of Maven's is about."""
    way = report.name.removeprefix("TEST-").removesuffix(".xml").split(".")
    path = report.parent.parent.joinpath("test-classes", *way[:-1], f"{way[-1]}.class")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()


def recorded_runs() -> list[Path]:
    return sorted(path.parent for path in RECORDED.glob("*/*/expected.json"))


def test_there_are_recorded_runs_and_their_runners_have_a_row() -> None:
    assert len(recorded_runs()) >= 9
    titles = " ".join(runner.title.lower() for runner in RUNNERS)
    for path in recorded_runs():
        label = LABELS.get(path.parent.name, path.parent.name)
        assert by_label(label) is not None or label in titles


@pytest.mark.parametrize("recorded", recorded_runs(), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_recorded_run_is_told_as_its_runner_told_it(tmp_path: Path, recorded: Path) -> None:
    expected = json.loads((recorded / "expected.json").read_text())
    root, at = tmp_path.resolve(), now()
    sensor = ReportSensor(str(root))
    sensor.scan(at - 1, live=False)
    leave(root, recorded, at)
    found = told(sensor, at)
    assert [seen.status for seen in found] == [expected["status"]]
    counted = [{name: seen.data.get(name) for name in COUNTS} for seen in found]
    assert counted == [{name: expected[name] for name in COUNTS}]
    assert found[0].label is not None
    assert found[0].label.split()[0] == LABELS.get(recorded.parent.name, recorded.parent.name)


@pytest.mark.parametrize("runner", sorted({path.parent.name for path in recorded_runs()}))
def test_green_red_and_green_again_in_one_project(tmp_path: Path, runner: str) -> None:
    root, at = tmp_path.resolve(), now() - 60_000
    ledger = Ledger()
    sensor = ReportSensor(str(root), ledger)
    sensor.scan(at - 1, live=False)
    found: list[Observation] = []
    standing: list[int] = []
    for number, run in enumerate(("pass", "fail", "fix")):
        leave(root, RECORDED / runner / run, at + 10_000 * number)
        found += told(sensor, at + 10_000 * number)
        standing.append(len(ledger.asked(now())))
    assert [seen.status for seen in found] == ["ok", "fail", "ok"]
    assert len({seen.label for seen in found}) == 1
    assert len({seen.key for seen in found}) == 3
    assert standing == [0, 1, 0]
