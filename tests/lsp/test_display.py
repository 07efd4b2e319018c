"""Progress and its ends, with a client that answers when the test lets it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from attrs import evolve

from afterglow.core.settings import Settings
from afterglow.lsp.display import Client, Display, client_of
from tests.lsp.test_tooltip import TOKEN
from tests.support.editors import EDITORS
from tests.support.patience import rounds


class Later:
    """A timer that the test sets off."""

    def __init__(self, seconds: float, call: Callable[[], None]) -> None:
        self.seconds, self.call, self.cancelled = seconds, call, False

    def cancel(self) -> None:
        self.cancelled = True


class Desk:
    """A display, what it sent, what it asked and which timers it set."""

    def __init__(self, client: Client) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.asked: list[tuple[str, asyncio.Future[None]]] = []
        self.timers: list[Later] = []
        self.display = Display(client, lambda *sent: self.sent.append(sent), self._ask, self._later)

    def _ask(self, _method: str, params: Any, _seconds: float) -> asyncio.Future[None]:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.asked.append((params["token"], future))
        return future

    def _later(self, seconds: float, call: Callable[[], None]) -> Later:
        self.timers.append(Later(seconds, call))
        return self.timers[-1]

    def show(self, name: str, ttl_ms: int = 20_000) -> None:
        self.display.show(evolve(TOKEN, id=name, ttl_ms=ttl_ms), Settings())

    async def grant(self, number: int) -> None:
        self.asked[number][1].set_result(None)
        await rounds()

    @property
    def steps(self) -> list[str]:
        return [f"{value['value']['kind']} {value['token']}" for _method, value in self.sent]


@pytest.fixture
def desk() -> Desk:
    return Desk(Client(progress=True))


async def test_the_next_line_ends_the_one_before(desk: Desk) -> None:
    desk.show("a")
    await rounds()
    await desk.grant(0)
    desk.show("b")
    await rounds()
    await desk.grant(1)
    assert desk.steps == ["begin afterglow-a", "end afterglow-a", "begin afterglow-b"]
    assert [timer.cancelled for timer in desk.timers] == [True, False]
    desk.timers[1].call()
    assert desk.steps[-1] == "end afterglow-b"


async def test_a_client_that_grants_the_older_line_last_shows_the_newer_one(desk: Desk) -> None:
    desk.show("a")
    await rounds()
    desk.show("b")
    await rounds()
    await desk.grant(1)
    await desk.grant(0)
    assert desk.steps == ["begin afterglow-b"]


async def test_an_edit_while_the_client_was_asked_keeps_the_line_away(desk: Desk) -> None:
    desk.show("a")
    await rounds()
    desk.display.end()
    await desk.grant(0)
    assert desk.steps == []


async def test_a_line_without_an_end_stays_until_the_next(desk: Desk) -> None:
    desk.show("a", ttl_ms=0)
    await rounds()
    await desk.grant(0)
    assert desk.steps == ["begin afterglow-a"]
    assert desk.timers == []


async def test_a_client_that_refuses_misses_one_line(desk: Desk) -> None:
    desk.show("a")
    await rounds()
    desk.asked[0][1].set_exception(TimeoutError())
    await rounds()
    desk.show("b")
    await rounds()
    await desk.grant(1)
    assert desk.steps == ["begin afterglow-b"]


@pytest.mark.parametrize("editor", EDITORS.values(), ids=EDITORS)
def test_what_editors_say_of_themselves_is_understood(editor: Any) -> None:
    client = client_of({"capabilities": editor.capabilities, "clientInfo": {"name": "x"}})
    assert client.progress == (editor.line == "$/progress")
    assert client.refresh_hints == editor.refreshed
    assert client.links == editor.links
    assert not client.token


@pytest.mark.parametrize("odd", [None, 7, [], "x", {"general": 7}, {"general": {"markdown": {"parser": 1}}}])
def test_odd_capabilities_count_as_absent(odd: Any) -> None:
    assert client_of({"capabilities": odd}) == Client()
