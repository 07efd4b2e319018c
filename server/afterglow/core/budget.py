"""How much may be said unasked (spec A9): what was spent, and whether one more warm line may go.

Invariant: pure. A refusal carries its reason, which ``explain`` shows.
"""

from __future__ import annotations

from typing import Final

from attrs import frozen

from afterglow.core.setting_table import Budget
from afterglow.core.words import counted


@frozen
class Spent:
    """``since_last_ms``: since the last unasked warm line, never negative; None where there was none.
    ``quiet_ms``: how much longer a bad rating keeps warm lines away, 0 where none does."""

    since_last_ms: int | None = None
    today: int = 0
    jokes_today: int = 0
    proactive_in_session: int = 0
    quiet_ms: int = 0


ROUTINE_TIMES: Final = 9
"""A routine end waits so many intervals for its warm line: forty green runs a day are not forty occasions."""
ROUTINE_SHARE: Final = 4
"""Routine ends get this part of a day's lines: what is left is for the moments that matter."""


def refused(
    spent: Spent, budget: Budget, *, joke: bool = False, proactive: bool = False, routine: bool = False
) -> str | None:
    """Why the budget lets no unasked warm line of this kind go now; None where it does.

    ``routine``: nothing changed and nothing is special. A mode that allows jokes makes no difference there.
    """
    paced = routine and not budget.jokes_allowed
    interval_s = budget.interval_s * (ROUTINE_TIMES if paced else 1)
    interval_ms = interval_s * 1000
    for_routine = -(-budget.banter_per_day // ROUTINE_SHARE)
    since = spent.since_last_ms
    reasons = (
        (not budget.banter_allowed, "this mode says no warm lines"),
        (joke and not budget.jokes_allowed, "jokes only on request in this mode"),
        (spent.quiet_ms > 0, "quiet for a while after a low rating"),
        (since is not None and since < interval_ms, f"one warm line in {interval_s} s"),
        (0 < budget.banter_per_day <= spent.today, f"{counted(budget.banter_per_day, 'warm line')} today"),
        (
            paced and 0 < for_routine <= spent.today,
            f"{counted(for_routine, 'warm line')} today; the rest is not for routine",
        ),
        (
            joke and 0 < budget.jokes_per_day <= spent.jokes_today,
            f"{counted(budget.jokes_per_day, 'joke')} today",
        ),
        (
            proactive and 0 < budget.proactive_per_session <= spent.proactive_in_session,
            f"{counted(budget.proactive_per_session, 'line')} at a return in this session",
        ),
    )
    return next((f"budget: {reason}" for closed, reason in reasons if closed), None)
