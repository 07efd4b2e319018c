"""When the model's process may be started: a table of what stands against it, the first reason first.

Invariant: pure. Nothing starts within the idle time of the last sign of life in any window, nor without
consent; every doubt counts as a reason against.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from attrs import frozen

OTHERS_LATE_MS: Final = 10_000
"""Another window writes its signs of life down so much later at most."""
LOOK_AGAIN_MS: Final = 60 * 60_000
"""Nothing that only time can mend is waited for longer than this before a fresh look."""
SOON_MS: Final = 1_000


@frozen
class Facts:
    """What is known at one moment. Times that end in ``_ms`` are durations; others ms since the epoch.

    ``quiet_ms``: since the last sign of life in this window by a clock that never goes back, None where it
    had none. ``still_ms``: since the newest one on record in any window, None where none is, by the wall
    clock. ``steady_ms``: for how long nobody has set that clock. ``others``: whether other windows are open.
    ``due``: a job could be leased; ``next_due``: when the next can be. ``busy_until``: by a lease, another
    worker is at it.
    ``paused_until``: the model is left alone until then (0: until something is changed). ``spent``: the day's
    budget is used up. ``claimed_until``: another window started one moments ago, or this one did in vain.
    """

    now: int
    enabled: bool
    trusted: bool
    on: bool
    kept: bool
    installed: bool
    key: bool
    idle_ms: int
    quiet_ms: int | None = None
    still_ms: int | None = None
    steady_ms: int = 0
    others: bool = False
    due: bool = False
    next_due: int | None = None
    busy_until: int | None = None
    paused_until: int | None = None
    spent: bool = False
    claimed_until: int | None = None


Against = Callable[[Facts], bool]


def quiet_enough_ms(facts: Facts) -> int:
    """How long nobody must have been seen, other windows' delay allowed for."""
    return facts.idle_ms + (OTHERS_LATE_MS if facts.others else 0)


def _here(facts: Facts) -> bool:
    return facts.quiet_ms is not None and facts.quiet_ms < facts.idle_ms


def _elsewhere(facts: Facts) -> bool:
    return facts.still_ms is None or facts.still_ms < quiet_enough_ms(facts)


def _unsteady(facts: Facts) -> bool:
    # A clock that is set forward must not make a minute of a second. What other windows wrote down while it
    # was steady is as old as it looks, and what they wrote before is older than that.
    return facts.steady_ms < quiet_enough_ms(facts)


_AGAINST: Final[tuple[tuple[str, Against], ...]] = (
    ("there is no consent", lambda facts: not facts.enabled),
    ("the folder is not trusted", lambda facts: not facts.trusted),
    ("the mode is off", lambda facts: not facts.on),
    ("nothing can be kept on the disk", lambda facts: not facts.kept),
    ("the library is not installed", lambda facts: not facts.installed),
    ("there is no key", lambda facts: not facts.key),
    ("somebody is at this window", _here),
    ("somebody was active a moment ago", _elsewhere),
    ("the clock was set a moment ago", _unsteady),
    ("nothing is due", lambda facts: not facts.due),
    ("another worker is at it", lambda facts: facts.busy_until is not None),
    ("the model is left alone for now", lambda facts: facts.paused_until is not None),
    ("today's budget is spent", lambda facts: facts.spent),
    ("one was started a moment ago", lambda facts: facts.claimed_until is not None),
)


def may_start(facts: Facts) -> str | None:
    """Why not to start the process now, None where nothing stands against it."""
    return next((reason for reason, against in _AGAINST if against(facts)), None)


def again_ms(facts: Facts) -> int | None:
    """After how long (ms) another look is worth while, because time alone may have removed what stood
    against it; None where only something that happens can, and then is heard of."""
    standing = (facts.enabled, facts.trusted, facts.on, facts.kept, facts.installed, facts.key)
    if not all(standing) or _here(facts):
        return None
    waits = [_until_still(facts), _until(facts, facts.busy_until), _until(facts, facts.claimed_until)]
    if not facts.due:
        if facts.next_due is None:
            return None
        waits.append(facts.next_due - facts.now)
    if facts.paused_until is not None:
        waits.append(facts.paused_until - facts.now if facts.paused_until else LOOK_AGAIN_MS)
    if facts.spent:
        waits.append(LOOK_AGAIN_MS)
    return min(LOOK_AGAIN_MS, max(SOON_MS, *waits))


def _until_still(facts: Facts) -> int:
    if facts.still_ms is None:
        return LOOK_AGAIN_MS
    return quiet_enough_ms(facts) - min(facts.still_ms, facts.steady_ms)


def _until(facts: Facts, at: int | None) -> int:
    return 0 if at is None else at - facts.now
