"""F19: the clock that a day of spending is counted by never goes back, and no wall clock moves it."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.store import opening, spend_clock
from afterglow.store.spend_clock import Instant
from tests.store.conftest import Open
from tests.store.making import NOW

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
YEARS = 3_653 * DAY

walls = st.integers(min_value=-YEARS, max_value=YEARS)
steps = st.tuples(
    st.integers(min_value=-5_000, max_value=3 * DAY),  # what the boot clock says, a late look included
    walls,
    st.sampled_from(["same", "same", "same", "boot", "untold"]),
    st.booleans(),
)


def looks(found: Sequence[tuple[int, int, str, bool]]) -> list[tuple[Instant, bool]]:
    """Instants as a machine could give them, and whether each is remembered."""
    made, ticks, boot = [], 1_000_000, 0
    for more, wall, kind, kept in found:
        if kind == "boot":
            boot, ticks = boot + 1, 0
        ticks = max(0, ticks + more)
        made.append((Instant(NOW + wall, ticks, "" if kind == "untold" else f"boot-{boot}"), kept))
    return made


@given(st.lists(steps, max_size=30))
def test_it_never_goes_back(found: list[tuple[int, int, str, bool]]) -> None:
    connection = opening.memory()
    try:
        reached = None
        for at, kept in looks(found):
            now = (spend_clock.advance if kept else spend_clock.read)(connection, at)
            assert reached is None or now >= reached
            # A look alone moves nothing: the next one may be by a boot clock that is a moment behind.
            reached = now if kept else reached
    finally:
        connection.close()


@given(st.lists(st.tuples(st.integers(min_value=0, max_value=3 * HOUR), walls), min_size=1, max_size=40))
def test_within_a_boot_no_wall_clock_moves_it(found: list[tuple[int, int]]) -> None:
    connection = opening.memory()
    try:
        ticks = 0
        assert spend_clock.advance(connection, Instant(NOW, ticks, "boot")) == NOW
        for more, wall in found:
            ticks += more
            at = Instant(NOW + wall, ticks, "boot")
            assert spend_clock.read(connection, at) == NOW + ticks
            assert spend_clock.advance(connection, at) == NOW + ticks
    finally:
        connection.close()


def test_a_look_remembers_nothing(connection: sqlite3.Connection) -> None:
    assert spend_clock.read(connection, Instant(NOW, 5, "boot")) == NOW
    assert spend_clock.reached(connection) is None
    spend_clock.advance(connection, Instant(NOW, 5, "boot"))
    assert spend_clock.read(connection, Instant(0, 5 + DAY, "boot")) == NOW + DAY
    assert spend_clock.reached(connection) == NOW


def test_over_a_boot_the_later_time_counts(connection: sqlite3.Connection) -> None:
    spend_clock.advance(connection, Instant(NOW, 50 * DAY, "one"))
    assert spend_clock.advance(connection, Instant(NOW + DAY, 0, "two")) == NOW + DAY
    assert spend_clock.advance(connection, Instant(NOW - YEARS, 0, "three")) == NOW + DAY
    assert spend_clock.advance(connection, Instant(NOW - YEARS, HOUR, "three")) == NOW + DAY + HOUR


def test_where_no_boot_is_told_the_later_time_counts_too(connection: sqlite3.Connection) -> None:
    spend_clock.advance(connection, Instant(NOW))
    assert spend_clock.advance(connection, Instant(NOW - DAY)) == NOW
    assert spend_clock.advance(connection, Instant(NOW + HOUR, 7, "")) == NOW + HOUR


def test_who_waited_for_the_lock_does_not_make_time_count_twice(connection: sqlite3.Connection) -> None:
    for ticks in (0, HOUR, HOUR - 900, HOUR + 900):
        spend_clock.advance(connection, Instant(NOW, ticks, "boot"))
    assert spend_clock.reached(connection) == NOW + HOUR + 900


def test_every_process_reads_one_clock(opened: Open) -> None:
    one, other = opened(), opened()
    one.write(lambda connection: spend_clock.advance(connection, Instant(NOW, 0, "boot")))
    later = Instant(NOW - YEARS, DAY, "boot")
    assert other.write(lambda connection: spend_clock.advance(connection, later)) == NOW + DAY
    assert one.read(lambda connection: spend_clock.read(connection, later)) == NOW + DAY


def test_the_present_is_told_by_the_system() -> None:
    first, second = spend_clock.instant(), spend_clock.instant()
    assert abs(first.wall - time.time_ns() // 1_000_000) < 60_000
    assert second.ticks >= first.ticks > 0
    assert second.boot == first.boot
    assert len(first.boot) == 36


@pytest.mark.parametrize("lost", ["clock", "call", "boot"])
def test_a_system_that_does_not_tell_its_boots(
    lost: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(_: int) -> int:
        raise OSError

    spend_clock._boot.cache_clear()
    if lost == "clock":
        monkeypatch.delattr(time, "CLOCK_BOOTTIME")
    elif lost == "call":
        monkeypatch.setattr(time, "clock_gettime_ns", refuse)
    else:
        monkeypatch.setattr(spend_clock, "_BOOT_ID", tmp_path / "none")
    try:
        at = spend_clock.instant()
    finally:
        spend_clock._boot.cache_clear()
    assert at.boot == ""
    assert abs(at.wall - time.time_ns() // 1_000_000) < 60_000
