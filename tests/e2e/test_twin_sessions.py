"""Three weeks of short sessions through the command line, the worker and the wire: more and more of what is
told was learned, and the model is asked less and less. No line is told on the turn that it was made on.
"""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen

from tests.support.model_server import ModelServer
from tests.support.sidecar import repository
from tests.support.twin import CALM, LINE, turns_in
from tests.support.twin_desk import Desk, desk
from tests.support.twin_zygote import Zygote

SESSIONS = 21
TURNS = 2
DAY_MS = 24 * 60 * 60 * 1000
LINES: Mapping[str, tuple[str, ...]] = {
    "sailing": (
        "A tide table is a calendar that the moon keeps honest.",
        "Knots hold best when nobody is watching them.",
        "The harbour master writes in pencil for a reason.",
        "Ropes remember the shape of the last quay.",
        "A keel argues with the wind and mostly wins.",
        "Fog turns every buoy into a rumour.",
        "Salt gets into the logbook before the ink does.",
    ),
    "baking": (
        "Sourdough keeps its own release schedule.",
        "Flour settles on everything except the recipe.",
        "An oven door opened early is a lesson in patience.",
        "Rye forgives less than wheat does.",
        "Crumbs are the changelog of a good loaf.",
        "Butter at room temperature solves half the pastry.",
        "The second batch always knows about the first.",
    ),
    "cycling": (
        "A puncture finds the wettest mile by itself.",
        "Headwinds are local, tailwinds are a theory.",
        "Chains are quiet only when somebody oiled them.",
        "The last hill was not on any map.",
        "Mudguards separate the hopeful from the dry.",
        "Brakes squeal loudest near a café.",
        "Two wheels and a basket carry most of a library.",
    ),
    "gardening": (
        "Tomatoes read no calendar and still arrive in August.",
        "Slugs review the lettuce overnight.",
        "A compost heap is garbage collection with worms.",
        "Beans climb whatever holds still.",
        "The rake knows where the shed keeps its shadows.",
        "Mint spreads like a rumour in a small village.",
        "Rain after weeding counts as applause.",
    ),
}
SAID = (
    *("thinking about {}", "more {} this weekend", "{} was lovely yesterday", "reading a book on {}"),
    *("my neighbour took up {}", "{} again, at last", "dreaming of {} in spring", "a quiet day of {}"),
)


@frozen
class Learner:
    """Thinks better of a domain each time it comes up, and writes a line about it each time."""

    seen: Counter[str] = field(factory=Counter)
    lines: dict[str, Any] = field(
        factory=lambda: {domain: itertools.cycle(texts) for domain, texts in LINES.items()}
    )

    def __call__(self, body: Mapping[str, Any]) -> dict[str, Any]:
        grades, made = [], []
        for turn in turns_in(body):
            domain = next((name for name in LINES if name in json.dumps(turn)), "")
            self.seen[domain] += 1
            grades.append(
                {
                    "turn": turn["turn"],
                    "quality": min(5, 2 + self.seen[domain]) if domain else 3,
                    "why": "plain",
                    "domain": domain,
                    "confidence": 0.9 if domain else 0.0,
                    "tags": [domain] if domain else [],
                    "words": [{"tag": domain, "words": [domain]}] if domain else [],
                }
            )
            if domain:
                text = next(self.lines[domain])
                sort = ("response", "aside")[len(text) % 2]
                made.append({**LINE, "text": text, "sort": sort, "domain": domain, "tags": [domain]})
        return {"grades": grades, "lines": made[-3:], "prediction": dict(CALM)}


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as made:
        yield made


@pytest.fixture
def person(home: Path, tmp_path: Path, zygote: Zygote) -> Desk:
    return desk(home, repository(tmp_path / "project"), zygote)


def next_day(person: Desk) -> None:
    """As if a day had passed."""
    person.change("UPDATE sessions SET active_at = active_at - ?, started_at = started_at - ?", *[DAY_MS] * 2)
    person.change("UPDATE told SET at = at - ?", DAY_MS)


@pytest.mark.soak
def test_what_is_learned_is_told_more_and_asked_less(person: Desk) -> None:
    chance = random.Random(50)
    shares: list[float] = []
    asked: list[float] = []
    told: list[dict[str, Any]] = []
    with ModelServer(Learner()) as server:
        person.consent(server.url, dailyCalls=10_000, dailyTokens=100_000_000, dailyUsd=1_000)
        for _ in range(SESSIONS):
            learned, before = 0, len(server.messages)
            for _ in range(TURNS):
                token = person.say(chance.choice(SAID).format(chance.choice(list(LINES))))
                learned += token["byModel"]
                told.append(token)
            person.worker()
            shares.append(learned / TURNS)
            asked.append((len(server.messages) - before) / TURNS)
            next_day(person)
    first, last = slice(0, 7), slice(-7, None)
    assert sum(shares[first]) < sum(shares[last]), shares
    assert sum(asked[first]) > sum(asked[last]), asked
    never_on_its_own_turn(person, told)


def never_on_its_own_turn(person: Desk, tokens: list[dict[str, Any]]) -> None:
    """By the clock of the workspace, which goes on over sessions."""
    made_on = {line["text"]: line["made_on_turn"] for line in person.learned()}
    shown = [
        (person.turn_of(token), made)
        for token in tokens
        if token["byModel"]
        for text, made in made_on.items()
        if text in token["response"]
    ]
    assert shown
    assert all(turn > made for turn, made in shown), shown
