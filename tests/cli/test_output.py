"""Output on terminals, pipes and locales that are not what one would wish."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.calling import AFTERGLOW, call, process, start
from tests.support.rawclient import server_env

LABEL = "naïve ☕ テスト"
NARROW: list[Mapping[str, str]] = [
    {"PYTHONIOENCODING": "ascii"},
    {"PYTHONIOENCODING": "latin-1"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "no_SUCH.locale"},
]


@pytest.fixture
def labelled(tmp_path: Path) -> None:
    """One event with a label that few encodings can show."""
    assert call("emit", "milestone", "--label", LABEL, "--workspace", str(tmp_path)).code == 0


@pytest.mark.usefixtures("labelled")
@pytest.mark.parametrize("env", NARROW)
def test_a_narrow_encoding_shows_what_it_can(env: Mapping[str, str]) -> None:
    text = process("events", env=env)
    assert (text.returncode, text.stderr) == (0, "")
    assert "milestone" in text.stdout
    coded = process("events", "--json", env=env)
    assert (coded.returncode, coded.stderr) == (0, "")
    assert json.loads(coded.stdout)["label"] == LABEL
    wrong = process("mode", LABEL, env=env)
    assert wrong.returncode == 2
    assert len(wrong.stderr.splitlines()) == 1


@pytest.mark.parametrize("env", NARROW)
def test_words_that_are_no_text_do_no_harm(env: Mapping[str, str], tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/caf\xe9"
    Path(os.fsdecode(folder)).mkdir()
    made = process(
        *("emit", "milestone", "--label", b"\xff\xfe", "--tags", b"a,\xff", "--dedupe-key", b"\x80"),
        *("--workspace", folder, "--json"),
        env=env,
    )
    assert (made.returncode, made.stderr) == (0, "")
    event = json.loads(made.stdout)
    assert event["label"] is None or event["label"].isprintable()
    assert process("events", env=env).returncode == 0
    assert process("events", "--workspace", folder, "--json", env=env).stdout != ""
    assert process("run", "--label", b"\xff", "--", "true", b"\xff", env=env, cwd=tmp_path).returncode == 0


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    for _ in range(3):
        call("emit", "milestone", "--label", "x" * 60, "--workspace", str(tmp_path))
    for words in (
        ["events"],
        ["events", "--json"],
        ["export", "-"],
        ["--help"],
        ["status"],
        ["emit", "--help"],
    ):
        reading, writing = os.pipe()
        os.close(reading)
        made = subprocess.run(
            [*AFTERGLOW, *words], stdout=writing, stderr=subprocess.PIPE, env=server_env(), check=False
        )
        os.close(writing)
        assert (made.returncode, made.stderr) == (0, b""), words


def test_a_full_disk_behind_stdout_is_told_in_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        for words in (["status"], ["--help"], ["events", "--help"], ["mode", "--json"]):
            made = subprocess.run(
                [*AFTERGLOW, *words],
                stdout=full,
                stderr=subprocess.PIPE,
                env=server_env(),
                check=False,
                text=True,
            )
            assert made.returncode == 1, words
            assert made.stderr.count("\n") == 1
            assert "no space left" in made.stderr


@pytest.mark.parametrize("redirect", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_descriptors_do_no_harm(redirect: str) -> None:
    for words in ("status", "mode", "mode loud", "--help", "run -- true"):
        line = f'"$@" {words} {redirect}'
        made = subprocess.run(
            ["/bin/sh", "-c", line, "sh", *AFTERGLOW],
            env=server_env(),
            check=False,
            capture_output=True,
            text=True,
        )
        assert made.returncode == (2 if words == "mode loud" else 0), (words, made.stderr)
        assert "Traceback" not in made.stderr
        assert "Exception" not in made.stderr


def test_ctrl_c_ends_a_command_quietly() -> None:
    with start("events", "--follow", "--json") as follower:
        assert call("emit", "milestone").code == 0
        assert follower.stdout is not None
        follower.stdout.readline()
        follower.send_signal(signal.SIGINT)
        out, err = follower.communicate(timeout=20)
    assert (follower.returncode, out, err) == (130, "", "")
