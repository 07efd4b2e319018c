"""Many commands for the price of one: a process that has imported the model's client and forks for each.

The parent side is ``Zygote``; the other side is this file run as a program. It reads one JSON object a line,
a command, and answers with the process id of the child that does it, then with how that ended.
Invariant: a child is a process of its own with the environment, folder and streams that it is given; only
the seconds that importing takes are saved.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Self

from tests.support.rawclient import server_env

HERE = Path(__file__).resolve()


class Zygote:
    """A context: the process lives as long as it. One command at a time."""

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._streams = tempfile.TemporaryDirectory()
        self._process: subprocess.Popen[str] = subprocess.Popen(
            [sys.executable, str(HERE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=server_env(),
            text=True,
        )
        assert self._read() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        self._input.close()
        self._process.wait(30)
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._streams.cleanup()

    def run(
        self, *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """One command of ``afterglow``, from beginning to end."""
        with self._lock:
            self.start(*words, env=env, cwd=cwd)
            code = self.end()
            out, err = (Path(name).read_text("utf-8", "replace") for name in self._files)
            return subprocess.CompletedProcess(words, code, out, err)

    def start(
        self, *words: str, env: Mapping[str, str] | None = None, cwd: Path | None = None, ahead_ms: int = 0
    ) -> int:
        """Begin a command; its process id. ``ahead_ms``: how far a worker's clock is ahead."""
        command = {
            "words": words,
            "env": server_env(env),
            "cwd": str(cwd or Path.cwd()),
            "files": self._files,
            "ahead": ahead_ms,
        }
        self._input.write(f"{json.dumps(command)}\n")
        self._input.flush()
        return int(self._read())

    def end(self) -> int:
        """How the command ended: its exit code, negative for a signal."""
        return int(self._read())

    @property
    def _files(self) -> list[str]:
        return [f"{self._streams.name}/{name}" for name in ("out", "err")]

    @property
    def _input(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _read(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


# -- the other side --------------------------------------------------------------------------------------


def _tell(value: object) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")
    sys.stdout.flush()


def _become(command: Mapping[str, Any]) -> None:
    """Take over environment, folder and streams."""
    os.environ.clear()
    os.environ.update(command["env"])
    time.tzset()
    os.chdir(command["cwd"])
    places = [os.devnull, *command["files"]]
    for fd, (place, flags) in enumerate(zip(places, (os.O_RDONLY, _NEW, _NEW), strict=True)):
        handle = os.open(place, flags, 0o600)
        os.dup2(handle, fd)
        os.close(handle)


_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def _do(command: Mapping[str, Any]) -> int:
    from afterglow.cli import main as afterglow
    from afterglow.loop import clock

    if command["ahead"]:
        system, ahead = clock.SYSTEM, command["ahead"]
        # The worker takes it from there when it begins.
        clock.SYSTEM = clock.Clock(lambda: system.wall() + ahead, system.ticks, system.fine)
    return afterglow(command["words"])


def main() -> None:
    """Fork for each line of the input."""

    import afterglow.cli
    import afterglow.cli.commands
    import afterglow.enrich.run  # noqa: F401 - and all that it stands on
    from afterglow.enrich.scrub import scrub

    scrub("what looks for secrets is loaded at the first text", ())
    gc.freeze()
    _tell("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 70
            try:
                command = json.loads(line)
                _become(command)
                code = _do(command)
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(code)
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
