"""A window that watches git, for tests: it scans when told, saves marks as the store would."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from afterglow.core.model import Observation
from afterglow.sensors.git import GitSensor, Mark, Scan
from tests.support.clock import now

LATER_MS = 5_000
"""Scans see a clock this far ahead, so that what settles within seconds has settled."""


class Window:
    """One editor window on a checkout. ``seen`` is everything that it ever reported."""

    def __init__(self, root: Path, marks: dict[str, Mark] | None = None) -> None:
        self.root = str(root.resolve())
        self.marks = {} if marks is None else marks
        self.seen: list[Observation] = []
        self.last = Scan()
        self.sensor = GitSensor(self.root, self.marks)
        self.scan(live=False, ahead=0)

    def start(self) -> list[Observation]:
        """Starts (again) from the saved marks; gives what was missed."""
        self.sensor = GitSensor(self.root, self.marks)
        return self.scan(live=False)

    def scan(self, *, live: bool = True, ahead: int = LATER_MS) -> list[Observation]:
        """Scans and saves the marks; gives what is new."""
        self.last = self.sensor.scan(now() + ahead, live)
        self.marks.update((mark.path, mark) for mark in self.last.marks)
        self.seen += self.last.observations
        return list(self.last.observations)

    def kinds(self, *, live: bool = True) -> list[str]:
        """The kinds of what is new."""
        return [one.kind for one in self.scan(live=live)]

    def known_keys(self) -> set[tuple[str, str | None]]:
        return keys(self.seen)


def keys(observations: Iterable[Observation]) -> set[tuple[str, str | None]]:
    """What makes happenings the same ones, whoever saw them."""
    return {(one.kind, one.key) for one in observations}
