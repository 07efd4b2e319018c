"""What must never be, whatever happens (spec T15 and its neighbours): random days through the real loop."""

from __future__ import annotations

import re
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from attrs import evolve, field, mutable
from hypothesis import example, given, settings
from hypothesis import strategies as st

from afterglow.core import asked, queue_rules, step
from afterglow.core.bank import Response
from afterglow.core.clean import columns
from afterglow.core.model import Event, Turn
from afterglow.core.sieve import Sieve, sieve_for
from afterglow.core.voice import Records, Voice, Wanted
from afterglow.loop import turning
from afterglow.loop.records import StoreRecords
from afterglow.store import predictions, query, queue, turn_clock
from tests.scenarios.story_days import DAYS, FULL, UNSETTLED, Day, Living, lived, shelves, tokens
from tests.scenarios.story_stage import PLACE, USER

HOUR_MS = 60 * 60 * 1000
few = settings(max_examples=15)


# -- LLM content on the turn that produced it ----------------------------------------------------------


@few
@example(FULL)
@given(DAYS)
def test_what_a_model_wrote_on_a_turn_is_for_a_later_one(day: Day) -> None:
    squeezed_in: list[str] = []

    def between(living: Living) -> None:
        """Idle time, after whatever turn there was: the model's worker leaves a line that says so."""
        store = living.stage.outside
        seq = living._newest()
        fields = {"user_id": USER, "banter": f"Written on turn {seq}.", "source": "llm_generated"}
        made = queue_rules.check({**fields, "confidence": 1.0})
        assert isinstance(made, queue_rules.Draft)
        store.write(lambda connection: queue.add(connection, made, living.stage.clock.wall()))

    with pytest.MonkeyPatch.context() as patch:

        def while_deciding(records: StoreRecords) -> Voice:
            file = records._connection.execute("PRAGMA database_list").fetchone()["file"]
            other = sqlite3.connect(file, timeout=0)
            try:
                other.execute("BEGIN IMMEDIATE")
                squeezed_in.append("another process wrote while a turn was decided")
            except sqlite3.OperationalError:
                pass
            finally:
                other.close()
            return voice(records)

        voice = StoreRecords.voice
        patch.setattr(StoreRecords, "voice", while_deciding)
        with lived(day, between) as living:
            seen = [(turn["seq"], turn["token"]["banter"] or "") for turn in living.turns() if turn["token"]]
    found = [(seq, int(said[1])) for seq, text in seen if (said := re.search(r"Written on turn (\d+)", text))]
    assert squeezed_in == []
    assert all(written_on < seq for seq, written_on in found)
    assert found or day is not FULL


# -- a turn that waits ---------------------------------------------------------------------------------


@few
@example(FULL)
@given(DAYS)
def test_no_turn_waits_for_a_model_or_the_network(day: Day) -> None:
    asked_for: list[str] = []

    def forbidden(name: str) -> Callable[..., Any]:
        def refuse(*_: Any, **__: Any) -> Any:
            asked_for.append(name)
            raise AssertionError(f"{name} in a turn")

        return refuse

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", forbidden("connect"))
        patch.setattr(subprocess, "Popen", forbidden("Popen"))
        patch.setattr(time, "sleep", forbidden("sleep"))
        with lived(day) as living:
            assert living.turns()
    assert asked_for == []


# -- predictions ---------------------------------------------------------------------------------------

STRONG: dict[str, Any] = {
    "domain_tags": ["css"],
    "warmth_delta": 2,
    "level": 1,
    "mode": "empathetic",
    "compliment_budget": 0,
    "over_watering_risk": True,
}


def predicting(age: int, **fields: Any) -> Callable[[Living], None]:
    """Before each step: a prediction of so many turns ago."""

    def save(living: Living) -> None:
        now = living.stage.clock.wall()

        def work(connection: sqlite3.Connection) -> None:
            here = turn_clock.read(connection, PLACE).here
            predictions.save(connection, USER, PLACE, predictions.read(fields), here - age, now)

        living.stage.outside.write(work)

    return save


def said(day: Day, before: Callable[[Living], None] | None = None) -> list[tuple[Any, ...]]:
    names = ("response", "source", "category", "level", "warmth", "confidence", "glowScore", "tags")
    with lived(day, before) as living:
        return [
            (turn["at"], turn["reason"], *((turn["token"] or {}).get(name) for name in names))
            for turn in living.turns()
        ]


@few
@example(FULL, 6)
@given(DAYS, st.integers(6, 40))
def test_a_prediction_of_more_than_five_turns_ago_changes_nothing(day: Day, age: int) -> None:
    plain = said(day)
    assert said(day, predicting(age, **STRONG)) == plain
    assert day is not FULL or said(day, predicting(5, **STRONG)) != plain


@few
@example(FULL, 2, 3)
@given(DAYS, st.integers(-2, 2), st.integers(1, 3))
def test_too_much_warmth_is_never_answered_with_more(day: Day, delta: int, level: int) -> None:
    pairs: list[tuple[Sieve, Sieve]] = []

    def noting(voice: Voice, *args: Any, **more: Any) -> Sieve:
        made = sieve_for(voice, *args, **more)
        if voice.prediction is not None:
            without = evolve(voice, prediction=evolve(voice.prediction, over_watering_risk=False))
            pairs.append((made, sieve_for(without, *args, **more)))
        return made

    risk = predicting(1, warmth_delta=delta, level=level, over_watering_risk=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step, "sieve_for", noting)
        patch.setattr(asked, "sieve_for", noting)
        with lived(day, risk) as living:
            shown = tokens(living)
    assert [one for one in shown if one["source"] == "compliment"] == []
    for with_risk, without in pairs:
        assert with_risk.max_warmth <= without.max_warmth
        assert with_risk.sought <= without.sought
        assert with_risk.max_level <= without.max_level
    assert pairs or day is not FULL


