"""What is special about the event at hand, in the names that the banks' patterns use, and its category.

Invariant: pure, and only what the records prove: see ``bank.MOMENTS`` for what each name means.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

from afterglow.core import kinds
from afterglow.core.history import Story, part_of
from afterglow.core.local_time import Clock, local
from afterglow.core.model import Event, Facts
from afterglow.core.occasion import JOB_KINDS

LONG_MS: Final = 60_000
STREAK: Final = 3
"""So many good ends within an hour, none failed, are momentum."""
RED_RUNS: Final = 3
RED_MS: Final = 30 * 60_000
LATE_HOUR: Final = 20
RECORD_NEEDS: Final = 3
USUAL_END: Final = 17 * 60 + 30
"""When a day ends for somebody whose days are not known yet, in minutes since midnight."""

COMPLETING_KINDS: Final = frozenset(
    {"tag", "merge", "rebase", "conflict.end", "recipe.finish", "milestone", "review.done", "pr.merged"}
)
COMPLETING_JOBS: Final = frozenset({"deploy", "migration", "training", "task", "agent"})
"""Ends of a piece of work. A routine check or a commit is a step of one."""


def recovered(story: Story, event: Event) -> bool:
    """Whether a long red ended with this event: 3 runs or more, or 30 min."""
    streak = story.streak
    if streak is None:
        return False
    lasted = event.at - streak.began if streak.began is not None else 0
    return streak.runs >= RED_RUNS or lasted >= RED_MS


def is_record(event: Event, facts: Facts) -> bool:
    """Whether more tests passed than in any run that is recorded here, of at least three."""
    passed = event.number("passed")
    counted = [one.passed for one in facts.history if one.passed is not None]
    return passed is not None and len(counted) >= RECORD_NEEDS and passed > max(counted)


def completes(event: Event) -> bool:
    """Whether a piece of work ended well with this event."""
    if event.data.get("rollback") is True or event.data.get("resolved") is False:
        return False
    if event.kind in JOB_KINDS:
        return event.job in COMPLETING_JOBS and part_of(event.data, event.exit_code) is None
    return event.kind in COMPLETING_KINDS


@frozen
class Scene:
    """``names``: moments with their prefix, as ``bank.Pattern.fits`` takes them. ``trigger``: of the
    compliment that is due, None for none."""

    names: frozenset[str] = frozenset()
    trigger: str | None = None


def scene(event: Event, facts: Facts, story: Story, successes: int | None, clock: Clock) -> Scene:
    """``successes``: good ends of the last 60 min before this event, None where one failed."""
    is_job = event.kind in JOB_KINDS
    momentum = is_job and successes is not None and successes + 1 == STREAK
    resilience = is_job and recovered(story, event)
    named = {
        "green": story.streak is not None,
        "recovery": resilience,
        "fastest": story.fastest,
        "long": event.duration_ms is not None and is_job and event.duration_ms >= LONG_MS,
        "record": is_record(event, facts),
        "first": event.kind in ("tag", "pr.merged", "review.done") and not facts.same_kind,
        "streak": momentum,
        "late": local(clock.now, clock.zone).hour >= LATE_HOUR,
    }
    names = {f"moment:{name}" for name, holds in named.items() if holds}
    names.add(f"event:{event.kind}")
    if is_job and event.job is not None:
        names.add(f"job:{event.job}")
    trigger = None
    if resilience:
        trigger = "resilience"
    elif completes(event):
        trigger = "task_completed"
    elif momentum:
        trigger = "momentum"
    return Scene(frozenset(names), trigger)


def category_of(event: Event, facts: Facts, clock: Clock, usual_end: int | None) -> str | None:
    """The category of an event (spec T4): that of its kind, and CLOSING for the day's last push.

    ``usual_end``: local minutes since midnight, None where it is not known.
    """
    kind = kinds.KINDS.get(event.kind)
    if kind is None:
        return None
    if event.kind != "push":
        return kind.category
    ends = USUAL_END if usual_end is None else usual_end
    if clock.minute_of_day() < ends:
        return kind.category
    since = clock.midnight() + ends * 60_000
    earlier = any(since <= at < event.at for at in facts.same_kind)
    return kind.category if earlier else kinds.CLOSING
