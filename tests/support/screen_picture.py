"""A terminal's screen as a picture: text with colours goes in, a PNG that Chromium drew comes out.

Invariant: what is drawn is what a terminal of that size would show of the text, cell for cell; nothing is
fetched, and the browser that draws has a profile of its own, which goes with it.
"""

from __future__ import annotations

import html
import importlib
import math
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final, NamedTuple

from tests.support.rawclient import ROOT
from tests.support.tools import need

FONT_PX: Final = 16
ROW_PX: Final = 21
CELL_PX: Final = 9.6328125
"""How wide DejaVu Sans Mono is at 16 px."""
MARGIN_PX: Final = 12
SHARPNESS: Final = 2
GROUND, INK = "#1c1e22", "#d8dbe0"
_SETUP: Final = ROOT / "scripts" / "setup_neovim.sh"
_NAMED: Final = {
    "black": "#2a2d33",
    "red": "#e06c75",
    "green": "#98c379",
    "brown": "#d7ba7d",
    "blue": "#61afef",
    "magenta": "#c678dd",
    "cyan": "#56b6c2",
    "white": "#c8ccd4",
    "brightblack": "#6b717d",
    "brightred": "#ff8b92",
    "brightgreen": "#b5e08d",
    "brightbrown": "#f0d197",
    "brightblue": "#8cc7ff",
    "brightmagenta": "#dfa0f0",
    "bfightmagenta": "#dfa0f0",  # as pyte spells it
    "brightcyan": "#7fd5e0",
    "brightwhite": "#ffffff",
}
_PAGE: Final = """<!doctype html><meta charset="utf-8"><style>
html, body {{ margin: 0; background: {ground}; color: {ink}; overflow: hidden }}
b {{ position: absolute; white-space: pre; height: {row}px }}
b {{ font: {font}px/{row}px "DejaVu Sans Mono", monospace }}
</style>
{cells}"""


class _Look(NamedTuple):
    """How a cell is drawn. ``alone``: a wide character keeps its own box, so that none after it slips."""

    ink: str
    ground: str
    bold: bool
    italic: bool
    underlined: bool
    alone: int


def picture(ansi_text: str, columns: int, rows: int, file: Path) -> Path:
    """Draw ``ansi_text`` (as ``tmux capture-pane -epN`` prints it: rows of text with SGR colours) on a screen
    of that many cells and keep it as a PNG. AssertionError with the reason where that cannot be done."""
    return of_screen(screen_of(ansi_text, columns, rows), file)


def of_screen(screen: Any, file: Path) -> Path:
    """Draw a ``pyte.Screen`` and keep it as a PNG."""
    need("chromium")
    wide = math.ceil(screen.columns * CELL_PX) + 2 * MARGIN_PX
    high = screen.lines * ROW_PX + 2 * MARGIN_PX
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="afterglow-picture-", ignore_cleanup_errors=True) as folder:
        page = Path(folder, "screen.html")
        page.write_text(page_of(screen), encoding="utf-8")
        drawn = Path(folder, "screen.png")
        made = subprocess.run(
            [
                "chromium",
                *("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run"),
                *("--disable-dev-shm-usage", "--disable-background-networking", "--disable-extensions"),
                f"--user-data-dir={folder}/profile",
                f"--force-device-scale-factor={SHARPNESS}",
                f"--window-size={wide},{high}",
                f"--screenshot={drawn}",
                page.as_uri(),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert drawn.exists(), f"chromium drew nothing (exit {made.returncode}): {made.stderr[-400:]}"
        file.write_bytes(drawn.read_bytes())
    return file


def page_of(screen: Any) -> str:
    """The screen as a page of its own."""
    cells = "\n".join(_row(screen, number) for number in range(screen.lines))
    grounds = Counter(
        _look(screen.buffer[row], column).ground
        for row in range(screen.lines)
        for column in range(screen.columns)
    )
    # The margin looks like most of the screen.
    return _PAGE.format(ground=grounds.most_common(1)[0][0], ink=INK, row=ROW_PX, font=FONT_PX, cells=cells)


def screen_of(ansi_text: str, columns: int, rows: int) -> Any:
    """A ``pyte.Screen`` of that many cells that shows the text."""
    made = subprocess.run(["sh", str(_SETUP)], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    sys.path.append(str(ROOT / ".venv-editors" / "lib"))
    pyte = importlib.import_module("pyte")
    sys.path.pop()
    screen = pyte.Screen(columns, rows)
    # Where a line is full, the next begins by itself and its line break is not one more.
    text = "\r\n".join(ansi_text.rstrip("\n").split("\n")[:rows])
    pyte.Stream(screen).feed(text)
    return screen


def _row(screen: Any, number: int) -> str:
    line = screen.buffer[number]

    def runs() -> Iterator[str]:
        for look, group in groupby(range(screen.columns), lambda column: _look(line, column)):
            columns = list(group)
            text = "".join(line[column].data for column in columns)
            style = (
                f"left:{MARGIN_PX + columns[0] * CELL_PX:.2f}px;top:{MARGIN_PX + number * ROW_PX}px;"
                f"width:{len(columns) * CELL_PX:.2f}px;color:{look.ink};background:{look.ground};"
                f"font-weight:{'bold' if look.bold else 'normal'}"
                + (";font-style:italic" if look.italic else "")
                + (";text-decoration:underline" if look.underlined else "")
            )
            yield f'<b style="{style}">{html.escape(text)}</b>'

    return "".join(runs())


def _look(line: Any, column: int) -> _Look:
    cell = line[column]
    ink, ground = _colour(cell.fg, INK), _colour(cell.bg, GROUND)
    if cell.reverse:
        ink, ground = ground, ink
    # A wide character is followed by an empty cell.
    wide = not cell.data or (column + 1 in line and not line[column + 1].data)
    alone = (column if cell.data else column - 1) if wide else -1
    return _Look(ink, ground, cell.bold, cell.italics, cell.underscore, alone)


def _colour(name: str, default: str) -> str:
    if name == "default":
        return default
    return _NAMED.get(name, f"#{name}")
