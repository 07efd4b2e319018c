"""The banks of a window: read once, when the first turn asks for them, and kept.

Invariant: nothing is imported or read before somebody asks; a bank that cannot be read costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from afterglow.store.home import Home

if TYPE_CHECKING:
    from afterglow.core.stock import Stock


class Stockroom:
    """Called on the store's thread. ``workspace`` and ``trust`` are asked when the banks are read."""

    def __init__(self, home: Home, workspace: Callable[[], str | None], trust: Callable[[], str]) -> None:
        self._home, self._workspace, self._trust = home, workspace, trust
        self._stock: Stock | None = None
        self.problems: tuple[str, ...] = ()

    def __call__(self) -> Stock:
        """The banks, sorted for use."""
        made = self._stock
        if made is None:
            from afterglow.core.stock import stock_of  # noqa: PLC0415 - not at start
            from afterglow.loop.shelves import banks_for  # noqa: PLC0415 - not at start

            banks, problems = banks_for(self._home, self._workspace(), self._trust())
            self.problems = tuple(str(problem) for problem in problems)
            made = self._stock = stock_of(banks)
        return made

    def forget(self) -> None:
        """Read them again when they are next asked for: another trust, or other folders."""
        self._stock = None
