"""T13 and L3: which turns are put before the idle-time model, what is written of them, and their grades."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest

from afterglow.core.model import Spoken
from afterglow.core.settings import Settings
from afterglow.store import twin, twin_domains
from tests.core.build import event
from tests.store.making import NOW, PLACE, happening, record
from tests.store.putting import SHUT, a_grade, a_turn, consenting, put, rows, states
from tests.store.queueing import USER

SHARES = consenting(**{"enrichment.shareText": True})


def test_a_turn_waits_with_the_facts_of_the_first_consent(connection: sqlite3.Connection) -> None:
    green = event(
        job="test",
        labels=("pytest -k secret_client",),
        data={"passed": 142, "failing": ["test_secret"], "branch": "feature/secret"},
        duration_ms=38_000.0,
    )
    turn = a_turn("testing", spoken=Spoken("joke", unasked=True, line="jokes-7"))
    seq = put(connection, turn=turn, event=green, number=7)
    (row,) = twin.waiting(connection, USER, PLACE)
    assert (row.seq, row.turn, row.session_id, row.event_id, row.token_id) == (seq, 7, "s", green.id, "t")
    assert row.said is None
    facts = dict(row.facts)
    assert facts["counts"] == {"passed": 142}
    assert (facts["kind"], facts["status"], facts["job"]) == ("job.finished", "ok", "test")
    assert (facts["label"], facts["tags"], facts["glow"]) == ("celebration", ["testing"], 0.2)
    assert (facts["line"], facts["entry"], facts["level"], facts["warmth"]) == ("jokes-7", "line-1", 1, 1)
    assert facts["register"]["length"] == "normal"
    assert "secret" not in json.dumps(facts)


def test_a_turn_without_a_line_is_worth_learning_from(connection: sqlite3.Connection) -> None:
    assert put(connection, turn=a_turn("travel", shown=False, label="off_domain"), said="a trip") is not None
    (row,) = twin.waiting(connection, USER, PLACE)
    assert (row.facts["told"], row.facts["kind"], row.token_id) == (False, "say", None)


@pytest.mark.parametrize(
    "left_out",
    [
        {"settings": Settings()},
        {"mode": "off"},
        {"turn": a_turn(reached_t5=False)},
        {"turn": a_turn(gates=(SHUT,))},
    ],
)
def test_what_is_not_put(connection: sqlite3.Connection, left_out: dict[str, Any]) -> None:
    assert put(connection, said="hello", **left_out) is None
    assert rows(connection) == []


def test_what_was_said_is_kept_by_the_second_consent_until_it_is_graded(
    connection: sqlite3.Connection,
) -> None:
    first = put(connection, said="island hopping", settings=SHARES)
    put(connection, said="island hopping")
    assert [row["said"] for row in rows(connection)] == ["island hopping", None]
    twin.graded(connection, USER, [a_grade(first)], NOW)
    assert [row["said"] for row in rows(connection)] == [None, None]


@pytest.mark.parametrize("first_left", [True, False])
def test_what_was_said_goes_with_the_consent(connection: sqlite3.Connection, first_left: bool) -> None:
    put(connection, said="island hopping", settings=SHARES)
    twin.plan(connection, SHARES, now=NOW, occasion="idle")
    assert rows(connection)[0]["said"] == "island hopping"
    twin.plan(connection, consenting() if first_left else Settings(), now=NOW, occasion="idle")
    assert (states(connection), rows(connection)[0]["said"]) == ([0], None)


def test_the_last_five_are_sent_and_older_ones_left_out(connection: sqlite3.Connection) -> None:
    seqs = [put(connection, number=number, said="hi", settings=SHARES) for number in range(1, 8)]
    elsewhere = put(connection, workspace="/other")
    of_another = put(connection, user="another")
    found = twin.waiting(connection, USER, PLACE)
    assert [row.seq for row in found] == seqs[2:]
    twin.sent(connection, [row.seq for row in found], "job-1")
    assert states(connection) == [3, 3, 1, 1, 1, 1, 1, 0, 0]
    assert [row["said"] for row in rows(connection)][:3] == [None, None, "hi"]
    assert twin.waiting(connection, USER, PLACE) == ()
    assert [row.seq for row in twin.waiting(connection, USER, "/other")] == [elsewhere]
    assert [row.seq for row in twin.waiting(connection, "another", PLACE)] == [of_another]


def test_without_an_answer_they_wait_again(connection: sqlite3.Connection) -> None:
    seqs = [put(connection) for _ in range(2)]
    twin.sent(connection, [seq for seq in seqs if seq], "job-1")
    later = put(connection)
    twin.unsent(connection, "another")
    assert states(connection) == [1, 1, 0]
    twin.unsent(connection, "job-1")
    assert [row.seq for row in twin.waiting(connection, USER, PLACE)] == [*seqs, later]


def test_a_batch_hands_its_turns_on_to_the_job_of_each_part(connection: sqlite3.Connection) -> None:
    seq = put(connection)
    assert seq is not None
    twin.sent(connection, [seq], "lead")
    twin.sent(connection, [seq], "part")
    twin.unsent(connection, "lead")
    assert states(connection) == [1]
    twin.unsent(connection, "part")
    assert states(connection) == [0]


def test_an_answer_that_never_came_is_let_go(connection: sqlite3.Connection) -> None:
    seq = put(connection, said="hi", settings=SHARES)
    assert seq is not None
    twin.sent(connection, [seq], "job-1")
    twin.plan(connection, SHARES, now=NOW + 47 * 3_600_000, occasion="idle")
    assert states(connection) == [1]
    twin.plan(connection, SHARES, now=NOW + 49 * 3_600_000, occasion="idle")
    assert (states(connection), rows(connection)[0]["said"]) == ([3], None)


def test_a_turn_that_nobody_asked_about_is_let_go(connection: sqlite3.Connection) -> None:
    put(connection, said="hi", settings=SHARES)
    twin.plan(connection, SHARES, now=NOW + 13 * 24 * 3_600_000, occasion="idle")
    assert states(connection) == [0]
    twin.plan(connection, SHARES, now=NOW + 15 * 24 * 3_600_000, occasion="idle")
    assert (states(connection), rows(connection)[0]["said"]) == ([3], None)


def test_a_grade_counts_once_and_for_its_own_user(connection: sqlite3.Connection) -> None:
    seq = put(connection, "greece")
    assert twin.graded(connection, "another", [a_grade(seq)], NOW) == 0
    assert twin.graded(connection, USER, [a_grade(seq, 5)], NOW) == 1
    assert twin.graded(connection, USER, [a_grade(seq, 1)], NOW) == 0
    (row,) = rows(connection)
    assert (row["state"], row["quality"], row["why"], row["domain"]) == (2, 5, "it says so", "travel")
    known = twin_domains.named(connection, USER, "travel")
    assert known is not None
    assert known.grades == (5,)


def test_a_doubtful_domain_is_not_believed(connection: sqlite3.Connection) -> None:
    twin.graded(connection, USER, [a_grade(put(connection, "greece"), 4, "travel", "greece")], NOW)
    seq = put(connection, "greece")
    assert rows(connection)[-1]["domain"] == "travel"
    twin.graded(connection, USER, [a_grade(seq, 3, "cooking", confidence=0.4)], NOW)
    assert rows(connection)[-1]["domain"] == "travel"
    assert twin_domains.named(connection, USER, "cooking") is None
    twin.graded(connection, USER, [a_grade(put(connection), 3, "cooking", confidence=0.4)], NOW)
    assert rows(connection)[-1]["domain"] is None


def test_of_a_known_domain_two_of_three_turns_are_left_out(connection: sqlite3.Connection) -> None:
    grades = [a_grade(put(connection, "greece"), quality, "travel", "greece") for quality in (2, 4, 5)]
    twin.graded(connection, USER, grades, NOW)

    def nine() -> str:
        return "".join("." if put(connection, "greece", "testing") is None else "x" for _ in range(9))

    assert nine() == "..x..x..x"
    assert [row["facts"] for row in rows(connection) if row["state"] == 3] == ["{}"] * 6
    assert put(connection, "testing") is not None
    assert put(connection) is not None
    poor = put(connection, "greece") or put(connection, "greece") or put(connection, "greece")
    twin.graded(connection, USER, [a_grade(poor, 2)], NOW)
    assert nine() == "xxxxxxxxx"


def test_a_return_to_a_topic_is_a_fact_of_its_turn(connection: sqlite3.Connection) -> None:
    for ago, to, before in ((9_000, "css", "parser"), (0, "parser", "css")):
        made = record(connection, happening("topic.change", ago=ago, data={"to": to, "from": before}))
    put(connection, event=made.event)
    assert twin.waiting(connection, USER, PLACE)[0].facts["returned"] == {"nth": 1, "gap_ms": 9_000}


def test_rows_do_not_grow_for_ever(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twin, "KEPT", 10)
    for _ in range(40):
        put(connection)
    assert len(rows(connection)) == 10
