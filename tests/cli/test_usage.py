"""Help, versions, wrong use: what a person meets who does not know the commands yet."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from afterglow import __version__
from afterglow.cli import commands
from tests.cli.calling import call
from tests.support.sidecar import repository
from tests.tidy.checkout import ROOT

READY = sorted(commands.COMMANDS)
PROMISED = {
    *("lsp", "demo", "run", "emit", "say", "next", "last", "explain", "feedback", "queue", "mode", "dnd"),
    *("recipe", "note", "remember", "recall", "events", "status", "doctor", "report", "banks", "hook"),
    *("worker", "enrich", "code", "import", "export", "forget", "mcp", "serve"),
}


def test_every_promised_command_is_there_or_says_that_it_is_not_yet() -> None:
    assert set(commands.COMMANDS).isdisjoint(commands.LATER)
    assert {*commands.COMMANDS, *commands.LATER} == PROMISED


def test_alone_it_prints_the_help() -> None:
    alone = call()
    assert alone.code == 0
    assert alone.err == ""
    assert alone == call("--help") == call("-h") == call("help")
    listed = set(re.findall(r"^  (\w+) ", alone.out, re.MULTILINE))
    assert listed == set(commands.COMMANDS)


def test_what_is_not_built_is_not_advertised() -> None:
    words = set(re.findall(r"^\s*(\w+)", call().out, re.MULTILINE))
    assert words.isdisjoint(commands.LATER)


@pytest.mark.parametrize("command", commands.LATER)
@pytest.mark.parametrize("words", [(), ("--help",), ("x", "--json")])
def test_what_is_not_built_says_so(command: str, words: tuple[str, ...]) -> None:
    said = call(command, *words)
    assert (said.code, said.out) == (2, "")
    assert said.err == f"afterglow: {command}: not available in this version\n"


def test_the_readme_names_no_command_that_is_not_there() -> None:
    named = set(re.findall(r"`?afterglow ([a-z]+)\b", (ROOT / "README.md").read_text(encoding="utf-8")))
    meant = {name for name in named if name in commands.COMMANDS or name in commands.LATER}
    assert meant >= {"lsp", "run", "emit", "mode", "dnd", "explain", "doctor", "export", "forget"}
    assert meant.isdisjoint(commands.LATER)


@pytest.mark.parametrize("command", READY)
def test_each_command_has_help_wherever_it_is_asked(command: str) -> None:
    said = call(command, "--help")
    assert said.code == 0
    assert said.err == ""
    assert said.out.startswith(f"usage: afterglow {command}")
    assert said == call(command, "-h") == call("help", command)
    for line in said.out.splitlines():
        assert len(line) <= 110


@pytest.mark.parametrize("command", [name for name in READY if commands.COMMANDS[name].json])
def test_json_is_offered_by_every_command_that_answers(command: str) -> None:
    assert "--json" in call(command, "--help").out
    assert "--json" not in call("run", "--help").out + call("lsp", "--help").out


def test_the_version() -> None:
    assert call("--version").out == f"afterglow {__version__}\n"


@pytest.mark.parametrize(
    ("words", "tells"),
    [
        (["evnts"], "evnts: no such command; did you mean events?"),
        (["xyzzy"], "xyzzy: no such command (see: afterglow --help)"),
        ([""], "no such command"),
        (["--bogus"], "--bogus: no such option here"),
        (["status", "--bogus"], "status: unrecognized arguments: --bogus (see: afterglow status --help)"),
        (["status", "extra"], "status: unrecognized arguments: extra"),
        (["emit"], "emit: the following arguments are required: KIND"),
        (["events", "--kin", "commit"], "events: unrecognized arguments: --kin"),
        (["lsp", "--tcp", "nonsense"], "lsp: --tcp: 'nonsense' is no HOST:PORT"),
        (["lsp", "--tcp", "localhost:99999"], "is no HOST:PORT"),
        (["lsp", "--tcp", ":80"], "is no HOST:PORT"),
        (["lsp", "--tcp", "localhost:٣"], "is no HOST:PORT"),
        (["worker"], "worker: it runs once and ends: afterglow worker --once"),
        (["enrich", "ask"], "enrich: argument preview: invalid choice: 'ask' (choose from"),
        (["doctor", "--test", "--bundle", "x"], "ask one at a time"),
        (["run"], "run: name a command"),
        (["run", "--"], "run: name a command"),
        (["run", "--label"], "run: argument --label: expected one argument"),
        (["run", "--job", "tests", "--", "true"], "'tests' is none of test, build"),
        (["run", "--bogus", "--", "true"], "run: unrecognized arguments: --bogus"),
        (["last", "none"], "'none' is no number of lines; write 1 to 10000"),
        (["last", "0"], "is no number of lines"),
        (["mode", "loud"], "choose off, quiet, normal or chatty"),
        (["dnd", "soon"], "write 1 to 10080, or off"),
        (["dnd", "-5"], "write 1 to 10080, or off"),
        (
            ["events", "--since", "tomorrow"],
            "events: --since: 'tomorrow' is no time; write 2026-01-31T09:30, 30m",
        ),
        (["events", "--kind", "commits"], "'commits' is no kind of event"),
        (["events", "--workspace", "/nonexistent"], "/nonexistent is not a folder; name one that exists"),
        (["forget"], "forget: say what"),
        (["forget", "--all", "--personal"], "forget: say what"),
        (["forget", "--before", "1 day"], "'1 day' is no time"),
        (["export"], "export: the following arguments are required: FILE"),
    ],
)
def test_wrong_use_gets_one_line_that_helps(words: list[str], tells: str) -> None:
    said = call(*words)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("afterglow: ")
    assert said.err.count("\n") == 1
    assert tells in said.err


def test_a_message_is_one_clean_line_however_odd_the_word() -> None:
    said = call("mode", "a\nb\x1b[2J\u202e" + "x" * 5000)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert len(said.err) < 350
    assert said.err[:-1].isprintable()


def test_options_may_stand_before_and_after(tmp_path: Path) -> None:
    here = str(repository(tmp_path / "project"))
    assert call("emit", "--label", "x", "milestone", "--workspace", here, "--json").code == 0
    assert call("--json", "emit", "milestone", f"--workspace={here}", "--label=x").code == 0
    found = [json.loads(line) for line in call("events", "--workspace", here, "--json").out.splitlines()]
    assert [event["label"] for event in found] == ["x", "x"]
    assert call("last", "--json", "5") == call("last", "5", "--json") == call("--json", "last", "5")


@pytest.mark.parametrize("text", ["45s", "30m", "2h", "7d", "4w", " 2 h ", "2020-01-01", "2020-01-01T00:00Z"])
def test_ways_to_say_since_when(text: str, tmp_path: Path) -> None:
    call("emit", "milestone", "--workspace", str(tmp_path))
    assert len(call("events", "--since", text).out.splitlines()) == 1


@pytest.mark.parametrize("text", ["2999-01-01", "2999-01-01T00:00:00+02:00"])
def test_since_a_time_to_come_nothing_happened(text: str, tmp_path: Path) -> None:
    call("emit", "milestone", "--workspace", str(tmp_path))
    assert call("events", "--since", text).out == ""
