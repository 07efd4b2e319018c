"""F15, F17: where things are kept, and what happens where nothing can be."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

from afterglow.store.database import Database, Unavailable
from afterglow.store.home import Home, find_home, make_private, on_network, ring
from tests.store.making import count, happening, written
from tests.support.writers import ROOT


def home_at(root: Path) -> Home:
    return Home(root, root, root / "logs", root / "run")


def answers_from_memory(home: Home) -> str:
    """Open, record and read without a disk; the problem that was said."""
    database = Database(home)
    try:
        written(database, happening("commit", key="1"), happening("commit", key="1"))
        assert count(database.connection, "events") == 1
        assert not database.on_disk
        assert database.problem is not None and "\n" not in database.problem
        assert str(home.data) not in database.problem
        return database.problem
    finally:
        database.close()


# -- finding the home ----------------------------------------------------------------------------------


def test_everything_lies_below_one_folder_where_it_is_named(tmp_path: Path) -> None:
    home = find_home({"AFTERGLOW_HOME": str(tmp_path / "x")})
    assert home == home_at(tmp_path / "x")
    assert home.database == tmp_path / "x" / "afterglow.db"
    assert (home.config_file, home.bell) == (tmp_path / "x/config.toml", tmp_path / "x/run/bell")


def test_a_relative_home_lies_below_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert find_home({"AFTERGLOW_HOME": "x"}).data == tmp_path / "x"


def test_a_home_of_nobody_is_a_problem_and_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_home({"AFTERGLOW_HOME": "~no-such-user-anywhere/x"}).problem is not None
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert find_home({"AFTERGLOW_HOME": "x"}).problem is not None


@pytest.mark.parametrize("value", ["", " ", "relative/home"])
def test_without_a_home_memory_serves(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("XDG_") or name == "AFTERGLOW_HOME":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", value)
    home = find_home(os.environ)
    assert home.problem is not None and "HOME" in home.problem
    assert home.problem in answers_from_memory(home)
    with pytest.raises(Unavailable, match="HOME"):
        Database(home, fallback=False)


def test_the_platforms_folders_are_used_otherwise(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFTERGLOW_HOME")
    found = find_home(os.environ)
    assert found.problem is None
    assert found.data == home / ".local" / "share" / "afterglow"
    assert found.run == home / ".run" / "afterglow"


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_runtime_folder_that_others_can_write_is_not_used(
    home: Path, monkeypatch: pytest.MonkeyPatch, mode: int
) -> None:
    monkeypatch.delenv("AFTERGLOW_HOME")
    (home / ".run").chmod(mode)
    found = find_home(os.environ)
    assert found.run == found.data / "run"


# -- making it -----------------------------------------------------------------------------------------


def test_every_folder_that_is_made_is_private(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_private(tmp_path / "a" / "b" / "c")
    for name in ("a", "a/b", "a/b/c"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o700
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    make_private(tmp_path / "a" / "b" / "c")


def test_the_bell_is_made_and_rung_and_never_complains(tmp_path: Path) -> None:
    home = home_at(tmp_path / "x")
    ring(home)
    ring(home)
    assert stat.S_IMODE(home.bell.stat().st_mode) == 0o600
    assert home.bell.read_bytes() == b""
    (tmp_path / "file").touch()
    ring(home_at(tmp_path / "file" / "below"))


# -- places that cannot be used ------------------------------------------------------------------------


def test_a_home_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "data folder" in answers_from_memory(home_at(tmp_path / "file" / "below"))
    assert "data folder" in answers_from_memory(home_at(tmp_path / "file"))
    with pytest.raises(Unavailable, match="data folder"):
        Database(home_at(tmp_path / "file" / "below"), fallback=False)


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "loop/x"])
def test_a_home_whose_name_cannot_be(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    answers_from_memory(home_at(tmp_path / name))


def test_a_link_into_nowhere_is_made_good(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    (tmp_path / "elsewhere").mkdir()
    home.data.mkdir()
    home.database.symlink_to(tmp_path / "elsewhere" / "real.db")
    database = Database(home)
    written(database, happening("commit"))
    database.close()
    assert database.problem is None
    assert (tmp_path / "elsewhere" / "real.db").stat().st_size > 0


def test_a_home_that_comes_back_is_used_again(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    clock = [0.0]
    home = home_at(tmp_path / "file" / "below")
    database = Database(home, seconds=lambda: clock[0])
    written(database, happening("commit", key="1"))
    (tmp_path / "file").unlink()
    clock[0] += 60
    written(database, happening("commit", key="2"))
    assert database.problem is None
    database.close()
    again = Database(home)
    assert count(again.connection, "events") == 2
    again.close()


POWERS = "-dac_override,-dac_read_search,-fowner"
WITHOUT_POWER = ("setpriv", f"--bounding-set={POWERS}", f"--inh-caps={POWERS}") if os.geteuid() == 0 else ()
"""Root is stopped by no permission: the program runs without the powers that make it so."""
MODEST = """
import json, sys
root = sys.argv[1]
sys.path[:0] = sys.argv[2:]
from pathlib import Path
from afterglow.core.model import Observation
from afterglow.store import events
from afterglow.store.database import Database
from afterglow.store.home import Home
root = Path(root)
database = Database(Home(root, root, root / "logs", root / "run"))
seen = Observation("commit", "/p", "git", 1, key="new")
rows = []
for _ in range(2):
    made = database.write(lambda connection: events.record(connection, seen, now=2, session_gap_ms=0))
    rows.append(made.new)
