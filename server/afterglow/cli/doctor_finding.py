"""A row of ``afterglow doctor``, what it is about, and what its sensor saw last by the records.

Invariant: pure but for the time zone; an event belongs to the sensor that alone leaves such a mark of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from attrs import evolve, frozen

from afterglow.cli import output
from afterglow.core import words
from afterglow.core.local_time import Clock
from afterglow.core.model import Event
from afterglow.core.settings import Settings
from afterglow.sensors import complexity, report_table

_LINTERS: Final = frozenset(label for label, _ in complexity.READERS.values())
OFF: Final = "off with the mode; afterglow mode normal turns it on"
_OUTCOMES: Final = {
    "ok": "ok",
    "fail": "failed",
    "cancelled": "was cancelled",
    "unknown": "ended, outcome unknown",
}


@frozen
class Finding:
    """``sees``: what the part is doing. ``problem``: what is wrong and how to mend it, None where all is
    well. ``on``: whether the part does anything here. ``last``: when it saw something last (ms).
    ``mend``: what to type, ours to the letter and printed so. ``names``: what in ``sees`` the user named.
    """

    name: str
    sees: str
    problem: str | None = None
    on: bool = True
    last: int | None = None
    mend: str | None = None
    names: tuple[str, ...] = ()


@frozen
class Here:
    """What the rows are about. ``windows``: how many are open, None where the records cannot be read;
    ``windows_here``: how many of them may have this folder open; ``recent``: what was recorded here, newest
    first; ``heard``: newest event by source, anywhere (ms)."""

    root: str
    settings: Settings
    mode: str
    clock: Clock
    windows: int | None = None
    windows_here: int = 0
    recent: tuple[Event, ...] = ()
    heard: Mapping[str, int] = {}


def with_last(here: Here, found: Finding) -> Finding:
    """The row with what its sensor saw last, where anything is on record."""
    told = _TELLS.get(found.name)
    event = next((event for event in here.recent if told is not None and told(event)), None)
    at = found.last if event is None else event.at
    if at is None:
        return found
    what = "" if event is None else f"{_described(event)}, "
    last = f"last {what}{_when(here.clock, at)}"
    # What leads over to the mend stays at the end.
    head, _, tail = found.sees.rpartition("; ") if found.mend else (found.sees, "", "")
    named = () if event is None or _is_tool(event.label) else event.labels[:1]
    return evolve(
        found, sees="; ".join(filter(None, (head, last, tail))), last=at, names=(*found.names, *named)
    )


def _is_tool(label: str | None) -> bool:
    """Whether it is the name of a runner or a linter, which nobody here chose."""
    return label is not None and (report_table.by_label(label) is not None or label in _LINTERS)


def _from(*sources: str) -> Callable[[Event], bool]:
    return lambda event: not set(sources).isdisjoint(event.sources)


def _by_report(event: Event) -> bool:
    counted = event.number("passed") is not None or "failing" in event.data
    return "report" in event.sources and event.job == "test" and (counted or event.source == "report")


def _by_quality(event: Event) -> bool:
    if "report" not in event.sources:
        return False
    return "coverage" in event.data or (event.job == "lint" and not _LINTERS.isdisjoint(event.labels))


_TELLS: Final[Mapping[str, Callable[[Event], bool]]] = {
    "git": _from("git"),
    "reports": _by_report,
    "caches": lambda event: "cache" in event.sources and event.job == "test",
    "builds": lambda event: "cache" in event.sources and event.job not in (None, "test"),
    "quality": _by_quality,
    "editor": _from("editor"),
    "hook": _from("hook"),
    "run, emit": _from("run", "emit"),
}
"""Whether an event was told by the sensor of this name, alone or with others."""


def _described(event: Event) -> str:
    """``pytest, 142 passed``, ``make, failed``, ``commit``."""
    parts = [event.label or event.job or event.kind]
    passed, failed = event.number("passed"), (event.number("failed") or 0) + (event.number("errors") or 0)
    if failed:
        parts.append(f"{failed} failed")
    elif passed is not None and event.status == "ok":
        parts.append(f"{passed} passed")
    elif event.status is not None and not (event.status == "ok" and event.source == "git"):
        parts.append(_OUTCOMES[event.status])
    covered = event.data.get("coverage")
    if isinstance(covered, int | float) and not isinstance(covered, bool):
        parts.append(f"{words.percent(covered)} covered")
    return output.plain(", ".join(parts), 60)


def _when(clock: Clock, at: int) -> str:
    said = clock.since(at)
    return f"today {said}" if clock.days_ago(at) == 0 else said
