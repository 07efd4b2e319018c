"""The hint that our plugin draws in the real Neovim beside Neovim's own inlay hints: one, in either hand."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.neovim import Neovim, plugin_init
from tests.support.sidecar import recorded, repository

pytestmark = pytest.mark.xdist_group("neovim")

SOURCE = "import math\n\n\ndef test_calm(): ...\n\n\ndef test_sum(): ...\n"
REPORT = (
    '<testsuites><testsuite name="pytest" tests="2" failures="{failures}" errors="0" skipped="0" time="2.5">'
    '<testcase classname="test_numbers" name="test_calm" time="0.5"/>'
    '<testcase classname="test_numbers" name="test_sum" time="2">{failure}</testcase>'
    "</testsuite></testsuites>"
)
HINT = "def test_sum(): ... 2 passed in 2.5 s"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = repository(tmp_path / "project")
    (root / "test_numbers.py").write_text(SOURCE)
    return root


def go_green(root: Path) -> None:
    """A red run and a green one, as their reports tell."""
    for number, failure in enumerate(("<failure/>", ""), 1):
        (root / "draft").write_text(REPORT.format(failures=int(bool(failure)), failure=failure))
        (root / "draft").replace(root / "report.xml")
        recorded("--kind", "job.finished", enough=partial(there_are, number))


def there_are(number: int, found: list[dict[str, Any]]) -> bool:
    return len(found) >= number


def marks(editor: Neovim) -> int:
    """How many hints the plugin draws in the current buffer."""
    count = editor.lua(
        "local place = vim.api.nvim_get_namespaces()['afterglow.hints']; "
        "return place and #vim.api.nvim_buf_get_extmarks(0, place, 0, -1, {}) or 0"
    )
    return int(count)


def once(rows: list[str]) -> bool:
    """Whether the hint stands at its line, once."""
    return any(row.startswith(HINT) and row.count("2 passed") == 1 for row in rows)


def test_where_inlay_hints_are_on_neovim_draws_it_alone(tmp_path: Path, root: Path) -> None:
    init = plugin_init(tmp_path)
    init.write_text(init.read_text() + "vim.lsp.inlay_hint.enable(true)\n")
    with Neovim(root, init, "test_numbers.py") as editor:
        editor.started()
        go_green(root)
        editor.wait(once, "no hint at its line")
        assert marks(editor) == 0


def test_inlay_hints_stay_off_and_taking_them_on_makes_no_second_one(tmp_path: Path, root: Path) -> None:
    with Neovim(root, plugin_init(tmp_path), "test_numbers.py") as editor:
        editor.started()
        go_green(root)
        editor.wait(once, "no hint at its line")
        assert marks(editor) == 1
        assert editor.lua("return vim.lsp.inlay_hint.is_enabled()") is False
        editor.press(":lua vim.lsp.inlay_hint.enable(true)\r")
        editor.wait(lambda _rows: marks(editor) == 0, "the plugin's hint stayed")
        editor.wait(once, "no hint of Neovim's own")


def test_typing_on_its_line_takes_it_away_at_once_whatever_the_server_does(
    tmp_path: Path, root: Path
) -> None:
    with Neovim(root, plugin_init(tmp_path), "test_numbers.py") as editor:
        editor.started()
        go_green(root)
        editor.wait(once, "no hint at its line")
        server = editor.server()
        server.suspend()
        editor.press("ggO# above\x1b")
        editor.row_of("# above")
        assert once(editor.rows())
        editor.press("/test_sum\rA  # mine\x1b")
        editor.wait(lambda rows: "def test_sum(): ...  # mine" in rows, "the hint stayed")
        server.resume()


def test_a_file_that_is_opened_later_shows_the_hint_and_it_goes_with_the_server(
    tmp_path: Path, root: Path
) -> None:
    with Neovim(root, plugin_init(tmp_path, options="restart_after_seconds = {}"), "a.txt") as editor:
        editor.started()
        go_green(root)
        editor.wait(lambda rows: "2 passed in 2.5 s" in rows[-2], "no line in the status line")
        editor.press(":e test_numbers.py\r")
        editor.wait(once, "no hint at its line")
        editor.press(":split a.txt\r\x17w")
        editor.wait(once, "no hint after the windows changed")
        editor.server().kill()
        editor.wait(lambda rows: not any("2 passed" in row for row in rows), "the hint stayed")
        assert editor.messages() == ""


def test_hints_can_be_off(tmp_path: Path, root: Path) -> None:
    with Neovim(root, plugin_init(tmp_path, options="hints = false"), "test_numbers.py") as editor:
        editor.started()
        go_green(root)
        editor.wait(lambda rows: "2 passed in 2.5 s" in rows[-2], "no line in the status line")
        assert marks(editor) == 0
        assert not once(editor.rows())
