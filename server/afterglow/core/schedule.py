"""When turns that wait become work for the idle-time model (spec L8): one row for each schedule.

Invariant: pure. What is decided here is what is queued; it runs at idle time only, whatever the schedule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal

from attrs import frozen

Schedule = Literal["idle", "every_turn", "below_threshold", "session_end"]
Occasion = Literal["turn", "idle", "open", "close", "by_hand"]
"""When the question comes up: a turn was written; nobody is at the keyboard; a window opens; a session ends
(a goodbye was said, its ``session.close`` was recorded); somebody runs the worker."""
Kind = Literal["job", "batch"]


@frozen
class Waits:
    """What waits in one workspace. ``turns``: not yet put in any job. ``ended``: the session of the newest
    of them is over. ``lines``: prepared lines of the user that nobody has heard; ``threshold``: how many
    there should be."""

    turns: int
    ended: bool = False
    lines: int = 0
    threshold: int = 0


def _always(_: Waits) -> bool:
    return True


def _few(waits: Waits) -> bool:
    return waits.lines < waits.threshold


def _ended(waits: Waits) -> bool:
    return waits.ended


_RULES: Final[Mapping[Schedule, Mapping[Occasion, Callable[[Waits], bool]]]] = {
    "idle": {"idle": _always, "by_hand": _always},
    # A turn that came while the job before it ran is found at the next of the others.
    "every_turn": dict.fromkeys(("turn", "idle", "close", "by_hand"), _always),
    "below_threshold": {"idle": _few, "by_hand": _few},
    # A break that ends a session is noticed when somebody looks again: at rest, or at the next opening.
    "session_end": {"close": _always, "idle": _ended, "open": _ended, "by_hand": _ended},
}
BATCHED: Final[frozenset[Schedule]] = frozenset({"session_end"})
"""Schedules whose work can wait for hours, so that it goes out as one cheaper batch."""


def due(schedule: Schedule, occasion: Occasion, waits: Waits) -> Kind | None:
    """What is queued now for a workspace: a job, a job for a batch, or None."""
    rule = _RULES[schedule].get(occasion)
    if rule is None or waits.turns == 0 or not rule(waits):
        return None
    return "batch" if schedule in BATCHED else "job"


def looks(schedule: Schedule, occasion: Occasion) -> bool:
    """Whether this schedule queues anything on such an occasion: if not, nothing need be read."""
    return occasion in _RULES[schedule]
