"""What the earlier outcomes of a job allow one to say about the outcome at hand.

Invariant: a claim that the records do not prove is absent (None, 0 or False), never guessed. A run
of fewer tests than the last full one is a part: it proves nothing about the rest, and neither ends a
red streak nor starts a comparison. So is what a file proves of a run whose end nobody reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile
from typing import Final

from attrs import frozen

from afterglow.core.kinds import RED_FOR_MS
from afterglow.core.model import Event, Json, Outcome

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
MEASURES: Final = ("complexity", "function length", "most complex")
"""What linters measure of code and less is better of, the most telling first."""
TESTS: Final = "tests"
"""The part of an end that tells of tests which pass again, and of nothing else."""
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
    counts had others, or coverage rose, or a measure of the code fell. ``part``: fewer tests than the
    last full run, not comparable with it, or a part by itself. ``more``: how many more passed than in
    the last full ok run. ``usual_ms``: median duration of the last full ok runs (of a part: of the same
    part), at least three. ``fastest``: by a tenth, of all that the last week's records hold.

    ``red``: the red streak that an ok of a part follows, which may have mended no more than a part of it.
    ``coverage_before``: that of the newest full run that told it; ``coverage_first``: none ever did.
    ``simpler``: a measure of the code that fell since it was told last: name, now, before."""

    changed: bool = False
    count_changed: bool = False
    part: bool = False
    streak: Streak | None = None
    more: int | None = None
    usual_ms: float | None = None
    fastest: bool = False
    red: Streak | None = None
    coverage_before: float | None = None
    coverage_first: bool = False
    simpler: tuple[str, float, float] | None = None


def part_of(data: Mapping[str, Json], exit_code: int | None) -> str | None:
    """What alone an end of a job speaks of; None where it stands for the whole run.

    A file that a runner or a builder left proves a part (``part``, or with ``mended`` the tests that pass
    again). An exit code, or a report that counts, proves the rest.
    """
    if exit_code is not None or _is_count(data.get("passed")):
        return None
    part = data.get("part")
    if isinstance(part, str) and part:
        return part
    return TESTS if "mended" in data else None


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
    simpler = _simpler(event, history)
    alone = part_of(event.data, event.exit_code)
    if alone is not None:
        return Story(
            changed,
            part=True,
            usual_ms=None if alone == TESTS else _usual(_same_part(proven, alone)),
            red=_red(event, proven),
        )
    count_changed = count_changed or simpler is not None
    if part:
        return Story(changed, count_changed, part=True, simpler=simpler)
    sizes = _sizes(proven, total)
    covered = _coverage_before(proven, sizes)
    greens = [one for one, size in zip(proven, sizes, strict=True) if one.status == "ok" and size == FULL]
    return Story(
        changed,
        count_changed or points_up(event, covered) > 0,
        streak=_streak(event, proven, sizes),
        more=_more(passed, proven, sizes),
        usual_ms=_usual(greens),
        fastest=_fastest(event, history, greens),
        coverage_before=covered,
        coverage_first=len(history) < _HISTORY_LIMIT and all(one.coverage is None for one in history),
        simpler=simpler,
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
        if proven[index].part is not None:
            # Whoever ran it may have run everything: nobody can tell.
            sizes.append(UNSURE)
        elif total == older:
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


def _red(event: Event, proven: tuple[Outcome, ...]) -> Streak | None:
    """The failures up to now, ended by anything that went well: what was red, not what is green."""
    fails = list(takewhile(lambda outcome: outcome.status == "fail", proven))
    if not fails or fails[0].at > event.at or fails[-1].at > fails[0].at:
        return None
    known = len(fails) < len(proven) or len(proven) < _HISTORY_LIMIT
    return Streak(len(fails), fails[0].at, fails[-1].at if known else None, None)


def _more(passed: int | None, proven: tuple[Outcome, ...], sizes: list[str]) -> int | None:
    for outcome, size in zip(proven, sizes, strict=True):
        if outcome.status == "ok" and size != PART:
            before = outcome.passed if size == FULL else None
            return passed - before if passed and before is not None and passed > before else None
    return None


def _same_part(proven: tuple[Outcome, ...], part: str) -> list[Outcome]:
    return [outcome for outcome in proven if outcome.status == "ok" and outcome.part == part]


def _coverage_before(proven: tuple[Outcome, ...], sizes: list[str]) -> float | None:
    """Only a full run's coverage is that of the project."""
    for outcome, size in zip(proven, sizes, strict=True):
        if outcome.coverage is not None and size != PART:
            return outcome.coverage if size == FULL else None
    return None


def points_up(event: Event, before: float | None) -> int:
    """By how many whole points coverage rose since a run that had ``before``; 0 where it did not."""
    now = coverage_of(event.data)
    # The tiny amount undoes what binary fractions lose.
    return 0 if now is None or before is None else max(0, int(now - before + 1e-6))


def _simpler(event: Event, history: tuple[Outcome, ...]) -> tuple[str, float, float] | None:
    """The first of ``MEASURES`` that fell, in tenths; the rest of what a linter counts is not compared."""
    now = metrics_of(event.data) if event.job == "lint" else {}
    for name in (name for name in MEASURES if name in now):
        before = next((one.metrics[name] for one in history if name in one.metrics), None)
        if before is not None and round(now[name], 1) < round(before, 1):
            return name, now[name], before
    return None


def coverage_of(data: Mapping[str, Json]) -> float | None:
    """The coverage (a percentage) that an end tells. At most 1 may be a share: nobody can tell which."""
    value: Json = data.get("coverage")
    return float(value) if _is_number(value) and 1 < value <= 100 else None


def metrics_of(data: Mapping[str, Json]) -> dict[str, float]:
    """The metrics that an end tells, as far as they are numbers of a sane size."""
    metrics = data.get("metrics")
    if not isinstance(metrics, Mapping):
        return {}
    return {name: value for name, value in metrics.items() if isinstance(name, str) and _is_number(value)}


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15


def _is_count(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


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
