"""What a line is looked for, and what was found: the two ends of ``core.pick``.

Invariant: frozen; nothing is chosen here.
"""

from __future__ import annotations

from typing import Final, Literal

from attrs import frozen

from afterglow.core.kinds import AFFIRMATION, BRIDGE, CLOSING, GREETING, PROACTIVE_PROMPT, TRANSITION

LineKind = Literal["queue", "compliment", "response", "joke", "weather", "fact", "aside", "fixed", "reminder"]

LABELS_OF_CATEGORY: Final[dict[str, str]] = {
    AFFIRMATION: "celebration",
    GREETING: "greeting",
    CLOSING: "goodbye",
    BRIDGE: "small_talk",
    TRANSITION: "small_talk",
    PROACTIVE_PROMPT: "small_talk",
}
"""Among which responses a line for an event is looked for."""

TONE_OF_KIND: Final[dict[LineKind, str]] = {
    "compliment": "warm",
    "joke": "playful",
    "weather": "warm",
    "fact": "factual",
    "fixed": "factual",
    "reminder": "factual",
}
"""The tone of lines that name none."""

BY_MODEL: Final = frozenset({"llm_generated", "learned"})
"""Origins of lines that a language model wrote: prepared for the queue, and kept in the banks."""


@frozen
class Wish:
    """What a line is looked for. ``names``: moments, see ``moments.Scene``. ``said``: the words of the
    user, folded; ``asked``: how the line was asked for, None where it was not. ``jokes``: why none may
    be told, None where one may. ``queue_only``: enough of the banks was
    heard for a while. ``alone``: no news stands before it; ``of_job``: it is news of a job's end."""

    label: str
    confidence: float
    glow: float
    tags: tuple[str, ...]
    category: str | None
    names: frozenset[str] = frozenset()
    trigger: str | None = None
    said: tuple[str, ...] = ()
    asked: Literal["next", "say"] | None = None
    jokes: str | None = None
    grief: bool = False
    alone: bool = False
    chatty: bool = False
    of_job: bool = False
    queue_only: bool = False


@frozen
class Picked:
    """The line that is said. ``source``: of the token; ``stale``: due for a review, served all the same.

    ``line``: the bank's line that it is, also where it came by way of the queue; None where there is none.
    ``origin``: which source of the queue it came from, None for a line that did not wait; ``learned`` for
    a line of the banks that a language model wrote.
    """

    text: str
    source: str
    kind: LineKind
    entry_id: str
    level: int
    warmth: int
    confidence: float
    stale: bool = False
    line: str | None = None
    origin: str | None = None

    @property
    def by_model(self) -> bool:
        """Whether a language model wrote it, as far as anybody said so."""
        return self.origin in BY_MODEL
