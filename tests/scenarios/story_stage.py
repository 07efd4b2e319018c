"""Stories played through the real loop, the real store and a real reader of banks, on a virtual clock.

Invariant: nothing here decides what is said. Every line that a story sees was written by a turn, and what
came unasked was shown by the window.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from attrs import evolve

from afterglow.banks import Shelf, load, shipped
from afterglow.banks.reviews import Review, reviewed
from afterglow.banks.shapes import SHAPES
from afterglow.core.commands import recognise
from afterglow.core.events import parse_event
from afterglow.core.local_time import parse_iso
from afterglow.core.model import Observation, Source
from afterglow.core.pick import SURE
from afterglow.core.place import Edit
from afterglow.core.queue_rules import Draft, check
from afterglow.core.settings import resolve
from afterglow.core.stock import Stock, stock_of
from afterglow.loop import heard
from afterglow.loop.asking import Asking, answer
from afterglow.loop.setting import GitKnowledge
from afterglow.store import predictions, queue, turn_clock, voice
from tests.scenarios.story import Line, Step, Story, Values, clock, day_before
from tests.support.played import Played, Stage

PLACE: Final = "/project"
USER: Final = "local"
DAY_MS: Final = 24 * 60 * 60 * 1000
GIT: Final = ("commit", "push", "tag", "merge", "rebase", "pull", "cherry-pick", "revert")
AFTER_MS: Final = 70_000
"""How long a story goes on after its last step."""

_UNITS: Final = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}
_OUTCOME: Final = re.compile(r"(.+?) (ok|fail|cancelled|unknown)(?: (\d+))?(?: of (\d+))?(?: in (\S+))?")
_TOP: Final = frozenset({"label", "status", "exitCode", "durationMs", "tags", "commandLine"})
_DEFAULTS: Final[dict[str, Values]] = {
    "jokes": {"min_glow": 0, "max_glow": 1},
    "facts": {"source": "https://example.org/", "checked": "2026-11-21"},
    "responses": {"pattern": "*", "level": 1, "warmth": 3, "tone": "warm"},
    "compliments": {"warmth": 3},
    "reminders": {"warmth": 3, "trigger": "session_open"},
    "weather": {"warmth": 3},
    "fallbacks": {"warmth": 2},
}
"""What a line of a story's shelf need not say."""


