"""The hooks in the real bash, zsh and fish: what they report, what they keep to themselves."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import eventually, recorded
from tests.e2e.test_pasted import BLOCKS
from tests.support.patience import wait_until
from tests.support.rawclient import server_env
from tests.support.shells import SHELLS, Listener, Shell, hook_text, install, opened
from tests.support.sidecar import Sidecar, repository

SECRET = "hunter2"
OPTIONS = {"bash": "HISTCONTROL=ignorespace\n", "zsh": "setopt hist_ignore_space\n", "fish": ""}
STATUS = {"bash": "$?", "zsh": "$?", "fish": "$status"}
PARTS = {"bash": "${PIPESTATUS[*]}", "zsh": "$pipestatus", "fish": "$pipestatus"}
EXPORT = {"bash": "set -a", "zsh": "set -a", "fish": "set -gx unrelated 1"}
TAKE_OUT = {
    "bash": 'eval "$({} hook bash --uninstall)"',
    "zsh": 'eval "$({} hook zsh --uninstall)"',
    "fish": "{} hook fish --uninstall | source",
}
STATE = {
    "bash": "declare -p PROMPT_COMMAND PS0; declare -F; set -o; compgen -v __after; trap",
    "zsh": "print -l $precmd_functions - $preexec_functions; print -l ${(k)functions} | grep after; setopt;"
    " print -l ${(k)parameters} | grep after",
    "fish": "functions -a | string match -e after; set -n | string match -e after",
}
"""Prints all that the hook may change in a shell."""


@pytest.fixture(autouse=True, scope="session")
def _shells() -> None:
    install()


@pytest.fixture(autouse=True)
def _everything_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_MIN_JOB_SECONDS", "0")


@pytest.fixture
def listener(tmp_path: Path) -> Listener:
    return Listener(tmp_path)


@pytest.fixture(params=SHELLS)
def shell(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def heard(shell: str, tmp_path: Path, listener: Listener) -> Iterator[Shell]:
    """A shell whose hook reports to ``listener``."""
    hook = listener.put_into(shell, hook_text(shell))
    with opened(shell, tmp_path, hook, before=OPTIONS[shell]) as made:
        yield made


def stored(home: Path) -> bytes:
    """Every byte below Afterglow's folder: database, log of the database, logs."""
    return b"".join(path.read_bytes() for path in (home / "afterglow").rglob("*") if path.is_file())


def test_a_command_is_recorded_with_its_outcome_and_without_its_line(
    shell: str, tmp_path: Path, home: Path
) -> None:
    with opened(shell, tmp_path, hook_text(shell)) as typed:
        assert typed.run(f"pytest 3 0.2 --token={SECRET}") == ""
        assert typed.code == 3
        (event,) = eventually(lambda: recorded("--kind", "command"))
    assert event["source"] == "hook"
    assert (event["status"], event["exit_code"]) == ("fail", 3)
    assert event["data"] == {"program": "pytest", "job": "test"}
    assert event["label"] == "pytest"
    assert event["workspace"] == str(tmp_path.resolve())
    assert 200 <= event["duration_ms"] < 20_000
    everything = stored(home)
    assert b"pytest" in everything
    assert SECRET.encode() not in everything


def test_what_it_reports_shows_the_line_to_nobody_else(heard: Shell, listener: Listener) -> None:
    heard.run(EXPORT[heard.shell])
    listener.hears(1)
    heard.run(f"true --token {SECRET}")
    told = listener.hears(2)
    assert told.line == f"true --token {SECRET}"
    assert SECRET not in " ".join(told.words)
    assert SECRET not in told.environment
    assert told.words[:4] == ("emit", "command", "--source", "hook")
    assert told.words[-2:] == ("--data", "-")


@pytest.mark.parametrize(
    "line",
    [
        """echo "a'b" 'c"d' \\\\ e\\ f""",
        r"printf '%s\n' '\u0041\x41' \\n",
        "echo 'ünï 漢字 🎉'",
        "echo 100%s $HOME `true`",
        "echo '&' \"&\" *",
    ],
    ids=["quotes", "backslashes", "unicode", "percent", "ampersands"],
)
def test_a_line_arrives_as_it_was_typed(heard: Shell, listener: Listener, line: str) -> None:
    heard.run(line)
    assert listener.hears(1).line == line


