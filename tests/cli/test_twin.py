"""The idle twin from outside: a conversation by command line, a worker run by hand, a scripted model.

Only the wire of the model and the output of commands are looked at, and the rows where neither tells it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from tests.support.model_server import ModelServer
from tests.support.sidecar import repository
from tests.support.twin import GREECE, SAID, Haiku, asked_in, turns_in, words_in
from tests.support.twin_desk import Desk, Ear, desk
from tests.support.twin_zygote import Zygote

SOON_MS = 250.0
"""Far more than a turn takes, far less than a model does."""


@pytest.fixture
def greece() -> Iterator[ModelServer]:
    with ModelServer(Haiku(GREECE)) as server:
        yield server


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as made:
        yield made


@pytest.fixture
def person(home: Path, tmp_path: Path, zygote: Zygote) -> Desk:
    return desk(home, repository(tmp_path / "project"), zygote)


def told_of(server: ModelServer) -> list[list[str | None]]:
    """For each request the words said in the turns that it tells of."""
    return [[turn.get("said") for turn in turns_in(body)] for body in asked_in(server.messages)]


def learned_texts(person: Desk) -> set[str]:
    return {line["text"] for line in person.learned()}


def is_learned(token: dict[str, Any], person: Desk) -> bool:
    return bool(token["byModel"]) and any(text in token["response"] for text in learned_texts(person))


def test_the_greek_conversation(person: Desk, greece: ModelServer) -> None:
    """Spec T17, with text shared by consent, every command as a shell starts it."""
    person = evolve(person, zygote=None)
    person.consent(greece.url)

    first = person.say(SAID[0])
    assert not first["byModel"]
    assert greece.requests == []
    assert person.worker()["graded"] == 1
    assert person.grades() == [2]
    prepared = person.learned()
    assert {line["domain"] for line in prepared} == {"travel"}
    assert {line["made_on_turn"] for line in prepared} == {person.turn_of(first)}

    second = person.say(SAID[1])
    assert second["source"] == "queue_hit"
    assert is_learned(second, person)
    assert second["latencyMs"] < SOON_MS
    assert second["turn"] > first["turn"]
    person.worker()
    assert person.grades() == [2, 4]

    third = person.say(SAID[2])
    assert is_learned(third, person)
    assert third["latencyMs"] < SOON_MS
    assert third["response"] != second["response"]
    person.worker()
    assert person.grades() == [2, 4, 5]
    assert len(asked_in(greece.messages)) == 3


def test_a_converged_domain_is_asked_about_every_third_time(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url)
    for text in SAID:
        person.say(text)
        person.worker()
    asked = len(asked_in(greece.messages))
    assert (person.grades(), asked) == ([2, 4, 5], 3)
    asked_after = []
    for text in ("Crete or Mykonos, then?", "Mykonos in May?", "Crete in October?"):
        person.say(text)
        person.worker()
        asked_after.append(len(asked_in(greece.messages)) - asked)
    assert asked_after == [0, 0, 1]


def test_a_poor_grade_ends_the_calm(person: Desk, greece: ModelServer) -> None:
    """After a 2 every turn is asked about again."""
    person.consent(greece.url)
    for text in (*SAID, "Crete in March?", "Crete in April?"):
        person.say(text)
        person.worker()
    assert len(asked_in(greece.messages)) == 3
    for text in ("Another trip to Greece, with Crete in it", "Crete by boat?", "Crete by bike?"):
        person.say(text)
        person.worker()
    assert person.grades()[:4] == [2, 4, 5, 2]
    assert len(asked_in(greece.messages)) == 6


@pytest.mark.parametrize(
    "settings",
    [{}, {"enrichment.enabled": False, "enrichment.shareText": True}, {"enrichment.shareText": True}],
    ids=["nothing", "a no", "the second alone"],
)
def test_without_consent_nobody_is_called_and_nothing_is_kept(
    person: Desk, settings: dict[str, bool]
) -> None:
    tokens = []
    with Ear() as ear:
        person.configure({**settings, "enrichment.baseUrl": ear.url})
        for text in SAID:
            tokens.append(person.say(text))
            assert person.worker()["calls"] == 0
        assert ear.connections == 0
    assert not any(token["byModel"] for token in tokens)
    assert len({token["response"] for token in tokens}) == len(SAID)
    assert person.rows("SELECT * FROM twin_turns") == []
    assert person.rows("SELECT * FROM job_queue") == []
    kept = person.bytes_kept().lower()
    for word in (b"planning", b"mykonos", b"hopping"):
        assert word not in kept


def test_without_the_second_consent_no_word_leaves(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url, share=False)
    for text in SAID:
        person.say(text)
        person.worker()
    bodies = asked_in(greece.messages)
    assert bodies
    for body in bodies:
        sent = json.dumps(body["messages"]).casefold()
        for word in ("greece", "planning", "mykonos", "hopping", "crete", "thinking"):
            assert word not in sent, word
    kept = person.bytes_kept().lower()
    assert b"mykonos" not in kept
    assert b"hopping" not in kept


def test_with_it_the_words_arrive_and_nothing_around_them(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url)
    person.say(SAID[0])
    person.worker()
    assert [[said is not None and "Greece" in said for said in told] for told in told_of(greece)] == [[True]]
    sent = json.dumps(asked_in(greece.messages))
    assert str(person.root) not in sent
    assert str(person.home) not in sent
    assert "tools" not in asked_in(greece.messages)[0]


def test_what_the_preview_shows_is_what_is_sent(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url)
    person.say(SAID[0])
    shown = person.ask("enrich", "preview")
    assert greece.requests == []
    person.worker()
    sent = asked_in(greece.messages)[0]
    text = words_in(sent)
    assert text
    assert text in json.dumps(shown, ensure_ascii=False) or text in strings_of(shown)


def strings_of(value: Any) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in strings_of(part)]
    if isinstance(value, list):
        return [text for part in value for text in strings_of(part)]
    return [value] if isinstance(value, str) else []


def test_nothing_is_shown_on_the_turn_that_it_was_made_on(person: Desk, greece: ModelServer) -> None:
    """Even where the line comes back before anything else was said."""
    person.consent(greece.url)
    seen = [person.say(SAID[0])]
    person.worker()
    seen += [person.ask("next") for _ in range(4)]
    made_on = {line["text"]: line["made_on_turn"] for line in person.learned()}
    shown = [
        (person.turn_of(token), made_on[text])
        for token in seen
        for text in made_on
        if text in token["response"]
    ]
    assert shown
    assert all(turn > made for turn, made in shown)


def test_the_ledger_knows_each_call(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url)
    person.say(SAID[0])
    person.worker()
    spent = person.status()["enrichment"]["spent_today"]
    assert spent["calls"] == 1
    assert spent["tokens"] > 0
    (row,) = person.rows("SELECT * FROM ledger")
    assert (row["state"], row["outcome"], row["purpose"]) == ("settled", "ok", "turns")
    assert spent["tokens"] == row["input_tokens"] + row["output_tokens"]
    kept = json.dumps(row).casefold()
    assert "greece" not in kept


def test_a_worker_with_nothing_to_do_says_nothing(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url)
    made = person.run("worker", "--once")
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    assert greece.requests == []


def test_a_session_is_handed_in_as_one_batch_when_it_ends(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url, schedule="session_end")
    for text in SAID[:2]:
        person.say(text)
        person.worker()
    assert greece.requests == []
    person.run("say", "goodbye, that was it for today")
    person.worker()
    assert [one.path for one in greece.requests] == ["/v1/messages/batches"]
    assert person.grades() == []
    person.change("UPDATE job_queue SET not_before = 0 WHERE state = 'pending'")
    person.worker()
    assert person.grades()[:2] == [2, 4]
    assert person.say(SAID[2])["byModel"]
    # Handed in and fetched: one call of the ledger, at what it cost.
    (call,) = person.rows("SELECT * FROM ledger")
    assert (call["state"], call["outcome"]) == ("settled", "ok")
