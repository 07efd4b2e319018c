"""What of a person's own words may leave: an allow-list of the shapes that harmless words have.

Invariant: a word that fits no shape goes, so that no secret has to be recognised; what goes is ``…``, once
for several in a row; the answer is one line of at most 200 characters, and the same again for itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Final

from afterglow.core import private_words as known
from afterglow.core.clean import one_line
from afterglow.core.redact import MAX_SAID, like_a_word, safe
from afterglow.core.tags import is_name
from afterglow.core.told_secrets import GONE, strength, tells, wary

_SEEN: Final = 2_000
_MARKS: Final = ".,;:!?()[]'\"`\u201c\u201d\u2018\u2019«»„…*_"
_MOST_MARKS: Final = 4
_MOST_DIGITS: Final = 5
_IN_ROW: Final = 7
"""Numbers that stand together and have so many digits may be one number of somebody's."""

_LETTERS: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]{1,3})?")
_JOINED: Final = re.compile(r"[^\W\d_]{1,20}(?:-[^\W\d_]{1,20}){1,4}")
_NUMBER: Final = re.compile(
    r"[+-]?\d{1,5}|\d{1,3}(?:[.,]\d{1,3}){1,2}|\d{1,3}(?:,\d{3}){1,3}|\d\d?:\d\d(?::\d\d)?|\d{4}-\d\d-\d\d"
    r"|[+-]?\d{1,4}(?:[.,]\d{1,2})?(?:ms|s|sec|min|mins|h|hrs?|d|k|m|b|kb|mb|gb|tb|px|x|%|€|\$|am|pm|st|nd|rd|th"
    r"|°|c|f|km|kg|fps|hz|ghz|mhz|loc|w)|[v~≈<>#$€]=?\d{1,4}(?:\.\d{1,3}){0,2}|\d{1,3}/\d{1,3}|\d{1,3}-\d{1,3}"
    r"|\d\.\d{1,2}\.x|\d{1,2}\.x",
    re.IGNORECASE,
)
_TECHNICAL: Final = re.compile(
    r"utf-?(?:8|16|32)|python[23]?(?:\.\d{1,2})?|py3\d{0,2}|sqlite3|h[1-6]|[vpqs]\d{1,2}|p9[059]9?|k8s|k3s|i18n|l10n|a11y"
    r"|ipv[46]|sha(?:1|2|3|256|384|512)|md5|base(?:32|58|64)|oauth[12]?|2fa|mfa|http[123]?s?|tls1?|tls1?\.[0-3]|es\d{1,4}"
    r"|log4j|x86|x64|x86_64|amd64|arm64|aarch64|[iu](?:nt)?(?:8|16|32|64)|uint(?:8|16|32|64)|float(?:16|32|64)|f(?:32|64)"
    r"|web3|s3|ec2|d3|r2|n\+1|c\+\+(?:\d\d)?|c#|f#|\.net|node\.js|next\.js|vue\.js|d3\.js|e2e|b2b|p2p|m[1-4]|\d-?[wd]ay"
    r"|and/or|client/server|read/write|input/output|ci/cd|tcp/ip|i/o|on/off|w/o?|a/b|yes/no|true/false|win32|mp[34]|h26[45]"
    r"|v\d{1,3}(?:\.\d{1,3}){0,2}(?:-(?:alpha|beta|rc)\.?\d{0,2})?|gpt-?\d|rfc-?\d{1,4}|cve|iso-?\d{1,4}|pep-?\d{1,4}"
    r"|o\([^\W_ ]{1,6}(?:\^\d)?\)|\d{1,2}(?:st|nd|rd|th)-\w{3,8}|[a-z]\d|r&d|q&a",
    re.IGNORECASE,
)
_FILE: Final = re.compile(
    r"\.?[A-Za-z][A-Za-z]*(?:[_.-][A-Za-z]+){0,4}\.(?:py|pyi|js|jsx|mjs|ts|tsx|rs|go|java|kt|rb|php|c|h|cc|cpp|hpp|cs"
    r"|swift|sh|sql|html|css|scss|vue|svelte|md|rst|txt|json|jsonl|toml|ya?ml|xml|ini|cfg|lock|csv|ipynb|lua|ex|hs|js)"
)
_NAMED: Final = re.compile(
    r"[A-Za-z]+(?:_[A-Za-z]+){1,5}(?:\(\))?|[A-Za-z]+\(\)|[a-z]+(?:[A-Z][a-z]+){1,4}(?:\(\))?"
)
_SIGN: Final = re.compile(r"[-\u2013—→+&/=<>|*%]{1,3}|=>|->|\.{2,3}|[:;]-?[)(DPp]|<3")
_CAPITALS: Final = re.compile(r"[^\W\d_]?[^\W\d_a-zß-ÿ]*[^\W\d_A-ZÀ-Þ]+|[^\W\d_]+")
_BREAKS: Final = re.compile(r"([\s\[\](){}<>|/]+)")
_BRACKETS: Final = re.compile(r"[\[\]{}|]")
_NAME_PART: Final = re.compile(r"[^\W\d_A-Z]{3,}|[A-Z][a-z]{2,}")
_ALPHA: Final = re.compile(r"[^\W\d_]+")
_MOST_CAPITALS: Final = 6
_LONGEST: Final = 40
_LONGEST_PART: Final = 10
"""Names in code are short words; what is longer there is a project's own."""
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_WORDY: Final = re.compile(r"\w")
_STOPS: Final = (".", ",", ";", ":", "!", "?")
_JUST_PLAIN: Final = re.compile(r"[ -~]*")


