"""What our plugin in the real Neovim tells of ``:make``, terminals and focus, and what it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.behaviours import shows
from tests.support.neovim import Neovim, plugin_init
from tests.support.sidecar import git, recorded, repository

pytestmark = pytest.mark.xdist_group("neovim")

MAKEFILE = """\
all:
\t@echo 'a.c:3:4: error: no such thing'; exit 2
fine:
\t@echo fine
"""
SPY = """
vim.g.told = {}
vim.api.nvim_create_autocmd('LspAttach', { callback = function(args)
  local client = assert(vim.lsp.get_client_by_id(args.data.client_id))
  if client.name ~= 'afterglow' or client.spied then return end
  client.spied = true
  local notify = client.rpc.notify
  client.rpc.notify = function(method, params)
    if method == 'afterglow/event' then
      local told = vim.g.told
      told[#told + 1] = params
      vim.g.told = told
    end
    return notify(method, params)
  end
end })
"""
"""Notes what goes to the server, on the way."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = repository(tmp_path / "project")
    (root / "Makefile").write_text(MAKEFILE)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "make")
    return root


@pytest.fixture
def init(tmp_path: Path) -> Path:
    file = plugin_init(tmp_path)
    file.write_text(SPY + file.read_text())
    return file


def jobs(number: int) -> list[dict[str, Any]]:
    """The commands on record, oldest first, when there are as many."""
    return recorded("--kind", "command", enough=lambda found: len(found) >= number)


def sent(editor: Neovim) -> list[dict[str, Any]]:
    """What was told but for focus and diagnostics."""
    return [event for event in editor.lua("return vim.g.told") if event["kind"] == "command"]


@shows("neovim", "tasks and terminals reported", "nothing of ours in git status")
def test_make_and_terminals_are_reported_with_what_is_proven(root: Path, init: Path) -> None:
    with Neovim(root, init, "a.txt") as editor:
        editor.started()
        editor.press(":silent make! all\r")
        failed = jobs(1)[0]
        assert (failed["status"], failed["data"]["job"], failed["source"]) == ("fail", "build", "editor")
        editor.press(":silent make! fine\r")
        assert jobs(2)[1]["status"] == "unknown", "tee ended with 0, whatever make did"
        editor.press(":set shellpipe=>%s\\ 2>&1\r:silent make! all\r")
        assert (jobs(3)[2]["status"], jobs(3)[2]["exit_code"]) == ("fail", 2)
        editor.press(":silent make! fine\r")
        assert (jobs(4)[3]["status"], jobs(4)[3]["exit_code"]) == ("ok", 0)
        editor.press(":terminal make all\r")
        assert (jobs(5)[4]["status"], jobs(5)[4]["exit_code"]) == ("fail", 2)
        editor.press("i\r:terminal make\r")
        again = jobs(6)[5]
        assert (again["status"], again["data"]["job"], again["data"]["program"]) == ("fail", "build", "make")
        assert again["duration_ms"] is not None
        assert editor.messages() == ""
    assert git(root, "status", "--porcelain") == ""


def test_a_shell_that_is_closed_is_no_job_and_a_command_that_is_closed_was_cancelled(
    root: Path, init: Path
) -> None:
    with Neovim(root, init, "a.txt") as editor:
        editor.started()
        editor.press(":terminal sh\r")
        editor.row_of(":sh [-]")
        editor.press("iexit 3\r")
        editor.row_of("[Process exited 3]")
        editor.press("\x1c\x0e:bdelete!\r:terminal make --version && sleep 60\r")
        editor.row_of("GNU Make")
        editor.press("\x1c\x0e:bdelete!\r")
        (only,) = jobs(1)
        assert only["status"] == "cancelled"
        assert [event["kind"] for event in sent(editor)] == ["command"]


SHELL = r"""
printf '\033]133;A\007$ \033]133;B\007'
read -r line
printf '\033]133;C\007'
sh -c "$line"
printf '\033]133;D;%s\007' $?
printf '\033]133;A\007$ \033]133;B\007'
printf 'cargo test'
printf '\r\n\033]133;C;cmdline_url=npm%%20test\007\033]133;D;0\007'
read -r line
"""


def test_commands_of_a_shell_that_marks_them_are_reported_one_by_one(root: Path, init: Path) -> None:
    (root.parent / "shell.sh").write_text(SHELL)
    with Neovim(root, init, "a.txt") as editor:
        editor.started()
        editor.press(f":terminal sh {root.parent}/shell.sh\r")
        editor.row_of("$")
        editor.press("imake all\r")
        failed, passed = jobs(2)[:2]
        assert (failed["data"]["program"], failed["status"], failed["exit_code"]) == ("make", "fail", 2)
        assert (passed["data"]["program"], passed["status"]) == ("npm", "ok")
        assert [event["commandLine"] for event in sent(editor)] == ["make all", "npm test"]


def test_focus_and_diagnostics_are_told_and_nothing_else(root: Path, init: Path) -> None:
    (root / "b.txt").write_text("b\n")
    with Neovim(root, init, "a.txt") as editor:
        editor.started()
        editor.press(":e b.txt\r")
        editor.row_of("b.txt")
        editor.press("\x1b[O")
        editor.wait(lambda _rows: told(editor)[-1]["data"]["focused"] is False, "no word of the focus lost")
        editor.press("\x1b[I")
        editor.wait(lambda _rows: told(editor)[-1]["data"]["focused"] is True, "no word of the focus gained")
        assert told(editor)[-1]["data"]["uri"] == (root / "b.txt").as_uri()
        editor.lua(
            "local place = vim.api.nvim_create_namespace('test'); local found = {}; for line = 1, 3 do "
            "found[line] = { lnum = 0, col = 0, message = 'secret words', severity = line < 3 and 1 or 2 } "
            "vim.diagnostic.set(place, 0, found) end"
        )
        editor.wait(lambda _rows: told(editor)[-1]["kind"] == "diagnostics", "no word of the diagnostics")
        counted = [event for event in told(editor) if event["kind"] == "diagnostics"]
        assert [event["data"] for event in counted] == [{"errors": 2, "warnings": 1}]
        assert {event["kind"] for event in told(editor)} == {"focus", "diagnostics"}
        assert "secret words" not in json.dumps(told(editor))


def told(editor: Neovim) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = editor.lua("return vim.g.told")
    return events or [{"kind": "", "data": {"focused": None}}]


def test_what_the_options_forbid_is_not_reported(tmp_path: Path, root: Path) -> None:
    none = "report = { make = false, terminals = false, focus = false, diagnostics = false }"
    file = plugin_init(tmp_path, options=none)
    file.write_text(SPY + file.read_text())
    with Neovim(root, file, "a.txt") as editor:
        editor.started()
        editor.press(":silent make! all\r:terminal make\r")
        editor.row_of("[Process exited 2]")
        editor.press("i\r")
        editor.row_of("a.txt")
        assert editor.lua("return vim.g.told") == []
    assert recorded("--kind", "command", enough=lambda _found: True) == []
