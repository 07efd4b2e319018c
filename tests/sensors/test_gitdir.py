"""F26, F29: what may stand in for a git directory, and what is found in real ones."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from afterglow.sensors.git import GitSensor, branch_of, find_root
from afterglow.sensors.gitconfig import parse_config
from afterglow.sensors.gitdir import locate
from tests.sensors.gitwindow import Window
from tests.support.clock import now
from tests.support.gitbox import GitBox
from tests.support.nodes import make_socket


@pytest.fixture
def box(tmp_path: Path) -> GitBox:
    box = GitBox.create(tmp_path / "box")
    box.commit("src/deep/file")
    return box


def test_the_root_of_a_folder(box: GitBox, tmp_path: Path) -> None:
    tree = box.worktree(tmp_path / "tree", "tree")
    (tmp_path / "plain/below").mkdir(parents=True)
    (tmp_path / "link").symlink_to(box.path / "src")
    assert find_root(str(box.path / "src/deep")) == str(box.path)
    assert find_root(str(tmp_path / "link/deep")) == str(box.path)
    assert find_root(str(tree.path / "src")) == str(tree.path)
    assert find_root(str(tmp_path / "plain/below")) == str(tmp_path / "plain/below")
    assert find_root(str(tmp_path / "nowhere")) == str(tmp_path / "nowhere")
    assert find_root("\0") == "\0"
    (box.path / "src/.git").mkdir()  # git passes over what is no git directory
    assert find_root(str(box.path / "src/deep")) == str(box.path)


def test_the_branch(box: GitBox, tmp_path: Path) -> None:
    tree = box.worktree(tmp_path / "tree", "a/b")
    assert branch_of(str(box.path)) == "main"
    assert branch_of(str(tree.path)) == "a/b"
    box.run("switch", "-q", "--detach")
    assert branch_of(str(box.path)) is None
    assert branch_of(str(tmp_path)) is None


def test_a_submodule_and_its_worktree(box: GitBox, tmp_path: Path) -> None:
    top = GitBox.create(tmp_path / "top")
    top.run("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(box.path), "sub")
    sub = GitBox(top.path / "sub")
    assert find_root(str(sub.path / "src")) == str(sub.path)
    windows = [Window(sub.path), Window(sub.worktree(tmp_path / "subtree", "x").path)]
    sub.commit()
    assert windows[0].kinds() == ["commit"]
    sub.write("file", "half\n")
    sub.run("stash", "-q")
    for window in windows:
        window.scan()
        assert (window.seen[-1].kind, window.seen[-1].workspace) == ("stash", str(sub.path))


def test_a_bare_repository_with_worktrees(tmp_path: Path) -> None:
    origin = GitBox.create(tmp_path / "origin")
    origin.commit()
    bare = origin.clone(tmp_path / "bare.git", "--bare")
    tree = bare.worktree(tmp_path / "tree", "x")
    window = Window(tree.path)
    assert window.last.problem is None
    tree.commit()
    tree.write("file", "half\n")
    tree.run("stash", "-q")
    told = window.scan()
    assert sorted(one.kind for one in told) == ["commit", "stash"]
    assert {one.workspace for one in told} == {str(tree.path)}


def test_a_separate_git_directory_needs_to_name_its_checkout(tmp_path: Path) -> None:
    box = GitBox.create(tmp_path / "box", "--separate-git-dir", str(tmp_path / "elsewhere"))
    box.commit()
    assert "core.worktree" in str(Window(box.path).last.problem)
    box.run("config", "core.worktree", str(box.path))
    window = Window(box.path)
    assert window.last.problem is None
    box.commit()
    assert window.kinds() == ["commit"]


def test_a_worktree_that_was_moved_or_whose_repository_is_gone(box: GitBox, tmp_path: Path) -> None:
    tree = box.worktree(tmp_path / "tree", "x")
    tree.path.rename(tmp_path / "moved")
    assert "git worktree repair" in str(Window(tmp_path / "moved").last.problem)
    box.run("worktree", "repair", str(tmp_path / "moved"))
    assert Window(tmp_path / "moved").last.problem is None
    box.path.rename(tmp_path / "gone")
    assert "git worktree repair" in str(Window(tmp_path / "moved").last.problem)


def test_a_worktree_with_relative_paths(box: GitBox, tmp_path: Path) -> None:
    tree = box.worktree(tmp_path / "tree", "x")
    (tree.path / ".git").write_text("gitdir: ../box/.git/worktrees/tree\n")
    (box.path / ".git/worktrees/tree/gitdir").write_text("../../../../tree/.git\n")
    repo, problem = locate(str(tree.path))
    assert problem is None
    assert repo is not None
    assert repo.common.base == str(box.path / ".git")


def _sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"gitdir: ")
        file.truncate(10**10)


def _foreign_worktree(root: Path, other: Path) -> None:
    GitBox(other).worktree(other.parent / "theirs", "theirs")
    (root / ".git").write_text(f"gitdir: {other}/.git/worktrees/theirs\n")


HOSTILE: dict[str, Callable[[Path, Path], object]] = {
    "link to a repository": lambda root, other: (root / ".git").symlink_to(other / ".git"),
    "link to nothing": lambda root, other: (root / ".git").symlink_to("/nowhere"),
    "link to itself": lambda root, other: (root / ".git").symlink_to(".git"),
    "fifo": lambda root, other: os.mkfifo(root / ".git"),
    "socket": lambda root, other: make_socket(root / ".git"),
    "empty file": lambda root, other: (root / ".git").touch(),
    "rubbish": lambda root, other: (root / ".git").write_bytes(os.urandom(10_000)),
    "huge file": lambda root, other: _sparse(root / ".git"),
    "huge path": lambda root, other: (root / ".git").write_text("gitdir: " + "a/" * 5_000),
    "nul": lambda root, other: (root / ".git").write_bytes(b"gitdir: a\0b\n"),
    "itself": lambda root, other: (root / ".git").write_text("gitdir: .git\n"),
    "the folder": lambda root, other: (root / ".git").write_text("gitdir: .\n"),
    "the root of all": lambda root, other: (root / ".git").write_text("gitdir: /\n"),
    "a device": lambda root, other: (root / ".git").write_text("gitdir: /dev/zero\n"),
    "not utf-8": lambda root, other: (root / ".git").write_bytes(b"gitdir: \xff\xfe\n"),
    "foreign repository": lambda root, other: (root / ".git").write_text(f"gitdir: {other}/.git\n"),
    "foreign worktree": _foreign_worktree,
    "empty folder": lambda root, other: (root / ".git").mkdir(),
    "unreadable": lambda root, other: (root / ".git").mkdir(mode=0),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_dot_git_is_refused_at_once(name: str, box: GitBox, tmp_path: Path) -> None:
    root = tmp_path / "hostile"
    root.mkdir()
    HOSTILE[name](root, box.path)
    started = time.monotonic()
    find_root(str(root))
    window = Window(root)
    window.sensor.folders()
    box.commit()
    assert window.scan() == []
    assert window.last.problem is not None
    assert branch_of(str(root)) is None
    assert time.monotonic() - started < 5


SPOILT: dict[str, Callable[[Path, Path], object]] = {
    "logs elsewhere": lambda git, other: _moved(git / "logs", other),
    "log elsewhere": lambda git, other: _moved(git / "logs/HEAD", other),
    "log is a fifo": lambda git, other: _fifo(git / "logs/HEAD"),
    "log is a folder": lambda git, other: _folder(git / "logs/HEAD"),
    "log is a device": lambda git, other: _linked(git / "logs/HEAD", "/dev/zero"),
    "config is a device": lambda git, other: _linked(git / "config", "/dev/zero"),
    "config is a fifo": lambda git, other: _fifo(git / "config"),
    "config is rubbish": lambda git, other: (git / "config").write_bytes(os.urandom(100_000)),
    "packed-refs is huge": lambda git, other: _sparse(git / "packed-refs"),
    "tags elsewhere": lambda git, other: _moved(git / "refs/tags", other),
    "tag is a fifo": lambda git, other: os.mkfifo(git / "refs/tags/x"),
    "tag loop": lambda git, other: (git / "refs/tags/x").symlink_to(".."),
    "deep tags": lambda git, other: (git / "refs/tags" / "/".join("d" * 200)).mkdir(parents=True),
    "names": lambda git, other: (git / "refs/tags" / "a\nb\udcff").write_text("x"),
    "remotes elsewhere": lambda git, other: _linked(git / "logs/refs/remotes", str(other)),
    "worktrees elsewhere": lambda git, other: _linked(git / "worktrees", str(other)),
    "commondir in a main repository": lambda git, other: (git / "commondir").write_text(str(other)),
    "FETCH_HEAD is a fifo": lambda git, other: _unreadable_fetch(git),
    "head-name elsewhere": lambda git, other: _linked(git / "rebase-merge", str(other)),
}


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _unreadable_fetch(git: Path) -> None:
    os.mkfifo(git / "FETCH_HEAD")
    (git / "refs/tags/n").touch()


def _fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _linked(path: Path, target: str) -> None:
    if path.exists():
        path.unlink()
    path.symlink_to(target)


def _moved(path: Path, other: Path) -> None:
    path.rename(other / "moved")
    path.symlink_to(other / "moved")


OPENED: list[str] = []
STARTED: list[str] = []
LISTENING: list[bool] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if not LISTENING:
        return
    if event == "open":
        OPENED.append(str(arguments[0]))
    elif event.startswith(("subprocess.", "os.exec", "os.posix_spawn", "os.fork", "os.system")):
        STARTED.append(event)


sys.addaudithook(_listen)


@pytest.fixture
def listening() -> Iterator[None]:
    OPENED.clear()
    STARTED.clear()
    LISTENING.append(True)
    yield
    LISTENING.clear()


@pytest.mark.parametrize("name", SPOILT)
def test_what_lies_in_a_git_directory_leads_nowhere(
    name: str, box: GitBox, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    window = Window(box.path)
    SPOILT[name](box.path / ".git", outside)
    request.getfixturevalue("listening")
    started = time.monotonic()
    fresh = GitSensor(str(box.path), {})
    for sensor in (window.sensor, fresh):
        for live in (False, True):
            scan = sensor.scan(now() + 5_000, live)
            assert all(one.kind == "tag" for one in scan.observations)
            sensor.folders()
    assert time.monotonic() - started < 5
    assert STARTED == []
    # Everything else is opened by its bare name below the git directory's own handle.
    absolute = {path for path in OPENED if path.startswith("/")}
    assert absolute <= {str(box.path / ".git"), str(box.path)}


def test_nothing_of_a_repository_is_started(box: GitBox, request: pytest.FixtureRequest) -> None:
    """F26: whatever the configuration and the hooks name, git is not even started."""
    trap = box.path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {box.path}/sprung\n")
    trap.chmod(0o755)
    window = Window(box.path)
    box.commit()
    box.run("tag", "v1")
    for key in (
        "core.fsmonitor",
        "diff.external",
        "core.pager",
        "gpg.program",
        "core.sshCommand",
        "core.editor",
    ):
        box.run("config", key, str(trap))
    box.run("config", "filter.x.clean", str(trap))
    box.run("config", "include.path", "/dev/zero")
    for hook in ("post-index-change", "reference-transaction", "post-checkout"):
        (box.path / ".git/hooks").mkdir(exist_ok=True)
        (box.path / ".git/hooks" / hook).symlink_to(trap)
    (box.path / ".gitattributes").write_text("* filter=x diff=x\n")
    request.getfixturevalue("listening")
    assert sorted(window.kinds()) == ["commit", "tag"]
    find_root(str(box.path / "src"))
    branch_of(str(box.path))
    assert STARTED == []
    assert not (box.path / "sprung").exists()


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        (b'[branch "a/b"]\n\tremote = up # why\n', ("branch", "a/b", "remote"), "up"),
        (b"[Core]\nlogAllRefUpdates\n", ("core", "", "logallrefupdates"), "true"),
        (b'[a "q\\"\\\\"] k = "x # \\" y" ; z\n', ("a", 'q"\\', "k"), 'x # " y'),
        (b"[a]\r\nk = v\r\n", ("a", "", "k"), "v"),
        (b"[a]\nk = one \\\n two\n", ("a", "", "k"), "one  two"),
        (b"[a]\nk = 1\n[b]\nk = 2\n[a]\nk = 3\n", ("a", "", "k"), "3"),
        (b"[a]\n= 1\n[\nk = v\n", ("a", "", "k"), "v"),
    ],
)
def test_the_configuration(text: bytes, key: tuple[str, str, str], value: str) -> None:
    assert parse_config(text)[key] == value
