"""``afterglow emit``: what goes in, what comes back, and what is refused with a hint."""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call
from tests.support.sidecar import repository


def emitted(*words: str) -> dict[str, Any]:
    said = call("emit", *words, "--json")
    assert (said.code, said.err) == (0, "")
    (line,) = said.out.splitlines()
    event: dict[str, Any] = json.loads(line)
    return event


def test_an_event_comes_back_as_it_was_recorded(tmp_path: Path) -> None:
    event = emitted(
        *(
            "job.finished",
            "--label",
            "nightly",
            "--status",
            "ok",
            "--exit-code",
            "0",
            "--duration-ms",
            "12000",
        ),
        *("--tags", "a, b,,", "--data", '{"job": "test", "passed": 12, "unknown": 1}'),
        *("--workspace", str(tmp_path), "--dedupe-key", "k1"),
    )
    assert event.pop("id")
    assert event.pop("session_id")
    assert event.pop("at").endswith("Z")
    assert event.pop("recorded_at").endswith("Z")
    assert event == {
        "kind": "job.finished",
        "label": "nightly",
        "labels": ["nightly"],
        "status": "ok",
        "exit_code": 0,
        "duration_ms": 12000.0,
        "started_at": None,
        "workspace": str(tmp_path.resolve()),
        "source": "emit",
        "sources": ["emit"],
        "tags": ["a", "b"],
        "data": {"job": "test", "passed": 12},
    }


def test_without_json_it_says_nothing(tmp_path: Path) -> None:
    assert call("emit", "milestone", "--workspace", str(tmp_path)) == call("emit", "milestone")
    assert call("emit", "milestone").out == ""


def test_the_workspace_is_the_git_root_of_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path / "project")
    (root / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(root / "deep" / "er")
    assert emitted("milestone")["workspace"] == str(root)
    monkeypatch.chdir(tmp_path)
    assert emitted("milestone")["workspace"] == str(tmp_path.resolve())
    assert emitted("milestone", "--workspace", "project/deep")["workspace"] == str(root)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], "unknown"),
        (["--exit-code", "0"], "ok"),
        (["--exit-code", "1"], "fail"),
        (["--exit-code", "130"], "cancelled"),
        (["--exit-code", "143"], "cancelled"),
        (["--status", "ok", "--exit-code", "2"], "fail"),
        (["--status", "cancelled", "--exit-code", "0"], "cancelled"),
    ],
)
def test_an_exit_code_speaks_where_no_status_does(words: list[str], status: str) -> None:
    assert emitted("job.finished", *words)["status"] == status


def test_one_key_is_one_event_in_its_workspace(tmp_path: Path) -> None:
    first = emitted("milestone", "--dedupe-key", "k", "--label", "first")
    again = emitted("milestone", "--dedupe-key", "k", "--label", "second")
    assert (again["id"], again["label"]) == (first["id"], "first")
    assert emitted("milestone", "--dedupe-key", "k", "--workspace", str(tmp_path))["id"] != first["id"]
    assert len(call("events").out.splitlines()) == 2


