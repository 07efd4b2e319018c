"""What a call to a model may cost before it is made, and what it did cost after.

Invariant: pure, and never too low: an estimate bounds the tokens of any tokenizer that works on bytes, a
price that is not known is the dearest one, and fractions of a millionth of a dollar are rounded up. Prices
are in millionths of a dollar ("micros") per million tokens, so that all of it is whole numbers.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Final

from attrs import evolve, frozen

from afterglow.core.twin import Request, Usage

MILLION: Final = 1_000_000
WRAPPING_TOKENS: Final = 600
"""What a service may put around a request by itself: roles, and how an answer by a schema has to look."""
_MOST: Final = 10**12
"""A count above this is no count of tokens; what a service answers is not believed without end."""

_OTHER_VERSION: Final = re.compile(r"[-.]\d{1,2}(?!\d)")
_BORDER: Final = frozenset("-@:.[")


@frozen
class Price:
    """Micros per million tokens of one model. ``batch``: the share of it that a batch costs, 0 to 1.

    ``long_from``: a prompt of more tokens than this costs ``long_times`` as much, its answer too; None:
    all prompts cost the same. ``source``, ``checked``, ``note``: where the price was read, when, and what
    is to be said of it.
    """

    model: str
    input: int
    output: int
    cache_read: int
    cache_write: int
    batch: float = 1.0
    long_from: int | None = None
    long_times: float = 1.0
    source: str = ""
    checked: str = ""
    note: str = ""


@frozen
class Estimate:
    """The most that a call can cost: tokens of both directions, and micros."""

    tokens: int
    micros: int


FREE: Final = Price("", 0, 0, 0, 0, note="on this machine")
UNKNOWN: Final = Price(
    "", 15 * MILLION, 75 * MILLION, 15 * MILLION, 30 * MILLION, note="no price is known: the dearest counts"
)
"""Where not even one price is known: as much as any of these models ever cost."""


def price_of(table: Mapping[str, Price], model: str, host: str) -> Price:
    """The price of a model: its own, else that of the longest name that it is a date or an edition of.

    Another version (``x-4-5`` beside ``x-4``) is another model. What is not known costs nothing on this
    machine (``host`` is loopback), and elsewhere as much as the dearest of the table in every respect.
    """
    known = table.get(model)
    if known is not None:
        return known
    near = [name for name in table if _is_edition(model, name)]
    if near:
        return table[max(near, key=len)]
    return evolve(FREE, model=model) if is_loopback(host) else _dearest(table, model)


def cost(usage: Usage, price: Price, *, batch: bool = False) -> int:
    """What these tokens cost, in micros, rounded up."""
    prompt = prompt_tokens(usage)
    cached = _count(usage.cache_read_tokens) * price.cache_read
    written = _count(usage.cache_write_tokens) * price.cache_write
    plain = _count(usage.input_tokens) * price.input
    return _charge(
        plain + cached + written + _count(usage.output_tokens) * price.output, prompt, price, batch
    )


def prompt_tokens(usage: Usage) -> int:
    """Tokens that went in, those from a cache too."""
    return _count(usage.input_tokens) + _count(usage.cache_read_tokens) + _count(usage.cache_write_tokens)


def answer_tokens(usage: Usage) -> int:
    """Tokens that came out."""
    return _count(usage.output_tokens)


def estimate(request: Request, price: Price, *, batch: bool = False) -> Estimate:
    """The most that a request can cost.

    A token is at least one byte of UTF-8, so that bytes bound what goes in; ``max_tokens`` bounds what
    comes out. Nothing is taken for cached, and a prompt is written to a cache where that is dearer.
    """
    schema = json.dumps(request.schema, ensure_ascii=False, separators=(",", ":"), default=str)
    texts = (request.system, request.user, schema)
    prompt = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts) + WRAPPING_TOKENS
    answer = _count(request.max_tokens)
    raw = prompt * max(price.input, price.cache_write) + answer * price.output
    return Estimate(prompt + answer, _charge(raw, prompt, price, batch))


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine by its very name."""
    name = host.strip().lower()
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    elif name.count(":") == 1:
        name = name.partition(":")[0]
    parts = name.split(".")
    numbers = len(parts) == 4 and all(part.isascii() and part.isdigit() for part in parts)
    return name in ("localhost", "::1") or (numbers and parts[0] == "127")


def _is_edition(model: str, name: str) -> bool:
    rest = model.removeprefix(name)
    return bool(name) and rest != model and rest[:1] in _BORDER and not _OTHER_VERSION.match(rest)


def _dearest(table: Mapping[str, Price], model: str) -> Price:
    prices = list(table.values())
    if not prices:
        return evolve(UNKNOWN, model=model)
    return Price(
        model,
        max(price.input for price in prices),
        max(price.output for price in prices),
        max(max(price.input, price.cache_read) for price in prices),
        max(price.cache_write for price in prices),
        max(price.batch for price in prices),
        note=UNKNOWN.note,
    )


def _charge(raw: int, prompt: int, price: Price, batch: bool) -> int:
    """``raw``: tokens times micros per million. Whole numbers all the way: shares are thousandths."""
    times = price.long_times if price.long_from is not None and prompt > price.long_from else 1.0
    share = price.batch if batch else 1.0
    return -(-raw * _thousandths(times) * _thousandths(share) // (MILLION * 1000 * 1000))


def _thousandths(share: float) -> int:
    return math.ceil(round(share * 1000, 6))


def _count(tokens: int) -> int:
    return min(max(0, tokens), _MOST)
