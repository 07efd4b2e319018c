"""Every kind of event there is: whether it may speak, its category, its place in a burst.

Invariant: this table is the only list of kinds; what is not in it is not recorded.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

AFFIRMATION: Final = "AFFIRMATION"
GREETING: Final = "GREETING"
CLOSING: Final = "CLOSING"
TRANSITION: Final = "TRANSITION"
BRIDGE: Final = "BRIDGE"
PROACTIVE_PROMPT: Final = "PROACTIVE_PROMPT"

JOBS: Final = (
    "test",
    "build",
    "lint",
    "typecheck",
    "deploy",
    "migration",
    "training",
    "agent",
    "debug",
    "task",
)
RED_JOBS: Final = ("test", "build", "lint", "typecheck", "deploy", "migration", "training")
"""Only these kinds of job can turn a workspace red: a search that found nothing is no failure."""

RED_FOR_MS: Final = 2 * 60 * 60 * 1000
"""How long a failure counts as red when nothing clears it."""


@frozen
class Kind:
    """``category``: None for a kind that never speaks. ``rank``: place in a burst, 0 first.

    ``kept``: False for happenings that are used at once and never stored.
    ``label``: what a classification calls it.
    """

    name: str
    category: str | None = None
    rank: int = 9
    kept: bool = True
    label: str = "unknown"


_REST = 9

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("session.open", GREETING, _REST, label="greeting"),
        Kind("session.close"),
        Kind("job.finished", AFFIRMATION, 1, label="celebration"),
        Kind("job.started"),
        Kind("command.started"),
        Kind("command", AFFIRMATION, 1, label="celebration"),
        Kind("tag", AFFIRMATION, 2, label="celebration"),
        Kind("push", AFFIRMATION, 3, label="celebration"),
        Kind("merge", AFFIRMATION, 4, label="celebration"),
        Kind("commit", AFFIRMATION, 5, label="celebration"),
        Kind("rebase", AFFIRMATION, _REST, label="celebration"),
        Kind("cherry-pick", AFFIRMATION, _REST, label="celebration"),
        Kind("revert", AFFIRMATION, _REST, label="celebration"),
        Kind("pull", AFFIRMATION, _REST, label="celebration"),
        Kind("conflict.end", AFFIRMATION, _REST, label="celebration"),
        Kind("amend"),
        Kind("reset"),
        Kind("stash"),
        Kind("branch.switch"),
        Kind("conflict.begin"),
        Kind("recipe.finish", AFFIRMATION, _REST, label="celebration"),
        Kind("milestone", AFFIRMATION, _REST, label="celebration"),
        Kind("review.done", AFFIRMATION, _REST, label="celebration"),
        Kind("pr.merged", AFFIRMATION, _REST, label="celebration"),
        Kind("ci.finished", AFFIRMATION, _REST, label="celebration"),
        Kind("topic.change", BRIDGE, _REST, label="small_talk"),
        Kind("phase.change", TRANSITION, _REST, label="small_talk"),
        Kind("active", PROACTIVE_PROMPT, _REST, label="small_talk"),
        Kind("idle"),
        Kind("focus", kept=False),
        Kind("file.saved", kept=False),
        Kind("diagnostics", kept=False),
        Kind("recipe.start"),
        Kind("weather"),
        Kind("review.requested"),
        Kind("debug.exception"),
    )
}

NAMES_BRANCH: Final = ("commit", "amend", "merge", "rebase", "branch.switch", "push")
"""Kinds whose data tells which branch the work was on."""
MAIN_BRANCHES: Final = frozenset({"main", "master", "trunk", "develop", "default"})
"""Branches that live for ever, so that being on one says nothing."""

BURST_RED_TO_GREEN: Final = 0
"""The rank of a job that turned from red to green: it speaks before anything else in its burst."""


def speaks(kind: str) -> bool:
    """Whether an event of this kind may start a turn at all."""
    known = KINDS.get(kind)
    return known is not None and known.category is not None
