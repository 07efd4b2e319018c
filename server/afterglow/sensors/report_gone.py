"""Which failing tests do not exist any more: deleted or renamed since they failed.

Invariant: a test is gone only if its definition was found when it failed and can be shown to be missing
now; what cannot be read is not gone. Nothing is kept but names and places, in memory.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from afterglow.sensors.definition import MAX_SOURCE_BYTES, anchor_of
from afterglow.sensors.junit import Place
from afterglow.sensors.opening import read_inside

MAX_TESTS: Final = 50


class Definitions:
    """Where the failing tests of one root are defined."""

    def __init__(self, root: str) -> None:
        """``root``: canonical path."""
        self._root = root
        self._files: dict[tuple[str, str], tuple[str, ...]] = {}

    def failed(self, label: str, test: str, place: Place | None) -> None:
        """Remembers where a test that failed just now is, if that can be found."""
        if (label, test) in self._files:
            return
        anchor = anchor_of(self._root, test, place)
        if anchor is None:
            return
        path = Path(unquote(urlsplit(anchor.uri).path, errors="surrogateescape"))
        if not path.is_relative_to(self._root):
            return
        parts = path.relative_to(self._root).parts
        if self._is_defined(test, parts):
            self._files[label, test] = parts
        while len(self._files) > MAX_TESTS:
            del self._files[next(iter(self._files))]

    def passed(self, label: str, test: str) -> None:
        """There is nothing wrong with it any more."""
        self._files.pop((label, test), None)

    def gone(self, label: str, test: str) -> bool:
        """Whether a test that failed earlier is deleted or renamed now."""
        parts = self._files.get((label, test))
        if parts is None:
            return False
        if self._is_missing(parts):
            # A test that is known by its title alone may have moved to another file.
            gone = anchor_of(self._root, test, None) is None
        else:
            readable = read_inside(self._root, parts, MAX_SOURCE_BYTES) is not None
            gone = readable and not self._is_defined(test, parts)
        if gone:
            del self._files[label, test]
        return gone

    def _is_defined(self, test: str, parts: tuple[str, ...]) -> bool:
        # Without a line it is the definition that is found, or nothing.
        return anchor_of(self._root, test, Place("/".join(parts), None)) is not None

    def _is_missing(self, parts: tuple[str, ...]) -> bool:
        try:
            os.lstat(Path(self._root, *parts))
        except (FileNotFoundError, NotADirectoryError):
            return Path(self._root).is_dir()
        except (OSError, ValueError):
            return False
        return False
