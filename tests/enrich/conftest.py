"""A place to keep answers in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from afterglow.store import opening
from afterglow.store.home import Home
from tests.enrich.saving import Keeping


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[Keeping]:
    connection = opening.memory()
    root = tmp_path / "home"
    yield Keeping(connection, Home(root, root, root / "logs", root / "run"))
    connection.close()
