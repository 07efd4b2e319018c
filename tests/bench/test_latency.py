"""N3 and N4: from what happened to the token on the wire, waits excluded, beside a bare server's round trip.

Also the cost of a large workspace at rest. Run with ``-m bench -s``.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.bench.test_wire_ratios import BARE, HINT, started
from tests.support import figures
from tests.support.patience import rest
from tests.support.sidecar import Sidecar, git, repository

pytestmark = pytest.mark.bench

NO_WAITS = {"coalesceMs": 0, "typingPauseMs": 0, "minJobSeconds": 0, "mode": "chatty"}
EVENTS = 200
COMMITS = 60
FOLDERS = 20_000
REST_SECONDS = 30
N3_ROUND_TRIPS = 40
N4_ROUND_TRIPS = 100
"""What CI would allow, in round trips of a bare server: the absolutes are published, not asserted."""


def centile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def bare_round_trip() -> float:
    """The median of a bare server's hint, in ms: the unit of the ratios here."""
    with started(BARE) as client:
        taken = []
        for _ in range(400):
            began = time.perf_counter()
            client.request("textDocument/inlayHint", HINT)
            taken.append((time.perf_counter() - began) * 1000)
        return centile(taken, 0.5)


def tell(what: str, taken: list[float], unit: float) -> None:
    p50, p99 = centile(taken, 0.5), centile(taken, 0.99)
    sys.stdout.write(
        f"\n{what}: p50 {p50:.2f} ms, p99 {p99:.2f} ms; "
        f"{p50 / unit:.1f} and {p99 / unit:.1f} bare round trips\n"
    )


def focus(client: Sidecar) -> None:
    """In front, a window does not wait for others to reach first."""
    client.report("focus", data={"focused": True})


def test_n3_event_received_to_token_written(tmp_path: Path) -> None:
    unit = bare_round_trip()
    root = repository(tmp_path / "project")
    taken = []
    with Sidecar(root, options=NO_WAITS) as client:
        client.listen()
        focus(client)
        for number in range(EVENTS):
            job: dict[str, Any] = {
                "label": f"part {number}",
                "exitCode": 0,
                "durationMs": 12_000,
                "data": {"job": "build"},
            }
            began = time.perf_counter()
            client.report("job.finished", **job)
            client.token(number + 1)
            taken.append((time.perf_counter() - began) * 1000)
    tell("N3 event -> token", taken, unit)
    assert centile(taken, 0.5) <= N3_ROUND_TRIPS * unit


def test_n4_commit_on_disk_to_token_on_the_wire(tmp_path: Path) -> None:
    unit = bare_round_trip()
    root = repository(tmp_path / "project")
    log = root / ".git" / "logs" / "HEAD"
    taken = []
    with Sidecar(root, options=NO_WAITS) as client:
        client.listen()
        focus(client)
        for number in range(COMMITS):
            # The line that git would write, so that git's own work is not in the figure.
            old = f"{number:040x}"
            new = f"{number + 1:040x}"
            rest(0.25)  # people do not commit twenty times a second: the watcher is calm again
            line = f"{old} {new} Ada <ada@example.org> {int(time.time())} +0000\tcommit: {number}\n"
            began = time.perf_counter()
            with log.open("a") as file:
                file.write(line)
            client.token(number + 1)
            taken.append((time.perf_counter() - began) * 1000)
    tell("N4 log line -> token", taken, unit)
    assert centile(taken, 0.5) <= N4_ROUND_TRIPS * unit


def test_a_large_workspace_at_rest(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    for number in range(FOLDERS):
        (root / f"d{number // 200}" / f"e{number}").mkdir(parents=True)
    (root / ".git" / "info" / "exclude").write_text("d*/\n")
    with Sidecar(root) as client:
        client.listen()
        watches = 0
        for descriptor in Path(f"/proc/{client.pid}/fdinfo").iterdir():
            watches += descriptor.read_text().count("inotify wd:")
        rest(25)  # the retention's first look is over, and the machine is calm
        before, woken = figures.ticks(client.pid), client.wakeups()
        rest(REST_SECONDS)  # what is measured is that nothing happens
        spent, wakeups = figures.ticks(client.pid) - before, client.wakeups() - woken
        sys.stdout.write(
            f"\n{FOLDERS} folders: {watches} watches, {client.rss_kb()} KiB, "
            f"{spent} ticks of {1000 // os.sysconf('SC_CLK_TCK')} ms and {wakeups} wake-ups "
            f"in {REST_SECONDS} s\n"
        )
        assert watches <= 10
        assert spent == 0
    assert git(root, "status", "--porcelain") == ""
