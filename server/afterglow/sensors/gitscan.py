"""One scan of a repository: what its logs, refs and unfinished operations say has happened.

Invariant: git is never started. Whatever is reported carries a key that is the same in every window
and after every restart; no message of a commit is stored or reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from afterglow.core.model import Json, Observation
from afterglow.sensors import gitmemory, gitstate, reflog
from afterglow.sensors.gitdir import (
    checkouts,
    current_branch,
    has_commits,
    head_commit,
    readable,
    uses_reftable,
)
from afterglow.sensors.gitlog import Reading
from afterglow.sensors.gitmemory import DAY_MS, Memory
from afterglow.sensors.gitpush import Push, Pushed
from afterglow.sensors.gitwatch import Watch

NO_REFLOG: Final = "git keeps no reflog here; run `git config core.logAllRefUpdates true`"
REFTABLE: Final = (
    "refs are kept as reftable, which has no log files; run `git refs migrate --ref-format=files`"
)

_AROUND_MS: Final = 120_000
_JUST_NOW_MS: Final = 2_000
_LOCK_MS: Final = 5_000
_LOCKED_AGAIN_MS: Final = 50
_QUIT_S: Final = 5
_COUNTED: Final = frozenset({"commit", "merge", "pull"})
_WITH_SUBJECT: Final = frozenset({"commit", "cherry-pick", "revert"})


class Look:
    """One scan while it is made: ``read`` it once, then take what it found."""

    def __init__(self, watch: Watch, now: int, live: bool) -> None:
        self.watch = watch
        self.now = now
        self.live = live
        self.observations: list[Observation] = []
        self.states: list[gitstate.State] = []
        self._waits: list[int] = []
        self._roots: dict[str, str] | None = None

    @property
    def again(self) -> int | None:
        """After how many ms to look again, None where nothing is settling."""
        return min(self._waits, default=None)

    def read(self) -> None:
        """States first, then the log: a state that is gone has its line in the log by then."""
        self.states = gitstate.states(self.watch.repo.own)
        done = self._head()
        self._conflicts(done)
        self._stash()
        for push in self.watch.pushes.scan(self.now):
            self._push(push)
        self._tags()
        self._remember()
        self._count()

    def problem(self) -> str | None:
        """What of git cannot be seen here, and the mend."""
        if uses_reftable(self.watch.config()):
            return REFTABLE
        if not self.watch.head.exists and has_commits(self.watch.repo):
            return NO_REFLOG
        return self.watch.tags.problem

    def _head(self) -> set[str]:
        """Reports what HEAD's log tells; gives the kinds of happening in it."""
        watch = self.watch
        if watch.head.unchanged():
            self._notice_quit()
            return set()
        settled = self._settled_reading()
        if settled is None:
            self._waits.append(_LOCKED_AGAIN_MS)
            return set()
        reading, branch = settled
        watch.head.take(reading)
        if watch.memory is None:
            watch.memory = self._first_sight(reading, branch)
            return set()
        if reading.seen is None:
            return set()
        if watch.memory.since is None or (reading.lost and not self.live):
            watch.memory = evolve(watch.memory, since=self.now)
        happenings, episode = reflog.interpret(
            reading.lines,
            watch.memory.episode,
            branch=branch,
            symbolic=branch is not None,
            reverting=bool(watch.memory.reverting),
            rebasing=self._rebasing(),
        )
        kinds = {happening.kind for happening in happenings}
        if "revert" in kinds:
            # Its state file may outlive its line by an instant; the next commit is a commit.
            watch.reverted = watch.memory.reverting
        watch.memory = evolve(watch.memory, episode=episode)
        for happening in happenings:
            line = happening.line
            tags, glow = _signs(line.message) if self.live and happening.kind in _WITH_SUBJECT else ((), 0.0)
            self._add(
                happening.kind,
                ("HEAD", watch.repo.own.base, line.identity, str(line.ordinal)),
                self._moment(line.time),
                {**happening.data, **self._numbers(happening), **({"subject_glow": glow} if glow else {})},
                tags=tags,
            )
        self._notice_quit()
        return kinds

    def _numbers(self, happening: reflog.Happening) -> dict[str, int]:
        """What of a commit, merge or pull only the object database can tell; nothing of what was missed."""
        if not self.live or happening.kind not in _COUNTED:
            return {}
        line = happening.line
        old, alone = happening.since or line.old, happening.kind == "commit"
        return self.watch.team.numbers(old, line.new, line.email, alone=alone)

    def _settled_reading(self) -> tuple[Reading, str | None] | None:
        """The log's new lines and the branch behind them. None while a checkout is half done: git
        writes its line first and then HEAD, which alone tells whether a branch was taken."""
        watch = self.watch
        reading = watch.head.look(self.now // 1000)
        for _ in range(3):
            if any(reflog.is_checkout(line) for line in reading.lines):
                lock = watch.repo.own.file("HEAD.lock")
                if lock is not None and abs(self.now - lock.st_mtime_ns // 10**6) < _LOCK_MS:
                    return None
            branch = current_branch(watch.repo.own)
            if watch.head.current(reading):
                break
            reading = watch.head.look(self.now // 1000)
        return reading, branch

    def _first_sight(self, reading: Reading, branch: str | None) -> Memory:
        day_ago = self.now - DAY_MS
        lines = reading.history
        happenings, episode = reflog.interpret(
            lines, None, branch=branch, symbolic=branch is not None, rebasing=self._rebasing()
        )
        times = [one.line.time * 1000 for one in happenings if one.kind == "commit"]
        return Memory(
            base=self.now,
            since=_known_since(reading, self.now, has_commits(self.watch.repo)),
            commits=tuple(time for time in times if day_ago <= time <= self.now),
            episode=episode,
        )

    def _notice_quit(self) -> None:
        """A rebase that was quit leaves no line: its folder is gone and nothing more is written."""
        watch = self.watch
        memory = watch.memory
        if memory is None or memory.episode is None or watch.head.mark is None:
            return
        if self._rebasing():
            return
        if abs(self.now // 1000 - watch.head.mark.last_time) > _QUIT_S:
            watch.memory = evolve(memory, episode=None)
        else:
            self._waits.append((_QUIT_S + 1) * 1000)

    def _rebasing(self) -> bool:
        """Whether a rebase was unfinished before the log was read, or is now: git writes a rebase's last
        line before it removes the folder."""
        there = (*self.states, *gitstate.states(self.watch.repo.own))
        return any(state.operation == "rebase" for state in there)

    def _conflicts(self, done: set[str]) -> None:
        changes, wait = self.watch.conflicts.update(self.watch.repo.own, self.now, self.states, done)
        if wait is not None:
            self._waits.append(wait)
        for change in changes:
            at = self.now if change.at is None else change.at
            data: dict[str, Json] = {"operation": change.operation}
            if change.kind == "conflict.end":
                data["resolved"] = change.resolved
            key = (change.kind, self.watch.repo.own.base, change.identity)
            self._add(change.kind, key, at, data, ok=change.resolved)

    def _stash(self) -> None:
        stash = self.watch.stash
        if stash.unchanged():
            return
        reading = stash.look(self.now // 1000)
        stash.take(reading)
        for line in reading.lines:
            branch = reflog.stashed_on(line)
            data: dict[str, Json] = {"sha": line.new} | ({"branch": branch} if branch else {})
            key = ("stash", self.watch.repo.common.base, line.identity, str(line.ordinal))
            self._add("stash", key, self._moment(line.time), data, root=self._root_of(branch))

    def _push(self, push: Push) -> None:
        remotes = {sub for section, sub, _ in self.watch.config() if section == "remote" and sub}
        named = [(*_remote_and_branch(moved, remotes), moved) for moved in push.refs]
        # The branch that is told is one that someone has checked out, if there is one.
        remote, branch, moved = next((one for one in named if one[1] in self._checkouts()), named[0])
        data: dict[str, Json] = {"branch": readable(branch), "remote": readable(remote), "sha": moved.sha}
        if len(named) > 1:
            data["count"] = len(named)
        key = ("push", self.watch.repo.common.base, str(push.time))
        self._add("push", key, self._moment(push.time), data, root=self._root_of(branch))

    def _tags(self) -> None:
        watch = self.watch
        # A clone writes its tags before the first line of the log.
        adopt = not watch.head.exists or (not watch.had_log and watch.was_cloned())
        watch.had_log = watch.head.exists
        tags, wait = watch.tags.scan(self.now, live=self.live, adopt=adopt)
        if wait is not None:
            self._waits.append(wait)
        for tag in tags:
            at = self.now if tag.made is None else self._moment(tag.made // 1000)
            key = ("tag", watch.repo.common.base, tag.name, tag.sha)
            self._add("tag", key, at, {"name": tag.name, "sha": tag.sha})

    def _count(self) -> None:
        """Counts the history, a little at a time: at the first look, and on while something happens."""
        if self.live and not self.observations:
            return
        head = head_commit(self.watch.repo)
        if head is not None:
            self.watch.team.total(head)

    def _remember(self) -> None:
        watch = self.watch
        if watch.memory is None or watch.head.mark is None:
            return
        reverting = next((state.identity for state in self.states if state.operation == "revert"), "")
        reverting = "" if reverting == watch.reverted else reverting
        conflicts = watch.conflicts.opened
        memory = watch.memory
        if memory.reverting != reverting or memory.conflicts != conflicts:
            memory = evolve(memory, reverting=reverting, conflicts=dict(conflicts))
        if memory == watch.remembered:
            return
        watch.memory = watch.remembered = memory
        watch.head.mark = evolve(watch.head.mark, extra=gitmemory.dump(memory, self.now))

    def _checkouts(self) -> dict[str, str]:
        if self._roots is None:
            self._roots = checkouts(self.watch.repo, self.watch.config())
        return self._roots

    def _root_of(self, branch: str | None) -> str:
        own = self.watch.repo.root
        return own if not branch else self._checkouts().get(branch, own)

    def _moment(self, seconds: int) -> int:
        """When a line's second was, in ms and never in the future; read live, as near as can be said:
        a clock that git was given by hand is not believed."""
        begun = seconds * 1000
        if not self.live:
            return min(begun, self.now)
        if abs(self.now - begun) > _AROUND_MS or self.now - begun < _JUST_NOW_MS:
            return self.now
        return min(begun + 999, self.now)

    def _add(
        self,
        kind: str,
        key: tuple[str, ...],
        at: int,
        data: Mapping[str, Json],
        *,
        root: str | None = None,
        ok: bool = True,
        tags: tuple[str, ...] = (),
    ) -> None:
        digest = reflog.short_hash(*(part.encode("utf-8", "surrogateescape") for part in key), size=16)
        self.observations.append(
            Observation(
                kind=kind,
                workspace=root or self.watch.repo.root,
                source="git",
                at=at,
                status="ok" if ok else None,
                tags=tags,
                data=data,
                key=f"git:{digest}",
                silent=not self.live,
            )
        )


def _signs(message: str) -> tuple[tuple[str, ...], float]:
    """Tags and GLOW of the subject in a line of the log; the subject itself is forgotten."""
    # Not at start: what reads words is larger than what reads git.
    from afterglow.core.subject import signs  # noqa: PLC0415 - see above

    return signs(message.partition(": ")[2])


def _known_since(reading: Reading, now: int, commits: bool) -> int | None:
    """From when on HEAD's log tells every commit: it may have been cut, or never kept."""
    if reading.seen is None or not reading.history:
        return None if commits and reading.seen is None else (now if commits else now - DAY_MS)
    first = reading.history[0]
    created = reading.whole and not first.old.strip("0")
    return now - DAY_MS if created else max(first.time * 1000, now - DAY_MS)


def _remote_and_branch(pushed: Pushed, remotes: set[str]) -> tuple[str, str]:
    """A remote's name may hold slashes, so the configuration is asked first."""
    for size in range(len(pushed.ref) - 1, 0, -1):
        remote = "/".join(pushed.ref[:size])
        if remote in remotes:
            return remote, "/".join(pushed.ref[size:])
    return pushed.ref[0], "/".join(pushed.ref[1:])
