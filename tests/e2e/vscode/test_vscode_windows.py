"""The real VS Code with several windows, and with a folder that nobody trusts."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.support import real_pytest
from tests.support.behaviours import shows
from tests.support.scenes import TESTS
from tests.support.sidecar import afterglow, git, lines, recorded
from tests.support.tools import need
from tests.support.traced import opened, started, strace
from tests.support.workbench import Workbench
from tests.support.workbench_record import CHATTY
from tests.support.workbench_setup import CALM
from tests.support.workbench_window import Window

pytestmark = pytest.mark.xdist_group("vscode")

COMMITS = 4
PLANTED = "#!/bin/sh\ntouch {}\nexit 1\n"


def told(number: int) -> list[str]:
    """The lines on record, newest first, when there are as many."""
    found = [str(it["response"]) for it in lines(afterglow("last", "20", "--json", check=False).stdout)]
    return found if len(found) >= number else []


def shown_once(windows: list[Window], line: str) -> bool:
    return [window.status() for window in windows].count(line) == 1


@shows("vscode", "two windows, one line")
def test_two_windows_on_one_folder_show_each_line_once(editor: Workbench, root: Path) -> None:
    editor.settings({**CHATTY, "afterglow.tokenTtlMs": 120_000, "afterglow.banterIntervalSeconds": 0})
    windows = [editor.open(root), editor.open(root)]
    windows[0].wait(lambda: len(editor.servers()) == 2, "not two servers", 60.0)
    for window in windows:
        editor.listening(window, root)
    windows[0].wait(
        lambda: all("chatty" in window.spoken() for window in windows), "a window has not begun", 60.0
    )
    for number in range(1, COMMITS + 1):
        git(root, "commit", "--quiet", "--allow-empty", "-m", f"change {number}")
        windows[0].wait(partial(told, number), f"line {number} is not on record")
        windows[0].wait(partial(shown_once, windows, told(number)[0]), f"line {number} is not in one window")
    assert len(told(COMMITS)) == COMMITS
    for window in windows:
        assert window.toasts() == []


@shows("vscode", "restricted: nothing is read")
def test_in_a_folder_that_is_not_trusted_nothing_is_read_or_run(
    editor: Workbench, root: Path, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    python = root / ".venv" / "bin" / "python3"
    python.parent.mkdir(parents=True)
    python.write_text(PLANTED.format(ran))
    python.chmod(0o755)
    (root / ".vscode").mkdir()
    planted = {"afterglow.interpreter": str(python), "afterglow.mode": "chatty"}
    (root / ".vscode" / "settings.json").write_text(json.dumps(planted))
    (root / "test_numbers.py").write_text(TESTS.format(2, 12))

    # The server under strace: the interpreter of this machine, wrapped by the user's own setting.
    need("strace")
    log = tmp_path / "strace.log"
    wrapper = tmp_path / "traced-python"
    real = Path(sys.executable).resolve()
    words = " ".join(f"'{word}'" for word in strace(log))
    wrapper.write_text(
        f'#!/bin/sh\ncase "$*" in *" lsp"*) exec {words} {real} "$@" ;; esac\nexec {real} "$@"\n'
    )
    wrapper.chmod(0o755)
    editor.user({**CALM, "security.workspace.trust.enabled": True})
    editor.settings({"afterglow.interpreter": str(wrapper)})
    window = editor.open(root)
    window.page.locator(".statusbar-item", has_text="Restricted Mode").wait_for()
    window.wait(lambda: bool(recorded("--kind", "session.open")), "no session", 60.0)
    window.wait(lambda: "Afterglow: " in window.spoken() and "starting" not in window.spoken(), "not up")
    git(root, "commit", "--quiet", "--allow-empty", "-m", "two")
    assert real_pytest.run_pytest(root, report="report.xml") == 0
    window.settle(4)
    window.picture("restricted")
    assert [it["kind"] for it in recorded()] == ["session.open"]
    assert window.status() == ""
    assert "chatty" not in window.spoken()
    assert not ran.exists()
    editor.close_windows()
    read = opened(log)
    assert any(path.endswith("afterglow.db") for path in read)
    assert [path for path in read if path.startswith(str(root))] == []
    foreign = [program for program, _words in started(log)[1:]]
    assert foreign == []
    assert window.page.is_closed()
