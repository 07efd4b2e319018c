"""Q8 and L7: over fifty sessions with a scripted model more comes from what it taught, and less is asked."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC
from itertools import pairwise
from typing import Final

import pytest
from attrs import field, frozen

from afterglow.core.converge import converged
from afterglow.core.twin import Grade, LineSort, Made
from afterglow.loop.report import report
from afterglow.store import jobs, sessions, twin, twin_domains
from tests.scenarios.twin_talk import DAY, MINUTE, PLACE, USER, Talk
from tests.scenarios.week import shipped_stock

SESSIONS, TURNS, RUNS = 50, 8, 2
PASTIMES = (
    *("beekeeping", "bonsai", "bouldering", "calligraphy", "cartography", "curling", "falconry", "fencing"),
    *("fermentation", "foraging", "geocaching", "glassblowing", "kayaking", "kintsugi", "knitting"),
    *("letterpress", "marquetry", "numismatics", "origami", "orienteering", "paragliding", "philately"),
    *("pottery", "spelunking", "stargazing", "topiary", "tatting", "ukulele", "weaving", "whittling"),
)
SAYINGS = (
    "spent the weekend on {}",
    "next weekend there is {}",
    "{} all weekend",
    "and there was the {} weekend",
)
LINES: Final[tuple[tuple[LineSort, str], ...]] = (
    ("response", "{} keeps its own hours."),
    ("aside", "{} asks for patience and pays in quiet."),
    ("joke", "{} has no undo, which may be the point of it."),
    ("response", "{} never once asked for a rebase."),
)


@frozen
class Session:
    """Lines told, and how many of them the model made; turns put before it. ``known``: turns about each
    pastime that was known well by then, ``put``: how many of those were put."""

    told: int
    learned: int
    seen: int
    known: Counter[str] = field(factory=Counter)
    put: Counter[str] = field(factory=Counter)


class Twin:
    """A model by script: it names the pastime, grades better as it hears more, writes while there is room."""

    def __init__(self) -> None:
        self.heard: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()
        self.calls = 0

    def work(self, talk: Talk) -> None:
        """What a worker does at idle time: plan, lease, ask, keep."""
        connection, now = talk.connection, talk.now
        twin.plan(connection, talk.settings, now=now, occasion="idle")
        while (job := jobs.lease(connection, "w", now, ("turns",))) is not None:
            found = twin.waiting(connection, USER, job.workspace)
            twin.sent(connection, [row.seq for row in found], job.id)
            self.calls += 1
            self._answer(talk, found)
            jobs.complete(connection, job.id, "w", now)

    def _answer(self, talk: Talk, found: tuple[twin.Row, ...]) -> None:
        grades: list[Grade] = []
        lines: list[Made] = []
        for row in found:
            pastime = next((name for name in PASTIMES if name in (row.said or "")), None)
            if pastime is None:
                grades.append(Grade(row.seq, 4, "work", "testing", 0.9, ("testing",)))
                continue
            self.heard[pastime] += 1
            quality = min(3 + self.heard[pastime] // 2, 5)
            grades.append(Grade(row.seq, quality, "heard", pastime, 0.9, (pastime,), {pastime: (pastime,)}))
            if self.lines[pastime] < len(LINES) and len(lines) < 3:
                sort, text = LINES[self.lines[pastime]]
                self.lines[pastime] += 1
                lines.append(Made(sort, text.format(pastime.capitalize()), pastime, (pastime,), 4))
        talk.grade(grades, lines)


def live(talk: Talk, model: Twin) -> list[Session]:
    """Fifty mornings with pauses, on which somebody talks of a few pastimes and tests now and then."""
    drawn = random.Random(7)
    found = []
    for day in range(SESSIONS):
        talk.wait(DAY - (talk.now % DAY) + 9 * 60 * MINUTE)
        sessions.open_workspace(talk.connection, PLACE, talk.now, 30 * MINUTE)
        of_today = drawn.sample(PASTIMES, 3)
        told = learned = seen = 0
        known: Counter[str] = Counter()
        put: Counter[str] = Counter()
        for number in range(TURNS):
            talk.wait(10 * MINUTE)
            pastime = of_today[number % len(of_today)]
            well_known = _converged(talk, pastime)
            if number < TURNS - RUNS:
                made = talk.say(drawn.choice(SAYINGS).format(pastime))
                known[pastime] += well_known
                put[pastime] += well_known and made.put is not None
            else:
                data = {"job": "test", "passed": 100 + day * TURNS + number}
                made = talk.happen(
                    "job.finished", label="pytest", status="ok", duration_ms=38_000.0, data=data
                )
            told += made.token is not None
            learned += talk.prepared(made) is not None
            seen += made.put is not None
        talk.wait(2 * MINUTE)
        model.work(talk)
        found.append(Session(told, learned, seen, known, put))
    return found


def _converged(talk: Talk, pastime: str) -> bool:
    known = twin_domains.named(talk.connection, USER, pastime)
    return known is not None and converged(known.grades)


@pytest.fixture(scope="module", params=[True, False], ids=["on", "off"])
def life(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[bool, Talk, Twin, list[Session]]]:
    settings = {"enrichment.enabled": request.param, "enrichment.shareText": True}
    talk, model = Talk(tmp_path_factory.mktemp("life"), shipped_stock(), **settings), Twin()
    yield request.param, talk, model, live(talk, model)
    talk.close()


def share(found: list[Session]) -> float:
    return sum(one.learned for one in found) / max(1, sum(one.told for one in found))


def test_the_learned_share_at_least_doubles(life: tuple[bool, Talk, Twin, list[Session]]) -> None:
    on, talk, _, found = life
    tens = [share(found[begin : begin + 10]) for begin in range(0, SESSIONS, 10)]
    reported = report(talk.connection, USER, talk.now, 90, UTC)["learned_share"]
    if not on:
        assert tens == [0] * 5
        assert reported == 0
        return
    assert tens[0] > 0
    assert tens[-1] >= 2 * tens[0], tens
    assert tens[-1] > 0.3, tens
    assert all(later > earlier * 0.9 for earlier, later in pairwise(tens)), tens
    assert reported == pytest.approx(share(found), abs=0.02)


def test_of_what_is_known_well_a_third_is_asked_about(life: tuple[bool, Talk, Twin, list[Session]]) -> None:
    on, talk, model, found = life
    if not on:
        assert model.calls == 0
        assert talk.connection.execute("SELECT count(*) FROM twin_turns").fetchone()[0] == 0
        return
    turns, put = (sum((one.known for one in found), Counter()), sum((one.put for one in found), Counter()))
    often = [name for name in PASTIMES if turns[name] >= 6]
    assert len(often) >= 5
    for name in often:
        assert abs(put[name] - turns[name] / 3) < 1, name
    assert 0.25 < sum(put.values()) / sum(turns.values()) < 0.4
    seen = [sum(one.seen for one in found[begin : begin + 10]) for begin in range(0, SESSIONS, 10)]
    assert seen[-1] <= seen[0] / 2, seen
    assert all(later < earlier for earlier, later in pairwise(seen)), seen


def test_no_line_was_told_on_the_turn_it_was_made_on(life: tuple[bool, Talk, Twin, list[Session]]) -> None:
    _, talk, _, _ = life
    rows = talk.connection.execute(
        "SELECT source_id, used_at, created_at FROM banter_queue WHERE source = 'llm_generated' AND used = 1"
    ).fetchall()
    assert all(row["used_at"] > row["created_at"] for row in rows)
