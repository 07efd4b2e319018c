"""F12 for the queue: what was acknowledged is there exactly once, and nothing is given twice."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import attrs
import pytest

from afterglow.store.home import Home
from tests.support.patience import wait_until
from tests.support.writers import ROOT

PROGRAM = Path(__file__).with_name("queue_writers.py")
ROLES = ("add",) * 6 + ("take",) * 2


class Process:
    """One adder or taker; killed without warning, it leaves what it had acknowledged."""

    def __init__(self, place: Home, role: str, name: str) -> None:
        self.role = role
        packages = [str(ROOT / "server"), str(Path(attrs.__file__).parents[1])]
        command = [sys.executable, "-I", "-S", str(PROGRAM), role, str(place.data), name, *packages]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, env={"LC_ALL": "C.UTF-8"})

    def begun(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().decode()

    def killed(self) -> str:
        self._process.kill()
        assert self._process.stdout is not None
        rest = self._process.stdout.read().decode()
        self._process.stdout.close()
        self._process.wait()
        return rest[: rest.rfind("\n") + 1]


def life_and_death(place: Home, kills: int, chance: random.Random) -> tuple[list[str], list[str]]:
    """Kill at random points, start another in each one's place. What was added, and what was taken."""
    alive = [Process(place, role, f"p{number}") for number, role in enumerate(ROLES)]
    said = "".join(process.begun() for process in alive)
    for number in range(kills):
        # Not a sleep: the moment of the kill is what is random.
        due = time.monotonic() + chance.uniform(0, 0.04)
        wait_until(lambda due=due: time.monotonic() >= due)  # type: ignore[misc]
        victim = alive.pop(chance.randrange(len(alive)))
        said += victim.killed()
        alive.append(Process(place, victim.role, f"k{number}"))
    said += "".join([process.killed() for process in alive])
    lines = said.splitlines()
    taken = [line.removeprefix("took ") for line in lines if line.startswith("took ")]
    return [line for line in lines if not line.startswith("took ")], [text for text in taken if text != "-"]


@pytest.mark.parametrize("kills", [40, pytest.param(1_000, marks=pytest.mark.soak)])
def test_what_was_added_is_there_once_and_given_once(place: Home, kills: int) -> None:
    added, taken = life_and_death(place, kills, random.Random(kills))
    connection = sqlite3.connect(place.database)
    try:
        stored = Counter(row[0] for row in connection.execute("SELECT banter FROM banter_queue"))
        used = {row[0] for row in connection.execute("SELECT banter FROM banter_queue WHERE used = 1")}
        live = {row[0] for row in connection.execute("SELECT DISTINCT seq FROM queue_tags")}
        unused = {row[0] for row in connection.execute("SELECT seq FROM banter_queue WHERE used = 0")}
        numbers = Counter(
            row[0] for row in connection.execute("SELECT claimed FROM banter_queue WHERE used = 1")
        )
        check = connection.execute("PRAGMA integrity_check").fetchone()
    finally:
        connection.close()
    assert check == ("ok",)
    missing = set(added) - set(stored)
    assert len(added) >= kills and not missing, f"{len(missing)} of {len(added)} acknowledged lines are gone"
    assert set(stored.values()) == {1}
    assert len(stored) <= len(added) + kills + len(ROLES)
    assert taken, "nobody took anything"
    assert len(taken) == len(set(taken)), "a line was given twice"
    assert set(taken) <= used and len(used) <= len(taken) + kills + len(ROLES)
    assert live == unused
    assert set(numbers.values()) == {1}, "each claim has a number of its own"
    assert not list(place.data.glob("*.corrupt-*"))
