"""What is said when a job ends well: what it was and how long it took, then one thing more.

Invariant: the head stands within 40 columns; the tail is the first of ``TAILS`` whose condition the
records prove, so that a line tells one thing, the most worth knowing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import frozen

from afterglow.core import words
from afterglow.core.clean import one_line
from afterglow.core.history import (
    FASTEST_DAYS,
    TESTS,
    Story,
    coverage_of,
    fresh,
    metrics_of,
    part_of,
    points_up,
)
from afterglow.core.local_time import Clock
from afterglow.core.model import Event

_LABEL: Final = 22
_METRIC: Final = 24
_LONG_RED_MS: Final = 30 * 60 * 1_000
_LONG_RED_RUNS: Final = 3
_SHORT_RED_MS: Final = 60 * 1_000
_NIGHT_MS: Final = 10 * 60 * 60 * 1_000
"""A red that lasted longer lay there over a night: nobody fought it for so long."""
_USUAL_SHARE: Final = 0.2
_USUAL_MS: Final = 2_000


@frozen
class End:
    """A job that ended ok, what its history allows to claim, and the clock to tell times by."""

    event: Event
    story: Story
    clock: Clock

    @property
    def took(self) -> str | None:
        """Its duration in words, if it was measured."""
        return None if self.event.duration_ms is None else words.duration(self.event.duration_ms)


def _tests(end: End) -> str:
    passed, skipped = end.event.number("passed"), end.event.number("skipped")
    counts = "tests passed" if passed is None else f"{passed} passed"
    if passed is not None and skipped:
        counts += f", {skipped} skipped"
    return counts + (f" in {end.took}" if end.took else "")


def _ok(what: str) -> Callable[[End], str]:
    return lambda end: what + (f", {end.took}" if end.took else "")


def _done(what: str) -> Callable[[End], str]:
    return lambda end: f"{what} done" + (f" in {end.took}" if end.took else "")


def _deploy(end: End) -> str:
    return _done("Rollback" if end.event.data.get("rollback") is True else "Deploy")(end)


def _labelled(otherwise: str) -> Callable[[End], str]:
    return lambda end: _done(one_line(end.event.label or "", _LABEL) or otherwise)(end)


HEADS: Final[dict[str, Callable[[End], str]]] = {
    "test": _tests,
    "build": _ok("build ok"),
    "lint": _ok("lint clean"),
    "typecheck": _ok("types check"),
    "debug": _ok("debug run ok"),
    "deploy": _deploy,
    "migration": _done("Migration"),
    "training": _done("Training"),
    "agent": _labelled("Agent"),
    "task": _labelled("Task"),
}


@frozen
class Tail:
    """One thing more. ``jobs``: which kinds it is for. ``tell``: the words with what joins them on."""

    rule_id: str
    jobs: frozenset[str]
    tell: Callable[[End], str | None]


def _metric(end: End) -> str | None:
    numbers = metrics_of(end.event.data)
    name = next((name for name in _METRIC_ORDER if name in numbers), next(iter(numbers), None))
    said = one_line(name.replace("_", " "), _METRIC) if name is not None else ""
    return f", {said} {_measured(said, numbers[name])}" if name is not None and said else None


_METRIC_ORDER: Final = ("accuracy", "val_accuracy", "acc", "val_acc", "f1", "auc", "val_loss", "loss")
_SHARES: Final = frozenset({"accuracy", "acc", "precision", "recall"})


def _measured(name: str, value: float) -> str:
    if name.rsplit(" ", maxsplit=1)[-1] in _SHARES and 0 <= value <= 100:
        return words.percent(value * 100 if value <= 1 else value)
    return words.measure(value)


def _green(end: End) -> str | None:
    streak = end.story.streak
    if streak is None:
        return None
    lasted = end.event.at - streak.began if streak.began is not None else None
    runs = words.counted(streak.runs, "run")
    if lasted is not None and lasted < _NIGHT_MS and fresh(streak, end.event.at):
        if streak.runs > 1 and (lasted >= _LONG_RED_MS or streak.runs >= _LONG_RED_RUNS):
            return f", green after {words.duration(lasted)} and {runs}"
        if lasted < _SHORT_RED_MS:
            return f", first green after {words.counted(streak.runs, 'failed run')}"
        if streak.green_at is None:
            return f", first green after {words.duration(lasted)}"
    if streak.green_at is not None:
        return f", first green since {end.clock.since(streak.green_at)}"
    return f", green after {words.counted(streak.runs, 'failed run')}"


def _worked(end: End) -> str | None:
    streak = end.story.streak
    return f", after {words.counted(streak.runs, 'failed run')}" if streak is not None else None


def _more(end: End) -> str | None:
    return f", {end.story.more} more than last time" if end.story.more else None


def _fastest(end: End) -> str | None:
    return f", fastest in {FASTEST_DAYS} days" if end.story.fastest else None


def _usual(end: End) -> str | None:
    took, usual = end.event.duration_ms, end.story.usual_ms
    if took is None or usual is None or abs(took - usual) < max(_USUAL_MS, usual * _USUAL_SHARE):
        return None
    said = words.duration(usual)
    return f" (usually {said})" if said != end.took else None


def _coverage_up(end: End) -> str | None:
    now, up = coverage_of(end.event.data), points_up(end.event, end.story.coverage_before)
    return f", coverage {words.percent(now)}, {words.counted(up, 'point')} up" if now and up else None


def _coverage(end: End) -> str | None:
    """Told when it is first seen, and when it reaches a round number; a fall is nobody's news."""
    now, before = coverage_of(end.event.data), end.story.coverage_before
    if now is None or end.story.part:
        return None
    reached = before is not None and any(before < mark <= now for mark in _ROUND_COVERAGE)
    return f", coverage {words.percent(now)}" if end.story.coverage_first or reached else None


