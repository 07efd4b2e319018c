"""Our plugin when things go wrong or change: a server that dies or is not there, another window, an update,
a folder that is not trusted."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.behaviours import shows
from tests.support.neovim import PLUGIN, QUICK, STATUSLINE, Neovim, plugin_init
from tests.support.patience import rest, wait_until
from tests.support.processes import ended
from tests.support.sidecar import afterglow, git, recorded, repository
from tests.support.traced import opened, strace

pytestmark = pytest.mark.xdist_group("neovim")

CHATTY = f"mode = 'chatty', {QUICK}"
SHOWN = "return require('afterglow').line()"
GIVEN_UP = "return require('afterglow.revive').given_up()"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "project")


def commit(root: Path) -> None:
    git(root, "commit", "--quiet", "--allow-empty", "-m", "change")


def another_server(editor: Neovim, before: psutil.Process) -> psutil.Process:
    """The server that came after one that is gone."""
    found = [before]

    def changed() -> bool:
        found[0] = editor.server()
        return found[0].pid != before.pid

    wait_until(changed, 30)
    return found[0]


@shows("neovim", "a killed server comes back, no popup")
def test_a_killed_server_comes_back_quietly_and_speaks_again(tmp_path: Path, root: Path) -> None:
    with Neovim(root, plugin_init(tmp_path, CHATTY), "a.txt") as editor:
        editor.started()
        before = editor.rows()
        first = editor.server()
        first.kill()
        another_server(editor, first)
        editor.started()
        assert editor.messages() == ""
        assert editor.rows() == before
        commit(root)
        wait_until(lambda: editor.lua(SHOWN) != "", 20)


def test_a_server_that_keeps_ending_is_left_alone_until_it_is_asked_for(tmp_path: Path, root: Path) -> None:
    ends = "cmd = { 'sh', '-c', 'echo nonsense; exit 3' }, restart_after_seconds = { 0.05 }"
    with Neovim(root, plugin_init(tmp_path, options=ends), "a.txt") as editor:
        editor.row_of("a.txt")
        wait_until(lambda: editor.lua(GIVEN_UP), 20)
        assert editor.messages() == ""
        editor.press(":e b.txt\r")
        editor.row_of("b.txt")
        assert editor.lua("return #vim.lsp.get_clients({ name = 'afterglow', _uninitialized = true })") == 0
        editor.press(":Afterglow next\r")
        editor.row_of("left alone")
        editor.press(":Afterglow restart\r")
        wait_until(lambda: not editor.lua(GIVEN_UP))


@shows("neovim", "a server that cannot start stays quiet")
@pytest.mark.parametrize(
    "cmd",
    [
        pytest.param("{ 'no-such-afterglow', 'lsp' }", id="missing"),
        pytest.param("{ '/dev/null', 'lsp' }", id="no program"),
        pytest.param("{ 'sh', '-c', 'exec false' }", id="fails"),
        pytest.param("{ 'cat' }", id="no server"),
    ],
)
def test_a_server_that_cannot_start_costs_its_lines_and_nothing_else(
    tmp_path: Path, root: Path, cmd: str
) -> None:
    init = plugin_init(tmp_path, options=f"cmd = {cmd}, restart_after_seconds = {{}}")
    with Neovim(root, init, "a.txt") as editor:
        editor.row_of("a.txt")
        editor.press(":e b.txt\r")
        editor.row_of("b.txt")
        rest(1.0)
        assert editor.messages() == ""
        assert editor.lua(SHOWN) == ""
        assert [row for row in editor.rows() if "fterglow" in row] == []


def test_checkhealth_says_that_the_program_is_missing_and_which_options_are_bad(
    tmp_path: Path, root: Path
) -> None:
    bad = "cmd = { 'no-such-afterglow', 'lsp' }, trusst = 'full', columns = 'wide', report = { makes = true }"
    with Neovim(root, plugin_init(tmp_path, options=bad), "a.txt") as editor:
        editor.row_of("a.txt")
        editor.press(":checkhealth afterglow\r")
        editor.row_of("ADVICE")
        said = "\n".join(editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)"))
        assert "ERROR no-such-afterglow is not on the PATH" in said
        assert "WARNING trusst is not an option" in said
        assert 'WARNING columns must be a whole number from 1; it is "wide"' in said
        assert "WARNING report.makes is not an option; did you mean make?" in said


@shows("neovim", "two windows, one line")
def test_two_neovims_on_one_repository_tell_each_commit_once(tmp_path: Path, root: Path) -> None:
    init = plugin_init(tmp_path, CHATTY)
    with Neovim(root, init, "a.txt") as one, Neovim(root, init, "a.txt") as other:
        one.started()
        other.started()
        for number in range(1, 4):
            commit(root)

            def told(number: int = number) -> bool:
                return len(afterglow("last", "9", "--json").stdout.splitlines()) >= number

            wait_until(told, 20)
        newest = "local line = require('afterglow.line').newest(); return line and line.id or ''"
        seen = [one.lua(newest), other.lua(newest)]
        lines = [one.lua(SHOWN), other.lua(SHOWN)]
    assert len(recorded("--kind", "commit")) == 3
    assert any(seen)
    assert seen[0] != seen[1]
    assert lines[0] != lines[1]


@shows("neovim", "the mode lasts over an update")
def test_the_mode_lasts_over_an_update_of_the_plugin(tmp_path: Path, root: Path) -> None:
    place = tmp_path / "site" / "pack" / "mine" / "opt" / "afterglow"
    init = tmp_path / "init.lua"
    init.write_text(
        f"vim.opt.packpath:prepend('{tmp_path}/site')\nvim.cmd.packadd('afterglow')\n"
        f"vim.lsp.enable('afterglow')\n{STATUSLINE}"
    )
    shutil.copytree(PLUGIN, place)
    with Neovim(root, init, "a.txt") as editor:
        editor.started()
        editor.press(":Afterglow mode chatty\r")
        editor.row_of("Mode chatty, in every window.")
    shutil.rmtree(place)
    shutil.copytree(PLUGIN, place)
    newer = place / "lua" / "afterglow" / "init.lua"
    newer.write_text(newer.read_text().replace("return M\n", "M.newer = true\nreturn M\n"))
    with Neovim(root, init, "a.txt") as editor:
        editor.started()
        assert editor.lua("return require('afterglow').newer") is True
        editor.press(":Afterglow mode\r")
        editor.row_of("Mode chatty.")
        commit(root)
        wait_until(lambda: editor.lua(SHOWN) != "", 20)


@shows("neovim", "restricted: nothing is read")
@pytest.mark.parametrize(
    "trust",
    [
        pytest.param("'restricted'", id="restricted"),
        pytest.param(
            "function(root) return root:find('elsewhere') and 'full' or 'restricted' end", id="function"
        ),
        pytest.param("function() error('no') end", id="broken function"),
    ],
)
def test_of_a_folder_that_is_not_trusted_nothing_is_read(tmp_path: Path, root: Path, trust: str) -> None:
    log = tmp_path / "trace"
    server = (*strace(log), sys.executable, "-P", "-m", "afterglow", "lsp")
    words = ", ".join(f"'{word}'" for word in server)
    init = plugin_init(tmp_path, CHATTY, f"trust = {trust}, cmd = {{ {words} }}")
    with Neovim(root, init, "a.txt") as editor:
        wait_until(lambda: recorded("--kind", "session.open"), 30)
        commit(root)
        editor.press(":Afterglow next\r")
        editor.wait(lambda rows: rows[-1] and not rows[-1].startswith(":"), "no answer")
        assert editor.lua(SHOWN) == ""
    files = opened(log)
    assert files
    assert [path for path in files if path.startswith(f"{root}")] == []


def test_a_server_that_hangs_does_not_hold_the_editor_up(tmp_path: Path, root: Path) -> None:
    with Neovim(root, plugin_init(tmp_path, options="cmd = { 'sleep', '600' }"), "a.txt") as editor:
        editor.row_of("a.txt")
        editor.press("otyped\x1b")
        editor.row_of("typed")
        (main,) = [editor.main()]
        sleeper = next(child for child in main.children(recursive=True) if child.name() == "sleep")
        editor.press(":qa!\r")
        wait_until(lambda: ended(main), 10)
        wait_until(lambda: ended(sleeper), 5)
