"""M2 under kill -9: what was queued is done once, by whoever is left."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import attrs
import pytest

from afterglow.store import jobs
from afterglow.store.database import Database
from afterglow.store.home import Home
from tests.store import job_workers
from tests.support.patience import wait_until
from tests.support.writers import ROOT

PROGRAM = Path(__file__).with_name("job_workers.py")
ROLES = ("add",) * 2 + ("work",) * 4


class Crowd:
    """Children that queue and work; ``said`` is what all of them acknowledged."""

    def __init__(self, place: Home) -> None:
        packages = [str(ROOT / "server"), str(Path(attrs.__file__).parents[1])]
        command = [sys.executable, "-I", "-S", str(PROGRAM), str(place.data), *packages]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"LC_ALL": "C.UTF-8"}
        )
        self.said: list[str] = []
        self.pids: dict[str, int] = {}
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.rstrip("\n"))
            if line.startswith("child "):
                _, name, pid = line.split()
                self.pids[name] = int(pid)

    def begin(self, role: str, name: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{role} {name}\n")
        self._process.stdin.flush()
        wait_until(lambda: name in self.pids, 30)

    def kill(self, name: str) -> None:
        os.kill(self.pids[name], signal.SIGKILL)

    def end(self) -> None:
        self._process.stdin.close()  # type: ignore[union-attr]
        self._process.wait(30)
        self._reader.join(30)  # the last child's end closes the pipe
        self._process.stdout.close()  # type: ignore[union-attr]


def life_and_death(place: Home, kills: int, chance: random.Random) -> list[str]:
    """Kill at random points, start another in each one's place; what they said."""
    crowd = Crowd(place)
    alive = [(role, f"p{number}") for number, role in enumerate(ROLES)]
    for role, name in alive:
        crowd.begin(role, name)
    for number in range(kills):
        # Not a sleep: the moment of the kill is what is random.
        due = time.monotonic() + chance.uniform(0, 0.04)
        wait_until(lambda due=due: time.monotonic() >= due)  # type: ignore[misc]
        role, name = alive.pop(chance.randrange(len(alive)))
        crowd.kill(name)
        alive.append((role, f"k{number}"))
        crowd.begin(*alive[-1])
    for _role, name in alive:
        crowd.kill(name)
    crowd.end()
    return crowd.said


def of(lines: list[str], what: str) -> list[str]:
    return [line.removeprefix(what) for line in lines if line.startswith(what)]


@pytest.mark.parametrize("kills", [100, pytest.param(1_000, marks=pytest.mark.soak)])
def test_no_job_is_lost_and_none_completed_twice(place: Home, kills: int) -> None:
    lines = life_and_death(place, kills, random.Random(kills))
    added, completed = of(lines, "added "), of(lines, "completed ")
    connection = sqlite3.connect(place.database)
    try:
        rows = connection.execute(
            "SELECT json_extract(payload, '$.name'), state, attempts FROM job_queue"
        ).fetchall()
        check = connection.execute("PRAGMA integrity_check").fetchone()
    finally:
        connection.close()
    assert check == ("ok",)
    stored = Counter(name for name, _state, _attempts in rows)
    assert len(added) > kills
    assert set(added) <= set(stored)
    assert set(stored.values()) == {1}
    assert completed, "nobody completed anything"
    assert len(completed) == len(set(completed)), "a job was completed twice"
    done = {name for name, state, _attempts in rows if state == "completed"}
    assert set(completed) <= done
    assert len(done) <= len(completed) + kills + len(ROLES)
    assert not [name for name, state, _attempts in rows if state == "failed"]
    # Whoever is left finds what the dead held.
    database = Database(place, fallback=False)
    now = job_workers.now() + jobs.LEASE_MS
    left = len(rows) - len(done)
    for _ in range(left):
        job = database.write(lambda connection: jobs.lease(connection, "last", now, ("turns",)))
        assert job is not None
        assert database.write(lambda connection, job=job: jobs.complete(connection, job.id, "last", now))  # type: ignore[misc]
    assert database.read(jobs.counts) == {"pending": 0, "processing": 0, "completed": len(rows), "failed": 0}
    database.close()
