"""One language server process: the window, its sensors and its store, and the client they serve.

Invariant: no decision is taken here and nothing waits for the store. Of the disk only names are asked
(a folder's root, a real path), and ``config.toml`` when settings are read.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from afterglow.core.effects import (
    Effect,
    ModeChanged,
    NotifyDesktop,
    PauseChanged,
    RefreshHints,
    SendToken,
    TwinSeen,
)
from afterglow.core.events import Problem, parse_event
from afterglow.core.model import Observation
from afterglow.core.settings import Settings
from afterglow.loop import logs, uris
from afterglow.loop.clock import SYSTEM, zone_named
from afterglow.loop.config import load
from afterglow.loop.ports import Ports
from afterglow.loop.setting import GitKnowledge
from afterglow.loop.stockroom import Stockroom
from afterglow.loop.window import Window
from afterglow.lsp import places
from afterglow.lsp.display import Client, Display, client_of
from afterglow.lsp.enriching import worker
from afterglow.lsp.looking import looks_where
from afterglow.lsp.sensing import Sensing, quietly
from afterglow.lsp.status import status_of
from afterglow.sensors.git import branch_of
from afterglow.store import archive
from afterglow.store.database import Database
from afterglow.store.home import Home, find_home, ring
from afterglow.store.thread import StoreThread

if TYPE_CHECKING:
    from afterglow.loop.asking import Asking

T = TypeVar("T")

PURGE_AFTER_SECONDS: Final = 20.0
SEASONS_AFTER_SECONDS: Final = 25.0
SEASONS_EVERY_SECONDS: Final = 24 * 60 * 60.0
REFRESH_SECONDS: Final = 5.0
RETENTION_MS: Final = 90 * 24 * 60 * 60 * 1000


class App:
    """``notify`` and ``ask`` speak to the client. Everything here runs on the loop's thread."""

    def __init__(self, notify: Callable[[str, Any], None], ask: Callable[[str, Any, float], Any]) -> None:
        self._notify = notify
        self._ask = ask
        self.client = Client()
        self.settings = Settings()
        self.options: Mapping[str, Any] = {}
        self.folders: dict[str, str] = {}
        self.sensing: Sensing | None = None
        self.window: Window | None = None
        self._home: Home = find_home(os.environ)
        self.stock = Stockroom(
            self._home,
            lambda: self.window.workspaces[0] if self.window is not None and self.window.workspaces else None,
            lambda: self.settings.trust,
        )
        self._problems: tuple[str, ...] = ()
        self._store_problem: str | None = None
        self._told: dict[str, Any] | None = None
        self._twin = TwinSeen()
        self._store: StoreThread | None = None
        self._display: Display | None = None
        self._tasks: set[asyncio.Future[Any]] = set()

    # -- life --------------------------------------------------------------------------------------

    def initialize(self, params: dict[str, Any]) -> None:
        """Read what the client is and wants; nothing is opened or watched yet."""
        self.client = client_of(params)
        options = params.get("initializationOptions")
        self.options = options if isinstance(options, dict) else {}
        loaded = load(self._home, os.environ, self.options)
        self.settings, self._problems = loaded.settings, loaded.problems
        self.folders = {
            uri: place for uri in places.folders_of(params) if (place := places.workspace_of(uri))
        }

    def initialized(self) -> None:
        """Open the store, begin the session, listen."""
        if self.window is not None:
            return
        logs.set_up(self._home.log_file)
        loop = asyncio.get_running_loop()
        self._display = Display(self.client, self._notify, self._ask, loop.call_later)
        self._store = StoreThread(
            lambda: Database(self._home), lambda call: quietly(loop.call_soon_threadsafe, call)
        )
        self._store.start()
        zone, problem = zone_named(self.settings.time_zone)
        if problem is not None:
            self._problems = (*self._problems, problem)
        ports = Ports(self, SYSTEM, loop.call_later, self.show, lambda: ring(self._home))
        name = f"{os.getpid()}-{secrets.token_hex(6)}"
        starts = worker(self._home, os.environ, self.folders.values, loop)
        known = (zone, self.stock, self._head, looks_where(lambda: self.settings.trust == "full"), starts)
        self.window = Window(name, ports, self.settings, *known)
        self.sensing = Sensing(self.window, self._home, self.submit, loop, self.tell_status)
        self.window.open(tuple(self.folders.values()), self._opened)
        loop.call_later(PURGE_AFTER_SECONDS, self._purge)
        loop.call_later(SEASONS_AFTER_SECONDS, self._seasons)

    def stop(self) -> None:
        """The client is gone or said goodbye: close what is open, promptly."""
        if self._display is not None:
            self._display.end()
        if self.window is not None:
            self.window.close()
        if self._store is not None:
            self._store.stop()
        if self.sensing is not None:
            self.sensing.stop()

    def submit(self, work: Callable[[Database], T], then: Callable[[T], None] | None = None) -> None:
        """The store as the loop's port; notices on the way when the disk fails or is back."""
        assert self._store is not None

        def answered(pair: tuple[T, str | None]) -> None:
            if pair[1] != self._store_problem:
                self._store_problem = pair[1]
                self.tell_status()
            if then is not None:
                then(pair[0])

        self._store.submit(lambda database: (work(database), database.problem), answered)

    def _opened(self) -> None:
        self.tell_status()
        self._sense()
        self.submit(lambda _database: self._warm())

    def _warm(self) -> None:
        """Import and read, on the store's thread, what the first turn would else wait for."""
        import afterglow.loop.turning  # noqa: F401, PLC0415 - not at start

        self.stock()

    def _head(self, workspace: str) -> str | None:
        """The branch of a workspace, read on the store's thread where its files may be read."""
        return branch_of(workspace) if self.settings.trust == "full" else None

    def asking(self, workspace: str | None = None) -> Asking | None:
        """Who asks for a line here; None before the window is open or without a folder."""
        window = self.window
        place = workspace or (window.workspaces[0] if window is not None and window.workspaces else None)
        if window is None or place is None:
            return None
        window.asked()
        from afterglow.loop.asking import Asking  # noqa: PLC0415 - not at start

        return Asking(
            workspace=place,
            window=window.id,
            settings=self.settings,
            zone=window.zone,
            clock=SYSTEM,
            state=window.state,
            git=window.git.get(place, GitKnowledge()),
            head=self._head,
            stock=self.stock,
        )

    def _sense(self) -> None:
        if self.sensing is not None:
            self.sensing.follow(self.settings.trust)

    def look_again(self) -> None:
        """Somebody came back to this window: see that the sensors still stand."""
        if self.sensing is not None:
            self.sensing.look_again()

    # -- effects -----------------------------------------------------------------------------------

    def show(self, effect: Effect) -> None:
        """Run one effect."""
        if isinstance(effect, SendToken):
            if self._display is not None:
                self._display.show(effect.token, self.settings)
        elif isinstance(effect, RefreshHints):
            if self.client.refresh_hints:
                self._in_background(self._ask("workspace/inlayHint/refresh", None, REFRESH_SECONDS))
        elif isinstance(effect, ModeChanged):
            self._sense()
            self.tell_status()
        elif isinstance(effect, PauseChanged):
            self.tell_status()
        elif isinstance(effect, TwinSeen):
            self._twin = effect
            self.tell_status()
        elif isinstance(effect, NotifyDesktop):
            from afterglow.loop import desktop  # noqa: PLC0415 - only where it is asked for

            self._in_background(desktop.notify(effect.token.response))

    def typing(self) -> None:
        """The user typed: a line that is held on screen as progress goes."""
        if self._display is not None:
            self._display.end()

    def tell_status(self) -> None:
        """Send ``afterglow/status`` where it differs from what was sent last."""
        made = self.status()
        if made != self._told:
            self._told = made
            self._notify("afterglow/status", made)

    def status(self) -> dict[str, Any]:
        """Health, mode and what is wrong, as ``afterglow/status`` has it."""
        problems = [*self._problems]
        if self.sensing is not None and self.sensing.trouble is not None:
            problems.append(self.sensing.trouble)
        if self._store_problem is not None:
            problems.insert(0, self._store_problem)
        window = self.window
        mode = window.mode if window is not None else self.settings.mode
        until = window.dnd_until if window is not None else None
        return status_of(self.settings, mode, problems, self._twin, until, SYSTEM.wall())

    # -- what the client reports -------------------------------------------------------------------

    def event(self, params: Any) -> Problem | None:
        """Take one ``afterglow/event``; a Problem where it is none."""
        if self.window is None or self.window.mode == "off":
            return None
        made = parse_event(
            params,
            default_workspace=self._workspace_for(params),
            now=SYSTEM.wall(),
            source="editor",
            to_workspace=places.workspace_of,
        )
        if isinstance(made, Problem):
            return made
        if made.kind in _AT_ONCE:
            _AT_ONCE[made.kind](self, made)
        else:
            self.window.observe((made,))
        return None

    def _workspace_for(self, params: Any) -> str | None:
        """The first folder that contains the event's uri, else the first folder."""
        data = params.get("data") if isinstance(params, dict) else None
        uri = data.get("uri") if isinstance(data, dict) else None
        roots = self.window.workspaces if self.window is not None else ()
        if isinstance(uri, str):
            path = uris.document_key(uri)
            for root in roots:
                if path == root or path.startswith(root.rstrip(os.sep) + os.sep):
                    return root
        return roots[0] if roots else None

    def _focus(self, made: Observation) -> None:
        assert self.window is not None
        self.window.focused(made.data.get("focused") is True)
        self.look_again()
        uri = made.data.get("uri")
        if isinstance(uri, str):
            self.window.fronted(uris.document_key(uri))

    def _saved(self, made: Observation) -> None:
        assert self.window is not None
        uri = made.data.get("uri")
        if isinstance(uri, str):
            self.window.saved(made.workspace, uris.document_key(uri))

    def _diagnostics(self, made: Observation) -> None:
        assert self.window is not None
        errors = made.data.get("errors")
        if isinstance(errors, int):
            self.window.diagnosed(errors)

    # -- folders and settings ----------------------------------------------------------------------

    def change_folders(self, added: Sequence[str], removed: Sequence[str]) -> None:
        """Workspace folders came and went (URIs)."""
        assert self.window is not None
        gone = [self.folders.pop(uri) for uri in removed if uri in self.folders]
        still = set(self.folders.values())
        self.window.leave([place for place in gone if place not in still])
        fresh = {uri: place for uri in added if (place := places.workspace_of(uri))}
        self.folders.update(fresh)
        self.window.open(tuple(fresh.values()), self._sense)
        self._sense()

    def change_settings(self, section: Any) -> None:
        """The editor's settings are these now (the section as an object, or null to ask for them)."""
        if section is None:
            if self.client.configuration:
                self._in_background(self._pull_settings())
            return
        if not isinstance(section, dict) or self.window is None:
            return
        kept = {
            name: self.options[name]
            for name in ("trust", "timeZone", "locale", "commands")
            if name in self.options
        }
        loaded = load(self._home, os.environ, {**section, **kept})
        self.settings, self._problems = loaded.settings, loaded.problems
        self.window.configure(loaded.settings)
        self.stock.forget()
        self.window.bell()
        self._sense()
        self.tell_status()

    async def _pull_settings(self) -> None:
        answer = await self._ask(
            "workspace/configuration", {"items": [{"section": "afterglow"}]}, REFRESH_SECONDS
        )
        if isinstance(answer, list) and answer and isinstance(answer[0], dict):
            self.change_settings(answer[0])

    # -- small things ------------------------------------------------------------------------------

    def _in_background(self, work: Any) -> None:
        async def quiet() -> None:
            try:
                await work
            except Exception:  # noqa: BLE001 - a client that does not answer costs nothing
                return

        task = asyncio.ensure_future(quiet())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _purge(self) -> None:
        """Delete what is older than the retention, a little at a time."""
        before = SYSTEM.wall() - RETENTION_MS

        def more(left: bool) -> None:
            if left:
                self._purge()

        self.submit(
            lambda database: database.write(lambda connection: archive.purge(connection, before)), more
        )

    def _seasons(self) -> None:
        """Have the holidays of this region fetched where they are not known; look again tomorrow."""
        from afterglow.loop import season_child  # noqa: PLC0415 - not at start

        asyncio.get_running_loop().call_later(SEASONS_EVERY_SECONDS, self._seasons)
        window, user = self.window, self.settings.user_id
        region = season_child.region_in_force(self.settings, os.environ)
        if window is None or region is None or window.mode == "off":
            return
        now, zone = SYSTEM.wall(), window.zone
        self.submit(
            lambda database: season_child.due(database, user, region, now, zone),
            lambda years: season_child.start(region, years, self._home),
        )


_AT_ONCE: Final[dict[str, Callable[[App, Observation], None]]] = {
    "focus": App._focus,
    "file.saved": App._saved,
    "diagnostics": App._diagnostics,
}
