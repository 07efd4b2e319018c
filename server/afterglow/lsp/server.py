"""The language server put together: which message goes where. Invariant: one line per message."""

from __future__ import annotations

from typing import NoReturn

from afterglow import __version__
from afterglow.core.model import Json
from afterglow.lsp import stdio
from afterglow.lsp.app import App
from afterglow.lsp.requests import Requests
from afterglow.lsp.voice_requests import VoiceRequests
from afterglow.lsp.wire import SidecarServer

M_ARENA_MAX = -8
"""The number of glibc's parameter in ``malloc.h``."""

CONTRACT = 1
"""The version of our own methods and shapes that ``initialize`` names."""


def build() -> tuple[SidecarServer, App]:
    """A server with every handler registered, not yet connected."""
    server = SidecarServer("afterglow", __version__)
    app = App(server.notify, server.ask)
    voice = VoiceRequests(app)
    requests = Requests(app, voice.hovered)

    def initialize(params: dict[str, Json]) -> Json:
        app.initialize(params)
        if app.options.get("commands") is False:
            server.advertise_commands(())
        return requests.capabilities(CONTRACT)

    server.on_initialize(initialize)
    for method, notified in {
        "initialized": lambda _params: app.initialized(),
        "textDocument/didOpen": requests.did_open,
        "textDocument/didChange": requests.did_change,
        "textDocument/didClose": requests.did_close,
        "textDocument/didSave": requests.did_save,
        "workspace/didChangeWorkspaceFolders": requests.did_change_folders,
        "workspace/didChangeConfiguration": requests.did_change_settings,
        "afterglow/event": requests.event,
    }.items():
        server.raw_notification(method, notified)
    for method, asked in {
        "textDocument/inlayHint": requests.inlay_hint,
        "inlayHint/resolve": requests.resolve_hint,
        "afterglow/explain": requests.explain,
        "afterglow/snapshot": requests.snapshot,
        "afterglow/next": voice.next,
        "afterglow/say": voice.say,
        "afterglow/feedback": voice.feedback,
    }.items():
        server.raw_request(method, asked)
    for name, run in {
        "afterglow.explain": requests.explain,
        "afterglow.mode": requests.mode,
        "afterglow.dnd": requests.dnd,
        "afterglow.next": voice.next,
        "afterglow.say": voice.say,
        "afterglow.feedback": voice.feedback,
        "afterglow.recipe": voice.recipe,
        "afterglow.note": voice.note,
        "afterglow.report": voice.report,
    }.items():
        server.raw_command(name, run)
    return server, app


def save_memory() -> None:
    """Let glibc's threads share one heap: each of its own would reserve 64 MB of addresses."""
    try:
        import ctypes  # noqa: PLC0415 - other systems need it not at all

        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)
    except (ImportError, OSError, AttributeError, TypeError):
        return  # another C library, or another system: nothing to save


def serve_stdio() -> NoReturn:
    """Serve the client on stdin and stdout; ends the process with the exit code."""
    save_memory()
    server, app = build()
    stdio.leave(stdio.run_stdio(server, stdio.Hooks(on_stop=app.stop)))


def serve_tcp(host: str, port: int) -> NoReturn:
    """Serve the first client that connects, for debugging; ends the process with the exit code.

    Raises OSError for an address that cannot be used.
    """
    server, app = build()
    stdio.leave(stdio.run_tcp(server, host, port, stdio.Hooks(on_stop=app.stop)))
