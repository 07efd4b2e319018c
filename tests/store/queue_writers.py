"""A program that adds to the queue or claims from it until it is killed.

``python queue_writers.py add|take HOME NAME PACKAGES...``: prints one line for each entry, only after its
transaction was committed; what is printed is acknowledged.
"""

from __future__ import annotations

import os
import sys
from itertools import count
from pathlib import Path

NOW = 1_790_000_000_000
SOURCES = ("job", "recipe", "stats", "llm_generated")


def main(what: str, root: Path, name: str) -> None:
    from afterglow.core.queue_rules import Draft, Entry, check
    from afterglow.store import queue
    from afterglow.store.database import Database
    from afterglow.store.home import Home

    database = Database(Home(root, root, root / "logs", root / "run"), fallback=False)
    for number in count():
        if what == "add":
            text = f"{name}-{number}"
            draft = check(
                {
                    "user_id": "local",
                    "banter": text,
                    "source": SOURCES[number % 4],
                    "tags": ["even"] if number % 2 == 0 else [],
                    "until_used": True,
                }
            )
            assert isinstance(draft, Draft)
            made = database.write(lambda connection, draft=draft: queue.add(connection, draft, NOW, 0))  # type: ignore[misc]
            assert isinstance(made, Entry)
            os.write(1, f"{text}\n".encode())
        else:
            query = queue.ClaimQuery("local", NOW, tags=("even",) if number % 2 else ())
            got = database.write(lambda connection, query=query: queue.claim(connection, query))  # type: ignore[misc]
            os.write(1, f"took {got.banter if got else '-'}\n".encode())


if __name__ == "__main__":
    sys.path[:0] = sys.argv[4:]
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
