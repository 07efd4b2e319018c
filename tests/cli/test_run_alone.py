"""``afterglow run`` where Afterglow itself cannot work: nobody who types a command notices."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.calling import AFTERGLOW, call, process
from tests.support.rawclient import server_env

LINE = "printf out; printf err >&2; exit 9"
WORLDS: dict[str, Callable[[Path], object]] = {}


def world(make: Callable[[Path], object]) -> Callable[[Path], object]:
    """A way in which the home folder can be unfit."""
    WORLDS[make.__name__] = make
    return make


@world
def is_a_file(home: Path) -> None:
    home.write_text("")


@world
def has_a_folder_for_a_database(home: Path) -> None:
    (home / "afterglow.db" / "inner").mkdir(parents=True)


@world
def has_noise_for_a_database(home: Path) -> None:
    home.mkdir()
    (home / "afterglow.db").write_bytes(os.urandom(100_000))


@world
def has_half_a_database(home: Path) -> None:
    call("emit", "milestone")
    whole = (home / "afterglow.db").read_bytes()
    (home / "afterglow.db").write_bytes(whole[: len(whole) // 2])


@world
def has_a_database_from_the_future(home: Path) -> None:
    call("emit", "milestone")
    with sqlite3.connect(home / "afterglow.db") as connection:
        connection.execute("PRAGMA user_version = 9999")
        connection.execute("UPDATE meta SET value = '9999' WHERE key = 'compatible'")
    connection.close()


@world
def has_a_pipe_for_a_database(home: Path) -> None:
    home.mkdir()
    os.mkfifo(home / "afterglow.db")


@world
def has_odd_settings(home: Path) -> None:
    home.mkdir()
    (home / "config.toml").write_bytes(b"\xff\x00 = [[[")


@world
def is_a_dangling_link(home: Path) -> None:
    home.symlink_to("/nonexistent/place")


def check(made: subprocess.CompletedProcess[str]) -> None:
    assert (made.returncode, made.stdout, made.stderr) == (9, "out", "err")


@pytest.mark.parametrize("name", WORLDS)
def test_an_unfit_home_does_not_show(name: str, home: Path, tmp_path: Path) -> None:
    WORLDS[name](home / "afterglow")
    check(process("run", "--", "sh", "-c", LINE, cwd=tmp_path))


@pytest.mark.parametrize(
    "env",
    [
        {"AFTERGLOW_HOME": "/proc/nowhere"},
        {"AFTERGLOW_HOME": "/sys/afterglow"},
        {"AFTERGLOW_HOME": "~nosuchuser/x"},
        {"AFTERGLOW_HOME": "", "HOME": "", "XDG_DATA_HOME": "", "XDG_RUNTIME_DIR": ""},
        {"AFTERGLOW_HOME": "relative"},
        {"AFTERGLOW_MODE": "shout", "AFTERGLOW_SESSION_GAP_MINUTES": "x"},
    ],
)
def test_an_unfit_environment_does_not_show(env: Mapping[str, str], tmp_path: Path) -> None:
    check(process("run", "--", "sh", "-c", LINE, env=env, cwd=tmp_path))


def test_without_any_home_it_runs(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": server_env()["PYTHONPATH"], "LC_ALL": "C.UTF-8"}
    check(
        subprocess.run(
            [*AFTERGLOW, "run", "--", "sh", "-c", LINE],
            env=env,
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
    )


def test_a_full_disk_does_not_show(tmp_path: Path) -> None:
    call("emit", "milestone")

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    check(process("run", "--", "sh", "-c", LINE, cwd=tmp_path, preexec_fn=full))


def test_a_folder_that_is_gone_does_not_show(tmp_path: Path) -> None:
    line = f'mkdir "{tmp_path}/gone" && cd "{tmp_path}/gone" && rmdir "{tmp_path}/gone" && exec "$@"'
    words = ["sh", "-c", line, "sh", *AFTERGLOW, "run", "--", "false"]
    made = subprocess.run(words, env=server_env(), check=False, capture_output=True, text=True)
    assert (made.returncode, made.stdout, made.stderr) == (1, "", "")
    kept = tmp_path / "kept"
    kept.mkdir()
    assert process("run", "--", "rmdir", str(kept), cwd=kept).returncode == 0
    assert "rmdir" in call("events").out


def test_a_database_that_somebody_holds_costs_the_record_and_little_time(home: Path, tmp_path: Path) -> None:
    call("emit", "milestone")
    holder = sqlite3.connect(home / "afterglow" / "afterglow.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    check(process("run", "--", "sh", "-c", LINE, cwd=tmp_path))
    took = time.monotonic() - began
    holder.execute("ROLLBACK")
    holder.close()
    assert took < 9.0
    check(process("run", "--", "sh", "-c", LINE, cwd=tmp_path))
    assert call("events").out.count("job.finished") == 1


def test_a_broken_installation_does_not_show(tmp_path: Path) -> None:
    for broken in ("afterglow.store", "afterglow.core.commands", "afterglow.core.events", "attrs", "sqlite3"):
        code = (
            f"import sys\nsys.modules[{broken!r}] = None\nfrom afterglow.cli import main\nsys.exit(main())\n"
        )
        made = subprocess.run(
            [sys.executable, "-c", code, "run", "--", "sh", "-c", LINE],
            env=server_env(), cwd=tmp_path, check=False, capture_output=True, text=True,
        )  # fmt: skip
        check(made)


def test_a_path_without_anything_finds_nothing_but_says_so(tmp_path: Path) -> None:
    made = process("run", "--", "sh", env={"PATH": str(tmp_path)})
    assert (made.returncode, made.stderr) == (127, "afterglow: run: sh: command not found\n")
    assert process("run", "--", shutil.which("true") or "", env={"PATH": ""}).returncode == 0
