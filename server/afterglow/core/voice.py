"""What a turn may know for the warm part of its line, and what it may ask of the store.

Invariant: frozen, and read only once the gates are open; two equal voices give equal lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from attrs import field, frozen

from afterglow.core import queue_rules
from afterglow.core.budget import Spent
from afterglow.core.model import Register
from afterglow.core.prediction import Prediction

SLOT_NAMES_OF_EVENT: Final = ("label", "from", "to")
"""Slots that the event at hand fills; all others come from the records."""


@frozen
class Weather:
    """What the newest weather event says, under 3 h old. ``temp_c``: degrees Celsius."""

    temp_c: float | None = None
    rain: bool | None = None
    snow: bool | None = None
    place: str | None = None


@frozen
class Told:
    """How often a line of the banks was shown to this user, and when last (ms)."""

    times: int
    at: int


@frozen
class Voice:
    """``rapport``: 0 to 10. ``used``: ids of lines shown in this session; ``told``: of bank lines, ever.

    ``warmths``: of the last two lines shown, newest first. ``compliments``, ``recipe_lines``: so many in this
    session.
    ``successes``: good ends of the last 60 min before the event, None where one of them failed.
    ``gifts``, ``fixed``: how many were ever given. ``exchanges``: small talk in a row, in this session.
    ``tags``: of what is under way here (recipes). ``slots``: recorded values, cleaned, none empty.
    ``reminder``: the slots of the previous session, filled at a ``session.open`` only.
    ``away_ms``: since anything was done here or in another workspace, None where never.
    ``usual_end``: when this user's days end, in local minutes since midnight, None where not known.
    ``learned``: tag -> the words that name it, as the idle-time model learned them for this user (T14b).
    """

    rapport: float = 0.0
    first_session: bool = False
    spent: Spent = field(factory=Spent)
    used: frozenset[str] = frozenset()
    told: Mapping[str, Told] = field(factory=dict)
    prediction: Prediction | None = None
    register: Register = field(factory=Register)
    warmths: tuple[int, ...] = ()
    compliments: int = 0
    successes: int | None = 0
    recipe_lines: int = 0
    gifts: int = 0
    fixed: int = 0
    exchanges: int = 0
    weather: Weather | None = None
    slots: Mapping[str, str] = field(factory=dict)
    reminder: Mapping[str, str] = field(factory=dict)
    tags: tuple[str, ...] = ()
    branch: str | None = None
    away_ms: int | None = None
    usual_end: int | None = None
    learned: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen
class Wanted:
    """What a turn asks the queue for: see ``store.queue.ClaimQuery``. ``accept``: the turn's own filter."""

    tags: tuple[str, ...]
    category: str | None
    max_level: int
    max_warmth: int
    accept: Callable[[queue_rules.Entry], str | None]
    """Why an entry is passed over, None where it is welcome."""


class Records(Protocol):
    """The store, as far as a turn may ask it."""

    def voice(self) -> Voice:
        """What is known for the warm part."""
        ...

    def claim(self, wanted: Wanted) -> queue_rules.Entry | None:
        """The best waiting line that is welcome, from now on used; None for a miss."""
        ...
