"""Which lines a claim looks at, and in what order: the queries, and what is pure about them.

Entries that a claim cannot tell apart by its filters (user, workspace, category, level, warmth, source)
share a lane. A live entry has one row under ``ANY`` and one under each of its tags, or under ``UNTAGGED``.
Invariant: what is dead costs nothing. Where at most ``FEW`` lines match, all of them are ranked;
where more do, the first of each lane and tag are, found by the ends of an index.
"""

from __future__ import annotations

import heapq
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Literal

from attrs import field, frozen

from afterglow.store.rows import placeholders, portions
from afterglow.store.turn_clock import Turns

Order = Literal["relevance", "confidence", "recency", "fifo"]

ANY: Final = " any"
UNTAGGED: Final = ""
FOREVER: Final = 1 << 62
"""Stands for "never" among times and turns of the index. A tag holds no space, so ``ANY`` is none."""
FEW: Final = 256
WINDOWS: Final = (1, 4, 64)
"""How many of each lane and tag are looked at where many match; more where all of those were refused."""
UNMIXED: Final = 2
"""Of at most so many names one is the untagged: all lines under one name share as many tags with the turn."""
DEAD_IN_FRONT: Final = 1_000
"""How many rows in a row may be dead before they are passed by their expiry instead."""

_BY_RANK: Final = (
    "tags, expires_at, dies_turn FROM queue_tags WHERE lane = ? AND tag = ?"
    " ORDER BY confidence DESC, seq DESC"
)
# By age no tag counts, so that the index alone answers.
_BY_AGE: Final = (
    "'' AS tags, expires_at, dies_turn FROM queue_tags INDEXED BY queue_tags_by_age"
    " WHERE lane = ? AND tag = ? ORDER BY seq {direction}"
)
_BY_EXPIRY: Final = (
    "FROM queue_tags INDEXED BY queue_tags_by_expiry WHERE lane = ? AND tag = ? AND expires_at > ?"
    " ORDER BY expires_at {direction}"
)
_ENDS: Final[dict[Order, str]] = {
    "relevance": _BY_RANK,
    "confidence": _BY_RANK,
    "recency": _BY_AGE.format(direction="DESC"),
    "fifo": _BY_AGE.format(direction="ASC"),
}


@frozen
class Lane:
    """``adjustment`` is what ratings add to the confidence of its source and category."""

    lane: int
    workspace: str
    category: str
    source: str
    adjustment: float = 0.0


@frozen
class Found:
    """One live entry that matches.

    ``weight``: its confidence with the ratings of its kind, rounded so that equals are equal.
    ``overlap``: how many tags it shares with the turn.
    """

    seq: int
    lane: Lane
    confidence: float
    weight: float
    overlap: int = 0


@frozen
class Look:
    """What is looked for. ``names``: see ``wanted_tags``; ``overlaps`` remembers what was counted once."""

    connection: sqlite3.Connection
    turns: Turns
    names: tuple[str, ...]
    now: int
    order: Order
    overlaps: dict[str, int] = field(factory=dict)

    def found(self, row: sqlite3.Row, lane: Lane) -> Found:
        """The entry of a row with seq, confidence and tags."""
        confidence, seq, text = row["confidence"], row["seq"], row["tags"]
        overlap = self.overlaps.get(text)
        if overlap is None:
            own = text.split()
            overlap = self.overlaps[text] = sum(1 for name in self.names if name in own)
        return Found(seq, lane, confidence, round(confidence + lane.adjustment, 6), overlap)


_RANKS: Final[dict[Order, Callable[[Found], tuple[float, float]]]] = {
    "relevance": lambda found: (-found.overlap, -found.weight),
    "confidence": lambda found: (-found.weight, 0),
    "recency": lambda found: (-found.seq, 0),
    "fifo": lambda found: (found.seq, 0),
}
"""The best is the least."""


def ordered(found: Iterable[Found], order: Order, last_sources: Sequence[str]) -> Iterator[Found]:
    """Best first; at equal rank the newest, but a source that gave the last two lets another go first.

    ``last_sources``: where the lines before came from, newest first.
    """
    rank = _RANKS[order]
    tired = last_sources[0] if len(last_sources) > 1 and last_sources[0] == last_sources[1] else None
    # Mostly the first is taken: a heap finds it without sorting the rest.
    heap = [(rank(one), one.lane.source == tired, -one.seq, one) for one in found]
    heapq.heapify(heap)
    while heap:
        yield heapq.heappop(heap)[-1]