class Playing:
    """One story on a stage of its own. ``play`` gives what was seen below each step."""

    def __init__(self, story: Story, folder: Path) -> None:
        self.story, self.folder = story, folder
        self.begins = story.steps[0].at
        # Without a seed each session would choose otherwise.
        self.settings = {"seed": "story", **story.given("set")}
        problems = resolve([("editor", self.settings)]).problems
        if problems:
            raise story.heads["set"][0].wrong(str(problems[0]))
        self.stock = self._shelves()
        self.branch: str | None = None
        self.count = 0
        known = "known" in story.words("given")
        self.stage = Stage(folder, start=self.begins - (DAY_MS if known else 0))
        self.window: Played | None = None
        self.shown: list[str] = []
        if known:
            self._yesterday()
        rapport = story.given("given").get("rapport")
        if rapport is not None:
            value = {"until": day_before(self.begins), "value": rapport}
            self.stage.outside.write(lambda store: voice.write(store, USER, voice.RAPPORT, value))
        self.seen = self._newest()

    def play(self) -> list[list[str]]:
        """Every step at its time; what is decided until the next one is seen below it."""
        found = []
        ends = [step.at for step in self.story.steps[1:]] + [self.story.steps[-1].at + AFTER_MS]
        for step, end in zip(self.story.steps, ends, strict=True):
            self._until(step.at)
            self._do(step)
            # What is due at the very moment of the next step is seen below that one.
            self._until(max(step.at, end - 1))
            found.append(self._lines())
        return found

    def close(self) -> None:
        self.stage.close()

    # -- the stage ---------------------------------------------------------------------------------

    def _shelves(self) -> Stock:
        """The banks of the story, read from files as every bank is."""
        rows: dict[str, list[str]] = {}
        own = self.folder / "shelf"
        own.mkdir(parents=True)
        for number, line in enumerate(self.story.heads["shelf"]):
            bank, text = (*line.words, "")[:2]
            if line.words == ("shipped",):
                continue
            shape = SHAPES.get(bank)
            if shape is None or not text:
                raise line.wrong(f"shelf BANK ... TEXT, the banks are {', '.join(_DEFAULTS)}")
            row = {
                "id": f"{bank}-{number}",
                "added_at": "2026-11-21",
                **_DEFAULTS.get(bank, {}),
                str(shape.text): text,
                **line.named,
            }
            if bank == "reminders":
                row.setdefault("requires", re.findall(r"{(\w+)}", text))
            rows.setdefault(bank, []).append(json.dumps(row))
        for bank, lines in rows.items():
            (own / f"{bank}.jsonl").write_text("\n".join(lines), encoding="utf-8")
        first = [shipped()] if "shipped" in self.story.words("shelf") else []
        banks, problems = load([*first, Shelf(own, "user")])
        if problems:
            raise self.story.heads["shelf"][0].wrong(str(problems[0]))
        decided = {
            name: Review(decision, self.begins)
            for line in self.story.heads["review"]
            for name, decision in line.named.items()
        }
        return stock_of(reviewed(banks, decided))

    def _yesterday(self) -> None:
        """A session that went well, so that the story's own is not the first one ever."""
        played = self.stage.window(PLACE)
        self.stage.run(1_000)
        played.window.observe((self._event({"kind": "commit", "data": {}}, "git"),))
        self.stage.run(5_000)
        self.stage.shut(played)
        self._until(self.begins)

    def _until(self, at: int) -> None:
        self.stage.run(max(0, at - self.stage.clock.wall()))

    def _newest(self) -> int:
        return int(self.stage.outside.connection.execute("SELECT max(seq) FROM turns").fetchone()[0] or 0)

    def _lines(self) -> list[str]:
        """The turns since the last look, one line each."""
        rows = self.stage.outside.connection.execute(
            "SELECT seq, at, event_id, record FROM turns WHERE seq > ? ORDER BY seq", (self.seen,)
        ).fetchall()
        self.seen = self._newest()
        lines = []
        for row in rows:
            record = json.loads(row["record"])
            token = record["token"]
            if token is not None:
                self.shown.append(token["id"])
                on_screen = {one.id for played in self.stage.windows for one in played.tokens}
                assert row["event_id"] is None or token["id"] in on_screen, "written and never shown"
            lines.append(f"{clock(row['at'])} {self._line(record)}")
        return lines

    def _line(self, record: Values) -> str:
        token, made = record["token"], record["classification"]
        known: Values = {
            "label": made["label"],
            "sure": "yes" if made["confidence"] >= SURE else "no",
            "tags": ",".join(made["tags"]),
            "glow": round(made["glowScore"], 2),
            "register": ",".join(made["register"].values()),
        }
        if token is not None:
            about = token["event"]["kind"] if token["event"] else None
            same = ("source", "category", "level", "warmth", "news", "banter")
            known |= {"about": about, **{name: token[name] for name in same}}
        facts = [f"{name}={known[name] or '-'}" for name in self.story.shown if name in known]
        said = token["response"] if token is not None else f"nothing: {record['reason']}"
        return " | ".join([said, " ".join(facts)] if facts else [said])

    # -- the steps ---------------------------------------------------------------------------------

    def _do(self, step: Step) -> None:
        line = step.line
        verb = line.words[0] if line.words else ""
        rest = evolve(line, words=line.words[1:])
        if verb == "open":
            return self._open(rest)
        if self.window is None:
            raise line.wrong("no window is open: a story begins with open")
        if verb in GIT:
            return self._git(verb, rest)
        do = self._verbs().get(verb)
        if do is None:
            known = sorted([*self._verbs(), *GIT, "open"])
            raise line.wrong(f"{verb!r} is no step: the known ones are {', '.join(known)}")
        return do(rest)

    def _verbs(self) -> dict[str, Callable[[Line], None]]:
        window = self._played.window
        return {
            "branch": lambda line: setattr(self, "branch", line.words[0] if line.words else None),
            "close": lambda line: self._shut(),
            "edit": lambda line: window.edited(self._path(line), [Edit(0, 0, 0)]),
            "emit": self._emit,
            "errors": lambda line: window.diagnosed(int(line.words[0])),
            "front": lambda line: window.fronted(self._path(line)),
            "next": lambda line: self._ask(None),
            "note": self._note,
            "predict": self._predict,
            "queue": self._queue,
            "rate": self._rate,
            "run": self._run,
            "save": lambda line: window.saved(PLACE, self._path(line)),
            "say": lambda line: self._ask(" ".join(line.words)),
            "terminal": self._terminal,
            "type": self._type,
            "unfinished": self._unfinished,
            "wait": lambda line: None,
        }

    @property
    def _played(self) -> Played:
        assert self.window is not None
        return self.window

    def _open(self, line: Line) -> None:
        self.branch = line.named.get("branch", self.branch)
        self.window = self.stage.window(
            PLACE, stock=lambda: self.stock, head=lambda _: self.branch, **self.settings
        )
        since = self.story.given("given").get("git-log")
        if since is not None:
            known = GitKnowledge(known_since=parse_iso(f"{since}T00:00:00Z"))
            self.window.window.git = {PLACE: known}

    def _shut(self) -> None:
        self.stage.shut(self._played)
        self.window = None

    def _path(self, line: Line) -> str:
        return f"{PLACE}/{line.words[0]}"

    def _observe(self, seen: Observation) -> None:
        self._played.window.observe((seen,))

    def _event(self, raw: Values, source: Source, line: Line | None = None) -> Observation:
        made = parse_event(
            raw,
            default_workspace=PLACE,
            now=self.stage.clock.wall(),
            source=source,
            to_workspace=lambda _: None,
        )
        if not isinstance(made, Observation):
            raise (line or self.story.steps[0].line).wrong(f"{made}")
        return made

    def _emit(self, line: Line) -> None:
        top = {name: value for name, value in line.named.items() if name in _TOP}
        data = {name: value for name, value in line.named.items() if name not in _TOP}
        if "took" in data:
            top["durationMs"] = _ms(line, data.pop("took"))
        self._observe(self._event({"kind": line.words[0], **top, "data": data}, "emit", line))

    def _git(self, kind: str, line: Line) -> None:
        self.count += 1
        data = {"branch": self.branch or "main", **line.named}
        if kind == "tag":
            data = {**line.named, "name": line.words[0]}
        raw = {"kind": kind, "dedupeKey": f"{kind}-{self.count}", "data": data}
        self._observe(self._event(raw, "git", line))

    def _terminal(self, line: Line) -> None:
        raw = {"kind": "command", "commandLine": line.words[0], "exitCode": line.named.get("exit", 0)}
        self._observe(self._event(raw, "editor", line))

    def _run(self, line: Line) -> None:
        """``run COMMAND ok 142 in 38s``, ``run COMMAND fail 3 of 142``: what ``afterglow run`` records."""
        found = _OUTCOME.fullmatch(" ".join(line.words))
        if found is None:
            raise line.wrong("run COMMAND ok|fail|cancelled|unknown [NUMBER [of NUMBER]] [in TIME]")
        command, status, counted, total, took = found.groups()
        known, data = recognise(command), dict(line.named)
        data["job"] = data.get("job") or known.job or "task"
        if counted is not None:
            failed = int(counted) if status == "fail" else 0
            data |= {
                "failed": failed,
                "passed": int(total or counted) - failed,
                "total": int(total or counted),
            }
        raw: Values = {"kind": "job.finished", "label": known.label or known.program, "status": status}
        raw |= {"tags": data.pop("tags", ()), "data": data}
        if took is not None:
            raw["durationMs"] = _ms(line, took)
        made = self._event(raw, "run", line)
        hazard = {"hazard": known.hazard} if known.hazard else {}
        self._observe(evolve(made, data={**made.data, **hazard}))

    def _ask(self, text: str | None) -> None:
        window = self._played.window
        asking = Asking(
            PLACE,
            window.id,
            window.settings,
            window.zone,
            self.stage.clock,
            state=window.state,
            git=window.git.get(PLACE, GitKnowledge()),
            head=window.head,
            stock=lambda: self.stock,
        )
        ask = heard.next_line if text is None else lambda store, who: answer(store, text, who)
        self.stage.outside.write(lambda store: ask(store, asking))

    def _queue(self, line: Line) -> None:
        made = check({"user_id": USER, "banter": line.words[0], "workspace": PLACE, **line.named})
        if not isinstance(made, Draft):
            raise line.wrong(f"{made}")
        now = self.stage.clock.wall()
        self.stage.outside.write(lambda store: queue.add(store, made, now))

    def _predict(self, line: Line) -> None:
        """``age``: how many turns ago it was made; 1 unless it says otherwise, 0 on the turn to come."""
        made = predictions.read(line.named)
        now, age = self.stage.clock.wall(), int(line.named.get("age", 1))

        def work(store: Any) -> None:
            here = turn_clock.read(store, PLACE).here
            predictions.save(store, USER, PLACE, made, here - age, now)

        self.stage.outside.write(work)

    def _rate(self, line: Line) -> None:
        now, token = self.stage.clock.wall(), self.shown[-1]
        stars, zone = int(line.words[-1]), self.stage.zone
        self.stage.outside.write(lambda store: heard.rate(store, USER, token, stars, now, zone))

    def _note(self, line: Line) -> None:
        now, settings = self.stage.clock.wall(), self._played.window.settings
        self.stage.outside.write(lambda store: heard.note(store, settings, PLACE, line.words[0], now))

    def _type(self, line: Line) -> None:
        edit = partial(self._played.window.edited, f"{PLACE}/a.py", [Edit(0, 0, 0)])
        for after in range(0, _ms(line, line.words[0]), 500):
            self.stage.at(after, edit)

    def _unfinished(self, line: Line) -> None:
        window = self._played.window
        window.git = {PLACE: evolve(window.git.get(PLACE, GitKnowledge()), unresolved=line.words)}


def _ms(line: Line, text: str) -> int:
    """``38s``, ``4min``, ``1h`` to milliseconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|s|min|h)", str(text))
    if found is None:
        raise line.wrong(f"{text!r} is no span of time: write it as 38s, 4min or 2h")
    return int(float(found[1]) * _UNITS[found[2]])
