"""A1, A7: what git, tests and an editor do, before up to three windows, is recorded: no more, no less."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.scenarios.truth_shared import OPERATIONS, WHILE_STOPPED
from tests.scenarios.truth_world import World

SEQUENCES = 24
LONG_RUN = 200
STEPS = 28
LONG_STEPS = 40
WINDOWS = 3
PAUSES_MS = (0, 0, 100, 900, 2_100, 3_000, 10_000, 60_000)


def play(folder: Path, seed: int, steps: int) -> World:
    """One random sequence, from a seed."""
    chance = random.Random(seed)
    world = World(folder, chance)
    world.open(world.main)
    for _ in range(steps):
        move_windows(world, chance)
        place = chance.choice([place for place in world.places if place.alive])
        table = OPERATIONS if place.conflict is None else WHILE_STOPPED
        (operation,) = chance.choices(list(table), list(table.values()))
        operation(world, place)
        world.stage.run(chance.choice(PAUSES_MS))
        world.look_round()
    return world


def move_windows(world: World, chance: random.Random) -> None:
    """Windows come, go, and miss a wake now and then."""
    alive = [place for place in world.places if place.alive]
    if len(world.desks) < WINDOWS and chance.random() < 0.25:
        world.open(*chance.sample(alive, min(len(alive), chance.randint(1, 2))))
    elif world.desks and chance.random() < 0.1:
        world.shut(chance.choice(world.desks))
    for desk in world.desks:
        desk.asleep = chance.random() < 0.25


def check(folder: Path, seed: int, steps: int = LONG_STEPS) -> int:
    """Plays a sequence and compares; gives how many events there were."""
    folder.mkdir(exist_ok=True)
    world = play(folder, seed, steps)
    try:
        more, less = world.finish()
        story = "\n".join(world.done)
        rows = [(event.kind, event.workspace, event.at, dict(event.data)) for event in more]
        assert not more and not less, (
            f"seed {seed}\n{story}\nrecorded for nothing: {rows}\nnot recorded: {less}"
        )
        assert len(world.told) == len(set(world.told)), f"seed {seed}: told twice"
        return len(world.expected)
    finally:
        world.close()


@pytest.mark.parametrize("seed", range(SEQUENCES))
def test_what_is_recorded_is_what_was_done(seed: int, tmp_path: Path) -> None:
    assert check(tmp_path, seed, STEPS) > 0


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1_000, 1_000 + LONG_RUN))
def test_two_hundred_sequences(seed: int, tmp_path: Path) -> None:
    assert check(tmp_path, seed) > 0
