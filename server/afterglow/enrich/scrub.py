"""The last step of every text before it becomes part of a request: looked at by two that know secrets.

``detect-secrets`` looks for what it knows, ``core.redact`` at what is left, and the rest is cut at a word.
Invariant: no text leaves that did not come out of ``scrub``; where the library cannot be had it is empty.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from afterglow.core.clean import one_line
from afterglow.core.plain_words import without_people
from afterglow.core.redact import like_a_word, safe
from afterglow.core.told_secrets import GONE
from afterglow.core.twin import MAX_FIELD

_SEEN: Final = 2_000
_FEW: Final = 4
"""What a plugin finds and is as short is a word of ours, not a secret."""
_ENTROPY: Final = {"Base64HighEntropyString": 4.5, "HexHighEntropyString": 3.0}
"""How even the letters of a run must be to count as random; the limits that the library comes with."""
_RUN: Final = re.compile(r"[A-Za-z0-9+/=_-]{8,}")
_SECTION: Final = re.compile(r"[^\W_]+")
_PLACE: Final = re.compile(
    r"(?<!\S)[\"'(]*(?:[~.]{0,2}[/\\]|[A-Za-z]:[/\\]|file:|~)\S*|\S*://\S*|\S*@\S*|\S*\\\S*|\S*(?:/\S*){3}"
)
"""Paths, addresses and who is mentioned; a branch has a slash or two."""
_FILE_OF: Final = re.compile(r"\S*/(?=[\w.-]+\.[a-z]\w{0,4}\b)")
_ROW: Final = re.compile(rf"{GONE}(?:[\s]*{GONE})+")

Scan = Callable[[str], Iterable[str]]
"""Gives the secrets that stand in a line."""


def scrub(text: str, names: Collection[str] = ()) -> str:
    """What of a text may leave, on one line of at most 200 characters; "" where nothing can be told of it.

    ``names``: what the user is called.
    """
    scan = scanner()
    return scrubbed(text, names, scan) if scan is not None else ""


def scrubbed(text: str, names: Collection[str], scan: Scan) -> str:
    """The same with a scanner of secrets at hand."""
    line = one_line(safe(text[:_SEEN], names), _SEEN)
    for secret in sorted(set(scan(line)), key=lambda one: (-len(one), one)):
        if len(secret) > _FEW or not like_a_word(secret.lower()):
            line = line.replace(secret, GONE)
    line = _PLACE.sub(GONE, _FILE_OF.sub("", line))
    line = without_people(safe(line, names))
    return _cut(_ROW.sub(GONE, line))


@lru_cache(maxsize=1)
def scanner() -> Scan | None:
    """What finds secrets by the library's plugins, made once; None where it cannot be imported."""
    try:
        from detect_secrets.core.plugins.util import (  # noqa: PLC0415 - an extra, and slow to import
            get_mapping_from_secret_type_to_class,
        )
    except Exception:  # noqa: BLE001 - whatever is wrong with it, nothing leaves then
        return None
    plugins: list[Any] = []
    runs: list[Any] = []
    made: Any
    try:
        for made in get_mapping_from_secret_type_to_class().values():
            if made.__name__ in _ENTROPY:
                runs.append(made(limit=_ENTROPY[made.__name__]))
            else:
                plugins.append(made())
    except Exception:  # noqa: BLE001 - see above
        return None
    return (lambda line: _found(line, plugins, runs)) if plugins and runs else None


def _found(line: str, plugins: Sequence[Any], runs: Sequence[Any]) -> Iterable[str]:
    for plugin in plugins:
        for one in plugin.analyze_line(filename="text", line=line, line_number=0):
            yield from _values(one, line)
    # Of bare words the plugins for random runs would find every one: they get quoted what may be a run.
    for run in _RUN.findall(line):
        if all(like_a_word(part.lower()) for part in _SECTION.findall(run)):
            continue
        for plugin in runs:
            if plugin.analyze_line(filename="text", line=f'"{run}"', line_number=0):
                yield run


def _values(found: Any, line: str) -> Iterable[str]:
    """A secret's text; the whole line where the library does not say which it is."""
    value = found.secret_value
    yield value if isinstance(value, str) and value.strip() else line


def _cut(text: str) -> str:
    """At most 200 characters, cut between words."""
    if len(text) <= MAX_FIELD:
        return text
    head = text[: MAX_FIELD - 1]
    space = head.rfind(" ")
    return (head[:space] if space > 0 else head).rstrip(" ,;:-(") + GONE