def test_a_command_line_is_recognised_and_dropped(home: Path) -> None:
    event = emitted("command", "--data", '{"commandLine": "pytest -q kanarienvogel", "exitCode": 0}')
    assert event["data"] == {"program": "pytest", "job": "test"}
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"kanarienvogel" not in stored


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        (["job.finishd"], '"job.finishd" is not a kind of event; did you mean job.finished?'),
        (["\u202e"], "is not a kind of event"),
        (["commit", "--data", "{"], "--data: this is not JSON; write an object such as"),
        (["commit", "--data", "NaN"], "--data: this is not JSON"),
        (["milestone", "--data", '{"name": NaN}'], "--data: this is not JSON"),
        (["commit", "--data", "[" * 100_000], "--data: this is not JSON"),
        (["commit", "--data", "9" * 5000], "--data: this is not JSON"),
        (["commit", "--data", "[1]"], "--data: must be an object"),
        (["commit", "--data", '"text"'], "--data: must be an object"),
        (["commit", "--data", "null"], "--data: must be an object"),
        (["job.finished", "--data", '{"passed": "x"}'], "--data: passed: must be a whole number"),
        (["job.finished", "--data", '{"passed": -1}'], "--data: passed: must be a whole number from 0"),
        (["job.finished", "--data", '{"job": "tests"}'], "--data: job: must be one of test, build"),
        (
            ["job.finished", "--data", '{"metrics": {"loss": 1e999}}'],
            "--data: metrics.loss: must be a finite number",
        ),
        (["job.finished", "--status", "good"], "--status: must be one of ok, fail, cancelled, unknown"),
        (["job.finished", "--duration-ms", "-1"], "--duration-ms: must be a number of milliseconds from 0"),
        (["job.finished", "--duration-ms", "nan"], "--duration-ms: must be a number of milliseconds from 0"),
        (
            ["job.finished", "--duration-ms", "1e300"],
            "--duration-ms: must be a number of milliseconds from 0",
        ),
        (["job.finished", "--duration-ms", "soon"], "--duration-ms: 'soon' is no number"),
        (["job.finished", "--exit-code", "one"], "--exit-code: 'one' is no whole number"),
        (["job.finished", "--exit-code", "9" * 30], "--exit-code: must be a whole number"),
        (["commit", "--dedupe-key", "k" * 300], "--dedupe-key: must be a text of at most 200 characters"),
        (["commit", "--workspace", "/nonexistent"], "/nonexistent is not a folder; name one that exists"),
        (["commit", "--workspace", "~nosuchuser"], "~nosuchuser is not a folder; name one that exists"),
        (["commit", "--workspace", "\0"], "is not a folder; name one that exists"),
    ],
)
def test_bad_input_is_refused_with_a_hint(words: list[str], tells: str) -> None:
    said = call("emit", *words)
    assert (said.code, said.out) == (2, "")
    assert said.err.count("\n") == 1
    assert tells in said.err
    assert call("events").out == ""


def test_a_large_but_good_event_is_taken() -> None:
    data = {"failing": [f"test_{number}" for number in range(5_000)], "note": "x" * 50_000}
    event = emitted("job.finished", "--data", json.dumps(data))
    assert len(event["data"]["failing"]) == 50


def test_what_is_never_stored_and_an_off_mode_are_answered_no() -> None:
    said = call("emit", "focus", "--data", '{"focused": true}', "--json")
    assert (said.code, said.out) == (1, "")
    assert "never stored" in said.err
    call("mode", "off")
    said = call("emit", "milestone", "--json")
    assert (said.code, said.out) == (1, "")
    assert "nothing was recorded, because the mode is off; afterglow mode normal turns it on" in said.err


def test_a_folder_that_is_gone_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for words in (("emit", "milestone"), ("doctor",)):
        said = call(*words)
        assert (said.code, said.err) == (2, "afterglow: the current folder is gone: cd to one that exists\n")
    assert call("status").code == 0
    os.chdir(tmp_path)


def test_a_database_that_cannot_be_used_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AFTERGLOW_HOME", str(tmp_path / "file"))
    for words in (["emit", "commit"], ["events"], ["last"], ["explain"], ["mode"], ["dnd"], ["export", "-"]):
        said = call(*words)
        assert (said.code, said.out) == (1, ""), words
        assert said.err.count("\n") == 1
        assert "check its permissions" in said.err


def read_from(monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    """Standard input of the next call."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))


def test_data_may_come_from_standard_input_and_the_line_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    read_from(monkeypatch, b'{"commandLine": "pytest -q --token=hunter2"}')
    event = emitted("command", "--exit-code", "1", "--data", "-", "--source", "hook")
    assert event["data"] == {"program": "pytest", "job": "test"}
    assert (event["status"], event["source"]) == ("fail", "hook")
    assert "hunter2" not in json.dumps(event)


def test_bytes_that_are_no_text_cost_only_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    read_from(monkeypatch, b'{"commandLine": "pytest \xff\xfe"}')
    assert emitted("command", "--data", "-")["data"] == {"program": "pytest", "job": "test"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "this is not JSON"),
        (b"[1]", "must be an object"),
        (b'{"a": "' + b"x" * (1 << 20) + b'"}', "this is over 1 MiB; send less"),
    ],
    ids=["nothing", "a list", "too much"],
)
def test_what_standard_input_lacks_is_said_in_one_line(
    monkeypatch: pytest.MonkeyPatch, text: bytes, says: str
) -> None:
    read_from(monkeypatch, text)
    said = call("emit", "milestone", "--data", "-")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("afterglow: emit: --data") and says in said.err
    assert said.err.count("\n") == 1


def test_only_a_hook_may_be_named_as_another_source() -> None:
    assert emitted("milestone")["source"] == "emit"
    assert emitted("milestone", "--source", "hook")["source"] == "hook"
    said = call("emit", "milestone", "--source", "report")
    assert said.code == 2
    assert said.err.count("\n") == 1
