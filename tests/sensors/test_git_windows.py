"""A7: several windows, on the main checkout and on worktrees, name one happening alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sensors.gitwindow import Window, keys
from tests.support.gitbox import GitBox


@pytest.fixture
def main(tmp_path: Path) -> GitBox:
    box = GitBox.create(tmp_path / "main")
    box.commit()
    box.commit()
    box.with_remote(tmp_path / "up.git")
    return box


def test_a_worktree_sees_its_own_commits_and_what_is_shared(main: GitBox, tmp_path: Path) -> None:
    tree = main.worktree(tmp_path / "tree", "tree")
    at_main, at_tree = Window(main.path), Window(tree.path)
    main.commit("m")
    tree.commit("t")
    assert at_main.kinds() == at_tree.kinds() == ["commit"]
    assert at_main.known_keys().isdisjoint(at_tree.known_keys())

    tree.write("t", "half\n")
    tree.run("stash", "-q")
    tree.run("tag", "v1")
    at_main.scan()
    tree.run("push", "-q", "origin", "tree")
    at_main.scan()
    at_tree.scan()
    shared = [one for one in at_main.seen if one.kind != "commit"]
    assert sorted(one.kind for one in shared) == ["push", "stash", "tag"]
    assert keys(shared) == keys(one for one in at_tree.seen if one.kind != "commit")
    for one in shared:
        if one.kind != "tag":
            assert (one.workspace, one.data["branch"]) == (str(tree.path), "tree")

    main.write("m", "half\n")
    main.run("stash", "push", "-q", "-m", "named")
    main.run("push", "-q", "origin", "main", env={"GIT_COMMITTER_DATE": "2040-01-01T00:00:00Z"})
    at_tree.scan()
    at_main.scan()
    assert {one.workspace for one in at_tree.seen[-2:]} == {str(main.path)}
    assert at_tree.scan() == at_main.scan() == []


def test_branches_pushed_together_are_one_push_wherever_it_is_cut(
    main: GitBox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One window looks between the refs of a push, whose lines may lie in two seconds."""
    for name in ("a", "b", "c"):
        main.run("branch", name)
    main.run("push", "-q", "origin", "a", "b", "c")
    whole, cut = Window(main.path), Window(main.path)
    logs = main.path / ".git/logs/refs/remotes/origin"
    start = int((logs / "a").read_bytes().split()[-5]) + 1000
    line = "%s %s Ada <a@b> %d +0000\tupdate by push\n"
    for number, name in enumerate("abc"):
        with (logs / name).open("a") as file:
            file.write(line % ("a" * 40, "b" * 40, start + number))
        (main.path / ".git/refs/remotes/origin" / f"{name}.lock").touch()
        (main.path / ".git/refs/remotes/origin" / f"{name}.lock").unlink()
        cut.scan()
    whole.scan()
    assert [one.kind for one in whole.seen] == [one.kind for one in cut.seen] == ["push"]
    assert whole.known_keys() == cut.known_keys()
    with (logs / "a").open("a") as file:
        file.write(line % ("b" * 40, "c" * 40, start + 10))
    (main.path / ".git/refs/remotes/origin/x.lock").touch()
    assert cut.kinds() == whole.kinds() == ["push"]


def test_pushes_of_nested_branches_and_other_remotes(main: GitBox, tmp_path: Path) -> None:
    main.with_remote(tmp_path / "second.git", "team/fork")
    window = Window(main.path)
    main.run("switch", "-q", "-c", "user/ada/topic")
    main.run("push", "-q", "-u", "origin", "user/ada/topic")
    window.scan()
    assert window.seen[-1].data["branch"] == "user/ada/topic"
    assert window.sensor.folders().keys() >= {
        str(main.path / ".git/logs/refs/remotes/origin"),
        str(main.path / ".git/logs/refs/remotes/origin/user/ada"),
    }
    main.commit()
    main.run("push", "-q", "team/fork", "user/ada/topic", env={"GIT_COMMITTER_DATE": "2040-01-01T00:00:00Z"})
    window.scan()
    assert window.seen[-1].kind == "push"
    assert (window.seen[-1].data["remote"], window.seen[-1].data["branch"]) == ("team/fork", "user/ada/topic")
    main.commit()
    main.run("push", "-q", "origin", "user/ada/topic")
    assert window.kinds() == ["commit", "push"]


