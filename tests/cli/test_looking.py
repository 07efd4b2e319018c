"""``last``, ``explain``, ``status``: what was said, and why it was silent, after a real server was there."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call, eventually, process, recorded
from tests.support.sidecar import QUICK, Sidecar, git, repository

GREEN = {"label": "pytest", "status": "ok", "durationMs": 38_000, "data": {"job": "test", "passed": 142}}
RED = {
    "label": "pytest",
    "status": "fail",
    "durationMs": 9_000,
    "data": {"job": "test", "passed": 140, "failed": 2},
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "basket")


def answer(*words: str) -> Any:
    said = call(*words, "--json")
    assert (said.code, said.err) == (0, "")
    return json.loads(said.out)


def turned(client: Sidecar, number: int = 1, kind: str = "job.finished") -> str:
    """The id of the ``number``-th event of a kind, when its turn is over."""
    found: list[dict[str, Any]] = eventually(lambda: recorded("--kind", kind)[number - 1 :])
    event_id: str = found[0]["id"]
    client.turn_of(event_id)
    return event_id


def test_before_anything_happened() -> None:
    assert call("last") == call("last", "5")
    assert (call("last").code, call("last").err) == (1, "afterglow: last: no line was shown yet\n")
    assert (call("last", "--json").code, call("last", "--json").err) == (1, "")
    assert (call("explain").code, call("explain").err) == (1, "afterglow: explain: nothing happened yet\n")
    nowhere = call("explain", "nonesuch")
    assert (nowhere.code, nowhere.err) == (1, "afterglow: explain: nonesuch: no such line or event\n")


def test_a_line_that_was_shown(root: Path) -> None:
    with Sidecar(root) as client:
        client.listen()
        client.report("job.finished", **GREEN)
        token = client.token(1)
        record = client.turn_of(token["event"]["id"])
    assert answer("last") == token
    line = call("last").out
    assert line.rstrip("\n").endswith(f"{token['response']}  [{token['id']}]")
    for wanted in ((), (token["id"],), (token["event"]["id"],)):
        assert answer("explain", *wanted) == record
    told = call("explain").out
    assert told.splitlines()[0] == token["response"]
    assert re.search(
        r"^about +job\.finished test pytest ok, 20\d\d-\d\d-\d\d \d\d:\d\d, in basket$", told, re.MULTILINE
    )
    assert re.search(r"^shown +20.* decided in [\d.]+ ms$", told, re.MULTILINE)
    assert "every check passed" in told
    assert token["event"]["id"] in told


def test_several_lines_newest_first(root: Path) -> None:
    with Sidecar(root) as client:
        client.listen()
        for passed in (1, 2, 3):
            client.report("job.finished", **{**GREEN, "data": {"job": "test", "passed": passed}})
            client.token(passed)
    assert [token["news"][0] for token in map(json.loads, call("last", "--json").out.splitlines())] == [
        "3",
        "2",
        "1",
    ]
    assert len(call("last", "2").out.splitlines()) == 2


@pytest.mark.parametrize(
    ("words", "event", "reason", "hint"),
    [
        ([], RED, "red: test (pytest) since", "nothing is said unless it ended well"),
        (["dnd", "30"], GREEN, "do not disturb until", "afterglow dnd off ends that"),
    ],
)
def test_a_silence_is_explained_to_a_person(
    words: list[str], event: dict[str, Any], reason: str, hint: str, root: Path
) -> None:
    if words:
        assert call(*words).code == 0
    with Sidecar(root) as client:
        client.listen()
        client.report("job.finished", **event)
        event_id = turned(client)
    told = call("explain").out
    assert told.startswith(f"No line was shown: {reason}")
    assert hint in told
    assert event_id in told
    assert re.search(r"^checks +\d+ of \d+ passed; against it:$", told, re.MULTILINE)
    assert answer("explain")["token"] is None


def test_why_nothing_was_said_while_no_window_was_open(root: Path) -> None:
    call("emit", "job.finished", "--status", "ok", "--label", "x", "--workspace", str(root))
    assert call("explain").out.startswith("No line was shown: no editor window with Afterglow is open.\n")
    with Sidecar(root) as client:
        client.listen()
        client.report("job.finished", **GREEN)
        client.token(1)
        client.report("stash")
        eventually(lambda: recorded("--kind", "stash"))
    # What never speaks is no occasion: the newest one is still the green.
    assert call("explain").out.startswith("142 passed")
    stash = json.loads(call("events", "--json", "--kind", "stash").out)["id"]
    assert "never speaks" in call("explain", stash).out


def test_after_a_destructive_command_the_windows_are_silent(root: Path) -> None:
    with Sidecar(root) as client:
        client.listen()
        assert process("run", "--", "rm", "-rf", "/nonexistent/x", cwd=root).returncode == 0
        client.report("job.finished", **GREEN)
        turned(client, 2)
    told = call("explain").out
    assert told.startswith("No line was shown: a destructive command not long ago")
    assert "silence around commands that destroy something; it ends by itself" in told


def test_a_commit_that_needed_no_words(root: Path) -> None:
    with Sidecar(root, options=QUICK) as client:
        client.listen()
        for number in (1, 2, 3):
            git(root, "commit", "--quiet", "--allow-empty", "-m", str(number))
            turned(client, number, "commit")
        told = call("explain").out
    assert told.startswith("No line was shown: a commit speaks only with a number that nobody typed.")
    assert "so the reason lies in the event itself" in told


def test_the_status_mirrors_the_servers(root: Path) -> None:
    with Sidecar(root) as client:
        client.listen()
        client.report("job.finished", **GREEN)
        token = client.token(1)
        served = client.notification("afterglow/status")
    made = answer("status")
    assert {name: made[name] for name in ("health", "mode", "message", "problems")} == {
        name: served[name] for name in ("health", "mode", "message", "problems")
    }
    assert made["enrichment"] == {
        "enabled": served["enrichment"]["enabled"],
        "spent_today": served["enrichment"]["spentToday"],
        "budget": served["enrichment"]["budget"],
    }
    assert made["last_line"] == token["response"]
    assert (made["lines_today"], made["lines_shown"], made["dnd_until"]) == (1, 1, None)
    assert made["events"] == made["events_today"] == len(call("events").out.splitlines())
    text = call("status").out
    assert "health     ok\nmode       normal\n" in text
    assert "shown      1 line today, 1 in all" in text


def test_the_status_says_what_is_wrong_and_exits_with_0(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "afterglow").write_text("")
    monkeypatch.setenv("AFTERGLOW_IDLE_SECONDS", "many")
    made = answer("status")
    assert (made["health"], made["mode"], made["events"]) == ("degraded", "normal", None)
    assert len(made["problems"]) == 2
    assert made["message"] == made["problems"][0]
    assert "check its permissions" in made["problems"][0]
    assert "idleSeconds" in made["problems"][1]
    text = call("status").out
    assert "health     degraded" in text
    assert text.count("problem") == 2
