"""Idle and the return from it: never said too soon, once for all windows, and nothing ticks meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from afterglow.core.model import Observation
from afterglow.loop import staying
from afterglow.store import choices, sessions
from tests.scenarios.living import (
    MINUTE,
    PLACE,
    SECOND,
    commit,
    edit,
    failed,
    happened,
    opened,
    save,
    stock,
    why,
)
from tests.support.played import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


def test_a_minute_without_a_sign_is_idle_and_the_next_sign_a_return(stage: Stage) -> None:
    one = opened(stage)
    edit(one)
    began = stage.clock.wall()
    stage.run(59_000)
    assert (happened(stage, "idle"), one.window.idle_since()) == ([], None)
    stage.run(2_000)
    [idle] = happened(stage, "idle")
    assert idle.at == began + MINUTE
    assert one.window.idle_since() == began
    assert why(stage, idle) == "an event of this kind never speaks"
    stage.run(9 * MINUTE)
    edit(one)
    assert one.window.idle_since() is None
    stage.run(10_000)
    [back] = happened(stage, "active")
    assert back.data["idleMs"] == pytest.approx(10 * MINUTE + 1_000, abs=5)
    assert why(stage, back) == staying.NOT_MISSED
    assert one.tokens == []


def test_who_was_away_for_long_is_told_something_once(stage: Stage) -> None:
    first = opened(stage, sessionGapMinutes=0)
    one, two = opened(stage, sessionGapMinutes=600), opened(stage, sessionGapMinutes=600)
    one.window.observe((commit(stage, "one"),))
    edit(two)
    stage.run(40 * MINUTE)
    for played in (first, one, two):
        edit(played)
        stage.run(1_000)
        save(played)
    stage.run(20_000)
    assert len(happened(stage, "idle")) == 1
    [back] = happened(stage, "active")
    assert back.data["idleMs"] > 39 * MINUTE
    assert sum(len(played.tokens) for played in (first, one, two)) == 1


def test_what_ends_by_itself_is_no_return(stage: Stage) -> None:
    one = opened(stage, sessionGapMinutes=600)
    edit(one)
    stage.run(10 * MINUTE)
    long_build = Observation(
        "job.finished", PLACE, "run", stage.clock.wall(), label="make", status="ok",
        duration_ms=10.0 * MINUTE, data={"job": "build"},
    )  # fmt: skip
    one.window.observe((long_build,))
    assert happened(stage, "active") == []
    assert one.window.idle_since() is None, "whoever works while nobody is there waits for this"
    stage.run(10 * MINUTE)
    assert one.window.idle_since() is not None
    one.window.observe((commit(stage, "back"),))
    stage.run(10_000)
    [back] = happened(stage, "active")
    assert back.data["idleMs"] == pytest.approx(20 * MINUTE, abs=2_000), (
        "since somebody was there, not a build"
    )


def test_idle_is_no_activity(stage: Stage) -> None:
    one = opened(stage)
    edit(one)
    began = stage.clock.wall()
    stage.run(5 * MINUTE)
    known = sessions.last_active(stage.outside.connection, PLACE, stage.clock.wall(), 30 * MINUTE)
    assert known is not None
    assert known.active_at == began


def test_typing_in_one_folder_keeps_the_whole_window_awake(stage: Stage) -> None:
    one = stage.window(PLACE, "/other", stock=stock)
    stage.run(1_000)
    for after in range(0, 10 * MINUTE, 20_000):
        stage.at(after, lambda: edit(one))
    stage.run(10 * MINUTE)
    assert happened(stage, "idle") == happened(stage, "idle", "/other") == []
    stage.run(5 * MINUTE)
    assert len(happened(stage, "idle")) == len(happened(stage, "idle", "/other")) == 1


def test_nothing_ticks_while_nobody_is_there(stage: Stage) -> None:
    one = opened(stage)
    edit(one)
    stage.run(2 * MINUTE)
    waiting = [handle for _, _, handle in stage._heap if handle.call is not None]
    assert waiting == []
    assert one.window.idle_since() is not None


def test_nothing_ticks_in_mode_off(stage: Stage) -> None:
    one = opened(stage)
    stage.outside.write(lambda connection: choices.write_mode(connection, "off"))
    stage.ring()
    stage.run(2 * MINUTE)
    edit(one)
    save(one)
    one.window.focused(True)
    assert [handle for _, _, handle in stage._heap if handle.call is not None] == []
    stage.run(5 * MINUTE)
    assert happened(stage, "idle") == []
    assert one.window.idle_since() is None


BOUTS, CHUNK = 10_000, 1_000
HEARD = 100
"""After so many ms every window has heard the bell."""
TURNED = 4_000
"""After so many ms the turn of what happened is over, which is the last that a session hears of it."""


@pytest.mark.parametrize("chunk", range(BOUTS // CHUNK))
def test_idle_is_never_said_too_soon_and_always_in_the_end(chunk: int, tmp_path: Path) -> None:
    chance = random.Random(chunk)
    stage = Stage(tmp_path, lambda: chance.uniform(0, 20))
    idle_ms = chance.choice((1, 5, 60, 300)) * SECOND
    windows = [
        stage.window(PLACE, idleSeconds=idle_ms // SECOND, sessionGapMinutes=chance.choice((0, 30)))
        for _ in range(chance.randint(1, 3))
    ]
    stage.run(1_000)
    signs: list[int] = []
    late = staying.WRITTEN_MS if len(windows) > 1 else 0
    count = 0

    def act(number: int) -> None:
        signs.append(stage.clock.wall())
        played = chance.choice(windows)
        if number % 17 == 0:
            stage.record(failed(stage, "test_a"))
        elif number % 11 == 0:
            played.window.observe((commit(stage, f"commit {chunk} {number}"),))
        elif number % 5 == 0:
            save(played)
        else:
            edit(played)

    try:
        for number in range(CHUNK):
            act(number)
            stage.run(
                chance.choice(
                    (HEARD, 900, idle_ms // 3, idle_ms - 100, idle_ms + 100, idle_ms + late + TURNED + HEARD)
                )
            )
            since = [played.window.idle_since() for played in windows]
            quiet = stage.clock.wall() - signs[-1]
            if quiet < idle_ms:
                assert since == [None] * len(windows), f"{number}: somebody was there {quiet} ms ago"
            elif quiet > idle_ms + late + TURNED:
                assert None not in since, f"{number}: nobody was there for {quiet} ms"
        found = [event.at for event in happened(stage, "idle")]
        count = len(found)
        for at in found:
            last = max(sign for sign in signs if sign <= at)
            assert at - last >= idle_ms, f"{at - last} ms after somebody was there"
    finally:
        stage.close()
    assert count > CHUNK // 20, "where nobody ever rests nothing is proven"
