"""What clients of other kinds get: progress, a log message, a message where the user asked for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.sidecar import JOB, QUICK, Sidecar, afterglow, git, lines, repository

PROGRESS = {"window": {"workDoneProgress": True}}


def test_without_the_opt_in_a_line_is_progress_until_the_next_edit(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root, capabilities=PROGRESS, options={**QUICK, "mode": "quiet"}) as client:
        client.listen()
        client.report("job.finished", **JOB)
        begun = client.notification("$/progress")
        assert begun["value"] == {"kind": "begin", "title": "build ok, 12 s", "cancellable": False}
        created = client.notification("window/workDoneProgress/create")
        assert created["token"] == begun["token"]
        edit = {
            "textDocument": {"uri": (root / "a.txt").as_uri(), "version": 2},
            "contentChanges": [{"text": ""}],
        }
        client.notify("textDocument/didChange", edit)
        ended = client.notification("$/progress", matching=lambda it: it["value"]["kind"] == "end")
        assert ended["token"] == begun["token"]
        assert client.tokens == []


def test_progress_ends_when_the_line_has_had_its_time(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root, capabilities=PROGRESS, options={**QUICK, "tokenTtlMs": 50, "mode": "quiet"}) as client:
        client.listen()
        client.report("job.finished", **JOB)
        client.notification("$/progress", matching=lambda it: it["value"]["kind"] == "end")


@pytest.mark.parametrize(
    ("capabilities", "options", "method"),
    [
        ({}, {}, "window/logMessage"),
        (PROGRESS, {"display": {"progress": False}}, "window/logMessage"),
        (PROGRESS, {"display.message": True}, "window/showMessage"),
        ({"experimental": {"afterglow": {"token": "yes"}}}, {}, "window/logMessage"),
    ],
)
def test_other_clients_get_the_line_in_the_way_they_can_show(
    tmp_path: Path, capabilities: dict[str, Any], options: dict[str, Any], method: str
) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root, capabilities=capabilities, options={**QUICK, "mode": "quiet", **options}) as client:
        client.listen()
        client.report("job.finished", **JOB)
        assert client.notification(method)["message"] == "build ok, 12 s"
        assert client.tokens == []


def test_what_the_server_says_of_itself(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root) as client:
        capabilities = client.result["capabilities"]
        assert client.result["serverInfo"]["name"] == "afterglow"
        assert client.result["serverInfo"]["version"]
        assert capabilities["experimental"] == {"afterglow": {"contract": 1}}
        assert capabilities["inlayHintProvider"] == {"resolveProvider": True}
        assert capabilities["textDocumentSync"] == {"openClose": True, "change": 2, "save": True}
        commands = capabilities["executeCommandProvider"]["commands"]
        names = ["dnd", "explain", "feedback", "mode", "next", "note", "recipe", "report", "say"]
        assert sorted(commands) == [f"afterglow.{name}" for name in names]
        status = client.notification("afterglow/status")
        assert (status["health"], status["mode"], status["message"], status["problems"]) == (
            "ok",
            "normal",
            None,
            [],
        )
        assert status["enrichment"] == {
            "enabled": False,
            "spentToday": {"tokens": 0, "usd": 0, "calls": 0},
            "budget": {"tokens": 200000, "usd": 0.25, "calls": 48},
        }
        refused = client.request("afterglow/explain", {"id": 7})
        assert refused["error"]["code"] == -32602
        assert "id" in refused["error"]["message"]
        assert client.request("afterglow/remember", {"key": "k"})["error"]["code"] == -32601


def test_commands_are_not_advertised_where_the_client_does_not_want_them(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root, options={"commands": False}) as client:
        assert not client.result["capabilities"].get("executeCommandProvider", {}).get("commands")


def test_a_bad_setting_is_reported_and_its_default_used(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root, options={"coalesceMs": "soon", "colour": "red"}) as client:
        status = client.notification("afterglow/status")
        assert status["health"] == "degraded"
        assert len(status["problems"]) == 2
        assert any("coalesceMs" in problem for problem in status["problems"])
        assert client.notifications("window/showMessage") == []


def test_in_restricted_trust_nothing_of_the_workspace_is_read(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root, options={**QUICK, "trust": "restricted", "mode": "chatty"}) as client:
        git(root, "commit", "--quiet", "--allow-empty", "-m", "unseen")
        client.report("job.finished", **JOB)
        assert client.token(1)["event"]["kind"] == "job.finished"
        sensors = {row["name"]: row["on"] for row in client.ask("afterglow/snapshot")["sensors"]}
        assert [name for name, on in sensors.items() if on] == ["editor"]


def test_what_happened_while_no_window_was_open_is_recorded_and_not_shown(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    chatty = {**QUICK, "mode": "chatty"}
    with Sidecar(root, options=chatty) as client:
        client.listen()
    git(root, "commit", "--quiet", "--allow-empty", "-m", "meanwhile")
    with Sidecar(root, options=chatty) as client:
        client.listen()
        git(root, "commit", "--quiet", "--allow-empty", "-m", "now")
        assert client.token(1)["event"]["kind"] == "commit"
        assert len(client.tokens) == 1
    assert len(lines(afterglow("events", "--json", "--kind", "commit").stdout)) == 2


def test_folders_come_and_go(tmp_path: Path) -> None:
    first, second = repository(tmp_path / "first"), repository(tmp_path / "second")
    with Sidecar(first, options={**QUICK, "mode": "chatty"}) as client:
        client.listen()
        folder = {"uri": second.as_uri(), "name": "second"}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
        client.listen()
        git(second, "commit", "--quiet", "--allow-empty", "-m", "there")
        assert client.token(1)["event"]["kind"] == "commit"
        client.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [], "removed": [folder]}})
        client.listen()
        git(second, "commit", "--quiet", "--allow-empty", "-m", "unseen")
        git(first, "commit", "--quiet", "--allow-empty", "-m", "here")
        assert client.token(2)["event"]["kind"] == "commit"
        assert len(client.tokens) == 2