def plain(text: str, names: Collection[str] = ()) -> str:
    """The harmless words of a text. ``names``: what its writer is called."""
    seen = text[:_SEEN]
    if _JUST_PLAIN.fullmatch(seen) is None:
        # Blocks of keys have lines; they go as a whole before the lines do.
        seen = one_line(GONE.join(map(_as_usual, safe(seen).split(GONE))), _SEEN)
    seen = seen[: 3 * MAX_SAID]
    # People first: of a name whose one half looks random, the other must not be left.
    seen = _BRACKETS.sub(" ", safe(_without_named(seen), names))
    tokens = seen.split()
    gone = _people(tokens) | _long_numbers(tokens)
    if tells(seen):
        gone |= wary(tokens)
    kept: list[str] = []
    length = 0
    for at, token in enumerate(tokens):
        word = GONE if at in gone else _kept(token)
        if word == GONE and kept[-1:] == [GONE]:
            continue
        length += len(word) + 1
        if length > MAX_SAID:
            break
        kept.append(word)
    return " ".join(kept)


def _as_usual(text: str) -> str:
    """Letters of other widths and styles as the usual ones: they must not hide a word."""
    return unicodedata.normalize("NFKC", text)


def _kept(token: str) -> str:
    """The token, or ``…`` with the mark at its end."""
    if token.isalpha():
        return token if _plain_letters(token) else GONE
    word = token.strip(_MARKS)
    before, _, after = token.partition(word) if word else ("", "", "")
    if word and "…" not in before + after and len(before) <= _MOST_MARKS and len(after) <= _MOST_MARKS:
        if _harmless(word) or _harmless(token):
            return token
    elif not word and len(token) <= _MOST_MARKS:
        return token
    if _SIGN.fullmatch(token) is not None or (len(token) <= _MOST_MARKS and not _WORDY.search(token)):
        return token
    return GONE + after[:1] if after[:1] in _STOPS else GONE


def _harmless(word: str) -> bool:
    if _LETTERS.fullmatch(word) is not None:
        return _plain_letters(word)
    if _NUMBER.fullmatch(word) is not None:
        return sum(char.isdigit() for char in word) <= 2 * _MOST_DIGITS
    if _TECHNICAL.fullmatch(word) is not None:
        return True
    if any(shape.fullmatch(word) is not None for shape in (_JOINED, _FILE, _NAMED)):
        parts = _ALPHA.findall(_CAMEL.sub(" ", word))
        return len(word) <= _LONGEST and all(
            len(part) <= _LONGEST_PART and _plain_letters(part) for part in parts
        )
    return is_name(word)


