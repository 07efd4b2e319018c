"""Our plugin in the real Neovim: lines that come, what ``:Afterglow`` asks and tells, and no word unasked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.behaviours import shows
from tests.support.neovim import QUICK, Neovim, headless, plugin_init
from tests.support.patience import wait_until
from tests.support.sidecar import afterglow, git, recorded, repository

pytestmark = pytest.mark.xdist_group("neovim")

CHATTY = f"mode = 'chatty', {QUICK}"
SHOWN = "return require('afterglow').line()"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "project")


def commit(root: Path, number: int) -> None:
    git(root, "commit", "--quiet", "--allow-empty", "-m", f"change {number}")


def line_of(editor: Neovim, other: str = "") -> str:
    """The line in the status line, once there is one besides ``other``."""
    found: list[str] = []

    def there() -> bool:
        found[:] = [str(editor.lua(SHOWN))]
        return found[0] not in ("", other)

    wait_until(there, 20)
    return found[0]


def last_row(editor: Neovim, *said: str) -> str:
    """What the row of messages says, once it holds one of these."""
    rows = editor.wait(lambda rows: any(word in rows[-1] for word in said), f"nothing said of {said}")
    return rows[-1]


@shows("neovim", "a line on a commit", "nothing of ours in git status")
def test_a_commit_is_told_in_the_status_line_and_nowhere_else(tmp_path: Path, root: Path) -> None:
    with Neovim(root, plugin_init(tmp_path, CHATTY), "a.txt") as editor:
        editor.started()
        commit(root, 1)
        line = line_of(editor)
        editor.wait(lambda rows: line[:40] in rows[-2], "not in the status line")
        assert [row for row in editor.rows() if line[:40] in row] == [editor.rows()[-2]]
        assert editor.messages() == ""
    assert git(root, "status", "--porcelain") == ""


@shows("neovim", "rating")
def test_the_last_line_is_rated(tmp_path: Path, root: Path) -> None:
    with Neovim(root, plugin_init(tmp_path, CHATTY), "a.txt") as editor:
        editor.started()
        editor.press(":Afterglow rate 5\r")
        last_row(editor, "no line to rate")
        commit(root, 1)
        line = line_of(editor)
        editor.press(":Afterglow rate 6\r")
        last_row(editor, "use :Afterglow rate {1 to 5}")
        editor.press(":Afterglow rate 5\r")
        assert f"Rated 5: {line}"[:60] in last_row(editor, "Rated 5")
    report = json.loads(afterglow("report", "--json").stdout)
    assert (report["ratings"], report["mean_rating"]) == (1, 5.0)


@shows("neovim", "quiet for a while")
def test_quiet_for_a_while_and_no_longer(tmp_path: Path, root: Path) -> None:
    with Neovim(root, plugin_init(tmp_path, CHATTY), "a.txt") as editor:
        editor.started()
        editor.press(":Afterglow quiet 15\r")
        assert re.search(r"Quiet until \d\d:\d\d\.", last_row(editor, "Quiet until"))
        commit(root, 1)
        recorded("--kind", "commit")
        (first,) = recorded("--kind", "commit")
        wait_until(lambda: "waits" not in explained(first["id"])["reason"])
        assert explained(first["id"])["token"] is None
        assert editor.lua(SHOWN) == ""
        editor.press(":Afterglow quiet off\r")
        last_row(editor, "No longer quiet.")
        commit(root, 2)
        assert line_of(editor)


def explained(event: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(afterglow("explain", event, "--json", check=False).stdout)
    return answer


@shows("neovim", "the mode lasts over a restart")
def test_the_mode_is_chosen_and_lasts_over_a_restart(tmp_path: Path, root: Path) -> None:
    init = plugin_init(tmp_path)
    with Neovim(root, init, "a.txt") as editor:
        editor.started()
        editor.press(":Afterglow mode\r")
        last_row(editor, "Mode normal.")
        editor.press(":Afterglow mode quiet\r")
        last_row(editor, "Mode quiet, in every window.")
        editor.press(":qa\r")
        wait_until(lambda: editor.process.poll() is not None)
    with Neovim(root, init, "a.txt") as editor:
        editor.started()
        editor.press(":Afterglow mode\r")
        last_row(editor, "Mode quiet.")
    assert afterglow("mode").stdout.strip().endswith("quiet")


@shows("neovim", "the reminder at the second opening")
def test_the_second_opening_says_where_the_first_one_stopped(tmp_path: Path, root: Path) -> None:
    init = plugin_init(tmp_path, f"sessionGapMinutes = 0, {QUICK}")
    with Neovim(root, init, "a.txt") as editor:
        editor.started()
        editor.press(":Afterglow note the parser eats the last comma\r")
        last_row(editor, "Kept for the next session here.")
    with Neovim(root, init, "a.txt") as editor:
        assert "the parser eats the last comma" in line_of(editor)
        editor.wait(lambda rows: "the parser eats the last comma" in rows[-2], "no reminder on the screen")
        assert editor.messages() == ""


def test_what_is_asked_is_answered_and_why_and_what_was_said(tmp_path: Path, root: Path) -> None:
    with Neovim(root, plugin_init(tmp_path), "a.txt") as editor:
        editor.started()
        editor.press(":Afterglow next\r")
        editor.wait(lambda rows: rows[-1] and not rows[-1].startswith(":"), "no answer")
        line = editor.rows()[-1]
        assert editor.lua(SHOWN) == "", "what is asked for is answered once, where it was asked"
        editor.press(":Afterglow why\r")
        editor.wait(lambda rows: any("Why: you asked for it" in row for row in rows), "no reason")
        editor.press("\r:Afterglow last\r")
        editor.wait(lambda rows: line[:40] in rows[-1], "not among the last lines")
        editor.press(":Afterglow say that test again\r")
        editor.wait(lambda rows: not rows[-1].startswith(":") and line[:40] not in rows[-1], "no answer")
        editor.press(":Afterglow bogus\r")
        editor.wait(lambda rows: any("bogus is none of" in row for row in rows), "no word of what there is")
        editor.press("\r:Afterglow report\r")
        editor.row_of("The last 7 days")
        editor.press("q:Afterglow log\r")
        editor.row_of("afterglow://log")
        editor.row_of("database")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Afterglow r", ["rate", "recipe", "report", "restart"]),
        ("Afterglow mode ", ["off", "quiet", "normal", "chatty"]),
        ("Afterglow rate ", ["1", "2", "3", "4", "5"]),
        ("Afterglow quiet o", ["off"]),
        ("Afterglow recipe s", ["start"]),
        ("Afterglow next ", []),
        ("Afterglow bogus ", []),
    ],
)
def test_completion(typed: str, offered: list[str]) -> None:
    assert headless(f"return vim.fn.getcompletion({json.dumps(typed)}, 'cmdline')") == offered
