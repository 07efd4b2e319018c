"""Whose banks a place reads: the shipped ones, the user's, and in full trust a workspace's, as reviewed.

Invariant: nothing of a workspace is read in restricted trust, and nothing in it through a link.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from afterglow.banks import Problem, Shelf, load, shipped
from afterglow.banks.reviews import FILE, read_reviews, reviewed
from afterglow.core.bank import Banks
from afterglow.store.home import Home

OF_WORKSPACE: Final = ".afterglow"


def banks_for(home: Home, workspace: str | None, trust: str) -> tuple[Banks, tuple[Problem, ...]]:
    """All banks that count for a workspace (a canonical path, None for none), and what is wrong with them."""
    shelves = [shipped(), Shelf(home.banks, "user")]
    if workspace is not None and trust == "full":
        shelves.append(Shelf(Path(workspace) / OF_WORKSPACE, "workspace"))
    banks, problems = load(shelves)
    reviews, more = read_reviews(home.custom / FILE)
    return reviewed(banks, reviews), (*problems, *more)
