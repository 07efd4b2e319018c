"""The real VS Code, to be looked at: pictures of what people see, each showing what it should."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support import real_pytest
from tests.support.scenes import TESTS, silent_turn
from tests.support.sidecar import afterglow, git, recorded
from tests.support.workbench import Workbench
from tests.support.workbench_record import CHATTY, measured
from tests.support.workbench_setup import CALM
from tests.support.workbench_vsix import manifest, title
from tests.support.workbench_window import Window

pytestmark = pytest.mark.xdist_group("vscode")

NARROW = {
    "workbench.activityBar.location": "hidden",
    "window.commandCenter": False,
    "breadcrumbs.enabled": False,
    "window.title": "${rootName}",
}
WIDE = {"width": 1120, "height": 560}


def switch_theme(window: Window, dark: bool) -> None:
    """From light to dark or back."""
    window.run("Preferences: Toggle between Light/Dark Themes")
    window.page.wait_for_selector(".monaco-workbench.vs-dark" if dark else ".monaco-workbench.vs")
    window.page.locator(".quick-input-widget").wait_for(state="hidden")


def hint_tooltip(window: Window) -> str:
    """Point at the hint in the code; what the box then says."""
    window.page.locator(".view-line", has_text="3 passed").locator("span", has_text="passed").last.hover()
    box = window.page.locator(".monaco-hover:visible .hover-contents")
    window.wait(lambda: box.count() and "Why" in " ".join(box.all_inner_texts()), "no tooltip")
    return " ".join(box.all_inner_texts())


def test_what_people_see_light_and_dark(editor: Workbench, root: Path) -> None:
    source = root / "test_numbers.py"
    source.write_text(TESTS.format(3, 13))
    (root / ".gitignore").write_text("*.xml\n__pycache__/\n")
    editor.user({**CALM, **NARROW})
    editor.settings({**CHATTY, "afterglow.tokenTtlMs": 0})
    window = editor.open(root, source.name)
    editor.listening(window, root)
    window.page.set_viewport_size(WIDE)
    window.run("View: Toggle Primary Side Bar Visibility")
    window.picture("resting")
    assert real_pytest.run_pytest(root, report="report.xml") == 1
    silent_turn(1)
    afterglow("queue", "add", "Nicely untangled.", "--category", "AFFIRMATION")
    source.write_text(TESTS.format(2, 12))
    window.line_of("3 * 4 == 12")
    assert real_pytest.run_pytest(root, report="report.xml") == 0
    window.line("Nicely untangled.")
    window.line_of("3 passed in ")
    window.picture("light")
    assert "first green" in hint_tooltip(window)
    window.picture("hint")
    window.page.keyboard.press("Escape")
    window.page.mouse.move(10, 10)

    switch_theme(window, dark=True)
    window.picture("dark")
    window.click()
    window.picture("menu-dark")
    window.page.keyboard.press("Escape")
    switch_theme(window, dark=False)
    window.click()
    window.picture("menu")
    window.pick("Mode")
    window.wait(lambda: window.rows()[:4] == ["off", "quiet", "normal", "chatty"], "no modes")
    window.picture("mode")
    window.page.keyboard.press("Escape")
    window.click()
    window.pick("Why this")
    window.wait(lambda: "Another one" not in window.rows(), "no reasons")
    window.picture("why")
    window.page.keyboard.press("Escape")

    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "numbers")
    recorded("--kind", "commit")
    window.run(title("afterglow.ui.report"))
    frame = window.page.frame_locator("iframe.webview").frame_locator("iframe")
    frame.locator("body", has_text=re.compile("Commits")).wait_for()
    window.picture("report")
    switch_theme(window, dark=True)
    window.picture("report-dark")
    switch_theme(window, dark=False)

    steps = manifest()["contributes"]["walkthroughs"][0]["steps"]
    window.run("Welcome: Open Walkthrough...")
    window.page.locator(".quick-input-widget input").first.fill("Afterglow")
    window.page.locator(".quick-input-list .monaco-list-row", has_text="Afterglow").first.click()
    listed = window.page.locator(".getting-started-step")
    window.wait(lambda: steps and listed.count() >= len(steps), "no steps")
    window.picture("walkthrough")

    window.run("Developer: Show Running Extensions")
    row = window.page.locator(".runtime-extensions-editor .extension", has_text="Afterglow").first
    row.wait_for()
    took = re.search(r"(\d+)ms", row.inner_text())
    assert took is not None, row.inner_text()
    measured(activation_ms=float(took[1]))
    assert float(took[1]) < 2000
    window.page.keyboard.press("Escape")
    window.page.locator(".monaco-modal-editor-block").wait_for(state="hidden")
    assert window.toasts() == []
    assert window.notices() == []
