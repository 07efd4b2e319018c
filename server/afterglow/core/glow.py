"""GLOW: how strongly a moment feels, 0 to 1, from what is said and from what happened.

Invariant: a capped sum of named parts, each growing with its input, so that more of anything never
gives less GLOW and ``explain`` can show what it is made of. An ordinary green stays below 0.3 whatever
its text; a green after three reds or half an hour of red is above 0.6.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Final, Literal

from attrs import frozen

from afterglow.core import glow_words as table
from afterglow.core.tags import is_name
from afterglow.core.tokens import MAX_TEXT, stretched

Voice = Literal["said", "typed", "tool"]
"""Who wrote a text: said to Afterglow, typed into a commit or a tag, or printed by a program."""

TEXT_CAP: Final[dict[Voice, float]] = {"said": 1.0, "typed": 0.45, "tool": 0.45}
TEXT_IN_EVENT: Final[dict[Voice, float]] = {"said": 1.0, "typed": 1.0, "tool": 0.4}
"""The share of a text's GLOW that counts beside the event: programs exclaim out of habit."""
ROUTINE_CAP: Final = 0.29
"""The most that a job may glow that changed nothing and was no first."""

_DECIMALS: Final = 4
_HALF_HOUR: Final = 30 * 60 * 1_000
_LONGEST_RED: Final = 8 * 60 * 60 * 1_000
_MANY_RUNS: Final = 10
_SHOUTED: Final = re.compile(rf"[A-Z]{{{table.ACRONYM_LENGTH},}}")
_PICTURES: Final = re.compile("[☀-➿\U0001f300-\U0001faff]")


@frozen
class Part:
    """One reason for GLOW, and how much of it (0 to 1, before the cap of the sum)."""

    name: str
    weight: float


@frozen
class Glow:
    """``score``: 0 to 1, the capped sum of ``parts``. ``parts`` holds only what counted."""

    score: float
    parts: tuple[Part, ...] = ()


@frozen
class Happening:
    """What GLOW looks at in an event. Every number is at least 0; more is stronger.

    ``kind``: of the event, or ``job:KIND`` of its job. ``ok``: it ended well. ``red_ms``, ``red_runs``:
    the length of the red streak that it ended. ``speedup``: its usual duration divided by its own.
    ``size``: things counted, such as tests passed; ``more``: how many more than the last time.
    ``nth``: the round number (10th, 100th ...) that it is, 0 for none. ``text``: GLOW of its text.
    """

    kind: str
    ok: bool = True
    changed: bool = False
    red_ms: float = 0
    red_runs: int = 0
    speedup: float = 0
    fastest: bool = False
    size: int = 0
    more: int = 0
    first: bool = False
    nth: int = 0
    text: float = 0


KIND_WEIGHT: Final[dict[str, float]] = {
    "milestone": 0.65,
    "recipe.finish": 0.4,
    "tag": 0.4,
    "pr.merged": 0.4,
    "review.done": 0.25,
    "conflict.end": 0.25,
    "merge": 0.15,
    "rebase": 0.15,
    "ci.finished": 0.1,
    "push": 0.1,
    "cherry-pick": 0.08,
    "revert": 0.05,
    "pull": 0.05,
    "commit": 0.05,
    "session.open": 0.1,
    "active": 0.05,
    "job:deploy": 0.2,
    "job:training": 0.2,
    "job:migration": 0.15,
}
"""What an event is worth by itself when it ends well: how seldom, and how much hangs on it."""
ORDINARY_WEIGHT: Final = 0.08


def _grown(value: float, full: float) -> float:
    """0 to 1, in a straight line up to ``full``."""
    return min(1.0, max(0.0, value) / full)


def _magnitude(value: float, full: float) -> float:
    """0 to 1, by orders of magnitude up to ``full``."""
    return min(1.0, math.log1p(max(0.0, value)) / math.log1p(full))


_PARTS: Final[tuple[tuple[str, float, Callable[[Happening], float]], ...]] = (
    ("red to green", 0.35, lambda one: float(one.changed)),
    ("length of the red", 0.2, lambda one: _grown(one.red_ms, _HALF_HOUR)),
    ("a long red", 0.12, lambda one: _grown(one.red_ms - _HALF_HOUR, _LONGEST_RED)),
    ("red runs", 0.2, lambda one: _grown(one.red_runs, 3)),
    ("many red runs", 0.08, lambda one: _grown(one.red_runs - 3, _MANY_RUNS)),
    ("faster than usual", 0.12, lambda one: _grown(one.speedup - 1, 1)),
    ("fastest of the week", 0.12, lambda one: float(one.fastest)),
    ("size", 0.06, lambda one: _magnitude(one.size, 10_000)),
    ("more than last time", 0.06, lambda one: _magnitude(one.more, 100)),
    ("the first", 0.2, lambda one: float(one.first)),
    ("a round number", 0.6, lambda one: _magnitude(one.nth, 1_000)),
)
"""(name, weight, share of the weight from 0 to 1) of what counts when an event ended well."""


def text_glow(text: str, voice: Voice = "said", words: Sequence[str] = ()) -> Glow:
    """GLOW of a text alone. ``words``: its ``tokens.said_words``."""
    shouts = [] if voice == "tool" else [one for one in _SHOUTED.findall(text[:MAX_TEXT]) if not is_name(one)]
    strong = sum(1 for word in words if word in table.STRONG)
    counted = (
        ("strong words", min(strong, 1), "strong", table.FIRST_STRONG),
        ("more strong words", max(0, strong - 1), "strong", table.MORE_STRONG),
        ("mild words", sum(1 for word in words if word in table.MILD_WORDS), "mild", table.MILD),
        (
            "intensity",
            sum(1 for word in words if word in table.INTENSIFIERS),
            "intensifier",
            table.INTENSIFIER,
        ),
        ("exclamation marks", text[:MAX_TEXT].count("!"), "exclamation", table.EXCLAMATION),
        ("capitals", len(shouts), "shouted", table.SHOUTED),
        ("pictures", len(_PICTURES.findall(text[:MAX_TEXT])), "picture", table.PICTURE),
        ("drawn out", int(stretched(text)), "stretched", table.STRETCHED),
    )
    parts = [
        Part(name, round(min(count, table.MOST[most]) * weight, _DECIMALS))
        for name, count, most, weight in counted
        if count
    ]
    return _sum(parts, TEXT_CAP[voice])


def event_glow(one: Happening, voice: Voice = "tool") -> Glow:
    """GLOW of an event with its text (``one.text`` is the text's own GLOW, from the given voice)."""
    parts = []
    if one.ok:
        parts.append(
            Part(f"{one.kind.removeprefix('job:')} ended well", KIND_WEIGHT.get(one.kind, ORDINARY_WEIGHT))
        )
        for name, weight, share in _PARTS:
            parts.append(Part(name, round(weight * share(one), _DECIMALS)))
    text = min(max(0.0, one.text), TEXT_CAP[voice]) * TEXT_IN_EVENT[voice]
    parts.append(Part("its text", round(text, _DECIMALS)))
    return _sum([part for part in parts if part.weight], ROUTINE_CAP if _routine(one) else 1.0)


def _routine(one: Happening) -> bool:
    return one.kind.startswith("job:") and not (one.changed or one.first or one.fastest or one.nth)


def _sum(parts: Sequence[Part], cap: float) -> Glow:
    return Glow(round(min(cap, sum(part.weight for part in parts)), _DECIMALS), tuple(parts))
