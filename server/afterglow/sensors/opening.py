"""Safe opening of files that someone else may have put there.

Invariant: nothing here follows a symbolic link at the end of a path, opens anything but a regular
file or, where one is asked for, a folder, blocks on a FIFO or a device, reads more than it was asked
for, or raises for what it finds. ``open_below`` and ``read_inside`` follow no link at any step below
their root, so nothing outside is ever opened.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
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
_PIECE: Final = 1 << 20
WALKS: Final = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
"""Whether this system can open relative to a folder's handle and list one (Windows cannot)."""


def is_name(part: str) -> bool:
    """Whether this is the name of one thing in a folder, nothing that leads elsewhere."""
    return part not in ("", ".", "..") and not any(sign in part for sign in ("\0", "/", os.sep))


def stat_regular(path: str) -> os.stat_result | None:
    """The stat of a regular file itself; None for anything else, a link to one included."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return None
    return found if stat.S_ISREG(found.st_mode) else None


def open_below(root: str, parts: tuple[str, ...], *, folder: bool = False) -> int | None:
    """A handle of a regular file (``folder``: of a real folder) that lies below ``root`` by real
    folders alone; None otherwise, and for any folder where ``WALKS`` is False. The caller closes it.

    ``parts`` are the names of the way down, none for a folder that is the root itself; one that is
    empty, ``.``, ``..`` or holds a separator is refused. ``root`` must be canonical.
    """
    if not all(is_name(part) for part in parts) or not (parts or folder):
        return None
    if not WALKS:
        return None if folder else _open_whole(root, parts)
    handle = _walk(root, parts, folder)
    if handle is None or folder or _is_regular(handle):
        return handle
    os.close(handle)
    return None


def read_at(handle: int, offset: int, limit: int) -> bytes:
    """At most ``limit`` bytes from ``offset`` on; what could be read where reading fails."""
    found = bytearray()
    with contextlib.suppress(OSError):
        os.lseek(handle, offset, os.SEEK_SET)
        for piece in _pieces(handle, limit):
            found += piece
    return bytes(found)


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
    """A regular file below ``root``, reached as by ``open_below``; None otherwise, and for one that
    is longer than ``limit``."""
    handle = open_below(root, parts)
    read = None if handle is None else _read(handle, limit + 1, longest=limit)
    return None if read is None or len(read[1]) > limit else read[1]


def _walk(root: str, parts: tuple[str, ...], folder: bool) -> int | None:
    try:
        here = os.open(root, _FOLDER_FLAGS)
    except (OSError, ValueError):
        return None
    for index, part in enumerate(parts):
        try:
            below = _step(here, part, folder or index < len(parts) - 1)
        except (OSError, ValueError):
            return None
        finally:
            os.close(here)
        if below is None:
            return None
        here = below
    return here


def _step(here: int, part: str, folder: bool) -> int | None:
    if folder:
        return os.open(part, _FOLDER_FLAGS, dir_fd=here)
    return os.open(part, _FLAGS, dir_fd=here) if stat.S_ISREG(os.lstat(part, dir_fd=here).st_mode) else None


def _open_whole(root: str, parts: tuple[str, ...]) -> int | None:
    """Where no way can be walked: the path leads through no link just before it is opened."""
    path = os.path.join(root, *parts)  # noqa: PTH118
    try:
        if os.path.realpath(path) != path or stat_regular(path) is None:
            return None
        return os.open(path, _FLAGS)
    except (OSError, ValueError):
        return None


def _is_regular(handle: int) -> bool:
    try:
        return stat.S_ISREG(os.fstat(handle).st_mode)
    except OSError:
        return False


def _pieces(handle: int, limit: int) -> Iterator[bytes]:
    """What follows in a file, up to ``limit`` bytes. Raises OSError."""
    while limit > 0:
        piece = os.read(handle, min(limit, _PIECE))
        if not piece:
            return
        limit -= len(piece)
        yield piece


def _read(
    handle: int, limit: int, *, tail: bool = False, longest: int | None = None
) -> tuple[os.stat_result, bytes, bool] | None:
    """Reads and closes ``handle``; None for a file longer than ``longest``."""
    try:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode) or (longest is not None and before.st_size > longest):
            return None
        if tail and before.st_size > limit:
            os.lseek(handle, before.st_size - limit, os.SEEK_SET)
        data = b"".join(_pieces(handle, limit))
        after = os.fstat(handle)
    except OSError:
        return None
    finally:
        with contextlib.suppress(OSError):
            os.close(handle)
    steady = (before.st_mtime_ns, before.st_size) == (after.st_mtime_ns, after.st_size)
    return after, data, steady
