"""Secrets on their way to a model (faults F32 and F33): planted everywhere, found nowhere, and harmless
words beside them arrive.

Both consents are given, the log is at its most talkative, and the real worker asks a real socket.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attrs import field, frozen

from tests.cli.planted import planted
from tests.support.model_server import ModelServer
from tests.support.patience import wait_until
from tests.support.sidecar import QUICK, Sidecar, git, repository
from tests.support.twin import Haiku, data_in
from tests.support.twin_desk import KEY, Desk, desk
from tests.support.twin_zygote import Zygote

HARMLESS = (
    *("planning a holiday by the lake", "the soup was excellent today", "my bicycle has a new bell"),
    *("reading about lighthouses again", "thinking of baking bread", "the garden needs some water"),
    *("tomorrow we visit the museum", "coffee tastes better outside", "the train was early for once"),
    *("learning the names of clouds",),
)
SHARE = 0.8
EVERY = {**QUICK, "mode": "chatty", "idleSeconds": 3_600, "coalesceMs": 0}


@frozen
class Caught:
    """All that a desk let out: ``replies`` of the server, ``printed`` by commands, ``stderr``."""

    person: Desk
    server: ModelServer
    printed: list[str] = field(factory=list)
    replies: list[str] = field(factory=list)

    def run(self, *words: str) -> str:
        made = self.person.run(*words)
        self.printed.extend((made.stdout, made.stderr))
        return made.stdout

    def work(self) -> None:
        """The worker, until nothing is due."""
        for _ in range(30):
            before = len(self.server.requests)
            self.run("worker", "--once")
            if len(self.server.requests) == before:
                return

    def everything(self) -> dict[str, str]:
        kept = {
            path.relative_to(self.person.home).as_posix(): path.read_bytes().decode("utf-8", "replace")
            for path in self.person.home.rglob("*")
            if path.is_file() and path.name != "config.toml"
        }
        sent = "\n".join(request.text for request in self.server.requests)
        return {**kept, "sent": sent, "printed": "\n".join(self.printed), "lsp": "\n".join(self.replies)}

    def leaks(self, secrets: list[str]) -> list[tuple[str, str]]:
        """(place, secret) of everything that got anywhere, whole or its telling part."""
        places = self.everything()
        return [
            (place, secret)
            for place, text in places.items()
            for secret in secrets
            if any(part in text for part in telling(secret))
        ]


def telling(secret: str) -> list[str]:
    """A secret and the parts of it that give it away by themselves: long runs of letters and digits."""
    parts = [part for part in re.split(r"[^A-Za-z0-9+_-]+", secret) if len(part) >= 12]
    return (
        list(dict.fromkeys([secret, json.dumps(secret)[1:-1], *parts])) if not is_plain(secret) else [secret]
    )


def is_plain(secret: str) -> bool:
    """Begins with words that everybody writes."""
    return secret.startswith("-----BEGIN")


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as made:
        yield made


@pytest.fixture
def caught(home: Path, tmp_path: Path, zygote: Zygote) -> Iterator[Caught]:
    with ModelServer(Haiku()) as server:
        env = {"ANTHROPIC_API_KEY": KEY, "AFTERGLOW_LOG": "debug", "ANTHROPIC_LOG": "debug"}
        person = desk(home, repository(tmp_path / "project"), zygote, **env)
        person.consent(server.url, dailyCalls=10_000, dailyTokens=100_000_000)
        yield Caught(person, server)


def in_fives(texts: list[str]) -> list[list[str]]:
    return [texts[at : at + 5] for at in range(0, len(texts), 5)]


@pytest.mark.parametrize("part", [0, *(pytest.param(part, marks=pytest.mark.soak) for part in range(1, 4))])
def test_what_is_said_with_a_secret_in_it(caught: Caught, part: int) -> None:
    """500 secrets, each beside harmless words, said to a server; the worker runs after each five."""
    secrets = planted()[part::4]  # the other parts: make soak
    wanted = arrived = 0
    with Sidecar(caught.person.root, options=EVERY, env=caught.person.env) as client:
        client.listen()
        for number, five in enumerate(in_fives(secrets)):
            said = []
            for at, secret in enumerate(five):
                words = HARMLESS[(number + at) % len(HARMLESS)]
                said.append(words)
                text = f"{words} {secret}" if at % 2 else f"{secret} {words}"
                client.ask("afterglow/say", {"text": text})
            caught.run("worker", "--once")
            told = sent_words(caught.server)
            wanted += sum(len(words.split()) for words in said)
            arrived += sum(1 for words in said for word in words.split() if word in told)
        assert len(caught.server.messages) == len(secrets) // 5
        client.ask("afterglow/snapshot")
        client.ask("afterglow/explain")
        caught.work()
        caught.replies.extend((json.dumps(client.messages, ensure_ascii=False), client.stderr.decode()))
    caught.run("status", "--json")
    caught.run("status", "--ledger")
    caught.run("enrich", "preview")
    caught.run("export", "-")
    caught.run("doctor")
    assert caught.leaks(secrets) == []
    assert caught.leaks([KEY]) == [("sent", KEY)]
    assert arrived >= SHARE * wanted, (arrived, wanted)


def sent_words(server: ModelServer) -> set[str]:
    """The words in the newest request's data."""
    text = json.dumps(data_in(server.messages[-1].body), ensure_ascii=False)
    return set(re.findall(r"[a-z]+", text))


