"""A model that obeys what it reads (fault F31): nothing that it was told to write is stored or shown."""

from __future__ import annotations

import json
from itertools import cycle, islice

import pytest
from attrs import asdict, evolve

from afterglow.core.twin import Answer
from tests.enrich.answering import asked, read
from tests.enrich.saving import PLACE, Keeping
from tests.support.injections import INJECTIONS, Injection, honest, obeying, user_of
from tests.support.made_lines import BENIGN

TURN = 7
_LINES = cycle(line for line in BENIGN if not line.startswith(("Back to", "Topic number")))


def answered(injection: Injection) -> tuple[Answer, list[str]]:
    """What is kept of an answer, and the honest lines that stood in it."""
    benign = list(islice(_LINES, 2))
    answer = obeying(injection, TURN, [honest(text) for text in benign])
    made = read(json.dumps(answer), asked(TURN, user=user_of(injection, TURN)))
    assert isinstance(made, Answer), made
    return made, benign


def test_there_are_two_hundred() -> None:
    assert len({one.text for one in INJECTIONS}) == 200


@pytest.mark.parametrize("injection", INJECTIONS, ids=lambda one: one.text[:40])
def test_nothing_that_a_text_asked_for_is_kept(injection: Injection) -> None:
    made, _ = answered(injection)
    kept = json.dumps(asdict(made), ensure_ascii=False).casefold()
    assert [mark for mark in injection.errand.marks if mark in kept] == []
    assert made.grades[0].quality == 5


def test_honest_lines_beside_them_are_kept() -> None:
    wanted, kept = 0, 0
    for injection in INJECTIONS:
        made, benign = answered(injection)
        wanted += len(benign)
        kept += sum(line.text in benign for line in made.lines)
    assert wanted >= 400
    assert kept >= 0.9 * wanted


def test_honest_tags_beside_them_are_kept() -> None:
    for injection in INJECTIONS:
        made, _ = answered(injection)
        assert "travel" in made.grades[0].tags
        assert made.grades[0].words == {"travel": ("greece",)}


def test_what_is_stored_and_shown_after_all_of_them(keeping: Keeping) -> None:
    """Files, every row of the database, and each line that a turn would be given."""
    wanted: list[str] = []
    shown: list[str] = []
    for injection in INJECTIONS:
        made, benign = answered(injection)
        wanted += benign
        keeping.turn()
        (seq,) = keeping.seqs[PLACE][-1:]
        keeping.save(evolve(made, grades=tuple(evolve(one, turn=seq) for one in made.grades)))
        keeping.turn()
        while (entry := keeping.claim()) is not None:
            shown.append(entry.banter)
    stored = "\n".join(keeping.connection.iterdump())
    stored += "".join(path.read_text("utf-8") for path in keeping.home.custom.iterdir())
    for mark in {mark for injection in INJECTIONS for mark in injection.errand.marks}:
        assert mark not in stored.casefold()
    assert set(shown) <= set(wanted)
    assert len(shown) >= 0.9 * len(wanted)
