"""The real VS Code: what a person chooses in the menu counts, and lasts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.behaviours import shows
from tests.support.sidecar import afterglow, git, lines, recorded
from tests.support.workbench import Workbench
from tests.support.workbench_record import CHATTY, last_line
from tests.support.workbench_vsix import later, title

pytestmark = pytest.mark.xdist_group("vscode")


def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(afterglow("status", "--json").stdout)
    return found


def exported(file: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table, as the export has them."""
    afterglow("export", str(file))
    return [row for row in lines(file.read_text()) if row.get("table") == table]


@shows("vscode", "rating", "quiet for a while")
def test_a_line_is_rated_and_an_hour_is_quiet_by_the_menu(
    editor: Workbench, root: Path, tmp_path: Path
) -> None:
    editor.settings(CHATTY)
    window = editor.open(root)
    editor.listening(window, root)
    git(root, "commit", "--quiet", "--allow-empty", "-m", "two")
    window.line("commit")
    rows = window.click()
    for row in ("Another one", "Why this", "Rate it", "Quiet for an hour", "Mode"):
        assert row in rows
    window.pick("Rate it")
    window.pick("5")
    window.line("Rated 5")
    assert [row["score"] for row in exported(tmp_path / "all.json", "ratings")] == [5]

    window.click()
    window.pick("Quiet for an hour")
    window.wait(lambda: "quiet until" in window.spoken().lower(), "it does not say that it is quiet")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "three")
    events = recorded("--kind", "commit", enough=lambda found: len(found) == 2)
    name = events[1]["id"]
    record: dict[str, Any] = {}

    def over() -> bool:
        record.update(json.loads(afterglow("explain", name, "--json", check=False).stdout))
        return "waits" not in str(record["reason"])

    window.wait(over, "its turn is not over")
    assert record["token"] is None
    assert "commit" not in window.status()

    window.click()
    window.pick("Speak again")
    window.wait(lambda: "quiet until" not in window.spoken().lower(), "it is quiet still")
    window.run(title("afterglow.ui.next"))
    window.wait(lambda: window.status() == last_line(), "no line")
    assert window.toasts() == []


@shows("vscode", "the mode lasts over a restart", "the mode lasts over an update")
def test_a_mode_of_the_menu_lasts_over_a_restart_and_an_update(
    editor: Workbench, root: Path, tmp_path: Path
) -> None:
    window = editor.open(root)
    editor.listening(window, root)
    window.click()
    window.pick("Mode")
    window.pick("quiet")
    window.wait(lambda: "quiet" in window.spoken(), "the mode is not shown")
    assert told()["mode"] == "quiet"

    window.reload()
    window.wait(lambda: "quiet" in window.spoken(), "the mode is not shown after a reload")

    before = editor.installed()
    editor.install(later(tmp_path, "99.0.0"))
    assert editor.installed() != before
    window.reload()
    editor.listening(window, root)
    window.wait(lambda: "quiet" in window.spoken(), "the mode is not shown after an update")
    assert told()["mode"] == "quiet"
    running = [word for server in editor.servers() for word in server.cmdline()]
    assert any("99.0.0" in word for word in running), running
    assert window.toasts() == []
