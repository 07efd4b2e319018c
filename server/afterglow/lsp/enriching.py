"""How this server starts the model's process.

Invariant: of that process nothing is imported here, and what starts it only where somebody consented.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

from afterglow.core.settings import Settings
from afterglow.loop.idling import Child, Worker
from afterglow.lsp.sensing import quietly
from afterglow.store.home import Home

if TYPE_CHECKING:
    from afterglow.loop.worker_child import Able


def worker(
    home: Home,
    environ: Mapping[str, str],
    places: Callable[[], Collection[str]],
    loop: asyncio.AbstractEventLoop,
) -> Worker:
    """For the window of this process. ``places``: the folders that are open."""

    def able(settings: Settings) -> Able:
        from afterglow.loop import worker_child  # noqa: PLC0415 - few windows ever have consent

        return worker_child.able(settings, environ, home, tuple(places()))

    def start(settings: Settings, began: int, ended: Callable[[], None]) -> Child | None:
        from afterglow.loop import worker_child  # noqa: PLC0415 - as above

        command = worker_child.interpreter(settings, tuple(places()))
        if command is None:
            return None
        made = worker_child.order(settings, home, began)
        return worker_child.start(command, made, environ, lambda: quietly(loop.call_soon_threadsafe, ended))

    return Worker(able, start)
