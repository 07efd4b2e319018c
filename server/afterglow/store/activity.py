"""What happened and what was said in a span of time, in figures: what ``report`` shows.

Invariant: reading only, and no part of a turn. A figure is counted from rows, never from a memory of
one: what was forgotten or is older than the retention is not in it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from typing import Final

from attrs import frozen

from afterglow.store import activity_twin
from afterglow.store.rows import load_object

_EVER: Final = 2**62


@frozen
class Activity:
    """``jobs``: kind of job to (how many ended, how many of them failed). ``shown``: lines by the source
    of their token, ``queued``: those of the queue by who put them there; both the largest first.
    ``learned``: lines that a language model had prepared. ``occasions``: turns, with and without a line.
    ``mean_score``: None where nothing was rated."""

    sessions: int
    workspaces: int
    commits: int
    jobs: dict[str, tuple[int, int]]
    occasions: int
    shown: dict[str, int]
    queued: dict[str, int]
    learned: int
    rated: int
    mean_score: float | None

    @property
    def lines(self) -> int:
        return sum(self.shown.values())


def activity(connection: sqlite3.Connection, user_id: str, since: int) -> Activity:
    """The figures from a time (ms) on, over all workspaces."""
    stays = connection.execute(
        "SELECT count(*) AS stays, count(DISTINCT workspace) AS places FROM sessions WHERE active_at >= ?",
        (since,),
    ).fetchone()
    jobs = connection.execute(
        "SELECT job, count(*) AS ended, coalesce(sum(status = 'fail'), 0) AS failed FROM events"
        " WHERE at >= ? AND kind = 'job.finished' AND job IS NOT NULL GROUP BY job ORDER BY ended DESC, job",
        (since,),
    )
    tokens = connection.execute("SELECT token FROM shown WHERE at >= ?", (since,))
    shown = Counter(str(load_object(row["token"]).get("source") or "news") for row in tokens)
    queued = connection.execute(
        "SELECT entry.source AS source, count(*) AS lines FROM shown JOIN banter_queue AS entry"
        " ON entry.id = shown.entry_id WHERE shown.at >= ? GROUP BY entry.source ORDER BY lines DESC, source",
        (since,),
    )
    rated = connection.execute(
        "SELECT count(score) AS number, avg(score) AS mean FROM ratings WHERE user_id = ? AND at >= ?",
        (user_id, since),
    ).fetchone()
    return Activity(
        sessions=stays["stays"],
        workspaces=stays["places"],
        commits=_one(connection, "SELECT count(*) FROM events WHERE at >= ? AND kind = 'commit'", since),
        jobs={row["job"]: (row["ended"], row["failed"]) for row in jobs},
        occasions=_one(connection, "SELECT count(*) FROM turns WHERE at >= ?", since),
        shown=dict(sorted(shown.items(), key=lambda pair: (-pair[1], pair[0]))),
        queued={row["source"]: row["lines"] for row in queued},
        learned=sum(by_model for _, by_model in activity_twin.shown(connection, since, _EVER)),
        rated=rated["number"],
        mean_score=rated["mean"],
    )


def _one(connection: sqlite3.Connection, query: str, since: int) -> int:
    return int(connection.execute(query, (since,)).fetchone()[0])
