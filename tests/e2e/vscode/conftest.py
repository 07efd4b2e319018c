"""One real workbench for the tests of a module, and a folder and a day of its own for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sidecar import repository
from tests.support.workbench import Workbench
from tests.support.workbench_record import installed, own_day


@pytest.fixture(scope="module")
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    """The workbench; a module's ``LOG`` is the level that it writes its logs at."""
    log = getattr(request.module, "LOG", None)
    options = {} if log is None else {"log": log}
    with installed(tmp_path_factory.mktemp("vscode"), **options) as workbench:
        yield workbench


@pytest.fixture
def editor(running: Workbench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    with own_day(running, monkeypatch) as workbench:
        yield workbench


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "basket")
