"""One editor window: what happens in its workspaces is recorded, and its turns are taken.

Invariant: every method runs on the loop's thread and none of them blocks; what needs the disk is
given to the store's thread and comes back as a call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo
from sqlite3 import Connection
from typing import TYPE_CHECKING, Final, TypeVar

from attrs import evolve

from afterglow.core import window
from afterglow.core.effects import ModeChanged, NotifyDesktop, PauseChanged, RefreshHints, SendToken
from afterglow.core.model import Anchor, Event, Mode, Observation, Turn, WarmToken
from afterglow.core.place import Edit, Hint
from afterglow.core.settings import Settings
from afterglow.core.window import WindowState
from afterglow.loop import staying, uris
from afterglow.loop.bursts import Bursts
from afterglow.loop.idling import Idling, View, Worker
from afterglow.loop.ports import Ports, Timer
from afterglow.loop.presence import Presence
from afterglow.loop.setting import GitKnowledge, Looks, Setting, nowhere
from afterglow.loop.staying import Made, Stay, excluded
from afterglow.store import choices, marks, sessions, turns

if TYPE_CHECKING:
    from afterglow.core.stock import Stock

__all__ = ["Window", "excluded"]

T = TypeVar("T")

UNFOCUSED_MS: Final = 100
"""How much later a window without focus reaches for an event: the one in front goes first."""


class Window:
    """``id`` names this window among all. Workspaces are canonical paths, the first one first.

    ``stock`` gives the banks, ``head`` the branch of a workspace, ``looks`` what else its files show; all are
    called on the store's thread. ``worker`` starts the model's process; None: never here.
    """

    def __init__(
        self,
        window_id: str,
        ports: Ports,
        settings: Settings,
        zone: tzinfo,
        stock: Callable[[], Stock] | None = None,
        head: Callable[[str], str | None] = nowhere,
        looks: Looks | None = None,
        worker: Worker | None = None,
    ) -> None:
        self.id = window_id
        self._stock = stock
        self.head = head
        self.looks = looks if looks is not None else Looks()
        self.ports = ports
        self.settings = settings
        self.zone = zone
        self.state = WindowState()
        self.workspaces: tuple[str, ...] = ()
        self.git: dict[str, GitKnowledge] = {}
        self.token: WarmToken | None = None
        self.mode: Mode = settings.mode
        self.dnd_until: int | None = None
        self._bursts = Bursts(
            ports, lambda: self.settings, lambda: self.state.edited_at, self._turn, self._drop
        )
        self._reaching: Timer | None = None
        self._closed = False
        self.idling = Idling(ports, self._view, worker, stock)
        self._presence = Presence(ports, self._is_on, self._stay, self._prepared, self._made, self.idling)

    # -- opening and closing -----------------------------------------------------------------------

    def open(self, workspaces: Sequence[str], then: Callable[[], None] | None = None) -> None:
        """Begin or go on with the sessions of these workspaces. ``then`` runs when that is stored."""
        fresh = tuple(place for place in dict.fromkeys(workspaces) if place not in self.workspaces)
        self.workspaces = (*self.workspaces, *fresh)
        now, stay = self.ports.clock.wall(), self._stay()

        def work(connection: Connection, ready: Stay) -> tuple[Mode, int | None, Made]:
            mode, made = choices.read_mode(connection) or ready.default_mode, Made()
            sessions.open_window(connection, self.id, now)
            for place in fresh if mode != "off" else ():
                turns.drop_missed(connection, place, now)
                sessions.open_workspace(connection, place, now, ready.gap_ms)
                made |= staying.open_anew(connection, place, ready, now)
            return mode, choices.read_dnd(connection), made

        def done(result: tuple[Mode, int | None, Made]) -> None:
            mode, dnd_until, made = result
            self._chosen(mode, dnd_until)
            self._presence.began(made)
            self._reach()
            if then is not None:
                then()
            self.idling.opened()

        self._prepared(stay, work, done)

    def leave(self, workspaces: Sequence[str]) -> None:
        """These folders are no longer open here."""
        self.workspaces = tuple(place for place in self.workspaces if place not in workspaces)
        for place in workspaces:
            self._bursts.leave(place)
            self.git.pop(place, None)

    def close(self) -> None:
        """The window goes. What it owned and did not show stays recorded."""
        if self._closed:
            return
        self.idling.closed()
        self._closed = True
        self._presence.stop()
        self._bursts.stop()
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
        self._presence.edited(uri, self.settings.idle_seconds * 1000)

    def fronted(self, uri: str | None) -> None:
        self.state = window.fronted(self.state, uri)
        if uri is not None:
            self._presence.fronted(uri)

    def document_closed(self, uri: str) -> None:
        self.state = window.closed(self.state, uri)

    def saved(self, workspace: str, path: str) -> None:
        """A file was saved: the session remembers the newest one, unless it may hold secrets."""
        self.state = window.saved(self.state, path, self.ports.clock.wall())
        self._presence.saved(workspace, path)

    def focused(self, yes: bool) -> None:
        if yes != self.state.focused and self._is_on():
            self._write(lambda connection: sessions.set_focus(connection, self.id, yes))
        self.state = window.focused(self.state, yes)
        if yes:
            self._presence.focused()

    def configure(self, settings: Settings) -> None:
        """The settings are these now."""
        self.settings = settings
        if not settings.display_inlay_hints:
            self._unhint()
        self.idling.changed()

    def diagnosed(self, errors_now: int) -> None:
        self.state = window.diagnosed(self.state, errors_now, self.ports.clock.wall())

    def asked(self) -> None:
        """Somebody asks for a line: nobody is idle."""
        self._presence.stirred(self.settings.idle_seconds * 1000)

    def idle_since(self) -> int | None:
        """Since when (ms) nobody was active in any window of these workspaces; None while somebody is, and
        until ``idleSeconds`` have passed."""
        return self._presence.since if self._is_on() else None

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
        if any(staying.is_sign(observation) for observation in observations):
            self._presence.stirred(self.settings.idle_seconds * 1000)
        now, stay = self.ports.clock.wall(), self._stay()
        places = tuple(read)

        def work(connection: Connection, ready: Stay) -> tuple[list[Event], Made]:
            if ready.off(connection):
                return [], Made()
            found = staying.observe(connection, observations, ready, now)
            if scope is not None:
                marks.save(connection, scope, places)
            return found

        def done(result: tuple[list[Event], Made]) -> None:
            seen, made = result
            self._presence.note(made)
            if seen:
                self.ports.ring()
                self._reach()
            if then is not None:
                then(seen)

        self._prepared(stay, work, done)

    def bell(self) -> None:
        """Another process wrote something: look for events without an owner, and for a new mode."""
        now, stay, since = self.ports.clock.wall(), self._stay(), self._presence.since

        def work(connection: Connection) -> tuple[Mode, int | None, int | None]:
            mode, dnd_until = choices.read_mode(connection) or stay.default_mode, choices.read_dnd(connection)
            return mode, dnd_until, None if since is None else staying.newest(connection, stay, now)

        def done(result: tuple[Mode, int | None, int | None]) -> None:
            mode, dnd_until, newest = result
            self._chosen(mode, dnd_until)
            if mode != "off" and since is not None and newest is not None and newest > since:
                self._presence.stirred(stay.idle_ms, self.ports.clock.wall() - newest)

        self._write(work, done)
        self._reach()
        self.idling.bell()

    def _chosen(self, mode: Mode, dnd_until: int | None) -> None:
        """What somebody chose, in whatever window."""
        if dnd_until != self.dnd_until:
            self.dnd_until = dnd_until
            self.ports.show(PauseChanged(dnd_until))
        if mode != self.mode:
            self.mode = mode
            self.ports.show(ModeChanged(mode))
            self.idling.changed()

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
        now, stay = self.ports.clock.wall(), self._stay()
        at_once = frozenset(self.workspaces) if self.state.focused else self._bursts.keys()

        def work(connection: Connection, ready: Stay) -> tuple[list[Event], bool, Made]:
            return staying.take(connection, self.id, ready, now, at_once, UNFOCUSED_MS - 10)

        def done(result: tuple[list[Event], bool, Made]) -> None:
            mine, more, made = result
            for event in () if self._closed else mine:
                self._join(event)
            if more:
                self._reach_later()
            self._made(made)

        self._prepared(stay, work, done)

    def _join(self, event: Event) -> None:
        if event.status == "fail":
            # A green line beside a red run would be a lie by the time that it is read.
            self._unhint()
        self._bursts.join(event)

    def _drop(self, seqs: Sequence[int], reason: str) -> None:
        now = self.ports.clock.wall()
        self._write(lambda connection: turns.finish(connection, seqs, reason, now))

    def _turn(self, seqs: Sequence[int], waited: int) -> None:
        setting, read_at = self.setting(), self.ports.clock.wall() - waited

        def work(connection: Connection) -> tuple[Turn | None, bool]:
            # Not at start: what decides about lines is half of what a server would have to import.
            from afterglow.loop.turning import missed, take_turn  # noqa: PLC0415 - see above

            turn = take_turn(connection, seqs, setting)
            return turn, turn is not None and missed(connection, turn, setting)

        self._write(work, lambda result: self._turned(*result, read_at))
        self.ports.store.submit(lambda database: database.checkpoint())

    def setting(self) -> Setting:
        """What a turn of this moment looks at."""
        known = (dict(self.git), self.ports.clock, self._stock, self.head)
        return Setting(self.id, self.state, self.settings, self.zone, *known)

    def _turned(self, turn: Turn | None, missed: bool, read_at: int) -> None:
        if turn is None or turn.token is None or self._closed:
            return
        self.token = turn.token
        self.ports.show(SendToken(turn.token))
        if missed:
            self.ports.show(NotifyDesktop(turn.token))
        if turn.token.anchor is not None and self.settings.display_inlay_hints:
            self.state = window.hinted(self.state, _hint_of(turn.token, turn.token.anchor), read_at)
            self.ports.show(RefreshHints())
            if turn.token.ttl_ms:
                self.ports.later(turn.token.ttl_ms / 1000, lambda token=turn.token: self._expire(token))  # type: ignore[misc]

    def _expire(self, token: WarmToken) -> None:
        """The hint of this token has had its time."""
        if self.state.hint is not None and self.state.hint.token_id == token.id:
            self._unhint()

    def _unhint(self) -> None:
        if self.state.hint is not None:
            self.state = evolve(self.state, hint=None)
            self.ports.show(RefreshHints())

    # -- small things ------------------------------------------------------------------------------

    def _is_on(self) -> bool:
        return self.mode != "off" and bool(self.workspaces) and not self._closed

    def _view(self) -> View:
        return View(self.settings, self.zone, self._is_on(), self._presence.quiet_ms())

    def _stay(self) -> Stay:
        settings = self.settings
        return Stay(
            self.workspaces,
            settings.user_id,
            settings.mode,
            gap_ms=settings.session_gap_minutes * 60_000,
            idle_ms=settings.idle_seconds * 1000,
            quiet_ms=self._presence.quiet_ms(),
            tell=self._presence.may_tell(),
            head=self.head,
            looks=self.looks,
            exclude_paths=tuple(settings.exclude_paths),
        )

    def _made(self, made: Made) -> None:
        """Signs of life recorded this."""
        self._presence.note(made)
        if made.speaks or made.back:
            self.ports.ring()
        if made.speaks:
            self._reach()

    def _write(self, work: Callable[[Connection], T], then: Callable[[T], None] | None = None) -> None:
        """Run ``work`` as one transaction on the store's thread; its result comes back to ``then``."""
        self.ports.store.submit(lambda database: database.write(work), then)

    def _prepared(
        self, stay: Stay, work: Callable[[Connection, Stay], T], then: Callable[[T], None] | None = None
    ) -> None:
        """The same for what may open a session: what that takes its time for is done before."""
        now = self.ports.clock.wall()
        self.ports.store.submit(lambda database: staying.write(database, stay, now, work), then)


def _hint_of(token: WarmToken, anchor: Anchor) -> Hint:
    until = token.created_at + token.ttl_ms if token.ttl_ms else None
    return Hint(uris.document_key(anchor.uri), anchor.line, token.response, token.id, until)
