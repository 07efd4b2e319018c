"""Who handles a message, in which phase, and what an answer may say."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.lsp.commands import Commands
from afterglow.lsp.dispatch import MOST_IN_FLIGHT, Dispatcher, InvalidParams, RequestError
from afterglow.lsp.log_limit import LogLimit
from afterglow.lsp.messages import Answer, Junk, Notification, Refused, Request
from tests.support.patience import rounds, until


class Wire:
    """Records what is said, and plays the lifecycle."""

    def __init__(self) -> None:
        self.said: list[tuple[Any, ...]] = []
        self.exited = 0

    def result(self, msg_id: object, result: Any) -> None:
        if result == "unsendable":
            raise TypeError(result)
        self.said.append((msg_id, result))

    def error(self, msg_id: object, code: int, message: str) -> None:
        self.said.append((msg_id, code, message))

    def answered(self, answer: Answer) -> None:
        self.said.append(("answered", answer.id))

    def stop(self, code: int) -> None:
        self.said.append(("stop", code))

    def initialize(self, _params: Any) -> Any:
        return {"capabilities": {}}

    async def shutdown(self) -> None:
        return None

    def exit(self) -> None:
        self.exited += 1


def start(initialize: bool = True) -> tuple[Dispatcher, Wire]:
    wire = Wire()
    dispatcher = Dispatcher(wire, wire, LogLimit())
    if initialize:
        dispatcher.receive(Request(0, "initialize", {}))
        wire.said.clear()
    return dispatcher, wire


async def settle(dispatcher: Dispatcher) -> None:
    """Let everything that was started come to its end."""
    await until(lambda: not dispatcher.pending)


def test_before_initialize() -> None:
    dispatcher, wire = start(initialize=False)
    heard: list[Any] = []
    dispatcher.requests["m"] = lambda _params: 1
    dispatcher.notifications["n"] = heard.append
    dispatcher.receive(Request(1, "m", None))
    dispatcher.receive(Request(2, "initialize", [1]))
    dispatcher.receive(Notification("n", {}))
    assert [said[:2] for said in wire.said] == [(1, -32002), (2, -32602)]
    assert heard == []


def test_the_second_initialize_is_refused() -> None:
    dispatcher, wire = start()
    dispatcher.receive(Request(1, "initialize", {}))
    assert wire.said[0][:2] == (1, -32600)


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        (InvalidParams("a.b", "must be a number"), (1, -32602, "a.b: must be a number")),
        (RequestError(-32803, "not now"), (1, -32803, "not now")),
        (ValueError("/home/ada/secret.py"), (1, -32603, "internal error")),
        (RecursionError("deep"), (1, -32603, "internal error")),
    ],
)
@pytest.mark.parametrize("later", [False, True])
async def test_what_a_fault_says(error: Exception, wanted: tuple[Any, ...], later: bool) -> None:
    dispatcher, wire = start()

    def now(_params: Any) -> Any:
        raise error

    async def then(_params: Any) -> Any:
        raise error

    dispatcher.requests["m"] = then if later else now
    dispatcher.receive(Request(1, "m", {}))
    await settle(dispatcher)
    assert wire.said == [wanted]


def test_a_result_that_cannot_be_sent_is_an_error() -> None:
    dispatcher, wire = start()
    dispatcher.requests["m"] = lambda _params: "unsendable"
    dispatcher.receive(Request(1, "m", None))
    assert wire.said == [(1, -32603, "internal error")]


def test_faults_of_notifications_say_nothing_and_the_log_holds_no_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    dispatcher, wire = start()

    def broken(params: Any) -> None:
        raise ValueError(params["text"])

    dispatcher.notifications["n"] = broken
    with caplog.at_level(logging.DEBUG):
        for _ in range(100):
            dispatcher.receive(Notification("n", {"text": "hunter2"}))
    assert wire.said == []
    assert len(caplog.records) == 1
    assert "hunter2" not in caplog.text
    assert "ValueError" in caplog.text


def test_unknown_methods_and_list_params() -> None:
    dispatcher, wire = start()
    dispatcher.requests["m"] = lambda params: params
    dispatcher.receive(Request(1, "unknown", None))
    dispatcher.receive(Request(2, "$/unknown", None))
    dispatcher.receive(Notification("$/unknown", None))
    dispatcher.receive(Request(3, "m", [1]))
    dispatcher.receive(Junk("whatever"))
    dispatcher.receive(Refused(4, -32600, "why"))
    assert [said[:2] for said in wire.said] == [(1, -32601), (2, -32601), (3, -32602), (4, -32600)]


async def test_cancel() -> None:
    dispatcher, wire = start()

    async def forever(_params: Any) -> Any:
        await asyncio.Event().wait()

    dispatcher.requests["slow"] = forever
    dispatcher.receive(Request(7, "slow", {}))
    dispatcher.receive(Request("7", "slow", {}))
    for params in (None, {}, {"id": None}, {"id": [7]}, {"id": 99}, {"id": 7}):
        dispatcher.receive(Notification("$/cancelRequest", params))
    await until(lambda: wire.said)
    assert wire.said == [(7, -32800, "the request was cancelled")]
    dispatcher.cancel_all()
    await settle(dispatcher)
    assert wire.said[1][:2] == ("7", -32800)


async def test_shutdown_answers_what_is_open_and_then_refuses() -> None:
    dispatcher, wire = start()

    async def forever(_params: Any) -> Any:
        await asyncio.Event().wait()

    dispatcher.requests["slow"] = forever
    dispatcher.receive(Request(1, "slow", {}))
    dispatcher.receive(Request(2, "shutdown", None))
    dispatcher.receive(Request(3, "slow", {}))
    await settle(dispatcher)
    dispatcher.receive(Notification("exit", None))
    assert sorted(said[:2] for said in wire.said if said[0] != "stop") == [
        (1, -32800),
        (2, None),
        (3, -32600),
    ]
    assert wire.said[-1] == ("stop", 0)
    assert wire.exited == 1


def test_exit_without_shutdown_is_a_failure() -> None:
    dispatcher, wire = start(initialize=False)
    dispatcher.receive(Notification("exit", None))
    assert wire.said == [("stop", 1)]


async def test_requests_in_flight_are_bounded_and_notifications_leave_nothing() -> None:
    dispatcher, wire = start()
    gate = asyncio.Event()

    async def waits(_params: Any) -> Any:
        await gate.wait()

    dispatcher.requests["slow"] = waits
    dispatcher.notifications["n"] = waits
    for number in range(MOST_IN_FLIGHT + 5):
        dispatcher.receive(Request(number, "slow", {}))
    assert [said[1] for said in wire.said] == [-32803] * 5
    for _ in range(50):
        dispatcher.receive(Notification("n", {}))
    gate.set()
    await settle(dispatcher)
    assert len(wire.said) == MOST_IN_FLIGHT + 5
    assert dispatcher.pending == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["initialize", "shutdown", "m", "bad", "later", "unknown", "$/x"]),
            st.none() | st.just({}) | st.just([1]),
        ),
        max_size=12,
    )
)
def test_every_request_is_answered_exactly_once(script: list[tuple[str, Any]]) -> None:
    async def play() -> None:
        dispatcher, wire = start(initialize=False)

        def bad(_params: Any) -> Any:
            raise KeyError("x")

        async def later(_params: Any) -> Any:
            await rounds()
            return "late"

        dispatcher.requests.update({"m": lambda params: params, "bad": bad, "later": later})
        for number, (method, params) in enumerate(script):
            dispatcher.receive(Request(number, method, params))
        await settle(dispatcher)
        assert sorted(said[0] for said in wire.said) == list(range(len(script)))

    asyncio.run(play())


def command(name: str) -> Commands:
    commands = Commands()
    commands.table[name] = lambda argument: argument
    return commands


@pytest.mark.parametrize(
    ("arguments", "wanted"), [(None, {}), ([], {}), ([None], {}), ([{"a": 1}], {"a": 1}), ([{}], {})]
)
def test_arguments_of_a_command(arguments: Any, wanted: Any) -> None:
    assert command("a.b").execute({"command": "a.b", "arguments": arguments}) == wanted


@pytest.mark.parametrize(
    ("params", "field"),
    [
        (None, "params"),
        ({}, "command"),
        ({"command": 5}, "command"),
        ({"command": "a.c"}, "command"),
        ({"command": "a.b", "arguments": [1]}, "arguments"),
        ({"command": "a.b", "arguments": [{}, {}]}, "arguments"),
        ({"command": "a.b", "arguments": {}}, "arguments"),
    ],
)
def test_bad_commands_name_the_field(params: Any, field: str) -> None:
    with pytest.raises(InvalidParams) as caught:
        command("a.b").execute(params)
    assert caught.value.field == field
    assert caught.value.code == -32602


def test_what_is_advertised() -> None:
    commands = command("a.b")
    assert commands.names() == ["a.b"]
    commands.advertise(())
    assert commands.names() == []
    assert commands.execute({"command": "a.b"}) == {}
