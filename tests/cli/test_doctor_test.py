"""``afterglow doctor --test``: every sensor is tried, what is not seen is said, and nothing stays behind."""

from __future__ import annotations

import json
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterglow.cli import places, selftest
from afterglow.cli.selftest_scratch import Scratch
from afterglow.loop import senses
from afterglow.loop.senses import sensors_of
from afterglow.sensors.scanning import Seen
from afterglow.sensors.watch import Folders, Watcher
from afterglow.store import query
from tests.cli.calling import call
from tests.support.patience import wait_until

ROWS = ["git", "reports", "reports", "caches", "builds", "quality", "hook", "run", "watches"]


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where scratch folders are made; empty again at the end, with no thread of the sensors left."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert list(tmp_path.iterdir()) == []
    wait_until(lambda: not any(one.name == "afterglow-senses" for one in threading.enumerate()))


def tried(code: int) -> dict[str, Any]:
    said = call("doctor", "--test", "--json")
    assert (said.code, said.err) == (code, "")
    made: dict[str, Any] = json.loads(said.out)
    assert made["ok"] is (code == 0)
    assert [proof["name"] for proof in made["proofs"]] == ROWS
    return made


def test_each_is_seen_and_the_time_is_told() -> None:
    made = tried(0)
    assert made["seconds"] < 10
    assert all(proof["seen"] and proof["ms"] > 0 and proof["mend"] is None for proof in made["proofs"])
    with places.database() as opened:
        assert opened.read(lambda connection: query.counts(connection, 0))["events"] == 0


def test_a_line_for_each() -> None:
    said = call("doctor", "--test")
    assert said.code == 0
    *rows, last = said.out.splitlines()
    assert [line[6:13].strip() for line in rows] == ROWS
    assert all(line.startswith("ok    ") and "seen in " in line for line in rows)
    assert last.startswith("9 of 9 seen, in ")


def test_without_git_the_rest_is_tried(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Any) -> None:
    monkeypatch.setenv("PATH", str(tmp_path_factory.mktemp("empty")))
    git, *others = tried(0)["proofs"]
    assert (git["seen"], git["skipped"]) == (False, "there is no git program here to make a commit with")
    assert all(proof["seen"] for proof in others)
    assert call("doctor", "--test").out.startswith("off   git        not tried: there is no git program")


def test_a_git_that_fails_is_not_the_sensors_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(scratch: Scratch, *words: str) -> None:
        raise subprocess.CalledProcessError(1, words)

    monkeypatch.setattr(Scratch, "git", fails)
    assert tried(0)["proofs"][0]["skipped"] == "git made no commit in a scratch repository"


def test_a_blind_sensor_is_found_out_within_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    known = sensors_of

    class Blind:
        def folders(self) -> Folders:
            return {}

        def scan(self, now: int, live: bool) -> Seen:
            return Seen()

    monkeypatch.setattr(senses, "sensors_of", lambda *given: {**known(*given), "caches": Blind()})
    monkeypatch.setattr(selftest, "SECONDS", 5.0)
    began = time.monotonic()
    proofs = tried(1)["proofs"]
    assert time.monotonic() - began < 10
    assert [proof["seen"] for proof in proofs][:4] == [True, True, True, False]
    assert "--bundle" in proofs[3]["mend"]


def test_the_reason_that_the_watcher_gives_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class Refusing(Watcher):
        def set(self, owner: str, folders: Any) -> None:
            self._problem("some changes go unseen: the limit is used up")
            super().set(owner, {})

    monkeypatch.setattr(senses, "Watcher", Refusing)
    monkeypatch.setattr(selftest, "SECONDS", 1.5)
    said = call("doctor", "--test")
    assert said.code == 1
    assert "LOOK  reports    a test report with a failure: not seen\n" in said.out
    assert "\n                 some changes go unseen: the limit is used up\n" in said.out


def test_a_failing_command_names_the_command_that_says_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(scratch: Scratch, *words: str) -> None:
        raise subprocess.CalledProcessError(1, words)

    monkeypatch.setattr(Scratch, "afterglow", fails)
    proofs = tried(1)["proofs"]
    assert [proof["seen"] for proof in proofs] == [True] * 6 + [False, False, True]
    assert "afterglow emit" in proofs[6]["mend"]


def test_no_place_for_a_scratch_folder_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/no/such/place")
    said = call("doctor", "--test")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("afterglow: doctor: --test needs a temporary folder (no such file")


def test_both_questions_at_once_are_refused() -> None:
    said = call("doctor", "--test", "--bundle", "x")
    assert (said.code, said.err.count("\n")) == (2, 1)
