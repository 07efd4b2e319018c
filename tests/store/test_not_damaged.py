"""F16: a healthy file is never renamed, whatever the disk or the program says about it."""

from __future__ import annotations

import fcntl
import sqlite3
from pathlib import Path

import pytest

from afterglow.store import database as module
from afterglow.store import opening, rescue, turns
from afterglow.store.database import Database
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import GAP, NOW, count, happening, job, written


def corrupt_names(home: Home) -> list[str]:
    return sorted(path.name for path in home.data.glob("*.corrupt-*"))


def untouched(place: Home) -> bool:
    return not corrupt_names(place) and place.database.read_bytes()[:16] == b"SQLite format 3\0"


def test_a_locked_file_is_not_renamed(place: Home, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    first = opened()
    written(first, happening("commit"))
    first.close()
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    holder = opening.connect(place.database)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    holder.execute("PRAGMA journal_mode = DELETE").fetchall()
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("INSERT INTO meta VALUES ('x', 'y')")
    assert rescue.set_aside(place.database, place.run).outcome == "healthy"
    window = opened()
    written(window, happening("commit", key="1"))
    assert window.problem is not None
    assert untouched(place)
    holder.execute("ROLLBACK")
    holder.close()


def test_a_healthy_file_is_not_renamed_however_often_it_is_suspected(place: Home, opened: Open) -> None:
    window = opened()
    for number in range(20):
        written(window, happening("commit", key=str(number)))
        window.examine(sqlite3.DatabaseError("malformed database schema"))
        assert rescue.set_aside(place.database, place.run).outcome == "healthy"
    assert window.problem is None
    assert count(window.connection, "events") == 20
    assert untouched(place)


def test_a_mistake_in_a_query_is_the_programs_and_stays_one(place: Home, opened: Open) -> None:
    window = opened()
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        window.write(lambda connection: connection.execute("SELECT * FROM no_such_table"))
    with pytest.raises(sqlite3.OperationalError, match="syntax error"):
        window.read(lambda connection: connection.execute("SELEC"))
    with pytest.raises(ZeroDivisionError):
        window.write(lambda connection: 1 // 0)
    written(window, happening("commit"))
    assert window.problem is None and untouched(place)


def test_a_file_of_none_is_a_fresh_one_and_not_damaged(place: Home, opened: Open) -> None:
    place.data.mkdir()
    place.database.touch()
    assert opened().problem is None
    assert untouched(place)


def test_a_holder_that_was_stopped_stops_nobody(
    place: Home, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened().close()
    monkeypatch.setattr(rescue, "LOCK_SECONDS", 0.05)
    with (place.run / "rescue.lock").open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert opened().problem is None
        place.database.write_bytes(b"damaged")
        assert rescue.set_aside(place.database, place.run).outcome == "stuck"
        assert Database(place).problem is not None
    clock_free = opened()
    assert clock_free.problem is None and corrupt_names(place)


def test_where_nothing_can_be_renamed_memory_serves(
    place: Home, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.data.mkdir()
    place.database.write_bytes(b"damaged" * 1_000)

    def refuse(_path: Path, _target: Path) -> bool:
        return False

    monkeypatch.setattr(rescue, "_move", refuse)
    window = opened()
    written(window, happening("commit"))
    assert window.problem is not None and "damaged" in window.problem
    with pytest.raises(module.Unavailable, match="damaged"):
        opened(fallback=False)


def test_rows_of_the_wrong_kind_are_dropped_and_the_others_stay(place: Home, opened: Open) -> None:
    window = opened()
    written(window, *(job("run", "ok", ago=n * 1_000, label=str(n)) for n in range(10)))
    window.write(lambda connection: connection.execute("UPDATE events SET at = 'noon' WHERE seq % 5 = 0"))
    window.write(lambda connection: connection.execute("UPDATE sessions SET active_at = x'00'"))
    [event] = written(window, happening("commit"))
    window.write(lambda connection: connection.execute("UPDATE sessions SET started_at = 'x', turn = 'y'"))
    known = window.write(
        lambda connection: turns.know(connection, event.workspace, event, "normal", NOW, GAP)
    )
    assert known.session.turn in (0, "y")
    with pytest.raises(TypeError):
        window.write(lambda connection: 1 + connection.execute("SELECT 'x'").fetchone()[0])
    assert count(window.connection, "events") == 9
    assert untouched(place)
