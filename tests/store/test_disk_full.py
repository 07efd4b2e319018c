"""F14: a full disk costs durability for a while, never a turn and never what was recorded."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from afterglow.core.model import Event
from afterglow.store import archive, choices, marks, opening, sessions, turns
from afterglow.store import database as module
from afterglow.store.database import Database, Unavailable
from tests.store.conftest import Open
from tests.store.making import GAP, NOW, PLACE, count, happening, job, to_json, token, turn, written
from tests.support.writers import ROOT

PROGRAM: Final = Path(__file__).with_name("filling.py")


def can_mount() -> bool:
    """Whether a small disk of one's own can be had: by root, outside of most containers."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return False
    command = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    try:
        return subprocess.run(command, check=False, capture_output=True, timeout=10).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def filled(way: str, root: Path) -> tuple[dict[str, Any], Path]:
    """Run the program that fills its disk; what it says, and a copy of the database it leaves."""
    root.mkdir(parents=True)
    copy = root.with_name("copy.db")
    packages = [str(ROOT / "server"), str(Path(attrs.__file__).parents[1])]
    command = [sys.executable, "-I", str(PROGRAM), way, str(root), *packages]
    if way == "disk":
        keep = 'mount -t tmpfs -o size=2m tmpfs "$1"; r=$1; c=$2; shift 2; "$@" && cp "$r/afterglow.db" "$c"'
        command = ["unshare", "--mount", "sh", "-c", keep, "sh", str(root), str(copy), *command]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), copy if way == "disk" else root / "afterglow.db"


@pytest.mark.parametrize("way", ["limit", *(["disk"] if can_mount() else [])])
def test_a_really_full_disk_loses_nothing(tmp_path: Path, way: str) -> None:
    said, path = filled(way, tmp_path / "home")
    reason = {"limit": "the disk reports errors", "disk": "the disk is full"}[way]
    for problem in (said["problem"], said["still"]):
        assert problem.startswith(f"nothing can be kept for later: {reason}")
    assert said["back"] is None
    assert said["refused"].startswith(reason) and "\n" not in said["refused"]
    assert said["slowest"] < 5
    connection = sqlite3.connect(path)
    try:
        stored = Counter(row[0] for row in connection.execute("SELECT key FROM keys"))
        rows = connection.execute("SELECT count(*) FROM events").fetchone()[0]
        told = connection.execute("SELECT state, reason FROM events WHERE id = ?", (said["told"],)).fetchall()
        check = connection.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        connection.close()
    assert check == "ok"
    assert stored == Counter(said["acknowledged"]) and rows == len(stored)
    assert told == [(3, "told from memory")]


# -- the same with a bound on the connection, in small steps -------------------------------------------


class Disk:
    """A disk that can be full. ``open`` gives a database whose clock is ``now``, in seconds."""

    def __init__(self, patch: pytest.MonkeyPatch, opened: Open) -> None:
        self.now = 0.0
        self.full = False
        self._opened = opened
        real = opening.prepare

        def prepare(connection: sqlite3.Connection, *, wal: bool) -> None:
            real(connection, wal=wal)
            if self.full:
                self.bound(connection)

        patch.setattr(opening, "prepare", prepare)

    def open(self, **options: bool) -> Database:
        return self._opened(seconds=lambda: self.now, **options)

    def bound(self, connection: sqlite3.Connection) -> None:
        """Not a page more than there are."""
        connection.execute("PRAGMA max_page_count = 1").fetchall()

    def fill(self, *databases: Database) -> None:
        self.full = True
        for database in databases:
            self.bound(database.connection)

    def later(self) -> None:
        self.now += module.RETURN_SECONDS


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch, opened: Open) -> Disk:
    return Disk(monkeypatch, opened)


def big(name: str, **more: Any) -> Any:
    """An event that does not fit into what is left of a page."""
    return happening("commit", key=name, data={"branch": "pine " * 1_800}, **more)


def owned(database: Database, window: str, event: Event) -> list[Event]:
    return database.write(lambda connection: turns.take(connection, window, [event.seq], NOW))


def told(database: Database, window: str, event: Event, name: str) -> None:
    def settle(connection: sqlite3.Connection) -> None:
        session = sessions.current(connection, PLACE, NOW, GAP)
        turns.settle(connection, turn(token(name)), [event], event, session, window, NOW, to_json)

    database.write(settle)


def keys(connection: sqlite3.Connection) -> list[str]:
    return sorted(row[0] for row in connection.execute("SELECT key FROM keys"))


