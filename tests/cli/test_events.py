"""``afterglow events``: what was recorded, and what is recorded while one watches."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import AFTERGLOW, call, start
from tests.support.rawclient import server_env


def emit(*words: str) -> None:
    assert call("emit", *words).code == 0


def listed(*words: str) -> list[dict[str, Any]]:
    said = call("events", "--json", *words)
    assert (said.code, said.err) == (0, "")
    return [json.loads(line) for line in said.out.splitlines()]


def test_nothing_recorded_is_nothing_printed() -> None:
    said = call("events")
    assert (said.code, said.out, said.err) == (0, "", "")


def test_events_of_all_workspaces_oldest_first_and_each_filter(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
    emit("milestone", "--label", "1", "--workspace", str(one))
    emit("job.finished", "--label", "2", "--workspace", str(two))
    emit("milestone", "--label", "3", "--workspace", str(two))
    assert [event["label"] for event in listed()] == ["1", "2", "3"]
    assert [event["label"] for event in listed("--kind", "milestone")] == ["1", "3"]
    assert [event["label"] for event in listed("--workspace", str(two))] == ["2", "3"]
    assert [event["label"] for event in listed("--workspace", str(two), "--kind", "milestone")] == ["3"]
    assert [event["label"] for event in listed("--since", "1h")] == ["1", "2", "3"]
    assert all(name == name.lower() for event in listed() for name in event)


def test_an_event_for_a_person_is_one_aligned_line(tmp_path: Path) -> None:
    folder = tmp_path / "basket"
    folder.mkdir()
    here = ("--workspace", str(folder))
    data = json.dumps({"job": "test", "passed": 142, "failed": 0, "skipped": 3})
    emit(
        "job.finished", "--label", "pytest", "--status", "ok", "--duration-ms", "38000", "--data", data, *here
    )
    emit("commit", "--data", '{"branch": "main", "sha": "abc"}', *here)
    emit("milestone", *here)
    job, commit, milestone = call("events").out.splitlines()
    assert job[19:] == "  job.finished     test pytest: ok, 142 passed, 3 skipped, 38 s  basket (emit)"
    assert commit[19:] == "  commit           " + "main: ok".ljust(40) + "  basket (emit)" or "main" in commit
    assert milestone.endswith("basket (emit)")
    assert milestone.index("basket") == commit.index("basket")


def test_following_prints_what_comes_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    emit("milestone", "--label", "before")
    emit("commit", "--label", "before too")
    with start("events", "--follow", "--json", "--kind", "milestone") as follower:
        assert follower.stdout is not None
        assert json.loads(follower.stdout.readline())["label"] == "before"
        for number in range(3):
            emit("commit")
            emit("milestone", "--label", str(number))
            assert json.loads(follower.stdout.readline())["label"] == str(number)
        # Everything erased, the database itself gone: what comes then is seen all the same.
        assert call("forget", "--all").code == 0
        emit("milestone", "--label", "afterwards")
        assert json.loads(follower.stdout.readline())["label"] == "afterwards"
        follower.send_signal(signal.SIGINT)
        out, err = follower.communicate(timeout=20)
    assert (follower.returncode, out, err) == (130, "", "")


def test_following_ends_when_its_reader_goes_away() -> None:
    emit("milestone")
    reading, writing = os.pipe()
    with subprocess.Popen(
        [*AFTERGLOW, "events", "--follow"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=server_env(),
        text=True,
    ) as follower:
        os.close(writing)
        assert os.read(reading, 10) != b""
        os.close(reading)
        _, err = follower.communicate(timeout=20)
    assert (follower.returncode, err) == (0, "")


@pytest.mark.parametrize("words", [("--since", "1h"), ("--workspace", ".")])
def test_a_filter_that_nothing_passes_prints_nothing(words: tuple[str, ...], tmp_path: Path) -> None:
    assert listed(*words) == []
