"""N5: what a classification costs, against a fixed piece of plain Python measured in the same run.

Run with ``-m bench -s``. Each figure is the best of several runs of one text, so that other work on the
machine is not in it; the percentiles are over the texts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import pytest

from afterglow.core.classify import Context, classify_event, classify_text
from afterglow.core.history import Story, story
from afterglow.core.model import Facts
from tests.bench.test_latency import centile
from tests.core.build import green, outcome
from tests.core.labelled import lines

pytestmark = pytest.mark.bench

RUNS = 25
CONTEXT = Context(
    learned={f"topic{n}": [f"word{n}{m}" for m in range(5)] for n in range(40)},
    languages=("python", "typescript"),
    manifests=("pyproject.toml", "package.json"),
    branch="feature/auth-refresh",
    program="pytest",
)
HISTORY = Facts(history=tuple(outcome("ok" if n % 4 else "fail", 5 * n + 1, 38, 142) for n in range(200)))
YARDSTICKS = 25
LONG_YARDSTICKS = 120
UNREAD_YARDSTICKS = 80
"""The most that p99 may cost, in yardsticks of about 20 us: twice what was measured on a busy machine, and
well below the 5 ms that are required. A long text has the 600 characters that are read at most."""


def best_us(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken) * 1e6


def yardstick() -> dict[str, int]:
    """A count of 200 words: about what one pass over a text costs in plain Python."""
    counts: dict[str, int] = {}
    for word in ("now and then a word comes by again " * 25).split():
        counts[word] = counts.get(word, 0) + 1
    return counts


def tell(what: str, taken: list[float], unit: float) -> None:
    p50, p99 = centile(taken, 0.5), centile(taken, 0.99)
    sys.stdout.write(
        f"\n{what}: p50 {p50:.0f} us, p99 {p99:.0f} us; {p50 / unit:.1f} and {p99 / unit:.1f} yardsticks\n"
    )


def test_a_text() -> None:
    unit = best_us(yardstick)
    taken = [best_us(lambda text=line.text: classify_text(text, CONTEXT)) for line in lines()]  # type: ignore[misc]
    tell("N5 text", taken, unit)
    assert centile(taken, 0.99) <= YARDSTICKS * unit


@pytest.mark.parametrize(
    ("what", "told", "most"),
    [
        ("event", story(green(142), HISTORY.history), YARDSTICKS),
        ("event, its history of 200 runs not read yet", None, UNREAD_YARDSTICKS),
    ],
)
def test_an_event(what: str, told: Story | None, most: int) -> None:
    unit = best_us(yardstick)
    event = green(142)
    texts = [line.text for line in lines() if line.kind != "said"]
    taken = [
        best_us(lambda text=text: classify_event(event, HISTORY, told, text=text, context=CONTEXT))  # type: ignore[misc]
        for text in texts
    ]
    tell(f"N5 {what}", taken, unit)
    assert centile(taken, 0.99) <= most * unit


def test_a_text_of_any_length() -> None:
    unit = best_us(yardstick)
    joined = " ".join(line.text for line in lines())
    texts = [joined[start:] for start in range(0, 6_000, 500)]
    taken = [best_us(lambda text=text: classify_text(text, CONTEXT)) for text in texts]  # type: ignore[misc]
    tell("N5 long text", taken, unit)
    assert centile(taken, 0.99) <= LONG_YARDSTICKS * unit
