"""The real Helix, set up as our page says: what stands on its screen, and what stays behind it."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import scenes
from tests.support.behaviours import shows
from tests.support.helix import Helix
from tests.support.patience import rest, wait_until
from tests.support.processes import ended
from tests.support.sidecar import afterglow, git, lines, repository

pytestmark = pytest.mark.xdist_group("helix")

GONE_SECONDS = 3.0
SECONDS = 8


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository with a Python file that is committed: Helix knows languages by file names."""
    folder = repository(tmp_path / "project")
    (folder / "a.py").write_text("beta = 2\n")
    git(folder, "add", "a.py")
    git(folder, "commit", "--quiet", "-m", "a")
    return folder


@shows("helix", "a line on the first green", "a hint at its line, and its going", "silence on red")
def test_the_first_green_stands_below_and_at_its_tests_line(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(3, 13))
    env = {**scenes.QUICK, "AFTERGLOW_TOKEN_TTL_MS": str(SECONDS * 1000)}
    with Helix(root, home, source.name, env=env) as editor:
        editor.row_of("def test_product")
        editor.server()
        scenes.began()
        scenes.red(root)
        editor.press("j")
        red = editor.rows()
        assert not [row for row in red if "fail" in row or "passed" in row], red

        source.write_text(scenes.TESTS.format(2, 12))
        editor.command("reload-all")
        editor.row_of("3 * 4 == 12")
        scenes.green(root)
        editor.below("3 passed in ")
        editor.keep("helix-line")
        editor.enter("ggO# one")
        editor.escape()
        hinted = editor.row_of("def test_sum() -> None: 3 passed in ")
        assert "first green after 1 failed run" in hinted
        assert hinted.split()[0] == "9"
        editor.keep("helix-hint")
        editor.enter("o# two")
        editor.escape()
        editor.row_of(" 10  def test_sum() -> None: 3 passed in ")
        rest(SECONDS)
        editor.enter("o# three")
        editor.escape()
        editor.wait(lambda rows: not any("3 passed" in row for row in rows), "the line stayed")


@shows("helix", "a hint at its line, and its going")
def test_typing_on_its_line_takes_the_hint_away(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(3, 13))
    with Helix(root, home, source.name, env=scenes.CHATTY) as editor:
        editor.server()
        scenes.began()
        scenes.red(root)
        source.write_text(scenes.TESTS.format(2, 12))
        editor.command("reload-all")
        editor.row_of("3 * 4 == 12")
        scenes.green(root)
        editor.below("3 passed in ")
        editor.enter("ggO# one")
        editor.escape()
        editor.row_of("def test_sum() -> None: 3 passed in ")
        editor.enter("/test_sum")
        editor.press("Enter")
        editor.enter("Iasync ")
        editor.escape()
        editor.wait(
            lambda rows: any(row.endswith("async def test_sum() -> None:") for row in rows),
            "the hint stayed",
        )


@shows("helix", "a line on a commit", "rating", "quiet for a while", "nothing of ours in git status")
def test_a_commit_is_told_rated_and_followed_by_an_hour_of_quiet(root: Path, home: Path) -> None:
    with Helix(root, home, "a.py", env=scenes.CHATTY) as editor:
        editor.server()
        scenes.began()
        scenes.told(root)
        editor.below("commit")
        (shown,) = scenes.last()[:1]
        editor.command(f"sh afterglow feedback {shown['id']} 4")
        scenes.rated(home, 4)
        editor.escape()
        editor.command("lsp-workspace-command afterglow.dnd")

        wait_until(lambda: "nothing is shown until" in afterglow("status").stdout, 20.0)
        event = scenes.commit(root)
        record = scenes.turn(event["id"])
        assert record["token"] is None
        assert "quiet" in json.dumps(record["gates"]), record
        assert git(root, "status", "--porcelain") == ""


