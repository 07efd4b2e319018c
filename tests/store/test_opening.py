"""F20: many windows that start at once all get the database, also after one was killed."""

from __future__ import annotations

import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from afterglow.store import database as module
from afterglow.store import opening, sessions
from afterglow.store.database import Database, Unavailable
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import GAP, NOW, PLACE, count, happening, written
from tests.support.writers import Writer

WINDOWS = 50


@pytest.mark.parametrize(("rounds", "seconds"), [(4, 30.0), pytest.param(100, 2.0, marks=pytest.mark.soak)])
def test_fifty_that_open_at_once_all_succeed(tmp_path: Path, rounds: int, seconds: float) -> None:
    """``seconds``: the longest that one may wait; two on a machine that does nothing else."""
    slowest = 0.0
    with ThreadPoolExecutor(WINDOWS) as pool:
        for number in range(rounds):
            root = tmp_path / str(number)
            home = Home(root, root, root / "logs", root / "run")
            if number % 2:
                writer = Writer(root, "record", "killed")
                writer.first_line()
                writer.kill()
                assert home.database.with_name("afterglow.db-wal").stat().st_size > 0, "nothing to recover"
            barrier = Barrier(WINDOWS, timeout=60)

            def start(window: int, home: Home = home, barrier: Barrier = barrier) -> tuple[float, str | None]:
                barrier.wait()
                began = time.monotonic()
                database = Database(home, fallback=False)
                database.write(lambda connection: sessions.open_window(connection, str(window), NOW))
                took, problem = time.monotonic() - began, database.problem
                database.close()
                return took, problem

            answers = list(pool.map(start, range(WINDOWS)))
            assert {problem for _, problem in answers} == {None}
            slowest = max(slowest, *(took for took, _ in answers))
            last = Database(home, fallback=False)
            assert count(last.connection, "windows") == WINDOWS
            last.close()
            assert not list(root.glob("*.corrupt-*"))
    assert slowest < seconds


def test_a_fresh_home_is_private_and_nothing_lies_outside(place: Home, tmp_path: Path, opened: Open) -> None:
    database = opened()
    written(database, happening("commit"))
    assert {path.name for path in tmp_path.iterdir()} == {"home"}
    found = sorted(place.data.rglob("*"))
    assert place.database in found
    for path in (place.data, *found):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path.name


def test_a_database_that_others_could_read_is_closed_to_them(place: Home, opened: Open) -> None:
    opened().close()
    place.database.chmod(0o644)
    written(opened(), happening("commit"))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in place.data.glob("afterglow.db*")}
    assert modes == {0o600}


def test_a_write_is_one_transaction(opened: Open) -> None:
    database, other = opened(), opened()

    def half(connection: opening.Connection) -> None:
        sessions.open_window(connection, "a", NOW)
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        database.write(half)  # type: ignore[arg-type]
    assert sessions.open_windows(other.connection) == 0
    assert not database.connection.in_transaction
    database.write(lambda connection: sessions.open_window(connection, "a", NOW))
    assert sessions.open_windows(other.connection) == 1


def test_the_journal_is_a_log_that_stays_small(place: Home, opened: Open) -> None:
    database = opened()
    assert database.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    written(database, *(happening("commit", key=f"{n}") for n in range(200)))
    database.checkpoint()
    log = place.database.with_name("afterglow.db-wal")
    before = log.stat().st_size
    written(database, *(happening("commit", key=f"more {n}") for n in range(20)))
    assert log.stat().st_size == before, "what was moved into the file is written over"


def test_on_a_network_no_memory_is_shared(place: Home, opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    opened().close()
    monkeypatch.setattr(module, "on_network", lambda _: True)
    database, other = opened(), opened()
    for connection in (database.connection, other.connection):
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    written(database, happening("commit", key="1"))
    written(other, happening("commit", key="2"))
    assert count(database.connection, "events") == 2
    assert {path.name for path in place.data.glob("afterglow.db*")} == {"afterglow.db"}


def test_a_deleted_file_is_made_again(place: Home, opened: Open) -> None:
    database, other = opened(), opened()
    written(database, happening("commit", key="1"))
    for path in place.data.glob("afterglow.db*"):
        path.unlink()
    written(database, happening("commit", key="2"))
    written(other, happening("commit", key="3"))
    later = opened()
    assert count(later.connection, "events") == 2, "what is written is where others look for it"
    assert database.problem is None


def test_a_deleted_home_is_made_again(place: Home, opened: Open) -> None:
    database = opened()
    place.data.rename(place.data.with_name("moved"))
    written(database, happening("commit"))
    assert count(opened().connection, "events") == 1


def test_a_lock_that_is_held_too_long_is_waited_for_no_longer(
    place: Home, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.1)
    clock = [0.0]
    window, command = opened(seconds=lambda: clock[0]), opened(fallback=False)
    [earlier] = written(window, happening("commit", key="1"))
    holder = opening.connect(place.database)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(Unavailable, match="another program holds the database"):
        written(command, happening("commit", key="2"))
    written(window, happening("commit", key="3"))
    assert window.problem is not None and "another program holds" in window.problem
    assert count(window.connection, "events", f"id = '{earlier.id}'") == 1, "memory knows what was"
    clock[0] += module.RETURN_SECONDS
    began = time.monotonic()
    written(window, happening("commit", key="4"))
    assert window.problem is not None and time.monotonic() - began < 2
    holder.execute("COMMIT")
    holder.close()
    clock[0] += module.RETURN_SECONDS
    written(window, happening("commit", key="5"))
    assert window.problem is None
    keys = [row[0] for row in opened().connection.execute("SELECT key FROM keys ORDER BY key")]
    assert keys == ["1", "3", "4", "5"]
    assert not list(place.data.glob("*.corrupt-*"))


def test_a_reading_by_another_does_not_stop_a_write(opened: Open) -> None:
    reader, writer = opened(), opened()
    written(writer, *(happening("commit", key=str(n)) for n in range(10)))
    rows = iter(reader.connection.execute("SELECT * FROM events"))
    next(rows)
    written(writer, happening("commit", key="more"))
    assert sum(1 for _ in rows) == 9
    assert reader.read(lambda connection: sessions.latest(connection, PLACE, NOW, GAP)) is not None
