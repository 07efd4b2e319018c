"""Repositories on virtual time, the windows that look at them, and what these have to have recorded.

What git is told (dates) and what it writes where times are read from files follow the stage's clock. An
``Expected`` is made from what was done and from git's own answers, never from a log.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from attrs import define, field

from afterglow.core.model import Event, Observation
from afterglow.sensors.git import GitSensor, Mark
from afterglow.sensors.ledger import Ledger
from afterglow.sensors.reports import ReportSensor
from afterglow.store import marks, query
from tests.support.gitbox import GitBox
from tests.support.played import Played, Stage

ANYWHERE = "*"
STAYED_MS = 2_000
YOUNG_TAG_MS = 700
STAMPED = ("MERGE_HEAD", "MERGE_MSG", "CHERRY_PICK_HEAD", "REVERT_HEAD", "FETCH_HEAD")
STAMPED_IN = ("rebase-merge/orig-head", "rebase-apply/orig-head", "rebase-apply/next")


@define(eq=False)
class Expected:
    """One event that is to be recorded once someone looks. ``kinds``: any of these. ``workspace``: None
    until it is known whose it is, ``ANYWHERE`` where that is a matter of chance. ``optional``: it may as
    well be lost, as the contract allows."""

    kinds: tuple[str, ...]
    made: int
    data: dict[str, object]
    place: Checkout | None = None
    witnesses: frozenset[str] = frozenset()
    branch: str | None = None
    workspace: str | None = None
    ripe: int = 0
    seen: bool = False
    optional: bool = False
    joins: Expected | None = None


@define(eq=False)
class Conflict:
    """An operation that stopped. ``since``: ms. ``told``: its begin was recorded."""

    operation: str
    since: int
    verb: str = "rebase"
    told: bool = False


@define(eq=False)
class Family:
    """Checkouts that share one repository, and what they share."""

    places: list[Checkout] = field(factory=list)
    branches: list[str] = field(factory=lambda: ["main"])
    tags: list[str] = field(factory=list)
    stashes: list[Expected | None] = field(factory=list)
    pushed: tuple[int, Expected] | None = None
    fetched: bool = False


@define(eq=False)
class Checkout:
    box: GitBox
    family: Family
    branch: str | None = "main"
    known: bool = False
    alive: bool = True
    conflict: Conflict | None = None

    @property
    def root(self) -> str:
        return str(self.box.path)

    @property
    def git(self) -> Path:
        found = self.box.path / ".git"
        if found.is_dir():
            return found
        return (self.box.path / found.read_text().removeprefix("gitdir:").strip()).resolve()


class Desk:
    """One editor window and its sensors, by the root they look at."""

    def __init__(self, played: Played) -> None:
        self.played = played
        self.sensors: dict[str, tuple[GitSensor, ReportSensor]] = {}
        self.asleep = False


class World:
    """One main repository with a remote, a colleague, up to three windows."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self.chance = chance
        self.folder = folder.resolve()
        store = self.folder / "store"
        store.mkdir()
        # How long things take is drawn apart: what is done must not depend on what was said of it.
        haste = random.Random(chance.random())
        self.stage = Stage(store, lambda: haste.uniform(0, 20), start=int(time.time()) * 1000)
        self.expected: list[Expected] = []
        self.places: list[Checkout] = []
        self.desks: list[Desk] = []
        self.told: list[str] = []
        self.done: list[str] = []
        self._gone: list[Played] = []
        self._stamps: dict[Path, int] = {}
        self._count = 0
        main = GitBox.create(self.folder / "main")
        self.main = self.add_place(main, Family())
        for name in ("shared", "base"):
            main.write(name, "one\n")
            self.git(self.main, "commit", "-q", "-m", "start")
        main.with_remote(self.folder / "up.git")
        self.git(self.main, "push", "-q", "-u", "origin", "main")
        self.family.pushed = (self.now // 1000, Expected(("push",), self.now, {}, seen=True))
        GitBox(self.folder / "up.git").clone(self.folder / "colleague")
        self.colleague = Checkout(GitBox(self.folder / "colleague"), Family())

    # -- git -------------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        return self.stage.clock.wall()

    @property
    def family(self) -> Family:
        return self.main.family

    def fresh(self, stem: str) -> str:
        """A name that was never used."""
        self._count += 1
        return f"{stem}{self._count}"

    def git(self, place: Checkout, *args: str) -> bool:
        """Runs git a millisecond later, and lets its files have the stage's time."""
        self.stage.run(1)
        stamp = f"@{self.now // 1000} +0000"
        env = {"GIT_COMMITTER_DATE": stamp, "GIT_AUTHOR_DATE": stamp}
        self.done.append(f"{self.now} {place.box.path.name}: {' '.join(args)}")
        done = place.box.succeeds(*args, env=env)
        for one in self.places:
            if one.alive:
                self._stamp(one)
        return done

    def must(self, place: Checkout, *args: str) -> None:
        assert self.git(place, *args), self.done[-1]

    def sha(self, place: Checkout, name: str = "HEAD") -> str:
        return place.box.run("rev-parse", "-q", "--verify", name, ok=False).strip()

    def _stamp(self, place: Checkout) -> None:
        for path in _timed_files(place.git):
            try:
                found = path.stat().st_mtime_ns
            except OSError:
                continue
            if self._stamps.get(path) != found:
                os.utime(path, ns=(self.now * 10**6, self.now * 10**6))
                self._stamps[path] = self.now * 10**6

    def stamp(self, path: Path) -> None:
        """A file that was written just now, by the stage's clock."""
        os.utime(path, ns=(self.now * 10**6, self.now * 10**6))

    def add_place(self, box: GitBox, family: Family, branch: str | None = "main") -> Checkout:
        """A checkout that was made just now."""
        place = Checkout(box, family, branch)
        family.places.append(place)
        if family.places == [place]:
            (place.git / "info/exclude").write_text("junit.xml\n")
        self.places.append(place)
        return place

    # -- what is to be recorded --------------------------------------------------------------------------

    def expect(self, place: Checkout, *kinds: str, **data: object) -> None:
        """HEAD of a checkout has moved: told to whoever has seen this checkout before."""
        if place.known:
            self.expected.append(Expected(kinds, self.now, data, place, workspace=place.root))

    def expect_report(self, place: Checkout, **counts: object) -> None:
        """A report was written: told by whoever looks there, at first sight too."""
        self.expected.append(Expected(("job.finished",), self.now, counts, place, workspace=place.root))

    def expect_shared(
        self, place: Checkout, kind: str, branch: str | None, ripe: int = 0, /, **data: object
    ) -> Expected:
        """Something that every checkout of a family can see."""
        known = frozenset(one.root for one in place.family.places if one.known and one.alive)
        one = Expected((kind,), self.now, data, None, known, branch, ripe=self.now + ripe)
        if known:
            self.expected.append(one)
        return one

    def forget(self, one: Expected | None) -> None:
        """What nobody has seen yet is gone."""
        if one is not None and not one.seen and one in self.expected:
            self.expected.remove(one)

    def _seen(self, desk: Desk, place: Checkout, live: bool) -> None:
        if not place.alive:
            return
        for one in list(self.expected):
            if one.seen:
                continue
            if one.place is place:
                one.seen = True
                if one.joins is not None:
                    one.joins.data.update(one.data)
                    self.expected.remove(one)
            elif place.root in one.witnesses and self.now >= one.ripe:
                one.seen = True
                # After an absence nobody can tell a tag that was made from one of an earlier fetch.
                one.optional = one.optional or (not live and place.family.fetched and "tag" in one.kinds)
                one.workspace = one.workspace or self._home(place, one.branch)
        place.known = True
        stopped = place.conflict
        if stopped is not None and not stopped.told and self.now - stopped.since >= STAYED_MS:
            stopped.told = True
            begun = Expected(("conflict.begin",), stopped.since, {"operation": stopped.operation}, seen=True)
            begun.workspace = place.root
            self.expected.append(begun)

    def _home(self, place: Checkout, branch: str | None) -> str:
        """The checkout that is on a branch, else the one that looks."""
        if branch is None or branch == place.branch:
            return place.root
        return next(
            (one.root for one in place.family.places if one.alive and one.branch == branch), place.root
        )

    # -- windows -----------------------------------------------------------------------------------------

    def open(self, *places: Checkout) -> Desk:
        """A new window on these checkouts, with what the store remembers of them."""
        desk = Desk(self.stage.window(*(place.root for place in places), mode="chatty"))
        self.desks.append(desk)
        desk.played.window.focused(self.chance.random() < 0.5)
        for place in places:
            rows = marks.load(desk.played.database.connection, place.root)
            known = {
                row.path: Mark(row.path, row.inode, row.offset, row.last_time, row.recent, row.extra)
                for row in rows
            }
            desk.sensors[place.root] = (GitSensor(place.root, known), ReportSensor(place.root, Ledger()))
            self.look(desk, place, live=False)
        return desk

    def shut(self, desk: Desk) -> None:
        self.desks.remove(desk)
        self.told += [token.event[0] for token in desk.played.tokens if token.event]
        desk.played.window.close()
        self.stage.windows.remove(desk.played)
        # A bell that was rung before is still on its way: the file is closed at the very end.
        self._gone.append(desk.played)

    def look(self, desk: Desk, place: Checkout, *, live: bool = True) -> None:
        """One scan of one checkout by one window; what settles is looked at again."""
        if desk not in self.desks:
            return
        git, reports = desk.sensors[place.root]
        scan = git.scan(self.now, live)
        rows = [
            marks.MarkRow(mark.path, mark.inode, mark.offset, mark.last_time, tuple(mark.recent), mark.extra)
            for mark in scan.marks
        ]
        files = reports.scan(self.now, live)
        desk.played.window.observe((*scan.observations, *files.observations), place.root, rows)
        self._seen(desk, place, live)
        waits = [ms for ms in (scan.again_after_ms, files.again_after_ms) if ms is not None]
        if waits:
            self.stage.at(min(waits), lambda: self.look(desk, place))

    def look_round(self, *, all_of_it: bool = False) -> None:
        """Every window that is awake looks at everything it has open, in any order."""
        todo = [(desk, place) for desk in self.desks for place in self.open_places(desk)]
        self.chance.shuffle(todo)
        for desk, place in todo:
            if all_of_it or not desk.asleep:
                self.look(desk, place)

    def open_places(self, desk: Desk) -> list[Checkout]:
        return [place for place in self.places if place.root in desk.sensors]

    def editor(self, desk: Desk, place: Checkout) -> Expected:
        """The editor says that a test task has ended."""
        seen = Observation(
            "job.finished",
            place.root,
            "editor",
            self.now,
            label="tests",
            status="unknown",
            data={"job": "test"},
        )
        desk.played.window.observe((seen,))
        one = Expected(("job.finished",), self.now, {}, workspace=place.root, seen=True)
        self.expected.append(one)
        return one

    def close(self) -> None:
        for played in self._gone:
            played.database.close()
        self.stage.close()

    # -- the end -----------------------------------------------------------------------------------------

    def finish(self) -> tuple[list[Event], list[Expected]]:
        """Everybody looks, everything is told; gives what was recorded without its cause, and what lacks."""
        self.stage.run(10_000)
        for desk in list(self.desks):
            self.shut(desk)
        for place in [place for place in self.places if place.alive]:
            desk = self.open(place)
            self.stage.run(10_000)
            self.look(desk, place)
            self.stage.run(30_000)
            self.shut(desk)
        self.stage.run(60_000)
        found = [event for event in query.events(self.stage.outside.connection) if _is_asked(event)]
        left = [one for one in self.expected if one.seen]
        for one in sorted(left, key=lambda one: (len(one.kinds), -len(one.data))):
            match = next((event for event in found if fits(one, event)), None)
            if match is not None:
                found.remove(match)
                left.remove(one)
        return found, [one for one in left if not one.optional]


def fits(one: Expected, event: Event) -> bool:
    """Whether an event is what was expected, where, and not before it was done."""
    data: dict[str, Any] = dict(event.data)
    return (
        event.kind in one.kinds
        and one.workspace in (event.workspace, ANYWHERE)
        and all(data.get(name) == value for name, value in one.data.items())
        and event.at >= one.made // 1000 * 1000
    )


def _is_asked(event: Event) -> bool:
    """What a window records of itself (a session, a pause) is not the matter here."""
    return event.source in ("git", "report") or event.kind == "job.finished"


def _timed_files(git: Path) -> Iterator[Path]:
    yield from (git / name for name in (*STAMPED, *STAMPED_IN))
    for folder in ("refs/tags", "logs/refs/remotes"):
        yield from (path for path in (git / folder).rglob("*") if path.is_file())
