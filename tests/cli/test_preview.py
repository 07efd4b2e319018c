"""``enrich preview``: exactly what would be sent, and that nothing is (spec L11)."""

from __future__ import annotations

import builtins
import json
import socket
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from afterglow.enrich import scrub
from afterglow.enrich.request import DEFAULT_MODEL
from tests.cli.calling import call
from tests.support.model_server import ModelServer
from tests.support.sidecar import repository
from tests.support.twin import Haiku, asked_in, data_in


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = repository(tmp_path / "project")
    monkeypatch.chdir(made)
    return made


def consent(home: Path, *, share: bool = True, enabled: bool = True, **more: Any) -> None:
    values = {"enabled": enabled, "shareText": share, **more}
    folder = home / "afterglow"
    folder.mkdir(mode=0o700, exist_ok=True)
    rows = [f'"enrichment.{name}" = {json.dumps(value)}\n' for name, value in values.items()]
    (folder / "config.toml").write_text("".join(rows), "utf-8")


def shown(*words: str) -> dict[str, Any]:
    said = call("enrich", "preview", "--json", *words)
    assert said.err == ""
    made = json.loads(said.out)
    assert isinstance(made, dict)
    return made


def rows(home: Path) -> list[str]:
    connection = sqlite3.connect(home / "afterglow" / "afterglow.db")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def test_without_consent_it_says_so_in_one_line() -> None:
    call("say", "planning a trip to Greece")
    said = call("enrich", "preview")
    assert (said.code, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert "nothing is ever sent" in said.err
    assert "--as counts" in said.err
    assert shown()["requests"] == []


def test_where_nothing_waits_it_says_that(home: Path) -> None:
    consent(home)
    said = call("enrich", "preview")
    assert (said.code, said.out) == (1, "")
    assert "nothing waits" in said.err


def test_what_waits_is_shown_with_where_it_would_go(home: Path) -> None:
    consent(home)
    call("say", "planning a trip to Greece")
    said = call("enrich", "preview")
    assert (said.code, said.err) == (0, "")
    for part in ("api.anthropic.com", DEFAULT_MODEL, "planning a trip to Greece", "scrubbed text"):
        assert part in said.out
    assert "Nothing was sent" in said.out


def test_it_writes_nothing(home: Path) -> None:
    consent(home)
    call("say", "planning a trip to Greece")
    before = rows(home)
    assert shown()["requests"]
    assert rows(home) == before
    assert shown() == shown()


def test_by_the_first_consent_no_word_is_in_it(home: Path) -> None:
    consent(home, share=False)
    call("say", "planning a trip to Mykonos")
    made = shown()
    assert (made["share_text"], made["text_leaves"]) == (False, False)
    assert len(made["requests"]) == 1
    assert "mykonos" not in json.dumps(made).lower()


def test_all_workspaces_that_wait_are_shown(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent(home)
    call("say", "planning a trip to Greece")
    monkeypatch.chdir(repository(tmp_path / "second"))
    call("say", "what a calm day")
    made = shown()["requests"]
    assert [Path(one["workspace"]).name for one in made] == ["project", "second"]
    assert not any("project" in json.dumps(one["body"]) for one in made)


def test_a_review_is_shown_where_one_is_due(home: Path) -> None:
    consent(home)
    call("say", "planning a trip to Greece")
    (line,) = [turn["line"] for turn in data_in(shown()["requests"][0]["body"])["turns"] if "line" in turn]
    with sqlite3.connect(home / "afterglow" / "afterglow.db") as connection:
        connection.execute("INSERT INTO reviews_due (user_id, entry_id, at) VALUES ('local', ?, 1)", (line,))
    connection.close()
    turns, review = shown()["requests"]
    assert (turns["purpose"], review["purpose"]) == ("turns", "review")
    assert review["workspace"] is None
    assert [row["id"] for row in data_in(review["body"])["lines"]] == [line]


def test_it_is_byte_for_byte_what_the_worker_sends(home: Path) -> None:
    with ModelServer(Haiku()) as server:
        consent(home, baseUrl=server.url)
        for text in ("planning a trip to Greece", "paired with Zorquil on auth.py", "PostgreSQL 16 was slow"):
            call("say", text)
        made = shown()
        assert server.requests == []
        assert made["host"] == server.url.removeprefix("http://")
        assert call("worker", "--once").code == 0
        (sent,) = server.messages
        assert asked_in(server.requests) == [made["requests"][0]["body"]]
    body = made["requests"][0]["body"]
    assert json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode() == sent.raw
    assert "PostgreSQL 16 was slow" in body["messages"][0]["content"]
    assert "Zorquil" not in body["messages"][0]["content"]


def test_nobody_is_called_and_no_key_is_looked_for(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise AssertionError("it went to the network")

    consent(home)
    call("say", "planning a trip to Greece")
    monkeypatch.setattr(socket.socket, "connect", nowhere)
    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    assert shown()["requests"]
    assert not (home / "afterglow" / "salt").exists()


def test_without_the_extra_no_text_would_leave(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = builtins.__import__

    def without(
        name: str,
        scope: Mapping[str, object] | None = None,
        inner: Mapping[str, object] | None = None,
        wanted: Sequence[str] = (),
        level: int = 0,
    ) -> object:
        if name.startswith(("detect_secrets", "anthropic")):
            raise ImportError(name)
        return known(name, scope, inner, wanted, level)

    consent(home)
    call("say", "planning a trip to Greece")
    scrub.scanner.cache_clear()
    try:
        with monkeypatch.context() as patch:
            patch.setattr(builtins, "__import__", without)
            made, said = shown(), call("enrich", "preview")
    finally:
        scrub.scanner.cache_clear()
    assert made["text_leaves"] is False
    assert "planning" not in json.dumps(made["requests"])
    assert "text" in said.out
    assert "not installed" in said.out


@pytest.mark.parametrize(("consents", "named"), [("counts", False), ("text", True)])
def test_as_if_consent_were_given(consents: str, named: bool) -> None:
    call("emit", "job.finished", "--status", "ok", "--label", "pytest", "--data", '{"job": "test"}')
    call("say", "planning a trip to Mykonos")
    said = call("enrich", "preview", "--as", consents)
    assert (said.code, said.err) == (0, "")
    assert "none yet" in said.out
    made = shown("--as", consents)
    assert (made["supposed"], made["enabled"], made["share_text"]) == (True, False, named)
    assert len(made["requests"]) == 1
    assert "planning" not in json.dumps(made["requests"])
    assert ("greece" in json.dumps(made["requests"])) is named


def test_as_if_says_where_nothing_was_told_yet() -> None:
    said = call("enrich", "preview", "--as", "text")
    assert (said.code, said.out) == (1, "")
    assert "no line was told yet" in said.err


def test_in_mode_off_nothing_waits(home: Path) -> None:
    consent(home)
    call("say", "planning a trip to Greece")
    call("mode", "off")
    assert call("enrich", "preview").code == 1
    assert shown()["requests"] == []


def test_an_option_that_is_none_is_named() -> None:
    said = call("enrich", "preview", "--as", "everything")
    assert said.code == 2
    assert said.err.count("\n") == 1
