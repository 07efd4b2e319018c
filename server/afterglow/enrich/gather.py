"""What a request may tell of the turns that wait, of the moment and of what the banks hold.

By the first consent: names of this program's own tables, numbers, tags of its own tables, the text of lines
that ship with it. By the second also texts, each through ``enrich.scrub``. Invariant: every value is taken
out by name and checked against a table; what is not listed here does not leave, whatever is stored. Nothing
depends on the instant of the reading beyond the workspace's state, so that a preview shows what is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import Any, Final, get_args

from attrs import field, frozen

from afterglow.core import kinds
from afterglow.core.bank import LABELS
from afterglow.core.local_time import local
from afterglow.core.model import MODES, STATUSES, Event
from afterglow.core.queue_rules import CATEGORIES, SOURCES, tag_key
from afterglow.core.redact import words_only
from afterglow.core.settings import Settings
from afterglow.core.stock import Stock
from afterglow.core.tag_words import LIFE, WORK
from afterglow.core.tags import JOB_TAGS, KIND_TAGS
from afterglow.core.twin import MAX_FIELD, MAX_TURNS, Briefed
from afterglow.core.twin_facts import COUNTS
from afterglow.core.wish import LineKind
from afterglow.enrich.known import lacking
from afterglow.enrich.names import own_names
from afterglow.enrich.scrub import scrub
from afterglow.loop.staying import excluded
from afterglow.store import choices, facts, returns, sessions, twin, twin_domains, twin_told, voice
from afterglow.store.twin import Row

PRIVATE_TAGS: Final = frozenset({"greece", "mexico", "family", "health", "holiday", "pets", "coffee", "food"})
"""Tags of our own tables that tell of a person's life or plans: they go with the second consent only."""
OWN_TAGS: Final = frozenset(
    {*WORK, *LIFE}.union(*JOB_TAGS.values(), *KIND_TAGS.values(), kinds.JOBS, ("debugging", "pytest"))
)
ASKED: Final = ("say", "next")
REGISTERS: Final[Mapping[str, frozenset[str]]] = {
    "formality": frozenset({"formal", "casual"}),
    "length": frozenset({"terse", "verbose"}),
    "urgency": frozenset({"urgent", "reflective"}),
    "energy": frozenset({"low", "high"}),
}
"""How somebody writes; the middle of each is not worth a word."""
DAY_PARTS: Final = ((5, "night"), (12, "morning"), (18, "afternoon"), (23, "evening"), (24, "night"))
MOST_DOMAINS: Final = 8
MOST_STOCKED: Final = 24
MOST_FAILING: Final = 5
_HOUR_MS: Final = 3_600_000
_MOST: Final = 10**9
_MOST_MS: Final = 10**12

Checks = Callable[[Any], Any]


@frozen
class Subject:
    """What one request is made of. ``turns``: the newest last, at most five. ``known_domains``: the domains
    that may be named, with their newest grade (0 where there is none). ``text_leaves``: by consent, and
    because what looks for secrets is there."""

    turns: tuple[Briefed, ...] = ()
    status: Mapping[str, Any] = field(factory=dict)
    known_domains: Mapping[str, int] = field(factory=dict)
    text_leaves: bool = False


def gather(
    connection: Connection,
    *,
    settings: Settings,
    user_id: str,
    workspace: str,
    now: int,
    zone: tzinfo,
    stock: Stock,
) -> Subject:
    """What waits in one workspace, ready to be asked about; no turns where none wait. Reads only."""
    rows = twin.waiting(connection, user_id, workspace, MAX_TURNS)
    return gather_rows(
        connection,
        rows,
        settings=settings,
        user_id=user_id,
        workspace=workspace,
        now=now,
        zone=zone,
        stock=stock,
    )


