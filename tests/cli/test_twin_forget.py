"""What the idle twin leaves on the disk is the user's: all of it comes out, and all of it can go."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.model_server import ModelServer
from tests.support.sidecar import Sidecar, repository
from tests.support.twin import GREECE, SAID, Haiku
from tests.support.twin_desk import KEY, Desk, desk
from tests.support.twin_zygote import Zygote

TABLES = ("job_queue", "twin_turns", "twin_domains", "learned", "ledger")
"""Those that one conversation fills."""
TRACES = (b"greece", b"greek", b"ferry", b"island", b"mykonos", b"version control for people")


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(Haiku(GREECE)) as made:
        yield made


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    with Zygote() as made:
        yield made


@pytest.fixture
def person(home: Path, tmp_path: Path, server: ModelServer, zygote: Zygote) -> Desk:
    """After one conversation of two turns, with a key."""
    made = desk(home, repository(tmp_path / "project"), zygote, ANTHROPIC_API_KEY=KEY)
    made.consent(server.url)
    for text in SAID[:2]:
        made.say(text)
        made.worker()
    assert made.grades() == [2, 4]
    return made


def traces(person: Desk) -> set[bytes]:
    kept = person.bytes_kept().lower()
    return {trace for trace in TRACES if trace in kept}


def left(person: Desk) -> list[str]:
    """The files below the data folder that are not the user's own."""
    return [
        path.relative_to(person.home).as_posix()
        for path in sorted(person.home.rglob("*"))
        if path.is_file() and path.name != "config.toml"
    ]


def test_everything_comes_out(person: Desk) -> None:
    made = person.run("export", "-")
    assert made.returncode == 0
    rows = [json.loads(line) for line in made.stdout.splitlines()]
    counted = Counter(row["table"] for row in rows)
    for table in TABLES:
        assert counted[table] == person.one(f"SELECT count(*) FROM {table}") > 0, table
    assert KEY not in made.stdout


def test_forgetting_all_leaves_nothing(person: Desk) -> None:
    assert traces(person)
    assert any(name.startswith("custom/") for name in left(person))
    made = person.run("forget", "--all")
    assert (made.returncode, made.stderr) == (0, "")
    assert left(person) == []
    assert traces(person) == set()


def test_forgetting_all_under_an_open_server_leaves_nothing_of_it(person: Desk) -> None:
    with Sidecar(person.root, env=person.env) as client:
        client.listen()
        made = person.run("forget", "--all")
        assert (made.returncode, made.stderr) == (0, "")
        for table in (*TABLES, "pauses", "reviews_due"):
            assert person.rows(f"SELECT * FROM {table}") == [], table
        assert not list((person.home / "custom").glob("*"))
        assert traces(person) == set()
        # What the window had read is gone from it, too.
        texts = [client.ask("afterglow/say", {"text": text}) for text in SAID]
        assert not any(token is not None and token["byModel"] for token in texts)


def test_forgetting_what_is_old_takes_the_twins_part_along(person: Desk) -> None:
    made = person.run("forget", "--before", "2999-01-01")
    assert (made.returncode, made.stderr) == (0, "")
    assert person.rows("SELECT * FROM twin_turns") == []
    assert person.rows("SELECT * FROM learned") == []
    assert traces(person) == set()


def test_forgetting_what_is_old_keeps_what_is_new(person: Desk) -> None:
    assert person.run("forget", "--before", "2001-01-01").returncode == 0
    assert person.grades() == [2, 4]
    assert person.learned()


def test_the_conversation_begins_anew_afterwards(person: Desk) -> None:
    person.run("forget", "--all")
    assert not person.say(SAID[1])["byModel"]
    assert person.worker()["graded"] == 1
