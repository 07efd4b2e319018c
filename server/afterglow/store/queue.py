"""The queue of lines that wait (spec section 2): add, claim, list, figures.

Invariant: every function runs in the transaction at hand. An entry has rows in ``queue_tags`` exactly
while it is unused, so of any number of processes one gets it; text is cleaned on the way in and out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Sequence

from attrs import evolve, field, frozen

from afterglow.core.clean import one_line
from afterglow.core.queue_rules import MAX_TTL_MS, Draft, Entry, Problem, tag_keys
from afterglow.store import queue_rows, queue_upkeep, ratings, turn_clock
from afterglow.store.queue_reading import Stats, entries, stats
from afterglow.store.ranking import Found, Lane, Look, Order, ordered, search, wanted_tags
from afterglow.store.rows import new_id
from afterglow.store.turn_clock import Turns

__all__ = ["ClaimQuery", "Stats", "add", "claim", "entries", "stats"]


def _any(entry: Entry) -> bool:
    return True


@frozen
class ClaimQuery:
    """What a turn looks for. The defaults match every entry of the user that is bound to no workspace.

    ``tags``: the turn's; with some, only entries that share one and untagged ones match. ``category``:
    the turn's; with one, only entries of it and those without any match. ``accept`` sees one candidate
    after the other, best first, and takes the first it returns True for; ``passed`` are ids not even
    shown to it. ``last_sources``: where the two lines before came from, newest first; None reads them
    from the queue.
    """

    user_id: str
    now: int
    workspace: str | None = None
    tags: tuple[str, ...] = ()
    category: str | None = None
    max_level: int = 3
    max_warmth: int = 5
    order: Order = "relevance"
    sources: Collection[str] | None = None
    passed: Collection[str] = ()
    accept: Callable[[Entry], bool] = field(default=_any)
    last_sources: tuple[str, ...] | None = None


def add(connection: sqlite3.Connection, draft: Draft, now: int, max_rows: int = 10_000) -> Entry | Problem:
    """Put a line in the queue; ``max_rows`` live ones of a user at most, 0 for any number.

    What is returned as an Entry is in the queue once the transaction commits, and stays until it is
    used or expires.
    """
    expires_at = _expiry(draft, now)
    if expires_at is not None and expires_at <= now:
        return Problem("expires_at", "has passed already")
    if max_rows > 0 and _is_full(connection, draft.user_id, now, max_rows):
        return Problem(
            "queue", f"is full: {max_rows} lines wait; use some, or raise queueMaxRows (0: no cap)"
        )
    turns = turn_clock.read(connection, draft.workspace)
    life = draft.expires_in_turns
    entry = Entry(
        id=new_id(now),
        user_id=draft.user_id,
        session_id=draft.session_id,
        workspace=draft.workspace,
        banter=one_line(draft.banter),
        category=draft.category,
        level=draft.level,
        warmth=draft.warmth,
        source=draft.source,
        source_id=draft.source_id,
        tags=tag_keys(draft.tags),
        confidence=draft.confidence,
        created_at=now,
        expires_at=expires_at,
        expires_in_turns=life,
        turns_left=life,
        rank=draft.confidence,
    )
    dies = None if life is None else turns.of(draft.workspace or turn_clock.ANYWHERE) - 1 + life
    queue_rows.insert(connection, entry, dies)
    return entry


def claim(connection: sqlite3.Connection, query: ClaimQuery) -> Entry | None:
    """The best line for a turn, marked as used, or None where nothing matches (a miss).

    Runs before ``turn_clock.tick`` of that turn, in the transaction that shows the line; if that is
    rolled back, the line waits on.
    """
    types = ratings.standings(connection, query.user_id)
    lanes = _lanes(connection, query, types)
    if not lanes:
        return None
    turns = turn_clock.read(connection, query.workspace)
    last = _last_sources(connection, query.user_id) if query.last_sources is None else query.last_sources
    names = wanted_tags(tag_keys(query.tags))
    look = Look(connection, turns, names, query.now, query.order)
    refused: set[int] = set()
    for found in search(look, lanes):
        for one in ordered(found, query.order, last):
            if one.seq in refused:
                continue
            row = queue_rows.unused(connection, one.seq)
            entry = _candidate(connection, one, row, query, turns, names)
            if row is None or entry is None or not queue_rows.use_row(connection, row, query.now):
                refused.add(one.seq)
                continue
            kind = (entry.source, entry.category or "")
            standing = types.get(kind)
            if standing is not None and standing.suppressed_until is not None:
                ratings.tried(connection, query.user_id, kind, standing, query.now)
            return evolve(entry, used=True, used_at=query.now)
    return None


# -- parts ---------------------------------------------------------------------------------------------


def _expiry(draft: Draft, now: int) -> int | None:
    if draft.until_used:
        return None
    latest = now + MAX_TTL_MS
    if draft.expires_at is not None:
        return min(draft.expires_at, latest)
    return latest if draft.ttl_ms is None else now + min(draft.ttl_ms, MAX_TTL_MS)


def _is_full(connection: sqlite3.Connection, user_id: str, now: int, max_rows: int) -> bool:
    """Whether so many live lines wait; what no turn can take any more is out of the way first."""
    while queue_rows.waiting(connection, user_id, now, max_rows) >= max_rows:
        if queue_upkeep.remove_dead(connection, now, user_id) == 0:
            return True
    return False


def _lanes(
    connection: sqlite3.Connection, query: ClaimQuery, types: dict[ratings.Type, ratings.Standing]
) -> list[Lane]:
    """The kinds of entries that the query lets pass, without those that are suppressed."""
    clause, values = ("", ()) if query.category is None else (" AND category IN ('', ?)", (query.category,))
    rows = connection.execute(
        "SELECT lane, workspace, category, source FROM queue_lanes WHERE user_id = ? AND workspace IN (?, ?)"
        f" AND level <= ? AND warmth <= ?{clause}",
        (
            query.user_id,
            turn_clock.ANYWHERE,
            query.workspace or turn_clock.ANYWHERE,
            query.max_level,
            query.max_warmth,
            *values,
        ),
    )
    lanes = []
    for row in rows:
        standing = types.get((row["source"], row["category"]), ratings.Standing())
        if standing.suppressed(query.now) or (
            query.sources is not None and row["source"] not in query.sources
        ):
            continue
        lanes.append(Lane(row["lane"], row["workspace"], row["category"], row["source"], standing.adjustment))
    return lanes


def _last_sources(connection: sqlite3.Connection, user_id: str) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT source FROM banter_queue WHERE user_id = ? AND used = 1 ORDER BY claimed DESC LIMIT 2",
        (user_id,),
    )
    return tuple(row["source"] for row in rows)


def _candidate(
    connection: sqlite3.Connection,
    found: Found,
    row: sqlite3.Row | None,
    query: ClaimQuery,
    turns: Turns,
    names: Sequence[str],
) -> Entry | None:
    if row is None:
        # Left over from a damaged file: its entry is gone.
        left_over = queue_rows.Listed(found.seq, found.lane.lane, found.confidence, tuple(names))
        queue_rows.unlist(connection, left_over)
        return None
    left = None if row["dies_turn"] is None else row["dies_turn"] - turns.of(row["workspace"]) + 1
    entry = queue_rows.entry_of(row, left, found.weight)
    if not entry.banter or entry.id in query.passed or not query.accept(entry):
        return None
    return entry
