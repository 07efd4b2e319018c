"""A small language client for the demo: it starts the server as an editor would and listens.

Invariant: every wait has an end, a server that is gone ends it at once, and none is left behind.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from afterglow.cli.itself import itself

CAPABILITIES: Final = {
    "experimental": {"afterglow": {"token": True}},
    "workspace": {"inlayHint": {"refreshSupport": True}, "workspaceFolders": True},
    "general": {"positionEncodings": ["utf-16"]},
}
_GOODBYE_SECONDS: Final = 5.0


class Gone(Exception):
    """The server cannot be talked to. The text completes "the server ..." and is one line."""


@frozen
class Shown:
    """A token, and when it came (seconds on the monotonic clock)."""

    token: dict[str, Any]
    at: float


class Talk:
    """One server process and the conversation with it; what it showed is in ``shown``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.shown: list[Shown] = []
        self._process = process
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._next = 0
        self._ended = False
        self._changed = asyncio.Condition()
        self._said: deque[str] = deque(maxlen=5)
        self._tasks = (asyncio.ensure_future(self._read()), asyncio.ensure_future(self._read_stderr()))

    @classmethod
    async def start(cls, environ: Mapping[str, str], folder: Path) -> Talk:
        """A server that is running. Raises Gone."""
        try:
            process = await asyncio.create_subprocess_exec(
                *itself(),
                "lsp",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                env=dict(environ),
                cwd=folder,
            )
        except OSError as error:
            raise Gone(f"cannot be started ({(error.strerror or '').lower()})") from None
        return cls(process)

    async def open(self, root: Path, options: Mapping[str, Any]) -> None:
        """Shake hands and open a folder. Raises Gone."""
        await self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "clientInfo": {"name": "afterglow demo"},
                "rootUri": root.as_uri(),
                "workspaceFolders": [{"uri": root.as_uri(), "name": root.name}],
                "capabilities": CAPABILITIES,
                "initializationOptions": dict(options),
            },
        )
        self.notify("initialized", {})

    def notify(self, method: str, params: Any) -> None:
        """Tell the server something."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    async def request(self, method: str, params: Any, seconds: float = 20.0) -> Any:
        """The result of a request. Raises Gone for an error reply, no reply in time, and no server."""
        if self._ended:
            raise Gone(await self._why())
        self._next += 1
        number = self._next
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        self._send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        try:
            # Not wait_for: in 3.11 it forgets a cancellation that comes together with the answer.
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            raise Gone(f"did not answer {method} within {seconds:.0f} s") from None
        except ConnectionError:
            raise Gone(await self._why()) from None
        finally:
            self._answers.pop(number, None)

    async def showing(self, token_id: str, seconds: float) -> Shown | None:
        """This token as it came, or None where it does not come in time."""

        def come() -> Shown | None:
            return next((shown for shown in self.shown if shown.token.get("id") == token_id), None)

        async with self._changed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait_for(lambda: come() is not None or self._ended)
        return come()

    async def close(self) -> int | None:
        """Say goodbye and wait for the end; the server's exit code."""
        try:
            await self.request("shutdown", None, _GOODBYE_SECONDS)
            self.notify("exit", None)
            async with asyncio.timeout(_GOODBYE_SECONDS):
                await self._process.wait()
        except (Gone, TimeoutError):
            pass
        finally:
            if self._process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    self._process.kill()
            for task in self._tasks:
                task.cancel()
        return await self._process.wait()

    def _send(self, message: Mapping[str, Any]) -> None:
        stream = self._process.stdin
        if stream is not None and not self._ended and not stream.is_closing():
            body = json.dumps(message).encode()
            stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    async def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        try:
            while True:
                header = await stream.readuntil(b"\r\n\r\n")
                length = int(header.lower().split(b"content-length:")[1].split(b"\r\n")[0])
                await self._take(json.loads(await stream.readexactly(length)))
        except (EOFError, ConnectionError, asyncio.LimitOverrunError, IndexError, ValueError):
            self._ended = True
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionError())
            async with self._changed:
                self._changed.notify_all()

    async def _read_stderr(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        with contextlib.suppress(ValueError, ConnectionError):  # a line too long to be one
            while line := await stream.readline():
                self._said.append(line.decode("utf-8", "replace"))

    async def _take(self, message: dict[str, Any]) -> None:
        if "method" in message:
            if message["method"] == "afterglow/token":
                self.shown.append(Shown(message["params"], time.monotonic()))
                async with self._changed:
                    self._changed.notify_all()
            if "id" in message:
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": None})
            return
        answer = self._answers.get(message.get("id", -1))
        if answer is not None and not answer.done():
            answer.set_result(message.get("result"))

    async def _why(self) -> str:
        """How the server ended, and the last thing it said."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await self._process.wait()
                await asyncio.shield(self._tasks[1])
        code = self._process.returncode
        last = next((line.strip() for line in reversed(self._said) if line.strip()), None)
        if code is None:
            ended = "ended by itself"
        else:
            ended = f"ended with code {code}" if code >= 0 else f"was ended by signal {-code}"
        return ended + (f": {last}" if last else "")
