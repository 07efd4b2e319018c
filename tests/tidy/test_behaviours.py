"""The table that ends ``make e2e``: a cell says yes only where all that names it passed."""

from __future__ import annotations

import pytest

from tests.support.behaviours import BEHAVIOURS, cells_of, shows, table


def test_a_mark_names_known_behaviours_only() -> None:
    with pytest.raises(ValueError, match="is not in BEHAVIOURS"):
        shows("vim", "a line on a comit")


def test_marks_become_cells_and_cells_become_rows() -> None:
    mark = shows("helix", *BEHAVIOURS[:2])
    cells = cells_of([mark.mark])
    assert cells == [("helix", BEHAVIOURS[0]), ("helix", BEHAVIOURS[1])]
    rows = table({cells[0]: True, cells[1]: False})
    assert len(rows) == len(BEHAVIOURS) + 1
    helix = rows[0].index("helix")
    assert rows[1][helix:].strip() == "yes"
    assert rows[2][helix - 2 :].strip() == "FAILED"
    assert [row.strip() for row in rows[3:]] == list(BEHAVIOURS[2:])


def test_nothing_asked_prints_nothing() -> None:
    assert table({}) == []
