"""A store with what the idle twin left in it: calls, grades, lines."""

from __future__ import annotations

from sqlite3 import Connection

from afterglow.core.prices import Estimate
from afterglow.core.twin import Usage
from afterglow.store import ledger
from afterglow.store.database import Database
from afterglow.store.ledger import Caps
from afterglow.store.spend_clock import Instant
from tests.page.made import BERLIN

CAPS = Caps(10**9, 10**9, 10**6)


def called(database: Database, when: int, micros: int = 400, *, told: bool = True) -> None:
    """A call of 1,000 tokens; one that was not told what it cost counts as reserved."""

    def work(connection: Connection) -> None:
        call = ledger.reserve(
            connection,
            CAPS,
            Estimate(3_000, 5_000),
            user_id="local",
            purpose="turns",
            model="claude-haiku-5-5",
            host="api.anthropic.com",
            job_id=None,
            at=Instant(when, when, "boot"),
            zone=BERLIN,
        )
        assert isinstance(call, str)
        ledger.settle(
            connection,
            call,
            usage=Usage(800, 200) if told else None,
            micros=micros,
            outcome="ok" if told else "timeout",
            now=when,
            may_have_cost=not told,
        )

    database.write(work)


def graded(database: Database, when: int, quality: int | None, user: str = "local") -> None:
    """A turn with this grade; None: it still waits."""
    database.write(
        lambda connection: connection.execute(
            "INSERT INTO twin_turns (user_id, workspace, session_id, turn, at, state, quality)"
            " VALUES (?, '/p', 's', 1, ?, ?, ?)",
            (user, when, 0 if quality is None else 2, quality),
        )
    )


def kept(database: Database, name: str, user: str = "local") -> None:
    """A line that is on file."""
    database.write(
        lambda connection: connection.execute(
            "INSERT INTO learned (id, user_id, file, kind, made_on_turn, at)"
            " VALUES (?, ?, 'domain-content.jsonl', 'aside', 1, 0)",
            (name, user),
        )
    )
