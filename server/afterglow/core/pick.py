"""Where the warm part of a turn comes from (spec T5 to T10): the queue, a compliment, the banks, a gift.

Invariant: the order of the sources is the specification's, whatever is in the banks. Among equals the
line that was told least goes first, then the one whose warmth is sought, then a hash of seed, turn and
line decides: same state, same line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from attrs import evolve

from afterglow.core import almanac, queue_rules
from afterglow.core.bank import Aside, Entry, Fact, Joke, Response, WeatherLine
from afterglow.core.chance import lot
from afterglow.core.kinds import AFFIRMATION
from afterglow.core.model import Candidate
from afterglow.core.prepared import unsayable
from afterglow.core.setting_table import Settings
from afterglow.core.sieve import Sieve, over_watered
from afterglow.core.stock import LEARNED, Stock
from afterglow.core.voice import Records, Voice, Wanted
from afterglow.core.wish import LABELS_OF_CATEGORY, TONE_OF_KIND, LineKind, Picked, Wish

T = TypeVar("T", bound=Entry)

GLOWING: Final = 0.6
GLOWING_ENERGETIC: Final = 0.5
SURE: Final = 0.70
MOMENTUM_REST_MS: Final = 20 * 60 * 60 * 1_000
COMPLIMENT_REST_MS: Final = 45 * 60 * 1_000
"""Between two compliments, whatever they are for."""
DAILY_REST_MS: Final = 20 * 60 * 60 * 1_000
"""A line about the weather, a fact and a fixed line come unasked once a day."""
SPECIAL: Final = 0.3
"""From this GLOW on a moment is not the place for a remark about the hour."""
RECIPE_LINES: Final = 2
"""So many lines of recipes a session tells; the rest of them would be a lecture."""
POLITE: Final = frozenset({"greeting", "goodbye", "gratitude"})
"""What is said so and finds no answer of its kind gets a plain line, and no joke or fact."""
ANSWERED_IN_KIND: Final = frozenset({"greeting", "goodbye", "gratitude", "struggle", "humor", "question"})
"""What is said so is answered by a line of the queue only if that is about the same thing."""
SHOWN_CANDIDATES: Final = 12

GRIEF: Final = "grief"
"""The tag of lines for one who speaks of a loss; they are said then and at no other time."""


class Picker:
    """One look for a line. ``candidates`` grows as lines are considered."""

    def __init__(
        self,
        wish: Wish,
        sieve: Sieve,
        stock: Stock,
        records: Records,
        settings: Settings,
        key: str,
    ) -> None:
        self.wish, self.sieve, self.stock, self.records = wish, sieve, stock, records
        self.settings, self.voice, self.key = settings, sieve.voice, key
        self.candidates: list[Candidate] = []
        prediction = self.voice.prediction
        self._mode = prediction.mode if prediction is not None else "normal"
        self._domain = frozenset(prediction.domain_tags) if prediction is not None else frozenset()

    def pick(self) -> Picked | None:
        """The best line there is, or None: then there is none worth saying.

        A predicted domain restricts every source first; where that leaves nothing, none is restricted.
        """
        if self.wish.grief or self.sieve.calm:
            return self._quietly()
        found = self._cascade(self._domain) if self._domain else None
        return found if found is not None else self._cascade(frozenset())

    # -- the order of the sources ------------------------------------------------------------------

    def _cascade(self, domain: frozenset[str]) -> Picked | None:
        wish = self.wish
        found = self._from_queue(domain)
        if found is not None or wish.queue_only:
            return found
        found = self._learned_response(domain)
        if found is not None:
            return found
        if wish.asked == "say" and (wish.confidence < SURE or wish.label == "unknown"):
            return self._gift(domain)
        if not domain:
            found = self._compliment()
            if found is not None:
                return found
        threshold = GLOWING_ENERGETIC if self._mode == "energetic" else GLOWING
        if wish.glow > threshold:
            found = self._response("cpu_glow", domain)
            if found is not None:
                return found
        return self._from_banks(domain)

    def _from_banks(self, domain: frozenset[str]) -> Picked | None:
        wish = self.wish
        if wish.asked == "say" and wish.label != "humor":
            # Somebody said something: what answers it goes before what is about its field, and that before
            # what would fit any moment.
            found = self._response("cpu_repo", domain, (False,)) or self._new_remark(domain)
            found = found or self._response("cpu_repo", domain, (True,))
            if found is not None:
                return found
        steps: tuple[Callable[[frozenset[str]], Picked | None], ...] = (
            self._joke,
            self._weather,
            self._aside,
        )
        if wish.asked == "say" and wish.label in POLITE:
            steps = (self._fixed,)
        elif wish.alone and wish.asked is None:
            # Without news a line must be about the occasion itself.
            steps = (self._aside,)
        elif wish.asked is not None or wish.chatty:
            steps = (*steps, self._fixed)
        return next((found for step in steps if (found := step(domain)) is not None), None)

    def _quietly(self) -> Picked | None:
        """An answer to a struggle or a loss: a calm response, or nothing."""
        if self.wish.asked != "say":
            return None
        return self._response("cpu_glow" if self.wish.glow > GLOWING else "cpu_repo", frozenset())

    # -- the sources -------------------------------------------------------------------------------

    def _from_queue(self, domain: frozenset[str]) -> Picked | None:
        wish, sieve = self.wish, self.sieve

        def accept(entry: queue_rules.Entry) -> str | None:
            tags = frozenset(entry.tags)
            reason = unsayable(entry, wish, self.voice, self.stock) or self._unwelcome(entry, tags)
            if reason is not None:
                self._consider(entry.id, f"queue:{entry.source}", entry.rank, reason)
                return reason
            if domain and tags.isdisjoint(domain):
                return "outside the predicted domain"
            reason = sieve.refuses_waiting(entry, sieve.waiting_text(entry.banter), tags)
            self._consider(entry.id, f"queue:{entry.source}", entry.rank, reason)
            return reason

        tags = tuple(sorted(domain)) if domain else wish.tags
        entry = self.records.claim(Wanted(tags, wish.category, sieve.max_level, sieve.max_warmth, accept))
        if entry is None:
            return None
        shipped = entry.source_id if entry.source_id in self.stock.by_id else None
        return Picked(
            sieve.waiting_text(entry.banter) or entry.banter,
            "queue_hit",
            "queue",
            entry.id,
            entry.level,
            entry.warmth,
            entry.confidence,
            line=shipped,
            origin=entry.source,
        )

    def _unwelcome(self, entry: queue_rules.Entry, tags: frozenset[str]) -> str | None:
        """Why a line that matches would be out of place here, None where it would not."""
        wish = self.wish
        if wish.asked == "say" and wish.label in ANSWERED_IN_KIND and wish.confidence >= SURE:
            same = not tags.isdisjoint(wish.tags) or (entry.category or "") == wish.category
            return None if same else "no answer to what was said"
        if wish.asked == "next":
            return None
        if entry.source == "seasonal" and (wish.trigger is not None or wish.glow >= SPECIAL):
            return "this moment is about something else than the day"
        if entry.source != "recipe":
            return None
        if self.voice.recipe_lines >= RECIPE_LINES:
            return "enough of that recipe in this session"
        return None if wish.category == AFFIRMATION or wish.asked else "about the recipe, not the occasion"

    def _learned_response(self, domain: frozenset[str]) -> Picked | None:
        """What a model prepared in answer to this: by a word that was said, or by what it is about."""
        wish = self.wish
        if wish.asked != "say" or wish.label in ANSWERED_IN_KIND:
            return None
        tags = frozenset(wish.tags)
        lines = self._within(self.stock.learned, domain)
        fitting = [
            one for one in lines if not one.tags.isdisjoint(tags) or one.pattern.fits(wish.said, wish.names)
        ]
        return self._best(fitting, "response", "cpu_repo")

    def _compliment(self) -> Picked | None:
        wish, voice, prediction = self.wish, self.voice, self.voice.prediction
        if wish.trigger is None or wish.category != AFFIRMATION or self._mode == "empathetic":
            return None
        budget = self.settings.compliment_frequency
        if prediction is not None and prediction.compliment_budget is not None:
            budget = min(budget, prediction.compliment_budget)
        if voice.compliments >= budget or over_watered(voice):
            return None
        lines = self.stock.compliments.get(wish.trigger, ())
        given = [line for triggered in self.stock.compliments.values() for line in triggered]
        if self._told_within(given, COMPLIMENT_REST_MS):
            return None
        if wish.trigger == "momentum" and self._told_within(lines, MOMENTUM_REST_MS):
            return None
        return self._best(lines, "compliment", "compliment")

    def _response(
        self, source: str, domain: frozenset[str], tiers: tuple[bool, ...] = (False, True)
    ) -> Picked | None:
        label = self.wish.label
        if self.wish.asked is None:
            label = LABELS_OF_CATEGORY.get(self.wish.category or "", label)
        if label == "celebration" and self._mode == "empathetic":
            return None
        lines = self._within(self.stock.responses.get(label, ()), domain)
        wanted = [one for one in lines if self.wish.grief == (GRIEF in one.tags)]
        # What names this moment goes before what fits any; an event gets nothing that names nothing.
        for tier in tiers if self.wish.asked is not None else (False,):
            fitting = [
                one
                for one in wanted
                if one.pattern.always is tier and one.pattern.fits(self.wish.said, self.wish.names)
            ]
            found = self._best(fitting, "response", source)
            if found is not None:
                return found
        return None

    def _joke(self, domain: frozenset[str]) -> Picked | None:
        glow = self.wish.glow
        if not self._jokes_allowed():
            return None
        jokes = [one for one in self.stock.jokes if one.min_glow <= glow <= one.max_glow]
        return self._about(jokes, domain, "joke", "cpu_repo")

    def _weather(self, domain: frozenset[str]) -> Picked | None:
        now = self.voice.weather
        if now is None or domain or self.wish.category not in (None, AFFIRMATION):
            return None
        lines = [one for one in self.stock.weather if _holds(one, self.voice)]
        if self.wish.asked is None and self._told_within(self.stock.weather, DAILY_REST_MS):
            return None
        return self._best(lines, "weather", "cpu_repo")

    def _aside(self, domain: frozenset[str]) -> Picked | None:
        """What fits the occasion, or a remark or fact about what it is about: they take turns by hash."""
        event = self.wish.asked is None
        orders: tuple[Callable[[], Picked | None], ...] = (
            lambda: self._response("cpu_repo", domain) if event else None,
            lambda: None if event and self.wish.alone else self._remark(domain),
        )
        if self._hash("aside") % 2:
            orders = orders[::-1]
        return next((found for order in orders if (found := order()) is not None), None)

    def _new_remark(self, domain: frozenset[str]) -> Picked | None:
        """An aside about the same field that its reader has not met yet."""
        tags, told = frozenset(self.wish.tags), self.voice.told
        fresh = [one for one in self._within(self.stock.asides, domain) if one.tags & tags]
        return self._best([one for one in fresh if one.id not in told], "aside", "cpu_repo")

    def _remark(self, domain: frozenset[str]) -> Picked | None:
        """An aside about what the turn is about, which knows this user's fields; else a fact."""
        wish = self.wish
        # As with a fact: behind a job's end it would be read as news of that job.
        if wish.tags and not (wish.asked is None and wish.of_job):
            tags = frozenset(wish.tags)
            lines = [one for one in self._within(self.stock.asides, domain) if one.tags & tags]
            found = self._best(lines, "aside", "cpu_repo")
            if found is not None:
                return found
        return self._fact(domain)

    def _fact(self, domain: frozenset[str]) -> Picked | None:
        # Behind a job's end a fact about a tool is easily read as news of that job.
        unasked = self.wish.asked is None
        if unasked and (self.wish.of_job or self._told_within(self.stock.facts, DAILY_REST_MS)):
            return None
        return self._about(self.stock.facts, domain, "fact", "cpu_repo")

    def _fixed(self, domain: frozenset[str]) -> Picked | None:
        """One of the fixed lines, in rotation."""
        lines = self.stock.fixed
        if domain or not lines or (self.wish.asked is None and self._told_within(lines, DAILY_REST_MS)):
            return None
        start = self.voice.fixed % len(lines)
        return self._first((*lines[start:], *lines[:start]), "fixed", "cpu_repo")

    def _gift(self, domain: frozenset[str]) -> Picked | None:
        """A joke for each odd gift, a fact for each even one, and what is left where there is none."""
        settings = self.settings
        joke: Callable[[frozenset[str]], Picked | None] = self._gift_joke
        fact: Callable[[frozenset[str]], Picked | None] = self._gift_fact
        heads = [
            head
            for head, on in ((joke, settings.joke_on_low_confidence), (fact, settings.fact_on_low_confidence))
            if on
        ]
        if self.voice.gifts % 2:
            heads.reverse()
        steps: tuple[Callable[[frozenset[str]], Picked | None], ...]
        steps = (*heads[:1], *((joke,) if joke in heads[1:] else ()), self._weather)
        steps = (*steps, *((fact,) if fact in heads[1:] else ()), self._fixed)
        for step in steps:
            found = step(domain)
            if found is not None:
                return evolve(found, source="gift")
        return None

    def _gift_joke(self, domain: frozenset[str]) -> Picked | None:
        return self._joke(domain) or (None if domain else self._any(self.stock.jokes, "joke"))

    def _gift_fact(self, domain: frozenset[str]) -> Picked | None:
        return self._remark(domain) or (None if domain else self._any(self.stock.facts, "fact"))

    def _any(self, lines: Sequence[Joke | Fact], kind: LineKind) -> Picked | None:
        """A gift is given whatever was said, where nothing is about that."""
        if kind == "joke" and not self._jokes_allowed():
            return None
        return self._best(lines, kind, "cpu_repo")

    # -- choosing ----------------------------------------------------------------------------------

    def _jokes_allowed(self) -> bool:
        if self._mode == "empathetic" or self.wish.jokes is not None:
            return False
        return self.settings.fallback_to_jokes or self.wish.asked is not None

    def _about(
        self, lines: Iterable[Joke | Fact], domain: frozenset[str], kind: LineKind, source: str
    ) -> Picked | None:
        """The best of those about what the turn is about; a turn without tags is about anything.

        What comes unasked must share a tag: a line about nothing at hand is noise.
        """
        chosen = self._within(lines, domain)
        tags = frozenset(self.wish.tags)
        if tags or self.wish.asked is None:
            loose = self.wish.asked is not None or kind == "joke"
            chosen = [one for one in chosen if (not one.tags and loose) or not one.tags.isdisjoint(tags)]
        return self._best(chosen, kind, source)

    def _within(self, lines: Iterable[T], domain: frozenset[str]) -> list[T]:
        return [one for one in lines if not domain or not one.tags.isdisjoint(domain)]

    def _told_within(self, lines: Iterable[Entry], rest_ms: int) -> bool:
        told = (self.voice.told.get(one.id) for one in lines)
        return any(one is not None and abs(self.sieve.now - one.at) < rest_ms for one in told)

    def _best(self, lines: Iterable[Entry], kind: LineKind, source: str) -> Picked | None:
        return self._first(sorted(lines, key=self._rank), kind, source)

    def _first(self, lines: Iterable[Entry], kind: LineKind, source: str) -> Picked | None:
        sieve = self.sieve
        for place, entry in enumerate(lines):
            tone = entry.tone if isinstance(entry, Response | Aside) else TONE_OF_KIND[kind]
            refused = sieve.refuses(entry, tone)
            self._consider(entry.id, f"{source}:{kind}", -float(place), refused)
            text = None if refused is not None else sieve.text_of(entry.text, entry.slots)
            if text is not None:
                stale = 0 < entry.stale_at <= sieve.now
                return Picked(
                    text,
                    source,
                    kind,
                    entry.id,
                    entry.level,
                    entry.warmth,
                    entry.confidence,
                    stale,
                    entry.id,
                    LEARNED if entry.origin == LEARNED else None,
                )
        return None

    def _rank(self, entry: Entry) -> tuple[int, int, int]:
        told = self.voice.told.get(entry.id)
        return (
            told.times if told is not None else 0,
            abs(entry.warmth - self.sieve.sought),
            self._hash(entry.id),
        )

    def _hash(self, name: str) -> int:
        return lot(self.key, name)

    def _consider(self, entry_id: str, source: str, rank: float, rejected: str | None) -> None:
        if len(self.candidates) < SHOWN_CANDIDATES or rejected is None:
            self.candidates.append(Candidate(entry_id, source, rank, rejected))


def _holds(line: WeatherLine, voice: Voice) -> bool:
    weather = voice.weather
    return weather is not None and almanac.weather_applies(
        line.when, temp_c=weather.temp_c, rain=weather.rain, snow=weather.snow, place=weather.place
    )
