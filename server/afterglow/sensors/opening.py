"""Safe opening of files that someone else may have put there.

Invariant: nothing here follows a symbolic link at the end of a path, opens anything but a regular
file, blocks on a FIFO or a device, reads more than it was asked for, or raises for what it finds.
``read_inside`` follows no link at any step below its root, so nothing outside is ever opened.
"""

from __future__ import annotations

import contextlib
import os
import stat
from typing import Final

_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_FOLDER_FLAGS: Final = _FLAGS | getattr(os, "O_DIRECTORY", 0)
_WALKS: Final = os.open in os.supports_dir_fd


def stat_regular(path: str) -> os.stat_result | None:
    """The stat of a regular file itself; None for anything else, a link to one included."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def read_regular(path: str, limit: int, *, tail: bool = False) -> bytes | None:
    """At most ``limit`` bytes from the start (``tail``: from the end) of a regular file, else None."""
    read = read_steady(path, limit, tail=tail)
    return None if read is None else read[1]


def read_steady(path: str, limit: int, *, tail: bool = False) -> tuple[os.stat_result, bytes, bool] | None:
    """The stat of what was opened, its bytes, and whether it stayed unchanged while it was read."""
    if stat_regular(path) is None:
        # Opening a device or a FIFO can have effects of its own, so it is not even opened.
        return None
    try:
        handle = os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None
    return _read(handle, limit, tail=tail)


def read_inside(root: str, parts: tuple[str, ...], limit: int) -> bytes | None:
    """A regular file below ``root``, reached through real folders only; None otherwise.

    ``parts`` are the names of the way down; one that is empty, ``.``, ``..`` or holds a separator is
    refused. ``root`` itself must already be canonical. A file longer than ``limit`` gives None.
    """
    if not parts or any(not _plain(part) for part in parts):
        return None
    path = os.path.join(root, *parts)  # noqa: PTH118
    if not _WALKS:
        return _whole(path, limit) if os.path.realpath(path) == path else None
    try:
        folder = os.open(root, _FOLDER_FLAGS)
        try:
            for part in parts[:-1]:
                below = os.open(part, _FOLDER_FLAGS, dir_fd=folder)
                os.close(folder)
                folder = below
            found = os.lstat(parts[-1], dir_fd=folder)
            if not stat.S_ISREG(found.st_mode) or found.st_size > limit:
                return None
            handle = os.open(parts[-1], _FLAGS, dir_fd=folder)
        finally:
            os.close(folder)
    except (OSError, ValueError):
        return None
    read = _read(handle, limit + 1, tail=False)
    return None if read is None or len(read[1]) > limit else read[1]


def _whole(path: str, limit: int) -> bytes | None:
    data = read_regular(path, limit + 1)
    return None if data is None or len(data) > limit else data


def _plain(part: str) -> bool:
    if part in ("", ".", "..") or "\0" in part or os.sep in part:
        return False
    return os.altsep is None or os.altsep not in part


def _read(handle: int, limit: int, *, tail: bool) -> tuple[os.stat_result, bytes, bool] | None:
    """Reads and closes ``handle``."""
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            return None
        if tail and before.st_size > limit:
            os.lseek(handle, before.st_size - limit, os.SEEK_SET)
        chunks: list[bytes] = []
        left = limit
        while left > 0:
            chunk = os.read(handle, min(left, 1 << 20))
            if not chunk:
                break
            chunks.append(chunk)
            left -= len(chunk)
        after = os.fstat(handle)
    except OSError:
        return None
    finally:
        with contextlib.suppress(OSError):
            os.close(handle)
    steady = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    return after, b"".join(chunks), steady
