"""What stands between the model's client and the socket: it sends little and reads little.

Invariant: of a request's headers only those in ``SENT`` leave, so that neither the environment nor the
library adds any; of an answer at most ``MOST_BYTES`` are read, nothing of one that is not 200, and what came
packed stays packed, since its header is dropped. It imports the HTTP library, so nothing imports it until a
call is about to be made.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Final

import httpx2

MOST_BYTES: Final = 900_000
"""With the last piece that a socket gives, below 1 MB."""
SENT: Final = ("host", "accept", "content-type", "content-length", "anthropic-version", "connection")
READ: Final = ("content-type", "retry-after")
OWN: Final[Mapping[str, str]] = {"accept-encoding": "identity", "user-agent": "afterglow"}


class TooBig(Exception):
    """The answer is longer than any that was asked for."""


class Page(Exception):
    """A page for people: a network that wants something first answered in the service's place."""


class Guard(httpx2.AsyncBaseTransport):
    """A transport around ``inner``. ``key``: goes with each request; empty: none does.

    ``left``: whether a request was handed on since it was last set to False. ``read``: bytes of bodies.
    """

    def __init__(self, inner: httpx2.AsyncBaseTransport, key: str, most: int = MOST_BYTES) -> None:
        self._inner = inner
        self._key = key
        self._most = most
        self.left = False
        self.read = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        headers = {name: request.headers[name] for name in SENT if name in request.headers}
        headers.update(OWN)
        if self._key:
            headers["authorization"] = f"Bearer {self._key}"
        sent = httpx2.Request(
            request.method, request.url, headers=headers, stream=request.stream, extensions=request.extensions
        )
        self.left = True
        response = await self._inner.handle_async_request(sent)
        kept = {name: response.headers[name] for name in READ if name in response.headers}
        try:
            if response.status_code != 200:
                await response.aclose()
                return httpx2.Response(response.status_code, headers=kept, content=b"")
            if response.headers.get("content-type", "").lstrip().lower().startswith("text/html"):
                raise Page
            length = response.headers.get("content-length", "0")
            if length.isdecimal() and int(length[:20]) > self._most:
                raise TooBig
        except BaseException:
            await response.aclose()
            raise
        return httpx2.Response(200, headers=kept, stream=_Counted(response, self))

    async def aclose(self) -> None:
        await self._inner.aclose()

    def count(self, read: int, piece: bytes) -> int:
        """Add a piece to what was read of one answer; raises TooBig."""
        self.read += len(piece)
        if read + len(piece) > self._most:
            raise TooBig
        return read + len(piece)


class _Counted(httpx2.AsyncByteStream):
    def __init__(self, response: httpx2.Response, guard: Guard) -> None:
        self._response = response
        self._guard = guard

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for piece in self._response.aiter_raw():
            read = self._guard.count(read, piece)
            yield piece

    async def aclose(self) -> None:
        await self._response.aclose()
