"""Runs of real commands in the workspace: silence while red, one true line when it is green again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support import real_pytest
from tests.support.sidecar import JOB, QUICK, Sidecar, afterglow, git, lines, recorded, repository

TEST = "def test_sum() -> None:\n    assert 1 + 1 == {}\n\n\ndef test_other() -> None:\n    assert True\n"


@pytest.fixture(autouse=True)
def quick_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also for the runs that ``afterglow run`` starts."""
    for name, value in real_pytest.ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def jobs(number: int) -> list[dict[str, Any]]:
    """The jobs that ended, when there are as many."""
    return recorded("--kind", "job.finished", enough=lambda found: len(found) >= number)


def newest_job(client: Sidecar, number: int) -> dict[str, object]:
    """The ``number``-th job that is recorded, its turn over."""
    job: dict[str, object] = jobs(number)[number - 1]
    client.turn_of(str(job["id"]))
    return job


def test_red_is_silent_and_the_first_green_is_told_with_its_counts(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    run = ("run", "--", *real_pytest.pytest_words("report.xml"))
    (root / ".gitignore").write_text("report.xml\n__pycache__/\n.gitignore\ntest_sum.py\n")
    with Sidecar(root) as client:
        client.listen()
        (root / "test_sum.py").write_text(TEST.format(3))
        assert afterglow(*run, cwd=root, check=False).returncode == 1
        red = newest_job(client, 1)
        assert red["status"] == "fail"
        assert set(red["sources"]) == {"run", "report"}  # type: ignore[call-overload]
        assert red["data"]["failed"] == 1  # type: ignore[index]
        record = client.turn_of(str(red["id"]))
        assert record["token"] is None
        assert not next(gate for gate in record["gates"] if not gate["pass"])["pass"]

        git(root, "commit", "--quiet", "--allow-empty", "-m", "while red")
        shot = client.ask("afterglow/snapshot")
        assert {key["job"] for key in shot["red"]} == {"test"}

        (root / "test_sum.py").write_text(TEST.format(2))
        assert afterglow(*run, cwd=root).returncode == 0
        token = client.token(1)
        assert token["response"].startswith("2 passed in ")
        assert "green" in token["response"]
        assert " all " not in token["response"]
        assert client.ask("afterglow/snapshot")["red"] == []
        assert len(client.tokens) == 1
        assert client.notifications("window/showMessage") == []
    assert git(root, "status", "--porcelain") == ""


def test_a_report_alone_is_enough_and_its_anchor_is_where_the_test_stands(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root) as client:
        client.listen()
        for wrong, expected in ((3, 1), (2, 0)):
            (root / "test_sum.py").write_text(TEST.format(wrong))
            assert real_pytest.run_pytest(root, report="report.xml") == expected
            newest_job(client, 2 - expected)
        token = client.token(1)
        assert token["anchor"] == {"uri": (root / "test_sum.py").as_uri(), "line": 0}
        uri = token["anchor"]["uri"]
        whole = {"start": {"line": 0, "character": 0}, "end": {"line": 6, "character": 0}}
        client.notify(
            "textDocument/didOpen",
            {"textDocument": {"uri": uri, "languageId": "python", "version": 1, "text": ""}},
        )
        asked = {"textDocument": {"uri": uri}, "range": whole}
        hints = client.ask("textDocument/inlayHint", asked)
        assert [(hint["position"]["line"], hint["label"]) for hint in hints] == [(0, token["response"])]
        assert "tooltip" in client.ask("inlayHint/resolve", hints[0])
        # Two lines above it: the hint moves along; typing on its own line takes it away.
        for change, lines_now in (
            ({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, [2]),
            ({"start": {"line": 2, "character": 3}, "end": {"line": 2, "character": 3}}, []),
        ):
            text = "#\n#\n" if lines_now else "x"
            client.notify(
                "textDocument/didChange",
                {
                    "textDocument": {"uri": uri, "version": 2},
                    "contentChanges": [{"range": change, "text": text}],
                },
            )
            hints = client.ask("textDocument/inlayHint", asked)
            assert [hint["position"]["line"] for hint in hints] == lines_now


def test_an_emitted_event_reaches_the_window_by_the_bell(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root) as client:
        client.listen()
        afterglow(
            "emit", "job.finished", "--label", "nightly", "--status", "ok", "--duration-ms", "8280000",
            "--data", '{"job": "training", "metrics": {"accuracy": 0.94}}', cwd=root,
        )  # fmt: skip
        token = client.token(1)
        assert token["news"] == "Training done in 2 h 18, accuracy 94 %"
        assert (token["event"]["kind"], token["event"]["label"]) == ("job.finished", "nightly")


def test_a_clients_own_reports_are_heard_and_bad_ones_cost_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root) as client:
        client.listen()
        client.report("no.such.kind")
        client.report("job.finished", status=7)
        client.notify("afterglow/event", "nonsense")
        client.report("job.finished", **JOB)
        assert client.token(1)["news"] == "build ok, 12 s"
        client.report("job.finished", label="make", exitCode=2, durationMs=3_000, data={"job": "build"})
        client.report("job.finished", label="make", status="ok", exitCode=2, data={"job": "build"})
        assert [event["status"] for event in jobs(3)] == ["ok", "fail", "fail"]
        assert client.notifications("window/showMessage") == []


def test_typing_postpones_a_line_and_mode_and_dnd_silence_it(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root, options={**QUICK, "typingPauseMs": 60_000}) as client:
        client.listen()
        edit = {
            "textDocument": {"uri": (root / "a.txt").as_uri(), "version": 2},
            "contentChanges": [{"text": "b"}],
        }
        client.notify("textDocument/didChange", edit)
        client.report("job.finished", **JOB)
        found = jobs(1)
        record = client.ask("afterglow/explain", {"eventId": found[0]["id"]})
        assert (record["token"], "waits" in record["reason"]) == (None, True)
    with Sidecar(root) as client:
        client.listen()
        assert client.ask("workspace/executeCommand", {"command": "afterglow.dnd", "arguments": []})["until"]
        client.report("job.finished", **JOB)
        assert client.turn_of(str(jobs(2)[1]["id"]))["token"] is None
        afterglow("dnd", "off")
        afterglow("mode", "off")
        client.notification("afterglow/status", matching=lambda status: status["mode"] == "off")
        client.report("job.finished", **JOB)
        git(root, "commit", "--quiet", "--allow-empty", "-m", "unseen")
        asked = {"command": "afterglow.mode", "arguments": [{"mode": "normal"}]}
        assert client.ask("workspace/executeCommand", asked) == {"mode": "normal"}
        client.notification("afterglow/status", matching=lambda status: status["mode"] == "normal")
        assert client.tokens == []
    assert len(lines(afterglow("events", "--json", "--kind", "job.finished").stdout)) == 2
    assert lines(afterglow("events", "--json", "--kind", "commit").stdout) == []
