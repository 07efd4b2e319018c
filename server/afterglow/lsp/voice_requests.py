"""What a client asks to be told, and tells: ``next``, ``say``, ``feedback``, recipes, notes, the report.

Invariant: as for ``lsp.requests``. A line that is asked for is answered in the response alone, and what
decides about lines is imported when it is first asked for, on the store's thread where it can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Connection
from typing import Any, Final

from afterglow.core.model import Json
from afterglow.loop.clock import SYSTEM
from afterglow.loop.record import token_json
from afterglow.lsp.app import App
from afterglow.lsp.dispatch import InvalidParams, RequestError
from afterglow.lsp.messages import REQUEST_FAILED
from afterglow.lsp.requests import ask_store, tell_others
from afterglow.store import choices
from afterglow.store.database import Database

ACTIONS: Final = ("list", "start", "finish")
NO_FOLDER: Final = "no folder is open"
OFF: Final = "nothing is recorded while the mode is off"


class VoiceRequests:
    """The handlers of one connection that are about lines, one object of params each."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._hovered: str | None = None

    # -- lines -------------------------------------------------------------------------------------

    async def next(self, _params: Json) -> Json:
        """``{}`` -> WarmToken or null."""
        return await self._answered(None)

    async def say(self, params: Json) -> Json:
        """``{text}`` -> WarmToken or null."""
        return await self._answered(_text(params, "text"))

    async def _answered(self, text: str | None) -> Json:
        asking = self._app.asking()
        if asking is None:
            return None

        def work(database: Database) -> Json:
            from afterglow.loop import heard  # noqa: PLC0415 - not at start
            from afterglow.loop.asking import answer  # noqa: PLC0415 - not at start

            if text is None:
                turn = database.write(lambda connection: heard.next_line(connection, asking))
            else:
                turn = database.write(lambda connection: answer(connection, text, asking))
            return None if turn.token is None else token_json(turn.token)

        return await ask_store(self._app, work)

    # -- what was thought of them ------------------------------------------------------------------

    async def feedback(self, params: Json) -> Json:
        """``{id, score}`` of a token or an entry, the score 1 to 5 -> null."""
        ref, score = _text(params, "id"), _whole(params, "score", 1, 5)
        user, zone = self._app.settings.user_id, self._zone()

        def work(database: Database) -> bool:
            from afterglow.loop import heard  # noqa: PLC0415 - not at start

            made = database.write(
                lambda connection: heard.rate(connection, user, ref, score, SYSTEM.wall(), zone)
            )
            return made is not None

        if await ask_store(self._app, work) is False:
            raise InvalidParams("id", "names no line")
        return None

    def hovered(self, token_id: str) -> None:
        """The tooltip of a line was opened: counted once, after the answer."""
        if token_id == self._hovered:
            return
        self._hovered = token_id
        user, zone, now = self._app.settings.user_id, self._zone(), SYSTEM.wall()

        def work(connection: Connection) -> None:
            from afterglow.loop import heard  # noqa: PLC0415 - not at start

            heard.hovered(connection, user, token_id, now, zone)

        self._app.submit(lambda database: database.write(work))

    # -- recipes, notes, the report ----------------------------------------------------------------

    async def recipe(self, params: Json) -> Json:
        """``{action?, name?}``: ``list`` (the default) -> ``[{name, lines, timing, tags, open, offered}]``;
        ``start`` and ``finish`` -> ``{name, open, changed}``."""
        action = params.get("action", "list") if isinstance(params, dict) else "list"
        if action not in ACTIONS:
            raise InvalidParams("action", "must be list, start or finish")
        user, settings, place = self._app.settings.user_id, self._app.settings, self._place()
        stock, default = self._app.stock, self._app.settings.mode
        if action == "list":

            def look(database: Database) -> Json:
                from afterglow.loop import recipes  # noqa: PLC0415 - not at start

                return recipes.listed(stock().banks, database.connection, user, place, SYSTEM.wall())

            return await ask_store(self._app, look)

        name = _text(params, "name")

        def act(connection: Connection) -> tuple[bool, bool | None]:
            from afterglow.loop import recipes  # noqa: PLC0415 - not at start

            if (choices.read_mode(connection) or default) == "off":
                return False, None
            run = recipes.start if action == "start" else recipes.finish
            return True, run(
                connection,
                stock().banks,
                name,
                user_id=user,
                workspace=place,
                settings=settings,
                now=SYSTEM.wall(),
                source="editor",
            )

        answer = await ask_store(
            self._app, lambda database: database.write(act), lambda: tell_others(self._app)
        )
        if answer is None:
            return None
        recorded, done = answer
        if not recorded:
            raise RequestError(REQUEST_FAILED, OFF)
        if done is None and action == "start":
            raise InvalidParams("name", "names no recipe")
        return {"name": name, "open": action == "start", "changed": bool(done)}

    async def note(self, params: Json) -> Json:
        """``{text}``: kept for the next session here -> null."""
        text, place, settings = _text(params, "text"), self._place(), self._app.settings

        def work(database: Database) -> bool:
            from afterglow.loop import heard  # noqa: PLC0415 - not at start

            made = database.write(
                lambda connection: heard.note(connection, settings, place, text, SYSTEM.wall())
            )
            return made is not None

        if await ask_store(self._app, work) is False:
            raise InvalidParams("text", "must hold something to show")
        return None

    async def report(self, params: Json) -> Json:
        """``{days?}`` -> the figures of the last days, as ``afterglow report`` has them, camelCase."""
        from afterglow.loop.report import DAYS, MOST_DAYS, report  # noqa: PLC0415 - not at start

        given = isinstance(params, dict) and params.get("days") is not None
        days = _whole(params, "days", 1, MOST_DAYS) if given else DAYS
        user, zone = self._app.settings.user_id, self._zone()

        def work(database: Database) -> Json:
            return _camel(report(database.connection, user, SYSTEM.wall(), days, zone))

        return await ask_store(self._app, work)

    # -- small things ------------------------------------------------------------------------------

    def _zone(self) -> Any:
        window = self._app.window
        return None if window is None else window.zone

    def _place(self) -> str:
        """The first folder. Raises RequestError where none is open."""
        window = self._app.window
        if window is None or not window.workspaces:
            raise RequestError(REQUEST_FAILED, NO_FOLDER)
        return window.workspaces[0]


def _text(params: Json, name: str) -> str:
    """A text that must be there. Raises InvalidParams, naming it."""
    value = params.get(name) if isinstance(params, dict) else None
    if not isinstance(value, str):
        raise InvalidParams(name, "must be a string")
    if not value.strip():
        raise InvalidParams(name, "must not be empty")
    return value


def _whole(params: Json, name: str, lowest: int, highest: int) -> int:
    """A whole number that must be there. Raises InvalidParams, naming it."""
    value = params.get(name) if isinstance(params, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or not lowest <= value <= highest:
        raise InvalidParams(name, f"must be a whole number from {lowest} to {highest}")
    return value


def _camel(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the figures in camelCase; what they count keeps its own names."""
    made = {}
    for name, value in figures.items():
        first, *rest = name.split("_")
        made[first + "".join(part.capitalize() for part in rest)] = value
    return made
