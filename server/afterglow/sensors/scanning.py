"""What a sensor is: it names folders to watch, and a scan of them gives observations.

Invariant: a sensor never raises for what it finds and starts no program of the workspace; all of a
workspace's sensors run on one thread, one after the other.
"""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from afterglow.core.model import Observation
from afterglow.sensors.watch_plan import Folders


@frozen
class Seen:
    """What one scan found. ``again_after_ms``: something is settling, look again then. ``problem``: one
    line, why not all is seen and what mends it."""

    observations: tuple[Observation, ...] = ()
    again_after_ms: int | None = None
    problem: str | None = None


class Sensor(Protocol):
    """One kind of file in one workspace."""

    def folders(self) -> Folders:
        """Folders (absolute) to watch without their sub-folders, and the names in them that matter.
        Asked again after every scan."""
        ...

    def scan(self, now: int, live: bool) -> Seen:
        """What is new since the last scan. ``now`` in ms; ``live`` is False for the first scan after a
        start: what it finds was missed, so it is recorded and never shown."""
        ...
