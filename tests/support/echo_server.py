"""A small real server over the wire: what the protocol tests drive.

Everything is steered by requests. asyncio and the protocol's types are imported late, as
``afterglow.lsp`` has to come first for a quick start.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import Any

from afterglow.lsp.stdio import Hooks, leave, run_stdio, run_tcp
from afterglow.lsp.wire import AskFailed, InvalidParams, RequestError, SidecarServer

Json = Any


def build() -> SidecarServer:
    import asyncio

    from lsprotocol import types

    server = SidecarServer("echo", "1.2.3")
    seen: dict[str, int] = {"changes": 0, "notes": 0, "opened": 0}

    def ping(params: Json) -> Json:
        return {"pong": (params or {}).get("n")}

    def strict(params: Json) -> Json:
        if not isinstance(params, dict) or not isinstance(params.get("text"), str):
            raise InvalidParams("text", "must be a string")
        return params["text"]

    async def slow(params: Json) -> Json:
        await asyncio.sleep((params or {}).get("seconds", 30))
        return "slept"

    def broken(_params: Json) -> Json:
        raise KeyError("/secret/path")

    async def broken_later(_params: Json) -> Json:
        await asyncio.sleep(0)
        raise RuntimeError("/secret/path")

    def change(_params: Json) -> None:
        seen["changes"] += 1

    def opened(_params: Json) -> None:
        seen["opened"] += 1

    async def note(_params: Json) -> None:
        seen["notes"] += 1

    def hints(params: Json) -> Json:
        line = params["range"]["start"]["line"]
        return [{"position": {"line": line, "character": 0}, "label": "a hint"}]

    def flood(params: Json) -> Json:
        for number in range(params["count"]):
            server.notify("echo/flood", {"n": number, "filler": "x" * params.get("size", 100)})
        return {"dropped": server.dropped}

    def stray(params: Json) -> Json:
        import ctypes
        import subprocess

        text = "stray output " * 8
        for _ in range(params["lines"]):
            sys.stdout.write(text + "\n")
            os.write(1, text.encode() + b"\n")
            ctypes.CDLL(None).puts(text.encode())
        sys.stdout.flush()
        subprocess.run([sys.executable, "-c", "print('a child'); input()"], check=False)
        return "printed"

    async def asks(params: Json) -> Json:
        try:
            return {"answer": await server.ask(params["method"], params.get("params"), params["seconds"])}
        except TimeoutError:
            return "timeout"
        except AskFailed as error:
            return {"code": error.code}

    def state(_params: Json) -> Json:
        futures = server.protocol._request_futures
        return {
            **seen,
            "pending": server.pending,
            "futures": len(futures),
            "threads": threading.active_count(),
        }

    def stuck(_params: Json) -> Json:
        threading.Thread(target=time.sleep, args=(60,)).start()
        return "stuck"

    def from_thread(_params: Json) -> Json:
        thread = threading.Thread(target=server.notify, args=("echo/fromThread", {"a": 1}))
        thread.start()
        thread.join()
        return thread.is_alive()

    async def typed_asks(_params: Json) -> Json:
        server.window_log_message(types.LogMessageParams(type=types.MessageType.Info, message="typed"))
        item = types.ConfigurationItem(section="echo")
        wanted = types.ConfigurationParams(items=[item])
        return await server.workspace_configuration_async(wanted)

    def refuse(_params: Json) -> Json:
        raise RequestError(-32803, "not now")

    for method, handler in {
        "echo/ping": ping,
        "echo/strict": strict,
        "echo/slow": slow,
        "echo/broken": broken,
        "echo/brokenLater": broken_later,
        "echo/flood": flood,
        "echo/stray": stray,
        "echo/asks": asks,
        "echo/state": state,
        "echo/stuck": stuck,
        "echo/refuse": refuse,
        "echo/fromThread": from_thread,
        "echo/typedAsks": typed_asks,
        "echo/nan": lambda _params: float("nan"),
        "echo/big": lambda params: "y" * params["size"],
    }.items():
        server.raw_request(method, handler)
    server.raw_request(types.TEXT_DOCUMENT_INLAY_HINT, hints)
    server.raw_request(types.INLAY_HINT_RESOLVE, lambda hint: hint)
    server.raw_notification(types.TEXT_DOCUMENT_DID_CHANGE, change)
    server.raw_notification(types.TEXT_DOCUMENT_DID_OPEN, opened)
    server.raw_notification("echo/note", note)
    server.raw_notification("echo/brokenNote", broken)
    server.raw_command("echo.ping", ping)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover:
        return types.Hover(contents=f"line {params.position.line}")

    @server.feature(types.TEXT_DOCUMENT_DECLARATION)
    async def declaration(params: types.DeclarationParams) -> types.Location:
        start = types.Position(line=params.position.line, character=0)
        return types.Location(uri=params.text_document.uri, range=types.Range(start=start, end=start))

    @server.thread()
    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(ls: SidecarServer, params: types.DefinitionParams) -> list[types.Location]:
        where = threading.current_thread().name.partition("_")[0]
        position = types.Position(line=0, character=0)
        return [types.Location(uri=f"{ls.name}:{where}", range=types.Range(start=position, end=position))]

    server.on_initialize(lambda _params: {"experimental": {"echo": {"contract": 1}}})
    return server


def main() -> None:
    server = build()
    stopped: list[str] = []

    async def stop() -> None:
        stopped.append("stopped")
        sys.stderr.write("echo: stopped\n")

    hooks = Hooks(on_stop=stop)
    if "--tcp" in sys.argv:
        leave(run_tcp(server, "127.0.0.1", 0, hooks))
    leave(run_stdio(server, hooks))


if __name__ == "__main__":
    main()
