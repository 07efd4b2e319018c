"""Which projects a workspace has: its root, and the folders in it that have a manifest of their own.

Invariant: only names are read, of real folders, a bounded number of them; nothing is opened but folders,
no link is followed, and a folder that did not change since it was read is not read again.
"""

from __future__ import annotations

import os
import stat
from typing import Final

from attrs import frozen

from afterglow.sensors.opening import WALKS, open_below

MANIFESTS: Final = frozenset(
    (
        "pyproject.toml",
        "package.json",
        "Cargo.toml",
        "pom.xml",
        "build.gradle",
        "build.gradle.kts",
        "go.mod",
        "CMakeLists.txt",
        "composer.json",
        "Gemfile",
    )
)
MANIFEST_SUFFIX: Final = ".csproj"
NESTS: Final = frozenset(("packages", "apps", "crates", "libs", "services", "modules"))
"""Folders that hold projects rather than being one."""
SKIPPED: Final = frozenset(
    (
        *("node_modules", "venv", "env", "vendor", "target", "build", "dist", "out", "bin", "obj"),
        *("coverage", "__pycache__", "site-packages"),
    )
)
MAX_PROJECTS: Final = 8
MAX_NAMES: Final = 20_000
MAX_FOLDERS: Final = 512
"""Of a folder with more sub-folders only the first of these are known, by name."""
MAX_ASKED: Final = 128
"""So many folders are asked for a manifest, the root's own first."""
TRUSTED_AFTER_MS: Final = 2_000
"""A folder that changed less than this before it was read may have changed again in the same instant."""

Parts = tuple[str, ...]
"""The names of the way down from the root; none for the root itself."""


@frozen
class Listing:
    """What matters of a folder: names of real sub-folders, hidden ones included, sorted; manifests."""

    folders: tuple[str, ...] = ()
    manifests: frozenset[str] = frozenset()


@frozen
class Project:
    """A project's folder and its manifests (``.csproj`` stands for any file that ends so)."""

    parts: Parts
    manifests: frozenset[str]


class Tree:
    """The folders of one root, read when they changed. Not thread-safe: one caller at a time."""

    def __init__(self, root: str) -> None:
        """``root``: canonical path."""
        self._root = root
        self._kept: dict[Parts, tuple[tuple[int, int, int], Listing]] = {}
        self._looked: dict[Parts, Listing] = {}
        self._now = 0

    def begin(self, now: int) -> None:
        """A new look at ``now`` (ms): what was seen before counts only where it did not change since."""
        for parts in self._kept.keys() - self._looked.keys():
            del self._kept[parts]
        self._looked.clear()
        self._now = now

    def listing(self, parts: Parts) -> Listing:
        """What is in a folder below the root, as it was when this look first asked; nothing where there
        is none."""
        if parts not in self._looked:
            self._looked[parts] = self._look(parts)
        return self._looked[parts]

    def _look(self, parts: Parts) -> Listing:
        # An old listing costs one stat. That a folder on the way may have become a link since is
        # harmless: whoever opens something goes down without following any.
        known = self._kept.get(parts)
        try:
            before = os.lstat(os.path.join(self._root, *parts))  # noqa: PTH118
        except (OSError, ValueError):
            self._kept.pop(parts, None)
            return Listing()
        mark = (before.st_ino, before.st_dev, before.st_mtime_ns)
        if known is not None and known[0] == mark:
            return known[1]
        listing = _read(self._root, parts)
        if self._now - before.st_mtime_ns // 1_000_000 > TRUSTED_AFTER_MS and stat.S_ISDIR(before.st_mode):
            self._kept[parts] = mark, listing
        else:
            self._kept.pop(parts, None)
        return listing

    def projects(self) -> tuple[Project, ...]:
        """The root, then at most seven others, by name: one level down, or two below ``packages`` and
        the like."""
        top = self.listing(())
        found = [Project((), top.manifests)]
        for parts in self._candidates(top)[:MAX_ASKED]:
            if len(found) == MAX_PROJECTS:
                break
            manifests = self.listing(parts).manifests
            if manifests:
                found.append(Project(parts, manifests))
        return tuple(found)

    def has(self, parts: Parts) -> bool:
        """Whether a real folder is there, by real folders alone."""
        return all(name in self.listing(parts[:index]).folders for index, name in enumerate(parts))

    def _candidates(self, top: Listing) -> list[Parts]:
        own = [(name,) for name in top.folders if _may_be_project(name) and name not in NESTS]
        nested = [
            (nest, name)
            for nest in top.folders
            if nest in NESTS
            for name in self.listing((nest,)).folders
            if _may_be_project(name)
        ]
        # A nest may itself be a project (``apps/package.json``); those inside it say more.
        return [*own, *nested, *((name,) for name in top.folders if name in NESTS)]


def _may_be_project(name: str) -> bool:
    return name not in SKIPPED and not name.startswith(".")


def _read(root: str, parts: Parts) -> Listing:
    if not WALKS:
        path = os.path.join(root, *parts)  # noqa: PTH118
        return _listed(path) if os.path.realpath(path) == path else Listing()
    handle = open_below(root, parts, folder=True)
    if handle is None:
        return Listing()
    try:
        return _listed(handle)
    finally:
        os.close(handle)


def _listed(where: int | str) -> Listing:
    folders: list[str] = []
    manifests: set[str] = set()
    try:
        with os.scandir(where) as entries:
            for count, entry in enumerate(entries):
                if count >= MAX_NAMES:
                    break
                if entry.name in MANIFESTS or entry.name.endswith(MANIFEST_SUFFIX):
                    if entry.is_file(follow_symlinks=False):
                        manifests.add(entry.name if entry.name in MANIFESTS else MANIFEST_SUFFIX)
                elif entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
    except OSError:
        return Listing()
    return Listing(tuple(sorted(folders)[:MAX_FOLDERS]), frozenset(manifests))
