"""One worker at a time, over all windows of a user: a lock of the kernel's, which no death leaves behind.

Invariant: whoever does not get it has nothing to do and says nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from afterglow.store.home import Home, make_private

NAME: Final = "worker.lock"
_TRIES: Final = 5


@contextmanager
def sole_worker(home: Home) -> Iterator[bool]:
    """Whether this process is the only worker, for as long as the context lasts. Never waits, never raises
    of its own; False also where no lock can be made."""
    handle = _locked(home.run / NAME)
    try:
        yield handle is not None
    finally:
        if handle is not None:
            os.close(handle)


def _locked(path: Path) -> int | None:
    """An open file that is locked for us alone, None where another has it."""
    flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    for _ in range(_TRIES):
        try:
            make_private(path.parent)
            handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o600)
        except (OSError, ValueError):
            return None
        if not _lock(handle):
            os.close(handle)
            return None
        # Somebody may have cleared the folder meanwhile: a lock on a file that is gone keeps nobody out.
        with suppress(OSError):
            if os.path.samestat(os.fstat(handle), path.stat()):
                return handle
        os.close(handle)
    return None


def _lock(handle: int) -> bool:
    try:
        import fcntl  # noqa: PLC0415 - Windows has none
    except ImportError:
        return _lock_windows(handle)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _lock_windows(handle: int) -> bool:
    import msvcrt  # noqa: PLC0415 - only there

    try:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True
