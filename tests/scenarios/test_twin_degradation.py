"""The idle twin without its model: no key, no library, no network, a service that is ill.

Invariant of every case: commands answer as before, nothing is said that nobody asked for, and the work waits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from tests.support.model_faults import FAULTS, Mode, rate_limited
from tests.support.model_server import ModelServer
from tests.support.patience import rest, wait_until
from tests.support.sidecar import QUICK, Sidecar, repository
from tests.support.twin import GREECE, SAID, Haiku
from tests.support.twin_desk import KEY, Desk, Ear, closed_port, desk, interpreter_without, without_library
from tests.support.twin_zygote import Zygote

IDLE: dict[str, Any] = {**QUICK, "idleSeconds": 1, "mode": "chatty"}
QUIET = (0, "", "")
INVISIBLE = "ok"


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as made:
        yield made


@pytest.fixture
def person(home: Path, tmp_path: Path, zygote: Zygote) -> Desk:
    return desk(home, repository(tmp_path / "project"), zygote)


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(Haiku(GREECE)) as made:
        yield made


def mode(name: str) -> Mode:
    return FAULTS[name][0]


def silent(person: Desk) -> bool:
    made = person.run("worker", "--once")
    return (made.returncode, made.stdout, made.stderr) == QUIET


def goes_on(person: Desk, lines: int = 3) -> None:
    """Who asks still gets lines, each another one, of the banks and at once."""
    tokens = [person.ask("next") for _ in range(lines)]
    assert len({token["response"] for token in tokens}) == lines
    assert not any(token["byModel"] for token in tokens)


# -- nothing to ask with ---------------------------------------------------------------------------------


def test_no_key_is_not_worth_a_word(person: Desk) -> None:
    """No address is set, so that it would be the service's own: without a key nobody goes there."""
    person.consent(None)
    person.say(SAID[0])
    assert silent(person)
    assert (person.status()["health"], person.status()["problems"]) == ("ok", [])
    assert person.rows("SELECT * FROM ledger") == []
    goes_on(person)


def test_no_library_is_not_worth_a_word(person: Desk, tmp_path: Path) -> None:
    with Ear() as ear:
        person.consent(ear.url)
        person.say(SAID[0])
        bare = without_library(person, tmp_path / "hidden")
        assert silent(bare)
        assert (bare.status()["health"], bare.status()["problems"]) == ("ok", [])
        goes_on(bare)
        assert ear.connections == 0
    assert person.rows("SELECT * FROM ledger") == []
    # Once it is there, the work that waited is done.
    with ModelServer(Haiku(GREECE)) as server:
        person.consent(server.url)
        person.worker()
    assert person.grades()[:1] == [2]


def test_an_interpreter_without_the_library_is_not_started_twice(person: Desk, tmp_path: Path) -> None:
    with Ear() as ear:
        person.consent(ear.url, interpreter=str(interpreter_without(tmp_path / "bare")))
        with Sidecar(person.root, options=IDLE) as client:
            client.listen()
            client.ask("afterglow/say", {"text": SAID[0]})
            wait_until(lambda: person.rows("SELECT 1 FROM events WHERE kind = 'idle'"), 20)
            rest(1.0)  # what is looked at is that nothing happens
            assert client.ask("afterglow/next")
            assert client.stderr == b""
            healths = {it["params"]["health"] for it in client.notifications("afterglow/status")}
            assert not client.notifications("window/showMessage")
        assert ear.connections == 0
    assert healths <= {"ok"}


def test_no_network_is_not_worth_a_word(person: Desk) -> None:
    person.consent(closed_port())
    person.say(SAID[0])
    for _ in range(2):
        assert silent(person)
    assert (person.status()["health"], person.status()["problems"]) == ("ok", [])
    # It is left alone for a while after the first try, and what was to be asked waits.
    assert person.one("SELECT count(*) FROM ledger") == 1
    assert person.one("SELECT state FROM job_queue") == "pending"
    assert person.status()["enrichment"]["spent_today"]["tokens"] == 0
    goes_on(person)


