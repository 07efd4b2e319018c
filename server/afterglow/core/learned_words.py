"""The words that name what the idle-time model learned (spec T14b): which are fit, and their plurals.

Invariant: pure. A word that names nothing by itself ("today", "project"), or that names a field of the
work already, never names a learned tag, so that a model cannot rename what everybody talks about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from afterglow.core.clean import one_line
from afterglow.core.queue_rules import tag_key, tag_keys
from afterglow.core.tag_words import LIFE, WORK
from afterglow.core.tags import text_tags

MOST_TAGS: Final = 8
"""So many tags of a domain are kept, and so many words of a tag, the newest first."""
MOST_WORDS: Final = 12
_LONGEST: Final = 40
_MOST_PARTS: Final = 4
_LEAST_LETTERS: Final = 3
_WORD: Final = re.compile(r"[^\W_]+")
_SIBILANTS: Final = ("s", "x", "z", "ch", "sh")
_VOWELS: Final = frozenset("aeiou")

_COMMON: Final = """
    a about above after again all almost also always am an and another any anything are around as at away
    back bad be because been before being best better big bit both break but by came can case chat code coding
    come coming could day days did do does doing done down each early end enough even ever every everything
    far feel few file files find fine first for friend from fun general get getting give go going gone good
    got great had happy hard has have he hello help her here hey him his hope how i idea if in into is it its
    job just keep kind know last late later least less let life like line little long look looking lot made
    make man many maybe me mean mind misc moment money month more morning most much must my near need never
    new next nice night no not nothing now of off office ok okay old on once one only or other others our out
    over own part people person place plan plans point project question rather really remember right said same
    say see seen set she should show side small so some something soon sorry start still stop stuff such sure
    take talk tea team tell than thank thanks that the their them then there these they thing things think
    this those thought time times to today together tomorrow tonight too topic topics tried true try turn two
    under until up us use used user very want was way we week well went were what when where which while who
    whole why will wish with without word work worked working world would wow write year yes yesterday yet you
    your
"""
COMMON: Final = frozenset(_COMMON.split())
"""Words that stand in any text."""


def fit(word: str, tag: str) -> str | None:
    """A word or phrase as it is kept for a tag, None where it would name too much or nothing."""
    parts = _WORD.findall(one_line(word, 4 * _LONGEST).lower().replace("'", "").replace("’", ""))  # noqa: RUF001
    text = " ".join(parts)
    letters = sum(char.isalpha() for char in text)
    if not parts or len(parts) > _MOST_PARTS or len(text) > _LONGEST or letters < _LEAST_LETTERS:
        return None
    if all(part in COMMON or part.isdigit() for part in parts):
        return None
    named = text_tags(text).keys() & WORK.keys()
    return None if named and tag not in named else text


def fit_tags(domain: str, tags: Iterable[str]) -> tuple[str, ...]:
    """The tags of a domain as they are compared, its own name first."""
    keys = tag_keys((domain, *tags))
    return tuple(key for key in keys if key in WORK or key in LIFE or fit(key, key))[:MOST_TAGS]


def domain_key(domain: str) -> str:
    """A domain as it is kept: one clean lower-case word; "" where nothing is left."""
    return tag_key(domain)


def names_of(tag: str, words: Iterable[str]) -> tuple[str, ...]:
    """The words that are kept for a tag: its own name first where only the model knows it, then the given
    ones that are fit, each once."""
    own = () if tag in WORK or tag in LIFE else (tag,)
    found = (fit(word, tag) for word in (*own, *words))
    return tuple(dict.fromkeys(word for word in found if word))[:MOST_WORDS]


def naming(words: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """Tag -> everything that names it in a text: its kept words, each as one and as many."""
    return {
        tag: tuple(dict.fromkeys(form for name in names for form in forms_of(name)))
        for tag, names in words.items()
    }


def forms_of(name: str) -> tuple[str, ...]:
    """A word or phrase as one and as many, as far as English spelling goes: ``ferry``, ``ferries``."""
    head, _, last = name.rpartition(" ")
    before = f"{head} " if head else ""
    return tuple(dict.fromkeys(f"{before}{form}" for form in (last, *_others(last))))


def _others(word: str) -> tuple[str, ...]:
    if len(word) < _LEAST_LETTERS or not word.isalpha():
        return ()
    if word.endswith("ies") and len(word) > _LEAST_LETTERS + 1:
        return (f"{word[:-3]}y",)
    if word.endswith("y") and word[-2] not in _VOWELS:
        return (f"{word[:-1]}ies",)
    if word.endswith("es") and word[:-2].endswith(_SIBILANTS):
        return (word[:-2], word[:-1])
    if word.endswith(_SIBILANTS):
        single = (word[:-1],) if word.endswith("s") and not word.endswith("ss") else ()
        return (f"{word}es", *single)
    return (f"{word}s",)
