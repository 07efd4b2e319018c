"""F21: the files stay small, and what is old goes in steps that hold up nobody."""

from __future__ import annotations

import time

import pytest

from afterglow.store import archive, events, facts, marks, opening, sessions, turns
from afterglow.store.database import Database
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import GAP, NOW, PLACE, count, happening, job, record, to_json, token, turn, written

MINUTE = 60_000
DAY = 24 * 60 * MINUTE
RETENTION = 90 * DAY
MOST_LOG = opening.WAL_LIMIT + 512 * 1024
"""One transaction may begin below the limit and end above it."""
STEP_SECONDS = 0.1


def log_size(place: Home) -> int:
    log = place.database.with_name("afterglow.db-wal")
    return log.stat().st_size if log.exists() else 0


def purged(database: Database, before: int) -> tuple[int, float]:
    """Purge until nothing is left; the number of steps and the longest of them, in seconds of CPU."""
    steps, longest, more = 0, 0.0, True
    while more:
        began = time.process_time()
        more = database.write(lambda connection: archive.purge(connection, before))
        longest = max(longest, time.process_time() - began)
        steps += 1
    return steps, longest


@pytest.mark.parametrize("number", [6_000, pytest.param(100_000, marks=pytest.mark.soak)])
def test_with_a_purge_the_files_stay_small(place: Home, opened: Open, number: int) -> None:
    """Ten years and more of work, one event an hour; the retention keeps the newest part of it."""
    window = opened()
    kept = number // 5
    largest = longest = 0.0
    for first in range(0, number, 100):

        def some(connection: opening.Connection, first: int = first) -> None:
            for one in range(first, first + 100):
                seen = job(
                    "run", "ok", ago=-one * 60 * MINUTE, key=f"k{one}", data={"failing": ["tree " * 100]}
                )
                events.record(connection, seen, now=seen.at, session_gap_ms=GAP)

        window.write(some)  # type: ignore[arg-type]
        longest = max(longest, purged(window, NOW + (first + 100 - kept) * 60 * MINUTE)[1])
        largest = max(largest, log_size(place))
    assert count(window.connection, "events") == kept
    assert count(window.connection, "labels") == count(window.connection, "keys") == kept
    assert count(window.connection, "sessions") <= kept + 2
    assert largest <= MOST_LOG
    # As much as is kept, twice over: pages that a purge freed are used again.
    assert place.database.stat().st_size < kept * 4_000 + 500_000
    assert longest < STEP_SECONDS


def test_a_log_that_nobody_checkpoints_stays_small_too(place: Home, opened: Open) -> None:
    window = opened()
    largest = 0
    for number in range(1_500):
        written(window, happening("commit", key=str(number), data={"branch": "pine " * 800}))
        largest = max(largest, log_size(place))
    assert 1_000_000 < largest <= MOST_LOG


def test_a_log_that_a_reader_made_long_is_cut_again(place: Home, opened: Open) -> None:
    window, reader = opened(), opened()
    written(window, happening("commit", key="first"))
    reader.connection.execute("BEGIN")
    reader.connection.execute("SELECT count(*) FROM events").fetchone()
    for number in range(1_500):
        written(window, happening("commit", key=str(number), data={"branch": "pine " * 800}))
    assert log_size(place) > MOST_LOG
    reader.connection.execute("ROLLBACK")
    for number in range(3):
        window.checkpoint()
        written(window, happening("commit", key=f"after {number}"))
    assert log_size(place) <= MOST_LOG


def test_a_purge_takes_a_little_at_a_time(opened: Open) -> None:
    window = opened()
    window.write(
        lambda connection: [
            record(connection, happening("commit", ago=100 * DAY + n, key=str(n), silent=True))
            for n in range(120)
        ]
    )
    left = [120]
    while window.write(lambda connection: archive.purge(connection, NOW - RETENTION)):
        left.append(count(window.connection, "events"))
    assert left == [120, 70, 20]
    assert count(window.connection, "events") == count(window.connection, "keys") == 0


def test_a_purge_takes_what_is_old_and_nothing_else(opened: Open) -> None:
    window = opened()
    names = ("old", "new")
    for name, at in zip(names, (NOW - 91 * DAY, NOW - 89 * DAY), strict=True):

        def one_day(connection: opening.Connection, name: str = name, at: int = at) -> None:
            sessions.open_window(connection, name, at)
            seen = job("run", "ok", ago=NOW - at, label=name, key=name)
            event = record(connection, seen, at).event
            turns.take(connection, name, [event.seq], at)
            session = sessions.current(connection, PLACE, at, GAP)
            turns.settle(connection, turn(token(name)), [event], event, session, name, at, to_json)
            sessions.close_window(connection, name, at)
            events.add_hazard(connection, name, "destructive", at)
            marks.save(connection, PLACE, [marks.MarkRow(f"/{name}", 1, 1, 1, (), "")])

        window.write(one_day)  # type: ignore[arg-type]
    window.write(lambda connection: sessions.current(connection, PLACE, NOW, GAP))
    purged(window, NOW - RETENTION)
    for table, column in (
        ("labels", "label"),
        ("keys", "key"),
        ("shown", "token_id"),
        ("turns", "token_id"),
        ("windows", "id"),
        ("hazards", "workspace"),
    ):
        found = [row[0] for row in window.connection.execute(f"SELECT {column} FROM {table}")]
        assert found == ["new"], table
    assert count(window.connection, "events") == 1
    assert count(window.connection, "marks") == 2, "a log is not read again because its window was long away"
    assert count(window.connection, "sessions") == 2


def test_who_comes_back_after_a_long_time_is_no_newcomer(opened: Open) -> None:
    window = opened()
    for days in (300, 200, 100):
        at = NOW - days * DAY
        window.write(lambda connection, at=at: sessions.current(connection, PLACE, at, GAP))  # type: ignore[misc]
    purged(window, NOW - RETENTION)
    assert count(window.connection, "sessions") == 2
    assert not facts.newcomer(window.connection, "")


def test_a_turn_that_stands_before_older_ones_does_not_stop_the_purge_for_ever(opened: Open) -> None:
    """The clock was set back between the first and the second."""
    window = opened()
    for number, at in enumerate((NOW + DAY, NOW - 91 * DAY, NOW - 91 * DAY)):

        def one(connection: opening.Connection, number: int = number, at: int = at) -> None:
            event = record(connection, happening("commit", ago=NOW - at, key=str(number)), at).event
            turns.take(connection, "a", [event.seq], at)
            session = sessions.current(connection, PLACE, at, GAP)
            turns.settle(connection, turn(None), [event], event, session, "a", at, to_json)

        window.write(one)  # type: ignore[arg-type]
    purged(window, NOW - RETENTION)
    assert count(window.connection, "turns") == 1
