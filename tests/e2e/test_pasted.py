"""The recipes of README.md, pasted: each is run as it stands there, with stand-ins for what it calls."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.rawclient import ROOT, server_env
from tests.support.sidecar import JOB, Sidecar, git, recorded, repository

SECTION = "## In the shell, CI, git hooks, make, tmux and coding agents\n"
_HERE = (ROOT / "README.md").read_text(encoding="utf-8").partition(SECTION)[2].partition("\n## ")[0]
BLOCKS: list[tuple[str, str]] = re.findall(r"^```(\w+)\n(.*?)^```$", _HERE, re.MULTILINE | re.DOTALL)
FAKES = {
    "afterglow": f'exec "{sys.executable}" -m afterglow "$@"',
    "gh": 'echo "gh $*" >>"$CALLS"; exit 3',
    "claude": 'echo "claude $*" >>"$CALLS"',
    "pytest": 'echo "pytest $*" >>"$CALLS"',
}


def recipe(containing: str) -> str:
    """The one block with these words in it."""
    (found,) = (text for _, text in BLOCKS if containing in text)
    return found


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository; beside it the stand-ins, first in the PATH, and what they were called with."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, body in FAKES.items():
        (tools / name).write_text(f"#!/bin/sh\n{body}\n")
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return repository(tmp_path / "project")


def pasted(root: Path, text: str, *more: str) -> subprocess.CompletedProcess[str]:
    """Run a text with sh in the repository."""
    return subprocess.run(
        ["sh", "-c", text, *more], cwd=root, env=server_env(), capture_output=True, text=True, check=False
    )


def only(kind: str = "job.finished") -> dict[str, Any]:
    """The one event of a kind."""
    (event,) = recorded("--kind", kind)
    return event


def calls(root: Path) -> str:
    return (root.parent / "calls").read_text()


def test_a_ci_run_is_waited_for_and_its_outcome_kept(root: Path) -> None:
    assert pasted(root, recipe("gh run watch")).returncode == 3
    assert calls(root) == "gh run watch --exit-status\n"
    event = only()
    assert (event["label"], event["status"], event["source"]) == ("ci", "fail", "run")


def test_a_pre_push_hook_runs_the_tests_and_lets_the_push_through(root: Path) -> None:
    (root / "Makefile").write_text("test: ; pytest -q\n")
    hook = root / ".git/hooks/pre-push"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(recipe("pre-push"))
    hook.chmod(0o755)
    git(root, "init", "--quiet", "--bare", str(root.parent / "far.git"))
    made = pasted(root, f"git push --quiet '{root.parent / 'far.git'}' HEAD")
    assert (made.returncode, "pytest -q\n" in calls(root)) == (0, True)
    event = only()
    assert (event["label"], event["status"], event["data"]["job"]) == ("pre-push", "ok", "test")


def test_a_makefile_works_with_and_without_it(root: Path) -> None:
    (root / "Makefile").write_text(recipe("GLOW"))
    assert pasted(root, "make test").returncode == 0
    assert calls(root) == "pytest -q\n"
    assert only()["data"]["job"] == "test"
    (root.parent / "tools/afterglow").unlink()
    # Only the stand-ins and the system: a developer's machine may have the real one.
    made = pasted(root, f"PATH={root.parent / 'tools'}:/usr/bin:/bin make test")
    assert made.returncode == 0, made.stderr
    assert calls(root) == "pytest -q\npytest -q\n"
    assert len(recorded("--kind", "job.finished")) == 1


def test_tmux_shows_the_last_line_and_when_it_came(root: Path) -> None:
    found = re.search(r"#\((.*)\)'$", recipe("status-right"), re.MULTILINE)
    assert found is not None
    assert pasted(root, found[1]).stdout == ""
    with Sidecar(root) as client:
        client.listen()
        client.report("job.finished", **JOB)
        line = client.token(1)["response"]
        assert re.fullmatch(r"\d\d:\d\d  " + re.escape(line) + "\n", pasted(root, found[1]).stdout)


def test_an_agent_is_waited_for(root: Path) -> None:
    assert pasted(root, recipe("claude -p")).returncode == 0
    assert calls(root) == "claude -p Add a test for the retry\n"
    event = only()
    assert (event["data"]["job"], event["status"]) == ("agent", "ok")
    assert "retry" not in json.dumps(event)


def test_an_agents_stop_hook_claims_no_success(root: Path) -> None:
    ((said,),) = (each["hooks"] for each in json.loads(recipe('"Stop"'))["hooks"]["Stop"])
    made = pasted(root, said["command"])
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    event = only()
    assert (event["label"], event["data"]["job"], event["status"]) == ("claude", "agent", "unknown")


def test_no_recipe_is_left_untried() -> None:
    assert [language for language, _ in BLOCKS] == ["sh", "sh", "sh", "make", "tmux", "sh", "json"]
    # The first is typed into real shells in test_shells.py.
    assert all(f"afterglow hook {shell}" in BLOCKS[0][1] for shell in ("bash", "zsh", "fish"))