def gather_rows(
    connection: Connection,
    rows: Sequence[Row],
    *,
    settings: Settings,
    user_id: str,
    workspace: str,
    now: int,
    zone: tzinfo,
    stock: Stock,
) -> Subject:
    """The same for turns at hand."""
    if not rows:
        return Subject()
    share = settings.enrichment_share_text
    known = twin_domains.domains(connection, user_id)
    learned = frozenset(tag for one in known for tag in (one.name, *one.tags)) if share else frozenset()
    may = _Leaving(share, learned, own_names(settings), settings.exclude_paths)
    events = twin_told.events_of(connection, [row.event_id for row in rows if row.event_id is not None])
    refs = {ref for row in rows for ref in (row.token_id, *_lines(row)) if ref is not None}
    scores = twin_told.scores_of(connection, user_id, refs)
    turns = tuple(_briefed(row, events.get(row.event_id or ""), scores, stock, may) for row in rows)
    domains = {one.name: one.grades for one in known if may.tag(one.name)}
    tags = dict.fromkeys(tag for turn in turns for tag in _texts(turn.facts.get("tags")))
    lacks = lacking(stock, voice.told(connection, user_id))
    stocked = [tag for tag in (*tags, *domains) if not lacks(tag, ())]
    stocked += [one.name for one in known if one.name in domains and not lacks(one.name, one.tags)]
    mode = choices.read_mode(connection) or settings.mode
    status: dict[str, Any] = {
        "mode": mode if mode in MODES else None,
        "rapport": round(voice.rapport_now(connection, user_id)),
        "day_part": _day_part(rows[-1].at, zone),
        "sessions": sessions.count(connection),
        "red": bool(facts.red(connection, workspace, now)),
        "domains": {name: list(grades[-3:]) for name, grades in list(domains.items())[:MOST_DOMAINS]},
        "stocked": list(dict.fromkeys(stocked))[:MOST_STOCKED],
        "return": _returned(connection, workspace, now, may),
    }
    return Subject(
        turns,
        {name: value for name, value in status.items() if value is not None},
        {name: grades[-1] if grades else 0 for name, grades in domains.items()},
        may.text("text") != "",
    )


# -- what may leave --------------------------------------------------------------------------------------


