"""The sensors of one window, on a thread of their own: a wake, a scan, observations to the loop.

Invariant: a watched folder is armed before it is read, and after a wake everything is read again;
file events are hints, never news. A thread that has nothing due waits without waking.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from queue import Empty, SimpleQueue
from typing import Final

from attrs import evolve, field, frozen, mutable

from afterglow.core.model import Observation
from afterglow.sensors.git import GitSensor, Mark
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.scanning import Sensor
from afterglow.sensors.watch import Filter, Folders, Names, Watcher
from afterglow.sensors.watch_plan import nearest
from afterglow.store.marks import MarkRow

log = logging.getLogger("afterglow")

BELL: Final = "bell"
LEDGER: Final = "ledger"
"""The mark that keeps the ledger of failing tests over a restart."""
MOST_FOLDERS: Final = 32
"""Kernel watches that one workspace's reports, caches and builds may cost; git and the bell come besides."""
CROWDED: Final = "some report folders go unwatched: {count} of them are more than this workspace may cost"
ROUNDS: Final = 4
"""How often one wake may find new folders to watch before the next wake goes on with it."""


@frozen
class Sensed:
    """What one scan of one workspace by one sensor (see ``sensors_of``) gave. ``first``: its first look.

    ``marks``: what to remember, saved with the observations. ``unresolved``, ``known_since`` and
    ``commits_before`` are git's: see ``Scan`` and ``GitSensor.known``.
    """

    workspace: str
    sensor: str
    observations: tuple[Observation, ...] = ()
    marks: tuple[MarkRow, ...] = ()
    unresolved: tuple[str, ...] = ()
    known_since: int | None = None
    commits_before: tuple[int, ...] = ()
    problem: str | None = None
    first: bool = False


@mutable
class _Place:
    """The sensors of one workspace. ``files``: all but git, by name. ``remembered``: the ledger as saved."""

    git: GitSensor
    ledger: Ledger
    files: dict[str, Sensor]
    remembered: str
    fresh: set[str] = field(factory=set)
    watched: dict[str, frozenset[str]] = field(factory=dict)
    """By sensor: the folders that the kernel watches for it."""

    def names(self) -> tuple[str, ...]:
        return ("git", *self.files)


def sensors_of(workspace: str, ledger: Ledger, exclude: Sequence[str] = ()) -> dict[str, Sensor]:
    """The sensors of a workspace's files besides git's, in the order in which they look: what a
    cache knows to be failing is known before a report is judged.

    ``exclude``: globs of paths that are never looked at.
    """
    # Not at start: they are read on this thread, when a server has answered already.
    from afterglow.sensors.builds import BuildSensor  # noqa: PLC0415 - see above
    from afterglow.sensors.caches import CacheSensor  # noqa: PLC0415 - see above
    from afterglow.sensors.quality import QualitySensor  # noqa: PLC0415 - see above
    from afterglow.sensors.reports import ReportSensor  # noqa: PLC0415 - see above

    return {
        "caches": CacheSensor(workspace, ledger),
        "reports": ReportSensor(workspace, ledger, exclude=exclude),
        "builds": BuildSensor(workspace),
        "quality": QualitySensor(workspace, exclude=exclude),
    }


