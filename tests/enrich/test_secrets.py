"""Five hundred secrets in everything that is recorded: none in a request, in the records or in a log
(faults F32, F33), while harmless words arrive."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from afterglow.core.events import Problem, parse_event
from afterglow.core.model import Json, Observation
from afterglow.core.redact import words_only
from afterglow.core.settings import Settings
from afterglow.enrich.wire import params_of
from afterglow.loop import logs
from afterglow.store import events, notes
from afterglow.store.database import Database
from afterglow.store.home import Home
from tests.core.test_redact import CORPUS, GONE, leaks
from tests.enrich.waiting import COUNTS, PLAIN, TEXT, USER, asked, data_of, put
from tests.store.making import GAP, NOW, PLACE
from tests.support.planted import OWN_NAMES, Planted, planted

NAMED = evolve(TEXT, user_name=OWN_NAMES[0], user_id=OWN_NAMES[1])
SECRETS = planted()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    home = Home(tmp_path, tmp_path, tmp_path / "logs", tmp_path / "run")
    made = Database(home, fallback=False)
    yield made
    made.close()


def event_of(one: Planted, number: int) -> dict[str, Json]:
    """What a client reports, with the secret where its source has it."""
    test: dict[str, Json] = {"job": "test", "passed": 3}
    made: dict[str, dict[str, Json]] = {
        "subject": {"kind": "commit", "data": {"subject": one.text, "sha": "a" * 40}},
        "branch": {"kind": "branch.switch", "data": {"from": "main", "to": one.text, "branch": one.text}},
        "test": {"kind": "job.finished", "label": "pytest", "data": {**test, "failing": [one.text]}},
        "label": {"kind": "job.finished", "label": one.text, "tags": [one.text], "data": test},
        "command": {"kind": "command", "commandLine": one.text, "exitCode": 0},
    }
    return {**made[one.source], "dedupeKey": f"{number} {one.text}"[:200]}


def observed(one: Planted, number: int) -> Observation:
    made = parse_event(
        event_of(one, number), default_workspace=PLACE, now=NOW, source="editor", to_workspace=lambda uri: uri
    )
    assert not isinstance(made, Problem), made
    return evolve(made, at=NOW - number * 60_000)


def plant(connection: sqlite3.Connection, one: Planted, number: int) -> None:
    """As it comes in: said, noted, or reported; then put before the model with all that is known of it."""
    said = seen = None
    if one.source == "said":
        said = words_only(one.text, OWN_NAMES)
    elif one.source == "note":
        notes.write(connection, USER, PLACE, "s", "text", {"text": one.text}, NOW)
    else:
        seen = observed(one, number)
        events.record(connection, seen, now=NOW, session_gap_ms=GAP)
    put(connection, {**PLAIN, "tags": ["testing", one.secret], "note": one.text}, said=said, seen=seen)


def test_no_secret_is_in_a_request(database: Database) -> None:
    bodies = []
    for number, one in enumerate(SECRETS):

        def work(connection: sqlite3.Connection, one: Planted = one, number: int = number) -> None:
            plant(connection, one, number)
            bodies.append(json.dumps(params_of(asked(connection, NAMED)), ensure_ascii=False))
            connection.execute("UPDATE twin_turns SET state = 2")

        database.write(work)
    assert len(bodies) == len(SECRETS) == 500
    found = [one for one, body in zip(SECRETS, bodies, strict=True) if leaks(one, body)]
    assert found == []


def test_none_is_in_the_records(database: Database, tmp_path: Path) -> None:
    """Names of people may be: a label is kept for its owner."""

    def work(connection: sqlite3.Connection) -> None:
        for number, one in enumerate(SECRETS):
            plant_stored(connection, one, number)

    database.write(work)
    database.close()
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    text = kept.decode("utf-8", "replace")
    assert "job.finished" in text
    assert [one for one in SECRETS if one.stored and leaks(one, text)] == []


def plant_stored(connection: sqlite3.Connection, one: Planted, number: int) -> None:
    if one.source == "said":
        put(connection, said=words_only(one.text, OWN_NAMES))
    elif one.source == "note":
        notes.write(connection, USER, PLACE, "s", "text", {"text": one.text}, NOW)
    else:
        events.record(connection, observed(one, number), now=NOW, session_gap_ms=GAP)


def test_by_the_first_consent_no_word_of_a_text_is_in_a_request(database: Database) -> None:
    texts = [line for line in CORPUS if len(line) > 40][:40]

    def work(connection: sqlite3.Connection) -> str:
        for line in texts:
            seen = Observation(
                "job.finished",
                PLACE,
                "run",
                NOW,
                label=line,
                status="ok",
                data={"job": "test", "failing": [line]},
            )
            put(connection, said=line, seen=seen)
        return asked(connection, COUNTS).user

    sent = database.write(work)
    assert [line for line in texts if line[:20] in sent] == []


def test_harmless_words_arrive_in_the_request(database: Database) -> None:
    wanted = arrived = 0
    for line in CORPUS:

        def work(connection: sqlite3.Connection, line: str = line) -> str:
            connection.execute("UPDATE twin_turns SET state = 2")
            put(connection, said=words_only(line))
            return str(data_of(asked(connection, TEXT))["turns"][-1]["said"])

        told = database.write(work)
        wanted += len(line.split())
        arrived += len([word for word in told.split() if GONE not in word])
    assert arrived / wanted >= 0.8


def test_no_secret_is_in_a_log_though_it_tells_everything(tmp_path: Path) -> None:
    """What has no business in a log line may get there by an error of a library."""
    path = tmp_path / "afterglow.log"
    logs.set_up(path)
    log = logging.getLogger("afterglow")
    log.setLevel(logging.DEBUG)
    try:
        for one in SECRETS:
            log.warning("a client's text: %s", one.text)
            try:
                raise ValueError(one.text)
            except ValueError as error:
                log.warning("failed: %s", error, exc_info=True)
    finally:
        for handler in log.handlers:
            handler.close()
        log.handlers = []
        log.setLevel(logging.NOTSET)
    text = path.read_text("utf-8")
    assert text.count("failed:") > 400
    assert [one for one in SECRETS if one.stored and leaks(one, text)] == []


def test_settings_by_default_share_nothing() -> None:
    assert not Settings().enrichment_enabled
    assert not Settings().enrichment_share_text
