"""What a turn is about: label, confidence, tags, GLOW and register of a text or of an event.

Invariant: pure, and no waiting: a text is read once, up to ``tokens.MAX_TEXT`` characters. An event's
label comes from its kind and outcome with confidence 1.0; its text feeds tags and GLOW only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import evolve, frozen

from afterglow.core.event_label import label_of
from afterglow.core.glow import Glow, Happening, Voice, event_glow, text_glow
from afterglow.core.history import Story, fresh, story
from afterglow.core.kinds import RED_FOR_MS, RED_JOBS
from afterglow.core.labels import UNKNOWN, Judged, judge
from afterglow.core.model import Classification, Event, Facts
from afterglow.core.occasion import JOB_KINDS
from afterglow.core.register import register_of
from afterglow.core.subject import GLOW as SUBJECT_GLOW
from afterglow.core.tag_words import LIFE, WORK
from afterglow.core.tags import STRENGTH, Context, around_tags, event_tags, strongest, text_tags
from afterglow.core.tokens import said_words

__all__ = ["Context", "Reading", "classify_event", "classify_text", "needs_quiet", "read_event", "read_text"]

NOWHERE: Final = Context()
LEARNED_CONFIDENCE: Final = 0.78
"""What a word that the idle-time model learned says of a text that nothing else is known of: it is talk of
that domain, ``small_talk`` where it also names the work and ``off_domain`` where it does not. It is more than
``pick.SURE``, so that a line about it is looked for before a gift."""
ABOUT_WORK: Final = frozenset({"task", "celebration", "struggle", "learning", "question"})
"""Labels of a text that is about the work at hand, so that the surroundings' tags belong to it."""
QUIET: Final = frozenset({"struggle"})

_ROUND: Final = (10, 25, 50, 100)
"""Round places among events of one kind; more are not recorded in ``Facts``."""
_SAME_KIND_LIMIT: Final = 200
_RARE_KINDS: Final = frozenset({"tag", "pr.merged", "review.done", "recipe.finish", "milestone"})
_RARE_JOBS: Final = frozenset({"deploy", "training", "migration"})
_SIZES: Final = ("passed", "total")


@frozen
class Reading:
    """A classification, what its GLOW is made of, and every label that had a sign, the surest first.

    ``grief``: the text speaks of a loss or a danger to somebody.
    """

    classification: Classification
    glow: Glow
    labels: tuple[tuple[str, float], ...]
    grief: bool = False


def classify_text(text: str, context: Context = NOWHERE) -> Classification:
    """What somebody said. Never raises; an empty text is ``unknown`` with confidence 0."""
    return read_text(text, context).classification


def classify_event(
    event: Event,
    facts: Facts | None = None,
    told: Story | None = None,
    *,
    text: str = "",
    context: Context = NOWHERE,
) -> Classification:
    """What happened. ``told``: the event's ``history.story`` where it is known already; ``text``: a
    subject or a tool's summary, used and forgotten. The register is the context's."""
    return read_event(event, facts, told, text=text, context=context).classification


def needs_quiet(classification: Classification) -> bool:
    """Whether a struggle or a grief is answered: then no joke, no compliment, no exclamation mark."""
    return classification.label in QUIET


def read_text(text: str, context: Context = NOWHERE) -> Reading:
    """``classify_text`` with what it rests on."""
    words = said_words(text)
    named = text_tags(text, context.learned)
    judged = judge(words, named)
    glow = text_glow(text, "said", words)
    # Nothing of a loss goes into a tag: tags are stored, matched with lines, and may be sent.
    tags: tuple[str, ...] = ()
    if not judged.grief:
        at_work = judged.label in ABOUT_WORK and not (
            named.keys() & LIFE.keys() and not named.keys() & WORK.keys()
        )
        tags = strongest(named, _around(context)) if at_work else strongest(named)
    label, confidence, signs = _known(judged, named, context)
    classification = Classification(label, confidence, tags, glow.score, register_of(text, words))
    return Reading(classification, glow, signs, judged.grief)


