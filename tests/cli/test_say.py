"""``say`` and ``next``: one line that is asked for, or silence with its reason."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call, process
from tests.support.sidecar import repository


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = repository(tmp_path / "project")
    monkeypatch.chdir(made)
    return made


def emit_failed_tests() -> None:
    call("emit", "job.finished", "--status", "fail", "--label", "pytest", "--data", '{"job": "test"}')


def test_next_prints_one_line_and_remembers_it() -> None:
    said = call("next")
    assert (said.code, said.err) == (0, "")
    assert said.out.count("\n") == 1
    assert said.out.strip()
    assert said.out.strip() in call("last").out


def test_next_never_repeats_itself_within_a_session() -> None:
    lines = [call("next").out for _ in range(5)]
    assert len(set(lines)) == 5


def test_say_answers_with_a_token() -> None:
    said = call("say", "hello", "there", "--json")
    assert said.code == 0
    token = json.loads(said.out)
    assert token["response"]
    assert token["news"] is None
    assert token["event"] is None
    assert json.loads(call("last", "1", "--json").out) == token


def test_what_was_said_is_kept_nowhere(home: Path) -> None:
    call("say", "good morning, kanarienvogel")
    call("say", "the kanarienvogel build was horrible")
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"kanarienvogel" not in kept.lower()


def test_a_waiting_line_goes_first() -> None:
    call("queue", "add", "The staging certificate was renewed.")
    assert call("next").out == "The staging certificate was renewed.\n"
    assert json.loads(call("last", "1", "--json").out)["source"] == "queue_hit"
    assert call("next").out != "The staging certificate was renewed.\n"


def test_while_something_is_red_the_answer_is_silence_with_a_reason() -> None:
    emit_failed_tests()
    said = call("next")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("afterglow: next: ")
    assert said.err.count("\n") == 1
    assert call("next", "--json") == call("say", "hello", "--json")
    assert call("next", "--json").out == "null\n"
    assert call("next", "--json").code == 1
    assert call("next", "--json").err == ""


def test_an_unfinished_merge_is_no_moment_for_a_line(root: Path) -> None:
    (root / ".git" / "MERGE_HEAD").write_text("0" * 40 + "\n")
    said = call("next")
    assert said.code == 1
    assert "unfinished" in said.err


def test_where_nothing_may_be_read_nothing_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / ".git" / "MERGE_HEAD").write_text("0" * 40 + "\n")
    (root / ".afterglow").mkdir()
    (root / ".afterglow" / "jokes.jsonl").write_text("nonsense\n")
    monkeypatch.setenv("AFTERGLOW_TRUST", "restricted")
    assert call("next").code == 0


@pytest.mark.parametrize("switch", [("mode", "off"), ("mode", "quiet")])
def test_who_asks_gets_a_line_in_any_mode(switch: tuple[str, ...]) -> None:
    call(*switch)
    assert call("next").code == 0
    assert call("say", "hello").code == 0


@pytest.mark.parametrize("words", [["say", ""], ["say", "  ", "\x1b[2J"], ["say", "\u200b"]])
def test_nothing_said_is_wrong_use(words: list[str]) -> None:
    said = call(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("afterglow: say: write a few words")


@pytest.mark.parametrize("text", ["x" * 50_000, "$(reboot) {user_name} ](http://x)", "🎉" * 500, "\x00a\nb"])
def test_any_text_is_answered_in_one_clean_line(text: str) -> None:
    said = call("say", text)
    assert said.code in (0, 1)
    assert (said.out + said.err).count("\n") == 1
    assert "{" not in said.out
    assert len(said.out) <= 130


def test_bytes_that_are_no_text_end_in_no_traceback() -> None:
    said = process("say", b"caf\xe9 \xff")
    assert said.returncode in (0, 1)
    assert "Traceback" not in said.stderr


def asked_in(home: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(home / "afterglow" / "afterglow.db")
    with connection:
        found = connection.execute(query).fetchall()
    connection.close()
    return found


def test_asking_again_says_that_the_line_before_made_for_more(home: Path) -> None:
    def engaged() -> list[tuple[Any, ...]]:
        return asked_in(home, "SELECT ref, what FROM ratings ORDER BY seq")

    call("say", "hello")
    assert engaged() == []
    call("next")
    assert [what for _, what in engaged()] == ["another"]
    call("next")
    assert [what for _, what in engaged()] == ["another", "another"]
    assert len({ref for ref, _ in engaged()}) == 2
    assert asked_in(home, "SELECT sum(count) FROM rapport_days WHERE what = 'another'") == [(2,)]


def test_a_line_of_long_ago_made_nobody_ask(home: Path) -> None:
    call("next")
    asked_in(home, """UPDATE shown SET token = replace(token, '"createdAt":"2', '"createdAt":"1')""")
    assert call("next").code == 0
    assert asked_in(home, "SELECT * FROM ratings") == []


def test_who_got_no_line_was_not_led_on_by_the_one_before(home: Path) -> None:
    call("next")
    emit_failed_tests()
    assert call("next").code == 1
    assert asked_in(home, "SELECT * FROM ratings") == []
