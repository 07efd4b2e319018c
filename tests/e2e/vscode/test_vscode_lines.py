"""The real VS Code with the packaged extension: lines as they come, in the status bar and in the code."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.support import real_pytest
from tests.support.behaviours import shows
from tests.support.scenes import TESTS, silent_turn
from tests.support.sidecar import afterglow, git
from tests.support.workbench import Workbench
from tests.support.workbench_record import CHATTY, last_line, measured
from tests.support.workbench_vsix import title, vsix

pytestmark = pytest.mark.xdist_group("vscode")

SECONDS = 9
HOSTILE = "$(alert) Tea [here](command:workbench.action.closeWindow) <b>now</b> \x1b[31m\u202egnp"


@shows("vscode", "a line on a commit", "the reminder at the second opening", "nothing of ours in git status")
def test_a_commit_becomes_a_line_and_the_next_opening_a_reminder(editor: Workbench, root: Path) -> None:
    source = root / "test_numbers.py"
    source.write_text(TESTS.format(3, 12))
    (root / ".gitignore").write_text("*.xml\n__pycache__/\n")
    editor.settings({**CHATTY, "afterglow.sessionGapMinutes": 0})
    window = editor.open(root)
    editor.listening(window, root)
    assert window.status() == ""
    git(root, "add", "--all")
    began = time.monotonic()
    git(root, "commit", "--quiet", "-m", "numbers")
    said = window.line("commit")
    waited = time.monotonic() - began
    assert said == last_line()
    assert said in window.spoken()
    assert waited < 10
    assert window.toasts() == []

    assert real_pytest.run_pytest(root, report="report.xml") == 1
    silent_turn(1)
    assert "fail" not in window.status()
    editor.close_windows()

    began = time.monotonic()
    window = editor.open(root)
    reminder = window.line("test_sum", 60)
    opened = time.monotonic() - began
    assert reminder == last_line()
    assert window.toasts() == []
    assert git(root, "status", "--porcelain") == ""
    measured(
        commit_to_line_s=waited,
        folder_open_to_reminder_s=opened,
        package_bytes=vsix().stat().st_size,
    )


@shows("vscode", "a line on the first green", "a hint at its line, and its going", "silence on red")
def test_the_first_green_stands_in_the_status_bar_and_at_its_line_and_goes(
    editor: Workbench, root: Path
) -> None:
    source = root / "test_numbers.py"
    source.write_text(TESTS.format(3, 13))
    editor.settings({"afterglow.tokenTtlMs": SECONDS * 1000})
    window = editor.open(root, source.name)
    editor.listening(window, root)
    window.line_of("def test_product")
    plain = window.lines()

    assert real_pytest.run_pytest(root, report="report.xml") == 1
    silent_turn(1)
    assert window.lines() == plain
    assert window.status() == ""

    source.write_text(TESTS.format(2, 12))
    window.line_of("3 * 4 == 12")
    assert real_pytest.run_pytest(root, report="report.xml") == 0
    status = window.line("3 passed in ")
    hint = window.line_of("3 passed in ")
    assert hint.startswith("def test_sum() -> None:")
    assert "first green" in hint  # VS Code cuts a hint at 43 characters
    assert "first green after 1 failed run" in status
    window.picture("green")

    window.wait(
        lambda: window.status() == "" and not any("3 passed" in line for line in window.lines()),
        "the line stayed",
        SECONDS + 30.0,
    )
    assert window.line_of("def test_sum") == "def test_sum() -> None:"
    assert window.toasts() == []


def test_a_hostile_line_is_shown_as_plain_text(editor: Workbench, root: Path) -> None:
    window = editor.open(root)
    editor.listening(window, root)
    resting = window.icons()
    afterglow("queue", "add", HOSTILE)
    window.run(title("afterglow.ui.next"))
    said = window.line("Tea [here]")
    assert said == "(alert) Tea [here] (command:workbench.action.closeWindow) <b>now</b> gnp"
    assert resting
    assert window.icons() == []
    assert window.item().locator("b, [href^='command:'], img").count() == 0
    window.item().hover()
    window.page.wait_for_selector(".monaco-hover .hover-contents")
    tip = window.page.locator(".monaco-hover .hover-contents").last
    window.wait(lambda: "Tea [here]" in tip.inner_text(), "no tooltip")
    links = tip.locator("a").evaluate_all("all => all.map(it => it.dataset.href || it.href)")
    assert [link for link in links if "afterglow.ui." not in link] == []
    assert tip.locator("b").count() == 0
    assert window.toasts() == []
    window.picture("hostile")
