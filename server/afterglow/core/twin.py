"""What the idle-time model is told of a turn, and what it answers: the shapes that its rooms share.

Invariant: frozen and pure. Nothing here is shown: a line goes through the queue or the learned bank, and
only on a later turn than the one it was made on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from attrs import field, frozen

from afterglow.core.prediction import Prediction

LineSort = Literal["joke", "aside", "response"]
Outcome = Literal[
    "ok",
    "stopped",
    "timeout",
    "unreachable",
    "rate_limited",
    "overloaded",
    "refused_key",
    "bad_request",
    "server_error",
    "redirected",
    "too_big",
    "cut_off",
    "refusal",
    "bad_answer",
]
"""How a call ended. Only ``ok`` has an answer worth reading."""

MAX_FIELD: Final = 200
"""The most characters of any shared text (spec L2)."""
MAX_TURNS: Final = 5
"""So many turns a request tells of (spec L2a)."""


@frozen
class Briefed:
    """One turn as it is put before the model. ``number``: on the clock of its workspace.

    ``facts``: what may leave by the first consent alone: kinds, outcomes, counts, tags, the id and text of
    a line that ships with Afterglow. ``texts``: by the second consent, each scrubbed and at most 200
    characters; empty without it. ``said``: what the user wrote, likewise.
    """

    seq: int
    number: int
    at: int
    facts: Mapping[str, object] = field(factory=dict)
    texts: Mapping[str, str] = field(factory=dict)
    said: str | None = None


@frozen
class Grade:
    """What the model thinks of one turn. ``turn``: ``Briefed.seq``. ``quality``: 1 to 5. ``confidence``: 0
    to 1, of the domain. ``words``: tag -> words and phrases that name it in a text."""

    turn: int
    quality: int
    why: str
    domain: str | None = None
    confidence: float = 0.0
    tags: tuple[str, ...] = ()
    words: Mapping[str, tuple[str, ...]] = field(factory=dict)


@frozen
class Made:
    """A line that the model wrote, checked. ``score``: its own, 1 to 5."""

    sort: LineSort
    text: str
    domain: str
    tags: tuple[str, ...]
    score: int
    level: int = 1
    warmth: int = 2
    tone: str = "factual"


@frozen
class Verdict:
    """What becomes of a shipped line that was due for a review."""

    entry_id: str
    decision: Literal["refresh", "retire"]


@frozen
class Answer:
    """A whole answer, checked; ``dropped``: why lines or grades were not taken, one reason each."""

    grades: tuple[Grade, ...] = ()
    lines: tuple[Made, ...] = ()
    prediction: Prediction | None = None
    verdicts: tuple[Verdict, ...] = ()
    dropped: tuple[str, ...] = ()


@frozen
class Usage:
    """Tokens as the service counted them."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0


@frozen
class Request:
    """One call, exactly as it leaves but for the address and the key.

    ``schema``: the JSON schema of the answer. ``turns``: ``Briefed.seq`` of those it tells of.
    ``entries``: ids of the lines it asks to review.
    """

    purpose: Literal["turns", "review"]
    model: str
    system: str
    user: str
    schema: Mapping[str, object]
    max_tokens: int
    turns: tuple[int, ...] = ()
    entries: tuple[str, ...] = ()


@frozen
class Reply:
    """What came back. ``text``: the answer where ``outcome`` is ok. ``usage``: None where nothing was told.

    ``retry_after_ms``: how long the service asked to be left alone. ``detail``: one line for the ledger,
    without any part of the request or of the answer.
    """

    outcome: Outcome
    text: str | None = None
    usage: Usage | None = None
    retry_after_ms: int | None = None
    detail: str = ""
