"""A place for a database and connections to it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from afterglow.store import opening
from afterglow.store.database import Database
from afterglow.store.home import Home

Open = Callable[..., Database]


@pytest.fixture
def place(tmp_path: Path) -> Home:
    """A home whose folder does not exist yet."""
    root = tmp_path / "home"
    return Home(root, root, root / "logs", root / "run")


@pytest.fixture
def opened(place: Home) -> Iterator[Open]:
    """Open the database of ``place`` once more; all are closed after the test."""
    made: list[Database] = []

    def open_one(**options: object) -> Database:
        made.append(Database(place, **options))  # type: ignore[arg-type]
        return made[-1]

    yield open_one
    for database in made:
        database.close()


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    """A database in memory: for what is about rows, not about files."""
    made = opening.memory()
    yield made
    made.close()
