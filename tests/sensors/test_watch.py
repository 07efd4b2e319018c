"""Watches wake their owners, always after the last change, and cost what was declared."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from afterglow.sensors.watch import Watcher
from afterglow.sensors.watch_plan import Names
from tests.sensors.watching import DEADLINE, Wakes, quiet, touch
from tests.support.patience import wait_until
from tests.support.rawclient import server_env


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


@pytest.mark.parametrize(
    ("name", "owner"), [("HEAD", "git"), ("junit.xml", "reports"), ("lastfailed", "reports")]
)
def test_only_the_names_that_matter_wake_and_only_their_owner(
    watcher: Watcher, wakes: Wakes, tmp_path: Path, name: str, owner: str
) -> None:
    watcher.set("git", {str(tmp_path): frozenset({"HEAD"})})
    watcher.set("reports", {str(tmp_path): Names(exact=frozenset({"lastfailed"}), suffixes=(".xml",))})
    assert watcher.count() == 1
    touch(tmp_path / "noise.txt")
    touch(tmp_path / "xml")
    touch(tmp_path / name)
    assert wakes.wait_for(owner)
    assert wakes.owners() == {owner}


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
    wait_until(watcher.check)
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
    wait_until(lambda: watcher.count() == 1)
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
    wait_until(native.check)
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
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env=server_env(),
        timeout=30,
    )
    assert done.stdout.strip() == str(not sys.platform.startswith("linux"))
