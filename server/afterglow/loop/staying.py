"""What a sign of life means for the workspaces of a window: sessions that open again, idle and the return.

Invariant: every function runs on the store's thread, inside a transaction of its caller, so that several
windows make one opening, one ``idle`` and one return of it.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from fnmatch import fnmatch
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import evolve, field, frozen

from afterglow.core import kinds
from afterglow.core.model import Event, Mode, Observation
from afterglow.core.secret_files import is_secret_file
from afterglow.loop.setting import Looks, nowhere
from afterglow.loop.signs import Hint, hint_of
from afterglow.store import choices, events, sessions, turns
from afterglow.store.events import Recorded

if TYPE_CHECKING:
    from afterglow.store.database import Database

T = TypeVar("T")

WRITTEN_MS: Final = 10_000
"""Signs of life are written down at most this often; other windows allow for it."""
TOO_SOON: Final = "another session opened here moments ago"
NOT_MISSED: Final = "back before anybody was missed"
OPENED: Final = "the opening of the session speaks for it"
NIGHT_MS: Final = 6 * 60 * 60 * 1000
"""Who was away for so long comes back to a new session, whatever jobs did meanwhile."""
BY_ITSELF: Final = frozenset(
    {"job.finished", "job.started", "ci.finished", "pr.merged", "review.requested", "weather", "idle"}
    | {"session.open", "session.close", "topic.change", "phase.change", "milestone"}
    | {"recipe.finish", "debug.exception"}
)
"""What happens though nobody is at the keyboard: it opens no session and is no return, so that a reminder
waits for somebody to read it."""


@frozen
class Stay:
    """What the store's thread has to know of a window. ``gap_ms``, ``idle_ms``: the settings.

    ``quiet_ms``: how long this window has seen no sign of life, None where it never saw one. ``tell``:
    whether an opening may be told. ``places``: its workspaces. ``uncommitted``: see ``prepared``.
    """

    places: tuple[str, ...]
    user_id: str
    default_mode: Mode
    gap_ms: int
    idle_ms: int
    quiet_ms: int | None = None
    tell: bool = True
    head: Callable[[str], str | None] = nowhere
    looks: Looks = field(factory=Looks)
    exclude_paths: tuple[str, ...] = ()
    uncommitted: Mapping[str, int | None] = field(factory=dict)

    def place_of(self, path: str) -> str | None:
        """The first of the workspaces that a file lies in."""
        return next((one for one in self.places if path.startswith(one.rstrip("/\\") + os.sep)), None)

    def may_name(self, place: str, path: str) -> bool:
        """Whether a file may be remembered: none that may hold secrets or is excluded."""
        return not is_secret_file(path) and not excluded(path, place, self.exclude_paths)

    def hints(self, path: str, *, saved: bool) -> tuple[tuple[str, Hint], ...]:
        """What a file says of the work, with its workspace: nothing where it lies outside of all of them or
        may not be named. Touches no disk: the package is looked up later."""
        place = self.place_of(path)
        if place is None or not self.may_name(place, path):
            return ()
        return ((place, Hint(file=path.removeprefix(place).lstrip("/\\"), saved=saved)),)

    def off(self, connection: Connection) -> bool:
        """Whether nothing may be recorded: nobody wants any of this."""
        return (choices.read_mode(connection) or self.default_mode) == "off"


@frozen
class Made:
    """What a transaction recorded: ``opened``: an opening that will be told; ``speaks``: an event waits;
    ``back``: somebody is back, which other windows may not know."""

    opened: bool = False
    speaks: bool = False
    back: bool = False

    def __or__(self, other: Made) -> Made:
        return Made(self.opened or other.opened, self.speaks or other.speaks, self.back or other.back)


@frozen
class Rest:
    """``since``: when the last one was active (ms), None where somebody still is. Then ``again_ms``: look
    again after so long, None where there is nothing to wait for."""

    since: int | None = None
    again_ms: int | None = None


def excluded(path: str, workspace: str, patterns: Sequence[str]) -> bool:
    """Whether the user's ``excludePaths`` cover a file: globs on its path, or on that below the workspace."""
    below = path.removeprefix(workspace.rstrip("/") + "/")
    return any(fnmatch(name, pattern) for pattern in patterns for name in (path, below))


def write(database: Database, stay: Stay, now: int, work: Callable[[Connection, Stay], T]) -> T:
    """Run ``work`` as one transaction, prepared for the sessions that it may open."""
    ready = prepared(database.connection, stay, now)
    return database.write(lambda connection: work(connection, ready))


def prepared(connection: Connection, stay: Stay, now: int) -> Stay:
    """The same with what is uncommitted where a session is about to open: that takes its time, and is looked
    up before a transaction holds up other windows. Reads only."""
    try:
        due = (
            [] if stay.off(connection) else [one for one in stay.places if _opens(connection, one, stay, now)]
        )
    except sqlite3.Error:
        return stay  # the transaction will meet the same, and deals with it
    return evolve(stay, uncommitted={place: _uncommitted(stay, place) for place in due}) if due else stay


