"""The one place that speaks to a language model's service.

Invariant: a call never raises but for its own cancellation, ends within ``WHOLE_S``, is one request, follows
no redirect, and tells nobody: the library's loggers are silent and its environment variables are not obeyed.
The key is in no text that leaves this module but the request's own header. The library is imported on another
thread when the ``Asker`` is entered, and nowhere else.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import threading
import time
import warnings
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final, Protocol, Self, TypeVar

from attrs import evolve

from afterglow.core.twin import Outcome, Reply, Request
from afterglow.enrich import batches, wire
from afterglow.enrich.key import Endpoint

if TYPE_CHECKING:
    import anthropic

    from afterglow.enrich.guard import Guard

WHOLE_S: Final = 29.0
"""A whole call; what is left of 30 s is for letting go of the socket."""
QUIET_S: Final = 20.0
"""The longest that a service may say nothing."""
CONNECT_S: Final = 3.0
LET_GO_S: Final = 0.1
LOGGERS: Final = ("anthropic", "httpx2", "httpcore2")
_SAYS_IT_ALL: Final = "ANTHROPIC_LOG"

T = TypeVar("T")
Collected = tuple[batches.State, Mapping[str, Reply], Reply]


class Stopping(Protocol):
    """Who may end a call: ``asked`` once it should be, ``wait()`` returns then."""

    @property
    def asked(self) -> bool: ...

    def wait(self) -> Coroutine[Any, Any, object]: ...


class Asker:
    """A connection to ``endpoint``, as an async context manager. Times in seconds."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        whole_s: float = WHOLE_S,
        quiet_s: float = QUIET_S,
        connect_s: float = CONNECT_S,
    ) -> None:
        self._endpoint = endpoint
        self._whole_s = whole_s
        self._quiet_s = quiet_s
        self._connect_s = connect_s
        self._stack = ExitStack()
        self._loading: asyncio.Future[tuple[anthropic.AsyncAnthropic, Guard]] | None = None
        self._client: anthropic.AsyncAnthropic | None = None
        self._guard: Guard | None = None

    @property
    def read(self) -> int:
        """Bytes of answers that were read since it was entered."""
        return self._guard.read if self._guard is not None else 0

    async def __aenter__(self) -> Self:
        self._stack.enter_context(warnings.catch_warnings())
        # This process has no reader for what a library thinks of a model's age.
        warnings.simplefilter("ignore")
        self._loading = _on_thread(self._load)
        return self

    async def __aexit__(self, *_: object) -> None:
        with self._stack:
            if self._client is not None:
                client, self._client = self._client, None
                with suppress(Exception):
                    await asyncio.wait_for(client.close(), 1)
            if self._loading is not None:
                await _let_go(self._loading)

    async def ask(self, request: Request, stop: Stopping) -> Reply:
        """Ask for one message. Never raises; ``stop`` ends it at once."""

        async def call() -> Reply:
            client = await self._connected()
            raw = await client.messages.with_raw_response.create(**wire.params_of(request))
            return wire.reply_of(wire.read_json(await raw.read()))

        return await self._within(call, stop, lambda reply: reply)

    async def submit(self, requests: Sequence[tuple[str, Request]], stop: Stopping) -> Reply:
        """Hand requests in as one batch, each under a name of its own; ``text`` of the reply is its id."""

        async def call() -> Reply:
            client = await self._connected()
            body: Any = batches.body_of(requests)
            raw = await client.messages.batches.with_raw_response.create(requests=body)
            return batches.handed_in(wire.read_json(await raw.read()))

        return await self._within(call, stop, lambda reply: reply)

    async def collect(self, batch_id: str, stop: Stopping) -> Collected:
        """How far a batch is, its results by name once it ended, and how the asking went.

        While the asking fails it counts as in progress. Two requests at most, within one call's limits.
        """

        async def call() -> Collected:
            if not batches.is_id(batch_id):
                return "gone", {}, Reply("ok", usage=wire.NOTHING_SPENT)
            client = await self._connected()
            told = await client.messages.batches.with_raw_response.retrieve(batch_id)
            state = batches.state_of(wire.read_json(await told.read()))
            if state is None:
                return "in_progress", {}, Reply("bad_answer", detail="no batch in it")
            results: Mapping[str, Reply] = {}
            if state == "ended":
                data = await client.get(f"/v1/messages/batches/{batch_id}/results", cast_to=_raw())
                results = batches.read_results(await data.aread())
            return state, results, Reply("ok", usage=wire.NOTHING_SPENT)

        return await self._within(call, stop, _not_collected)

    # -- one call ----------------------------------------------------------------------------------

    async def _within(
        self, call: Callable[[], Awaitable[T]], stop: Stopping, failed: Callable[[Reply], T]
    ) -> T:
        if stop.asked:
            return failed(Reply("stopped", usage=wire.NOTHING_SPENT, detail="before it was sent"))
        if self._guard is not None:
            self._guard.left = False
        asking = asyncio.ensure_future(call())
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({asking, stopping}, timeout=self._whole_s, return_when="FIRST_COMPLETED")
            if asking.done():
                return self._ended(asking, failed)
            if stopping.done():
                return failed(self._lost(Reply("stopped", detail="somebody is back")))
            return failed(self._lost(Reply("timeout", detail="the whole call")))
        finally:
            await _let_go(asking, stopping)

    def _ended(self, asking: asyncio.Future[T], failed: Callable[[Reply], T]) -> T:
        try:
            return asking.result()
        except Exception as error:  # noqa: BLE001 - whatever a service, a socket or a library comes up with
            return failed(self._lost(_reply_of_error(error)))
        except asyncio.CancelledError:
            return failed(self._lost(Reply("server_error", detail="ended from within")))

    def _lost(self, reply: Reply) -> Reply:
        """Where nothing was handed to the socket, nothing was spent, and no answer can be at fault."""
        if self._guard is not None and self._guard.left:
            return reply
        outcome: Outcome = "bad_request" if reply.outcome == "bad_answer" else reply.outcome
        return evolve(reply, outcome=outcome, usage=wire.NOTHING_SPENT)

    async def _connected(self) -> anthropic.AsyncAnthropic:
        if self._loading is None:
            self._loading = _on_thread(self._load)
        client, self._guard = await asyncio.shield(self._loading)
        self._client = client
        return client

    def _load(self) -> tuple[anthropic.AsyncAnthropic, Guard]:
        """Import the library and make a client, on a thread: it takes seconds, in which a stop is heard."""
        for name in LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        with _without(_SAYS_IT_ALL):
            import anthropic  # noqa: PLC0415 - never where nothing is asked
            import httpx2  # noqa: PLC0415 - likewise

            importlib.import_module("anthropic.resources.messages")
            from afterglow.enrich.guard import Guard  # noqa: PLC0415 - likewise
        timeout = httpx2.Timeout(self._quiet_s, connect=self._connect_s)
        guard = Guard(httpx2.AsyncHTTPTransport(trust_env=False, retries=0), self._endpoint.key)
        over = httpx2.AsyncClient(transport=guard, timeout=timeout, follow_redirects=False, trust_env=False)
        with _without("ANTHROPIC_"):
            client = anthropic.AsyncAnthropic(
                # An empty one would make the library look for another.
                api_key=self._endpoint.key or "none",
                base_url=self._endpoint.base_url,
                max_retries=0,
                timeout=timeout,
                open_telemetry=False,
                http_client=over,
            )
            # What it builds at first use takes longer than a stop may.
            _ = client.messages.with_raw_response, client.messages.batches.with_raw_response
        return client, guard


