"""What is said where only a part is proven, and of measures that changed: no more than is known."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from afterglow.core.history import TESTS, story
from afterglow.core.model import Event, Outcome
from afterglow.core.occasion import silent_because
from afterglow.core.setting_table import Settings
from tests.core.build import event, green, outcome
from tests.core.test_news import job, line


def cached(mended: int = 1, **fields: Any) -> Event:
    """What a runner's cache proves: tests that failed pass again."""
    data = {"failing": [], "mended": mended, **fields.pop("data", {})}
    return event(job="test", labels=("pytest",), data=data, **{"sources": ("cache",), **fields})


def made(part: str, seconds: float | None = None, **data: Any) -> Event:
    return job("build", seconds, sources=("cache",), labels=(part,), data={"part": part, **data})


def told(status: Any, minutes_ago: float, seconds: float | None = None, **fields: Any) -> Outcome:
    return evolve(outcome(status, minutes_ago, seconds), **fields)


FAILS = (outcome("fail", 5, passed=140, failed=2), outcome("fail", 52, passed=140, failed=2))
FULL = outcome("ok", 234, passed=142)


@pytest.mark.parametrize(
    ("subject", "history", "text"),
    [
        (cached(1), (), "1 failing test passes again"),
        (cached(3), (), "3 failing tests pass again"),
        (cached(3), (*FAILS, FULL), "3 failing tests pass again, red for 52 min"),
        (cached(3), FAILS, "3 failing tests pass again, red for 52 min"),
        (cached(3), (told("ok", 3, part=TESTS), *FAILS), "3 failing tests pass again"),
        (cached(1), (outcome("fail", 0.5),), "1 failing test passes again"),
        # A failure of yesterday was nobody's red any more.
        (cached(1), (outcome("fail", 22 * 60),), "1 failing test passes again"),
        # It knows how many there are only by what failed.
        (cached(0), FAILS, None),
        (cached(0, duration_ms=38_000.0), FAILS, None),
        (cached(2, duration_ms=38_000.0), (), "2 failing tests pass again"),
        # Somebody who saw the whole run vouches for it.
        (cached(3, exit_code=0, duration_ms=38_000.0), (), "tests passed in 38 s"),
        (
            cached(3, data={"passed": 142}),
            (outcome("fail", 5, passed=140, failed=2), FULL),
            "142 passed, first green since 14:10",
        ),
        (made("wheel"), (), None),
        (made("wheel", 12), (), "wheel built, 12 s"),
        (made("wheel", 12, made=3), (), "3 wheels built, 12 s"),
        (made("wheel", 12), (outcome("fail", 5), outcome("ok", 234)), "wheel built, 12 s, red for 5 min"),
        (
            made("webpack", 12),
            tuple(told("ok", minutes, 19, part="webpack") for minutes in (1, 2, 3)),
            "webpack built, 12 s (usually 19 s)",
        ),
        (
            made("webpack", 12),
            tuple(outcome("ok", minutes, 19) for minutes in (1, 2, 3)),
            "webpack built, 12 s",
        ),
        (evolve(made("wheel", 12), exit_code=0), (), "build ok, 12 s"),
        (
            event(job="typecheck", sources=("cache",), labels=("tsc",), data={"part": "TypeScript"}),
            (told("fail", 12),),
            "TypeScript checks, red for 12 min",
        ),
    ],
)
def test_a_part_is_told_as_a_part(subject: Event, history: Any, text: str | None) -> None:
    assert line(subject, history=history) == text


def test_a_part_is_no_green_of_its_job() -> None:
    found = story(cached(3), (*FAILS, FULL))
    assert found.changed
    assert found.part
    assert (found.streak, found.more, found.fastest) == (None, None, False)


def test_a_full_run_after_a_part_is_neither_the_first_green_nor_compared() -> None:
    # The run whose cache told of the part may have been a full green itself.
    history = (told("ok", 2, 38, part=TESTS), *FAILS, FULL)
    found = story(green(148), history)
    assert (found.streak, found.more, found.changed) == (None, None, False)
    assert line(green(148), history=history) == "148 passed in 38 s"


def test_a_part_counts_for_nothing_in_what_is_usual_or_fastest() -> None:
    parts = tuple(told("ok", 60 * 30 * hours, 70, part="wheel") for hours in range(1, 9))
    assert line(job("build", 38), history=parts) == "build ok, 38 s"


COVERED = {"coverage": 87.4}


