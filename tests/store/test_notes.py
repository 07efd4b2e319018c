"""What one session leaves for the next."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.store import notes, opening
from tests.store.making import NOW, PLACE
from tests.store.queueing import USER


def write(
    connection: sqlite3.Connection,
    session: str | None,
    kind: str = "text",
    workspace: str = PLACE,
    **data: Any,
) -> notes.Note:
    return notes.write(connection, USER, workspace, session, kind, data, NOW)


def left(connection: sqlite3.Connection, session: str, workspace: str = PLACE) -> list[tuple[str, Any]]:
    return [(note.kind, note.data) for note in notes.previous(connection, USER, workspace, session)]


def test_the_newest_earlier_session_is_what_counts(connection: sqlite3.Connection) -> None:
    write(connection, "one", "branch", branch="old")
    write(connection, "two", "branch", branch="main")
    write(connection, "two", "failing", tests=["test_expiry"])
    write(connection, "elsewhere", "branch", "/other", branch="x")
    write(connection, "three", "branch", branch="now")
    assert left(connection, "three") == [
        ("branch", {"branch": "main"}),
        ("failing", {"tests": ["test_expiry"]}),
    ]
    assert left(connection, "four") == [("branch", {"branch": "now"})]
    assert left(connection, "one", "/nowhere") == []


def test_what_a_session_has_once_is_replaced(connection: sqlite3.Connection) -> None:
    for name in ("a.py", "b.py"):
        write(connection, "one", "file", file=name)
        write(connection, "one", "todo", text=name)
    assert left(connection, "two") == [
        ("todo", {"text": "a.py"}),
        ("file", {"file": "b.py"}),
        ("todo", {"text": "b.py"}),
    ]


def test_a_note_between_sessions_belongs_to_the_one_before(connection: sqlite3.Connection) -> None:
    write(connection, None, text="before any")
    assert left(connection, "one") == [("text", {"text": "before any"})]
    write(connection, "one", "branch", branch="main")
    write(connection, None, text="after one")
    assert left(connection, "two") == [("branch", {"branch": "main"}), ("text", {"text": "after one"})]


def test_a_kind_that_is_none_is_a_mistake(connection: sqlite3.Connection) -> None:
    with pytest.raises(ValueError, match="is not a kind of note"):
        write(connection, "one", "gossip")


def test_the_events_that_prove_it_come_along(connection: sqlite3.Connection) -> None:
    notes.write(connection, USER, PLACE, "one", "branch", {"branch": "x"}, NOW, ["e1", "e2"])
    [note] = notes.previous(connection, USER, PLACE, "two")
    assert note.event_ids == ("e1", "e2")


def test_text_is_clean_on_the_way_in_and_out(connection: sqlite3.Connection) -> None:
    assert write(connection, "one", text="a\x1b[31m\nb").data == {"text": "a b"}
    connection.execute("""UPDATE notes SET data = '{"text": "a\\u001b[31m\\nb"}'""")
    assert left(connection, "two") == [("text", {"text": "a b"})]
    connection.execute("UPDATE notes SET data = 'no json'")
    assert left(connection, "two") == [("text", {})]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=60) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON, max_size=5))
def test_any_data_is_kept_small_and_comes_back_as_it_was_kept(data: dict[str, Any]) -> None:
    connection = opening.memory()
    try:
        kept = notes.write(connection, USER, PLACE, "one", "text", data, NOW)
        [found] = notes.previous(connection, USER, PLACE, "two")
    finally:
        connection.close()
    assert found.data == kept.data
