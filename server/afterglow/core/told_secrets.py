"""Secrets that are told in a sentence: ``my password is …``, ``… as the passphrase``, ``token: …``.

Invariant: pure; each word is looked at a bounded number of times. What only says how a secret is
(``the password is wrong again``) stays.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from afterglow.core import private_words as known

GONE: Final = "…"
"""Stands for what was taken out."""
STRONG, WEAK = 2, 1
_MOST_WORDS: Final[Mapping[int, int]] = {STRONG: 8, WEAK: 2}
"""So many words of what is told may be the secret."""
_LOOK_AHEAD: Final = 5
_SECRETS: Final = known.STRONG - known.PASSWORDS
_ORDINARY: Final = known.ABOUT_PASSWORDS.union(
    *(known.AFTER, known.STATES, known.CLAUSE, known.OWN, known.CONNECTORS, known.POINTING, known.SKIPPED),
    known.SETTING,
)
_TELLING: Final = re.compile(
    "|".join(sorted(known.STRONG | known.WEAK, key=len, reverse=True)), re.IGNORECASE
)
_BREAKS: Final = re.compile(r"([\s\[\](){}|]+)")
_AROUND: Final = ".,;:!?()[]{}'\"`\u201c\u201d\u2018\u2019«»<>"
_IS: Final = ("'s", "\u2019s")
_ENDS: Final = (".", "!", "?", ";")
_SEPARATOR: Final = re.compile(r"[_/.:-]")
_PARTS: Final = re.compile(r"[^\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def tells(text: str) -> bool:
    """Whether a word for a secret is in it at all."""
    return _TELLING.search(text) is not None


def without_told(text: str) -> str:
    """The text without the secrets that it tells."""
    pieces = _BREAKS.split(text)
    gone = told(pieces[::2])
    for at in gone:
        end = pieces[2 * at][-1:]
        pieces[2 * at] = GONE + end if end in _ENDS else GONE
    return "".join(pieces)


def strength(token: str) -> int:
    """``STRONG`` for a word such as ``password`` (or ``DB_PASSWORD``), ``WEAK`` for ``token``, else 0."""
    if token.isalpha() and token.islower():
        return STRONG if token in known.STRONG else WEAK if token in known.WEAK else 0
    core = token.strip(_AROUND + "=").removesuffix(_IS[0]).removesuffix(_IS[1])
    lowered = core.lower()
    if lowered == "pass" and token.endswith((":", "=")):
        return STRONG
    if lowered in known.STRONG:
        return STRONG
    if lowered in known.WEAK:
        return WEAK
    if core[1:].islower() and _SEPARATOR.search(core) is None:
        return 0
    last = {part.lower() for part in _PARTS.findall(_CAMEL.sub(" ", core))[-1:]}
    return STRONG if last & known.STRONG else WEAK if last & known.WEAK else 0


def told(tokens: Sequence[str]) -> set[int]:
    """Which of the words tell a secret: ``my password is …``, ``… is my password``, ``password …``."""
    gone: set[int] = set()
    for at, token in enumerate(tokens):
        strong = strength(token)
        if strong:
            gone.update(_after(tokens, at, strong))
        if strong == STRONG:
            gone.update(_before(tokens, at))
    return gone


def wary(tokens: Sequence[str]) -> set[int]:
    """In a sentence about a password, all but the words that such sentences are made of: for what a person
    wrote, in which one may stand anywhere (``I changed it from … to …``)."""
    gone: set[int] = set()
    begin = 0
    for at in range(len(tokens) + 1):
        if at < len(tokens) and not tokens[at].endswith(_ENDS):
            continue
        part = range(begin, min(at + 1, len(tokens)))
        if any(strength(tokens[one]) == STRONG and _bare(tokens[one]) not in _SECRETS for one in part):
            gone.update(one for one in part if not _told_of_passwords(tokens[one]))
        begin = at + 1
    return gone


def _told_of_passwords(token: str) -> bool:
    word = _bare(token).replace("\u2019", "'")
    return not any(map(str.isalnum, word)) or word in _ORDINARY or strength(token) > 0


def _after(tokens: Sequence[str], at: int, strong: int) -> list[int]:
    start = _connected(tokens, at, strong)
    if start is None:
        # ``password hunter``: what follows at once and is no word that usually does.
        follows = tokens[at + 1] if strong == STRONG and at + 1 < len(tokens) else ""
        plain = follows.strip(_AROUND).lower()
        if strong == WEAK and at + 1 < len(tokens) and _bare(tokens[at + 1]).isdigit():
            return [at + 1]
        if (
            not plain
            or GONE in tokens[at]
            or tokens[at].endswith(_ENDS)
            or plain in known.AFTER
            or plain in known.STATES
        ):
            return []
        return [at + 1]
    while start < len(tokens) and _bare(tokens[start]) in known.SKIPPED:
        start += 1
    if start >= len(tokens):
        return []
    if _bare(tokens[start]) in known.STATES and _closes(tokens, start):
        return []
    most = _MOST_WORDS[strong]
    found = []
    for index in range(start, min(len(tokens), start + most)):
        if strong == WEAK and index > start and _bare(tokens[index]) in known.CLAUSE:
            break
        found.append(index)
        if tokens[index].endswith(_ENDS) or (tokens[index].endswith(",") and index > start):
            break
    return found


def _connected(tokens: Sequence[str], at: int, strong: int) -> int | None:
    """Where the value begins that a word for a secret is given; None where it is given none."""
    if tokens[at].endswith((":", "=")):
        return at + 1
    if strong == STRONG and _bare(tokens[at]).endswith(_IS):
        # ``my password's …``, but not ``the password's hash``.
        return None if at + 1 < len(tokens) and _bare(tokens[at + 1]) in known.AFTER else at + 1
    setting = {_bare(token).rpartition("/")[2] for token in tokens[max(0, at - 4) : at]}
    if setting & known.SETTING and at + 1 < len(tokens) and _bare(tokens[at + 1]) == "to":
        return at + 2
    for index in range(at + 1, min(len(tokens), at + 1 + _LOOK_AHEAD)):
        if tokens[index - 1].endswith(_ENDS):
            return None
        word = _bare(tokens[index]) or tokens[index]
        if word in known.CONNECTORS or tokens[index] in known.CONNECTORS:
            return index + 1
        if (
            word in ("set", "changed", "switched")
            and _bare(tokens[index + 1] if index + 1 < len(tokens) else "") == "to"
        ):
            return index + 2
    return None


def _closes(tokens: Sequence[str], at: int) -> bool:
    """Whether the clause ends with this word, so that it says how something is and not what."""
    if at + 1 >= len(tokens) or tokens[at][-1:] in ".,;!?":
        return True
    following = _bare(tokens[at + 1])
    return following in known.CLAUSE or following in known.AFTER or following in known.STATES


def _before(tokens: Sequence[str], at: int) -> list[int]:
    """``hunter is my password``, ``swordfish as the password``: the words before, to the clause's begin."""
    index = at - 1
    while index >= 0 and _bare(tokens[index]) in known.OWN and _bare(tokens[index]) != "as":
        index -= 1
    word = _bare(tokens[index]) if index > 0 else ""
    if word != "as" and (index == at - 1 or word not in ("is", "was")):
        return []
    found: list[int] = []
    for before in range(index - 1, max(-1, index - 1 - _MOST_WORDS[STRONG]), -1):
        if tokens[before].endswith((*_ENDS, ",", ":")) and before < index - 1:
            break
        if _bare(tokens[before]) in known.POINTING:
            break
        found.append(before)
    return found


def _bare(token: str) -> str:
    return token.strip(_AROUND).lower()
