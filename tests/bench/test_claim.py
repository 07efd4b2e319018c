"""N1: the claim with its transaction at a million rows, beside the cheapest claim that SQLite can make.

The unit of the ratios is an ``UPDATE ... RETURNING`` of one row by its primary key in the same file, in
a transaction of its own. Run with ``-m bench -s``; the million rows are built once, in about a minute.
"""

from __future__ import annotations

import multiprocessing
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from attrs import frozen

from afterglow.core.queue_rules import Entry
from afterglow.store import queue, queue_upkeep
from afterglow.store.database import Database
from afterglow.store.home import Home
from afterglow.store.ranking import ANY, UNTAGGED
from tests.store.queueing import draft
from tests.support.patience import rest

pytestmark = pytest.mark.bench

ROWS: Final = 1_000_000
CLAIMS: Final = 1_000
PROCESSES: Final = 8
CONTENDED: Final = 150
NOW: Final = 1_790_000_000_000
LIFE: Final = 12 * 60 * 60 * 1000
SOURCES: Final = ("job", "recipe", "llm_generated", "stats")
RATIO: Final = 45.0
"""What the gate allows for a hit, in units of processor time at the median; a miss may cost a ninth."""
PAUSE: Final = 0.02
"""Seconds between two claims of one of eight processes: a hundred times as often as windows do it."""

_NUMBERS: Final = f"WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT {ROWS})"
_CONFIDENCE: Final = "round(0.5 + (n * 7919 % 50) / 100.0, 2)"
# Every entry but each tenth has one tag of 200 and one of 5.
_RARE: Final = "'rare' || (n * 104729 % 200)"
_COMMON: Final = "'common' || (n * 31 % 5)"
_TAGGED: Final = "n % 10 <> 0"


def fill(connection: sqlite3.Connection) -> None:
    """A million live entries of one user in four lanes, as ``queue.add`` would leave them."""
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        " AND tbl_name IN ('banter_queue', 'queue_tags')"
    ).fetchall()
    connection.execute("BEGIN")
    for index in indexes:
        connection.execute(f"DROP INDEX {index['name']}")
    connection.executemany(
        "INSERT INTO queue_lanes (lane, user_id, workspace, category, level, warmth, source)"
        " VALUES (?, 'local', '', '', 1, 2, ?)",
        list(enumerate(SOURCES)),
    )
    source = "CASE n % 4 " + " ".join(f"WHEN {n} THEN '{name}'" for n, name in enumerate(SOURCES)) + " END"
    connection.execute(
        "INSERT INTO banter_queue (seq, id, user_id, banter, level, warmth, source, tags, confidence,"
        " created_at, expires_at, lane)"
        f" {_NUMBERS} SELECT n, printf('%024x', n), 'local', 'a line number ' || n, 1, 2, {source},"
        f" CASE WHEN {_TAGGED} THEN '[\"' || {_RARE} || '\",\"' || {_COMMON} || '\"]' ELSE '[]' END,"
        f" {_CONFIDENCE}, {NOW}, {NOW + LIFE}, n % 4 FROM n"
    )
    own = f"CASE WHEN {_TAGGED} THEN {_RARE} || ' ' || {_COMMON} ELSE '' END"
    never = 1 << 62
    parts = (
        (f"'{ANY}'", "1"),
        (f"'{UNTAGGED}'", f"NOT {_TAGGED}"),
        (_RARE, _TAGGED),
        (_COMMON, _TAGGED),
    )
    every = " UNION ALL ".join(
        f"SELECT n % 4 AS lane, {tag} AS tag, {_CONFIDENCE} AS confidence, n AS seq, {own} AS tags FROM n"
        f" WHERE {where}"
        for tag, where in parts
    )
    connection.execute(
        "INSERT INTO queue_tags (lane, tag, confidence, seq, expires_at, dies_turn, tags)"
        f" {_NUMBERS} SELECT lane, tag, confidence, seq, {NOW + LIFE}, {never}, tags FROM ({every})"
        " ORDER BY lane, tag, confidence, seq"
    )
    for index in indexes:
        connection.execute(index["sql"])
    connection.execute("CREATE TABLE plain (id INTEGER PRIMARY KEY, used INTEGER NOT NULL, text TEXT)")
    connection.execute(f"INSERT INTO plain {_NUMBERS} SELECT n, 0, 'a line number ' || n FROM n")
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("million")
    home = Home(root, root, root / "logs", root / "run")
    database = Database(home, fallback=False)
    began = time.monotonic()
    fill(database.connection)
    size = home.database.stat().st_size / 1e6
    sys.stdout.write(f"\n{ROWS} rows in {time.monotonic() - began:.0f} s, {size:.0f} MB\n")
    database.close()
    return home


