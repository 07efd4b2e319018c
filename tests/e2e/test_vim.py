"""The real Vim with our plugin, set up as our page says: what is on its screen, and what stays behind it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import scenes
from tests.support.behaviours import shows
from tests.support.patience import rest, wait_until
from tests.support.processes import ended
from tests.support.sidecar import afterglow, git, lines, recorded, repository
from tests.support.vim import Vim, install, vim

pytestmark = pytest.mark.xdist_group("vim")

GONE_SECONDS = 3.0
SECONDS = 8


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "project")


@shows("vim", "a line on the first green", "a hint at its line, and its going", "silence on red")
def test_the_first_green_stands_in_the_status_line_and_at_its_tests_line(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(3, 13))
    env = {**scenes.QUICK, "AFTERGLOW_TOKEN_TTL_MS": str(SECONDS * 1000)}
    with Vim(root, home, source.name, env=env, also="set autoread background=dark\nsyntax on\n") as editor:
        editor.row_of("def test_product")
        editor.server()
        scenes.began()
        scenes.red(root)
        red = editor.rows()
        assert "def test_sum() -> None:" in red
        assert not [row for row in red if "fail" in row or "passed" in row], red

        (root / scenes.TEST_FILE).write_text(scenes.TESTS.format(2, 12))
        editor.command("checktime")
        editor.row_of("3 * 4 == 12")
        scenes.green(root)
        hinted = editor.row_of("def test_sum() -> None: 3 passed in ")
        assert "first green after 1 failed run" in hinted
        editor.line("3 passed in ")
        editor.keep("vim-green")
        place = editor.rows().index(hinted)

        editor.enter("ggO# one\n# two")
        editor.press("Escape")
        editor.wait(lambda rows: rows[place + 2] == hinted, "the hint did not move along")
        editor.wait(
            lambda rows: not any("3 passed" in row for row in rows), "the line stayed", SECONDS + 15.0
        )
        assert "def test_sum() -> None:" in editor.rows()
        assert "E" not in [row[:1] for row in editor.messages().splitlines()]


@shows("vim", "a hint at its line, and its going")
def test_typing_on_its_line_takes_the_hint_away(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(3, 13))
    with Vim(root, home, source.name, env=scenes.CHATTY, also="set autoread\n") as editor:
        editor.server()
        scenes.began()
        scenes.red(root)
        source.write_text(scenes.TESTS.format(2, 12))
        editor.command("checktime")
        editor.row_of("3 * 4 == 12")
        scenes.green(root)
        editor.row_of("def test_sum() -> None: 3 passed in ")
        editor.enter("/test_sum\nA  # mine")
        editor.press("Escape")
        editor.wait(lambda rows: "def test_sum() -> None:  # mine" in rows, "the hint stayed")


def test_a_file_that_another_program_rewrites_keeps_its_hint(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(3, 13))
    with Vim(root, home, source.name, env=scenes.CHATTY, also="set autoread\n") as editor:
        editor.server()
        scenes.began()
        scenes.red(root)
        scenes.green(root)
        editor.row_of("def test_sum() -> None: 3 passed in ")
        source.write_text(source.read_text() + "# the end\n")
        editor.command("checktime")
        editor.row_of("# the end")
        rest(1.0)
        editor.row_of("def test_sum() -> None: 3 passed in ", 1.0)


EDITS = {
    "lines above": ("ggOa\nb\nc", "Escape"),
    "one deleted": ("ggdd",),
    "two joined": ("ggJ",),
    "undone": ("u",),
    "doubled": ("ggyyP",),
    "sorted": (":1,3sort", "Enter"),
    "moved": (":1,2move 3", "Enter"),
    "parted": (r":2s/^/x\ry/", "Enter"),
    "undone again": ("u",),
    "swapped": ("ggddp",),
    "the line above it": ("/test_sum\nkOz", "Escape"),
    "below it": ("/test_product\ndd", "Escape"),
}


def at_its_line(rows: list[str]) -> bool:
    hints = [row for row in rows[:-2] if "3 passed in " in row]
    return len(hints) == 1 and hints[0].startswith("def test_sum() -> None: 3 ")


def test_whatever_is_edited_around_it_the_hint_stays_at_its_line(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(2, 12))
    with Vim(root, home, source.name, env=scenes.CHATTY, also="set noautoindent\n") as editor:
        editor.server()
        scenes.began()
        scenes.red(root)
        scenes.green(root)
        editor.row_of("def test_sum() -> None: 3 passed in ")
        for what, (keys, *named) in EDITS.items():
            editor.enter(keys)
            editor.press(*named) if named else None
            rest(0.3)
            editor.wait(at_its_line, f"{what}: a hint elsewhere")


@shows("vim", "two windows, one line")
def test_two_windows_show_a_commit_once(root: Path, home: Path) -> None:
    with (
        Vim(root, home, "a.txt", env=scenes.CHATTY) as one,
        Vim(root, home, "a.txt", env=scenes.CHATTY) as two,
    ):
        assert one.server().pid != two.server().pid
        scenes.began()
        scenes.windows(2)
        scenes.told(root)
        wait_until(lambda: any("commit" in row for editor in (one, two) for row in editor.rows()[-2:]), 20.0)
        rest(1.0)
        shown = [editor for editor in (one, two) if any("commit" in row for row in editor.rows()[-2:])]
        assert len(shown) == 1


@shows("vim", "a line on a commit", "rating", "quiet for a while", "nothing of ours in git status")
def test_a_commit_is_told_rated_and_followed_by_an_hour_of_quiet(root: Path, home: Path) -> None:
    with Vim(root, home, "a.txt", env=scenes.CHATTY) as editor:
        editor.server()
        scenes.began()
        scenes.told(root)
        said = editor.line("commit")
        (shown,) = scenes.last()[:1]
        assert shown["response"][:30] in said
        editor.command("Afterglow")
        editor.row_of("Rate the last line")
        editor.press("Escape")
        editor.command("Afterglow rate 4")
        editor.line("Rated 4.")
        scenes.rated(home, 4)

        editor.command("Afterglow quiet")
        editor.line("Quiet until ")
        event = scenes.commit(root)
        record = scenes.turn(event["id"])
        assert record["token"] is None
        assert "quiet" in json.dumps(record["gates"]) or "dnd" in json.dumps(record["gates"]), record
        assert git(root, "status", "--porcelain") == ""
        editor.command("Afterglow quiet off")
        editor.line("Lines may come again.")


@shows("vim", "the mode lasts over a restart")
def test_the_mode_that_was_chosen_is_there_in_the_next_vim(root: Path, home: Path) -> None:
    with Vim(root, home, "a.txt", env=scenes.EACH_ANEW) as editor:
        editor.server()
        scenes.began()
        editor.command("Afterglow mode quiet")
        editor.line("Mode: quiet.")
        assert scenes.mode() == "quiet"
    with Vim(root, home, "a.txt", env=scenes.EACH_ANEW) as editor:
        editor.server()
        scenes.began(2)
        editor.command("Afterglow")
        editor.row_of("Afterglow (quiet)")


@shows("vim", "the reminder at the second opening")
def test_the_second_opening_begins_where_the_first_one_stopped(root: Path, home: Path) -> None:
    with Vim(root, home, "a.txt", env=scenes.EACH_ANEW) as editor:
        editor.server()
        scenes.began()
        editor.command("Afterglow note the parser eats the last comma")
        editor.line("Kept for the next session here.")
        scenes.told(root)
        editor.line("commit")
    with Vim(root, home, "a.txt", env=scenes.EACH_ANEW) as editor:
        editor.line("the parser eats the last comma")


@shows("vim", "a killed server comes back, no popup")
def test_a_killed_server_comes_back_and_says_nothing_of_it(root: Path, home: Path) -> None:
    with Vim(root, home, "a.txt", env=scenes.CHATTY) as editor:
        first = editor.server()
        scenes.began()
        before = editor.text()
        first.kill()
        editor.server(other_than=first.pid)
        scenes.told(root)
        editor.line("commit")
        assert editor.rows()[:-2] == before.split("\n")[:-2]
        assert "a.txt" in editor.messages().splitlines()[-1]


@shows("vim", "a server that cannot start stays quiet")
def test_without_the_program_vim_is_as_ever_and_the_command_says_why(root: Path, home: Path) -> None:
    with Vim(
        root, home, "a.txt", also="let g:afterglow = {'command': ['afterglow-is-not-here', 'lsp']}\n"
    ) as editor:
        editor.row_of("a.txt")
        editor.enter("ohello")
        editor.press("Escape")
        editor.row_of("hello")
        assert editor.servers() == []
        editor.command("Afterglow")
        editor.line("afterglow-is-not-here is not a program that Vim finds")


@shows("vim", "restricted: nothing is read")
def test_a_restricted_vim_reads_nothing(root: Path, home: Path) -> None:
    also = "let g:afterglow = {'options': {'trust': 'restricted'}}\n"
    with Vim(root, home, "a.txt", env=scenes.CHATTY, also=also) as editor:
        editor.server()
        scenes.began()
        git(root, "commit", "--quiet", "--allow-empty", "-m", "unseen")
        editor.command("terminal ++close false")
        recorded("--kind", "command")
        rest(2.0)
        assert lines(afterglow("events", "--json", "--kind", "commit").stdout) == []


@shows("vim", "tasks and terminals reported")
def test_the_end_of_a_terminal_and_of_make_is_reported(root: Path, home: Path) -> None:
    (root / "Makefile").write_text("good:\n\t@true\nbad:\n\t@echo 'a.txt:1: error: wrong'; false\n")
    with Vim(root, home, "a.txt", env=scenes.QUICK) as editor:
        editor.server()
        scenes.began()
        rest(1.0)
        editor.command("terminal ++close make good")
        (good,) = recorded("--kind", "command")
        assert (good["label"], good["status"]) == ("make", "ok"), good
        assert "commandLine" not in json.dumps(good)
        editor.command("terminal ++close make bad")
        bad = recorded("--kind", "command", enough=lambda found: len(found) == 2)[-1]
        assert bad["status"] == "fail"
        editor.command("silent make bad")
        editor.press("Enter")
        made = recorded("--kind", "command", enough=lambda found: len(found) == 3)[-1]
        assert made["status"] == "fail"
        # What tee ends with proves nothing of what went through it.
        editor.command("silent make good")
        made = recorded("--kind", "command", enough=lambda found: len(found) == 4)[-1]
        assert made["status"] == "unknown"


@shows("vim", "no process left behind")
@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda editor: editor.command("qa!"), id="qa"),
        pytest.param(lambda editor: editor.process.send_signal(signal.SIGHUP), id="SIGHUP"),
        pytest.param(lambda editor: editor.process.kill(), id="SIGKILL"),
    ],
)
def test_the_server_goes_with_its_vim(root: Path, home: Path, leave: Callable[[Vim], None]) -> None:
    with Vim(root, home, "a.txt") as editor:
        server = editor.server()
        scenes.began()
        leave(editor)
        wait_until(lambda: ended(editor.process))
        wait_until(lambda: ended(server), GONE_SECONDS)


def test_without_a_place_in_the_status_line_the_line_appears_below(root: Path, home: Path) -> None:
    with Vim(root, home, "a.txt", env=scenes.CHATTY, also="set statusline=\n") as editor:
        editor.server()
        scenes.began()
        scenes.told(root)
        editor.wait(lambda rows: "commit" in rows[-1], "no line below")


def cleaned(home: Path, texts: list[str]) -> list[str]:
    """What the plugin makes of each text."""
    install(home)
    (home / "texts.json").write_text(json.dumps(texts))
    (home / "clean.vim").write_text(
        "vim9script\nimport autoload 'afterglow/clean.vim'\n"
        f"var texts = json_decode(readfile('{home}/texts.json')[0])\n"
        f"writefile([json_encode(mapnew(texts, (_, text) => clean.OneLine(text)))], '{home}/cleaned.json')\n"
        "qa!\n"
    )
    command = [vim(), "-n", "-i", "NONE", "-es", "-S", str(home / "clean.vim")]
    subprocess.run(command, check=False, stdin=subprocess.DEVNULL, timeout=60)
    made: list[str] = json.loads((home / "cleaned.json").read_text())
    return made


def test_what_is_shown_is_one_clean_line(home: Path) -> None:
    odd = [
        chr(code)
        for code in range(1, sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Co", "Zl", "Zp")
        and (code < 0xF0000 or code % 997 == 0)
    ]
    given = ["".join(f"a{char}b" for char in odd[start : start + 50]) for start in range(0, len(odd), 50)]
    told = {
        "\x1b]0;title\x07\x1b[31mred\x1b[0m": "red",
        "two\nlines\tand  gaps": "two lines and gaps",
        "safe\u202egnp.exe\u2066": "safegnp.exe",
        "%{system('id')} %#Error# 100 %": "%{system('id')} %#Error# 100 %",
        "naïve 東京 🎉": "naïve 東京 🎉",
    }
    made = cleaned(home, [*told, *given, "x" * 10_000])
    assert made[: len(told)] == list(told.values())
    for text in made[len(told) : -1]:
        assert set(text) <= set("ab …"), text
    assert len(made[-1]) == 120
