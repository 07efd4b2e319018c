"""F21 for the queue, and what an older program does beside it."""

from __future__ import annotations

import time

import pytest

from afterglow.core.queue_rules import Entry
from afterglow.store import archive, opening, queue, queue_rows, queue_upkeep, ratings, schema
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import NOW, count, happening, record
from tests.store.queueing import USER, a_queue_life, add, claim, draft, said

MINUTE = 60_000
SMALL = 1_000
"""Below so many rows the tables themselves are what the file holds."""


def sizes(place: Home) -> tuple[float, float]:
    """The file and its log, in MB."""
    log = place.database.with_name("afterglow.db-wal")
    return place.database.stat().st_size / 1e6, (log.stat().st_size if log.exists() else 0) / 1e6


@pytest.mark.parametrize(
    ("adds", "cap"), [(6_000, 500), pytest.param(1_000_000, 10_000, marks=pytest.mark.soak)]
)
def test_f21_however_much_is_added_the_files_stay_small(
    place: Home, opened: Open, adds: int, cap: int
) -> None:
    """A line that is refused is a line that was never acknowledged; all others are claimed or expire."""
    window = opened()
    refused = accepted = expired = 0
    largest = (0.0, 0.0)
    # As long a life as it takes to try to add 3.6 times the cap: lines are refused and expire by turns.
    life = cap * 36 // 100
    line = draft("x" * 110, tags=["python", "testing", "a-long-tag-of-somebody"], ttl_seconds=life)
    waiting: dict[str, int] = {}
    used: set[str] = set()
    for number in range(adds):
        now = NOW + number * 100
        # One in a transaction, as they come: the log may outgrow its limit by as much as one transaction.
        made = window.write(lambda connection, now=now: queue.add(connection, line, now, cap))  # type: ignore[misc]
        if isinstance(made, Entry):
            accepted += 1
            waiting[made.id] = made.expires_at or 0
        else:
            refused += 1
        if number % 100 == 0:
            given = window.write(lambda connection, now=now: claim(connection, now=now))  # type: ignore[misc]
            assert given is not None and given.id not in used
            used.add(given.id)
            del waiting[given.id]
        largest = (max(largest[0], sizes(place)[0]), max(largest[1], sizes(place)[1]))
        if (number + 1) % (cap // 5) != 0:
            continue
        while window.write(lambda connection, now=now: queue_upkeep.purge(connection, now, NOW)):  # type: ignore[misc]
            largest = (max(largest[0], sizes(place)[0]), max(largest[1], sizes(place)[1]))
        alive = {name: until for name, until in waiting.items() if until > now}
        expired += len(waiting) - len(alive)
        waiting = alive
        there = {entry.id for entry in queue.entries(window.connection, USER, now)}
        assert there == set(waiting), "what was acknowledged waits until it is given or expires"
        assert queue_rows.waiting(window.connection, USER, now) == len(there) <= cap
        assert count(window.connection, "banter_queue") <= cap + queue_upkeep.KEPT_USED
    print(  # noqa: T201 - the figures are published; pytest shows them on demand
        f"F21: {adds} adds, {accepted} accepted, {refused} refused, {len(used)} given, {expired} expired;"
        f" {largest[0]:.2f} MB and {largest[1]:.2f} MB of log at most"
    )
    assert refused > 0 and accepted > cap and used and expired > 0
    assert largest[0] <= 20 * max(cap, SMALL) / 10_000
    assert largest[1] <= 4


def test_a_step_of_the_purge_is_short(opened: Open) -> None:
    window = opened()
    window.write(
        lambda connection: [add(connection, str(n), tags=["a", "b"], ttl_seconds=1) for n in range(1_000)]
    )
    longest, more, steps = 0.0, True, 0
    while more:
        began = time.monotonic()
        more = window.write(lambda connection: queue_upkeep.purge(connection, NOW + MINUTE, 0))
        longest = max(longest, time.monotonic() - began)
        steps += 1
    assert steps >= 20
    assert longest < 0.25
    assert count(window.connection, "queue_tags") == count(window.connection, "banter_queue") == 0


def test_logs_older_than_the_retention_go(opened: Open) -> None:
    window = opened()
    window.write(lambda connection: a_queue_life(connection, "old", "/old", NOW - 10 * MINUTE))
    window.write(lambda connection: a_queue_life(connection, "new", "/new", NOW))
    while window.write(lambda connection: queue_upkeep.purge(connection, NOW, NOW - MINUTE)):
        pass
    for table, column in (("ratings", "user_id"), ("charges", "user_id"), ("notes", "user_id")):
        assert [row[0] for row in window.connection.execute(f"SELECT {column} FROM {table}")] == ["new"]
    texts = {row[0] for row in window.connection.execute("SELECT banter FROM banter_queue")}
    assert texts == {"old waits", "new waits", "new line"}, "what waits until it is used is not old"


def test_the_forgotten_queue_is_empty_and_can_be_used_again(opened: Open) -> None:
    window = opened()
    window.write(
        lambda connection: [add(connection, str(n), tags=["x"], now=NOW - n * MINUTE) for n in range(5)]
    )
    window.write(lambda connection: archive.forget_before(connection, NOW - 2 * MINUTE))
    assert [entry.banter for entry in queue.entries(window.connection, USER, NOW)] == ["2", "1", "0"]
    window.write(archive.forget_all)
    assert window.write(said) is None
    window.write(lambda connection: add(connection, "afresh"))
    assert window.write(said) == "afresh"


def test_standings_of_ratings_that_were_forgotten_go_with_them(opened: Open) -> None:
    window = opened()
    made = window.write(lambda connection: add(connection, now=NOW - MINUTE))
    window.write(lambda connection: ratings.rate(connection, USER, made.id, 5, NOW - MINUTE))
    window.write(lambda connection: archive.forget_before(connection, NOW))
    assert ratings.standings(window.connection, USER) == {}


def test_f18_a_program_without_a_queue_goes_on_beside_one_with(place: Home, opened: Open) -> None:
    place.data.mkdir(mode=0o700, parents=True)
    old = opening.connect(place.database)
    opening.prepare(old, wal=True)
    schema.migrate(old, schema.MIGRATIONS[:1], 1)
    record(old, happening("commit", key="before"))
    new = opened()
    new.write(lambda connection: add(connection, "a line"))
    schema.check(old, 1)
    old.execute("BEGIN IMMEDIATE")
    record(old, happening("commit", key="beside"))
    old.execute("COMMIT")
    assert new.problem is None
    assert count(new.connection, "events") == 2
    assert new.write(claim) is not None
    old.close()