def _uncommitted(stay: Stay, place: str) -> int | None:
    try:
        return stay.looks.uncommitted(place)
    except Exception:  # noqa: BLE001 - a repository that cannot be read must not keep a window from opening
        return None


def _opens(connection: Connection, place: str, stay: Stay, now: int) -> bool:
    session = sessions.latest(connection, place, now, stay.gap_ms)
    if session is None or stay.gap_ms == 0 or not sessions.was_opened(connection, place, session.id):
        return True
    away = sessions.away(connection, place, session.id, now)
    return away is not None and now - away.began >= NIGHT_MS


def open_anew(connection: Connection, place: str, stay: Stay, now: int, *, afresh: bool = False) -> Made:
    """Open the session of this moment as a window's opening does, where that was not done yet.

    A session may have ended over night. One that something began long ago while nobody was there is left to
    itself, and another begins. ``afresh``: begin one though the last goes on.
    """
    known = None if afresh else sessions.last_active(connection, place, now, stay.gap_ms)
    if known is not None and sessions.was_opened(connection, place, known.id):
        return Made()
    if known is None or (stay.gap_ms > 0 and now - known.started_at > stay.gap_ms):
        sessions.open_workspace(connection, place, now, 0)
    session = sessions.current(connection, place, now, stay.gap_ms)
    # Not at start: only a new session has one before it to remember.
    from afterglow.store import previous  # noqa: PLC0415 - see above

    looks = stay.looks
    seen = previous.Seen(
        stay.head(place),
        stay.uncommitted.get(place),
        lambda path: looks.remarks(place, path),
        lambda path: looks.present(place, path),
    )
    previous.remember(connection, user_id=stay.user_id, workspace=place, session=session, now=now, seen=seen)
    opening = Observation("session.open", place, "editor", now, key=sessions.opening_key(session.id))
    row = events.record(connection, opening, now=now, session_gap_ms=stay.gap_ms)
    if row is None or not row.new:
        return Made()
    if not stay.tell:
        turns.finish(connection, (row.event.seq,), TOO_SOON, now)
        return Made()
    return Made(opened=True, speaks=True)


def came(
    connection: Connection,
    stay: Stay,
    now: int,
    hints: Sequence[tuple[str, Hint]] = (),
    saved: tuple[str, str] | None = None,
) -> Made:
    """Somebody did something in a window: sessions go on or open, a return is recorded.

    ``hints``: of a workspace each; ``saved``: a workspace and the path of a file to remember there. In mode
    off nothing is recorded.
    """
    if stay.off(connection):
        return Made()
    made = Made()
    for place in stay.places:
        opened = open_anew(connection, place, stay, now)
        made |= opened if opened.opened else came_back(connection, place, stay, now)
        file = saved[1] if saved is not None and saved[0] == place else None
        sessions.touch(connection, place, now, file, gap_ms=stay.gap_ms)
        own = [hint for of, hint in hints if of == place]
        if own:
            made |= bear(connection, place, stay, now, own)
    return made


def came_back(connection: Connection, place: str, stay: Stay, now: int) -> Made:
    """Record ``active`` where everybody was away from this session until now; after a night it is over."""
    session = sessions.latest(connection, place, now, stay.gap_ms)
    away = sessions.away(connection, place, session.id, now) if session is not None else None
    if away is None:
        return Made()
    from afterglow.core.step import BACK_AFTER_MS  # noqa: PLC0415 - what decides is not loaded at start

    idle_ms = max(now - away.began, 0)
    if stay.gap_ms > 0 and idle_ms >= max(NIGHT_MS, stay.gap_ms):
        return open_anew(connection, place, stay, now, afresh=True)
    seen = Observation(
        "active", place, "editor", now, data={"idleMs": idle_ms}, key=f"active:{away.event_id}"
    )
    row = events.record(connection, seen, now=now, session_gap_ms=stay.gap_ms)
    if row is None or not row.new:
        return Made()
    if idle_ms < BACK_AFTER_MS:
        # It would be refused anyway: so it needs no turn.
        turns.finish(connection, (row.event.seq,), NOT_MISSED, now)
    return Made(speaks=idle_ms >= BACK_AFTER_MS, back=True)


def take(
    connection: Connection, window: str, stay: Stay, now: int, at_once: Collection[str], ripe_ms: int
) -> tuple[list[Event], bool, Made]:
    """Own the events that nobody does: of the workspaces ``at_once``, and those that waited ``ripe_ms``.

    Whether some were left is the second part of the answer. What is taken steers topic and phase.
    """
    made = Made()
    free = turns.waiting(connection, stay.places, now)
    # An event that came in the meantime still has to wait its own moment.
    ripe = [
        event.seq for event in free if event.workspace in at_once or abs(now - event.recorded_at) >= ripe_ms
    ]
    mine = turns.take(connection, window, ripe, now)
    for event in mine:
        hint = hint_of(event)
        if hint is not None:
            made |= bear(connection, event.workspace, stay, now, (hint,))
    return mine, len(ripe) < len(free), made


