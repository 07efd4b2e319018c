"""Turns that are put before the idle-time model: written by the turn itself, read when nobody is there.

Invariant: nothing is written without consent; what somebody wrote is kept only until its turn is graded or
left out, and never unscrubbed; of all turns the newest ``KEPT`` stay. A row is graded once.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from attrs import field, frozen

from afterglow.core.converge import asks
from afterglow.core.learned_words import domain_key
from afterglow.core.model import Event, Json, Moment, Turn
from afterglow.core.schedule import Occasion
from afterglow.core.settings import Settings
from afterglow.core.twin import MAX_FIELD, MAX_TURNS, Grade
from afterglow.core.twin_facts import facts_of
from afterglow.store import returns, twin_domains
from afterglow.store.rows import dump, load_object, placeholders
from afterglow.store.twin_plan import LEFT_OUT, SENT, WAITS, plan

__all__ = ["Occasion", "Row", "graded", "plan", "put", "sent", "unsent", "waiting"]

GRADED: Final = 2
KEPT: Final = 2_000


@frozen
class Row:
    """One turn that waits. ``turn``: on the clock of its workspace. ``facts``: see ``core.twin_facts``.
    ``said``: what somebody wrote, scrubbed, where that consent stood. ``at``: ms since the epoch."""

    seq: int
    session_id: str
    turn: int
    at: int
    event_id: str | None
    token_id: str | None
    facts: Mapping[str, Json] = field(factory=dict)
    said: str | None = None
    domain: str | None = None


def put(
    connection: sqlite3.Connection,
    *,
    turn: Turn,
    moment: Moment,
    user_id: str,
    event: Event | None,
    number: int,
    settings: Settings,
    said: str | None,
    now: int,
    asked_with_words: bool = False,
) -> int | None:
    """Put a turn before the model, in the turn's own transaction; its row, None where it is left out.

    Left out are turns without consent, in mode ``off``, that ended before T5 or at a gate that was closed,
    and two of three in a domain that is known well enough (they are counted). ``number``: the turn's own on
    the clock of its workspace. ``said``: scrubbed by ``core.redact.words_only`` already.
    """
    if not settings.enrichment_enabled or moment.mode == "off" or not turn.reached_t5:
        return None
    if not all(gate.passed for gate in turn.gates):
        return None
    domain, state = twin_domains.of_tags(connection, user_id, turn.classification.tags), WAITS
    if domain is not None:
        state = _state(connection, user_id, domain)
    if state == LEFT_OUT or not settings.enrichment_share_text:
        said = None
    back = None
    if event is not None and event.kind == "topic.change" and state == WAITS:
        back = returns.returns(connection, event.workspace, now)
        back = back if back is not None and back.event_id == event.id else None
    facts = facts_of(turn, event, said=asked_with_words, returned=back) if state == WAITS else {}
    seq = connection.execute(
        "INSERT INTO twin_turns (user_id, workspace, session_id, turn, at, event_id, token_id, facts, said,"
        " domain, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            user_id,
            moment.session.workspace,
            moment.session.id,
            number,
            now,
            None if event is None else event.id,
            None if turn.token is None else turn.token.id,
            dump(facts),
            None if said is None else said[:MAX_FIELD] or None,
            domain,
            state,
        ),
    ).lastrowid
    if seq is None:
        return None
    connection.execute("DELETE FROM twin_turns WHERE seq <= ?", (seq - KEPT,))
    return seq if state == WAITS else None


def waiting(
    connection: sqlite3.Connection, user_id: str, workspace: str, limit: int = MAX_TURNS
) -> tuple[Row, ...]:
    """The newest turns that wait, the newest last."""
    rows = connection.execute(
        "SELECT * FROM twin_turns WHERE user_id = ? AND workspace = ? AND state = ?"
        " ORDER BY seq DESC LIMIT ?",
        (user_id, workspace, WAITS, limit),
    ).fetchall()
    return tuple(_row(row) for row in reversed(rows))


def sent(connection: sqlite3.Connection, seqs: Sequence[int], job_id: str) -> None:
    """A job is about to ask about these turns; those of the same workspaces before them are left out."""
    marks = placeholders(seqs)
    newest = connection.execute(
        "SELECT user_id, workspace, max(seq) AS newest FROM twin_turns"
        f" WHERE seq IN ({marks}) AND state IN (?, ?) GROUP BY user_id, workspace",
        (*seqs, WAITS, SENT),
    ).fetchall()
    connection.execute(
        f"UPDATE twin_turns SET state = ?, job_id = ? WHERE seq IN ({marks}) AND state IN (?, ?)",
        (SENT, job_id, *seqs, WAITS, SENT),
    )
    connection.executemany(
        "UPDATE twin_turns SET state = ?, said = NULL WHERE user_id = ? AND workspace = ? AND state = ?"
        " AND seq < ?",
        [(LEFT_OUT, row["user_id"], row["workspace"], WAITS, row["newest"]) for row in newest],
    )


def unsent(connection: sqlite3.Connection, job_id: str) -> None:
    """The job got no answer: its turns wait again."""
    connection.execute(
        "UPDATE twin_turns SET state = ?, job_id = NULL WHERE state = ? AND job_id = ?",
        (WAITS, SENT, job_id),
    )


def graded(connection: sqlite3.Connection, user_id: str, grades: Iterable[Grade], now: int) -> int:
    """Keep what the model thinks of turns, and what it taught about their domains; how many were new.

    A grade of a turn that is not this user's, or that has one already, changes nothing.
    """
    by_domain: dict[str, list[Grade]] = {}
    count = 0
    for grade in sorted(grades, key=lambda one: one.turn):
        row = connection.execute(
            "SELECT domain FROM twin_turns WHERE seq = ? AND user_id = ? AND state IN (?, ?)",
            (grade.turn, user_id, WAITS, SENT),
        ).fetchone()
        if row is None:
            continue
        count += 1
        told = domain_key(grade.domain) if grade.domain is not None else ""
        domain = told if told and grade.confidence >= twin_domains.SURE else row["domain"]
        connection.execute(
            "UPDATE twin_turns SET state = ?, quality = ?, why = ?, domain = ?, graded_at = ?, said = NULL"
            " WHERE seq = ?",
            (GRADED, grade.quality, grade.why[:MAX_FIELD], domain, now, grade.turn),
        )
        if domain:
            by_domain.setdefault(domain, []).append(grade)
    for domain, heard in by_domain.items():
        twin_domains.heard(connection, user_id, domain, heard, now)
    return count


def _state(connection: sqlite3.Connection, user_id: str, domain: str) -> int:
    """Whether a turn of a known domain waits or is left out, counted."""
    grades, skipped = twin_domains.standing(connection, user_id, domain)
    asked = asks(grades, skipped)
    if not asked or skipped:
        twin_domains.skip(connection, user_id, domain, 0 if asked else skipped + 1)
    return WAITS if asked else LEFT_OUT


def _row(row: sqlite3.Row) -> Row:
    return Row(
        seq=row["seq"],
        session_id=row["session_id"],
        turn=row["turn"],
        at=row["at"],
        event_id=row["event_id"],
        token_id=row["token_id"],
        facts=load_object(row["facts"]),
        said=row["said"],
        domain=row["domain"],
    )