def tag_rows(tags: Sequence[str]) -> tuple[str, ...]:
    """Under which names an entry with these tags is found."""
    return (ANY, *(tags or (UNTAGGED,)))


def wanted_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Under which names a turn with these tags looks: without any, every entry matches."""
    return (*tags, UNTAGGED) if tags else (ANY,)


def search(look: Look, lanes: Iterable[Lane]) -> Iterator[Iterable[Found]]:
    """What matches, unordered: first so many that the best is among them, then more if that is not enough."""
    by_lane = {lane.lane: lane for lane in lanes}
    few = _few(look, by_lane)
    if few is not None:
        yield few
        return
    seats = _seats(look, by_lane)
    # In the order of the index the first of each is the best of each. Only where overlaps differ among
    # the lines of one name may a later one be better.
    mixed = look.order == "relevance" and len(look.names) > UNMIXED
    for width in WINDOWS[1:] if mixed else WINDOWS:
        wide: dict[int, Found] = {}
        for lane, name in seats:
            for row in _window(look, lane, name, width):
                if row["seq"] not in wide:
                    wide[row["seq"]] = look.found(row, lane)
        yield wide.values()


def _few(look: Look, lanes: Mapping[int, Lane]) -> Iterable[Found] | None:
    """Everything that matches, or None where it is more than ``FEW`` rows."""
    found: dict[int, Found] = {}
    room = FEW
    for portion in portions(list(lanes)):
        matching = (
            "FROM queue_tags INDEXED BY queue_tags_by_expiry WHERE"
            f" lane IN ({placeholders(portion)}) AND tag IN ({placeholders(look.names)}) AND expires_at > ?"
        )
        values = (*portion, *look.names, look.now)
        # Counting them needs the index alone: where they are many, none of them is fetched.
        query = f"SELECT count(*) FROM (SELECT 1 {matching} LIMIT ?)"
        room -= look.connection.execute(query, (*values, room + 1)).fetchone()[0]
        if room < 0:
            return None
        query = f"SELECT lane, confidence, seq, dies_turn, tags {matching}"
        for row in look.connection.execute(query, values):
            lane = lanes[row["lane"]]
            if row["seq"] not in found and row["dies_turn"] >= look.turns.of(lane.workspace):
                found[row["seq"]] = look.found(row, lane)
    return found.values()


def _seats(look: Look, lanes: Mapping[int, Lane]) -> list[tuple[Lane, str]]:
    """The lanes and tags that have a row which has not expired."""
    seats = []
    for portion in portions(list(lanes)):
        values = ", ".join("(?)" for _ in look.names)
        rows = look.connection.execute(
            f"WITH wanted (tag) AS (VALUES {values}) SELECT lane, tag FROM queue_lanes CROSS JOIN wanted"
            f" WHERE lane IN ({placeholders(portion)}) AND EXISTS (SELECT 1 FROM queue_tags AS one"
            " INDEXED BY queue_tags_by_expiry WHERE one.lane = queue_lanes.lane AND one.tag = wanted.tag"
            " AND one.expires_at > ?)",
            (*look.names, *portion, look.now),
        )
        seats += [(lanes[row["lane"]], row["tag"]) for row in rows]
    return seats


def _window(look: Look, lane: Lane, name: str, width: int) -> list[sqlite3.Row]:
    """The first ``width`` live ones of a lane and tag; where the dead stand in front, the last to expire."""
    turn = look.turns.of(lane.workspace)
    values = (lane.lane, name, look.now, turn, width)
    rows = look.connection.execute(
        f"SELECT confidence, seq, tags FROM (SELECT confidence, seq, {_ENDS[look.order]}"
        f" LIMIT {DEAD_IN_FRONT}) WHERE expires_at > ? AND dies_turn >= ? LIMIT ?",
        values,
    ).fetchall()
    if rows:
        return rows
    late = _BY_EXPIRY.format(direction="ASC" if look.order == "fifo" else "DESC")
    return look.connection.execute(
        f"SELECT confidence, seq, tags FROM (SELECT confidence, seq, tags, dies_turn {late}"
        f" LIMIT {DEAD_IN_FRONT}) WHERE dies_turn >= ? LIMIT ?",
        values,
    ).fetchall()
