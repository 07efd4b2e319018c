"""The worker as a server starts it, with a store that has one turn for it, and a look at what it left."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from afterglow.core.settings import Settings, resolve
from afterglow.enrich.sole import sole_worker
from afterglow.loop import worker_child
from afterglow.store import jobs
from afterglow.store.database import Database
from afterglow.store.home import Home
from tests.support.clock import now
from tests.support.patience import wait_until

PLACE = "/project"
WITHIN_S = 0.2
"""So soon nothing of it runs any more (spec L1)."""


def home_of(folder: Path) -> Home:
    return Home(folder, folder, folder / "logs", folder / "run")


def consent(url: str, **more: Any) -> Settings:
    return resolve([("editor", {"enrichment": {"enabled": True, "baseUrl": url, **more}})]).settings


class Bench:
    """A data folder with a database in it. A context: closes it."""

    def __init__(self, folder: Path) -> None:
        self.home = home_of(folder)
        self.database = Database(self.home)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def queue(self) -> None:
        """One turn waits, and a job for it."""
        at = now()

        def work(connection: Any) -> None:
            connection.execute(
                "INSERT INTO twin_turns (user_id, workspace, session_id, turn, at, facts)"
                " VALUES ('local', ?, 's', 1, ?, '{}')",
                (PLACE, at),
            )
            jobs.add(
                connection, type="turns", user_id="local", now=at, workspace=PLACE, key=PLACE, priority=1
            )

        self.database.write(work)

    def rows(self, query: str) -> list[dict[str, Any]]:
        found = self.database.read(lambda connection: connection.execute(query).fetchall())
        return [dict(row) for row in found]

    def job(self) -> tuple[str, int]:
        """State and attempts of the one job."""
        [row] = self.rows("SELECT state, attempts FROM job_queue")
        return row["state"], row["attempts"]

    def give_back(self, owner: str) -> int:
        """As a server does for a process that has ended."""
        return self.database.write(lambda connection: jobs.give_back_all(connection, owner))

    def is_free(self) -> bool:
        """Whether another worker could begin."""
        with sole_worker(self.home) as mine:
            return mine


class Running:
    """One process. A context: kills it."""

    def __init__(self, bench: Bench, settings: Settings, **environ: str) -> None:
        command = worker_child.interpreter(settings)
        assert command is not None
        self._ended = threading.Event()
        self.ended_at = 0.0
        made = worker_child.order(settings, bench.home, now())
        self.owner = made.owner
        child = worker_child.start(command, made, {**os.environ, **environ}, self._note)
        assert child is not None
        self.child = child

    def _note(self) -> None:
        self.ended_at = time.monotonic()
        self._ended.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.kill()
        self._ended.wait(30)

    @property
    def over(self) -> bool:
        return self._ended.is_set()

    def gone_after(self, since: float, deadline: float = 30.0) -> float:
        """How many seconds after ``since`` (monotonic) it was gone."""
        wait_until(lambda: self.over, deadline)
        return self.ended_at - since

    def proc(self, name: str) -> str:
        return Path(f"/proc/{self.child.pid}/{name}").read_text("utf-8")
