"""The hook of bash among what its users put into their startup files: prompts, traps, options, histories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.calling import eventually
from tests.support.shells import Listener, Shell, hook_text, install, opened

FRIEND = """
friend() { friend_saw="$? $_ ${PIPESTATUS[*]}"; }
"""
"""Somebody else's part of the prompt: what it finds is what the user's command left."""


@pytest.fixture(autouse=True, scope="session")
def _bash() -> None:
    install()


@pytest.fixture(autouse=True)
def _everything_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERGLOW_MIN_JOB_SECONDS", "0")


@pytest.fixture
def listener(tmp_path: Path) -> Listener:
    return Listener(tmp_path)


@contextmanager
def bash(
    folder: Path, listener: Listener, before: str = "", after: str = "", old: bool = False
) -> Iterator[Shell]:
    """``old``: as on bash 4.4 and 5.0, where PROMPT_COMMAND is one text."""
    hook = listener.put_into("bash", hook_text("bash"))
    if old:
        assert ">= 501" in hook
        hook = hook.replace(">= 501", ">= 999").replace("EPOCHREALTIME", "NOT_YET_THERE")
    with opened("bash", folder, hook, before, after) as shell:
        yield shell


@pytest.mark.parametrize("control", ["ignoredups", "ignoreboth", "ignorespace", "erasedups", ""])
@pytest.mark.parametrize("old", [False, True], ids=["list", "text"])
@pytest.mark.parametrize("line", ["pytest 3", "cd . && pytest 3", "py 3", "X=1 pytest 3 | cat; pytest  3"])
def test_the_same_line_again_is_reported_again(
    tmp_path: Path, listener: Listener, control: str, old: bool, line: str
) -> None:
    with bash(tmp_path, listener, f"HISTCONTROL={control}\nalias py=pytest\n", old=old) as shell:
        for number in (1, 2, 3):
            shell.run(line)
            assert listener.hears(number).code == "3"


def test_a_simple_line_again_is_reported_with_any_history(tmp_path: Path, listener: Listener) -> None:
    with bash(tmp_path, listener, "HISTCONTROL=ignoreboth:erasedups\n") as shell:
        for number, line in enumerate(("pytest 3", "other 4", "pytest 3", "pytest 3"), 1):
            shell.run(line)
            assert listener.hears(number).line == line


@pytest.mark.parametrize("control", ["ignorespace", "ignoreboth", "ignoreboth:erasedups"])
@pytest.mark.parametrize("line", [" other 3", " other 3 && other 4", " other 3 | cat", "  [[ -e /nowhere ]]"])
def test_a_hidden_line_is_not_taken_for_the_one_before(
    tmp_path: Path, listener: Listener, control: str, line: str
) -> None:
    with bash(tmp_path, listener, f"HISTCONTROL={control}\n") as shell:
        shell.run("pytest 1")
        listener.hears(1)
        shell.run(line)
        shell.run("pytest 2")
        listener.hears(2)
        assert listener.lines == ["pytest 1", "pytest 2"]


def test_without_a_history_nothing_is_reported(tmp_path: Path, listener: Listener) -> None:
    with bash(tmp_path, listener) as shell:
        shell.run("pytest 1")
        listener.hears(1)
        shell.run("set +o history")
        shell.run("pytest 2")
        shell.run("set -o history")
        shell.run("pytest 3")
        eventually(lambda: "pytest 3" in listener.lines)
        assert "pytest 2" not in listener.lines


@pytest.mark.parametrize("old", [False, True], ids=["list", "text"])
@pytest.mark.parametrize(
    "prompt", ["PROMPT_COMMAND=friend", "PROMPT_COMMAND=(true friend)", "PROMPT_COMMAND='friend; true'"]
)
def test_what_was_in_the_prompt_stays_and_finds_what_it_found(
    tmp_path: Path, listener: Listener, prompt: str, old: bool
) -> None:
    with bash(tmp_path, listener, f"{FRIEND}{prompt}\n", old=old and "(" not in prompt) as shell:
        shell.run("pytest 3")
        assert listener.hears(1).code == "3"
        assert shell.run("echo $friend_saw").split()[:2] == ["3", "3"]
        shell.run("true the-word")
        assert shell.run("echo $friend_saw") == "0 the-word 0\n"
        shell.run("false | true")
        assert shell.run("echo $friend_saw").split()[2:] == (
            ["0"] if old and "(" not in prompt else ["1", "0"]
        )


@pytest.mark.parametrize("old", [False, True], ids=["list", "text"])
def test_what_is_put_before_it_later_never_lends_its_exit_code(
    tmp_path: Path, listener: Listener, old: bool
) -> None:
    after = 'PROMPT_COMMAND="true; ${PROMPT_COMMAND[0]}"\n'
    with bash(tmp_path, listener, after=after, old=old) as shell:
        shell.run("pytest 3")
        shell.run("pytest 4")
        eventually(lambda: "pytest 4" in listener.lines)
        assert {told.code for told in listener.told} <= {"3", "4"}


def test_a_prompt_that_calls_it_from_within_reports_once(tmp_path: Path, listener: Listener) -> None:
    """As starship does: it keeps what was there, and runs it itself."""
    after = """
