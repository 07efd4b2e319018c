"""The check of what a model wrote, with what only the worker knows: what it was told, and other lines.

The rules themselves are ``banks.unfit`` and its tables, because a line is checked again where it is read
back. Invariant: pure, never raises; no reason holds any part of the text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Final

from afterglow.banks.blocked import NO_WORDS, word_set
from afterglow.banks.unfit import echoes, folded
from afterglow.banks.unfit import unfit as _unfit
from afterglow.core.twin import Request

LEAST_SCORE: Final = 3
"""The model's own score, from which a line is kept (spec L4)."""

_ORDERS: Final = re.compile(
    r"\b(?:ignor|disregard|forget|overrid|bypass)\w*\b.{0,40}"
    r"\b(?:all|any|previous|prior|above|earlier|rules?|instructions?)\b"
    r"|\binstructions?\b|\bsystem\b.{0,12}(?:prompt|message|:)|\bprompt\b|\bjailbreak\w*|\byou are now\b"
    r"|\bpretend\w*\b|\bassistant\s*:|\buser\s*:|<\||\bcanary\b|\bpwned\b|\bnew task\b"
    r"|\bdeveloper mode\b|\bend of (?:data|input)\b",
    re.IGNORECASE,
)
"""What nobody says who speaks of the work: all that such a text holds is suspect."""
_WISHES: Final = re.compile(
    r"\b(?:say|print|output|writ|respond|repl|answer|repeat|includ|insert|append|add|emit|echo|us|put|mention)"
    r"(?:e|es|s|y|ies|ing|ed|d)?\b.{0,40}"
    r"\b(?:exactly|only|with|words?|phrase|lines?|fields?|token|code|string|text|every|this|the following)\b"
    r"|\bmust (?:say|contain|include|answer|be)\b",
    re.IGNORECASE,
)
"""What somebody may well say: of such a text only what it quotes, spells in capitals or names is suspect."""
_QUOTED: Final = re.compile(
    r"[\"`\u201c\u201d\u00ab\u00bb<>\[\](){}]([^\"`\u201c\u201d\u00ab\u00bb<>\[\](){}]{2,60})"
    r"|(?<!\w)['\u2018]([^'\u2018\u2019]{2,60})['\u2019](?!\w)"
)
_CODED: Final = re.compile(r"\b\w*(?:[A-Z]{2,}|[0-9_])\w*\b")
_NAMED: Final = re.compile(
    r"\b(?:words?|phrase|say(?:s|ing)?|print|output|write|repeat|include|token|code|canary|password|echo|insert"
    r"|append|emit|mention|with|exactly|tag|domain|named|called|string)\b[\s:=]+((?:[\w'-]+[\s,]*){1,3})",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_COMMON: Final = NO_WORDS | word_set(
    """ignore ignores disregard previous prior above earlier instruction instructions system prompt assistant
    answer every fields output respond respond reply repeat include insert must into exactly json tags domain
    joke jokes nothing always instead will would tell make made give rules rule says said
    used phrase following field ones onto quote"""
)


def unfit(
    text: object,
    tone: str = "factual",
    *,
    suspects: AbstractSet[str] = frozenset(),
    nearby: Callable[[str], bool] | None = None,
) -> str | None:
    """Why a line may not be kept, None where it may. ``suspects``: words that what was sent asked for;
    ``nearby``: whether a line much like it is there already."""
    reason = _unfit(text, tone)
    if reason is not None or not isinstance(text, str):
        return reason
    if echoes(text, suspects):
        return "a word that a text asked for"
    return "much like a line that is there" if nearby is not None and nearby(text) else None


def suspects(request: Request) -> frozenset[str]:
    """Words that texts in a request ask for by way of an order. None where no text reads like an order."""
    found: set[str] = set()
    for raw in _texts(request.user):
        text = raw.replace("_", " ").replace("-", " ")
        if _ORDERS.search(text):
            found.update(_WORD.findall(folded(text)))
        elif _WISHES.search(text):
            quoted = ["".join(pair) for pair in _QUOTED.findall(text)]
            for part in (*quoted, *_CODED.findall(raw), *_NAMED.findall(text)):
                found.update(_WORD.findall(folded(part)))
    return frozenset(found - _COMMON)


def _texts(user: str) -> Iterator[str]:
    """Every text of the data that a request carries; its lines where it carries none that can be read."""
    start, end = user.find("{"), user.rfind("}")
    try:
        data: Any = json.loads(user[start : end + 1])
    except (ValueError, RecursionError):
        yield from user.splitlines()
        return
    pending: list[Any] = [data]
    while pending:
        one = pending.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, list):
            pending.extend(one)
