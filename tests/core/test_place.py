"""The one hint: moved by edits, in sight for its time, and placed where the text is that was not saved."""

from __future__ import annotations

import pytest
from attrs import evolve

from afterglow.core.place import MOST_UNSAVED, Drafts, Edit, Hint, moved, visible

HINT = Hint("/a.py", 10, "3 passed", "t1", 1_000)
LINE_ADDED = Edit(2, 2, 1)


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (LINE_ADDED, 11),
        (Edit(2, 5, 0), 7),
        (Edit(0, 10, 3, whole=True), 3),
        (Edit(11, 12, 5), 10),
        (Edit(10, 10, 0), None),
        (Edit(10, 10, 1, whole=True), 11),
        (Edit(8, 12, 0), None),
        (Edit(0, None, 0), None),
    ],
)
def test_edits_move_it_or_take_it_away(edit: Edit, line: int | None) -> None:
    found = moved(HINT, "/a.py", [edit])
    assert (None if found is None else found.line) == line
    assert moved(HINT, "/b.py", [edit]) == HINT


def test_it_is_in_sight_for_its_time_and_in_its_range() -> None:
    assert visible(HINT, "/a.py", 0, 10, 999) == visible(HINT, "/a.py", 10, 99, 0) == HINT
    for uri, first, last, now in (
        ("/a.py", 0, 10, 1_000),
        ("/a.py", 0, 9, 0),
        ("/a.py", 11, 20, 0),
        ("/b.py", 0, 99, 0),
    ):
        assert visible(HINT, uri, first, last, now) is None
    assert visible(evolve(HINT, until=None), "/a.py", 0, 10, 10**15) is not None


def test_a_place_in_a_file_is_found_in_the_text_that_was_not_saved() -> None:
    drafts = Drafts().edited("/a.py", [LINE_ADDED, LINE_ADDED]).edited("/b.py", [Edit(0, None, 0)])
    assert drafts.placed(HINT, 500) == evolve(HINT, line=12)
    assert drafts.edited("/a.py", [Edit(12, 12, 0)]).placed(HINT, 500) is None
    assert drafts.saved("/a.py", 400).placed(HINT, 500) == HINT
    assert drafts.saved("/a.py", 400).edited("/a.py", [LINE_ADDED]).placed(HINT, 500) == evolve(HINT, line=11)
    # The file was read before that was saved: its lines are no longer known.
    assert drafts.saved("/a.py", 600).placed(HINT, 500) is None
    assert drafts.closed("/a.py").placed(HINT, 500) == HINT


def test_typing_in_a_line_costs_no_room_and_too_many_edits_are_no_place() -> None:
    typed = Drafts()
    for _ in range(MOST_UNSAVED * 3):
        typed = typed.edited("/a.py", [Edit(3, 3, 0)])
    assert typed.placed(HINT, 0) == HINT
    many = Drafts().edited("/a.py", [LINE_ADDED] * (MOST_UNSAVED + 1))
    assert many.placed(HINT, 0) is None
    assert many.edited("/a.py", [LINE_ADDED]).saved("/a.py", 5).placed(HINT, 9) == HINT
