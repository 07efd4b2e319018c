"""Uncommitted work, as far as git's index and the files themselves prove it, without git.

Invariant: git is never started, no link is followed, and a file counts as modified only where its bytes,
whatever git would do about line ends, are not those that the index names. What cannot be proven within
the bounds (entries, bytes, files hashed, time) is left out and said to be left out. Untracked files are
never looked for, so that nothing here can say that there is nothing to commit.
"""

from __future__ import annotations

import os
import stat
import time
import zlib
from hashlib import sha1, sha256
from typing import Final

from attrs import field, frozen, mutable

from afterglow.sensors.gitattrs import FILE, Attributes, users_patterns
from afterglow.sensors.gitdir import Repo, head_commit, locate, read_config, readable
from afterglow.sensors.gitentries import GITLINK, REGULAR, Entry, Index, parse_index
from afterglow.sensors.gitread import Below

INDEX_LIMIT: Final = 16 * 1024 * 1024
FILE_LIMIT: Final = 1024 * 1024
HASHED: Final = 50
BUDGET_MS: Final = 300
NAMES: Final = 5
_EVERY: Final = 256
"""The clock is asked once for so many entries."""
_COMMIT_LIMIT: Final = 64 * 1024
_UNSIGNED: Final = 0xFFFFFFFF


@frozen
class Uncommitted:
    """What differs from the index in the files it names; each number is proven, and a least one.

    ``names``: at most five of the modified files, relative with "/", changed last first. ``deleted``: files
    that are gone. ``conflicted``: paths that git itself has left unmerged. ``complete``: no tracked file
    was in doubt. ``staged_unknown``: False only where the index is proven to be what HEAD holds.
    """

    modified: int
    deleted: int
    conflicted: int
    names: tuple[str, ...] = ()
    complete: bool = True
    staged_unknown: bool = True


@mutable
class _Count:
    """A look while it is made, mtimes in ns as they are now. ``differing`` and ``racy`` are to be hashed."""

    deleted: int = 0
    unsure: int = 0
    modified: list[tuple[int, bytes]] = field(factory=list)
    differing: list[tuple[int, Entry]] = field(factory=list)
    racy: list[tuple[int, Entry]] = field(factory=list)


