"""The real VS Code: what it tells the server of tasks and terminals, and all that goes over the wire."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.behaviours import shows
from tests.support.sidecar import git, recorded
from tests.support.workbench import Workbench
from tests.support.workbench_record import CHATTY
from tests.support.workbench_window import Window

pytestmark = pytest.mark.xdist_group("vscode")

TASKS = {
    "version": "2.0.0",
    "tasks": [
        {
            "label": "bundle",
            "type": "shell",
            "command": "true",
            "group": {"kind": "build", "isDefault": True},
            "problemMatcher": [],
            "presentation": {"reveal": "never"},
        },
        {
            "label": "suite",
            "type": "shell",
            "command": "exit 3",
            "group": {"kind": "test", "isDefault": True},
            "problemMatcher": [],
            "presentation": {"reveal": "never"},
        },
    ],
}
LOG = "trace"
SENT_BY_THE_SERVER = {
    *("afterglow/token", "afterglow/status", "$/progress", "workspace/inlayHint/refresh"),
    *("client/registerCapability", "workspace/configuration", "window/workDoneProgress/create"),
    *("window/logMessage", "$/cancelRequest", "$/logTrace"),
}


def typed(window: Window, line: str) -> None:
    window.page.keyboard.type(line)
    window.page.keyboard.press("Enter")


def ok(event: dict[str, Any]) -> bool:
    return bool(event["status"] == "ok")


@shows("vscode", "tasks and terminals reported")
def test_tasks_and_terminal_commands_are_recorded_and_the_wire_is_clean(
    editor: Workbench, root: Path
) -> None:
    (root / ".vscode").mkdir()
    (root / ".vscode" / "tasks.json").write_text(json.dumps(TASKS))
    editor.settings({**CHATTY, "afterglow.minJobSeconds": 0, "afterglow.trace.server": "verbose"})
    window = editor.open(root)
    editor.listening(window, root)

    window.run("Tasks: Run Build Task")
    built = recorded("--kind", "job.finished")[0]
    assert (built["label"], built["status"], built["exit_code"]) == ("bundle", "ok", 0)
    assert built["data"]["job"] == "build"
    window.line("build ok")
    window.run("Tasks: Run Test Task")
    failed = recorded("--kind", "job.finished", enough=lambda found: len(found) == 2)[1]
    assert (failed["label"], failed["status"], failed["exit_code"]) == ("suite", "fail", 3)
    assert failed["data"]["job"] == "test"

    window.run("Terminal: Create New Terminal")
    shell = window.page.locator(".terminal-wrapper.active .xterm-rows")
    window.wait(lambda: shell.count() and re.search(r"[$#]\s*$", shell.inner_text().rstrip()), "no prompt")
    typed(window, "git --version")
    commands = recorded("--kind", "command")
    assert (commands[0]["status"], commands[0]["exit_code"]) == ("ok", 0)
    typed(window, "git no-such-word")
    commands = recorded("--kind", "command", enough=lambda found: len(found) == 2)
    assert (commands[1]["status"], commands[1]["exit_code"]) == ("fail", 1)
    # Of a subshell the editor knows no exit code: that is not taken for success.
    typed(window, "(git no-such-word)")
    typed(window, "git --help")
    commands = recorded("--kind", "command", enough=lambda found: len([it for it in found if ok(it)]) == 2)
    assert [it["status"] for it in commands if it not in (commands[0], commands[1], commands[-1])] in (
        [],
        ["unknown"],
    )
    assert "no-such-word" not in json.dumps(recorded())
    assert git(root, "status", "--porcelain") == "?? .vscode/\n"
    assert window.toasts() == []
    assert window.notices() == []

    editor.close_windows()
    log = editor.logs()
    assert "[error]" not in log, [line for line in log.splitlines() if "[error]" in line]
    methods = set(re.findall(r"Received (?:notification|request) '([^' ]+)", log))
    assert "afterglow/status" in methods, log[-3000:]
    assert methods <= SENT_BY_THE_SERVER
    # A trace names what was sent; what was typed it withholds.
    assert "commandLine" in log
    assert "no-such-word" not in log
