"""Topic and phase of a workspace (spec A10): signs come in, and a change that held becomes an event.

Invariant: the state lies in the store, so that the windows of a workspace share it, one change is one event,
and a restart goes on with it. A new session begins without: what it takes up first is no change. Nothing
is taken from files that hold secrets or that the user excludes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any, Final

from attrs import asdict, evolve, field, fields, frozen

from afterglow.core import phase, topic
from afterglow.core.model import Observation
from afterglow.core.topic import Change, Held
from afterglow.loop.signs import Hint
from afterglow.store import voice

_KEPT: Final = "bearings"


@frozen
class Bearings:
    """``session``: whose these are."""

    session: str = ""
    branch: str | None = None
    topic: Held = field(factory=Held)
    phase: Held = field(factory=Held)


def steer(
    connection: sqlite3.Connection,
    user_id: str,
    workspace: str,
    session_id: str,
    hints: Iterable[Hint],
    now: int,
) -> tuple[Observation, ...]:
    """Take in signs of this moment; the changes that they make, to be recorded in the same transaction."""
    before = _load(connection, user_id, workspace)
    here = before if before.session == session_id else Bearings(session_id, before.branch)
    made: list[Observation] = []
    for hint in hints:
        here, changes = _heard(here, hint, now)
        made += [_observation(workspace, session_id, kind, change, now) for kind, change in changes]
    if here != before:
        voice.write(connection, user_id, _name(workspace), asdict(here))
    return tuple(made)


def _heard(here: Bearings, hint: Hint, now: int) -> tuple[Bearings, list[tuple[str, Change]]]:
    changes: list[tuple[str, Change]] = []
    if hint.topic is not None:
        here = evolve(here, topic=Held(now=hint.topic, changed_at=now))
    if hint.phase is not None:
        here = evolve(here, phase=Held(now=hint.phase, changed_at=now))
    if hint.branch is not None and hint.branch != here.branch:
        here = evolve(here, branch=hint.branch, topic=topic.switched(here.topic))
    if hint.file is not None:
        name = topic.name_of(hint.file, hint.package, here.branch)
        if name is not None:
            apart = topic.OF_SAVE_MS if hint.saved else topic.OF_EDIT_MS
            held, change = topic.heard(here.topic, name, now, apart_ms=apart)
            here = evolve(here, topic=held)
            changes += [("topic.change", change)] if change is not None else []
    sign = hint.sign
    if sign is None and hint.file is not None:
        sign = phase.of_file(hint.file, saved=hint.saved)
    if sign is not None:
        held, change = topic.heard(here.phase, sign.phase, now, weight=sign.weight, apart_ms=sign.apart_ms)
        here = evolve(here, phase=held)
        changes += [("phase.change", change)] if change is not None else []
    return here, changes


def _observation(workspace: str, session_id: str, kind: str, change: Change, now: int) -> Observation:
    data = {"from": change.before, "to": change.after}
    return Observation(kind, workspace, "editor", now, data=data, key=f"{kind}:{session_id}:{now}")


def _name(workspace: str) -> str:
    return f"{_KEPT} {workspace}"


def _load(connection: sqlite3.Connection, user_id: str, workspace: str) -> Bearings:
    row = voice.read(connection, user_id, _name(workspace))
    session, branch = row.get("session"), row.get("branch")
    if not isinstance(session, str):
        return Bearings()
    known = branch if isinstance(branch, str) else None
    return Bearings(session, known, _held(row.get("topic")), _held(row.get("phase")))


def _held(row: Any) -> Held:
    """What was written, or a fresh one where somebody else wrote it."""
    values = row if isinstance(row, Mapping) else {}
    made = {one.name: values[one.name] for one in fields(Held) if one.name in values}
    texts = all(isinstance(made.get(name), str | None) for name in ("now", "rival"))
    numbers = all(isinstance(made.get(name, 0), int) for name in ("began", "last", "weight"))
    return Held(**made) if texts and numbers and isinstance(made.get("changed_at"), int | None) else Held()
