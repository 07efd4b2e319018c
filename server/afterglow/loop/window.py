"""One editor window: what happens in its workspaces is recorded, and its turns are taken.

Invariant: every method runs on the loop's thread and none of them blocks; what needs the disk is
given to the store's thread and comes back as a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from fnmatch import fnmatch
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import evolve, frozen

from afterglow.core import commands, window
from afterglow.core.effects import ModeChanged, RefreshHints, SendToken
from afterglow.core.model import Anchor, Event, Mode, Observation, Turn, WarmToken
from afterglow.core.place import Edit, Hint
from afterglow.core.settings import Settings
from afterglow.core.window import WindowState
from afterglow.loop import uris
from afterglow.loop.ports import Ports, Timer
from afterglow.loop.setting import GitKnowledge, Setting, nowhere
from afterglow.store import choices, events, marks, sessions, turns

if TYPE_CHECKING:
    from afterglow.core.stock import Stock

T = TypeVar("T")

UNFOCUSED_MS: Final = 100
"""How much later a window without focus reaches for an event: the one in front goes first."""
TOUCH_MS: Final = 60_000
"""Typing is noted in the session row at most this often."""


@frozen
class Burst:
    """Events of one workspace that will have one turn. ``began``: monotonic ms of the first."""

    began: int
    seqs: tuple[int, ...]


class Window:
    """``id`` names this window among all. Workspaces are canonical paths, the first one first.

    ``stock`` gives the banks, ``head`` the branch of a workspace; both are called on the store's thread.
    """

    def __init__(
        self,
        window_id: str,
        ports: Ports,
        settings: Settings,
        zone: tzinfo,
        stock: Callable[[], Stock] | None = None,
        head: Callable[[str], str | None] = nowhere,
    ) -> None:
        self.id = window_id
        self._stock = stock
        self.head = head
        self.ports = ports
        self.settings = settings
        self.zone = zone
        self.state = WindowState()
        self.workspaces: tuple[str, ...] = ()
        self.git: dict[str, GitKnowledge] = {}
        self.token: WarmToken | None = None
        self.mode: Mode = settings.mode
        self._bursts: dict[str, Burst] = {}
        self._timers: dict[str, Timer] = {}
        self._reaching: Timer | None = None
        self._touched: dict[str, int] = {}
        self._closed = False

    # -- opening and closing -----------------------------------------------------------------------

    def open(self, workspaces: Sequence[str], then: Callable[[], None] | None = None) -> None:
        """Begin or go on with the sessions of these workspaces. ``then`` runs when that is stored."""
        fresh = tuple(place for place in dict.fromkeys(workspaces) if place not in self.workspaces)
        self.workspaces = (*self.workspaces, *fresh)
        now, gap, default = self.ports.clock.wall(), self._gap_ms, self.settings.mode
        user, head = self.settings.user_id, self.head

        def work(connection: Connection) -> Mode:
            mode = choices.read_mode(connection) or default
            sessions.open_window(connection, self.id, now)
            for place in fresh if mode != "off" else ():
                turns.drop_missed(connection, place, now)
                stay = sessions.open_workspace(connection, place, now, gap)
                if stay.new:
                    # Not at start: only a new session has one before it to remember.
                    from afterglow.store import previous  # noqa: PLC0415 - see above

                    previous.remember(
                        connection,
                        user_id=user,
                        workspace=place,
                        session=stay.session,
                        now=now,
                        branch=head(place),
                    )
                    key = f"session.open:{stay.session.id}"
                    opening = Observation("session.open", place, "editor", now, key=key)
                    events.record(connection, opening, now=now, session_gap_ms=gap)
            return mode

        def done(mode: Mode) -> None:
            self._set_mode(mode)
            self._reach()
            if then is not None:
                then()

        self._write(work, done)

    def leave(self, workspaces: Sequence[str]) -> None:
        """These folders are no longer open here."""
        self.workspaces = tuple(place for place in self.workspaces if place not in workspaces)
        for place in workspaces:
            self._bursts.pop(place, None)
            self._stop_timer(place)
            self.git.pop(place, None)

    def close(self) -> None:
        """The window goes. What it owned and did not show stays recorded."""
        if self._closed:
            return
        self._closed = True
        for place in list(self._timers):
            self._stop_timer(place)
        if self._reaching is not None:
            self._reaching.cancel()
        now = self.ports.clock.wall()
        self._write(lambda connection: sessions.close_window(connection, self.id, now))

    # -- what the client says ----------------------------------------------------------------------

    def edited(self, uri: str, edits: Sequence[Edit]) -> None:
        """A document changed: only which one, where and when."""
        clock = self.ports.clock
        hint = self.state.hint
        now = clock.wall()
        self.state = window.edited(self.state, uri, edits, clock.ticks(), now)
        if hint is not None and self.state.hint is not hint:
            self.ports.show(RefreshHints())
        self._touch(uri, now)

    def fronted(self, uri: str | None) -> None:
        self.state = window.fronted(self.state, uri)

    def document_closed(self, uri: str) -> None:
        self.state = window.closed(self.state, uri)

    def saved(self, workspace: str, path: str) -> None:
        """A file was saved: the session remembers the newest one, unless it may hold secrets."""
        if commands.is_secret_file(path) or excluded(path, workspace, self.settings.exclude_paths):
            return
        now = self.ports.clock.wall()
        gap = self._gap_ms
        self._write(lambda connection: sessions.touch(connection, workspace, now, path, gap_ms=gap))

    def focused(self, yes: bool) -> None:
        self.state = window.focused(self.state, yes)

    def diagnosed(self, errors_now: int) -> None:
        self.state = window.diagnosed(self.state, errors_now, self.ports.clock.wall())

    # -- recording ---------------------------------------------------------------------------------

    def observe(
        self,
        observations: Sequence[Observation],
        scope: str | None = None,
        read: Iterable[marks.MarkRow] = (),
        then: Callable[[Sequence[Event]], None] | None = None,
    ) -> None:
        """Record what happened, with the places up to which the logs of the workspace ``scope`` were read
        (``read``), as one transaction. ``then`` gets the events; in mode off nothing is recorded."""
        now, gap, default = self.ports.clock.wall(), self._gap_ms, self.settings.mode
        places = tuple(read)

        def work(connection: Connection) -> list[Event]:
            if (choices.read_mode(connection) or default) == "off":
                return []
            made = []
            for observation in observations:
                row = events.record(connection, observation, now=now, session_gap_ms=gap)
                if row is not None:
                    made.append(row.event)
            if scope is not None:
                marks.save(connection, scope, places)
            return made

        def done(made: list[Event]) -> None:
            if made:
                self.ports.ring()
                self._reach()
            if then is not None:
                then(made)

        self._write(work, done)

    def bell(self) -> None:
        """Another process wrote something: look for events without an owner, and for a new mode."""
        default = self.settings.mode
        self._write(lambda connection: choices.read_mode(connection) or default, self._set_mode)
        self._reach()

    def _set_mode(self, mode: Mode) -> None:
        if mode != self.mode:
            self.mode = mode
            self.ports.show(ModeChanged(mode))

    # -- owning and taking turns -------------------------------------------------------------------

    def _reach(self) -> None:
        """Reach for events that nobody owns: at once with focus or a burst to join, else after a moment."""
        if self._closed or not self.workspaces:
            return
        if self.state.focused or self._bursts:
            self._take()
        if not self.state.focused:
            self._reach_later()

    def _reach_later(self) -> None:
        if not self._closed and self._reaching is None:
            self._reaching = self.ports.later(UNFOCUSED_MS / 1000, self._reached)

    def _reached(self) -> None:
        self._reaching = None
        self._take()

    def _take(self) -> None:
        now, places = self.ports.clock.wall(), self.workspaces
        at_once = frozenset(places) if self.state.focused else frozenset(self._bursts)

        def work(connection: Connection) -> tuple[list[Event], bool]:
            free = turns.waiting(connection, places, now)
            # An event that came in the meantime still has to wait its own moment.
            ripe = [
                event.seq
                for event in free
                if event.workspace in at_once or abs(now - event.recorded_at) >= UNFOCUSED_MS - 10
            ]
            return turns.take(connection, self.id, ripe, now), len(ripe) < len(free)

        def done(result: tuple[list[Event], bool]) -> None:
            mine, more = result
            for event in mine:
                self._join(event)
            if more:
                self._reach_later()

        self._write(work, done)

    def _join(self, event: Event) -> None:
        if event.kind == "session.open":
            self._turn((event.seq,))
            return
        burst = self._bursts.get(event.workspace)
        if burst is not None:
            self._bursts[event.workspace] = evolve(burst, seqs=(*burst.seqs, event.seq))
            return
        # The burst began when the event was recorded, not when this window reached for it.
        behind = min(max(0, self.ports.clock.wall() - event.recorded_at), self.settings.coalesce_ms)
        self._bursts[event.workspace] = Burst(self.ports.clock.ticks() - behind, (event.seq,))
        self._arm(event.workspace, self.settings.coalesce_ms - behind)

    def _arm(self, workspace: str, wait_ms: float) -> None:
        self._stop_timer(workspace)
        self._timers[workspace] = self.ports.later(max(0.0, wait_ms) / 1000, lambda: self._due(workspace))

    def _stop_timer(self, workspace: str) -> None:
        timer = self._timers.pop(workspace, None)
        if timer is not None:
            timer.cancel()

    def _due(self, workspace: str) -> None:
        self._timers.pop(workspace, None)
        burst = self._bursts.get(workspace)
        if burst is None:
            return
        ticks = self.ports.clock.ticks()
        waited = ticks - burst.began
        quiet_for = None if self.state.edited_at is None else ticks - self.state.edited_at
        pause = self.settings.typing_pause_ms
        if quiet_for is not None and quiet_for < pause and waited < turns.STALE_MS:
            self._arm(workspace, min(pause - quiet_for, turns.STALE_MS - waited))
            return
        del self._bursts[workspace]
        if waited >= turns.STALE_MS:
            self._drop(burst.seqs, "stale: it waited for over a minute while you typed")
        else:
            self._turn(burst.seqs)

    def _drop(self, seqs: Sequence[int], reason: str) -> None:
        now = self.ports.clock.wall()
        self._write(lambda connection: turns.finish(connection, seqs, reason, now))

    def _turn(self, seqs: Sequence[int]) -> None:
        setting = self.setting()

        def work(connection: Connection) -> Turn | None:
            # Not at start: what decides about lines is half of what a server would have to import.
            from afterglow.loop.turning import take_turn  # noqa: PLC0415 - see above

            return take_turn(connection, seqs, setting)

        self._write(work, self._turned)
        self.ports.store.submit(lambda database: database.checkpoint())

    def setting(self) -> Setting:
        """What a turn of this moment looks at."""
        return Setting(
            self.id,
            self.state,
            self.settings,
            self.zone,
            dict(self.git),
            self.ports.clock,
            self._stock,
            self.head,
        )

    def _turned(self, turn: Turn | None) -> None:
        if turn is None or turn.token is None or self._closed:
            return
        self.token = turn.token
        self.ports.show(SendToken(turn.token))
        if turn.token.anchor is not None and self.settings.display_inlay_hints:
            self.state = evolve(self.state, hint=_hint_of(turn.token, turn.token.anchor))
            self.ports.show(RefreshHints())
            self.ports.later(turn.token.ttl_ms / 1000, lambda token=turn.token: self._expire(token))  # type: ignore[misc]

    def _expire(self, token: WarmToken) -> None:
        """The hint of this token has had its time."""
        if self.state.hint is not None and self.state.hint.token_id == token.id:
            self.state = evolve(self.state, hint=None)
            self.ports.show(RefreshHints())

    # -- small things ------------------------------------------------------------------------------

    @property
    def _gap_ms(self) -> int:
        return self.settings.session_gap_minutes * 60_000

    def _write(self, work: Callable[[Connection], T], then: Callable[[T], None] | None = None) -> None:
        """Run ``work`` as one transaction on the store's thread; its result comes back to ``then``."""
        self.ports.store.submit(lambda database: database.write(work), then)

    def _touch(self, uri: str, now: int) -> None:
        if not self.workspaces:
            return
        place = self.workspaces[0]
        if now - self._touched.get(place, 0) < TOUCH_MS:
            return
        self._touched[place] = now
        gap = self._gap_ms
        self._write(lambda connection: sessions.touch(connection, place, now, gap_ms=gap))


def excluded(path: str, workspace: str, patterns: Sequence[str]) -> bool:
    """Whether the user's ``excludePaths`` cover a file: globs on its path, or on that below the workspace."""
    below = path.removeprefix(workspace.rstrip("/") + "/")
    return any(fnmatch(name, pattern) for pattern in patterns for name in (path, below))


def _hint_of(token: WarmToken, anchor: Anchor) -> Hint:
    return Hint(
        uris.document_key(anchor.uri), anchor.line, token.response, token.id, token.created_at + token.ttl_ms
    )
