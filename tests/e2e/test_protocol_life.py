"""F5, F9: every way to end, with its exit code; nothing stays behind."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.support.patience import rest
from tests.support.rawclient import RawClient, message, server_env
from tests.support.target import ECHO, TARGETS, Target


def _shut_down(client: RawClient) -> None:
    client.request("shutdown")


def _exit(client: RawClient) -> None:
    client.notify("exit")


def _signal(number: int) -> Callable[[RawClient], None]:
    return lambda client: os.kill(client.pid, number)


Step = Callable[[RawClient], None]
ENDS: dict[str, tuple[tuple[Step, ...], int]] = {
    "shutdown and exit": ((_shut_down, _exit), 0),
    "exit only": ((_exit,), 1),
    "end of input": ((RawClient.close_stdin,), 0),
    "end of input after shutdown": ((_shut_down, RawClient.close_stdin), 0),
    "fatal framing": ((lambda client: client.send(b"Content-Length: 99999999999\r\n\r\n"),), 1),
    "SIGTERM": ((_signal(signal.SIGTERM),), 0),
    "SIGHUP": ((_signal(signal.SIGHUP),), 0),
    "SIGINT": ((_signal(signal.SIGINT),), 0),
}


def act(client: RawClient, end: str) -> int:
    """Take the steps of this end; returns the exit code that is due."""
    steps, code = ENDS[end]
    for step in steps:
        step(client)
    return code


def end_once(target: Target, end: str) -> float:
    with target.open() as client:
        started = time.monotonic()
        code = act(client, end)
        assert client.wait_exit(5) == code
        assert client.errors == []
        return time.monotonic() - started


@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("end", ENDS)
def test_exit_codes(target: Target, end: str) -> None:
    for _ in range(3):
        assert end_once(target, end) < 3


@pytest.mark.soak
@pytest.mark.parametrize("target", TARGETS, ids=str)
@pytest.mark.parametrize("end", ENDS)
def test_exit_codes_twenty_times(target: Target, end: str) -> None:
    for _ in range(20):
        assert end_once(target, end) < 3


def test_before_initialize() -> None:
    for end, code in (("exit only", 1), ("end of input", 0), ("SIGTERM", 0), ("fatal framing", 1)):
        with ECHO.start() as client:
            client.request("echo/ping")
            act(client, end)
            assert client.wait_exit(5) == code


def test_a_stuck_thread_does_not_delay_the_end() -> None:
    for end in ("shutdown and exit", "end of input"):
        with ECHO.open() as client:
            client.request("echo/stuck")
            client.start_request("echo/slow", {"seconds": 60})
            started = time.monotonic()
            act(client, end)
            assert client.wait_exit(5) == 0
            assert time.monotonic() - started < 2
            assert b"echo: stopped" in client.stderr


def test_the_clean_up_runs_at_every_end() -> None:
    for end in ENDS:
        with ECHO.open() as client:
            act(client, end)
            client.wait_exit(5)
            client.close()
            assert b"echo: stopped" in client.stderr, end


def test_a_client_that_takes_nothing_any_more() -> None:
    with ECHO.open() as client:
        assert client.process.stdout is not None
        client.stop_reading()
        client.process.stdout.close()
        # The pipe is closed when the reading thread has left its last read, which one answer makes it do.
        for _ in range(100):
            with contextlib.suppress(BrokenPipeError):
                client.start_request("echo/ping")
            with contextlib.suppress(subprocess.TimeoutExpired):
                client.process.wait(0.05)
                break
        assert client.wait_exit(5) == 0


EDITOR = """
import json, os, subprocess, sys
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize",
                   "params": {"processId": os.getpid(), "capabilities": {}}}).encode()
server.stdin.write(b"Content-Length: %d\\r\\n\\r\\n%b" % (len(body), body))
server.stdin.flush()
server.stdout.readline()
if os.environ.get("LEAK"):
    # Another child holds the writing end of the server's stdin, as terminals and watchers in editors do.
    leak = subprocess.Popen(["sleep", "60"], pass_fds=[server.stdin.fileno(), server.stdout.fileno()])
    print(leak.pid, flush=True)
else:
    print(0, flush=True)
