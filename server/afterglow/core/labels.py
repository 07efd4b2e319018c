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

ASKED_CONFIDENCE: Final = 0.5
"""What a question mark alone says for ``question``."""

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
    matched: dict[str, dict[int, float]] = {}
    for found in _PHRASES.find(tokens):
        pattern = found.row
        if pattern.negatable and _negated(tokens, found):
            continue
        if pattern.grief:
            return Judged("struggle", pattern.confidence, grief=True, all=(("struggle", pattern.confidence),))
        matched.setdefault(pattern.label, {})[_ROWS[pattern]] = pattern.confidence
    doubts = {label: _doubt(signs.values()) for label, signs in matched.items()}
    _add_marks(doubts, tokens)
    _add_tags(doubts, tags)
    ranked = sorted(
        ((label, round(1.0 - doubt, 4)) for label, doubt in doubts.items()),
        key=lambda one: (-one[1], ORDER.index(one[0])),
    )
    if not ranked or ranked[0][1] < THRESHOLD:
        return Judged(UNKNOWN, ranked[0][1] if ranked else 0.0, all=tuple(ranked))
    return Judged(*ranked[0], all=tuple(ranked))


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


def _add_tags(doubts: dict[str, float], tags: Iterable[str]) -> None:
    named = set(tags)
    share = BESIDE_WORK if named & WORK.keys() else 1.0
    for tag in named & LIFE.keys():
        chatty = tag in SMALL_TALK_TAGS
        label = "small_talk" if chatty else "off_domain"
        confidence = (SMALL_TALK_TAG_CONFIDENCE if chatty else OFF_DOMAIN_CONFIDENCE) * share
        doubts[label] = doubts.get(label, 1.0) * (1.0 - confidence)
