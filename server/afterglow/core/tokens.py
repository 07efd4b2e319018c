"""A text as words: as somebody said it, and as names are built (``parse_date``, ``src/api.ts``).

Invariant: a word is never a part of another one, so that what is looked up here cannot be found inside
``HTML``, ``digital`` or ``author``. Tokens are words in lower case; the marks ``.`` ``?`` and ``,``
stand for the end of a sentence, of a question and of a clause.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from typing import Final

MAX_TEXT: Final = 600
"""As many characters of a text are read; who writes more has said by then what it is about."""
END: Final = "."
ASKED: Final = "?"
CLAUSE: Final = ","
MARKS: Final = frozenset({END, ASKED, CLAUSE})
NUMBER: Final = "0"
"""How any whole number appears among named words."""

_LONGEST_NAME: Final = 80
_STEM: Final = 3

_SAID: Final = re.compile(r"[^\W_]+(?:['’`´][^\W\d_]+)*|[.!?;:…\n]+|,|[☀-➿\U0001f300-\U0001faff]")  # noqa: RUF001
_APOSTROPHES: Final = str.maketrans("", "", "'’`´")  # noqa: RUF001
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
_NAMED: Final = re.compile(r"\.?[^\W_](?:[\w.+#/\\-]*[\w+#])?|[.!?;:,…\n]")
_PATH: Final = re.compile(r"[/\\]+")
_JOINT: Final = re.compile(r"[._\-]+")
_HUMP: Final = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\x00-\x7f]+")

# "is not" and "isn't" are one thing to say, and so are "I am" and "I'm".
_JOINS_NOT: Final = (
    "is",
    "are",
    "was",
    "were",
    "do",
    "does",
    "did",
    "has",
    "have",
    "had",
    "would",
    "could",
    "should",
)
_NOT: Final = {**{verb: f"{verb}nt" for verb in _JOINS_NOT}, "will": "wont", "can": "cant"}
_SHORT: Final = {
    ("it", "is"): "its",
    ("that", "is"): "thats",
    ("what", "is"): "whats",
    ("how", "is"): "hows",
    ("i", "am"): "im",
    ("i", "have"): "ive",
    ("let", "us"): "lets",
    ("you", "are"): "youre",
}
_LAUGHS: Final = ("haha", "ahaha", "hehe", "lolo", "hihi")
_ALONE: Final = {"cannot": "cant", "aint": "isnt", "whos": "who", "wheres": "where"}


def said_words(text: str) -> list[str]:
    """The words of something said, with apostrophes dropped, contractions joined (``is not`` gives
    ``isnt``), stretched letters shortened (``sooo`` gives ``so``), and a mark at each pause."""
    lowered = text[:MAX_TEXT].lower()
    if _STRETCHED.search(lowered):
        lowered = _STRETCHED.sub(r"\1", lowered)
    tokens: list[str] = []
    for found in _SAID.findall(lowered):
        token = found
        if not token[0].isalnum():
            if token[0] in ".!?;:…\n":
                token = ASKED if ASKED in token else END
        elif len(token) > 1:
            token = _laughed(token.translate(_APOSTROPHES))
        if tokens:
            joined = _NOT.get(tokens[-1]) if token == "not" else _SHORT.get((tokens[-1], token))
            if joined is not None:
                tokens[-1] = joined
                continue
        tokens.append(_ALONE.get(token, token))
    return tokens


def _laughed(word: str) -> str:
    """However long somebody laughs, it is one word."""
    return next((laugh for laugh in _LAUGHS if word.startswith(laugh)), word)


def stretched(text: str) -> bool:
    """Whether a letter is drawn out, as in ``yesss``."""
    return _STRETCHED.search(text[:MAX_TEXT].lower()) is not None


def named_words(text: str, known: Container[str]) -> list[str]:
    """The words of a text in which names may stand: identifiers, paths, file names.

    A name that is in ``known`` as a whole stays whole (``GitHub``, ``c++``, ``go.mod``); any other is
    taken apart, its extension given as ``.py``. A plural whose singular is known becomes that. A word
    in the middle of a sentence that is known with a capital keeps it (``Go``, which is no ``go``).
    """
    tokens: list[str] = []
    before = END
    for chunk in _NAMED.findall(text[:MAX_TEXT]):
        lowered = chunk.lower()
        if chunk[0] in ".!?;:,…\n" and len(chunk) == 1:
            tokens.append(CLAUSE if chunk == "," else END)
        elif chunk != lowered and chunk in known and before not in MARKS and before == before.lower():
            tokens.append(chunk)
        elif lowered.isalpha() and (chunk == lowered or chunk == chunk.capitalize() or lowered in known):
            tokens.append(_singular(lowered, known))
        else:
            tokens.extend(_parts(chunk[:_LONGEST_NAME], known))
        before = CLAUSE if len(chunk) == 1 and not chunk.isalnum() else chunk
    return tokens


def _parts(chunk: str, known: Container[str]) -> Iterator[str]:
    if chunk.lower() in known:
        yield chunk.lower()
        return
    if chunk.isdigit():
        yield NUMBER
        return
    for name in _PATH.split(chunk):
        lowered = name.lower()
        if lowered in known:
            yield lowered
            continue
        dot = lowered.rfind(".")
        has_extension = dot >= 0 and lowered[dot:] in known
        if has_extension:
            yield lowered[dot:]
        for joint in _JOINT.split(name[:dot] if has_extension else name):
            yield from _humps(joint, known)


def _humps(name: str, known: Container[str]) -> Iterator[str]:
    lowered = name.lower()
    if not name or lowered in known:
        if name:
            yield lowered
        return
    without_version = lowered.rstrip("0123456789")
    if len(without_version) >= _STEM and without_version in known:
        yield without_version
        return
    for hump in _HUMP.findall(name):
        yield NUMBER if hump.isdigit() else _singular(hump.lower(), known)


def _singular(word: str, known: Container[str]) -> str:
    if word[-1:] == "s" and len(word) > _STEM and word not in known and word[:-1] in known:
        return word[:-1]
    return word