class Senses:
    """``bell_folder``: where the bell is, None where there is none to hear.

    ``tell`` is called for each scan, of reports only where it found something; ``ring`` when the bell was
    rung; ``trouble`` with one line for each cause that costs a sensor, ``sound`` when everything is watched
    again. None of them may block: they are called on this thread or the watcher's.
    """

    def __init__(
        self,
        bell_folder: str | None,
        tell: Callable[[Sensed], None],
        ring: Callable[[], None],
        trouble: Callable[[str], None],
        sound: Callable[[], None],
        wall: Callable[[], int],
    ) -> None:
        self._bell_folder = bell_folder
        self._tell = tell
        self._ring = ring
        self._wall = wall
        self._places: dict[str, _Place] = {}
        self._due: dict[str, float] = {}
        self._troubled: set[str] = set()
        self._queue: SimpleQueue[Callable[[], object] | frozenset[str] | None] = SimpleQueue()
        self._watcher = Watcher(self._queue.put, trouble, on_sound=sound)
        self._thread = threading.Thread(target=self._run, name="afterglow-senses", daemon=True)

    def start(self) -> None:
        """Begin to listen for the bell; workspaces are added one by one."""
        self._thread.start()

    def add(self, workspace: str, marks: Iterable[MarkRow], exclude: Sequence[str] = ()) -> None:
        """Watch a workspace from where its logs were read to before; never what ``exclude`` covers."""
        known = {
            mark.path: Mark(mark.path, mark.inode, mark.offset, mark.last_time, mark.recent, mark.extra)
            for mark in marks
        }
        self._queue.put(lambda: self._add(workspace, known, exclude))

    def remove(self, workspace: str) -> None:
        self._queue.put(lambda: self._remove(workspace))

    def check(self) -> None:
        """Look whether every watch still stands, and mend what does not."""
        self._queue.put(self._watcher.check)

    def watches(self) -> int:
        """The number of kernel watches held now."""
        return self._watcher.count()

    def stop(self, seconds: float = 1.0) -> None:
        """End the thread and the watcher; give up waiting after ``seconds``."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join(seconds)
        self._watcher.stop()

    # -- on the thread -----------------------------------------------------------------------------

    def _run(self) -> None:
        bell = self._bell_folder
        if bell is not None:
            self._guard(lambda: self._watcher.set(BELL, {bell: Names(exact=frozenset({"bell"}))}))
        while True:
            try:
                item = self._queue.get(timeout=self._patience())
            except Empty:
                self._scan_due()
                continue
            if item is None:
                return
            if isinstance(item, frozenset):
                self._wake(item)
            else:
                self._guard(item)

    def _patience(self) -> float | None:
        """Seconds until a scan was asked for, None (for ever) where none was."""
        return max(0.0, min(self._due.values()) - time.monotonic()) if self._due else None

    def _scan_due(self) -> None:
        now = time.monotonic()
        for owner in [owner for owner, due in self._due.items() if due <= now]:
            del self._due[owner]
            self._guard(lambda owner=owner: self._scan(owner))  # type: ignore[misc]

    def _wake(self, owners: frozenset[str]) -> None:
        if BELL in owners:
            self._ring()
        for owner in sorted(owners - {BELL}):
            self._guard(lambda owner=owner: self._scan(owner))  # type: ignore[misc]

    def _add(self, workspace: str, marks: Mapping[str, Mark], exclude: Sequence[str]) -> None:
        if workspace in self._places:
            return
        saved = marks[LEDGER].extra if LEDGER in marks else ""
        ledger = Ledger(saved)
        place = _Place(GitSensor(workspace, marks), ledger, sensors_of(workspace, ledger, exclude), saved)
        place.fresh = set(place.names())
        self._places[workspace] = place
        for sensor in place.names():
            self._guard(lambda sensor=sensor: self._scan(f"{sensor}:{workspace}"))  # type: ignore[misc]

    def _remove(self, workspace: str) -> None:
        place = self._places.pop(workspace, None)
        for sensor in place.names() if place is not None else ():
            self._due.pop(f"{sensor}:{workspace}", None)
            self._watcher.set(f"{sensor}:{workspace}", {})

    def _scan(self, owner: str) -> None:
        sensor, _, workspace = owner.partition(":")
        place = self._places.get(workspace)
        if place is None:
            return
        source = place.git if sensor == "git" else place.files[sensor]
        for _ in range(ROUNDS):
            folders = dict(source.folders())
            left_out = 0
            if sensor == "git":
                self._watcher.set(owner, folders)
            else:
                left_out = self._watch(owner, sensor, place, folders)
            first = sensor in place.fresh
            place.fresh.discard(sensor)
            if sensor == "git":
                self._scan_git(owner, workspace, place.git, first)
            else:
                self._scan_files(owner, workspace, place, first, left_out)
            if dict(source.folders()) == folders:
                return

    def _scan_git(self, owner: str, workspace: str, sensor: GitSensor, first: bool) -> None:
        scan = sensor.scan(self._wall(), not first)
        since, before = sensor.known()
        marks = tuple(
            MarkRow(mark.path, mark.inode, mark.offset, mark.last_time, tuple(mark.recent), mark.extra)
            for mark in scan.marks
        )
        self._ask_again(owner, scan.again_after_ms)
        self._tell(
            Sensed(
                workspace,
                "git",
                scan.observations,
                marks,
                scan.unresolved,
                since,
                before,
                scan.problem,
                first,
            )
        )

    def _watch(self, owner: str, sensor: str, place: _Place, folders: Folders) -> int:
        """Watch what a sensor asks for, as far as its workspace may cost; gives how many are left out."""
        used = frozenset().union(*(paths for name, paths in place.watched.items() if name != sensor))
        mine: set[str] = set()
        kept: dict[str, Filter] = {}
        for folder, names in folders.items():
            real = nearest(folder)[0]
            if real in used or real in mine or len(used) + len(mine) < MOST_FOLDERS:
                mine.add(real)
                kept[folder] = names
        place.watched[sensor] = frozenset(mine)
        self._watcher.set(owner, kept)
        return len(folders) - len(kept)

    def _scan_files(self, owner: str, workspace: str, place: _Place, first: bool, left_out: int) -> None:
        name = owner.partition(":")[0]
        scan = place.files[name].scan(self._wall(), not first)
        if left_out and scan.problem is None:
            scan = evolve(scan, problem=CROWDED.format(count=left_out))
        self._ask_again(owner, scan.again_after_ms)
        marks: tuple[MarkRow, ...] = ()
        memory = place.ledger.memory()
        if memory != place.remembered:
            place.remembered = memory
            marks = (MarkRow(LEDGER, 0, 0, 0, (), memory),)
        if scan.observations or scan.problem or first or marks or owner in self._troubled:
            self._tell(Sensed(workspace, name, scan.observations, marks, problem=scan.problem, first=first))
        (self._troubled.add if scan.problem else self._troubled.discard)(owner)

    def _ask_again(self, owner: str, after_ms: int | None) -> None:
        if after_ms is not None:
            self._due[owner] = time.monotonic() + after_ms / 1000

    def _guard(self, work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - a sensor that fails must not end the others
            log.warning("sensor: %s", type(error).__name__)
