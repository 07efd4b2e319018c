"""A request to ask with, and those who may stop it."""

from __future__ import annotations

import asyncio
from typing import Final

from afterglow.core.twin import Request
from afterglow.enrich.client import Asker
from afterglow.enrich.key import Endpoint

KEY: Final = "sk-ant-planted-0123456789abcdef"
SECRET: Final = "the parser was red on Friday"
SCHEMA: Final = {"type": "object", "properties": {}, "required": (), "additionalProperties": False}


def request(model: str = "claude-haiku-5-5", user: str = SECRET) -> Request:
    return Request("turns", model, "Grade the turns.", user, SCHEMA, 700)


def asker(url: str, key: str = KEY, **limits: float) -> Asker:
    return Asker(Endpoint(url, key, "127.0.0.1"), **limits)


def whole_s(outcome: str) -> float:
    """The limit of a call that should end so: short where it is the limit that ends it, else with room for
    the client to be imported on a busy machine."""
    return 0.8 if outcome == "timeout" else 25.0


class Never:
    """Nobody comes back."""

    asked = False

    async def wait(self) -> None:
        await asyncio.Event().wait()


class Bell:
    """Somebody comes back when it is rung."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    @property
    def asked(self) -> bool:
        return self._rung.is_set()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self) -> None:
        await self._rung.wait()