def test_a_server_without_a_network_tells_nothing(person: Desk) -> None:
    person.consent(closed_port())
    with Sidecar(person.root, options=IDLE) as client:
        client.listen()
        client.ask("afterglow/say", {"text": SAID[0]})
        wait_until(lambda: person.rows("SELECT 1 FROM ledger WHERE state = 'settled'"), 30)
        assert client.ask("afterglow/next")
        assert client.stderr == b""
        assert {it["params"]["health"] for it in client.notifications("afterglow/status")} <= {"ok"}
        assert not client.notifications("window/showMessage")


# -- a service that is ill -------------------------------------------------------------------------------

ILL = (
    *("captive_portal", "html_as_json", "redirect", "redirect_to_portal", "empty_object", "empty_content"),
    *("529", "500", "502_html", "400", "refusal", "max_tokens", "cuts_the_body", "closes_at_once", "50_mb"),
)


NOW_AND_SOAK = [
    ill if at % 2 == 0 else pytest.param(ill, marks=pytest.mark.soak) for at, ill in enumerate(ILL)
]
"""Each is a pair of processes; `tests/enrich/test_client_faults.py` has all of them within one."""


@pytest.mark.parametrize("name", NOW_AND_SOAK)
def test_an_ill_service_is_not_seen(name: str, person: Desk, server: ModelServer) -> None:
    server.script = mode(name)
    person.consent(server.url)
    person.say(SAID[0])
    assert silent(person)
    assert len(server.requests) == 1
    assert person.grades() == []
    assert person.learned() == []
    assert person.status()["health"] == INVISIBLE
    (call,) = person.rows("SELECT * FROM ledger")
    assert call["outcome"] == FAULTS[name][1]
    goes_on(person, 2)


def test_it_comes_back_to_the_work_when_the_service_is_well_again(person: Desk, server: ModelServer) -> None:
    server.script = mode("captive_portal")
    person.consent(server.url)
    person.say(SAID[0])
    person.run("worker", "--once")
    server.script = Haiku(GREECE)
    past(person)
    assert person.worker()["graded"] == 1
    assert person.say(SAID[1])["byModel"]


@pytest.mark.parametrize("name", ["cuts_the_body", "resets", "500"])
def test_an_answer_that_got_lost_may_have_cost_something(
    name: str, person: Desk, server: ModelServer
) -> None:
    """The service had the whole request: what it charges nobody here can know, so the most counts."""
    server.script = mode(name)
    person.consent(server.url)
    person.say(SAID[0])
    person.run("worker", "--once")
    assert len(server.requests) == 1
    assert person.status()["enrichment"]["spent_today"]["tokens"] > 0


def past(person: Desk) -> None:
    """As if every wait were over: the rows say when, and no test waits for it."""
    person.change("UPDATE pauses SET until = 1 WHERE until IS NOT NULL")
    person.change("UPDATE job_queue SET not_before = 0 WHERE state = 'pending'")


def test_three_bad_answers_rest_for_an_hour(person: Desk, server: ModelServer) -> None:
    server.script = mode("html_as_json")
    person.consent(server.url)
    for number in range(3):
        person.say(f"{SAID[0]} {number}")
        person.run("worker", "--once")
        person.change("UPDATE job_queue SET not_before = 0 WHERE state = 'pending'")
    asked = len(server.requests)
    assert asked == 3
    for _ in range(3):
        person.run("worker", "--once")
    assert len(server.requests) == asked
    until = person.one("SELECT max(until) - max(at) FROM pauses")
    assert 50 * 60_000 <= until <= 60 * 60_000


def test_a_refused_key_degrades_once_and_is_not_tried_again(person: Desk, server: ModelServer) -> None:
    server.script = mode("401")
    person.consent(server.url)
    with_key = evolve(person, env={"ANTHROPIC_API_KEY": KEY})
    with_key.say(SAID[0])
    for _ in range(3):
        assert silent(with_key)
    assert len(server.requests) == 1
    status = with_key.status()
    assert status["health"] == "degraded"
    assert len(status["problems"]) == 1
    assert "key" in status["message"]
    assert KEY not in str(status)
    assert KEY.encode() not in with_key.bytes_kept()
    # Another key is another matter.
    server.script = Haiku(GREECE)
    other = evolve(person, env={"ANTHROPIC_API_KEY": f"{KEY}-new"})
    other.change("UPDATE job_queue SET not_before = 0 WHERE state = 'pending'")
    assert other.worker()["graded"] == 1
    assert other.status()["health"] == "ok"


