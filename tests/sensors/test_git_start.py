"""First sight, restarts, clocks, and repositories whose logs cannot be read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afterglow.sensors.git import GitSensor
from afterglow.sensors.gitlog import Mark
from tests.sensors.gitwindow import Window
from tests.support.clock import now
from tests.support.gitbox import GitBox

HOUR_S = 3600
DAY_MS = 24 * HOUR_S * 1000


def dated(seconds_ago: int) -> dict[str, str]:
    return {"GIT_COMMITTER_DATE": f"@{int(time.time()) - seconds_ago} +0000"}


def empty_commit(box: GitBox, seconds_ago: int, *options: str) -> None:
    box.run("commit", "-q", "--allow-empty", "-m", "x", *options, env=dated(seconds_ago))


@pytest.fixture
def box(tmp_path: Path) -> GitBox:
    return GitBox.create(tmp_path / "box")


def test_the_first_sight_tells_nothing_and_knows_todays_commits(box: GitBox) -> None:
    for hours in (50, 25, 23, 2):
        empty_commit(box, hours * HOUR_S)
    empty_commit(box, HOUR_S, "--amend")
    window = Window(box.path)
    assert window.seen == []
    since, times = window.sensor.known()
    assert since is not None
    assert abs(since - (now() - DAY_MS)) < 60_000
    assert [round((now() - at) / HOUR_S / 1000) for at in times] == [23, 2]
    box.commit()
    window.scan()
    again = Window(box.path, window.marks)
    assert again.sensor.known() == (since, times)


def test_a_log_that_was_cut_is_known_only_since_then(box: GitBox) -> None:
    for hours in (50, 3, 2):
        empty_commit(box, hours * HOUR_S)
    box.run("reflog", "expire", "--expire=150.minutes.ago", "--all")
    since, times = Window(box.path).sensor.known()
    assert since is not None
    assert round((now() - since) / HOUR_S / 1000) == 2
    assert len(times) == 1
    box.run("reflog", "expire", "--expire=now", "--all")
    since, times = Window(box.path).sensor.known()
    assert since is not None
    assert now() - since < 60_000
    assert times == ()


def test_todays_commits_are_known_however_many_there_are(box: GitBox) -> None:
    box.commit()
    log = box.path / ".git/logs/HEAD"
    line = "%s %s Ada <ada@example.org> %d +0000\tcommit: x\n"
    start = int(time.time()) - HOUR_S
    log.write_text("".join(line % ("a" * 40, "b" * 40, start + number // 2) for number in range(4_000)))
    since, times = Window(box.path).sensor.known()
    assert since is not None
    assert len(times) == 4_000


def test_what_was_missed_has_its_own_time_and_is_silent(box: GitBox) -> None:
    box.commit()
    window = Window(box.path)
    empty_commit(box, 2 * HOUR_S)
    (missed,) = window.start()
    assert missed.silent
    assert missed.at % 1000 == 0
    assert round((now() - missed.at) / HOUR_S / 1000) == 2


@pytest.mark.parametrize("seconds_ago", [0, 3, 60, 500, -500, -60, 10 * 365 * 24 * HOUR_S])
def test_the_time_of_what_is_seen_live(box: GitBox, seconds_ago: int) -> None:
    window = Window(box.path)
    empty_commit(box, seconds_ago)
    (one,) = window.scan(ahead=0)
    told = (now() - one.at) / 1000
    expected = seconds_ago if 2 <= seconds_ago <= 120 else 0
    assert expected - 3 < told < expected + 30
    assert one.at <= now()
    assert not one.silent


def test_a_repository_that_appears_while_a_window_is_open(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    window = Window(folder)
    assert window.last.problem == "no git repository here"
    assert window.sensor.known() == (None, ())
    box = GitBox.create(folder)
    assert window.scan(ahead=0) == []
    assert window.last.problem is None
    box.commit()
    assert window.kinds() == ["commit"]
    assert window.sensor.known()[0] is not None
    (folder / ".git").rename(tmp_path / "away")
    assert window.scan() == []
    assert window.last.problem == "no git repository here"
    (tmp_path / "away").rename(folder / ".git")
    box.commit()
    assert window.kinds() == ["commit"]


def test_a_first_commit_made_at_once_is_seen(tmp_path: Path) -> None:
    window = Window(tmp_path)
    GitBox.create(tmp_path).commit()
    assert window.kinds() == ["commit"]


def test_a_repository_that_was_made_anew(box: GitBox, tmp_path: Path) -> None:
    box.commit()
    window = Window(box.path)
    (box.path / ".git").rename(tmp_path / "old")
    GitBox.create(box.path).commit("again")
    assert window.kinds() == ["commit"]


def test_no_reflog_is_said_with_its_mend(box: GitBox) -> None:
    box.run("config", "core.logAllRefUpdates", "false")
    window = Window(box.path)
    assert window.last.problem is None  # nothing to see yet
    box.commit()
    assert window.scan() == []
    assert "core.logAllRefUpdates" in str(window.last.problem)
    assert Window(box.path).sensor.known() == (None, ())
    box.run("config", "core.logAllRefUpdates", "true")
    box.run("branch", "x")
    box.commit()
    assert window.kinds() == ["commit"]
    assert window.last.problem is None


def test_reftable_is_said_with_its_mend(box: GitBox) -> None:
    config = box.path / ".git/config"
    config.write_text(config.read_text() + "[extensions]\n\trefStorage = reftable\n")
    window = Window(box.path)
    assert "git refs migrate" in str(window.last.problem)
    assert window.scan() == []


@pytest.mark.parametrize("extra", ["", "{", "[]", "null", '{"episode": 1, "conflicts": [2], "commits": {}}'])
def test_a_memory_that_is_damaged_costs_only_itself(box: GitBox, extra: str) -> None:
    box.commit()
    window = Window(box.path)
    for path, mark in list(window.marks.items()):
        window.marks[path] = Mark(path, mark.inode, mark.offset, mark.last_time, mark.recent, extra)
    assert window.start() == []
    box.commit()
    assert window.kinds() == ["commit"]
    assert isinstance(GitSensor(str(box.path), window.marks).known(), tuple)


def test_only_changed_marks_are_given(box: GitBox) -> None:
    box.commit()
    window = Window(box.path)
    assert len(window.last.marks) == 4
    window.scan()
    assert not window.last.marks
    box.commit()
    window.scan()
    assert [mark.path for mark in window.last.marks] == [str(box.path / ".git/logs/HEAD")]


def test_names_that_are_not_utf8_and_subjects_of_every_kind(box: GitBox) -> None:
    box.commit()
    window = Window(box.path)
    box.run("switch", "-q", "-c", "n\udce4me")
    box.run("-c", "i18n.commitEncoding=latin1", "commit", "-q", "--allow-empty", "-m", "caf\udce9 \t tab")
    told = window.scan()
    assert [one.kind for one in told] == ["branch.switch", "commit"]
    repr(told).encode("utf-8")
    assert told[0].data["to"] == "n\ufffdme"


def test_an_unchanged_repository_costs_a_few_stats(
    box: GitBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.commit()
    box.with_remote(tmp_path / "up.git")
    box.run("push", "-q", "-u", "origin", "main")
    box.run("tag", "v1")
    window = Window(box.path)
    window.sensor.folders()
    window.scan()
    calls = {"lstat": 0, "open": 0, "scandir": 0}

    def counted(name: str) -> Callable[..., object]:
        real = getattr(os, name)

        def call(*args: Any, **options: Any) -> object:
            calls[name] += 1
            return real(*args, **options)

        return call

    for name in calls:
        monkeypatch.setattr(os, name, counted(name))
    window.sensor.scan(now() + 10_000, True)
    monkeypatch.undo()
    assert calls["lstat"] <= 40
    assert calls["open"] <= 4
    assert calls["scandir"] == 0
