"""The real Helix, set up as our page says.

Invariant: as for ``TerminalEditor``; its configuration is the test's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support.patience import rest
from tests.support.rawclient import ROOT
from tests.support.terminal_editor import TerminalEditor, blocks, installed

PAGE: Final = ROOT / "editors" / "helix" / "README.md"


class Helix(TerminalEditor):
    """``with Helix(root, home, "a.py") as editor``; ``options``: for the server, not the page's."""

    def __init__(
        self,
        root: Path,
        home: Path,
        *files: str,
        env: Mapping[str, str] | None = None,
        options: str | None = None,
    ) -> None:
        folder = home / ".config" / "helix"
        folder.mkdir(parents=True, exist_ok=True)
        (languages,), (config,) = blocks(PAGE, "toml languages"), blocks(PAGE, "toml config")
        if options is not None:
            lines = [
                f"config = {options}" if line.startswith("config =") else line
                for line in languages.split("\n")
            ]
            languages = "\n".join(lines)
        (folder / "languages.toml").write_text(languages)
        (folder / "config.toml").write_text(config)
        super().__init__(
            root, [installed("helix"), *files], {"XDG_CONFIG_HOME": str(home / ".config"), **(env or {})}
        )

    def escape(self) -> None:
        """The key Escape, alone: together with the next key it would be that key with Alt."""
        self.press("Escape")
        rest(0.3)

    def command(self, words: str) -> None:
        """Run ``:words``."""
        self.enter(f":{words}")
        self.press("Enter")

    def below(self, text: str, deadline: float = 20.0) -> str:
        """The last row, as soon as it holds ``text``."""
        return self.wait(lambda rows: text in rows[-1], f"no {text!r} in the last row", deadline)[-1]
