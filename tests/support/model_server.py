"""A service of a language model that is none: real HTTP on 127.0.0.1, answers by script or by fault.

    with ModelServer(lambda body: {"grades": []}) as server:
        ...  # a client with base_url=server.url

Speaks the Messages API and the Message Batches API. A script gets the JSON of one message request and
gives the answer's content (a dict becomes JSON text, a str is taken as it is) or a ``Mode`` of
``model_faults``. Runs as a program too: prints its address, ends with its standard input.

Invariant: reaches nothing but its own socket; ``requests`` holds all that came in, in order.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Self

from attrs import field, frozen

from tests.support.model_faults import Mode, Wire, error, frame, message, said

Answered = Mapping[str, Any] | str | Mode
Script = Callable[[dict[str, Any]], Answered]
Faults = Callable[[str, str], Mode | None]

EXPIRED: Final = Mode("expired", lambda wire, body: None)
"""As an answer within a batch: the service never came to it. ``CANCELED`` likewise."""
CANCELED: Final = Mode("canceled", lambda wire, body: None)
_BATCHES: Final = "/v1/messages/batches"


def in_turn(*answers: Answered) -> Script:
    """A script that gives these one after another, and the last one from then on."""
    left: Iterator[Answered] = iter(answers[:-1])
    return lambda body: next(left, answers[-1])


@frozen
class Received:
    """One request. ``body``: its JSON, {} where there was none; ``headers``: names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    raw: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """All that was said by words: address, headers and body, for a search."""
        told = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{self.path}\n{told}\n\n{self.raw.decode('utf-8', 'replace')}"


class ModelServer:
    """The service. ``script``: what it answers; a fixed answer stands for a script that always gives it.

    ``faults(method, path)`` may give a mode for any request, before the script is asked.
    ``batch_looks``: how often a batch is still in progress when it is looked at.
    """

    def __init__(
        self, script: Script | Answered = "{}", *, faults: Faults | None = None, batch_looks: int = 0
    ) -> None:
        self.script = script
        self.faults = faults
        self.batch_looks = batch_looks
        self.requests: list[Received] = []
        self.wires: list[Wire] = []
        self.batches: dict[str, dict[str, Any]] = {}
        self.lock = threading.Lock()
        self._stopped = threading.Event()
        self._server = _Threads(("127.0.0.1", 0), _Handler)
        self._server.model = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The base url for a client."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def messages(self) -> list[Received]:
        """The requests for one message each."""
        return [one for one in self.requests if one.path == "/v1/messages"]

    @property
    def sent(self) -> int:
        """Bytes that were sent in all answers."""
        return sum(wire.sent for wire in self.wires)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End it; whoever hangs on it is let go."""
        self._stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def answer(self, wire: Wire, method: str, path: str, body: dict[str, Any]) -> bool:
        """Answer one request. Returns whether the connection may be used again."""
        mode = (self.faults(method, path) if self.faults else None) or self._mode_of(method, path, body)
        mode.play(wire, body)
        return mode.keeps

    def begin(self, connection: socket.socket, request: Received) -> Wire:
        """Note a request that came in."""
        wire = Wire(connection, self._stopped, self.url)
        with self.lock:
            self.requests.append(request)
            self.wires.append(wire)
        return wire

    def _mode_of(self, method: str, path: str, body: dict[str, Any]) -> Mode:
        match method, path.partition("?")[0].removeprefix(_BATCHES):
            case "POST", "/v1/messages":
                return self._said(body)
            case "POST", "":
                return _json(self._create(body))
            case "GET", rest if rest.endswith("/results"):
                return self._results(rest[1 : -len("/results")])
            case "GET", rest if rest.startswith("/"):
                return self._look(rest[1:])
            case _:
                return error("404", 404, "not_found_error")

    def _said(self, body: dict[str, Any]) -> Mode:
        made = self.script(body) if callable(self.script) else self.script
        return made if isinstance(made, Mode) else said(_text(made))

    def _create(self, body: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            name = f"msgbatch_{len(self.batches) + 1:04d}"
            self.batches[name] = {"requests": body.get("requests", []), "looks": self.batch_looks}
        return self._told(name, ended=False)

    def _look(self, name: str) -> Mode:
        if name not in self.batches:
            return error("404", 404, "not_found_error")
        with self.lock:
            self.batches[name]["looks"] -= 1
            ended = self.batches[name]["looks"] < 0
        return _json(self._told(name, ended=ended))

    def _told(self, name: str, *, ended: bool) -> dict[str, Any]:
        many = len(self.batches[name]["requests"])
        counts = {"processing": 0 if ended else many, "succeeded": many if ended else 0}
        return {
            "id": name,
            "type": "message_batch",
            "processing_status": "ended" if ended else "in_progress",
            "request_counts": {**counts, "errored": 0, "canceled": 0, "expired": 0},
            "created_at": "2026-11-21T10:00:00Z",
            "expires_at": "2026-11-22T10:00:00Z",
            "ended_at": "2026-11-21T10:30:00Z" if ended else None,
            "cancel_initiated_at": None,
            "archived_at": None,
            "results_url": f"{self.url}{_BATCHES}/{name}/results" if ended else None,
        }

    def _results(self, name: str) -> Mode:
        if name not in self.batches:
            return error("404", 404, "not_found_error")
        lines = [
            json.dumps({"custom_id": one["custom_id"], "result": self._result(one["params"])})
            for one in reversed(self.batches[name]["requests"])
        ]
        data = "".join(f"{line}\n" for line in lines).encode()
        return Mode(
            "results", lambda wire, body: wire.send(frame(200, data, "application/x-jsonl")), keeps=True
        )

    def _result(self, params: dict[str, Any]) -> dict[str, Any]:
        made = self.script(params) if callable(self.script) else self.script
        if not isinstance(made, Mode):
            return {"type": "succeeded", "message": message(params, _text(made))}
        if made.name in {"expired", "canceled"}:
            return {"type": made.name}
        told = {"type": "error", "error": {"type": "api_error", "message": made.name}}
        return {"type": "errored", "error": told}


def _text(answer: Mapping[str, Any] | str) -> str:
    return answer if isinstance(answer, str) else json.dumps(answer)


def _json(value: object) -> Mode:
    data = json.dumps(value).encode()
    return Mode("json", lambda wire, body: wire.send(frame(200, data)), keeps=True)


class _Threads(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    model: ModelServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what these tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Threads

    def log_message(self, *_: object) -> None:
        """Nothing on standard error."""

    def _serve(self) -> None:
        data = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            body = json.loads(data or b"{}")
        except ValueError:
            body = {}
        headers = {name.lower(): value for name, value in self.headers.items()}
        model = self.server.model
        wire = model.begin(self.connection, Received(self.command, self.path, headers, body, data))
        keeps = model.answer(wire, self.command, self.path, body if isinstance(body, dict) else {})
        self.close_connection = not keeps

    do_POST = do_GET = do_PUT = do_DELETE = _serve


def main() -> None:
    """Serve the text of the first argument ({} without one) to every question, until the input ends."""
    with ModelServer(sys.argv[1] if len(sys.argv) > 1 else "{}") as server:
        print(server.url, flush=True)  # noqa: T201 - whoever started it reads the address
        sys.stdin.read()


if __name__ == "__main__":
    main()
