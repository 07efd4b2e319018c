"""F18: two schema versions on one file; both keep working, and the newer never destroys."""

from __future__ import annotations

import random
import re
import sqlite3
from typing import Final

import pytest

from afterglow.core.model import Observation
from afterglow.store import archive, events, opening, query, rescue, schema, turns
from afterglow.store.database import Unavailable
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import GAP, NOW, count, happening, record, written
from tests.support.writers import ROOT

LATER: Final = (
    *schema.MIGRATIONS,
    (
        "ALTER TABLE events ADD COLUMN mood TEXT",
        "ALTER TABLE sessions ADD COLUMN topic TEXT NOT NULL DEFAULT ''",
        "CREATE TABLE later_lines (id TEXT PRIMARY KEY, banter TEXT NOT NULL)",
        "CREATE INDEX events_of_mood ON events (mood) WHERE mood IS NOT NULL",
    ),
)
STORE: Final = ROOT / "server" / "afterglow" / "store"


def later_program(place: Home, compatible: int = 1) -> sqlite3.Connection:
    """The connection of a newer Afterglow, its migration done."""
    connection = opening.connect(place.database)
    opening.prepare(connection, wal=True)
    schema.migrate(connection, LATER, compatible)
    return connection


def later_writes(connection: sqlite3.Connection, seen: Observation) -> None:
    connection.execute("BEGIN IMMEDIATE")
    made = record(connection, seen)
    connection.execute("UPDATE events SET mood = 'glad' WHERE id = ?", (made.event.id,))
    connection.execute("INSERT INTO later_lines VALUES (?, 'a line')", (made.event.id,))
    connection.execute("COMMIT")


def test_two_versions_take_turns_on_one_file(place: Home, opened: Open) -> None:
    chance = random.Random(18)
    old = opened()
    new = later_program(place)
    for number in range(1_000):
        seen = happening("commit", key=f"line-{number}")
        if chance.random() < 0.5:
            later_writes(new, seen)
        else:
            [event] = written(old, seen)
            assert old.write(lambda connection, seq=event.seq: turns.take(connection, "a", [seq], NOW))  # type: ignore[misc]
        if number % 100 == 0:
            old.close()
            old = opened()
    assert old.problem is None
    assert [event.at for event in old.read(query.events)] == [NOW] * 1_000
    assert count(new, "keys") == 1_000
    assert count(new, "events", "mood = 'glad'") == count(new, "later_lines")
    assert new.execute("PRAGMA user_version").fetchone()[0] == len(LATER)
    new.close()


def test_the_older_one_exports_and_erases_what_it_knows(place: Home, opened: Open) -> None:
    old = opened()
    new = later_program(place)
    later_writes(new, happening("commit", key="1"))
    assert {row["table"] for row in archive.rows(old.connection)} >= {"events", "keys"}
    assert any(row.get("mood") == "glad" for row in archive.rows(old.connection))
    old.write(archive.forget_all)
    assert count(new, "events") == 0
    assert new.execute("SELECT value FROM meta WHERE key = 'compatible'").fetchone()[0] == "1"
    new.close()


def test_a_newer_one_that_is_incompatible_is_left_untouched(place: Home, opened: Open) -> None:
    first = opened()
    written(first, happening("commit", key="1"))
    first.close()
    later_program(place, compatible=len(LATER)).close()
    new = opening.connect(place.database)
    new.execute("PRAGMA journal_mode = DELETE").fetchall()
    before = place.database.read_bytes()
    window = opened()
    written(window, happening("commit", key="2"))
    assert window.problem == (
        "nothing can be kept for later: the database belongs to a newer Afterglow:"
        " update this one (it is left as it is)"
    )
    assert count(window.connection, "events") == 1
    with pytest.raises(Unavailable, match="newer Afterglow"):
        opened(fallback=False)
    new.close()
    assert place.database.read_bytes() == before
    assert {path.name for path in place.data.glob("afterglow.db*")} == {"afterglow.db"}


def test_an_incompatible_one_is_not_taken_for_damaged_by_its_other_tables(place: Home, opened: Open) -> None:
    opened().close()
    new = later_program(place, compatible=len(LATER))
    new.execute("DROP TABLE hazards")
    new.execute("ALTER TABLE turns RENAME TO moments")
    new.close()
    assert not rescue.is_damaged(place.database)


def test_a_window_that_was_open_before_the_newer_one_came_goes_on(place: Home, opened: Open) -> None:
    window = opened()
    written(window, happening("commit", key="1"))
    later_program(place).close()
    written(window, happening("commit", key="2"))
    assert window.problem is None
    assert count(opened().connection, "events") == 2


def test_a_window_that_was_open_before_an_incompatible_one_came_leaves_the_file(
    place: Home, opened: Open
) -> None:
    window, command = opened(), opened(fallback=False)
    written(window, happening("commit", key="1"))
    new = later_program(place, compatible=len(LATER))
    written(window, happening("commit", key="2"))
    assert window.problem is not None and "newer Afterglow" in window.problem
    assert count(window.connection, "events") == 2
    with pytest.raises(Unavailable, match="newer Afterglow"):
        written(command, happening("commit", key="3"))
    assert count(new, "events") == 1
    new.close()


def test_migrating_is_one_transaction_and_repeating_it_is_nothing(place: Home, opened: Open) -> None:
    opened().close()
    connection = opening.connect(place.database)
    broken = (*schema.MIGRATIONS, ("CREATE TABLE half (x)", "CREATE TABLE half (x)"))
    with pytest.raises(sqlite3.OperationalError, match="already exists"):
        schema.migrate(connection, broken, 1)
    assert not connection.in_transaction
    assert count(connection, "sqlite_master", "name = 'half'") == 0
    for _ in range(2):
        schema.migrate(connection)
        schema.migrate(connection, LATER, 1)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == len(LATER)
    connection.close()


def test_every_table_is_listed(connection: sqlite3.Connection) -> None:
    found = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    assert {row[0] for row in found} == set(schema.TABLES)


@pytest.mark.parametrize(
    "word",
    [
        pytest.param(r"\bRETURNING\b", id="3.35"),
        pytest.param(r"\bSTRICT\b", id="3.37"),
        pytest.param(r"\bUPDATE \w+ SET .* FROM\b", id="3.33"),
        pytest.param(r"->>?'", id="3.38"),
        pytest.param(r"\bunixepoch\(|\biif\(|\bDROP COLUMN\b|\bMATERIALIZED\b", id="3.32 to 3.38"),
        pytest.param(r"\bjson_\w+\(", id="optional before 3.38"),
    ],
)
def test_the_sql_is_older_than_the_oldest_sqlite(word: str) -> None:
    """An enterprise distribution that has Python 3.11 brings an SQLite of 2018."""
    modern = re.compile(word)
    assert [path.name for path in sorted(STORE.glob("*.py")) if modern.search(path.read_text("utf-8"))] == []


def test_events_of_a_kind_from_the_future_can_be_listed(opened: Open) -> None:
    old = opened()
    written(old, happening("commit"))
    old.write(lambda connection: connection.execute("UPDATE events SET kind = 'tomorrow'"))
    assert [event.kind for event in old.read(query.events)] == ["tomorrow"]
    again = happening("commit", key="more")
    assert events.record(old.connection, again, now=NOW, session_gap_ms=GAP) is not None