def test_memory_knows_what_was_and_brings_back_what_is_new(disk: Disk, opened: Open) -> None:
    window = disk.open()
    window.write(lambda connection: choices.write_mode(connection, "quiet"))
    window.write(lambda connection: sessions.open_window(connection, "me", NOW))
    [red] = written(window, job("run", "fail", ago=5))
    disk.fill(window)
    [new] = written(window, big("new"))
    assert window.problem == "nothing can be kept for later: the disk is full: free some space"
    assert not window.on_disk
    known = window.write(lambda connection: turns.know(connection, new.workspace, new, "normal", NOW, GAP))
    assert known.mode == "quiet" and [one.event_id for one in known.red] == [red.id]
    assert known.session.id == red.session_id == new.session_id
    assert owned(window, "me", new)
    told(window, "me", new, "t1")
    disk.full = False
    disk.later()
    written(window, happening("stash", key="after"))
    assert window.problem is None and window.on_disk
    other = opened().connection
    assert keys(other) == ["after", "new"]
    assert count(other, "events") == 3
    assert [one["id"] for one in turns.last_tokens(other, 9)] == ["t1"]
    row = other.execute("SELECT id, state, owner FROM events WHERE id = ?", (new.id,)).fetchone()
    assert tuple(row) == (new.id, 3, "me")
    assert sessions.current(other, PLACE, NOW, GAP).turn == 1
    waiting = turns.waiting(other, [PLACE], NOW)
    assert [event.id for event in waiting] == [red.id], "what was told in memory is not told again"


def test_the_disk_is_not_tried_before_its_time(disk: Disk) -> None:
    window = disk.open()
    disk.fill(window)
    written(window, big("1"))
    disk.full = False
    disk.now += module.RETURN_SECONDS - 0.001
    written(window, big("2"))
    assert window.problem is not None
    disk.later()
    written(window, big("3"))
    assert window.problem is None


def test_a_way_back_that_fails_leaves_memory_as_it_was(disk: Disk, opened: Open) -> None:
    window = disk.open()
    disk.fill(window)
    for number in range(3):
        written(window, big(str(number)))
        disk.later()
    assert window.problem is not None
    assert keys(window.connection) == ["0", "1", "2"]
    disk.full = False
    written(window, big("3"))
    assert keys(opened().connection) == ["0", "1", "2", "3"]


def test_full_again_and_again(disk: Disk, opened: Open) -> None:
    window = disk.open()
    wanted = []
    for number in range(5):
        disk.fill(window)
        wanted += [f"{number}-a", f"{number}-b"]
        written(window, big(f"{number}-a"), big(f"{number}-b"))
        assert window.problem is not None
        disk.full = False
        disk.later()
        wanted.append(f"{number}-c")
        written(window, big(f"{number}-c"))
        assert window.problem is None
    assert keys(opened().connection) == sorted(wanted)
    assert count(opened().connection, "events") == len(wanted)


def test_full_from_the_start(disk: Disk, opened: Open) -> None:
    opened().close()
    disk.full = True
    window = disk.open()
    written(window, big("1"))
    assert window.problem is not None
    disk.full = False
    disk.later()
    written(window, big("2"))
    assert keys(opened().connection) == ["1", "2"]


def test_a_burst_begun_in_memory_ends_on_the_disk(disk: Disk, opened: Open) -> None:
    """Its window goes on to name the events by the numbers that they had."""
    window = disk.open()
    disk.fill(window)
    [event] = written(window, big("mine"))
    assert owned(window, "me", event)
    disk.full = False
    others = written(opened(), *(happening("commit", key=f"other-{n}") for n in range(50)))
    disk.later()
    told(window, "me", event, "t1")
    connection = opened().connection
    row = connection.execute("SELECT id, state FROM events WHERE seq = ?", (event.seq,)).fetchone()
    assert tuple(row) == (event.id, 3)
    assert count(connection, "events", "state = 3") == 1
    assert event.seq not in {other.seq for other in others}


def test_a_burst_begun_on_the_disk_ends_in_memory(disk: Disk, opened: Open) -> None:
    window = disk.open()
    [event] = written(window, happening("commit", key="mine"))
    assert owned(window, "me", event)
    disk.fill(window)
    written(window, big("more"))
    told(window, "me", event, "t1")
    disk.full = False
    disk.later()
    written(window, happening("stash"))
    connection = opened().connection
    assert count(connection, "events", f"state = 3 AND id = '{event.id}'") == 1
    assert count(connection, "shown") == 1


def test_what_waits_on_the_disk_is_not_told_by_every_window_from_memory(disk: Disk, opened: Open) -> None:
    windows = [disk.open() for _ in range(3)]
    [event] = written(windows[0], happening("commit", key="waits"))
    disk.fill(*windows)
    for number, window in enumerate(windows):
        written(window, big(str(number)))
        assert event not in window.write(lambda connection: turns.waiting(connection, [PLACE], NOW))
    disk.full = False
    disk.later()
    for window in windows:
        written(window, happening("stash"))
    waiting = opened().write(lambda connection: turns.waiting(connection, [PLACE], NOW))
    assert event in waiting, "the disk has it still"


