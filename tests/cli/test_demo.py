"""``afterglow demo``: it shows what it promises, on any machine, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.calling import AFTERGLOW, eventually, process, start
from tests.support.rawclient import server_env

STEPS = ("line", "silence", "silence", "silence", "line", "line")
LATER = """
import os, signal, sys
here = os.path.dirname(__file__)
words = sys.orig_argv
if words[-1] == "lsp":
    if {at_once}:
        print("first\\nsecond \\x1b[31mand last", file=sys.stderr, flush=True)
        os._exit(3)
    with open(os.path.join(here, "pid"), "w") as file:
        file.write(str(os.getpid()))
elif "run" in words:
    with open(os.path.join(here, "pid")) as file:
        os.kill(int(file.read()), signal.SIGKILL)
"""
"""What a Python that is about to serve does instead: it ends at once, or when the first command runs."""


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, with a space in its name."""
    folder = tmp_path / "for a while"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.fixture
def no_identity(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A git that knows nobody, and settings of the user's own that would change what is said."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    (home / "afterglow").mkdir()
    (home / "afterglow" / "config.toml").write_text(
        'mode = "off"\nquietHours = "00:00-23:59"\nnonsense = 1\n'
    )
    monkeypatch.setenv("AFTERGLOW_MODE", "off")
    monkeypatch.setenv("AFTERGLOW_TRUST", "restricted")
    yield
    assert sorted(path.name for path in (home / "afterglow").iterdir()) == ["config.toml"]


@pytest.mark.usefixtures("no_identity")
def test_as_json_lines(scratch: Path) -> None:
    made = process("demo", "--fast", "--json")
    assert (made.returncode, made.stderr) == (0, "")
    *steps, end = [json.loads(line) for line in made.stdout.splitlines()]
    assert tuple(step["expected"] for step in steps) == STEPS
    for step in steps:
        assert step["ok"] is True
        assert (step["token"] is not None) is (step["expected"] == "line")
        assert step["after_ms"] >= 0
        if step["token"] is not None:
            assert step["latency_ms"] == step["token"]["latencyMs"] < 50
    build, _, _, _, green, commit = (step["token"] and step["token"]["response"] for step in steps)
    assert build.startswith("build ok, ")
    assert green.startswith("9 passed in 0.")
    assert "first green after 2 failed runs" in green or "first green since" in green
    assert commit.startswith("3rd commit today")
    assert end == {"lines": 3, "unexpected": 0, "git_status": [], "ok": True}
    assert list(scratch.iterdir()) == []


@pytest.mark.usefixtures("scratch")
def test_for_a_person() -> None:
    made = process("demo", "--fast")
    assert (made.returncode, made.stderr) == (0, "")
    told = made.stdout
    assert told.count("   says:    ") == 3
    assert told.count("   silent:  red: test (unittest) since ") == 3
    assert told.count("its waits included; decided in ") == 3
    assert "WRONG" not in told
    assert told.splitlines()[-2:] == [
        "3 lines, 3 silences, and nothing else came.",
        "Nothing was written into the project: its git status is clean.",
    ]
    assert all(len(line) <= 110 for line in told.splitlines())


def test_without_git_it_says_so(tmp_path: Path) -> None:
    made = process("demo", env={"PATH": str(tmp_path)})
    assert (made.returncode, made.stdout) == (1, "")
    assert made.stderr == "afterglow: demo: git is needed and was not found; install it, or add it to PATH\n"


@pytest.mark.parametrize(
    ("at_once", "tells"),
    [
        (True, "the server ended with code 3: second and last; afterglow doctor may know why"),
        (False, "the server was ended by signal 9; afterglow doctor may know why"),
    ],
)
def test_a_server_that_dies_is_told_in_one_line(
    at_once: bool, tells: str, scratch: Path, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(LATER.replace("{at_once}", str(at_once)))
    path = os.pathsep.join((str(tmp_path), server_env()["PYTHONPATH"]))
    made = process("demo", "--fast", "--json", env={"PYTHONPATH": path})
    assert (made.returncode, made.stdout) == (1, "")
    assert made.stderr == f"afterglow: demo: {tells}\n"
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_stopped_it_cleans_up(number: int, code: int, scratch: Path) -> None:
    # With the usual waits, so that it is still at work when the signal comes.
    with start("demo", "--json", start_new_session=True) as running:
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["ok"] is True
        running.send_signal(number)
        _, err = running.communicate(timeout=20)
        assert (running.returncode, err) == (code, "")
    assert list(scratch.iterdir()) == []
    eventually(lambda: not members(running.pid))


def members(session: int) -> list[int]:
    """The processes of a session (Linux)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found


def test_a_reader_that_goes_away_ends_it_quietly(scratch: Path) -> None:
    reading, writing = os.pipe()
    with subprocess.Popen(
        [*AFTERGLOW, "demo", "--fast"], stdout=writing, stderr=subprocess.PIPE, env=server_env(), text=True
    ) as running:
        os.close(writing)
        assert os.read(reading, 20) != b""
        os.close(reading)
        _, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (0, "")
    assert list(scratch.iterdir()) == []


def test_a_git_that_fails_is_told_in_one_line(scratch: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    git = tmp_path / "bin" / "git"
    git.write_text("#!/bin/sh\necho 'fatal: \033[1mno\033[0m' >&2\nexit 128\n")
    git.chmod(0o755)
    for tool in ("sh", "dash"):
        (tmp_path / "bin" / tool).symlink_to(shutil.which("sh") or "/bin/sh")
    made = process("demo", env={"PATH": str(tmp_path / "bin")})
    assert made.returncode == 1
    assert made.stderr == "afterglow: demo: git failed in the scratch repository: fatal: no\n"
    assert list(scratch.iterdir()) == []
