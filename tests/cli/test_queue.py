"""``queue``: what is added waits, is claimed once, and can be looked at."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call, process

LINE = "Staging is on the new schema."


def added(text: str = LINE, *words: str) -> dict[str, Any]:
    """What ``queue add --json`` says of the line that it added."""
    said = call("queue", "add", text, "--json", *words)
    assert said.code == 0, said.err
    made: dict[str, Any] = json.loads(said.out)
    return made


def waiting() -> list[dict[str, Any]]:
    return [json.loads(line) for line in call("queue", "list", "--json").out.splitlines()]


def test_a_line_waits_and_is_taken_once() -> None:
    said = call("queue", "add", LINE)
    assert said.code == 0
    assert said.out.startswith("waits for 5 turns, until ")
    [entry] = waiting()
    assert entry["banter"] == LINE
    assert entry["id"] in said.out
    assert call("queue", "next").out == f"{LINE}\n"
    again = call("queue", "next")
    assert (again.code, again.out, again.err) == (1, "", "afterglow: queue next: no line waits here\n")
    assert waiting() == []


def test_the_defaults_are_those_of_a_job() -> None:
    entry = added()
    assert (entry["source"], entry["confidence"], entry["expires_in_turns"]) == ("job", 0.95, 5)
    assert (entry["category"], entry["level"], entry["tags"], entry["used"]) == (None, 1, [], False)
    assert entry["workspace"] is None
    life = datetime.fromisoformat(entry["expires_at"]) - datetime.fromisoformat(entry["created_at"])
    assert life == timedelta(hours=24)


def test_every_option_reaches_its_field(tmp_path: Path) -> None:
    entry = added(
        LINE,
        *("--source", "team", "--source-id", "deploy-7", "--tags", "SQL, database,", "--confidence", "0.5"),
        *("--category", "closing", "--level", "2", "--warmth", "4", "--expires-in-turns", "3"),
        *("--workspace", str(tmp_path)),
    )
    assert {name: entry[name] for name in ("source", "source_id", "tags", "confidence")} == {
        "source": "team",
        "source_id": "deploy-7",
        "tags": ["sql", "database"],
        "confidence": 0.5,
    }
    assert (entry["category"], entry["level"], entry["warmth"]) == ("CLOSING", 2, 4)
    assert (entry["expires_in_turns"], entry["workspace"]) == (3, str(tmp_path.resolve()))


def test_how_long_a_line_waits() -> None:
    by_seconds = added("One.", "--ttl", "90")
    life = datetime.fromisoformat(by_seconds["expires_at"]) - datetime.fromisoformat(by_seconds["created_at"])
    assert (life, by_seconds["expires_in_turns"]) == (timedelta(seconds=90), None)
    until_used = added("Two.", "--until-used")
    assert (until_used["expires_at"], until_used["expires_in_turns"]) == (None, None)
    assert "waits until it is used" in call("queue", "list").out


def test_words_need_no_quotes() -> None:
    assert call("queue", "add", "The", "build", "cache", "is", "warm.").code == 0
    assert call("queue", "next").out == "The build cache is warm.\n"


def test_next_takes_what_is_about_the_tags_or_about_nothing_in_particular() -> None:
    added("About CSS.", "--tags", "css")
    none = call("queue", "next", "--tags", "database")
    assert (none.code, none.err) == (1, "afterglow: queue next: no line with such tags waits here\n")
    added("About anything.", "--confidence", "0.1")
    assert call("queue", "next", "--tags", "database").out == "About anything.\n"
    assert json.loads(call("queue", "next", "--tags", "CSS", "--json").out)["used"] is True


def test_a_line_of_another_workspace_is_not_taken_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "there").mkdir()
    added(LINE, "--workspace", str(tmp_path / "there"))
    monkeypatch.chdir(tmp_path / "here")
    assert call("queue", "next").code == 1
    monkeypatch.chdir(tmp_path / "there")
    assert call("queue", "next").code == 0


def test_of_many_processes_one_gets_the_line(tmp_path: Path) -> None:
    added()
    with ThreadPoolExecutor(4) as pool:
        ends = list(pool.map(lambda _: process("queue", "next", cwd=tmp_path), range(4)))
    assert sorted(end.returncode for end in ends) == [0, 1, 1, 1]


def test_the_list_with_all_shows_what_was_used() -> None:
    assert (call("queue", "list").code, call("queue", "list", "--json").err) == (1, "")
    assert call("queue", "list").err == "afterglow: queue list: no line waits\n"
    added("One.")
    added("Two.")
    taken = json.loads(call("queue", "next", "--json").out)
    assert call("queue", "list").out.count("\n") == 1
    everything = call("queue", "list", "--all").out.splitlines()
    assert len(everything) == 2
    [used] = [line for line in everything if "(used " in line]
    assert taken["id"] in used


def test_the_figures() -> None:
    empty = call("queue", "stats")
    assert empty.code == 0
    assert empty.out.startswith("waiting  0 lines\n")
    added("One.")
    added("Two.", "--source", "team")
    taken = json.loads(call("queue", "next", "--json").out)
    call("feedback", taken["id"], "5")
    made = json.loads(call("queue", "stats", "--json").out)
    assert (made["waiting"], made["used"], made["used_today"]) == (1, 1, 1)
    assert made["by_source"] == {"team": 1}
    assert (made["rated"], made["mean_score"]) == (1, 5.0)
    assert [(row["source"], row["adjustment"] > 0) for row in made["types"]] == [("job", True)]
    text = call("queue", "stats").out
    assert "waiting  1 line: team 1\n" in text
    assert "rated    1 line, 5.0 of 5\n" in text
    assert "by your ratings" in text


def test_a_full_queue_says_so_and_drops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_QUEUE_MAX_ROWS", "2")
    added("One.")
    added("Two.")
    said = call("queue", "add", "Three.")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("afterglow: queue add: the queue is full: 2 lines wait")
    assert {entry["banter"] for entry in waiting()} == {"One.", "Two."}


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        ([], "queue: the following arguments are required: add|next|list|stats ("),
        (["take"], "invalid choice: 'take'"),
        (["add"], "queue add: write the line"),
        (["add", " \x07 "], "queue add: the text must hold something to show"),
        (["add", "word " * 26], "queue add: the text is too long for one line: at most 25 words"),
        (["add", "x", "--level", "9"], "queue add: --level: must be a whole number from 1 to 3"),
        (["add", "x", "--level", "one"], "'one' is no whole number"),
        (["add", "x", "--confidence", "2"], "queue add: --confidence: must be a number from 0 to 1"),
        (["add", "x", "--confidence", "nan"], "--confidence: must be a number from 0 to 1"),
        (["add", "x", "--source", "me"], "queue add: --source: must be one of job, recipe"),
        (["add", "x", "--category", "FUN"], "queue add: --category: must be one of GREETING"),
        (["add", "x", "--warmth", "5", "--level", "1"], "queue add: --warmth: must be from 1 to 3"),
        (["add", "x", "--ttl", "0"], "queue add: --ttl: must be a number of seconds above 0"),
        (["add", "x", "--until-used", "--ttl", "5"], "queue add: --until-used: goes with no other expiry"),
        (["add", "x", "--expires-in-turns", "0"], "--expires-in-turns: must be a whole number from 1"),
        (["add", "x", "--source-id", ""], "queue add: --source-id: must be a text that is not empty"),
        (["add", "x", "--workspace", "/nonexistent"], "/nonexistent is not a folder; name one that exists"),
        (["add", "x", "--all"], "queue add: takes no --all"),
        (["next", "x"], "queue next: takes no text"),
        (["list", "--until-used"], "queue list: takes no --until-used"),
        (["stats", "--tags", "a"], "queue stats: takes no --tags"),
    ],
)
def test_wrong_use_gets_one_line_that_helps(words: list[str], tells: str) -> None:
    said = call("queue", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("afterglow: ")
    assert said.err.count("\n") == 1
    assert tells in said.err
    assert waiting() == []
