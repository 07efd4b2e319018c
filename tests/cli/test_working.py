"""``worker --once``: what it says, and by which Python it asks."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterglow.loop import worker_child
from tests.cli.calling import call
from tests.support.model_server import ModelServer
from tests.support.sidecar import repository
from tests.support.twin import GREECE, SAID, Haiku


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Haiku(GREECE)) as server:
        yield server


@pytest.fixture
def config(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: ModelServer) -> Path:
    monkeypatch.chdir(repository(tmp_path / "project"))
    made = home / "afterglow" / "config.toml"
    made.parent.mkdir(parents=True, exist_ok=True)
    consent(made, baseUrl=model.url)
    return made


def consent(config: Path, **more: Any) -> None:
    values = {"enabled": True, "shareText": True, **more}
    rows = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    config.write_text("\n".join(["[enrichment]", *rows]), "utf-8")


def test_it_says_what_it_did_and_else_nothing(config: Path) -> None:
    assert call("worker", "--once").out == ""
    assert call("say", SAID[0]).code == 0
    assert call("worker", "--once").out == "1 call, 3 lines kept, 1 turn graded\n"
    done = call("worker", "--once", "--json")
    assert json.loads(done.out) == {"calls": 0, "lines": 0, "graded": 0, "usd": 0.0}


def test_where_this_python_has_no_client_the_one_that_is_named_asks(
    config: Path, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_child, "has_library", lambda: False)
    call("say", SAID[0])
    silent = call("worker", "--once")
    assert (silent.code, silent.out, silent.err) == (0, "", "")
    assert model.requests == []
    consent(config, baseUrl=model.url, interpreter=sys.executable)
    assert call("worker", "--once").out == "1 call, 3 lines kept, 1 turn graded\n"
    assert len(model.messages) == 1


def test_a_named_python_that_cannot_be_run_is_no_trouble(
    config: Path, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_child, "has_library", lambda: False)
    consent(config, baseUrl=model.url, interpreter=str(config))
    call("say", SAID[0])
    silent = call("worker", "--once")
    assert (silent.code, silent.out, silent.err) == (0, "", "")


def test_without_once_it_says_how(config: Path) -> None:
    told = call("worker")
    assert told.code == 2
    assert told.err == "afterglow: worker: it runs once and ends: afterglow worker --once\n"


def test_it_leaves_signals_as_they_were(config: Path) -> None:
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    call("say", SAID[0])
    call("worker", "--once")
    assert [signal.getsignal(number) for number in numbers] == before