print(server.pid, flush=True)
server.wait()
"""


def kill_editor(target: Target, leak: bool) -> float:
    """Kill an editor that has a server; returns the seconds until the server was gone."""
    editor = subprocess.Popen(
        [sys.executable, "-c", EDITOR, *target.argv],
        env=server_env({"LEAK": "1"} if leak else {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert editor.stdout is not None
    holder = 0
    try:
        holder, server = int(editor.stdout.readline()), int(editor.stdout.readline())
        watch = os.pidfd_open(server)
        started = time.monotonic()
        editor.kill()
        gone = _wait_gone(watch, 6)
        os.close(watch)
        if not gone:
            os.kill(server, signal.SIGKILL)
        return time.monotonic() - started
    finally:
        editor.kill()
        editor.wait()
        editor.stdout.close()
        if holder:
            os.kill(holder, signal.SIGKILL)


def _wait_gone(pidfd: int, seconds: float) -> bool:
    return bool(select.select([pidfd], [], [], seconds)[0])


def kill_many(target: Target, plain: int, leaked: int) -> None:
    with ThreadPoolExecutor(4) as pool:
        took = list(pool.map(lambda leak: kill_editor(target, leak), [False] * plain + [True] * leaked))
    assert max(took) <= 3, sorted(took)[-5:]


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_no_orphan_when_the_editor_is_killed(target: Target) -> None:
    kill_many(target, plain=30, leaked=10)


@pytest.mark.soak
@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_no_orphan_in_two_hundred_kills(target: Target) -> None:
    kill_many(target, plain=150, leaked=50)


def test_a_named_process_that_did_not_start_us() -> None:
    """In a container the number may be some other process: its end ends a silent client only."""
    for answers in (True, False):
        other = subprocess.Popen(["sleep", "60"])
        with ECHO.start() as client:
            client.initialize(processId=other.pid)
            client.answering = answers
            other.kill()
            other.wait()
            if answers:
                client.notification("afterglow/alive")
                assert client.request("echo/ping")["result"] == {"pong": None}
                assert client.shut_down() == 0
            else:
                assert client.wait_exit(3) == 0


@pytest.mark.parametrize("pid", [None, 2**22 + 5, -1, "x", 1.5, True])
def test_a_process_id_that_means_nothing(pid: object) -> None:
    with ECHO.start() as client:
        client.initialize(processId=pid)
        assert client.request("echo/ping")["result"] == {"pong": None}
        client.close_stdin()
        assert client.wait_exit(5) == 0


def test_idle_costs_nothing() -> None:
    """N10: no timer, no poll: not one wake-up in five seconds."""
    with ECHO.open() as client:
        client.request("echo/ping")
        cpu, woken = client.cpu_seconds(), client.wakeups()
        rest(5)  # what is measured is that nothing happens
        assert client.wakeups() - woken <= 1
        assert client.cpu_seconds() - cpu < 0.005


def test_a_file_as_input_and_output(tmp_path: Path) -> None:
    """A loop cannot wait for a file; threads read and write it."""
    given, taken = tmp_path / "in", tmp_path / "out"
    script = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}},
        {"jsonrpc": "2.0", "id": 2, "method": "echo/ping", "params": {"n": 5}},
        {"jsonrpc": "2.0", "id": 3, "method": "shutdown"},
        {"jsonrpc": "2.0", "method": "exit"},
    ]
    given.write_bytes(b"".join(message(it) for it in script))
    with given.open("rb") as source, taken.open("wb") as sink:
        process = subprocess.Popen(ECHO.argv, stdin=source, stdout=sink, env=server_env())
    assert process.wait(20) == 0
    parts = taken.read_bytes().split(b"Content-Length: ")[1:]
    assert [json.loads(part.partition(b"\r\n\r\n")[2])["id"] for part in parts] == [1, 2, 3]


def test_tcp_for_debugging() -> None:
    process = subprocess.Popen([*ECHO.argv, "--tcp"], env=server_env(), stderr=subprocess.PIPE)
    assert process.stderr is not None
    address = process.stderr.readline().decode().rsplit(" ", 1)[1].strip()
    host, _, port = address.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(message({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}))
        stream = client.makefile("rb")
        length = int(stream.readline().split(b":")[1])
        stream.readline()
        assert json.loads(stream.read(length))["result"]["serverInfo"]["name"] == "echo"
        stream.close()
    assert process.wait(5) == 0
    process.stderr.close()