@frozen
class _Leaving:
    share: bool
    learned: Collection[str]
    names: tuple[str, ...]
    hidden: tuple[str, ...]

    def tag(self, tag: object) -> bool:
        """Whether a tag may leave: one that somebody made up is a text."""
        if not isinstance(tag, str):
            return False
        return (tag in OWN_TAGS and (self.share or tag not in PRIVATE_TAGS)) or tag_key(tag) in self.learned

    def text(self, text: object) -> str:
        return scrub(text, self.names)[:MAX_FIELD] if self.share and isinstance(text, str) and text else ""

    def said(self, text: str | None) -> str | None:
        """Once more through the list of harmless words: what is stored may have been put there by others."""
        if not self.share or not text:
            return None
        return self.text(words_only(text, self.names)) or None

    def failing(self, event: Event) -> str:
        """Names of tests, without the files they are in and without those of excluded ones."""
        names = event.data.get("failing")
        given = [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
        told = [name for name in given if not excluded(name.partition("::")[0], "", self.hidden)]
        bare = [name.rpartition("::")[2].rpartition("/")[2] for name in told[:MOST_FAILING]]
        return self.text(", ".join(bare))


def _briefed(
    row: Row, event: Event | None, scores: Mapping[str, int], stock: Stock, may: _Leaving
) -> Briefed:
    told: dict[str, Any] = {
        name: checked
        for fact, (name, check) in _FACTS.items()
        if (checked := check(row.facts.get(fact))) is not None
    }
    told["tags"] = [tag for tag in _texts(row.facts.get("tags")) if may.tag(tag)]
    line = _shown(row, scores, stock, may)
    texts: dict[str, str] = {}
    if may.share and event is not None:
        branch = event.data.get("branch")
        found = {
            "name": may.text(event.label),
            "branch": may.text(branch),
            "failing": may.failing(event),
        }
        texts = {name: text for name, text in found.items() if text}
    if may.share and event is not None and "returned" in told:
        texts |= {"topic": topic} if (topic := may.text(event.data.get("to"))) else {}
    return Briefed(
        seq=row.seq,
        number=row.turn,
        at=row.at,
        facts={name: value for name, value in {**told, **line}.items() if value not in ({}, [])},
        texts=texts,
        said=may.said(row.said),
    )


def _lines(row: Row) -> tuple[str, ...]:
    return tuple(name for name in (row.facts.get("line"), row.facts.get("entry")) if isinstance(name, str))


def _shown(row: Row, scores: Mapping[str, int], stock: Stock, may: _Leaving) -> dict[str, Any]:
    """The line that was told, with its text where it ships with us; what a model wrote counts as a text."""
    entry = next((stock.by_id[name] for name in _lines(row) if name in stock.by_id), None)
    refs = (row.token_id, *_lines(row))
    score = next((scores[ref] for ref in refs if ref is not None and ref in scores), None)
    found: dict[str, Any] = {} if score is None else {"stars": score}
    if entry is not None and entry.origin == "shipped":
        found |= {"line": entry.id, "text": entry.text}
    elif entry is not None and entry.origin == "learned" and (text := may.text(entry.text)):
        found |= {"text": text}
    return found


def _returned(connection: Connection, workspace: str, now: int, may: _Leaving) -> dict[str, Any] | None:
    """The nth return to a topic (spec S8a); its name is a text."""
    back = returns.returns(connection, workspace, now)
    if back is None:
        return None
    found: dict[str, Any] = {"nth": back.nth}
    if back.gap_ms is not None:
        found["gap_hours"] = round(back.gap_ms / _HOUR_MS, 1)
    topic = may.text(back.topic)
    return {**found, "topic": topic} if topic else found


def _day_part(at: int, zone: tzinfo) -> str:
    hour = local(at, zone).hour
    return next(name for until, name in DAY_PARTS if hour < until)


# -- the tables --------------------------------------------------------------------------------------------


def _one_of(*values: str) -> Checks:
    allowed = frozenset(values)
    return lambda value: value if isinstance(value, str) and value in allowed else None


def _whole(low: int, high: int) -> Checks:
    return lambda value: (
        value if _is_number(value) and isinstance(value, int) and low <= value <= high else None
    )


def _share_of_one(value: Any) -> float | None:
    return round(float(value), 2) if _is_number(value) and 0 <= value <= 1 else None


def _is_number(value: Any, most: int = _MOST) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < most


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []


def _counts(value: Any) -> dict[str, int]:
    given = value if isinstance(value, Mapping) else {}
    return {name: given[name] for name in COUNTS if _is_number(given.get(name))}


def _register(value: Any) -> dict[str, str]:
    given = value if isinstance(value, Mapping) else {}
    said = {name: value for name in REGISTERS if isinstance(value := given.get(name), str)}
    return {name: value for name, value in said.items() if value in REGISTERS[name]}


def _return(value: Any) -> dict[str, Any] | None:
    if not isinstance(value, Mapping) or not _is_number(value.get("nth")):
        return None
    gap: Any = value.get("gap_ms")
    told = {"gap_hours": round(gap / _HOUR_MS, 1)} if _is_number(gap, _MOST_MS) and gap >= 0 else {}
    return {"nth": int(value["nth"]), **told}


def _seconds(value: Any) -> float | None:
    return round(value / 1000, 1) if _is_number(value) and value >= 0 else None


_FACTS: Final[Mapping[str, tuple[str, Checks]]] = {
    "kind": ("kind", _one_of(*kinds.KINDS, *ASKED)),
    "status": ("status", _one_of(*STATUSES)),
    "job": ("job", _one_of(*kinds.JOBS)),
    "duration_ms": ("seconds", _seconds),
    "counts": ("counts", _counts),
    "label": ("about", _one_of(*LABELS)),
    "confidence": ("sure", _share_of_one),
    "glow": ("glow", _share_of_one),
    "register": ("register", _register),
    "news": ("news", lambda value: True if value is True else None),
    "sort": ("sort", _one_of(*get_args(LineKind))),
    "origin": ("origin", _one_of(*SOURCES, "learned")),
    "category": ("category", _one_of(*CATEGORIES)),
    "level": ("level", _whole(1, 3)),
    "warmth": ("warmth", _whole(1, 5)),
    "returned": ("returned", _return),
}
"""A fact of ``core.twin_facts`` -> under which name it leaves, and what it must be; None: it stays."""
