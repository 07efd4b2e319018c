"""The figures of the page: counted by local day, and nothing claimed that the records do not prove."""

from __future__ import annotations

from itertools import pairwise

import pytest

from afterglow.loop.report_days import midnights, time_to_green
from afterglow.store.activity_days import Stretch
from afterglow.store.database import Database
from tests.page.made import BERLIN, NOW, PLACE, at, ended, happened, read, show, silent, write

MINUTE, HOUR = 60_000, 3_600_000


# -- days ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (at("2027-03-28", "20:00"), [24, 24, 23]),
        (at("2027-10-31", "20:00"), [24, 24, 25]),
        (at("2027-03-25", "00:00"), [24, 24, 24]),
    ],
)
def test_days_are_as_long_as_the_clock_makes_them(now: int, hours: list[int]) -> None:
    bounds = midnights(now, 3, BERLIN)
    assert [(end - begin) / HOUR for begin, end in pairwise(bounds)] == hours
    assert bounds[-2] <= now < bounds[-1]


def test_what_happens_is_counted_on_its_local_day(database: Database) -> None:
    # The clocks went forward on the 28th: that day ends at 22:00 UTC, the one before at 23:00.
    write(
        database,
        happened("commit", at("2027-03-27", "23:59")),
        happened("commit", at("2027-03-28", "00:01")),
        ended(at("2027-03-28", "03:30")),
        ended(at("2027-03-28", "23:30"), "fail"),
        ended(at("2027-03-28", "23:59"), "cancelled"),
        ended(at("2027-03-29", "00:01")),
    )
    days = read(database, at("2027-03-29", "09:00"), days=4).days
    assert [day.commits for day in days] == [0, 1, 1, 0]
    assert [(day.tests_ok, day.tests_failed, day.tests_other) for day in days[2:]] == [(1, 1, 1), (1, 0, 0)]


def test_other_jobs_are_no_test_runs_and_older_days_no_part(database: Database) -> None:
    write(
        database,
        ended(at("2027-03-18", "23:59")),
        ended(at("2027-03-19", "00:00")),
        ended(NOW - HOUR, job="build", label="make"),
    )
    days = read(database).days
    assert [day.tests for day in days] == [1, 0, 0, 0, 0, 0, 0]


def test_time_in_sessions_leaves_long_pauses_out_and_counts_side_by_side_once(database: Database) -> None:
    begin = at("2027-03-25", "09:00")
    write(
        database,
        ended(begin),
        ended(begin, workspace="/home/dev/other"),
        ended(begin + 20 * MINUTE, workspace="/home/dev/other"),
        # Quiet for five minutes is work; for fifteen it is a break.
        happened("active", begin + 10 * MINUTE, idleMs=5 * MINUTE),
        happened("active", begin + 40 * MINUTE, idleMs=15 * MINUTE),
        ended(begin + 60 * MINUTE),
    )
    day = read(database).days[-1]
    assert (day.sessions, day.worked_ms) == (2, 45 * MINUTE)


def test_a_session_over_midnight_counts_on_both_days(database: Database) -> None:
    write(database, *(ended(at("2027-03-24", "23:40") + 20 * MINUTE * step) for step in range(4)))
    yesterday, today = read(database).days[-2:]
    assert (yesterday.sessions, yesterday.worked_ms) == (1, 20 * MINUTE)
    assert (today.sessions, today.worked_ms) == (1, 40 * MINUTE)


def test_the_longest_green_stretch_is_of_one_label(database: Database) -> None:
    statuses = ("ok", "ok", "fail", "ok", "unknown", "ok", "ok", "fail", "ok")
    for step, status in enumerate(statuses):
        write(database, ended(NOW - HOUR + step * MINUTE, status))  # type: ignore[arg-type]
        write(database, ended(NOW - HOUR + step * MINUTE + 30_000, "fail", label="jest"))
    assert read(database).stretch == Stretch(3, '["pytest"]', PLACE)


# -- red periods -----------------------------------------------------------------------------------------


def test_a_red_period_lasts_from_its_first_failure_to_the_green_one(database: Database) -> None:
    begin = at("2027-03-25", "14:00")
    write(
        database,
        ended(begin),
        ended(begin + 10 * MINUTE, "fail"),
        ended(begin + 20 * MINUTE, "fail"),
        ended(begin + 35 * MINUTE),
        ended(begin + 40 * MINUTE),
    )
    (red,) = read(database).reds
    assert (red.job, red.label, red.runs) == ("test", "pytest", 2)
    assert (red.began, red.ended, red.lasted_ms) == (begin + 10 * MINUTE, begin + 35 * MINUTE, 25 * MINUTE)
    assert time_to_green((red,)) == 25 * MINUTE


