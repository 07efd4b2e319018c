"""Everything out, everything gone: what is stored belongs to its user."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from afterglow.core.model import Anchor
from afterglow.store import archive, choices, events, marks, opening, schema, sessions, turns
from afterglow.store.database import Database, Unavailable
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import GAP, NOW, PLACE, count, happening, job, record, to_json, token, turn, written
from tests.store.queueing import a_queue_life
from tests.store.twins_life import a_twins_life

CANARY = "canaryxk7q"
KEPT = "sparrow4vw9"
HOUR = 3_600_000


def a_life(database: Database, word: str, ago: int = 0) -> None:
    """Rows in every table, each with ``word`` where a text can stand, ``ago`` ms before now."""
    at = NOW - ago
    workspace = f"/{word}/project"

    def live(connection: sqlite3.Connection) -> None:
        sessions.open_window(connection, f"{word}-window", at)
        sessions.open_workspace(connection, workspace, at, GAP)
        sessions.touch(connection, workspace, at, f"/{word}/file.py", GAP)
        seen = job(
            "run",
            "fail",
            ago=ago,
            workspace=workspace,
            label=f"{word} tests",
            tags=(word,),
            key=f"{word}-key",
            data={"failing": [f"test_{word}_{n}" for n in range(40)]},
            anchor=Anchor(f"file:///{word}.py", 1),
        )
        event = record(connection, seen, at).event
        record(
            connection, happening("commit", ago=ago, workspace=workspace, label=word, key=f"{word}-hash"), at
        )
        turns.take(connection, f"{word}-window", [event.seq], at)
        session = sessions.current(connection, workspace, at, GAP)
        decided = turn(token(f"{word}-token", session.id))
        turns.settle(connection, decided, [event], event, session, f"{word}-window", at, to_json)
        events.add_hazard(connection, workspace, "destructive", at)
        a_queue_life(connection, word, workspace, at)
        a_twins_life(connection, word, workspace, at)
        sessions.close_window(connection, f"{word}-window", at)

    database.write(live)


def bytes_of(place: Home) -> bytes:
    """All that lies on the disk: database, log, shared memory and whatever else."""
    return b"".join(path.read_bytes() for path in sorted(place.data.rglob("*")) if path.is_file())


def forget(database: Database, before: int | None = None) -> int:
    if before is None:
        gone = database.write(archive.forget_all)
    else:
        gone = database.write(lambda connection: archive.forget_before(connection, before))
    archive.scrub(database.connection)
    return gone


# -- export --------------------------------------------------------------------------------------------


def test_an_export_holds_every_row_of_every_table(opened: Open) -> None:
    database = opened()
    a_life(database, CANARY)
    database.write(lambda connection: choices.write_mode(connection, "quiet"))
    database.write(
        lambda connection: marks.save(connection, PLACE, [marks.MarkRow("/x", 1, 2, 3, ("a",), "{}")])
    )
    found = list(archive.rows(database.connection))
    for table in set(schema.TABLES) - {"windows"}:
        rows = [row for row in found if row["table"] == table]
        assert len(rows) == count(database.connection, table) > 0, table
        columns = {row[1] for row in database.connection.execute(f"PRAGMA table_info({table})")}
        assert set(rows[0]) == columns | {"table"}
    lines = [json.loads(json.dumps(row)) for row in found]
    assert {"table": "meta", "key": "mode", "value": "quiet"} in lines


def test_an_export_is_of_one_instant_and_leaves_nothing_open(opened: Open) -> None:
    database, other = opened(), opened()
    written(database, *(happening("commit", key=str(n)) for n in range(10)))
    rows = archive.rows(database.connection)
    next(rows)
    written(other, *(happening("commit", key=f"later {n}") for n in range(10)))
    assert sum(1 for row in rows if row["table"] == "events") == 10
    assert not database.connection.in_transaction
    unfinished = archive.rows(database.connection)
    next(unfinished)
    unfinished.close()  # type: ignore[attr-defined]
    written(database, happening("commit", key="after"))


def test_an_export_of_damaged_values_is_still_text(opened: Open) -> None:
    database = opened()
    written(database, happening("commit"))
    database.connection.execute("UPDATE events SET reason = x'ff41', tags = CAST(x'ff42' AS TEXT)")
    [row] = [row for row in archive.rows(database.connection) if row["table"] == "events"]
    assert json.loads(json.dumps(row))["reason"] == "\ufffdA"
    assert row["tags"] == "\ufffdB"


# -- forget --------------------------------------------------------------------------------------------


def test_after_forgetting_all_nothing_is_found_in_any_file(place: Home, opened: Open) -> None:
    database = opened()
    for number in range(30):
        a_life(database, f"{CANARY}{number}", number * HOUR)
    database.checkpoint()
    a_life(database, CANARY)
    assert CANARY.encode() in bytes_of(place)
    assert forget(database) > 30
    # Of a window the row stays, with a process and a name that are no words of its user.
    database.write(lambda connection: connection.execute("DELETE FROM windows"))
    archive.scrub(database.connection)
    assert CANARY.encode() not in bytes_of(place)
    for table in set(schema.TABLES) - {"meta"}:
        assert count(database.connection, table) == 0


def test_forgetting_before_a_time_leaves_nothing_from_before(place: Home, opened: Open) -> None:
    database = opened()
    for number in range(10):
        a_life(database, f"{CANARY}{number}", (number + 2) * 24 * HOUR)
    a_life(database, KEPT, 60_000)
    forget(database, NOW - HOUR)
    database.write(lambda connection: connection.execute("DELETE FROM windows"))
    archive.scrub(database.connection)
    # A sensor's key stands for a line of git's log; here it holds the word, really it is a hash.
    left = [row[0] for row in database.connection.execute("SELECT key FROM keys WHERE scope = ''")]
    assert len(left) == 11
    database.write(lambda connection: connection.execute("DELETE FROM keys WHERE scope = ''"))
    archive.scrub(database.connection)
    assert CANARY.encode() not in bytes_of(place)
    assert KEPT.encode() in bytes_of(place)
    assert count(database.connection, "events") == 2
    assert len(turns.last_tokens(database.connection, 99)) == 1


def test_a_late_turn_does_not_keep_the_words_of_a_forgotten_event(opened: Open) -> None:
    database = opened()
    [event] = written(database, happening("commit", ago=HOUR, label=CANARY))

    def settle(connection: sqlite3.Connection) -> None:
        turns.take(connection, "a", [event.seq], NOW)
        session = sessions.current(connection, PLACE, NOW, GAP)
        turns.settle(
            connection,
            turn(token("t")),
            [event],
            event,
            session,
            "a",
            NOW,
            lambda _: {"token": {"text": CANARY}},
        )

    database.write(settle)
    forget(database, NOW - HOUR // 2)
    assert CANARY not in "\n".join(database.connection.iterdump())


def test_what_was_deleted_long_ago_is_gone_from_the_free_pages_too(place: Home, opened: Open) -> None:
    database = opened()
    a_life(database, CANARY, 100 * 24 * HOUR)
    while database.write(lambda connection: archive.purge(connection, NOW - HOUR)):
        pass
    database.write(lambda connection: connection.execute("DELETE FROM sessions"))
    forget(database, NOW - HOUR)
    assert CANARY.encode() not in bytes_of(place)


def test_forgetting_makes_no_file_elsewhere(
    place: Home, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path / "no such folder"))
    database = opened()
    a_life(database, CANARY)
    forget(database)
    assert {path.name for path in tmp_path.iterdir()} == {"home"}


def test_open_windows_go_on_when_all_is_forgotten(place: Home, opened: Open) -> None:
    windows = [opened() for _ in range(3)]
    for number, window in enumerate(windows):
        window.write(lambda connection, name=f"w{number}": sessions.open_window(connection, name, NOW))  # type: ignore[misc]
        a_life(window, f"{CANARY}{number}")
    [event] = written(windows[0], happening("commit", key="pending"))
    windows[0].write(lambda connection: turns.take(connection, "w0", [event.seq], NOW))
    forget(windows[1])
    assert windows[0].read(lambda connection: events.fetch(connection, [event.seq])) == []
    windows[0].write(lambda connection: turns.finish(connection, [event.seq], "", NOW))
    for number, window in enumerate(windows):
        [fresh] = written(window, happening("commit", key=f"after-{number}"))
        assert fresh.seq > event.seq, "a number is not given twice"
        assert window.problem is None
    assert count(windows[2].connection, "events") == 3
    assert sessions.open_windows(windows[2].connection) == 3
    assert not list(place.data.glob("*.corrupt-*"))


def test_a_reader_that_will_not_end_is_said(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SCRUB_SECONDS", 0.05)
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    database, reader = opened(), opened()
    a_life(database, CANARY)
    reader.connection.execute("BEGIN")
    reader.connection.execute("SELECT count(*) FROM events").fetchone()
    database.write(archive.forget_all)
    with pytest.raises(Unavailable, match="the rows are gone, but"):
        archive.scrub(database.connection)
    reader.connection.execute("ROLLBACK")
    archive.scrub(database.connection)


def test_a_full_disk_is_said_too(opened: Open) -> None:
    database = opened()
    a_life(database, CANARY)
    database.connection.execute("PRAGMA max_page_count = 1").fetchall()
    database.write(archive.forget_all)
    database.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(Unavailable, match="the rows are gone, but the file could not be rewritten"):
        archive.scrub(database.connection)


def test_forgetting_keeps_what_the_schema_needs(opened: Open) -> None:
    database = opened()
    database.write(lambda connection: choices.write_mode(connection, "off"))
    forget(database)
    assert [tuple(row) for row in database.connection.execute("SELECT * FROM meta")] == [("compatible", "1")]
    assert opened().problem is None
