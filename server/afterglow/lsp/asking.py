"""Requests of ours that the client has not answered yet.

Invariant: every question ends, by an answer, an error or its timeout, and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from afterglow.core.model import Json
from afterglow.lsp.messages import Answer, MsgId


class AskFailed(Exception):
    """The client answered with an error. ``code`` and ``message`` are the client's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class Questions:
    """``send(id, method, params) -> bool`` puts a request on the wire, ``withdraw(id)`` takes it back."""

    def __init__(self, send: Callable[[MsgId, str, Json], bool], withdraw: Callable[[MsgId], None]) -> None:
        self._send = send
        self._withdraw = withdraw
        self._open: dict[MsgId, asyncio.Future[Json]] = {}
        self._last_id = 0

    def __len__(self) -> int:
        return len(self._open)

    async def ask(self, method: str, params: Json, seconds: float) -> Json:
        """The client's result, within ``seconds``.

        Raises ``TimeoutError`` when no answer comes in time or the client takes no more bytes, and
        ``AskFailed`` when the client says no.
        """
        self._last_id += 1
        msg_id = self._last_id
        future: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._open[msg_id] = future
        try:
            if not self._send(msg_id, method, params):
                raise TimeoutError("the client takes no messages")
            async with asyncio.timeout(seconds):
                return await future
        except (TimeoutError, asyncio.CancelledError):
            if msg_id in self._open:
                self._withdraw(msg_id)
            raise
        finally:
            self._open.pop(msg_id, None)

    def answered(self, answer: Answer) -> bool:
        """Give an answer to whoever waits for it; False where nobody does."""
        future = self._open.pop(answer.id, None)
        if future is None:
            return False
        if future.done():
            return True
        if answer.error is None:
            future.set_result(answer.result)
        else:
            future.set_exception(_failure(answer.error))
        return True

    def abandon(self) -> None:
        """The client is gone: nobody will answer."""
        while self._open:
            _, future = self._open.popitem()
            if not future.done():
                future.set_exception(TimeoutError("the client is gone"))


def _failure(error: Json) -> AskFailed:
    code = error.get("code") if isinstance(error, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return AskFailed(code if isinstance(code, int) else 0, message if isinstance(message, str) else "")