@pytest.fixture
def database(place: Home) -> Iterator[Database]:
    made = Database(place, fallback=False)
    yield made
    made.close()


def centile(values: list[float], share: float) -> float:
    found = sorted(values)
    return found[min(len(found) - 1, int(share * len(found)))]


@frozen
class Taken:
    """What work cost, in ms: by the clock on the wall, and of the processor alone."""

    wall: list[float]
    cpu: list[float]


def measured(database: Database, work: Callable[[sqlite3.Connection], Any], times: int = CLAIMS) -> Taken:
    """Each in a transaction. The log is moved into the file between them, as a window does at rest."""
    taken = Taken([], [])
    for number in range(times):
        if number % 50 == 0:
            database.checkpoint()
        wall, cpu = time.perf_counter(), time.thread_time()
        database.write(work)
        taken.cpu.append((time.thread_time() - cpu) * 1000)
        taken.wall.append((time.perf_counter() - wall) * 1000)
    return taken


def unit_of(database: Database) -> float:
    """The median of the plain claim, in ms of the processor."""
    numbers = iter(range(1, ROWS, 4_999))

    def plain(connection: sqlite3.Connection) -> Any:
        return connection.execute(
            "UPDATE plain SET used = used + 1 WHERE id = ? RETURNING text", (next(numbers),)
        ).fetchall()

    return centile(measured(database, plain, 150).cpu, 0.5)


def tell(what: str, taken: Taken, unit: float) -> None:
    wall, cpu = (tuple(centile(values, share) for share in (0.5, 0.99)) for values in (taken.wall, taken.cpu))
    sys.stdout.write(
        f"\nN1 {what}: p50 {wall[0]:.2f} ms, p99 {wall[1]:.2f} ms; of the processor {cpu[0]:.2f} and"
        f" {cpu[1]:.2f} ms, {cpu[0] / unit:.1f} plain claims\n"
    )


def claims(database: Database, **fields: Any) -> tuple[Taken, list[Entry | None]]:
    query = queue.ClaimQuery(**{"user_id": "local", "now": NOW, **fields})
    got: list[Entry | None] = []
    return measured(database, lambda connection: got.append(queue.claim(connection, query))), got


HITS: Final[dict[str, dict[str, Any]]] = {
    "by relevance": {},
    "by confidence": {"order": "confidence"},
    "newest first": {"order": "recency"},
    "oldest first": {"order": "fifo"},
    "a common tag": {"tags": ("common1",)},
    "a rare tag": {"tags": ("rare7",)},
    "five tags": {"tags": ("common1", "common2", "rare7", "rare8", "nowhere")},
    "a tag that is nowhere, beside untagged lines": {"tags": ("nowhere",)},
}
MISSES: Final[dict[str, dict[str, Any]]] = {
    "tags that are nowhere": {"tags": ("nowhere", "nor here"), "sources": ("job",)},
    "no lane": {"max_level": 0},
    "all expired": {"now": NOW + LIFE + 1},
    "all expired, with tags": {"now": NOW + LIFE + 1, "tags": ("common1", "rare7")},
}


