"""The client's capabilities as pygls asks for them, and ours as JSON, without building converters.

Invariant: looking at what a client sent never fails: what is missing or of another shape is None.
"""

from __future__ import annotations

import enum
from typing import Any

import attrs
from lsprotocol import types

from afterglow.core.model import Json


class ClientView:
    """``view.workspace.inlay_hint.refresh_support`` reads ``workspace.inlayHint.refreshSupport``.

    ``raw`` is the JSON object itself.
    """

    def __init__(self, raw: Json) -> None:
        self.raw: dict[str, Json] = raw if isinstance(raw, dict) else {}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = self.raw.get(camel(name))
        return ClientView(value) if isinstance(value, dict) else value


def camel(name: str) -> str:
    """``position_encodings`` -> ``positionEncodings``; a trailing underscore is dropped."""
    first, *rest = name.removesuffix("_").split("_")
    return first + "".join(part.title() for part in rest)


def offered_encodings(raw: Json) -> types.ClientCapabilities:
    """Just enough of the client's capabilities to negotiate the position encoding with."""
    general = raw.get("general") if isinstance(raw, dict) else None
    offered = general.get("positionEncodings") if isinstance(general, dict) else None
    if not isinstance(offered, list):
        return types.ClientCapabilities()
    known: list[types.PositionEncodingKind | str] = [
        _encoding(name) for name in offered if isinstance(name, str)
    ]
    return types.ClientCapabilities(general=types.GeneralClientCapabilities(position_encodings=known))


def _encoding(name: str) -> types.PositionEncodingKind | str:
    try:
        return types.PositionEncodingKind(name)
    except ValueError:
        return name


def as_json(value: Any) -> Json:
    """A typed capability as JSON; what is None is left out."""
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    if not attrs.has(type(value)):
        return value
    members = ((field.name, getattr(value, field.name)) for field in attrs.fields(type(value)))
    return {camel(name): as_json(member) for name, member in members if member is not None}
