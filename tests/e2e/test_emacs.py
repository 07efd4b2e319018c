"""The real Emacs with our package, set up as our page says: its screen, and what stays behind it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import scenes
from tests.support.behaviours import shows
from tests.support.emacs import PAGE, Emacs, install
from tests.support.patience import rest, wait_until
from tests.support.processes import ended
from tests.support.sidecar import afterglow, git, lines, recorded, repository
from tests.support.terminal_editor import blocks, installed

pytestmark = pytest.mark.xdist_group("emacs")

GONE_SECONDS = 3.0
SECONDS = 8
AUTO_REVERT = "(setq auto-revert-interval 1)\n(global-auto-revert-mode 1)\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path / "project")


@shows("emacs", "a line on the first green", "a hint at its line, and its going", "silence on red")
def test_the_first_green_stands_in_the_mode_line_and_at_its_tests_line(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(3, 13))
    env = {**scenes.QUICK, "AFTERGLOW_TOKEN_TTL_MS": str(SECONDS * 1000)}
    with Emacs(root, home, source.name, env=env, before=AUTO_REVERT) as editor:
        editor.row_of("def test_product")
        editor.server()
        scenes.began()
        scenes.red(root)
        red = editor.rows()
        assert "def test_sum() -> None:" in red
        assert not [row for row in red if "fail" in row or "passed" in row], red

        source.write_text(scenes.TESTS.format(2, 12))
        editor.row_of("3 * 4 == 12")
        scenes.green(root)
        hinted = editor.row_of("def test_sum() -> None: 3 passed in ")
        assert "first green after 1 failed run" in hinted
        editor.below("3 passed in ")
        editor.keep("emacs-green")
        place = editor.rows().index(hinted)

        editor.press("M-<")
        editor.enter("# one\n# two\n")
        editor.wait(lambda rows: rows[place + 2] == hinted, "the hint did not move along")
        editor.wait(
            lambda rows: not any("3 passed" in row for row in rows), "the line stayed", SECONDS + 15.0
        )
        assert "def test_sum() -> None:" in editor.rows()
        assert "passed" not in editor.buffer("*Messages*")


@shows("emacs", "a hint at its line, and its going")
def test_typing_on_its_line_takes_the_hint_away(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(3, 13))
    with Emacs(root, home, source.name, env=scenes.CHATTY, before=AUTO_REVERT) as editor:
        editor.server()
        scenes.began()
        scenes.red(root)
        scenes.green(root)
        editor.row_of("def test_sum() -> None: 3 passed in ")
        editor.row_of("3 * 4 == 12")
        editor.press("M-<", "C-s")
        editor.enter("test_sum")
        editor.press("Enter", "C-e")
        editor.enter("  # mine")
        editor.wait(lambda rows: "def test_sum() -> None:  # mine" in rows, "the hint stayed")


def test_a_file_that_another_program_rewrites_keeps_its_hint(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(3, 13))
    with Emacs(root, home, source.name, env=scenes.CHATTY, before=AUTO_REVERT) as editor:
        editor.server()
        scenes.began()
        scenes.red(root)
        scenes.green(root)
        editor.row_of("def test_sum() -> None: 3 passed in ")
        source.write_text(source.read_text() + "# the end\n")
        editor.row_of("# the end")
        rest(1.0)
        editor.row_of("def test_sum() -> None: 3 passed in ", 1.0)


EDITS: dict[str, tuple[str, ...]] = {
    "to the top": ("M-<",),
    "lines above": ("a", "Enter", "b", "Enter", "c", "Enter"),
    "one deleted": ("M-<", "C-k", "C-k"),
    "two joined": ("C-e", "C-d"),
    "undone": ("C-/",),
    "swapped": ("C-x", "C-t"),
    "a region": ("M-<", "C-Space", "C-n", "C-n", "C-w"),
    "yanked": ("C-y",),
    "yanked again": ("C-y",),
    "parted": ("M-<", "C-f", "Enter"),
    "the line above it": ("C-s", *"test_sum", "Enter", "C-p", "Enter", "x"),
    "below it": ("C-n", "C-n", "C-a", "C-k"),
}


def at_its_line(rows: list[str]) -> bool:
    hints = [row for row in rows[:-2] if "3 passed in " in row]
    return len(hints) == 1 and hints[0].startswith("def test_sum() -> None: 3 ")


def test_whatever_is_edited_around_it_the_hint_stays_at_its_line(root: Path, home: Path) -> None:
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(2, 12))
    with Emacs(root, home, source.name, env=scenes.CHATTY, before=AUTO_REVERT) as editor:
        editor.server()
        scenes.began()
        scenes.red(root)
        scenes.green(root)
        editor.row_of("def test_sum() -> None: 3 passed in ")
        editor.row_of("1 + 1 == 2")
        for what, keys in EDITS.items():
            editor.press(*keys)
            rest(0.5)
            editor.wait(at_its_line, f"{what}: a hint elsewhere")


@shows("emacs", "two windows, one line")
def test_two_windows_show_a_commit_once(root: Path, home: Path) -> None:
    with (
        Emacs(root, home, "a.txt", env=scenes.CHATTY) as one,
        Emacs(root, home, "a.txt", env=scenes.CHATTY) as two,
    ):
        assert one.server().pid != two.server().pid
        scenes.began()
        scenes.windows(2)
        scenes.told(root)
        wait_until(lambda: any("commit" in row for editor in (one, two) for row in editor.rows()[-2:]), 20.0)
        rest(1.0)
        shown = [editor for editor in (one, two) if any("commit" in row for row in editor.rows()[-2:])]
        assert len(shown) == 1


@shows("emacs", "a line on a commit", "rating", "quiet for a while", "nothing of ours in git status")
def test_a_commit_is_told_rated_and_followed_by_an_hour_of_quiet(root: Path, home: Path) -> None:
    with Emacs(root, home, "a.txt", env=scenes.CHATTY) as editor:
        editor.server()
        scenes.began()
        scenes.told(root)
        editor.below("commit")
        editor.command("afterglow-rate", "4")
        editor.below("Rated 4.")
        scenes.rated(home, 4)

        editor.command("afterglow-quiet")
        editor.below("Quiet until ")
        event = scenes.commit(root)
        record = scenes.turn(event["id"])
        assert record["token"] is None
        assert "quiet" in json.dumps(record["gates"]), record
        assert git(root, "status", "--porcelain") == ""


@shows("emacs", "the mode lasts over a restart")
def test_the_mode_that_was_chosen_is_there_in_the_next_emacs(root: Path, home: Path) -> None:
    with Emacs(root, home, "a.txt", env=scenes.EACH_ANEW) as editor:
        editor.server()
        scenes.began()
        editor.command("afterglow-choose-mode", "quiet")
        editor.below("Mode: quiet.")
        assert scenes.mode() == "quiet"
    with Emacs(root, home, "a.txt", env=scenes.EACH_ANEW) as editor:
        editor.server()
        scenes.began(2)
        editor.command("afterglow-menu")
        editor.below("Afterglow (quiet)")


@shows("emacs", "the reminder at the second opening")
def test_the_second_opening_begins_where_the_first_one_stopped(root: Path, home: Path) -> None:
    with Emacs(root, home, "a.txt", env=scenes.EACH_ANEW) as editor:
        editor.server()
        scenes.began()
        editor.command("afterglow-note", "the parser eats the last comma")
        editor.below("Kept for the next session here.")
        scenes.told(root)
        editor.below("commit")
    with Emacs(root, home, "a.txt", env=scenes.EACH_ANEW) as editor:
        editor.below("the parser eats the")


@shows("emacs", "a killed server comes back, no popup")
def test_a_killed_server_comes_back_and_says_nothing_of_it(root: Path, home: Path) -> None:
    with Emacs(root, home, "a.txt", env=scenes.CHATTY) as editor:
        editor.row_of("a.txt")
        first = editor.server()
        scenes.began()
        before = editor.rows()
        first.kill()
        editor.server(other_than=first.pid)
        scenes.told(root)
        editor.below("commit")
        assert editor.rows()[:-2] == before[:-2]
        said = editor.buffer("*Messages*")
        assert "exited" not in said
        assert "erver" not in said


@shows("emacs", "a server that cannot start stays quiet")
def test_without_the_program_emacs_is_as_ever_and_the_command_says_why(root: Path, home: Path) -> None:
    before = '(setq afterglow-command \'("afterglow-is-not-here" "lsp"))\n'
    with Emacs(root, home, "a.txt", before=before) as editor:
        editor.row_of("a.txt")
        editor.enter("hello")
        editor.row_of("hello")
        assert editor.servers() == []
        assert "afterglow" not in editor.buffer("*Messages*")
        editor.command("afterglow-menu")
        editor.below("afterglow-is-not-here is not a program that Emacs finds")


@shows("emacs", "restricted: nothing is read")
def test_a_restricted_emacs_reads_nothing(root: Path, home: Path) -> None:
    before = '(setq afterglow-options \'(:trust "restricted"))\n'
    with Emacs(root, home, "a.txt", env=scenes.CHATTY, before=before) as editor:
        editor.server()
        scenes.began()
        git(root, "commit", "--quiet", "--allow-empty", "-m", "unseen")
        editor.run('(compile "false")')
        recorded("--kind", "command")
        rest(2.0)
        assert lines(afterglow("events", "--json", "--kind", "commit").stdout) == []


@shows("emacs", "tasks and terminals reported")
def test_the_end_of_a_compilation_is_reported(root: Path, home: Path) -> None:
    (root / "Makefile").write_text("good:\n\t@true\nbad:\n\t@false\n")
    with Emacs(root, home, "a.txt", env=scenes.QUICK) as editor:
        editor.server()
        scenes.began()
        rest(1.0)
        editor.run('(compile "make good")')
        (good,) = recorded("--kind", "command")
        assert (good["label"], good["status"]) == ("make", "ok"), good
        editor.run('(compile "make bad")')
        bad = recorded("--kind", "command", enough=lambda found: len(found) == 2)[-1]
        assert bad["status"] == "fail"


@shows("emacs", "no process left behind")
@pytest.mark.parametrize(
    "leave",
    [
        pytest.param(lambda editor: editor.press("C-x", "C-c"), id="C-x C-c"),
        pytest.param(lambda editor: editor.process.send_signal(signal.SIGHUP), id="SIGHUP"),
        pytest.param(lambda editor: editor.process.kill(), id="SIGKILL"),
    ],
)
def test_the_server_goes_with_its_emacs(root: Path, home: Path, leave: Callable[[Emacs], None]) -> None:
    with Emacs(root, home, "a.txt") as editor:
        server = editor.server()
        scenes.began()
        leave(editor)
        wait_until(lambda: ended(editor.process))
        wait_until(lambda: ended(server), GONE_SECONDS)


@shows("emacs", "a line on the first green", "a hint at its line, and its going")
def test_eglot_alone_shows_the_line_and_the_hint(root: Path, home: Path) -> None:
    (eglot,) = blocks(PAGE, "elisp eglot")
    source = root / scenes.TEST_FILE
    source.write_text(scenes.TESTS.format(3, 13))
    with Emacs(root, home, source.name, env=scenes.CHATTY, init=eglot, before=AUTO_REVERT) as editor:
        editor.server()
        scenes.began()
        scenes.red(root)
        source.write_text(scenes.TESTS.format(2, 12))
        editor.row_of("3 * 4 == 12")
        scenes.green(root)
        editor.wait(lambda rows: any("3 passed in " in row for row in rows[-3:]), "no line in the echo area")
        editor.row_of("def test_sum() -> None: 3 passed in ")


def batch(home: Path, *words: str) -> str:
    """What a batch Emacs prints that knows our package."""
    folder = install(home) / "afterglow"
    done = subprocess.run(
        [installed("emacs"), "-Q", "--batch", "-L", str(folder), *words],
        cwd=folder,
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_it_compiles_and_reads_without_a_warning(home: Path) -> None:
    names = sorted(file.name for file in (install(home) / "afterglow").glob("*.el"))
    assert "afterglow.el" in names
    assert batch(home, "-f", "batch-byte-compile", *names).strip() == ""
    for name in names:
        assert batch(home, "--eval", f'(progn (require \'checkdoc) (checkdoc-file "{name}"))') == "", name


def test_what_is_shown_is_one_clean_line(home: Path) -> None:
    odd = [
        chr(code)
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Co", "Zl", "Zp")
        and (code < 0xF0000 or code % 997 == 0)
    ]
    given = ["".join(f"a{char}b" for char in odd[start : start + 50]) for start in range(0, len(odd), 50)]
    told = {
        "\x1b]0;title\x07\x1b[31mred\x1b[0m": "red",
        "two\nlines\tand  gaps": "two lines and gaps",
        "safe\u202egnp.exe\u2066": "safegnp.exe",
        "100 % %b %[": "100 % %b %[",
        "naïve 東京 🎉": "naïve 東京 🎉",
    }
    file = home / "texts.json"
    file.write_text(json.dumps([*told, *given, "x" * 10_000]))
    form = (
        "(progn (require 'afterglow-text) (princ (decode-coding-string (json-serialize "
        "(vconcat (mapcar #'afterglow--one-line "
        f'(with-temp-buffer (insert-file-contents "{file}") (json-parse-buffer))))) (quote utf-8))))'
    )
    made = json.loads(batch(home, "--eval", form))
    assert made[: len(told)] == list(told.values())
    for text in made[len(told) : -1]:
        assert set(text) <= set("ab …"), text
    assert len(made[-1]) == 120


def test_a_percent_sign_means_nothing_to_the_mode_line(home: Path) -> None:
    form = '(progn (require \'afterglow) (setq afterglow--line "100 %b") (princ (afterglow--mode-line)))'
    assert batch(home, "--eval", form).strip() == "100 %%b"
