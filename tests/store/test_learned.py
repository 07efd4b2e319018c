"""The index of the learned files: what it holds, and what leaves with a line."""

from __future__ import annotations

import sqlite3
from typing import Any

from attrs import evolve

from afterglow.store import learned
from afterglow.store.learned import Kept, Synced
from tests.store.making import NOW, PLACE
from tests.store.queueing import USER, add, said, tick

FILES = ("domain-content.1.jsonl", "domain-content.jsonl")


def kept(name: str = "made-a", **fields: Any) -> Kept:
    values: dict[str, Any] = {
        "user_id": USER,
        "file": FILES[1],
        "kind": "aside",
        "made_on_turn": 4,
        "at": NOW,
        "domain": "travel",
        "tags": ("travel", "greece"),
        "workspace": PLACE,
        "job_id": "j1",
    }
    return Kept(name, **{**values, **fields})


def test_what_is_added_is_kept_as_it_is(connection: sqlite3.Connection) -> None:
    rows = (kept(), kept("made-b", at=NOW + 1, domain=None, tags=(), job_id=None))
    learned.add(connection, rows)
    assert learned.kept(connection) == rows
    assert learned.kept(connection, ("other.jsonl",)) == ()


def test_adding_twice_is_adding_once(connection: sqlite3.Connection) -> None:
    learned.add(connection, [kept()])
    learned.add(connection, [kept(domain="islands")])
    assert [row.domain for row in learned.kept(connection)] == ["islands"]


def test_sync_follows_the_files(connection: sqlite3.Connection) -> None:
    other = kept("grade-a", file="llm-enrichment.jsonl", kind="grade")
    learned.add(connection, [kept("made-a"), kept("made-b"), other])
    held = [evolve(kept("made-b"), file=FILES[0]), kept("made-c")]
    assert learned.sync(connection, FILES, held) == Synced(gone=1, taken=1)
    found = {row.id: row.file for row in learned.kept(connection)}
    assert found == {"made-b": FILES[0], "made-c": FILES[1], "grade-a": other.file}
    assert learned.sync(connection, FILES, held) == Synced()


def test_only_the_waiting_lines_of_what_is_gone_go(connection: sqlite3.Connection) -> None:
    learned.add(connection, [kept("made-a"), kept("made-b")])
    add(connection, "gone", source="llm_generated", source_id="made-a")
    add(connection, "stays", source="llm_generated", source_id="made-b")
    add(connection, "a user's", source="job", source_id="made-a")
    assert learned.sync(connection, FILES, [kept("made-b")]) == Synced(gone=1, unqueued=1)
    assert {said(connection), said(connection)} == {"stays", "a user's"}
    assert said(connection) is None


def test_many_rows_go_at_once(connection: sqlite3.Connection) -> None:
    learned.add(connection, [kept(f"made-{number}") for number in range(2_500)])
    assert learned.sync(connection, FILES, []).gone == 2_500
    assert learned.kept(connection) == ()


def test_a_turned_file_takes_the_place_of_the_older(connection: sqlite3.Connection) -> None:
    learned.add(connection, [kept("made-old", file=FILES[0]), kept("made-a")])
    learned.turned(connection, FILES[1], FILES[0])
    assert [(row.id, row.file) for row in learned.kept(connection)] == [("made-a", FILES[0])]


def test_the_newest_of_the_turns_that_were_asked_about(connection: sqlite3.Connection) -> None:
    for turn in (3, 4, 9):
        connection.execute(
            "INSERT INTO twin_turns (user_id, workspace, session_id, turn, at) VALUES (?, ?, 's', ?, ?)",
            (USER, PLACE, turn, NOW),
        )
    assert learned.newest_turn(connection, (1, 2), PLACE) == 4
    assert learned.newest_turn(connection, (77,), PLACE) == 0
    tick(connection, 5)
    assert learned.newest_turn(connection, (77,), PLACE) == 5
