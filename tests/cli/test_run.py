"""``afterglow run``: the command is what it would be without us, and its end is recorded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from afterglow.sensors import gitdir
from tests.cli.calling import AFTERGLOW, call, process, recorded
from tests.support.rawclient import server_env
from tests.support.sidecar import repository

CANARY = "kanarienvogel"
RUN = (*AFTERGLOW, "run", "--")


def write_program(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("code", [0, 1, 3, 126, 127, 130, 143, 255])
def test_the_exit_code_is_passed_on_and_recorded(code: int, tmp_path: Path) -> None:
    assert process("run", "--", "sh", "-c", f"exit {code}", cwd=tmp_path).returncode == code
    (event,) = recorded()
    assert event["exit_code"] == code
    assert event["status"] == ("ok" if code == 0 else "cancelled" if code in (130, 143) else "fail")
    assert event["kind"] == "job.finished"
    assert event["sources"] == ["run"]
    assert event["workspace"] == str(tmp_path.resolve())


@pytest.mark.parametrize("signal", [1, 2, 6, 9, 11, 15])
def test_a_command_that_a_signal_ended_gives_128_and_its_number(signal: int) -> None:
    made = process("run", "--", "sh", "-c", f"kill -{signal} $$")
    assert (made.returncode, made.stdout, made.stderr) == (128 + signal, "", "")
    assert recorded()[0]["exit_code"] == 128 + signal


def test_what_cannot_be_run_ends_as_in_a_shell_and_is_no_failed_job(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("text")
    write_program(tmp_path / "garbage", "\x00\x01\x02")
    write_program(tmp_path / "orphan", "#!/nonexistent/interpreter\n")
    for word, code, tells in (
        ("nonesuch-program", 127, "command not found"),
        ("./nonesuch", 127, "command not found"),
        ("./orphan", 127, "the program that should run it was not found"),
        ("", 127, "command not found"),
        ("./folder", 126, "cannot be run (permission denied)"),
        ("./plain", 126, "cannot be run (permission denied)"),
        ("./garbage", 126, "cannot be run (exec format error)"),
        ("./plain/x", 126, "cannot be run (not a directory)"),
    ):
        made = process("run", "--job", "test", "--", word, cwd=tmp_path)
        assert (made.returncode, made.stdout) == (code, ""), word
        assert made.stderr == f"afterglow: run: {word}: {tells}\n"
    assert recorded() == []


def test_everything_after_the_first_word_is_the_commands(tmp_path: Path) -> None:
    show = write_program(tmp_path / "show", '#!/bin/sh\nfor word; do printf "<%s>" "$word"; done\n')
    owns: tuple[list[str], ...] = (
        [],
        ["--"],
        ["--label", "x"],
        ["--label=x", "--job", "task", "--"],
        ["--tags", "y", "--"],
    )
    givens = (
        ["--help"],
        ["--label", "y", "--", "--job"],
        ["-q", "--", ""],
        ["a b", "$HOME", "*", "\u00fc", "'\"\\"],
        ["--", "--json", "-h"],
    )
    for own, given in zip(owns, givens, strict=True):
        made = process("run", *own, show, *given)
        assert made.returncode == 0, made.stderr
        assert made.stdout == "".join(f"<{word}>" for word in given)


def test_streams_and_descriptors_are_the_commands_own(tmp_path: Path) -> None:
    made = process("run", "--", "sh", "-c", "cat; echo told >&2", stdin=None, input="given\n")
    assert (made.stdout, made.stderr) == ("given\n", "told\n")
    # What a shell hands over beyond the first three: process substitution, a job server of make.
    reading, writing = os.pipe()
    os.write(writing, b"handed over\n")
    os.close(writing)
    out = subprocess.run(
        [*RUN, "cat", f"/dev/fd/{reading}"],
        pass_fds=[reading],
        env=server_env(),
        capture_output=True,
        check=True,
    ).stdout
    os.close(reading)
    assert out == b"handed over\n"


def test_the_environment_and_the_folder_are_the_commands_own(tmp_path: Path) -> None:
    code = "import json, os; print(json.dumps([dict(os.environ), os.getcwd(), os.umask(0o22)]))"
    bare = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=server_env(), capture_output=True, check=True
    )
    ours = process("run", "--", sys.executable, "-c", code, cwd=tmp_path)
    assert json.loads(ours.stdout) == json.loads(bare.stdout)


def test_signals_are_not_left_ignored_or_blocked(tmp_path: Path) -> None:
    line = "grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status"
    bare = subprocess.run(["sh", "-c", line], env=server_env(), capture_output=True, check=True, text=True)
    assert process("run", "--", "sh", "-c", line).stdout == bare.stdout


def test_labels_jobs_and_tags(tmp_path: Path) -> None:
    root = repository(tmp_path / "project")
    (root / "deep").mkdir()
    for words in (
        ["true"],
        ["--label", "nightly \x1b[31mred\u202e", "--tags", "slow, ,db\x07,", "--", "true"],
        ["--job", "deploy", "--label", "", "--", "true"],
        ["pytest", "--version"],
    ):
        process("run", *words, cwd=root / "deep")
    plain, nightly, deploy, *tests = recorded()
    assert (plain["label"], plain["data"], plain["tags"]) == ("true", {"job": "task"}, [])
    assert (nightly["label"], nightly["tags"]) == ("nightly red", ["slow", "db"])
    assert (deploy["label"], deploy["data"]) == ("true", {"job": "deploy"})
    assert {event["workspace"] for event in (plain, nightly, deploy, *tests)} == {str(root)}


def test_how_long_it_took_is_the_commands_time_and_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = threading.Event()

    def find_root(folder: str) -> str:
        slow.wait(2.0)
        return folder

    monkeypatch.setattr(gitdir, "find_root", find_root)
    assert call("run", "--", "true").code == 0
    (event,) = recorded()
    assert 0 <= event["duration_ms"] < 1500


def test_nothing_of_the_command_line_is_stored(tmp_path: Path, home: Path) -> None:
    process("run", "--", "sh", "-c", f"true {CANARY}", f"--password={CANARY}", cwd=tmp_path)
    process("run", "--", "env", f"TOKEN={CANARY}", "false", CANARY, cwd=tmp_path)
    process("run", "--", "rm", "-rf", f"/nonexistent/{CANARY}", cwd=tmp_path)
    process("run", "--", f"./{CANARY}-missing/tool", cwd=tmp_path)
    assert len(recorded()) == 4
    stored = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"job.finished" in stored
    assert CANARY.encode() not in stored


def test_a_destructive_command_is_noted_before_it_runs(tmp_path: Path) -> None:
    look = [*AFTERGLOW, "events", "--json"]
    program = write_program(
        tmp_path / "rm", f"#!{sys.executable}\nimport subprocess\nsubprocess.run({look!r})\n"
    )
    seen = process("run", "--", program, "-rf", "/nonexistent/x", cwd=tmp_path)
    (noted,) = [json.loads(line) for line in seen.stdout.splitlines()]
    assert noted["kind"] == "command.started"
    assert noted["data"] == {"program": "rm", "hazard": "destructive"}
    _, ended = recorded()
    assert ended["data"] == {"job": "task", "program": "rm", "hazard": "destructive"}


def test_runs_within_runs(tmp_path: Path) -> None:
    made = process("run", "--label", "outer", "--", *RUN[:-1], "--label", "inner", "--", "sh", "-c", "exit 7")
    assert made.returncode == 7
    assert [event["label"] for event in recorded()] == ["inner", "outer"]


def test_while_the_mode_is_off_nothing_is_recorded(home: Path) -> None:
    call("mode", "off")
    assert process("run", "--", "sh", "-c", "exit 4").returncode == 4
    assert process("run", "--", "rm", "-rf", "/nonexistent/x").returncode == 0
    assert recorded() == []


def test_what_is_loaded_is_kept_small() -> None:
    made = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "afterglow", "run", "--", "true"],
        env=server_env(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = {
        line.rpartition("|")[2].strip() for line in made.stderr.splitlines() if line.startswith("import time")
    }
    assert "afterglow.store.events" in loaded
    heavy = {
        "asyncio",
        "lsprotocol",
        "pygls",
        "cattrs",
        "watchdog",
        "logging",
        "xml",
        "unittest",
        "email",
        "dbm",
    }
    heavy |= {
        "tomllib",
        "http",
        "ssl",
        "multiprocessing",
        "concurrent",
        "tempfile",
        "shelve",
        "importlib.metadata",
    }
    assert sorted(loaded & heavy) == []


def test_before_the_command_starts_only_its_recognition_is_loaded() -> None:
    code = (
        "import subprocess, sys, threading\n"
        "def popen(*words, **_): print(*sorted(sys.modules)); raise SystemExit\n"
        "subprocess.Popen = popen\n"
        "from afterglow.cli import main\n"
        "main(['run', '--', 'pytest', '-q'])\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", code], env=server_env(), capture_output=True, text=True, check=True
    )
    loaded = set(made.stdout.split())
    assert "afterglow.core.commands" in loaded
    assert not {name for name in loaded if name.startswith(("afterglow.store", "afterglow.sensors"))}
    assert loaded.isdisjoint({"sqlite3", "json", "platformdirs", "afterglow.core.settings"})
