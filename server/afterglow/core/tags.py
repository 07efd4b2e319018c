"""What a turn is about, in a few words: tags from the text and from where it was said or happened.

Invariant: at most ``MAX_TAGS``, clean, lower case, the strongest first, the same for the same input. A
tag is given for whole words only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from attrs import field, frozen

from afterglow.core.clean import one_line
from afterglow.core.model import Event, Register
from afterglow.core.phrases import Phrases
from afterglow.core.tag_words import LIFE, NOT_TAGS, WORK
from afterglow.core.tokens import MARKS, named_words

MAX_TAGS: Final = 8
MAX_TAG: Final = 40
MAX_LEARNED: Final = 200
"""As many learned tags are looked at, each with as many words: they grow without a person's care."""

STRENGTH: Final[dict[str, float]] = {
    "given": 1.2,  # a client or a user named it
    "text": 1.0,
    "learned": 0.9,
    "job": 0.8,
    "command": 0.7,
    "branch": 0.6,
    "files": 0.5,
    "manifests": 0.3,
    "languages": 0.25,
}
"""What a tag weighs by where it was found; what is found in several places adds up."""
AGAIN: Final = 0.1
"""What each further phrase for the same tag in the same place adds, three times at most."""
_AGAIN_COUNTS: Final = 3

JOB_TAGS: Final[dict[str, tuple[str, ...]]] = {
    "test": ("testing",),
    "build": ("build",),
    "lint": ("lint",),
    "typecheck": ("types",),
    "deploy": ("deploy",),
    "migration": ("migration", "database"),
    "training": ("ml",),
    "debug": ("debugging",),
}
KIND_TAGS: Final[dict[str, tuple[str, ...]]] = {
    "ci.finished": ("ci",),
    "tag": ("release",),
    "review.done": ("review",),
    "review.requested": ("review",),
    "pr.merged": ("review",),
    **dict.fromkeys(("merge", "rebase", "cherry-pick", "revert", "conflict.begin", "conflict.end"), ("git",)),
}


@frozen
class Context:
    """Where something is said or happens; all of it may be missing.

    ``learned``: domain tag -> the words that name it. ``program``: the base name of a command. ``files``
    and ``manifests``: names or paths, of which only the words are used. ``languages``: as editors name
    them. ``register``: how the user wrote last, which an event answers to.
    """

    learned: Mapping[str, Iterable[str]] = field(factory=dict)
    languages: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    program: str | None = None
    branch: str | None = None
    register: Register = field(factory=Register)


_PHRASES: Final = Phrases((*WORK.items(), *LIFE.items(), ("", NOT_TAGS)))
_LANGUAGES: Final = {
    "typescriptreact": "typescript",
    "javascriptreact": "javascript",
    "c++": "cpp",
    "objective-c": "c",
    "dockerfile": "docker",
    "shellscript": "shell",
    "markdown": "docs",
    "sh": "shell",
    "zsh": "shell",
    "bash": "shell",
    "plaintext": "",
    "text": "",
}


def text_tags(text: str, learned: Mapping[str, Iterable[str]] | None = None) -> dict[str, float]:
    """The tags that a text names, with their strength, in the order of the text."""
    tokens = named_words(text, _PHRASES.words)
    strengths: dict[str, float] = {}
    _count(strengths, _named(tokens), "text")
    if learned:
        _count(strengths, _learned(tokens, learned), "learned")
    return strengths


def around_tags(context: Context) -> dict[str, float]:
    """The tags of the surroundings: command, branch, files, manifests and languages."""
    strengths: dict[str, float] = {}
    for source, names in (
        ("command", (context.program,)),
        ("branch", (context.branch,)),
        ("files", context.files[:MAX_TAGS]),
        ("manifests", context.manifests[:MAX_TAGS]),
    ):
        for name in names:
            if name:
                _count(strengths, _named(named_words(name, _PHRASES.words)), source)
    _count(strengths, (_language(name) for name in context.languages[:MAX_TAGS]), "languages")
    return strengths


def event_tags(event: Event) -> dict[str, float]:
    """The tags of an event itself: those it was given, its job or kind, its label."""
    strengths: dict[str, float] = {}
    _count(strengths, event.tags, "given")
    _count(strengths, JOB_TAGS.get(event.job or "", ()), "job")
    _count(strengths, KIND_TAGS.get(event.kind, ()), "job")
    for label in event.labels[:2]:
        _count(strengths, _named(named_words(label, _PHRASES.words)), "command")
    branch = event.data.get("branch")
    if isinstance(branch, str):
        _count(strengths, _named(named_words(branch, _PHRASES.words)), "branch")
    return strengths


def strongest(*found: Mapping[str, float]) -> tuple[str, ...]:
    """The tags of several places together, cleaned, the strongest first; equals in the order given."""
    total: dict[str, float] = {}
    for strengths in found:
        for tag, strength in strengths.items():
            name = clean_tag(tag)
            if name:
                total[name] = total.get(name, 0.0) + strength
    ranked = sorted(total.items(), key=lambda item: -round(item[1], 6))
    return tuple(tag for tag, _ in ranked[:MAX_TAGS])


def clean_tag(tag: str) -> str:
    """A tag as it is kept: one line, lower case, without a leading ``#``; "" where nothing is left."""
    if tag.isascii() and tag.isalnum() and len(tag) <= MAX_TAG:
        return tag.lower()
    return one_line(tag, MAX_TAG).lower().lstrip("# ").strip()


def _named(tokens: list[str]) -> list[str]:
    found = _PHRASES.find(tokens)
    taken_back = [one for one in found if not one.row]
    return [
        one.row
        for one in found
        if one.row and not any(not_.start <= one.start and one.end <= not_.end for not_ in taken_back)
    ]


def _learned(tokens: list[str], learned: Mapping[str, Iterable[str]]) -> list[str]:
    words = set(tokens) - MARKS
    words |= {word[:-1] for word in words if word[-1:] == "s"}
    line = f" {' '.join(tokens)} "
    found = []
    for tag, names in list(learned.items())[:MAX_LEARNED]:
        for index, name in enumerate(names):
            if index == MAX_LEARNED:
                break
            lowered = name.lower()
            if lowered in words or (" " in lowered and f" {lowered} " in line):
                found.append(tag)
                break
    return found


def _language(name: str) -> str:
    lowered = name.lower()
    return _LANGUAGES.get(lowered, lowered)


def _count(strengths: dict[str, float], tags: Iterable[str], source: str) -> None:
    times: dict[str, int] = {}
    for tag in tags:
        if not tag:
            continue
        times[tag] = seen = times.get(tag, 0) + 1
        if seen <= 1 + _AGAIN_COUNTS:
            strengths[tag] = strengths.get(tag, 0.0) + (STRENGTH[source] if seen == 1 else AGAIN)


_NAMES: Final = frozenset(
    name.lower()
    for phrases in (*WORK.values(), *LIFE.values())
    for phrase in phrases.split(";")
    if len(phrase.split()) == 1
    for name in phrase.strip().split("/")
)


def is_name(word: str) -> bool:
    """Whether a word by itself names a tag, so that its capitals are spelling (``HTML``, ``JWT``)."""
    return word.lower() in _NAMES
