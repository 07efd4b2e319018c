"""A commit in a real repository becomes one true line in a client, once, whoever watches."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.support.sidecar import Sidecar, afterglow, git, lines, repository

COMMITS = 100


def commit(root: Path, number: int) -> None:
    git(root, "commit", "--quiet", "--allow-empty", "-m", f"change {number}")


def test_a_commit_is_told_within_two_seconds_with_the_usual_waits(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with Sidecar(root, options={"mode": "chatty"}) as client:
        client.listen()
        commit(root, 1)
        done = time.monotonic()
        token = client.token(1)
        waited = time.monotonic() - done
        assert token["event"]["kind"] == "commit"
        assert token["news"] == token["response"]
        assert token["source"] == "news"
        assert (token["level"], token["warmth"], token["confidence"], token["glowScore"]) == (1, 1, 1, 0)
        assert waited < 2.0
        assert client.notifications("window/showMessage") == []
    assert git(root, "status", "--porcelain") == ""


def test_three_servers_on_one_folder_tell_each_of_a_hundred_commits_once(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    with ExitStack() as stack:
        clients = [
            stack.enter_context(Sidecar(root, options={"mode": "chatty", "coalesceMs": 20})) for _ in range(3)
        ]
        for client in clients:
            client.listen()
        for number in range(1, COMMITS + 1):
            commit(root, number)
            until = time.monotonic() + 15
            while sum(len(client.tokens) for client in clients) < number and time.monotonic() < until:
                clients[number % 3].ask("afterglow/snapshot")
        told = [token["event"]["id"] for client in clients for token in client.tokens]
    recorded = lines(afterglow("events", "--json", "--kind", "commit").stdout)
    assert len(recorded) == COMMITS
    assert sorted(told) == sorted(event["id"] for event in recorded)


def listed(root: Path, enough: Callable[[list[str]], bool]) -> list[str]:
    """The kinds of git events recorded for a workspace, sorted, as soon as they are enough."""
    until = time.monotonic() + 20
    while True:
        found = lines(afterglow("events", "--json", "--workspace", str(root)).stdout)
        kinds = sorted(event["kind"] for event in found if event["kind"] != "session.open")
        if enough(kinds) or time.monotonic() > until:
            return kinds


def test_each_git_operation_is_listed_once_with_the_right_kind(tmp_path: Path) -> None:
    main = repository(tmp_path / "project")
    git(main, "worktree", "add", "--quiet", str(tmp_path / "linked"), "-b", "linked")
    for root in (main, (tmp_path / "linked").resolve()):
        with Sidecar(root, options={"mode": "chatty", "coalesceMs": 0, "typingPauseMs": 0}) as client:
            client.listen()
            expected = operate(root)
            listed(root, lambda kinds, expected=expected: len(kinds) >= len(expected))  # type: ignore[misc]
            git(root, "gc", "--quiet")
            git(root, "status")
            git(root, "reflog", "expire", "--expire=now", "--all")
            commit(root, 99)
            expected.append("commit")
            kinds = listed(root, lambda kinds, expected=expected: len(kinds) >= len(expected))  # type: ignore[misc]
        assert kinds == sorted(expected), root.name
        assert git(root, "status", "--porcelain") == ""


def operate(root: Path) -> list[str]:
    """Use git as people do; the kinds that should be listed."""
    name = f"{root.name}-topic"
    expected = []

    def write(text: str, file: str = "a.txt") -> None:
        (root / file).write_text(text)
        git(root, "add", file)

    write("one\n")
    git(root, "commit", "--quiet", "-m", "one")
    write("two\n")
    git(root, "commit", "--quiet", "--amend", "-m", "one, better")
    git(root, "switch", "--quiet", "-c", name)
    expected += ["commit", "amend", "branch.switch"]
    write("b\n", "b.txt")
    git(root, "commit", "--quiet", "-m", "two")
    git(root, "switch", "--quiet", "-")
    git(root, "merge", "--quiet", "--no-ff", "-m", "merge", name)
    expected += ["commit", "branch.switch", "merge"]
    git(root, "reset", "--quiet", "--hard", "HEAD~1")
    write("c\n", "c.txt")
    git(root, "stash", "--quiet")
    # A stash that is popped within a few milliseconds leaves nothing to read.
    listed(root, lambda kinds: "stash" in kinds)
    git(root, "stash", "pop", "--quiet")
    git(root, "commit", "--quiet", "-m", "three")
    expected += ["reset", "stash", "commit"]
    git(root, "tag", f"v-{root.name}")
    git(root, "cherry-pick", name)
    git(root, "revert", "--no-edit", "HEAD")
    expected += ["tag", "cherry-pick", "revert"]
    git(root, "switch", "--quiet", "-c", f"{name}-2", "HEAD~1")
    write("d\n", "d.txt")
    git(root, "commit", "--quiet", "-m", "four")
    git(root, "rebase", "--quiet", name)
    return [*expected, "branch.switch", "commit", "rebase"]
