"""Watchers with what they tell, and an empty project with a sensor of its reports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from afterglow.sensors.observer import ObserverBackend
from afterglow.sensors.reports import ReportSensor
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch import Watcher, native_backend
from tests.sensors.watching import Wakes
from tests.support.clock import now


@pytest.fixture
def wakes() -> Wakes:
    return Wakes()


@pytest.fixture
def problems() -> list[str]:
    """What a watcher complained of."""
    return []


@pytest.fixture(params=[native_backend, ObserverBackend], ids=["native", "watchdog"])
def watcher(request: pytest.FixtureRequest, wakes: Wakes, problems: list[str]) -> Iterator[Watcher]:
    """A watcher on each backend that there is."""
    made = Watcher(wakes, problems.append, backend=request.param)
    yield made
    made.stop()


@pytest.fixture
def native(wakes: Wakes, problems: list[str]) -> Iterator[Watcher]:
    """A watcher on the backend that this system gets."""
    made = Watcher(wakes, problems.append)
    yield made
    made.stop()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "project"
    root.mkdir()
    return root


@pytest.fixture
def sensor(root: Path) -> ReportSensor:
    """A sensor that has had its first look at the empty root."""
    sensor = ReportSensor(str(root))
    assert sensor.scan(now(), live=False) == Seen()
    return sensor
