"""Processes that write to the store until they are killed, and a wait for what gives no signal.

Run as a program it is the writer itself: it records observation after observation and prints one
line for each, but only after its transaction was committed: what is printed is acknowledged.
It imports the store and the core only, so that a thousand of them start in reasonable time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
NOW = 1_790_000_000_000
LATE = NOW + 10_000_000_000


def wait_until(ready: Callable[[], Any], deadline: float = 10.0) -> None:
    """Return when ``ready()`` is true; raises TimeoutError after ``deadline`` seconds."""
    end = time.monotonic() + deadline
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.005)


class Writer:
    """One writer process. ``what``: ``record`` or ``take``; ``name`` makes its keys its own.

    Its standard output goes to a pipe of its own that is read to the end once it is gone.
    """

    def __init__(self, home: Path, what: str, name: str) -> None:
        # -I: nothing of the surroundings is imported, and nothing slows the start down.
        command = [sys.executable, "-I", "-S", __file__, what, str(home), name, *_packages()]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, env={"LC_ALL": "C.UTF-8"})

    def first_line(self) -> str:
        """Wait for the first acknowledgement."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().decode()

    def kill(self) -> list[str]:
        """kill -9, and every whole line it had written besides those read before."""
        self.process.kill()
        assert self.process.stdout is not None
        rest = self.process.stdout.read().decode()
        self.process.stdout.close()
        self.process.wait()
        return rest[: rest.rfind("\n") + 1].splitlines()


def _packages() -> list[str]:
    """Where the writer finds our code and attrs."""
    import attrs

    return [str(ROOT / "server"), str(Path(attrs.__file__).parents[1])]


def _record(home: Path, name: str) -> None:
    from afterglow.core.model import Observation
    from afterglow.store import events
    from afterglow.store.database import Database
    from afterglow.store.home import Home

    database = Database(Home(home, home, home / "logs", home / "run"), fallback=False)
    number = 0
    while True:
        number += 1
        key = f"{name}-{number}"
        seen = Observation(
            "job.finished",
            f"/{name}",
            "emit",
            NOW + number * 60_000,
            label=key,
            status="ok",
            data={"job": "test", "passed": number},
            key=key,
        )
        made = database.write(
            lambda connection, seen=seen: events.record(  # type: ignore[misc]
                connection, seen, now=LATE, session_gap_ms=1_800_000
            )
        )
        assert made is not None and made.new
        os.write(1, f"{key}\n".encode())


def _take(home: Path, name: str) -> None:
    from afterglow.store import sessions, turns
    from afterglow.store.database import Database
    from afterglow.store.home import Home

    database = Database(Home(home, home, home / "logs", home / "run"), fallback=False)
    now = LATE
    database.write(lambda connection: sessions.open_window(connection, name, now))
    os.write(1, b"open\n")
    parent = os.getppid()
    while True:
        free = database.read(
            lambda connection: connection.execute("SELECT seq FROM events WHERE state = 1 LIMIT 4").fetchall()
        )
        seqs = [row["seq"] for row in free]
        if not seqs:
            time.sleep(0.002)
            if os.getppid() != parent:
                return
            continue
        mine = database.write(lambda connection, seqs=seqs: turns.take(connection, name, seqs, now))  # type: ignore[misc]
        for event in mine:
            database.write(lambda connection, seq=event.seq: turns.finish(connection, [seq], name, now))  # type: ignore[misc]
            os.write(1, f"took {event.seq}\n".encode())


if __name__ == "__main__":
    sys.path[:0] = sys.argv[4:]
    {"record": _record, "take": _take}[sys.argv[1]](Path(sys.argv[2]), sys.argv[3])
