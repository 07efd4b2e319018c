"""The door of the records: what a happening says in words, made safe before it is stored.

Whatever a sensor, a client or a command line calls things (labels, tags, branches, tests, notes) may hold a
key, a password, an address or the name of a home. Invariant: pure; ``events.record`` and ``notes.write`` let
nothing by; kinds, numbers, commits' hashes and addresses of files, which are needed as they are, stay.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from attrs import evolve

from afterglow.core.model import Json, Observation

_AS_IT_IS: Final = frozenset({"job", "sha", "uri", "source", "phase"})
_SENSORS: Final = frozenset({"git", "report", "cache"})
"""Sources whose keys are made of digests by the sensors themselves."""
_OWN_KEY: Final = re.compile(r"[a-z.]+(?::[0-9a-f]+)+")
_HASH: Final = re.compile(r"[0-9a-f]{7,64}")


def cleared(observation: Observation) -> Observation:
    """The same happening without the secrets that its words hold."""
    key = observation.key
    if key is not None and observation.source not in _SENSORS:
        key = cleared_key(key)
    texts = any(isinstance(value, str | list | dict) for value in observation.data.values())
    if observation.label is None and key is observation.key and not observation.tags and not texts:
        return observation
    label = None if observation.label is None else safe_text(observation.label)
    return evolve(
        observation,
        label=label,
        tags=tuple(map(safe_text, observation.tags)),
        data=cleared_data(observation.data) if texts else observation.data,
        key=key,
    )


def cleared_data(data: Mapping[str, Json]) -> dict[str, Any]:
    """An event's or a note's data, every text in it made safe."""
    return {safe_text(name): value if name in _AS_IT_IS else _value(value) for name, value in data.items()}


def cleared_key(key: str) -> str:
    """A key that names a happening; one that may hold a secret is named by its digest."""
    if _OWN_KEY.fullmatch(key) is not None or safe_text(key) == key:
        return key
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def safe_text(text: str) -> str:
    """``core.redact.safe``; a commit's hash is no secret."""
    # Not at start: a session opens without a word.
    from afterglow.core.redact import safe  # noqa: PLC0415 - see above

    return text if _HASH.fullmatch(text) is not None else safe(text)


def _value(value: Json) -> Json:
    if isinstance(value, str):
        return safe_text(value)
    if isinstance(value, Mapping):
        return cleared_data(value)
    if isinstance(value, list | tuple):
        return [_value(one) for one in value]
    return value
