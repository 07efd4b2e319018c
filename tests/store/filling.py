"""A program that fills its disk, goes on, and comes back when there is room again.

``python filling.py WAY HOME PACKAGES...``: WAY ``limit`` bounds the size of every file of this process,
``disk`` means that HOME lies on a small disk. Prints what happened as one JSON object.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

NOW = 1_790_000_000_000
BALLAST = 1024 * 1024
LIMIT = 512 * 1024
MOST = 5_000
GROW = "INSERT INTO meta VALUES (hex(randomblob(9)), hex(randomblob(3000)))"


def main(way: str, root: Path) -> dict[str, object]:
    from afterglow.core.model import Observation
    from afterglow.store import events, turns
    from afterglow.store.database import RETURN_SECONDS, Database, Unavailable
    from afterglow.store.home import Home

    home = Home(root, root, root / "logs", root / "run")
    ballast = root / "ballast"
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    if way == "disk":
        ballast.write_bytes(b"x" * BALLAST)
    else:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))

    def make_room() -> None:
        if way == "disk":
            ballast.unlink()
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))

    clock = [0.0]
    database = Database(home, seconds=lambda: clock[0])
    acknowledged: list[str] = []
    slowest = 0.0

    def add() -> None:
        nonlocal slowest
        key = f"key-{len(acknowledged)}"
        seen = Observation(
            "job.finished",
            "/project",
            "emit",
            NOW + len(acknowledged),
            label=key,
            status="ok",
            data={"job": "test", "failing": ["tree " * 40]},
            key=key,
        )
        began = time.monotonic()
        made = database.write(
            lambda connection: events.record(connection, seen, now=NOW * 2, session_gap_ms=0)
        )
        slowest = max(slowest, time.monotonic() - began)
        assert made is not None and made.new
        acknowledged.append(key)

    def until(ready: Callable[[], bool]) -> None:
        while not ready():
            assert len(acknowledged) < MOST, "the disk was never full"
            add()

    until(lambda: database.problem is not None)
    problem = database.problem
    if way == "limit":
        # A log begun anew would fit again.
        resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    for _ in range(20):
        add()
    [free, *_] = database.write(lambda connection: turns.waiting(connection, ["/project"], NOW * 2))
    [taken] = database.write(lambda connection: turns.take(connection, "me", [free.seq], 0))
    database.write(lambda connection: turns.finish(connection, [taken.seq], "told from memory", NOW))
    clock[0] += RETURN_SECONDS
    add()
    still = database.problem
    try:
        refused = "no"
        short_lived = Database(home, fallback=False)
        for _ in range(200):
            short_lived.write(lambda connection: connection.execute(GROW))
    except Unavailable as error:
        refused = str(error)
    make_room()
    clock[0] += RETURN_SECONDS
    add()
    back = database.problem
    add()
    database.close()
    return {
        "acknowledged": acknowledged,
        "problem": problem,
        "still": still,
        "back": back,
        "refused": refused,
        "slowest": slowest,
        "told": taken.id,
    }


if __name__ == "__main__":
    sys.path[:0] = sys.argv[3:]
    sys.stdout.write(json.dumps(main(sys.argv[1], Path(sys.argv[2]))))
