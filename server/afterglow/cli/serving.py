"""``afterglow lsp``: the language server."""

from __future__ import annotations

import argparse
import os

from afterglow.cli import No, Usage

PORTS = 65535


def lsp(options: argparse.Namespace) -> int:
    """Serve until the client goes; the exit code that the protocol asks for."""
    address = None if options.tcp is None else _address(options.tcp)
    from afterglow.lsp import server  # noqa: PLC0415 - the protocol library is costly to import

    if address is None:
        return server.serve_stdio()
    try:
        return server.serve_tcp(*address)
    except OSError as error:
        reason = (
            os.strerror(error.errno).lower() if error.errno and error.errno > 0 else "no such address here"
        )
        raise No(
            f"lsp: --tcp: {options.tcp} cannot be listened on ({reason}); port 0 takes a free one"
        ) from None


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or len(port) > 5 or int(port) > PORTS:
        raise Usage(f"lsp: --tcp: {text!r} is no HOST:PORT; write for instance 127.0.0.1:4000")
    return host, int(port)
