"""N1: no claim, add or purge reads its way through the queue, whatever the figures of the day are."""

from __future__ import annotations

import re
import sqlite3
from typing import Any, Final

import pytest

from afterglow.store import queue, queue_upkeep, ranking
from tests.store.making import NOW, PLACE
from tests.store.queueing import USER, add, draft, tick

LARGE: Final = ("banter_queue", "queue_tags", "ratings", "charges")
"""Tables that may hold many rows; the lanes, the clocks and the standings are few."""

QUERIES: Final[dict[str, dict[str, Any]]] = {
    "every order": {},
    "tags": {"tags": ("a", "b", "nowhere")},
    "workspace and category": {"workspace": PLACE, "category": "GREETING"},
    "absent": {"tags": ("nowhere",), "category": "CLOSING"},
    "expired": {"now": NOW + 10**9},
}


def plans(connection: sqlite3.Connection, statements: list[str]) -> list[tuple[str, str]]:
    """Each step of the plans of these statements, with the statement."""
    steps = []
    for sql in dict.fromkeys(statements):
        if re.match(r"(?i)\s*(SELECT|WITH|UPDATE|DELETE|INSERT)", sql):
            steps += [(row[3], sql) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    return steps


def traced(connection: sqlite3.Connection, work: Any) -> list[str]:
    """The statements that ``work`` runs, as they were run."""
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    try:
        work()
    finally:
        connection.set_trace_callback(None)
    return statements


def scans(connection: sqlite3.Connection, statements: list[str]) -> list[tuple[str, str]]:
    large = "|".join(LARGE)
    # "one", "live" and "entry" are what the queries call these tables.
    reads_all = re.compile(rf"SCAN (?:TABLE )?({large}|one|live|entry)\b(?!.*INDEX)")
    return [step for step in plans(connection, statements) if reads_all.search(step[0])]


def filled(connection: sqlite3.Connection) -> None:
    for number in range(60):
        add(connection, f"a {number}", tags=["a", "b"], workspace=PLACE if number % 2 else None)
        add(connection, f"greeting {number}", source="stats", category="GREETING")
    tick(connection)


@pytest.mark.parametrize("few", [ranking.FEW, 0], ids=["few match", "many match"])
@pytest.mark.parametrize("order", ["relevance", "confidence", "recency", "fifo"])
@pytest.mark.parametrize("what", QUERIES)
def test_no_claim_scans(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch, what: str, order: str, few: int
) -> None:
    filled(connection)
    monkeypatch.setattr(ranking, "FEW", few)
    query = queue.ClaimQuery(**{"user_id": USER, "now": NOW, "order": order, **QUERIES[what]})
    statements = traced(connection, lambda: queue.claim(connection, query))
    assert any("queue_tags" in sql for sql in statements)
    assert scans(connection, statements) == []
    sorts = [step for step in plans(connection, statements) if "TEMP B-TREE" in step[0]]
    assert sorts == [], "the index gives the order"


def test_no_add_and_no_purge_scans(connection: sqlite3.Connection) -> None:
    filled(connection)
    statements = traced(connection, lambda: queue.add(connection, draft("more"), NOW, 100))
    statements += traced(connection, lambda: queue_upkeep.remove_dead(connection, NOW + 10**9))
    assert len(statements) > 50
    assert scans(connection, statements) == []


def test_a_scan_would_be_seen(connection: sqlite3.Connection) -> None:
    assert scans(connection, ["SELECT * FROM banter_queue WHERE banter = 'x'"])
    assert scans(connection, ["SELECT * FROM queue_tags AS one WHERE one.seq = 1"])


def test_a_claim_among_many_dead_looks_at_few_rows(connection: sqlite3.Connection) -> None:
    """Counted in steps of SQLite's machine: ten times the dead, the same work."""

    def steps(dead: int) -> int:
        for number in range(dead):
            add(connection, f"dead {number}", ttl_seconds=1, tags=["a"])
        taken = 0

        def one_more() -> int:
            nonlocal taken
            taken += 1
            return 0

        query = queue.ClaimQuery(USER, NOW + 5_000, tags=("a", "nowhere"))
        queue.claim(connection, query)  # whatever is prepared once
        connection.set_progress_handler(one_more, 1)
        assert queue.claim(connection, query) is None
        connection.set_progress_handler(None, 0)
        return taken

    few = steps(100)
    assert steps(1_000) <= few * 1.2
