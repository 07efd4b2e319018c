"""F12: whatever was acknowledged is there exactly once, however its writer ended."""

from __future__ import annotations

import random
import sqlite3
import time
from collections import Counter

import pytest

from afterglow.store.home import Home
from tests.support.writers import Writer, wait_until

PROCESSES = 8


def life_and_death(place: Home, kills: int, chance: random.Random) -> tuple[list[str], list[str]]:
    """Kill writers at random points, start others in their place. The acknowledged adds and takes."""
    lines: list[str] = []
    count = 0

    def start() -> Writer:
        nonlocal count
        count += 1
        return Writer(place.data, "take" if count % 4 == 0 else "record", f"w{count}")

    alive: list[Writer] = []
    for _ in range(PROCESSES):
        alive.append(start())
    for _ in range(kills):
        victim = alive.pop(chance.randrange(len(alive)))
        # Most are at work when they die, some still start or recover what another left.
        if chance.random() < 0.8:
            lines.append(victim.first_line().strip())
        # Not a sleep: the moment of the kill is what is random.
        due = time.monotonic() + chance.uniform(0, 0.03)
        wait_until(lambda due=due: time.monotonic() >= due)  # type: ignore[misc]
        lines += victim.kill()
        alive.append(start())
    for writer in alive:
        lines += writer.kill()
    done = [line for line in lines if line and line != "open"]
    return (
        [line for line in done if not line.startswith("took ")],
        [line.removeprefix("took ") for line in done if line.startswith("took ")],
    )


@pytest.mark.parametrize("kills", [30, pytest.param(1_000, marks=pytest.mark.soak)])
def test_everything_acknowledged_is_there_exactly_once(place: Home, kills: int) -> None:
    added, taken = life_and_death(place, kills, random.Random(kills))
    connection = sqlite3.connect(place.database)
    try:
        stored = Counter(row[0] for row in connection.execute("SELECT key FROM keys"))
        labels = Counter(row[0] for row in connection.execute("SELECT label FROM labels"))
        orphans = connection.execute(
            "SELECT count(*) FROM keys WHERE seq NOT IN (SELECT seq FROM events)"
        ).fetchone()
        check = connection.execute("PRAGMA integrity_check").fetchone()
        owners = dict(connection.execute("SELECT seq, owner FROM events WHERE owner IS NOT NULL").fetchall())
    finally:
        connection.close()
    assert check == ("ok",)
    assert len(added) > 10 * kills
    missing = set(added) - set(stored)
    assert not missing, f"{len(missing)} of {len(added)} acknowledged rows are missing"
    assert set(stored.values()) == {1} and labels == stored and orphans == (0,)
    # One more than acknowledged for each writer that died between the commit and the line.
    assert len(stored) <= len(added) + kills + PROCESSES
    assert taken, "nobody took anything"
    assert len(taken) == len(set(taken)), "two windows took one event"
    assert {int(seq) for seq in taken} <= set(owners)
    assert not list(place.data.glob("*.corrupt-*"))
