"""A1: each thing that git does is seen once, as what it is, in a main checkout and in a worktree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.sensors.gitwindow import Window, keys
from tests.support.gitbox import GitBox


@pytest.fixture(params=["main", "worktree"])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> GitBox:
    """A checkout on branch ``here`` with two commits, a conflicting branch ``other`` and a remote."""
    main = GitBox.create(tmp_path / "main")
    main.commit(text="one\n")
    main.commit(text="two\n")
    main.run("branch", "other", "HEAD~1")
    main.with_remote(tmp_path / "up.git")
    if request.param == "worktree":
        return main.worktree(tmp_path / "tree", "here")
    main.run("switch", "-q", "-c", "here")
    return main


def commit(box: GitBox) -> None:
    box.commit("new", message="a secret subject")


def amend(box: GitBox) -> None:
    box.run("commit", "-q", "--amend", "-m", "better")


def switch(box: GitBox) -> None:
    box.run("switch", "-q", "other")


def fast_forward(box: GitBox) -> None:
    box.run("switch", "-q", "--detach", "other")
    box.run("merge", "-q", "here")


def merge(box: GitBox) -> None:
    box.run("switch", "-q", "other")
    box.commit("theirs")
    box.run("switch", "-q", "here")
    box.run("merge", "-q", "--no-ff", "--no-edit", "other")


def conflicted_merge(box: GitBox) -> None:
    diverge(box)
    box.run("merge", "-q", "other", ok=False)
    box.commit(text="both\n")


def diverge(box: GitBox) -> None:
    """Leaves ``here`` and ``other`` with different changes of one line; on ``here``."""
    box.run("switch", "-q", "other")
    box.commit(text="other\n")
    box.run("switch", "-q", "here")


def reset(box: GitBox) -> None:
    box.run("reset", "-q", "--hard", "HEAD~1")


def stash(box: GitBox) -> None:
    box.write("file", "half\n")
    box.run("stash", "-q")
    box.write("file", "other half\n")
    box.run("stash", "push", "-q", "-m", "on it")


def tags(box: GitBox) -> None:
    box.run("tag", "light")
    box.run("tag", "-a", "-m", "x", "heavy")
    box.run("tag", "release/v1.0")


def rebase(box: GitBox) -> None:
    box.run("switch", "-q", "-c", "topic", "here~1")
    box.commit("a")
    box.commit("b")
    box.run("rebase", "-q", "here")


def old_rebase(box: GitBox) -> None:
    box.run("switch", "-q", "-c", "topic", "other")
    box.commit("a")
    box.run("rebase", "-q", "--apply", "here")


def conflicted_rebase(box: GitBox) -> None:
    diverge(box)
    box.run("rebase", "-q", "other", ok=False)
    box.write("file", "both\n")
    box.run("rebase", "--continue")


def resolved_by_commit(box: GitBox) -> None:
    diverge(box)
    box.run("rebase", "-q", "other", ok=False)
    box.commit(text="both\n")
    box.run("rebase", "--continue")


def aborted_rebase(box: GitBox) -> None:
    diverge(box)
    box.run("rebase", "-q", "other", ok=False)
    box.run("rebase", "--abort")


REWORD = {"GIT_SEQUENCE_EDITOR": "sed -i 1s/pick/reword/", "GIT_EDITOR": "sed -i 1s/work/done/"}


def interactive_rebase(box: GitBox) -> None:
    box.commit("a")
    box.commit("b")
    box.run("rebase", "-q", "-i", "HEAD~2", env=REWORD)
    box.run("rebase", "-q", "-i", "HEAD~1", env={"GIT_SEQUENCE_EDITOR": "sed -i 1s/pick/edit/"})
    box.run("commit", "-q", "--amend", "-m", "edited")
    box.run("rebase", "--continue")


def quit_rebase(box: GitBox) -> None:
    diverge(box)
    box.run("rebase", "-q", "other", ok=False)
    box.run("rebase", "--quit")
    box.run("switch", "-q", "-f", "here")
    box.commit("after")


def cherry_pick(box: GitBox) -> None:
    box.run("switch", "-q", "other")
    box.commit("a")
    box.commit("b")
    box.run("switch", "-q", "here")
    box.run("cherry-pick", "other~1", "other")


def conflicted_pick(box: GitBox) -> None:
    diverge(box)
    box.run("cherry-pick", "other", ok=False)
    box.commit(text="both\n")


def revert(box: GitBox) -> None:
    box.run("revert", "--no-edit", "HEAD")


def pull(box: GitBox) -> None:
    others(box)
    box.run("pull", "-q", "--ff-only", "origin", "here")


def others(box: GitBox) -> None:
    """A colleague adds a commit to the remote's ``here``."""
    box.run("push", "-q", "-u", "origin", "here")
    up = box.run("remote", "get-url", "origin").strip()
    colleague = GitBox(Path(up)).clone(Path(up).parent / "colleague", "-b", "here")
    colleague.commit("theirs")
    colleague.run("push", "-q")


