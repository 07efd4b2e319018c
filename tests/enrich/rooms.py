"""A home with consent, turns that wait in it, and one run of the worker in this process.

Invariant: the clock is the test's, the model is ``tests.support.model_server``, and nothing else is asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

from attrs import define, evolve, field

from afterglow.core.settings import Settings
from afterglow.enrich.desk import Ran
from afterglow.enrich.run import run
from afterglow.enrich.watching import Stop
from afterglow.loop.clock import Clock
from afterglow.store import choices
from afterglow.store.database import Database
from afterglow.store.home import Home
from afterglow.store.rows import dump

T = TypeVar("T")

NOW: Final = 1_790_000_000_000
PLACE: Final = "/project"
FACTS: Final = {"asked": "say", "label": "off_domain", "glow": 0.1, "tags": ["travel"]}


@define
class Room:
    """``now`` is what the worker's clock says."""

    home: Home
    settings: Settings
    now: int = NOW
    stop: Stop = field(factory=Stop)

    def run(self, *, idle: bool = False) -> Ran:
        """One run, as the command or a server starts it."""
        clock = Clock(lambda: self.now, lambda: self.now, lambda: float(self.now))
        return run(self.home, self.settings, self.stop, clock, idle=idle, environ={})

    def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        database = Database(self.home, fallback=False)
        try:
            return database.write(work)
        finally:
            database.close()

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        return self.write(lambda connection: [dict(row) for row in connection.execute(query, values)])

    def configure(self, **more: Any) -> None:
        self.settings = evolve(self.settings, **more)

    def put(
        self, *, workspace: str = PLACE, said: str | None = None, session: str = "s", turn: int = 1
    ) -> int:
        """A turn that waits; its number."""

        def work(connection: sqlite3.Connection) -> int:
            made = connection.execute(
                "INSERT INTO twin_turns (user_id, workspace, session_id, turn, at, facts, said)"
                " VALUES ('local', ?, ?, ?, ?, ?, ?)",
                (workspace, session, turn, self.now, dump(FACTS), said),
            )
            assert made.lastrowid is not None
            return made.lastrowid

        return self.write(work)

    def end_sessions(self) -> None:
        """Whatever session the turns were of, a new one has begun since."""

        def work(connection: sqlite3.Connection) -> None:
            for place in [row[0] for row in connection.execute("SELECT DISTINCT workspace FROM twin_turns")]:
                connection.execute(
                    "INSERT INTO sessions (id, workspace, started_at, active_at) VALUES (?, ?, ?, ?)",
                    (f"next-{place}", place, self.now, self.now),
                )

        self.write(work)

    def off(self) -> None:
        self.write(lambda connection: choices.write_mode(connection, "off"))


def room(folder: Path, url: str, **settings: Any) -> Room:
    """A home below ``folder`` whose user consented to both."""
    home = Home(folder, folder, folder / "logs", folder / "run")
    given = {
        "enrichment_enabled": True,
        "enrichment_share_text": True,
        "enrichment_base_url": url,
        **settings,
    }
    return Room(home, evolve(Settings(), **given))