def test_a_part_of_the_tests_ends_no_red(database: Database) -> None:
    begin = at("2027-03-25", "14:00")
    counted = {"passed": 140, "failed": 0}
    write(
        database,
        ended(begin, data=counted),
        ended(begin + 10 * MINUTE, "fail", data={"passed": 138, "failed": 2}),
        ended(begin + 12 * MINUTE, data={"passed": 3, "failed": 0}),
        ended(begin + 30 * MINUTE, data=counted),
    )
    (red,) = read(database).reds
    assert red.lasted_ms == 20 * MINUTE


def test_what_is_still_red_has_no_length(database: Database) -> None:
    write(database, ended(NOW - HOUR), ended(NOW - 50 * MINUTE, "fail"), ended(NOW - 40 * MINUTE, "fail"))
    found = read(database)
    (red,) = found.reds
    assert (red.runs, red.began, red.ended, red.lasted_ms) == (2, NOW - 50 * MINUTE, None, None)
    assert time_to_green(found.reds) is None


def test_a_red_that_lay_over_a_break_is_not_timed(database: Database) -> None:
    write(database, ended(at("2027-03-24", "17:00"), "fail"), ended(at("2027-03-25", "09:00")))
    (red,) = read(database).reds
    assert (red.ended, red.lasted_ms) == (at("2027-03-25", "09:00"), None)


def test_a_red_that_ended_before_the_span_is_left_out(database: Database) -> None:
    write(database, ended(at("2027-03-18", "17:00"), "fail"), ended(at("2027-03-18", "17:10")))
    assert read(database).reds == ()


def test_a_beginning_before_what_is_looked_at_is_not_claimed(database: Database) -> None:
    # A failure of two weeks ago, then more just inside of what is read: the first of them began nothing.
    write(
        database,
        ended(at("2027-03-10", "12:00"), "fail"),
        ended(at("2027-03-12", "12:00"), "fail"),
        ended(at("2027-03-19", "12:00"), "fail"),
        ended(at("2027-03-19", "12:10")),
    )
    (red,) = read(database).reds
    assert (red.began, red.lasted_ms) == (None, None)


def test_one_run_with_two_labels_is_one_red_period(database: Database) -> None:
    begin = at("2027-03-25", "14:00")
    for when, status in ((begin, "fail"), (begin + 10 * MINUTE, "ok")):
        write(database, ended(when, status, key=str(when)))  # type: ignore[arg-type]
        write(database, ended(when, status, label="unit", key=str(when)))  # type: ignore[arg-type]
    (red,) = read(database).reds
    assert red.lasted_ms == 10 * MINUTE


def test_the_median_is_over_what_is_known(database: Database) -> None:
    begin = at("2027-03-25", "09:00")
    for step, minutes in enumerate((4, 30, 10)):
        start = begin + step * 2 * HOUR
        write(database, ended(start, "fail"), ended(start + minutes * MINUTE))
    write(database, ended(NOW - MINUTE, "fail"))
    assert time_to_green(read(database).reds) == 10 * MINUTE


# -- lines and silences ----------------------------------------------------------------------------------


def test_the_newest_lines_come_with_their_rating(database: Database) -> None:
    show(database, {"response": "older"}, NOW - 2 * MINUTE, name="t1", entry="e1")
    show(database, {"response": "newer"}, NOW - MINUTE, name="t2")

    def rate(connection: object) -> None:
        connection.execute(  # type: ignore[attr-defined]
            "INSERT INTO ratings (user_id, source, category, ref, what, score, at) VALUES"
            " ('local', '', '', 'e1', 'rated', 4, 1), ('other', '', '', 't2', 'rated', 1, 1),"
            " ('local', '', '', 't2', 'hovered', NULL, 1)"
        )

    database.write(rate)
    lines = read(database).lines
    assert [(line.token["response"], line.score) for line in lines] == [("newer", None), ("older", 4)]


def test_no_more_than_twenty_lines(database: Database) -> None:
    for step in range(25):
        show(database, {"response": str(step)}, NOW - step * MINUTE)
    assert [line.token["response"] for line in read(database).lines] == [str(step) for step in range(20)]


def test_silences_are_counted_by_their_reason(database: Database) -> None:
    for reason in ("no news", "no news", "red: test (pytest) since 14:12"):
        silent(database, reason)
    silent(database, "no news", at("2027-03-18"))
    assert read(database).silences == {"no news": 2, "red: test (pytest) since 14:12": 1}
