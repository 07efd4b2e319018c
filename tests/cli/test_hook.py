"""``afterglow hook``: what it prints for whom. What the shells do with it is in tests/e2e."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from afterglow.cli import hooking
from tests.cli.calling import call
from tests.support.tools import SCRIPT

LEAST = re.compile(r"__afterglow_least_ms[= ](\d+)\b")
SHELLS = ("bash", "zsh", "fish")


@pytest.mark.parametrize("words", [(), ("--uninstall",)])
def test_without_a_shell_it_names_those_that_have_one(words: tuple[str, ...]) -> None:
    said = call("hook", *words)
    assert (said.code, said.out) == (2, "")
    assert (
        said.err == "afterglow: hook: name a shell; bash, zsh and fish have one, as in: afterglow hook bash\n"
    )


@pytest.mark.parametrize("shell", ["tcsh", "BASH", "../bash", "", "bash.bash"])
def test_another_shell_gets_one_line(shell: str) -> None:
    said = call("hook", shell)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"afterglow: hook: {shell}: there is no hook for that; bash, zsh and fish")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize("shell", SHELLS)
def test_it_holds_the_threshold_in_force(shell: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert LEAST.findall(call("hook", shell).out) == ["10000"]
    monkeypatch.setenv("AFTERGLOW_MIN_JOB_SECONDS", "25")
    assert LEAST.findall(call("hook", shell).out) == ["25000"]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("words", [(), ("--uninstall",)])
def test_nothing_is_left_to_fill_in_and_the_rc_line_is_named(shell: str, words: tuple[str, ...]) -> None:
    said = call("hook", shell, *words)
    assert (said.code, said.err) == (0, "")
    assert not re.search("@[A-Z_]+@", said.out)
    line = "afterglow hook fish | source" if shell == "fish" else f'eval "$(afterglow hook {shell})"'
    assert line in "".join(said.out.splitlines(keepends=True)[:2])


@pytest.mark.parametrize(
    "name", ["plain", "two words", "o'clock", "a$HOME`x`", 'back\\slash "quoted"', "ünï"]
)
def test_it_names_the_program_that_printed_it_whatever_its_folder_is_called(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / name / "afterglow"
    program.parent.mkdir()
    program.write_text("")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "argv", [str(program), "hook", "bash"])
    line = next(line for line in call("hook", "bash").out.splitlines() if "__afterglow_program=(" in line)
    read = subprocess.run(
        ["bash", "-c", f'{line}; printf %s "${{__afterglow_program[@]}}"'], capture_output=True, check=True
    )
    assert read.stdout.decode() == str(program)
    (line,) = (line for line in call("hook", "fish").out.splitlines() if "set -g __afterglow_program" in line)
    quoted = str(program).replace("\\", "\\\\").replace("'", "\\'")
    assert line.strip() == f"set -g __afterglow_program '{quoted}'"


def test_a_relative_call_is_named_by_its_full_path_and_a_link_as_the_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").write_text("")
    (tmp_path / "real").chmod(0o755)
    (tmp_path / "afterglow").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["./afterglow"])
    assert hooking.program() == (str(tmp_path / "afterglow"),)


def test_as_a_module_it_takes_nothing_from_the_folder_it_is_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "__main__.py")])
    (tmp_path / "python").symlink_to(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert hooking.program() == (str(tmp_path / "python"), "-P", "-m", "afterglow")


def test_bash_can_read_it_without_running_it() -> None:
    for words in (("bash",), ("bash", "--uninstall")):
        text = call("hook", *words).out
        read = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
        assert (read.returncode, read.stderr) == (0, "")


def test_a_shell_that_nobody_types_into_is_left_alone() -> None:
    text = call("hook", "bash").out
    script = f"eval {shlex.quote(text)}; declare -F; compgen -v __afterglow; echo ${{PROMPT_COMMAND-none}}"
    made = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    assert (made.stdout, made.stderr) == ("none\n", "")


def test_where_a_tool_for_the_tests_cannot_be_had_one_line_says_so(tmp_path: Path) -> None:
    made = subprocess.run(
        ["/bin/sh", str(SCRIPT), "zsh", "fish"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (made.returncode, made.stdout) == (1, "")
    assert made.stderr.startswith("setup_tools: zsh fish: not installed, and there is no apt here")
    assert made.stderr.count("\n") == 1
