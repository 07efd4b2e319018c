"""F38 with real windows: the model's process runs only while nobody is anywhere, one at a time, and ends at
the first sign of life in whichever window."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from afterglow.core.model import Observation
from afterglow.core.settings import Settings
from afterglow.loop.idling import KILL_AFTER_S, Child, Worker
from afterglow.loop.worker_child import Able
from afterglow.store import choices, jobs, lately
from tests.scenarios.living import MINUTE, PLACE, SECOND, commit, edit, save
from tests.support.played import Played, Stage

OTHER = "/another"


@define
class Process:
    """A process that ends when it is told to, or when it is killed. ``deaf``: only then."""

    stage: Stage
    ended: Callable[[], None]
    began: float
    deaf: bool = False
    owner: str = "worker"
    gone: float | None = None
    told: float | None = None

    def stop(self) -> None:
        self.told = self.stage.now
        if not self.deaf:
            self.stage.at(30, self.end)

    def kill(self) -> None:
        self.end()

    def end(self) -> None:
        if self.gone is None:
            self.gone = self.stage.now
            self.ended()


READY = Able(installed=True, key=True)


@define
class Machine:
    """Starts processes for all windows of a stage."""

    stage: Stage
    able: Able = READY
    deaf: bool = False
    works: bool = True
    processes: list[Process] = field(factory=list)

    @property
    def running(self) -> list[Process]:
        return [one for one in self.processes if one.gone is None]

    def look(self) -> None:
        """What each process does for itself, every 50 ms: end when somebody was there since it began."""
        now = self.stage.clock.wall()
        sign = self.stage.outside.read(lambda c: lately.last_sign(c, now))
        for one in self.running:
            if sign is not None and sign > self.stage.start + one.began:
                one.end()

    def start(self, _settings: Settings, _began: int, ended: Callable[[], None]) -> Child | None:
        assert not self.running or not self.works, "a second process while one is at work"
        made = Process(self.stage, ended, self.stage.now, self.deaf)
        self.processes.append(made)
        if self.works:
            now = self.stage.clock.wall()
            self.stage.outside.write(lambda c: jobs.lease(c, made.owner, now, ("turns",), 600_000))
        return made

    def window(self, *places: str, **settings: Any) -> Played:
        made = self.stage.window(*places, **{"enrichment": {"enabled": True}, **settings})
        made.window.idling.worker = Worker(lambda _settings: self.able, self.start)
        return made


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


@pytest.fixture
def machine(stage: Stage) -> Machine:
    return Machine(stage)


def queued(stage: Stage, not_before: int = 0) -> None:
    now = stage.clock.wall()
    stage.outside.write(
        lambda c: jobs.add(c, type="turns", user_id="local", now=now, not_before=not_before, most_attempts=99)
    )


def states(stage: Stage) -> list[tuple[str, int]]:
    rows = stage.outside.read(lambda c: c.execute("SELECT state, attempts FROM job_queue").fetchall())
    return [(row["state"], row["attempts"]) for row in rows]


def test_it_starts_at_rest_and_ends_with_the_next_keystroke(stage: Stage, machine: Machine) -> None:
    one = machine.window(PLACE)
    queued(stage)
    stage.run(30 * SECOND)
    edit(one)
    began = stage.now
    stage.run(MINUTE - 1)
    assert machine.processes == []
    stage.run(2)
    [process] = machine.processes
    assert process.began - began == pytest.approx(MINUTE, abs=5)
    stage.run(10 * SECOND)
    assert states(stage) == [("processing", 1)]
    edit(one)
    assert process.told == stage.now
    stage.run(200)
    assert machine.running == []
    assert states(stage) == [("pending", 0)]
    stage.run(MINUTE)
    assert len(machine.processes) == 2


def test_who_does_not_listen_is_killed_and_what_it_held_is_given_back(stage: Stage, machine: Machine) -> None:
    machine.deaf = True
    one = machine.window(PLACE)
    queued(stage)
    stage.run(2 * MINUTE)
    [process] = machine.running
    back = stage.now
    for _ in range(5):
        edit(one)
        stage.run(20)
    stage.run(100)
    assert process.gone == pytest.approx(back + KILL_AFTER_S * 1000, abs=1)
    assert states(stage) == [("pending", 0)]


@pytest.mark.parametrize("how", ["edit", "save", "focus", "commit", "off", "consent", "restricted", "close"])
def test_whatever_says_so_ends_it(stage: Stage, machine: Machine, how: str) -> None:
    one = machine.window(PLACE)
    queued(stage)
    stage.run(2 * MINUTE)
    assert len(machine.running) == 1
    if how == "edit":
        edit(one)
    elif how == "save":
        save(one)
    elif how == "focus":
        one.window.focused(True)
    elif how == "commit":
        one.window.observe((commit(stage, "one"),))
    elif how == "off":
        stage.outside.write(lambda c: choices.write_mode(c, "off"))
        stage.ring()
    elif how == "consent":
        one.window.configure(stage.window().window.settings)
    elif how == "restricted":
        settings = machine.window(OTHER, trust="restricted").window.settings
        one.window.configure(settings)
    else:
        one.window.close()
    stage.run(200)
    assert machine.running == []


def test_somebody_in_another_window_ends_it(stage: Stage, machine: Machine) -> None:
    machine.window(PLACE)
    two = machine.window(OTHER)
    queued(stage)
    stage.run(3 * MINUTE)
    assert len(machine.processes) == 1
    edit(two)
    stage.run(200)
    # Its own eyes are the first to see that; the bell of whatever happens there is the second.
    two.window.observe((Observation("commit", OTHER, "git", stage.clock.wall(), key="x"),))
    stage.run(200)
    assert machine.running == []


def test_twenty_windows_start_one(stage: Stage, machine: Machine) -> None:
    machine.works = False
    windows = [machine.window(f"/place-{number}") for number in range(20)]
    queued(stage)
    stage.run(80 * SECOND)
    assert len(machine.processes) == 1
    assert len(windows) == 20


@pytest.mark.parametrize(
    "settings",
    [{"enrichment": {"enabled": False}}, {"mode": "off"}, {"trust": "restricted"}],
    ids=["without consent", "off", "restricted"],
)
def test_it_never_starts_where_it_may_not(stage: Stage, machine: Machine, settings: dict[str, Any]) -> None:
    machine.window(PLACE, **settings)
    queued(stage)
    stage.run(60 * MINUTE)
    assert machine.processes == []


@pytest.mark.parametrize("able", [Able(installed=False, key=True), Able(installed=True, key=False)])
def test_without_library_or_key_nothing_happens_and_nothing_is_said(
    stage: Stage, machine: Machine, able: Able
) -> None:
    machine.able = able
    one = machine.window(PLACE)
    queued(stage)
    stage.run(60 * MINUTE)
    assert machine.processes == []
    assert one.effects == []


def test_what_is_due_later_is_waited_for(stage: Stage, machine: Machine) -> None:
    machine.window(PLACE)
    queued(stage, stage.clock.wall() + 20 * MINUTE)
    stage.run(20 * MINUTE - 1)
    assert machine.processes == []
    stage.run(2 * SECOND)
    assert len(machine.processes) == 1


def test_what_ends_in_vain_is_tried_ever_more_rarely(stage: Stage, machine: Machine) -> None:
    machine.works = False
    machine.window(PLACE)
    queued(stage)
    for _ in range(24 * 60):
        stage.run(MINUTE)
        for process in machine.running:
            process.end()
    assert 8 <= len(machine.processes) <= 40


def act(chance: random.Random, stage: Stage, windows: list[Played]) -> None:
    """One thing that somebody does, somewhere."""
    one = chance.choice(windows)
    roll = chance.randrange(6)
    if roll < 2:
        edit(one)
    elif roll == 2:
        save(one)
    elif roll == 3:
        one.window.focused(True)
    elif roll == 4:
        one.window.observe((commit(stage, f"{chance.random()}"),))
    else:
        job = {"job": "test"}
        made = Observation(
            "job.finished", PLACE, "run", stage.clock.wall(), label="pytest", status="ok", data=job
        )
        stage.record(made)


@pytest.mark.parametrize("traces", [60, pytest.param(10_000, marks=pytest.mark.soak)])
def test_nothing_runs_within_the_idle_time_of_anything(stage: Stage, machine: Machine, traces: int) -> None:
    chance = random.Random(traces)
    stage.jitter = lambda: chance.uniform(0, 8)
    windows = [machine.window(PLACE), machine.window(OTHER), machine.window(PLACE, OTHER, "/third")]
    queued(stage)
    for _ in range(traces):
        for _ in range(chance.randint(1, 8)):
            act(chance, stage, windows)
            acted, before = stage.now, len(machine.processes)
            stage.run(50)
            machine.look()
            stage.run(150)
            assert machine.running == [], "it outlived a return"
            stage.run(chance.choice([3, 400, 9_000, 30_000, 59_700]))
            assert len(machine.processes) == before, "it came too early"
        stage.run(chance.choice([20_000, 75_000, 90_000, 200_000]))
        assert all(one.began - acted >= MINUTE for one in machine.processes[before:])
        for process in machine.running if chance.random() < 0.5 else ():
            process.end()
            stage.run(chance.choice([10, 40_000]))
    assert len(machine.processes) > traces / 4
