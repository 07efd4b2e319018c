"""The picture of our page for Neovim: the real screen, in tmux, with its colours, kept in ``shots/``."""

from __future__ import annotations

import math
import os
import shlex
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import real_pytest
from tests.support.neovim import NO_LOG, nvim, plugin_init
from tests.support.patience import wait_until
from tests.support.screen_picture import (
    CELL_PX,
    GROUND,
    INK,
    MARGIN_PX,
    ROW_PX,
    SHARPNESS,
    page_of,
    picture,
    screen_of,
)
from tests.support.shots import keep
from tests.support.sidecar import recorded, repository
from tests.support.tools import need

pytestmark = pytest.mark.xdist_group("neovim")

COLUMNS, ROWS = 100, 18
TESTS = """\
from basket import Basket, euros


def test_an_empty_basket_costs_nothing():
    assert Basket().total() == 0


def test_two_apples():
    basket = Basket()
    basket.add("apple", euros(0.40), count=2)
    assert basket.total() == euros({price})


def test_a_discount_is_no_gift():
    assert euros(1) > euros(0.99)
"""
BASKET = """\
def euros(amount):
    return round(amount * 100)


class Basket:
    def __init__(self):
        self.lines = []

    def add(self, name, price, count=1):
        self.lines.append(price * count)

    def total(self):
        return sum(self.lines)
"""


class Tmux:
    """A tmux of its own with one window that runs ``words``."""

    def __init__(self, folder: Path, root: Path, words: list[str]) -> None:
        self._socket = str(folder / "s")
        known = {
            name: value for name, value in os.environ.items() if name not in ("NVIM", "TMUX", "VIMRUNTIME")
        }
        path = os.pathsep.join((str(Path(sys.executable).parent), known.get("PATH", os.defpath)))
        self._env = {**known, "PATH": path, "TERM": "xterm-256color", "COLORTERM": "truecolor", **NO_LOG}
        self.run("new-session", "-d", "-x", str(COLUMNS), "-y", str(ROWS), "-c", str(root), shlex.join(words))

    def run(self, *words: str) -> str:
        made = subprocess.run(
            ["tmux", "-S", self._socket, "-f", "/dev/null", *words],
            env=self._env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        return made.stdout

    def rows(self) -> list[str]:
        return self.run("capture-pane", "-p").split("\n")

    def end(self) -> None:
        self.run("kill-server")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = repository(tmp_path / "basket")
    (root / "basket.py").write_text(BASKET)
    (root / "test_basket.py").write_text(TESTS.format(price="0.79"))
    return root


@pytest.fixture
def tmux(tmp_path: Path, project: Path) -> Iterator[Tmux]:
    need("tmux")
    # The line of the bar of tmux itself is turned off before anything is drawn.
    init = plugin_init(tmp_path, "seed = 'picture'")
    init.write_text(init.read_text() + "vim.o.ruler = false\nvim.o.showcmd = false\n")
    with tempfile.TemporaryDirectory(prefix="tmux-", dir="/tmp") as folder:
        words = [nvim(), "--clean", "-n", "-i", "NONE", "-u", str(init), "test_basket.py"]
        made = Tmux(Path(folder), project, words)
        try:
            made.run("set-option", "-g", "status", "off")
            yield made
        finally:
            made.end()


def test_the_picture_of_a_first_green(project: Path, tmux: Tmux, tmp_path: Path) -> None:
    wait_until(lambda: any("two_apples" in row for row in tmux.rows()), 20)
    recorded("--kind", "session.open")
    assert real_pytest.run_pytest(project, report="report.xml") == 1
    recorded("--kind", "job.finished")
    (project / "test_basket.py").write_text(TESTS.format(price="0.80"))
    tmux.run("send-keys", ":silent checktime", "Enter")
    wait_until(lambda: any("0.80" in row for row in tmux.rows()), 20)
    assert real_pytest.run_pytest(project, report="report.xml") == 0

    def green() -> bool:
        rows = [row for row in tmux.rows() if "3 passed in " in row]
        return len(rows) == 2 and rows[0].startswith("def test_two_apples(): 3 passed")

    wait_until(green, 30)
    tmux.run("send-keys", ":", "Escape")
    wait_until(lambda: not any(row.startswith(":") for row in tmux.rows()))
    screen = tmux.run("capture-pane", "-epN")
    keep("neovim-green.txt", tmux.run("capture-pane", "-p"))
    drawn = picture(screen, COLUMNS, ROWS, tmp_path / "neovim.png")
    assert drawn.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    keep("neovim.png", drawn.read_bytes())


def test_a_picture_has_each_cell_in_its_colours_and_place(tmp_path: Path) -> None:
    screen = screen_of("\x1b[38;2;1;2;3mink\x1b[0m \x1b[7mback\x1b[0m\n\x1b[1m<wide> 漢 x\x1b[0m", 20, 3)
    page = page_of(screen)
    assert "color:#010203" in page
    assert f"color:{GROUND};background:{INK};" in page
    assert "&lt;wide&gt;" in page
    place = f"left:{MARGIN_PX + 9 * CELL_PX:.2f}px;top:{MARGIN_PX + ROW_PX}px"
    assert f"{place};" in page.partition("漢")[2], "what follows a wide character is two cells on"
    drawn = picture("text", 20, 3, tmp_path / "one.png")
    wide, high = struct.unpack(">II", drawn.read_bytes()[16:24])
    assert (wide, high) == (SHARPNESS * (math.ceil(20 * CELL_PX) + 24), SHARPNESS * (3 * ROW_PX + 24))
