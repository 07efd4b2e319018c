"""One turn: an event and the moment it is looked at give a token, or none and the reason.

Invariant: pure but for what ``Records`` answers, which is frozen. Same moment, event, burst, settings,
stock and answers, same turn. The order of the stages is the specification's; a stage that finds a
reason for silence ends the turn, and nothing is asked of the records before the gates are open.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import evolve

from afterglow.core import budget as budgets
from afterglow.core.classify import Context, Reading, read_event
from afterglow.core.gates import closed_by, read_gates
from afterglow.core.history import Story, story
from afterglow.core.kinds import AFFIRMATION, BRIDGE, CLOSING, GREETING, PROACTIVE_PROMPT, TRANSITION
from afterglow.core.local_time import Clock, twelve_hour
from afterglow.core.model import Candidate, Classification, Event, Gate, Moment, Spoken, Turn
from afterglow.core.moments import category_of, scene
from afterglow.core.news import News, View, news
from afterglow.core.occasion import JOB_KINDS, silent_because, spokesman
from afterglow.core.pick import Picker
from afterglow.core.reminder import choose
from afterglow.core.setting_table import Settings, budget
from afterglow.core.sieve import compose, fits, sieve_for
from afterglow.core.stock import EMPTY, Stock
from afterglow.core.token import token_of
from afterglow.core.voice import SLOT_NAMES_OF_EVENT, Records, Voice
from afterglow.core.wish import Picked, Wish

__all__ = ["classify", "compose", "fits", "spokesman", "step"]

_ROUND: Final = str.maketrans("{}", "()")
RED: Final = "T1.red"
ROUTINE_GLOW: Final = 0.3
ROUTINE_CATEGORIES: Final = frozenset({AFFIRMATION, BRIDGE, TRANSITION})
BACK_AFTER_MS: Final = 30 * 60 * 1_000
"""Who was away for less comes back without a word."""
GREET_AFTER_MS: Final = 8 * 60 * 60 * 1_000
"""Who was here today already has been greeted."""
NOTHING_YET: Final = "nothing to remind of yet"
REMINDER_WARMTH: Final = 4
ALONE_KINDS: Final = frozenset({"session.open", "milestone", "topic.change", "phase.change", "active"})
"""What may be answered with a warm line though there is no news (spec T13); a closing may, too."""


def step(
    moment: Moment,
    event: Event,
    burst: Sequence[Event],
    settings: Settings,
    records: Records,
    stock: Stock = EMPTY,
) -> Turn:
    """Decide one turn for ``event``, the spokesman of ``burst`` (which includes it).

    The token's ``latency_ms`` is 0; who runs the turn knows the clock and fills it in.
    """
    gates = read_gates(moment, event, settings)
    closed = closed_by(gates)
    reminds = event.kind == "session.open" and settings.reminder_at_session_start
    only_red = closed is not None and all(gate.passed or gate.id == RED for gate in gates)
    told = _story(event, moment)
    if closed is not None and not (reminds and only_red):
        return _silence(closed.reason, classify(event, moment, told), gates)
    reason = silent_because(event, moment.facts.history, settings)
    if reason is not None:
        return _silence(reason, classify(event, moment, told), gates)
    return _Turning(moment, event, settings, records, stock, gates, told).turn(red=closed is not None)


def classify(event: Event, moment: Moment, told: Story, voice: Voice | None = None) -> Classification:
    """An event's label comes from its kind and outcome, with certainty."""
    return _read(event, moment, told, voice).classification


