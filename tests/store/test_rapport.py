"""Counted by day: what rapport is earned by."""

from __future__ import annotations

import sqlite3

from afterglow.store import rapport
from afterglow.store.rapport import Day
from tests.store.queueing import USER


def test_counters_of_days(connection: sqlite3.Connection) -> None:
    for day, what, by in (
        ("2026-01-02", "turns", 3),
        ("2026-01-01", "shown", 1),
        ("2026-01-02", "turns", 2),
        ("2026-01-02", "hovered", 1),
    ):
        rapport.count(connection, USER, day, what, by)  # type: ignore[arg-type]
    rapport.count(connection, "other", "2026-01-01", "turns")
    assert rapport.days(connection, USER) == (Day("2026-01-01", shown=1), Day("2026-01-02", 5, hovered=1))
    assert rapport.days(connection, USER, "2026-01-02") == (Day("2026-01-02", 5, hovered=1),)


def test_ratings_in_the_middle_say_nothing(connection: sqlite3.Connection) -> None:
    for score in (1, 2, 3, 4, 5):
        rapport.count_rating(connection, USER, "2026-01-01", score)
    assert rapport.days(connection, USER) == (Day("2026-01-01", rated_well=2, rated_badly=2),)


def test_what_only_a_newer_program_counts_is_left_out(connection: sqlite3.Connection) -> None:
    rapport.count(connection, USER, "2026-01-01", "turns")
    connection.execute("INSERT INTO rapport_days VALUES (?, '2026-01-01', 'danced', 7)", (USER,))
    assert rapport.days(connection, USER) == (Day("2026-01-01", 1),)
