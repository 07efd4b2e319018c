"""Topic and phase as windows notice them: shared, held, kept over a restart, begun anew each session."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from afterglow.core import topic
from afterglow.core.model import Observation
from afterglow.loop.setting import Looks
from tests.scenarios.living import HOUR, MINUTE, PLACE, edit, failed, happened, opened, save, why
from tests.support.played import Played, Stage

PARSER, WEB = "/project/server/parser/lexer.py", "/project/web/styles/main.css"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


def work(stage: Stage, *windows: Played, path: str, times: int = 3, every: int = MINUTE) -> None:
    """Save a file so many times, in one window after the other."""
    for step in range(times):
        save(windows[step % len(windows)], path)
        stage.run(every)


def changes(stage: Stage, kind: str = "topic.change") -> list[tuple[object, object]]:
    return [(event.data.get("from"), event.data.get("to")) for event in happened(stage, kind)]


def test_another_part_of_the_code_is_a_topic_once_it_held(stage: Stage) -> None:
    one = opened(stage)
    work(stage, one, path=PARSER, times=5)
    work(stage, one, path=WEB, times=2)
    assert changes(stage) == []
    work(stage, one, path=WEB)
    assert changes(stage) == [("server/parser", "web/styles")]
    [event] = happened(stage, "topic.change")
    assert why(stage, event) != "an event of this kind never speaks"


def test_windows_of_a_workspace_agree_on_one_topic(stage: Stage) -> None:
    windows = [opened(stage) for _ in range(3)]
    work(stage, *windows, path=PARSER, times=6)
    work(stage, *windows, path=WEB, times=9)
    assert changes(stage) == [("server/parser", "web/styles")]


def test_a_restart_keeps_the_topic_and_what_is_about_to_be_one(stage: Stage) -> None:
    one = opened(stage)
    work(stage, one, path=PARSER, times=5)
    work(stage, one, path=WEB, times=2)
    stage.shut(one)
    two = opened(stage)
    work(stage, two, path=WEB, times=1)
    assert changes(stage) == [("server/parser", "web/styles")]


def test_a_new_session_begins_without_a_topic(stage: Stage) -> None:
    one = opened(stage)
    work(stage, one, path=PARSER, times=5)
    stage.run(14 * HOUR)
    work(stage, one, path=WEB, times=9)
    assert changes(stage) == []


def test_a_package_names_the_topic(stage: Stage) -> None:
    one = opened(stage)
    one.window.looks = Looks(package=lambda _, path: "libs/wire" if path.startswith("libs/wire/") else "")
    work(stage, one, path="/project/libs/wire/src/deep/frame.rs", times=5)
    work(stage, one, path=WEB, times=3)
    assert changes(stage) == [("libs/wire", "web/styles")]


def test_in_a_flat_project_the_branch_is_the_topic(stage: Stage) -> None:
    one = opened(stage)

    def switch(to: str, number: int) -> None:
        data = {"from": "main", "to": to}
        at = stage.clock.wall()
        one.window.observe(
            (Observation("branch.switch", PLACE, "git", at, key=f"switch {number}", data=data),)
        )

    switch("feature/retry-queue", 1)
    work(stage, one, path="/project/main.go", times=4)
    switch("fix/lost-frame", 2)
    work(stage, one, path="/project/main.go", times=4)
    assert changes(stage) == [("retry queue", "lost frame")]


@pytest.mark.parametrize("path", ["/project/secrets/.env", "/project/private/plan/a.py", "/elsewhere/b/c.py"])
def test_what_must_not_be_named_is_no_topic(stage: Stage, path: str) -> None:
    one = opened(stage, excludePaths=["private/*"])
    work(stage, one, path=PARSER, times=5)
    work(stage, one, path=path, times=9)
    assert changes(stage) == []


def test_what_a_client_says_is_not_said_again(stage: Stage) -> None:
    one = opened(stage)
    work(stage, one, path=PARSER, times=5)
    data = {"from": "server/parser", "to": "web/styles"}
    one.window.observe((Observation("topic.change", PLACE, "editor", stage.clock.wall(), data=data),))
    work(stage, one, path=WEB, times=9)
    assert len(changes(stage)) == 1


def test_runs_in_a_row_are_another_phase_whoever_ran_them(stage: Stage) -> None:
    windows = [opened(stage), opened(stage)]
    work(stage, *windows, path=PARSER, times=5)
    for number in range(3):
        stage.record(failed(stage, f"test_{number}"))
        stage.run(30_000)
    assert changes(stage, "phase.change") == [("coding", "testing")]


def test_writing_and_testing_by_turns_stays_one_phase(stage: Stage) -> None:
    one = opened(stage)
    for number in range(30):
        work(stage, one, path=PARSER, times=1)
        stage.record(failed(stage, f"test_{number}"))
        stage.run(MINUTE)
    assert changes(stage, "phase.change") == []


def test_reading_comparisons_is_review(stage: Stage) -> None:
    one = opened(stage)
    work(stage, one, path=PARSER, times=5)
    for _ in range(4):
        one.window.fronted("git:/project/server/parser/lexer.py?main")
        stage.run(30_000)
    assert changes(stage, "phase.change") == [("coding", "reviewing")]


def test_nobody_hears_of_more_than_one_change_in_a_rest(stage: Stage) -> None:
    chance = random.Random(3)
    windows = [opened(stage), opened(stage)]
    paths = [PARSER, WEB, "/project/docs/guide/a.md", "/project/CHANGELOG.md"]
    path = PARSER
    for _ in range(1_500):
        path = path if chance.random() < 0.8 else chance.choice(paths)
        chance.choice((save, edit))(chance.choice(windows), path)
        stage.run(chance.choice((500, 11_000, 40_000, 90_000)))
    for kind in ("topic.change", "phase.change"):
        times = [event.at for event in happened(stage, kind)]
        assert len(times) > 3, "where nothing changes nothing is proven"
        assert all(later - earlier >= topic.REST_MS for earlier, later in pairwise(times))
