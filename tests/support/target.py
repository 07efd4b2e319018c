"""Which servers the protocol tests drive, and how each is asked for a sign of life."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from attrs import field, frozen

from tests.support.rawclient import RawClient


@frozen
class Target:
    """``ping``: a request, method and params, that the server answers at once and without an error.

    ``methods``: requests with params of their own shape, for bad ones to be tried on.
    """

    name: str
    argv: tuple[str, ...]
    ping: tuple[str, Any]
    methods: tuple[str, ...] = ()
    env: dict[str, str] = field(factory=dict)

    def start(self, **options: Any) -> RawClient:
        """A client with a server that has not heard ``initialize`` yet."""
        return RawClient(self.argv, **options)

    def open(self, **options: Any) -> RawClient:
        """A client with an initialized server."""
        client = self.start(**options)
        try:
            client.initialize()
        except BaseException:
            client.close()
            raise
        return client

    def __str__(self) -> str:
        return self.name


ECHO = Target(
    name="echo",
    argv=(sys.executable, str(Path(__file__).parent / "echo_server.py")),
    ping=("echo/ping", {"n": 1}),
    methods=(
        "echo/strict",
        "echo/ping",
        "textDocument/inlayHint",
        "textDocument/hover",
        "workspace/executeCommand",
    ),
)

SIDECAR = Target(
    name="afterglow",
    argv=(sys.executable, "-m", "afterglow", "lsp"),
    ping=(
        "textDocument/inlayHint",
        {
            "textDocument": {"uri": "file:///nowhere/a.py"},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}},
        },
    ),
    methods=("textDocument/inlayHint", "afterglow/explain", "workspace/executeCommand"),
)

TARGETS = (ECHO, SIDECAR)