@shows("helix", "two windows, one line")
def test_two_windows_show_a_commit_once(root: Path, home: Path) -> None:
    with (
        Helix(root, home, "a.py", env=scenes.CHATTY) as one,
        Helix(root, home, "a.py", env=scenes.CHATTY) as two,
    ):
        assert one.server().pid != two.server().pid
        scenes.began()
        scenes.windows(2)
        scenes.told(root)
        wait_until(lambda: any("commit" in editor.rows()[-1] for editor in (one, two)), 20.0)
        rest(1.0)
        assert len([editor for editor in (one, two) if "commit" in editor.rows()[-1]]) == 1


@shows("helix", "the mode lasts over a restart")
def test_the_mode_that_was_chosen_counts_in_the_next_helix(root: Path, home: Path) -> None:
    with Helix(root, home, "a.py", env=scenes.EACH_ANEW) as editor:
        editor.server()
        scenes.began()
        editor.command("sh afterglow mode off")
        wait_until(lambda: scenes.mode() == "off")
    with Helix(root, home, "a.py", env=scenes.EACH_ANEW) as editor:
        editor.server()
        rest(2.0)
        git(root, "commit", "--quiet", "--allow-empty", "-m", "unseen")
        rest(2.0)
        assert scenes.mode() == "off"
        assert lines(afterglow("events", "--json", "--kind", "commit").stdout) == []


@shows("helix", "the reminder at the second opening")
def test_the_second_opening_begins_where_the_first_one_stopped(root: Path, home: Path) -> None:
    with Helix(root, home, "a.py", env=scenes.EACH_ANEW) as editor:
        editor.server()
        scenes.began()
        editor.command("sh afterglow note the parser eats the last comma")
        editor.row_of("kept for the next session here")
        editor.escape()
        scenes.told(root)
        editor.below("commit")
    with Helix(root, home, "a.py", env=scenes.EACH_ANEW) as editor:
        editor.below("the parser eats the last comma")


def test_a_killed_server_comes_back_when_it_is_asked_to(root: Path, home: Path) -> None:
    with Helix(root, home, "a.py", env=scenes.CHATTY) as editor:
        first = editor.server()
        scenes.began()
        first.kill()
        editor.below("Language server exited")
        editor.command("set-language python")
        editor.server(other_than=first.pid)
        scenes.told(root)
        editor.below("commit")


@shows("helix", "a server that cannot start stays quiet")
def test_without_the_program_helix_is_as_ever(root: Path, home: Path) -> None:
    with Helix(root, home, "a.py", env={"PATH": "/usr/bin:/bin"}) as editor:
        editor.row_of("beta = 2")
        editor.enter("ohello")
        editor.escape()
        rows = editor.wait(lambda rows: any("hello" in row for row in rows), "no typing")
        assert editor.servers() == []
        assert not [row for row in rows if "afterglow" in row], rows


@shows("helix", "restricted: nothing is read")
def test_a_restricted_helix_reads_nothing(root: Path, home: Path) -> None:
    with Helix(root, home, "a.py", env=scenes.CHATTY, options='{ trust = "restricted" }') as editor:
        editor.server()
        scenes.began()
        rest(1.0)
        git(root, "commit", "--quiet", "--allow-empty", "-m", "unseen")
        rest(3.0)
        assert lines(afterglow("events", "--json", "--kind", "commit").stdout) == []


@shows("helix", "no process left behind")
@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda editor: editor.command("q!"), id="q"),
        pytest.param(lambda editor: editor.process.send_signal(signal.SIGHUP), id="SIGHUP"),
        pytest.param(lambda editor: editor.process.kill(), id="SIGKILL"),
    ],
)
def test_the_server_goes_with_its_helix(root: Path, home: Path, leave: Callable[[Helix], None]) -> None:
    with Helix(root, home, "a.py") as editor:
        server = editor.server()
        scenes.began()
        leave(editor)
        wait_until(lambda: ended(editor.process))
        wait_until(lambda: ended(server), GONE_SECONDS)
