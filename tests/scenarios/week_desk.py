"""A developer's desk on a virtual clock: what a line of a day's script does to the real loop.

``Desk.plan`` takes lines such as ``09:05 test 391 41s`` (see ``week_days``) and sets their times;
``Desk.play`` lets the time pass. Windows, git and jobs report what happens as the server's sensors and
the clients do; nothing here decides what is shown.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final, cast

from attrs import evolve, frozen

from afterglow.core.events import Problem, parse_event
from afterglow.core.local_time import format_iso
from afterglow.core.model import Mode, Observation, Status, Turn
from afterglow.core.place import Edit
from afterglow.core.queue_rules import Draft, check
from afterglow.core.stock import Stock
from afterglow.core.subject import signs
from afterglow.loop import asking
from afterglow.loop.setting import GitKnowledge
from afterglow.store import calendar, notes, queue, ratings, sessions, voice
from tests.scenarios.week_time import DAY_MS, SPAN, ZONE, instant, span_ms
from tests.support.played import Played, Stage

HOME: Final = "/home/dev"
USER: Final = "local"
_JOBS: Final = {
    "test": ("test", "pytest"),
    "lint": ("lint", "ruff"),
    "types": ("typecheck", "mypy"),
    "build": ("build", "make"),
    "migrate": ("migration", "alembic"),
    "train": ("training", "train.py"),
    "deploy": ("deploy", "deploy"),
    "task": ("task", "release notes"),
    "debug": ("debug", "pytest"),
}
_OUTSIDE: Final = frozenset({"deploy", "migrate"})
"""Jobs that ``afterglow run`` reports, a process without a window."""


@frozen
class Did:
    """One line of the script, done: ``at`` ms since the epoch."""

    at: int
    window: str
    text: str


class Desk:
    """``start``: when virtual time begins; the week's script is the same for every ``seed`` and ``mode``."""

    def __init__(
        self,
        folder: Path,
        stock: Stock,
        start: int,
        mode: Mode = "normal",
        seed: str | None = "1",
        **settings: Any,
    ) -> None:
        self._chance = random.Random("the same week")
        self.stage = Stage(folder, lambda: self._chance.uniform(0, 15), start=start, zone=ZONE)
        self._stock = stock
        self._settings = {"mode": mode, "region": "DE", **({"seed": seed} if seed else {}), **settings}
        self.windows: dict[str, Played] = {}
        self.all: list[Played] = []
        self.branch: dict[str, str] = {}
        self.did: list[Did] = []
        self.pressed: list[int] = []
        self.hazards: list[int] = []
        self.asked: list[Turn] = []
        self.low: list[int] = []
        self._unresolved: dict[str, tuple[str, ...]] = {}
        self._keys = 0
        self._log_since = start - 40 * DAY_MS

    # -- playing -----------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        return self.stage.clock.wall()

    def plan(self, day: date, script: str) -> None:
        """Set the time for each line of a day's script: ``HH:MM[:SS] [@WINDOW] VERB ARGS``."""
        for raw in script.strip().splitlines():
            line = raw.partition("#")[0].strip()
            if line:
                clock, _, rest = line.partition(" ")
                self._at(instant(day, clock), partial(self._do, rest.strip()))

    def play(self, until: int) -> None:
        self.stage.run(until - self.now)

    def close(self) -> None:
        self.stage.close()

    def _at(self, when: int, call: Callable[[], None]) -> None:
        assert when >= self.now, f"the script goes back in time at {format_iso(when)}"
        self.stage.at(when - self.stage.start - self.stage.now, call)

    def _do(self, line: str) -> None:
        window = "main"
        if line.startswith("@"):
            window, _, line = line[1:].partition(" ")
        verb, *args = line.split()
        self.did.append(Did(self.now, window, line))
        getattr(self, f"do_{verb}")(window, *args)

    def place(self, window: str) -> str:
        return self.windows[window].window.workspaces[0]

    # -- windows and the keyboard ------------------------------------------------------------------

    def do_open(self, window: str, project: str = "ledger") -> None:
        place = f"{HOME}/{project}"
        self.branch.setdefault(place, "main")
        played = self.stage.window(
            place,
            stock=lambda: self._stock,
            head=self.branch.get,
            **self._settings,
        )
        self.windows[window] = played
        self.all.append(played)
        self._know(played, place)
        self.do_front(window)

    def do_close(self, window: str) -> None:
        self.stage.shut(self.windows.pop(window))

    def do_front(self, window: str) -> None:
        for name, played in self.windows.items():
            played.window.focused(name == window)

    def do_edit(self, window: str, file: str, minutes: str) -> None:
        """Type in bursts with pauses between, and save now and then."""
        end = self.now + int(float(minutes) * 60_000)
        when, save = self.now, self.now + 150_000
        while when < end:
            for _ in range(self._chance.randint(4, 25)):
                when += self._chance.randint(700, 1_800)
                if when < end:
                    self._at(when, lambda: self._press(window, file))
            when += self._chance.randint(3_000, 20_000)
            if when > save and when < end:
                save = when + 180_000
                self._at(when, lambda: self.do_save(window, file))
        self._at(end + 500, lambda: self.do_save(window, file))

    def do_save(self, window: str, file: str) -> None:
        if window in self.windows:
            place = self.place(window)
            self.windows[window].window.saved(place, f"{place}/{file}")

    def _press(self, window: str, file: str) -> None:
        if window in self.windows:
            self.pressed.append(self.now)
            self.windows[window].window.edited(f"{self.place(window)}/{file}", [Edit(3, 3, 0)])

    # -- jobs --------------------------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        """``do_test``, ``do_lint`` ...: jobs all begin alike."""
        verb = name.removeprefix("do_")
        if verb not in _JOBS:
            raise AttributeError(name)
        return lambda window, *args: self._job(window, verb, *args)

    def _job(self, window: str, verb: str, *args: str) -> None:
        """``[PASSED] SPAN [fail|cancelled] [failing=a,b] [skipped=N] [coverage=X] [NAME=METRIC]``."""
        job, label = _JOBS[verb]
        counts = [int(arg) for arg in args if arg.isdigit()]
        span = next(span_ms(arg) for arg in args if not arg.isdigit() and SPAN.fullmatch(arg))
        named = dict(arg.split("=") for arg in args if "=" in arg)
        failing = [f"tests/test_tokens.py::{name}" for name in named.pop("failing", "").split(",") if name]
        status = next((arg for arg in args if arg in ("fail", "cancelled", "unknown")), None)
        status = status or ("fail" if failing else "ok")
        data: dict[str, Any] = {"job": job}
        if counts:
            data |= {"passed": counts[0], "failed": len(failing), "errors": 0, "failing": failing}
            data["skipped"] = int(named.pop("skipped", "0"))
            data["total"] = counts[0] + len(failing) + data["skipped"]
        if "coverage" in named:
            data["coverage"] = float(named.pop("coverage"))
        if named:
            data["metrics"] = {name: float(value) for name, value in named.items()}
        ended, place = self.now + int(span), self.place(window)
        seen = Observation(
            "job.finished",
            place,
            "run" if verb in _OUTSIDE else "editor",
            ended,
            label=label,
            status=cast("Status", status),
            exit_code={"ok": 0, "fail": 1, "cancelled": 130}.get(status),
            duration_ms=span,
            started_at=self.now,
            data={"job": job} if counts else data,
        )
        self._at(ended, lambda: self._ended(place, verb, seen, data if counts else None))

    def _ended(self, place: str, verb: str, seen: Observation, counted: dict[str, Any] | None) -> None:
        if verb in _OUTSIDE:
            self.stage.record(seen)
            return
        windows = self._on(place)
        if windows:
            windows[0].window.observe((seen,))
        if counted is not None:
            # The report is seen by every window of the workspace, a moment later.
            self._keys += 1
            report = evolve(seen, source="report", exit_code=None, data=counted, key=f"report-{self._keys}")
            for played in windows:
                self.stage.at(self._chance.uniform(30, 300), partial(played.window.observe, (report,)))

    def _on(self, place: str) -> list[Played]:
        return [played for played in self.windows.values() if place in played.window.workspaces]

    # -- git ---------------------------------------------------------------------------------------

    def do_commit(self, window: str, *subject: str) -> None:
        tags, glow = signs(" ".join(subject))
        data = {"branch": self.branch[self.place(window)], **({"subject_glow": glow} if glow else {})}
        self._git(window, "commit", data, tags)

    def do_push(self, window: str) -> None:
        self._git(window, "push", {"branch": self.branch[self.place(window)], "remote": "origin"})

    def do_tag(self, window: str, name: str) -> None:
        self._git(window, "tag", {"name": name})

    def do_merge(self, window: str, branch: str) -> None:
        self._git(window, "merge", {"branch": self.branch[self.place(window)], "from": branch})

    def do_pull(self, window: str, count: str = "0") -> None:
        self._git(window, "pull", {"branch": self.branch[self.place(window)], "count": int(count)})

    def do_rebase(self, window: str, count: str) -> None:
        self._git(window, "rebase", {"branch": self.branch[self.place(window)], "count": int(count)})

    def do_switch(self, window: str, branch: str) -> None:
        place = self.place(window)
        before, self.branch[place] = self.branch[place], branch
        self._git(window, "branch.switch", {"from": before, "to": branch})

    def do_conflict(self, window: str) -> None:
        self._unresolved[self.place(window)] = ("merge",)
        self._git(window, "conflict.begin", {"operation": "merge"})

    def do_resolved(self, window: str) -> None:
        self._unresolved.pop(self.place(window))
        self._git(window, "conflict.end", {"operation": "merge", "resolved": True})

    def _git(self, window: str, kind: str, data: dict[str, Any], tags: Iterable[str] = ()) -> None:
        place = self.place(window)
        self._keys += 1
        seen = Observation(
            kind,
            place,
            "git",
            self.now,
            status="ok",
            tags=tuple(tags),
            data={"sha": f"{self._keys:07x}", **data},
            key=f"git:{self._keys}",
        )
        for played in self._on(place):
            self._know(played, place)
            played.window.observe((seen,))

    def _know(self, played: Played, place: str) -> None:
        known = GitKnowledge(self._unresolved.get(place, ()), self._log_since, ())
        played.window.git[place] = known

    # -- what a client tells -----------------------------------------------------------------------

    def _tell(self, window: str, event: dict[str, Any]) -> None:
        made = parse_event(
            event,
            default_workspace=self.place(window),
            now=self.now,
            source="editor",
            to_workspace=lambda uri: uri,
        )
        assert not isinstance(made, Problem), made
        self.windows[window].window.observe((made,))

    def do_active(self, window: str, minutes: str) -> None:
        self._tell(window, {"kind": "active", "data": {"idleMs": int(minutes) * 60_000}})

    def do_topic(self, window: str, before: str, after: str) -> None:
        self._tell(window, {"kind": "topic.change", "data": {"from": before, "to": after}})

    def do_phase(self, window: str, before: str, after: str) -> None:
        self._tell(window, {"kind": "phase.change", "data": {"from": before, "to": after}})

    def do_weather(self, window: str, celsius: str, sky: str, place: str) -> None:
        data = {"temp_c": float(celsius), "rain": sky == "rain", "place": place}
        self._tell(window, {"kind": "weather", "data": data})

    def do_exception(self, window: str) -> None:
        self._tell(window, {"kind": "debug.exception"})

    def do_command(self, window: str, *words: str) -> None:
        self.hazards.append(self.now)
        line = " ".join(words)
        self._tell(window, {"kind": "command", "commandLine": line, "exitCode": 0, "durationMs": 400})

    def do_reviewed(self, window: str, span: str) -> None:
        self._tell(window, {"kind": "review.done", "status": "ok", "durationMs": span_ms(span)})

    def do_merged(self, window: str, span: str) -> None:
        self._tell(window, {"kind": "pr.merged", "status": "ok", "durationMs": span_ms(span)})

    # -- what the user asks and says of the lines --------------------------------------------------

    def do_say(self, window: str, *words: str) -> None:
        self._ask(window, " ".join(words))

    def do_next(self, window: str) -> None:
        self._ask(window, None)

    def _ask(self, window: str, text: str | None) -> None:
        played, place = self.windows[window], self.place(window)
        who = asking.Asking(
            place,
            played.window.id,
            played.window.settings,
            ZONE,
            self.stage.clock,
            state=played.window.state,
            git=played.window.git[place],
            head=self.branch.get,
            stock=lambda: self._stock,
        )
        self.asked.append(played.database.write(lambda connection: asking.answer(connection, text, who)))

    def do_rate(self, window: str, stars: str) -> None:
        """Rate the newest line with a warm part."""
        row = self.stage.outside.connection.execute(
            "SELECT token_id FROM shown WHERE json_extract(token, '$.banter') IS NOT NULL"
            " ORDER BY at DESC, token_id DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return
        score, now = int(stars), self.now
        if score <= 2:
            self.low.append(now)
        day = voice.day_of(now, ZONE)

        def work(connection: Any) -> None:
            ratings.rate(connection, USER, row["token_id"], score, now)
            if score != 3:
                voice.count_day(connection, USER, day, "rated_well" if score > 3 else "rated_badly")

        self.windows[window].database.write(work)

    def do_note(self, window: str, *words: str) -> None:
        place, now = self.place(window), self.now

        def work(connection: Any) -> None:
            stay = sessions.latest(connection, place, now, sessions.DEFAULT_GAP_MS)
            session = stay.id if stay is not None else None
            notes.write(connection, USER, place, session, "text", {"text": " ".join(words)}, now)

        self.stage.outside.write(work)

    def do_leave(self, window: str, *words: str) -> None:
        """A nightly job or an agent leaves a line: ``afterglow queue add TEXT``."""
        fields = {"user_id": USER, "workspace": self.place(window), "banter": " ".join(words)}
        draft = check(fields)
        assert isinstance(draft, Draft), draft
        now = self.now
        self.stage.outside.write(lambda connection: queue.add(connection, draft, now))

    def do_holidays(self, _window: str, *rows: str) -> None:
        """``2027-03-26=Good_Friday``: the calendar of the region, as the child that reads it stores it."""
        days = [
            calendar.Holiday(day, name.replace("_", " ")) for day, name in (row.split("=") for row in rows)
        ]
        year = int(days[0].day[:4])
        self.stage.outside.write(lambda connection: calendar.replace_year(connection, "DE", year, days))
