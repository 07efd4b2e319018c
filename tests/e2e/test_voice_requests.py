"""The real server asked for a line, told what was thought of one, and asked for the figures."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.patience import wait_until
from tests.support.sidecar import JOB, OPTED_IN, Sidecar, afterglow, lines, repository

COMMANDS = ("next", "say", "feedback", "recipe", "note", "report")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "project")


@pytest.fixture
def client(root: Path) -> Iterator[Sidecar]:
    with Sidecar(root) as made:
        made.listen()
        yield made


def rows(home: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(home / "afterglow" / "afterglow.db")
    found = connection.execute(query).fetchall()
    connection.close()
    return found


def run(client: Sidecar, name: str, *arguments: Any) -> Any:
    """What a command returns."""
    return client.ask("workspace/executeCommand", {"command": f"afterglow.{name}", "arguments": [*arguments]})


def refused(client: Sidecar, method: str, params: Any) -> tuple[int, str]:
    error = client.request(method, params)["error"]
    return error["code"], error["message"]


def test_next_and_say_answer_in_the_response_alone(client: Sidecar) -> None:
    first = client.ask("afterglow/next")
    second = client.ask("afterglow/say", {"text": "good morning"})
    third = run(client, "next")
    fourth = run(client, "say", {"text": "that was a long build"})
    for token in (first, second, third, fourth):
        assert set(token) >= {"id", "response", "source", "register", "latencyMs", "createdAt"}
        assert token["news"] is None
        assert token["event"] is None
    assert len({token["id"] for token in (first, second, third, fourth)}) == 4
    assert first["sessionId"] == fourth["sessionId"] == client.ask("afterglow/snapshot")["session"]["id"]
    assert client.tokens == []
    assert [token["id"] for token in client.ask("afterglow/snapshot")["last"]][::-1] == [
        token["id"] for token in (first, second, third, fourth)
    ]
    assert client.ask("afterglow/explain", {"id": second["id"]})["token"] == second


def test_what_waits_is_served_to_who_asks_by_window_or_by_command_line(client: Sidecar, root: Path) -> None:
    afterglow("queue", "add", "The release notes are up.", cwd=root)
    token = client.ask("afterglow/next")
    assert (token["response"], token["source"]) == ("The release notes are up.", "queue_hit")
    assert afterglow("next", cwd=root).stdout.strip() not in ("", token["response"])


def test_silence_is_null_and_explained(client: Sidecar) -> None:
    client.report("job.finished", label="make", status="fail", durationMs=9_000, data={"job": "build"})
    wait_until(lambda: client.ask("afterglow/snapshot")["red"])
    assert client.ask("afterglow/next") is None
    assert client.ask("afterglow/say", {"text": "hello"}) is None
    turn = client.ask("afterglow/explain")
    assert turn["event"] is None
    assert "make" in turn["reason"] or "build" in turn["reason"]


def test_mode_off_does_not_silence_who_is_asked(client: Sidecar) -> None:
    run(client, "mode", {"mode": "off"})
    assert client.ask("afterglow/next")["response"]
    assert client.ask("afterglow/say", {"text": "hello"})["response"]
    assert client.tokens == []


def test_feedback_reaches_the_line(client: Sidecar, root: Path) -> None:
    afterglow("queue", "add", "The release notes are up.", cwd=root)
    token = client.ask("afterglow/next")
    assert client.ask("afterglow/feedback", {"id": token["id"], "score": 2}) is None
    assert run(client, "feedback", {"id": token["entryId"], "score": 5}) is None
    [entry] = lines(afterglow("queue", "list", "--all", "--json").stdout)
    assert entry["feedback_score"] == 5
    figures = run(client, "report")
    assert (figures["ratings"], figures["meanRating"]) == (1, 5.0)


def test_the_report_is_that_of_the_command_line(client: Sidecar) -> None:
    client.ask("afterglow/next")
    made = run(client, "report", {"days": 3})
    [printed] = lines(afterglow("report", "--days", "3", "--json").stdout)
    assert made["days"] == printed["days"] == 3
    assert made["bySource"] == printed["by_source"] != {}
    assert made["linesShown"] == printed["lines_shown"] == 1
    assert set(made) == {
        *("days", "since", "until", "sessions", "workspaces", "commits", "jobs", "turns", "linesShown"),
        *("bySource", "queueBySource", "queueShare", "learnedShare", "ratings", "meanRating", "rapport"),
        "twin",
    }


def test_recipes_begin_and_end(client: Sidecar) -> None:
    def under_way() -> list[str]:
        return [row["name"] for row in run(client, "recipe") if row["open"]]

    assert under_way() == []
    assert run(client, "recipe", {"action": "start", "name": "oauth"}) == {
        "name": "oauth",
        "open": True,
        "changed": True,
    }
    assert run(client, "recipe", {"action": "start", "name": "oauth"})["changed"] is False
    assert under_way() == ["oauth"]
    assert run(client, "recipe", {"action": "finish", "name": "oauth"})["changed"] is True
    assert run(client, "recipe", {"action": "finish", "name": "oauth"})["changed"] is False
    assert under_way() == []


def test_a_recipe_that_ends_has_its_turn_in_this_window(client: Sidecar) -> None:
    client.report("job.finished", **JOB)
    client.token(1)
    for action in ("start", "finish"):
        run(client, "recipe", {"action": action, "name": "code-review"})
    [event] = lines(afterglow("events", "--kind", "recipe.finish", "--json").stdout)
    assert client.turn_of(event["id"])["event"]["kind"] == "recipe.finish"


def test_a_note_is_kept_as_one_clean_line(client: Sidecar, home: Path) -> None:
    assert run(client, "note", {"text": "retry is\nnot tested"}) is None
    [(kind, data)] = rows(home, "SELECT kind, data FROM notes")
    assert (kind, json.loads(data)) == ("text", {"text": "retry is not tested"})


def test_a_second_question_counts_for_the_line_before(client: Sidecar, home: Path) -> None:
    first = client.ask("afterglow/next")
    assert rows(home, "SELECT * FROM ratings") == []
    client.ask("afterglow/next")
    ref = first["entryId"] or first["id"]
    assert rows(home, "SELECT ref, what FROM ratings") == [(ref, "another")]


def test_an_opened_hover_counts_once(root: Path, home: Path) -> None:
    (root / "test_sum.py").write_text("def test_sum():\n    assert True\n")
    uri = (root / "test_sum.py").as_uri()
    report = root / "report.xml"
    failed, passed = '<failure message="no"/>', ""
    with Sidecar(root, capabilities=OPTED_IN) as client:
        client.listen()
        for outcome in (failed, passed):
            report.write_text(
                '<testsuite name="pytest"><testcase classname="test_sum" name="test_sum" file="test_sum.py"'
                f' line="0" time="0.1">{outcome}</testcase></testsuite>'
            )
            number = 1 if outcome == failed else 2
            wait_until(
                lambda number=number: client.ask("afterglow/snapshot")["counts"]["events"] >= number + 1  # type: ignore[misc]
            )
        client.token(1)
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
        [hint] = client.ask("textDocument/inlayHint", {"textDocument": {"uri": uri}, "range": whole})
        for _ in range(3):
            assert client.ask("inlayHint/resolve", hint)["tooltip"]
        client.ask("inlayHint/resolve", {**hint, "data": {"token": "another"}})
        wait_until(lambda: rows(home, "SELECT what FROM ratings"))
        client.ask("afterglow/snapshot")
        assert rows(home, "SELECT what FROM ratings") == [("hovered",)]
        assert rows(home, "SELECT count FROM rapport_days WHERE what = 'hovered'") == [(1,)]


def test_the_commands_are_advertised_as_long_as_they_may_be(root: Path) -> None:
    with Sidecar(root) as client:
        offered = client.result["capabilities"]["executeCommandProvider"]["commands"]
        assert {f"afterglow.{name}" for name in COMMANDS} <= set(offered)
    with Sidecar(root, options={"commands": False}) as client:
        assert not client.result["capabilities"].get("executeCommandProvider", {}).get("commands")
        assert run(client, "report")["days"] == 7


@pytest.mark.parametrize(
    ("method", "params", "field"),
    [
        ("afterglow/say", {}, "text"),
        ("afterglow/say", {"text": 5}, "text"),
        ("afterglow/say", {"text": " "}, "text"),
        ("afterglow/say", None, "text"),
        ("afterglow/feedback", {"score": 3}, "id"),
        ("afterglow/feedback", {"id": "x"}, "score"),
        ("afterglow/feedback", {"id": "x", "score": 6}, "score"),
        ("afterglow/feedback", {"id": "x", "score": True}, "score"),
        ("afterglow/feedback", {"id": "x", "score": "5"}, "score"),
        ("afterglow/feedback", {"id": "nope", "score": 5}, "id"),
        ("afterglow.recipe", {"action": "begin"}, "action"),
        ("afterglow.recipe", {"action": ["start"]}, "action"),
        ("afterglow.recipe", {"action": "start"}, "name"),
        ("afterglow.recipe", {"action": "start", "name": "nope"}, "name"),
        ("afterglow.note", {}, "text"),
        ("afterglow.note", {"text": "\u200b"}, "text"),
        ("afterglow.report", {"days": 0}, "days"),
        ("afterglow.report", {"days": 1.5}, "days"),
        ("afterglow.report", {"days": 1_000}, "days"),
    ],
)
def test_bad_params_name_the_field(method: str, params: Any, field: str, root: Path) -> None:
    if method.startswith("afterglow."):
        method, params = "workspace/executeCommand", {"command": method, "arguments": [params]}
    with Sidecar(root) as client:
        code, message = refused(client, method, params)
        assert code == -32602
        assert message.startswith(f"{field}: ")


def test_without_a_folder_nobody_knows_where(tmp_path: Path, home: Path) -> None:
    with Sidecar(tmp_path) as client:
        place = client.ask("afterglow/snapshot")
        assert place["session"] is not None
        client.notify(
            "workspace/didChangeWorkspaceFolders",
            {"event": {"added": [], "removed": [{"uri": tmp_path.as_uri(), "name": "x"}]}},
        )
        assert client.ask("afterglow/next") is None
        assert refused(client, "workspace/executeCommand", {"command": "afterglow.recipe"}) == (
            -32803,
            "no folder is open",
        )