def record(connection: Connection, observation: Observation, stay: Stay, now: int) -> Recorded | None:
    """``events.record``, but for a client's ``idle``: that nobody is there is no sign of life."""
    known = None
    if observation.kind == "idle":
        known = sessions.last_active(connection, observation.workspace, now, stay.gap_ms)
    row = events.record(connection, observation, now=now, session_gap_ms=stay.gap_ms)
    if known is not None:
        sessions.set_active(connection, known.id, known.active_at)
    return row


def is_sign(observation: Observation) -> bool:
    """Whether a happening keeps the session awake, whoever made it happen."""
    kind = kinds.KINDS.get(observation.kind)
    return kind is not None and kind.kept and not observation.silent and observation.kind != "idle"


def before(connection: Connection, observation: Observation, stay: Stay, now: int) -> Made:
    """What must be on record before this happening is, if somebody must have been there for it: the
    session that it opens, or the return."""
    by_hand = is_sign(observation) and observation.kind not in BY_ITSELF and not observation.fills
    if not by_hand or observation.workspace not in stay.places:
        return Made()
    told = observation.kind == "active"
    opened = open_anew(connection, observation.workspace, stay, now, afresh=told and _long(observation))
    return opened if opened.opened or told else came_back(connection, observation.workspace, stay, now)


def _long(observation: Observation) -> bool:
    """Whether a client says that somebody is back from a night."""
    idle_ms = observation.data.get("idleMs")
    return isinstance(idle_ms, int | float) and idle_ms >= NIGHT_MS


def observe(
    connection: Connection, observations: Sequence[Observation], stay: Stay, now: int
) -> tuple[list[Event], Made]:
    """Record what happened, with what it means for the session; the events, and what else was made."""
    seen: list[Event] = []
    made = Made()
    for observation in observations:
        first = before(connection, observation, stay, now)
        made |= first
        row = record(connection, observation, stay, now)
        if row is None:
            continue
        seen.append(row.event)
        if first.opened and observation.kind == "active" and _long(observation):
            turns.finish(connection, (row.event.seq,), OPENED, now)
        # What speaks is taken by one window, which takes its signs then.
        hint = hint_of(observation) if row.new and not kinds.speaks(observation.kind) else None
        if hint is not None and not observation.silent:
            made |= bear(connection, observation.workspace, stay, now, (hint,))
    return seen, made


def bear(connection: Connection, place: str, stay: Stay, now: int, hints: Sequence[Hint]) -> Made:
    """Let the signs steer topic and phase; a change is recorded."""
    session = sessions.latest(connection, place, now, stay.gap_ms)
    if session is None:
        return Made()
    found = [
        evolve(hint, package=stay.looks.package(place, hint.file)) if hint.file is not None else hint
        for hint in hints
    ]
    # Not at start: it keeps its state where the voice keeps its own, which a server reads later.
    from afterglow.loop.bearings import steer  # noqa: PLC0415 - see above

    changes = steer(connection, stay.user_id, place, session.id, found, now)
    for change in changes:
        events.record(connection, change, now=now, session_gap_ms=stay.gap_ms)
    return Made(speaks=bool(changes))


def newest(connection: Connection, stay: Stay, now: int) -> int | None:
    """When somebody was last active in any of the workspaces (ms), None where no session goes on."""
    found = [sessions.last_active(connection, place, now, stay.gap_ms) for place in stay.places]
    return max((one.active_at for one in found if one is not None), default=None)


def idle(connection: Connection, stay: Stay, now: int) -> Rest:
    """Record ``idle`` for the workspaces in which no window saw anybody for ``idle_ms``.

    Other windows write their signs down with some delay, which is allowed for.
    """
    if stay.off(connection):
        return Rest()
    own = stay.quiet_ms if stay.quiet_ms is not None else stay.idle_ms
    others = sessions.open_windows(connection) > 1
    enough = stay.idle_ms + (WRITTEN_MS if others else 0)
    again, last = 0, now - own
    for place in stay.places:
        session = sessions.last_active(connection, place, now, stay.gap_ms)
        if session is None:
            continue
        active_at = session.active_at
        if stay.quiet_ms is not None and now - own > active_at:
            active_at = now - own
            sessions.set_active(connection, session.id, active_at)
        quiet = now - active_at
        if quiet < enough:
            again = max(again, min(enough, enough - quiet))
            continue
        last = max(last, active_at)
        seen = Observation(
            "idle", place, "editor", now, data={"idleMs": quiet}, key=f"idle:{session.id}:{active_at}"
        )
        record(connection, seen, stay, now)
    return Rest(again_ms=again) if again else Rest(since=last)
