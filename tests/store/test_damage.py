"""F16: whatever lies where the database belongs, there is a usable one afterwards."""

from __future__ import annotations

import os
import random
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Final

import pytest

from afterglow.store import (
    archive,
    choices,
    events,
    facts,
    marks,
    query,
    rescue,
    schema,
    sessions,
    turns,
)
from afterglow.store.database import Database
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import GAP, NOW, PLACE, count, happening, job, to_json, token, turn, written

CASES: Final = 150
CPU_SECONDS: Final = 2.0
"""A busy machine makes a test slow; only a hang or a loop makes a case cost this much, or wait so long."""
WALL_SECONDS: Final = 20.0
Break = Callable[[Path, random.Random], None]


def home_at(root: Path) -> Home:
    return Home(root, root, root / "logs", root / "run")


def a_day(database: Database, name: str) -> None:
    """Everything that a window does with its store, once."""
    database.write(lambda connection: sessions.open_window(connection, name, NOW))
    database.write(lambda connection: sessions.open_workspace(connection, PLACE, NOW, GAP))
    made = written(
        database,
        job("run", "fail", label=name),
        job("report", "ok", ago=60_000, key=f"{name}-report", data={"passed": 3}),
        happening("commit", key=f"{name}-line", data={"branch": "main"}),
        happening("push", data={"branch": "main"}),
    )
    mine = database.write(lambda connection: turns.take(connection, name, [one.seq for one in made], NOW))

    def speak(connection: sqlite3.Connection) -> None:
        for event in events.fetch(connection, [one.seq for one in mine]):
            facts.facts_for(connection, event, None, ())
            known = turns.know(connection, event.workspace, event, "normal", NOW, GAP)
            decided = turn(token(f"{name}-{event.id}"))
            turns.settle(connection, decided, [event], event, known.session, name, NOW, to_json)

    database.write(speak)
    database.write(lambda connection: marks.save(connection, PLACE, marks.load(connection, PLACE)))
    database.read(query.events)
    database.read(lambda connection: query.counts(connection, NOW - 1))
    database.read(query.last_seen)
    database.read(lambda connection: turns.last_tokens(connection, 100))
    database.read(turns.find_turn)
    database.read(lambda connection: list(archive.rows(connection)))
    database.write(lambda connection: archive.purge(connection, NOW - 10**9))
    database.write(lambda connection: sessions.close_window(connection, name, NOW))
    database.checkpoint()


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a database that has seen some days."""
    home = home_at(tmp_path_factory.mktemp("healthy"))
    database = Database(home)
    for number in range(12):
        a_day(database, f"day-{number}")
    database.write(
        lambda connection: marks.save(connection, PLACE, [marks.MarkRow("/x", 1, 2, 3, ("a",), "{}")])
    )
    written(database, *(happening("commit", ago=n, key=f"k{n}", tags=("tree " * 10,)) for n in range(150)))
    database.close()
    return home.database.read_bytes()


# -- ways to break it ----------------------------------------------------------------------------------


def flipped(path: Path, chance: random.Random) -> None:
    """Single bits, anywhere."""
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 5, 20, 200))):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def flipped_in_front(path: Path, chance: random.Random) -> None:
    """Single bits of the header, where versions and sizes are."""
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice((1, 3))):
        data[chance.randrange(100)] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def overwritten(path: Path, chance: random.Random) -> None:
    """A stretch of something else, as a disk or another program writes it."""
    data = bytearray(path.read_bytes())
    begin, length = chance.randrange(len(data)), chance.choice((1, 100, 4_096, 20_000))
    data[begin : begin + length] = chance.choice((b"\0" * length, chance.randbytes(length)))[
        : len(data) - begin
    ]
    path.write_bytes(data)


def truncated(path: Path, chance: random.Random) -> None:
    os.truncate(path, chance.choice((0, 1, 99, 100, 512, 4_096, chance.randrange(path.stat().st_size))))


def replaced(path: Path, chance: random.Random) -> None:
    """Another file altogether."""
    path.write_bytes(
        chance.choice((b"", b"\0" * 8_192, b"hello", chance.randbytes(10_000), b"SQLite format 3\0"))
    )


def swapped(path: Path, chance: random.Random) -> None:
    """Two pages changed places."""
    data = bytearray(path.read_bytes())
    one, two = (chance.randrange(len(data) // 4_096) * 4_096 for _ in range(2))
    data[one : one + 4_096], data[two : two + 4_096] = data[two : two + 4_096], data[one : one + 4_096]
    path.write_bytes(data)


def other_kind(path: Path, chance: random.Random) -> None:
    """No file at all, in its place or in the place of its log."""
    where = path.with_name(path.name + chance.choice(("", "", "-wal", "-shm", "-journal")))
    where.unlink(missing_ok=True)
    match chance.randrange(4):
        case 0:
            where.mkdir()
        case 1:
            where.mkdir()
            (where / "inside").write_text("kept")
        case 2:
            os.mkfifo(where)
        case _:
            with socket.socket(socket.AF_UNIX) as one:
                old = Path.cwd()
                os.chdir(where.parent)  # the names of sockets are short
                try:
                    one.bind(where.name)
                finally:
                    os.chdir(old)


def strange_log(path: Path, chance: random.Random) -> None:
    """A log or journal that belongs to nothing."""
    for suffix in ("-wal", "-shm", "-journal"):
        if chance.random() < 0.6:
            path.with_name(path.name + suffix).write_bytes(
                chance.randbytes(chance.choice((0, 10, 5_000, 40_000)))
            )


def kinds_of_values(path: Path, chance: random.Random) -> None:
    """Pages in order, values of a kind that their column never holds."""
    connection = sqlite3.connect(path, isolation_level=None)
    for _ in range(chance.choice((1, 3, 10))):
        table = chance.choice(schema.TABLES)
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if not row[5]]
        value = chance.choice((b"\xff\0", "text", 1.5, -1, 2**62, ""))
        where = (
            f"rowid % {chance.randint(1, 5)} = 0"
            if table in ("events", "turns", "shown", "sessions")
            else "1"
        )
        with_rowid = (
            f"UPDATE OR IGNORE {table} SET {chance.choice(columns)} = ? WHERE {where}" if columns else ""
        )
        connection.execute(with_rowid or "SELECT ?", (value,))
    connection.close()


WAYS: Final[tuple[Break, ...]] = (
    flipped,
    flipped,
    flipped_in_front,
    overwritten,
    truncated,
    replaced,
    swapped,
    other_kind,
    strange_log,
    kinds_of_values,
)


def corrupt_names(home: Home) -> list[str]:
    """What was set aside, without the logs that belong to it."""
    found = (path.name for path in home.data.glob("*.corrupt-*"))
    return sorted(name for name in found if not name.endswith(("-wal", "-shm", "-journal")))


@pytest.mark.parametrize("cases", [CASES, pytest.param(1_000, marks=pytest.mark.soak)])
def test_whatever_was_damaged_is_usable_afterwards(tmp_path: Path, healthy: bytes, cases: int) -> None:
    slowest = longest = 0.0
    aside = 0
    for number in range(cases):
        chance = random.Random(number)
        way = WAYS[number % len(WAYS)]
        case = f"case {number}, {way.__name__}"
        home = home_at(tmp_path / str(number))
        home.data.mkdir()
        home.database.write_bytes(healthy)
        way(home.database, chance)
        began, cpu = time.monotonic(), time.process_time()
        for name in ("first", "second"):
            database = Database(home)
            try:
                a_day(database, name)
                assert database.problem is None, case
            except Exception as error:
                raise AssertionError(case) from error
            finally:
                database.close()
        slowest = max(slowest, time.process_time() - cpu)
        longest = max(longest, time.monotonic() - began)
        last = sqlite3.connect(home.database)
        assert last.execute("SELECT count(*) FROM shown WHERE token_id LIKE 'second%'").fetchone()[0] > 0, (
            case
        )
        last.close()
        aside += bool(corrupt_names(home))
        shutil.rmtree(home.data)
    assert slowest < CPU_SECONDS and longest < WALL_SECONDS
    assert aside > cases // 4, "most of this is damage"


# -- what is kept --------------------------------------------------------------------------------------


def test_the_damaged_file_is_kept_whole(place: Home, opened: Open) -> None:
    place.data.mkdir()
    place.database.write_bytes(b"not a database" * 1_000)
    place.database.with_name("afterglow.db-wal").write_bytes(b"its log")
    assert rescue.set_aside(place.database, place.run).outcome == "renamed"
    assert opened().problem is None
    [kept] = corrupt_names(place)
    assert (place.data / kept).read_bytes() == b"not a database" * 1_000
    assert (place.data / f"{kept}-wal").read_bytes() == b"its log"
    assert kept.removeprefix("afterglow.db.corrupt-").isdigit()


def test_no_more_than_three_are_kept_and_they_are_the_newest(place: Home, opened: Open) -> None:
    place.data.mkdir()
    (place.data / "afterglow.db.corrupt-notes.txt").write_text("the user's own")
    for number in range(6):
        place.database.write_bytes(f"damage {number}".encode())
        opened().close()
    kept = [name for name in corrupt_names(place) if name != "afterglow.db.corrupt-notes.txt"]
    assert [(place.data / name).read_text() for name in kept] == ["damage 3", "damage 4", "damage 5"]
    assert (place.data / "afterglow.db.corrupt-notes.txt").exists()


def test_a_choice_outlasts_the_damage(place: Home, opened: Open) -> None:
    """Who switched it off has it off."""
    database = opened()
    database.write(lambda connection: choices.write_mode(connection, "off"))
    database.write(lambda connection: choices.write_dnd(connection, NOW))
    written(database, *(happening("commit", key=str(n)) for n in range(500)))
    database.close()
    with place.database.open("r+b") as file:
        file.seek(-20_000, os.SEEK_END)
        file.write(b"\xff" * 20_000)
    fresh = opened()
    with pytest.raises(IndexError):
        fresh.read(lambda connection: query.events(connection)[400])
    assert corrupt_names(place)
    assert choices.read_mode(fresh.connection) == "off"
    assert choices.read_dnd(fresh.connection) == NOW


def test_a_choice_that_makes_no_sense_is_not_taken_over(connection: sqlite3.Connection) -> None:
    choices.restore(connection, {"mode": "loud", "dnd_until": "soon", "compatible": "9"})
    assert count(connection, "meta") == 1
    choices.write_mode(connection, "quiet")
    choices.restore(connection, {"mode": "off"})
    assert choices.read_mode(connection) == "quiet", "what was chosen since is newer"


# -- in the middle of use ------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_damage_in_the_middle_of_use(place: Home, opened: Open, seed: int) -> None:
    chance = random.Random(seed)
    database = opened()
    written(database, *(happening("commit", key=str(n)) for n in range(300)))
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    size = place.database.stat().st_size
    with place.database.open("r+b") as file:
        for _ in range(20):
            file.seek(chance.randrange(0, size, 512))
            file.write(chance.randbytes(512))
    other = opened()
    # Each may find the damage only while it works: what it does later counts.
    for name in ("first", "second"):
        for number, one in enumerate((database, other)):
            a_day(one, f"{name}-{number}")
            assert one.problem is None
    assert len(corrupt_names(place)) == 1
    for connection in (database.connection, other.connection):
        assert count(connection, "shown", "token_id LIKE 'second%'") == 8


def test_damage_in_an_index_alone_is_found(place: Home, opened: Open) -> None:
    """Rows that their index does not know: only the long check tells."""
    database = opened()
    written(database, *(job("run", "ok", ago=n * 60_000) for n in range(50)))
    database.close()
    raw = sqlite3.connect(place.database, isolation_level=None)
    raw.execute("PRAGMA writable_schema = ON")
    raw.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ', at)', ', recorded_at)') WHERE name = 'events_of_job'"
    )
    raw.close()
    window = opened()
    window.write(archive.forget_all)
    a_day(window, "after")
    assert window.problem is None


def test_two_that_find_the_same_damage_rename_once(place: Home, opened: Open) -> None:
    for number in range(10):
        opened().close()
        place.database.write_bytes(b"damaged" * 1_000)
        before = len(corrupt_names(place))
        barrier = Barrier(4, timeout=30)

        def start(name: str, barrier: Barrier = barrier) -> str | None:
            barrier.wait()
            database = Database(place)
            written(database, happening("commit", key=name))
            problem = database.problem
            database.close()
            return problem

        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(start, [f"{number}-{n}" for n in range(4)])) == {None}
        fresh = Database(place)
        assert count(fresh.connection, "events") == 4, "one fresh file, and all wrote to it"
        fresh.close()
        assert len(corrupt_names(place)) == min(before + 1, rescue.KEPT)
