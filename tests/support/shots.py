"""Pictures and screens that end-to-end tests took, kept in ``shots/`` of the checkout to be looked at."""

from __future__ import annotations

from pathlib import Path

from tests.support.rawclient import ROOT

FOLDER = ROOT / "shots"


def keep(name: str, taken: bytes | str) -> Path:
    """Keep one picture (``vscode-menu.png``) or screen of text (``neovim-green.txt``); its path."""
    FOLDER.mkdir(exist_ok=True)
    # The folder ignores itself, so that no list elsewhere has to know of it.
    (FOLDER / ".gitignore").write_text("*\n")
    file = FOLDER / name
    if isinstance(taken, bytes):
        file.write_bytes(taken)
    else:
        file.write_text(taken.rstrip("\n") + "\n")
    return file
