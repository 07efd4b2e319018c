"""What each message of the client means: read it, call, map the answer.

Invariant: no handler waits for the store; what needs it answers when the store has. The hint is
answered from memory.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from afterglow.core.local_time import Clock, twelve_hour
from afterglow.core.model import MODES, Json, Mode
from afterglow.core.place import visible
from afterglow.loop import uris
from afterglow.loop.clock import SYSTEM
from afterglow.loop.record import explain, iso
from afterglow.lsp import documents, places
from afterglow.lsp.app import App
from afterglow.lsp.dispatch import InvalidParams, RequestError
from afterglow.lsp.messages import INTERNAL_ERROR
from afterglow.lsp.tooltip import tooltip
from afterglow.store import choices, facts, query, sessions, turns
from afterglow.store.database import Database

T = TypeVar("T")
log = logging.getLogger("afterglow")

END_OF_LINE: Final = 2_147_483_647
"""Editors put a hint at this column at the true end of its line, in any encoding."""
PAUSE_MINUTES: Final = 60
LONGEST_MINUTES: Final = 7 * 24 * 60
LAST_LINES: Final = 10


class Requests:
    """The handlers of one connection. ``hovered`` is told the line whose tooltip was asked for."""

    def __init__(self, app: App, hovered: Callable[[str], None]) -> None:
        self._app = app
        self._hovered = hovered
        self._keys: dict[str, str] = {}
        self._complained = False

    def capabilities(self, contract: int) -> dict[str, Json]:
        """What ``initialize`` advertises beyond what the protocol library derives."""
        return {
            "inlayHintProvider": {"resolveProvider": True},
            "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
            "experimental": {"afterglow": {"contract": contract}},
        }

    # -- documents ---------------------------------------------------------------------------------

    def did_open(self, params: Json) -> None:
        uri = documents.uri_of(params)
        if uri is None or self._app.window is None:
            return
        self._keys[uri] = uris.document_key(uri)
        self._app.window.fronted(self._keys[uri])
        self._app.look_again()

    def did_change(self, params: Json) -> None:
        uri = documents.uri_of(params)
        if uri is None or self._app.window is None:
            return
        self._app.window.edited(self._keys.get(uri, uri), documents.edits_of(params))
        self._app.typing()

    def did_close(self, params: Json) -> None:
        uri = documents.uri_of(params)
        if uri is not None and self._app.window is not None:
            self._app.window.document_closed(self._keys.pop(uri, uri))

    def did_save(self, params: Json) -> None:
        uri = documents.uri_of(params)
        if uri is not None:
            self._app.event({"kind": "file.saved", "data": {"uri": uri}})

    # -- hints -------------------------------------------------------------------------------------

    def inlay_hint(self, params: Json) -> Json:
        """The one hint, if it lies in the range that is asked for."""
        uri = documents.uri_of(params)
        if uri is None:
            raise InvalidParams("textDocument.uri", "must be a string")
        window = self._app.window
        if window is None or window.state.hint is None or not self._app.settings.display_inlay_hints:
            return []
        first, last, column = _range(params)
        key = self._keys.get(uri) or uris.to_path(uri) or uri
        hint = visible(window.state.hint, key, first, last, SYSTEM.wall())
        if hint is None or (hint.line == last and column == 0):
            return []
        character = column if hint.line == last else END_OF_LINE
        return [
            {
                "position": {"line": hint.line, "character": character},
                "label": hint.text,
                "paddingLeft": True,
                "data": {"token": hint.token_id},
            }
        ]

    async def resolve_hint(self, params: Json) -> Json:
        """The same hint with its tooltip: why it is there, how to rate it, how to be left alone."""
        if not isinstance(params, dict):
            raise InvalidParams("params", "must be an object")
        data = params.get("data")
        token = data.get("token") if isinstance(data, dict) else None
        window = self._app.window
        shown = window.token if window is not None else None
        if window is None or shown is None or shown.id != token:
            return params
        try:
            record = await self._read(lambda database: explain(database.connection, token_id=shown.id))
        except RequestError:
            record = None  # the token itself knows enough for a shorter answer
        self._hovered(shown.id)
        clock = Clock(SYSTEM.wall(), window.zone, twelve_hour(self._app.settings.locale))
        links = self._app.client.links and self._app.options.get("commands") is not False
        return {**params, "tooltip": tooltip(shown, record, clock, links=links)}

    # -- folders, settings, events -----------------------------------------------------------------

    def did_change_folders(self, params: Json) -> None:
        event = params.get("event") if isinstance(params, dict) else None
        if isinstance(event, dict) and self._app.window is not None:
            self._app.change_folders(places.uris_in(event.get("added")), places.uris_in(event.get("removed")))

    def did_change_settings(self, params: Json) -> None:
        settings = params.get("settings") if isinstance(params, dict) else None
        if isinstance(settings, dict) and "afterglow" in settings:
            settings = settings["afterglow"]
        self._app.change_settings(settings)

    def event(self, params: Json) -> None:
        problem = self._app.event(params)
        if problem is not None and not self._complained:
            # Once is enough to find the mistake in a client, and no client can fill the log.
            self._complained = True
            log.warning("an afterglow/event was ignored: %s: %s", problem.field, problem.message)

    # -- questions ---------------------------------------------------------------------------------

    def explain(self, params: Json) -> Awaitable[Json]:
        """Why a token was shown, or why an event was answered with silence."""
        token_id, event_id = _text(params, "id"), _text(params, "eventId")
        window = self._app.window.id if self._app.window is not None else None
        if token_id is not None or event_id is not None:
            window = None
        return self._read(
            lambda database: (
                explain(database.connection, token_id=token_id, event_id=event_id, window=window) or _NOTHING
            )
        )

    def snapshot(self, _params: Json) -> Awaitable[Json]:
        """What this window knows now."""
        app = self._app
        roots = app.window.workspaces if app.window is not None else ()
        now = SYSTEM.wall()
        midnight = datetime.now(app.window.zone if app.window is not None else None).replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        gap = app.settings.session_gap_minutes * 60_000
        status, sensors = app.status(), app.sensing.rows() if app.sensing is not None else []

        def work(database: Database) -> Json:
            connection = database.connection
            stay = sessions.latest(connection, roots[0], now, gap) if roots else None
            red = [red for root in roots for red in facts.red(connection, root, now)]
            seen = query.last_seen(connection)
            return {
                "mode": status["mode"],
                "health": status["health"],
                "session": None
                if stay is None
                else {"id": stay.id, "turn": stay.turn, "startedAt": iso(stay.started_at)},
                "red": [
                    {"job": key.job, "label": key.label, "since": iso(key.since), "runs": key.runs}
                    for key in red
                ],
                "last": turns.last_tokens(connection, LAST_LINES, roots),
                "counts": query.counts(connection, int(midnight.timestamp() * 1000)),
                "sensors": [_sensor(row, seen) for row in sensors],
            }

        return self._read(work)

    # -- commands ----------------------------------------------------------------------------------

    def mode(self, params: Json) -> Awaitable[Json]:
        """Show the mode, or set it for every window: ``{mode?}`` -> ``{mode}``."""
        wanted = _text(params, "mode")
        if wanted is not None and wanted not in MODES:
            raise InvalidParams("mode", "must be off, quiet, normal or chatty")
        default = self._app.settings.mode

        def work(database: Database) -> Json:
            if wanted is not None:
                database.write(lambda connection: choices.write_mode(connection, cast("Mode", wanted)))
            return {"mode": choices.read_mode(database.connection) or default}

        return self._read(work, self._changed)

    def dnd(self, params: Json) -> Awaitable[Json]:
        """Say nothing for ``{minutes?}`` (0 or "off" ends it) -> ``{until}``."""
        minutes = params.get("minutes", PAUSE_MINUTES) if isinstance(params, dict) else PAUSE_MINUTES
        if minutes == "off":
            minutes = 0
        if not isinstance(minutes, int) or isinstance(minutes, bool) or not 0 <= minutes <= LONGEST_MINUTES:
            raise InvalidParams("minutes", f'must be a whole number up to {LONGEST_MINUTES}, or "off"')
        until = SYSTEM.wall() + minutes * 60_000 if minutes else None

        def work(database: Database) -> Json:
            database.write(lambda connection: choices.write_dnd(connection, until))
            return {"until": None if until is None else iso(until)}

        return self._read(work, self._changed)

    def _read(
        self, work: Callable[[Database], T], after: Callable[[], None] | None = None
    ) -> Awaitable[T | None]:
        return ask_store(self._app, work, after)

    def _changed(self) -> None:
        tell_others(self._app)


def tell_others(app: App) -> None:
    """Something was written that windows act on: wake them, and look ourselves."""
    if app.window is not None:
        app.window.ports.ring()
        app.window.bell()


def ask_store(
    app: App, work: Callable[[Database], T], after: Callable[[], None] | None = None
) -> Awaitable[T | None]:
    """Ask the store; the answer arrives as a future of this loop, None before there is a window.

    ``after`` runs when the answer is there. ``work`` refuses by what it returns, never by raising: an
    error of its own would count as one of the file.
    """
    answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
    if app.window is None:
        answer.set_result(None)
        return answer

    def safely(database: Database) -> tuple[T | None, bool]:
        try:
            return database.read(lambda _connection: work(database)), True
        except Exception as error:  # noqa: BLE001 - whatever the disk does, the client gets an answer
            database.examine(error)
            return None, False

    def done(result: tuple[T | None, bool]) -> None:
        value, well = result
        if answer.done():
            return
        if well:
            answer.set_result(value)
        else:
            answer.set_exception(RequestError(INTERNAL_ERROR, "what is stored cannot be read just now"))
        if after is not None:
            after()

    app.submit(safely, done)
    return answer


_NOTHING: Final[dict[str, Any]] = {
    "token": None,
    "reason": "no turn was taken yet",
    "event": None,
    "classification": None,
    "gates": [],
    "candidates": [],
    "stale": False,
}


def _text(params: Json, name: str) -> str | None:
    """An optional text of the params. Raises InvalidParams, naming it, for another type."""
    if params is None:
        return None
    if not isinstance(params, dict):
        raise InvalidParams("params", "must be an object")
    value = params.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidParams(name, "must be a string")
    return value


def _range(params: Json) -> tuple[int, int, int]:
    """(first line, last line, column of the end) of a request. Raises InvalidParams."""
    try:
        start, end = params["range"]["start"], params["range"]["end"]
        first, last, column = start["line"], end["line"], end["character"]
    except (KeyError, TypeError):
        raise InvalidParams("range", "must have start and end") from None
    if not all(isinstance(value, int) for value in (first, last, column)):
        raise InvalidParams("range", "must hold whole numbers")
    return first, last, column


def _sensor(row: dict[str, Any], seen: Mapping[str, int]) -> dict[str, Any]:
    """A row of ``Sensing.rows`` with when it saw something last, by this window or by the records."""
    source = row["source"]
    times = (row["seen"], seen.get(source) if source is not None else None)
    newest = max((at for at in times if at is not None), default=None)
    return {
        "name": row["name"],
        "on": row["on"],
        "source": source,
        "lastSeen": None if newest is None else iso(newest),
        "problem": row["problem"],
    }
