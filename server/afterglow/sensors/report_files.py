"""Report files: which folders are looked into, which files lie there, how one is read.

Invariant: every folder is reached from the root by real folders alone and every file is a regular one;
names and stats are bounded, and a file is read to a bound.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Sequence
from fnmatch import fnmatch
from typing import Final

from attrs import frozen

from afterglow.sensors.opening import WALKS, open_below, read_at
from afterglow.sensors.projects import Parts, Tree
from afterglow.sensors.report_table import SUFFIXES, folders_of, is_class_file
from afterglow.sensors.watch_plan import Folders, Names

MAX_WATCHES: Final = 16
"""Folders that the kernel watches for us beside the root."""
MAX_ENTRIES: Final = 20_000
MAX_FILES: Final = 64
MAX_CLASS_FILES: Final = 2_000
HEAD_BYTES: Final = 1024
CHECKOUT_MS: Final = 5_000
"""How long before its index a checkout may write a file."""
_MARKS: Final = (b"<testsuite", b"<TestRun")
_NAMES: Final = Names(suffixes=SUFFIXES)

Identity = tuple[int, int, int]
"""(inode, mtime in ns, size): a report that was written again is another one."""


@frozen
class ReportFile:
    """One file. ``folder``: the way to it from the root."""

    folder: Parts
    name: str
    identity: Identity

    @property
    def parts(self) -> Parts:
        return (*self.folder, self.name)

    @property
    def mtime(self) -> int:
        """ms since the epoch."""
        return self.identity[1] // 1_000_000


@frozen
class Place:
    """A folder to look into. ``project``: how many of its parts lead to its project."""

    parts: Parts
    project: int = 0


@frozen
class Plan:
    """``places``: folders that are there, the root first. ``folders``: what to watch."""

    places: tuple[Place, ...]
    folders: Folders


def plan_of(root: str, tree: Tree, exclude: Sequence[str] = ()) -> Plan:
    """Where reports are looked for, in at most ``MAX_WATCHES`` folders beside the root.

    Those that are there go first, the root's before its projects', then the projects' own folders, then
    those that may come, by their nearest parent. ``exclude``: patterns of paths that are never watched.
    """
    there: list[Place] = []
    homes: list[Place] = []
    coming: list[tuple[Parts, Parts]] = []
    nests: list[Parts] = []
    for project in tree.projects():
        home = project.parts
        if home:
            homes.append(Place(home, len(home)))
        # Any runner may write into the root; whether it is a project matters for what is not there yet.
        for folder in folders_of(project.manifests if home else None):
            parts = (*home, *folder.split("/"))
            starred = parts[-1] == "*"
            parts = parts[:-1] if starred else parts
            if not tree.has(parts):
                coming.append((parts, _nearest(tree, parts)))
                continue
            if not starred:
                there.append(Place(parts, len(home)))
                continue
            nests.append(parts)
            below = tree.listing(parts).folders
            there += [Place((*parts, name), len(home)) for name in below if name != "binary"]
    chosen: dict[Parts, Place] = {(): Place(())}
    watched: set[Parts] = {()}
    folders: dict[str, Names | None] = {root: _NAMES}

    def take(parts: Parts, watch: Parts, names: Names | None) -> bool:
        if len(watched | {watch}) > MAX_WATCHES + 1 or is_excluded(root, parts, exclude):
            return False
        watched.add(watch)
        # Any name may be a new folder to look into.
        folders[_path(root, parts)] = names
        return True

    for place in (*there, *homes):
        if place.parts not in chosen and take(place.parts, place.parts, _NAMES):
            chosen[place.parts] = place
    for parts in nests:
        take(parts, parts, None)
    for parts, watch in coming:
        # A link would have its target watched, wherever that is.
        if parts not in chosen and not os.path.islink(_path(root, parts[: len(watch) + 1])):  # noqa: PTH114
            take(parts, watch, _NAMES)
    return Plan(tuple(chosen.values()), folders)


def list_reports(root: str, place: Place) -> tuple[list[ReportFile], bool] | None:
    """The files in a folder that are called like reports, sorted by name, and whether there are more than
    are looked at (the newest are). None where it cannot be read."""
    found = _named(root, place.parts, lambda name: name.endswith(SUFFIXES))
    if found is None:
        return None
    runs = _newest([file for file in found if not is_class_file(file.name)], MAX_FILES)
    classes = _newest([file for file in found if is_class_file(file.name)], MAX_CLASS_FILES)
    return sorted([*runs, *classes], key=lambda file: file.name), len(runs) + len(classes) < len(found)


def list_named(root: str, parts: Parts, wanted: Callable[[str], bool], most: int) -> list[ReportFile]:
    """The newest regular files in a folder whose names are wanted; none where it cannot be read."""
    return _newest(_named(root, parts, wanted) or [], most)


def looks_like_report(root: str, file: ReportFile) -> bool:
    """Whether its first KiB says that it is a report."""
    handle = open_below(root, file.parts)
    if handle is None:
        return False
    try:
        head = read_at(handle, 0, HEAD_BYTES).replace(b"\0", b"")
    finally:
        os.close(handle)
    return any(mark in head for mark in _MARKS)


def read_whole(root: str, file: ReportFile, limit: int) -> tuple[ReportFile, bytes, bool] | None:
    """The file as it was when it was opened, at most ``limit`` bytes, and whether it stayed unchanged
    meanwhile; None where it cannot be read."""
    handle = open_below(root, file.parts)
    if handle is None:
        return None
    try:
        before = os.fstat(handle)
        data = read_at(handle, 0, limit)
        after = os.fstat(handle)
    except OSError:
        return None
    finally:
        os.close(handle)
    return ReportFile(file.folder, file.name, identity(after)), data, identity(before) == identity(after)


def key_of(root: str, file: ReportFile) -> str:
    """Names this state of this file, on this machine."""
    inode, mtime_ns, size = file.identity
    text = os.fsencode(_path(root, file.parts)) + f"\0{inode}\0{mtime_ns}\0{size}".encode()
    return "report:" + hashlib.sha256(text).hexdigest()[:32]


def brought_by_git(root: str, mtime: int) -> bool:
    """Whether git was writing when a file was written at ``mtime`` (ms): a checkout writes its files, then
    its index. A report that came so is of a run that nobody here made."""
    try:
        if os.path.lexists(os.path.join(root, ".git", "index.lock")):  # noqa: PTH118
            return True
        index = os.lstat(os.path.join(root, ".git", "index")).st_mtime_ns // 1_000_000  # noqa: PTH118
    except (OSError, ValueError):
        return False
    return 0 <= index - mtime <= CHECKOUT_MS


def identity(found: os.stat_result) -> Identity:
    """Which state of a file this is."""
    return found.st_ino, found.st_mtime_ns, found.st_size


def _named(root: str, parts: Parts, wanted: Callable[[str], bool]) -> list[ReportFile] | None:
    if not WALKS:
        path = _path(root, parts)
        return _listed(path, parts, wanted) if os.path.realpath(path) == path else None
    handle = open_below(root, parts, folder=True)
    if handle is None:
        return None
    try:
        return _listed(handle, parts, wanted)
    finally:
        os.close(handle)


def _listed(where: int | str, folder: Parts, wanted: Callable[[str], bool]) -> list[ReportFile] | None:
    files: list[ReportFile] = []
    try:
        with os.scandir(where) as entries:
            for count, entry in enumerate(entries):
                if count >= MAX_ENTRIES:
                    break
                if not wanted(entry.name):
                    continue
                try:
                    found = entry.stat(follow_symlinks=False)
                except OSError:
                    continue
                if stat.S_ISREG(found.st_mode):
                    files.append(ReportFile(folder, entry.name, identity(found)))
    except OSError:
        return None
    return files


def _newest(files: list[ReportFile], most: int) -> list[ReportFile]:
    if len(files) <= most:
        return files
    return sorted(files, key=lambda file: (file.identity[1], file.name))[-most:]


def _nearest(tree: Tree, parts: Parts) -> Parts:
    while parts and not tree.has(parts):
        parts = parts[:-1]
    return parts


def is_excluded(root: str, parts: Parts, exclude: Sequence[str]) -> bool:
    """Whether a path, or a folder on the way to it, matches one of these patterns, by its way below the
    root or by its whole path."""
    ways = [parts[:end] for end in range(1, len(parts) + 1)]
    names = [name for way in ways for name in ("/".join(way), _path(root, way))]
    return any(
        fnmatch(name, pattern) or fnmatch(f"{name}/", pattern) for pattern in exclude for name in names
    )


def _path(root: str, parts: Parts) -> str:
    return os.path.join(root, *parts)  # noqa: PTH118
