"""What a request may tell, by either consent (spec L2, S8a)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.bank import Banks, Joke
from afterglow.core.stock import Stock, stock_of
from afterglow.core.twin import Grade
from afterglow.store import opening, ratings, twin, twin_domains
from tests.enrich.waiting import COUNTS, PLAIN, TEXT, USER, asked, data_of, gathered, put
from tests.store.making import NOW, happening, job

HOUR = 3_600_000


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = opening.memory()
    yield made
    made.close()


def stock(*lines: Joke) -> Stock:
    return stock_of(Banks(jokes=lines))


def told(connection: sqlite3.Connection, settings: Any = COUNTS, **more: Any) -> dict[str, Any]:
    """The newest turn of a request, as the model reads it."""
    turn = data_of(asked(connection, settings, **more))["turns"][-1]
    assert isinstance(turn, dict)
    return turn


def test_by_the_first_consent_kinds_counts_and_tags(connection: sqlite3.Connection) -> None:
    seq = put(connection, said="planning a holiday", seen=job(label="pytest -k login"))
    assert told(connection) == {
        "turn": seq,
        "kind": "job.finished",
        "status": "ok",
        "job": "test",
        "seconds": 38.0,
        "counts": {"passed": 12},
        "about": "celebration",
        "sure": 0.9,
        "glow": 0.2,
        "register": {"energy": "high"},
        "tags": ["testing"],
    }


@pytest.mark.parametrize(
    "facts",
    [
        {
            "kind": "rm -rf /",
            "label": "Zorquil",
            "job": "Zorquil",
            "status": "Zorquil",
            "category": "Zorquil",
        },
        {"tags": ["zorquil", "client-zorquil"], "sort": "zorquil", "origin": "zorquil"},
        {"counts": {"zorquil": 3, "passed": "zorquil"}, "register": {"energy": "zorquil"}},
        {"path": "/zorquil", "env": {"ZORQUIL": "1"}, "command": "zorquil", "diff": "+zorquil"},
        {"line": "zorquil", "entry": "zorquil", "duration_ms": "zorquil", "level": "zorquil"},
        {"returned": {"nth": "zorquil", "gap_ms": "zorquil", "topic": "zorquil"}, "told": "zorquil"},
    ],
)
def test_nothing_is_told_that_is_in_no_table_of_ours(
    connection: sqlite3.Connection, facts: dict[str, Any]
) -> None:
    put(connection, {**PLAIN, **facts})
    for settings in (COUNTS, TEXT):
        assert "zorquil" not in asked(connection, settings).user.lower()


def test_by_the_second_also_scrubbed_texts(connection: sqlite3.Connection) -> None:
    seen = job(
        label="pytest",
        data={"failing": ["tests/api/test_io.py::test_reads", "test_writes"], "branch": "feature/login"},
    )
    put(connection, said="planning a holiday in Greece", seen=seen)
    turn = told(connection, TEXT)
    assert turn["said"] == "planning a holiday in Greece"
    assert (turn["name"], turn["branch"]) == ("pytest", "feature/login")
    assert turn["failing"] == "test_reads, test_writes"


def test_what_is_stored_is_looked_through_once_more(connection: sqlite3.Connection) -> None:
    """Another program may have written the row."""
    put(connection, said="my password is swordfish")
    assert told(connection, TEXT)["said"] == "my password is …"


def test_tests_of_excluded_files_are_not_named(connection: sqlite3.Connection) -> None:
    put(
        connection,
        seen=job(data={"failing": ["secret/test_plans.py::test_launch", "open/test_a.py::test_b"]}),
    )
    settings = evolve(TEXT, exclude_paths=("secret/*",))
    assert told(connection, settings)["failing"] == "test_b"


def test_tags_of_a_persons_life_need_the_second_consent(connection: sqlite3.Connection) -> None:
    put(connection, {**PLAIN, "tags": ["travel", "greece", "health", "python"]})
    assert told(connection)["tags"] == ["travel", "python"]
    assert told(connection, TEXT)["tags"] == ["travel", "greece", "health", "python"]


def test_learned_domains_need_it_too(connection: sqlite3.Connection) -> None:
    twin_domains.heard(
        connection, USER, "lighthouses", [Grade(1, 4, "", "lighthouses", 0.9, ("lamps",))], NOW
    )
    twin_domains.heard(connection, USER, "testing", [Grade(1, 3, "", "testing", 0.9)], NOW)
    put(connection, {**PLAIN, "tags": ["lamps", "testing"]})
    assert told(connection)["tags"] == ["testing"]
    assert set(gathered(connection, COUNTS).known_domains) == {"testing"}
    assert told(connection, TEXT)["tags"] == ["lamps", "testing"]
    assert gathered(connection).known_domains == {"lighthouses": 4, "testing": 3}


def test_the_line_that_was_told_with_its_stars(connection: sqlite3.Connection) -> None:
    shipped = Joke(id="joke-1", text="A shipped line.")
    own = Joke(id="own-1", text="A line of Zorquil's.", origin="user")
    put(connection, {**PLAIN, "line": "joke-1"}, token="t1")
    put(connection, {**PLAIN, "line": "own-1"}, token="t2")
    ratings._note(connection, USER, ("cpu_repo", ""), "joke-1", "rated", 2, NOW)
    first, second = data_of(asked(connection, COUNTS, stock(shipped, own)))["turns"]
    assert (first["line"], first["text"], first["stars"]) == ("joke-1", "A shipped line.", 2)
    assert "text" not in second
    assert "line" not in second


def test_what_a_model_wrote_is_a_text(connection: sqlite3.Connection) -> None:
    learned = Joke(id="learned-1", text="Lighthouses keep office hours.", origin="learned")
    put(connection, {**PLAIN, "line": "learned-1"})
    assert "text" not in told(connection, COUNTS, stock=stock(learned))
    assert told(connection, TEXT, stock=stock(learned))["text"] == "Lighthouses keep office hours."


def test_the_state_of_the_moment(connection: sqlite3.Connection) -> None:
    put(connection, seen=job(status="fail"))
    lines = tuple(Joke(id=f"j{n}", text=f"Line {n}.", tags=frozenset({"testing"})) for n in range(8))
    status = data_of(asked(connection, COUNTS, stock(*lines)))["status"]
    assert status["red"] is True
    assert status["mode"] == "normal"
    assert status["stocked"] == ["testing"]
    assert status["day_part"] in {"night", "morning", "afternoon", "evening"}


def test_a_return_to_a_topic_is_a_fact_and_its_name_a_text(connection: sqlite3.Connection) -> None:
    for ago, frm, to in ((90, None, "parser"), (60, "parser", "docs"), (1, "docs", "parser")):
        data = {"to": to} if frm is None else {"from": frm, "to": to}
        last = happening("topic.change", ago=ago * HOUR // 10, source="editor", data=data)
        put(connection, {**PLAIN, "kind": "topic.change", "returned": {"nth": 1, "gap_ms": HOUR}}, seen=last)
    assert data_of(asked(connection, COUNTS))["status"]["return"] == {"nth": 1, "gap_hours": 5.9}
    assert data_of(asked(connection, TEXT))["status"]["return"]["topic"] == "parser"
    turn = told(connection)
    assert turn["returned"] == {"nth": 1, "gap_hours": 1.0}
    assert "topic" not in turn
    assert told(connection, TEXT)["topic"] == "parser"


def test_at_most_five_turns_of_this_workspace_the_newest_last(connection: sqlite3.Connection) -> None:
    seqs = [put(connection) for _ in range(7)]
    put(connection, workspace="/elsewhere")
    assert asked(connection).turns == tuple(seqs[-5:])


def test_where_nothing_waits_there_is_nothing_to_ask(connection: sqlite3.Connection) -> None:
    assert gathered(connection).turns == ()
    put(connection)
    twin.sent(connection, [1], "job")
    assert gathered(connection).turns == ()


names = st.sampled_from([*PLAIN, "line", "entry", "sort", "origin", "category", "returned", "level", "news"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(names | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(facts=st.dictionaries(names, values, max_size=12))
def test_whatever_a_row_holds_it_is_read(facts: dict[str, Any]) -> None:
    connection = opening.memory()
    try:
        put(connection, facts)
        assert len(told(connection)) >= 1
        assert len(told(connection, TEXT)) >= 1
    finally:
        connection.close()


def test_reading_writes_nothing(connection: sqlite3.Connection) -> None:
    put(connection, said="an ordinary day", seen=job())
    before = list(connection.iterdump())
    asked(connection)
    assert list(connection.iterdump()) == before


def test_the_same_at_another_time_of_the_day(connection: sqlite3.Connection) -> None:
    """A preview is what is sent later: nothing in it tells when it was looked at."""
    put(connection, said="an ordinary day", seen=job())
    first = asked(connection)
    second = asked(connection)
    assert first == second
    assert str(NOW)[:7] not in json.dumps(first.user)
