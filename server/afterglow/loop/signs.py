"""What a happening, a save or an edit is a sign of: the topic and the phase that ``bearings`` keeps.

Invariant: nothing heavy is imported here; a window makes signs from its first instant on.
"""

from __future__ import annotations

from attrs import frozen

from afterglow.core import phase
from afterglow.core.kinds import NAMES_BRANCH
from afterglow.core.model import Event, Observation
from afterglow.core.phase import Sign


@frozen
class Hint:
    """One sign of what the work is about and at.

    ``file``: a path below the workspace that was saved or typed in, with its ``package``; ``branch``: one
    that is checked out from now on, or that an event names; ``sign``: of the phase.
    """

    file: str | None = None
    package: str | None = None
    saved: bool = False
    branch: str | None = None
    sign: Sign | None = None
    topic: str | None = None
    phase: str | None = None


def hint_of(event: Event | Observation) -> Hint | None:
    """What a happening is a sign of, None for most."""
    said = event.data.get("to")
    if event.kind == "topic.change":
        return Hint(topic=said) if isinstance(said, str) and said else None
    if event.kind == "phase.change":
        return Hint(phase=said) if isinstance(said, str) and said else None
    sign = phase.of_event(event.kind, event.job)
    branch = None
    if event.kind in NAMES_BRANCH:
        named = event.data.get("to") if event.kind == "branch.switch" else event.data.get("branch")
        branch = named if isinstance(named, str) and named else None
    return Hint(branch=branch, sign=sign) if sign is not None or branch is not None else None
