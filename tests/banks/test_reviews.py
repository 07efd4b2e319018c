"""T9a: a review refreshes or retires a line in an overlay; the banks' own files stay as they are."""

from __future__ import annotations

import json
from pathlib import Path

from afterglow.banks.reviews import read_reviews, reviewed
from afterglow.core.bank import Banks, Detect, FixedLine, Recipe, RecipeLine
from afterglow.core.local_time import parse_iso

DAY = 24 * 60 * 60 * 1000


def at(day: str) -> int:
    made = parse_iso(f"{day}T00:00Z")
    assert made is not None
    return made


OLD = FixedLine(id="old", text="Old.", added_at="2026-01-01", stale_at=at("2026-01-31"))
LINE = RecipeLine(id="line", text="Line.", recipe="r", added_at="2026-01-01", stale_at=at("2026-04-01"))
RECIPE = Recipe(
    name="r", banter_bank="r.jsonl", detect=Detect(), timing="spread", tags=frozenset(), lines=(LINE,)
)
BANKS = Banks(fallbacks=(OLD,), recipes=(RECIPE,))


def overlay(folder: Path, *rows: object) -> Path:
    path = folder / "reviews.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def test_without_reviews_nothing_changes(tmp_path: Path) -> None:
    found, problems = read_reviews(tmp_path / "reviews.jsonl")
    assert (found, problems) == ({}, ())
    assert reviewed(BANKS, found) == BANKS


def test_a_refreshed_line_is_fresh_for_as_long_again(tmp_path: Path) -> None:
    path = overlay(tmp_path, {"id": "old", "decision": "refresh", "at": "2026-06-01T00:00:00Z"})
    made = reviewed(BANKS, read_reviews(path)[0])
    assert made.fallbacks[0].stale_at == at("2026-06-01") + 30 * DAY
    assert made.recipes == BANKS.recipes


def test_a_retired_line_is_gone_also_from_a_recipe(tmp_path: Path) -> None:
    path = overlay(
        tmp_path,
        {"id": "line", "decision": "retire", "at": "2026-06-01T00:00:00Z"},
        {"id": "old", "decision": "retire", "at": "2026-06-01T00:00:00Z"},
    )
    made = reviewed(BANKS, read_reviews(path)[0])
    assert made.fallbacks == ()
    assert made.recipes[0].lines == ()


def test_the_newest_review_counts(tmp_path: Path) -> None:
    path = overlay(
        tmp_path,
        {"id": "old", "decision": "refresh", "at": "2026-07-01T00:00:00Z"},
        {"id": "old", "decision": "retire", "at": "2026-06-01T00:00:00Z"},
    )
    assert reviewed(BANKS, read_reviews(path)[0]).fallbacks


def test_a_bad_row_costs_only_itself(tmp_path: Path) -> None:
    path = overlay(
        tmp_path,
        {"id": "old", "decision": "burn", "at": "2026-06-01T00:00:00Z"},
        {"decision": "retire"},
        {"id": "old", "decision": "retire", "at": "yesterday"},
        {"id": "line", "decision": "retire", "at": "2026-06-01T00:00:00Z"},
    )
    found, problems = read_reviews(path)
    assert set(found) == {"line"}
    assert [problem.line for problem in problems] == [1, 2, 3]
    assert all(str(path) in str(problem) for problem in problems)
