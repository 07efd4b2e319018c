"""Whether a line may be said now (spec T9, T11, T13): the filter that every candidate passes.

Invariant: one sieve serves one turn; what it lets pass fits behind the news and before the redirect,
keeps to the warmth, the level and the manner of the turn, and was not shown in this session.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from attrs import frozen

from afterglow.core.bank import DEEP_TRUST, Entry
from afterglow.core.clean import LINE_COLUMNS, columns, one_line
from afterglow.core.model import Register
from afterglow.core.personalize import personalized
from afterglow.core.rapport import trust_of
from afterglow.core.setting_table import Settings
from afterglow.core.voice import Told, Voice
from afterglow.core.warmth import warmth_cap

MAX_WORDS: Final = 25
MAX_COLUMNS: Final = LINE_COLUMNS
REST_MS: Final = 21 * 24 * 60 * 60 * 1_000
"""How long a line that came unasked rests before it may come unasked again."""
PERSONAL: Final = 2.0
"""The rapport from which lines of level 2 are said."""
_LEVEL_2, _LEVEL_3 = 2, 3
NEUTRAL_WARMTH: Final = 3

WORDS_OF_LENGTH: Final[Mapping[str, int]] = {"terse": 12, "normal": MAX_WORDS, "verbose": MAX_WORDS}
"""How many words an answer may have for one who writes so (brevityMatch)."""
URGENT_WORDS: Final = 8
TONES_REFUSED: Final[Mapping[str, frozenset[str]]] = {
    "formal": frozenset({"playful"}),
    "low": frozenset({"playful"}),
    "urgent": frozenset({"playful", "coaching"}),
}
"""Which tones do not go with a register (formalityMatch), by its formality, energy or urgency."""


def compose(told: str | None, banter: str | None) -> str:
    """News first, then the warm part."""
    return ". ".join(part for part in (told, banter) if part)


def fits(text: str, most_words: int = MAX_WORDS) -> bool:
    """Whether a line may be shown as it is: its words, its columns, and clean."""
    return (
        len(text.split()) <= most_words
        and columns(text) <= MAX_COLUMNS
        and one_line(text, MAX_COLUMNS) == text
    )


class Saying(Protocol):
    """What the sieve looks at in a line, of the banks or of the queue."""

    @property
    def id(self) -> str: ...
    @property
    def level(self) -> int: ...
    @property
    def warmth(self) -> int: ...


@frozen
class Sieve:
    """``max_warmth``, ``max_level``, ``sought``: see ``sieve_for``. ``asked``: the user asked for a line,
    so that one that rests may come. ``news``, ``redirect``: what the line stands between.
    ``calm``: no exclamation mark, nothing playful (a struggle is answered)."""

    voice: Voice
    tags: frozenset[str]
    max_warmth: int
    max_level: int
    sought: int
    most_words: int
    tones_refused: frozenset[str]
    now: int
    asked: bool = False
    calm: bool = False
    news: str | None = None
    redirect: str | None = None

    def refuses(self, entry: Entry, tone: str) -> str | None:
        """Why a line of the banks may not be said, None where it may."""
        reason = self._refuses(entry, entry.tags, entry.min_trust)
        if reason is not None:
            return reason
        if tone in self.tones_refused:
            return f"{tone} does not go with how you write"
        told = self.voice.told.get(entry.id)
        if told is not None and self._rests(told):
            return "told not long ago"
        return self._unfit(self.text_of(entry.text, entry.slots))

    def refuses_waiting(self, entry: Saying, text: str | None, tags: frozenset[str]) -> str | None:
        """Why a line of the queue may not be said, None where it may. ``text``: of ``waiting_text``."""
        min_trust = DEEP_TRUST if entry.level >= _LEVEL_3 else 0.0
        return self._refuses(entry, tags, min_trust) or self._unfit(text)

    def text_of(self, text: str, slots: tuple[str, ...]) -> str | None:
        """The line with its slots filled, None where one is missing that it cannot do without."""
        return personalized(text, self.voice.slots) if slots else text

    def waiting_text(self, text: str) -> str | None:
        """A line of the queue with its slots filled, None where one is not known: no brace is shown."""
        return personalized(text, self.voice.slots) if "{" in text or "}" in text else text

    def said(self, text: str) -> str:
        """The warm part as it is shown: the line, and the way back to the work where one is due."""
        return text if self.redirect is None else f"{text} {self.redirect}"

    def _refuses(self, entry: Saying, tags: frozenset[str], min_trust: float) -> str | None:
        if entry.id in self.voice.used:
            return "shown in this session"
        if entry.level > self.max_level:
            return "deeper than is expected just now"
        if entry.warmth > self.max_warmth:
            return "warmer than is welcome yet"
        if entry.level >= _LEVEL_3:
            if self.voice.first_session:
                return "too close for a first session"
            if trust_of(self.voice.rapport) < min_trust:
                return "needs more trust"
        elif entry.level == _LEVEL_2:
            if self.voice.rapport < PERSONAL:
                return "needs more rapport"
            if tags and self.tags and tags.isdisjoint(self.tags):
                return "about something else"
        return None

    def _rests(self, told: Told) -> bool:
        return not self.asked and abs(self.now - told.at) < REST_MS

    def _unfit(self, text: str | None) -> str | None:
        if text is None:
            return "something it names is not known"
        if self.calm and "!" in text:
            return "too loud for now"
        if len(text.split()) > self.most_words:
            return "longer than you write"
        if not fits(compose(self.news, self.said(text))):
            return "does not fit the line"
        return None


def sieve_for(
    voice: Voice,
    settings: Settings,
    register: Register,
    tags: tuple[str, ...],
    now: int,
    *,
    asked: bool = False,
    calm: bool = False,
    news: str | None = None,
    redirect: str | None = None,
) -> Sieve:
    """The sieve of one turn, with what a prediction asks for (spec T2a) and over-watering forbids.

    The warmest a line may be follows from rapport and setting; after two warm lines, or where a
    prediction warns of it, one less. ``sought`` is what is preferred among equals.
    """
    prediction = voice.prediction
    cap = warmth_cap(voice.rapport, settings.max_warmth_level)
    delta = prediction.warmth_delta if prediction is not None else 0
    if over_watered(voice):
        delta = min(delta, 0) - 1
        cap = max(1, cap - 1)
    most = settings.response_max_words
    if settings.brevity_match:
        most = min(most, WORDS_OF_LENGTH.get(register.length, MAX_WORDS))
        if register.urgency == "urgent":
            most = min(most, URGENT_WORDS)
    refused: frozenset[str] = frozenset({"playful"}) if calm else frozenset()
    if settings.formality_match:
        for manner in (register.formality, register.energy, register.urgency):
            refused |= TONES_REFUSED.get(manner, frozenset())
    return Sieve(
        voice=voice,
        tags=frozenset(tags),
        max_warmth=cap,
        max_level=prediction.level if prediction is not None else _LEVEL_3,
        sought=max(1, min(cap, NEUTRAL_WARMTH + delta)),
        most_words=most,
        tones_refused=refused,
        now=now,
        asked=asked,
        calm=calm,
        news=news,
        redirect=redirect,
    )


def over_watered(voice: Voice) -> bool:
    """Whether there was enough warmth for now: two warm lines in a row, or a prediction says so."""
    last = voice.warmths[:2]
    return (len(last) == 2 and min(last) >= 4) or (
        voice.prediction is not None and voice.prediction.over_watering_risk
    )
