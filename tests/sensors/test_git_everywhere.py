"""A1: git is seen wherever it may be: other checkouts, other names, other paths, folders made again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from afterglow.core.model import Observation
from afterglow.loop.senses import Sensed, Senses
from afterglow.sensors.git import branch_of, find_root
from tests.sensors.gitwindow import Window
from tests.support.clock import now
from tests.support.gitbox import GitBox
from tests.support.patience import wait_until

LOCAL = ("-c", "protocol.file.allow=always")


@pytest.fixture
def box(tmp_path: Path) -> GitBox:
    box = GitBox.create(tmp_path / "box")
    box.commit()
    box.commit()
    return box


def logs(box: GitBox, *names: str) -> set[str]:
    return {str(box.path / ".git/logs/refs/remotes" / name) for name in names}


# -- which folders are watched -------------------------------------------------------------------------


def test_the_upstream_of_the_branch_is_watched_whatever_its_name(box: GitBox, tmp_path: Path) -> None:
    box.with_remote(tmp_path / "up.git")
    box.run("push", "-q", "origin", "main:team/ada/trunk", "main:other/place")
    window = Window(box.path)
    assert window.sensor.folders().keys().isdisjoint(logs(box, "origin/team/ada", "origin/other"))
    box.run("branch", "-q", "--set-upstream-to", "origin/team/ada/trunk")
    assert window.sensor.folders().keys() >= logs(box, "origin", "origin/team/ada")
    box.run("config", "push.default", "upstream")
    box.commit()
    box.run("push", "-q", env={"GIT_COMMITTER_DATE": "2040-01-01T00:00:00Z"})
    told = {one.kind: one for one in window.scan()}
    assert told["push"].data["branch"] == "team/ada/trunk"
    box.run("switch", "-q", "-c", "x", "--track", "origin/other/place")
    assert window.sensor.folders().keys() >= logs(box, "origin", "origin/other")
    assert window.sensor.folders().keys().isdisjoint(logs(box, "origin/team/ada"))


def test_a_branch_that_comes_from_one_remote_and_goes_to_another(box: GitBox, tmp_path: Path) -> None:
    for name in ("origin", "fork"):
        box.with_remote(tmp_path / f"{name}.git", name)
        box.run("push", "-q", name, "main", "main:deep/main")
    box.run("switch", "-q", "-c", "deep/topic")
    box.run("branch", "-q", "--set-upstream-to", "origin/deep/main")
    box.run("config", "branch.deep/topic.pushRemote", "fork")
    box.run("tag", "a/b")
    folders = Window(box.path).sensor.folders()
    assert folders.keys() >= logs(box, "fork", "fork/deep", "origin/deep")
    assert len(folders) == 8


@pytest.mark.parametrize(
    "setting",
    [
        ("branch.main.merge", "refs/heads/../../../../etc/x"),
        ("branch.main.merge", "refs/heads//"),
        ("branch.main.merge", "refs/tags/v1"),
        ("branch.main.remote", ".."),
        ("branch.main.remote", "/etc"),
        ("branch.main.remote", "."),
        ("branch.main.pushRemote", "../../refs"),
    ],
)
def test_an_upstream_that_leads_elsewhere_is_not_followed(
    box: GitBox, tmp_path: Path, setting: tuple[str, str]
) -> None:
    box.with_remote(tmp_path / "up.git")
    box.run("push", "-q", "-u", "origin", "main")
    box.run("config", *setting)
    window = Window(box.path)
    assert window.last.problem is None
    inside = str(box.path / ".git")
    for folder in window.sensor.folders():
        assert Path(folder).resolve() == Path(folder)
        assert folder.startswith(inside)


# -- where a repository may be ---------------------------------------------------------------------------


def test_head_without_a_branch(box: GitBox) -> None:
    window = Window(box.path)
    box.run("switch", "-q", "--detach", "HEAD~1")
    sha = box.commit()
    (one,) = window.scan()
    assert (one.kind, one.data) == ("commit", {"sha": sha})
    box.run("switch", "-q", "main")
    box.run("bisect", "start", "HEAD", "HEAD~1")
    box.run("bisect", "reset")
    assert window.scan() == []


def test_a_submodule_in_a_submodule_in_a_worktree(box: GitBox, tmp_path: Path) -> None:
    middle = GitBox.create(tmp_path / "middle")
    middle.run(*LOCAL, "submodule", "add", "-q", str(box.path), "inner")
    middle.run("commit", "-q", "-m", "x")
    top = GitBox.create(tmp_path / "top")
    top.run(*LOCAL, "submodule", "add", "-q", str(middle.path), "outer")
    top.run("commit", "-q", "-m", "x")
    tree = top.worktree(tmp_path / "tree", "tree")
    tree.run(*LOCAL, "submodule", "update", "-q", "--init", "--recursive")
    places = [tree.path, tree.path / "outer", tree.path / "outer/inner"]
    windows = [Window(place) for place in places]
    for place, window in zip(places, windows, strict=True):
        assert window.last.problem is None
        assert find_root(str(place)) == str(place)
        GitBox(place).commit("new")
        assert [one.scan() != [] for one in windows] == [one is window for one in windows]
    assert [branch_of(str(place)) for place in places] == ["tree", None, None]


def test_paths_through_links(box: GitBox, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    box.run("worktree", "add", "-q", "-b", "tree", str(tmp_path / "link/tree"))
    tree = GitBox(tmp_path / "tree")
    assert find_root(str(tmp_path / "link/link/tree")) == str(tree.path)
    for place in (box, tree):
        window = Window(Path(find_root(str(tmp_path / "link" / place.path.name))))
        assert window.last.problem is None
        place.commit("new")
        (one,) = window.scan()
        assert one.workspace == str(place.path)


def test_a_repository_in_the_workspace_is_not_the_workspaces(box: GitBox) -> None:
    bare = box.clone(box.path / "inside.git", "--bare")
    GitBox.create(box.path / "nested").commit()
    window = Window(box.path)
    bare.run("tag", "v1")
    GitBox(box.path / "nested").commit()
    assert window.scan() == []
    # A folder that is itself a bare repository has no checkout: its settings could name anything.
    assert Window(bare.path).last.problem == "no git repository here"
    assert find_root(str(bare.path)) == str(box.path)


def test_git_files_that_name_each_other(tmp_path: Path) -> None:
    for one, other in (("a", "b"), ("b", "a")):
        (tmp_path / one).mkdir()
        (tmp_path / one / ".git").write_text(f"gitdir: ../{other}\n")
        (tmp_path / one / "commondir").write_text(f"../{other}\n")
        (tmp_path / one / "HEAD").write_text("ref: refs/heads/main\n")
    for name in ("a", "b"):
        window = Window(tmp_path / name)
        assert window.last.problem is not None
        assert window.sensor.folders().keys() == {str(tmp_path / name)}


def test_a_branch_of_a_repository_without_files_for_refs(box: GitBox) -> None:
    """There HEAD names a branch that cannot be, so that old programs stay away."""
    config = box.path / ".git/config"
    config.write_text(config.read_text() + "[extensions]\n\trefStorage = reftable:///srv/refs\n")
    (box.path / ".git/HEAD").write_text("ref: refs/heads/.invalid\n")
    assert branch_of(str(box.path)) is None
    window = Window(box.path)
    assert "git refs migrate" in str(window.last.problem)
    assert window.scan() == []


# -- with real watches -----------------------------------------------------------------------------------


class Listening:
    """Senses on real files, and what they told."""

    def __init__(self) -> None:
        self.seen: list[Observation] = []
        self.problems: dict[str, str | None] = {}
        self.senses = Senses(
            bell_folder=None,
            tell=self._tell,
            ring=lambda: None,
            trouble=lambda line: None,
            sound=lambda: None,
            wall=now,
        )

    def _tell(self, sensed: Sensed) -> None:
        if sensed.sensor == "git":
            self.seen += sensed.observations
            self.problems[sensed.workspace] = sensed.problem

    def add(self, *places: Path) -> None:
        for place in places:
            self.senses.add(str(place), ())
        wait_until(lambda: all(str(place) in self.problems for place in places))

    def kinds(self, place: Path) -> list[str]:
        return [one.kind for one in self.seen if one.workspace == str(place)]


@pytest.fixture
def listening() -> Iterator[Listening]:
    made = Listening()
    made.senses.start()
    yield made
    made.senses.stop()


def test_several_roots_in_one_window(box: GitBox, tmp_path: Path, listening: Listening) -> None:
    tree = box.worktree(tmp_path / "tree", "a/tree")
    other = GitBox.create(tmp_path / "other")
    other.run(*LOCAL, "submodule", "add", "-q", str(box.path), "sub")
    other.run("commit", "-q", "-m", "x")
    boxes = [box, tree, other, GitBox(other.path / "sub")]
    listening.add(*(one.path for one in boxes))
    for one in boxes:
        one.commit("new")
    wait_until(lambda: all(listening.kinds(one.path) == ["commit"] for one in boxes))


def test_a_push_under_another_name_wakes(box: GitBox, tmp_path: Path, listening: Listening) -> None:
    box.with_remote(tmp_path / "up.git")
    box.run(
        "push", "-q", "-u", "origin", "main:team/ada/trunk", env={"GIT_COMMITTER_DATE": "@1000000000 +0000"}
    )
    listening.add(box.path)
    box.commit()
    wait_until(lambda: listening.kinds(box.path) == ["commit"])
    box.run("push", "-q", "origin", "main:team/ada/trunk")
    wait_until(lambda: listening.kinds(box.path) == ["commit", "push"])


def test_folders_that_are_deleted_and_made_again(box: GitBox, tmp_path: Path, listening: Listening) -> None:
    box.with_remote(tmp_path / "up.git")
    box.run("push", "-q", "-u", "origin", "main:deep/trunk", env={"GIT_COMMITTER_DATE": "@1000000000 +0000"})
    listening.add(box.path)
    for number, folder in enumerate(("logs/refs/remotes", "logs/refs", "refs/tags", "logs"), start=1):
        shutil.rmtree(box.path / ".git" / folder)
        (box.path / ".git" / folder).mkdir()
        box.commit()
        # Pushes within two seconds would be one.
        later = {"GIT_COMMITTER_DATE": f"@{now() // 1_000 + 10 * number} +0000"}
        box.run("push", "-q", "origin", "main:deep/trunk", env=later)
        wanted = ["commit", "push"] * number
        wait_until(lambda wanted=wanted: sorted(listening.kinds(box.path)) == sorted(wanted))  # type: ignore[misc]
    # The bell comes on top; what the other sensors watch has a budget of its own.
    git = [folder for folder in Window(box.path).sensor.folders() if folder.startswith(str(box.path))]
    assert len(git) <= 8


def test_a_workspace_that_is_deleted_and_cloned_again(
    box: GitBox, tmp_path: Path, listening: Listening
) -> None:
    copy = box.clone(tmp_path / "copy")
    listening.add(copy.path)
    for _ in range(3):
        before = len(listening.kinds(copy.path))
        shutil.rmtree(copy.path)
        wait_until(lambda: listening.problems[str(copy.path)] is not None)
        box.clone(tmp_path / "copy")
        wait_until(lambda: listening.problems[str(copy.path)] is None)
        copy.commit("again")
        wait_until(lambda before=before: listening.kinds(copy.path)[before:] == ["commit"])  # type: ignore[misc]


def test_a_rebase_that_leaves_no_line_at_its_end_hides_nothing(box: GitBox) -> None:
    """Of a HEAD without a branch git writes no end, and none where a rebase is quit."""
    box.run("switch", "-q", "-c", "topic", "HEAD~1")
    box.commit("a")
    box.run("switch", "-q", "--detach")
    hasty, slow = Window(box.path), Window(box.path)
    box.run("rebase", "-q", "main")
    assert hasty.scan(ahead=0) == []
    box.commit("b")
    assert [one.kind for one in hasty.scan(ahead=0)] == slow.kinds() == ["commit"]
    box.run("switch", "-q", "main")
    box.commit(text="mine\n")
    box.run("switch", "-q", "topic")
    box.commit(text="yours\n")
    hasty.scan()
    slow.scan()
    box.run("rebase", "-q", "main", ok=False)
    box.commit(text="both\n")
    box.run("rebase", "--quit")
    box.commit("c")
    late = Window(box.path)
    for window in (hasty, slow):
        told = [one for one in window.scan(ahead=0) if one.kind != "conflict.end"]
        assert [one.kind for one in told] == ["commit", "commit"]
        assert [one.data.get("branch") for one in told] == [None, None]
    assert len(late.sensor.known()[1]) == 8
