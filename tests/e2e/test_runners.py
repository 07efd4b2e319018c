"""Real runners of tests beside the real server: what is recorded and told is what the runner itself said.

Invariant: a runner's project is one as its documentation shows it; nothing in it knows of Afterglow.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.runners import running
from tests.support.runners.shapes import STATES, Runner
from tests.support.sidecar import Sidecar, recorded, repository

NAMES = [
    # A kit is installed once and by one worker, so that its tests wait for each other and not for it.
    pytest.param(name, marks=pytest.mark.xdist_group(f"runners-{kit}"))
    for kit in ("python", "node")
    for name in running.named(kit)
]
SYSTEM = running.named("system")
HERE = [name for name in SYSTEM if not running.lacking(running.RUNNERS[name])]
"""Where a system has none of them, each is tried and says what it lacks."""
RECORDED = sorted(
    (path.parent.name, path.name)
    for path in running.RECORDED.glob("*/*")
    if (path / "expected.json").is_file()
)


def jobs(number: int) -> list[dict[str, Any]]:
    """The jobs that ended, when there are as many."""
    return recorded("--kind", "job.finished", enough=lambda found: len(found) >= number)


def follow(runner: Runner, folder: Path) -> None:
    """Pass, fail, fix: each run is one event with the runner's own counts; red is silent, green is told."""
    root = repository(folder / "project")
    running.begin(runner, root)
    with Sidecar(root) as client:
        client.listen()
        shown = 0
        for number, state in enumerate(STATES, 1):
            running.write(runner, root, state)
            made = running.run(runner, root)
            assert made.counts.status == ("fail" if state == "fail" else "ok"), made.output
            found = jobs(number)
            assert len(found) == number, found
            job = found[-1]
            turn = client.turn_of(job["id"])
            told = {what: job["data"].get(what) for what in ("passed", "failed", "skipped", "errors")}
            assert {**told, "status": job["status"]} == made.counts.as_json(), (state, made.summary)
            assert job["data"]["job"] == "test"
            assert "report" in job["sources"]
            if state == "fail":
                assert len(job["data"]["failing"]) == made.counts.failed
                assert client.ask("afterglow/snapshot")["red"]
                assert turn["token"] is None
                assert len(client.tokens) == shown
            elif state == "fix":
                token = client.token(shown + 1)
                assert token["response"].startswith(f"{made.counts.passed} passed"), token
                if made.counts.skipped:
                    assert f" {made.counts.skipped} skipped" in token["response"], token
                assert "green" in token["response"]
                assert client.ask("afterglow/snapshot")["red"] == []
            shown = len(client.tokens)
        assert len(jobs(len(STATES))) == len(STATES)
        assert client.notifications("window/showMessage") == []


@pytest.mark.parametrize("name", NAMES)
def test_what_is_told_is_what_the_runner_said(name: str, tmp_path: Path) -> None:
    follow(running.RUNNERS[name], tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("name", HERE or SYSTEM)
def test_so_it_is_with_the_runners_that_this_system_has(name: str, tmp_path: Path) -> None:
    follow(running.RUNNERS[name], tmp_path)


@pytest.mark.parametrize(("name", "state"), RECORDED)
def test_a_recorded_run_expects_what_its_runner_said(name: str, state: str) -> None:
    kept = running.RECORDED / name / state
    said = running.RUNNERS[name].counted((kept / "summary.txt").read_text(encoding="utf-8"))
    assert said.as_json() == json.loads((kept / "expected.json").read_text(encoding="utf-8"))
    assert said.status == ("fail" if state == "fail" else "ok")
    assert [path for glob in running.RUNNERS[name].reports for path in kept.glob(glob)]


def test_every_runner_has_been_recorded_in_every_state() -> None:
    assert {*RECORDED} == {(name, state) for name in running.RUNNERS for state in STATES}


def test_what_npm_installs_is_pinned_and_comes_from_no_place_of_ours() -> None:
    lock = json.loads((running.PACKAGES / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((running.PACKAGES / "package.json").read_text(encoding="utf-8"))["devDependencies"]
    installed = {path: entry for path, entry in lock["packages"].items() if path}
    assert {name: installed[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert [
        path for path, entry in installed.items() if "resolved" in entry or "integrity" not in entry
    ] == []
