"""Which files git may change on their way into the repository, so that their bytes prove nothing.

Invariant: errs towards "may": patterns are widened where they are hard, and whatever cannot be read counts
as if it named every file. Line ends are not asked about: whoever compares looks at them itself.
"""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from typing import Final

from attrs import frozen

from afterglow.sensors.gitconfig import parse_config
from afterglow.sensors.gitdir import CONFIG_LIMIT, Repo, read_config
from afterglow.sensors.gitread import Below
from afterglow.sensors.opening import read_regular

FILE: Final = ".gitattributes"
_LIMIT: Final = 1024 * 1024
_CHANGES: Final = re.compile(rb"(?:^|\s)(?:filter|ident|working-tree-encoding)(?:$|[\s=])")
_HARD: Final = re.compile(r"[\[\\]")
_SETTING: Final = ("core", "", "attributesfile")


@frozen
class _Pattern:
    """``below``: the first folder's name that a path must have, "" for any. Lower case: so are paths."""

    name: str
    below: str = ""

    def may_match(self, path: str) -> bool:
        """``path`` is relative to the folder of the attributes."""
        folder, _, _ = path.partition("/")
        if self.below and folder != self.below:
            return False
        return fnmatchcase(path.rpartition("/")[2], self.name)


_ANY: Final = (_Pattern("*"),)
_Patterns = tuple[_Pattern, ...]


class Attributes:
    """The attributes of one checkout. ``tracked``: paths of the attribute files that the index holds.

    ``user``: of the attributes that hold for every repository of this user.
    """

    def __init__(self, repo: Repo, tracked: frozenset[str], user: _Patterns) -> None:
        self._root = Below(repo.root)
        self._tracked = tracked
        self._user = user
        self._info = patterns(_read(repo.common, "info", "attributes"))
        self._folders: dict[tuple[str, ...], _Patterns] = {}

    def may_change(self, path: str) -> bool:
        """Whether what git would keep of this file (relative, "/") may differ from its bytes."""
        lowered = path.lower()
        if any(one.may_match(lowered) for one in (*self._user, *self._info)):
            return True
        parts = tuple(path.split("/"))
        return any(
            one.may_match("/".join(parts[depth:]).lower())
            for depth in range(len(parts))
            for one in self._of(parts[:depth])
        )

    def _of(self, folder: tuple[str, ...]) -> _Patterns:
        if folder not in self._folders:
            data = _read(self._root, *folder, FILE)
            known = "/".join((*folder, FILE)) in self._tracked
            # One that git keeps and the checkout lacks still holds.
            self._folders[folder] = _ANY if data == b"" and known else patterns(data)
        return self._folders[folder]


def users_patterns(repo: Repo) -> _Patterns:
    """Of the files outside the repository: the user's and the system's, and what their settings name.

    Nothing that the repository itself names is opened: where it names something, any file may change.
    Includes in the user's settings are not followed.
    """
    own = repo.own.read("config.worktree", limit=CONFIG_LIMIT) or b""
    for settings in (read_config(repo.common), parse_config(own)):
        if any(section in ("include", "includeif") for section, _, _ in settings) or _SETTING in settings:
            return _ANY
    home = os.path.expanduser("~")  # noqa: PTH111
    configured = os.environ.get("XDG_CONFIG_HOME") or f"{home}/.config"
    named = [f"{configured}/git/attributes", "/etc/gitattributes"]
    for path in (f"{home}/.gitconfig", f"{configured}/git/config", "/etc/gitconfig"):
        settings = parse_config(read_regular(os.path.realpath(path), CONFIG_LIMIT) or b"")
        if _SETTING in settings:
            named.append(os.path.expanduser(settings[_SETTING]))  # noqa: PTH111
    found: list[_Pattern] = []
    for path in named:
        if os.path.lexists(path):
            found += patterns(read_regular(os.path.realpath(path), _LIMIT))
    return tuple(found)


def patterns(data: bytes | None) -> _Patterns:
    """The patterns of an attributes file that name a change of content; None (not readable): any file."""
    if data is None or len(data) >= _LIMIT:
        return _ANY
    found: list[_Pattern] = []
    for raw in data.splitlines():
        line = raw.strip()
        if line.startswith(b"#") or not _CHANGES.search(line):
            continue
        if line.startswith((b'"', b"[attr]")):
            return _ANY
        found.append(_pattern(line.split(None, 1)[0].decode("utf-8", "replace").lower()))
    return tuple(found)


def _pattern(text: str) -> _Pattern:
    below, slash, _ = text.lstrip("/").partition("/")
    name = text.rpartition("/")[2] or "*"
    if hard := _HARD.search(name):
        name = name[: hard.start()] + "*"
    plain = slash and not any(sign in below for sign in "*?[\\")
    return _Pattern(name, below if plain else "")


def _read(base: Below, *parts: str) -> bytes | None:
    """Empty where there is nothing, None where it cannot be read."""
    return b"" if base.missing(*parts) else base.read(*parts, limit=_LIMIT)
