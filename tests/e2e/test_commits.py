"""A commit in a real repository becomes one true line in a client, once, whoever watches."""

from __future__ import annotations

import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

from tests.support.patience import wait_until
from tests.support.sidecar import Sidecar, afterglow, git, lines, recorded, repository

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
        said = [part for part in (token["news"], token["banter"]) if part]
        assert token["news"] and token["response"] == ". ".join(said)
        assert 0 < token["glowScore"] < 0.3
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
            wait_until(partial(told_by, clients, number), 15)
        told = [token["event"]["id"] for client in clients for token in client.tokens]
    events = lines(afterglow("events", "--json", "--kind", "commit").stdout)
    assert len(events) == COMMITS
    assert sorted(told) == sorted(event["id"] for event in events)


def told_by(clients: list[Sidecar], number: int) -> bool:
    """Whether together they were told so many lines."""
    return sum(len(client.tokens) for client in clients) >= number


def listed(root: Path, number: int = 0, kind: str | None = None) -> list[str]:
    """The kinds of git events of a workspace, sorted, when there are as many, and one of this kind."""

    def kinds(found: list[dict[str, Any]]) -> list[str]:
        return sorted(event["kind"] for event in found if event["kind"] != "session.open")

    def enough(found: list[dict[str, Any]]) -> bool:
        return len(kinds(found)) >= number and (kind is None or kind in kinds(found))

    return kinds(recorded("--workspace", str(root), enough=enough))


def test_each_git_operation_is_listed_once_with_the_right_kind(tmp_path: Path) -> None:
    main = repository(tmp_path / "project")
    git(main, "worktree", "add", "--quiet", str(tmp_path / "linked"), "-b", "linked")
    for root in (main, (tmp_path / "linked").resolve()):
        with Sidecar(root, options={"mode": "chatty", "coalesceMs": 0, "typingPauseMs": 0}) as client:
            client.listen()
            expected = operate(root)
            listed(root, len(expected))
            git(root, "gc", "--quiet")
            git(root, "status")
            git(root, "reflog", "expire", "--expire=now", "--all")
            commit(root, 99)
            expected.append("commit")
            kinds = listed(root, len(expected))
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
    listed(root, kind="stash")
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
