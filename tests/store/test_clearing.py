"""The door of the records (fault F33): words made safe, everything else as it came."""

from __future__ import annotations

import sqlite3

import pytest
from attrs import evolve

from afterglow.core.model import Observation
from afterglow.store import notes
from afterglow.store.clearing import cleared
from tests.store.making import NOW, PLACE, happening, job, record

TOKEN = "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6"


def test_what_holds_no_secret_comes_through_untouched() -> None:
    seen = job(
        label="pytest", tags=("python",), data={"failing": ["test_a"], "branch": "feature/x"}, key="k-1"
    )
    assert cleared(seen) == seen
    opened = Observation("session.open", PLACE, "editor", NOW, key="session.open:0123abcdef")
    assert cleared(opened) is opened


def test_labels_branches_tests_and_tags_are_made_safe(connection: sqlite3.Connection) -> None:
    seen = job(
        label=f"deploy {TOKEN}",
        tags=(TOKEN, "python"),
        data={"failing": [f"test[{TOKEN}]"], "branch": f"fix/{TOKEN}", "metrics": {TOKEN: 1.0}},
    )
    event = record(connection, seen).event
    assert (event.label, event.tags) == ("deploy …", ("…", "python"))
    assert event.data["failing"] == ["test[…]"]
    assert event.data["branch"] == "fix/…"
    assert event.data["metrics"] == {"…": 1.0}
    assert TOKEN not in "\n".join(connection.iterdump())


def test_the_same_run_told_twice_is_still_one_happening(connection: sqlite3.Connection) -> None:
    first = record(connection, job("run", label=f"deploy {TOKEN}"))
    second = record(connection, job("editor", label=f"deploy {TOKEN}", ago=1_000))
    assert (first.event.id, second.new) == (second.event.id, False)
    assert second.event.labels == ("deploy …",)


@pytest.mark.parametrize("key", [TOKEN, f"deploy {TOKEN}", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"])
def test_a_clients_key_names_a_happening_and_is_not_kept_where_it_may_be_a_secret(
    connection: sqlite3.Connection, key: str
) -> None:
    seen = happening("milestone", source="editor", key=key)
    assert record(connection, seen).new
    assert not record(connection, evolve(seen, at=NOW - 1)).new
    assert key not in "\n".join(connection.iterdump())


def test_hashes_of_commits_and_keys_of_sensors_stay() -> None:
    sha = "0123456789abcdef0123456789abcdef01234567"
    seen = happening("branch.switch", data={"from": sha, "to": "main", "sha": sha}, key=f"git:{sha}")
    assert cleared(seen) == seen


def test_notes_are_made_safe(connection: sqlite3.Connection) -> None:
    made = notes.write(connection, "local", PLACE, "s", "text", {"text": f"the token is {TOKEN}"}, NOW)
    assert made.data == {"text": "the token is …"}
    assert notes.previous(connection, "local", PLACE, "other")[0].data == made.data
