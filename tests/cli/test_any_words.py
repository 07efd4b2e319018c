"""Whatever words are typed: an exit code that means something, and at most one line on stderr."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from afterglow.cli import commands
from tests.cli.calling import Said, call

COMMANDS = [*sorted(set(commands.COMMANDS) - {"lsp"}), "help", "say", "serve", "bogus"]
"""All but ``lsp``, which would take this process's own stdin."""
OPTIONS = [
    *(
        "--json",
        "--help",
        "-h",
        "--version",
        "--all",
        "--before",
        "--since",
        "--kind",
        "--workspace",
        "--label",
    ),
    *("--status", "--exit-code", "--duration-ms", "--tags", "--data", "--dedupe-key", "--ledger", "--test"),
    *("--bundle", "--job", "--fast", "--", "-", "-x", "--=", "--json=1", "--since=", "--data={}"),
]
ODD = [
    *(
        "",
        " ",
        "\n",
        "a\nb",
        "\x00",
        "\x1b[31mred",
        "\udcff",
        "caf\u00e9\udc80",
        "\u202eevil",
        "🎉",
        "٣",
        "½",
    ),
    *("0", "-1", "1", "10", "007", "99999999999999999999", "9" * 5000, "nan", "inf", "-inf", "1e400", "0x10"),
    *(
        "{}",
        "[]",
        "null",
        "true",
        "NaN",
        "1",
        '"text"',
        '{"job": "test"}',
        '{"job": 1}',
        '{"passed": -1}',
        "{",
    ),
    *("[" * 3000, '{"metrics": {"a": Infinity}}', '{"failing": [1]}', '{"name": "\\ud800"}'),
    *("off", "normal", "chatty", "now", "1h", "999999w", "2026-01-31", "0001-01-01", "9999-12-31T23:59:59"),
    *("job.finished", "commit", "focus", "job.finishd", "ok", "fail", "a,b,,c", "true", "nonesuch"),
    *(".", "/", "/nonexistent/x", "~nosuchuser", "x" * 3000, "$(id)", "%s%n", "file"),
]
WORDS = st.lists(st.sampled_from(OPTIONS + ODD) | st.text(max_size=8), max_size=5)
CODES = {0, 1, 2, 126, 127}
FITTING = {
    "emit": ("--label", "--status", "--exit-code", "--duration-ms", "--tags", "--data", "--dedupe-key"),
    "events": ("--since", "--kind", "--workspace"),
    "last": (),
    "explain": (),
    "mode": (),
    "dnd": (),
    "export": (),
    "forget": ("--before",),
    "run": ("--label", "--job", "--tags"),
}
KINDS = ["job.finished", "commit", "tag", "milestone", "command", "weather", "ci.finished", "focus"]
"""Commands with the options that they know, to be given values that they may not."""


@st.composite
def fitting(draw: st.DrawFn) -> list[str]:
    """A command with options that it has and any values for them."""
    command = draw(st.sampled_from(sorted(FITTING)))
    words = [command]
    for option in draw(st.lists(st.sampled_from(FITTING[command]), max_size=3)) if FITTING[command] else ():
        words.append(f"{option}={draw(st.sampled_from(ODD))}")
    if command == "emit":
        words.append(draw(st.sampled_from(KINDS)))
    elif command == "run":
        words += [
            "--",
            draw(st.sampled_from(["true", *ODD])),
            *draw(st.lists(st.sampled_from(ODD), max_size=2)),
        ]
    elif command not in ("events", "forget"):
        words += draw(st.lists(st.sampled_from(ODD), max_size=1))
    if command != "run" and draw(st.booleans()):
        words.append("--json")
    return words


@pytest.fixture
def narrow_world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder to write into, and a PATH with nothing but ``true``: no git, so the demo ends at once."""
    (tmp_path / "bin").mkdir()
    true = shutil.which("true")
    assert true is not None
    (tmp_path / "bin" / "true").symlink_to(true)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def check(said: Said) -> None:
    assert said.code in CODES
    assert "Traceback" not in said.out + said.err
    assert "inside Afterglow" not in said.err
    assert len(said.err.splitlines()) <= 1
    if said.code:
        assert said.err or said.code == 1
    if said.err:
        assert said.err.startswith("afterglow: ")
        assert said.err[:-1].isprintable()


@pytest.mark.usefixtures("narrow_world")
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(command=st.sampled_from(COMMANDS), words=WORDS)
def test_any_words_end_well(command: str, words: list[str]) -> None:
    check(call(command, *words))


@pytest.mark.usefixtures("narrow_world")
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=fitting())
def test_any_values_end_well(words: list[str]) -> None:
    check(call(*words))


@pytest.mark.usefixtures("narrow_world")
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=WORDS)
def test_any_first_word_ends_well(words: list[str]) -> None:
    check(call(*[word for word in words if word != "lsp"]))
