"""One happening is one event and at most one token, whoever reports it, in whatever order."""

from __future__ import annotations

import random
from functools import partial
from pathlib import Path

import pytest

from afterglow.core.model import Observation, Source
from afterglow.store import query
from tests.support.played import Played, Stage

RUNS = 1_000
CHUNK = 50


def job(workspace: str, source: Source, ended: int, key: str | None) -> Observation:
    known: dict[Source, dict[str, object]] = {
        "editor": {"label": "test task", "status": "unknown"},
        "run": {"label": "pytest", "status": "ok", "exit_code": 0, "duration_ms": 38_000.0},
        "report": {"label": "pytest", "status": "ok", "duration_ms": 37_500.0},
    }
    data: dict[str, object] = {"job": "test"}
    if source == "report":
        data |= {"passed": 142, "failed": 0, "skipped": 0, "errors": 0, "total": 142}
    return Observation(
        "job.finished",
        workspace,
        source,
        ended,
        key=key,
        data=data,
        **known[source],  # type: ignore[arg-type]
    )


def play(stage: Stage, chance: random.Random, number: int) -> tuple[set[str], list[Played]]:
    """One run: what was to be recorded, and the windows that may have spoken."""
    workspace = f"/project/{number}"
    windows = [stage.window(workspace, mode="chatty") for _ in range(3)]
    for played in windows:
        if chance.random() < 0.3:
            played.window.focused(True)
    stage.run(1_000)
    ended = stage.clock.wall() + 500
    sources = chance.sample(("editor", "run", "report", "reflog"), chance.randint(1, 4))
    expected = set()
    for source in sources:
        if source == "reflog":
            expected.add("commit")
            seen = Observation(
                "commit", workspace, "git", ended, key=f"line-{number}", data={"branch": "main"}
            )
            for played in windows:
                stage.at(chance.uniform(500, 900), partial(played.window.observe, (seen,)))
            continue
        expected.add("job.finished")
        when = chance.uniform(500, 4_000)
        at = ended + chance.randint(-400, 400)
        if source == "run":
            stage.at(when, partial(stage.record, job(workspace, "run", at, None)))
        elif source == "editor":
            one = chance.choice(windows)
            stage.at(when, partial(one.window.observe, (job(workspace, "editor", at, None),)))
        else:
            report = job(workspace, "report", at, f"report-{number}")
            for played in windows:
                stage.at(when + chance.uniform(0, 300), partial(played.window.observe, (report,)))
    stage.run(100_000)
    return expected, windows


@pytest.mark.parametrize("chunk", range(RUNS // CHUNK))
def test_three_windows_and_four_sources_agree(chunk: int, tmp_path: Path) -> None:
    chance = random.Random(chunk)
    stage = Stage(tmp_path, lambda: chance.uniform(0, 20))
    spoken = 0
    try:
        for number in range(chunk * CHUNK, (chunk + 1) * CHUNK):
            expected, windows = play(stage, chance, number)
            workspace = f"/project/{number}"
            found = query.events(stage.outside.connection, workspace=workspace)
            kinds = [event.kind for event in found if event.kind not in ("session.open", "idle")]
            assert sorted(kinds) == sorted(expected), f"run {number}: {kinds}"
            about = [token.event[0] for played in windows for token in played.tokens if token.event]
            assert len(about) == len(set(about)), f"run {number}: told twice"
            assert len(about) <= len(expected)
            spoken += bool(about)
            for played in windows:
                played.window.close()
                played.database.close()
                stage.windows.remove(played)
    finally:
        stage.close()
    assert spoken >= CHUNK * 0.7, "a simulator in which nobody speaks proves nothing"
