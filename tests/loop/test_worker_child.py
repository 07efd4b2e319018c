"""What a window knows of the model's process before its start: which Python, settings and variables."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from afterglow.core.settings import Settings, resolve
from afterglow.loop import worker_child
from afterglow.store.home import Home

KEY = "sk-ant-test-0123456789"


def consent(**more: Any) -> Settings:
    values = {f"enrichment.{name}": value for name, value in {"enabled": True, **more}.items()}
    made = resolve([("editor", values)])
    assert made.problems == ()
    return made.settings


@pytest.fixture
def place(tmp_path: Path) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    return Home(root, root, root / "logs", root / "run")


def test_its_own_python_is_taken_where_the_library_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert worker_child.interpreter(consent()) == sys.executable
    assert worker_child.installed(consent())
    monkeypatch.setattr(worker_child, "LIBRARY", "no_such_library_anywhere")
    assert worker_child.interpreter(consent()) is None
    assert not worker_child.installed(consent())


def test_another_one_must_be_a_program_outside_of_what_is_open(tmp_path: Path) -> None:
    folder, project = tmp_path / "tools", tmp_path / "project"
    for parent in (folder, project):
        parent.mkdir()
        (parent / "python").symlink_to(sys.executable)
        (parent / "text").write_text("not a program")
    named = consent(interpreter=str(folder / "python"))
    assert worker_child.interpreter(named, [str(project)]) == str(folder / "python")
    refused = {
        "python3": "absolute",
        str(folder / "none"): "no program",
        str(folder / "text"): "no program",
        str(folder): "no program",
        str(project / "python"): "folder that is open",
        str(folder / ".." / "project" / "python"): "folder that is open",
    }
    for path, why in refused.items():
        line = worker_child.unusable(path, [str(project)])
        assert line is not None
        assert line.startswith("enrichment.interpreter: ")
        assert why in line
        assert worker_child.interpreter(consent(interpreter=path), [str(project)]) is None


@pytest.mark.parametrize(
    ("url", "environ", "file", "may"),
    [
        (None, {}, False, False),
        (None, {"ANTHROPIC_API_KEY": "  "}, False, False),
        (None, {"ANTHROPIC_API_KEY": KEY}, False, True),
        (None, {}, True, True),
        ("https://example.org", {}, False, False),
        ("http://localhost:11434", {}, False, True),
        ("http://127.0.0.1:8080/v1", {}, False, True),
        ("http://[::1]:8080", {}, False, True),
        ("http://localhost.example.org", {}, False, False),
    ],
)
def test_whether_a_key_may_be_there(
    place: Home, url: str | None, environ: Mapping[str, str], file: bool, may: bool
) -> None:
    if file:
        (place.data / "api-key").write_text(KEY)
    settings = consent() if url is None else consent(baseUrl=url)
    assert worker_child.key_may_be_there(settings, environ, place) is may
    able = worker_child.able(settings, environ, place, ())
    assert (able.key, able.key_at > 0) == (may, file)


def test_settings_arrive_as_they_were_but_for_what_is_private() -> None:
    settings = resolve(
        [
            (
                "editor",
                {
                    "userId": "ada",
                    "mode": "chatty",
                    "idleSeconds": 7,
                    "excludePaths": ["secret/*", "*.key"],
                    "quietHours": "22:00-07:00",
                    "timeZone": "Europe/Berlin",
                    "locale": "de-DE",
                    "trust": "full",
                    "personal": {"birthday": "03-14", "place": "Springfield"},
                    "display": {"message": True},
                    "enrichment": {
                        "enabled": True,
                        "shareText": True,
                        "schedule": "session_end",
                        "threshold": 3,
                        "model": "some-model",
                        "baseUrl": "http://localhost:1",
                        "dailyTokens": 1,
                        "dailyUsd": 0.5,
                        "dailyCalls": 2,
                        "interpreter": "/usr/bin/python3",
                    },
                },
            )
        ]
    ).settings
    told = json.loads(json.dumps(worker_child.told(settings)))
    arrived = worker_child.read_settings(told)
    names = [name for name in Settings.__annotations__ if getattr(settings, name) != getattr(arrived, name)]
    assert sorted(names) == [
        "display_message",
        "enrichment_interpreter",
        "personal_birthday",
        "personal_place",
        "quiet_hours",
    ]
    assert worker_child.read_settings(worker_child.told(Settings())) == Settings()


def test_the_order_is_one_line_without_a_key(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    made = worker_child.order(consent(), place, 17)
    line = made.line()
    assert line.count(b"\n") == 1
    assert KEY.encode() not in line
    told = json.loads(line)
    assert (told["began"], told["owner"]) == (17, made.owner)
    assert told["home"]["data"] == str(place.data)
    assert (Path(told["libs"]["afterglow"]) / "afterglow" / "enrich" / "__main__.py").is_file()
    assert worker_child.order(consent(), place, 17).owner != made.owner


def test_variables_are_a_list_of_what_is_kept(place: Home) -> None:
    kept = {
        "ANTHROPIC_API_KEY": KEY,
        "HOME": "/home/ada",
        "LC_ALL": "C",
        "XDG_RUNTIME_DIR": "/run/user/1",
        "PATH": "/bin",
        "AFTERGLOW_SEED": "1",
    }
    rest = {
        "ANTHROPIC_BASE_URL": "https://example.org",
        "ANTHROPIC_AUTH_TOKEN": "x",
        "ANTHROPIC_LOG": "debug",
        "HTTPS_PROXY": "http://example.org",
        "PYTHONPATH": "/x",
        "LD_PRELOAD": "/x",
        "VIRTUAL_ENV": "/x",
        "SSH_AUTH_SOCK": "/x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    made = worker_child.environment({**kept, **rest, "AFTERGLOW_HOME": "relative"}, place)
    assert made == {**kept, "AFTERGLOW_HOME": str(place.data)}


def test_what_cannot_be_started_is_none(place: Home, tmp_path: Path) -> None:
    made = worker_child.order(consent(), place, 0)
    assert worker_child.start(str(tmp_path / "none"), made, os.environ, lambda: None) is None