def test_one_happening_in_several_memories_is_one_on_the_disk(disk: Disk, opened: Open) -> None:
    windows = [disk.open() for _ in range(3)]
    disk.fill(*windows)
    for number, window in enumerate(windows):
        written(window, big("line-1"), job("report", "ok", ago=number, key="report-1", label="pytest"))
        assert window.problem is not None
    written(windows[1], job("editor", "unknown", label="Run tests"))
    disk.full = False
    disk.later()
    for window in windows:
        written(window, happening("stash"))
    connection = opened().connection
    assert count(connection, "events", "kind <> 'stash'") == 2
    labels = {tuple(row) for row in connection.execute("SELECT label, count(*) FROM labels GROUP BY label")}
    assert labels == {("pytest", 1), ("Run tests", 1)}
    row = connection.execute("SELECT sources, status FROM events WHERE job = 'test'").fetchone()
    assert tuple(row) == ('["report","editor"]', "ok")


def test_what_another_recorded_on_the_disk_meanwhile_is_joined(disk: Disk, opened: Open) -> None:
    window = disk.open()
    disk.fill(window)
    written(window, big("x"), job("editor", "fail", label="Run tests"))
    disk.full = False
    [event] = written(opened(), job("run", "ok", ago=100, label="pytest", exit_code=0))
    disk.later()
    written(window, happening("stash"))
    row = opened().connection.execute("SELECT id, labels, status FROM events WHERE job = 'test'").fetchall()
    assert [tuple(one) for one in row] == [(event.id, '["pytest","Run tests"]', "fail")]


def test_a_choice_made_meanwhile_wins_and_an_old_one_does_not(disk: Disk, opened: Open) -> None:
    quiet, untouched = disk.open(), disk.open()
    command = disk.open()
    command.write(lambda connection: choices.write_mode(connection, "chatty"))
    disk.fill(quiet, untouched)
    for number, window in enumerate((quiet, untouched)):
        written(window, big(str(number)))
    disk.full = False
    command.write(lambda connection: choices.write_mode(connection, "off"))
    command.write(lambda connection: choices.write_dnd(connection, 5))
    disk.later()
    written(untouched, happening("stash"))
    assert choices.read_mode(command.connection) == "off", "it was chosen after the disk was full"
    disk.full = True
    quiet.write(lambda connection: choices.write_mode(connection, "quiet"))
    disk.full = False
    disk.later()
    written(quiet, happening("stash"))
    assert choices.read_mode(command.connection) == "quiet"
    assert choices.read_dnd(command.connection) == 5


def test_marks_and_hazards_come_back_too(disk: Disk, opened: Open) -> None:
    window = disk.open()
    one, two = (marks.MarkRow(f"/{name}", 1, 10, 5, ("a",), "") for name in "ab")
    window.write(lambda connection: marks.save(connection, PLACE, [one, two]))
    disk.fill(window)
    written(window, big("x"), happening("command", source="hook", data={"hazard": "destructive"}))
    window.write(lambda connection: connection.execute("DELETE FROM marks WHERE path = '/b'"))
    window.write(lambda connection: marks.save(connection, PLACE, [attrs.evolve(one, offset=20)]))
    disk.full = False
    disk.later()
    written(window, happening("stash"))
    connection = opened().connection
    assert [(mark.path, mark.offset) for mark in marks.load(connection, PLACE)] == [("/a", 20)]
    assert count(connection, "hazards", f"until = {NOW + 60_000}") == 1


def test_what_was_erased_meanwhile_stays_erased(disk: Disk, opened: Open) -> None:
    window = disk.open()
    written(window, happening("commit", key="old", label="canary"))
    disk.fill(window)
    written(window, big("new"))
    written(window, job("run", label="more"))
    disk.full = False
    opened().write(archive.forget_all)
    disk.later()
    written(window, happening("stash"))
    assert "canary" not in "".join(opened().connection.iterdump())


def test_a_command_is_refused_with_a_reason(disk: Disk) -> None:
    command = disk.open(fallback=False)
    disk.fill(command)
    with pytest.raises(Unavailable, match=r"^the disk is full: free some space$"):
        written(command, big("1"))


def test_a_newer_databases_columns_are_no_hindrance(disk: Disk, opened: Open) -> None:
    window = disk.open()
    written(window, happening("commit", key="old"))
    opened().write(lambda connection: connection.execute("ALTER TABLE events ADD COLUMN mood TEXT"))
    opened().write(lambda connection: connection.execute("CREATE TABLE later (x)"))
    disk.fill(window)
    written(window, big("new"))
    assert keys(window.connection) == ["new", "old"]
    disk.full = False
    disk.later()
    written(window, happening("stash"))
    assert keys(opened().connection) == ["new", "old"]
