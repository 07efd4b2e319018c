"""When the disk, the home or another process misbehaves, the editor does not notice."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.sidecar import JOB, QUICK, Sidecar, afterglow, git, lines, recorded, repository


def spoil_with_a_file(home: Path) -> None:
    home.write_text("this is no folder")


def spoil_the_database(home: Path) -> None:
    (home / "afterglow.db").mkdir(parents=True)


@pytest.mark.parametrize("empty", ["HOME", "AFTERGLOW_HOME"])
def test_without_a_home_it_serves_from_memory_and_says_so_once(
    tmp_path: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path / "project")
    file = tmp_path / "file"
    spoil_with_a_file(file)
    if empty == "HOME":
        for name in (
            "AFTERGLOW_HOME",
            "XDG_DATA_HOME",
            "XDG_CONFIG_HOME",
            "XDG_STATE_HOME",
            "XDG_RUNTIME_DIR",
        ):
            monkeypatch.delenv(name, raising=False)
        env = {"HOME": ""}
    else:
        env = {"AFTERGLOW_HOME": str(file / "below")}
    with Sidecar(root, env=env) as client:
        status = client.notification("afterglow/status", matching=lambda it: it["health"] == "degraded")
        assert status["message"].startswith("nothing can be kept")
        client.report("job.finished", **JOB)
        assert client.token(1)["news"] == "build ok, 12 s"
        assert client.notifications("window/showMessage") == []
        said = [it["params"]["message"] for it in client.notifications("afterglow/status")]
        assert len(said) == len(set(said))
    assert git(root, "status", "--porcelain") == ""


def test_a_directory_in_the_databases_place_is_set_aside(tmp_path: Path, home: Path) -> None:
    root = repository(tmp_path / "project")
    spoil_the_database(home / "afterglow")
    with Sidecar(root) as client:
        client.listen()
        client.report("job.finished", **JOB)
        assert client.token(1)["news"] == "build ok, 12 s"
    assert [path.name for path in (home / "afterglow").glob("afterglow.db.corrupt-*")]
    assert len(lines(afterglow("events", "--json", "--kind", "job.finished").stdout)) == 1


def test_a_database_that_vanishes_under_a_server_is_made_anew(tmp_path: Path, home: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root) as client:
        client.listen()
        shutil.rmtree(home / "afterglow")
        client.report("job.finished", **JOB)
        assert client.token(1)["news"] == "build ok, 12 s"
    assert len(lines(afterglow("events", "--json", "--kind", "job.finished").stdout)) == 1


def test_a_workspace_that_is_deleted_and_made_again_is_heard_again(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root, options={**QUICK, "mode": "chatty"}, cwd=tmp_path) as client:
        client.listen()
        git(root, "commit", "--quiet", "--allow-empty", "-m", "before")
        client.token(1)
        shutil.rmtree(root)
        repository(tmp_path / "project")
        number = 1
        for _ in range(50):
            git(root, "commit", "--quiet", "--allow-empty", "-m", "after")
            client.ask("afterglow/snapshot")
            if len(client.tokens) > number:
                break
        assert client.token(number + 1)["event"]["kind"] == "commit"


def test_forgetting_everything_under_a_running_server_leaves_it_at_work(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root) as client:
        client.listen()
        client.report("job.finished", **JOB)
        client.token(1)
        afterglow("forget", "--all")
        client.report("job.finished", **{**JOB, "label": "docs"})
        assert client.token(2)["news"] == "build ok, 12 s"
    assert len(lines(afterglow("events", "--json", "--kind", "job.finished").stdout)) == 1


def test_nothing_private_is_stored_or_logged(tmp_path: Path, home: Path) -> None:
    """Command lines, subjects, environment: canaries in each, and none of them anywhere below the home."""
    root = repository(tmp_path / "project")
    with Sidecar(root, options={**QUICK, "mode": "chatty"}) as client:
        client.listen()
        client.report("command", data={"commandLine": "deploy --token CANARY-LINE", "exitCode": 0})
        client.report("job.finished", **JOB, subject="CANARY-KEY")
        git(root, "commit", "--quiet", "--allow-empty", "-m", "CANARY-SUBJECT")
        afterglow("run", "--label", "x", "--", "sh", "-c", "exit 0 # CANARY-RUN", cwd=root)
        client.token(1)
        wanted = {"command", "job.finished", "commit"}
        recorded(enough=lambda found: {event["kind"] for event in found} >= wanted)
        replies = str(client.messages)
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"CANARY" not in stored
    assert "CANARY" not in replies