def _raw() -> Any:
    import httpx2  # noqa: PLC0415 - loaded by then

    return httpx2.Response


def _not_collected(reply: Reply) -> Collected:
    gone = reply.outcome == "bad_request" and reply.detail == "HTTP 404"
    return ("gone", {}, Reply("ok", usage=wire.NOTHING_SPENT)) if gone else ("in_progress", {}, reply)


def _on_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """Run ``work`` on a thread that nobody waits for when this process or its loop ends."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def give(settle: Callable[[Any], None], value: object) -> None:
        # The loop may be gone by now, and the one who waited too.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: None if future.done() else settle(value))

    def run() -> None:
        try:
            made = work()
        except BaseException as error:  # noqa: BLE001 - told to the one who waits
            give(future.set_exception, error)
        else:
            give(future.set_result, made)

    threading.Thread(target=run, name="client", daemon=True).start()
    return future


@contextmanager
def _without(beginning: str) -> Iterator[None]:
    """Run with no environment variable of such a name; nothing is awaited in it, and it is soon over."""
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(beginning)}
    try:
        yield
    finally:
        os.environ.update(hidden)


async def _let_go(*tasks: asyncio.Future[Any]) -> None:
    """End tasks without waiting long for what they hold, and leave no error of theirs unheard."""
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=LET_GO_S)
    for task in tasks:
        if task.done():
            _hear(task)
        else:
            task.add_done_callback(_hear)


def _hear(task: asyncio.Future[Any]) -> None:
    if not task.cancelled():
        task.exception()


def _reply_of_error(error: Exception) -> Reply:
    """What went wrong, by the kinds of errors only: their texts may quote the answer."""
    if isinstance(error, ImportError):
        return Reply("unreachable", usage=wire.NOTHING_SPENT, detail="the client library is not there")
    import anthropic  # noqa: PLC0415 - loaded, as a call came this far
    import httpx2  # noqa: PLC0415 - likewise

    from afterglow.enrich.guard import Page, TooBig  # noqa: PLC0415 - likewise

    if isinstance(error, anthropic.APIStatusError):
        header = error.response.headers.get("retry-after")
        now = time.time_ns() // 1_000_000
        return wire.reply_of_status(error.response.status_code, wire.retry_after_ms(header, now))
    nothing = wire.NOTHING_SPENT
    causes = tuple(_causes(error))
    detail = type(causes[-1]).__name__
    table: tuple[tuple[tuple[type[BaseException], ...], Reply], ...] = (
        ((TooBig,), Reply("too_big", detail="more than was asked for")),
        ((Page,), Reply("redirected", usage=nothing, detail="a page for people")),
        (
            (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout),
            Reply("unreachable", usage=nothing, detail=detail),
        ),
        ((httpx2.InvalidURL, httpx2.UnsupportedProtocol), Reply("unreachable", usage=nothing, detail=detail)),
        ((anthropic.APITimeoutError, TimeoutError), Reply("timeout", detail=detail)),
        ((httpx2.TransportError,), Reply("server_error", detail=detail)),
        ((ValueError, TypeError, RecursionError), Reply("bad_answer", detail=detail)),
    )
    for kinds, reply in table:
        if any(isinstance(cause, kinds) for cause in causes):
            return reply
    return Reply("server_error", detail=detail)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__
