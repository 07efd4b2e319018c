"""F37: whatever order calls begin, end and die in, a day never costs more than its caps."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from typing import Any

from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.prices import Estimate
from afterglow.core.twin import Usage
from afterglow.store import ledger, opening
from afterglow.store.ledger import Caps
from afterglow.store.spend_clock import Instant

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
START = 20_000 * DAY
YEARS = 3_653 * DAY

shares = st.floats(min_value=0, max_value=1)
steps = st.one_of(
    st.tuples(st.just("reserve"), st.integers(1, 400), st.integers(0, 400)),
    st.tuples(st.just("answer"), shares, shares),
    st.tuples(st.just("stop"), shares, shares),
    st.tuples(st.just("kill"), shares, shares),
    st.tuples(st.just("turned away"), st.none(), st.none()),
    st.tuples(st.just("wait"), st.integers(0, 20 * HOUR), st.none()),
    st.tuples(st.just("set"), st.integers(-YEARS, YEARS), st.none()),
)
caps = st.builds(Caps, st.integers(0, 2_000), st.integers(0, 2_000), st.integers(0, 12))


@define
class Service:
    """What is truly spent: what the service answered, whoever was there to hear it."""

    spent: Counter[tuple[int, str]] = field(factory=Counter)

    def answers(self, day: int, tokens: int, micros: int) -> None:
        self.spent.update({(day, "tokens"): tokens, (day, "micros"): micros, (day, "calls"): 1})


def live(most: Caps, done: list[tuple[Any, ...]]) -> None:
    """Play it with a fake clock, and look after each step."""
    connection, service = opening.memory(), Service()
    ticks, wall = 0, START
    open_calls: list[tuple[str, int, Estimate]] = []
    try:
        for kind, one, two in done:
            at = Instant(wall + ticks, ticks, "boot")
            day = ticks // DAY
            if kind == "wait":
                ticks += one
            elif kind == "set":
                wall = START + one
            elif kind == "reserve":
                estimate = Estimate(one, two)
                made = ledger.reserve(
                    connection, most, estimate,
                    user_id="u", purpose="turns", model="m", host="h", job_id=None, at=at, zone=UTC,
                )  # fmt: skip
                if isinstance(made, str):
                    open_calls.append((made, day, estimate))
            elif open_calls:
                call, reserved_on, estimate = open_calls.pop(0)
                tokens, micros = int(estimate.tokens * (one or 0)), int(estimate.micros * (two or 0))
                if kind != "turned away":
                    service.answers(reserved_on, tokens, micros)
                if kind == "answer":
                    ledger.settle(
                        connection, call, usage=Usage(tokens, 0), micros=micros, outcome="ok",
                        now=at.wall, may_have_cost=False,
                    )  # fmt: skip
                elif kind != "kill":
                    ledger.settle(
                        connection, call, usage=None, micros=0, outcome="stopped",
                        now=at.wall, may_have_cost=kind == "stop",
                    )  # fmt: skip
            kept = ledger.spent(connection, Instant(wall, ticks, "boot"), UTC)
            today = {name: service.spent[ticks // DAY, name] for name in ("tokens", "micros", "calls")}
            assert today["tokens"] <= kept.tokens <= most.tokens
            assert today["micros"] <= kept.micros <= most.micros
            assert today["calls"] <= kept.calls <= most.calls
    finally:
        connection.close()
    for (_, name), value in service.spent.items():
        assert value <= getattr(most, name)


@given(caps, st.lists(steps, max_size=80))
def test_no_order_of_calls_and_deaths_exceeds_a_cap(most: Caps, done: list[tuple[Any, ...]]) -> None:
    live(most, done)


@given(st.lists(st.tuples(st.integers(1, 50), st.integers(0, 50)), min_size=40, max_size=80))
def test_a_day_of_small_calls_uses_its_cap(wanted: list[tuple[int, int]]) -> None:
    most = Caps(1_000, 10**9, 10**6)
    connection = opening.memory()
    try:
        for tokens, _ in wanted:
            made = ledger.reserve(
                connection, most, Estimate(tokens, 0),
                user_id="u", purpose="turns", model="m", host="h", job_id=None,
                at=Instant(START, 0, "boot"), zone=UTC,
            )  # fmt: skip
            used = ledger.spent(connection, Instant(START, 0, "boot"), UTC).tokens
            assert isinstance(made, str) or used > most.tokens - 50
    finally:
        connection.close()
