"""Workers killed at any instant (fault F37): what was spent is known, and what was stored is whole."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from attrs import field, frozen

from tests.support.model_server import ModelServer
from tests.support.patience import rest, wait_until
from tests.support.processes import ended
from tests.support.sidecar import repository
from tests.support.twin import GREECE, SAID, Haiku
from tests.support.twin_desk import Desk, desk
from tests.support.twin_zygote import Zygote

KILLS = 10
MANY_KILLS = 200
LEASE_MS = 120_000
"""By so much each run is later than the one before: what that one had leased is free again."""


@frozen
class Bill:
    """A service that counts what it will charge for: every request that reached it, answered or not."""

    slow: threading.Event = field(factory=threading.Event)
    calls: list[int] = field(factory=list)
    seconds: float = 0.1

    def __call__(self, body: dict[str, Any]) -> dict[str, Any]:
        answer = Haiku(GREECE)(body)
        asked = len(json.dumps([body.get("system"), body.get("messages")])) // 4
        self.calls.append(max(1, asked) + max(1, len(json.dumps(answer).encode()) // 4))
        self.slow.wait(self.seconds)
        return answer

    @property
    def tokens(self) -> int:
        return sum(self.calls)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as made:
        yield made


@pytest.fixture
def person(home: Path, tmp_path: Path, zygote: Zygote) -> Desk:
    return desk(home, repository(tmp_path / "project"), zygote)


def start(person: Desk, number: int) -> int:
    """The process id of the ``number``-th worker."""
    assert person.zygote is not None
    words = ("worker", "--once")
    return person.zygote.start(*words, env=person.environment, cwd=person.root, ahead_ms=LEASE_MS * number)


def end(person: Desk) -> int:
    assert person.zygote is not None
    return person.zygote.end()


def undisturbed_s(person: Desk) -> float:
    """How long a worker takes here and now that nobody ends."""
    person.run("say", SAID[0])
    began = time.monotonic()
    start(person, 0)
    assert end(person) == 0
    return time.monotonic() - began


def ended_early(person: Desk, number: int, bill: Bill, chance: random.Random, longest: float) -> bool:
    """Whether the ``number``-th worker was ended: at any instant, or every other one after its call began."""
    before = len(bill.calls)
    pid = start(person, number)
    running = psutil.Process(pid)
    if number % 2:
        wait_until(lambda: len(bill.calls) > before or ended(running), 60)
        rest(chance.random() * longest / 2)
    else:
        rest(chance.random() * longest)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return end(person) == -signal.SIGKILL


def counted(person: Desk) -> tuple[int, int]:
    """(calls, tokens) of today as the ledger counts them against the caps."""
    spent = person.status()["enrichment"]["spent_today"]
    return spent["calls"], spent["tokens"]


def whole(person: Desk) -> None:
    """The database, and every line of every file; whatever the index names is there."""
    with closing(sqlite3.connect(person.database, timeout=10)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    ids: set[str] = set()
    for file in sorted((person.home / "custom").glob("*.jsonl")):
        text = file.read_text("utf-8")
        assert text == "" or text.endswith("\n"), file.name
        ids |= {json.loads(line)["id"] for line in text.splitlines()}
    named = {row["id"] for row in person.rows("SELECT id FROM learned")}
    assert named <= ids
    queued = person.rows("SELECT source_id FROM banter_queue WHERE source = 'llm_generated'")
    assert {row["source_id"] for row in queued} <= named
    assert len(queued) == len({row["source_id"] for row in queued})


def play(person: Desk, kills: int, seed: int) -> None:
    """``kills`` workers, each ended at a random instant; then what is left is done in peace."""
    chance = random.Random(seed)
    bill = Bill()
    with ModelServer(bill) as server:
        person.consent(server.url, dailyCalls=100_000, dailyTokens=100_000_000, dailyUsd=1_000)
        longest = undisturbed_s(person)
        killed = 0
        for number in range(1, kills + 1):
            person.run("say", f"{SAID[0]} {number}")
            killed += ended_early(person, number, bill, chance, longest)
            calls, tokens = counted(person)
            assert len(bill.calls) <= calls
            assert bill.tokens <= tokens
        assert killed >= kills // 3
        assert bill.calls
        whole(person)
        # The work goes on: nobody has to mend anything.
        person.run("say", SAID[1])
        before = len(person.grades())
        for number in range(kills + 1, kills + 4):
            start(person, number)
            assert end(person) == 0
        assert len(person.grades()) > before
        states = {row["state"] for row in person.rows("SELECT state FROM job_queue")}
        assert "processing" not in states
        whole(person)


def test_workers_that_are_killed_cost_what_the_ledger_says(person: Desk) -> None:
    play(person, KILLS, seed=37)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1, 2])
def test_many_workers_that_are_killed(person: Desk, seed: int) -> None:
    play(person, MANY_KILLS, seed)


@pytest.mark.parametrize("cap", ["calls", "tokens"])
def test_the_cap_of_a_day_holds_over_kills(person: Desk, cap: str) -> None:
    """Spent: at most the cap and one call. Usable: at least nine tenths of it, where nobody is killed."""
    bill = Bill(seconds=0.05)
    chance = random.Random(7)
    with ModelServer(bill) as server:
        most: dict[str, Any] = (
            {"dailyCalls": 5} if cap == "calls" else {"dailyTokens": 20_000, "dailyCalls": 10_000}
        )
        person.consent(server.url, **{"dailyUsd": 1_000, "dailyTokens": 10_000_000} | most)
        refused = 0
        for number in range(40):
            person.run("say", f"{SAID[0]} {number}")
            before = len(bill.calls)
            if number % 3 == 0:
                ended_early(person, number, bill, chance, 0.3)
            else:
                start(person, number)
                end(person)
            refused = refused + 1 if len(bill.calls) == before else 0
            if refused > 2:
                break
        assert refused > 2, "the cap was never reached"
        calls, tokens = counted(person)
    if cap == "calls":
        assert len(bill.calls) <= calls <= most["dailyCalls"]
    else:
        assert bill.tokens <= tokens <= most["dailyTokens"]
    assert bill.calls
