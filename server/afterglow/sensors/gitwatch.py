"""The readers of one repository that a window watches, and what they remember.

Invariant: made from marks alone, so that a restart goes on where the last scan stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from afterglow.sensors import gitmemory, gitstate, reflog
from afterglow.sensors.gitconfig import Config
from afterglow.sensors.gitdir import Repo, read_config
from afterglow.sensors.gitlog import UNKNOWN, LogTail, Mark
from afterglow.sensors.gitmemory import Memory
from afterglow.sensors.gitpush import PushLogs
from afterglow.sensors.gittags import Tags

if TYPE_CHECKING:
    from afterglow.sensors.team import Team

_HEAD_LOG: Final = ("logs", "HEAD")
_STASH_LOG: Final = ("logs", "refs", "stash")


class Watch:
    """The readers of one repository, made anew when the repository is another one."""

    def __init__(self, repo: Repo, marks: Mapping[str, Mark], absent_at: int | None) -> None:
        self.repo = repo
        known = dict(marks)
        if absent_at is not None:
            # It appeared while we looked on, so that what was written since is news, not history.
            for base, parts in ((repo.own, _HEAD_LOG), (repo.common, _STASH_LOG)):
                path = base.path(*parts)
                known.setdefault(path, Mark(path, inode=UNKNOWN, last_time=absent_at // 1000))
        head = known.get(repo.own.path(*_HEAD_LOG))
        self.memory: Memory | None = None
        if head is not None and head.extra:
            self.memory = gitmemory.load(head.extra, head.last_time * 1000)
        elif absent_at is not None:
            self.memory = Memory(absent_at, since=absent_at)
        self.remembered = self.memory if head is not None and head.extra else None
        self.reverted = ""
        self.had_log = head is not None and head.inode > 0
        self.head = LogTail(repo.own, _HEAD_LOG, head)
        self.stash = LogTail(repo.common, _STASH_LOG, known.get(repo.common.path(*_STASH_LOG)))
        self.pushes = PushLogs(repo.common, known.get(repo.common.path("logs", "refs", "remotes")))
        self.tags = Tags(repo.common, known.get(repo.common.path("refs", "tags")))
        self.conflicts = gitstate.Conflicts(dict(self.memory.conflicts) if self.memory else {})
        self._config: tuple[object, Config] | None = None

    @cached_property
    def team(self) -> Team:
        """What the history holds, by numbers."""
        # Not at start: a server has answered before anything is counted.
        from afterglow.sensors.team import Team  # noqa: PLC0415 - see above

        return Team(self.repo.common)

    def config(self) -> Config:
        """The repository's configuration, read again when it was written."""
        stat = self.repo.common.file("config")
        seen = (stat.st_ino, stat.st_size, stat.st_mtime_ns) if stat else None
        if self._config is None or self._config[0] != seen:
            self._config = (seen, read_config(self.repo.common))
        return self._config[1]

    def was_cloned(self) -> bool:
        """Whether the log begins with a clone."""
        first = (self.repo.common.read(*_HEAD_LOG, limit=4096) or b"").partition(b"\n")[0]
        line = reflog.parse(first)
        return line is not None and reflog.is_clone(line)

    def marks(self) -> list[Mark]:
        """Where all readers stand now."""
        found = (self.head.mark, self.stash.mark, self.pushes.mark, self.tags.mark)
        return [mark for mark in found if mark is not None]
