"""The ledger of failing tests: what strikes a test off, and what does not."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.kinds import RED_FOR_MS
from afterglow.sensors.ledger import MAX_SAVED, Ledger


def test_a_run_of_other_tests_strikes_nothing_off() -> None:
    ledger = Ledger()
    ledger.failed("pytest", ["a::x", "a::y"], at=1_000)
    assert ledger.passed("pytest", {"b::z"}) == ()
    assert ledger.passed("pytest", {"a::y", "b::z"}) == ("a::y",)
    assert ledger.standing("pytest", 2_000) == ("a::x",)
    assert ledger.passed("jest", {"a::x"}) == (), "another runner's test of that name is another test"
    ledger.gone("pytest", ["a::x"])
    assert ledger.standing("pytest", 2_000) == ()


def test_what_failed_two_hours_ago_is_no_longer_red() -> None:
    ledger = Ledger()
    ledger.failed("pytest", ["a::x"], at=1_000)
    assert ledger.asked(1_000 + RED_FOR_MS) == {"a::x"}
    assert ledger.asked(1_001 + RED_FOR_MS) == frozenset()


def test_it_outlives_a_restart() -> None:
    ledger = Ledger()
    assert ledger.memory() == ""
    ledger.failed("pytest", ["a::x"], at=1_000)
    assert Ledger(ledger.memory()).standing("pytest", 1_000) == ("a::x",)
    ledger.failed("pytest", (f"a::{number}" for number in range(3 * MAX_SAVED)), at=1_000)
    assert len(json.loads(ledger.memory())["pytest"]) == MAX_SAVED


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_a_damaged_memory_is_no_memory(text: str) -> None:
    assert isinstance(Ledger(text).asked(0), frozenset)
