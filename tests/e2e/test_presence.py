"""Idle and the return over the wire: recorded once by a real server, and a session that begins again."""

from __future__ import annotations

from pathlib import Path

from tests.support.sidecar import QUICK, Sidecar, recorded, repository

SOON = {**QUICK, "idleSeconds": 1}


def test_a_pause_and_the_return_from_it_are_recorded(tmp_path: Path) -> None:
    root = repository(tmp_path / "basket")
    with Sidecar(root, options=SOON) as client:
        client.listen()
        client.report("file.saved", data={"uri": (root / "a.txt").as_uri()})
        [idle] = recorded("--kind", "idle")
        assert idle["data"]["idleMs"] >= 1_000
        client.report("focus", data={"focused": True})
        [back] = recorded("--kind", "active")
        assert back["data"]["idleMs"] >= 1_000
        assert back["session_id"] == idle["session_id"]
        assert client.tokens == []


def test_the_reminder_tells_what_the_file_still_holds(tmp_path: Path) -> None:
    root = repository(tmp_path / "basket")
    options = {**QUICK, "sessionGapMinutes": 0, "reminderAtSessionStart": True}
    (root / "gone.py").write_text("pass\n", encoding="utf-8")
    for name, gone in (("open.py", False), ("gone.py", True)):
        path = root / name
        path.write_text("# " + "TO" + "DO: mend the last comma\n", encoding="utf-8")
        with Sidecar(root, options=options) as client:
            client.listen()
            failing = {"job": "test", "passed": 4, "failed": 1, "failing": [f"{name}::test_comma"]}
            client.report("job.finished", status="ok", label="lint", durationMs=12_000, data={"job": "lint"})
            client.report("file.saved", data={"uri": path.as_uri()})
            client.report("job.finished", status="fail", label=name, data=failing)
            client.listen()
        if gone:
            path.unlink()
        with Sidecar(root, options=options) as client:
            if gone:
                client.listen()
                assert not [token for token in client.tokens if name in token["response"]]
            else:
                assert "test_comma" in client.token(1)["response"]
