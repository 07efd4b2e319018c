"""``feedback``: stars for a line, and what they change."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call
from tests.support.sidecar import repository


def taken(text: str, *words: str) -> str:
    """The id of a line that was added and claimed."""
    call("queue", "add", text, *words)
    entry: dict[str, Any] = json.loads(call("queue", "next", "--json").out)
    assert entry["banter"] == text
    return str(entry["id"])


def scores() -> list[int | None]:
    found = call("queue", "list", "--all", "--json").out.splitlines()
    return [json.loads(line)["feedback_score"] for line in found]


def counted(home: Path) -> dict[str, int]:
    """The counters of rapport, all days together."""
    connection = sqlite3.connect(home / "afterglow" / "afterglow.db")
    rows = connection.execute("SELECT what, sum(count) FROM rapport_days GROUP BY what").fetchall()
    connection.close()
    return dict(rows)


def test_an_entry_is_rated_and_rated_anew() -> None:
    entry = taken("One.")
    said = call("feedback", entry, "4")
    assert (said.code, said.out) == (0, "noted, 4 of 5\n")
    assert scores() == [4]
    assert json.loads(call("feedback", entry, "2", "--json").out) == {
        "id": entry,
        "score": 2,
        "suppressed": False,
    }
    assert scores() == [2]


def test_a_line_that_was_shown_is_rated_by_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(tmp_path / "project"))
    token = json.loads(call("next", "--json").out)
    assert token["id"] in call("last").out
    assert call("feedback", token["id"], "5").code == 0
    types = json.loads(call("queue", "stats", "--json").out)["types"]
    assert [row["source"] for row in types] == [token["source"]]


def test_the_token_of_a_queued_line_rates_the_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(tmp_path / "project"))
    call("queue", "add", "One.")
    token = json.loads(call("next", "--json").out)
    assert call("feedback", token["id"], "3").code == 0
    assert scores() == [3]


def test_it_counts_for_the_rapport(home: Path) -> None:
    for number, score in enumerate("1345"):
        call("feedback", taken(f"Line {number}."), score)
    assert counted(home) == {"rated_well": 2, "rated_badly": 1}


def test_a_kind_that_five_times_displeased_stays_away() -> None:
    for number in range(5):
        said = call("feedback", taken(f"Line {number}.", "--source", "team"), "1")
        assert ("30 days" in said.out) is (number == 4)
    call("queue", "add", "Once more.", "--source", "team")
    assert call("queue", "next").code == 1
    assert "team: kept away until " in call("queue", "stats").out
    call("queue", "add", "Another voice.")
    assert call("queue", "next").out == "Another voice.\n"


@pytest.mark.parametrize("score", ["0", "6", "-1", "4.5", "five", "", "٣"])
def test_a_score_is_from_1_to_5(score: str) -> None:
    entry = taken("One.")
    said = call("feedback", "--", entry, score)
    assert (said.code, said.out) == (2, "")
    assert "is no score; write 1 (spare me) to 5 (more of these)" in said.err
    assert scores() == [None]


@pytest.mark.parametrize("ref", ["nope", "", "x" * 5_000, "\x1b[2J"])
def test_an_unknown_id_is_told_where_ids_are_found(ref: str) -> None:
    said = call("feedback", ref, "4")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("afterglow: feedback: ")
    assert said.err.count("\n") == 1
    if len(ref) < 100:
        assert "no such line; afterglow last shows the ids in brackets" in said.err


def test_a_line_of_another_user_is_not_rated(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = taken("One.")
    monkeypatch.setenv("AFTERGLOW_USER_ID", "somebody-else")
    assert call("feedback", entry, "4").code == 2
