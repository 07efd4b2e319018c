"""``python -m tests.support.editor_pictures`` draws docs/pictures/{helix,emacs,vim}.png anew.

The screens are those that the end-to-end tests of these editors kept last.
"""

from __future__ import annotations

from typing import Final

from tests.support.rawclient import ROOT
from tests.support.screen_picture import picture
from tests.support.shots import FOLDER
from tests.support.terminal_editor import COLUMNS, ROWS

SCREENS: Final = {"helix": "helix-hint", "emacs": "emacs-green", "vim": "vim-green"}


def draw() -> None:
    """Draw all of them. FileNotFoundError where the tests have not run."""
    for editor, screen in SCREENS.items():
        text = (FOLDER / f"{screen}.ansi").read_text(encoding="utf-8")
        picture(text, COLUMNS, ROWS, ROOT / "docs" / "pictures" / f"{editor}.png")


if __name__ == "__main__":
    draw()
