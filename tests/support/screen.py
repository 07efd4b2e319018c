"""What tests wait for on an editor's screen, however it is read.

Invariant: a wait that is over in vain fails with the screen as it then was.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Final

from tests.support.patience import wait_until

SECONDS: Final = 20.0


class Screen(ABC):
    """Whoever reads one says how: ``rows``."""

    @abstractmethod
    def rows(self) -> list[str]:
        """The screen, row by row, without the blanks at the ends."""

    def text(self) -> str:
        return "\n".join(self.rows())

    def wait(self, ready: Callable[[list[str]], Any], what: str, deadline: float = SECONDS) -> list[str]:
        """The screen as soon as ``ready`` of its rows is true; AssertionError with the screen if never."""
        rows: list[str] = []

        def shown() -> Any:
            rows[:] = self.rows()
            return ready(rows)

        try:
            wait_until(shown, deadline)
        except TimeoutError:
            raise AssertionError(f"{what}: not within {deadline} s on\n" + "\n".join(rows)) from None
        return rows

    def row_of(self, text: str, deadline: float = SECONDS) -> str:
        """The row that holds ``text``, when there is one."""
        rows = self.wait(lambda rows: any(text in row for row in rows), f"no row with {text!r}", deadline)
        return next(row for row in rows if text in row)
