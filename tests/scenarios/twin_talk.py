"""One workspace in which things are said and happen, with real turns on real rows and a scripted twin.

Invariant: nothing here decides a line. What the twin learned is stored as its worker stores it, and only
after the turn it is about is committed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from afterglow.banks.learned import Memory
from afterglow.core.model import Observation, Turn
from afterglow.core.prediction import Prediction
from afterglow.core.settings import resolve
from afterglow.core.stock import Stock, stock_of
from afterglow.core.twin import Answer, Grade, Made, Request
from afterglow.core.window import WindowState
from afterglow.core.wish import BY_MODEL
from afterglow.enrich.save import save
from afterglow.loop.asking import Asking, answer
from afterglow.loop.clock import Clock
from afterglow.loop.setting import Setting
from afterglow.loop.shelves import completed
from afterglow.loop.turning import take_turn
from afterglow.store import events, opening, predictions, sessions, turn_clock, turns, twin, voice
from afterglow.store.home import Home
from tests.core.voicing import stock

PLACE: Final = "/project"
USER: Final = "local"
MORNING: Final = 1_790_000_000_000
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
GAP_MS: Final = 30 * MINUTE


class Talk:
    """``folder``: for the data; ``shelf``: the banks; ``settings``: by their names on the wire, the first
    consent is given."""

    def __init__(
        self, folder: Path, shelf: Stock | None = None, *, rapport: float = 0.0, **settings: Any
    ) -> None:
        self.home = Home(folder, folder, folder / "logs", folder / "run")
        self.connection = opening.memory()
        wanted = {"seed": "1", "enrichment.enabled": True, **settings}
        self.settings = resolve([("editor", wanted)]).settings
        self.shelf = shelf if shelf is not None else stock()
        self.now = MORNING
        self.head: str | None = None
        self._written, self._memory = self.shelf.banks, Memory()
        self.state = WindowState()
        for ago in (20 * DAY, 19 * DAY):
            sessions.open_workspace(self.connection, PLACE, self.now - ago, GAP_MS)
        self.record("commit", ago=19 * DAY)
        if rapport:
            value = {"until": voice.day_of(self.now, UTC), "value": rapport}
            voice.write(self.connection, USER, voice.RAPPORT, value)

    @property
    def clock(self) -> Clock:
        return Clock(wall=lambda: self.now, ticks=lambda: self.now, fine=lambda: float(self.now))

    @property
    def here(self) -> int:
        """The number of the next turn on the clock of the workspace."""
        return turn_clock.read(self.connection, PLACE).here

    def wait(self, ms: int) -> None:
        self.now += ms

    # -- turns -------------------------------------------------------------------------------------

    def say(self, text: str | None) -> Turn:
        """``say`` with a text, ``next`` without."""
        self.wait(1_000)
        asking = Asking(
            PLACE,
            "window",
            self.settings,
            UTC,
            self.clock,
            state=self.state,
            head=lambda _: self.head,
            stock=lambda: self.shelf,
        )
        return answer(self.connection, text, asking)

    def record(self, kind: str, *, ago: int = 0, **more: Any) -> int:
        """Something happens; the number of its event."""
        at = self.now - ago
        data = more.pop("data", {})
        seen = Observation(kind, PLACE, "git", at, key=f"{kind}:{at}", data=data, **more)
        made = events.record(self.connection, seen, now=at, session_gap_ms=GAP_MS)
        assert made is not None
        return made.event.seq

    def happen(self, kind: str, **more: Any) -> Turn:
        """Something happens, and its turn is taken."""
        self.wait(1_000)
        seq = self.record(kind, **more)
        turns.take(self.connection, "window", [seq], self.now)
        setting = Setting(
            "window",
            self.state,
            self.settings,
            UTC,
            {},
            self.clock,
            stock=lambda: self.shelf,
            head=lambda _: self.head,
        )
        turn = take_turn(self.connection, [seq], setting)
        assert turn is not None
        return turn

    # -- what the twin gives -----------------------------------------------------------------------

    def waiting(self) -> tuple[twin.Row, ...]:
        return twin.waiting(self.connection, USER, PLACE)

    def grade(self, grades: Sequence[Grade], lines: Sequence[Made] = ()) -> None:
        """Keep an answer about these turns as the worker does: files, index, queue, grades."""
        asked = Request("turns", "model", "", "", {}, 0, tuple(grade.turn for grade in grades))
        self._kept(asked, Answer(tuple(grades), tuple(lines)))

    def _kept(self, asked: Request, answer: Answer) -> None:
        save(
            self.connection,
            self.home,
            job_id="job",
            user_id=USER,
            workspace=PLACE,
            request=asked,
            answer=answer,
            now=self.now,
            max_rows=self.settings.queue_max_rows,
        )
        whole, problems = completed(self._written, self.home, USER, self._memory)
        assert not problems, problems
        self.shelf = stock_of(whole)

    def predict(self, prediction: Prediction, on: int | None = None) -> None:
        """A prediction made on a turn, the newest unless ``on`` says otherwise."""
        turn = self.here - 1 if on is None else on
        predictions.save(self.connection, USER, PLACE, prediction, turn, self.now)

    def prepared(self, turn: Turn) -> str | None:
        """The line of the twin that a turn told, None where it told another or none."""
        token, spoken = turn.token, turn.spoken
        if token is None or spoken is None or spoken.origin not in BY_MODEL:
            return None
        if spoken.line is not None:
            return spoken.line
        row = self.connection.execute(
            "SELECT source_id FROM banter_queue WHERE id = ?", (token.entry_id,)
        ).fetchone()
        return str(row["source_id"])

    def made_on(self, line: str) -> int:
        """The turn of the workspace's clock on which a line was made."""
        row = self.connection.execute("SELECT made_on_turn FROM learned WHERE id = ?", (line,)).fetchone()
        return int(row["made_on_turn"])

    def close(self) -> None:
        self.connection.close()
