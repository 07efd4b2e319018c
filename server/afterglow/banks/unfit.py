"""Whether a line that a model wrote may be kept and shown: the check it passes when it comes and when it
is read back.

Invariant: pure, never raises, and gives a reason that holds no part of the text. What passes is one clean
line of letters and plain signs; it names no place to go, nothing to do and nothing that happened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from afterglow.banks import voice
from afterglow.banks.blocked import BLOCKED, CLAIMS, NO_WORDS, OBEYED, SHAPES, any_of, word_set
from afterglow.core.bank import TONES
from afterglow.core.clean import LINE_COLUMNS, columns, is_plain, one_line
from afterglow.core.queue_rules import tag_key

SLOTS: Final = {"nth_return": "eleventh", "return_gap": "three weeks", "project_name": "payments-service"}
"""The slots that a line of a model may have, each with a long sample: all are filled from records."""
MOST_WORDS: Final = 25
LEAST_WORDS: Final = 2
MOST_SENTENCES: Final = 2
MOST_LETTERS: Final = 24
"""Of one word."""
WHY_COLUMNS: Final = 80
MOST_TAGS: Final = 8
MOST_WORDS_OF_TAG: Final = 12
MOST_TAG_WORDS: Final = 3
MOST_PHRASE_WORDS: Final = 4
LEAST_LETTERS: Final = 3

_SIGNS: Final = frozenset(" '\u2019\u2018\"\u201c\u201d,.:;-\u2013\u2014\u2026")
_SLOT: Final = re.compile(r"\{([^{}]*)\}")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_GLUED: Final = re.compile(
    r"[.:;,][^\s.:;,'\u2019\"\u201c\u201d\u2026]|(?:^|[\s\"\u201c'])-\w|--|(?:^|\s)[.:;,]|\.\."
)
"""A sign with no space behind it makes a name of a host or a file; one before a word makes a flag."""
_FIRST_PERSON: Final = re.compile(r"\b(?:I|I['\u2019](?:m|ve|d|ll)|[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b")
_SENTENCE_END: Final = re.compile(r"[.\u2026](?=\s|$)")
_SPELLED: Final = re.compile(r"(?<!\w)\w(?:[\W_]+\w(?!\w)){2,}")
_GIBBERISH: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{7,}|(.)\1{3,}", re.IGNORECASE)
_CASED: Final = word_set(
    """JavaScript TypeScript GitHub GitLab macOS iOS iPhone iPad SQLite PostgreSQL MySQL PyPI NumPy SciPy
    YouTube LaTeX OAuth GraphQL DevOps NixOS FreeBSD OpenBSD WebAssembly LinkedIn PyTorch TensorFlow
    CoffeeScript OpenAPI NeoVim IntelliJ PyCharm"""
)
_UGLY: Final = (
    *BLOCKED,
    *OBEYED,
    *(
        rule
        for rule in voice.RULES
        if rule.why
        in (
            "unkind",
            "about an illness or a disability",
            "belief or swearing",
            "violence or death",
            "drink, drugs or bodies",
        )
    ),
)
"""What is looked for in every spelling; the other rules of the voice are read as they stand."""
_ANY_UGLY: Final = any_of(_UGLY)
_ANY_CLAIM: Final = any_of(CLAIMS)
_ANY_VOICED: Final = any_of(voice.RULES)
_LEET: Final = str.maketrans("013457@$!|\u20ac", "oieastasiie")
_LOOKALIKES: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0458\u0455\u04bb\u043a\u043c\u0442\u0432\u043d\u03b1\u03b5\u03bf\u03c1\u03c4\u03c5\u03b9\u03ba\u03bd\u03c7\u00df\u00e6\u00f8\u0111\u0142\u0131",
    "aeopcxyijshkmtbhaeoptuiknxsaodli",
)
_LETTERS: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+|\+\+|#)*")


def unfit(text: object, tone: str = "factual") -> str | None:
    """Why a line may not be kept, None where it may. Any object is taken; the reason is a few words."""
    if not isinstance(text, str) or not text:
        return "no text"
    if tone not in TONES:
        return "a tone that is none"
    plain = _SLOT.sub("Slot", text)
    return _misshapen(text) or odd(plain) or _unvoiced(plain)


def _misshapen(text: str) -> str | None:
    """What is wrong with a line before a word of it is read."""
    if len(text) > 4 * LINE_COLUMNS or not (is_plain(text) or one_line(text) == text):
        return "not one clean line"
    if any(name not in SLOTS for name in _SLOT.findall(text)):
        return "a slot that nothing fills"
    long = _SLOT.sub(lambda found: SLOTS[found[1]], text)
    if (len(long) if long.isascii() else columns(long)) > LINE_COLUMNS or len(long.split()) > MOST_WORDS:
        return "too long"
    return "no sentence" if len(text.split()) < LEAST_WORDS else None


def _unvoiced(plain: str) -> str | None:
    """What the voice has against a line: what it claims, cheers, orders or feels."""
    if len(_SENTENCE_END.findall(plain)) > MOST_SENTENCES:
        return "more than two sentences"
    if _FIRST_PERSON.search(plain):
        return "a claim of watching or feeling"
    small = folded(plain)
    found = next((rule for rule in SHAPES if rule.pattern.search(small)), None)
    if found is None and _ANY_CLAIM.search(small):
        found = next((rule for rule in CLAIMS if rule.pattern.search(small)), None)
    if found is None and _ANY_VOICED.search(small):
        found = next((rule for rule in voice.RULES if rule.pattern.search(plain)), None)
    return None if found is None else found.why


def unsafe(text: str) -> str | None:
    """Why a remark must not even be stored: a link, a command, something ugly. What it claims is free."""
    if one_line(text) != text:
        return "not one clean line"
    return odd(text)


def odd(text: str) -> str | None:
    """Why a clean text is more than words: signs, numbers, letters of two scripts, an address, a command,
    or a word that nobody wants to read."""
    for char in text:
        if char in _SIGNS or (char.isascii() and char.isalpha()):
            continue
        category = unicodedata.category(char)
        if category[0] == "N":
            return "a number"
        if category[0] not in "LM":
            return "a sign that no sentence needs"
        if not _is_latin(char):
            return "letters that are not Latin"
    if _GLUED.search(text):
        return "an address, a file or a flag"
    for word in _WORD.findall(text):
        if len(word) > MOST_LETTERS or _GIBBERISH.search(word) or _shouted(word):
            return "no word"
    return banned(text)


def banned(text: str) -> str | None:
    """Why a text holds what no screen may show or a command, however it is spelled."""
    for form in forms(text):
        if _ANY_UGLY.search(form):
            for rule in _UGLY:
                if rule.pattern.search(form):
                    return rule.why
    return None


def forms(text: str) -> tuple[str, ...]:
    """A text as it is searched: folded; with signs read as letters; letters that stand alone joined; runs of
    a letter shortened."""
    small = folded(text)
    read = small.translate(_LEET)
    joined = _SPELLED.sub(lambda found: re.sub(r"[\W_]+", "", found[0]), read)
    twice = re.sub(r"([a-z])\1{2,}", r"\1\1", joined)
    once = re.sub(r"([a-z])\1+", r"\1", joined) if re.search(r"([a-z])\1\1", joined) else joined
    return tuple(dict.fromkeys((small, read, joined, twice, once)))


def folded(text: str) -> str:
    """Small letters without accents, look-alikes of other scripts as Latin, plain apostrophes, one space."""
    if text.isascii():
        return " ".join(text.lower().split())
    apart = unicodedata.normalize("NFKD", text.casefold()).replace("\u2019", "'").replace("\u2018", "'")
    bare = "".join(char for char in apart if unicodedata.category(char) not in ("Mn", "Cf", "Cc"))
    return " ".join(bare.translate(_LOOKALIKES).split())


def tag_of(raw: object) -> str | None:
    """A tag as it is kept: up to three words of letters; None where it is anything else."""
    return _tag_of(raw) if isinstance(raw, str) and len(raw) <= 4 * LINE_COLUMNS else None


@lru_cache(maxsize=4096)
def _tag_of(raw: str) -> str | None:
    if one_line(raw, 40) != raw.strip():
        return None
    key = tag_key(raw.replace("_", "-"))
    words = key.split("-")
    if not _LETTERS.fullmatch(key) or len(words) > MOST_TAG_WORDS or len(key) > MOST_LETTERS:
        return None
    spoken = " ".join(words)
    if not all(char in "-+#" or _is_latin(char) for char in key) or _GIBBERISH.search(spoken):
        return None
    if banned(spoken) or banned(key):
        return None
    return key


def tags_of(raw: Iterable[object]) -> tuple[str, ...]:
    """The tags that can be kept, each once, at most 8."""
    return tuple(dict.fromkeys(tag for tag in map(tag_of, raw) if tag is not None))[:MOST_TAGS]


def words_for(raw: Iterable[object]) -> tuple[str, ...]:
    """The words and phrases that may name a tag in a text: whole words of three letters or more, none that
    any text holds; folded, each once, at most 12."""
    made: dict[str, None] = {}
    for one in raw:
        if not isinstance(one, str) or len(one) > LINE_COLUMNS:
            continue
        words = one.replace("\u2019", "'").replace("-", " ").casefold().split()
        telling = [word for word in words if len(word) >= LEAST_LETTERS and word not in NO_WORDS]
        if (
            1 <= len(words) <= MOST_PHRASE_WORDS
            and telling
            and all(_WORD.fullmatch(word) for word in words)
            and odd(" ".join(words)) is None
        ):
            made[" ".join(words)] = None
    return tuple(made)[:MOST_WORDS_OF_TAG]


def echoes(text: str, suspects: AbstractSet[str]) -> bool:
    """Whether a text repeats a word that it was told to repeat (``enrich.check.suspects``)."""
    return bool(suspects) and not suspects.isdisjoint(_WORD.findall(folded(text)))


@lru_cache(maxsize=4096)
def _is_latin(char: str) -> bool:
    name = unicodedata.name(char, "")
    return name.startswith(("LATIN ", "COMBINING ", "MODIFIER LETTER APOSTROPHE")) and "FULLWIDTH" not in name


def _shouted(word: str) -> bool:
    """Capitals where a name or an abbreviation has none: a code word, a constant, a variable."""
    if word in _CASED or word[1:].islower() or len(word) == 1:
        return False
    capitals = sum(char.isupper() for char in word)
    if word.isupper():
        return len(word) > 6
    if word.removesuffix("s").isupper() and len(word) <= 6:
        return False
    return capitals > 1 or (capitals == 1 and not word[0].isupper() and not word.islower())
