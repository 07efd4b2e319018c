"""N2 and N5: what a whole turn costs on the processor with full banks, beside a turn that tells news alone.

The first is the decision of ``core.step`` and ``core.asked`` on the shipped banks, the second the same
turn in ``quiet``, which reads no bank: the design before there were warm lines. Run with ``-m bench -s``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import cycle, islice

import pytest

from afterglow.banks import load, shipped
from afterglow.core.asked import answer
from afterglow.core.model import Event, Facts, Register
from afterglow.core.personalize import personalized
from afterglow.core.settings import Settings
from afterglow.core.sieve import sieve_for
from afterglow.core.step import step
from afterglow.core.stock import stock_of
from afterglow.core.voice import Told, Voice, Weather
from tests.bench.test_classify_speed import best_us, tell, yardstick
from tests.bench.test_latency import centile
from tests.core.build import DAY, MINUTE, NOW, event, green, moment, outcome
from tests.core.labelled import lines
from tests.core.voicing import Given

pytestmark = pytest.mark.bench

BANKS = load([shipped()])[0]
STOCK = stock_of(BANKS)
SLOTS = {"user_name": "Ada", "project_name": "basket", "branch": "main", "file": "auth.py", "runs": "9"}
TOLD = {entry.id: Told(1, NOW - 10 * DAY) for entry in islice(BANKS.entries(), 0, None, 3)}
VOICE = Voice(
    rapport=7.0,
    told=TOLD,
    used=frozenset(islice(TOLD, 20)),
    slots=SLOTS,
    weather=Weather(temp_c=31, rain=True, place="Lisbon"),
    tags=("deploy", "ops"),
)
LONG_RED = tuple(outcome("fail", 5 * n + 5, 38, 140, 2) for n in range(6)) + tuple(
    outcome("ok", 60 + 5 * n, 38, 142) for n in range(194)
)
EVENTS: list[tuple[Event, Facts]] = [
    (green(142, tags=("python", "auth")), Facts(history=LONG_RED)),
    (green(150), Facts(history=LONG_RED[6:])),
    (event("commit", data={"branch": "main"}), Facts(known_since=NOW - 9 * DAY)),
    (event("tag", data={"name": "v2.0"}), Facts()),
    (event(job="deploy", labels=("ship",), duration_ms=5 * MINUTE), Facts()),
    (event("topic.change", data={"from": "sql", "to": "css"}), Facts()),
]
RATIO = 25
"""The most that p99 of a turn with banks may cost, in turns of news alone at the median: three times what
was measured, on a machine that was busy with other things."""


def turns(mode: str) -> list[float]:
    def turn(subject: Event, facts: Facts, seed: int) -> Callable[[], object]:
        now, settings = moment(mode=mode, facts=facts), Settings(seed=str(seed))
        return lambda: step(now, subject, (subject,), settings, Given(VOICE), STOCK)

    return [best_us(turn(*case, seed)) for seed, case in zip(range(200), cycle(EVENTS), strict=False)]


def test_a_turn_with_full_banks() -> None:
    unit = best_us(yardstick)
    alone, warm = turns("quiet"), turns("chatty")
    asked = [
        best_us(lambda text=line.text, seed=seed: said(text, seed))  # type: ignore[misc]
        for seed, line in enumerate(islice(lines(), 200))
    ]
    tell("a turn of news alone", alone, unit)
    tell("a turn with full banks", warm, unit)
    tell("an answer to what was said", asked, unit)
    base = centile(alone, 0.5)
    sys.stdout.write(
        f"against news alone: with banks p99 {centile(warm, 0.99) / base:.1f} x,"
        f" an answer p99 {centile(asked, 0.99) / base:.1f} x\n"
    )
    assert centile(warm, 0.99) < RATIO * base
    assert centile(asked, 0.99) < RATIO * base


def said(text: str, seed: int) -> object:
    return answer(moment(), text, Settings(seed=str(seed)), Given(VOICE), STOCK)


def test_freshness_and_personalization() -> None:
    unit = best_us(yardstick)
    sieve = sieve_for(VOICE, Settings(), Register(), ("python", "testing"), NOW)
    fresh = [best_us(lambda one=one: sieve.refuses(one, "warm")) for one in BANKS.entries()]  # type: ignore[misc]
    filled = [
        best_us(lambda one=one: personalized(one.text, SLOTS))  # type: ignore[misc]
        for one in BANKS.entries()
        if one.slots
    ]
    tell("the filter of one line", fresh, unit)
    tell("the slots of one line", filled, unit)
    assert centile(fresh, 0.99) < 15 * unit
    assert centile(filled, 0.99) < 15 * unit
