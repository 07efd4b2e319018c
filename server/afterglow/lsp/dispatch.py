"""Which handler a message goes to, in which phase, and what is said when it goes wrong.

Invariant: every ``Request`` is answered exactly once; no answer carries a traceback, a path or ``data``;
nothing here ever sends ``window/showMessage``. Handlers run on the loop, in the order of the messages.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

from afterglow.core.model import Json
from afterglow.lsp import messages as m
from afterglow.lsp.log_limit import LogLimit

RequestHandler = Callable[[Json], Json | Awaitable[Json]]
NotificationHandler = Callable[[Json], Any]
Send = Callable[[bytes, bool], bool]
"""Takes a framed message and whether it is perishable; False where it was dropped."""

MOST_IN_FLIGHT: Final = 1000
"""Requests that may be worked on at a time; one more is refused."""


class RequestError(Exception):
    """Raised by a handler to refuse a request. ``message`` is shown to the client as it is."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class InvalidParams(RequestError):
    """Raised by a handler for bad params; ``field`` names the one that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(m.INVALID_PARAMS, f"{field}: {message}")
        self.field = field


class Replies(Protocol):
    """What a dispatcher needs from the wire: answers out, answers in, and the end."""

    def result(self, msg_id: m.MsgId, result: Json) -> None:
        """Send a result; raises where it cannot be put into JSON."""

    def error(self, msg_id: m.MsgId, code: int, message: str) -> None:
        """Send an error."""

    def answered(self, answer: m.Answer) -> None:
        """An answer of the client to a request of ours."""

    def stop(self, code: int) -> None:
        """End the process with this exit code, soon."""


class Lifecycle(Protocol):
    """The messages of a client's life that are more than a handler's business."""

    def initialize(self, params: Json) -> Json:
        """The result of ``initialize``; ``params`` is an object."""

    async def shutdown(self) -> None:
        """Awaited before ``shutdown`` is answered."""

    def exit(self) -> None:
        """Called before the process ends at the client's word."""


