"""A program whose children queue jobs or work on them until they are killed.

``python job_workers.py HOME PACKAGES...``: each line ``add NAME`` or ``work NAME`` on its standard input
forks a child, which says ``child NAME PID`` and then one line for each job, only after its transaction was
committed; what is printed is acknowledged. Ends with its input. Its clock runs so fast that a lease lapses
in about a tenth of a second.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from afterglow.store.database import Database

NOW = 1_790_000_000_000
FASTER = 600
MOST = 1_000


def now() -> int:
    """ms of a clock that all workers share."""
    return NOW + time.monotonic_ns() // 1_000_000 * FASTER


def main(root: Path) -> None:
    # Once for all children: a fork is cheap.
    import afterglow.store.database
    import afterglow.store.jobs  # noqa: F401 - see above

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        what, name = line.split()
        if os.fork() == 0:
            try:
                child(what, root, name)
            finally:
                os._exit(1)


def child(what: str, root: Path, name: str) -> None:
    """Queue or work until the end."""
    from afterglow.store import jobs
    from afterglow.store.database import Database
    from afterglow.store.home import Home

    os.write(1, f"child {name} {os.getpid()}\n".encode())
    database = Database(Home(root, root, root / "logs", root / "run"), fallback=False)
    for number in count():
        if what == "add":
            payload = {"name": f"{name}-{number}"}
            database.write(
                lambda connection, payload=payload: jobs.add(  # type: ignore[misc]
                    connection, type="turns", user_id="u", now=now(), payload=payload, most_attempts=MOST
                )
            )
            os.write(1, f"added {payload['name']}\n".encode())
            threading.Event().wait(0.002)
            continue
        work(database, f"{name}-{number}", number)


def work(database: Database, owner: str, number: int) -> None:
    """One job, where one is due."""
    from afterglow.store import jobs

    job = database.write(lambda connection: jobs.lease(connection, owner, now(), ("turns",)))
    if job is None:
        threading.Event().wait(0.002)
        return
    os.write(1, f"leased {job.payload['name']}\n".encode())
    if number % 7 == 0:
        database.write(lambda connection: jobs.give_back(connection, job.id, owner, now()))
    elif database.write(lambda connection: jobs.complete(connection, job.id, owner, now())):
        os.write(1, f"completed {job.payload['name']}\n".encode())


if __name__ == "__main__":
    sys.path[:0] = sys.argv[2:]
    main(Path(sys.argv[1]))
