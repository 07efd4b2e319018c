"""What the server says of itself, and that every way of registering and calling works."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest

from tests.support.rawclient import RawClient, message, server_env
from tests.support.target import ECHO

PLACE = {"textDocument": {"uri": "file:///a.py"}, "position": {"line": 7, "character": 0}}


def test_what_is_advertised() -> None:
    with ECHO.start() as client:
        result = client.initialize()
        assert result["serverInfo"] == {"name": "echo", "version": "1.2.3"}
        capabilities = result["capabilities"]
        assert capabilities["textDocumentSync"] == {"openClose": True, "change": 2, "save": True}
        assert capabilities["inlayHintProvider"] == {"resolveProvider": True}
        assert capabilities["hoverProvider"] is True
        assert capabilities["executeCommandProvider"] == {"commands": ["echo.ping"]}
        assert capabilities["workspace"]["workspaceFolders"] == {
            "supported": True,
            "changeNotifications": True,
        }
        assert capabilities["experimental"] == {"echo": {"contract": 1}}
        assert "completionProvider" not in capabilities


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        (None, "utf-16"),
        (["utf-8", "utf-16"], "utf-8"),
        (["utf-32"], "utf-32"),
        (["utf-7", "utf-16"], "utf-16"),
        (["utf-7"], "utf-16"),
        ([5, None, "utf-8"], "utf-8"),
        ("utf-8", "utf-16"),
    ],
)
def test_the_position_encoding(offered: Any, chosen: str) -> None:
    with ECHO.start() as client:
        capabilities = {"general": {"positionEncodings": offered}}
        assert client.initialize(capabilities=capabilities)["capabilities"]["positionEncoding"] == chosen


@pytest.mark.parametrize("capabilities", [None, 5, [], {"general": 5}, {"workspace": {"fileOperations": []}}])
def test_odd_capabilities_do_not_keep_a_client_out(capabilities: Any) -> None:
    with ECHO.start() as client:
        assert client.initialize(capabilities=capabilities)["capabilities"]["positionEncoding"] == "utf-16"


def test_handlers_of_every_kind() -> None:
    with ECHO.open(answers={"workspace/configuration": [{"a": 1}]}) as client:
        assert client.request("echo/ping", {"n": 2})["result"] == {"pong": 2}
        assert client.request("textDocument/hover", PLACE)["result"] == {"contents": "line 7"}
        assert client.request("textDocument/declaration", PLACE)["result"]["range"]["start"]["line"] == 7
        assert client.request("textDocument/definition", PLACE)["result"][0]["uri"] == "echo:afterglow-typed"
        hint = client.request("textDocument/inlayHint", {"range": {"start": {"line": 3}}})["result"][0]
        assert hint == {"position": {"line": 3, "character": 0}, "label": "a hint"}
        assert client.request("inlayHint/resolve", hint)["result"] == hint
        run = {"command": "echo.ping", "arguments": [{"n": 4}]}
        assert client.request("workspace/executeCommand", run)["result"] == {"pong": 4}
        assert client.request("echo/fromThread")["result"] is False
        assert client.notification("echo/fromThread") == {"a": 1}
        assert client.request("echo/typedAsks")["result"] == [{"a": 1}]
        assert client.notification("window/logMessage")["message"] == "typed"
        state = client.request("echo/state")["result"]
        assert (state["pending"], state["futures"]) == (0, 0)


def test_documents_reach_their_handlers_and_are_not_kept() -> None:
    text = "x = 1\n" * 150_000
    document = {"uri": "file:///a.py", "languageId": "python", "version": 1, "text": text}
    change = {"textDocument": {"uri": "file:///a.py", "version": 2}, "contentChanges": [{"text": text}]}
    with ECHO.open() as client:
        client.notify("textDocument/didOpen", {"textDocument": document})
        client.request("echo/ping")
        before = client.rss_kb()
        for number in range(50):
            uri = f"file:///{number}.py"
            client.notify("textDocument/didOpen", {"textDocument": {**document, "uri": uri}})
            client.notify("textDocument/didChange", change)
        state = client.request("echo/state")["result"]
        assert (state["opened"], state["changes"]) == (51, 50)
        assert client.rss_kb() - before < 10 * 1024


SCRIPT = """
import asyncio, sys, time
from afterglow.lsp.stdio import Hooks, leave, run_stdio
from afterglow.lsp.wire import SidecarServer

server = SidecarServer("hooks", "1")
said = []
server.on_initialize(lambda params: said.append("initialize"))
server.on_initialize(lambda params: {"experimental": {"seen": params["x"]}})
async def shutdown():
    await asyncio.sleep(0)
    said.append("shutdown")
server.on_shutdown(shutdown)
server.on_exit(lambda: sys.stderr.write(",".join(said) + ",exit;"))
HOOKS
leave(run_stdio(server, Hooks(on_start=start, on_stop=stop)))
"""


def run_hooks(hooks: str) -> tuple[int, str, float]:
    """(exit code, stderr, seconds from ``exit`` to the end)."""
    with RawClient([sys.executable, "-c", SCRIPT.replace("HOOKS", hooks)]) as client:
        assert client.initialize(x=3)["capabilities"]["experimental"] == {"seen": 3}
        started = time.monotonic()
        code = client.shut_down()
        taken = time.monotonic() - started
        client.close()
        return code, client.stderr.decode(), taken


def test_hooks_run_in_their_order() -> None:
    code, stderr, _ = run_hooks("""
async def start(loop): said.append("start")
async def stop(): sys.stderr.write("stop")
""")
    assert code == 0
    assert stderr == "start,initialize,shutdown,exit;stop"


@pytest.mark.parametrize(
    ("stop", "limit"),
    [
        ("def stop(): raise ValueError('/secret')", 1.0),
        ("async def stop(): raise ValueError('/secret')", 1.0),
        ("async def stop(): await asyncio.sleep(60)", 2.5),
        ("def stop(): time.sleep(60)", 4.0),
        ("async def stop(): await asyncio.to_thread(time.sleep, 60)", 2.5),
    ],
)
def test_a_bad_hook_delays_nothing_for_long(stop: str, limit: float) -> None:
    code, stderr, taken = run_hooks(f"def start(loop): raise ValueError('/secret')\n{stop}")
    assert code == 0
    assert taken < limit
    assert "/secret" not in stderr
    assert "the start failed: ValueError" in stderr


def test_without_standard_descriptors() -> None:
    code = "import os\nos.close(0)\nos.close(1)\n" + SCRIPT.replace("HOOKS", "start = stop = None")
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, env=server_env(), stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_without_stderr() -> None:
    argv = ["sh", "-c", 'exec "$0" "$@" 2>&-', *ECHO.argv]
    with RawClient(argv) as client:
        client.initialize()
        client.send(message({"jsonrpc": "2.0", "id": 5, "method": "echo/broken"}))
        assert client.response(5)["error"]["code"] == -32603
        assert client.shut_down() == 0
