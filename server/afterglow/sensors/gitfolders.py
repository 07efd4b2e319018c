"""Which folders of a repository to watch, without their sub-folders, to miss nothing of it.

Invariant: at most eight, and only real folders that exist now; what does not exist yet is awaited in
the folder where it will appear.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from afterglow.sensors import gitstate
from afterglow.sensors.gitconfig import Config
from afterglow.sensors.gitdir import Repo, current_branch, push_remote, upstream
from afterglow.sensors.gitread import Below
from afterglow.sensors.opening import is_name

Folders = Mapping[str, frozenset[str] | None]
"""Folder -> the names in it that matter, None for any."""

_OWN: Final = frozenset((*gitstate.NAMES, "HEAD", "logs"))
_LOGS: Final = ("logs",)
_REF_LOGS: Final = ("logs", "refs")
_REMOTES: Final = ("logs", "refs", "remotes")
_TAGS: Final = ("refs", "tags")


def no_repository(root: str) -> Folders:
    """Where a repository would appear."""
    return {root: frozenset((".git",))}


def folders(repo: Repo, config: Config, newest_tags: tuple[str, ...] | None) -> Folders:
    """The folders to watch for this checkout; ``newest_tags``: the folder of nested tags in use."""
    found: dict[str, frozenset[str] | None] = {}
    _add(found, repo.own, (), _OWN)
    _add(found, repo.own, _LOGS, frozenset(("HEAD", "refs")))
    if repo.common.folder(*_REF_LOGS) is None:
        _add(found, repo.common, _LOGS, frozenset(("HEAD", "refs")))
    else:
        _add(found, repo.common, _REF_LOGS, frozenset(("stash", "remotes")))
        for parts in _remote_folders(repo, config):
            _add(found, repo.common, parts, None)
    if repo.common.folder(*_TAGS) is None:
        _add(found, repo.common, ("refs",), frozenset(("tags",)))
    else:
        _add(found, repo.common, _TAGS, None)
        if newest_tags is not None:
            _add(found, repo.common, newest_tags, None)
    return found


def _add(
    found: dict[str, frozenset[str] | None], base: Below, parts: tuple[str, ...], names: frozenset[str] | None
) -> None:
    if base.folder(*parts) is not None:
        found[base.path(*parts)] = names


def _remote_folders(repo: Repo, config: Config) -> list[tuple[str, ...]]:
    """The folder of the remote that this branch is pushed to, the one of the branch's log in it, and
    the one of its upstream's log, which may have another name; as far as they exist, at most three."""
    branch = current_branch(repo.own) or ""
    remote = push_remote(config, branch)
    wanted = [
        _deepest(repo, remote, ""),
        _deepest(repo, remote, branch),
        _deepest(repo, *upstream(config, branch)),
    ]
    # A remote that has no folder yet is awaited.
    return list(dict.fromkeys(parts or _REMOTES for index, parts in enumerate(wanted) if parts or not index))


def _deepest(repo: Repo, remote: str, branch: str) -> tuple[str, ...] | None:
    """The folder of a branch's log among those of a remote, or the nearest that exists above it."""
    found = (*_REMOTES, *remote.split("/"))
    if not all(is_name(part) for part in found) or repo.common.folder(*found) is None:
        return None
    for part in branch.split("/")[:-1]:
        if not is_name(part) or repo.common.folder(*found, part) is None:
            break
        found = (*found, part)
    return found
