"""What a pull brought, by numbers, against what git itself counts."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from afterglow.sensors.git import GitSensor
from afterglow.sensors.gitdir import head_commit, locate
from afterglow.sensors.gitobjects import person
from afterglow.sensors.gitread import Below
from afterglow.sensors.team import MAX_HISTORY, Arrived, Team
from tests.support.gitbox import GitBox

ME = person(b"ada@example.org")


@pytest.fixture
def mine(tmp_path: Path) -> GitBox:
    shared = GitBox.create(tmp_path / "shared")
    write(shared, "ada", 3)
    (tmp_path / "mine").mkdir()
    box = GitBox(tmp_path / "mine")
    box.run("clone", "-q", str(shared.path), ".")
    return box


def write(box: GitBox, who: str, count: int) -> None:
    for number in range(count):
        env = {"GIT_AUTHOR_EMAIL": f"{who}@example.org", "GIT_AUTHOR_NAME": who}
        box.run("commit", "-q", "--allow-empty", "-m", f"{who} {number}", env=env)


def head(box: GitBox) -> str:
    return box.run("rev-parse", "HEAD").strip()


def team_of(box: GitBox) -> Team:
    return Team(Below(str(box.path / ".git")))


def shared_of(box: GitBox) -> GitBox:
    return GitBox(box.path.parent / "shared")


def test_a_pull_tells_how_many_commits_of_how_many_people(mine: GitBox) -> None:
    team, old = team_of(mine), head(mine)
    write(shared_of(mine), "bo", 4)
    write(shared_of(mine), "cy", 1)
    write(shared_of(mine), "ada", 2)
    mine.run("pull", "-q")
    assert team.arrived(old, head(mine), ME) == Arrived(5, 2, None), "the history before is not counted yet"


def test_who_is_new_is_told_where_the_whole_history_is_known(mine: GitBox) -> None:
    team, old = team_of(mine), head(mine)
    assert team.total(old) == 3
    write(shared_of(mine), "bo", 2)
    mine.run("pull", "-q")
    middle = head(mine)
    assert team.arrived(old, middle, ME) == Arrived(2, 1, newcomers=1)
    assert team.total(middle) == 5
    write(shared_of(mine), "bo", 1)
    write(shared_of(mine), "cy", 1)
    mine.run("pull", "-q")
    assert team.arrived(middle, head(mine), ME) == Arrived(2, 2, newcomers=1)


def test_a_merge_brings_what_the_side_holds_and_not_itself(mine: GitBox) -> None:
    mine.run("checkout", "-q", "-b", "side")
    write(mine, "bo", 3)
    mine.run("checkout", "-q", "main")
    write(mine, "ada", 2)
    old = head(mine)
    mine.run("merge", "-q", "--no-ff", "--no-edit", "side")
    assert team_of(mine).arrived(old, head(mine), ME) == Arrived(3, 1, None)


def test_a_shallow_clone_counts_nothing(mine: GitBox, tmp_path: Path) -> None:
    (tmp_path / "shallow").mkdir()
    box = GitBox(tmp_path / "shallow")
    box.run("clone", "-q", "--depth=1", f"file://{shared_of(mine).path}", ".")
    team = team_of(box)
    assert team.total(head(box)) is None
    assert team.arrived(head(mine), head(box), ME) is None


def test_a_history_that_is_too_long_counts_nothing(mine: GitBox, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_HISTORY > 10_000
    monkeypatch.setattr("afterglow.sensors.team.MAX_HISTORY", 1)
    assert team_of(mine).total(head(mine)) is None


@pytest.mark.parametrize("seed", range(6))
def test_counts_equal_gits_own_over_random_histories(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    box = GitBox.create(tmp_path / "project")
    write(box, "ada", 1)
    team = team_of(box)
    branches = ["main"]
    for step in range(22):
        old = head(box)
        what = chance.choice(("commit", "commit", "commit", "branch", "switch", "merge", "amend", "gc"))
        if what == "commit":
            write(box, chance.choice(("ada", "bo", "cy")), chance.randint(1, 3))
        elif what == "branch":
            branches.append(f"b{step}")
            box.run("checkout", "-q", "-b", f"b{step}")
        elif what == "switch":
            box.run("checkout", "-q", chance.choice(branches))
        elif what == "merge":
            box.run("merge", "-q", "--no-edit", chance.choice(branches), ok=False)
        elif what == "amend":
            box.run("commit", "-q", "--amend", "--allow-empty", "-m", f"amended {step}")
        else:
            box.run("gc", "-q")
        new = head(box)
        told = box.run("log", "--no-merges", "--format=%ae", f"{old}..{new}").split()
        theirs = [email for email in told if not email.startswith("ada")]
        arrived = team.arrived(old, new, ME)
        assert arrived is not None
        assert (arrived.commits, arrived.people) == (len(theirs), len(set(theirs)))
        if arrived.newcomers is not None:
            before = set(box.run("log", "--format=%ae", old).split())
            assert arrived.newcomers == len(set(theirs) - before)
        assert team.total(new) == int(box.run("rev-list", "--count", "HEAD"))


def test_a_watched_repository_tells_its_numbers(mine: GitBox) -> None:
    sensor = GitSensor(str(mine.path.resolve()), {})
    now = int(time.time() * 1000)
    sensor.scan(now, live=False)
    write(shared_of(mine), "bo", 3)
    mine.run("pull", "-q")
    (pull,) = sensor.scan(now, live=True).observations
    assert pull.kind == "pull"
    numbers = {name: pull.data.get(name) for name in ("arrived", "people", "newcomers", "history")}
    assert numbers == {"arrived": 3, "people": 1, "newcomers": 1, "history": 6}
    write(mine, "ada", 1)
    (commit,) = sensor.scan(now, live=True).observations
    assert (commit.data["history"], commit.data["history_before"]) == (7, 6)
    assert "arrived" not in commit.data
    assert "bo" not in str(pull)


@pytest.mark.parametrize("packed", [False, True])
def test_where_head_leads_to(mine: GitBox, packed: bool) -> None:
    if packed:
        mine.run("pack-refs", "--all")
    repo, _ = locate(str(mine.path.resolve()))
    assert repo is not None
    assert head_commit(repo) == head(mine)
    mine.run("checkout", "-q", "--detach")
    assert head_commit(repo) == head(mine)
    mine.run("checkout", "-q", "--orphan", "fresh")
    assert head_commit(repo) is None