def test_folders_are_few_and_follow_what_appears(main: GitBox, tmp_path: Path) -> None:
    window = Window(main.path)
    git = main.path.resolve() / ".git"
    before = window.sensor.folders()
    assert before[str(git / "logs")] == frozenset(("HEAD", "refs"))
    assert before[str(git / "logs/refs")] == frozenset(("stash", "remotes"))
    assert str(git / "logs/refs/remotes") not in before
    main.run("push", "-q", "origin", "main")
    window.scan()
    # The new folder was not watched when it was written to, so that another look is asked for.
    assert window.last.again_after_ms is not None
    assert str(git / "logs/refs/remotes/origin") in window.sensor.folders()
    main.run("tag", "a/b/c")
    main.run("switch", "-q", "-c", "x/y")
    main.run("push", "-q", "origin", "x/y")
    window.scan()
    after = window.sensor.folders()
    assert str(git / "refs/tags/a/b") in after
    assert str(git / "logs/refs/remotes/origin/x") in after
    assert len(after) == 7
    assert all(Path(folder).is_dir() for folder in after)
    tree = main.worktree(tmp_path / "tree", "z/tree")
    tree.run("push", "-q", "origin", "z/tree")
    assert len(Window(tree.path).sensor.folders()) <= 7


def test_tags(main: GitBox, tmp_path: Path) -> None:
    window = Window(main.path)
    main.run("tag", "v1")
    assert window.scan(ahead=0) == []  # a fetch might still say that it brought it
    assert window.last.again_after_ms is not None
    assert window.kinds() == ["tag"]
    main.run("pack-refs", "--all")
    assert window.scan() == []
    main.run("tag", "-d", "v1")
    assert window.scan() == []
    main.run("tag", "-a", "-m", "again", "v1")
    main.run("pack-refs", "--all")
    assert window.kinds() == ["tag"]


def test_a_tag_right_after_a_pull_is_a_tag_and_a_fetched_one_is_none(main: GitBox, tmp_path: Path) -> None:
    main.run("push", "-q", "-u", "origin", "main")
    other = GitBox(tmp_path / "up.git").clone(tmp_path / "other")
    window = Window(main.path)
    other.commit()
    other.run("tag", "theirs")
    other.run("push", "-q", "origin", "main", "theirs")
    main.run("pull", "-q")
    main.run("tag", "mine")
    told = window.scan()
    main.run("tag", "-d", "theirs")
    main.commit()
    window.scan()
    main.run("tag", "theirs")  # fetched once, now made here
    assert window.kinds() == ["tag"]
    assert [one.data.get("name") for one in told if one.kind == "tag"] == ["mine"]
    assert [one.kind for one in told if one.kind != "tag"] == ["pull"]


def test_tags_that_a_clone_brings(main: GitBox, tmp_path: Path) -> None:
    main.run("tag", "v1")
    window = Window(tmp_path)
    target = tmp_path / "clone"
    target.mkdir()
    window = Window(target)
    assert window.last.problem is not None
    assert window.sensor.folders() == {str(target): frozenset((".git",))}
    main.clone(target)
    assert window.scan() == []
    assert window.last.problem is None
    GitBox(target).run("tag", "v2")
    assert window.kinds() == ["tag"]


def test_an_import_of_many_tags_is_no_celebration(main: GitBox) -> None:
    window = Window(main.path)
    for number in range(25):
        (main.path / f".git/refs/tags/v{number}").write_text(main.run("rev-parse", "HEAD"))
    assert window.scan() == []
    main.run("tag", "own")
    assert window.kinds() == ["tag"]


def test_too_many_tags_are_a_problem_not_a_burden(main: GitBox, tmp_path: Path) -> None:
    sha = main.run("rev-parse", "HEAD").strip()
    packed = "".join(f"{sha} refs/tags/v{number}\n" for number in range(20_001))
    (main.path / ".git/packed-refs").write_text(packed)
    window = Window(main.path)
    assert "tags" in str(window.last.problem)
    main.run("tag", "one-more")
    main.commit()
    assert window.kinds() == ["commit"]
