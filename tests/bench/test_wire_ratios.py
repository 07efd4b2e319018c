"""N10: what the server costs against a bare pygls server, measured side by side.

Run with ``-m bench -s``; each figure is the ratio of two medians over interleaved runs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import pytest_lsp

from tests.support import figures
from tests.support.patience import rest
from tests.support.rawclient import message, server_env
from tests.support.target import TARGETS, Target

pytestmark = [pytest.mark.bench, pytest.mark.parametrize("target", TARGETS, ids=str)]

RUNS = 5
BARE = (sys.executable, str(Path(__file__).parents[1] / "support" / "bare_server.py"))
URI = "file:///project/module.py"
HINT = {
    "textDocument": {"uri": URI},
    "range": {"start": {"line": 3, "character": 0}, "end": {"line": 60, "character": 0}},
}
CLIENT = Path(pytest_lsp.__file__).parent / "clients" / "visual_studio_code_v1.65.2.json"

CALM: Final = 5
"""Tenths of a second without a tick of the processor."""


class Blocking:
    """A client without threads, so that only the server is measured."""

    def __init__(self, argv: tuple[str, ...]) -> None:
        self.process = subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=server_env(),
            bufsize=0,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._in, self._out = self.process.stdin.fileno(), self.process.stdout.fileno()
        self._buffer = b""
        self._last_id = 0

    def request(self, method: str, params: Any) -> Any:
        self._last_id += 1
        self.send(message({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params}))
        while (answer := self._read()).get("id") != self._last_id:
            pass
        assert "error" not in answer, answer
        return answer["result"]

    def send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._in, view) :]

    def _read(self) -> Any:
        while True:
            header, found, rest = self._buffer.partition(b"\r\n\r\n")
            if found:
                length = int(header.split(b"Content-Length: ")[1].split(b"\r\n")[0])
                if len(rest) >= length:
                    self._buffer = rest[length:]
                    return json.loads(rest[:length])
            self._buffer += os.read(self._out, 1 << 16)

    def initialize(self) -> None:
        capabilities = json.loads(CLIENT.read_text())["capabilities"] if CLIENT.exists() else {}
        self.request("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": capabilities})
        self.send(message({"jsonrpc": "2.0", "method": "initialized", "params": {}}))

    def cpu(self) -> float:
        return figures.cpu_seconds(self.process.pid)

    def rss(self) -> float:
        return figures.memory_kb(self.process.pid, "VmRSS")


@contextmanager
def started(argv: tuple[str, ...]) -> Iterator[Blocking]:
    client = Blocking(argv)
    try:
        client.initialize()
        yield client
    finally:
        client.process.kill()
        client.process.communicate()


def settle(client: Blocking) -> None:
    """Wait until what a server does behind its start (reading banks, say) is over."""
    calm, before = 0, -1
    while calm < CALM:
        rest(0.1)
        now = figures.ticks(client.process.pid)
        calm, before = (calm + 1, now) if now == before else (0, now)


def ratio(target: Target, measure: Callable[[tuple[str, ...]], float], runs: int) -> float:
    """The median of the target's figures over the median of the bare server's."""
    pairs = [(measure(target.argv), measure(BARE)) for _ in range(runs)]
    ours, bare = (float(statistics.median(column)) for column in zip(*pairs, strict=True))
    sys.stdout.write(f"\n{target} {measure.__name__}: {ours:.4g} / {bare:.4g} = {ours / bare:.3f}\n")
    return ours / bare


def cpu_to_initialize(argv: tuple[str, ...]) -> float:
    with started(argv) as client:
        return client.cpu()


def memory(argv: tuple[str, ...]) -> float:
    with started(argv) as client:
        client.request("textDocument/inlayHint", HINT)
        settle(client)
        return client.rss()


def start_in_all(argv: tuple[str, ...]) -> float:
    """The processor time until nothing is left to do: what the user's machine pays for one window."""
    with started(argv) as client:
        client.request("textDocument/inlayHint", HINT)
        settle(client)
        return client.cpu()


def hint_round_trip(argv: tuple[str, ...]) -> float:
    with started(argv) as client:
        settle(client)
        taken = []
        for _ in range(400):
            before = time.perf_counter()
            client.request("textDocument/inlayHint", HINT)
            taken.append(time.perf_counter() - before)
        return statistics.median(taken)


def ten_thousand_changes(argv: tuple[str, ...]) -> float:
    text = "".join(f"value_{number} = {number}\n" for number in range(1000))
    opened = {"textDocument": {"uri": URI, "languageId": "python", "version": 1, "text": text}}
    with started(argv) as client:
        client.send(message({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": opened}))
        client.request("textDocument/inlayHint", HINT)
        settle(client)
        before = client.cpu()
        for number in range(10_000):
            at = {"line": number % 1000, "character": 0}
            change = {
                "textDocument": {"uri": URI, "version": number + 2},
                "contentChanges": [{"range": {"start": at, "end": at}, "rangeLength": 0, "text": "x"}],
            }
            client.send(message({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": change}))
        client.request("textDocument/inlayHint", HINT)
        return client.cpu() - before


@pytest.mark.parametrize(
    ("measure", "required", "runs"),
    [
        (cpu_to_initialize, 1.2, RUNS),
        (start_in_all, 1.2, RUNS),
        (memory, 1.2, RUNS),
        (hint_round_trip, 0.5, RUNS),
        (ten_thousand_changes, 0.1, 1),
    ],
)
def test_ratio(
    target: Target, measure: Callable[[tuple[str, ...]], float], required: float, runs: int
) -> None:
    assert ratio(target, measure, runs) <= required


def test_idle(target: Target) -> None:
    with started(target.argv) as client:
        client.request("textDocument/inlayHint", HINT)
        settle(client)
        before = figures.ticks(client.process.pid)
        rest(10)  # what is measured is that nothing happens
        assert figures.ticks(client.process.pid) == before
