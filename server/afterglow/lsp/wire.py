"""The server object: pygls' registry of features over our own reading, dispatch and writing.

This is the one file that overrides pygls or looks at its private parts. pygls keeps the capability
builder, the position encoding, typed features and its typed ``server -> client`` calls; its reader, its
built-in handlers (which keep document text), its error toasts and its exit are never used.

Private names touched:
1. ``protocol._request_futures``: to tell an answer to one of pygls' own typed requests from a stray one.

Public members overridden: ``report_server_error`` (the default sends ``window/showMessage``), ``start_io``
and ``start_tcp`` (the default reader cannot recover from a damaged header), ``shutdown`` (the default
joins worker threads), ``command`` (the default wants an argument list); ``client_capabilities`` is a view
on the JSON.

Invariant: nothing that goes wrong here is ever shown to the user.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar, cast

from lsprotocol import types
from pygls.capabilities import ServerCapabilitiesBuilder
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol

from afterglow.core.model import Json
from afterglow.lsp import lifeline, stdio
from afterglow.lsp.asking import AskFailed, Questions
from afterglow.lsp.client_view import ClientView, as_json, offered_encodings
from afterglow.lsp.commands import Commands
from afterglow.lsp.connection import Connection
from afterglow.lsp.dispatch import (
    Dispatcher,
    InvalidParams,
    NotificationHandler,
    RequestError,
    RequestHandler,
)
from afterglow.lsp.encoding import Encoder
from afterglow.lsp.log_limit import LogLimit
from afterglow.lsp.messages import Answer, MsgId
from afterglow.lsp.output import Outbox
from afterglow.lsp.typed import LateConverter, TypedHandlers

F = TypeVar("F", bound=Callable[..., Any])

__all__ = ["AskFailed", "InvalidParams", "RequestError", "SidecarServer"]

logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it logs whole messages

DOCUMENT_METHODS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.TEXT_DOCUMENT_DID_CLOSE,
    types.TEXT_DOCUMENT_DID_SAVE,
)
"""Advertised always, so that clients behave the same whichever of them has a handler."""

PROBE_SECONDS = 1.5
"""How long a client whose named process ended, and which did not start us, has to show it is there."""


class SidecarServer(LanguageServer):
    """Register handlers, then hand it to ``stdio.run_stdio``."""

    def __init__(self, name: str, version: str) -> None:
        self._late = LateConverter()
        super().__init__(
            name,
            version,
            protocol_cls=LanguageServerProtocol,
            converter_factory=cast(Callable[[], Any], lambda: self._late),
        )
        # pygls' own handlers would edit text and show toasts.
        self.protocol.fm.builtin_features.clear()
        self.log = LogLimit()
        self.commands = Commands()
        self.position_encoding: str = types.PositionEncodingKind.Utf16.value
        self._typed = TypedHandlers(
            self._late, lambda: self.protocol.fm.features, self.protocol.get_message_type
        )
        self._encoder = Encoder(self._typed.plain)
        self._options: dict[str, Any] = {}
        self._hooks: dict[str, list[Callable[..., Any]]] = {"initialize": [], "shutdown": [], "exit": []}
        self._questions = Questions(self._send_question, self._withdraw)
        self._dispatcher = Dispatcher(self, self, self.log)
        self._dispatcher.other_request = self._typed.find
        self._dispatcher.other_notification = self._typed.find
        self._dispatcher.requests[types.WORKSPACE_EXECUTE_COMMAND] = self.commands.execute
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._outbox: Outbox | None = None
        self._stop: Callable[[int], None] = lambda _code: None
        self._lifeline: lifeline.Lifeline | None = None
        self._connection: Connection | None = None
        self._probe: asyncio.Task[None] | None = None

    # What the rest of the program registers

    def raw_request(self, method: str, handler: RequestHandler, options: Any = None) -> None:
        """``handler`` gets the JSON params (an object or None) and returns JSON or an awaitable of it.

        It may raise ``InvalidParams`` or ``RequestError``. ``options`` is what pygls advertises for the
        method, where it wants more than that it is there (``types.InlayHintOptions(...)``).
        """
        self._dispatcher.requests[method] = handler
        if options is not None:
            self._options[method] = options

    def raw_notification(self, method: str, handler: NotificationHandler) -> None:
        """``handler`` gets the JSON params (an object or None); what it raises is logged by kind only."""
        self._dispatcher.notifications[method] = handler

    def raw_command(self, name: str, handler: RequestHandler) -> None:
        """``handler`` gets the command's one argument, an object, ``{}`` where there was none."""
        self.commands.table[name] = handler

    def command(self, command_name: str) -> Callable[[F], F]:
        """As a decorator: ``raw_command``."""

        def register(handler: F) -> F:
            self.raw_command(command_name, handler)
            return handler

        return register

    def advertise_commands(self, names: Iterable[str]) -> None:
        """Tell clients of these commands only; call it before or in an ``initialize`` hook."""
        self.commands.advertise(names)

    def on_initialize(self, hook: Callable[[dict[str, Json]], Json]) -> None:
        """``hook`` gets the JSON ``InitializeParams``; an object it returns joins the capabilities."""
        self._hooks["initialize"].append(hook)

    def on_shutdown(self, hook: Callable[[], Awaitable[None] | None]) -> None:
        """``hook`` runs, and is awaited, before ``shutdown`` is answered."""
        self._hooks["shutdown"].append(hook)

    def on_exit(self, hook: Callable[[], None]) -> None:
        """``hook`` runs when the client says ``exit``."""
        self._hooks["exit"].append(hook)

    # What goes to the client

    def notify(self, method: str, params: Json, *, perishable: bool = True) -> None:
        """Send a notification; from any thread. Dropped while the client takes nothing, if perishable."""
        if self._dispatcher.initialized and not self._dispatcher.shut_down:
            self._put(self._encoder.notification(method, params), perishable)

    async def ask(self, method: str, params: Json, seconds: float = 5.0) -> Json:
        """The client's answer to a request, within ``seconds``.

        Raises ``TimeoutError`` or ``AskFailed``.
        """
        return await self._questions.ask(method, params, seconds)

    def stop(self, code: int) -> None:
        """End the process with this exit code after the clean-up."""
        self._stop(code)

    @property
    def pending(self) -> int:
        """Handlers and questions that are not finished; 0 when all is quiet."""
        return self._dispatcher.pending + len(self._questions)

    @property
    def dropped(self) -> int:
        """Messages that were dropped because the client took nothing."""
        return self._outbox.dropped if self._outbox is not None else 0

    # The connection (called by ``stdio``)

    def connect(
        self, loop: asyncio.AbstractEventLoop, outbox: Outbox, stop: Callable[[int], None]
    ) -> Connection:
        """Take the client's side; returns where its bytes go."""
        self._loop, self._outbox, self._stop = loop, outbox, stop
        self._thread = threading.get_ident()
        self.protocol.set_writer(_PyglsWriter(self._put))
        self._connection = Connection(self._dispatcher.receive, lambda: stop(1), self.log)
        return self._connection

    def disconnect(self) -> None:
        """The client is gone: nothing more is read, what is being worked on is cancelled."""
        if self._connection is not None:
            self._connection.ended = True
        if self._lifeline is not None:
            self._lifeline.close()
        self._questions.abandon()
        self._dispatcher.cancel_all()

    def _put(self, data: bytes, perishable: bool = False) -> bool:
        if self._outbox is None:
            return False
        if self._thread == threading.get_ident():
            return self._outbox.send(data, perishable=perishable)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._put, data, perishable)
        return True

    def _send_question(self, msg_id: MsgId, method: str, params: Json) -> bool:
        return self._put(self._encoder.request(msg_id, method, params), True)

    def _withdraw(self, msg_id: MsgId) -> None:
        self.notify("$/cancelRequest", {"id": msg_id})

    # What the dispatcher asks for

    def result(self, msg_id: MsgId, result: Json) -> None:
        """Answer a request."""
        self._put(self._encoder.result(msg_id, result))

    def error(self, msg_id: MsgId, code: int, message: str) -> None:
        """Refuse a request."""
        self._put(self._encoder.error(msg_id, code, message))

    def answered(self, answer: Answer) -> None:
        """An answer of the client, to a question of ours or to one of pygls' typed requests."""
        if self._questions.answered(answer) or answer.id not in self.protocol._request_futures:
            return
        member = {"result": answer.result} if answer.error is None else {"error": answer.error}
        message = {"jsonrpc": "2.0", "id": answer.id, **member}
        self.protocol.handle_message(self.protocol.structure_message(message))

    def initialize(self, params: dict[str, Json]) -> Json:
        """The result of ``initialize``."""
        raw = params.get("capabilities")
        self.protocol.client_capabilities = cast(types.ClientCapabilities, ClientView(raw))
        chosen = ServerCapabilitiesBuilder.choose_position_encoding(offered_encodings(raw))
        self.position_encoding = str(getattr(chosen, "value", chosen))
        self._watch(params.get("processId"))
        extra: dict[str, Json] = {}
        for hook in self._hooks["initialize"]:
            try:
                extra |= hook(params) or {}
            except Exception as error:  # noqa: BLE001 - a hook's fault is no reason to fail the client
                self.log.failed("initialize", error)
        capabilities = self._capabilities(chosen) | extra
        return {"capabilities": capabilities, "serverInfo": {"name": self.name, "version": self.version}}

    def _capabilities(self, chosen: types.PositionEncodingKind | str) -> dict[str, Json]:
        handled = self._dispatcher
        builder: Any = ServerCapabilitiesBuilder(
            self.client_capabilities,
            {*handled.requests, *handled.notifications, *self.protocol.fm.features, *DOCUMENT_METHODS},
            {**self.protocol.fm.feature_options, **self._options},
            self.commands.names(),
            types.TextDocumentSyncKind.Incremental,
            None,
            chosen,
        )
        built = builder.build()
        self.protocol.server_capabilities = built
        capabilities: dict[str, Json] = as_json(built)
        return capabilities

    def _watch(self, pid: Json) -> None:
        self.process_id = pid if isinstance(pid, int) else None
        if self._loop is not None:
            # Asked now: once a parent is gone its children have another one.
            certain = isinstance(pid, int) and lifeline.is_ancestor(pid)
            self._lifeline = lifeline.watch(self._loop, pid, lambda: self._client_died(certain))

    def _client_died(self, certain: bool) -> None:
        if certain or self._loop is None:
            self._stop(0)
        else:
            # In a container the same number may name some other process: see whether the client answers.
            self._probe = self._loop.create_task(self._stop_if_silent())

    async def _stop_if_silent(self) -> None:
        try:
            await self.ask("afterglow/alive", None, PROBE_SECONDS)
        except TimeoutError:
            self._stop(0)
        except AskFailed:
            return

    async def shutdown(self) -> None:
        """Run the hooks of ``shutdown``."""
        for hook in self._hooks["shutdown"]:
            try:
                waiting = hook()
                if inspect.isawaitable(waiting):
                    await waiting
            except Exception as error:  # noqa: BLE001 - a hook's fault is no reason to fail the client
                self.log.failed("shutdown", error)

    def exit(self) -> None:
        """Run the hooks of ``exit``."""
        for hook in self._hooks["exit"]:
            hook()

    # pygls' own doors

    def report_server_error(self, error: Exception, source: Any) -> None:
        self.log.failed(f"pygls ({getattr(source, '__name__', 'error')})", error)

    def start_io(self, stdin: Any = None, stdout: Any = None) -> None:
        raise SystemExit(stdio.run_stdio(self))

    def start_tcp(self, host: str, port: int) -> None:
        raise SystemExit(stdio.run_tcp(self, host, port))


class _PyglsWriter:
    """What pygls' typed calls write to."""

    def __init__(self, put: Callable[[bytes], bool]) -> None:
        self._put = put

    def write(self, data: bytes) -> None:
        self._put(data)

    def close(self) -> None:
        return None
