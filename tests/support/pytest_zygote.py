"""Many real runs of pytest for the price of a few: a process that has imported it and forks for each.

The parent side is ``Zygote``; the other side is this file run as a program. It reads one JSON object a line,
a run, and answers with one: ``code`` (negative for a signal) and ``outcomes``, as a plugin of the run heard
them: the truth that no file of the workspace had a part in.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

from attrs import frozen

from tests.support.patience import wait_until
from tests.support.real_pytest import ENVIRONMENT

HERE = Path(__file__).resolve()


@frozen
class Run:
    """``outcomes``: (node id, id in a JUnit report, ``passed`` ``failed`` ``skipped``) of each test that
    ended and of each module that was collected, or could not be."""

    code: int
    outcomes: tuple[tuple[str, str, str], ...]

    def named(self, outcome: str) -> set[str]:
        """The node ids with this outcome."""
        return {nodeid for nodeid, _, what in self.outcomes if what == outcome}


class Zygote:
    """A context: the process lives as long as it. One run at a time; for two at once there must be two."""

    def __enter__(self) -> Zygote:
        self._process = subprocess.Popen(
            [sys.executable, str(HERE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(HERE.parents[2])},
            text=True,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def run(self, cwd: Path, *args: str, signal: int = 0, at: str = "") -> Run:
        """One run to its end. ``signal`` is sent to it when the test ``at`` (its bare name) is called."""
        self.begin(cwd, *args, signal=signal, at=at)
        return self.end()

    def begin(self, cwd: Path, *args: str, signal: int = 0, at: str = "", gate: Path | None = None) -> None:
        """Begin a run; ``end`` must follow. With a ``gate`` it halts when ``at`` is called: it makes that
        file and goes on when the file is gone."""
        assert self._process.stdin is not None
        request = {"cwd": str(cwd), "args": args, "signal": signal, "at": at, "gate": gate and str(gate)}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def end(self) -> Run:
        """Wait for the run that was begun."""
        assert self._process.stdout is not None
        answer = json.loads(self._process.stdout.readline())
        return Run(answer["code"], tuple(map(tuple, answer["outcomes"])))


def _forked(work: Callable[[], int]) -> int:
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _plugin(request: dict[str, Any], heard: int) -> object:
    import pytest
    from _pytest.junitxml import mangle_test_address

    def tell(nodeid: str, outcome: str) -> None:
        names = mangle_test_address(nodeid)
        line = json.dumps([nodeid, ".".join(names[:-1]) + "::" + names[-1], outcome]) + "\n"
        os.write(heard, line.encode())

    class Ear:
        def __init__(self) -> None:
            self.worst: dict[str, str] = {}

        def pytest_runtest_call(self, item: pytest.Item) -> None:
            if item.name != request["at"]:
                return
            if request["gate"]:
                gate = Path(request["gate"])
                gate.touch()
                wait_until(lambda: not gate.exists(), 60)
            if request["signal"]:
                os.kill(os.getpid(), request["signal"])

        def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
            before = self.worst.get(report.nodeid, "passed")
            now = before if report.outcome == "passed" else report.outcome
            self.worst[report.nodeid] = "failed" if "failed" in (before, now) else now
            if report.when == "teardown":
                tell(report.nodeid, self.worst.pop(report.nodeid))

        def pytest_collectreport(self, report: pytest.CollectReport) -> None:
            if report.failed or report.nodeid.endswith(".py"):
                tell(report.nodeid, report.outcome)

    return Ear()


def _run(request: dict[str, Any], heard: int) -> int:
    import pytest

    os.chdir(request["cwd"])
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    words = ["-q", "--rootdir=.", *request["args"]]
    return int(pytest.main(words, plugins=[_plugin(request, heard)]))


def _warm() -> None:
    """What pytest imports at its first failing test is imported now, once for all runs."""
    import pytest

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test_warm.py").write_text("def test_warm(): assert [1] == [2]\n")
        words = [
            "-q",
            f"--rootdir={folder}",
            f"--junitxml={folder}/warm.xml",
            "-p",
            "no:cacheprovider",
            folder,
        ]
        with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
            pytest.main(words)
    sys.modules.pop("test_warm", None)
    gc.freeze()


def main() -> int:
    """The program: forks once for every line, in the order they come."""
    importlib.import_module("xdist.plugin")

    _warm()
    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryFile() as heard:
            code = _forked(lambda request=request, heard=heard: _run(request, heard.fileno()))  # type: ignore[misc]
            heard.seek(0)
            outcomes = [json.loads(told) for told in heard.read().decode().splitlines()]
        sys.stdout.write(json.dumps({"code": code, "outcomes": outcomes}) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
