"""F13: a log that was cut anywhere costs the newest rows, never the database."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from afterglow.store.database import Database
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import happening, written

ROWS = 120


@pytest.mark.parametrize("cuts", [60, pytest.param(500, marks=pytest.mark.soak)])
def test_of_a_log_that_was_cut_the_front_counts(place: Home, opened: Open, tmp_path: Path, cuts: int) -> None:
    window = opened()
    window.connection.execute("PRAGMA wal_autocheckpoint = 0").fetchall()
    written(window, *(happening("commit", key=f"{n:03}") for n in range(ROWS)))
    file = place.database.read_bytes()
    log = place.database.with_name("afterglow.db-wal").read_bytes()
    assert len(log) > ROWS * 4_096, "all is in the log still"
    chance = random.Random(13)
    kept = set()
    for number in range(cuts):
        root = tmp_path / str(number)
        root.mkdir()
        home = Home(root, root, root / "logs", root / "run")
        home.database.write_bytes(file)
        home.database.with_name("afterglow.db-wal").write_bytes(log[: chance.randrange(len(log))])
        later = Database(home)
        assert later.problem is None
        written(later, happening("commit", key="after"))
        later.close()
        connection = sqlite3.connect(home.database)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        keys = [row[0] for row in connection.execute("SELECT key FROM keys ORDER BY key")]
        connection.close()
        assert keys == [*(f"{n:03}" for n in range(len(keys) - 1)), "after"], "only the newest are lost"
        assert not list(root.glob("*.corrupt-*"))
        kept.add(len(keys))
    assert len(kept) > 20
