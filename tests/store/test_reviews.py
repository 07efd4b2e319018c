"""T9a: a line that was told though it is due for a review waits for one, once."""

from __future__ import annotations

import sqlite3

from afterglow.store import reviews
from tests.store.making import NOW
from tests.store.queueing import USER

DAY = 24 * 60 * 60 * 1000


def test_a_line_is_due_once_and_the_first_told_goes_first(connection: sqlite3.Connection) -> None:
    for ago, line in ((1, "fact-2"), (3, "fact-1"), (2, "fact-3"), (0, "fact-1")):
        reviews.flag(connection, USER, line, NOW - ago)
    reviews.flag(connection, "another", "fact-9", NOW)
    assert reviews.due(connection, USER, 10) == ("fact-1", "fact-3", "fact-2")
    assert reviews.due(connection, USER, 2) == ("fact-1", "fact-3")


def test_what_was_looked_over_is_not_due_until_much_later(connection: sqlite3.Connection) -> None:
    reviews.flag(connection, USER, "fact-1", NOW)
    reviews.flag(connection, USER, "fact-2", NOW)
    reviews.reviewed(connection, USER, ["fact-1", "unknown"], NOW)
    assert reviews.due(connection, USER, 10) == ("fact-2",)
    reviews.flag(connection, USER, "fact-1", NOW + DAY)
    assert reviews.due(connection, USER, 10) == ("fact-2",)
    reviews.flag(connection, USER, "fact-1", NOW + 31 * DAY)
    assert reviews.due(connection, USER, 10) == ("fact-2", "fact-1")
