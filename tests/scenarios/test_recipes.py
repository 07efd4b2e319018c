"""Recipes over whole turns: what begins them, which of their lines wait when, what ends them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve

from afterglow.core.bank import Banks, Detect, Recipe, RecipeLine
from afterglow.core.local_time import Clock
from afterglow.core.model import Event
from afterglow.core.news import News, View, news
from afterglow.core.settings import Settings
from afterglow.loop import recipes
from afterglow.store import opening, query, queue, turn_clock, turns
from afterglow.store.facts import facts_for
from tests.core.build import DAY, HOUR, MINUTE, ZONE
from tests.store.making import NOW, PLACE, happening, job, record
from tests.store.queueing import USER

BRANCH = "ship/it"


def recipe(name: str = "shipping", count: int = 10, **fields: Any) -> Recipe:
    """A recipe with so many lines, recognised by a branch, a job, a program and words."""
    values: dict[str, Any] = {
        "banter_bank": f"recipes/{name}.jsonl",
        "detect": Detect((("shipctl",),), frozenset({"deploy"}), ("ship/*",), ("ship/*.yaml",), (("ahoy",),)),
        "timing": "spread",
        "tags": frozenset({"sea", name}),
        "lines": tuple(
            RecipeLine(id=f"{name}-{n}", text=f"Line {n} of {name}.", recipe=name) for n in range(count)
        ),
    }
    return Recipe(name=name, **{**values, **fields})


class Room:
    """Turns of one user in one workspace, one minute apart, in a database that others may share."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        *made: Recipe,
        user_id: str = USER,
        workspace: str = PLACE,
        settings: Settings | None = None,
    ) -> None:
        self.connection, self.banks = connection, Banks(recipes=made or (recipe(),))
        self.user_id, self.workspace, self.now = user_id, workspace, NOW
        self.settings = settings if settings is not None else Settings()

    def turn(self, event: Event | None = None, **seen: Any) -> tuple[str, ...]:
        """One turn without a claim: the tags of what is under way."""
        tags = recipes.advance(
            self.connection,
            self.banks,
            **{
                "user_id": self.user_id,
                "workspace": self.workspace,
                "session_id": "s",
                "settings": self.settings,
                "event": event,
                "branch": None,
                "file": None,
                "now": self.now,
                **seen,
            },
        )
        turn_clock.tick(self.connection, self.workspace, self.now)
        self.now += MINUTE
        return tags

    def saw(self, **fields: Any) -> Event:
        """A recorded job end, just now."""
        seen = evolve(job("run", kind="deploy", label="shipctl go", workspace=self.workspace), at=self.now)
        return record(self.connection, evolve(seen, **fields), self.now).event

    def offered(self) -> list[str]:
        """The lines that were ever put in the queue, in order."""
        rows = self.connection.execute(
            "SELECT source_id FROM banter_queue WHERE user_id = ? AND workspace = ? ORDER BY seq",
            (self.user_id, self.workspace),
        )
        return [row["source_id"] for row in rows]

    def by_hand(self, what: str, name: str = "shipping") -> bool | None:
        done: bool | None = getattr(recipes, what)(
            self.connection,
            self.banks,
            name,
            user_id=self.user_id,
            workspace=self.workspace,
            settings=self.settings,
            now=self.now,
        )
        return done

    def listed(self) -> dict[str, Any]:
        (row,) = recipes.listed(self.banks, self.connection, self.user_id, self.workspace, self.now)
        return row

    def events(self, kind: str) -> list[Event]:
        return query.events(self.connection, kind=kind, workspace=self.workspace)


def lines(first: int, last: int, name: str = "shipping") -> list[str]:
    return [f"{name}-{n}" for n in range(first, last + 1)]


