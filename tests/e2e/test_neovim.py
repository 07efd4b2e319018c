"""The real Neovim, with our plugin and with the lines that our page has for those without it: what stands on
its screen, and what stays behind it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import real_pytest
from tests.support.behaviours import shows
from tests.support.neovim import Neovim, lua_of_the_page, plugin_init
from tests.support.patience import wait_until
from tests.support.processes import ended
from tests.support.scenes import TESTS, silent_turn
from tests.support.sidecar import git, recorded, repository

pytestmark = pytest.mark.xdist_group("neovim")

SECONDS = 8
GONE_SECONDS = 1.0
SMALL_PROCESS_SECONDS = 0.05


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "project")


@pytest.fixture(params=["plugin", "page"])
def init(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    if request.param == "plugin":
        return plugin_init(tmp_path, settings="")
    file = tmp_path / "init.lua"
    file.write_text(lua_of_the_page())
    return file


def session_began() -> bool:
    """Whether a server has opened the store: its session is on record."""
    return bool(recorded("--kind", "session.open"))


@shows(
    "neovim",
    *("a line on the first green", "a hint at its line, and its going", "silence on red"),
    "nothing of ours in git status",
)
def test_the_first_green_stands_at_the_end_of_its_tests_line_moves_with_it_and_goes(
    tmp_path: Path, root: Path, init: Path
) -> None:
    source = root / "test_numbers.py"
    source.write_text(TESTS.format(3, 13))
    env = {"AFTERGLOW_TOKEN_TTL_MS": str(SECONDS * 1000)}

    def keep(editor: Neovim, name: str) -> list[str]:
        (tmp_path / f"{name}.txt").write_text(editor.text() + "\n")
        return editor.rows()

    with Neovim(root, init, source.name, env=env) as editor:
        editor.row_of("def test_product")
        editor.server()
        assert session_began()

        assert real_pytest.run_pytest(root, report="report.xml") == 1
        silent_turn(1)
        red = keep(editor, "red")
        assert not [row for row in red if "fail" in row or "passed" in row], red
        assert next(row for row in red if "def test_sum" in row) == "def test_sum() -> None:"

        source.write_text(TESTS.format(2, 12))
        editor.press(":checktime\r")
        editor.row_of("3 * 4 == 12")
        assert real_pytest.run_pytest(root, report="report.xml") == 0
        hinted = editor.row_of("def test_sum() -> None: 3 passed in ")
        assert "first green after 1 failed run" in hinted
        # The last row but one is the status line; the row of the command line is below it.
        editor.wait(lambda rows: "3 passed in " in rows[-2], "no line in the status line")
        green = keep(editor, "green")
        assert len([row for row in green if "3 passed in " in row]) == 2
        place = next(number for number, row in enumerate(green) if "def test_sum" in row)

        editor.press("ggO# one\r# two\x1b")

        def below(rows: list[str]) -> bool:
            return rows[place + 2].startswith("def test_sum() -> None: 3 passed in ")

        editor.wait(below, "the hint did not move along")
        assert len([row for row in keep(editor, "moved") if "3 passed in " in row]) == 2

        editor.wait(
            lambda rows: "def test_sum() -> None:" in rows and not any("3 passed" in row for row in rows),
            "the line stayed",
            SECONDS + 15.0,
        )
        keep(editor, "later")
        assert editor.messages() == ""
        assert "afterglow" not in git(root, "status", "--porcelain")


def test_typing_on_its_line_takes_the_hint_away(root: Path, init: Path) -> None:
    source = root / "test_numbers.py"
    source.write_text(TESTS.format(3, 12))
    with Neovim(root, init, source.name) as editor:
        editor.row_of("def test_product")
        editor.server()
        assert session_began()
        assert real_pytest.run_pytest(root, report="report.xml") == 1
        silent_turn(1)
        source.write_text(TESTS.format(2, 12))
        editor.press(":checktime\r")
        assert real_pytest.run_pytest(root, report="report.xml") == 0
        editor.row_of("def test_sum() -> None: 3 passed in ")
        editor.press("/test_sum\rA  # mine\x1b")
        editor.wait(lambda rows: "def test_sum() -> None:  # mine" in rows, "the hint stayed")


@shows("neovim", "no process left behind")
@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda editor: editor.press(":qa!\r"), id="qa"),
        pytest.param(lambda editor: editor.process.send_signal(signal.SIGHUP), id="SIGHUP"),
        pytest.param(lambda editor: editor.main().kill(), id="SIGKILL"),
    ],
)
def test_the_server_goes_with_its_editor(root: Path, init: Path, leave: Callable[[Neovim], None]) -> None:
    with Neovim(root, init, "a.txt") as editor:
        editor.row_of("a.txt")
        server, main = editor.server(), editor.main()
        assert session_began()
        busy = slowness()
        leave(editor)
        # A terminal that is hung up is given a second by Neovim itself, so its own end is the start.
        wait_until(lambda: ended(main), 20)
        began = time.monotonic()
        wait_until(lambda: ended(server), 20)
        took = time.monotonic() - began
        assert took < GONE_SECONDS * max(busy, slowness())


def slowness() -> float:
    """How many times as long as on a machine at rest a small process takes now, at least 1."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-I", "-c", ""], check=True)
    return max(1.0, (time.monotonic() - began) / SMALL_PROCESS_SECONDS)
