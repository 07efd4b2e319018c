"""``recipe`` and ``note``: what begins, what is done, what to remember."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call, recorded
from tests.support.sidecar import JOB, Sidecar, repository


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = repository(tmp_path / "project")
    monkeypatch.chdir(made)
    return made


def recipes() -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in call("recipe", "list", "--json").out.splitlines()]
    return {row["name"]: row for row in rows}


def notes(home: Path) -> list[dict[str, Any]]:
    connection = sqlite3.connect(home / "afterglow" / "afterglow.db")
    connection.row_factory = sqlite3.Row
    rows = [dict(row) for row in connection.execute("SELECT * FROM notes ORDER BY seq")]
    connection.close()
    return [{**row, "data": json.loads(row["data"])} for row in rows]


def test_the_shipped_recipes_are_listed() -> None:
    found = recipes()
    assert {"deploy-production", "oauth", "model-training", "bug-triage", "code-review"} <= set(found)
    assert all(5 <= row["lines"] <= 10 and not row["open"] for row in found.values())
    text = call("recipe", "list").out.splitlines()
    assert len(text) == len(found)
    assert "under way" not in "".join(text)


def test_a_recipe_begins_and_ends_once(root: Path) -> None:
    assert call("recipe", "start", "oauth").out == "oauth: under way\n"
    again = call("recipe", "start", "oauth")
    assert (again.code, again.out) == (1, "")
    assert again.err == "afterglow: recipe start: oauth is under way already\n"
    assert [name for name, row in recipes().items() if row["open"]] == ["oauth"]
    assert "oauth" in next(line for line in call("recipe", "list").out.splitlines() if "under way" in line)
    assert json.loads(call("recipe", "finish", "oauth", "--json").out) == {"name": "oauth", "open": False}
    over = call("recipe", "finish", "oauth")
    assert (over.code, over.err) == (1, "afterglow: recipe finish: oauth is not under way here\n")
    kinds = [event["kind"] for event in recorded("--workspace", str(root))]
    assert kinds == ["recipe.start", "recipe.finish"]


def test_a_recipe_belongs_to_its_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    call("recipe", "start", "oauth")
    monkeypatch.chdir(repository(tmp_path / "other"))
    assert not recipes()["oauth"]["open"]
    assert call("recipe", "finish", "oauth").code == 1


def test_the_lines_of_a_recipe_reach_who_asks() -> None:
    call("recipe", "start", "oauth")
    said = [json.loads(call("next", "--json").out) for _ in range(3)]
    assert any(token["source"] == "queue_hit" for token in said)
    assert recipes()["oauth"]["offered"] > 0


def test_the_end_of_a_recipe_reaches_an_open_window(root: Path) -> None:
    with Sidecar(root) as client:
        client.listen()
        # The first thing that ends well is what lets a fresh home speak.
        client.report("job.finished", **JOB)
        client.token(1)
        call("recipe", "start", "code-review")
        call("recipe", "finish", "code-review")
        [event] = recorded("--kind", "recipe.finish")
        assert client.turn_of(event["id"])["event"]["kind"] == "recipe.finish"


def test_recipes_of_the_user_count(home: Path) -> None:
    folder = home / "afterglow" / "banks"
    (folder / "recipes").mkdir(parents=True)
    (folder / "recipes.jsonl").write_text(
        json.dumps(
            {
                "name": "winter-release",
                "banter_bank": "recipes/winter-release.jsonl",
                "detect": {"branch": ["winter/*"]},
                "timing": "spread",
                "tags": ["release"],
            }
        )
        + "\n"
    )
    lines = [
        {"id": f"winter-{number}", "text": f"Winter line {number}.", "warmth": 2, "level": 1,
         "min_trust": 0, "confidence": 0.9, "tags": ["release"], "added_at": "2026-01-01"}
        for number in range(5)
    ]  # fmt: skip
    (folder / "recipes" / "winter-release.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines))
    assert recipes()["winter-release"]["lines"] == 5
    assert call("recipe", "start", "winter-release").code == 0


def test_in_mode_off_no_recipe_is_recorded() -> None:
    call("mode", "off")
    said = call("recipe", "start", "oauth")
    assert (said.code, said.out) == (1, "")
    assert "nothing is recorded while the mode is off" in said.err
    assert recorded() == []


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        (["start", "nope"], "recipe start: nope: no such recipe; afterglow recipe list shows them"),
        (["start"], "recipe start: name one; afterglow recipe list shows them"),
        (["finish"], "recipe finish: name one"),
        (["list", "oauth"], "recipe list: takes no NAME"),
        (["begin", "oauth"], "invalid choice: 'begin'"),
        ([], "recipe: the following arguments are required: list|start|finish ("),
    ],
)
def test_wrong_use_of_recipe(words: list[str], tells: str) -> None:
    said = call("recipe", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert tells in said.err


def test_a_note_is_kept_for_this_workspace(home: Path, root: Path) -> None:
    assert call("note", "retry", "is not", "tested yet").out == "kept for the next session here\n"
    made = json.loads(call("note", "second", "--json").out)
    first, second = notes(home)
    assert (first["kind"], first["data"], first["workspace"]) == (
        "text",
        {"text": "retry is not tested yet"},
        str(root),
    )
    assert (second["id"], second["data"]["text"]) == (made["id"], made["text"])


def test_a_note_is_one_clean_line(home: Path) -> None:
    assert "the rest did not fit" in call("note", "word " * 100).out
    assert call("note", "a\nb\x1b[2J\u202ec").code == 0
    long, odd = (row["data"]["text"] for row in notes(home))
    assert len(long) <= 200
    assert long.endswith("…")
    assert odd == "a bc"


@pytest.mark.parametrize("text", ["", "  ", "\x1b[2J", "\u200b"])
def test_nothing_to_note_is_wrong_use(text: str) -> None:
    said = call("note", text)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("afterglow: note: write what to remember")


def test_the_next_session_brings_the_note_up(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_SESSION_GAP_MINUTES", "0")
    with Sidecar(root) as client:
        client.listen()
        client.report("job.finished", **JOB)
        client.token(1)
        call("note", "the retry needs a test")
    with Sidecar(root) as client:
        client.listen()
        told = [client.ask("afterglow/next") for _ in range(3)] + client.tokens
    assert any(token and "the retry needs a test" in token["response"] for token in told)
