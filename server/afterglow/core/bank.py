"""What the banks hold: one frozen shape for each kind of line, and when a pattern is met.

Invariant: an entry was checked when it was made (``afterglow.banks``): its text is one clean line with
known slots only, its numbers are in range, and its warmth goes with its level. Nothing here reads a
file, a clock or chance.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal

from attrs import field, frozen

LABELS: Final = (
    *("task", "greeting", "goodbye", "gratitude", "celebration", "struggle"),
    *("learning", "question", "humor", "small_talk", "off_domain", "unknown"),
)
"""What a classification can call an event or a text (spec T3)."""

TONES: Final = ("playful", "factual", "warm", "coaching")
TRIGGERS: Final = ("task_completed", "momentum", "resilience")
"""When a compliment is due (spec T10)."""

REMINDER_TRIGGERS: Final = ("session_open",)
TIMINGS: Final = ("start", "end", "spread")
WARMTH_OF_LEVEL: Final[Mapping[int, tuple[int, int]]] = {1: (1, 3), 2: (3, 4), 3: (4, 5)}
"""Least and most warmth of a line of each level (spec T14c)."""

DEEP_TRUST: Final = 0.6
"""The trust that a line of level 3 asks for where it names none (spec T9)."""

FRESH_DAYS: Final = 90

MOMENTS: Final[Mapping[str, str]] = {
    "green": "a job turned from red to green",
    "recovery": "green after at least 3 red runs or 30 min of red",
    "fastest": "a job was faster than any earlier one of this week",
    "long": "a job took a minute or more",
    "record": "a count is higher than ever recorded here",
    "first": "the first of its kind in this workspace",
    "streak": "the third success within 60 min, none failed",
    "late": "local time is past 20:00",
}
"""What a pattern may name beside words: ``moment:green``. ``event:KIND`` and ``job:JOB`` name those."""

_WORD: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@frozen
class Pattern:
    """When a response fits: always, or by a phrase in what was said, or by what is happening.

    ``phrases``: each the words of one phrase, in order, folded. ``moments``: with their prefix.
    """

    always: bool = False
    phrases: tuple[tuple[str, ...], ...] = ()
    moments: frozenset[str] = frozenset()

    def fits(self, said: Sequence[str], moments: Collection[str] = ()) -> bool:
        """Whether it is met by the words said (``words_of``) or by a moment, such as ``event:commit``."""
        if self.always or not self.moments.isdisjoint(moments):
            return True
        return any(has_phrase(said, phrase) for phrase in self.phrases)


@frozen(kw_only=True)
class Entry:
    """A line of any bank. ``slots``: the names in braces in ``text``, in order, without doubles.

    ``stale_at``: from when on it is flagged for review, ms since the epoch. ``min_trust``: 0 to 1.
    ``origin``: ``shipped``, ``user``, ``workspace``, or ``learned``: a language model wrote it.
    """

    id: str
    text: str
    tags: frozenset[str] = frozenset()
    level: int = 1
    warmth: int = 3
    confidence: float = 0.8
    min_trust: float = 0.0
    added_at: str = ""
    stale_at: int = 0
    slots: tuple[str, ...] = ()
    origin: str = "shipped"


@frozen(kw_only=True)
class Joke(Entry):
    """Told where ``min_glow`` <= GLOW <= ``max_glow``."""

    min_glow: float = 0.0
    max_glow: float = 1.0


@frozen(kw_only=True)
class Fact(Entry):
    """``source``: the public address of the passage that says so; ``checked``: the day it was read."""

    source: str
    checked: str


@frozen(kw_only=True)
class Aside(Entry):
    """A remark about what the turn is about. It proves nothing and is never called a fact (spec L12)."""

    tone: str


@frozen(kw_only=True)
class Response(Entry):
    label: str
    pattern: Pattern
    tone: str


@frozen(kw_only=True)
class Compliment(Entry):
    trigger: str


@frozen(kw_only=True)
class Reminder(Entry):
    """``requires``: the slots that must all be filled from recorded facts, or it is not shown."""

    trigger: str
    requires: frozenset[str]


@frozen
class WeatherRule:
    """All that is given must hold. Degrees Celsius; ``place`` folded."""

    above_c: float | None = None
    below_c: float | None = None
    rain: bool | None = None
    snow: bool | None = None
    place: str | None = None


@frozen
class SeasonRule:
    """All that is given must hold. ``weekday``: 0 is Monday. ``first``, ``last``: (month, day), inclusive,
    and may span the end of the year. ``holiday``: a name of ``almanac.HOLIDAYS``."""

    time: str | None = None
    weekday: int | None = None
    first: tuple[int, int] | None = None
    last: tuple[int, int] | None = None
    holiday: str | None = None


@frozen(kw_only=True)
class WeatherLine(Entry):
    when: WeatherRule


@frozen(kw_only=True)
class SeasonLine(Entry):
    when: SeasonRule


@frozen(kw_only=True)
class FixedLine(Entry):
    """One of the lines that always fit, used in rotation."""


@frozen(kw_only=True)
class RecipeLine(Entry):
    recipe: str


@frozen
class Detect:
    """How a recipe is recognised: any one of these. ``commands``: the first words of a command;
    ``jobs``: kinds of job; ``branches`` and ``files``: shell patterns; ``phrases``: words said."""

    commands: tuple[tuple[str, ...], ...] = ()
    jobs: frozenset[str] = frozenset()
    branches: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


@frozen(kw_only=True)
class Recipe:
    """A named activity with lines of its own. ``banter_bank``: the file of its lines."""

    name: str
    banter_bank: str
    detect: Detect
    timing: Literal["start", "end", "spread"]
    tags: frozenset[str]
    lines: tuple[RecipeLine, ...] = ()
    origin: str = "shipped"


@frozen(kw_only=True)
class Banks:
    """All banks, read once. Order: the shipped ones first, then by file and line."""

    jokes: tuple[Joke, ...] = ()
    facts: tuple[Fact, ...] = ()
    responses: tuple[Response, ...] = ()
    compliments: tuple[Compliment, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    weather: tuple[WeatherLine, ...] = ()
    seasons: tuple[SeasonLine, ...] = ()
    fallbacks: tuple[FixedLine, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    asides: tuple[Aside, ...] = ()
    config: Mapping[str, Any] = field(factory=dict)
    """The shipped settings, by their names with underscores."""

    def entries(self) -> tuple[Entry, ...]:
        """Every line there is, those of recipes last."""
        kinds: tuple[tuple[Entry, ...], ...] = (
            *(self.jokes, self.facts, self.responses, self.compliments, self.reminders),
            *(self.weather, self.seasons, self.fallbacks, self.asides),
            *(recipe.lines for recipe in self.recipes),
        )
        return tuple(entry for kind in kinds for entry in kind)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded, without punctuation: ``Can't STOP`` is ``can't``, ``stop``."""
    return tuple(_WORD.findall(text.replace("\u2019", "'").casefold()))


def has_phrase(said: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether the words of a phrase occur in what was said, side by side and in order."""
    size = len(phrase)
    wanted = tuple(phrase)
    return size > 0 and any(tuple(said[at : at + size]) == wanted for at in range(len(said) - size + 1))