def pull_rebase(box: GitBox) -> None:
    others(box)
    box.commit("mine")
    box.run("pull", "-q", "--rebase", "origin", "here")


def pull_rebase_nothing_mine(box: GitBox) -> None:
    others(box)
    box.run("pull", "-q", "--rebase")


def pull_merge(box: GitBox) -> None:
    others(box)
    box.commit("mine")
    box.run("pull", "-q", "--no-rebase", "--no-edit")


def first_push(box: GitBox) -> None:
    box.run("push", "-q", "-u", "origin", "here")


def two_branches(box: GitBox) -> None:
    box.run("push", "-q", "origin", "here", "other")


def patches(box: GitBox) -> None:
    (box.path / "p").write_text(box.run("format-patch", "-1", "--stdout"))
    box.run("reset", "-q", "--hard", "HEAD~1")
    box.run("am", "-q", "p")


def first_of_another(box: GitBox) -> None:
    box.run("checkout", "-q", "--orphan", "fresh")
    box.run("commit", "-q", "-m", "first")


VERBS: list[tuple[Callable[[GitBox], None], list[str]]] = [
    (commit, ["commit"]),
    (amend, ["amend"]),
    (switch, ["branch.switch"]),
    (fast_forward, ["merge"]),
    (merge, ["branch.switch", "commit", "branch.switch", "merge"]),
    (conflicted_merge, ["branch.switch", "commit", "branch.switch", "merge"]),
    (reset, ["reset"]),
    (stash, ["stash", "stash"]),
    (tags, ["tag", "tag", "tag"]),
    (rebase, ["branch.switch", "commit", "commit", "rebase"]),
    (old_rebase, ["branch.switch", "commit", "rebase"]),
    (conflicted_rebase, ["branch.switch", "commit", "branch.switch", "rebase"]),
    (resolved_by_commit, ["branch.switch", "commit", "branch.switch", "rebase"]),
    (aborted_rebase, ["branch.switch", "commit", "branch.switch"]),
    (interactive_rebase, ["commit", "commit", "rebase", "rebase"]),
    (quit_rebase, ["branch.switch", "commit", "branch.switch", "commit"]),
    (cherry_pick, ["branch.switch", "commit", "commit", "branch.switch", "cherry-pick", "cherry-pick"]),
    (conflicted_pick, ["branch.switch", "commit", "branch.switch", "cherry-pick"]),
    (revert, ["revert"]),
    (pull, ["push", "pull"]),
    (pull_rebase, ["push", "commit", "pull"]),
    (pull_rebase_nothing_mine, ["push", "pull"]),
    (pull_merge, ["push", "commit", "pull"]),
    (first_push, ["push"]),
    (two_branches, ["push"]),
    (patches, ["reset", "commit"]),
    (first_of_another, ["commit"]),
]


class Stepping(GitBox):
    """A checkout in which a window looks after every single git command."""

    window: Window

    def run(self, *args: str, ok: bool = True, env: object = None) -> str:
        done = super().run(*args, ok=ok, env=env)  # type: ignore[arg-type]
        self.window.scan()
        return done


