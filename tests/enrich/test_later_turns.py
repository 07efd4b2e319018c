"""Spec T15: what a model made on a turn is never served on it, whatever the order of turns and answers."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from afterglow.banks.learned import read_learned
from afterglow.core.queue_rules import Entry
from afterglow.store import learned, opening, predictions, turn_clock
from afterglow.store.home import Home
from tests.enrich.saving import GUESS, USER, Keeping, answer
from tests.support.made_lines import BENIGN

PLACES = ("/a", "/b")
STEPS = st.lists(
    st.tuples(st.sampled_from(("turn", "save", "claim", "edit", "crash")), st.sampled_from(PLACES)),
    max_size=40,
)


def serve(keeping: Keeping, place: str) -> None:
    """A turn of this workspace, at the very moment before it is counted: what could it tell?"""
    here = turn_clock.read(keeping.connection, place).here
    made_on = {row.id: (row.workspace, row.made_on_turn) for row in learned.kept(keeping.connection)}
    entry = keeping.claim(place)
    if isinstance(entry, Entry):
        assert entry.source_id is not None
        workspace, number = made_on[entry.source_id]
        assert workspace == place
        assert number < here
    for line in read_learned(keeping.home.custom, USER)[0]:
        workspace, number = made_on.get(line.id, (place, 0))
        assert workspace != place or number < here
    assert here > max((number for workspace, number in made_on.values() if workspace == place), default=0)
    guess = predictions.newest(keeping.connection, USER, place, here)
    newest = keeping.connection.execute(
        "SELECT max(turn) AS turn FROM predictions WHERE workspace = ?", (place,)
    ).fetchone()["turn"]
    assert guess is None or here - 5 <= newest < here


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_line_is_served_on_the_turn_that_it_was_made_on(steps: list[tuple[str, str]]) -> None:
    with TemporaryDirectory() as folder:
        root = Path(folder) / "home"
        connection = opening.memory()
        keeping = Keeping(connection, Home(root, root, root / "logs", root / "run"))
        for number, (what, place) in enumerate(steps):
            if what == "turn":
                serve(keeping, place)
                keeping.turn(place)
            elif what == "claim":
                serve(keeping, place)
            elif what == "edit" and keeping.file.exists():
                keeping.file.write_text("".join(keeping.file.read_text().splitlines(keepends=True)[1:]))
                keeping.synced()
            elif keeping.seqs.get(place):
                given_answer = answer(BENIGN[number], prediction=GUESS)
                if what == "crash":
                    connection.execute("BEGIN")
                    keeping.save(given_answer, place)
                    connection.execute("ROLLBACK")
                    keeping.synced()
                else:
                    keeping.save(given_answer, place)
        connection.close()
