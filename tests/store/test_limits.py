"""A9: what was said unasked is counted, and no jump of the clock floods or silences."""

from __future__ import annotations

import random
import sqlite3

import pytest

from afterglow.core.budget import Spent, refused
from afterglow.core.setting_table import Budget
from afterglow.store import limits, ratings
from afterglow.store.limits import QUIET_MS
from tests.store.making import NOW
from tests.store.queueing import USER, add

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
YEARS = 10 * 365 * DAY
DAY_START = NOW - 10 * HOUR
NORMAL = Budget(True, False, 300, 12, 0, 3)
CHATTY = Budget(True, True, 60, 40, 6, 6)


def charge(
    connection: sqlite3.Connection,
    at: int,
    session: str = "s",
    *,
    joke: bool = False,
    proactive: bool = False,
) -> None:
    limits.charge(connection, f"t{at}-{session}-{joke}", USER, session, at, joke=joke, proactive=proactive)


def spent(connection: sqlite3.Connection, now: int = NOW, session: str = "s", day: int = DAY_START) -> Spent:
    return limits.spent(connection, USER, session, now, day)


def test_nothing_was_said_yet(connection: sqlite3.Connection) -> None:
    assert spent(connection) == Spent()


def test_what_is_counted(connection: sqlite3.Connection) -> None:
    charge(connection, DAY_START - 1, joke=True, proactive=True)
    charge(connection, DAY_START)
    charge(connection, NOW - 9 * MINUTE, joke=True)
    charge(connection, NOW - 5 * MINUTE, "other", proactive=True)
    limits.charge(connection, "foreign", "other user", "s", NOW)
    assert spent(connection) == Spent(5 * MINUTE, 3, 1, 1)
    assert spent(connection, session="other").proactive_in_session == 1
    assert limits.shown_since(connection, USER, NOW - 9 * MINUTE) == 2


def test_a_token_is_charged_once(connection: sqlite3.Connection) -> None:
    for _ in range(3):
        limits.charge(connection, "t", USER, "s", NOW)
    assert spent(connection).today == 1


@pytest.mark.parametrize(("score", "quiet"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_bad_rating_keeps_lines_away_for_half_an_hour(
    connection: sqlite3.Connection, score: int, quiet: bool
) -> None:
    ratings.rate(connection, USER, add(connection).id, score, NOW)
    assert spent(connection, NOW + MINUTE).quiet_ms == (QUIET_MS - MINUTE if quiet else 0)
    assert spent(connection, NOW + QUIET_MS).quiet_ms == 0


@pytest.mark.parametrize(
    ("known", "budget", "kind", "says"),
    [
        (Spent(), NORMAL, {}, None),
        (Spent(300_000, 11, 0, 0), NORMAL, {}, None),
        (Spent(299_999), NORMAL, {}, "budget: one warm line in 300 s"),
        (Spent(0), Budget(True, True, 0, 0, 0, 0), {"joke": True, "proactive": True}, None),
        (Spent(HOUR, 12), NORMAL, {}, "budget: 12 warm lines today"),
        (Spent(HOUR, 3, 0, 3), NORMAL, {}, None),
        (Spent(HOUR, 3, 0, 3), NORMAL, {"proactive": True}, "budget: 3 lines at a return in this session"),
        (Spent(HOUR), NORMAL, {"joke": True}, "budget: jokes only on request in this mode"),
        (Spent(HOUR, 9, 5), CHATTY, {"joke": True}, None),
        (Spent(HOUR, 9, 6), CHATTY, {"joke": True}, "budget: 6 jokes today"),
        (Spent(HOUR, 9, 6), CHATTY, {}, None),
        (Spent(quiet_ms=1), CHATTY, {}, "budget: quiet for a while after a low rating"),
        (Spent(), Budget(False, False, 0, 0, 0, 0), {}, "budget: this mode says no warm lines"),
    ],
)
def test_the_budget(known: Spent, budget: Budget, kind: dict[str, bool], says: str | None) -> None:
    assert refused(known, budget, **kind) == says


@pytest.mark.parametrize("jump", [-YEARS, -2 * DAY, 2 * DAY, YEARS])
def test_after_a_jump_of_the_clock_lines_go_on(connection: sqlite3.Connection, jump: int) -> None:
    for number in reversed(range(12)):
        charge(connection, NOW - number * 6 * MINUTE)
    assert refused(spent(connection), NORMAL) is not None
    now = NOW + jump
    assert refused(spent(connection, now, day=now - HOUR), NORMAL) is None


def test_a_clock_set_back_a_little_opens_nothing(connection: sqlite3.Connection) -> None:
    for number in reversed(range(12)):
        charge(connection, NOW - number * 6 * MINUTE)
    now = NOW - 2 * MINUTE
    assert spent(connection, now).since_last_ms == 2 * MINUTE
    assert spent(connection, now).today == 12


def test_the_longest_day_counts_to_its_end(connection: sqlite3.Connection) -> None:
    charge(connection, DAY_START + 25 * HOUR - 1)
    assert spent(connection, DAY_START + 25 * HOUR - 1).today == 1


def test_f19_no_jump_floods_or_silences(connection: sqlite3.Connection) -> None:
    """With the window's own monotonic clock in front of it; a jump may cost an interval or two, not days."""
    chance = random.Random(19)
    wall, steady, shown_at = NOW, 0, None
    waited = longest = 0
    for _ in range(1_000):
        passed = chance.randrange(10, 400) * 1_000
        steady += passed
        wall += passed
        if chance.random() < 0.3:
            wall = chance.choice((wall + YEARS, wall - YEARS, wall + HOUR, wall - HOUR, NOW))
        known = limits.spent(connection, USER, "s", wall, wall - wall % DAY)
        assert known.since_last_ms is None or known.since_last_ms >= 0
        budget = Budget(True, False, 300, 0, 0, 0)
        if shown_at is not None and steady - shown_at < 300_000:
            continue
        if refused(known, budget) is None:
            charge(connection, wall, f"s{steady}")
            shown_at, waited = steady, 0
        else:
            waited += passed
            longest = max(longest, waited)
    assert longest <= 1_200_000
    assert limits.shown_since(connection, USER, 0) > 300
