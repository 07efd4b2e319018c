"""The life of the process: from its descriptors to its exit code.

Exit codes: 0 after ``shutdown`` and ``exit``, at the end of input, when the client's process is gone or takes
nothing any more, and at SIGTERM, SIGHUP and SIGINT (an editor that ends its server by a signal should not
have to report a failure); 1 after ``exit`` without ``shutdown`` and when the stream cannot be followed.

Invariant: whatever hangs, the process is gone ``GRACE`` seconds after its end was decided.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import inspect
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, NoReturn, Protocol

from attrs import frozen

from afterglow.lsp import descriptors
from afterglow.lsp.intake import Intake, open_intake
from afterglow.lsp.log_limit import LOGGER
from afterglow.lsp.output import Outbox, open_outbox

CLEAN_UP: Final = 1.5
"""Seconds that ``on_stop`` may take."""
FLUSH: Final = 1.0
"""Seconds that the last messages may take to leave."""
GRACE: Final = 3.0
_LAST_TASKS: Final = 0.2


class Receiver(Protocol):
    """Where the client's bytes go; ``connection.Connection`` is one."""

    def data(self, chunk: bytes) -> None:
        """Take what was read."""

    def hold(self, held: bool) -> None:
        """Handle nothing more for now, or go on."""


class Server(Protocol):
    """What is served; ``wire.SidecarServer`` is one."""

    def connect(
        self, loop: asyncio.AbstractEventLoop, outbox: Outbox, stop: Callable[[int], None]
    ) -> Receiver:
        """Take the client's side; returns where its bytes go."""

    def disconnect(self) -> None:
        """The end was decided."""


@frozen
class Hooks:
    """``on_start`` runs, and is awaited, on the loop before the first byte is read; ``on_stop`` after the
    last, for ``CLEAN_UP`` seconds at most. What they raise is logged by kind."""

    on_start: Callable[[asyncio.AbstractEventLoop], Awaitable[None] | None] | None = None
    on_stop: Callable[[], Awaitable[None] | None] | None = None


def run_stdio(server: Server, hooks: Hooks | None = None) -> int:
    """Serve the client on stdin and stdout until the end; returns the exit code (see ``leave``)."""
    try:
        source, sink = descriptors.claim()
    except OSError:
        LOGGER.error("there is no stdin or stdout to serve")
        return 1
    return _run(server, source, sink, hooks or Hooks())


def run_tcp(server: Server, host: str, port: int, hooks: Hooks | None = None) -> int:
    """Serve the first client that connects, for debugging; port 0 takes a free one.

    The address is written to stderr. Raises OSError where the address cannot be used.
    """
    with socket.create_server((host, port), backlog=1) as listening:
        bound_host, bound_port = listening.getsockname()[:2]
        sys.stderr.write(f"afterglow: listening on {bound_host}:{bound_port}\n")
        sys.stderr.flush()
        client, _ = listening.accept()
    source = client.detach()
    return _run(server, source, os.dup(source), hooks or Hooks())


def leave(code: int) -> NoReturn:
    """End the process now. An ordinary end would wait for worker threads, however long they hang."""
    threading.Thread(target=_end_after, args=(1.0, code), daemon=True).start()
    with contextlib.suppress(Exception):
        logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)


def _end_after(seconds: float, code: int, unless: threading.Event | None = None) -> None:
    if not (unless or threading.Event()).wait(seconds):
        os._exit(code)


def _run(server: Server, source: int, sink: int, hooks: Hooks) -> int:
    gc.freeze()  # what the start made stays; no collection needs to look at it
    loop = asyncio.new_event_loop()
    finished = threading.Event()
    try:
        return loop.run_until_complete(_serve(loop, server, source, sink, hooks, finished))
    finally:
        tasks = asyncio.all_tasks(loop)
        for task in tasks:
            task.cancel()
        if tasks:
            loop.run_until_complete(asyncio.wait(tasks, timeout=_LAST_TASKS))
        loop.close()
        finished.set()


async def _serve(
    loop: asyncio.AbstractEventLoop,
    server: Server,
    source: int,
    sink: int,
    hooks: Hooks,
    finished: threading.Event,
) -> int:
    ended: asyncio.Future[int] = loop.create_future()
    intake: Intake | None = None

    def stop(code: int) -> None:
        if ended.done():
            return
        ended.set_result(code)
        server.disconnect()
        threading.Thread(target=_end_after, args=(GRACE, code, finished), daemon=True).start()

    def press(pressed: bool) -> None:
        """The client takes too little: read and handle nothing before it has taken what waits."""
        if intake is not None:
            intake.pause(pressed)
        receiver.hold(pressed)

    outbox = open_outbox(loop, sink, lambda: stop(0), press)
    receiver = server.connect(loop, outbox, stop)
    caught = _catch_signals(loop, lambda: stop(0))
    if hooks.on_start is not None:
        await _guarded("the start", partial(hooks.on_start, loop), None)
    intake = open_intake(loop, source, receiver.data, lambda: stop(0))
    code = await ended
    intake.close()
    if hooks.on_stop is not None:
        await _guarded("the clean-up", hooks.on_stop, CLEAN_UP)
    await outbox.flush(FLUSH)
    outbox.close()
    for number in caught:
        loop.remove_signal_handler(number)
    return code


async def _guarded(what: str, hook: Callable[[], Awaitable[None] | None], seconds: float | None) -> None:
    try:
        waiting = hook()
        if inspect.isawaitable(waiting):
            await asyncio.wait_for(waiting, seconds)
    except Exception as error:  # noqa: BLE001 - the rest of the clean-up still has to run
        LOGGER.warning("%s failed: %s", what, type(error).__name__)


def _catch_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> list[int]:
    caught: list[int] = []
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        number = getattr(signal, name, None)
        if number is None or signal.getsignal(number) is signal.SIG_IGN:  # nohup
            continue
        try:
            loop.add_signal_handler(number, stop)
        except (ValueError, RuntimeError, NotImplementedError):  # not the main thread, or Windows
            continue
        caught.append(number)
    return caught