class _Turning:
    """One turn whose gates are open."""

    def __init__(
        self,
        moment: Moment,
        event: Event,
        settings: Settings,
        records: Records,
        stock: Stock,
        gates: tuple[Gate, ...],
        told: Story,
    ) -> None:
        self.moment, self.event, self.settings = moment, event, settings
        self.records, self.stock, self.gates, self.told = records, stock, gates, told
        self.clock = Clock(moment.now, moment.zone, twelve_hour(settings.locale))
        self.budget = budget(settings, moment.mode)

    def turn(self, *, red: bool) -> Turn:
        event, moment = self.event, self.moment
        if event.kind == "session.open":
            voice = self.records.voice()
            reminded = self._remind(voice)
            if reminded is not None or red:
                reason = next((gate.reason for gate in self.gates if not gate.passed), NOTHING_YET)
                return reminded or _silence(reason, classify(event, moment, self.told, voice), self.gates)
            if voice.first_session or (voice.away_ms is not None and voice.away_ms < GREET_AFTER_MS):
                return _silence(NOTHING_YET, classify(event, moment, self.told, voice), self.gates)
        # In a mode without warm lines nothing about them is read.
        elif self.budget.banter_allowed:
            voice = self.records.voice()
        else:
            voice = Voice()
        voice = evolve(voice, slots={**voice.slots, **_own_slots(event)})
        category = category_of(event, moment.facts, self.clock, voice.usual_end)
        found = news(event, moment.facts, View(self.clock, moment.mode, closing=category == CLOSING))
        # A name may hold braces; on a screen they would look like a slot that nobody filled.
        line = found.text.translate(_ROUND) if isinstance(found, News) else None
        if line is not None and not fits(line):
            line = None
        may_stand_alone = event.kind in ALONE_KINDS or category == CLOSING
        reading = _read(event, moment, self.told, voice)
        made = reading.classification
        if line is None and not may_stand_alone:
            reason = "no line fits" if isinstance(found, News) else found.reason
            return _silence(reason, made, self.gates, reached_t5=event.kind != "commit")
        picked, candidates, refusal = self._warm(voice, reading, category, line)
        head = (Candidate(None, f"news:{found.rule_id}", 1.0),) if isinstance(found, News) else ()
        if line is None and picked is None:
            return _silence(refusal, made, self.gates, candidates, reached_t5=True)
        token = token_of(moment, self.settings, made, line, picked, category=category, event=event)
        rule = found.rule_id if isinstance(found, News) else "banter"
        spoken = None
        if picked is not None:
            proactive = category == PROACTIVE_PROMPT
            spoken = Spoken(
                picked.kind,
                unasked=True,
                line=picked.line,
                origin=picked.origin,
                proactive=proactive,
                stale=picked.stale,
            )
        return Turn(token, rule, made, self.gates, (*head, *candidates), reached_t5=True, spoken=spoken)

    def _remind(self, voice: Voice) -> Turn | None:
        """The reminder of a session that opens, if enough is recorded for one; always without banter."""
        if not self.settings.reminder_at_session_start:
            return None
        chosen = choose(
            self.stock.reminders,
            voice.reminder,
            told=voice.told,
            used=voice.used,
            max_warmth=REMINDER_WARMTH,
            seed=_key(self.moment, self.settings),
            now=self.moment.now,
        )
        if chosen is None:
            return None
        entry, text = chosen
        made = classify(self.event, self.moment, self.told, voice)
        # It is news: a ceiling on warmth makes it no less welcome.
        cap = self.settings.max_warmth_level or entry.warmth
        picked = Picked(
            text, "reminder", "reminder", entry.id, entry.level, min(cap, entry.warmth), entry.confidence
        )
        token = token_of(
            self.moment, self.settings, made, text, None, category=GREETING, event=self.event, reminder=picked
        )
        candidate = Candidate(entry.id, "reminder", 1.0)
        spoken = Spoken("reminder", unasked=False, line=entry.id)
        return Turn(token, "reminder", made, self.gates, (candidate,), reached_t5=True, spoken=spoken)

    def _warm(
        self, voice: Voice, reading: Reading, category: str | None, line: str | None
    ) -> tuple[Picked | None, tuple[Candidate, ...], str]:
        """The warm part, what was considered for it, and why there is none where there is none."""
        event, settings, moment = self.event, self.settings, self.moment
        made = reading.classification
        place = scene(event, moment.facts, self.told, voice.successes, self.clock)
        special = place.trigger is not None or made.glow_score >= ROUTINE_GLOW
        refusal = budgets.refused(voice.spent, self.budget, proactive=category == PROACTIVE_PROMPT)
        routine = category in ROUTINE_CATEGORIES and not special
        enough = budgets.refused(voice.spent, self.budget, routine=True) if routine else None
        idle = event.data.get("idleMs")
        if (
            refusal is None
            and event.kind == "active"
            and isinstance(idle, int | float)
            and idle < BACK_AFTER_MS
        ):
            refusal = "back before anybody was missed"
        if refusal is None and event.data.get("rollback") is True:
            refusal = "a rollback is no occasion for a warm line"
        if refusal is not None:
            return None, (), refusal
        tags = tuple(dict.fromkeys((*made.tags, *voice.tags)))
        wish = Wish(
            label=made.label,
            confidence=made.confidence,
            glow=made.glow_score,
            tags=tags,
            category=category,
            names=place.names,
            trigger=place.trigger if category == AFFIRMATION else None,
            jokes=budgets.refused(voice.spent, self.budget, joke=True),
            alone=line is None,
            chatty=moment.mode == "chatty",
            of_job=event.kind in JOB_KINDS,
            queue_only=enough is not None,
        )
        sieve = sieve_for(voice, settings, voice.register, tags, moment.now, news=line)
        picker = Picker(wish, sieve, self.stock, self.records, settings, _key(moment, settings))
        picked = picker.pick()
        return picked, tuple(picker.candidates), enough or "no line is worth saying just now"


def _own_slots(event: Event) -> dict[str, str]:
    given = {"label": event.label, **{name: event.data.get(name) for name in SLOT_NAMES_OF_EVENT[1:]}}
    return {name: value for name, value in given.items() if isinstance(value, str) and value}


def _story(event: Event, moment: Moment) -> Story:
    if event.kind in JOB_KINDS and event.status == "ok":
        return story(event, moment.facts.history)
    return Story()


def _read(event: Event, moment: Moment, told: Story, voice: Voice | None) -> Reading:
    context = Context()
    if voice is not None:
        context = Context(learned=voice.learned, branch=voice.branch, register=voice.register)
    return read_event(event, moment.facts, told, context=context)


def _key(moment: Moment, settings: Settings) -> str:
    """What decides among equals: the seed, or the session, and the turn."""
    return f"{settings.seed or moment.session.id}\n{moment.session.turn}"


def _silence(
    reason: str,
    classified: Classification,
    gates: tuple[Gate, ...],
    candidates: tuple[Candidate, ...] = (),
    *,
    reached_t5: bool = False,
) -> Turn:
    return Turn(None, reason, classified, gates, candidates, reached_t5)
