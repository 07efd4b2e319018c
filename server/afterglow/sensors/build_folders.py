"""Which folders of a workspace builds are looked for in, and what lies there.

Invariant: only real folders below the root are listed, none through a link, each to a bound; with their
parents they are at most ``MAX_WATCHED``, so that they cost no more watches than that.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Final

from attrs import frozen

from afterglow.sensors.build_table import ANY_OUT, FOLDERS, MODULES_TMP, Path, Row, names_in, rows_in
from afterglow.sensors.opening import WALKS, open_below
from afterglow.sensors.watch_plan import Filter

MAX_WATCHED: Final = 8
MAX_ENTRIES: Final = 5_000
MAX_FILES: Final = 32
"""Of more files that may matter in one folder only the newest are looked at."""
MAX_OUTS: Final = 2

Identity = tuple[int, int, int]
"""(inode, mtime in ns, size): a file that was written again is another one."""


@frozen
class BuildFile:
    """A regular file that a row of the table is about. ``path``: names from the root down."""

    path: Path
    row: Row
    identity: Identity

    @property
    def mtime(self) -> int:
        """In ms."""
        return self.identity[1] // 1_000_000


def places(root: str) -> tuple[Path, ...]:
    """The folders that are there, the most telling first. Raises OSError where the root cannot be read."""
    os.scandir(root).close()
    found: list[Path] = []
    left = MAX_WATCHED
    for folder in FOLDERS:
        cost = 1 if folder[:-1] in (*found, ()) else 2
        if cost <= left and _is_real(root, folder):
            found.append(folder)
            left -= cost
    if ANY_OUT in found:
        found += _newest_below(root, ANY_OUT)[: min(MAX_OUTS, left)]
    return tuple(found)


def watched(root: str, found: tuple[Path, ...]) -> dict[str, Filter]:
    """What to watch where ``found`` is there: these, and those that may come to be in one of them."""
    wanted: dict[str, Filter] = {}
    for folder in (*FOLDERS, *(folder for folder in found if folder not in FOLDERS)):
        # A configuration below `out` may have any name.
        names = None if folder == ANY_OUT else names_in(folder)
        if folder in found or (folder != MODULES_TMP and _may_come(root, folder, found)):
            wanted[_path(root, folder)] = names
    return wanted


def _may_come(root: str, folder: Path, found: tuple[Path, ...]) -> bool:
    """Whether it is missing from a folder that is watched anyway; a link in its place is no folder."""
    depth = max((size for size in range(len(folder)) if folder[:size] in found), default=0)
    return not os.path.lexists(_path(root, folder[: depth + 1]))


def files_in(root: str, folder: Path) -> list[BuildFile]:
    """The newest files in a folder that rows of the table are about; none where it cannot be read."""
    rows = rows_in(folder)
    files: list[BuildFile] = []
    if not rows:
        return files
    with _listed(root, folder) as entries:
        names = frozenset(entry.name for entry in entries)
        for entry in entries:
            row = next((row for row in rows if row.matches(entry.name, names)), None)
            found = _stat(entry) if row is not None else None
            if row is not None and found is not None and stat.S_ISREG(found.st_mode):
                identity = (found.st_ino, found.st_mtime_ns, found.st_size)
                files.append(BuildFile((*folder, entry.name), row, identity))
    files.sort(key=lambda file: (-file.identity[1], file.path))
    return files[:MAX_FILES]


@contextmanager
def _listed(root: str, folder: Path) -> Iterator[list[os.DirEntry[str]]]:
    """What lies in a real folder; nothing where it cannot be read."""
    handle = open_below(root, folder, folder=True) if WALKS else None
    listed: list[os.DirEntry[str]] = []
    try:
        with suppress(OSError):
            if handle is not None or not WALKS:
                with os.scandir(_path(root, folder) if handle is None else handle) as entries:
                    listed += islice(entries, MAX_ENTRIES)
        yield listed
    finally:
        if handle is not None:
            os.close(handle)


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None


def _newest_below(root: str, folder: Path) -> list[Path]:
    with _listed(root, folder) as entries:
        stats = [(entry.name, _stat(entry)) for entry in entries]
    below = [
        (found.st_mtime_ns, name)
        for name, found in stats
        if found is not None and stat.S_ISDIR(found.st_mode)
    ]
    return [(*folder, name) for _, name in sorted(below, reverse=True)]


def _is_real(root: str, folder: Path) -> bool:
    """Whether this is a folder, and no step of the way to it a link."""
    try:
        return all(
            stat.S_ISDIR(os.lstat(_path(root, folder[:size])).st_mode) for size in range(1, len(folder) + 1)
        )
    except OSError:
        return False


def _path(root: str, folder: Path) -> str:
    return os.path.join(root, *folder)  # noqa: PTH118
