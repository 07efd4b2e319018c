"""F37: many windows, always idle, killed in the middle of calls, under a clock that jumps: never over a cap.

The windows are real processes with connections of their own to one file; the service is this test, which
alone knows what was truly spent, by the day on which it was.
"""

from __future__ import annotations

import os
import random
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC
from pathlib import Path
from typing import Any

import attrs
import pytest

from afterglow.store import ledger
from afterglow.store.database import Database
from afterglow.store.home import Home
from afterglow.store.ledger import Caps, Spent
from afterglow.store.spend_clock import Instant
from tests.enrich.spender import MOST
from tests.support.writers import ROOT

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
START = 20_000 * DAY
"""A midnight."""
YEARS = 3_653 * DAY
WINDOWS, DAYS, KILLS = 20, 30, 200
DEADLINE = 120.0
TIGHT = {
    "calls": Caps(tokens=10**6, micros=10**6, calls=48),
    "tokens": Caps(tokens=40_000, micros=10**6, calls=10**4),
    "micros": Caps(tokens=10**6, micros=4_000, calls=10**4),
}
"""Caps by the one of them that is met first."""


class Month:
    """The clock, the service and the undertaker of all windows. ``spent``: what the service answered."""

    def __init__(self, place: Home, caps: Caps, chance: random.Random) -> None:
        self.place, self.chance, self.caps = place, chance, caps
        self.spent: Counter[tuple[int, str]] = Counter()
        self.kept: dict[int, Spent] = {}
        self.killed = 0
        self.day = self.kills_left = 0
        self._true = self._began = self._ahead = self._boots = 0
        self._first_of_boot = True
        self._pids: dict[socket.socket, int] = {}
        self._texts: dict[socket.socket, bytes] = {}
        self._waiting: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._door, selectors.EVENT_READ)
        self._database = Database(place, fallback=False)
        packages = [str(ROOT / "server"), str(Path(attrs.__file__).parents[1])]
        numbers = [self._door.getsockname()[1], caps.tokens, caps.micros, caps.calls]
        program = str(Path(__file__).with_name("spender.py"))
        command = [sys.executable, "-I", "-S", program, str(place.data), *map(str, numbers), *packages]
        self._launcher = subprocess.Popen(command, stdin=subprocess.PIPE, env={"LC_ALL": "C.UTF-8"})

    def __enter__(self) -> Month:
        for _ in range(WINDOWS):
            self._spawn()
        return self

    def __exit__(self, *_: object) -> None:
        for pid in self._pids.values():
            os.kill(pid, signal.SIGKILL)
        for wire in self._pids:
            wire.close()
        assert self._launcher.stdin is not None
        self._launcher.stdin.close()
        self._launcher.wait()
        self._selector.close()
        self._door.close()
        self._database.close()

    def live(self, day: int, kills: int) -> None:
        """One day, until no window has room for another call and ``kills`` of them died."""
        self._dawn(day)
        self.kills_left = kills
        end = time.monotonic() + DEADLINE
        while len(self._waiting) < WINDOWS:
            assert time.monotonic() < end, "the windows do not come to rest"
            for key, _ in self._selector.select(1.0):
                if key.fileobj is self._door:
                    wire, _ = self._door.accept()
                    self._texts[wire] = b""
                    self._selector.register(wire, selectors.EVENT_READ)
                else:
                    self._hear(key.fileobj)  # type: ignore[arg-type]
        self.kept[day] = self._database.read(lambda connection: ledger.spent(connection, self._now(), UTC))

    def _dawn(self, day: int) -> None:
        self.day, self._true = day, day * DAY + self.chance.randint(0, 10 * HOUR)
        if self.chance.random() < 0.2:
            # Switched off over night; the clock was set right again in the morning.
            self._boots, self._began, self._ahead, self._first_of_boot = self._boots + 1, self._true, 0, True
        waiting, self._waiting = self._waiting, set()
        for wire in waiting:
            self._say(wire, "go")

    def _now(self) -> Instant:
        return Instant(START + self._true + self._ahead, self._true - self._began, f"boot-{self._boots}")

    def _spawn(self) -> None:
        assert self._launcher.stdin is not None
        self._launcher.stdin.write(b"\n")
        self._launcher.stdin.flush()

    def _hear(self, wire: socket.socket) -> None:
        try:
            data = wire.recv(4096)
        except ConnectionError:
            data = b""
        if not data:
            self._gone(wire)
            self._spawn()  # it died by itself, as of a lock that was held for too long
            return
        *lines, self._texts[wire] = (self._texts[wire] + data).split(b"\n")
        for line in lines:
            self._answer(wire, line.decode("ascii").split())

    def _answer(self, wire: socket.socket, words: list[str]) -> None:
        if words[0] == "hello":
            self._pids[wire] = int(words[1])
            self._say(wire, "go")
        elif words[0] == "now":
            self._true = min(self._true + self.chance.randint(0, 60_000), (self.day + 1) * DAY - 1)
            if not self._first_of_boot and self.chance.random() < 0.1:
                self._ahead = self.chance.choice((0, -HOUR, -DAY, DAY, self.chance.randint(-YEARS, YEARS)))
            at = self._now()
            self._say(wire, f"{self.day} {at.wall} {at.ticks} {at.boot}")
            if self.kills_left > 0 and self.chance.random() < 0.03:
                self._kill(wire, in_a_call=False)  # while it reserves
        elif words[0] == "call":
            self._first_of_boot = False
            self._call(wire, *map(int, words[1:]))
        elif int(words[1]) < self.day:
            self._say(wire, "go")
        else:
            self._waiting.add(wire)

    def _call(self, wire: socket.socket, day: int, tokens: int, micros: int) -> None:
        dies = self.kills_left > 0 and self.chance.random() < 0.4
        if dies and self.chance.random() < 0.3:
            self._kill(wire)  # before the service heard of it
            return
        used, cost = self.chance.randint(1, tokens), self.chance.randint(0, micros)
        self.spent.update({(day, "tokens"): used, (day, "micros"): cost, (day, "calls"): 1})
        if dies and self.chance.random() < 0.5:
            self._kill(wire)  # before it could hear the answer
            return
        cut = self.kills_left > 0 and self.chance.random() < 0.05
        self._say(wire, "-" if cut else f"{used} {cost}")
        if dies:
            self._kill(wire)  # while it writes the answer down

    def _kill(self, wire: socket.socket, *, in_a_call: bool = True) -> None:
        self.kills_left -= in_a_call
        self.killed += in_a_call
        os.kill(self._pids[wire], signal.SIGKILL)
        self._gone(wire)
        self._spawn()

    def _gone(self, wire: socket.socket) -> None:
        if wire in self._texts:
            self._selector.unregister(wire)
            wire.close()
            del self._texts[wire]
            self._pids.pop(wire, None)
            self._waiting.discard(wire)

    def _say(self, wire: socket.socket, line: str) -> None:
        if wire in self._texts:
            try:
                wire.sendall(f"{line}\n".encode("ascii"))
            except ConnectionError:
                self._gone(wire)


