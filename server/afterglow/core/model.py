"""The shapes that every room shares: what happened, what is known, what is said.

Invariant: every class is frozen. Times are integers, milliseconds since the epoch (UTC), unless a
name says otherwise; durations are milliseconds. Workspaces are canonical (real) absolute paths.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import Any, Final, Literal

from attrs import field, frozen

Status = Literal["ok", "fail", "cancelled", "unknown"]
Source = Literal["editor", "run", "emit", "hook", "report", "cache", "git"]
Mode = Literal["off", "quiet", "normal", "chatty"]
Json = Any
"""A JSON value. Its shape is checked where it enters (``core.events``), not by the type checker."""

STATUSES: Final = ("ok", "fail", "cancelled", "unknown")
SOURCES: Final = ("editor", "run", "emit", "hook", "report", "cache", "git")
MODES: Final = ("off", "quiet", "normal", "chatty")


@frozen
class Anchor:
    """A place in the code: ``uri`` as the client writes it, ``line`` counted from 0."""

    uri: str
    line: int


@frozen
class Observation:
    """Something that a sensor, a client or a command line says has happened; not recorded yet.

    ``at`` is when it ended. ``key`` identifies the happening wherever it is seen from (a reflog line,
    a client's dedupeKey, a report file's identity); two observations with one key are one event.
    ``silent`` observations are recorded and never shown (what was missed while no window was open).
    One that ``fills`` only adds to a happening of its job that is on record (a coverage file, say) and is
    none of its own: where there is none, it is dropped.
    """

    kind: str
    workspace: str
    source: Source
    at: int
    label: str | None = None
    status: Status | None = None
    exit_code: int | None = None
    duration_ms: float | None = None
    started_at: int | None = None
    tags: tuple[str, ...] = ()
    data: Mapping[str, Json] = field(factory=dict)
    key: str | None = None
    silent: bool = False
    anchor: Anchor | None = None
    fills: bool = False

    @property
    def job(self) -> str | None:
        """The kind of job (``test``, ``build`` ...) for ``job.*`` kinds, else None."""
        job = self.data.get("job")
        return job if isinstance(job, str) else None


@frozen
class Event:
    """A recorded happening, with everything its several observations agreed on.

    ``labels`` holds every label that any observation gave, the first one first (it is ``label``);
    ``sources`` likewise. ``seq`` grows with each row of the store.
    """

    id: str
    seq: int
    kind: str
    workspace: str
    session_id: str | None
    at: int
    recorded_at: int
    sources: tuple[str, ...]
    labels: tuple[str, ...] = ()
    job: str | None = None
    status: Status | None = None
    exit_code: int | None = None
    duration_ms: float | None = None
    started_at: int | None = None
    tags: tuple[str, ...] = ()
    data: Mapping[str, Json] = field(factory=dict)
    anchor: Anchor | None = None

    @property
    def label(self) -> str | None:
        return self.labels[0] if self.labels else None

    @property
    def source(self) -> str:
        return self.sources[0]

    def number(self, name: str) -> int | None:
        """A whole number of ``data`` (``passed``, ``failed`` ...), or None where there is none."""
        value = self.data.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None


@frozen
class Outcome:
    """One earlier end of a job, as the news compares with it.

    ``part``: what alone it speaks of, None where it stands for the whole run (``history.part_of``).
    ``coverage``: a percentage. ``metrics``: numbers by name, as the run told them.
    """

    event_id: str
    at: int
    status: Status
    duration_ms: float | None = None
    passed: int | None = None
    failed: int | None = None
    skipped: int | None = None
    errors: int | None = None
    part: str | None = None
    coverage: float | None = None
    metrics: Mapping[str, float] = field(factory=dict)


@frozen
class Red:
    """A (job, label) whose newest outcome that is ok or fail is a fail less than 2 h old."""

    job: str
    label: str
    since: int
    runs: int
    event_id: str


@frozen
class Facts:
    """What the records say about the event at hand; the only place news takes numbers from.

    ``history``: earlier outcomes of the same job under any of the event's labels, newest first,
    at most 200, the event itself left out. ``same_kind``: times of earlier events of the same kind in
    this workspace, newest first, at most 200. ``known_since``: since when this workspace's records of
    this kind are without a gap that could hide one (a git log's baseline); a claim that looks back
    further than it may not be made. ``commits_since_push`` counts commit events after the last
    recorded push of the same branch, None where no push is recorded. ``conflict_since``: when the
    conflict that the event at hand ended had begun.
    """

    history: tuple[Outcome, ...] = ()
    same_kind: tuple[int, ...] = ()
    known_since: int | None = None
    commits_since_push: int | None = None
    last_push_at: int | None = None
    last_tag: tuple[str, int] | None = None
    conflict_since: int | None = None
    last_red: tuple[int, int] | None = None
    """(began, ended) of the newest red streak of the workspace that has ended, if any."""


@frozen
class Session:
    """One stay in a workspace, shared by its windows. ``turn`` counts turns that reached T5."""

    id: str
    workspace: str
    started_at: int
    turn: int = 0


@frozen
class Hazard:
    """Why silence is owed for a while: ``destructive`` or ``credential``, until a time."""

    kind: str
    until: int


@frozen
class Moment:
    """All that one turn may look at, read at one instant. Two equal moments give equal turns."""

    now: int
    zone: tzinfo
    mode: Mode
    session: Session
    facts: Facts
    dnd_until: int | None = None
    red: tuple[Red, ...] = ()
    unresolved: tuple[str, ...] = ()
    """Unfinished git operations: ``merge`` ``rebase`` ``cherry-pick`` ``revert`` ``conflict``."""
    hazards: tuple[Hazard, ...] = ()
    exception_at: int | None = None
    error_surge: bool = False
    newcomer: bool = False
    """The first session ever, and nothing that the user started has ended well before."""
    token_id: str = ""


@frozen
class Gate:
    """One condition of a turn: its spec id, whether it let the turn pass, and why."""

    id: str
    passed: bool
    reason: str


@frozen
class Candidate:
    """A line that was considered. ``rejected`` says why it was passed over, None if it was taken."""

    entry_id: str | None
    source: str
    rank: float
    rejected: str | None = None


@frozen
class Register:
    formality: str = "neutral"
    length: str = "normal"
    urgency: str = "normal"
    energy: str = "medium"


@frozen
class Classification:
    label: str
    confidence: float = 1.0
    tags: tuple[str, ...] = ()
    glow_score: float = 0.0
    register: Register = Register()


@frozen
class WarmToken:
    """One line ready to show. Names and times as on the wire are made by ``loop.record``."""

    id: str
    response: str
    news: str | None
    banter: str | None
    source: str
    entry_id: str | None
    category: str | None
    level: int
    warmth: int
    confidence: float
    glow_score: float
    register: Register
    tags: tuple[str, ...]
    latency_ms: float
    session_id: str
    turn: int
    created_at: int
    ttl_ms: int
    event: tuple[str, str, str | None] | None
    """(id, kind, label) of the event that the line is about."""
    anchor: Anchor | None = None
    by_model: bool = False
    """Whether a language model wrote the warm part."""


@frozen
class Spoken:
    """What the warm part of a token was, for those who count: ``kind`` as in ``core.pick``.

    ``unasked``: it is charged to the budget; ``proactive``: said at a return; ``stale``: due for a review.
    ``line``: the id of the bank's line that was told, None for a line that came from nowhere else.
    ``origin``: which source of the queue it came from; ``learned`` for a model's line of the banks.
    """

    kind: str
    unasked: bool
    line: str | None = None
    origin: str | None = None
    proactive: bool = False
    stale: bool = False


@frozen
class Turn:
    """What one pass decided: a token, or None with the reason, and how it came to it.

    ``reached_t5``: the gates passed and there was an occasion, so the session's turn number advances.
    ``put``: its row of ``twin_turns`` where it was put before the idle-time model, known once it is written.
    """

    token: WarmToken | None
    reason: str
    classification: Classification
    gates: tuple[Gate, ...]
    candidates: tuple[Candidate, ...] = ()
    reached_t5: bool = False
    spoken: Spoken | None = None
    put: int | None = None
