"""T1: conflicts begin and end; what merely takes its time is none."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sensors.gitwindow import Window
from tests.support.clock import now
from tests.support.gitbox import GitBox


@pytest.fixture
def box(tmp_path: Path) -> GitBox:
    """On ``main``, where merging, rebasing on or picking ``other``, or reverting HEAD~1, conflicts."""
    box = GitBox.create(tmp_path / "box")
    box.commit(text="base\n")
    box.run("switch", "-q", "-c", "other")
    box.commit(text="theirs\n")
    box.run("switch", "-q", "main")
    box.commit(text="ours\n")
    box.commit(text="ours again\n")
    return box


CONFLICTS = [
    ("merge", ["merge", "other"], ["merge", "--abort"], "merge"),
    ("rebase", ["rebase", "other"], ["rebase", "--abort"], "rebase"),
    ("rebase", ["rebase", "--apply", "other"], ["rebase", "--abort"], "rebase"),
    ("cherry-pick", ["cherry-pick", "other"], ["cherry-pick", "--abort"], "cherry-pick"),
    ("revert", ["revert", "--no-edit", "HEAD~1"], ["revert", "--abort"], "revert"),
]
IDS = [" ".join(begin[:2]) for _, begin, _, _ in CONFLICTS]


@pytest.mark.parametrize(("operation", "begin", "abort", "kind"), CONFLICTS, ids=IDS)
def test_a_conflict_begins_and_ends_by_being_resolved(
    box: GitBox, operation: str, begin: list[str], abort: list[str], kind: str
) -> None:
    window = Window(box.path)
    box.run(*begin, ok=False)
    assert window.scan(ahead=0) == []
    assert window.last.unresolved == (operation,)
    assert window.last.again_after_ms is not None
    (begun,) = window.scan()
    assert (begun.kind, begun.data) == ("conflict.begin", {"operation": operation})
    assert abs(begun.at - now()) < 60_000
    assert window.scan() == []
    other = Window(box.path)  # opened in the middle of it: told silently, under the same key
    other.start()
    assert [(one.key, one.silent) for one in other.seen] in ([], [(begun.key, True)])
    box.write("file", "both\n")
    if operation == "rebase":
        box.run("rebase", "--continue", ok=False)
        box.write("file", "both again\n")
        box.run("rebase", "--continue", ok=False)
    else:
        box.run("commit", "-q", "--no-edit")
    told = window.scan()
    assert sorted(one.kind for one in told) == sorted(["conflict.end", kind])
    (ended,) = [one for one in told if one.kind == "conflict.end"]
    assert ended.data == {"operation": operation, "resolved": True}
    assert not window.last.unresolved
    assert window.scan() == []


@pytest.mark.parametrize(("operation", "begin", "abort", "kind"), CONFLICTS, ids=IDS)
def test_a_conflict_that_is_given_up(
    box: GitBox, operation: str, begin: list[str], abort: list[str], kind: str
) -> None:
    window, other = Window(box.path), Window(box.path)
    box.run(*begin, ok=False)
    window.scan()
    other.scan()
    box.run(*abort)
    (ended,) = window.scan()
    assert ended.data == {"operation": operation, "resolved": False}
    assert ended.status is None
    other.scan()
    assert window.known_keys() == other.known_keys()


@pytest.mark.parametrize(("operation", "begin", "abort", "kind"), CONFLICTS, ids=IDS)
def test_a_restart_in_the_middle_sees_the_end_silently(
    box: GitBox, operation: str, begin: list[str], abort: list[str], kind: str
) -> None:
    window = Window(box.path)
    box.run(*begin, ok=False)
    window.scan()
    assert window.start() == []
    box.run(*abort)
    (ended,) = window.start()
    assert (ended.kind, ended.silent) == ("conflict.end", True)


def test_a_revert_that_had_to_be_resolved_is_a_revert(box: GitBox) -> None:
    window = Window(box.path)
    box.run("revert", "--no-edit", "HEAD~1", ok=False)
    window.scan()
    box.commit(text="both\n")
    box.commit("next")
    assert sorted(window.kinds()) == ["commit", "conflict.end", "revert"]
    box.commit("next")
    assert window.kinds() == ["commit"]


def test_an_unfinished_merge_without_a_conflict_is_none(box: GitBox) -> None:
    box.run("switch", "-q", "-c", "free", "HEAD~1")
    box.commit("elsewhere")
    box.run("switch", "-q", "main")
    window = Window(box.path)
    box.run("merge", "-q", "--no-ff", "--no-commit", "free")
    assert window.scan() == []
    assert window.last.unresolved == ("merge",)
    assert window.last.again_after_ms is None
    box.run("commit", "-q", "--no-edit")
    assert window.kinds() == ["merge"]
    assert not window.last.unresolved


def test_a_rebase_that_stops_for_an_edit_is_no_conflict(box: GitBox) -> None:
    window = Window(box.path)
    box.run("rebase", "-q", "-i", "HEAD~1", env={"GIT_SEQUENCE_EDITOR": "sed -i 1s/pick/edit/"})
    assert window.scan() == []
    assert window.last.unresolved == ("rebase",)
    box.run("commit", "-q", "--amend", "-m", "edited")
    box.run("rebase", "--continue")
    assert window.kinds() == ["rebase"]


def test_git_at_work_is_waited_for_but_not_for_ever(box: GitBox) -> None:
    window = Window(box.path)
    box.run("merge", "-q", "other", ok=False)
    lock = box.path / ".git/index.lock"
    lock.touch()
    assert window.scan() == []
    assert window.last.again_after_ms is not None
    old = time.time() - 600
    os.utime(lock, (old, old))
    assert window.kinds() == ["conflict.begin"]


def test_half_a_checkout_is_waited_for(box: GitBox) -> None:
    """Git writes the line first and HEAD next; only HEAD tells a branch from a detached commit."""
    window = Window(box.path)
    git = box.path / ".git"
    before = (git / "HEAD").read_bytes()
    box.run("switch", "-q", "other")
    after = (git / "HEAD").read_bytes()
    (git / "HEAD").write_bytes(before)
    (git / "HEAD.lock").write_bytes(after)
    assert window.scan(ahead=0) == []
    assert window.last.again_after_ms is not None
    (git / "HEAD.lock").rename(git / "HEAD")
    assert window.kinds() == ["branch.switch"]


BROKEN: list[Callable[[Path], object]] = [
    lambda git: (git / "MERGE_HEAD").mkdir(),
    lambda git: os.mkfifo(git / "MERGE_HEAD"),
    lambda git: (git / "rebase-merge").symlink_to("/etc"),
    lambda git: os.mkfifo(git / "MERGE_MSG"),
    lambda git: (git / "rebase-merge").write_text("x"),
]


@pytest.mark.parametrize("spoil", BROKEN)
def test_states_that_are_not_what_git_writes(box: GitBox, spoil: Callable[[Path], object]) -> None:
    window = Window(box.path)
    spoil(box.path / ".git")
    assert window.scan() == []
    assert not window.last.unresolved
