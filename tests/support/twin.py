"""A scripted model for the tests of idle work.

``Haiku`` is a script for ``tests.support.model_server.ModelServer``: it reads the turns that a request tells
of and answers by the schema that came with it. Invariant: it knows nothing but the request.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from attrs import field, frozen

LINE: Final[Mapping[str, Any]] = {
    "sort": "aside",
    "score": 4,
    "level": 1,
    "warmth": 2,
    "tone": "factual",
}
CALM: Final[Mapping[str, Any]] = {
    "domain": "",
    "domain_tags": [],
    "warmth_delta": 0,
    "level": 3,
    "mode": "normal",
    "compliment_budget": 3,
    "over_watering_risk": False,
}
"""A prediction that changes nothing."""


# -- the request, as a model reads it ------------------------------------------------------------------


def words_in(body: Mapping[str, Any]) -> str:
    """All text of a request's messages, as one."""
    found: list[str] = []
    for message in body.get("messages", ()):
        content = message["content"]
        found += [content] if isinstance(content, str) else [part.get("text", "") for part in content]
    return "\n".join(found)


def data_in(body: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON object that the user message fences: what the request tells of."""
    text = words_in(body)
    fenced = re.findall(r"```(?:json)?\s*\n(.*?)\n\s*```", text, re.DOTALL)
    for part in [*fenced, text[text.find("{") : text.rfind("}") + 1]]:
        try:
            made = json.loads(part)
        except ValueError:
            continue
        if isinstance(made, dict):
            return made
    raise AssertionError(f"no JSON in the request: {text[:400]!r}")


def turns_in(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The turns that a request tells of, oldest first; none in a review."""
    turns = data_in(body).get("turns", [])
    assert isinstance(turns, list)
    return turns


def properties_in(body: Mapping[str, Any]) -> set[str]:
    """The names at the top of the answer that is asked for: those of the schema, wherever it stands."""
    config = body.get("output_config") or body.get("output_format") or {}
    form = config.get("format", config)
    return set(form.get("schema", {}).get("properties", {}))


def asked_in(requests: Iterable[Any]) -> list[dict[str, Any]]:
    """The bodies of the requests for messages that a server got, oldest first."""
    bodies = [getattr(request, "body", request) for request in requests]
    return [body for body in bodies if isinstance(body, dict) and "messages" in body]


# -- the answers ----------------------------------------------------------------------------------------


@frozen
class Play:
    """What is answered about a turn whose words or facts hold ``when``, in any case."""

    when: str
    quality: int = 3
    domain: str = ""
    confidence: float = 0.9
    tags: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(factory=dict)
    lines: tuple[Mapping[str, Any], ...] = ()
    prediction: Mapping[str, Any] = field(factory=dict)

    def grade(self, turn: int) -> dict[str, Any]:
        """By ``enrich.schema``."""
        return {
            "turn": turn,
            "quality": self.quality,
            "why": "fits the moment" if self.quality > 3 else "generic",
            "domain": self.domain,
            "confidence": self.confidence,
            "tags": list(self.tags),
            "words": [{"tag": tag, "words": list(words)} for tag, words in self.words.items()],
        }

    def made(self) -> list[dict[str, Any]]:
        return [{**LINE, "domain": self.domain, "tags": list(self.tags), **line} for line in self.lines]


NOTHING: Final = Play("", quality=3)


@frozen
class Haiku:
    """``ModelServer(Haiku(plays))``: the first play that fits a turn grades it; the newest that has lines
    gives them and the prediction. A review is answered by retiring nothing."""

    plays: Sequence[Play] = ()
    seen: list[dict[str, Any]] = field(factory=list)

    def __call__(self, body: Mapping[str, Any]) -> dict[str, Any]:
        self.seen.append(dict(body))
        if "verdicts" in properties_in(body):
            return {"verdicts": []}
        turns = turns_in(body)
        fitting = [self.play_of(turn) for turn in turns]
        newest = next((play for play in reversed(fitting) if play.lines), NOTHING)
        return {
            "grades": [play.grade(turn["turn"]) for turn, play in zip(turns, fitting, strict=True)],
            "lines": newest.made(),
            "prediction": {**CALM, **newest.prediction},
        }

    def play_of(self, turn: Mapping[str, Any]) -> Play:
        text = json.dumps(turn, ensure_ascii=False).casefold()
        return next((play for play in self.plays if play.when.casefold() in text), NOTHING)


class SlowHaiku:
    """Answers as ``Haiku`` does, after a while. ``most``: how many it had to answer at once."""

    def __init__(self, plays: Sequence[Play] = (), seconds: float = 0.3) -> None:
        self.most = 0
        self._haiku, self._seconds = Haiku(plays), seconds
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, body: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(self._seconds)  # it is the model that takes its time
        with self._lock:
            self._now -= 1
        return self._haiku(body)


_ISLANDS: Final = {"greece": ("greece", "athens"), "islands": ("island hopping", "mykonos", "crete")}
GREECE: Final = (
    Play(
        "mykonos",
        quality=5,
        domain="travel",
        tags=("travel", "greece", "islands"),
        words=_ISLANDS,
        lines=({"text": "Naxos grows its own potatoes and sees no need to mention it."},),
    ),
    Play("island hopping", quality=4, domain="travel", tags=("travel", "greece", "islands"), words=_ISLANDS),
    Play(
        "trip to greece",
        quality=2,
        domain="travel",
        tags=("travel", "greece", "islands"),
        words=_ISLANDS,
        lines=(
            {"text": "A Greek ferry timetable is more of a conversation."},
            {"text": "Crete has mountains tall enough to keep snow into May."},
            {
                "text": "Islands are version control for people who like boats.",
                "sort": "joke",
                "tone": "playful",
            },
        ),
    ),
)
"""The conversation of spec T17, as the model sees it."""
SAID: Final = (
    "I'm planning a trip to Greece!",
    "Thinking about island hopping!",
    "Should I visit Mykonos or Crete?",
)
