"""What the earlier outcomes of a job allow one to say about the outcome at hand.

Invariant: a claim that the records do not prove is absent (None, 0 or False), never guessed. A run
of fewer tests than the last full one is a part: it proves nothing about the rest, and neither ends a
red streak nor starts a comparison.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

from afterglow.core.kinds import RED_FOR_MS
from afterglow.core.model import Event, Outcome

FULL_RUN_LOOKS_BACK: Final = 20
USUAL_RUNS: Final = 20
USUAL_NEEDS: Final = 3
FASTEST_DAYS: Final = 7
_FASTEST_NEEDS: Final = 5
_FASTEST_MARGIN: Final = 0.9
_UNCOUNTED: Final = -1
FULL: Final = "full"
PART: Final = "part"
UNSURE: Final = "unsure"
_DAY_MS: Final = 24 * 60 * 60 * 1_000
_HISTORY_LIMIT: Final = 200
"""As many outcomes as ``Facts.history`` holds at most: a streak that fills it may have begun earlier."""


@frozen
class Streak:
    """The red streak that an ok event ends. ``runs``: how many failed. ``began``: the end of the first
    of them, None where the streak may be older; ``green_at``: the last full green before it, None where
    none is recorded."""

    runs: int
    last_fail_at: int
    began: int | None
    green_at: int | None


@frozen
class Story:
    """``changed``: the newest proven outcome before was a fail. ``count_changed``: the last ok run with
    counts had others. ``part``: fewer tests than the last full run, or not comparable with it.
    ``more``: how many more passed than in the last full ok run. ``usual_ms``: median duration of the
    last full ok runs, at least three. ``fastest``: by a tenth, of all that the last week's records hold."""

    changed: bool = False
    count_changed: bool = False
    part: bool = False
    streak: Streak | None = None
    more: int | None = None
    usual_ms: float | None = None
    fastest: bool = False


def story(event: Event, history: tuple[Outcome, ...]) -> Story:
    """Read ``history`` (newest first, the event left out) for an event that ended ok."""
    proven = tuple(outcome for outcome in history if outcome.status in ("ok", "fail"))
    passed = event.number("passed")
    total = total_of(passed, *(event.number(name) for name in ("failed", "skipped", "errors")))
    full = _full_total(proven)
    part = full is not None and (total is None or total < full)
    counted = next((one for one in proven if one.status == "ok" and one.passed is not None), None)
    changed = bool(proven) and proven[0].status == "fail"
    count_changed = (
        counted is not None and passed is not None and (passed, total) != (counted.passed, _total(counted))
    )
    if part:
        return Story(changed, count_changed, part=True)
    sizes = _sizes(proven, total)
    greens = [one for one, size in zip(proven, sizes, strict=True) if one.status == "ok" and size == FULL]
    return Story(
        changed,
        count_changed,
        part=False,
        streak=_streak(event, proven, sizes),
        more=_more(passed, proven, sizes),
        usual_ms=_usual(greens),
        fastest=_fastest(event, history, greens),
    )


def total_of(passed: int | None, *others: int | None) -> int | None:
    """How many tests a run held; None where nobody counted what passed."""
    return None if passed is None else passed + sum(other or 0 for other in others)


def _total(outcome: Outcome) -> int | None:
    return total_of(outcome.passed, outcome.failed, outcome.skipped, outcome.errors)


def _full_total(proven: tuple[Outcome, ...]) -> int | None:
    """The size of a full run: the largest of the last runs, since only a part can be too small."""
    totals = [total for total in map(_total, proven[:FULL_RUN_LOOKS_BACK]) if total is not None]
    return max(totals, default=None)


def _sizes(proven: tuple[Outcome, ...], total_now: int | None) -> list[str]:
    """For each run whether it held the whole suite of its time: ``FULL``, ``PART`` for certain, or
    ``UNSURE``. A part for certain lies between runs of at least twice its size: tests do not vanish
    and return.
    """
    totals = [_UNCOUNTED if total is None else total for total in map(_total, proven)]
    sizes = []
    newer = _UNCOUNTED if total_now is None else total_now
    for index, total in enumerate(totals):
        older = max(totals[index : index + FULL_RUN_LOOKS_BACK])
        if total == older:
            sizes.append(FULL)
        else:
            sizes.append(PART if total != _UNCOUNTED and total * 2 <= older <= newer else UNSURE)
        newer = max(newer, total)
    return sizes


def _streak(event: Event, proven: tuple[Outcome, ...], sizes: list[str]) -> Streak | None:
    fails: list[Outcome] = []
    green_at: int | None = None
    known = len(proven) < _HISTORY_LIMIT
    for outcome, size in zip(proven, sizes, strict=True):
        if outcome.status == "fail":
            fails.append(outcome)
        elif size != PART:
            green_at = outcome.at if size == FULL else None
            known = known and size == FULL
            break
    if not fails or fails[0].at > event.at or fails[-1].at > fails[0].at:
        return None
    return Streak(len(fails), fails[0].at, fails[-1].at if known or green_at else None, green_at)


def _more(passed: int | None, proven: tuple[Outcome, ...], sizes: list[str]) -> int | None:
    for outcome, size in zip(proven, sizes, strict=True):
        if outcome.status == "ok" and size != PART:
            before = outcome.passed if size == FULL else None
            return passed - before if passed and before is not None and passed > before else None
    return None


def _usual(greens: list[Outcome]) -> float | None:
    times = [outcome.duration_ms for outcome in greens if outcome.duration_ms is not None][:USUAL_RUNS]
    if len(times) < USUAL_NEEDS:
        return None
    # By hand: the standard library's statistics would bring chance into this room.
    ordered, half = sorted(times), len(times) // 2
    return ordered[half] if len(times) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _fastest(event: Event, history: tuple[Outcome, ...], greens: list[Outcome]) -> bool:
    if event.duration_ms is None or not history:
        return False
    week = event.at - FASTEST_DAYS * _DAY_MS
    times = [one.duration_ms for one in greens if one.duration_ms is not None and one.at >= week]
    # The records must reach as far back as the claim does.
    reaches = history[-1].at <= week
    return reaches and len(times) >= _FASTEST_NEEDS and event.duration_ms <= min(times) * _FASTEST_MARGIN


def red_to_green(event: Event, history: tuple[Outcome, ...]) -> bool:
    """Whether an ok job follows a fail: its newest proven outcome before was one."""
    newest = next((outcome for outcome in history if outcome.status in ("ok", "fail")), None)
    return event.status == "ok" and newest is not None and newest.status == "fail"


def fresh(streak: Streak, now: int) -> bool:
    """Whether the streak was still red when it ended, and not a failure of long ago."""
    return now - streak.last_fail_at < RED_FOR_MS
