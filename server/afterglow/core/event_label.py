"""The label of an event, from its kind and its outcome alone.

Invariant: certain, and total: every kind with every outcome has one. A failure is a struggle, an outcome
that is not known is ``unknown``, and of the good ends only what changed something or is seldom is a
celebration. An ordinary good end is ``task``: a piece of work that is done.
"""

from __future__ import annotations

from typing import Final

from afterglow.core.kinds import KINDS
from afterglow.core.model import Event
from afterglow.core.occasion import JOB_KINDS

UNKNOWN: Final = "unknown"
ROUTINE: Final = "task"
CELEBRATION: Final = "celebration"

BY_OUTCOME: Final[dict[str, str]] = {"fail": "struggle", "cancelled": UNKNOWN, "unknown": UNKNOWN}
"""The label of an end that was not good, whatever ended."""

CELEBRATED_KINDS: Final = frozenset(
    {"tag", "pr.merged", "milestone", "recipe.finish", "review.done", "conflict.end"}
)
"""Good ends that are a celebration each time."""
ROUTINE_KINDS: Final = frozenset(
    {"merge", "rebase", "cherry-pick", "revert", "pull", "push", "commit", "ci.finished"}
)
OTHER_KINDS: Final[dict[str, str]] = {
    "session.close": "goodbye",
    "conflict.begin": "struggle",
    "debug.exception": "struggle",
}


def label_of(event: Event, *, turned: bool = False, notable: bool = False) -> str:
    """``turned``: a proven red streak ended with it. ``notable``: the fastest of the week, or a first."""
    kind = KINDS.get(event.kind)
    if kind is None:
        return UNKNOWN
    is_job = event.kind in JOB_KINDS
    if event.status in BY_OUTCOME:
        return BY_OUTCOME[event.status]
    if is_job and (event.status is None or event.job is None):
        return UNKNOWN
    if event.data.get("resolved") is False or event.data.get("rollback") is True:
        return ROUTINE
    if turned or notable or event.kind in CELEBRATED_KINDS:
        return CELEBRATION
    if is_job or event.kind in ROUTINE_KINDS:
        return ROUTINE
    return OTHER_KINDS.get(event.kind, kind.label)