def test_what_tools_are_called_with_a_secret_in_it(caught: Caught) -> None:
    """In labels, test names, branches, tags and notes: whatever an event may carry."""
    secrets = planted(seed=34)
    person = caught.person
    with Sidecar(person.root, options=EVERY, env=person.env) as client:
        client.listen()
        for number, secret in enumerate(secrets):
            report(client, number, secret)
        wait_until(lambda: person.one("SELECT count(*) FROM events WHERE state = 1") == 0, 60)
        client.ask("afterglow/say", {"text": "a calm day, all in all"})
        caught.work()
        stderr = client.stderr.decode()
    sent = "\n".join(request.text for request in caught.server.requests)
    assert caught.server.messages
    # A label is kept for its owner, who sees it in ``explain``; it never leaves and is never logged.
    log = person.home / "logs" / "afterglow.log"
    logged = log.read_text("utf-8") if log.exists() else ""
    for where, text in (("sent", sent), ("log", logged), ("stderr", stderr)):
        found = [secret for secret in secrets if any(part in text for part in telling(secret))]
        assert found == [], (where, found[:5])


def report(client: Sidecar, number: int, secret: str) -> None:
    job: dict[str, Any] = {"job": "test", "passed": number, "failed": 0}
    match number % 3:
        case 0:
            client.report("job.finished", label=secret, status="ok", durationMs=20_000, data=job)
        case 1:
            client.report("topic.change", data={"from": secret, "to": f"part {number}"})
        case _:
            failing = [f"tests/test_a.py::{secret}"]
            client.report(
                "job.finished",
                label="pytest",
                status="ok",
                durationMs=20_000,
                data={**job, "failing": failing, "command": f"pytest {secret}"},
            )


def test_a_branch_with_a_secret_in_it(caught: Caught) -> None:
    person = caught.person
    secret = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0cD3fG6"
    git(person.root, "checkout", "--quiet", "-b", f"feature/{secret}")
    with Sidecar(person.root, options=EVERY, env=person.env) as client:
        client.listen()
        for text in ("hello again", "that took a while", "nearly done"):
            client.ask("afterglow/say", {"text": text})
        caught.work()
    sent = "\n".join(request.text for request in caught.server.requests)
    assert caught.server.messages
    assert secret not in sent
    assert "aB3dE6gH9" not in sent
