"""What the shell hooks cost at a prompt: the processor time of a shell that is typed into.

Beside an empty hook: functions without a body in the same places. Each is the best of its rounds. Each line
that is typed is ``:``, so that what remains is the prompt. Run with ``-m bench -s``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.figures import cpu_seconds
from tests.support.shells import SHELLS, Shell, hook_text, install, opened

pytestmark = pytest.mark.bench

ROUNDS, LINES = 5, 400
MOST = 3.0
"""Times the empty hook's processor time."""
EMPTY = {
    "bash": "on=0\nPS0='${on:$((began=0,1))}'\nempty() { :; }\nPROMPT_COMMAND=('empty \"$_\"')\n",
    "zsh": "empty() { : }\npreexec_functions=(empty)\nprecmd_functions=(empty)\n",
    "fish": "function before --on-event fish_preexec; end\nfunction after --on-event fish_postexec; end\n",
}


def prompt_us(shell: Shell) -> float:
    """Processor time of one prompt in microseconds."""
    pid = shell.terminal.process.pid
    for _ in range(20):
        shell.run(":")
    began = cpu_seconds(pid)
    for _ in range(LINES):
        shell.run(":")
    return (cpu_seconds(pid) - began) / LINES * 1e6


@pytest.mark.parametrize("name", SHELLS)
def test_the_hook_is_not_felt_at_a_prompt(name: str, tmp_path: Path) -> None:
    install()
    taken: dict[str, list[float]] = {"no hook": [], "empty hook": [], "hook": []}
    hooks = {"no hook": "", "empty hook": EMPTY[name], "hook": hook_text(name)}
    for number in range(ROUNDS):
        for which, text in hooks.items():
            folder = tmp_path / f"{number} {which}"
            folder.mkdir()
            with opened(name, folder, text) as shell:
                taken[which].append(prompt_us(shell))
    figures = {which: min(times) for which, times in taken.items()}
    ratio = figures["hook"] / figures["empty hook"]
    told = ", ".join(f"{which} {us:.0f} us" for which, us in figures.items())
    sys.stdout.write(f"\n{name}: {told}; {ratio:.2f} of the empty hook\n")
    assert ratio <= MOST
