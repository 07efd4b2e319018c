"""What a call may cost and did cost: never too low, never a fraction lost."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.prices import (
    UNKNOWN,
    WRAPPING_TOKENS,
    Price,
    cost,
    estimate,
    is_loopback,
    price_of,
    prompt_tokens,
)
from afterglow.core.twin import Request, Usage

REMOTE = "api.anthropic.com"
SMALL = Price("claude-haiku-4-5", 1_000_000, 5_000_000, 100_000, 2_000_000, batch=0.5)
TIERED = Price("claude-haiku-5-5", 100_000, 500_000, 10_000, 200_000, 0.5, long_from=100_000, long_times=5)
LARGE = Price("claude-fable-5-1", 10_000_000, 50_000_000, 250_000, 20_000_000, batch=0.5)
TABLE = {price.model: price for price in (SMALL, TIERED, LARGE)}

counts = st.integers(min_value=0, max_value=10**7)
usages = st.builds(Usage, counts, counts, counts, counts)
prices = st.builds(
    Price,
    model=st.just("m"),
    input=st.integers(0, 10**8),
    output=st.integers(0, 10**8),
    cache_read=st.integers(0, 10**8),
    cache_write=st.integers(0, 10**8),
    batch=st.sampled_from([0.0, 0.1, 0.5, 1.0]),
)


def request(**more: Any) -> Request:
    asked: dict[str, Any] = {
        "system": "You are dry.",
        "user": "{}",
        "schema": {},
        "max_tokens": 1_000,
        **more,
    }
    return Request(purpose="turns", model="claude-haiku-5-5", **asked)


@pytest.mark.parametrize(
    ("usage", "price", "batch", "micros"),
    [
        (Usage(), SMALL, False, 0),
        (Usage(1_000, 1_000), SMALL, False, 6_000),
        (Usage(1_000, 1_000), SMALL, True, 3_000),
        (Usage(1, 0), TIERED, False, 1),
        (Usage(2_000, 400), TIERED, False, 400),
        (Usage(0, 0, 1_000_000, 0), SMALL, False, 100_000),
        (Usage(0, 0, 0, 1_000_000), SMALL, False, 2_000_000),
        (Usage(100_000, 1_000), TIERED, False, 10_500),
        (Usage(100_001, 1_000), TIERED, False, 52_501),
        (Usage(-5, -5), LARGE, False, 0),
    ],
)
def test_what_tokens_cost(usage: Usage, price: Price, batch: bool, micros: int) -> None:
    assert cost(usage, price, batch=batch) == micros


@given(usages, prices, st.booleans())
def test_a_cost_is_the_exact_sum_rounded_up(usage: Usage, price: Price, batch: bool) -> None:
    exact = (
        usage.input_tokens * price.input
        + usage.output_tokens * price.output
        + usage.cache_read_tokens * price.cache_read
        + usage.cache_write_tokens * price.cache_write
    ) * (round(price.batch * 10) if batch else 10)
    made = cost(usage, price, batch=batch)
    assert 0 <= made * 10_000_000 - exact < 10_000_000


@given(st.text(), st.text(), st.integers(0, 100_000), prices, st.booleans())
def test_no_call_costs_more_than_it_was_estimated(
    system: str, user: str, answer: int, price: Price, batch: bool
) -> None:
    asked = request(system=system, user=user, max_tokens=answer)
    most = estimate(asked, price, batch=batch)
    # The most tokens there can be: each byte its own, and what a service puts around them.
    sent = len((system + user).encode("utf-8", "surrogatepass")) + WRAPPING_TOKENS
    for used in (Usage(sent, answer), Usage(0, answer, 0, sent)):
        assert prompt_tokens(used) + used.output_tokens <= most.tokens
        assert cost(used, price, batch=batch) <= most.micros


def test_the_schema_is_sent_too_and_counts() -> None:
    bare, asked = request(), request(schema={"type": "object", "title": "x" * 5_000})
    assert estimate(asked, SMALL).tokens >= estimate(bare, SMALL).tokens + 5_000


@pytest.mark.parametrize(
    ("model", "host", "price"),
    [
        ("claude-haiku-4-5", REMOTE, SMALL),
        ("claude-haiku-4-5-20251001", REMOTE, SMALL),
        ("claude-haiku-5-5@20261007", REMOTE, TIERED),
        ("claude-haiku-5-5[1m]", REMOTE, TIERED),
        ("claude-haiku-5-5-latest", "127.0.0.1:8080", TIERED),
    ],
)
def test_a_known_model_has_its_price(model: str, host: str, price: Price) -> None:
    assert price_of(TABLE, model, host) == price


@pytest.mark.parametrize(
    "model",
    ["gpt", "claude", "claude-haiku-5-5-1", "claude-haiku-5-5.2", "claude-haiku-5-50", "claude-haiku", ""],
)
def test_an_unknown_model_costs_as_much_as_the_dearest(model: str) -> None:
    price = price_of(TABLE, model, REMOTE)
    for known in TABLE.values():
        for usage in (Usage(10_000), Usage(0, 10_000), Usage(0, 0, 10_000), Usage(0, 0, 0, 10_000)):
            assert cost(usage, price) >= cost(usage, known)
    assert cost(Usage(1_000, 1_000), price_of({}, model, REMOTE)) == cost(Usage(1_000, 1_000), UNKNOWN) > 0


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("LOCALHOST:11434", True),
        ("127.0.0.1", True),
        ("127.8.0.1:80", True),
        ("[::1]:8080", True),
        ("::1", True),
        ("127.0.0.1.example.org", False),
        ("127.evil.example.org", False),
        ("localhost.example.org", False),
        ("0.0.0.0", False),
        ("10.0.0.1:80", False),
        ("[2001:db8::1]:80", False),
        ("", False),
        (REMOTE, False),
    ],
)
def test_an_unknown_model_is_free_on_this_machine_alone(host: str, here: bool) -> None:
    assert is_loopback(host) is here
    assert (cost(Usage(10**6, 10**6), price_of(TABLE, "qwen3:4b", host)) == 0) is here


def test_the_longest_name_wins() -> None:
    table = {**TABLE, "claude-haiku-4-5-2025": evolve(SMALL, model="claude-haiku-4-5-2025", input=7)}
    assert price_of(table, "claude-haiku-4-5-2025-eu", REMOTE).input == 7
