"""F11: of any number of connections, in any interleaving, one gets a line."""

from __future__ import annotations

import contextlib
import sqlite3
import tempfile
import threading
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from afterglow.store.database import Database
from afterglow.store.home import Home
from tests.store.conftest import Open
from tests.store.making import NOW
from tests.store.queueing import USER, add, claim, said

WINDOWS = 3
STEPS = st.lists(
    st.tuples(
        st.integers(0, WINDOWS - 1),
        st.sampled_from(("add", "claim", "claim", "undone claim", "checkpoint", "reopen")),
        st.sampled_from(((), ("a",), ("b", "c"))),
    ),
    max_size=30,
)


class Undone(Exception):
    pass


@settings(max_examples=40)
@given(STEPS)
def test_no_interleaving_gives_a_line_twice_or_loses_one(
    steps: list[tuple[int, str, tuple[str, ...]]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        place = Home(root, root, root / "logs", root / "run")
        windows = [Database(place, fallback=False) for _ in range(WINDOWS)]
        added: list[str] = []
        told: list[str] = []
        for number, (window, what, tags) in enumerate(steps):
            database = windows[window]
            if what == "add":
                database.write(
                    lambda connection, n=number, tags=tags: add(connection, str(n), tags=list(tags))  # type: ignore[misc]
                )
                added.append(str(number))
            elif what == "claim":
                text = database.write(lambda connection, tags=tags: said(connection, tags=tags))  # type: ignore[misc]
                told += [text] if text else []
            elif what == "undone claim":

                def undone(connection: sqlite3.Connection) -> None:
                    claim(connection)
                    raise Undone

                with contextlib.suppress(Undone):
                    database.write(undone)
            elif what == "checkpoint":
                database.checkpoint()
            else:
                database.close()
                windows[window] = Database(place, fallback=False)
        while (text := windows[0].write(said)) is not None:
            told.append(text)
        for database in windows:
            database.close()
    assert sorted(told) == sorted(added)


def test_windows_that_claim_at_the_same_moment_share_the_lines(opened: Open, place: Home) -> None:
    opened().write(lambda connection: [add(connection, str(n)) for n in range(120)])
    told: list[str] = []
    barrier = threading.Barrier(6)

    def window() -> None:
        database = Database(place, fallback=False)
        barrier.wait()
        while (text := database.write(said)) is not None:
            told.append(text)
        database.close()

    threads = [threading.Thread(target=window) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told) == sorted(str(n) for n in range(120))


def test_a_claim_outside_a_transaction_is_still_given_once(opened: Open) -> None:
    """Between the look and the mark of one, another takes the line."""
    one, other = opened(), opened()
    one.write(lambda connection: [add(connection, text, confidence=0.9) for text in ("first", "second")])
    stolen: list[str] = []

    def steal(entry: object) -> bool:
        if not stolen:
            stolen.append(str(other.write(said)))
        return True

    got = claim(one.connection, now=NOW, user_id=USER, accept=steal)
    assert stolen == ["second"]
    assert got is not None and got.banter == "first"
