"""``workspace/executeCommand``: the table of commands and the shape of their arguments.

Invariant: a command gets exactly one object, ``{}`` where the client gave none.
"""

from __future__ import annotations

from collections.abc import Iterable

from afterglow.core.model import Json
from afterglow.lsp.dispatch import InvalidParams, RequestHandler


class Commands:
    """``advertised`` is what the client is told of, None for all; the others can be run all the same."""

    def __init__(self) -> None:
        self.table: dict[str, RequestHandler] = {}
        self.advertised: tuple[str, ...] | None = None

    def advertise(self, names: Iterable[str]) -> None:
        self.advertised = tuple(names)

    def names(self) -> list[str]:
        return list(self.table if self.advertised is None else self.advertised)

    def execute(self, params: Json) -> Json:
        """Run what ``params`` names. Raises ``InvalidParams``; may return an awaitable."""
        if not isinstance(params, dict):
            raise InvalidParams("params", "must be an object")
        name = params.get("command")
        if not isinstance(name, str):
            raise InvalidParams("command", "must be a string")
        handler = self.table.get(name)
        if handler is None:
            raise InvalidParams("command", "is not known")
        return handler(_one_object(params.get("arguments")))


def _one_object(arguments: Json) -> dict[str, Json]:
    if arguments is None or arguments == []:
        return {}
    if isinstance(arguments, list) and len(arguments) == 1:
        only = arguments[0]
        if only is None:
            return {}
        if isinstance(only, dict):
            return only
    raise InvalidParams("arguments", "must be [] or [one object]")
