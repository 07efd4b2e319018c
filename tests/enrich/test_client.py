"""What leaves and what comes back when all is well, and who cannot change it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.twin import Reply, Usage
from afterglow.enrich import wire
from tests.enrich.asking import KEY, SECRET, Never, asker, request
from tests.support.model_faults import error, said
from tests.support.model_server import ModelServer, in_turn

ROOT = Path(__file__).parents[2]


async def test_an_answer() -> None:
    with ModelServer({"grades": []}) as server:
        async with asker(server.url) as asking:
            reply = await asking.ask(request(), Never())
    assert reply.outcome == "ok"
    assert reply.text == '{"grades": []}'
    assert reply.usage is not None
    assert reply.usage.output_tokens > 0


async def test_exactly_this_leaves() -> None:
    with ModelServer() as server:
        async with asker(server.url) as asking:
            await asking.ask(request(), Never())
        [one] = server.requests
    assert (one.method, one.path) == ("POST", "/v1/messages")
    assert one.body == {
        "model": "claude-haiku-5-5",
        "max_tokens": 700,
        "system": "Grade the turns.",
        "messages": [{"role": "user", "content": SECRET}],
        "thinking": {"type": "disabled"},
        "output_config": {
            "format": {
                "type": "json_schema",
                "schema": {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
            }
        },
    }
    assert one.body == wire.params_of(request())
    assert set(one.headers) == {
        "host", "accept", "accept-encoding", "user-agent", "connection", "content-type", "content-length",
        "anthropic-version", "authorization",
    }  # fmt: skip
    assert one.headers["authorization"] == f"Bearer {KEY}"
    assert one.headers["accept-encoding"] == "identity"


async def test_without_a_key_none_is_sent() -> None:
    with ModelServer() as server:
        async with asker(server.url, key="") as asking:
            assert (await asking.ask(request(), Never())).outcome == "ok"
        assert "authorization" not in server.requests[0].headers


@pytest.mark.parametrize("text", ['```json\n{"a": 1}\n```', 'Sure: {"a": 1}', "no json"])
async def test_text_around_the_json_is_left_to_the_reader(text: str) -> None:
    with ModelServer(text) as server:
        async with asker(server.url) as asking:
            assert (await asking.ask(request(), Never())).text == text


async def test_an_old_model_warns_nobody() -> None:
    with ModelServer() as server:
        async with asker(server.url) as asking:
            reply = await asking.ask(request("claude-3-5-haiku-latest"), Never())
    assert reply.outcome == "ok"


async def test_one_asker_asks_many_times_and_at_once() -> None:
    with ModelServer() as server:
        async with asker(server.url) as asking:
            first = await asking.ask(request(), Never())
            more = await asyncio.gather(*[asking.ask(request(), Never()) for _ in range(4)])
        assert [reply.outcome for reply in (first, *more)] == ["ok"] * 5
        assert len(server.requests) == 5


def test_the_environment_and_the_log_change_nothing(home: Path, tmp_path: Path) -> None:
    """In a process of its own, since the library looks at some of it when it is imported."""
    program = tmp_path / "ask.py"
    program.write_text(
        "import asyncio, sys\n"
        "from tests.enrich.asking import Never, asker, request\n"
        "async def main():\n"
        "    async with asker(sys.argv[1]) as asking:\n"
        "        for _ in range(3):\n"
        "            reply = await asking.ask(request('claude-3-5-haiku-latest'), Never())\n"
        "            print(reply.outcome)\n"
        "        print(asking)\n"
        "asyncio.run(main())\n",
        "utf-8",
    )
    with ModelServer() as other, ModelServer(in_turn("{}", error("401", 401, "x"), "{}")) as server:
        environ = {
            **os.environ,
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'server'}",
            "ANTHROPIC_BASE_URL": other.url,
            "ANTHROPIC_API_KEY": "sk-of-the-environment",
            "ANTHROPIC_AUTH_TOKEN": "token-of-the-environment",
            "ANTHROPIC_CUSTOM_HEADERS": "X-Extra: 1\nAuthorization: Bearer another\nUser-Agent: another",
            "ANTHROPIC_PROFILE": "another",
            "ANTHROPIC_LOG": "debug",
            "ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE": "content",
            "HTTP_PROXY": other.url,
            "HTTPS_PROXY": other.url,
            "ALL_PROXY": other.url,
        }
        told = subprocess.run(
            [sys.executable, "-W", "error", str(program), server.url],
            env=environ, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert told.stderr == ""
        assert told.stdout.split()[:3] == ["ok", "refused_key", "ok"]
        assert KEY not in told.stdout
        assert other.requests == []
        assert [one.headers["authorization"] for one in server.requests] == [f"Bearer {KEY}"] * 3
        assert not [one for one in server.requests if "x-extra" in one.headers or "another" in one.text]


async def test_neither_key_nor_words_reach_a_log(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "anthropic", "httpx2", "httpcore2", "asyncio"):
        caplog.set_level(logging.DEBUG, name)
    with ModelServer(in_turn("{}", error("500", 500, "api_error"))) as server:
        async with asker(server.url) as asking:
            replies = [await asking.ask(request(), Never()) for _ in range(2)]
            told = f"{caplog.text} {replies!r} {asking!r} {vars(asking)!r}"
    assert KEY not in told
    assert SECRET not in told


@pytest.mark.parametrize(
    ("told", "usage"),
    [
        ({"input_tokens": 5, "output_tokens": 6}, Usage(5, 6)),
        ({"input_tokens": 5, "output_tokens": 6, "cache_read_input_tokens": None}, Usage(5, 6)),
        (
            {
                "input_tokens": 5,
                "output_tokens": 6,
                "cache_read_input_tokens": 7,
                "cache_creation_input_tokens": 8,
            },
            Usage(5, 6, 7, 8),
        ),
        ({"input_tokens": -5, "output_tokens": 6}, None),
        ({"input_tokens": 5}, None),
        ({"input_tokens": "5", "output_tokens": 6}, None),
        ({"input_tokens": True, "output_tokens": 6}, None),
        ({"input_tokens": 5.5, "output_tokens": 6}, None),
        ({"input_tokens": 5, "output_tokens": 10**30}, None),
        ({"input_tokens": 5, "output_tokens": 6, "cache_read_input_tokens": -1}, None),
        ({}, None),
        (None, None),
        ([5, 6], None),
        ("5", None),
    ],
)
async def test_a_count_that_cannot_be_true_is_none(told: Any, usage: Usage | None) -> None:
    with ModelServer(said("{}", usage=told)) as server:
        async with asker(server.url) as asking:
            reply = await asking.ask(request(), Never())
    assert (reply.outcome, reply.usage) == ("ok", usage)


def test_thoughts_are_no_answer_and_parts_are_joined() -> None:
    content = [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": '{"a":'}]
    message = {"content": [*content, {"type": "text", "text": "1}"}], "stop_reason": "end_turn"}
    assert wire.reply_of(message) == Reply("ok", text='{"a":1}')


def test_a_lone_surrogate_can_be_stored() -> None:
    told = wire.read_json(b'{"content": [{"type": "text", "text": "a\\ud800b"}], "stop_reason": "end_turn"}')
    assert wire.reply_of(told).text == "a?b"


_NAMES = st.sampled_from(["content", "stop_reason", "usage", "type", "text", "input_tokens", "output_tokens"])
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(_NAMES | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(_JSON)
def test_any_json_is_a_reply(value: Any) -> None:
    for one in (value, {"content": value, "stop_reason": "end_turn", "usage": value}):
        reply = wire.reply_of(one)
        assert (reply.outcome == "ok") == (reply.text is not None)


@given(st.binary(max_size=200) | _JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_read(data: bytes) -> None:
    assert isinstance(wire.reply_of(wire.read_json(data)), Reply)
