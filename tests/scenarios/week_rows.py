"""What the store holds after a while, read with plain queries: events, lines shown, turns.

Made for checks that must not lean on the code under test: times, statuses and counts come from the rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from attrs import frozen

from tests.scenarios.week_time import ZONE

HOUR_MS: Final = 3_600_000
_RED_JOBS: Final = frozenset({"test", "build", "lint", "typecheck", "deploy", "migration", "training"})


@frozen
class Happened:
    """One row of ``events``."""

    id: str
    seq: int
    kind: str
    workspace: str
    session: str | None
    at: int
    recorded_at: int
    labels: tuple[str, ...]
    job: str | None
    status: str | None
    duration_ms: float | None
    data: Mapping[str, Any]

    @property
    def label(self) -> str:
        return self.labels[0] if self.labels else ""

    @property
    def total(self) -> int | None:
        counts = [self.data.get(name) for name in ("passed", "failed", "skipped", "errors")]
        return None if counts[0] is None else sum(count or 0 for count in counts)


@frozen
class Shown:
    """One row of ``shown``: a line that was on the screen. ``event``: its id, None for one asked for."""

    at: int
    id: str
    event: str | None
    workspace: str
    session: str
    response: str
    news: str | None
    banter: str | None
    source: str
    entry: str | None
    category: str | None
    level: int
    warmth: int

    @property
    def unasked(self) -> bool:
        return self.event is not None

    @property
    def day(self) -> date:
        return datetime.fromtimestamp(self.at / 1000, ZONE).date()


@frozen
class Taken:
    """One row of ``turns``."""

    at: int
    token_id: str | None
    event_id: str | None
    kind: str | None
    reason: str


@frozen
class Rows:
    events: tuple[Happened, ...]
    shown: tuple[Shown, ...]
    turns: tuple[Taken, ...]
    queued: Mapping[str, str]
    """Of every entry that ever waited its source, by id."""

    def event(self, event_id: str | None) -> Happened | None:
        return next((one for one in self.events if one.id == event_id), None)

    @property
    def warm(self) -> tuple[Shown, ...]:
        """Lines with a warm part that nobody asked for."""
        return tuple(one for one in self.shown if one.banter is not None and one.unasked)

    def since(self, at: int) -> Rows:
        """The same with what was shown from a time on."""
        return Rows(self.events, tuple(one for one in self.shown if one.at >= at), self.turns, self.queued)

    def red(self) -> list[tuple[str, int, int]]:
        """(workspace, from, until) of every time in which a (job, label) was red."""
        spans = []
        open_since: dict[tuple[str, str, str], tuple[int, int]] = {}
        for one in self.events:
            if one.kind not in ("job.finished", "command") or one.job not in _RED_JOBS:
                continue
            for label in one.labels:
                key = (one.workspace, str(one.job), label)
                if one.status == "fail":
                    began, last = open_since.get(key, (one.recorded_at, one.recorded_at))
                    if one.recorded_at - last >= 2 * HOUR_MS:
                        spans.append((one.workspace, began, last + 2 * HOUR_MS))
                        began = one.recorded_at
                    open_since[key] = (began, one.recorded_at)
                elif one.status == "ok" and key in open_since:
                    began, last = open_since.pop(key)
                    spans.append((one.workspace, began, min(one.recorded_at, last + 2 * HOUR_MS)))
        for (workspace, _, _), (began, last) in open_since.items():
            spans.append((workspace, began, last + 2 * HOUR_MS))
        return spans

    def conflicts(self) -> list[tuple[str, int, int]]:
        """(workspace, from, until) of every conflict; one that never ended lasts."""
        spans, begun = [], {}
        for one in self.events:
            if one.kind == "conflict.begin":
                begun[one.workspace] = one.at
            elif one.kind == "conflict.end" and one.workspace in begun:
                spans.append((one.workspace, begun.pop(one.workspace), one.at))
        return spans + [(workspace, at, 1 << 60) for workspace, at in begun.items()]

    def first_greens(self) -> list[Happened]:
        """Good ends of a job whose newest proven end before was a failure, of the same label."""
        newest: dict[tuple[str, str | None, str], str] = {}
        found = []
        for one in self.events:
            if one.job not in _RED_JOBS or one.status not in ("ok", "fail"):
                continue
            key = (one.workspace, one.job, one.label)
            if one.status == "ok" and newest.get(key) == "fail":
                found.append(one)
            newest[key] = one.status
        return found

    def summary(self) -> str:
        days = Counter(one.day for one in self.shown if one.unasked)
        warm = Counter(one.day for one in self.warm)
        lines = [f"{day}: {days[day]} lines unasked, {warm[day]} of them warm" for day in sorted(days)]
        lines.append(f"sources: {dict(Counter(one.source for one in self.shown))}")
        lines.append(f"categories: {dict(Counter(one.category for one in self.shown))}")
        lines.append(f"turns: {len(self.turns)}, lines: {len(self.shown)}, unasked warm: {len(self.warm)}")
        return "\n".join(lines)


def read(connection: sqlite3.Connection) -> Rows:
    """All rows, oldest first."""
    queued = {row["id"]: row["source"] for row in connection.execute("SELECT id, source FROM banter_queue")}
    return Rows(tuple(_events(connection)), tuple(_shown(connection)), tuple(_turns(connection)), queued)


def _events(connection: sqlite3.Connection) -> Iterable[Happened]:
    for row in connection.execute("SELECT * FROM events ORDER BY at, seq"):
        yield Happened(
            row["id"],
            row["seq"],
            row["kind"],
            row["workspace"],
            row["session_id"],
            row["at"],
            row["recorded_at"],
            tuple(json.loads(row["labels"] or "[]")),
            row["job"],
            row["status"],
            row["duration_ms"],
            json.loads(row["data"] or "{}"),
        )


def _shown(connection: sqlite3.Connection) -> Iterable[Shown]:
    for row in connection.execute("SELECT * FROM shown ORDER BY at, token_id"):
        token = json.loads(row["token"])
        yield Shown(
            row["at"],
            row["token_id"],
            row["event_id"],
            row["workspace"],
            row["session_id"],
            token["response"],
            token["news"],
            token["banter"],
            token["source"],
            token["entryId"],
            token["category"],
            token["level"],
            token["warmth"],
        )


def _turns(connection: sqlite3.Connection) -> Iterable[Taken]:
    query = (
        "SELECT turns.*, events.kind AS event_kind FROM turns LEFT JOIN events ON events.id = turns.event_id"
        " ORDER BY turns.seq"
    )
    for row in connection.execute(query):
        yield Taken(row["at"], row["token_id"], row["event_id"], row["event_kind"], row["reason"])
