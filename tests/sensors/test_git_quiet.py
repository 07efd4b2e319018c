"""A1: what is no happening adds nothing, however much of the repository it rewrites."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sensors.gitwindow import Window
from tests.support.gitbox import GitBox


@pytest.fixture
def box(tmp_path: Path) -> GitBox:
    """A clone with a few commits, two stashes, a tag and an upstream that has moved on."""
    up = GitBox.create(tmp_path / "up")
    up.commit()
    up.commit()
    box = up.clone(tmp_path / "box")
    for _ in range(3):
        box.commit("mine")
    box.run("tag", "v1")
    for text in ("a\n", "b\n", "c\n"):
        box.write("mine", text)
        box.run("stash", "-q")
    up.commit()
    up.run("tag", "v2")
    up.run("tag", "-a", "-m", "x", "deep/v3")
    return box


def gc(box: GitBox) -> None:
    box.run("gc", "-q", "--prune=now")


def repack(box: GitBox) -> None:
    box.run("repack", "-q", "-a", "-d")
    box.run("pack-refs", "--all")


def expire(box: GitBox) -> None:
    box.run("reflog", "expire", "--expire=now", "--all")


def expire_and_gc(box: GitBox) -> None:
    expire(box)
    gc(box)


def rewrite_log(box: GitBox) -> None:
    box.run("reflog", "delete", "--rewrite", "HEAD@{1}")
    box.run("reflog", "expire", "--expire=1.second.ago", "--rewrite", "HEAD")


def status(box: GitBox) -> None:
    (box.path / "mine").touch()
    box.run("status")


def reset_to_nothing(box: GitBox) -> None:
    box.run("reset", "-q", "--hard")
    box.run("reset", "-q", "HEAD")


def stash_pop(box: GitBox) -> None:
    box.run("stash", "pop", "-q")


def stash_drop_newest(box: GitBox) -> None:
    box.run("stash", "drop", "-q")


def stash_drop_middle(box: GitBox) -> None:
    box.run("stash", "drop", "-q", "stash@{1}")


def stash_clear(box: GitBox) -> None:
    box.run("stash", "apply", "-q")
    box.run("checkout", "-q", ".")
    box.run("stash", "clear")


def fetch(box: GitBox) -> None:
    box.run("fetch", "-q")


def fetch_tags(box: GitBox) -> None:
    box.run("fetch", "-q", "--tags")


def bisect(box: GitBox) -> None:
    box.run("bisect", "start", "HEAD", "HEAD~4")
    box.run("bisect", "good")
    box.run("bisect", "reset")


def detach(box: GitBox) -> None:
    box.run("checkout", "-q", "HEAD~1")
    box.run("checkout", "-q", "v1")
    box.run("checkout", "-q", "main")
    box.run("switch", "-q", "--detach", "main")
    box.run("switch", "-q", "main")
    box.run("checkout", "-q", "main")


def detach_to_another_branch(box: GitBox) -> None:
    box.run("branch", "side", "HEAD~1")
    box.run("switch", "-q", "--detach", "side")


def rename(box: GitBox) -> None:
    box.run("branch", "-m", "main", "trunk")


def worktree(box: GitBox) -> None:
    box.worktree(box.path.parent / "tree", "tree")


def push_nothing(box: GitBox) -> None:
    box.run("push", "-q", "origin", "HEAD~3:refs/heads/main", ok=False)
    box.run("push", "-q", "origin", "--delete", "nothing", ok=False)


def no_op_rebase(box: GitBox) -> None:
    box.run("rebase", "-q", "HEAD~2")
    box.run("rebase", "-q", "-i", "HEAD~2")


def pull_nothing(box: GitBox) -> None:
    box.run("fetch", "-q")
    box.run("pull", "-q", "--no-rebase", "origin", "main~0", ok=False)
    box.run("merge", "-q", "HEAD~1")


def tags_moved_and_gone(box: GitBox) -> None:
    box.run("tag", "-f", "v1", "HEAD~1")
    box.run("pack-refs", "--all")
    box.run("tag", "-d", "v1")


def branches(box: GitBox) -> None:
    box.run("branch", "new")
    box.run("branch", "-f", "new", "HEAD~1")
    box.run("branch", "-D", "new")


QUIET: list[Callable[[GitBox], None]] = [
    gc,
    repack,
    expire,
    expire_and_gc,
    rewrite_log,
    status,
    reset_to_nothing,
    stash_pop,
    stash_drop_newest,
    stash_drop_middle,
    stash_clear,
    fetch,
    fetch_tags,
    bisect,
    detach,
    detach_to_another_branch,
    rename,
    worktree,
    push_nothing,
    no_op_rebase,
    pull_nothing,
    tags_moved_and_gone,
    branches,
]


@pytest.mark.parametrize("quiet", QUIET, ids=lambda quiet: quiet.__name__)
@pytest.mark.parametrize("away", [False, True], ids=["live", "away"])
def test_nothing_is_told(box: GitBox, quiet: Callable[[GitBox], None], away: bool) -> None:
    window = Window(box.path)
    quiet(box)
    assert (window.start() if away else window.scan()) == []
    assert window.last.problem is None
    assert window.scan() == []


@pytest.mark.parametrize("quiet", QUIET, ids=lambda quiet: quiet.__name__)
def test_what_comes_afterwards_is_told_once(box: GitBox, quiet: Callable[[GitBox], None]) -> None:
    window = Window(box.path)
    quiet(box)
    window.scan()
    box.run("checkout", "-q", "-f", "HEAD")
    box.commit("after")
    assert window.kinds() == ["commit"]
    box.run("tag", "after")
    box.write("after", "half\n")
    box.run("stash", "-q")
    assert sorted(window.kinds()) == ["stash", "tag"]
    assert window.scan() == []


@pytest.mark.parametrize("quiet", [gc, expire, expire_and_gc, rewrite_log], ids=lambda quiet: quiet.__name__)
def test_a_commit_and_a_rewrite_between_two_scans(box: GitBox, quiet: Callable[[GitBox], None]) -> None:
    window = Window(box.path)
    box.commit("before")
    assert window.kinds() == ["commit"]
    quiet(box)
    box.commit("after")
    assert window.kinds() == ["commit"]
    assert window.scan() == []


def test_a_log_whose_inode_is_used_again(box: GitBox) -> None:
    """The bytes before the mark are compared, so that a new file in an old inode is noticed."""
    window = Window(box.path)
    log = box.path / ".git/logs/HEAD"
    lines = log.read_bytes().splitlines(keepends=True)
    with log.open("r+b") as file:  # the same inode, other and fewer bytes
        file.truncate()
        file.write(b"".join(lines[1:]))
    assert window.scan() == []
    box.commit("after")
    assert window.kinds() == ["commit"]


def test_half_a_line_waits_for_the_rest(box: GitBox) -> None:
    window = Window(box.path)
    log = box.path / ".git/logs/HEAD"
    line = b"%s %s Ada <a@b> %d +0000\tcommit: x\n" % (b"a" * 40, b"b" * 40, 1_700_000_000)
    with log.open("ab") as file:
        file.write(line[:60])
    assert window.scan() == []
    with log.open("ab") as file:
        file.write(line[60:])
    assert window.kinds() == ["commit"]
    with log.open("ab") as file:
        file.write(b"\xff\xfe rubbish\n\n" + line + b"x" * 100_000 + b"\n")
    assert window.kinds() == ["commit"]  # a twin of the same second is another happening
    first, second = window.seen
    assert first.key != second.key


def test_a_huge_log_is_read_at_its_end_only(box: GitBox) -> None:
    log = box.path / ".git/logs/HEAD"
    filler = b"%s %s Ada <a@b> 1600000000 +0000\tcommit: %s\n" % (b"a" * 40, b"b" * 40, b"x" * 900)
    log.write_bytes(filler * 20_000)
    window = Window(box.path)
    box.commit("after")
    assert window.kinds() == ["commit"]
    log.write_bytes(filler * 20_000 + log.read_bytes()[-400:])
    assert window.scan() == []