def deaths(days: int, kills: int, chance: random.Random) -> list[int]:
    """How many windows die on each day; on every third none."""
    bad = [day for day in range(days) if day % 3]
    found = Counter(chance.choice(bad) for _ in range(kills))
    return [found[day] for day in range(days)]


@pytest.mark.parametrize("tightest", sorted(TIGHT))
def test_no_day_costs_more_than_its_caps_and_nearly_all_of_them_can_be_used(
    tightest: str, tmp_path: Path
) -> None:
    caps, chance = TIGHT[tightest], random.Random(tightest)
    place = Home(tmp_path, tmp_path, tmp_path / "logs", tmp_path / "run")
    plan, owed = deaths(DAYS, KILLS, chance), 0
    with Month(place, caps, chance) as month:
        for day, dying in enumerate(plan):
            month.live(day, dying and dying + owed)
            owed = month.kills_left if dying else owed
            if day == len(plan) - 1 and owed > 0:
                plan.append(owed)  # fewer calls than deaths: the month goes on
                owed = 0
    slack: dict[str, Any] = {"tokens": MOST, "micros": MOST // 10, "calls": 1}
    for day, dying in enumerate(plan):
        kept = month.kept[day]
        for name in ("tokens", "micros", "calls"):
            truly, cap = month.spent[day, name], getattr(caps, name)
            assert truly <= cap + slack[name], f"day {day}: {truly} {name} of {cap}"
            assert truly <= getattr(kept, name) <= cap, f"day {day}: the ledger says {kept}, {truly} {name}"
        assert getattr(kept, tightest) >= 0.9 * getattr(caps, tightest), f"day {day}: {kept}"
        if not dying:
            assert month.spent[day, tightest] >= 0.9 * getattr(caps, tightest), f"day {day} was left unused"
    assert month.killed == KILLS
