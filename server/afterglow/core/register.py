"""How somebody writes: formality, length, urgency, energy, from a few words and marks.

Invariant: each of the four is decided by its own table alone; a text with no sign gets the middle value
(neutral, normal, normal, medium), and only its length speaks for terse or verbose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from afterglow.core.model import Register
from afterglow.core.pattern_table import named
from afterglow.core.phrases import Phrases
from afterglow.core.tokens import MARKS, stretched

TERSE_WORDS: Final = 4
"""At most so many words are terse."""
VERBOSE_WORDS: Final = 20
"""More words than these are verbose."""
URGENT_MARKS: Final = 3
"""So many exclamation or question marks together are urgent."""

_SIGNS: Final = named(
    """
formal: please/kindly/regards/sincerely/therefore/furthermore/however/moreover/hence/regarding/shall;
    could/would you; would/could it; i would/should like; i am/was wondering; thank you; dear _; may i;
    i am grateful; with respect; good morning/afternoon/evening
casual: hey/yo/heya/hiya/sup/lol/lmao/rofl/haha/hehe/thx/ty/tysm/cya/ttyl/gotta/wanna/gonna/kinda/sorta/
    dunno/yeah/yep/yup/nope/nah/ok/okay/k/cool/awesome/ugh/argh/omg/wtf/btw/imo/tbh/idk/pls/u/ur/cuz/dude/
    guys/folks/woohoo/yay/crap/damn/shit/fuck/stuff/bunch/cheers/oops/meh
urgent: asap/urgent/urgently/immediately/emergency/quickly/quick/hurry/hurrying/deadline/outage/critical/
    blocker/blocking; right now/away; in an hour; in _ minutes/min/hours; out of time; no time;
    prod/production/site/server is/went/goes down; down in production; on fire; due today/tomorrow/tonight;
    before the demo/release/deadline; as soon as possible; need this/it now/today
reflective: wondering/wonder/maybe/perhaps/curious/someday/hindsight/realise/realised/realize/realized/
    reflecting/musing/lately/thinking/thoughts/suppose/sometimes; i think/feel/guess/wonder; looking back;
    long term; what if; in the end; used to
high: woohoo/yay/hooray/hurray/awesome/amazing/fantastic/incredible/excited/thrilled/stoked/epic/wow/omg/
    nailed/yes/eureka/shipped/pumped; cant wait; so happy/excited/proud/good; lets go
low: tired/exhausted/sleepy/drained/meh/sigh/bored/boring/yawn/burned/burnt/burnout/overwhelmed/sick/ill/
    slow/worn/sad/depressed/lonely; long day/night/week; give up; no energy; cant sleep; dont care;
    had enough; died/dying; passed away
"""
)
"""The words and phrases that speak for each value."""
_PHRASES: Final = Phrases(_SIGNS.items())
_PICTURE: Final = re.compile("[☀-➿\U0001f300-\U0001faff]")
_JOY: Final = frozenset("🎉🥳🎊🚀🏆🙌🔥😄😁🤩💪✨")
_WEARY: Final = frozenset("😴😩😫😞😢😭🥱😔💤")
_MANY_MARKS: Final = re.compile(rf"[!?]{{{URGENT_MARKS},}}")
_SHOUT: Final = re.compile(r"\b[A-Z]{4,}\b")
_TRAILING: Final = re.compile(r"(?:\.\.\.|…)\s*$")
_EXCITED: Final = 2


def register_of(text: str, words: Sequence[str]) -> Register:
    """The register of a text; ``words``: its ``tokens.said_words``.

    A sign of each side weighs the same; where both sides are equal the middle value stands.
    """
    found = {"formal": 0, "casual": 0, "urgent": 0, "reflective": 0, "high": 0, "low": 0}
    for name in {(one.row, one.start) for one in _PHRASES.find(words)}:
        found[name[0]] += 1
    signs = set(text)
    found["casual"] += bool(_PICTURE.search(text)) + (text[:1].islower() and "'" in text) + stretched(text)
    found["urgent"] += bool(_MANY_MARKS.search(text))
    found["high"] += (text.count("!") >= _EXCITED) + bool(_SHOUT.search(text)) + bool(signs & _JOY)
    found["low"] += bool(signs & _WEARY) + bool(_TRAILING.search(text))
    length = sum(1 for word in words if word not in MARKS)
    return Register(
        formality=_side(found["formal"], "formal", found["casual"], "casual", "neutral"),
        length="terse" if length <= TERSE_WORDS else "verbose" if length > VERBOSE_WORDS else "normal",
        urgency=_side(found["urgent"], "urgent", found["reflective"], "reflective", "normal"),
        energy=_side(found["low"], "low", found["high"], "high", "medium"),
    )


def _side(one: int, name: str, other: int, other_name: str, middle: str) -> str:
    if one == other:
        return middle
    return name if one > other else other_name
