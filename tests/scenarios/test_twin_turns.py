"""T13, T14b, T9a, S8a and L8 in whole turns: what they put before the idle-time model, and learn from it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from afterglow.core.twin import Grade, Made
from afterglow.store import choices, jobs, reviews, sessions
from tests.core.voicing import fact, joke, response, stock
from tests.scenarios.twin_talk import DAY, MINUTE, PLACE, USER, Talk

SHELF = stock(
    joke("A test walks in.", tags=("testing",)),
    fact("A true thing about tests.", tags=("testing",)),
    response("Mind the step.", "small_talk", "event:topic.change"),
)
Opened = Callable[..., Talk]


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Opened]:
    made: list[Talk] = []

    def open_one(shelf: Any = SHELF, **settings: Any) -> Talk:
        made.append(Talk(tmp_path / str(len(made)), shelf, **settings))
        return made[-1]

    yield open_one
    for one in made:
        one.close()


def everything(talk: Talk) -> str:
    return json.dumps([dict(row) for row in talk.connection.execute("SELECT * FROM twin_turns")])


def test_every_turn_that_had_an_occasion_is_put_in_its_own_transaction(talk: Opened) -> None:
    here = talk()
    said = here.say("going island hopping in greece")
    asked = here.say(None)
    came = here.happen("topic.change", data={"from": "parser", "to": "docs"})
    silent = here.happen("commit", data={"branch": "main"})
    assert [row.seq for row in here.waiting()] == [said.put, asked.put, came.put]
    assert silent.put is None
    assert [row.facts["kind"] for row in here.waiting()] == ["say", "next", "topic.change"]
    assert [row.turn for row in here.waiting()] == [1, 2, 3]
    assert [row.token_id for row in here.waiting()] == [
        turn.token.id if turn.token else None for turn in (said, asked, came)
    ]


def test_a_say_that_got_nothing_is_put(talk: Opened) -> None:
    here = talk(stock())
    assert here.say("going island hopping in greece").token is None
    assert here.waiting()[0].facts["tags"] == ["travel", "greece"]


def test_without_consent_nothing_is_put(talk: Opened) -> None:
    here = talk(**{"enrichment.enabled": False, "enrichment.shareText": True})
    assert here.say("going island hopping in greece").put is None
    assert everything(here) == "[]"


@pytest.mark.parametrize("closed", ["off", "red", "credential", "dnd"])
def test_nothing_is_put_where_silence_is_owed(talk: Opened, closed: str) -> None:
    here = talk(**{"enrichment.shareText": True}, **({"mode": "off"} if closed == "off" else {}))
    if closed == "red":
        here.record("job.finished", label="pytest", status="fail", data={"job": "test", "failed": 1})
    if closed == "credential":
        here.record("command", label="export", status="ok", data={"hazard": "credential"})
    if closed == "dnd":
        choices.write_dnd(here.connection, here.now + 60 * MINUTE)
    for text in ("going island hopping in greece", "this is driving me mad, nothing works", None):
        here.say(text)
    assert everything(here) == "[]"


def test_what_was_said_is_kept_as_harmless_words_by_consent_alone(talk: Opened) -> None:
    text = "going to greece, mail me at a.b@example.org"
    plain = talk()
    plain.say(text)
    assert plain.waiting()[0].said is None
    assert "greece, mail" not in everything(plain)
    here = talk(**{"enrichment.shareText": True})
    here.say(text)
    said = here.waiting()[0].said
    assert said is not None
    assert "going to greece" in said
    here.say("the password for the ferry is hunter2 swordfish")
    for secret in ("hunter2", "swordfish", "example.org"):
        assert secret not in everything(here)


@pytest.mark.parametrize("text", ["my mother died last night", "my dog passed away"])
def test_of_a_loss_nothing_is_kept(talk: Opened, text: str) -> None:
    here = talk(**{"enrichment.shareText": True})
    here.say(text)
    assert everything(here) == "[]"


def test_a_stale_line_that_is_told_waits_for_a_review(talk: Opened) -> None:
    old = fact("An old truth.", stale_at=1)
    here = talk(stock(old), **{"enrichment.enabled": False})
    made = here.say(None)
    assert made.spoken is not None
    assert made.spoken.stale
    assert reviews.due(here.connection, USER, 9) == (old.id,)
    fresh = talk(stock(fact("A new truth.", stale_at=2 * here.now)))
    fresh.say(None)
    assert reviews.due(fresh.connection, USER, 9) == ()


def test_a_goodbye_ends_the_session_for_the_schedule(talk: Opened) -> None:
    here = talk(**{"enrichment.schedule": "session_end"})
    here.say("going island hopping in greece")
    assert not jobs.due(here.connection, here.now)
    here.say("goodbye, see you tomorrow")
    job = jobs.lease(here.connection, "w", here.now, ("turns",))
    assert job is not None
    assert (job.workspace, dict(job.payload)) == (PLACE, {"batch": True})


def test_at_every_turn_a_job_waits(talk: Opened) -> None:
    here = talk(**{"enrichment.schedule": "every_turn"})
    for _ in range(3):
        here.say("going island hopping in greece")
    assert jobs.counts(here.connection)["pending"] == 1


def test_what_the_twin_taught_names_itself_in_the_next_turn(talk: Opened) -> None:
    here = talk()
    first = here.say("the blue star leaves naxos")
    assert first.classification.label == "unknown"
    taught = Grade(
        first.put or 0, 4, "travel", "cyclades", 0.9, ("cyclades",), {"cyclades": ("naxos", "blue star")}
    )
    made = Made("aside", "The ferry keeps its own hours.", "cyclades", ("cyclades",), 4)
    here.grade([taught], [made])
    second = here.say("blue star again")
    assert second.classification.label == "off_domain"
    assert second.classification.tags == ("cyclades",)
    assert second.token is not None
    assert second.token.response.startswith(made.text)
    assert here.prepared(second) is not None
    here.head = "feature/naxos"
    assert "cyclades" in here.happen("topic.change", data={"from": "a", "to": "b"}).classification.tags


def test_what_was_learned_is_personal(talk: Opened) -> None:
    here = talk()
    first = here.say("the blue star leaves naxos")
    here.grade([Grade(first.put or 0, 4, "travel", "cyclades", 0.9, ("cyclades",), {"cyclades": ("naxos",)})])
    here.settings = evolve(here.settings, user_id="another")
    assert here.say("naxos again").classification.label == "unknown"


def test_a_return_is_told_at_the_change_that_is_one(talk: Opened) -> None:
    text = "Back for the {nth_return} time, after {return_gap}."
    slots = ("nth_return", "return_gap")
    here = talk(stock(response(text, "small_talk", "event:topic.change", slots=slots)))
    assert here.happen("topic.change", data={"from": "parser", "to": "css"}).token is None
    here.wait(9 * DAY)
    sessions.open_workspace(here.connection, PLACE, here.now, 30 * MINUTE)
    back = here.happen("topic.change", data={"from": "css", "to": "parser"})
    assert back.token is not None
    assert back.token.event is not None
    assert back.token.event[1] == "topic.change"
    assert back.token.response == "Back for the first time, after 9 days."
    assert here.waiting()[-1].facts["returned"] == {"nth": 1, "gap_ms": 9 * DAY + 1_000}
