"""What one source proves after another did not know: the run may speak after all, and counts stay whole."""

from __future__ import annotations

from sqlite3 import Connection

import pytest

from afterglow.store import turns
from afterglow.store.database import Database
from tests.store.conftest import Open
from tests.store.making import NOW, PLACE, happening, job, record, to_json, token, turn

WINDOW = "w"


@pytest.fixture
def database(opened: Open) -> Database:
    return opened()


def take_all(database: Database) -> list[str]:
    """Own what waits, and close it silently; the ids."""

    def work(connection: Connection) -> list[str]:
        waiting = turns.waiting(connection, (PLACE,), NOW)
        mine = turns.take(connection, WINDOW, [event.seq for event in waiting], NOW)
        turns.finish(connection, [event.seq for event in mine], "its outcome is not known", NOW)
        return [event.id for event in mine]

    return database.write(work)


def test_a_silent_unknown_run_speaks_when_its_exit_code_comes(database: Database) -> None:
    first = database.write(lambda connection: record(connection, job("report", "unknown"))).event
    assert take_all(database) == [first.id]
    assert take_all(database) == []
    database.write(lambda connection: record(connection, job("run", "ok", exit_code=0)))
    assert take_all(database) == [first.id]
    database.write(lambda connection: record(connection, job("hook", "ok", exit_code=0)))
    assert take_all(database) == [], "it was ok before"


def test_a_run_that_failed_does_not_speak_again(database: Database) -> None:
    database.write(lambda connection: record(connection, job("report", "fail")))
    take_all(database)
    database.write(lambda connection: record(connection, job("run", "ok", exit_code=0)))
    assert take_all(database) == []


def test_what_was_told_is_not_told_again(database: Database) -> None:
    first = database.write(lambda connection: record(connection, job("report", "unknown"))).event

    def tell(connection: Connection) -> None:
        session = turns.know(connection, PLACE, first, "normal", NOW, 60_000).session
        mine = turns.take(connection, WINDOW, [first.seq], NOW)
        turns.settle(connection, turn(token("t", session.id)), mine, first, session, WINDOW, NOW, to_json)

    database.write(tell)
    database.write(lambda connection: record(connection, job("run", "ok", exit_code=0)))
    assert take_all(database) == []


def test_names_from_a_cache_do_not_keep_a_reports_counts_out(database: Database) -> None:
    cache = job("cache", "fail", data={"failing": ["test_a"]})
    report = job("report", "fail", data={"failing": ["test_a", "test_b"], "passed": 3, "failed": 2})
    for first, second in ((cache, report), (report, cache)):
        made = database.write(
            lambda connection, one=first, other=second: (record(connection, one), record(connection, other))[
                1
            ]  # type: ignore[misc]
        ).event
        assert made.data["passed"] == 3
        assert made.data["failing"] == ["test_a", "test_b"]
        database.write(lambda connection: connection.execute("DELETE FROM events"))


def test_other_kinds_are_left_alone(database: Database) -> None:
    database.write(lambda connection: record(connection, happening("commit", key="c")))
    take_all(database)
    database.write(lambda connection: record(connection, happening("commit", key="c")))
    assert take_all(database) == []
