"""Which git directory a workspace has, and what HEAD, refs and worktrees say in it.

Invariant: git is never started. A git directory that lies elsewhere (linked worktree, submodule) is
taken only where it names this workspace in turn; everything else that ``.git`` may be is refused
with a reason. Links are never followed.
"""

from __future__ import annotations

import os
import re
import stat
from typing import Final

from attrs import frozen

from afterglow.sensors.gitconfig import Config, parse_config
from afterglow.sensors.gitread import Below

SMALL: Final = 4 * 1024
CONFIG_LIMIT: Final = 1024 * 1024
PACKED_LIMIT: Final = 16 * 1024 * 1024
WORKTREES: Final = 256
_DEPTH: Final = 256
_HEADS: Final = "refs/heads/"
_REF: Final = re.compile(r"ref:\s*(\S.*)")
_SHA: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@frozen
class Head:
    """``branch`` where HEAD is on one, else None; ``sha`` where HEAD is a bare hash, else None."""

    branch: str | None = None
    sha: str | None = None


@frozen
class Repo:
    """A workspace under git: its root, its own git directory, and the one that worktrees share."""

    root: str
    own: Below
    common: Below

    @property
    def linked(self) -> bool:
        return self.own != self.common


def find_root(path: str) -> str:
    """The canonical path of the workspace of a folder: its git (or worktree) root, else itself."""
    try:
        start = os.path.realpath(path)
    except (OSError, ValueError):
        return path
    here = start
    for _ in range(_DEPTH):
        if _marks_root(here):
            return here
        above = os.path.dirname(here)  # noqa: PTH120
        if above == here:
            break
        here = above
    return start


def branch_of(root: str) -> str | None:
    """The branch that a workspace is on (in a rebase: the one it returns to), else None."""
    repo, _ = locate(root)
    return None if repo is None else current_branch(repo.own)


def locate(root: str) -> tuple[Repo | None, str | None]:
    """The repository of a workspace root, or None and one line that says why and what mends it.

    A folder without any ``.git`` is no problem: (None, None).
    """
    base = Below(root)
    found = base.stat(".git")
    if found is None:
        return None, None
    if stat.S_ISDIR(found.st_mode):
        own = Below(base.path(".git"))
        if not _looks_like_git(own):
            return None, ".git is a folder but not a git directory; run `git status` here to see why"
        return Repo(root, own, own), None
    if not stat.S_ISREG(found.st_mode):
        return None, ".git is neither a folder nor a file of git's; links are not followed"
    return _linked(root, base)


def read_config(common: Below) -> Config:
    """The repository's own configuration; empty where it cannot be read."""
    return parse_config(common.read("config", limit=CONFIG_LIMIT) or b"")


def head_of(own: Below) -> Head:
    """What HEAD of this git directory says now."""
    text = _line(own, "HEAD")
    if found := _REF.fullmatch(text):
        target = found[1]
        # No branch may begin with a dot: where refs are no files, HEAD names one that cannot be.
        on_branch = target.startswith(_HEADS) and not target.startswith(f"{_HEADS}.")
        return Head(branch=target[len(_HEADS) :]) if on_branch else Head()
    return Head(sha=text) if _SHA.fullmatch(text) else Head()


def current_branch(own: Below) -> str | None:
    """HEAD's branch; in a rebase, which detaches HEAD, the branch that it will return to."""
    branch = head_of(own).branch
    if branch is None:
        for folder in ("rebase-merge", "rebase-apply"):
            name = _line(own, folder, "head-name")
            if name.startswith(_HEADS):
                return name[len(_HEADS) :]
    return branch


def has_commits(repo: Repo) -> bool:
    """Whether HEAD leads to a commit (False in a repository without one)."""
    head = head_of(repo.own)
    if head.sha is not None:
        return True
    if head.branch is None:
        return False
    if repo.common.file("refs", "heads", *head.branch.split("/")) is not None:
        return True
    wanted = b" refs/heads/" + os.fsencode(head.branch) + b"\n"
    return wanted in (repo.common.read("packed-refs", limit=PACKED_LIMIT) or b"")


def head_commit(repo: Repo) -> str | None:
    """The hash of the commit that HEAD leads to, None where there is none or it cannot be read."""
    head = head_of(repo.own)
    if head.sha is not None or head.branch is None:
        return head.sha
    loose = _line(repo.common, "refs", "heads", *head.branch.split("/"))
    if _SHA.fullmatch(loose):
        return loose
    packed = repo.common.read("packed-refs", limit=PACKED_LIMIT) or b""
    before, found, _ = packed.partition(b" refs/heads/" + os.fsencode(head.branch) + b"\n")
    sha = before.rpartition(b"\n")[2].decode("ascii", "replace")
    return sha if found and _SHA.fullmatch(sha) else None


def uses_reftable(config: Config) -> bool:
    """Whether refs and their logs are kept in the binary format, which has no log files."""
    return config.get(("extensions", "", "refstorage"), "").lower().startswith("reftable")