def stepping(box: GitBox, window: Window) -> GitBox:
    found = Stepping(box.path)
    object.__setattr__(found, "window", window)
    return found


@pytest.mark.parametrize(("verb", "kinds"), VERBS, ids=[verb.__name__ for verb, _ in VERBS])
def test_each_verb_is_seen_once_by_every_window(
    box: GitBox, verb: Callable[[GitBox], None], kinds: list[str]
) -> None:
    hasty, slow = Window(box.path), Window(box.path)
    verb(stepping(box, hasty))
    slow.scan()
    hasty.scan()
    told = [one.kind for one in hasty.seen if not one.kind.startswith("conflict.")]
    assert sorted(told) == sorted(kinds)
    at_once = [one.kind for one in slow.seen]
    assert sorted(at_once) == sorted(kinds)
    assert keys(slow.seen) == {one for one in hasty.known_keys() if not one[0].startswith("conflict.")}
    assert hasty.scan() == [] and slow.scan() == []
    assert len({one.key for one in hasty.seen}) == len(hasty.seen)
    assert not any(one.silent for one in hasty.seen + slow.seen)
    assert {one.workspace for one in slow.seen} <= {str(box.path)}


@pytest.mark.parametrize(("verb", "kinds"), VERBS, ids=[verb.__name__ for verb, _ in VERBS])
def test_what_happened_while_no_window_was_open_is_told_silently(
    box: GitBox, verb: Callable[[GitBox], None], kinds: list[str]
) -> None:
    window = Window(box.path)
    verb(box)
    missed = window.start()
    assert sorted(one.kind for one in missed) == sorted(kinds)
    assert all(one.silent for one in missed)
    assert window.start() == []
    assert window.scan() == []


@pytest.mark.parametrize(("verb", "kinds"), VERBS, ids=[verb.__name__ for verb, _ in VERBS])
def test_a_restart_after_every_command_tells_nothing_twice(
    box: GitBox, verb: Callable[[GitBox], None], kinds: list[str]
) -> None:
    class Restarting(Window):
        def scan(self, *, live: bool = True, ahead: int = 5_000) -> list[object]:  # type: ignore[override]
            if live:
                return self.start()  # type: ignore[return-value]
            return super().scan(live=False, ahead=ahead)  # type: ignore[return-value]

    window = Restarting(box.path)
    verb(stepping(box, window))
    told = [one.kind for one in window.seen if not one.kind.startswith("conflict.")]
    assert sorted(told) == sorted(kinds)


def test_no_subject_leaves_the_log(box: GitBox) -> None:
    window = Window(box.path)
    commit(box)
    box.write("file", "half\n")
    box.run("stash", "push", "-q", "-m", "a secret message")
    assert len(window.scan()) == 2
    assert "secret" not in repr(window.seen) + repr(window.marks)


def test_what_is_told_about_each(box: GitBox) -> None:
    window = Window(box.path)
    sha = box.commit("new")
    (one,) = window.scan()
    assert (one.workspace, one.source, one.status) == (str(box.path), "git", "ok")
    numbers = {name: one.data[name] for name in ("history", "history_before")}
    assert numbers["history"] == numbers["history_before"] + 1 == int(box.run("rev-list", "--count", "HEAD"))
    assert one.data == {"sha": sha, "branch": "here", **numbers}
    box.run("switch", "-q", "other")
    box.run("merge", "-q", "here")
    switched, merged = window.scan()
    assert switched.data == {"from": "here", "to": "other"}
    assert merged.data.items() >= {"sha": sha, "branch": "other", "from": "here"}.items()
    box.run("tag", "deep/v1")
    assert window.scan()[0].data == {"name": "deep/v1", "sha": sha}
    box.run("push", "-q", "origin", "here", "other")
    (pushed,) = window.scan()
    assert pushed.data == {"branch": "other", "remote": "origin", "sha": sha, "count": 2}
    rebase(box)
    window.scan()
    assert window.seen[-1].data["count"] == 2
    assert window.seen[-1].data["branch"] == "topic"
