"""``afterglow/status``: what was spent is told as it is, once for each change, and trouble in one line."""

from __future__ import annotations

import os
from datetime import UTC
from pathlib import Path
from typing import Any

from afterglow.core.effects import TwinSeen
from afterglow.core.settings import Settings, resolve
from afterglow.core.twin import Reply, Usage
from afterglow.lsp.app import App
from afterglow.lsp.status import status_of
from afterglow.store import ledger, pauses, spend_clock
from afterglow.store.database import Database
from afterglow.store.home import find_home, ring
from tests.support.clock import now
from tests.support.patience import until

CONSENT = {"enrichment": {"enabled": True, "dailyUsd": 0.5}}


class Client:
    """An app, and what it told its client of its status."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.told: list[dict[str, Any]] = []
        self.app = App(self.note, lambda _method, _params, _seconds: None)
        self.app.initialize(
            {"capabilities": {}, "rootUri": folder.as_uri(), "initializationOptions": options}
        )
        self.app.initialized()

    def note(self, method: str, params: Any) -> None:
        if method == "afterglow/status":
            self.told.append(params)

    @property
    def spent(self) -> dict[str, Any]:
        found = self.told[-1]["enrichment"]["spentToday"]
        assert isinstance(found, dict)
        return found


def spend(database: Database, tokens: int, micros: int) -> None:
    at = spend_clock.instant()

    def work(connection: Any) -> None:
        call = ledger.reserve(
            connection,
            ledger.Caps(10**6, 10**6, 100),
            ledger.Estimate(tokens * 2, micros * 2),
            user_id="local",
            purpose="turns",
            model="claude-haiku-5-5",
            host="127.0.0.1",
            job_id=None,
            at=at,
            zone=UTC,
        )
        assert isinstance(call, str)
        usage = Usage(input_tokens=tokens - 100, output_tokens=100)
        ledger.settle(
            connection, call, usage=usage, micros=micros, outcome="ok", now=now(), may_have_cost=False
        )

    database.write(work)


def test_what_was_spent_stands_beside_what_may_be() -> None:
    settings = resolve([("editor", CONSENT)]).settings
    made = status_of(settings, "normal", [], TwinSeen(1_200, 3_500, 2), None, 0)
    assert made["enrichment"] == {
        "enabled": True,
        "spentToday": {"tokens": 1_200, "usd": 0.0035, "calls": 2},
        "budget": {"tokens": 200_000, "usd": 0.5, "calls": 48},
    }
    assert (made["health"], made["message"], made["problems"]) == ("ok", None, [])


def test_a_pause_that_one_should_know_of_comes_after_what_is_worse() -> None:
    seen = TwinSeen(told="the key was refused")
    made = status_of(Settings(), "quiet", ["the disk is full"], seen, 5, 1)
    assert made["health"] == "degraded"
    assert made["message"] == "the disk is full"
    assert made["problems"] == ["the disk is full", "the key was refused"]
    assert made["dndUntil"] is not None
    assert status_of(Settings(), "quiet", [], seen, 5, 9)["message"] == "the key was refused"


async def test_the_bell_brings_true_figures_and_nothing_twice(tmp_path: Path) -> None:
    home = find_home(os.environ)
    client = Client(tmp_path, **CONSENT)
    database = Database(home)
    try:
        await until(lambda: client.told, 30.0)
        spend(database, 1_000, 2_500)
        ring(home)
        await until(lambda: client.spent["calls"] == 1, 30.0)
        assert client.spent == {"tokens": 1_000, "usd": 0.0025, "calls": 1}
        for _ in range(5):
            ring(home)
        spend(database, 500, 500)
        ring(home)
        await until(lambda: client.spent["calls"] == 2, 30.0)
        assert all(one != other for one, other in zip(client.told, client.told[1:], strict=False))
    finally:
        database.close()
        client.app.stop()


async def test_a_refused_key_is_said_once_and_no_key_never(tmp_path: Path) -> None:
    home = find_home(os.environ)
    client = Client(tmp_path, **CONSENT)
    database = Database(home)
    try:
        await until(lambda: client.told, 30.0)
        answered: list[None] = []
        client.app.window.idling.bell()  # type: ignore[union-attr]
        client.app.submit(lambda _database: None, answered.append)
        await until(lambda: answered, 30.0)
        assert {(one["health"], one["message"]) for one in client.told} == {("ok", None)}
        database.write(lambda connection: pauses.note(connection, Reply("refused_key"), "print", now()))
        for _ in range(3):
            ring(home)
        await until(lambda: client.told[-1]["health"] == "degraded", 30.0)
        assert len(client.told[-1]["problems"]) == 1
        database.write(lambda connection: pauses.note(connection, Reply("ok"), "print", now()))
        ring(home)
        await until(lambda: client.told[-1]["health"] == "ok", 30.0)
        assert [one["health"] for one in client.told].count("degraded") == 1
    finally:
        database.close()
        client.app.stop()
