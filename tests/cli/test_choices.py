"""``afterglow mode`` and ``afterglow dnd``."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import call
from tests.support.sidecar import Sidecar, repository


def test_the_mode_is_shown_set_and_kept() -> None:
    assert call("mode").out == "normal\n"
    for mode in ("off", "quiet", "chatty", "normal"):
        assert call("mode", mode).out == f"{mode}\n"
        assert json.loads(call("mode", "--json").out) == {"mode": mode}


def test_a_setting_counts_only_while_no_choice_was_made(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    (home / "afterglow").mkdir()
    (home / "afterglow" / "config.toml").write_text('mode = "quiet"\n')
    assert call("mode").out == "quiet\n"
    monkeypatch.setenv("AFTERGLOW_MODE", "chatty")
    assert call("mode").out == "chatty\n"
    assert call("mode", "off").out == "off\n"
    assert call("mode").out == "off\n"
    assert json.loads(call("status", "--json").out)["mode"] == "off"


@pytest.mark.parametrize(("words", "minutes"), [((), 60), (("45",), 45), (("10080",), 10080)])
def test_a_pause_has_an_end(words: tuple[str, ...], minutes: int) -> None:
    until = datetime.fromisoformat(json.loads(call("dnd", *words, "--json").out)["dnd_until"])
    assert abs(until - datetime.now(UTC) - timedelta(minutes=minutes)) < timedelta(seconds=20)
    assert json.loads(call("status", "--json").out)["dnd_until"] == until.isoformat().replace(
        "000+00:00", "Z"
    )


def test_a_pause_in_words() -> None:
    until = datetime.now(UTC) + timedelta(minutes=45)
    said = call("dnd", "45").out
    assert said in {f"quiet until {until + timedelta(seconds=late):%H:%M}\n" for late in (0, 20)}
    assert "nothing is shown until" in call("status").out
    assert call("dnd", "off").out == "listening again\n"
    assert "until" not in call("status").out
    assert len(call("dnd", "10080").out) == len("quiet until 2026-01-31 14:10\n")


def tells(mode: str, status: dict[str, Any]) -> bool:
    return bool(status["mode"] == mode)


def test_a_choice_reaches_an_open_server(tmp_path: Path) -> None:
    with Sidecar(repository(tmp_path / "project")) as client:
        client.listen()
        for mode in ("off", "chatty"):
            assert call("mode", mode).code == 0
            client.notification("afterglow/status", matching=partial(tells, mode))


def test_a_pause_reaches_an_open_server_and_so_does_its_end(tmp_path: Path) -> None:
    with Sidecar(repository(tmp_path / "project")) as client:
        client.listen()
        assert client.notification("afterglow/status")["dndUntil"] is None
        assert call("dnd", "45").code == 0
        told = client.notification("afterglow/status", matching=lambda status: status["dndUntil"] is not None)
        assert told["dndUntil"] == json.loads(call("status", "--json").out)["dnd_until"]
        assert call("dnd", "off").code == 0
        client.wait(
            lambda: client.notifications("afterglow/status")[-1]["params"]["dndUntil"] is None, "no end of it"
        )