@pytest.mark.parametrize("shell", ["bash", "zsh"])  # fish takes none that are typed
def test_tabs_arrive_as_they_were_typed(heard: Shell, listener: Listener) -> None:
    heard.run("echo '\x16\ta\x16\t'b")
    assert listener.hears(1).line == "echo '\ta\t'b"


def test_a_line_of_several_lines_arrives_whole(heard: Shell, listener: Listener) -> None:
    heard.terminal.press("echo 'one\ntwo\"\n\\three'\n")
    heard.prompt()
    assert listener.hears(1).line == "echo 'one\ntwo\"\n\\three'"


def test_a_line_beyond_4_kib_is_cut_and_its_outcome_is_not_claimed(heard: Shell, listener: Listener) -> None:
    heard.run("pytest 0 0 " + "é" * 50 + "\\" * 8 + "x" * 5_000)
    told = listener.hears(1)
    assert len(told.line) == 4_096
    assert told.line.startswith("pytest 0 0 éé")
    assert told.code is None


def test_the_exit_code_is_the_commands_and_the_users_stay_as_they_were(
    heard: Shell, listener: Listener
) -> None:
    for number, code in enumerate((0, 1, 3, 77), 1):
        heard.run(f"pytest {code}")
        assert heard.code == code
        assert listener.hears(number).code == str(code)
    assert heard.run(f"echo {STATUS[heard.shell]}").strip() == "77"
    heard.run("false | true")
    assert heard.run(f"echo {PARTS[heard.shell]}").strip() == "1 0"
    if heard.shell != "fish":  # where it is something else
        heard.run("true the-last-word")
        assert heard.run('echo "$_"').strip() == "the-last-word"


def test_ctrl_c_is_130(heard: Shell, listener: Listener) -> None:
    heard.terminal.press("pytest 0 60\n")
    wait_until(lambda: _sleeps(heard))
    heard.terminal.press("\x03")
    heard.prompt()
    assert heard.code == 130
    assert listener.hears(1).code == "130"


def test_what_is_stopped_has_not_ended(heard: Shell, listener: Listener) -> None:
    heard.terminal.press("pytest 0 60\n")
    wait_until(lambda: _sleeps(heard))
    heard.terminal.press("\x1a")
    heard.prompt()
    heard.run("kill %1" if heard.shell != "fish" else "kill (jobs -p)")
    listener.hears(1)
    heard.run("other 7")
    eventually(lambda: "other 7" in listener.lines)
    assert not [line for line in listener.lines if line.startswith("pytest")]


def test_a_line_that_is_kept_out_of_the_history_is_not_reported(heard: Shell, listener: Listener) -> None:
    heard.run("other 1")
    listener.hears(1)
    heard.run(f" other 2 {SECRET}")
    heard.run(f" true && other 2 {SECRET}")
    heard.run("other 3")
    listener.hears(2)
    heard.run("other 4")
    listener.hears(3)
    assert listener.lines == ["other 1", "other 3", "other 4"]


def test_the_folder_is_the_one_where_the_command_began(
    heard: Shell, listener: Listener, tmp_path: Path
) -> None:
    (tmp_path / "in it").mkdir()
    heard.run("cd 'in it' && pytest")
    assert listener.hears(1).folder == str(tmp_path)
    heard.run("pytest")
    assert listener.hears(2).folder == str(tmp_path / "in it")


