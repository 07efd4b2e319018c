"""Work of a session's end: handed in as one batch, fetched later, paid for once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.enrich.rooms import Room, room
from tests.support.model_faults import error
from tests.support.model_server import EXPIRED, ModelServer
from tests.support.twin import GREECE, Haiku

LOOK_MS = 16 * 60_000
GIVEN_UP_MS = 31 * 60 * 60_000


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Haiku(GREECE)) as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, model: ModelServer) -> Room:
    made = room(tmp_path, model.url, enrichment_schedule="session_end")
    for place in ("/one", "/two"):
        made.put(workspace=place, said="I'm planning a trip to Greece!")
    return made


def handed_in(desk: Room, model: ModelServer) -> None:
    desk.end_sessions()
    assert desk.run().calls == 1
    assert len(model.batches) == 1


def test_a_session_that_goes_on_is_not_asked_about(desk: Room, model: ModelServer) -> None:
    desk.write(
        lambda connection: connection.executemany(
            "INSERT INTO sessions (id, workspace, started_at, active_at) VALUES ('s', ?, ?, ?)",
            [("/one", desk.now, desk.now)],
        )
    )
    desk.write(lambda connection: connection.execute("DELETE FROM twin_turns WHERE workspace <> '/one'"))
    assert desk.run().calls == 0
    assert model.requests == []


def test_two_workspaces_go_out_as_one_batch_and_come_back(desk: Room, model: ModelServer) -> None:
    handed_in(desk, model)
    (batch,) = model.batches.values()
    assert len(batch["requests"]) == 2
    (call,) = desk.rows("SELECT * FROM ledger")
    assert (call["state"], call["purpose"]) == ("reserved", "batch")
    assert call["batch_id"] in model.batches
    assert desk.run().graded == 0, "it is not looked for at once"

    desk.now += LOOK_MS
    made = desk.run()
    assert (made.graded, made.lines) == (2, 3), "the same three lines come from both, and are kept once"
    (call,) = desk.rows("SELECT * FROM ledger")
    assert (call["state"], call["outcome"]) == ("settled", "ok")
    assert call["micros"] < call["reserved_micros"]
    assert {row["quality"] for row in desk.rows("SELECT quality FROM twin_turns")} == {2}
    assert not desk.rows("SELECT 1 FROM job_queue WHERE state <> 'completed'")


def test_what_is_not_ready_is_looked_for_again(tmp_path: Path) -> None:
    with ModelServer(Haiku(GREECE), batch_looks=2) as model:
        desk = room(tmp_path, model.url, enrichment_schedule="session_end")
        desk.put(said="I'm planning a trip to Greece!")
        handed_in(desk, model)
        graded = []
        for _ in range(3):
            desk.now += LOOK_MS
            graded.append(desk.run().graded)
        assert graded == [0, 0, 1]
        assert len(desk.rows("SELECT 1 FROM ledger")) == 1


def test_a_batch_that_the_service_never_came_to_waits_again_and_is_asked_anew(
    desk: Room, model: ModelServer
) -> None:
    model.script = EXPIRED
    handed_in(desk, model)
    desk.now += LOOK_MS
    assert desk.run().graded == 0
    assert {row["state"] for row in desk.rows("SELECT state FROM twin_turns")} == {0}
    model.script = Haiku(GREECE)
    desk.now += LOOK_MS
    desk.run()
    desk.now += LOOK_MS
    assert desk.run().graded == 2


def test_a_batch_that_is_lost_ends_and_stays_paid_for(desk: Room, model: ModelServer) -> None:
    handed_in(desk, model)
    model.faults = lambda method, path: error("404", 404, "not_found_error") if method == "GET" else None
    desk.now += LOOK_MS
    desk.run()
    (call,) = desk.rows("SELECT * FROM ledger")
    assert call["state"] == "reserved", "what it cost is not known"
    assert not desk.rows("SELECT 1 FROM job_queue WHERE type = 'collect' AND state <> 'completed'")


def test_a_service_that_is_away_when_the_results_are_due_is_asked_later(
    desk: Room, model: ModelServer
) -> None:
    handed_in(desk, model)
    model.faults = lambda method, path: error("529", 529, "overloaded_error") if method == "GET" else None
    desk.now += LOOK_MS
    assert desk.run().graded == 0
    model.faults = None
    desk.now += 4 * LOOK_MS
    assert desk.run().graded == 2


def test_a_batch_fits_the_budget_or_waits_in_parts(tmp_path: Path) -> None:
    with ModelServer(Haiku(GREECE)) as model:
        desk = room(tmp_path, model.url, enrichment_schedule="session_end", enrichment_daily_tokens=12_000)
        for number in range(6):
            desk.put(workspace=f"/place-{number}", said="I'm planning a trip to Greece!")
        desk.end_sessions()
        assert desk.run().calls == 1
        (batch,) = model.batches.values()
        assert 1 <= len(batch["requests"]) < 6
        (call,) = desk.rows("SELECT reserved_tokens FROM ledger")
        assert call["reserved_tokens"] <= 12_000
        waiting = desk.rows("SELECT 1 FROM job_queue WHERE type = 'turns' AND state = 'pending'")
        assert len(waiting) == 6 - len(batch["requests"])


def test_a_batch_that_never_ends_is_given_up(tmp_path: Path) -> None:
    with ModelServer(Haiku(GREECE), batch_looks=1_000) as model:
        desk = room(tmp_path, model.url, enrichment_schedule="session_end")
        desk.put(said="I'm planning a trip to Greece!")
        handed_in(desk, model)
        desk.now += GIVEN_UP_MS
        desk.run()
        assert not desk.rows("SELECT 1 FROM job_queue WHERE type = 'collect' AND state <> 'completed'")
        assert [row["state"] for row in desk.rows("SELECT state FROM twin_turns")] == [0]
