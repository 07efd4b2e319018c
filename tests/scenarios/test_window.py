"""One window on a virtual clock: the waits, the gates, what is told and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterglow.core.model import Anchor, Observation, Status
from afterglow.core.place import Edit
from afterglow.loop.window import excluded
from afterglow.store import choices, facts, query, sessions, turns
from tests.support.played import MORNING, Played, Stage

PLACE = "/project"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


def job(stage: Stage, status: Status = "ok", **event: Any) -> Observation:
    data = {"job": "build", **event.pop("data", {})}
    given: dict[str, Any] = {"label": "make", "duration_ms": 12_000.0, **event}
    return Observation(
        "job.finished",
        PLACE,
        "editor",
        stage.clock.wall(),
        status=status,
        data=data,
        **given,
    )


def commit(stage: Stage, number: int) -> Observation:
    return Observation(
        "commit", PLACE, "git", stage.clock.wall(), key=f"commit-{number}", data={"branch": "main"}
    )


def said(played: Played) -> list[str]:
    return [token.response for token in played.tokens]


def reason(stage: Stage) -> str:
    """Why the newest turn was silent."""
    record = turns.find_turn(stage.outside.connection)
    assert record is not None
    return str(record["reason"])


def test_a_burst_is_one_turn_and_waits_from_its_first_event(stage: Stage) -> None:
    one = stage.window(PLACE, mode="chatty")
    stage.run(1_000)
    one.window.observe((commit(stage, 1),))
    stage.at(1_400, lambda: one.window.observe((job(stage),)))
    stage.run(1_499)
    assert said(one) == []
    stage.run(100)
    assert said(one) == ["build ok, 12 s"]
    stage.run(60_000)
    assert len(one.tokens) == 1


def test_an_event_after_the_burst_has_a_turn_of_its_own(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    one.window.observe((job(stage),))
    stage.at(5_100, lambda: one.window.observe((job(stage, label="docs", duration_ms=90_000.0),)))
    stage.run(10_000)
    assert said(one) == ["build ok, 12 s", "build ok, 90 s"]


def test_a_line_waits_for_two_seconds_without_typing(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    one.window.observe((job(stage),))
    for at in range(0, 10_000, 500):
        stage.at(at, lambda: one.window.edited("/project/a.py", [Edit(1, 1, 0)]))
    stage.run(9_500 + 1_990)
    assert said(one) == []
    stage.run(20)
    assert said(one) == ["build ok, 12 s"]


def test_after_a_minute_of_typing_it_is_dropped_and_recorded(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    one.window.observe((job(stage),))
    for at in range(0, 70_000, 1_000):
        stage.at(at, lambda: one.window.edited("/project/a.py", [Edit(1, 1, 0)]))
    stage.run(80_000)
    assert said(one) == []
    event = query.events(stage.outside.connection, kind="job.finished")[0]
    without = turns.without_turn(stage.outside.connection, event.id)
    assert without is not None
    assert without[1].startswith("stale")


def test_red_silences_the_whole_workspace_until_it_is_cleared(stage: Stage) -> None:
    one = stage.window(PLACE, mode="chatty")
    stage.run(1_000)
    one.window.observe((job(stage, "fail", label="pytest", data={"job": "test"}),))
    stage.run(10_000)
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == []
    assert reason(stage).startswith("red")
    one.window.observe((job(stage, "cancelled", label="pytest", data={"job": "test"}),))
    stage.run(10_000)
    assert said(one) == []
    one.window.observe((job(stage, "ok", label="pytest", data={"job": "test", "passed": 3}),))
    stage.run(10_000)
    assert said(one) == ["3 passed in 12 s, first green after 1 failed run"]
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert len(one.tokens) == 2


def test_red_fades_after_two_hours(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    one.window.observe((job(stage, "fail", label="pytest", data={"job": "test"}),))
    stage.run(2 * 3_600_000 + 1_000)
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == ["build ok, 12 s"]


def test_a_red_workspace_leaves_another_alone(stage: Stage) -> None:
    one = stage.window(PLACE, "/other")
    stage.run(1_000)
    one.window.observe((job(stage, "fail"),))
    elsewhere = Observation(
        "job.finished", "/other", "editor", stage.clock.wall(), label="make", status="ok",
        duration_ms=12_000.0, data={"job": "build"},
    )  # fmt: skip
    stage.run(10_000)
    one.window.observe((elsewhere,))
    stage.run(10_000)
    assert said(one) == ["build ok, 12 s"]


def test_a_destructive_command_owes_a_minute_of_silence(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    stage.record(
        Observation(
            "command.started",
            PLACE,
            "run",
            stage.clock.wall(),
            data={"program": "git", "hazard": "destructive"},
        )
    )
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == []
    stage.run(52_000)
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == ["build ok, 12 s"]


def test_a_secret_file_in_front_is_silence(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    one.window.fronted("/project/.env")
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == []
    one.window.fronted("/project/a.py")
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert len(one.tokens) == 1
    one.window.edited("/project/.env", [Edit(0, 0, 0)])
    one.window.fronted("/project/a.py")
    stage.run(280_000)
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert len(one.tokens) == 1
    stage.run(20_000)
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert len(one.tokens) == 2


def test_an_unfinished_merge_is_silence_whoever_reported_it(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    one.window.observe((Observation("conflict.begin", PLACE, "editor", stage.clock.wall()),))
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == []
    one.window.observe((Observation("conflict.end", PLACE, "editor", stage.clock.wall()),))
    stage.run(10_000)
    assert said(one) == ["Conflict over after 10 s"]


def test_the_very_first_line_waits_for_something_that_ended_well(stage: Stage) -> None:
    one = stage.window(PLACE, minJobSeconds=0)
    stage.run(1_000)
    one.window.observe((Observation("conflict.end", PLACE, "editor", stage.clock.wall()),))
    stage.run(10_000)
    assert said(one) == []
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == ["build ok, 12 s"]


def test_the_focused_window_speaks(stage: Stage) -> None:
    back, front = stage.window(PLACE), stage.window(PLACE)
    stage.run(1_000)
    front.window.focused(True)
    for number in range(5):
        stage.record(job(stage, label=f"part {number}"))
        stage.run(10_000)
    assert (len(back.tokens), len(front.tokens)) == (0, 5)


def test_a_window_that_closes_takes_its_line_with_it(stage: Stage) -> None:
    one, two = stage.window(PLACE), stage.window(PLACE)
    stage.run(1_000)
    one.window.focused(True)
    one.window.observe((job(stage),))
    stage.run(200)
    one.window.close()
    stage.run(100_000)
    assert said(one) + said(two) == []
    stage.record(job(stage))
    stage.run(10_000)
    assert said(two) == ["build ok, 12 s"]


def test_off_records_nothing_and_comes_back_by_the_bell(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    stage.outside.write(lambda connection: choices.write_mode(connection, "off"))
    stage.ring()
    stage.run(1_000)
    assert one.window.mode == "off"
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert query.events(stage.outside.connection, kind="job.finished") == []
    stage.outside.write(lambda connection: choices.write_mode(connection, "quiet"))
    stage.ring()
    stage.run(1_000)
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == ["build ok, 12 s"]


def test_windows_share_a_session_and_a_break_begins_another(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    two = stage.window(PLACE)
    stage.run(1_000)
    one.window.observe((job(stage),))
    stage.run(10_000)
    two.window.observe((job(stage, label="docs"),))
    stage.run(10_000)
    first, second = one.tokens[0], two.tokens[0] if two.tokens else one.tokens[1]
    assert first.session_id == second.session_id
    assert (first.turn, second.turn) == (1, 2)
    stage.run(31 * 60_000)
    stage.window(PLACE)
    stage.run(1_000)
    assert sessions.count(stage.outside.connection) == 2
    opened = query.events(stage.outside.connection, kind="session.open")
    assert len(opened) == 2


def test_a_saved_file_is_remembered_unless_it_is_secret_or_excluded(stage: Stage) -> None:
    one = stage.window(PLACE, excludePaths=["private/*"])
    stage.run(1_000)

    def newest() -> object:
        rows = stage.outside.connection.execute("SELECT newest_file FROM sessions").fetchall()
        return rows[0]["newest_file"]

    for path in ("/project/a.py", "/project/.env", "/project/private/b.py"):
        one.window.saved(PLACE, path)
    assert newest() == "/project/a.py"
    assert excluded("/project/private/b.py", PLACE, ["private/*"])
    assert not excluded("/project/public/b.py", PLACE, ["private/*"])


def test_the_hint_goes_when_its_time_is_over(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    one.window.observe((job(stage, anchor=Anchor("file:///project/a.py", 3)),))
    stage.run(5_000)
    assert one.window.state.hint is not None
    stage.run(20_000)
    assert one.window.state.hint is None


def test_red_is_known_from_the_records_alone(stage: Stage) -> None:
    stage.record(job(stage, "fail"))
    now = MORNING + 1_000
    assert [key.label for key in facts.red(stage.outside.connection, PLACE, now)] == ["make"]


def test_a_conflict_that_nobody_ends_is_not_silence_for_good(stage: Stage) -> None:
    one = stage.window(PLACE)
    stage.run(1_000)
    one.window.observe((Observation("conflict.begin", PLACE, "editor", stage.clock.wall()),))
    stage.run(13 * 3_600_000)
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == ["build ok, 12 s"]


def test_a_pause_set_by_a_clock_that_was_wrong_does_not_last_for_years(stage: Stage) -> None:
    from afterglow.store import choices

    one = stage.window(PLACE)
    stage.run(1_000)
    far = stage.clock.wall() + 400 * 24 * 3_600_000
    stage.outside.write(lambda connection: choices.write_dnd(connection, far))
    one.window.observe((job(stage),))
    stage.run(10_000)
    assert said(one) == ["build ok, 12 s"]
