"""Settings as sent become settings as used: layers laid over each other, each problem one line.

Invariant: any input gives complete settings. Consent is read on its own from literal values, so that
no error elsewhere can turn it on; and once any layer says ``restricted``, no other lifts it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import frozen

from afterglow.core.clean import one_line
from afterglow.core.model import Json
from afterglow.core.setting_kinds import Refused
from afterglow.core.setting_table import ROWS, Budget, Row, Settings, budget

__all__ = ["ROWS", "Budget", "Resolved", "Row", "Settings", "budget", "from_environment", "resolve"]

PREFIX: Final = "AFTERGLOW_"
NOT_SETTINGS: Final = frozenset({"AFTERGLOW_HOME", "AFTERGLOW_LOG"})
CLIENT: Final = "editor"
"""The name of the layer that a language client sends; rows of group "client" come from there."""

_MAX_PROBLEMS: Final = 50
_MAX_KEYS: Final = 1_000
_BY_NAME: Final[dict[str, Row]] = {name: row for row in ROWS for name in (row.name, row.snake)}
_GROUPS: Final = frozenset(name.partition(".")[0] for name in _BY_NAME if "." in name)
_TRUST: Final = "trust"


@frozen
class Resolved:
    """``problems``: one line each, naming the layer, the setting and how to mend it."""

    settings: Settings
    problems: tuple[str, ...] = ()


def resolve(layers: Sequence[tuple[str, Mapping[str, Json]]]) -> Resolved:
    """Lay ``(name, settings)`` layers over each other, the weakest first.

    Nested objects, dotted keys, camelCase and snake_case are all read. A null leaves a setting unset
    in its layer. A bad value gives the setting its default, whatever a weaker layer says.
    """
    chosen: dict[str, Json] = {}
    problems: list[str] = []
    restricted = False
    for layer, values in layers:
        for key, value in _flat(layer, values, problems):
            row = _BY_NAME.get(key)
            if row is None:
                problems.append(_unknown(layer, key))
                continue
            if value is None:
                continue
            taken, problem = _checked(layer, row, value)
            if problem:
                problems.append(problem)
            chosen[row.attribute] = row.default if taken is None else taken
            restricted = restricted or (row.attribute == _TRUST and taken == "restricted")
    if restricted:
        chosen[_TRUST] = "restricted"
    return Resolved(Settings(**chosen), tuple(dict.fromkeys(problems))[:_MAX_PROBLEMS])


def from_environment(environ: Mapping[str, str]) -> dict[str, Json]:
    """The layer that ``AFTERGLOW_`` variables make; texts become numbers and flags where they should."""
    layer: dict[str, Json] = {}
    for name, text in environ.items():
        if not name.upper().startswith(PREFIX) or name.upper() in NOT_SETTINGS or not text.strip():
            continue
        key = name[len(PREFIX) :].lower().replace("__", ".")
        row = _BY_NAME.get(key)
        layer[key] = row.check.from_text(text.strip()) if row is not None else text
    return layer


def _checked(layer: str, row: Row, value: Json) -> tuple[Json, str | None]:
    try:
        return row.check.read(value), None
    except Refused as refused:
        # What cannot be read as trust is no trust.
        used = "restricted" if row.attribute == _TRUST else row.default
        return used, f"{layer}: {row.name} must be {refused}; {_shown(used)} is used"


def _flat(layer: str, values: Json, problems: list[str]) -> Iterator[tuple[str, Json]]:
    if not isinstance(values, Mapping):
        problems.append(f"{layer}: settings must be an object")
        return
    for key, value in list(values.items())[:_MAX_KEYS]:
        if not isinstance(key, str):
            problems.append(f"{layer}: the name of a setting must be a text")
        elif key in _GROUPS and isinstance(value, Mapping):
            for inner, each in list(value.items())[:_MAX_KEYS]:
                yield f"{key}.{inner}", each
        elif key in _GROUPS and value is not None:
            problems.append(f"{layer}: {key} must be an object such as {_example(key)}")
        elif key not in _GROUPS:
            yield key, value


def _example(group: str) -> str:
    row = next(row for row in ROWS if row.name.startswith(f"{group}."))
    return f'{{"{row.name.partition(".")[2]}": ...}}'


def _unknown(layer: str, key: str) -> str:
    near = difflib.get_close_matches(key[:80], [row.name for row in ROWS], n=1, cutoff=0.7)
    hint = f"; did you mean {near[0]}?" if near else "; remove it"
    return f'{layer}: there is no setting "{one_line(key, 60)}"{hint}'


def _shown(value: Json) -> str:
    if value is None or value == ():
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)
