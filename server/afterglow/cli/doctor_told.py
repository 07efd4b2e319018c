"""The sensors of ``afterglow doctor`` that are told by others than files: shells, editors, commands.

Invariant: what cannot be known from here (a shell's functions, an editor's focus) is not claimed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from afterglow.cli.doctor_finding import OFF, Finding, Here, with_last
from afterglow.core import words

HOOK_DAYS: Final = 7
"""A hook that was heard so many days ago counts as installed, wherever it is written."""
MAX_RC_BYTES: Final = 256 * 1024
_RC: Final[Mapping[str, tuple[str, str]]] = {
    "bash": ("~/.bashrc", 'eval "$(afterglow hook bash)"'),
    "zsh": ("~/.zshrc", 'eval "$(afterglow hook zsh)"'),
    "fish": ("~/.config/fish/config.fish", "afterglow hook fish | source"),
}
"""Where each shell reads its hook from, and the line that belongs there."""


def told_by_others(here: Here, environ: Mapping[str, str]) -> list[Finding]:
    """Rows for the hook, the editor, and what commands report. ``environ``: of this shell's child."""
    if here.mode == "off":
        return [Finding(name, OFF, on=False) for name in ("hook", "editor", "run, emit")]
    rows = (_hook(here, environ), _editor(here), Finding("run, emit", "ready for commands and scripts"))
    return [with_last(here, row) for row in rows]


def _hook(here: Here, environ: Mapping[str, str]) -> Finding:
    """What a shell has defined cannot be seen from its child, so its start file and the records speak."""
    heard = here.heard.get("hook")
    age = None if heard is None else here.clock.now - heard
    shell = os.path.basename(environ.get("SHELL", ""))  # noqa: PTH119
    where, line = _RC.get(shell, ("", ""))
    path = _start_file(shell, where, environ)
    if path is not None and _mentions_hook(path):
        return Finding("hook", f"in {where}, for shells begun since", last=heard)
    if age is not None and age < HOOK_DAYS * 86_400_000:
        return Finding("hook", "a shell reported not long ago", last=heard)
    if not line:
        named = f"{shell} has no hook" if shell else "no shell is known here"
        return Finding("hook", f"{named}; bash, zsh and fish have one (afterglow hook)", on=False)
    return Finding("hook", f"not found in {where}; this line there installs it:", on=False, mend=line)


def _start_file(shell: str, where: str, environ: Mapping[str, str]) -> Path | None:
    home = environ.get("HOME", "")
    if not where or not home:
        return None
    base = {"zsh": environ.get("ZDOTDIR"), "fish": environ.get("XDG_CONFIG_HOME")}.get(shell)
    if base:
        return Path(base) / (".zshrc" if shell == "zsh" else "fish/config.fish")
    return Path(home) / where.removeprefix("~/")


def _mentions_hook(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            text = file.read(MAX_RC_BYTES).decode("utf-8", "replace")
    except OSError:
        return False
    return re.search(r"^[^#\n]*\bafterglow\b[^#\n]*\bhook\b", text, re.MULTILINE) is not None


def _editor(here: Here) -> Finding:
    if here.windows is None:
        return Finding("editor", "not known, because the database is not usable", on=False)
    if here.windows == 0:
        sees = "no window is open, so what happens now is recorded and not shown"
        return Finding("editor", sees, on=False)
    sees = f"{words.counted(here.windows, 'window')} open"
    if here.windows_here == 0:
        return Finding("editor", f"{sees}, and none is known to have this folder", on=False)
    return Finding("editor", sees)