_ROUND_COVERAGE: Final = (50, 60, 70, 75, 80, 85, 90, 95, 100)


def _simpler(end: End) -> str | None:
    if end.story.simpler is None:
        return None
    name, *numbers = end.story.simpler
    now, before = (str(round(number, 1)).removesuffix(".0") for number in numbers)
    return f", {_MEASURES[name]} {now}, down from {before}"


_MEASURES: Final = {
    "complexity": "complexity",
    "function length": "longest function",
    "most complex": "most complex function",
}


def _red(end: End) -> str | None:
    """How long it was red, where only a part is known to be green."""
    streak = end.story.red
    if streak is None or streak.began is None or not fresh(streak, end.event.at):
        return None
    lasted = end.event.at - streak.began
    return f", red for {words.duration(lasted)}" if _SHORT_RED_MS <= lasted < _NIGHT_MS else None


_CHECKS: Final = frozenset({"test", "build", "lint", "typecheck"})
_WORKS: Final = frozenset({"deploy", "migration", "training"})
_OTHERS: Final = frozenset({"agent", "task"})

TAILS: Final = (
    Tail("metric", frozenset({"training"}) | _OTHERS, _metric),
    Tail("green", _CHECKS, _green),
    Tail("worked", _WORKS, _worked),
    Tail("red", _CHECKS, _red),
    Tail("coverage up", frozenset({"test"}), _coverage_up),
    Tail("simpler", frozenset({"lint"}), _simpler),
    Tail("more", frozenset({"test"}), _more),
    Tail("fastest", _CHECKS | _WORKS, _fastest),
    Tail("usual", _CHECKS | _WORKS | _OTHERS, _usual),
    Tail("coverage", frozenset({"test"}), _coverage),
)


def job_line(event: Event, story: Story, clock: Clock) -> tuple[str, str] | None:
    """(text, rule id) for a job that ended ok; None where there is no number to tell."""
    end = End(event, story, clock)
    head = _head(end)
    if head is None:
        return None
    for tail in TAILS:
        said = tail.tell(end) if event.job in tail.jobs else None
        if said is not None:
            return (head + said).removeprefix(", "), f"{event.job}.{tail.rule_id}"
    counts = ("passed", "mended") if event.job == "test" else ()
    numbered = end.took is not None or any(event.number(name) is not None for name in counts)
    return (head, f"{event.job}.plain") if numbered and head else None


def _head(end: End) -> str | None:
    """What ended well: the job, or the part of it that is proven; empty where only measures are."""
    event = end.event
    part = part_of(event.data, event.exit_code)
    if part == TESTS:
        mended = event.number("mended")
        return (
            words.counted(mended, "failing test passes", "failing tests pass") + " again" if mended else None
        )
    said = one_line(part, _LABEL) if part is not None else ""
    if said and event.job in PARTS:
        made = event.number("made") or 1
        what = said if made == 1 else words.counted(made, said)
        return _ok(f"{what} {PARTS[event.job]}")(end)
    if event.job == "lint" and event.exit_code is None and _FILES.issuperset(event.sources):
        return "" if metrics_of(event.data) else _ok("lint clean")(end)
    head = HEADS.get(event.job or "")
    return None if head is None else head(end)


PARTS: Final = {"build": "built", "typecheck": "checks"}
"""What is said of a part of a job, where more than the part is not proven."""
_FILES: Final = frozenset({"report", "cache"})
