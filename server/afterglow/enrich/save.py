"""What a checked answer leaves behind: rows in the user's files, their index, lines that wait, grades.

Invariant: files first, then the caller's transaction; a crash between the two loses no paid line, because
what the index does not know is taken in by the next ``synced``. Lines are made on the newest turn that the
request told of, and wait for a later one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from attrs import asdict, frozen

from afterglow.banks.learned import FILES, read_lines, row_of
from afterglow.banks.reviews import FILE as REVIEWS
from afterglow.core.local_time import format_iso, parse_iso
from afterglow.core.prepared import ID_PREFIX, PREPARED
from afterglow.core.queue_rules import SOURCES, Draft, Entry
from afterglow.core.twin import Answer, Made, Request
from afterglow.enrich.files import GRADES, LINES, MOST_LINES, PREDICTIONS, append, older
from afterglow.store import learned, predictions, queue, reviews, twin
from afterglow.store.home import Home
from afterglow.store.learned import Kept, Synced
from afterglow.store.rows import new_id

__all__ = ["Saved", "save", "synced"]


@frozen
class Saved:
    """How many lines were kept and how many of them wait in the queue, grades, verdicts; whether a
    prediction was stored. ``made_on_turn``: on the clock of the workspace. ``problem``: why a file could not
    be written; then its lines or verdicts are lost and the rest is kept."""

    lines: int = 0
    queued: int = 0
    graded: int = 0
    verdicts: int = 0
    predicted: bool = False
    made_on_turn: int = 0
    problem: str | None = None


def save(
    connection: sqlite3.Connection,
    home: Home,
    *,
    job_id: str,
    user_id: str,
    workspace: str,
    request: Request,
    answer: Answer,
    now: int,
    max_rows: int,
    most_lines: int = MOST_LINES,
) -> Saved:
    """Keep an answer, in the transaction at hand. ``max_rows``: of the queue; where it is full a line waits
    in the bank alone. ``most_lines``: of a file. A file that cannot be written costs what stands in it alone:
    the answer was paid for, and the same job would be paid for again.
    """
    turn = learned.newest_turn(connection, request.turns, workspace) if request.turns else 0
    keeper = _Keeper(connection, home, job_id, user_id, workspace, turn, now, most_lines)
    ids = keeper.keep(LINES, ID_PREFIX, [(made.sort, _line(made)) for made in answer.lines])
    keeper.keep(GRADES, "grade-", [("grade", _plain(asdict(grade))) for grade in answer.grades])
    expected = answer.prediction
    if expected is not None:
        row = {"turn": turn, "prediction": _plain(asdict(expected))}
        keeper.keep(PREDICTIONS, "prediction-", [("prediction", row)])
        predictions.save(connection, user_id, workspace, expected, turn, now)
    verdicts = keeper.append(
        REVIEWS,
        [{"id": one.entry_id, "decision": one.decision, "at": format_iso(now)} for one in answer.verdicts],
    )
    if request.purpose == "review" and verdicts is not None:
        # What got no verdict was looked over as well: asking again would cost as much and tell as little.
        reviews.reviewed(connection, user_id, request.entries, now)
    waiting = 0
    for name, made in zip(ids, answer.lines, strict=False):
        draft = _draft(name, made, user_id, workspace)
        waiting += isinstance(queue.add(connection, draft, now, max_rows), Entry)
    graded = twin.graded(connection, user_id, answer.grades, now) if answer.grades else 0
    return Saved(
        lines=len(ids),
        queued=waiting,
        graded=graded,
        verdicts=0 if verdicts is None else len(answer.verdicts),
        predicted=expected is not None,
        made_on_turn=turn,
        problem=keeper.problem,
    )


def synced(connection: sqlite3.Connection, home: Home) -> Synced:
    """Make the index say what the file of lines holds: what somebody deleted is gone from it and from the
    queue, what a crash kept from it is taken in. For the start of a run."""
    rows: list[Kept] = []
    for name in FILES:
        found = read_lines(home.custom / name)
        if isinstance(found, str):
            # A file that cannot be read just now says nothing about what was deleted.
            return Synced()
        rows += _kept(name, (line for _, line in found))
    return learned.sync(connection, FILES, rows)


# -- parts ---------------------------------------------------------------------------------------------------


class _Keeper:
    """Writes rows of one answer to its files and notes them in the index."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        home: Home,
        job_id: str,
        user_id: str,
        workspace: str,
        turn: int,
        now: int,
        most_lines: int,
    ) -> None:
        self._connection, self._home, self._job_id = connection, home, job_id
        self._user_id, self._workspace, self._turn, self._now = user_id, workspace, turn, now
        self._most = most_lines
        self.problem: str | None = None

    def keep(self, file: str, prefix: str, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> tuple[str, ...]:
        """``rows``: kind and fields of each. Their ids; none where the file could not be written."""
        ids = tuple(f"{prefix}{new_id(self._now)}" for _ in rows)
        head = {
            "at": format_iso(self._now),
            "user_id": self._user_id,
            "workspace": self._workspace,
            "made_on_turn": self._turn,
        }
        whole = [{"id": name, **head, **fields} for name, (_, fields) in zip(ids, rows, strict=True)]
        turned = self.append(file, whole)
        if turned is None:
            return ()
        if turned:
            learned.turned(self._connection, file, older(file))
        learned.add(
            self._connection,
            [
                Kept(
                    id=name,
                    user_id=self._user_id,
                    file=file,
                    kind=kind,
                    made_on_turn=self._turn,
                    at=self._now,
                    domain=fields.get("domain"),
                    tags=tuple(fields.get("tags", ())),
                    workspace=self._workspace,
                    job_id=self._job_id,
                )
                for name, (kind, fields) in zip(ids, rows, strict=True)
            ],
        )
        return ids

    def append(self, file: str, rows: Sequence[Mapping[str, Any]]) -> bool | None:
        """As ``files.append``; None, and the problem, where the file cannot be written."""
        try:
            return append(self._home.custom, file, rows, self._most)
        except OSError as error:
            self.problem = f"{file} cannot be written: {(error.strerror or type(error).__name__).lower()}"
            return None


def _line(made: Made) -> dict[str, Any]:
    return {
        "domain": made.domain,
        "sort": made.sort,
        "text": made.text,
        "tags": list(made.tags),
        "score": made.score,
        "level": made.level,
        "warmth": made.warmth,
        "tone": made.tone,
    }


def _draft(name: str, made: Made, user_id: str, workspace: str) -> Draft:
    rule = SOURCES[PREPARED]
    return Draft(
        user_id=user_id,
        banter=made.text,
        source=PREPARED,
        source_id=name,
        workspace=workspace or None,
        level=made.level,
        warmth=made.warmth,
        tags=made.tags,
        confidence=rule.confidence,
        expires_in_turns=rule.turns,
    )


def _plain(value: Any) -> Any:
    """Tuples as lists, so that a row reads the same before and after the file."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def _kept(file: str, lines: Iterable[bytes]) -> Iterator[Kept]:
    for line in lines:
        row = row_of(line)
        if isinstance(row, str):
            continue
        yield Kept(
            id=row["id"],
            user_id=row["user_id"],
            file=file,
            kind=row["sort"],
            made_on_turn=row["made_on_turn"],
            at=parse_iso(row["at"]) or 0,
            domain=row["domain"],
            tags=tuple(row["tags"]),
            workspace=row["workspace"],
        )