@pytest.mark.parametrize("what", HITS)
def test_n1_a_claim(database: Database, what: str) -> None:
    unit = unit_of(database)
    taken, got = claims(database, **HITS[what])
    tell(what, taken, unit)
    ids = [entry.id for entry in got if entry is not None]
    assert len(set(ids)) == len(ids) == CLAIMS
    assert centile(taken.cpu, 0.5) <= RATIO * unit


@pytest.mark.parametrize("what", MISSES)
def test_n1_a_miss(database: Database, what: str) -> None:
    # The lane of jobs has tagged lines only, so that an unknown tag finds none.
    database.write(
        lambda connection: connection.execute("DELETE FROM queue_tags WHERE lane = 0 AND tag = ''")
    )
    unit = unit_of(database)
    taken, got = claims(database, **MISSES[what])
    tell(what, taken, unit)
    assert set(got) == {None}
    assert centile(taken.cpu, 0.5) <= RATIO / 9 * unit


def test_n1_dead_lines_in_front(database: Database) -> None:
    """Half a million died at the top of the order, and the purge has not come yet."""
    database.write(
        lambda connection: connection.execute(
            f"UPDATE queue_tags SET expires_at = {NOW - 1} WHERE tag = '{ANY}' AND confidence > 0.74"
        )
    )
    unit = unit_of(database)
    taken, got = claims(database)
    tell("half of them dead, the better half", taken, unit)
    assert all(entry is not None and entry.confidence <= 0.74 for entry in got)
    assert centile(taken.cpu, 0.5) <= RATIO * unit


def test_n1_an_add_and_a_purge(database: Database) -> None:
    unit = unit_of(database)
    line = draft("one more", tags=["common1", "rare7"])
    taken = measured(database, lambda connection: queue.add(connection, line, NOW, 0))
    tell("an add", taken, unit)
    assert centile(taken.cpu, 0.5) <= RATIO * unit
    late = NOW + 30 * 60 * 60 * 1000
    purged = measured(database, lambda connection: queue_upkeep.purge(connection, late, 0), 200)
    tell("a purge of 50, off the hot path", purged, unit)


def _contend(root: str, number: int, pipe: Any) -> None:
    place = Path(root)
    database = Database(Home(place, place, place / "logs", place / "run"), fallback=False)
    query = queue.ClaimQuery("local", NOW, tags=("common3", f"rare{number}"))
    pipe.send("ready")
    pipe.recv()
    taken, got = [], []
    for _ in range(CONTENDED):
        rest(PAUSE)
        database.checkpoint()
        began = time.perf_counter()
        entry = database.write(lambda connection: queue.claim(connection, query))
        taken.append((time.perf_counter() - began) * 1000)
        got.append(entry.id if entry is not None else "")
    pipe.send((taken, got))
    database.close()


def test_n1_eight_processes_contend(place: Home, database: Database) -> None:
    unit = unit_of(database)
    context = multiprocessing.get_context("spawn")
    pipes = []
    for number in range(PROCESSES):
        ours, theirs = context.Pipe()
        arguments = (str(place.data), number, theirs)
        context.Process(target=_contend, args=arguments, daemon=True).start()
        pipes.append(ours)
    assert [pipe.recv() for pipe in pipes] == ["ready"] * PROCESSES
    for pipe in pipes:
        pipe.send("go")
    results = [pipe.recv() for pipe in pipes]
    wall = [ms for taken, _ in results for ms in taken]
    got = [entry for _, entries in results for entry in entries]
    sys.stdout.write(
        f"\nN1 eight processes, waits for each other included: p50 {centile(wall, 0.5):.2f} ms,"
        f" p99 {centile(wall, 0.99):.2f} ms, most {max(wall):.1f} ms\n"
    )
    assert "" not in got and len(set(got)) == PROCESSES * CONTENDED
    assert centile(wall, 0.5) <= 2 * RATIO * unit
