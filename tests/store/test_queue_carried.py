"""F14 for the queue: while memory stands in for the disk, lines are given once, and nothing is lost."""

from __future__ import annotations

import sqlite3

import pytest

from afterglow.core.prediction import Prediction
from afterglow.core.queue_rules import Entry
from afterglow.store import (
    limits,
    notes,
    predictions,
    queue,
    queue_carry,
    rapport,
    ratings,
    recipes,
    turn_clock,
)
from afterglow.store.database import Database
from tests.store.conftest import Open
from tests.store.making import NOW, PLACE, count, written
from tests.store.queueing import USER, add, claim, said, tick
from tests.store.test_disk_full import Disk, big
from tests.store.test_disk_full import disk as disk  # noqa: PLC0414 - the fixture


def fall(disk: Disk, window: Database) -> None:
    """The disk is full, and the window has seen it."""
    disk.fill(window)
    written(window, big("does not fit"))
    assert not window.on_disk


def back(disk: Disk, window: Database) -> None:
    disk.full = False
    disk.later()
    window.write(lambda connection: None)
    assert window.on_disk


def test_claims_go_on_in_memory_and_count_on_the_disk(disk: Disk, opened: Open) -> None:
    window = disk.open()
    window.write(lambda connection: [add(connection, str(n), tags=["a"]) for n in range(5)])
    fall(disk, window)
    told = [window.write(lambda connection: said(connection, tags=("a",))) for _ in range(3)]
    added = window.write(lambda connection: add(connection, "from memory", tags=["b"]))
    assert told == ["4", "3", "2"]
    back(disk, window)
    left = [entry.banter for entry in queue.entries(window.connection, USER, NOW)]
    assert sorted(left) == ["0", "1", "from memory"]
    assert window.write(lambda connection: said(connection, tags=("b",))) == "from memory"
    everything = queue.entries(window.connection, USER, NOW, everything=True)
    assert sum(entry.used for entry in everything) == 4
    assert added.id in [entry.id for entry in everything]
    numbers = window.connection.execute("SELECT claimed FROM banter_queue WHERE used = 1 ORDER BY claimed")
    assert [row[0] for row in numbers] == [1, 2, 3, 4]
    live = {row[0] for row in window.connection.execute("SELECT seq FROM queue_tags")}
    assert len(live) == 2


def test_what_another_window_did_meanwhile_stands(disk: Disk, opened: Open) -> None:
    window, other = disk.open(), opened()
    window.write(lambda connection: [add(connection, str(n)) for n in range(4)])
    fall(disk, window)
    assert window.write(said) == "3"
    assert other.write(said) == "3", "what the other cannot know"
    assert other.write(said) == "2"
    other.write(lambda connection: add(connection, "of the other"))
    other.write(lambda connection: connection.execute("DELETE FROM banter_queue WHERE banter = '0'"))
    back(disk, window)
    assert sorted(entry.banter for entry in queue.entries(window.connection, USER, NOW)) == [
        "1",
        "of the other",
    ]


def test_a_line_used_in_memory_right_away_is_no_line_on_the_disk(disk: Disk) -> None:
    window = disk.open()
    fall(disk, window)
    window.write(lambda connection: add(connection, "quick"))
    got = window.write(claim)
    assert isinstance(got, Entry)
    window.write(lambda connection: ratings.rate(connection, USER, got.id, 4, NOW))
    back(disk, window)
    assert window.write(said) is None
    [entry] = queue.entries(window.connection, USER, NOW, everything=True)
    assert (entry.id, entry.used, entry.feedback_score) == (got.id, True, 4)


def test_of_a_large_queue_the_newest_lines_are_taken_along(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        queue_carry.WANTED,
        "banter_queue",
        queue_carry.WANTED["banter_queue"].replace(str(queue_carry.RECENT), "3"),
    )
    window = disk.open()
    window.write(lambda connection: [add(connection, str(n)) for n in range(10)])
    fall(disk, window)
    assert count(window.connection, "banter_queue") == 3
    assert window.write(said) == "9"
    back(disk, window)
    assert len(queue.entries(window.connection, USER, NOW)) == 9


def test_all_the_rest_comes_along_and_back(disk: Disk, opened: Open) -> None:
    window, other = disk.open(), opened()
    rated = window.write(lambda connection: add(connection, source="stats"))

    def before(connection: sqlite3.Connection) -> None:
        tick(connection, 3)
        rapport.count(connection, USER, "2026-01-01", "turns", 3)
        recipes.start(connection, USER, PLACE, "s", "deploy", "spread", 5, 10, 1, NOW)
        limits.charge(connection, "t1", USER, "s", NOW)

    window.write(before)
    fall(disk, window)

    def meanwhile(connection: sqlite3.Connection) -> None:
        tick(connection, 2)
        rapport.count(connection, USER, "2026-01-01", "turns", 2)
        limits.charge(connection, "t2", USER, "s", NOW)
        notes.write(connection, USER, PLACE, "s", "branch", {"branch": "main"}, NOW)
        predictions.save(connection, USER, PLACE, Prediction(level=2), 5, NOW)
        ratings.rate(connection, USER, rated.id, 5, NOW)
        [run] = recipes.open_runs(connection, USER, PLACE, NOW)
        recipes.offer(connection, run, 2)
        recipes.start(connection, USER, PLACE, "s", "triage", "end", 5, 4, 5, NOW)

    window.write(meanwhile)

    def elsewhere(connection: sqlite3.Connection) -> None:
        tick(connection)
        rapport.count(connection, USER, "2026-01-01", "turns")
        limits.charge(connection, "t3", USER, "s", NOW)

    other.write(elsewhere)
    back(disk, window)
    connection = window.connection
    assert turn_clock.read(connection, PLACE) == turn_clock.Turns(7, 7)
    assert rapport.days(connection, USER)[0].turns == 6
    assert limits.spent(connection, USER, "s", NOW, NOW - 1).today == 3
    assert [note.data for note in notes.previous(connection, USER, PLACE, "next")] == [{"branch": "main"}]
    assert predictions.newest(connection, USER, PLACE, 6) == Prediction(level=2)
    assert ratings.standings(connection, USER)[("stats", "")].adjustment == 0.02
    runs = recipes.open_runs(connection, USER, PLACE, NOW)
    assert [(run.name, run.offered) for run in runs] == [("deploy", 4), ("triage", 0)]
