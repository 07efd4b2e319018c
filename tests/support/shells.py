"""Real shells in terminals of their own, with the hook of ``afterglow hook`` in their startup file.

Each prompt shows how many there have been and the last exit code, ``<3:0>``, so that a test knows when a
line is done without asking the shell anything.
"""

from __future__ import annotations

import json
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from tests.cli.calling import Terminal, call
from tests.support.patience import wait_until
from tests.support.tools import need

SHELLS = ("bash", "zsh", "fish")
_PROMPTS = {
    "bash": "PS1='<$((++prompts)):$?>'\n",
    "zsh": "unsetopt prompt_sp prompt_cr\nprompts=0\nsetopt prompt_subst\nPROMPT='<$((++prompts)):%?>'\n",
    "fish": (
        'function fish_greeting; end\nfunction fish_prompt; echo -n "<$prompts:$status>"; end\n'
        "set -g prompts 1\nset -g fish_autosuggestion_enabled 0\n"
        "function count_prompt --on-event fish_postexec; set -g prompts (math $prompts + 1); end\n"
    ),
}
_LOAD = {"bash": ". {}\n", "zsh": ". {}\n", "fish": "source {}\n"}
_DRAWN = re.compile("\x1b\\[[0-9;?]*[a-zA-Z]|⏎ *|\r")
_PROGRAM = re.compile(r"(?m)^( *(?:set -g __afterglow_program |__afterglow_program=\())[^)\n]*")
_TOOL = '#!/bin/sh\nsleep "${2:-0}"\nexit "${1:-0}"\n'
# Stands for afterglow: says what it was told, and shows what others could see of it.
_LISTENER = """#!/bin/sh
if [ -p "$HEARD/hold" ]; then read -r _ <"$HEARD/hold"; fi
cat >"$HEARD/$$.told"
printf '%s\\n' "$@" >"$HEARD/$$.words"
env >"$HEARD/$$.env"
pwd >"$HEARD/$$.pwd"
mv "$HEARD/$$.told" "$HEARD/$$.json"
"""


def install() -> None:
    """See that all three shells are there. Fails with one line where they cannot be had."""
    need("bash", "zsh", "fish")


def hook_text(shell: str) -> str:
    """What ``afterglow hook`` prints."""
    said = call("hook", shell)
    assert (said.code, said.err) == (0, "")
    return said.out


@frozen
class Told:
    """One report: what came on its standard input, and what others could see of it."""

    line: str
    words: tuple[str, ...]
    environment: str
    folder: str

    @property
    def code(self) -> str | None:
        return self.words[self.words.index("--exit-code") + 1] if "--exit-code" in self.words else None


class Listener:
    """A program in the place of ``afterglow``; ``told`` is what it heard so far, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "heard"
        self.folder.mkdir()
        self.program = folder / "after glow's"
        self.program.write_text(_LISTENER.replace("$HEARD", str(self.folder)))
        self.program.chmod(0o755)

    @property
    def told(self) -> list[Told]:
        found = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        return [
            Told(
                json.loads(path.read_bytes())["commandLine"],
                tuple(path.with_suffix(".words").read_text().splitlines()),
                path.with_suffix(".env").read_bytes().decode("utf-8", "replace"),
                path.with_suffix(".pwd").read_text().rstrip("\n"),
            )
            for path in found
        ]

    @property
    def lines(self) -> list[str]:
        return [told.line for told in self.told]

    def hears(self, number: int) -> Told:
        """The ``number``-th report, counted from 1, when it has come."""
        try:
            wait_until(lambda: len(self.lines) >= number)
        except TimeoutError:
            raise AssertionError(f"{number} reports were due, and came: {self.lines}") from None
        return self.told[number - 1]

    def put_into(self, shell: str, text: str) -> str:
        """The hook with this program in the place of the real one."""
        quoted = "'" + str(self.program).replace("'", "'\\''" if shell != "fish" else "\\'") + "'"
        made, count = _PROGRAM.subn(lambda found: found[1] + quoted, text)
        assert count == 1, text
        return made


class Shell:
    """``run`` types a line and gives what the terminal showed for it, up to the next prompt."""

    def __init__(self, shell: str, terminal: Terminal) -> None:
        self.shell = shell
        self.terminal = terminal
        self.code = 0
        self._prompts = 0
        self.prompt()

    def prompt(self) -> str:
        """What comes up to the next prompt, its echo included; ``code``: the exit code that it shows."""
        self._prompts += 1
        shown = self.terminal.until(f"<{self._prompts}:")
        self.code = int(self.terminal.until(">")[:-1])
        return shown.removesuffix(f"<{self._prompts}:")

    def run(self, line: str) -> str:
        """Type a line; what it printed."""
        self.terminal.press(f"{line}\n")
        return _DRAWN.sub("", self.prompt().partition("\r\n")[2])


def quick(folder: Path) -> Path:
    """A folder of programs: ``pytest CODE SECONDS`` and ``other CODE SECONDS``."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    for name in ("pytest", "other"):
        (tools / name).write_text(_TOOL)
        (tools / name).chmod(0o755)
    return tools


@contextmanager
def opened(
    shell: str, folder: Path, hook: str, before: str = "", after: str = "", cwd: Path | None = None
) -> Iterator[Shell]:
    """A shell whose startup file is ``before``, the hook, and ``after``."""
    rc = folder / "rc"
    rc.mkdir(exist_ok=True)
    (rc / "hook").write_text(hook)
    text = before + _LOAD[shell].format(shlex.quote(str(rc / "hook"))) + after + _PROMPTS[shell]
    path = f"PATH={quick(folder)}:{os.environ['PATH']}"
    env = [
        "env",
        "TERM=dumb",
        path,
        "HISTFILE=",
        f"ZDOTDIR={rc}",
        f"XDG_CONFIG_HOME={rc}",
        f"XDG_DATA_HOME={rc}",
    ]
    words = {
        "bash": ["bash", "--noprofile", "--rcfile", str(rc / "bashrc"), "-i"],
        "zsh": ["zsh", "-d", "-i"],
        "fish": ["fish", "-i"],
    }
    file = rc / {"bash": "bashrc", "zsh": ".zshrc", "fish": "fish/config.fish"}[shell]
    # Where this is missing, fish begins by reading all manual pages.
    (rc / "fish/generated_completions").mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    with Terminal(*env, *words[shell], cwd=cwd or folder, columns=300) as terminal:
        yield Shell(shell, terminal)