@pytest.fixture(autouse=True)
def order_of_the_banks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs tell their lines in orders of their own; here that of the banks can be counted on."""
    monkeypatch.setattr(recipes, "in_order", lambda lines, _key: lines)


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    made = opening.memory()
    yield made
    made.close()


@pytest.fixture
def room(connection: sqlite3.Connection) -> Room:
    return Room(connection)


def test_a_turn_with_nothing_to_offer_writes_nothing(room: Room) -> None:
    room.saw(data={"job": "test"}, label="pytest")
    for _ in range(5):
        room.turn()
    room.by_hand("start")
    for _ in range(5):
        room.turn()
    before = room.connection.total_changes
    turn_clock.tick(room.connection, PLACE, room.now)
    ticked = room.connection.total_changes - before
    room.turn(branch=BRANCH)
    assert room.connection.total_changes == before + 2 * ticked


def test_ordinary_work_begins_nothing(room: Room) -> None:
    commit = record(room.connection, happening("commit", data={"branch": "main"})).event
    assert room.turn(commit, branch="main", file="a.py", said=("hello",)) == ()
    assert (room.offered(), room.events("recipe.start"), room.listed()["open"]) == ([], [], False)


@pytest.mark.parametrize(
    "seen",
    [
        {"branch": BRANCH},
        {"file": "ship/web.yaml"},
        {"file": f"{PLACE}/ship/web.yaml"},
        {"file": f"file://{PLACE}/ship/web.yaml"},
        {"said": ("ahoy", "there")},
    ],
)
def test_a_sign_begins_it(room: Room, seen: dict[str, Any]) -> None:
    assert room.turn(**seen) == ("sea", "shipping")
    assert room.offered() == lines(0, 1)
    (begun,) = room.events("recipe.start")
    assert begun.data == {"name": "shipping"}


def test_a_file_of_another_place_is_no_sign(room: Room) -> None:
    for file in ("/elsewhere/ship/web.yaml", "file:///elsewhere/ship/web.yaml", "untitled:ship/web.yaml"):
        assert room.turn(file=file) == ()


@pytest.mark.parametrize(
    ("timing", "offers"),
    [("spread", [2, 4, 6, 8, 10, 10]), ("start", [10] * 6), ("end", [0] * 6)],
)
def test_timings_of_a_recipe(connection: sqlite3.Connection, timing: str, offers: list[int]) -> None:
    room, got = Room(connection, recipe(timing=timing)), []
    for _ in offers:
        assert room.turn(branch=BRANCH) == ("sea", "shipping")
        got.append(len(room.offered()))
    assert got == offers
    assert room.by_hand("finish")
    assert room.offered() == lines(0, 9)


@pytest.mark.parametrize(
    ("own", "chosen", "used"),
    [("start", "spread", "start"), ("spread", "end", "end"), ("end", "start", "start")],
)
def test_a_timing_that_the_user_chose_counts(
    connection: sqlite3.Connection, own: str, chosen: str, used: str
) -> None:
    room = Room(connection, recipe(timing=own), settings=Settings(recipe_timing=chosen))  # type: ignore[arg-type]
    room.turn(branch=BRANCH)
    assert room.listed()["timing"] == used
    assert len(room.offered()) == {"start": 10, "end": 0}[used]


def test_over_how_many_turns_is_a_setting(connection: sqlite3.Connection) -> None:
    room = Room(connection, settings=Settings(recipe_spread_turns=2))
    room.turn(branch=BRANCH)
    assert room.offered() == lines(0, 4)
    room.turn()
    assert room.offered() == lines(0, 9)


def test_a_line_is_claimed_in_the_turn_that_offers_it_and_dies_after_five(room: Room) -> None:
    tags = room.turn(branch=BRANCH)
    wanted = queue.ClaimQuery(USER, room.now, PLACE, tags=("git", *tags))
    entry = queue.claim(room.connection, wanted)
    assert entry is not None
    assert (entry.source, entry.turns_left) == ("recipe", 4)
    assert entry.source_id in lines(0, 1)
    assert (entry.workspace, entry.session_id) == (PLACE, "s")
    assert entry.confidence == 0.8
    assert queue.claim(room.connection, evolve(wanted, tags=("git",))) is None
    assert queue.claim(room.connection, evolve(wanted, workspace="/other")) is None
    for _ in range(4):
        turn_clock.tick(room.connection, PLACE, room.now)
    assert queue.claim(room.connection, wanted) is None


def test_by_hand(room: Room) -> None:
    assert room.by_hand("start", "cooking") is None
    assert room.by_hand("finish") is None
    assert room.by_hand("start", " Shipping ") is True
    assert room.by_hand("start") is False
    assert room.offered() == []
    assert room.turn() == ("sea", "shipping")
    assert room.offered() == lines(0, 1)
    assert room.listed() == {
        "name": "shipping",
        "lines": 10,
        "timing": "spread",
        "tags": ["sea", "shipping"],
        "open": True,
        "offered": 2,
    }
    room.now += 2 * HOUR
    assert room.by_hand("finish") is True
    assert room.offered() == lines(0, 9)
    assert (room.listed()["open"], room.by_hand("finish")) == (False, None)
    assert len(room.events("recipe.start")) == 1


def test_the_end_by_hand_is_news_and_its_lines_can_still_be_told(room: Room) -> None:
    room.by_hand("start")
    room.now += 3 * HOUR
    room.by_hand("finish")
    (ended,) = turns.waiting(room.connection, [PLACE], room.now)
    assert (ended.kind, ended.data, ended.duration_ms) == ("recipe.finish", {"name": "shipping"}, 3 * HOUR)
    told = news(ended, facts_for(room.connection, ended, None, ()), View(Clock(room.now, ZONE), "normal"))
    assert isinstance(told, News)
    assert told.text == "Shipping done in 3 h"
    assert room.turn(ended) == ("sea", "shipping")
    room.now += HOUR
    assert room.turn() == ()


def test_a_recipe_that_left_the_banks_can_be_ended(room: Room) -> None:
    room.by_hand("start")
    room.banks = Banks(recipes=(recipe("cooking"),))
    assert room.turn() == ()
    assert room.by_hand("finish") is True
    assert room.offered() == []


def test_the_good_end_of_its_job_ends_it_and_speaks_for_it(room: Room) -> None:
    room.turn(branch=BRANCH)
    failed = room.saw(status="fail")
    assert room.turn(failed) == ("sea", "shipping")
    assert room.listed()["open"]
    room.now += 20 * MINUTE
    ok = room.saw(status="ok")
    assert room.turn(ok) == ("sea", "shipping")
    assert not room.listed()["open"]
    assert room.offered() == lines(0, 9)
    (ended,) = room.events("recipe.finish")
    assert ended.duration_ms == 22 * MINUTE
    assert [event.kind for event in turns.waiting(room.connection, [PLACE], room.now)] == ["job.finished"]
    found = turns.without_turn(room.connection, ended.id)
    assert found is not None
    assert found[1] == "the job that ended it speaks for it"


def test_a_job_that_began_and_ended_it_offers_all_at_once(room: Room) -> None:
    assert room.turn(room.saw(status="ok")) == ("sea", "shipping")
    assert (room.listed()["open"], room.offered()) == (False, lines(0, 9))
    assert room.turn() == ("sea", "shipping")


def test_an_older_end_does_not_end_what_began_after_it(room: Room) -> None:
    ok = room.saw(status="ok", kind="command")
    room.now += MINUTE
    room.by_hand("start")
    room.turn()
    room.turn(ok)
    assert room.listed()["open"]


def test_what_had_no_turn_of_its_own_is_seen_for_ten_minutes(room: Room) -> None:
    room.saw(kind="command", status=None, data={"program": "shipctl"}, label="shipctl")
    room.now += 11 * MINUTE
    assert room.turn() == ()
    room.saw(kind="command.started", status=None, data={"program": "shipctl"}, label="shipctl")
    room.now += 9 * MINUTE
    assert room.turn() == ("sea", "shipping")
    assert room.listed()["open"]


def test_a_job_under_way_begins_it_and_its_end_ends_it(room: Room) -> None:
    room.saw(kind="job.started", status=None)
    room.turn()
    assert room.listed()["open"]
    room.turn(room.saw(status="ok"))
    assert not room.listed()["open"]


@pytest.mark.parametrize("ended", [True, False])
def test_unasked_it_begins_once_a_day(room: Room, ended: bool) -> None:
    room.turn(branch=BRANCH)
    if ended:
        room.by_hand("finish")
    room.now = NOW + DAY - MINUTE
    room.turn(branch=BRANCH)
    assert len(room.events("recipe.start")) == 1
    room.now = NOW + DAY + MINUTE
    assert room.turn(branch=BRANCH) == ("sea", "shipping")
    assert len(room.events("recipe.start")) == 2
    room.by_hand("finish")
    assert room.by_hand("start") is True


def test_workspaces_and_users_have_their_own(connection: sqlite3.Connection) -> None:
    mine, other = Room(connection), Room(connection, user_id="other")
    elsewhere = Room(connection, workspace="/elsewhere")
    mine.turn(branch=BRANCH)
    for room in (other, elsewhere):
        assert (room.turn(), room.listed()["open"], room.offered()) == ((), False, [])
        assert room.by_hand("finish") is None
        assert room.turn(branch=BRANCH) == ("sea", "shipping")
        assert room.offered() == lines(0, 1)
    assert mine.offered() == lines(0, 1)


def test_lines_told_in_the_last_month_are_left_out(room: Room) -> None:
    told = [(USER, "shipping-0", NOW - 29 * DAY), (USER, "shipping-2", NOW - 31 * DAY)]
    for user, line, at in (*told, ("other", "shipping-1", NOW)):
        room.connection.execute("INSERT INTO told VALUES (?, ?, 1, ?)", (user, line, at))
    room.turn(branch=BRANCH)
    room.turn(branch=BRANCH)
    assert room.offered() == lines(1, 3)


def test_a_line_that_waits_is_not_offered_twice(room: Room) -> None:
    for _ in range(3):
        room.by_hand("start")
        room.by_hand("finish")
    assert room.offered() == lines(0, 9)
    for _ in range(5):
        turn_clock.tick(room.connection, PLACE, room.now)
    room.by_hand("start")
    room.by_hand("finish")
    assert room.offered() == lines(0, 9) * 2


def test_lines_that_cannot_wait_are_left_out(connection: sqlite3.Connection) -> None:
    made = recipe(count=3, timing="start")
    first, second, third = made.lines
    odd = (evolve(first, text="word " * 40), evolve(second, text="On {branch}.", slots=("branch",)), third)
    room = Room(connection, evolve(made, lines=odd))
    room.turn(branch=BRANCH)
    assert room.offered() == ["shipping-2"]


def test_a_full_queue_stops_nothing(connection: sqlite3.Connection) -> None:
    room = Room(connection, settings=Settings(queue_max_rows=1))
    assert room.turn(branch=BRANCH) == ("sea", "shipping")
    assert room.offered() == ["shipping-0"]


def test_several_at_once(connection: sqlite3.Connection) -> None:
    room = Room(connection, recipe(), recipe("cooking"))
    assert room.turn(branch=BRANCH) == ("sea", "shipping", "cooking")
    assert room.offered() == lines(0, 1) + lines(0, 1, "cooking")


def test_a_clock_set_back_keeps_nothing_open(room: Room) -> None:
    room.turn(branch=BRANCH)
    room.now = NOW - 2 * DAY
    assert room.turn() == ()
    assert not room.listed()["open"]