def test_without_that_risk_there_are_compliments_on_such_a_day() -> None:
    with lived(FULL, predicting(1, warmth_delta=2)) as living:
        assert "compliment" in {token["source"] for token in tokens(living)}


# -- silence while it is red ---------------------------------------------------------------------------


@few
@example(FULL)
@example(UNSETTLED)
@given(DAYS)
def test_nothing_is_said_while_red_but_a_reminder_or_a_calm_word(day: Day) -> None:
    with lived(day) as living:
        happened = {event.id: event for event in query.events(living.stage.outside.connection)}
        decided = living.turns()
    for turn in decided:
        token = turn["token"]
        if token is None:
            continue
        so_far = [event for event in happened.values() if event.at <= turn["at"]]
        event = happened.get(turn["event_id"])
        assert event is None or event.status in (None, "ok"), "its outcome was not a good one"
        assert not _in_conflict(so_far), "in an unresolved conflict"
        if not _is_red(so_far, turn["at"]) or token["source"] == "reminder":
            continue
        entry = shelves().by_id[token["entryId"]]
        assert event is None, "unasked while red"
        assert isinstance(entry, Response)
        assert (entry.label, entry.tone == "playful") == ("struggle", False)
        assert "!" not in token["response"]


def _is_red(so_far: Sequence[Event], now: int) -> bool:
    newest: dict[tuple[Any, Any], Event] = {}
    for event in sorted(so_far, key=lambda one: (one.at, one.seq)):
        if event.kind == "job.finished" and event.status in ("ok", "fail"):
            newest[event.job, event.label] = event
    return any(event.status == "fail" and now - event.at < 2 * HOUR_MS for event in newest.values())


def _in_conflict(so_far: Sequence[Event]) -> bool:
    ends = [event for event in so_far if event.kind in ("conflict.begin", "conflict.end")]
    return bool(ends) and max(ends, key=lambda one: one.seq).kind == "conflict.begin"


# -- one decision, one line ----------------------------------------------------------------------------


@mutable
class Noted:
    """Records that remember what they were asked and what they answered, to answer it once more."""

    records: Records
    voices: list[Voice] = field(factory=list)
    claims: list[tuple[list[queue_rules.Entry], queue_rules.Entry | None]] = field(factory=list)

    def voice(self) -> Voice:
        self.voices.append(self.records.voice())
        return self.voices[-1]

    def claim(self, wanted: Wanted) -> queue_rules.Entry | None:
        looked_at: list[queue_rules.Entry] = []

        def accept(entry: queue_rules.Entry) -> str | None:
            looked_at.append(entry)
            return wanted.accept(entry)

        got = self.records.claim(evolve(wanted, accept=accept))
        self.claims.append((looked_at, got))
        return got


@mutable
class Again:
    """Answers as ``Noted`` did."""

    noted: Noted
    at: int = 0

    def voice(self) -> Voice:
        return self.noted.voices[-1]

    def claim(self, wanted: Wanted) -> queue_rules.Entry | None:
        looked_at, got = self.noted.claims[self.at]
        self.at += 1
        for entry in looked_at:
            wanted.accept(entry)
        return got


@few
@example(FULL)
@given(DAYS)
def test_the_same_state_event_and_claim_give_the_same_token(day: Day) -> None:
    turns: list[Turn] = []

    def twice(decide: Callable[..., Any], place: int) -> Callable[..., Any]:
        def both(*args: Any) -> Any:
            noted = Noted(args[place])
            first = decide(*args[:place], noted, *args[place + 1 :])
            second = decide(*args[:place], Again(noted), *args[place + 1 :])
            assert first == second
            turns.append(first if isinstance(first, Turn) else first[0])
            return first

        return both

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turning, "step", twice(step.step, 4))
        patch.setattr(asked, "answer", twice(asked.answer, 3))
        with lived(day) as living:
            assert len(turns) == len(living.turns())


# -- what reaches a screen -----------------------------------------------------------------------------


@few
@example(FULL)
@given(DAYS)
def test_a_line_is_short_whole_and_news_first(day: Day) -> None:
    with lived(day) as living:
        happened = {event.id for event in query.events(living.stage.outside.connection)}
        decided = living.turns()
    for turn in decided:
        token = turn["token"]
        if token is None:
            continue
        said = token["response"]
        assert not set("{}\n") & set(said)
        assert len(said.split()) <= 25
        assert columns(said) <= 120
        assert said.startswith(token["news"] or "")
        assert said == ". ".join(part for part in (token["news"], token["banter"]) if part)
        assert (token["event"] is None) == (turn["event_id"] is None)
        assert token["event"] is None or token["event"]["id"] in happened


def test_a_full_day_has_a_bit_of_everything() -> None:
    """Or the properties above would prove little."""
    with lived(FULL) as living:
        sources = {token["source"] for token in tokens(living)}
        reasons = " ".join(turn["reason"] for turn in living.turns())
    assert sources >= {"reminder", "queue_hit", "compliment", "cpu_repo", "gift"}
    assert "red: test" in reasons
