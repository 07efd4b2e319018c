"""What earlier outcomes allow to claim, and what they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.history import Streak, red_to_green, story
from afterglow.core.model import Outcome, Status
from tests.core.build import MINUTE, NOW, green, outcome


def ago(minutes: float) -> int:
    return NOW - round(minutes * MINUTE)


def test_without_records_nothing_is_claimed() -> None:
    told = story(green(), ())
    assert (told.changed, told.count_changed, told.part) == (False, False, False)
    assert (told.streak, told.more, told.usual_ms, told.fastest) == (None, None, None, False)


def test_a_red_streak_knows_when_it_began_and_what_was_green_before() -> None:
    history = (
        outcome("fail", 5, passed=140, failed=2),
        outcome("cancelled", 10),
        outcome("unknown", 11),
        outcome("fail", 20, passed=141, failed=1),
        outcome("ok", 60, passed=142),
        outcome("fail", 90, passed=140, failed=2),
    )
    told = story(green(142), history)
    assert told.changed
    assert told.streak == Streak(runs=2, last_fail_at=ago(5), began=ago(20), green_at=ago(60))


def test_no_green_before_is_said_so() -> None:
    told = story(green(142), (outcome("fail", 5, passed=140, failed=2),))
    assert told.streak == Streak(runs=1, last_fail_at=ago(5), began=ago(5), green_at=None)


def test_a_run_of_a_part_is_no_first_green() -> None:
    history = (outcome("fail", 5, passed=140, failed=2), outcome("ok", 60, passed=142))
    told = story(green(3), history)
    assert told.part
    assert told.changed
    assert told.streak is None


def test_a_part_that_was_green_in_between_does_not_take_the_first_green_away() -> None:
    history = (
        outcome("ok", 2, passed=3),
        outcome("fail", 5, passed=140, failed=2),
        outcome("ok", 60, passed=142),
    )
    told = story(green(142), history)
    assert told.streak == Streak(runs=1, last_fail_at=ago(5), began=ago(5), green_at=ago(60))
    assert not told.changed


def test_a_green_that_may_have_been_full_ends_the_streak() -> None:
    history = (
        outcome("ok", 2, passed=120),
        outcome("fail", 5, passed=140, failed=2),
        outcome("ok", 60, passed=142),
    )
    assert story(green(142), history).streak is None


def test_a_green_of_a_smaller_suite_counts_as_green_of_its_time() -> None:
    history = (
        outcome("fail", 5, passed=140, failed=2),
        outcome("ok", 30, passed=100),
        outcome("fail", 60, passed=99, failed=1),
        outcome("ok", 90, passed=100),
    )
    told = story(green(142), history)
    assert told.streak == Streak(runs=1, last_fail_at=ago(5), began=ago(5), green_at=ago(30))


def test_a_run_without_counts_is_not_compared_with_counted_ones() -> None:
    history = (outcome("fail", 5, passed=140, failed=2), outcome("ok", 60, passed=142))
    assert story(green(None), history).part
    plain = (outcome("fail", 5), outcome("ok", 60))
    assert story(green(None), plain).streak == Streak(1, ago(5), ago(5), ago(60))


def test_an_uncounted_green_inside_a_counted_streak_ends_it() -> None:
    history = (
        outcome("fail", 2, passed=141, failed=1),
        outcome("ok", 4),
        outcome("fail", 6, passed=141, failed=1),
        outcome("ok", 60, passed=142),
    )
    assert story(green(142), history).streak == Streak(1, ago(2), None, None)


def test_a_streak_that_fills_the_records_has_no_known_beginning() -> None:
    history = tuple(outcome("fail", minutes) for minutes in range(1, 201))
    assert story(green(None), history).streak == Streak(200, ago(1), None, None)


def test_outcomes_of_the_future_claim_nothing() -> None:
    assert story(green(None), (outcome("fail", -5), outcome("ok", 60))).streak is None


@pytest.mark.parametrize(("passed", "more"), [(148, 6), (142, None), (143, 1)])
def test_more_than_last_time(passed: int, more: int | None) -> None:
    assert story(green(passed), (outcome("ok", 60, passed=142),)).more == more


def test_last_time_must_have_been_a_full_run() -> None:
    part_between = (outcome("ok", 5, passed=3), outcome("ok", 60, passed=142))
    assert story(green(148), part_between).more == 6
    unsure_between = (outcome("ok", 5, passed=120), outcome("ok", 60, passed=142))
    assert story(green(148), unsure_between).more is None


@pytest.mark.parametrize(
    ("history", "changed"),
    [
        ((), False),
        ((outcome("ok", 5, passed=142),), False),
        ((outcome("ok", 5, passed=141),), True),
        ((outcome("ok", 5, passed=143),), True),
        ((outcome("ok", 5),), False),
        ((outcome("ok", 5), outcome("ok", 6, passed=141)), True),
    ],
)
def test_a_changed_count(history: tuple[Outcome, ...], changed: bool) -> None:
    assert story(green(142), history).count_changed is changed


def test_the_usual_duration_is_the_median_of_at_least_three_ok_runs() -> None:
    runs = (outcome("ok", 1, 19), outcome("fail", 2, 1), outcome("ok", 3, 18), outcome("ok", 4, 90))
    assert story(green(None), runs).usual_ms == 19_000
    assert story(green(None), runs[:3]).usual_ms is None
    many = tuple(outcome("ok", minutes, 10 if minutes <= 20 else 99) for minutes in range(1, 60))
    assert story(green(None), many).usual_ms == 10_000


def test_fastest_needs_records_that_reach_back_a_week() -> None:
    week = tuple(outcome("ok", 60 * 30 * i, 70) for i in range(1, 9))
    assert story(green(None, 38), week).fastest
    assert not story(green(None, 38), week[:4]).fastest
    assert not story(green(None, 69), week).fastest
    assert not story(green(None, 38), (outcome("ok", 1, 20), *week)).fastest


@pytest.mark.parametrize(
    ("statuses", "turned"),
    [
        ((), False),
        (("ok",), False),
        (("fail",), True),
        (("unknown", "fail"), True),
        (("cancelled", "ok"), False),
    ],
)
def test_red_to_green(statuses: tuple[Status, ...], turned: bool) -> None:
    history = tuple(outcome(status, minutes + 1) for minutes, status in enumerate(statuses))
    assert red_to_green(green(), history) is turned
    assert red_to_green(green(status="fail"), history) is False


outcomes = st.lists(
    st.builds(
        outcome,
        st.sampled_from(["ok", "fail", "cancelled", "unknown"]),
        st.integers(0, 20_000),
        st.one_of(st.none(), st.integers(0, 4_000)),
        st.one_of(st.none(), st.integers(0, 200)),
        st.integers(0, 5),
    ),
    max_size=30,
).map(lambda found: tuple(sorted(found, key=lambda one: -one.at)))


@given(outcomes, st.one_of(st.none(), st.integers(0, 200)))
def test_claims_never_go_beyond_the_records(history: tuple[Outcome, ...], passed: int | None) -> None:
    told = story(green(passed), history)
    assert told == story(green(passed), history)
    totals = [(one.passed or 0) + (one.failed or 0) for one in history[:20] if one.passed is not None]
    if (
        totals
        and (passed is None or passed < max(totals))
        and all(one.status in ("ok", "fail") for one in history)
    ):
        assert told.part
    if told.part:
        assert told.streak is None
        assert told.more is None
    if told.streak is not None:
        fails = [one.at for one in history if one.status == "fail"]
        assert told.streak.runs <= len(fails)
        assert told.streak.last_fail_at == max(fails)
        greens = [one.at for one in history if one.status == "ok"]
        assert told.streak.green_at is None or told.streak.green_at in greens
        assert told.streak.green_at is None or told.streak.began in fails
