"""The real VS Code when things go wrong: servers that die, Pythons that are none, files replaced."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.behaviours import shows
from tests.support.processes import ended
from tests.support.sidecar import git, recorded
from tests.support.workbench import Workbench
from tests.support.workbench_record import CHATTY
from tests.support.workbench_vsix import title

pytestmark = pytest.mark.xdist_group("vscode")

INTERPRETER = "afterglow.interpreter"
RESTART = "afterglow.ui.restart"


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder whose paths fit in a line of the log."""
    with tempfile.TemporaryDirectory(prefix="ag") as folder:
        yield Path(folder)


def program(file: Path, text: str) -> Path:
    file.write_text(text)
    file.chmod(0o755)
    return file


@shows("vscode", "a killed server comes back, no popup", "no process left behind")
def test_a_killed_server_comes_back_and_none_stays_behind(editor: Workbench, root: Path) -> None:
    editor.settings(CHATTY)
    window = editor.open(root)
    first = editor.listening(window, root)
    first.kill()
    window.wait(lambda: ended(first), "it lives")
    second = editor.listening(window, root)
    assert second.pid != first.pid
    git(root, "commit", "--quiet", "--allow-empty", "-m", "two")
    recorded("--kind", "commit")
    window.line("commit")
    assert window.toasts() == []
    assert window.notices() == []

    # The files of the extension are replaced while it runs, as by an update, and one start is the new one.
    tool = editor.installed() / "bundled" / "tool"
    kept = tool.with_name("tool.old")
    tool.rename(kept)
    shutil.copytree(kept, tool)
    shutil.rmtree(kept)
    window.run(title(RESTART))
    window.wait(lambda: ended(second), "the old one lives")
    third = editor.listening(window, root)
    assert len(editor.servers()) == 1
    assert window.toasts() == []

    # The editor's side is killed: the server goes by itself. What VS Code says of that is its own.
    hosts = [it for it in editor.processes() if "--type=extensionHost" in it.cmdline()]
    assert len(hosts) == 1
    hosts[0].kill()
    began = time.monotonic()
    window.wait(lambda: ended(third), "the server outlived its editor", 10.0)
    assert time.monotonic() - began < 3

    window.close()
    window = editor.open(root)
    last = editor.listening(window, root)
    began = time.monotonic()
    editor.close_windows()
    assert ended(last)
    assert time.monotonic() - began < 15


@shows("vscode", "a server that cannot start stays quiet")
def test_a_server_that_dies_after_its_start_is_started_four_times_at_most(
    editor: Workbench, root: Path, tmp_path: Path
) -> None:
    starts = tmp_path / "starts"
    real = Path(sys.executable).resolve()
    crashing = program(
        tmp_path / "crashing-python",
        f'#!/bin/sh\ncase "$*" in *" lsp"*) echo started >>{starts}; exit 3 ;; esac\nexec {real} "$@"\n',
    )
    editor.settings({INTERPRETER: str(crashing)})
    window = editor.open(root)
    window.line("afterglow: paused", 90.0)
    assert starts.read_text().count("started") <= 4
    assert editor.servers() == []
    assert window.toasts() == []
    said = [line for line in editor.logs().splitlines() if "[warning]" in line or "[error]" in line]
    assert len(said) == 1, said
    window.picture("paused")

    crashing.unlink()
    crashing.symlink_to(real)
    window.run(title(RESTART))
    editor.listening(window, root)
    assert "paused" not in window.status()
    assert window.toasts() == []
    assert window.notices() == []


def test_a_python_that_is_none_is_told_in_the_item_and_the_output(
    editor: Workbench, root: Path, short: Path
) -> None:
    broken = program(short / "no-python", "#!/bin/sh\nexit 1\n")
    editor.settings({INTERPRETER: str(broken)})
    window = editor.open(root)
    window.line("Afterglow needs Python 3.11 or later", 20.0)
    said = editor.logs()
    assert str(broken) in said
    assert re.search(r"\[warning\].*afterglow\.interpreter", said)
    assert editor.servers() == []

    old = program(
        short / "old-python",
        '#!/bin/sh\necho "Python 3.8.10"\nexit 0\n',
    )
    began = time.monotonic()
    editor.settings({INTERPRETER: str(old)})
    window.run(title(RESTART))
    window.wait(lambda: str(old) in editor.logs(), "nothing is said of the second one")
    assert time.monotonic() - began < 10

    editor.settings({})
    window.run(title(RESTART))
    editor.listening(window, root)
    assert window.toasts() == []
    assert window.notices() == []
    assert os.environ["AFTERGLOW_HOME"] == str(editor.afterglow_home)
