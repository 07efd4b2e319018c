"""A word on the desktop: only where it was asked for, for a long job, with no editor in front."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.support.patience import wait_until
from tests.support.sidecar import QUICK, Sidecar, afterglow, repository

ASKED = {**QUICK, "display": {"desktop": True}}
LONG, SHORT = 90_000, 50_000


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The words that the desktop's program was started with, in a file; it stands first on the PATH."""
    folder, file = tmp_path / "bin", tmp_path / "told.txt"
    folder.mkdir()
    program = folder / "notify-send"
    program.write_text(f'#!/bin/sh\nfor word; do :; done\nprintf "%s\\n" "$word" >>"{file}"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return file


def build(client: Sidecar, number: int, duration: int, label: str = "make") -> str:
    """End a build of so many ms; the line about it, the ``number``-th that this client gets."""
    client.report("job.finished", status="ok", label=label, durationMs=duration, data={"job": "build"})
    return str(client.token(number)["response"])


def test_a_long_job_is_told_on_the_desktop_while_no_editor_is_in_front(tmp_path: Path, told: Path) -> None:
    root = repository(tmp_path / "basket")
    with Sidecar(root, options=ASKED) as client:
        client.listen()
        line = build(client, 1, LONG)
        wait_until(told.exists)
        wait_until(lambda: told.read_text() == f"{line}\n")

        build(client, 2, SHORT, "quick")
        client.report("focus", data={"focused": True})
        build(client, 3, LONG, "seen")
        client.report("focus", data={"focused": False})
        last = build(client, 4, LONG, "docs")
        wait_until(lambda: len(told.read_text().splitlines()) > 1)
        assert told.read_text().splitlines() == [line, last]


def test_a_window_in_front_elsewhere_is_enough(tmp_path: Path, told: Path) -> None:
    here, there = repository(tmp_path / "basket"), repository(tmp_path / "other")
    with Sidecar(here, options=ASKED) as client:
        client.listen()
        with Sidecar(there, options=ASKED) as other:
            other.listen()
            other.report("focus", data={"focused": True})
            other.ask("afterglow/snapshot", {})
            build(client, 1, LONG)
        # It is gone, and its focus with it.
        line = build(client, 2, LONG, "docs")
        wait_until(told.exists)
        wait_until(lambda: told.read_text() == f"{line}\n")


def test_unasked_there_is_none(tmp_path: Path, told: Path) -> None:
    root = repository(tmp_path / "basket")
    with Sidecar(root, options=QUICK) as client:
        client.listen()
        build(client, 1, LONG)
        client.listen()
    assert not told.exists()


def test_a_desktop_without_the_program_is_named_once_and_costs_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    root = tmp_path / "basket"
    root.mkdir()
    with Sidecar(root, options=ASKED) as client:
        client.listen()
        assert client.ask("afterglow/snapshot", {})["health"] == "degraded"
        assert build(client, 1, LONG)
    monkeypatch.setenv("AFTERGLOW_DISPLAY__DESKTOP", "true")
    told = json.loads(afterglow("status", "--json").stdout)["problems"]
    assert [line for line in told if "notify-send" in line], told