def _plain_letters(word: str) -> bool:
    """Whether letters alone look like a word, an abbreviation or a name of two words (``PostgreSQL``)."""
    word = word.partition("'")[0].partition("\u2019")[0]
    if word.islower() or word.istitle():
        return like_a_word(word.lower()) or word.lower() in known.PROPER or is_name(word)
    if word.isupper():
        return len(word) <= _MOST_CAPITALS or like_a_word(word.lower()) or is_name(word)
    if not word.isascii():
        return len(word) <= _MOST_CAPITALS * 3
    pieces = _CAPITALS.findall(word)
    # Letters in changing case are a name where most of them stand in pieces that are words.
    wordy = sum(len(piece) for piece in pieces if len(piece) > 2 and like_a_word(piece.lower()))
    return (len(pieces) <= 4 and 2 * wordy > len(word)) or is_name(word)


# -- people --------------------------------------------------------------------------------------------------


def without_people(text: str) -> str:
    """A text, or a name of something, without what people are called."""
    return _NAME_PART.sub(_unless_a_name, _without_named(text))


def _without_named(text: str) -> str:
    pieces = _BREAKS.split(text)
    for at in _people(pieces[::2]):
        pieces[2 * at] = GONE
    return "".join(pieces)


def _unless_a_name(found: re.Match[str]) -> str:
    return GONE if found[0].lower() in known.FIRST_NAMES else found[0]


def _people(tokens: Sequence[str]) -> set[int]:
    """Words that name people, as far as their surroundings tell."""
    gone: set[int] = set()
    before = ""
    for at, token in enumerate(tokens):
        if token.isalpha() and token.islower():
            if token in known.FIRST_NAMES and token not in known.PLACES:
                gone.add(at)
            before = token
            continue
        core = token.strip(_MARKS)
        lowered = core.lower().replace("\u2019", "'")
        base = lowered.removesuffix("'s")
        if token.lstrip(_MARKS).startswith("@") or (base in known.FIRST_NAMES and base not in known.PLACES):
            gone.add(at)
        elif _may_be_a_name(core, lowered, base):
            introduced = before in known.BEFORE_NAMES or before in known.HONORIFICS
            owns = lowered.endswith("'s") and not is_common(base)
            second = (
                at - 1 in gone and _title(tokens[at - 1].strip(_MARKS)) and tokens[at - 1][-1:] not in ".!?"
            )
            another = before in ("and", "&") and at - 2 in gone
            if introduced or owns or second or another or _full_name(tokens, at):
                gone.add(at)
        before = lowered
    return gone


def is_common(word: str) -> bool:
    """Whether a word opens sentences without being a name."""
    return word in known.STATES or word in known.AFTER or strength(word) > 0


def _title(word: str) -> bool:
    return len(word) > 1 and word[0].isupper() and word[1:2].islower()


def _may_be_a_name(core: str, lowered: str, base: str) -> bool:
    return (
        _title(core)
        and lowered not in known.PROPER
        and base not in known.PROPER
        and base not in known.PLACES
        and base not in known.MONTHS
        and not is_name(base)
        and not any(char.isdigit() or char in "._/" for char in core)
        and not any(char.isupper() for char in core[1:])
    )


def _full_name(tokens: Sequence[str], at: int) -> bool:
    """Whether it stands in a pair of capitalised words that are no place and no tool."""
    for first in (at - 1, at):
        if first < 0 or first + 1 >= len(tokens) or tokens[first][-1:] in _STOPS:
            continue
        cores = [one.strip(_MARKS) for one in (tokens[first], tokens[first + 1])]
        if all(_may_be_a_name(core, core.lower(), core.lower().removesuffix("'s")) for core in cores):
            return True
    return False


def _long_numbers(tokens: Sequence[str]) -> set[int]:
    """Numbers in a row that may be one: of a telephone, of a card."""
    gone: set[int] = set()
    row: list[int] = []
    for at in range(len(tokens) + 1):
        core = tokens[at].strip(_MARKS + "+-/") if at < len(tokens) else ""
        if core and all(char.isdigit() or char in ".,-" for char in core):
            row.append(at)
            continue
        if len(row) > 1 and sum(char.isdigit() for one in row for char in tokens[one]) >= _IN_ROW:
            gone.update(row)
        row = []
    return gone
