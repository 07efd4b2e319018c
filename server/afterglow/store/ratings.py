"""What the user thinks of lines, and what that does to the rank of their source and category.

Invariant: a type's adjustment stays within ``MOST`` whatever is rated; a suppressed type is tried
again with one line every 30 days, and only a rating of that line, or a corrected one, lets it back.

Adjustment, in hundredths of confidence, over the newest ``COUNTED`` of each, n ratings of mean m and
e engagements: ``0.08 * (m - 3) / 2 * n / (n + 4) + 0.02 * e / (e + 4)``. So five ratings of 5 lift a type
by 0.04, enough to pass its neighbour among the sources' default confidences and not the one beyond.
"""

from __future__ import annotations

import sqlite3
from typing import Final, Literal

from attrs import frozen

from afterglow.store.rows import load_object

Engagement = Literal["hovered", "another"]
Type = tuple[str, str]
"""(source, category), the category ``''`` where there is none."""

MOST: Final = 0.10
COUNTED: Final = 20
BY_RATING: Final = 0.08
BY_ENGAGEMENT: Final = 0.02
SHRINK: Final = 4
JUDGED: Final = 5
TOO_LOW: Final = 2.0
WELCOME: Final = 3
"""What the one line of a trial must be rated for its type to come back."""
SUPPRESSED_MS: Final = 30 * 24 * 60 * 60 * 1000
RATED: Final = "rated"


@frozen
class Standing:
    """Where a type stands. ``trial``: after a suppression one line was let through, not rated yet."""

    adjustment: float = 0.0
    suppressed_until: int | None = None
    counted_from: int = 0
    trial: bool = False

    def suppressed(self, now: int) -> bool:
        return self.suppressed_until is not None and now < self.suppressed_until


@frozen
class Rated:
    """The line that was rated: its type, and its entry where it came from the queue."""

    type: Type
    ref: str
    entry_id: str | None
    standing: Standing


def adjustment(scores: list[int], engaged: int) -> float:
    """What these newest scores (1 to 5) and so many engagements add to the confidence of their type."""
    count = len(scores)
    liked = (sum(scores) / count - 3) / 2 * count / (count + SHRINK) if count else 0.0
    total = BY_RATING * liked + BY_ENGAGEMENT * engaged / (engaged + SHRINK)
    return round(max(-MOST, min(MOST, total)), 2)


def standings(connection: sqlite3.Connection, user_id: str) -> dict[Type, Standing]:
    """Where each type stands that was ever rated."""
    rows = connection.execute(
        "SELECT source, category, adjustment, suppressed_until, counted_from, trial FROM standings"
        " WHERE user_id = ?",
        (user_id,),
    )
    return {
        (row["source"], row["category"]): Standing(
            max(-MOST, min(MOST, row["adjustment"])),
            row["suppressed_until"],
            row["counted_from"],
            bool(row["trial"]),
        )
        for row in rows
    }


def rate(connection: sqlite3.Connection, user_id: str, ref: str, score: int, now: int) -> Rated | None:
    """Note the stars (1 to 5) for a token or an entry, by id; a second rating replaces the first.

    None where this user has no such line. Raises ValueError for another score.
    """
    if not 1 <= score <= 5:
        raise ValueError("a score is from 1 to 5")
    subject = _subject(connection, user_id, ref)
    if subject is None:
        return None
    kind, name, entry_id = subject
    before = standings(connection, user_id).get(kind, Standing())
    seq = _note(connection, user_id, kind, name, RATED, score, now)
    if entry_id is not None:
        connection.execute("UPDATE banter_queue SET feedback_score = ? WHERE id = ?", (score, entry_id))
    after = _judged(connection, user_id, kind, before, score, seq, now)
    return Rated(kind, name, entry_id, after)


def engage(
    connection: sqlite3.Connection, user_id: str, ref: str, what: Engagement, now: int
) -> Rated | None:
    """Note that a line's hover was opened or another was asked for after it; counted once a line."""
    subject = _subject(connection, user_id, ref)
    if subject is None:
        return None
    kind, name, entry_id = subject
    before = standings(connection, user_id).get(kind, Standing())
    _note(connection, user_id, kind, name, what, None, now)
    after = Standing(
        _adjusted(connection, user_id, kind, before.counted_from),
        before.suppressed_until,
        before.counted_from,
        before.trial,
    )
    _write(connection, user_id, kind, after)
    return Rated(kind, name, entry_id, after)