kept=$PROMPT_COMMAND
star() { local code=$?; again() { return "$code"; }; again; eval "$kept"; }
PROMPT_COMMAND=star
"""
    with bash(tmp_path, listener, after=after) as shell:
        shell.run("true")
        shell.run("pytest 3")
        shell.run("pytest 4")
        eventually(lambda: "pytest 4" in listener.lines)
        assert [(told.line, told.code) for told in listener.told if "pytest" in told.line] == [
            ("pytest 3", "3"),
            ("pytest 4", "4"),
        ]


def test_a_debug_trap_stays_and_sees_the_users_commands(tmp_path: Path, listener: Listener) -> None:
    before = "trapped=\ntrap 'trapped+=\" $BASH_COMMAND\"' DEBUG\n"
    with bash(tmp_path, listener, before) as shell:
        shell.run("pytest 3")
        assert listener.hears(1).code == "3"
        assert " pytest 3 " in shell.run("echo $trapped")


@pytest.mark.parametrize(
    "option", ["set -u", "set -x", "set -f", "set -a", "shopt -s nocasematch", "IFS=0123"]
)
def test_any_option_will_do(tmp_path: Path, listener: Listener, option: str) -> None:
    with bash(tmp_path, listener) as shell:
        shell.run(option)
        listener.hears(1)
        shell.run("pytest 3")
        assert (shell.code, listener.hears(2).code) == (3, "3")


def test_errexit_ends_no_shell(tmp_path: Path, listener: Listener) -> None:
    with bash(tmp_path, listener) as shell:
        shell.run("set -e")
        shell.run("pytest 3 && true")
        assert shell.code == 3
        shell.run("true")


def test_a_shell_within_is_left_alone(tmp_path: Path, listener: Listener) -> None:
    with bash(tmp_path, listener, old=True) as shell:
        shell.terminal.press("export PROMPT_COMMAND PS0; bash --norc --noprofile -i\n")
        shell.terminal.press("PS1='within '; echo here\n")
        shown = shell.terminal.until("here\r\nwithin ")
        shell.terminal.press("pytest 3; echo $?\n")
        shown += shell.terminal.until("3\r\nwithin ")
        assert "afterglow" not in shown and "redirect" not in shown
        shell.terminal.press("exit\n")


def test_an_alias_is_reported_as_what_it_stands_for(tmp_path: Path, listener: Listener) -> None:
    with bash(tmp_path, listener, "alias t='pytest 3'\n") as shell:
        shell.run("t 0.01")
        assert listener.hears(1).line == "pytest 3 0.01"


@pytest.mark.parametrize(
    "before",
    [
        "",
        "PROMPT_COMMAND=friend\n",
        "PROMPT_COMMAND=(friend true)\n",
        "PROMPT_COMMAND=\n",
        "PS0=x\nPROMPT_COMMAND=()\n",
    ],
)
@pytest.mark.parametrize("old", [False, True], ids=["list", "text"])
def test_taken_out_the_prompt_is_what_it_was(
    tmp_path: Path, listener: Listener, before: str, old: bool
) -> None:
    from tests.cli.calling import call

    (tmp_path / "out").write_text(call("hook", "bash", "--uninstall").out)
    asked = "declare -p PROMPT_COMMAND PS0 2>&1"
    with opened("bash", tmp_path, "", FRIEND + before) as shell:
        wanted = shell.run(asked)
    if old and "(" in before:
        return
    with bash(tmp_path, listener, FRIEND + before, old=old) as shell:
        shell.run(f". {tmp_path / 'out'}")
        assert shell.run(asked) == wanted


def test_an_older_bash_gets_a_word_and_nothing_else(tmp_path: Path) -> None:
    hook = hook_text("bash").replace("BASH_VERSINFO", "VERSION_FOR_TEST")
    with opened("bash", tmp_path, hook, "VERSION_FOR_TEST=(3 2)\n") as shell:
        assert shell.run("declare -F; compgen -v __after; echo ${PROMPT_COMMAND-none}") == "none\n"
