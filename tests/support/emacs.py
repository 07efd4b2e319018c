"""The real Emacs with our package, installed and set up as our page says.

Invariant: as for ``TerminalEditor``; the home is the test's own.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support.rawclient import ROOT
from tests.support.terminal_editor import TerminalEditor, blocks, installed

PAGE: Final = ROOT / "editors" / "emacs" / "README.md"
EARLY: Final = "(setq native-comp-jit-compilation nil inhibit-startup-screen t)\n"
"""No compiler comes with the test's Emacs, and no screen but the file's is wanted."""


def install(home: Path, init: str | None = None) -> Path:
    """What the page says: the package to its place, and the lines into init.el. The folder of both."""
    (shell,) = blocks(PAGE, "sh")
    subprocess.run(["sh", "-euc", shell], cwd=ROOT, check=True, env={**os.environ, "HOME": str(home)})
    folder = home / ".emacs.d"
    (folder / "early-init.el").write_text(EARLY)
    (folder / "init.el").write_text(blocks(PAGE, "elisp")[0] if init is None else init)
    return folder


class Emacs(TerminalEditor):
    """``with Emacs(root, home, "a.txt") as editor``; ``before`` goes to the start of init.el."""

    def __init__(
        self,
        root: Path,
        home: Path,
        *files: str,
        env: Mapping[str, str] | None = None,
        before: str = "",
        init: str | None = None,
    ) -> None:
        file = install(home, init) / "init.el"
        file.write_text(before + file.read_text())
        super().__init__(root, [installed("emacs"), "-nw", *files], env)

    def command(self, name: str, *answers: str) -> None:
        """``M-x name`` and what it asks for."""
        self.press("M-x")
        self.wait(lambda rows: any(row.startswith("M-x") for row in rows[-2:]), "no M-x")
        for words in (name, *answers):
            self.enter(words)
            self.press("Enter")

    def run(self, lisp: str) -> None:
        """Evaluate one form."""
        self.press("M-:")
        self.wait(lambda rows: any(row.startswith("Eval:") for row in rows[-2:]), "no M-:")
        self.enter(lisp)
        self.press("Enter")

    def below(self, text: str, deadline: float = 20.0) -> str:
        """The mode line or the echo area, as soon as one of them holds ``text``."""
        rows = self.wait(
            lambda rows: any(text in row for row in rows[-2:]), f"no {text!r} at the end", deadline
        )
        return next(row for row in rows[-2:] if text in row)

    def buffer(self, name: str) -> str:
        """All that a buffer of Emacs holds."""
        file = Path(os.environ["HOME"]) / "buffer"
        file.unlink(missing_ok=True)
        self.run(f'(with-current-buffer "{name}" (write-region nil nil "{file}" nil 1))')
        self.wait(lambda _rows: file.exists(), f"no {file}")
        return file.read_text()
