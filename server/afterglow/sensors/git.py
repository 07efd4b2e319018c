"""Git in a workspace, as one window watches it: where it looks, and what a scan found.

Invariant: git is never started and a scan never raises for what it finds. A scan of a repository
that has not changed costs a handful of stats.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from typing import Final

from attrs import frozen

from afterglow.core.model import Observation
from afterglow.sensors import gitfolders
from afterglow.sensors.gitdir import branch_of, find_root, locate
from afterglow.sensors.gitlog import Mark
from afterglow.sensors.gitscan import Look
from afterglow.sensors.gitwatch import Watch

__all__ = ["NO_REPOSITORY", "GitSensor", "Mark", "Scan", "branch_of", "find_root"]

NO_REPOSITORY: Final = "no git repository here"
UNREADABLE: Final = "the git directory cannot be read; check its owner and permissions"
_ARM_AGAIN_MS: Final = 100


@frozen
class Scan:
    """What one scan found. ``marks``: those that have changed, to be saved together with the
    ``observations``. ``unresolved``: unfinished operations that are there now. ``problem``: why
    git is not or not fully seen, with what mends it. ``again_after_ms``: something is settling."""

    observations: tuple[Observation, ...] = ()
    marks: tuple[Mark, ...] = ()
    unresolved: tuple[str, ...] = ()
    problem: str | None = None
    again_after_ms: int | None = None


class GitSensor:
    """Git in one workspace. ``root`` is its canonical path, ``marks`` those saved earlier, by path."""

    def __init__(self, root: str, marks: Mapping[str, Mark]) -> None:
        self._root = root
        self._marks = dict(marks)
        self._watch: Watch | None = None
        self._dot_git: object = None
        self._problem: str | None = None
        self._absent_at: int | None = None
        self._told: gitfolders.Folders | None = None
        self._asked: gitfolders.Folders | None = None

    def known(self) -> tuple[int | None, tuple[int, ...]]:
        """Since when (ms) commits of this checkout are known without a gap, None where they are not;
        and the times of those after that and before the first sight, which are no events."""
        watch = self._find()
        memory = watch.memory if watch is not None else None
        return (None, ()) if memory is None else (memory.since, memory.commits)

    def folders(self) -> gitfolders.Folders:
        """Folders to watch without their sub-folders, at most eight, and the names in them that
        matter. Ask again after every scan."""
        self._told = self._folders()
        return self._told

    def scan(self, now: int, live: bool) -> Scan:
        """What has happened since the last scan. ``now`` in ms; ``live`` is False for the first
        scan after a start: what it finds was missed, so it is silent and keeps its own time."""
        watch = self._find()
        if watch is None:
            self._absent_at = now
            return Scan(problem=self._problem or NO_REPOSITORY, again_after_ms=self._rearm(None))
        found = Look(watch, now, live)
        try:
            found.read()
            problem = found.problem()
        except OSError:
            # What was read before stays read; the rest is still there for the next scan.
            problem = UNREADABLE
        marks = [mark for mark in watch.marks() if self._marks.get(mark.path) != mark]
        self._marks.update((mark.path, mark) for mark in marks)
        return Scan(
            observations=tuple(sorted(found.observations, key=lambda one: one.at)),
            marks=tuple(marks),
            unresolved=tuple(state.operation for state in found.states),
            problem=problem,
            again_after_ms=self._rearm(found.again),
        )

    def _find(self) -> Watch | None:
        """The readers, made anew if ``.git`` is another one than before."""
        try:
            found = os.lstat(os.path.join(self._root, ".git"))  # noqa: PTH118
            written = 0 if stat.S_ISDIR(found.st_mode) else found.st_mtime_ns
            dot_git: object = (found.st_ino, found.st_mode, written)
        except (OSError, ValueError):
            dot_git = ()
        gone = self._watch is not None and self._watch.repo.own.file("HEAD") is None
        if dot_git != self._dot_git or gone or self._watch is None:
            self._dot_git = dot_git
            repo, self._problem = locate(self._root)
            if repo is None:
                self._watch = None
            elif self._watch is None or self._watch.repo != repo:
                self._watch = Watch(repo, self._marks, self._absent_at)
                self._absent_at = None
        return self._watch

    def _folders(self) -> gitfolders.Folders:
        watch = self._find()
        if watch is None:
            return gitfolders.no_repository(self._root)
        return gitfolders.folders(watch.repo, watch.config(), watch.tags.newest_folder())

    def _rearm(self, again: int | None) -> int | None:
        """Folders that are not watched yet may have changed before they are: look once more then."""
        if self._told is None:
            return again
        folders = self._folders()
        if folders in (self._told, self._asked):
            return again
        self._asked = folders
        return _ARM_AGAIN_MS if again is None else min(again, _ARM_AGAIN_MS)
