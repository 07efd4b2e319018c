"""Rows to the shapes of ``core.model`` and back. Invariant: what comes out was checked on the way in."""

from __future__ import annotations

import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeVar, cast

from afterglow.core.history import coverage_of, metrics_of, part_of
from afterglow.core.model import STATUSES, Anchor, Event, Outcome, Status

T = TypeVar("T")

PORTION: Final = 500
EVENT_COLUMNS = (
    "seq, id, kind, workspace, session_id, sources, labels, job, status, exit_code, duration_ms, started_at,"
    " at, recorded_at, processed_at, tags, data, anchor_uri, anchor_line, state, owner, reason"
)


def new_id(now: int) -> str:
    """A name no other row has; later ones sort after earlier ones. ``now``: ms since the epoch."""
    return f"{now:012x}{secrets.token_hex(6)}"


def dump(value: object) -> str:
    """JSON on one line, as compact as it gets."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def load_list(text: str) -> tuple[str, ...]:
    """A JSON list of strings; anything else (a damaged row) is an empty one."""
    try:
        value = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return ()
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def load_object(text: str) -> dict[str, Any]:
    """A JSON object; anything else (a damaged row) is an empty one."""
    try:
        value = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def event_of(row: sqlite3.Row) -> Event:
    """The Event of a row that has ``EVENT_COLUMNS``."""
    status = row["status"]
    return Event(
        id=row["id"],
        seq=row["seq"],
        kind=row["kind"],
        workspace=row["workspace"],
        session_id=row["session_id"],
        at=row["at"],
        recorded_at=row["recorded_at"],
        sources=load_list(row["sources"]),
        labels=load_list(row["labels"]),
        job=row["job"],
        status=cast("Status", status) if status in STATUSES else None,
        exit_code=row["exit_code"],
        duration_ms=row["duration_ms"],
        started_at=row["started_at"],
        tags=load_list(row["tags"]),
        data=load_object(row["data"]),
        anchor=anchor_of(row["anchor_uri"], row["anchor_line"]),
    )


def anchor_of(uri: str | None, line: int | None) -> Anchor | None:
    """The anchor of a row's two columns, None unless both are there."""
    return Anchor(uri, line) if uri is not None and line is not None else None


def outcome_of(row: sqlite3.Row) -> Outcome:
    """The Outcome of a row with seq's event columns (id, at, status, duration_ms, data).

    Without the column ``exit_code`` a run of which a file knew a part counts as that part.
    """
    data: Mapping[str, Any] = load_object(row["data"])
    exit_code = row["exit_code"] if "exit_code" in row.keys() else None  # noqa: SIM118 - a row, no mapping

    def count(name: str) -> int | None:
        value = data.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    return Outcome(
        event_id=row["id"],
        at=row["at"],
        status=row["status"] if row["status"] in STATUSES else "unknown",
        duration_ms=row["duration_ms"],
        passed=count("passed"),
        failed=count("failed"),
        skipped=count("skipped"),
        errors=count("errors"),
        part=part_of(data, exit_code),
        coverage=coverage_of(data),
        metrics=metrics_of(data),
    )


def portions(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """The values in portions that one query can name: older SQLite takes 999."""
    for begin in range(0, len(values), PORTION):
        yield values[begin : begin + PORTION]


def placeholders(values: Iterable[object]) -> str:
    """``?, ?, ?``: one for each value."""
    return ", ".join("?" for _ in values)
