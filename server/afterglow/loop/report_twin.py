"""What the idle twin did in some days: the store's figures as ``report`` tells them, and money as words.

Invariant: figures only; where it never did anything there is nothing to tell of it.
"""

from __future__ import annotations

from typing import Any, Final

from afterglow.core.prices import MILLION
from afterglow.store.activity_twin import Twin

_LEAST: Final = MILLION // 10_000


def as_json(found: Twin) -> dict[str, Any]:
    """Over all its days. ``usd``: dollars. ``mean_grade``: 1 to 5, None where nothing was graded."""
    grade = found.grade
    return {
        "calls": found.total("calls"),
        "tokens": found.total("tokens"),
        "usd": round(found.total("micros") / MILLION, 6),
        "graded": found.total("graded"),
        "mean_grade": None if grade is None else round(grade, 2),
        "lines_kept": found.lines,
        "turns_waiting": found.waiting,
    }


def dollars(micros: int) -> str:
    """``$0.25``, ``$0.0004``, ``$12.30``, as ``status --ledger`` has it; ``under $0.0001``."""
    if 0 < micros < _LEAST:
        return "under $0.0001"
    return "$" + f"{max(0, micros) / MILLION:.4f}".removesuffix("00")


def grouped(number: int) -> str:
    """``812``, ``4,210``, ``1,204,000``."""
    return f"{number:,}"
