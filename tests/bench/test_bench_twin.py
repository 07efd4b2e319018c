"""What the idle twin costs: the hot path beside a busy worker, and N11, a whole call of the worker.

The machine is shared with the worker on purpose. Turns with and without it are interleaved, so that both
see the same machine. Run with ``-m bench -s``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.test_latency import NO_WAITS, centile, focus
from tests.support.model_server import ModelServer
from tests.support.patience import rest
from tests.support.rawclient import python, server_env
from tests.support.sidecar import Sidecar, repository
from tests.support.twin import GREECE, SAID, Haiku, SlowHaiku
from tests.support.twin_desk import Desk, desk

pytestmark = pytest.mark.bench

ROUNDS = 12
TURNS = 80
"""In each half of a round."""
RATIO = 1.2
CALLS = 20
IMPORTING = """
import os

os.nice(19)
while True:
    if os.fork() == 0:
        import anthropic

        os._exit(0)
    os.wait()
"""
"""The dearest part of a worker, without an end: its client is imported, again and again."""


@contextlib.contextmanager
def busy(person: Desk) -> Iterator[None]:
    """Workers as a server starts them, one after another, on this home: each imports the client and asks."""
    env = server_env({"AFTERGLOW_HOME": str(person.home)})
    loop = f"while :; do nice -n 19 {' '.join(python('-m', 'afterglow', 'worker', '--once'))}; done"
    shell = subprocess.Popen(
        ["/bin/sh", "-c", loop],
        env=env,
        cwd=person.root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()


@contextlib.contextmanager
def importing(_: Desk) -> Iterator[None]:
    """The client is imported in a loop, at the lowest priority."""
    child = subprocess.Popen([sys.executable, "-c", IMPORTING], start_new_session=True)
    try:
        yield
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


WORK = {"asking": busy, "importing": importing}


def turn_ms(client: Sidecar, number: int) -> float:
    """From the end of a job to its token, or from words to the answer: both are whole turns."""
    began = time.perf_counter()
    if number % 2:
        client.ask("afterglow/say", {"text": f"{SAID[0]} {number}"})
        return (time.perf_counter() - began) * 1000
    shown = len(client.tokens)
    job = {"label": f"part {number}", "exitCode": 0, "durationMs": 12_000, "data": {"job": "build"}}
    client.report("job.finished", **job)
    client.token(shown + 1)
    return (time.perf_counter() - began) * 1000


def tell(what: str, alone: list[float], beside: list[float]) -> tuple[float, float]:
    p50, p99 = (centile(beside, share) / centile(alone, share) for share in (0.5, 0.99))
    sys.stdout.write(
        f"\n{what}: alone p50 {centile(alone, 0.5):.2f} ms, p99 {centile(alone, 0.99):.2f} ms;"
        f" beside the worker p50 {centile(beside, 0.5):.2f} ms, p99 {centile(beside, 0.99):.2f} ms;"
        f" ratios {p50:.2f} and {p99:.2f}\n"
    )
    return p50, p99


@pytest.mark.parametrize("load", ["asking", "importing"])
def test_a_busy_worker_costs_the_hot_path_little(load: str, home: Path, tmp_path: Path) -> None:
    person = desk(home, repository(tmp_path / "project"))
    taken: tuple[list[float], list[float]] = ([], [])
    with ModelServer(SlowHaiku(seconds=0.2)) as server:
        person.consent(server.url, dailyCalls=100_000, dailyTokens=1_000_000_000)
        with Sidecar(person.root, options={**NO_WAITS, "idleSeconds": 86_400}) as client:
            client.listen()
            focus(client)
            for number in range(50):
                turn_ms(client, number)
            for half in (0, 1) * ROUNDS:
                with WORK[load](person) if half else contextlib.nullcontext():
                    rest(0.5)  # it is at work
                    taken[half].extend(turn_ms(client, number) for number in range(TURNS))
    _, p99 = tell(f"hot path, worker {load}", *taken)
    assert p99 <= RATIO


def test_n11_a_whole_call(home: Path, tmp_path: Path) -> None:
    """Against a service that answers at once: what is left is ours. The model's own time comes on top."""
    person = desk(home, repository(tmp_path / "project"))
    whole: list[float] = []
    with ModelServer(Haiku(GREECE)) as server:
        person.consent(server.url, dailyCalls=100_000, dailyTokens=1_000_000_000)
        for number in range(CALLS):
            person.run("say", f"{SAID[0]} {number}")
            began = time.perf_counter()
            person.worker()
            whole.append((time.perf_counter() - began) * 1000)
        rows = person.rows("SELECT settled_at - at AS taken FROM ledger WHERE outcome = 'ok'")
    calls = [float(row["taken"]) for row in rows]
    assert len(calls) >= 1
    sys.stdout.write(
        f"\nN11 evaluate and predict, call alone: p50 {centile(calls, 0.5):.0f} ms,"
        f" p99 {centile(calls, 0.99):.0f} ms; worker from start to end: p50 {centile(whole, 0.5):.0f} ms,"
        f" p99 {centile(whole, 0.99):.0f} ms, over {len(calls)} calls\n"
    )
    assert centile(calls, 0.5) <= 5_000
    assert max(whole) <= 30_000
