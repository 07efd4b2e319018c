"""Fifty sessions of one user, a language model not asked: what waits in the queue serves more and more turns.

Every block of ten sessions is one working week of two sessions a day. The rhythm of work is the same in all;
the branches, and so the recipes under way, are not. From the third week on the user's nightly job and a
coding agent leave lines, too, as people let them once they trust the thing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from tests.scenarios.week import shipped_stock
from tests.scenarios.week_desk import Desk
from tests.scenarios.week_rows import Rows, read
from tests.scenarios.week_time import days_from, instant

MONDAY = date(2027, 4, 5)
WEEKS, BLOCK = 5, 10
BRANCHES = (
    ("main", "feature/search", "docs/search-guide", "feature/search", "bugfix/empty-query"),
    ("main", "oauth-login", "feature/filters", "main", "release/3.1"),
    ("feature/export", "pr/214", "main", "train/ranking", "feature/export"),
    ("main", "docs/export", "bugfix/csv-quotes", "feature/tables", "main"),
    ("release/3.2", "feature/tables", "pr/231", "oauth-scopes", "main"),
)
"""For each day of each week: what the morning's work stands on."""

MORNING = """
09:00 open
09:01 switch {branch}
09:02 edit search.py 4
09:20 test {one} 41s
09:32 commit Search by {name}
09:50 test {one} 40s failing=test_{name}
10:10 test {two} 41s
10:16 commit Mend the {name}
10:30 types 21s
10:44 active 10
10:58 build 95s
11:10 test {three} 42s
11:14 push
11:20 {extra}
11:24 close
"""
AFTERNOON = """
13:30 open
13:32 edit rank.py 5
13:50 test {three} 41s
14:00 commit Rank by {name}
14:30 lint 12s
14:50 topic {name} ranking
15:10 test {four} 42s
15:30 build 96s
15:50 test {four} 42s
16:20 merge main
16:30 test {five} 43s
16:40 note look at {name} again
17:50 push
17:55 close
"""
LEFT = """
09:01 leave the nightly {name} index holds {two} entries
10:12 leave the preview of {name} search is up, {one} pages deep
13:31 leave the agent touched {three} lines of rank.py overnight
15:05 leave the {name} fixtures weigh {four} kB less since noon
"""
LEFT_FROM = 2
EXTRAS = ("rate 5", "next", "rate 5", "next", "rate 5")
NAMES = ("title", "author", "year", "place", "price")


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rows]:
    desk = Desk(tmp_path_factory.mktemp("sessions"), shipped_stock(), instant(MONDAY, "08:00"), seed="1")
    count = 200
    try:
        for week in range(WEEKS):
            for number, day in enumerate(days_from(MONDAY + timedelta(weeks=week), 5)):
                counts = dict(
                    zip(("one", "two", "three", "four", "five"), range(count, count + 5), strict=True)
                )
                words = {"branch": BRANCHES[week][number], "name": NAMES[number], "extra": EXTRAS[number]}
                script = MORNING + AFTERNOON + (LEFT if week >= LEFT_FROM else "")
                desk.plan(day, script.format(**counts, **words))
                count += 5
        desk.play(instant(MONDAY + timedelta(weeks=WEEKS), "00:00"))
        yield read(desk.stage.outside.connection)
    finally:
        desk.close()


def share(rows: Rows, number: int) -> float:
    """Of the turns with a warm line in a block of ten sessions those that the queue served."""
    first = instant(MONDAY + timedelta(weeks=number), "00:00")
    last = instant(MONDAY + timedelta(weeks=number + 1), "00:00")
    warm = [one for one in rows.shown if one.banter is not None and first <= one.at < last]
    assert warm, "a week without a warm line proves nothing"
    return sum(one.source == "queue_hit" for one in warm) / len(warm)


def test_the_queue_serves_twice_as_many_turns_in_the_end(sessions: Rows) -> None:
    opened = {one.session for one in sessions.events if one.kind == "session.open"}
    assert len(opened) >= WEEKS * BLOCK, "a long break within an afternoon begins one more"
    shares = [share(sessions, number) for number in range(WEEKS)]
    assert shares[0] > 0, shares
    assert shares[-1] >= 2 * shares[0], shares


def test_without_a_model_nothing_was_learned(sessions: Rows) -> None:
    served = {sessions.queued[one.entry or ""] for one in sessions.shown if one.source == "queue_hit"}
    assert served, "the queue served nothing, so that nothing is proven"
    assert "llm_generated" not in {*served, *sessions.queued.values()}