class Dispatcher:
    """Tables of handlers and the phase of the conversation."""

    def __init__(self, replies: Replies, lifecycle: Lifecycle, log: LogLimit) -> None:
        self.requests: dict[str, RequestHandler] = {}
        self.notifications: dict[str, NotificationHandler] = {}
        self.other_request: Callable[[str], RequestHandler | None] = lambda _method: None
        self.other_notification: Callable[[str], NotificationHandler | None] = lambda _method: None
        self.initialized = False
        self.shut_down = False
        self._replies = replies
        self._lifecycle = lifecycle
        self._log = log
        self._in_flight: dict[m.MsgId, asyncio.Future[Json]] = {}
        self._background: set[asyncio.Future[Any]] = set()
        self._sort: dict[type, Callable[[Any], None]] = {
            m.Request: self._request,
            m.Notification: self._notification,
            m.Answer: replies.answered,
            m.Refused: lambda it: replies.error(it.id, it.code, it.message),
            m.Junk: lambda it: log.note(f"dropped a message: {it.reason}"),
            m.NotJson: lambda it: log.note(f"dropped a message: {it.reason}"),
            m.Batch: self._batch,
        }

    @property
    def pending(self) -> int:
        """Handlers that have not finished."""
        return len(self._in_flight) + len(self._background)

    def receive(self, message: m.Message) -> None:
        self._sort[type(message)](message)

    def _batch(self, batch: m.Batch) -> None:
        for item in batch.items:
            self.receive(item)

    # Requests

    def _request(self, request: m.Request) -> None:
        if request.method == "initialize":
            self._initialize(request)
        elif not self.initialized:
            self._replies.error(request.id, m.NOT_INITIALIZED, "the server is not initialized")
        elif self.shut_down:
            self._replies.error(request.id, m.INVALID_REQUEST, "the server is shutting down")
        elif request.method == "shutdown":
            self.shut_down = True
            self.cancel_all()
            self._run(request.id, lambda _params: self._lifecycle.shutdown(), None, "shutdown")
        else:
            handler = self.requests.get(request.method) or self.other_request(request.method)
            if handler is None:
                self._replies.error(request.id, m.METHOD_NOT_FOUND, "the method is not known")
            else:
                self._run(request.id, handler, request.params, request.method)

    def _initialize(self, request: m.Request) -> None:
        if self.initialized:
            self._replies.error(request.id, m.INVALID_REQUEST, "the server is initialized already")
        elif not isinstance(request.params, dict):
            self._replies.error(request.id, m.INVALID_PARAMS, "params: must be an object")
        else:
            self._run(request.id, self._lifecycle.initialize, request.params, "initialize")
            self.initialized = True

    def _run(self, msg_id: m.MsgId, handler: RequestHandler, params: Json, name: str) -> None:
        if isinstance(params, list):
            self._replies.error(msg_id, m.INVALID_PARAMS, "params: must be an object")
            return
        if len(self._in_flight) >= MOST_IN_FLIGHT and name != "shutdown":
            self._replies.error(msg_id, m.REQUEST_FAILED, "too many requests are waiting")
            return
        try:
            result = handler(params)
        except Exception as error:  # noqa: BLE001 - a handler's fault is answered, and never ends the server
            self._fail(msg_id, error, name)
            return
        if not inspect.isawaitable(result):
            self._finish(msg_id, result, name)
            return
        task = asyncio.ensure_future(result)
        self._in_flight[msg_id] = task
        task.add_done_callback(lambda done: self._done(msg_id, done, name))

    def _done(self, msg_id: m.MsgId, task: asyncio.Future[Json], name: str) -> None:
        if self._in_flight.get(msg_id) is task:
            del self._in_flight[msg_id]
        if task.cancelled():
            self._replies.error(msg_id, m.REQUEST_CANCELLED, "the request was cancelled")
        elif (error := task.exception()) is not None:
            self._fail(msg_id, error, name)
        else:
            self._finish(msg_id, task.result(), name)

    def _finish(self, msg_id: m.MsgId, result: Json, name: str) -> None:
        try:
            self._replies.result(msg_id, result)
        except Exception as error:  # noqa: BLE001 - a handler's fault is answered, and never ends the server
            self._fail(msg_id, error, name)

    def _fail(self, msg_id: m.MsgId, error: BaseException, name: str) -> None:
        if isinstance(error, RequestError):
            self._replies.error(msg_id, error.code, error.message)
            return
        self._log.failed(f"request {name}", error)
        self._replies.error(msg_id, m.INTERNAL_ERROR, "internal error")

    # Notifications

    def _notification(self, notification: m.Notification) -> None:
        method = notification.method
        if method == "exit":
            self._exit()
            return
        if not self.initialized or self.shut_down:
            return
        if method == "$/cancelRequest":
            self._cancel(notification.params)
            return
        handler = self.notifications.get(method) or self.other_notification(method)
        if handler is None:
            return
        if isinstance(notification.params, list):
            self._log.note("dropped a message: a notification with params of the wrong shape")
            return
        try:
            result = handler(notification.params)
        except Exception as error:  # noqa: BLE001 - a handler's fault is answered, and never ends the server
            self._log.failed(f"notification {method}", error)
            return
        if result is not None and inspect.isawaitable(result):
            task = asyncio.ensure_future(result)
            self._background.add(task)
            task.add_done_callback(lambda done: self._noted(done, method))

    def _noted(self, task: asyncio.Future[Any], method: str) -> None:
        self._background.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._log.failed(f"notification {method}", error)

    def _exit(self) -> None:
        try:
            self._lifecycle.exit()
        except Exception as error:  # noqa: BLE001 - a handler's fault is answered, and never ends the server
            self._log.failed("notification exit", error)
        self._replies.stop(0 if self.shut_down else 1)

    def _cancel(self, params: Json) -> None:
        msg_id = m.usable_id(params.get("id")) if isinstance(params, dict) else None
        task = self._in_flight.get(msg_id) if msg_id is not None else None
        if task is not None:
            task.cancel()

    def cancel_all(self) -> None:
        """Cancel what is being worked on; each request still gets its answer."""
        for task in list(self._in_flight.values()):
            task.cancel()
