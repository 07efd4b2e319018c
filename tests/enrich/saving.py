"""A home with a database in memory, turns that were put before the model, and answers to keep."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

from attrs import define, field

from afterglow.core.prediction import Prediction
from afterglow.core.twin import Answer, Grade, Made, Verdict
from afterglow.enrich.save import Saved, save, synced
from afterglow.store import queue, turn_clock
from afterglow.store.home import Home
from afterglow.store.learned import Synced
from tests.enrich.answering import asked, review

USER = "local"
PLACE = "/project"
NOW = 1_790_000_000_000
FERRY = "A Greek ferry timetable is more of a conversation."
OLIVES = "Olive trees outlive most frameworks."
SEA = "The sea is the oldest distributed system."
STAIRS = "Mykonos has more stairs than signs."


def made(text: str = FERRY, **fields: Any) -> Made:
    values: dict[str, Any] = {
        "sort": "aside",
        "domain": "travel",
        "tags": ("travel", "greece"),
        "score": 4,
    }
    return Made(text=text, **{**values, **fields})


def answer(*texts: str, **fields: Any) -> Answer:
    return Answer(**{"lines": tuple(made(text) for text in texts), **fields})


@define
class Keeping:
    """``now`` moves on by a second with each answer, so that ids and times differ."""

    connection: sqlite3.Connection
    home: Home
    now: int = NOW
    jobs: int = 0
    seqs: dict[str, list[int]] = field(factory=dict)

    @property
    def file(self) -> Path:
        return self.home.custom / "domain-content.jsonl"

    def turn(self, workspace: str = PLACE) -> int:
        """One turn that was put before the model; its number."""
        number = turn_clock.read(self.connection, workspace).here
        turn_clock.tick(self.connection, workspace, self.now)
        seq = self.connection.execute(
            "INSERT INTO twin_turns (user_id, workspace, session_id, turn, at) VALUES (?, ?, 's', ?, ?)",
            (USER, workspace, number, self.now),
        ).lastrowid
        assert seq is not None
        self.seqs.setdefault(workspace, []).append(seq)
        return number

    def save(self, given: Answer, workspace: str = PLACE, **fields: Any) -> Saved:
        """Keep an answer about the newest turns of a workspace, or about lines due for a review."""
        self.now += 1_000
        self.jobs += 1
        request = asked(*self.seqs.get(workspace, [1])[-5:])
        if given.verdicts:
            request = review(*(one.entry_id for one in given.verdicts), "joke-without-a-verdict")
        options: dict[str, Any] = {
            "job_id": f"job{self.jobs}",
            "user_id": USER,
            "workspace": workspace,
            "request": request,
            "answer": given,
            "now": self.now,
            "max_rows": 0,
        }
        return save(self.connection, self.home, **{**options, **fields})

    def synced(self) -> Synced:
        return synced(self.connection, self.home)

    def claim(self, workspace: str = PLACE, **fields: Any) -> queue.Entry | None:  # type: ignore[name-defined]
        values = {"user_id": USER, "now": self.now, "workspace": workspace, "tags": ("travel",), **fields}
        return queue.claim(self.connection, queue.ClaimQuery(**values))

    def rows(self, name: str = "domain-content.jsonl") -> list[dict[str, Any]]:
        path = self.home.custom / name
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def waiting(self) -> list[str]:
        rows = self.connection.execute("SELECT banter FROM banter_queue WHERE used = 0 ORDER BY seq")
        return [row["banter"] for row in rows]


def graded(turn: int, quality: int = 4) -> Grade:
    return Grade(turn, quality, "fits the moment", "travel", 0.9, ("travel",), {"travel": ("ferry",)})


GUESS = Prediction("travel", ("travel",), 1, 2, "normal", 2, False)
RETIRED = (Verdict("joke-a", "retire"), Verdict("joke-b", "refresh"))
