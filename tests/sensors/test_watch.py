"""Watches wake their owners, always after the last change, and cost what was declared."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from afterglow.sensors import watch
from afterglow.sensors.inotify import InotifyBackend, Notice
from afterglow.sensors.observer import ObserverBackend
from afterglow.sensors.watch import BackendFactory, Watcher, native_backend
from afterglow.sensors.watch_plan import Names

DEADLINE = 10.0


class Wakes:
    """Everything that was woken, and a way to wait for more."""

    def __init__(self) -> None:
        self.calls: list[frozenset[str]] = []
        self._changed = threading.Condition()

    def __call__(self, owners: frozenset[str]) -> None:
        with self._changed:
            self.calls.append(owners)
            self._changed.notify_all()

    def owners(self) -> frozenset[str]:
        return frozenset().union(*self.calls)

    def clear(self) -> None:
        with self._changed:
            self.calls.clear()

    def wait(self, done: Callable[[], bool]) -> bool:
        with self._changed:
            return self._changed.wait_for(done, DEADLINE)

    def wait_for(self, owner: str) -> bool:
        return self.wait(lambda: any(owner in call for call in self.calls))


class FakeBackend:
    """A kernel in memory: refuses, dies and speaks when told to."""

    def __init__(self, notify: Callable[[Iterable[Notice]], None]) -> None:
        self.notify = notify
        self.armed: set[str] = set()
        self.refuse: int | None = None
        self.up = True
        self.attempts = 0

    def arm(self, path: str) -> None:
        self.attempts += 1
        if self.refuse is not None:
            raise OSError(self.refuse, "refused")
        self.armed.add(path)

    def disarm(self, path: str) -> None:
        self.armed.discard(path)

    def alive(self, path: str) -> bool:
        return path in self.armed

    def running(self) -> bool:
        return self.up

    def stop(self) -> None:
        self.up = False


@pytest.fixture
def wakes() -> Wakes:
    return Wakes()


@pytest.fixture
def problems() -> list[str]:
    return []


@pytest.fixture(params=[native_backend, ObserverBackend], ids=["native", "watchdog"])
def watcher(request: pytest.FixtureRequest, wakes: Wakes, problems: list[str]) -> Iterator[Watcher]:
    made = Watcher(wakes, problems.append, backend=request.param)
    yield made
    made.stop()


@pytest.fixture
def native(wakes: Wakes, problems: list[str]) -> Iterator[Watcher]:
    made = Watcher(wakes, problems.append)
    yield made
    made.stop()


def faked(wakes: Wakes, problems: list[str]) -> tuple[Watcher, list[FakeBackend]]:
    made: list[FakeBackend] = []

    def factory(notify: Callable[[Iterable[Notice]], None]) -> FakeBackend:
        made.append(FakeBackend(notify))
        return made[-1]

    return Watcher(wakes, problems.append, backend=factory), made


def until(done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + DEADLINE
    waiting = threading.Event()
    while not done():
        if time.monotonic() > deadline:
            return False
        waiting.wait(0.005)
    return True


def quiet(_line: str) -> None:
    """For tests in which no problem may arise that matters."""


def touch(path: Path) -> None:
    with path.open("a"):
        pass


def test_a_bell_opened_for_append_and_closed_wakes(watcher: Watcher, wakes: Wakes, tmp_path: Path) -> None:
    touch(tmp_path / "bell")
    watcher.set("bell", {str(tmp_path): frozenset({"bell"})})
    touch(tmp_path / "bell")
    assert wakes.wait_for("bell")


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "wanted").write_text("new"),
        lambda root: (root / "spare").rename(root / "wanted"),
        lambda root: (root / "old").unlink(),
        lambda root: (root / "old").replace(root / "elsewhere"),
        lambda root: (root / "made").mkdir(),
        lambda root: (root / "folder").rmdir(),
    ],
    ids=["written", "moved here", "deleted", "moved away", "folder made", "folder gone"],
)
def test_every_kind_of_change_wakes(
    watcher: Watcher, wakes: Wakes, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    for name in ("spare", "old"):
        touch(tmp_path / name)
    (tmp_path / "folder").mkdir()
    watcher.set("a", {str(tmp_path): frozenset({"wanted", "old", "made", "folder"})})
    change(tmp_path)
    assert wakes.wait_for("a")


def test_only_the_names_that_matter_wake_and_only_their_owner(
    watcher: Watcher, wakes: Wakes, tmp_path: Path
) -> None:
    watcher.set("git", {str(tmp_path): frozenset({"HEAD"})})
    watcher.set("reports", {str(tmp_path): Names(exact=frozenset({"lastfailed"}), suffixes=(".xml",))})
    assert watcher.count() == 1
    touch(tmp_path / "noise.txt")
    touch(tmp_path / "xml")
    touch(tmp_path / "junit.xml")
    assert wakes.wait_for("reports")
    assert wakes.owners() == {"reports"}
    wakes.clear()
    touch(tmp_path / "HEAD")
    assert wakes.wait_for("git")
    assert wakes.owners() == {"git"}
    wakes.clear()
    touch(tmp_path / "lastfailed")
    assert wakes.wait_for("reports")


def test_reading_a_file_wakes_nobody(native: Watcher, wakes: Wakes, tmp_path: Path) -> None:
    (tmp_path / "read").write_text("x")
    native.set("a", {str(tmp_path): None})
    (tmp_path / "read").read_text()
    os.utime(tmp_path / "read")
    touch(tmp_path / "written")
    assert wakes.wait_for("a")
    assert len(wakes.calls) == 1


def test_a_new_declaration_replaces_the_old_one(watcher: Watcher, wakes: Wakes, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    watcher.set("a", {str(one): None})
    watcher.set("b", {str(one): None, str(two): None})
    assert watcher.count() == 2
    watcher.set("b", {str(two): None})
    assert watcher.count() == 2
    watcher.set("a", {})
    assert watcher.count() == 1
    touch(one / "unwatched")
    touch(two / "watched")
    assert wakes.wait_for("b")
    assert wakes.owners() == {"b"}


def test_a_missing_folder_is_watched_for_through_its_parents(
    watcher: Watcher, wakes: Wakes, tmp_path: Path
) -> None:
    deep = tmp_path / "a" / "b" / "c"
    watcher.set("deep", {str(deep): frozenset({"file"})})
    assert watcher.count() == 1
    touch(tmp_path / "unrelated")
    deep.mkdir(parents=True)
    touch(deep / "file")
    assert wakes.wait_for("deep")
    assert until(watcher.check)
    wakes.clear()
    touch(deep / "file")
    assert wakes.wait_for("deep")


def test_a_folder_deleted_and_made_again_20_times_is_never_lost(
    watcher: Watcher, wakes: Wakes, tmp_path: Path, problems: list[str]
) -> None:
    folder = tmp_path / "again"
    folder.mkdir()
    watcher.set("a", {str(folder): frozenset({"state"})})
    for turn in range(20):
        shutil.rmtree(folder)
        if turn % 2:
            assert wakes.wait_for("a")
        folder.mkdir()
        wakes.clear()
        # However far the watcher is with the new folder, the newest state is followed by a wake.
        (folder / "state").write_text(str(turn))
        assert wakes.wait_for("a"), turn
    assert until(lambda: watcher.count() == 1)
    assert problems == []


def test_a_folder_moved_away_and_replaced_is_found_again(
    native: Watcher, wakes: Wakes, tmp_path: Path
) -> None:
    folder = tmp_path / "repo"
    folder.mkdir()
    native.set("a", {str(folder): None})
    folder.rename(tmp_path / "repo.old")
    assert wakes.wait_for("a")
    folder.mkdir()
    wakes.clear()
    touch(folder / "new")
    assert wakes.wait_for("a")
    wakes.clear()
    assert until(native.check)
    touch(tmp_path / "repo.old" / "stale")
    touch(folder / "newer")
    assert wakes.wait_for("a")


def test_check_finds_a_link_that_leads_elsewhere_now(watcher: Watcher, wakes: Wakes, tmp_path: Path) -> None:
    one, two, link = tmp_path / "one", tmp_path / "two", tmp_path / "link"
    one.mkdir()
    two.mkdir()
    link.symlink_to(one)
    watcher.set("a", {str(link): None})
    touch(one / "seen")
    assert wakes.wait_for("a")
    link.unlink()
    link.symlink_to(two)
    assert watcher.check()
    wakes.clear()
    touch(two / "seen")
    assert wakes.wait_for("a")
    assert watcher.count() == 1


def test_a_storm_ends_in_a_wake_and_wakes_little(tmp_path: Path) -> None:
    last = tmp_path / "last"
    seen: list[bool] = []
    ended = threading.Event()

    def on_wake(_owners: frozenset[str]) -> None:
        seen.append(last.exists())
        if seen[-1]:
            ended.set()

    stormy = Watcher(on_wake, quiet)
    try:
        stormy.set("a", {str(tmp_path): None})
        began = time.monotonic()
        for number in range(5_000):
            touch(tmp_path / f"f{number}")
        touch(last)
        assert ended.wait(DEADLINE)
        took = time.monotonic() - began
    finally:
        stormy.stop()
    assert len(seen) <= 20 * took + 6


def test_20_000_folders_below_cost_no_watch(native: Watcher, wakes: Wakes, tmp_path: Path) -> None:
    for number in range(20_000):
        os.mkdir(tmp_path / f"d{number}")  # noqa: PTH102
    began = time.monotonic()
    native.set("a", {str(tmp_path): frozenset({"x"})})
    assert time.monotonic() - began < 1.5
    assert native.count() == 1
    touch(tmp_path / "x")
    assert wakes.wait_for("a")
    assert native.count() == 1


def test_what_an_owner_raises_costs_only_that_wake(tmp_path: Path, problems: list[str]) -> None:
    wakes = Wakes()

    def on_wake(owners: frozenset[str]) -> None:
        wakes(owners)
        raise ValueError("secret text")

    watcher = Watcher(on_wake, problems.append)
    try:
        watcher.set("a", {str(tmp_path): None})
        for number in range(3):
            wakes.clear()
            touch(tmp_path / str(number))
            assert wakes.wait_for("a")
    finally:
        watcher.stop()
    assert problems == ["a change could not be handled (ValueError)"]


def test_an_owner_may_declare_from_inside_a_wake(tmp_path: Path) -> None:
    wakes = Wakes()
    below = tmp_path / "below"
    below.mkdir()

    def on_wake(owners: frozenset[str]) -> None:
        mine.set("more", {str(below): None})
        wakes(owners)

    mine = Watcher(on_wake, quiet)
    try:
        mine.set("a", {str(tmp_path): frozenset({"go"})})
        touch(tmp_path / "go")
        assert wakes.wait_for("a")
        touch(below / "x")
        assert wakes.wait_for("more")
    finally:
        mine.stop()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_refused_watch_is_one_problem_and_tried_again(
    wakes: Wakes, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    watcher, made = faked(wakes, problems)
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    watcher.set("a", {str(first): None})
    made[0].refuse = code
    watcher.set("b", {str(second): None})
    tried = made[0].attempts
    for _ in range(50):
        assert not watcher.check()
    assert made[0].attempts == tried, "no retry before its time"
    assert len(problems) == 1
    monkeypatch.setattr(watch, "RETRY_SECONDS", (0.0, 0.0))
    watcher._retry_at = 0.0
    assert not watcher.check()
    assert len(problems) == 1
    made[0].refuse = None
    assert watcher.check()
    assert watcher.count() == 2
    assert wakes.wait_for("b"), "what happened in between must be read"
    watcher.stop()


def test_no_watcher_to_be_had_is_one_problem_and_tried_again(
    wakes: Wakes, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "RETRY_SECONDS", (0.0, 0.0))
    full = True

    def factory(notify: Callable[[Iterable[Notice]], None]) -> FakeBackend:
        if full:
            raise OSError(errno.EMFILE, "too many")
        return FakeBackend(notify)

    watcher = Watcher(wakes, problems.append, backend=factory)
    watcher.set("a", {str(tmp_path): None})
    assert not watcher.check()
    assert watcher.count() == 0
    assert len(problems) == 1
    assert "max_user_instances" in problems[0]
    full = False
    assert watcher.check()
    assert wakes.wait_for("a")
    watcher.stop()


def test_lost_events_wake_everybody(wakes: Wakes, problems: list[str], tmp_path: Path) -> None:
    watcher, made = faked(wakes, problems)
    watcher.set("a", {str(tmp_path): frozenset({"x"})})
    watcher.set("b", {str(tmp_path / "missing"): None})
    made[0].notify([("", "")])
    assert wakes.wait_for("a")
    watcher.stop()


def test_a_dead_reader_is_replaced(
    native: Watcher, wakes: Wakes, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    native.set("a", {str(tmp_path): frozenset({"x"})})
    read = InotifyBackend._read

    def broken(_self: InotifyBackend) -> None:
        raise MemoryError

    monkeypatch.setattr(watch, "RETRY_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(InotifyBackend, "_read", broken)
    touch(tmp_path / "any")
    assert wakes.wait_for("a")
    monkeypatch.setattr(InotifyBackend, "_read", read)
    assert until(native.check)
    assert len(problems) == 1
    wakes.clear()
    touch(tmp_path / "x")
    assert wakes.wait_for("a")


@pytest.mark.parametrize("backend", [native_backend, ObserverBackend])
def test_stop_is_prompt_and_final(wakes: Wakes, tmp_path: Path, backend: BackendFactory) -> None:
    before = threading.active_count()
    fds = len(list(Path("/proc/self/fd").iterdir()))
    watcher = Watcher(wakes, quiet, backend=backend)
    watcher.set("a", {str(tmp_path): None})
    touch(tmp_path / "gone")
    (tmp_path / "gone").rename(tmp_path.parent / "gone")
    began = time.monotonic()
    watcher.stop()
    watcher.stop()
    assert time.monotonic() - began < 0.5
    wakes.clear()
    touch(tmp_path / "x")
    watcher.set("a", {str(tmp_path): None})
    assert not watcher.check()
    assert watcher.count() == 0
    assert until(lambda: threading.active_count() <= before)
    assert until(lambda: len(list(Path("/proc/self/fd").iterdir())) <= fds)
    assert wakes.calls == []


def test_stop_from_inside_a_wake(tmp_path: Path) -> None:
    stopped = threading.Event()

    def on_wake(_owners: frozenset[str]) -> None:
        mine.stop()
        stopped.set()

    mine = Watcher(on_wake, quiet)
    mine.set("a", {str(tmp_path): None})
    touch(tmp_path / "x")
    assert stopped.wait(DEADLINE)


def test_no_thread_and_no_descriptor_before_something_is_declared(wakes: Wakes) -> None:
    before = threading.active_count()
    watcher = Watcher(wakes, quiet)
    assert watcher.check()
    assert watcher.count() == 0
    assert threading.active_count() == before
    watcher.stop()


def test_names_that_are_not_text_are_watched_too(native: Watcher, wakes: Wakes, tmp_path: Path) -> None:
    odd = os.path.join(os.fsencode(tmp_path), b"caf\xe9")  # noqa: PTH118
    os.mkdir(odd)  # noqa: PTH102
    native.set("a", {os.fsdecode(odd): None})
    with open(os.path.join(odd, b"\xff\n.xml"), "wb"):  # noqa: PTH118, PTH123
        pass
    assert wakes.wait_for("a")


def test_watchdog_is_not_imported_where_the_system_has_its_own_way() -> None:
    script = (
        "import sys, afterglow.sensors.watch as w; w.native_backend(print); print('watchdog' in sys.modules)"
    )
    server = Path(watch.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(server)},
        timeout=30,
    )
    assert done.stdout.strip() == str(not sys.platform.startswith("linux"))
