"""A program that forks spenders: each reserves, asks, settles, and goes on until it is killed.

``python spender.py HOME PORT TOKENS MICROS CALLS PACKAGES...``: the caps of a day; each line on standard
input forks one. A spender asks the port what time it is and what a call costs, one line each:

    now                          -> DAY WALL TICKS BOOT
    call DAY TOKENS MICROS       -> TOKENS MICROS, or - where the call ends without an answer
    refused DAY                  -> go, as soon as it is another day
"""

from __future__ import annotations

import os
import random
import signal
import socket
import sys
from datetime import UTC
from pathlib import Path

LEAST, MOST = 600, 2_400
"""Tokens that a call is estimated at; a tenth of it is its price in micros."""


def spend(root: Path, port: int, tokens: int, micros: int, calls: int) -> None:
    from afterglow.core.prices import Estimate
    from afterglow.core.twin import Usage
    from afterglow.store import ledger
    from afterglow.store.database import Database
    from afterglow.store.home import Home
    from afterglow.store.spend_clock import Instant

    chance = random.Random(os.getpid())
    caps = ledger.Caps(tokens, micros, calls)
    wire = socket.create_connection(("127.0.0.1", port)).makefile("rw", encoding="ascii")
    database = Database(Home(root, root, root / "logs", root / "run"), fallback=False)

    def ask(line: str) -> list[str]:
        wire.write(f"{line}\n")
        wire.flush()
        answer = wire.readline().split()
        if not answer:
            os._exit(0)
        return answer

    ask(f"hello {os.getpid()}")
    while True:
        day, wall, ticks, boot = ask("now")
        at = Instant(int(wall), int(ticks), boot)
        most = chance.randint(LEAST, MOST)
        estimate = Estimate(most, most // 10)
        made = database.write(
            lambda connection, at=at, estimate=estimate: ledger.reserve(  # type: ignore[misc]
                connection, caps, estimate,
                user_id=f"user-{os.getpid() % 3}", purpose="turns", model="m", host="h", job_id=None,
                at=at, zone=UTC,
            )
        )  # fmt: skip
        if isinstance(made, ledger.Refused):
            ask(f"refused {day}")
            continue
        answer = ask(f"call {day} {estimate.tokens} {estimate.micros}")
        told = len(answer) == 2
        usage = Usage(int(answer[0]) // 2, int(answer[0]) - int(answer[0]) // 2) if told else None
        cost = int(answer[1]) if told else 0
        database.write(
            lambda connection, made=made, usage=usage, cost=cost, at=at: ledger.settle(  # type: ignore[misc]
                connection, made, usage=usage, micros=cost, outcome="ok" if usage else "stopped",
                now=at.wall, may_have_cost=usage is None,
            )
        )  # fmt: skip


def main() -> None:
    root, port, *caps = Path(sys.argv[1]), *map(int, sys.argv[2:6])
    from afterglow.core import prices, twin  # noqa: F401 - once, before there are many
    from afterglow.store import database, ledger  # noqa: F401 - the same

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        if os.fork() == 0:
            os.close(0)
            try:
                spend(root, port, *caps)
            except OSError:
                pass
            finally:
                os._exit(1)


if __name__ == "__main__":
    sys.path[:0] = sys.argv[6:]
    main()
