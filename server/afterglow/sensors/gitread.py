"""Reading below one folder that someone else may have prepared.

Invariant: what is opened is a regular file or a folder that lies below the base by real folders
alone: no link is followed on the way, no device or FIFO is opened, nothing blocks, every read and
every listing has a limit, and whatever goes wrong is None or empty, never an exception.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from typing import Final

from attrs import frozen

from afterglow.sensors.opening import WALKS, open_below, read_at

_SEP: Final = os.sep


@frozen
class Below:
    """One folder, by canonical absolute path, and what may be read of it. ``parts`` are file names."""

    base: str

    def path(self, *parts: str) -> str:
        """The path of something below, whether or not it is there."""
        return f"{self.base.rstrip(_SEP)}{_SEP}{_SEP.join(parts)}" if parts else self.base

    def stat(self, *parts: str) -> os.stat_result | None:
        """What the thing itself is (a link is a link); None where it is not there."""
        try:
            return os.lstat(self.path(*parts))
        except (OSError, ValueError):
            return None

    def missing(self, *parts: str) -> bool:
        """Whether it is certain that there is nothing: what cannot be looked at may well exist."""
        try:
            os.lstat(self.path(*parts))
        except (FileNotFoundError, NotADirectoryError):
            return True
        except (OSError, ValueError):
            return False
        return False

    def file(self, *parts: str) -> os.stat_result | None:
        """The stat of a regular file, None for anything else."""
        found = self.stat(*parts)
        return found if found is not None and stat.S_ISREG(found.st_mode) else None

    def folder(self, *parts: str) -> os.stat_result | None:
        """The stat of a real folder, None for anything else."""
        found = self.stat(*parts)
        return found if found is not None and stat.S_ISDIR(found.st_mode) else None

    def read(self, *parts: str, limit: int) -> bytes | None:
        """The first ``limit`` bytes of a regular file."""
        with self.opened(*parts) as handle:
            return None if handle is None else read_at(handle, 0, limit)

    @contextlib.contextmanager
    def opened(self, *parts: str) -> Iterator[int | None]:
        """A handle of a regular file below, closed at the end; None where there is none."""
        # A stat costs less than the way down: most of what is asked for is not there.
        handle = open_below(self.base, parts) if self.file(*parts) is not None else None
        try:
            yield handle
        finally:
            if handle is not None:
                os.close(handle)

    def listing(self, *parts: str, limit: int) -> list[tuple[str, bool]]:
        """At most ``limit`` (name, is a real folder) of a folder; links are left out."""
        if self.folder(*parts) is None:
            return []
        handle = open_below(self.base, parts, folder=True)
        if WALKS and handle is None:
            return []
        found: list[tuple[str, bool]] = []
        try:
            with os.scandir(self.path(*parts) if handle is None else handle) as entries:
                for entry in entries:
                    if len(found) >= limit:
                        break
                    with contextlib.suppress(OSError):
                        if not entry.is_symlink():
                            found.append((entry.name, entry.is_dir(follow_symlinks=False)))
        except OSError:
            return []
        finally:
            if handle is not None:
                os.close(handle)
        return found

    def walk(
        self, *parts: str, folders: int, files: int, depth: int = 8
    ) -> tuple[list[tuple[tuple[str, ...], list[str]]], bool]:
        """Every folder from ``parts`` down with its files' names, and whether a limit cut it short."""
        found: list[tuple[tuple[str, ...], list[str]]] = []
        todo = [parts]
        left = files
        while todo:
            here = todo.pop()
            entries = self.listing(*here, limit=left + 1)
            names = [name for name, is_folder in entries if not is_folder]
            left -= len(names)
            if left < 0 or len(found) >= folders:
                return found, True
            found.append((here, names))
            if len(here) - len(parts) < depth:
                todo += [(*here, name) for name, is_folder in entries if is_folder]
        return found, False