def test_a_server_says_once_that_the_key_is_refused(person: Desk, server: ModelServer) -> None:
    server.script = mode("401")
    person.consent(server.url)
    env = {"ANTHROPIC_API_KEY": KEY}
    with Sidecar(person.root, options=IDLE, env=env) as client:
        client.listen()
        client.ask("afterglow/say", {"text": SAID[0]})
        told = client.notification("afterglow/status", 40, lambda it: it["health"] == "degraded")
        assert "key" in told["message"]
        assert client.ask("afterglow/next")
        for number in range(2):
            client.ask("afterglow/say", {"text": f"{SAID[1]} {number}"})
            rest(1.5)  # what is looked at is that nobody asks again
        assert len(server.requests) == 1
        degraded = [
            it["params"]
            for it in client.notifications("afterglow/status")
            if it["params"]["health"] == "degraded"
        ]
        assert {it["message"] for it in degraded} == {told["message"]}
        assert client.stderr == b""
        assert not client.notifications("window/showMessage")


@pytest.mark.parametrize(
    ("retry_after", "least_s", "most_s"),
    [("3600", 3_600, 3_700), ("9999999", 86_000, 86_500), (None, 1, 3_700), ("soon", 1, 3_700)],
)
def test_who_is_told_to_wait_waits_in_every_window(
    person: Desk, server: ModelServer, retry_after: str | None, least_s: int, most_s: int, tmp_path: Path
) -> None:
    server.script = rate_limited(retry_after)
    person.consent(server.url)
    person.say(SAID[0])
    assert silent(person)
    server.script = Haiku(GREECE)
    other = evolve(person, root=repository(tmp_path / "another"))
    other.say(SAID[0])
    for one in (person, other):
        one.run("worker", "--once")
    assert len(server.requests) == 1
    waits = person.one("SELECT max(until) - max(at) FROM pauses") / 1000
    assert least_s <= waits <= most_s
    assert person.status()["enrichment"]["spent_today"]["tokens"] == 0


# -- the machine itself ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "settings",
    [
        {"dailyCalls": 0},
        {"dailyTokens": 0},
        {"dailyTokens": 100},
        {"dailyUsd": 0},
        {"model": ""},
        {"baseUrl": "ftp://127.0.0.1/"},
        {"interpreter": "/nonexistent/python"},
    ],
)
def test_settings_that_leave_no_room_are_no_trouble(
    settings: Mapping[str, Any], person: Desk, server: ModelServer
) -> None:
    person.consent(**{"url": server.url, **settings})
    person.say(SAID[0])
    made = person.run("worker", "--once")
    assert (made.returncode, made.stderr) == (0, "")
    assert len(person.ask("next")["response"]) > 1
    if any(name.startswith("daily") for name in settings):
        assert server.requests == []


def test_what_the_surroundings_say_redirects_nothing(person: Desk, server: ModelServer) -> None:
    """Variables that the library would obey by itself."""
    with Ear() as ear:
        person.consent(server.url)
        led = evolve(
            person,
            zygote=None,
            env={
                "ANTHROPIC_BASE_URL": ear.url,
                "ANTHROPIC_CUSTOM_HEADERS": "x-led: astray",
                "ANTHROPIC_AUTH_TOKEN": "astray",
                "HTTP_PROXY": ear.url,
                "HTTPS_PROXY": ear.url,
                "ALL_PROXY": ear.url,
                "http_proxy": ear.url,
                "ANTHROPIC_LOG": "debug",
            },
        )
        led.say(SAID[0])
        made = led.run("worker", "--once")
        assert (made.returncode, made.stderr) == (0, "")
        assert ear.connections == 0
    assert len(server.messages) == 1
    assert "astray" not in server.messages[0].text