def tried(connection: sqlite3.Connection, user_id: str, kind: Type, standing: Standing, now: int) -> None:
    """A line of a type whose suppression is over was claimed: it stays the only one until it is rated."""
    _write(
        connection,
        user_id,
        kind,
        Standing(standing.adjustment, now + SUPPRESSED_MS, standing.counted_from, trial=True),
    )


def set_right(connection: sqlite3.Connection, now: int) -> None:
    """A suppression longer than any began before the clock was set back: it begins now."""
    until = now + SUPPRESSED_MS
    connection.execute("UPDATE standings SET suppressed_until = ? WHERE suppressed_until > ?", (until, until))


def _subject(connection: sqlite3.Connection, user_id: str, ref: str) -> tuple[Type, str, str | None] | None:
    """(type, the name it is rated under, entry) of a token or an entry."""
    shown = connection.execute("SELECT entry_id, token FROM shown WHERE token_id = ?", (ref,)).fetchone()
    entry_id = ref if shown is None else shown["entry_id"]
    entry = connection.execute(
        "SELECT id, user_id, source, category FROM banter_queue WHERE id = ?", (entry_id,)
    ).fetchone()
    if entry is not None:
        if entry["user_id"] != user_id:
            return None
        return (entry["source"], entry["category"] or ""), entry["id"], entry["id"]
    if shown is None:
        return None
    token = load_object(shown["token"])
    return (str(token.get("source") or ""), str(token.get("category") or "")), entry_id or ref, None


def _note(
    connection: sqlite3.Connection,
    user_id: str,
    kind: Type,
    ref: str,
    what: str,
    score: int | None,
    now: int,
) -> int:
    cursor = connection.execute(
        "INSERT OR REPLACE INTO ratings (user_id, source, category, ref, what, score, at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (user_id, *kind, ref, what, score, now),
    )
    return cursor.lastrowid or 0


def _judged(
    connection: sqlite3.Connection, user_id: str, kind: Type, before: Standing, score: int, seq: int, now: int
) -> Standing:
    counted_from, until = before.counted_from, before.suppressed_until
    if before.trial and score >= WELCOME:
        # What was rated before the trial has had its time.
        counted_from, until = seq - 1, None
    else:
        newest = _scores(connection, user_id, kind, counted_from)[:JUDGED]
        too_low = len(newest) == JUDGED and sum(newest) / JUDGED < TOO_LOW
        if not too_low:
            until = None
        elif until is None or before.trial:
            until = now + SUPPRESSED_MS
    after = Standing(_adjusted(connection, user_id, kind, counted_from), until, counted_from)
    _write(connection, user_id, kind, after)
    return after


def _scores(connection: sqlite3.Connection, user_id: str, kind: Type, counted_from: int) -> list[int]:
    """Newest first."""
    rows = connection.execute(
        "SELECT score FROM ratings WHERE user_id = ? AND source = ? AND category = ? AND what = ? AND seq > ?"
        f" AND score IS NOT NULL ORDER BY seq DESC LIMIT {COUNTED}",
        (user_id, *kind, RATED, counted_from),
    )
    return [row["score"] for row in rows]


def _adjusted(connection: sqlite3.Connection, user_id: str, kind: Type, counted_from: int) -> float:
    engaged = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM ratings WHERE user_id = ? AND source = ? AND category = ?"
        f" AND what IN ('hovered', 'another') AND seq > ? LIMIT {COUNTED})",
        (user_id, *kind, counted_from),
    ).fetchone()[0]
    return adjustment(_scores(connection, user_id, kind, counted_from), engaged)


def _write(connection: sqlite3.Connection, user_id: str, kind: Type, standing: Standing) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO standings (user_id, source, category, adjustment, suppressed_until,"
        " counted_from, trial) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            user_id,
            *kind,
            standing.adjustment,
            standing.suppressed_until,
            standing.counted_from,
            int(standing.trial),
        ),
    )