def read_event(
    event: Event,
    facts: Facts | None = None,
    told: Story | None = None,
    *,
    text: str = "",
    context: Context = NOWHERE,
) -> Reading:
    """``classify_event`` with what it rests on."""
    is_job = event.kind in JOB_KINDS
    if told is None:
        ok_job = is_job and event.status == "ok" and facts is not None
        told = story(event, facts.history) if ok_job and facts is not None else Story()
    happening = _happening(event, facts, told)
    label = label_of(event, turned=happening.changed, notable=happening.fastest or happening.first)
    voice: Voice = "tool" if is_job else "typed"
    if text:
        happening = evolve(happening, text=text_glow(text, voice, said_words(text)).score)
    elif isinstance(known := event.data.get(SUBJECT_GLOW), float):
        happening = evolve(happening, text=known)
    glow = event_glow(happening, voice)
    named = text_tags(text, context.learned) if text else {}
    own = (*event.labels[:2], event.data.get("branch"), event.data.get("to"))
    tags = strongest(event_tags(event), named, _learned_names(own, context), _around(context))
    return Reading(Classification(label, 1.0, tags, glow.score, context.register), glow, ((label, 1.0),))


def _known(
    judged: Judged, named: Mapping[str, float], context: Context
) -> tuple[str, float, tuple[tuple[str, float], ...]]:
    """Label, confidence and signs of a text; one that names a learned domain is not ``unknown`` any more.

    A sign of a struggle, however weak, leaves it as it is: then nothing light is an answer.
    """
    as_it_is = (judged.label, judged.confidence, judged.all)
    if judged.label != UNKNOWN or named.keys().isdisjoint(context.learned):
        return as_it_is
    if any(label in QUIET for label, _ in judged.all):
        return as_it_is
    label = "off_domain" if named.keys().isdisjoint(WORK) else "small_talk"
    others = tuple(one for one in judged.all if one[0] != label)
    return label, LEARNED_CONFIDENCE, ((label, LEARNED_CONFIDENCE), *others)


def _around(context: Context) -> dict[str, float]:
    """The tags of the surroundings, those that only this user's branch names included."""
    return {**_learned_names((context.branch,), context), **around_tags(context)}


def _learned_names(names: Iterable[object], context: Context) -> dict[str, float]:
    """The learned tags that names of the work (labels, branches, topics) hold, as strong as a branch's."""
    if not context.learned:
        return {}
    # A name ends there: no phrase reaches over into the next.
    text = ". ".join(name for name in names if isinstance(name, str))
    ordinary = text_tags(text)
    return {tag: STRENGTH["branch"] for tag in text_tags(text, context.learned) if tag not in ordinary}


def _happening(event: Event, facts: Facts | None, told: Story) -> Happening:
    is_job = event.kind in JOB_KINDS
    streak = told.streak if is_job and event.job in RED_JOBS else None
    red_ms = 0
    if streak is not None and streak.began is not None:
        # A failure that nothing cleared stopped being red by itself.
        ended = event.at if fresh(streak, event.at) else streak.last_fail_at + RED_FOR_MS
        red_ms = max(0, ended - streak.began)
    elif facts is not None and facts.conflict_since is not None and event.kind == "conflict.end":
        red_ms = max(0, event.at - facts.conflict_since)
    took, usual = event.duration_ms, told.usual_ms
    return Happening(
        kind=f"job:{event.job}" if is_job else event.kind,
        ok=event.status in (None, "ok") and not (is_job and event.status is None),
        changed=streak is not None,
        red_ms=red_ms,
        red_runs=streak.runs if streak is not None else 0,
        speedup=usual / max(took, 1.0) if took is not None and usual is not None else 0,
        fastest=told.fastest,
        size=next((count for count in map(event.number, _SIZES) if count is not None), 0),
        more=max(0, told.more or 0),
        first=_first(event, facts, is_job),
        nth=0 if is_job or facts is None else _round(len(facts.same_kind) + 1),
    )


def _first(event: Event, facts: Facts | None, is_job: bool) -> bool:
    """The first of its kind that was ever recorded here; for what is seldom enough to be one."""
    if facts is None:
        return False
    if is_job:
        return event.job in _RARE_JOBS and not any(one.status == "ok" for one in facts.history)
    return event.kind in _RARE_KINDS and not facts.same_kind


def _round(place: int) -> int:
    return place if place in _ROUND and place < _SAME_KIND_LIMIT else 0
