"""Whatever a service, a network or a stop does: one request, one reply, soon, and no exception."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from afterglow.core.twin import Usage
from afterglow.enrich import client
from tests.enrich.asking import KEY, SECRET, Bell, Never, asker, request, whole_s
from tests.support.model_faults import FAULTS, HANG, PAGE, Mode, error, redirect, said, slow
from tests.support.model_server import ModelServer
from tests.support.patience import until

MEGABYTE = 1_000_000
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True, scope="module")
def _library() -> None:
    """Ask once before anything is timed: the library takes seconds to load."""

    async def ask(url: str) -> None:
        async with asker(url) as asking:
            await asking.ask(request(), Never())

    with ModelServer() as server:
        asyncio.run(ask(server.url))


@pytest.mark.parametrize("name", FAULTS)
async def test_every_fault_is_a_reply(name: str) -> None:
    mode, outcome = FAULTS[name]
    with ModelServer(mode) as server:
        async with asker(server.url, whole_s=whole_s(outcome)) as asking:
            began = time.monotonic()
            reply = await asking.ask(request(), Never())
            took = time.monotonic() - began
            assert asking.read <= MEGABYTE
        assert reply.outcome == outcome
        assert reply.text is None
        assert len(server.requests) == 1
    assert took < whole_s(outcome) + 1
    assert not [part for part in (SECRET, KEY, PAGE.decode()[:20]) if part in repr(reply)]


async def test_the_limits_are_those_that_were_promised() -> None:
    assert client.WHOLE_S + client.LET_GO_S <= 30
    with ModelServer() as server:
        async with asker(server.url) as asking:
            await asking.ask(request(), Never())
            made: Any = asking._client
            assert (made.max_retries, made.timeout.read, made.timeout.connect) == (0, 20, 3)
            assert (made._client.follow_redirects, made._client.trust_env) == (False, False)


@pytest.mark.parametrize("name", ["drips_headers", "drips_body", "hang"])
async def test_the_whole_call_ends_though_each_byte_is_in_time(name: str) -> None:
    with ModelServer(FAULTS[name][0]) as server:
        async with asker(server.url, whole_s=0.5) as asking:
            reply = await asking.ask(request(), Never())
            assert reply.outcome == "timeout"
            assert reply.usage is None
            await until(server.wires[0].gone)


async def test_silence_ends_a_call_before_its_whole_time() -> None:
    with ModelServer(HANG) as server:
        async with asker(server.url, whole_s=20, quiet_s=0.1) as asking:
            began = time.monotonic()
            assert (await asking.ask(request(), Never())).outcome == "timeout"
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    ("name", "known"),
    [(name, True) for name in ("bare_429", "529", "401", "400", "redirect", "captive_portal")]
    + [(name, False) for name in ("500", "502_html", "resets", "cuts_the_body", "50_mb", "html_as_json")],
)
async def test_what_may_have_cost_something_is_not_called_free(name: str, known: bool) -> None:
    with ModelServer(FAULTS[name][0]) as server:
        async with asker(server.url) as asking:
            reply = await asking.ask(request(), Never())
    assert reply.usage == (Usage() if known else None)


async def test_a_redirect_takes_the_request_nowhere() -> None:
    with ModelServer(said("{}")) as other, ModelServer(redirect(307, f"{other.url}/v1/messages")) as server:
        async with asker(server.url) as asking:
            assert (await asking.ask(request(), Never())).outcome == "redirected"
        assert other.requests == []


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with asker(f"http://127.0.0.1:{taken.getsockname()[1]}") as asking:
            reply = await asking.ask(request(), Never())
    assert (reply.outcome, reply.usage) == ("unreachable", Usage())


async def test_no_encryption_where_it_was_expected() -> None:
    with ModelServer() as server:
        async with asker(server.url.replace("http:", "https:")) as asking:
            reply = await asking.ask(request(), Never())
        assert (reply.outcome, reply.usage) == ("unreachable", Usage())
        assert server.messages == []


@pytest.mark.parametrize("url", ["http://[::zz", "ftp://127.0.0.1", "http://"])
async def test_an_address_that_is_none(url: str) -> None:
    async with asker(url) as asking:
        reply = await asking.ask(request(), Never())
    assert reply.outcome in {"unreachable", "bad_request"}
    assert reply.usage == Usage()


async def test_what_cannot_be_written_is_not_sent() -> None:
    with ModelServer() as server:
        async with asker(server.url) as asking:
            reply = await asking.ask(request(user="\ud800"), Never())
        assert (reply.outcome, reply.usage) == ("bad_request", Usage())
        assert server.requests == []


async def test_the_library_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anthropic.resources.messages", None)
    async with asker("http://127.0.0.1:9") as asking:
        reply = await asking.ask(request(), Never())
    assert (reply.outcome, reply.usage) == ("unreachable", Usage())


async def test_a_stop_before_the_call_sends_nothing() -> None:
    bell = Bell()
    bell.ring()
    with ModelServer() as server:
        async with asker(server.url) as asking:
            reply = await asking.ask(request(), bell)
        assert (reply.outcome, reply.usage) == ("stopped", Usage())
        assert server.requests == []


@pytest.mark.parametrize("name", ["hang", "drips_headers", "drips_body"])
async def test_a_stop_wins_at_once(name: str) -> None:
    bell = Bell()
    with ModelServer(FAULTS[name][0]) as server:
        async with asker(server.url) as asking:
            call = asyncio.ensure_future(asking.ask(request(), bell))
            await until(lambda: server.wires)
            bell.ring()
            began = time.monotonic()
            reply = await call
            took = time.monotonic() - began
            await until(server.wires[0].gone)
    assert (reply.outcome, reply.usage) == ("stopped", None)
    assert took < 0.15


def test_a_stop_is_heard_while_the_library_loads(tmp_path: Path) -> None:
    program = tmp_path / "ask.py"
    program.write_text(
        "import asyncio, sys\n"
        "from tests.enrich.asking import Bell, asker, request\n"
        "async def main():\n"
        "    bell = Bell()\n"
        "    async with asker('http://127.0.0.1:9') as asking:\n"
        "        asyncio.get_running_loop().call_later(0.05, bell.ring)\n"
        "        reply = await asking.ask(request(), bell)\n"
        "    print(reply.outcome)\n"
        "asyncio.run(main())\n",
        "utf-8",
    )
    told = subprocess.run(
        [sys.executable, "-W", "error", str(program)],
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'server'}"},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (told.stdout.split()[:1], told.stderr, told.returncode) == (["stopped"], "", 0)


async def test_a_stop_that_fails_is_a_stop() -> None:
    class Broken(Never):
        async def wait(self) -> None:
            raise OSError

    with ModelServer(HANG) as server:
        async with asker(server.url) as asking:
            assert (await asking.ask(request(), Broken())).outcome == "stopped"


async def test_an_answer_that_is_there_is_not_lost_to_a_stop() -> None:
    class Both(Never):
        async def wait(self) -> None:
            await until(lambda: server.sent)

    with ModelServer("{}") as server:
        async with asker(server.url) as asking:
            reply = await asking.ask(request(), Both())
    # Paid for either way; which of the two comes first is the scheduler's.
    assert reply.outcome in {"ok", "stopped"}


async def test_a_cancelled_call_is_cancelled() -> None:
    with ModelServer(HANG) as server:
        async with asker(server.url) as asking:
            call = asyncio.ensure_future(asking.ask(request(), Never()))
            await until(lambda: server.wires)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await until(server.wires[0].gone)
        assert asyncio.all_tasks() == {asyncio.current_task()}


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("3600", 3_600_000),
        ("0.5", 500),
        ("999999999", 86_400_000),
        ("1e400", 86_400_000),
        ("nan", None),
        ("-5", None),
        ("0", None),
        ("soon", None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", None),
        ("Wed, 21 Oct 9015 07:28:00 GMT", 86_400_000),
        ("9" * 5_000, None),
    ],
)
async def test_how_long_it_wants_to_be_left_alone(header: str, wait: int | None) -> None:
    with ModelServer(error("429", 429, "rate_limit_error", retry_after=header)) as server:
        async with asker(server.url) as asking:
            began = time.monotonic()
            reply = await asking.ask(request(), Never())
        assert (reply.outcome, reply.retry_after_ms) == ("rate_limited", wait)
        assert len(server.requests) == 1
    assert time.monotonic() - began < 5


async def test_after_a_fault_the_same_asker_goes_on() -> None:
    modes: list[Mode] = [FAULTS["50_mb"][0], slow(60, "late"), FAULTS["resets"][0], said("fine")]
    with ModelServer(lambda body: modes[len(server.requests) - 1]) as server:
        async with asker(server.url, quiet_s=0.5) as asking:
            outcomes = [(await asking.ask(request(), Never())).outcome for _ in modes]
    assert outcomes == ["too_big", "timeout", "server_error", "ok"]


async def test_nothing_of_a_portal_is_kept_for_the_next_request() -> None:
    page = redirect(302, "/portal")
    told = json.dumps({"a": 1})
    with ModelServer(lambda body: page if len(server.requests) == 1 else said(told)) as server:
        async with asker(server.url) as asking:
            await asking.ask(request(), Never())
            assert (await asking.ask(request(), Never())).text == told
        assert server.requests[0].headers == server.requests[1].headers
