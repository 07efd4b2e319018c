"""F38 on a virtual clock: whatever people do in whichever windows, nothing starts within the idle time of the
last of it, and one process runs at a time.

The windows here are as simple as can be: they write signs of life down as seldom as real ones may, and take
their decisions by ``core.idling`` alone. ``tests/scenarios/test_idling_windows.py`` plays the real ones.
"""

from __future__ import annotations

import random

from attrs import define, field

from afterglow.core.idling import OTHERS_LATE_MS, Facts, again_ms, may_start

TRACES = 10_000
IDLE_MS = 60_000
CLAIM_MS = 20_000
STARTED = 1_790_000_000_000
SET_MS = 250


@define
class Desk:
    """One window of the trace. Times in ms, monotonic."""

    last: int | None = None
    written: int | None = None
    steady_at: int = 0
    offset: int = STARTED
    look_at: int | None = None


@define
class World:
    """All windows of a user. ``record``: what they wrote down of signs of life (wall clock)."""

    chance: random.Random
    desks: list[Desk]
    now: int = 0
    offset: int = STARTED
    record: int | None = None
    signs: list[int] = field(factory=list)
    claimed: int | None = None
    runs_until: int | None = None
    due_at: int = 0
    starts: int = 0

    @property
    def wall(self) -> int:
        return self.now + self.offset

    def sign(self, desk: Desk) -> None:
        """Somebody does something in a window: all processes end, and seldom is it written down."""
        self.signs.append(self.now)
        desk.last = self.now
        desk.look_at = self.now + IDLE_MS
        if desk.written is None or self.now - desk.written >= OTHERS_LATE_MS:
            desk.written = self.now
            self.write()
        self.runs_until = None

    def write(self) -> None:
        record = self.record
        self.record = self.wall if record is None or record > self.wall + 60_000 else max(record, self.wall)

    def terminal(self) -> None:
        """A test or a commit that no window saw."""
        self.signs.append(self.now)
        self.write()
        self.runs_until = None

    def look(self, desk: Desk) -> None:
        """A window falls idle, hears the bell, or its time has come."""
        if abs(self.offset - desk.offset) > SET_MS:
            desk.steady_at = self.now
        desk.offset = self.offset
        seen = None if self.record is None or self.record > self.wall + 60_000 else self.record
        busy = self.runs_until is not None and self.runs_until > self.now
        facts = Facts(
            now=self.wall,
            enabled=True,
            trusted=True,
            on=True,
            kept=True,
            installed=True,
            key=True,
            idle_ms=IDLE_MS,
            quiet_ms=None if desk.last is None else self.now - desk.last,
            still_ms=None if seen is None else self.wall - seen,
            steady_ms=self.now - desk.steady_at,
            others=len(self.desks) > 1,
            due=self.now >= self.due_at,
            next_due=self.wall + max(0, self.due_at - self.now),
            busy_until=self.wall + 60_000 if busy else None,
            claimed_until=self.claim_ends(),
        )
        if may_start(facts) is None:
            self.start(busy=busy)
            desk.look_at = self.now + CLAIM_MS
        else:
            wait = again_ms(facts)
            desk.look_at = None if wait is None else self.now + wait

    def claim_ends(self) -> int | None:
        at = self.claimed
        return None if at is None or not at <= self.wall < at + CLAIM_MS else at + CLAIM_MS

    def start(self, *, busy: bool) -> None:
        quiet = self.now - max(self.signs, default=-IDLE_MS)
        assert quiet >= IDLE_MS, f"started {quiet} ms after somebody was there"
        assert not busy, "a second process while one is at work"
        self.starts += 1
        self.claimed = self.wall
        self.runs_until = self.now + self.chance.randrange(1, 40_000)
        self.due_at = self.now + self.chance.choice([0, 30_000, 3_600_000, 7_200_000])


def play(seed: int) -> int:
    """One trace; how often a process was started in it."""
    chance = random.Random(seed)
    world = World(chance, [Desk() for _ in range(chance.randint(1, 4))])
    for desk in world.desks:
        world.sign(desk)
    for _ in range(chance.randint(5, 25)):
        wait = chance.choice([50, 900, 9_999, 10_001, 59_900, 60_100, 70_500, 200_000, 900_000])
        world_until(world, world.now + chance.randint(0, wait))
        roll = chance.random()
        if roll < 0.55:
            world.sign(chance.choice(world.desks))
        elif roll < 0.7:
            world.terminal()
        elif roll < 0.85:
            for desk in world.desks:
                world.look(desk)
        elif all(desk.offset == world.offset for desk in world.desks):
            # Set and set back between two looks it would not be noticed; that much is left to fate.
            world.offset += chance.choice([-3_600_000, -61_000, -5_000, 5_000, 61_000, 86_400_000])
    world_until(world, world.now + 3_600_000)
    return world.starts


def world_until(world: World, end: int) -> None:
    """Let time pass; whoever wants to look does so."""
    while True:
        waits = [desk for desk in world.desks if desk.look_at is not None and desk.look_at <= end]
        if not waits:
            break
        desk = min(waits, key=lambda one: one.look_at or 0)
        world.now = max(world.now, desk.look_at or 0)
        desk.look_at = None
        world.look(desk)
    world.now = end


def test_nothing_starts_while_anybody_is_there() -> None:
    starts = [play(seed) for seed in range(TRACES)]
    # And it does start: almost always, for all that the clocks did.
    assert sum(count > 0 for count in starts) > TRACES * 0.9
