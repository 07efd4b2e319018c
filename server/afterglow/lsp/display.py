"""How a line reaches this client: a token, progress, a log message, or a message where asked for.

Invariant: ``window/showMessage`` is sent only where the user turned ``display.message`` on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from attrs import frozen

from afterglow.core.model import WarmToken
from afterglow.core.settings import Settings
from afterglow.loop.ports import Timer
from afterglow.loop.record import token_json

INFO: Final = 3
LOG: Final = 4
CREATE_SECONDS: Final = 5.0


@frozen
class Client:
    """What the client said it can do, as far as it matters here.

    ``links``: it shows the tooltip of a hint as markdown of a known parser, and runs a server's commands.
    """

    token: bool = False
    progress: bool = False
    refresh_hints: bool = False
    links: bool = False
    configuration: bool = False
    name: str = "unknown"


def client_of(params: dict[str, Any]) -> Client:
    """Read the capabilities of an ``initialize``; anything odd counts as absent."""
    capabilities = params.get("capabilities")
    info = params.get("clientInfo")
    name = info.get("name") if isinstance(info, dict) else None
    return Client(
        token=_at(capabilities, "experimental", "afterglow", "token") is True,
        progress=_at(capabilities, "window", "workDoneProgress") is True,
        refresh_hints=_at(capabilities, "workspace", "inlayHint", "refreshSupport") is True,
        # Only who names its parser says that it renders markdown anywhere but in a hover.
        links=isinstance(_at(capabilities, "general", "markdown", "parser"), str)
        and isinstance(_at(capabilities, "workspace", "executeCommand"), dict),
        configuration=_at(capabilities, "workspace", "configuration") is True,
        name=name if isinstance(name, str) else "unknown",
    )


class Display:
    """``notify``: method and params. ``ask``: the same, and a time limit in seconds."""

    def __init__(
        self,
        client: Client,
        notify: Callable[[str, Any], None],
        ask: Callable[[str, Any, float], Awaitable[Any]],
        later: Callable[[float, Callable[[], None]], Timer],
    ) -> None:
        self._client = client
        self._notify = notify
        self._ask = ask
        self._later = later
        self._wanted: str | None = None
        self._progress: str | None = None
        self._ending: Timer | None = None
        self._tasks: set[asyncio.Future[None]] = set()

    def show(self, token: WarmToken, settings: Settings) -> None:
        """Show one line in the way this client and these settings allow; not at all where they allow none."""
        if self._client.token and settings.display_status_bar:
            self._notify("afterglow/token", token_json(token))
        elif settings.display_message:
            self._notify("window/showMessage", {"type": INFO, "message": token.response})
        elif self._client.token:
            return  # it shows lines in its status bar, and that is turned off
        elif self._client.progress and settings.display_progress:
            self._begin(token)
        else:
            self._notify("window/logMessage", {"type": LOG, "message": token.response})

    def end(self) -> None:
        """End the progress that holds the last line, if one does (its time is over, or the user types).

        One that the client was asked for and has not granted yet does not begin any more.
        """
        self._wanted = None
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        if self._progress is not None:
            self._notify("$/progress", {"token": self._progress, "value": {"kind": "end"}})
            self._progress = None

    def _begin(self, token: WarmToken) -> None:
        self.end()
        name = self._wanted = f"afterglow-{token.id}"

        async def begin() -> None:
            try:
                await self._ask("window/workDoneProgress/create", {"token": name}, CREATE_SECONDS)
            except Exception:  # noqa: BLE001 - a client that refuses or does not answer misses one line
                return
            if self._wanted != name:
                return
            value = {"kind": "begin", "title": token.response, "cancellable": False}
            self._notify("$/progress", {"token": name, "value": value})
            self._progress = name
            if token.ttl_ms:
                self._ending = self._later(token.ttl_ms / 1000, self.end)

        task = asyncio.ensure_future(begin())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _at(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value
