"""Whose banks a place reads: the shipped ones, the user's, in full trust a workspace's, and what was learned.

Invariant: nothing of a workspace is read in restricted trust, and nothing in it through a link. What a
review decided counts for every line, wherever it comes from.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from attrs import evolve

from afterglow.banks import Problem, Shelf, load, shipped
from afterglow.banks.learned import Memory, read_learned
from afterglow.banks.reviews import FILE, read_reviews, reviewed
from afterglow.core.bank import Aside, Banks, Joke, Response
from afterglow.store.home import Home

OF_WORKSPACE: Final = ".afterglow"
USER: Final = "local"
"""Whose learned lines are read where nobody says: the default of ``userId``."""


def banks_for(
    home: Home, workspace: str | None, trust: str, user_id: str = USER
) -> tuple[Banks, tuple[Problem, ...]]:
    """All banks that count for a workspace (a canonical path, None for none), and what is wrong with them."""
    banks, problems = written(home, workspace, trust)
    whole, more = completed(banks, home, user_id)
    return whole, (*problems, *more)


def written(home: Home, workspace: str | None, trust: str) -> tuple[Banks, tuple[Problem, ...]]:
    """What people wrote: it changes when somebody edits a bank."""
    shelves = [shipped(), Shelf(home.banks, "user")]
    if workspace is not None and trust == "full":
        shelves.append(Shelf(Path(workspace) / OF_WORKSPACE, "workspace"))
    return load(shelves)


def completed(
    banks: Banks, home: Home, user_id: str, memory: Memory | None = None
) -> tuple[Banks, tuple[Problem, ...]]:
    """The banks with what a model wrote for this user, as reviewed. An id that is taken stays its owner's."""
    learned, problems = read_learned(home.custom, user_id, memory)
    taken = {entry.id for entry in banks.entries()}
    new = [entry for entry in learned if entry.id not in taken]
    whole = evolve(
        banks,
        jokes=(*banks.jokes, *(one for one in new if isinstance(one, Joke))),
        asides=(*banks.asides, *(one for one in new if isinstance(one, Aside))),
        responses=(*banks.responses, *(one for one in new if isinstance(one, Response))),
    )
    reviews, more = read_reviews(home.custom / FILE)
    return reviewed(whole, reviews), (*problems, *more)
