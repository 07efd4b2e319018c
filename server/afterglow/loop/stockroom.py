"""The banks of a window: read once, when the first turn asks for them, and kept; what was learned is read
again when its files changed.

Invariant: nothing is imported or read before somebody asks; a bank that cannot be read costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from afterglow.store.home import Home

if TYPE_CHECKING:
    from afterglow.banks import Problem
    from afterglow.banks.learned import Memory
    from afterglow.core.bank import Banks
    from afterglow.core.stock import Stock

_WATCHED: Final = ("domain-content.jsonl", "domain-content.1.jsonl", "reviews.jsonl")
"""The files of ``custom/`` that a turn's lines come from."""
_Stamp = tuple[tuple[int, int, int] | None, ...]


def _local() -> str:
    return "local"


class Stockroom:
    """Called on the store's thread. ``workspace``, ``trust``, ``user_id`` are asked when banks are read."""

    def __init__(
        self,
        home: Home,
        workspace: Callable[[], str | None],
        trust: Callable[[], str],
        user_id: Callable[[], str] = _local,
    ) -> None:
        self._home, self._workspace, self._trust, self._user_id = home, workspace, trust, user_id
        self._written: tuple[Banks, tuple[Problem, ...]] | None = None
        self._stock: Stock | None = None
        self._stamp: _Stamp = ()
        self._memory: Memory = {}
        self.problems: tuple[str, ...] = ()

    def __call__(self) -> Stock:
        """The banks, sorted for use: with what was learned by now, and without what was deleted."""
        self.refresh()
        if self._stock is None:
            self._stock = self._read()
        return self._stock

    def refresh(self) -> bool:
        """Look whether the learned lines or their reviews changed on disk; True where they will be read anew.

        Three looks at a folder, so that a turn can afford it.
        """
        if self._stock is None or self._stamps() == self._stamp:
            return False
        self._stock = None
        return True

    def forget(self) -> None:
        """Read them all again when they are next asked for: another trust, or other folders."""
        self._stock = self._written = None

    def _read(self) -> Stock:
        from afterglow.core.stock import stock_of  # noqa: PLC0415 - not at start
        from afterglow.loop.shelves import completed, written  # noqa: PLC0415 - not at start

        # Before the files: what is written to them meanwhile changes the stamp again.
        self._stamp = self._stamps()
        if self._written is None:
            self._written = written(self._home, self._workspace(), self._trust())
        banks, problems = self._written
        whole, more = completed(banks, self._home, self._user_id(), self._memory)
        self.problems = tuple(str(problem) for problem in (*problems, *more))
        return stock_of(whole)

    def _stamps(self) -> _Stamp:
        return tuple(_stamp(self._home.custom / name) for name in _WATCHED)


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