def test_what_is_shorter_counts_where_it_looks_like_a_test_or_a_build(
    shell: str, tmp_path: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERGLOW_MIN_JOB_SECONDS", "10")
    with opened(shell, tmp_path, listener.put_into(shell, hook_text(shell))) as typed:
        typed.run("other 0 1.1")
        typed.run("pytest 4")
        typed.run("pytest 5 1.1")
        assert listener.hears(1).code == "5"
        assert listener.lines == ["pytest 5 1.1"]


def test_it_prints_nothing_and_leaves_no_job(heard: Shell, listener: Listener) -> None:
    assert heard.run("pytest") == ""
    listener.hears(1)
    assert heard.run("jobs") == ("jobs: There are no jobs\n" if heard.shell == "fish" else "")
    assert heard.run("pytest") == ""
    assert not _children(heard)


def test_a_report_outlives_the_shell_and_the_terminal(shell: str, tmp_path: Path, listener: Listener) -> None:
    hold = listener.folder / "hold"
    os.mkfifo(hold)
    with opened(shell, tmp_path, listener.put_into(shell, hook_text(shell))) as typed:
        typed.run("pytest 6")
        typed.terminal.press("exit\n")
        # The last end of the terminal is closed: the report does not hold it.
        typed.terminal.ended()
    with hold.open("w") as writer:
        writer.write("go on\ngo on\n")
        writer.flush()
        assert listener.hears(1).code == "6"
        hold.unlink()  # fish reports its "exit", too


def test_where_the_program_is_gone_nothing_happens(heard: Shell, listener: Listener) -> None:
    listener.program.unlink()
    assert heard.run("pytest 2") == ""
    assert heard.code == 2


def test_loaded_twice_it_reports_once(shell: str, tmp_path: Path, listener: Listener) -> None:
    hook = listener.put_into(shell, hook_text(shell))
    with opened(shell, tmp_path, hook + "\n" + hook) as typed:
        typed.run("pytest 1")
        listener.hears(1)
        typed.run("pytest 2")
        listener.hears(2)
        assert [told.code for told in listener.told] == ["1", "2"]


def test_taken_out_it_leaves_nothing(shell: str, tmp_path: Path, listener: Listener) -> None:
    from afterglow.cli.hooking import program

    take_out = TAKE_OUT[shell].format(*program())
    with opened(shell, tmp_path, "") as typed:
        before = typed.run(STATE[shell])
    with opened(shell, tmp_path, listener.put_into(shell, hook_text(shell))) as typed:
        assert "afterglow" in typed.run(STATE[shell])
        listener.hears(1)
        assert typed.run(take_out) == ""
        assert "afterglow" not in typed.run(STATE[shell])
        assert typed.run(STATE[shell]) == before
        typed.run("pytest 1")
        assert typed.run(take_out) == ""
        assert len(listener.lines) == 1


@pytest.mark.parametrize("shell", ["zsh"])
@pytest.mark.parametrize(
    "options",
    [
        "nounset",
        "ksharrays",
        "shwordsplit globsubst",
        "warncreateglobal warnnestedvar",
        "allexport",
        "errexit",
    ],
)
def test_any_option_of_zsh_will_do(shell: str, tmp_path: Path, listener: Listener, options: str) -> None:
    hook = listener.put_into(shell, hook_text(shell))
    with opened(shell, tmp_path, hook, after=f"setopt {options}\n") as typed:
        assert typed.run("cd . && pytest 3 && true") == ""
        assert (typed.code, listener.hears(1).code) == (3, "3")


@pytest.mark.parametrize("shell", ["fish"])
@pytest.mark.parametrize(
    "before", ["set -g fish_private_mode 1\n", "function fish_should_add_to_history; return 1; end\n"]
)
def test_what_fish_keeps_private_is_not_reported(
    shell: str, tmp_path: Path, listener: Listener, before: str
) -> None:
    with opened(shell, tmp_path, listener.put_into(shell, hook_text(shell)), before) as typed:
        typed.run("pytest 3")
        typed.run("set -e fish_private_mode; functions -e fish_should_add_to_history; true")
        listener.hears(1)
        assert "pytest 3" not in listener.lines


def test_pasted_from_the_readme_it_turns_red_and_green_in_the_editor(
    shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = (line for line in BLOCKS[0][1].splitlines() if f"afterglow hook {shell}" in line)
    root = repository(tmp_path / "project")
    program = tmp_path / "afterglow"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m afterglow "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setenv("PYTHONPATH", server_env()["PYTHONPATH"])
    with Sidecar(root) as client, opened(shell, tmp_path, "", after=f"{line}\n", cwd=root) as typed:
        client.listen()
        for code, status in ((1, "fail"), (0, "ok")):
            typed.run(f"pytest {code}")
            event = eventually(partial(newest, status))
            client.turn_of(event["id"])
        assert "green" in client.token(1)["response"]
        assert len(client.tokens) == 1


def newest(status: str) -> dict[str, Any] | None:
    """The newest command, if it ended so."""
    found = recorded("--kind", "command")
    return found[-1] if found and found[-1]["status"] == status else None


def _children(shell: Shell) -> str:
    pid = shell.terminal.process.pid
    return Path(f"/proc/{pid}/task/{pid}/children").read_text()


def _sleeps(shell: Shell) -> bool:
    """Whether the tool that was typed has come to its ``sleep``."""

    def names(pid: str) -> list[str]:
        try:
            below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            return [
                Path(f"/proc/{pid}/comm").read_text().strip(),
                *(name for each in below for name in names(each)),
            ]
        except OSError:
            return []

    return "sleep" in names(str(shell.terminal.process.pid))
