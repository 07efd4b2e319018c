"""Requests handed in together and fetched later, over a real connection."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.twin import Reply, Usage
from afterglow.enrich import batches, wire
from afterglow.enrich.client import Asker
from tests.enrich.asking import KEY, Bell, Never, asker, request, whole_s
from tests.support.model_faults import FAULTS, HANG, Mode, error, plain, said
from tests.support.model_server import CANCELED, EXPIRED, ModelServer
from tests.support.patience import until

PAIRS = [("job-1", request(user="one")), ("job-2", request(user="two"))]
BATCHES = "/v1/messages/batches"


def _echo(body: dict[str, Any]) -> str:
    return str(body["messages"][0]["content"])


async def test_handed_in_waited_for_and_fetched() -> None:
    with ModelServer(_echo, batch_looks=1) as server:
        async with asker(server.url) as asking:
            reply = await asking.submit(PAIRS, Never())
            assert reply.outcome == "ok"
            name = reply.text or ""
            assert await asking.collect(name, Never()) == ("in_progress", {}, Reply("ok", usage=Usage()))
            state, replies, _ = await asking.collect(name, Never())
    assert state == "ended"
    assert {custom: one.text for custom, one in replies.items()} == {"job-1": "one", "job-2": "two"}
    assert all(one.outcome == "ok" and one.usage for one in replies.values())
    assert server.requests[0].body == {
        "requests": [{"custom_id": custom, "params": wire.params_of(one)} for custom, one in PAIRS]
    }
    assert [one.path for one in server.requests[1:]] == [
        f"{BATCHES}/{name}",
        f"{BATCHES}/{name}",
        f"{BATCHES}/{name}/results",
    ]


@pytest.mark.parametrize(
    ("mode", "outcome"),
    [
        (EXPIRED, "timeout"),
        (CANCELED, "stopped"),
        (error("529", 529, "overloaded_error"), "server_error"),
        (said("a", stop_reason="refusal"), "server_error"),
    ],
)
async def test_one_that_failed_costs_only_itself(mode: Mode, outcome: str) -> None:
    with ModelServer(lambda body: mode if _echo(body) == "one" else "fine") as server:
        async with asker(server.url) as asking:
            name = (await asking.submit(PAIRS, Never())).text or ""
            state, replies, reply = await asking.collect(name, Never())
    assert (state, reply.outcome) == ("ended", "ok")
    assert (replies["job-1"].outcome, replies["job-1"].usage) == (outcome, Usage())
    assert replies["job-2"].text == "fine"


@pytest.mark.parametrize("name", ["msgbatch_none", "../../etc", "", "a b", "a" * 999, "a?b"])
async def test_a_batch_that_is_not_there_is_gone(name: str) -> None:
    with ModelServer() as server:
        async with asker(server.url) as asking:
            state, replies, reply = await asking.collect(name, Never())
        assert (state, replies, reply.outcome) == ("gone", {}, "ok")
        assert [one.path for one in server.requests] in ([], [f"{BATCHES}/{name}"])


async def test_the_key_goes_nowhere_else_for_the_results() -> None:
    with ModelServer() as other:
        told = {"id": "b", "processing_status": "ended", "results_url": f"{other.url}{BATCHES}/b/results"}
        look = plain("look", 200, json.dumps(told).encode())
        lines = plain("lines", 200, b"")
        with ModelServer(faults=lambda _, path: lines if path.endswith("results") else look) as server:
            async with asker(server.url) as asking:
                assert (await asking.collect("b", Never()))[0] == "ended"
            assert [one.path for one in server.requests] == [f"{BATCHES}/b", f"{BATCHES}/b/results"]
        assert other.requests == []


async def test_results_that_were_put_away_are_gone() -> None:
    told = {"id": "b", "processing_status": "ended", "archived_at": "2026-11-21T10:00:00Z"}
    with ModelServer(faults=lambda *_: plain("look", 200, json.dumps(told).encode())) as server:
        async with asker(server.url) as asking:
            assert (await asking.collect("b", Never()))[0] == "gone"


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_at_every_step_is_a_reply(name: str) -> None:
    mode, outcome = FAULTS[name]
    outcome = "bad_answer" if outcome in {"refusal", "cut_off"} else outcome
    with ModelServer(faults=lambda *_: mode) as server:
        async with asker(server.url, whole_s=whole_s(outcome)) as asking:
            reply = await asking.submit(PAIRS, Never())
            # A Message where a batch was promised has an id; that of a fake will do as well as any.
            assert reply.outcome in {outcome, "ok"}
            assert len(server.requests) == 1
            state, replies, reply = await asking.collect("b", Never())
            assert (state, replies) == ("gone" if name == "404" else "in_progress", {})
            assert reply.outcome == ("ok" if name == "404" else outcome)
            assert len(server.requests) == 2
            assert KEY not in repr(reply)


@pytest.mark.parametrize("name", ["hang", "50_mb", "429_for_an_hour", "redirect", "resets", "html_as_json"])
async def test_results_that_cannot_be_fetched(name: str) -> None:
    mode, outcome = FAULTS[name]
    with ModelServer(faults=lambda _, path: mode if path.endswith("results") else None) as server:
        async with asker(server.url, whole_s=whole_s(outcome)) as asking:
            batch = (await asking.submit(PAIRS, Never())).text or ""
            state, replies, reply = await asking.collect(batch, Never())
    if name == "html_as_json":
        assert (state, replies, reply.outcome) == ("ended", {}, "ok")
    else:
        assert (state, replies, reply.outcome) == ("in_progress", {}, outcome)


@pytest.mark.parametrize("call", ["submit", "collect"])
async def test_a_stop_wins_here_too(call: str) -> None:
    bell = Bell()

    async def work(asking: Asker) -> Reply:
        return await asking.submit(PAIRS, bell) if call == "submit" else (await asking.collect("b", bell))[2]

    with ModelServer(faults=lambda *_: HANG) as server:
        async with asker(server.url) as asking:
            ended = asyncio.ensure_future(work(asking))
            await until(lambda: server.wires)
            bell.ring()
            assert (await ended).outcome == "stopped"


def test_a_bad_line_costs_only_itself_and_the_first_of_a_name_stands() -> None:
    good = {"custom_id": "a", "result": {"type": "succeeded", "message": {}}}
    again = {"custom_id": "a", "result": {"type": "expired"}}
    errored = {
        "custom_id": "b",
        "result": {"type": "errored", "error": {"error": {"type": "rate_limit_error"}}},
    }
    odd = [{"custom_id": "c", "result": {"type": ["x"]}}, {"custom_id": 4}, [], None, "x"]
    lines = [b"", b"{", b"\xff", *[json.dumps(one).encode() for one in (good, again, errored, *odd)]]
    found = batches.read_results(b"\r\n".join(lines))
    assert {name: reply.outcome for name, reply in found.items()} == {
        "a": "bad_answer",
        "b": "rate_limited",
        "c": "bad_answer",
    }


@given(st.binary(max_size=300))
def test_any_bytes_are_results(data: bytes) -> None:
    assert isinstance(batches.read_results(data), dict)


_VALUES = st.none() | st.text(max_size=9) | st.lists(st.none(), max_size=2) | st.just("ended")


@given(_VALUES | st.dictionaries(st.sampled_from(["id", "processing_status", "archived_at"]), _VALUES))
def test_any_json_is_a_batch_or_none(value: Any) -> None:
    assert batches.handed_in(value).outcome in {"ok", "bad_answer"}
    assert batches.state_of(value) in {None, "ended", "in_progress", "gone"}