print(json.dumps([database.problem, rows]))
"""


@pytest.mark.parametrize("how", ["a folder", "a folder with a database", "a database"])
def test_what_may_only_be_read_is_left_alone(tmp_path: Path, how: str) -> None:
    root = tmp_path / "home"
    home = home_at(root)
    if how == "a folder":
        root.mkdir()
    else:
        database = Database(home)
        written(database, happening("commit", key="old"))
        database.close()
        home.database.chmod(0o444)
    for folder in (root, *(path for path in root.rglob("*") if path.is_dir())):
        folder.chmod(0o777 if how == "a database" else 0o555)
    before = snapshot(root)
    packages = (str(ROOT / "server"), str(Path(attrs.__file__).parents[1]))
    done = subprocess.run(
        [*WITHOUT_POWER, sys.executable, "-I", "-c", MODEST, str(root), *packages],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert "check its permissions" in done.stdout or "is yours" in done.stdout
    assert "[true, false]" in done.stdout
    after = snapshot(root)
    assert {name: after[name] for name in before} == before
    assert not [name for name in after if "corrupt" in name]


def snapshot(root: Path) -> Mapping[str, bytes | None]:
    return {
        str(path.relative_to(root)): path.read_bytes() if path.is_file() else None
        for path in sorted(root.rglob("*"))
        if not path.name.endswith(("-shm", "-wal"))
    }


# -- networks ------------------------------------------------------------------------------------------

MOUNTS = """\
/dev/vda / ext4 rw 0 0
tmpfs /run tmpfs rw 0 0
server:/export /home nfs4 rw 0 0
/dev/vdb /home/local ext4 rw 0 0
//server/share /mnt/with\\040space cifs rw 0 0
me@server:/ /mnt/ssh fuse.sshfs rw 0 0
overlay /mnt/over fuse.fuse-overlayfs rw 0 0
gvfs /mnt/gvfs fuse.gvfsd-fuse rw 0 0
/dev/vdc /twice ext4 rw 0 0
server:/x /twice nfs rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("path", "remote"),
    [
        ("/var/x", False),
        ("/home", True),
        ("/home/ada/.local/share/afterglow/afterglow.db", True),
        ("/home/local/x", False),
        ("/home/localities/x", True),
        ("/homely/x", False),
        ("/mnt/with space/x", True),
        ("/mnt/ssh/x", True),
        ("/mnt/over/x", False),
        ("/mnt/gvfs/x", True),
        ("/twice/x", True),
    ],
)
def test_a_network_is_told_by_the_mount_that_holds_the_file(tmp_path: Path, path: str, remote: bool) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS, "utf-8")
    assert on_network(Path(path), mounts) is remote


def test_without_a_list_of_mounts_a_place_counts_as_local(tmp_path: Path) -> None:
    assert on_network(tmp_path, tmp_path / "none") is False
