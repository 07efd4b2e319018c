"""Handlers registered the pygls way, with ``@server.feature``: their params are typed objects.

Invariant: bad params are refused by naming the field; nothing runs on pygls' own thread pool.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import attrs
import cattrs
from pygls.feature_manager import is_thread_function
from pygls.protocol import default_converter

from afterglow.core.model import Json
from afterglow.lsp.dispatch import InvalidParams, RequestHandler


class LateConverter:
    """Stands for the converter until a typed message needs it: building it costs more than a start."""

    def __init__(self) -> None:
        self._real: cattrs.Converter | None = None

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._real is None:
            self._real = cast(Callable[[], cattrs.Converter], default_converter)()
        return getattr(self._real, name)


class TypedHandlers:
    """Finds the typed handler of a method and makes it look like a raw one."""

    def __init__(
        self,
        converter: LateConverter,
        features: Callable[[], dict[str, Callable[..., Any]]],
        message_type: Callable[[str], Any],
    ) -> None:
        self._converter = converter
        self._features = features
        self._message_type = message_type
        self._threads: ThreadPoolExecutor | None = None

    def find(self, method: str) -> RequestHandler | None:
        handler = self._features().get(method)
        if handler is None:
            return None
        return lambda params: self._call(handler, self._structure(method, params))

    def plain(self, value: Any) -> Json:
        """A typed result as JSON. Raises TypeError for what is none."""
        if attrs.has(type(value)):
            return self._converter.unstructure(value)
        if isinstance(value, enum.Enum):
            return value.value
        raise TypeError(f"{type(value).__name__} cannot be sent")

    def _call(self, handler: Callable[..., Any], params: Any) -> Any:
        if not cast(Callable[[object], bool], is_thread_function)(handler):
            return handler(params)
        if self._threads is None:
            self._threads = ThreadPoolExecutor(4, thread_name_prefix="afterglow-typed")
        return asyncio.get_running_loop().run_in_executor(self._threads, handler, params)

    def _structure(self, method: str, params: Json) -> Any:
        message_type = self._message_type(method)
        if message_type is None:
            return params
        message = {"jsonrpc": "2.0", "id": 0, "method": method, "params": params}
        try:
            return getattr(self._converter.structure(message, message_type), "params", None)
        except cattrs.BaseValidationError as error:
            raise _named(error) from None
        except Exception:  # noqa: BLE001 - whatever a converter raises, the params are to blame
            raise InvalidParams("params", "could not be read") from None


def _named(error: cattrs.BaseValidationError) -> InvalidParams:
    """The first complaint of cattrs, ``what @ $.params.where``, without any value of the message."""
    problem, _, where = cattrs.transform_error(error)[0].partition(" @ $.")
    field = where.removeprefix("params.") or "params"
    return InvalidParams(field[:200], problem[:200])
