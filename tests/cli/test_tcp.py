"""``afterglow lsp --tcp``: the same server behind a socket, for debugging."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from subprocess import Popen
from typing import Any

from tests.cli.calling import process, start
from tests.support.rawclient import message


@contextmanager
def listening() -> Iterator[tuple[Popen[str], tuple[str, int]]]:
    """A server on a free port, and its address."""
    with start("lsp", "--tcp", "127.0.0.1:0") as running:
        assert running.stderr is not None
        found = re.fullmatch(r"afterglow: listening on ([\d.]+):(\d+)\n", running.stderr.readline())
        assert found is not None
        yield running, (found[1], int(found[2]))
        if running.poll() is None:
            running.kill()


def ask(
    client: socket.socket, stream: BufferedReader, number: int, method: str, params: Any
) -> dict[str, Any]:
    """The response to one request; what comes before it is passed over."""
    client.sendall(message({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
    while True:
        length = 0
        while (line := stream.readline()) != b"\r\n":
            assert line != b""
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        payload: dict[str, Any] = json.loads(stream.read(length))
        if payload.get("id") == number and "method" not in payload:
            return payload


def test_a_client_that_connects_is_served_to_the_end() -> None:
    with listening() as (running, address), socket.create_connection(address, timeout=20) as client:
        stream = client.makefile("rb")
        given: dict[str, Any] = {"processId": os.getpid(), "rootUri": None, "capabilities": {}}
        answer = ask(client, stream, 1, "initialize", given)
        assert answer["result"]["serverInfo"]["name"] == "afterglow"
        client.sendall(message({"jsonrpc": "2.0", "method": "initialized", "params": {}}))
        assert ask(client, stream, 2, "shutdown", None)["result"] is None
        client.sendall(message({"jsonrpc": "2.0", "method": "exit"}))
        assert running.wait(20) == 0


def test_ctrl_c_before_a_client_came_is_quiet() -> None:
    with listening() as (running, _):
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=20)
        assert (running.returncode, out, err) == (130, "", "")


def test_an_address_that_cannot_be_had_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        for address, reason in (
            (f"127.0.0.1:{taken.getsockname()[1]}", "address already in use"),
            ("192.0.2.1:0", "cannot assign requested address"),
        ):
            made = process("lsp", "--tcp", address)
            assert (made.returncode, made.stdout) == (1, "")
            assert made.stderr == (
                f"afterglow: lsp: --tcp: {address} cannot be listened on ({reason});"
                " port 0 takes a free one\n"
            )
