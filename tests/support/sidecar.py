"""The real server over stdio, as an editor that opted in to tokens would start it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.gitbox import GitBox
from tests.support.patience import wait_until
from tests.support.rawclient import RawClient, python, server_env

SERVER = python("-m", "afterglow", "lsp")
OPTED_IN = {
    "experimental": {"afterglow": {"token": True}},
    "workspace": {"inlayHint": {"refreshSupport": True}, "workspaceFolders": True},
}
QUICK = {"coalesceMs": 50, "typingPauseMs": 0, "minJobSeconds": 0}
"""Settings for tests that are not about the waits."""
JOB: dict[str, Any] = {"label": "make", "exitCode": 0, "durationMs": 12_000, "data": {"job": "build"}}
"""The end of a job that is told as ``build ok, 12 s``."""


class Sidecar(RawClient):
    """``Sidecar(root, mode="chatty")`` opens the folder; ``listen()`` returns when its sensors do."""

    def __init__(
        self,
        *roots: Path,
        capabilities: Mapping[str, Any] = OPTED_IN,
        options: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        argv: Sequence[str] = SERVER,
        **popen: Any,
    ) -> None:
        super().__init__(argv, env=server_env(env), cwd=cwd or roots[0], **popen)
        self.result = self.initialize(
            deadline=30.0,
            capabilities=dict(capabilities),
            rootUri=roots[0].as_uri(),
            workspaceFolders=[{"uri": root.as_uri(), "name": root.name} for root in roots],
            initializationOptions=dict(QUICK if options is None else options),
        )

    def listen(self, deadline: float = 30.0) -> None:
        """Return when the sensors have had their first look."""
        wait_until(lambda: all(it["on"] for it in self.ask("afterglow/snapshot")["sensors"]), deadline)

    def ask(self, method: str, params: Any = None, deadline: float = 10.0) -> Any:
        """The result of a request; an error reply fails the test."""
        answer = self.request(method, {} if params is None else params, deadline)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    @property
    def tokens(self) -> list[dict[str, Any]]:
        return [shown["params"] for shown in self.notifications("afterglow/token")]

    def token(self, number: int, deadline: float = 15.0) -> dict[str, Any]:
        """The ``number``-th token, counted from 1."""
        self.wait(lambda: len(self.tokens) >= number, f"no token number {number}", deadline)
        return self.tokens[number - 1]

    def turn_of(self, event_id: str, deadline: float = 15.0) -> dict[str, Any]:
        """The turn of an event, when it is over."""
        record: dict[str, Any] = {}

        def over() -> bool:
            record.update(self.ask("afterglow/explain", {"eventId": event_id}))
            return bool(record["event"]) and "waits" not in record["reason"]

        wait_until(over, deadline)
        return record

    def report(self, kind: str, **event: Any) -> None:
        """Send one ``afterglow/event``."""
        self.notify("afterglow/event", {"kind": kind, **event})


def afterglow(*words: str, cwd: Path | None = None, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    made = subprocess.run(
        python("-m", "afterglow", *words),
        cwd=cwd,
        env=server_env(),
        capture_output=True,
        text=True,
        check=False,
    )
    if check:
        assert made.returncode == 0, (made.returncode, made.stdout, made.stderr)
    return made


def lines(text: str) -> list[dict[str, Any]]:
    """JSON lines."""
    return [json.loads(line) for line in text.splitlines()]


def recorded(
    *words: str, enough: Callable[[list[dict[str, Any]]], Any] = bool, deadline: float = 30.0
) -> list[dict[str, Any]]:
    """What ``afterglow events`` lists with these options, as soon as it is ``enough``: any at all, where
    nothing else is said."""
    found: list[dict[str, Any]] = []

    def look() -> Any:
        found[:] = lines(afterglow("events", "--json", *words).stdout)
        return enough(found)

    try:
        wait_until(look, deadline)
    except TimeoutError:
        raise AssertionError(f"not enough was recorded in {deadline} s: {found}") from None
    return found


def git(root: Path, *words: str) -> str:
    """Run git; its output."""
    return GitBox(root).run(*words)


def repository(folder: Path) -> Path:
    """A repository with one commit."""
    GitBox.create(folder).commit("a.txt", "a\n", "begin")
    return folder.resolve()
