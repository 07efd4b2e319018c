"""One run of the worker from its settings to its rows: what it asks, what it keeps, what it leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from afterglow.banks import shipped
from afterglow.banks.loading import load
from afterglow.enrich.sole import sole_worker
from afterglow.store import jobs, reviews
from tests.enrich.rooms import NOW, PLACE, Room, room
from tests.support.model_faults import error
from tests.support.model_server import ModelServer, in_turn
from tests.support.twin import GREECE, Haiku

TRIP = "I'm planning a trip to Greece!"
HOUR = 60 * 60_000


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Haiku(GREECE)) as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, model: ModelServer) -> Room:
    made = room(tmp_path, model.url)
    made.put(said=TRIP)
    return made


def test_what_waits_is_graded_and_what_was_made_waits_for_a_later_turn(
    desk: Room, model: ModelServer
) -> None:
    made = desk.run()
    assert (made.calls, made.graded, made.lines) == (1, 1, 3)
    assert made.micros > 0
    (turn,) = desk.rows("SELECT state, quality, domain, said FROM twin_turns")
    assert turn == {"state": 2, "quality": 2, "domain": "travel", "said": None}
    lines = desk.rows("SELECT banter, source, used, workspace FROM banter_queue")
    assert {(row["source"], row["used"], row["workspace"]) for row in lines} == {("llm_generated", 0, PLACE)}
    assert desk.run().calls == 0
    assert len(model.messages) == 1


@pytest.mark.parametrize(
    "settings",
    [{"enrichment_enabled": False}, {"enrichment_enabled": False, "enrichment_share_text": True}],
)
def test_without_consent_nothing_leaves(desk: Room, model: ModelServer, settings: dict[str, bool]) -> None:
    desk.configure(**settings)
    assert desk.run().calls == 0
    assert model.requests == []


def test_in_mode_off_nothing_leaves(desk: Room, model: ModelServer) -> None:
    desk.off()
    assert desk.run().calls == 0
    assert model.requests == []


def test_without_a_key_nothing_leaves(desk: Room) -> None:
    desk.configure(enrichment_base_url="https://model.invalid")
    assert desk.run().calls == 0
    assert desk.rows("SELECT 1 FROM ledger") == []


def test_one_that_was_told_to_end_before_it_began_asks_nothing(desk: Room, model: ModelServer) -> None:
    desk.stop.ask("somebody is back")
    assert desk.run().calls == 0
    assert model.requests == []


def test_beside_another_worker_it_has_nothing_to_do(desk: Room, model: ModelServer) -> None:
    with sole_worker(desk.home) as mine:
        assert mine
        assert desk.run().calls == 0
    assert model.requests == []
    assert desk.run().calls == 1


def test_what_a_dead_worker_held_is_asked_again_once_its_lease_is_over(desk: Room) -> None:
    desk.run()  # the tables are there
    desk.put(said=TRIP, turn=2)

    def die(connection: object) -> None:
        jobs.add(connection, type="turns", user_id="local", now=desk.now, workspace=PLACE, key=PLACE)  # type: ignore[arg-type]
        held = jobs.lease(connection, "dead", desk.now, ("turns",), 60_000)  # type: ignore[arg-type]
        assert held is not None
        connection.execute("UPDATE twin_turns SET state = 1, job_id = ? WHERE state = 0", (held.id,))  # type: ignore[attr-defined]

    desk.write(die)
    assert desk.run().calls == 0
    desk.now += 61_000
    assert desk.run().graded == 1


def test_a_day_that_is_spent_waits_for_the_next(desk: Room, model: ModelServer) -> None:
    desk.configure(enrichment_daily_calls=1)
    assert desk.run().calls == 1
    desk.put(said="Thinking about island hopping!", turn=2)
    assert desk.run().calls == 0
    (job,) = desk.rows("SELECT state, not_before, attempts, reason FROM job_queue WHERE state = 'pending'")
    assert job["not_before"] > desk.now
    assert job["attempts"] == 0
    assert "dailyCalls" in job["reason"]
    assert [row["state"] for row in desk.rows("SELECT state FROM twin_turns ORDER BY seq")] == [2, 0]


def test_an_answer_that_is_none_is_tried_again_and_after_three_there_is_a_pause(
    desk: Room, model: ModelServer
) -> None:
    model.script = "I would rather talk about the weather."
    for _ in range(8):
        desk.run()
        desk.now += 10 * 60_000
    assert len(model.messages) == 3
    (pause,) = desk.rows("SELECT scope FROM pauses WHERE until IS NOT NULL")
    assert pause["scope"].startswith("answers:")
    assert {row["outcome"] for row in desk.rows("SELECT outcome FROM ledger")} == {"bad_answer"}
    assert {row["state"] for row in desk.rows("SELECT state FROM ledger")} == {"settled"}
    model.script = Haiku(GREECE)
    desk.now += 2 * HOUR
    assert desk.run().graded == 1


def test_a_service_that_fails_is_left_alone_and_the_job_lives(desk: Room, model: ModelServer) -> None:
    model.script = in_turn(error("500", 500, "api_error"), error("500", 500, "api_error"))
    for _ in range(3):
        desk.run()
    assert len(model.messages) == 1, "the pause holds over runs"
    (job,) = desk.rows("SELECT state, attempts FROM job_queue")
    assert job == {"state": "pending", "attempts": 0}
    model.script = Haiku(GREECE)
    desk.now += 2 * HOUR
    assert desk.run().graded == 1


def test_a_request_that_the_service_refuses_is_not_sent_again(desk: Room, model: ModelServer) -> None:
    model.script = error("400", 400, "invalid_request_error")
    desk.run()
    desk.now += 2 * HOUR
    desk.run()
    states = [row["state"] for row in desk.rows("SELECT state FROM job_queue ORDER BY seq")]
    assert states[0] == "failed"
    assert len(model.messages) <= 2


def test_lines_that_are_due_are_looked_over_once(tmp_path: Path) -> None:
    banks, _ = load([shipped()])
    one, other = banks.jokes[0].id, banks.jokes[1].id

    def verdicts(body: object) -> dict[str, object]:
        return {"verdicts": [{"id": one, "decision": "retire"}, {"id": other, "decision": "refresh"}]}

    with ModelServer(verdicts) as model:
        desk = room(tmp_path, model.url)

        def flag(connection: object) -> None:
            for name in (one, other, "mine-of-old"):
                reviews.flag(connection, "local", name, NOW)  # type: ignore[arg-type]

        desk.write(flag)
        assert desk.run().calls == 1
        rows = (desk.home.custom / "reviews.jsonl").read_text("utf-8").splitlines()
        assert len(rows) == 2
        assert '"retire"' in rows[0] and one in rows[0]
        assert not desk.rows(
            "SELECT 1 FROM reviews_due WHERE entry_id <> 'mine-of-old' AND reviewed_at IS NULL"
        )
        desk.now += 25 * HOUR
        assert desk.run().calls == 0, "a line that no bank holds is not asked about"
        assert len(model.messages) == 1


def test_the_work_of_another_user_is_left_to_that_users_settings(tmp_path: Path, model: ModelServer) -> None:
    desk = room(tmp_path, model.url, enrichment_daily_calls=0)
    desk.put(said=TRIP)
    assert desk.run().calls == 0
    assert len(desk.rows("SELECT 1 FROM job_queue WHERE state = 'pending'")) == 1
    desk.configure(user_id="other", enrichment_daily_calls=48)
    desk.now += 26 * HOUR
    assert desk.run().calls == 0
    desk.configure(user_id="local")
    assert desk.run().calls == 1
