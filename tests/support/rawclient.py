"""A client that speaks bytes: it starts a server over stdio and shows all that comes back.

Invariant: it reads with a strict parser of its own (a frame that is wrong in any way is an error), never
sleeps where it can wait for a message, and leaves no process behind.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.support import figures

Json = Any
DEADLINE = 10.0
"""Seconds that a test waits for anything, where it does not say otherwise."""

ROOT = Path(__file__).resolve().parents[2]


def server_env(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment with the package importable, and ``extra``."""
    env = dict(os.environ)
    env["PYTHONPATH"] = os.pathsep.join((str(ROOT / "server"), str(ROOT)))
    env.pop("PYTHONASYNCIODEBUG", None)
    return env | dict(extra or {})


def frame(body: bytes) -> bytes:
    """One message as it goes over the wire."""
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def message(payload: Json) -> bytes:
    return frame(json.dumps(payload).encode())


class RawClient:
    """``with RawClient([sys.executable, "-m", "afterglow", "lsp"]) as client: client.initialize()``.

    ``messages`` is everything that came, in order. Requests of the server are answered by ``answers``
    (a result by method, or a function of the params) and with null where it has none, unless
    ``answering`` is False. ``errors`` collects bytes that are no frame.
    """

    def __init__(
        self,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
        cwd: Path | str | None = None,
        answers: Mapping[str, Json | Callable[[Json], Json]] | None = None,
        **popen: Any,
    ) -> None:
        self.messages: list[Json] = []
        self.errors: list[str] = []
        self.stderr = bytearray()
        self.answers = dict(answers or {})
        self.answering = True
        self._changed = threading.Condition()
        self._reading = threading.Event()
        self._reading.set()
        self._ended = False
        self._write_lock = threading.Lock()
        self._last_id = 0
        self._responses: dict[str | int | None, list[Json]] = {}
        self.process = subprocess.Popen(
            list(argv),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=server_env() if env is None else dict(env),
            cwd=cwd,
            **popen,
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self._threads = [
            threading.Thread(target=self._read, args=(self.process.stdout.fileno(),), daemon=True),
            threading.Thread(target=self._read_stderr, args=(self.process.stderr.fileno(),), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    # Reading

    def _read(self, fd: int) -> None:
        buffer = bytearray()
        while True:
            self._reading.wait()
            try:
                data = os.read(fd, 256 * 1024)
            except OSError:
                data = b""
            if not data:
                break
            buffer += data
            for payload in self._split(buffer):
                self._arrived(payload)
        with self._changed:
            if buffer:
                self.errors.append(f"{len(buffer)} bytes without an end")
            self._ended = True
            self._changed.notify_all()

    def _split(self, buffer: bytearray) -> Iterator[Json]:
        while (end := buffer.find(b"\r\n\r\n")) >= 0:
            lengths = [
                line[len(b"Content-Length: ") :]
                for line in bytes(buffer[:end]).split(b"\r\n")
                if line.startswith(b"Content-Length: ")
            ]
            if len(lengths) != 1 or not lengths[0].isdigit():
                self.errors.append(f"a bad header: {bytes(buffer[:80])!r}")
                del buffer[:]
                return
            start, length = end + 4, int(lengths[0])
            if len(buffer) < start + length:
                return
            body = bytes(buffer[start : start + length])
            del buffer[: start + length]
            try:
                yield json.loads(body)
            except ValueError:
                self.errors.append(f"a body that is no JSON: {body[:80]!r}")

    def _arrived(self, payload: Json) -> None:
        with self._changed:
            self.messages.append(payload)
            if "method" not in payload:
                self._responses.setdefault(payload.get("id"), []).append(payload)
            self._changed.notify_all()
        if self.answering and "method" in payload and "id" in payload:
            answer = self.answers.get(payload["method"])
            result = answer(payload.get("params")) if callable(answer) else answer
            with contextlib.suppress(OSError):
                self.send_message({"jsonrpc": "2.0", "id": payload["id"], "result": result})

    def _read_stderr(self, fd: int) -> None:
        while True:
            try:
                data = os.read(fd, 64 * 1024)
            except OSError:
                return
            if not data:
                return
            self.stderr += data

    def stop_reading(self) -> None:
        """Leave what the server writes in the pipe, as a suspended editor does (after one more read)."""
        self._reading.clear()

    def go_on_reading(self) -> None:
        self._reading.set()

    # Writing

    def send(self, data: bytes) -> None:
        """Raw bytes, all of them; raises BrokenPipeError where the server is gone or its input was ended."""
        assert self.process.stdin is not None
        with self._write_lock:
            if self.process.stdin.closed:
                raise BrokenPipeError
            fd = self.process.stdin.fileno()
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]

    def send_message(self, payload: Json) -> None:
        self.send(message(payload))

    def notify(self, method: str, params: Json = None) -> None:
        self.send_message({"jsonrpc": "2.0", "method": method, "params": params})

    def start_request(self, method: str, params: Json = None) -> int:
        """Send a request and return its id."""
        self._last_id += 1
        self.send_message({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params})
        return self._last_id

    def request(self, method: str, params: Json = None, deadline: float = DEADLINE) -> Json:
        """The whole response message, with its ``result`` or ``error``."""
        return self.response(self.start_request(method, params), deadline)

    # Waiting

    def wait(self, ready: Callable[[], Any], what: str, deadline: float = DEADLINE) -> Any:
        """Wait until ``ready()`` is true, looking again at each message; returns what it returned."""
        until = time.monotonic() + deadline
        with self._changed:
            while not (value := ready()):
                left = until - time.monotonic()
                if left <= 0 or self._ended:
                    state = "the server is gone" if self._ended else f"{deadline} s passed"
                    raise AssertionError(f"{what}: {state}; stderr: {bytes(self.stderr[-2000:])!r}")
                self._changed.wait(left)
        return value

    def response(self, msg_id: int | str, deadline: float = DEADLINE) -> Json:
        """The first response to this id; the id's type counts."""
        found: Json = self.wait(lambda: self.responses(msg_id), f"no response to {msg_id!r}", deadline)
        return found[0]

    def responses(self, msg_id: int | str) -> list[Json]:
        """Every response with this id that has come."""
        return [it for it in self._responses.get(msg_id, []) if type(it["id"]) is type(msg_id)]

    def notifications(self, method: str) -> list[Json]:
        """What has come of this method: notifications and requests of the server."""
        return [it for it in list(self.messages) if it.get("method") == method]

    def notification(
        self, method: str, deadline: float = DEADLINE, matching: Callable[[Json], bool] = lambda _params: True
    ) -> Json:
        """The params of the first message of this method that matches, come already or still to come."""
        return self.wait(
            lambda: [it for it in self.notifications(method) if matching(it.get("params"))],
            f"no {method}",
            deadline,
        )[0].get("params")

    def wait_exit(self, deadline: float = DEADLINE) -> int:
        """The exit code."""
        try:
            return self.process.wait(deadline)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {deadline} s") from None

    # Usual steps

    def initialize(self, deadline: float = DEADLINE, **params: Json) -> Json:
        """``initialize`` and ``initialized``; returns the result."""
        given = {"processId": os.getpid(), "rootUri": None, "capabilities": {}, **params}
        answer = self.request("initialize", given, deadline)
        self.notify("initialized", {})
        return answer["result"]

    def shut_down(self, deadline: float = DEADLINE) -> int:
        """``shutdown`` and ``exit``; returns the exit code."""
        assert self.request("shutdown", deadline=deadline).get("error") is None
        self.notify("exit")
        return self.wait_exit(deadline)

    # The process

    @property
    def pid(self) -> int:
        return self.process.pid

    def rss_kb(self, peak: bool = False) -> int:
        """Memory now, or at its highest, in KiB (Linux)."""
        return figures.memory_kb(self.pid, "VmHWM" if peak else "VmRSS")

    def reset_peak(self) -> None:
        """Let the highest memory be counted from here."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def virtual_kb(self) -> int:
        return figures.memory_kb(self.pid, "VmSize")

    def cpu_seconds(self) -> float:
        return figures.cpu_seconds(self.pid)

    def wakeups(self) -> int:
        return figures.wakeups(self.pid)

    def close_stdin(self) -> None:
        """End the server's input. The reading thread may be answering meanwhile; a write that hangs is
        not waited for."""
        assert self.process.stdin is not None
        locked = self._write_lock.acquire(timeout=1)
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        if locked:
            self._write_lock.release()

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def close(self) -> None:
        """End it however it stands, and free everything."""
        self._reading.set()
        self.close_stdin()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()
        for thread in self._threads:
            thread.join(5)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def python(*args: str) -> list[str]:
    """The command line of a Python server."""
    return [sys.executable, *args]