@pytest.mark.parametrize(
    ("now", "history", "text"),
    [
        (87.4, (), "142 passed in 38 s, coverage 87.4 %"),
        (
            87.4,
            (told("ok", 5, passed=142, coverage=85.4),),
            "142 passed in 38 s, coverage 87.4 %, 2 points up",
        ),
        (
            87.4,
            (told("ok", 5, passed=142, coverage=86.2),),
            "142 passed in 38 s, coverage 87.4 %, 1 point up",
        ),
        (87.4, (told("fail", 5, coverage=85.4),), "142 passed in 38 s, first green after 5 min"),
        (87.4, (told("ok", 5, passed=142, coverage=86.5),), "142 passed in 38 s"),
        (87.4, (told("ok", 5, passed=142, coverage=91.0),), "142 passed in 38 s"),
        (90.1, (told("ok", 5, passed=142, coverage=89.9),), "142 passed in 38 s, coverage 90.1 %"),
        (89.9, (told("ok", 5, passed=142, coverage=90.1),), "142 passed in 38 s"),
        # The last that had one counts, however many had none since.
        (
            87.4,
            (told("ok", 5, passed=142), told("ok", 9, passed=142, coverage=85.4)),
            "142 passed in 38 s, coverage 87.4 %, 2 points up",
        ),
        # A part covers less: it is nothing to rise from.
        (
            87.4,
            (told("ok", 5, passed=3, coverage=12.0), told("ok", 9, passed=142, coverage=87.0)),
            "142 passed in 38 s",
        ),
        (87.4, (told("ok", 5, passed=120, coverage=12.0), told("ok", 9, passed=142)), "142 passed in 38 s"),
        (0.87, (), "142 passed in 38 s"),
    ],
)
def test_coverage_is_told_when_it_rises(now: float, history: Any, text: str) -> None:
    assert line(green(142, data={"coverage": now}), history=history) == text


def test_the_coverage_of_a_part_is_not_told() -> None:
    history = (outcome("ok", 5, passed=142),)
    assert line(green(3, 1.2, data=COVERED), history=history) == "3 passed in 1.2 s"
    assert line(cached(1, data=COVERED)) == "1 failing test passes again"


BEFORE = told("ok", 5, metrics={"complexity": 4.13, "function length": 71, "most complex": 19})


@pytest.mark.parametrize(
    ("metrics", "text"),
    [
        ({"complexity": 3.84, "function length": 48}, "complexity 3.8, down from 4.1"),
        ({"complexity": 4.2, "function length": 48}, "longest function 48, down from 71"),
        ({"complexity": 4.13, "most complex": 12}, "most complex function 12, down from 19"),
        ({"complexity": 4.12}, None),
        ({"complexity": 4.6, "function length": 72, "most complex": 20}, None),
        ({"lines": 3}, None),
        ({}, None),
    ],
)
def test_measures_are_told_when_they_fall(metrics: dict[str, float], text: str | None) -> None:
    report = event(job="lint", sources=("report",), labels=("radon",), data={"metrics": metrics})
    assert line(report, history=(BEFORE,)) == text
    run = job("lint", 3.4, labels=("radon",), exit_code=0, data={"metrics": metrics})
    assert line(run, history=(BEFORE,)) == "lint clean, 3.4 s" + (f", {text}" if text else "")


@pytest.mark.parametrize(
    ("subject", "before", "speaks"),
    [
        (green(142, 3, data={"coverage": 87.0}), told("ok", 5, passed=142, coverage=86.0), True),
        (green(142, 3, data={"coverage": 87.0}), told("ok", 5, passed=142, coverage=86.1), False),
        (green(142, 3, data={"coverage": 87.0}), told("ok", 5, passed=142, coverage=88.0), False),
        (job("lint", 3, data={"metrics": {"complexity": 3.8}}), BEFORE, True),
        (job("lint", 3, data={"metrics": {"complexity": 4.5}}), BEFORE, False),
        (job("build", 3, data={"metrics": {"complexity": 3.8}}), BEFORE, False),
    ],
)
def test_a_measure_that_got_better_is_an_occasion(subject: Event, before: Outcome, speaks: bool) -> None:
    assert (silent_because(subject, (before,), Settings()) is None) is speaks


def test_each_measure_is_compared_with_when_it_was_told_last() -> None:
    report = event(job="lint", sources=("report",), labels=("radon",), data={"metrics": {"complexity": 3.8}})
    history = (told("ok", 1), told("unknown", 2, metrics={"most complex": 9}), BEFORE)
    assert line(report, history=history) == "complexity 3.8, down from 4.1"


def test_a_red_that_nobody_lived_through_is_not_measured() -> None:
    night = (told("fail", 90), told("fail", 14 * 60))
    assert line(cached(1), history=night) == "1 failing test passes again"
