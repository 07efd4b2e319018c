"""Secrets, addresses, names and home folders taken out of a text before it is stored or leaves.

``safe`` is for identifiers (labels, branches, names of tests, notes): it takes out what it recognises and
keeps the rest. ``words_only`` is for what a person wrote: it keeps what it recognises as harmless, and
takes out the rest. Invariant: pure, in time that grows with the length of the text only; what went is ``…``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import Final

from afterglow.core.told_secrets import GONE, tells, without_told

MAX_SAID: Final = 200
_SHORT_WORD, _LONGEST_WORD = 3, 20
_RANDOM_FROM: Final = 12
"""From how many characters on a run of letters and digits may be one that a machine made."""
_LONGEST_TIME: Final = 15
"""Digits alone that are as many may still be a time, or the number of a build."""

# -- words ---------------------------------------------------------------------------------------------

_UNHEARD_OF: Final = """
bq cbjxz dhz fhjkqxz gjkqwx hjqvx ihjy jbcdfghjlmnqrtvwxyz kjqvxz lq mjqxz pjxz qabcdefghjkmnopqtvwxyz rj sz
uhjqwy vdhjklqx wgjkquvyz xgjknquw yhjkqx zbdfghjklmnpqtvwx
"""
"""A letter, and those that follow it in hardly any word of a European language, but soon in random ones."""
_NEVER: Final = re.compile("|".join(f"{row[0]}[{row[1:]}]" for row in _UNHEARD_OF.split()))
_CONSONANTS: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{6}")
_VOWEL: Final = re.compile(r"[aeiouy]|[^\x00-\x7f]")
_SPLIT: Final = re.compile(r"([/=_~.+-])")
_CHANGE: Final = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_SHORT_SECTION: Final = 4
_OFTEN: Final = 4
"""Letters and digits by turns: few names have that."""
_PIECE: Final = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|\d+")


def like_a_word(word: str) -> bool:
    """Whether small letters look like a word of some language, not like letters drawn by lot."""
    return len(word) <= _SHORT_WORD or _wordy(word)


def _wordy(word: str) -> bool:
    return (
        _SHORT_WORD <= len(word) <= _LONGEST_WORD
        and _VOWEL.search(word) is not None
        and _CONSONANTS.search(word) is None
        and _NEVER.search(word) is None
    )


def random_run(run: str) -> bool:
    """Whether a run of letters, digits and ``_-/+=.`` looks made by a machine: few of it are words."""
    letters = digits = good = 0
    for section in _SPLIT.split(run):
        if len(section) <= _SHORT_SECTION and (section.islower() or section.isupper()):
            continue  # ``ctrl``, ``c``, ``IO``
        for piece in _PIECE.findall(section):
            if piece[0].isdigit():
                digits += len(piece)
                continue
            letters += len(piece)
            if _wordy(piece.lower()):
                # Three letters that could be a word come by chance, too.
                good += len(piece) if len(piece) > _SHORT_WORD else 1
    if letters == 0:
        return digits > _LONGEST_TIME
    changes = len(_CHANGE.findall(run))
    return (changes >= _OFTEN and 4 * changes >= letters + digits) or 2 * good < letters + digits / 2


# -- what gives itself away -------------------------------------------------------------------------------

_KEYWORD: Final = (
    r"(?:pass(?:word|wd|phrase|code|wort)?s?|pwd|pw|secrets?|tokens?|credentials?|creds"
    r"|(?:api|access|private|secret|signing|encryption|licen[cs]e|account|master|auth|ssh|deploy|service)"
    r"[ _-]?keys?)"
)
_Rule = tuple[tuple[str, ...], re.Pattern[str], str | Callable[[re.Match[str]], str]]


def _rule(needles: str, pattern: str, to: str | Callable[[re.Match[str]], str], flags: int = 0) -> _Rule:
    return tuple(needles.split()), re.compile(pattern, flags), to


def _signed(found: re.Match[str]) -> str:
    return f"{found[1]} {GONE}" if _odd(found[2]) else found[0]


_RULES: Final[tuple[_Rule, ...]] = (
    # A block of a key, to its end or the text's.
    _rule("-----begin", r"-----BEGIN .*?(?:-----END[^-]{0,64}-----|\Z)", GONE, re.DOTALL),
    _rule(
        "slack.com discord", r"(?i:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks)/\S+", GONE
    ),
    # Who signs in, in an address: up to the last @ of it.
    _rule("://", r"(?<=://)[^\s@]{1,256}@(?:[^\s@]{1,256}@)*", f"{GONE}@"),
    _rule("@", r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)*\.[^\W\d_]{2,24}\b", GONE),
    # NAME=value, a flag with its value, a word for a secret with = or : and its value.
    _rule("=", r"(?<![A-Za-z0-9_])([A-Z][A-Z0-9_]+)=(?:\"[^\"]*\"|'[^']*'|[^\s\]]+)", rf"\1={GONE}"),
    _rule(
        "-",
        r"(?<![\w-])(--?(?:[a-z]{1,20}-){0,4}?[a-z]{0,12}?(?:pass|token|secret|key|auth|pwd)[\w-]{0,24})"
        r"(?:=|\s{1,4})(?:\"[^\"]*\"|'[^']*'|[^\s-]\S*)",
        rf"\1 {GONE}",
        re.IGNORECASE,
    ),
    _rule("-u", r"(?<!\S)-u\s{0,4}[^\s:]+:\S+", f"-u {GONE}"),
    _rule(
        "= :: : => ->",
        rf"({_KEYWORD}[\w-]{{0,24}}[\"'`]?\s{{0,3}}(?::=|=>|->|={{1,3}}|:(?!:))\s{{0,3}})"
        r"(?:\"[^\"]{1,400}\"?|'[^']{1,400}'?|`[^`]{1,400}`?|[^\s\"'`]\S*)",
        rf"\1{GONE}",
        re.IGNORECASE,
    ),
    _rule("bearer basic digest", r"\b(bearer|basic|digest)\s{1,4}([\w.~+/=-]{8,})", _signed, re.IGNORECASE),
    # Homes of three systems.
    _rule("/home/ /users/", r"(?:/mnt/[a-z]|/private|/var|/export)?/(?:home|Users)/[^/\s:'\"\\]+", "~"),
    _rule(
        "users",
        r"(?i:(?:[a-z]:)?[\\/]{1,4}Users[\\/]{1,4})(?:[^\\/:*?\"<>|\n]{1,64}(?=[\\/])|[^\\/\s:]+)",
        "~",
    ),
    _rule("~", r"(?<![\w~])~[A-Za-z][\w.-]*(?=/)", "~"),
)
"""What one of the needles (in small letters) must be there for, what it looks like, what stands for it."""
_TOKENS: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{8,}"
    r"|gh[pousr]_[A-Za-z0-9]{6,}|github_pat_\w{6,}|gl(?:pat|rt|ptt|dt|soat|ft|cbt|agent|imt)-[\w.=-]{6,}"
    r"|xox[a-z](?:\.xox[a-z])?-[\w-]{6,}|xapp-[\w-]{6,}|(?:sk|rk|pk)_(?:live|test)_\w{6,}|whsec_\S{6,}"
    r"|AIza[\w-]{8,}|ya29\.[\w-]{6,}|GOCSPX-[\w-]{6,}|npm_(?=[A-Za-z]{0,30}\d)[A-Za-z0-9]{8,}|pypi-[\w-]{12,}"
    r"|sk-[A-Za-z0-9][\w-]{10,}|SG\.[\w-]{6,}\.[\w-]{6,}|eyJ[\w-]{6,}[\w.=-]*|hf_[A-Za-z0-9]{12,}"
    r"|dop_v1_\w{8,}|shp(?:at|ca|pa|ss)_\w{8,}|AGE-SECRET-KEY-\w+|hvs\.[\w-]{8,}|lin_api_\w{8,}"
    r"|EAA[A-Za-z0-9]{16,}|AC[0-9a-f]{32}|SK[0-9a-f]{32}|key-[0-9a-z]{24,})"
)
"""Tokens that are known by how they begin."""
_LONG: Final = re.compile(r"\S{12}")
_RUN: Final = re.compile(rf"[A-Za-z0-9+/=_~-]{{{_RANDOM_FROM},}}")
_MORE_GONE: Final = re.compile(rf"{GONE}(?:[\s.:=/-]*{GONE})+")


def _odd(text: str) -> bool:
    """Whether this is no word that anybody would write."""
    return any(char.isdigit() for char in text) or not like_a_word(text.lower()) or "." in text


def safe(text: str, names: Collection[str] = ()) -> str:
    """``text`` without keys, tokens, passwords, e-mail addresses, who signs in, homes, and ``names``."""
    lowered = text.lower()
    for needles, pattern, to in _RULES:
        if any(needle in lowered for needle in needles):
            text = pattern.sub(to, text)
    if _LONG.search(text) is not None:
        text = _TOKENS.sub(GONE, text)
        text = _RUN.sub(lambda found: _without_random(found[0]), text)
    if tells(text):
        text = without_told(text)
    if names:
        text = _own(tuple(sorted(names))).sub(GONE, text)
    return _MORE_GONE.sub(GONE, text) if GONE in text else text


def _without_random(run: str) -> str:
    """A run without its random part; the words beside it stay (``fix/`` before such a one)."""
    if random_run(run):
        return GONE
    return "".join(
        GONE if len(part) >= _RANDOM_FROM and random_run(part) else part for part in _SPLIT.split(run)
    )


@lru_cache(maxsize=16)
def _own(names: tuple[str, ...]) -> re.Pattern[str]:
    """The user's own names, whole or a part of an identifier, in any case; each part of a full name too."""
    parts = {
        part for name in names for part in (name, *re.split(r"[\s._@-]+", name)) if len(part) >= _SHORT_WORD
    }
    wanted = "|".join(re.escape(part) for part in sorted(parts, key=lambda part: (-len(part), part)))
    return re.compile(rf"(?<![^\W_])(?:{wanted})(?![^\W_])" if wanted else r"(?!)", re.IGNORECASE)


def words_only(text: str, names: Collection[str] = ()) -> str:
    """What a person wrote, with plain words, short numbers and ordinary names of tools and files alone.

    At most 200 characters, on one line.
    """
    # Not where labels are recorded: what knows the names of tools is large.
    from afterglow.core.plain_words import plain  # noqa: PLC0415 - see above

    return plain(text, names)
