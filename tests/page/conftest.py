"""A database for each test of the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from afterglow.store.database import Database
from afterglow.store.home import Home


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(Home(tmp_path, tmp_path, tmp_path / "logs", tmp_path / "run"))
    yield opened
    opened.close()
