"""Which of the twelve labels a text deserves, and how sure that is.

Invariant: the confidence of a label is the noisy-or of the confidences of its matched patterns,
``1 - (1 - c1)(1 - c2)...``: every further sign makes it surer, none makes it certain. Below ``THRESHOLD``
the label is ``unknown``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from attrs import frozen

from afterglow.core.label_patterns import (
    BESIDE_WORK,
    NEGATION_REACHES,
    NEGATIONS,
    OFF_DOMAIN_CONFIDENCE,
    PATTERNS,
    SMALL_TALK_TAG_CONFIDENCE,
    SMALL_TALK_TAGS,
)
from afterglow.core.pattern_table import Pattern
from afterglow.core.phrases import Found, Phrases
from afterglow.core.tag_words import LIFE, WORK
from afterglow.core.task_patterns import NO_ORDER, NO_ORDER_ENDINGS, OBJECT_BEGINS
from afterglow.core.tokens import ASKED, MARKS

UNKNOWN: Final = "unknown"
THRESHOLD: Final = 0.5
"""The least confidence with which a label is given."""

ORDER: Final = (
    "struggle",
    "goodbye",
    "task",
    "gratitude",
    "celebration",
    "learning",
    "humor",
    "off_domain",
    "small_talk",
    "question",
    "greeting",
)
"""Which label is taken when two are equally sure: first what must not be mistaken, last what usually
only introduces something else."""

OUTRANKS: Final = {
    "greeting": frozenset({"struggle", "task", "question"}),
    "humor": frozenset({"struggle"}),
    "question": frozenset({"off_domain"}),
}
"""Which labels are meant, from ``MEANT`` on, although another is surer: "hi, how do I ..." asks, who writes
"lol nothing works" is not in the mood for a joke, and a question about shoes is no question of the work."""
MEANT: Final = 0.7

LIGHT: Final = frozenset({"celebration", "humor", "small_talk"})
"""Labels that would hurt somebody who struggles: below ``MEANT`` any sign of a struggle takes them back."""

NOT_WORK: Final = frozenset({"off_domain", "small_talk"})
"""Labels whose words say less where the same text names the work, as do the tags of life."""

ASKED_CONFIDENCE: Final = 0.5
"""What a question mark alone says for ``question``."""

MIN_ORDER: Final = 3
"""The fewest words of an order: a verb, an article and what it is about."""
ORDER_CONFIDENCE: Final = 0.55
ORDER_AT_WORK_CONFIDENCE: Final = 0.72
"""What such an opening says for ``task``, alone and where the text names the work."""

_PHRASES: Final = Phrases((pattern, pattern.phrases) for pattern in PATTERNS)


@frozen
class Judged:
    """The label of a text, how sure it is, and whether the text speaks of a loss or a danger.

    ``all``: every label with a sign for it, the surest first.
    """

    label: str
    confidence: float
    grief: bool = False
    all: tuple[tuple[str, float], ...] = ()


def judge(tokens: Sequence[str], tags: Iterable[str]) -> Judged:
    """Label a text by its words (``tokens.said_words``) and the tags that it names."""
    named = set(tags)
    beside_work = not named.isdisjoint(WORK)
    matched: dict[str, dict[int, float]] = {}
    for found in _PHRASES.find(tokens):
        pattern = found.row
        if pattern.negatable and _negated(tokens, found):
            continue
        if pattern.grief:
            return Judged("struggle", pattern.confidence, grief=True, all=(("struggle", pattern.confidence),))
        share = BESIDE_WORK if beside_work and pattern.label in NOT_WORK else 1.0
        matched.setdefault(pattern.label, {})[_ROWS[pattern]] = pattern.confidence * share
    doubts = {label: _doubt(signs.values()) for label, signs in matched.items()}
    _add_marks(doubts, tokens)
    _add_opening(doubts, tokens, beside_work)
    _add_tags(doubts, named, BESIDE_WORK if beside_work else 1.0)
    ranked = sorted(
        ((label, round(1.0 - doubt, 4)) for label, doubt in doubts.items()),
        key=lambda one: (-one[1], ORDER.index(one[0])),
    )
    if not ranked or ranked[0][1] < THRESHOLD:
        return Judged(UNKNOWN, ranked[0][1] if ranked else 0.0, all=tuple(ranked))
    if ranked[0][0] in LIGHT and ranked[0][1] < MEANT and "struggle" in doubts:
        return Judged(UNKNOWN, ranked[0][1], all=tuple(ranked))
    meant = OUTRANKS.get(ranked[0][0], frozenset())
    first = next((one for one in ranked if one[0] in meant and one[1] >= MEANT), ranked[0])
    return Judged(*first, all=tuple(ranked))


_ROWS: Final = {pattern: index for index, pattern in enumerate(PATTERNS)}


def noisy_or(confidences: Iterable[float]) -> float:
    """How sure several independent signs are together; 0 for none."""
    return 1.0 - _doubt(confidences)


def _doubt(confidences: Iterable[float]) -> float:
    doubt = 1.0
    for confidence in confidences:
        doubt *= 1.0 - confidence
    return doubt


def _negated(tokens: Sequence[str], found: Found[Pattern]) -> bool:
    for place in range(found.start - 1, max(-1, found.start - 1 - NEGATION_REACHES), -1):
        if tokens[place] in MARKS:
            return False
        if tokens[place] in NEGATIONS:
            return True
    return False


def _add_marks(doubts: dict[str, float], tokens: Sequence[str]) -> None:
    if ASKED in tokens and tokens[0] != ASKED:
        doubts["question"] = doubts.get("question", 1.0) * (1.0 - ASKED_CONFIDENCE)


def _add_opening(doubts: dict[str, float], tokens: Sequence[str], beside_work: bool) -> None:
    """An unknown verb with its object opens an order ("dockerize the service"); what is no verb, or is
    past, is in ``NO_ORDER`` or has its ending."""
    if len(tokens) < MIN_ORDER or tokens[1] not in OBJECT_BEGINS:
        return
    verb = tokens[0]
    if not verb.isalpha() or verb in NO_ORDER or verb.endswith(NO_ORDER_ENDINGS):
        return
    confidence = ORDER_AT_WORK_CONFIDENCE if beside_work else ORDER_CONFIDENCE
    doubts["task"] = doubts.get("task", 1.0) * (1.0 - confidence)


def _add_tags(doubts: dict[str, float], named: set[str], share: float) -> None:
    for tag in named & LIFE.keys():
        chatty = tag in SMALL_TALK_TAGS
        label = "small_talk" if chatty else "off_domain"
        confidence = (SMALL_TALK_TAG_CONFIDENCE if chatty else OFF_DOMAIN_CONFIDENCE) * share
        doubts[label] = doubts.get(label, 1.0) * (1.0 - confidence)
