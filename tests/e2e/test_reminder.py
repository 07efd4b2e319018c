"""T16: a session that opens says where the last one stopped, from what was recorded and nothing else."""

from __future__ import annotations

from pathlib import Path

from tests.support.sidecar import QUICK, Sidecar, afterglow, git, repository

EACH_ANEW = {**QUICK, "sessionGapMinutes": 0, "reminderAtSessionStart": True}


def test_a_red_test_a_file_and_a_branch_open_the_next_session(tmp_path: Path) -> None:
    root = repository(tmp_path / "basket")
    git(root, "switch", "--quiet", "--create", "feature/refresh")
    for name in ("auth.py", "tests/test_auth.py"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("pass\n", encoding="utf-8")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "begin")
    with Sidecar(root, options=EACH_ANEW) as client:
        client.listen()
        client.report("job.finished", status="ok", label="lint", durationMs=12_000, data={"job": "lint"})
        client.token(1)
        client.report("file.saved", data={"uri": (root / "auth.py").as_uri()})
        failing = {"job": "test", "passed": 141, "failed": 1, "failing": ["tests/test_auth.py::test_expiry"]}
        client.report("job.finished", status="fail", label="pytest", durationMs=9_000, data=failing)
        client.listen()
    with Sidecar(root, options=EACH_ANEW) as client:
        token = client.token(1)
        assert token["source"] == "reminder"
        assert token["category"] == "GREETING"
        assert token["event"]["kind"] == "session.open"
        assert token["banter"] is None
        for said in ("test_expiry", "auth.py", "feature/refresh"):
            assert said in token["response"]
        client.listen()
        assert len(client.tokens) == 1
    with Sidecar(root, options={**EACH_ANEW, "reminderAtSessionStart": False}) as client:
        client.listen()
        client.ask("afterglow/snapshot")
        assert client.tokens == []
    assert git(root, "status", "--porcelain") == ""


def test_a_note_is_what_the_next_session_begins_with(tmp_path: Path) -> None:
    root = repository(tmp_path / "basket")
    with Sidecar(root, options=EACH_ANEW) as client:
        client.listen()
        client.report("job.finished", status="ok", label="lint", durationMs=12_000, data={"job": "lint"})
        client.token(1)
    assert afterglow("note", "the parser eats the last comma", cwd=root).returncode == 0
    with Sidecar(root, options=EACH_ANEW) as client:
        assert "the parser eats the last comma" in client.token(1)["response"]
        assert client.token(1)["source"] == "reminder"
