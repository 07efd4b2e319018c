"""The idle twin and a real server over stdio: who starts the worker, when it ends, and what comes of it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.support.model_faults import HANG
from tests.support.model_server import ModelServer
from tests.support.patience import wait_until
from tests.support.processes import ended
from tests.support.rawclient import python
from tests.support.sidecar import QUICK, Sidecar, repository
from tests.support.twin import GREECE, SAID, Haiku, SlowHaiku, asked_in, turns_in
from tests.support.twin_desk import Desk, Ear, desk
from tests.support.twin_zygote import Zygote

IDLE: dict[str, Any] = {**QUICK, "idleSeconds": 1, "mode": "chatty"}
STOPPED_MS = 200
"""Within so long of a sign of life the worker is gone (spec L1)."""
FOREIGN = ("anthropic", "pydantic", "pydantic_core", "httpx2", "detect_secrets", "afterglow.enrich")
"""What a server never imports, nor anything below it."""


@pytest.fixture
def greece() -> Iterator[ModelServer]:
    with ModelServer(Haiku(GREECE)) as server:
        yield server


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as made:
        yield made


@pytest.fixture
def person(home: Path, tmp_path: Path, zygote: Zygote) -> Desk:
    return desk(home, repository(tmp_path / "project"), zygote)


def workers(client: Sidecar) -> list[psutil.Process]:
    """The children of a server that work at idle time and still run."""
    found = []
    for child in psutil.Process(client.pid).children(recursive=True):
        try:
            if not ended(child) and any("enrich" in word for word in child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


def worker_of(client: Sidecar) -> psutil.Process:
    """The worker of this server, as soon as there is one."""
    wait_until(lambda: workers(client), 30)
    return workers(client)[0]


def say(client: Sidecar, text: str) -> dict[str, Any]:
    token = client.ask("afterglow/say", {"text": text})
    assert isinstance(token, dict), text
    return token


def graded(person: Desk, *expected: int) -> None:
    """Return when the turns have these grades."""
    wait_until(lambda: person.grades() == list(expected), 30)


def test_a_quiet_time_prepares_what_the_next_turn_tells(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url)
    with Sidecar(person.root, options=IDLE) as client:
        client.listen()
        first = say(client, SAID[0])
        assert not first["byModel"]
        graded(person, 2)
        wait_until(lambda: not workers(client), 10)
        second = say(client, SAID[1])
        assert second["byModel"]
        assert any(line["text"] in second["response"] for line in person.learned())
        graded(person, 2, 4)
        assert client.stderr == b""
        assert not client.notifications("window/showMessage")
    assert len(asked_in(one.body for one in greece.messages)) == 2


def test_what_was_learned_reaches_a_window_that_was_open_all_along(person: Desk, greece: ModelServer) -> None:
    """By the bank, too: with the queue emptied the lines in ``custom/`` are all there is."""
    person.consent(greece.url)
    with Sidecar(person.root, options=IDLE) as client:
        client.listen()
        say(client, SAID[0])
        graded(person, 2)
        wait_until(lambda: not workers(client), 10)
        while person.run("queue", "next").returncode == 0:
            pass
        tokens = [say(client, text) for text in (SAID[1], "Crete by boat?", "Athens in May?")]
        texts = [line["text"] for line in person.learned()]
        learned = [token for token in tokens if any(text in token["response"] for text in texts)]
        assert learned
        assert all(token["byModel"] for token in learned)


def test_nobody_works_while_somebody_is_there(person: Desk) -> None:
    with Ear() as ear:
        person.consent(ear.url)
        with Sidecar(person.root, options={**IDLE, "idleSeconds": 3_600}) as client:
            client.listen()
            for text in SAID:
                say(client, text)
            client.shut_down()
        assert ear.connections == 0


def test_without_consent_no_worker_is_started(person: Desk) -> None:
    with Ear() as ear:
        person.consent(ear.url, enabled=False)
        with Sidecar(person.root, options=IDLE) as client:
            client.listen()
            say(client, SAID[0])
            wait_until(lambda: person.rows("SELECT 1 FROM events WHERE kind = 'idle'"), 20)
            assert workers(client) == []
            client.shut_down()
        assert ear.connections == 0


def signs(client: Sidecar, root: Path) -> dict[str, Callable[[], None]]:
    uri = (root / "a.txt").as_uri()
    return {
        "a save": lambda: client.report("file.saved", data={"uri": uri}),
        "a focus": lambda: client.report("focus", data={"focused": True}),
        "a word": lambda: client.notify("textDocument/didOpen", opened(uri)) or typed(client, uri),  # type: ignore[func-returns-value]
    }


def opened(uri: str) -> dict[str, Any]:
    return {"textDocument": {"uri": uri, "languageId": "plaintext", "version": 1, "text": "a\n"}}


def typed(client: Sidecar, uri: str) -> None:
    client.notify(
        "textDocument/didChange",
        {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": "ab\n"}]},
    )


def gone_after_ms(process: psutil.Process, act: Callable[[], None]) -> float:
    """From the sign of life to the end of the process."""
    began = time.perf_counter()
    act()
    wait_until(lambda: ended(process), 10)
    return (time.perf_counter() - began) * 1000


def test_who_comes_back_finds_the_worker_gone(person: Desk, greece: ModelServer) -> None:
    """Twice, by two signs of life, while the service hangs: the machine is theirs again."""
    greece.script = HANG
    person.consent(greece.url)
    taken: dict[str, float] = {}
    with Sidecar(person.root, options=IDLE) as client:
        client.listen()
        say(client, SAID[0])
        for number, (name, act) in enumerate(list(signs(client, person.root).items())[-2:], 1):
            wait_until(lambda n=number: len(greece.messages) >= n, 30)  # type: ignore[misc]
            taken[name] = gone_after_ms(worker_of(client), act)
            (job,) = person.rows("SELECT * FROM job_queue")
            assert (job["state"], job["attempts"], job["lease_owner"]) == ("pending", 0, None)
        calls = person.rows("SELECT * FROM ledger ORDER BY seq")
        # The service has the request: what it may cost stays reserved.
        assert len(calls) == len(taken)
        assert {call["state"] for call in calls} == {"reserved"}
        assert {call["outcome"] for call in calls} <= {"stopped", None}
        assert person.status()["enrichment"]["spent_today"]["tokens"] == sum(
            call["reserved_tokens"] for call in calls
        )
        greece.script = Haiku(GREECE)
        graded(person, 2)
        assert say(client, SAID[1])["byModel"]
    assert min(taken.values()) <= STOPPED_MS, taken


def test_a_server_that_dies_takes_its_worker_along(person: Desk, greece: ModelServer) -> None:
    greece.script = HANG
    person.consent(greece.url)
    with Sidecar(person.root, options=IDLE) as client:
        client.listen()
        say(client, SAID[0])
        wait_until(lambda: greece.messages, 30)
        child = worker_of(client)
        client.kill()
        wait_until(lambda: ended(child), 5)


def test_a_mode_off_ends_the_work(person: Desk, greece: ModelServer) -> None:
    greece.script = HANG
    person.consent(greece.url)
    with Sidecar(person.root, options=IDLE) as client:
        client.listen()
        say(client, SAID[0])
        wait_until(lambda: greece.messages, 30)
        child = worker_of(client)
        person.ask("mode", "off")
        wait_until(lambda: ended(child), 5)


def test_the_worker_is_last_in_line_and_in_a_group_of_its_own(person: Desk, greece: ModelServer) -> None:
    greece.script = HANG
    person.consent(greece.url)
    with Sidecar(person.root, options=IDLE) as client:
        client.listen()
        say(client, SAID[0])
        wait_until(lambda: greece.messages, 30)
        child = worker_of(client)
        stat = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
        assert int(stat[2]) == child.pid
        assert child.nice() >= 10
        assert child.cwd() != str(person.root)
        assert not [word for word in child.cmdline() if "greece" in word.casefold()]


def test_a_server_never_imports_what_talks_to_a_model(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url)
    argv = python("-X", "importtime", "-m", "afterglow", "lsp")
    with Sidecar(person.root, options=IDLE, argv=argv) as client:
        client.listen()
        say(client, SAID[0])
        graded(person, 2)
        say(client, SAID[1])
        client.ask("afterglow/next")
        mapped = Path(f"/proc/{client.pid}/maps").read_text()
        client.shut_down()
    lines = client.stderr.decode().splitlines()
    imported = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    assert "afterglow.lsp.app" in imported
    found = [name for name in imported for root in FOREIGN if name == root or name.startswith(f"{root}.")]
    assert found == []
    assert "pydantic_core" not in mapped


def test_five_servers_share_one_worker(home: Path, tmp_path: Path) -> None:
    """One call at a time, and each turn is told once."""
    model = SlowHaiku(GREECE)
    with ModelServer(model) as server:
        people = [desk(home, repository(tmp_path / f"project{number}")) for number in range(5)]
        people[0].consent(server.url)
        clients = [Sidecar(person.root, options=IDLE) for person in people]
        try:
            for number, client in enumerate(clients):
                client.listen()
                say(client, f"{SAID[0]} Number {number}.")
            graded(people[0], *[2] * len(people))
            wait_until(lambda: not any(workers(client) for client in clients), 15)
        finally:
            for client in clients:
                client.close()
        seqs = [
            turn["turn"] for body in asked_in(one.body for one in server.messages) for turn in turns_in(body)
        ]
        jobs = people[0].rows("SELECT state, attempts FROM job_queue WHERE type = 'turns'")
    assert model.most == 1
    assert sorted(seqs) == sorted(set(seqs))
    assert len(server.messages) == len(jobs) == len(people)
    assert {job["state"] for job in jobs} == {"completed"}


def test_the_status_tells_what_was_spent(person: Desk, greece: ModelServer) -> None:
    person.consent(greece.url)
    with Sidecar(person.root, options=IDLE) as client:
        client.listen()
        say(client, SAID[0])
        graded(person, 2)
        told = client.notification(
            "afterglow/status", 15, lambda it: it["enrichment"]["spentToday"]["calls"] == 1
        )
        assert told["health"] == "ok"
        assert told["enrichment"]["enabled"]
        assert told["enrichment"]["spentToday"]["tokens"] > 0
    assert "greece" not in json.dumps(told).casefold()
