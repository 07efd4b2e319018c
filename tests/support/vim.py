"""The real Vim with our plugin, installed and set up as our page says.

Invariant: as for ``TerminalEditor``; the home is the test's own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.support.rawclient import ROOT
from tests.support.terminal_editor import TerminalEditor, blocks
from tests.support.tools import need

PAGE = ROOT / "editors" / "vim" / "README.md"


def vim() -> str:
    """The real Vim: ``VIM_PROGRAM``, else Debian's."""
    if program := os.environ.get("VIM_PROGRAM"):
        return program
    need("vim")
    return "vim"


def install(home: Path) -> None:
    """What the page says: the plugin to its place, and the lines into the vimrc."""
    (shell,) = blocks(PAGE, "sh")
    subprocess.run(["sh", "-euc", shell], cwd=ROOT, check=True, env={**os.environ, "HOME": str(home)})
    (home / ".vimrc").write_text(blocks(PAGE, "vim")[0])


class Vim(TerminalEditor):
    """``with Vim(root, home, "a.txt") as editor``; ``also`` is added to the vimrc."""

    def __init__(
        self, root: Path, home: Path, *files: str, env: Mapping[str, str] | None = None, also: str = ""
    ) -> None:
        install(home)
        with (home / ".vimrc").open("a") as file:
            file.write(also)
        super().__init__(root, [vim(), "-n", "-i", "NONE", *files], env)

    def command(self, words: str) -> None:
        """Run ``:words``."""
        self.press("Escape")
        self.enter(f":{words}")
        self.press("Enter")

    def line(self, text: str, deadline: float = 20.0) -> str:
        """The status line, as soon as it holds ``text``."""
        return self.wait(lambda rows: text in rows[-2], f"no {text!r} in the status line", deadline)[-2]

    def messages(self) -> str:
        """What Vim has said so far, as ``:messages`` lists it."""
        file = Path(os.environ["HOME"]) / "messages"
        self.command(f"redir! > {file} | silent messages | redir END")
        self.command("echo 'written'")
        self.wait(lambda rows: rows[-1] == "written", "no end of :messages")
        return file.read_text()
