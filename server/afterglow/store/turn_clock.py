"""How many turns there were: in each workspace, and in all of them together.

Invariant: a clock only grows and goes on over sessions, so that "five turns later" means the same
tomorrow. The turn that is being decided has not been counted yet.
"""

from __future__ import annotations

import sqlite3
from typing import Final

from attrs import frozen

ANYWHERE: Final = ""


@frozen
class Turns:
    """The number of the turn at hand: among those of its workspace, and among all."""

    here: int = 1
    anywhere: int = 1

    def of(self, workspace: str) -> int:
        """The number by the clock that an entry of ``workspace`` lives by; ``''``: of any."""
        return self.anywhere if workspace == ANYWHERE else self.here


def tick(connection: sqlite3.Connection, workspace: str, now: int) -> None:
    """Count one turn that reached the queue (T5) in this workspace; after the claim of that turn."""
    connection.executemany(
        "INSERT INTO turn_clock (workspace, turn, at) VALUES (?, 1, ?)"
        " ON CONFLICT (workspace) DO UPDATE SET turn = turn + 1, at = excluded.at",
        [(place, now) for place in dict.fromkeys((ANYWHERE, workspace))],
    )


def counted(connection: sqlite3.Connection) -> dict[str, int]:
    """How many turns there were by each clock."""
    rows = connection.execute("SELECT workspace, turn FROM turn_clock")
    return {row["workspace"]: row["turn"] for row in rows}


def read(connection: sqlite3.Connection, workspace: str | None) -> Turns:
    """The number of the turn that would be counted next; without a workspace ``here`` is ``anywhere``."""
    place = workspace or ANYWHERE
    counted = {
        row["workspace"]: row["turn"]
        for row in connection.execute(
            "SELECT workspace, turn FROM turn_clock WHERE workspace IN (?, ?)", (ANYWHERE, place)
        )
    }
    return Turns(counted.get(place, 0) + 1, counted.get(ANYWHERE, 0) + 1)