def uncommitted(repo_root: str, *, budget_ms: int = BUDGET_MS) -> Uncommitted | None:
    """What is modified in the checkout of this canonical root. Blocks for ``budget_ms`` at most, or so.

    None where nothing can be said: no repository, git at work, an index that is damaged, split, sparse or
    too large, too little time.
    """
    ends = time.monotonic() + budget_ms / 1000
    repo, _ = locate(repo_root)
    if repo is None:
        return None
    before = _index_stat(repo)
    if before is None or before.st_size > INDEX_LIMIT:
        return None
    config = read_config(repo.common)
    wide = config.get(("extensions", "", "objectformat"), "").lower() == "sha256"
    index = parse_index(repo.own.read("index", limit=INDEX_LIMIT) or b"", sha256_names=wide)
    if index is None:
        return None
    modes = config.get(("core", "", "filemode"), "").lower() == "true"
    count = _look(repo.root, index, before.st_mtime_ns // 10**9, modes=modes, ends=ends)
    if count is None:
        return None
    _hash(repo, index, count, wide=wide, ends=ends)
    staged_unknown = not _nothing_staged(repo, index)
    # A git that came by meanwhile has written files before it wrote the index.
    after = _index_stat(repo)
    if after is None or _identity(after) != _identity(before):
        return None
    newest = sorted(count.modified, key=lambda one: (-one[0], one[1]))
    return Uncommitted(
        modified=len(newest),
        deleted=count.deleted,
        conflicted=len({entry.path for entry in index.entries if entry.stage}),
        names=tuple(readable(os.fsdecode(path)) for _, path in newest[:NAMES]),
        complete=not count.unsure,
        staged_unknown=staged_unknown,
    )


def _index_stat(repo: Repo) -> os.stat_result | None:
    """None where there is no index or git is at work on it."""
    return repo.own.file("index") if repo.own.missing("index.lock") else None


def _identity(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_ino, found.st_size, found.st_mtime_ns


def _look(root: str, index: Index, written: int, *, modes: bool, ends: float) -> _Count | None:
    """Every entry against the stat of its file; None when time is up. ``written``: second of the index."""
    count = _Count()
    folders = _Folders(root)
    for number, entry in enumerate(index.entries):
        if number % _EVERY == 0 and time.monotonic() > ends:
            return None
        if entry.stage or entry.passed_over:
            continue
        if entry.kind == GITLINK:
            count.unsure += 1
            continue
        _compare(entry, folders, count, written, modes=modes)
    return count if folders.real(b"") else None


def _compare(entry: Entry, folders: _Folders, count: _Count, written: int, *, modes: bool) -> None:
    if not folders.real(entry.path.rpartition(b"/")[0]):
        # Gone with its folder, or behind a link, where nobody looks.
        missing = folders.gone(entry.path.rpartition(b"/")[0])
        count.deleted += missing
        count.unsure += not missing
        return
    try:
        found = os.lstat(folders.base + entry.path)
    except FileNotFoundError:
        count.deleted += 1
        return
    except (OSError, ValueError):
        count.unsure += 1
        return
    if entry.kind != REGULAR or not stat.S_ISREG(found.st_mode):
        _compare_other(entry, found, count)
        return
    if modes and bool(found.st_mode & 0o100) != entry.executable:
        count.modified.append((found.st_mtime_ns, entry.path))
    elif found.st_size & _UNSIGNED != entry.size or _touched(entry, found):
        count.differing.append((found.st_mtime_ns, entry))
    elif entry.mtime[0] >= written:
        # Written in the second of the index: it may have been written again since.
        count.racy.append((found.st_mtime_ns, entry))


def _compare_other(entry: Entry, found: os.stat_result, count: _Count) -> None:
    """A link in the index or something else than a file on disk."""
    if entry.kind == REGULAR and stat.S_ISDIR(found.st_mode):
        count.deleted += 1
    elif entry.kind == REGULAR and stat.S_ISLNK(found.st_mode):
        count.modified.append((found.st_mtime_ns, entry.path))
    elif not stat.S_ISLNK(found.st_mode) or _touched(entry, found):
        count.unsure += 1


def _touched(entry: Entry, found: os.stat_result) -> bool:
    seconds, ns = divmod(found.st_mtime_ns, 10**9)
    # Some builds of git keep whole seconds only.
    return (seconds & _UNSIGNED, ns if entry.mtime[1] else 0) != entry.mtime


class _Folders:
    """Which folders below the root are real ones, each looked at once."""

    def __init__(self, root: str) -> None:
        self.base = os.fsencode(root.rstrip("/")) + b"/"
        self._kinds: dict[bytes, str] = {}

    def real(self, folder: bytes) -> bool:
        return self._kind(folder) == "real"

    def gone(self, folder: bytes) -> bool:
        return self._kind(folder) == "gone"

    def _kind(self, folder: bytes) -> str:
        known = self._kinds.get(folder)
        if known is None:
            above = self._kind(folder.rpartition(b"/")[0]) if folder else "real"
            known = self._kinds[folder] = above if above != "real" else self._look(folder)
        return known

    def _look(self, folder: bytes) -> str:
        try:
            mode = os.lstat(self.base + folder).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return "gone"
        except (OSError, ValueError):
            return "unknown"
        if stat.S_ISDIR(mode):
            return "real"
        return "gone" if stat.S_ISREG(mode) else "unknown"


def _hash(repo: Repo, index: Index, count: _Count, *, wide: bool, ends: float) -> None:
    """Settles what the stats left open: those that differ first, then those too young to be trusted."""
    doubtful = [*sorted(count.differing, key=lambda one: -one[0]), *count.racy]
    if not doubtful:
        return
    tracked = frozenset(
        os.fsdecode(entry.path) for entry in index.entries if entry.path.endswith(FILE.encode())
    )
    attributes = Attributes(repo, tracked, users_patterns(repo))
    base = Below(repo.root)
    for number, (at, entry) in enumerate(doubtful):
        if number >= HASHED or time.monotonic() > ends:
            count.unsure += len(doubtful) - number
            return
        proven = _proven(base, entry, attributes, wide=wide)
        if proven:
            count.modified.append((at, entry.path))
        count.unsure += proven is None


def _proven(base: Below, entry: Entry, attributes: Attributes, *, wide: bool) -> bool | None:
    """Whether the file has other content than its entry; None where that cannot be told."""
    path = os.fsdecode(entry.path)
    data = base.read(*path.split("/"), limit=FILE_LIMIT + 1)
    if data is None or len(data) > FILE_LIMIT or attributes.may_change(path):
        return None
    if _blob(data, wide=wide) == entry.oid:
        return False
    # Git may keep the file with other line ends, depending on settings of which not all can be seen.
    return None if b"\r\n" in data and _blob(data.replace(b"\r\n", b"\n"), wide=wide) == entry.oid else True


def _blob(data: bytes, *, wide: bool) -> bytes:
    hashed = (sha256 if wide else sha1)(b"blob %d\0" % len(data))
    hashed.update(data)
    return hashed.digest()


def _nothing_staged(repo: Repo, index: Index) -> bool:
    """Whether the index holds exactly HEAD's tree: the index and a loose commit have to say so."""
    sha = head_commit(repo) if index.tree is not None else None
    if sha is None:
        return False
    raw = repo.common.read("objects", sha[:2], sha[2:], limit=_COMMIT_LIMIT)
    try:
        start = zlib.decompressobj().decompress(raw or b"", 256)
    except zlib.error:
        return False
    kind, _, body = start.partition(b"\0")
    tree = body.partition(b"\n")[0]
    return kind.startswith(b"commit ") and tree == b"tree " + (index.tree or b"").hex().encode()
