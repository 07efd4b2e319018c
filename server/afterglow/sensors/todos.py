"""What a saved file tells when it is looked at again: whether it stands, and what is still open in it.

Invariant: only regular files below the workspace are opened, no link is followed, nothing above 1 MiB is
read, and no text leaves this module: the answers are numbers, flags and the name of a folder. None means
that it cannot be said.
"""

from __future__ import annotations

import os
import re
from pathlib import PurePath
from typing import Final

from afterglow.core.topic import MANIFESTS
from afterglow.sensors.opening import WALKS, is_name, open_below, read_inside, stat_regular

LIMIT: Final = 1024 * 1024
SIBLINGS: Final = 64
"""A tool may have named its files from one of so many folders of the workspace."""
DEPTH: Final = 16

_MARKERS: Final = ("TO" + "DO", "FIX" + "ME", "X" * 3)
_OPEN: Final = re.compile(
    rb"(?:#|//|/\*|<!--|--|;|%|\{-|\(\*|\"\"\"|'''|^\s*\*|^\s*rem\b)[^\n]*?\b(?:"
    + "|".join(_MARKERS).encode()
    + rb")\b"
)
"""A marker in capitals behind a sign that begins a comment somewhere."""
_LINE: Final = 400
"""So far a line is looked at: what is longer was made by a tool."""


def remarks(root: str, path: str) -> int | None:
    """How many lines of a file below ``root`` hold a comment that marks something as still to be done.

    None for a file that is not below it, is no regular file, is binary, or is longer than ``LIMIT``.
    """
    parts = parts_below(root, path)
    data = read_inside(root, parts, LIMIT) if parts is not None else None
    if data is None or b"\0" in data:
        return None
    return sum(1 for line in data.splitlines() if _OPEN.search(line[:_LINE]))


def present(root: str, path: str) -> bool | None:
    """Whether a file stands there that is reached without a link. ``path``: absolute, or below ``root``.

    A relative one may count from one of the first folders of ``root``, as tools write it that are
    started there. None for a path that leads elsewhere, which nobody here may look at.
    """
    parts = parts_below(root, path)
    if parts is None:
        return None
    if _stands(root, parts):
        return True
    return not PurePath(path).is_absolute() and any(_stands(root, (name, *parts)) for name in _folders(root))


def package_of(root: str, path: str) -> str | None:
    """The nearest folder above a file that holds a manifest, as a path below ``root`` with ``/``.

    Empty where that is ``root`` itself; None where there is none, or the path leads elsewhere.
    """
    parts = parts_below(root, path)
    if parts is None:
        return None
    for depth in range(min(len(parts) - 1, DEPTH), -1, -1):
        folder = os.path.join(root, *parts[:depth])  # noqa: PTH118
        if any(stat_regular(os.path.join(folder, name)) is not None for name in MANIFESTS):  # noqa: PTH118
            return "/".join(parts[:depth])
    return None


def parts_below(root: str, path: str) -> tuple[str, ...] | None:
    """The names of the way from ``root`` to a file, None for one that does not lie below it."""
    pure = PurePath(path)
    if pure.is_absolute():
        try:
            pure = pure.relative_to(root)
        except ValueError:
            return None
    parts = pure.parts
    return parts if parts and all(is_name(part) for part in parts) else None


def _stands(root: str, parts: tuple[str, ...]) -> bool:
    handle = open_below(root, parts)
    if handle is None:
        return False
    os.close(handle)
    return True


def _folders(root: str) -> list[str]:
    """Real folders right below ``root``, the first of them by name."""
    if not WALKS:
        return []
    try:
        with os.scandir(root) as entries:
            names = [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(name for name in names if not name.startswith("."))[:SIBLINGS]
