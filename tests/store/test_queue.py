"""The queue: who gets which line, for how long it waits, and what is refused."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from afterglow.core.queue_rules import MAX_TTL_MS, Entry, Problem
from afterglow.store import queue, queue_rows, queue_upkeep
from afterglow.store.database import Database
from tests.store.conftest import Open
from tests.store.making import NOW, PLACE, count
from tests.store.queueing import USER, add, claim, draft, drained, said, tick

DAY = 24 * 60 * 60 * 1000


# -- what matches --------------------------------------------------------------------------------------


def test_a_line_is_given_once_as_it_was_added(connection: sqlite3.Connection) -> None:
    made = add(
        connection,
        "Still here. So is line 212.",
        session_id="s1",
        source="recipe",
        source_id="deploy",
        tags=["Python"],
        category="AFFIRMATION",
        level=2,
        warmth=4,
    )
    got = claim(connection, now=NOW + 5)
    assert got is not None
    assert (got.used, got.used_at) == (True, NOW + 5)
    assert (got.id, got.banter, got.session_id, got.source_id) == (made.id, made.banter, "s1", "deploy")
    assert (got.category, got.level, got.warmth, got.tags) == ("AFFIRMATION", 2, 4, ("python",))
    assert (got.confidence, got.expires_at, got.turns_left) == (0.90, NOW + DAY, 5)
    assert claim(connection) is None
    assert count(connection, "queue_tags") == 0


@pytest.mark.parametrize(
    ("tags", "turn", "match"),
    [
        ((), (), True),
        ((), ("python",), True),
        (("python",), (), True),
        (("python",), ("python",), True),
        (("python", "git"), ("rust", "Git"), True),
        (("holiday",), ("outage",), False),
        (("python",), ("py", "pythonic"), False),
    ],
)
def test_tags(
    connection: sqlite3.Connection, tags: tuple[str, ...], turn: tuple[str, ...], match: bool
) -> None:
    add(connection, tags=list(tags))
    assert (said(connection, tags=turn) is not None) == match


@pytest.mark.parametrize(
    ("own", "turn", "match"),
    [
        (None, None, True),
        (None, "GREETING", True),
        ("GREETING", None, True),
        ("GREETING", "GREETING", True),
        ("GREETING", "CLOSING", False),
    ],
)
def test_categories(connection: sqlite3.Connection, own: str | None, turn: str | None, match: bool) -> None:
    add(connection, category=own)
    assert (said(connection, category=turn) is not None) == match


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ({}, {"1", "2", "3"}),
        ({"max_level": 2}, {"1", "2"}),
        ({"max_warmth": 3}, {"1", "2"}),
        ({"max_warmth": 2}, {"1"}),
        ({"max_level": 0}, set()),
        ({"sources": ("job",)}, {"1", "2", "3"}),
        ({"sources": ("recipe",)}, set()),
        ({"user_id": "other"}, set()),
    ],
)
def test_ceilings_and_owners(connection: sqlite3.Connection, query: dict[str, Any], texts: set[str]) -> None:
    for level in (1, 2, 3):
        add(connection, str(level), level=level)
    assert set(drained(connection, **query)) == texts


def test_a_line_of_a_workspace_stays_in_it(connection: sqlite3.Connection) -> None:
    add(connection, "here", workspace=PLACE)
    add(connection, "anywhere", confidence=0.5)
    assert said(connection, workspace="/other") == "anywhere"
    assert said(connection) is None
    assert said(connection, workspace=PLACE) == "here"


def test_who_is_asked_may_refuse(connection: sqlite3.Connection) -> None:
    lines = [add(connection, str(n), confidence=n / 10) for n in range(9)]
    seen: list[Entry] = []

    def small(entry: Entry) -> bool:
        seen.append(entry)
        return entry.confidence < 0.65

    assert said(connection, accept=small, passed=(lines[8].id, lines[6].id)) == "5"
    assert [entry.banter for entry in seen] == ["7", "5"]
    assert [entry.rank for entry in seen] == [0.7, 0.5]
    assert said(connection) == "8", "what was refused waits on"


# -- how long ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "life"),
    [({"ttl_seconds": 60}, 60_000), ({"source": "stats"}, DAY), ({"ttl_seconds": 10_000_000}, DAY)],
)
def test_it_dies_in_time(connection: sqlite3.Connection, fields: dict[str, Any], life: int) -> None:
    for text in ("first", "second"):
        add(connection, text, **fields)
    assert said(connection, now=NOW + life - 1) == "second"
    assert said(connection, now=NOW + life) is None


@pytest.mark.parametrize(
    ("source", "turns"), [("job", 5), ("recipe", 5), ("previous_session", 3), ("llm_generated", 10)]
)
def test_it_dies_by_turns(connection: sqlite3.Connection, source: str, turns: int) -> None:
    tick(connection, 7)
    for text in ("first", "second"):
        add(connection, text, source=source)
    tick(connection, turns - 1)
    last = claim(connection)
    assert last is not None and last.turns_left == 1
    tick(connection)
    assert claim(connection) is None
    assert queue.entries(connection, USER, NOW) == []


def test_turns_are_those_of_the_line_s_own_place(connection: sqlite3.Connection) -> None:
    add(connection, "here", workspace=PLACE, expires_in_turns=2)
    add(connection, "anywhere", expires_in_turns=2)
    tick(connection, 2, "/other")
    assert drained(connection, workspace=PLACE) == ["here"]


def test_until_used_waits_for_ever(connection: sqlite3.Connection) -> None:
    made = add(connection, until_used=True)
    assert made.expires_at is None
    tick(connection, 100)
    assert claim(connection, now=NOW + 1_000 * DAY) is not None


def test_a_time_that_has_passed_is_refused(connection: sqlite3.Connection) -> None:
    made = queue.add(connection, draft(expires_at="2020-01-01T00:00:00Z"), NOW)
    assert isinstance(made, Problem)
    assert (made.field, made.message) == ("expires_at", "has passed already")
    far = queue.add(connection, draft(expires_at="2099-01-01T00:00:00Z"), NOW)
    assert isinstance(far, Entry) and far.expires_at == NOW + MAX_TTL_MS


# -- how many ------------------------------------------------------------------------------------------


def test_beyond_the_cap_an_add_is_refused_and_nothing_is_dropped(connection: sqlite3.Connection) -> None:
    for number in range(20):
        assert isinstance(queue.add(connection, draft(str(number)), NOW, 20), Entry)
    problem = queue.add(connection, draft("one more"), NOW, 20)
    assert isinstance(problem, Problem)
    assert str(problem) == "queue: is full: 20 lines wait; use some, or raise queueMaxRows (0: no cap)"
    assert isinstance(queue.add(connection, draft("of another", user_id="other"), NOW, 20), Entry)
    assert isinstance(queue.add(connection, draft("no cap"), NOW, 0), Entry)
    assert len(drained(connection)) == 21


@pytest.mark.parametrize("way", ["used", "time", "turns"])
def test_what_is_no_longer_live_makes_room(connection: sqlite3.Connection, way: str) -> None:
    for number in range(200):
        assert isinstance(queue.add(connection, draft(str(number)), NOW, 200), Entry)
    later = NOW
    if way == "used":
        claim(connection)
    elif way == "time":
        later += DAY
    else:
        tick(connection, 5)
    assert isinstance(queue.add(connection, draft("more"), later, 200), Entry)
    assert said(connection, now=later) is not None


# -- text ----------------------------------------------------------------------------------------------


def test_text_is_clean_on_the_way_in_and_out(connection: sqlite3.Connection) -> None:
    made = add(connection, "a\x1b[31m \u202eline\n$(rm) [x](command:y)")
    assert made.banter == "a line (rm) [x] (command:y)"
    connection.execute("UPDATE banter_queue SET banter = 'b\x1b[31m ' || char(0x202e) || '$(x)'")
    assert said(connection) == "b (x)"


def test_a_line_of_which_nothing_is_left_is_no_line(connection: sqlite3.Connection) -> None:
    add(connection)
    connection.execute("UPDATE banter_queue SET banter = char(0x200b)")
    assert claim(connection) is None


def test_damaged_rows_cost_only_themselves(connection: sqlite3.Connection) -> None:
    for text in ("gone", "sound"):
        add(connection, text, confidence=0.9 if text == "gone" else 0.8)
    connection.execute("DELETE FROM banter_queue WHERE banter = 'gone'")
    assert said(connection) == "sound"
    assert said(connection, tags=("a tag",)) is None
    assert count(connection, "queue_tags") == 0
    add(connection, "unlisted")
    connection.execute("DELETE FROM queue_tags")
    queue_rows.relist(connection)
    assert said(connection) == "unlisted"


# -- reading -------------------------------------------------------------------------------------------


def test_the_list_shows_what_waits_and_on_request_everything(connection: sqlite3.Connection) -> None:
    add(connection, "old", ttl_seconds=1)
    add(connection, "low", confidence=0.5)
    add(connection, "high", confidence=0.9)
    add(connection, "of another", user_id="other")
    later = NOW + 2_000
    assert [entry.banter for entry in queue.entries(connection, USER, later)] == ["high", "low"]
    assert [entry.banter for entry in queue.entries(connection, USER, later, limit=1)] == ["high"]
    claim(connection, now=later)
    everything = queue.entries(connection, USER, later, everything=True)
    assert [(entry.banter, entry.used) for entry in everything] == [
        ("high", True),
        ("low", False),
        ("old", False),
    ]


def test_figures(connection: sqlite3.Connection) -> None:
    for source in ("job", "job", "recipe"):
        add(connection, source=source)
    claim(connection, now=NOW - DAY)
    claim(connection)
    found = queue.stats(connection, USER, NOW, NOW - 1000)
    assert (found.waiting, found.by_source) == (1, {"recipe": 1})
    assert (found.used, found.used_today, found.rated, found.mean_score) == (2, 1, 0, None)


# -- upkeep --------------------------------------------------------------------------------------------


def purged(connection: sqlite3.Connection, now: int, before: int = 0) -> int:
    steps = 1
    while queue_upkeep.purge(connection, now, before):
        steps += 1
    return steps


def test_a_purge_takes_the_dead_and_nothing_else(connection: sqlite3.Connection) -> None:
    for number in range(120):
        add(connection, f"expired {number}", ttl_seconds=1, tags=["a", "b"])
    for number in range(60):
        add(connection, f"overdue {number}", expires_in_turns=1)
    add(connection, "kept", until_used=True)
    add(connection, "kept too", source="stats")
    tick(connection)
    assert purged(connection, NOW + 5_000) >= 3
    assert count(connection, "banter_queue") == 2
    assert count(connection, "queue_tags") == 4
    assert set(drained(connection)) == {"kept", "kept too"}


def test_a_purge_keeps_the_newest_used_lines(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_upkeep, "KEPT_USED", 10)
    for number in range(70):
        add(connection, str(number))
        claim(connection, now=NOW + number)
    purged(connection, NOW + 100)
    left = [row[0] for row in connection.execute("SELECT banter FROM banter_queue ORDER BY seq")]
    assert left == [str(number) for number in range(60, 70)]
    purged(connection, NOW + 100, before=NOW + 68)
    assert count(connection, "banter_queue") == 2


def test_a_clock_set_back_makes_nothing_live_longer_than_a_day(connection: sqlite3.Connection) -> None:
    add(connection, "from the future", now=NOW + 1_000 * DAY, source="stats")
    add(connection, "for ever", until_used=True)
    purged(connection, NOW)
    assert set(drained(connection, most=1, now=NOW + DAY - 1, sources=("stats",))) == {"from the future"}
    add(connection, "from the future", now=NOW + 1_000 * DAY, source="stats")
    purged(connection, NOW)
    assert drained(connection, now=NOW + DAY) == ["for ever"]


# -- several windows -----------------------------------------------------------------------------------


def test_a_turn_that_is_rolled_back_gives_its_line_back(opened: Open) -> None:
    one, other = opened(), opened()
    one.write(lambda connection: add(connection, "a line"))

    def failing(connection: sqlite3.Connection) -> None:
        assert claim(connection) is not None
        raise ValueError

    with pytest.raises(ValueError):
        one.write(failing)
    assert other.write(said) == "a line"
    assert one.write(said) is None


def test_windows_by_turns_empty_the_queue_without_a_line_told_twice(opened: Open) -> None:
    windows: list[Database] = [opened() for _ in range(4)]
    windows[0].write(lambda connection: [add(connection, str(n)) for n in range(100)])
    told = [windows[n % 4].write(said) for n in range(101)]
    assert sorted(text for text in told if text) == sorted(map(str, range(100)))
    assert told[-1] is None
