"""``banks list`` and ``banks check``, called as the command line calls them."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from afterglow.banks import load, shipped
from afterglow.cli import Usage
from afterglow.cli.banks import banks
from tests.banks.made import joke, put


def run(
    capsys: pytest.CaptureFixture[str], action: str, *files: str, stale: bool = False, as_json: bool = False
) -> tuple[int, list[str], str]:
    code = banks(argparse.Namespace(action=action, files=list(files), stale=stale, json=as_json))
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err


def test_check_says_nothing_of_what_ships(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "check") == (0, [], "")


def test_check_tells_one_line_a_problem(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    put(tmp_path, {"jokes.jsonl": [joke(joke="Hooray for kettles!"), joke(id="no id")]})
    path = str(tmp_path / "jokes.jsonl")
    code, lines, _ = run(capsys, "check", path)
    assert code == 1
    assert len(lines) == 3
    assert all(line.startswith(path) for line in lines)
    code, lines, _ = run(capsys, "check", path, as_json=True)
    assert {(row["file"], row["line"]) for row in map(json.loads, lines)} == {(path, 1), (path, 2)}


def test_check_of_no_file_is_wrong_use(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(Usage, match="is not a file"):
        run(capsys, "check", str(tmp_path / "none.jsonl"))
    with pytest.raises(Usage, match="belongs to banks list"):
        run(capsys, "check", stale=True)
    with pytest.raises(Usage, match="list takes no files"):
        run(capsys, "list", "jokes.jsonl")


def test_list_tells_every_line_and_ones_own(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    put(
        home / "afterglow" / "banks",
        {"jokes.jsonl": [joke(id="joke-mine", added_at="2001-01-01"), joke(id=1)]},
    )
    code, lines, told = run(capsys, "list", as_json=True)
    rows = {row["id"]: row for row in map(json.loads, lines)}
    assert code == 0
    assert len(rows) == len(load([shipped()])[0].entries()) + 1
    assert rows["joke-mine"]["origin"] == "user"
    assert rows["fact-dev-full"]["source"].startswith("https://")
    assert "1 problem in your own banks" in told
    assert len(told.splitlines()) == 1


def test_list_can_be_kept_to_what_wants_review(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    fresh = joke(id="joke-fresh", added_at="9999-01-01")
    put(home / "afterglow" / "banks", {"jokes.jsonl": [joke(id="joke-old", added_at="2001-01-01"), fresh]})
    _, lines, _ = run(capsys, "list", stale=True)
    shown = [line.split()[0] for line in lines]
    assert "joke-old" in shown
    assert "joke-fresh" not in shown


def test_list_tells_what_a_model_wrote_as_that(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    row = {
        "id": "made-ferry",
        "at": "2026-01-31T09:30:00.000Z",
        "user_id": "local",
        "workspace": "/project",
        "made_on_turn": 3,
        "domain": "travel",
        "sort": "aside",
        "text": "A Greek ferry timetable is more of a conversation.",
        "tags": ["travel", "greece"],
        "score": 4,
        "level": 1,
        "warmth": 2,
        "tone": "factual",
    }
    put(home / "afterglow" / "custom", {"domain-content.jsonl": [row]})
    _, lines, _ = run(capsys, "list")
    (told,) = [line for line in lines if line.startswith("made-ferry ")]
    assert str(row["text"]) in told
    assert told.endswith("(by a model)")
    _, lines, _ = run(capsys, "list", as_json=True)
    (listed,) = [one for one in map(json.loads, lines) if one["id"] == "made-ferry"]
    assert (listed["bank"], listed["origin"]) == ("asides", "learned")
