"""Windows that stay open over night: sessions that begin again, and what the reminder may say then."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from afterglow.core.model import Observation
from afterglow.loop import presence
from afterglow.loop.setting import Looks
from afterglow.store import choices
from tests.scenarios.living import (
    HOUR,
    MINUTE,
    PLACE,
    commit,
    edit,
    failed,
    happened,
    opened,
    save,
    stock,
)
from tests.support.played import Played, Stage

YEARS = 10 * 365 * 24 * HOUR


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = Stage(tmp_path)
    yield made
    made.close()


SIGNS: dict[str, Callable[[Played], None]] = {
    "edit": edit,
    "save": save,
    "focus": lambda played: played.window.focused(True),
    "commit": lambda played: played.window.observe((commit(played.stage, "morning"),)),
}


# -- a night -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", SIGNS)
def test_whatever_comes_first_in_the_morning_opens_a_session_with_its_reminder(
    stage: Stage, sign: str
) -> None:
    one = opened(stage)
    save(one)
    one.window.observe((commit(stage, "evening"),))
    stage.run(10_000)
    before = len(one.tokens)
    stage.run(14 * HOUR)
    SIGNS[sign](one)
    stage.run(10_000)
    assert len(happened(stage, "session.open")) == 2
    assert [token.source for token in one.tokens[before:]].count("reminder") == 1
    assert "auth.py" in next(token.response for token in one.tokens[before:] if token.source == "reminder")
    assert happened(stage, "active") == [], "an opening says it already"


def test_a_reminder_waits_until_the_keyboard_rests(stage: Stage) -> None:
    one = opened(stage)
    save(one)
    stage.run(14 * HOUR)
    for after in range(0, 20_000, 500):
        stage.at(after, lambda: edit(one))
    stage.run(19_500 + 1_990)
    assert one.tokens == []
    stage.run(20)
    assert [token.source for token in one.tokens] == ["reminder"]


def test_what_opened_goes_before_what_happened_then(stage: Stage) -> None:
    one = opened(stage, mode="chatty")
    one.window.observe((commit(stage, "evening"),))
    save(one)
    stage.run(14 * HOUR)
    one.tokens.clear()
    edit(one)
    one.window.observe((commit(stage, "morning"),))
    stage.run(20_000)
    assert one.tokens[0].source == "reminder"
    assert [token.event[1] for token in one.tokens if token.event] == ["session.open", "commit"]


def test_of_several_windows_one_reminds_once(stage: Stage) -> None:
    windows = [opened(stage) for _ in range(3)]
    save(windows[0])
    stage.run(14 * HOUR)
    for played in windows:
        edit(played)
        played.window.focused(True)
    stage.run(20_000)
    for played in windows:
        save(played)
    stage.run(20_000)
    assert len(happened(stage, "session.open")) == 2
    assert [token.source for played in windows for token in played.tokens] == ["reminder"]


def test_a_session_that_a_terminal_began_is_opened_by_the_window_that_opens_next(stage: Stage) -> None:
    one = opened(stage)
    save(one)
    one.window.observe((commit(stage, "evening"),))
    stage.run(10_000)
    stage.shut(one)
    stage.run(14 * HOUR)
    stage.record(failed(stage, "test_new"))
    stage.run(MINUTE)
    two = opened(stage)
    assert [token.source for token in two.tokens] == ["reminder"]
    assert "auth.py" in two.tokens[0].response or "test_new" in two.tokens[0].response
    assert len(happened(stage, "session.open")) == 2


def test_a_run_opens_nothing_until_somebody_comes(stage: Stage) -> None:
    one = opened(stage)
    save(one)
    stage.run(14 * HOUR)
    stage.record(failed(stage, "test_new"))
    stage.run(10 * MINUTE)
    assert len(happened(stage, "session.open")) == 1, "a reminder waits for somebody to read it"
    one.tokens.clear()
    edit(one)
    stage.run(10_000)
    assert [token.source for token in one.tokens] == ["reminder"]
    [_, morning] = happened(stage, "session.open")
    assert morning.session_id == happened(stage, "job.finished")[-1].session_id


def test_jobs_all_night_are_no_stay(stage: Stage) -> None:
    one = opened(stage)
    save(one)
    for number in range(14 * 3):
        stage.at(number * 20 * MINUTE, lambda: stage.record(failed(stage, "test_cron")))
    stage.run(14 * HOUR)
    one.tokens.clear()
    edit(one)
    stage.run(10_000)
    assert [token.source for token in one.tokens] == ["reminder"]
    assert "auth.py" in one.tokens[0].response
    assert happened(stage, "active") == []


def test_a_nightly_job_does_not_hide_what_was_left(stage: Stage) -> None:
    one = opened(stage)
    save(one)
    stage.run(8 * HOUR)
    stage.record(failed(stage, "test_nightly"))
    stage.run(6 * HOUR)
    one.tokens.clear()
    edit(one)
    stage.run(10_000)
    assert ["auth.py" in token.response for token in one.tokens] == [True]


def test_a_client_that_reports_the_return_opens_the_session_too(stage: Stage) -> None:
    one = opened(stage)
    save(one)
    stage.run(14 * HOUR)
    one.tokens.clear()
    back = Observation("active", PLACE, "editor", stage.clock.wall(), data={"idleMs": 14 * HOUR})
    one.window.observe((back,))
    stage.run(10_000)
    assert [token.source for token in one.tokens] == ["reminder"]


def test_a_gap_of_none_opens_nothing_by_itself(stage: Stage) -> None:
    one = opened(stage, sessionGapMinutes=0)
    save(one)
    stage.run(14 * HOUR)
    edit(one)
    stage.run(10_000)
    assert len(happened(stage, "session.open")) == 1


def test_off_opens_nothing_and_on_again_does(stage: Stage) -> None:
    one = opened(stage)
    stage.outside.write(lambda connection: choices.write_mode(connection, "off"))
    stage.ring()
    stage.run(14 * HOUR)
    edit(one)
    save(one)
    stage.run(10_000)
    assert len(happened(stage, "session.open")) == 1
    stage.outside.write(lambda connection: choices.write_mode(connection, "normal"))
    stage.ring()
    stage.run(1_000)
    edit(one)
    stage.run(10_000)
    assert len(happened(stage, "session.open")) == 2


def test_a_clock_that_jumps_makes_no_flood_and_no_silence(stage: Stage) -> None:
    chance = random.Random(7)
    one = opened(stage)
    save(one)
    told: list[float] = []
    for _ in range(1_000):
        stage.start += chance.choice((YEARS, -YEARS, HOUR, -HOUR, 0, 40 * MINUTE, -40 * MINUTE))
        before = len(one.tokens)
        save(one)
        stage.run(chance.choice((2_500, 20_000, 90_000)))
        told += [stage.now] * (len(one.tokens) - before)
    assert len(told) > 5, "a window that fell silent proves nothing"
    per_interval = stage.now / presence.OPENINGS_MS
    assert len(told) <= per_interval + 1
    stage.run(14 * HOUR)
    before = len(one.tokens)
    edit(one)
    stage.run(10_000)
    assert len(one.tokens) == before + 1


# -- where was I ---------------------------------------------------------------------------------------


def left(stage: Stage, looks: Looks, *tests: str) -> Played:
    """A session with a saved file (and failing tests), and the morning after it."""
    one = opened(stage)
    one.window.looks = looks
    one.window.observe((commit(stage, "evening"),))
    save(one)
    if tests:
        one.window.observe((failed(stage, *tests),))
    stage.run(14 * HOUR)
    one.tokens.clear()
    edit(one)
    stage.run(10_000)
    return one


def test_what_is_open_and_uncommitted_is_told(stage: Stage) -> None:
    looks = Looks(uncommitted=lambda _: 3, remarks=lambda _, __: 2, present=lambda _, __: True)
    [token] = left(stage, looks).tokens
    assert "3 files uncommitted" in token.response
    assert "2 todos" in token.response


def test_several_facts_at_once_red_first(stage: Stage) -> None:
    looks = Looks(uncommitted=lambda _: 1, remarks=lambda _, __: 2, present=lambda _, __: True)
    [token] = left(stage, looks, "tests/test_auth.py::test_expiry").tokens
    assert token.source == "reminder", "though the workspace is red"
    assert token.banter is None
    assert "test_expiry" in token.response
    assert "auth.py" in token.response


def test_what_is_gone_is_not_told(stage: Stage) -> None:
    looks = Looks(remarks=lambda _, __: 2, present=lambda _, __: False)
    lines = [token.response for token in left(stage, looks, "tests/test_auth.py::test_expiry").tokens]
    assert lines, "the branch is still known"
    for gone in ("auth.py", "todo", "test_expiry"):
        assert not [line for line in lines if gone in line]


def test_nothing_left_to_do_is_not_counted(stage: Stage) -> None:
    looks = Looks(uncommitted=lambda _: 0, remarks=lambda _, __: 0, present=lambda _, __: True)
    [token] = left(stage, looks).tokens
    assert "0" not in token.response.partition(" at ")[0]
    assert "todo" not in token.response
    assert "uncommitted" not in token.response


def test_where_nothing_may_be_read_what_was_recorded_is_told(stage: Stage) -> None:
    one = stage.window(PLACE, stock=stock)
    stage.run(1_000)
    save(one)
    one.window.observe((failed(stage, "tests/test_auth.py::test_expiry"),))
    stage.run(14 * HOUR)
    edit(one)
    stage.run(10_000)
    [token] = one.tokens
    assert "test_expiry" in token.response
    assert "feature/refresh" not in token.response
