"""The real server over stdio, as an editor that opted in to tokens would start it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.rawclient import RawClient, python, server_env

SERVER = python("-m", "afterglow", "lsp")
OPTED_IN = {
    "experimental": {"afterglow": {"token": True}},
    "workspace": {"inlayHint": {"refreshSupport": True}, "workspaceFolders": True},
}
QUICK = {"coalesceMs": 50, "typingPauseMs": 0, "minJobSeconds": 0}
"""Settings for tests that are not about the waits."""


class Sidecar(RawClient):
    """``Sidecar(root, mode="chatty")`` opens the folder; ``listen()`` returns when its sensors do."""

    def __init__(
        self,
        *roots: Path,
        capabilities: Mapping[str, Any] = OPTED_IN,
        options: Mapping[str, Any] | None = None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        **popen: Any,
    ) -> None:
        super().__init__(SERVER, env=server_env(env), cwd=cwd or roots[0], **popen)
        self.result = self.initialize(
            deadline=30.0,
            capabilities=dict(capabilities),
            rootUri=roots[0].as_uri(),
            workspaceFolders=[{"uri": root.as_uri(), "name": root.name} for root in roots],
            initializationOptions=dict(QUICK if options is None else options),
        )

    def listen(self, deadline: float = 30.0) -> None:
        """Return when the sensors have had their first look."""
        until = time.monotonic() + deadline
        while time.monotonic() < until:
            sensors = self.ask("afterglow/snapshot")["sensors"]
            if all(sensor["on"] for sensor in sensors):
                return
        raise AssertionError(f"not listening: {sensors}")

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
        until = time.monotonic() + deadline
        while time.monotonic() < until:
            record: dict[str, Any] = self.ask("afterglow/explain", {"eventId": event_id})
            if record.get("event") and "waits" not in record["reason"]:
                return record
        raise AssertionError("its turn did not come")

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
    import json

    return [json.loads(line) for line in text.splitlines()]


def git(root: Path, *words: str) -> str:
    """Run git; its output."""
    return subprocess.run(
        ("git", *words), cwd=root, check=True, capture_output=True, text=True, env=dict(os.environ)
    ).stdout


def repository(folder: Path) -> Path:
    """A repository with one commit."""
    folder.mkdir(parents=True)
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / "a.txt").write_text("a\n")
    git(folder, "add", "a.txt")
    git(folder, "commit", "--quiet", "-m", "begin")
    return folder.resolve()
