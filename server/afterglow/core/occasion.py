"""Whether an event is an occasion to speak, and which event of a burst speaks for it.

Invariant: what is decided here needs no gate and no words: only the event and what came before it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from afterglow.core import words
from afterglow.core.history import Story, red_to_green, story
from afterglow.core.kinds import BURST_RED_TO_GREEN, KINDS, RED_JOBS, speaks
from afterglow.core.model import Event, Outcome
from afterglow.core.setting_table import Settings

JOB_KINDS: Final = frozenset({"job.finished", "command"})
_SILENT: Final = 99


def silent_because(event: Event, history: tuple[Outcome, ...], settings: Settings) -> str | None:
    """Why this event is no occasion, None if it is one. Its outcome is a gate's business."""
    if not speaks(event.kind):
        return f"{event.kind} is recorded and never speaks"
    if event.kind not in JOB_KINDS:
        return None
    if event.job is None:
        return "this command is no job that Afterglow knows"
    return _job_silent_because(event, story(event, history), settings)


def _job_silent_because(event: Event, told: Story, settings: Settings) -> str | None:
    least_ms = settings.min_job_seconds * 1_000
    if told.changed or told.count_changed or least_ms == 0:
        return None
    if event.duration_ms is None:
        return "nothing changed, and how long it took is not known"
    if event.duration_ms >= least_ms:
        return None
    return f"nothing changed, and it took less than {words.duration(least_ms)}"


def spokesman(
    events: Sequence[Event],
    history_of: Callable[[Event], tuple[Outcome, ...]],
    settings: Settings | None = None,
) -> Event:
    """The event that speaks for a burst, by the contract's order; among equals the newest.

    Jobs that are no occasion give way to what is. ``history_of`` is asked for jobs only; without
    ``settings`` the defaults count. ``events`` must not be empty.
    """
    used = settings if settings is not None else Settings()
    return min(events, key=lambda event: (_rank(event, history_of, used), -event.at, -event.seq))


def _rank(event: Event, history_of: Callable[[Event], tuple[Outcome, ...]], settings: Settings) -> int:
    if not speaks(event.kind):
        return _SILENT
    if event.kind not in JOB_KINDS:
        return KINDS[event.kind].rank
    if event.job is None or event.status != "ok":
        return _SILENT - 1 if event.job else _SILENT
    history = history_of(event)
    if silent_because(event, history, settings) is not None:
        return _SILENT - 1
    turned = event.job in RED_JOBS and red_to_green(event, history)
    return BURST_RED_TO_GREEN if turned else KINDS[event.kind].rank
