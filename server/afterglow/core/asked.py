"""A turn that somebody asked for: ``next``, another line, and ``say``, an answer to a few words.

Invariant: as for ``core.step``. Waits, budgets, first contact and mode ``off`` do not count here; every
other gate does. What is said is used for this turn and forgotten.
"""

from __future__ import annotations

from typing import Final

from attrs import evolve

from afterglow.core.bank import has_phrase, words_of
from afterglow.core.classify import Context, Reading, needs_quiet, read_text
from afterglow.core.gates import closed_by, read_gates
from afterglow.core.glow import Glow
from afterglow.core.kinds import CLOSING
from afterglow.core.model import Classification, Gate, Moment, Register, Spoken, Turn
from afterglow.core.pick import SURE, Picker
from afterglow.core.redirect import exchanges_after, redirect
from afterglow.core.setting_table import Settings
from afterglow.core.sieve import sieve_for
from afterglow.core.step import RED
from afterglow.core.stock import Stock
from afterglow.core.token import token_of
from afterglow.core.voice import Records, Voice
from afterglow.core.wish import Picked, Wish

NEXT: Final = Classification("small_talk", 1.0, (), 0.0, Register())
"""``next`` says nothing, so that nothing is to be read from it."""
_DARK: Final = Glow(0.0)
NO_LINE: Final = "no line is worth saying just now"
WORK: Final = "this is work: small talk leaves it alone"
BEYOND: Final = "this is more than a line can carry; please reach somebody you trust"
DANGER: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        *("kill myself", "killing myself", "end my life", "ending my life", "take my own life"),
        *("want to die", "wanna die", "wish i was dead", "wish i were dead", "better off dead"),
        *("hurt myself", "hurting myself", "harm myself", "self harm", "suicide", "suicidal"),
    )
)
"""What no prepared line may answer: whoever says it is told the reason, and nothing else."""


def answer(
    moment: Moment, text: str | None, settings: Settings, records: Records, stock: Stock
) -> tuple[Turn, int]:
    """The turn for what was said (None: ``next``), and how many exchanges of small talk there are with it."""
    gates = read_gates(moment, None, settings)
    closed = closed_by(gates)
    reading = Reading(NEXT, _DARK, ()) if text is None else read_text(text)
    made = reading.classification
    said = words_of(text) if text is not None else ()
    if any(has_phrase(said, phrase) for phrase in DANGER):
        return Turn(None, BEYOND, made, gates), 0
    quiet = text is not None and (needs_quiet(made) or reading.grief)
    only_red = all(gate.passed or gate.id == RED for gate in gates)
    if closed is not None and not (only_red and quiet):
        return Turn(None, closed.reason, made, gates), 0
    if made.label == "task" and made.confidence >= SURE:
        return Turn(None, WORK, made, gates), 0
    voice = records.voice()
    if text is not None:
        around = read_text(text, Context(learned=voice.learned, branch=voice.branch)).classification
        reading = evolve(reading, classification=around)
    return _speak(moment, text, settings, records, stock, gates, reading, voice, quiet=quiet)


def _speak(
    moment: Moment,
    text: str | None,
    settings: Settings,
    records: Records,
    stock: Stock,
    gates: tuple[Gate, ...],
    reading: Reading,
    voice: Voice,
    *,
    quiet: bool,
) -> tuple[Turn, int]:
    made = reading.classification
    exchanges = voice.exchanges if text is None else exchanges_after(voice.exchanges, made.label)
    key = f"{settings.seed or moment.session.id}\n{moment.session.turn}"
    unsure = text is not None and (made.confidence < SURE or made.label == "unknown")
    most = settings.redirect_after_exchanges
    leads_back = text is not None and not quiet and made.label != "goodbye"
    leads_back = leads_back and (unsure or (0 < most <= exchanges))
    back = redirect(voice.slots, key) if leads_back else None
    sieve = sieve_for(
        voice, settings, made.register, made.tags, moment.now, asked=True, calm=quiet, redirect=back
    )
    wish = Wish(
        label=made.label,
        confidence=made.confidence,
        glow=made.glow_score,
        tags=made.tags,
        category=CLOSING if made.label == "goodbye" else None,
        said=words_of(text) if text is not None else (),
        asked="next" if text is None else "say",
        grief=reading.grief,
        alone=True,
        chatty=True,
    )
    picker = Picker(wish, sieve, stock, records, settings, key)
    picked: Picked | None = picker.pick()
    candidates = tuple(picker.candidates)
    if picked is None:
        return Turn(None, NO_LINE, made, gates, candidates, reached_t5=True), exchanges
    token = token_of(
        moment,
        settings,
        made,
        None,
        picked,
        category=wish.category,
        event=None,
        banter=sieve.said(picked.text),
    )
    spoken = Spoken(picked.kind, unasked=False, line=picked.line, origin=picked.origin, stale=picked.stale)
    turn = Turn(token, picked.source, made, gates, candidates, reached_t5=True, spoken=spoken)
    return turn, exchanges