def git_dirs(common: Below) -> list[Below]:
    """The shared git directory and those of all linked worktrees, at most 257."""
    names = common.listing("worktrees", limit=WORKTREES)
    return [common, *(Below(common.path("worktrees", name)) for name, is_folder in names if is_folder)]


def checkouts(repo: Repo, config: Config) -> dict[str, str]:
    """Branch -> canonical root of the checkout (main or worktree) that is on it."""
    found: dict[str, str] = {}
    for own in git_dirs(repo.common):
        if own == repo.own:
            root: str | None = repo.root
        elif own == repo.common:
            root = _main_root(repo.common, config)
        else:
            root = _worktree_root(own)
        branch = current_branch(own) if root is not None else None
        if root is not None and branch is not None:
            found.setdefault(branch, root)
    if mine := current_branch(repo.own):
        found[mine] = repo.root
    return found


def push_remote(config: Config, branch: str | None) -> str:
    """The remote that a push of this branch goes to, ``origin`` where nothing else is said."""
    for key in (
        ("branch", branch or "", "pushremote"),
        ("remote", "", "pushdefault"),
        ("branch", branch or "", "remote"),
    ):
        name = config.get(key, "")
        if name not in ("", "."):
            return name
    return "origin"


def upstream(config: Config, branch: str) -> tuple[str, str]:
    """The remote and the branch there that a branch follows; empty where it follows none elsewhere."""
    remote = config.get(("branch", branch, "remote"), "")
    merge = config.get(("branch", branch, "merge"), "")
    if remote in ("", ".") or not merge.startswith(_HEADS):
        return "", ""
    return remote, merge[len(_HEADS) :]


def readable(name: str) -> str:
    """A name from disk as text that can be stored and sent: what is not UTF-8 is replaced."""
    return os.fsencode(name).decode("utf-8", "replace")


def _line(base: Below, *parts: str) -> str:
    data = base.read(*parts, limit=SMALL)
    return "" if data is None else os.fsdecode(data.split(b"\n", 1)[0].strip())


def _looks_like_git(git: Below) -> bool:
    return git.file("HEAD") is not None and git.folder("refs") is not None and bool(git.folder("objects"))


def _marks_root(folder: str) -> bool:
    """Git would stop here: a real git directory, a ``gitdir:`` file, or a link that may be one."""
    base = Below(folder)
    found = base.stat(".git")
    if found is None:
        return False
    if stat.S_ISDIR(found.st_mode):
        return _looks_like_git(Below(base.path(".git")))
    if stat.S_ISREG(found.st_mode):
        return _line(base, ".git").startswith("gitdir:")
    return stat.S_ISLNK(found.st_mode)


def _linked(root: str, base: Below) -> tuple[Repo | None, str | None]:
    text = _line(base, ".git")
    target = text.removeprefix("gitdir:").strip()
    if not text.startswith("gitdir:") or not target:
        return None, ".git is a file that names no git directory"
    own = Below(_resolve(root, target))
    if own.folder() is None or own.file("HEAD") is None:
        return None, "the git directory that .git names is gone; run `git worktree repair` or clone again"
    shared = _line(own, "commondir")
    if shared:
        common = Below(_resolve(own.base, shared))
        inside = os.path.dirname(own.base) == common.path("worktrees")  # noqa: PTH120
        if inside and _looks_like_git(common) and _worktree_root(own) == root:
            return Repo(root, own, common), None
        return None, "the worktree and its repository do not name each other; run `git worktree repair`"
    if _looks_like_git(own):
        worktree = _setting(own, read_config(own), "worktree")
        if worktree is not None and _resolve(own.base, worktree) == root:
            return Repo(root, own, own), None
    return None, "the git directory does not name this folder; run `git config core.worktree <this folder>`"


def _setting(own: Below, config: Config, key: str) -> str | None:
    """A ``core`` setting; ``config.worktree`` is where newer git keeps those of one checkout."""
    more = parse_config(own.read("config.worktree", limit=CONFIG_LIMIT) or b"")
    return more.get(("core", "", key)) or config.get(("core", "", key))


def _worktree_root(own: Below) -> str | None:
    """The root that a linked worktree's git directory names, None where that is not there."""
    pointer = _line(own, "gitdir")
    if not pointer:
        return None
    path = os.path.normpath(os.path.join(own.base, pointer))  # noqa: PTH118
    folder, name = os.path.split(path)
    if name != ".git" or Below(folder).file(".git") is None:
        return None
    return _resolve(folder, ".")


def _main_root(common: Below, config: Config) -> str | None:
    if config.get(("core", "", "bare"), "").lower() in ("true", "yes", "on", "1"):
        return None
    folder, name = os.path.split(common.base)
    if name == ".git":
        return folder
    worktree = _setting(common, config, "worktree")
    return None if worktree is None else _resolve(common.base, worktree)


def _resolve(base: str, path: str) -> str:
    try:
        return os.path.realpath(os.path.join(base, path))  # noqa: PTH118
    except (OSError, ValueError):
        return ""
