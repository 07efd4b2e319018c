"""What is kept of each domain the idle-time model named: tags, their words, grades; and its bounds."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.classify import Context, classify_text
from afterglow.core.learned_words import MOST_TAGS
from afterglow.core.twin import Grade
from afterglow.store import opening, twin_domains
from tests.store.making import NOW, count
from tests.store.putting import a_grade
from tests.store.queueing import USER


def heard(
    connection: sqlite3.Connection, domain: str, *tags: str, at: int = NOW, user: str = USER, **more: Any
) -> None:
    twin_domains.heard(
        connection, user, domain, [a_grade(1, more.pop("quality", 4), domain, *tags, **more)], at
    )


def test_tags_and_words_add_up_with_the_newest_first(connection: sqlite3.Connection) -> None:
    heard(connection, "Island Hopping", "greece", words={"greece": ("naxos", "today")})
    heard(connection, "island-hopping", "ferries", words={"Greece": ("paros",), "ferries": ("blue star",)})
    known = twin_domains.named(connection, USER, "ISLAND HOPPING")
    assert known is not None
    assert known.tags == ("island-hopping", "ferries", "greece")
    assert known.words["greece"] == ("paros", "naxos")
    assert known.words["ferries"] == ("ferries", "blue star")
    assert (known.grades, known.first_at, known.last_at) == ((4, 4), NOW, NOW)


def test_learned_words_are_found_in_what_is_said(connection: sqlite3.Connection) -> None:
    heard(
        connection, "cyclades", "sailing", words={"cyclades": ("naxos", "island hopper"), "sailing": ("jib",)}
    )
    context = Context(learned=twin_domains.learned(connection, USER))
    assert "cyclades" in classify_text("two island hoppers met", context).tags
    assert "sailing" in classify_text("the jibs are new", context).tags
    assert "sailing" not in classify_text("jibberish", context).tags
    assert twin_domains.learned(connection, "another") == {}


def test_a_turn_belongs_to_the_domain_that_shares_most(connection: sqlite3.Connection) -> None:
    heard(connection, "travel", "greece", "ferries")
    heard(connection, "cooking", "greece", at=NOW + 1)
    assert twin_domains.of_tags(connection, USER, ("greece", "Ferries")) == "travel"
    assert twin_domains.of_tags(connection, USER, ("greece",)) == "cooking"
    assert twin_domains.of_tags(connection, USER, ("travel",)) == "travel"
    for tags in ((), ("python",)):
        assert twin_domains.of_tags(connection, USER, tags) is None
    assert twin_domains.of_tags(connection, "another", ("greece",)) is None


def test_the_domain_longest_not_spoken_of_goes_first(connection: sqlite3.Connection) -> None:
    for number in range(twin_domains.MOST):
        heard(connection, f"domain{number}", at=NOW + number)
    heard(connection, "domain0", at=NOW + 500)
    # A clock that was set back does not make the newest the oldest.
    heard(connection, "fresh", at=NOW - 500)
    names = {one.name for one in twin_domains.domains(connection, USER)}
    assert len(names) == twin_domains.MOST
    assert {"fresh", "domain0"} <= names
    assert "domain1" not in names
    heard(connection, "theirs", user="another")
    assert count(connection, "twin_domains") == twin_domains.MOST + 1


@pytest.mark.parametrize("domain", ["", "  ", "\x1b[31m"])
def test_a_domain_without_a_name_is_none(connection: sqlite3.Connection, domain: str) -> None:
    heard(connection, domain, "greece")
    assert count(connection, "twin_domains") == 0


@pytest.mark.parametrize("column", ["tags", "words", "grades"])
@pytest.mark.parametrize("value", ["", "null", "[[1]]", '{"a": 1}', '["x", 9, true]', "{"])
def test_a_damaged_row_is_read_as_less(connection: sqlite3.Connection, column: str, value: str) -> None:
    heard(connection, "travel", "greece", words={"greece": ("naxos",)})
    connection.execute(f"UPDATE twin_domains SET {column} = ?", (value,))
    (known,) = twin_domains.domains(connection, USER)
    assert all(1 <= grade <= 5 for grade in known.grades)
    twin_domains.learned(connection, USER)
    twin_domains.of_tags(connection, USER, ("greece",))
    heard(connection, "travel", "greece")
    assert "greece" in twin_domains.domains(connection, USER)[0].tags


@given(
    st.lists(
        st.tuples(
            st.text(max_size=20),
            st.lists(st.text(max_size=50), max_size=12),
            st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=50), max_size=20), max_size=12),
        ),
        max_size=8,
    )
)
def test_whatever_a_model_says_the_rows_stay_small(said: list[Any]) -> None:
    connection = opening.memory()
    try:
        for number, (domain, tags, words) in enumerate(said):
            made = Grade(
                1, 4, "", domain, 1.0, tuple(tags), {tag: tuple(names) for tag, names in words.items()}
            )
            twin_domains.heard(connection, USER, domain, [made], NOW + number)
        for known in twin_domains.domains(connection, USER):
            assert len(known.tags) <= MOST_TAGS
            assert set(known.words) <= set(known.tags)
            assert len(str(known)) < 6_000
        twin_domains.learned(connection, USER)
    finally:
        connection.close()
