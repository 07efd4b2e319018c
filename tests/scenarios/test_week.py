"""A working week of one developer: what is said is true, welcome and not too much, whatever the seed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from attrs import evolve, frozen

from afterglow.core.model import Mode
from tests.scenarios.week import played, screen, shipped_stock
from tests.scenarios.week_audit import news_problems, reminder_problems
from tests.scenarios.week_days import MONDAY
from tests.scenarios.week_desk import Desk
from tests.scenarios.week_rows import Rows, Shown
from tests.scenarios.week_time import instant

MINUTE = 60_000
COALESCE_MS, TYPING_MS, SLACK_MS = 1_500, 2_000, 400
START = instant(MONDAY, "00:00")
SEEDS = ("1", "2", "3")


@frozen
class Week:
    """A week that was played: ``rows`` hold it without the Friday before, ``all`` with it."""

    desk: Desk
    all: Rows
    rows: Rows


def play(folder: Path, mode: Mode = "normal", seed: str = "1", days: int = 7) -> Iterator[Week]:
    with played(folder, mode=mode, seed=seed, days=days) as (desk, rows):
        yield Week(desk, rows, rows.since(START))


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    yield from play(tmp_path_factory.mktemp("normal"))


@pytest.fixture(scope="module")
def chatty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Week]:
    yield from play(tmp_path_factory.mktemp("chatty"), "chatty", days=4)


@pytest.fixture(scope="module", params=["normal", "chatty"])
def either(request: pytest.FixtureRequest) -> Week:
    made: Week = request.getfixturevalue("week" if request.param == "normal" else "chatty")
    return made


def lines(found: list[Shown]) -> str:
    return "\n".join(one.response for one in found)


# -- how much ------------------------------------------------------------------------------------------


def test_a_week_has_enough_warm_lines_and_no_day_too_many(week: Week) -> None:
    by_day = Counter(one.day for one in week.rows.warm)
    assert max(by_day.values()) <= 12, by_day
    assert len(week.rows.warm) >= 25


def test_they_come_from_many_places_and_on_many_occasions(week: Week) -> None:
    assert len({one.source for one in week.rows.shown}) >= 5
    assert len({one.category for one in week.rows.shown} - {None}) >= 4


def test_warm_lines_keep_their_distance(week: Week) -> None:
    for one, other in pairwise(week.rows.warm):
        assert other.at - one.at >= 5 * MINUTE, lines([one, other])


def test_no_warm_line_comes_twice(either: Week) -> None:
    said = Counter(one.banter for one in either.rows.shown if one.banter is not None)
    assert [line for line, times in said.items() if times > 1] == []


def test_a_low_rating_brings_half_an_hour_of_quiet(week: Week) -> None:
    (low,) = week.desk.low
    assert [one for one in week.rows.warm if low <= one.at < low + 30 * MINUTE] == []
    assert [one for one in week.rows.shown if low <= one.at < low + 30 * MINUTE], "news goes on"


def test_chatty_has_its_limits_too(chatty: Week) -> None:
    jokes = {joke.id for joke in shipped_stock().jokes}
    lines_of, jokes_of = (
        Counter(one.day for one in chatty.rows.warm),
        Counter(one.day for one in chatty.rows.warm if one.entry in jokes),
    )
    assert max(lines_of.values()) <= 40
    assert 0 < max(jokes_of.values()) <= 6
    for one, other in pairwise(chatty.rows.warm):
        assert other.at - one.at >= MINUTE, lines([one, other])


def test_in_normal_a_joke_comes_only_when_asked_for(week: Week) -> None:
    jokes = {joke.id for joke in shipped_stock().jokes}
    assert [one.response for one in week.rows.warm if one.entry in jokes] == []


def test_quiet_says_no_warm_line(tmp_path: Path) -> None:
    for made in play(tmp_path, "quiet", days=3):
        assert lines(list(made.all.warm)) == ""
        assert {one.source for one in made.rows.shown if one.unasked} == {"news", "reminder"}


def test_off_says_nothing_that_nobody_asked_for(tmp_path: Path) -> None:
    for made in play(tmp_path, "off", days=2):
        assert [one.response for one in made.all.shown if one.unasked] == []
        # What ``afterglow run`` reports knows nothing of an editor's settings.
        assert {one.job for one in made.all.events} <= {"deploy", "migration"}


def test_two_users_hear_different_lines(tmp_path_factory: pytest.TempPathFactory, week: Week) -> None:
    heard = {SEEDS[0]: {one.banter for one in week.rows.warm}}
    for seed in SEEDS[1:]:
        for made in play(tmp_path_factory.mktemp(f"seed-{seed}"), seed=seed):
            heard[seed] = {one.banter for one in made.rows.warm}
    shares = {
        (one, other): len(heard[one] & heard[other]) / min(len(heard[one]), len(heard[other]))
        for one, other in combinations(SEEDS, 2)
    }
    assert max(shares.values()) <= 0.30, shares


# -- what is true --------------------------------------------------------------------------------------


def test_every_claim_of_the_news_was_recorded(either: Week) -> None:
    assert len([one for one in either.rows.shown if one.news]) > 40, "nothing was told, nothing is proven"
    assert news_problems(either.all) == []


def test_each_morning_reminds_of_what_was_recorded(week: Week) -> None:
    opened = {one.session: one for one in week.all.events if one.kind == "session.open" and one.at >= START}
    ledger = [one for one in opened.values() if one.workspace.endswith("/ledger")]
    reminded = {one.event for one in week.rows.shown if one.source == "reminder"}
    first = {(one.at - START) // 86_400_000: one for one in reversed(ledger)}
    assert len(first) >= 7
    assert [one.id for one in first.values() if one.id not in reminded] == []
    templates = {entry.id: entry.text for entry in shipped_stock().reminders}
    assert reminder_problems(week.rows, week.desk, templates) == []


def test_every_first_green_is_told_at_once(week: Week) -> None:
    told = {one.event: one for one in week.all.shown}
    greens = [one for one in week.all.first_greens() if one.recorded_at >= START]
    assert len(greens) >= 5
    for green in greens:
        line = told.get(green.id)
        assert line is not None, f"{green.label} at {green.at} was green and nobody heard"
        typed = week.desk.pressed[: bisect_right(week.desk.pressed, line.at)]
        ready = max(green.recorded_at + COALESCE_MS, typed[-1] + TYPING_MS if typed else 0)
        assert 0 <= line.at - ready + SLACK_MS <= 2 * SLACK_MS, line.response


def test_a_line_waits_for_the_keyboard_to_rest(either: Week) -> None:
    pressed = either.desk.pressed
    for line in either.rows.shown:
        before = pressed[: bisect_right(pressed, line.at)]
        if before and line.unasked and line.source != "reminder":
            assert line.at - before[-1] >= TYPING_MS - 5, line.response


# -- when silence is kinder ----------------------------------------------------------------------------


def test_nothing_is_said_while_red_or_in_conflict(either: Week) -> None:
    closed = [*either.all.red(), *either.all.conflicts()]
    assert len(closed) >= 4
    for line in either.rows.shown:
        inside = [one for one in closed if one[0] == line.workspace and one[1] <= line.at < one[2]]
        if not inside:
            continue
        if line.source == "reminder":
            assert line.banter is None, line.response
        else:
            assert not line.unasked, line.response
            assert "!" not in line.response


def test_nothing_is_said_for_a_minute_after_a_destructive_command(either: Week) -> None:
    assert either.desk.hazards
    for at in either.desk.hazards:
        near = [one for one in either.rows.shown if at <= one.at < at + MINUTE]
        assert lines(near) == ""


def test_nothing_is_said_of_an_end_that_was_not_good(either: Week) -> None:
    bad = {one.id for one in either.all.events if one.status in ("fail", "cancelled", "unknown")}
    assert len(bad) >= 5
    assert [one.response for one in either.rows.shown if one.event in bad] == []
    for one in either.rows.shown:
        event = either.all.event(one.event)
        assert event is None or not event.data.get("failed"), one.response


def test_no_line_shouts_or_shows_its_braces(either: Week) -> None:
    for one in either.rows.shown:
        assert "{" not in one.response
        assert "!" not in one.response
        assert len(one.response.split()) <= 25
        assert len(one.response) <= 120


def test_the_screen_can_be_read(week: Week) -> None:
    text = screen(week.desk, week.all)
    assert "Sunday, 28 March 2027" in text
    assert all(one.response in text for one in week.all.shown)


def test_a_wrong_number_in_the_news_would_be_found(either: Week) -> None:
    """The audit is worth its silence: one more than was recorded, and it complains of each line."""
    told = [one for one in either.rows.shown if one.news and one.source != "reminder"]
    for one in told:
        wrong = re.sub(
            r"\d+", lambda number: f"{int(number[0]) + 1:0{len(number[0])}}", one.news or "", count=1
        )
        if wrong != one.news:
            assert news_problems(evolve(either.all, shown=(evolve(one, news=wrong),))), wrong
