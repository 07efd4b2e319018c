"""``afterglow doctor`` on the idle twin: one quiet row while it is off, and what it needs once it is on."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from afterglow.cli import doctor_twin, places
from afterglow.core.prices import Estimate
from afterglow.core.twin import Reply, Usage
from afterglow.enrich.key import endpoint_of
from afterglow.loop.clock import LocalZone
from afterglow.store import jobs, ledger, pauses, spend_clock
from tests.cli.calling import call
from tests.support.sidecar import repository

KEY = "sk-ant-api03-ThisOneMustNeverBeShown-0123456789"
ROWS = ("idle twin", "its cost", "its work", "its files")


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = repository(tmp_path / "basket")
    monkeypatch.chdir(made)
    monkeypatch.delenv("ANTHROPIC_API_KEY", raising=False)
    return made


@pytest.fixture
def consent(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Switches it on, with a key and more settings by their variables."""

    def switch(key: str | None = KEY, **more: str) -> None:
        monkeypatch.setenv("AFTERGLOW_ENRICHMENT__ENABLED", "true")
        if key is not None:
            monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        for name, value in more.items():
            monkeypatch.setenv(f"AFTERGLOW_{name.upper()}", value)

    return switch


def told(code: int = 0) -> dict[str, dict[str, Any]]:
    said = call("doctor", "--json")
    assert (said.code, said.err) == (code, "")
    assert KEY not in said.out
    found = {one["name"]: one for one in json.loads(said.out)["findings"]}
    return {name: found[name] for name in ROWS if name in found}


def write(work: Callable[[Connection], Any]) -> Any:
    with places.database() as opened:
        return opened.write(work)


def spend(outcome: Any = "ok") -> None:
    def work(connection: Connection) -> None:
        made = ledger.reserve(
            connection,
            ledger.Caps(10**9, 10**9, 10**6),
            Estimate(9_000, 9_000),
            user_id="local",
            purpose="turns",
            model="claude-haiku-5-5",
            host="api.anthropic.com",
            job_id=None,
            at=spend_clock.instant(),
            zone=LocalZone(),
        )
        assert isinstance(made, str)
        ledger.settle(
            connection,
            made,
            usage=Usage(1_000, 234),
            micros=1_200,
            outcome=outcome,
            now=places.now(),
            may_have_cost=False,
        )

    write(work)


def python(folder: Path, answer: int) -> Path:
    """A program that answers every question with this exit code."""
    made = folder / "python"
    made.write_text(f"#!/bin/sh\nexit {answer}\n")
    made.chmod(0o755)
    return made


# -- off ---------------------------------------------------------------------------------------------------


def test_off_it_is_one_quiet_row() -> None:
    found = told()
    assert list(found) == ["idle twin"]
    assert (found["idle twin"]["on"], found["idle twin"]["problem"]) == (False, None)
    assert found["idle twin"]["sees"] == doctor_twin.NO_CONSENT


def test_off_here_and_on_in_an_editor_is_told_by_what_it_spent() -> None:
    spend()
    (row,) = told().values()
    assert row["sees"].startswith("off here, but 1 call today by an editor's own settings")


def test_the_mode_off_and_restricted_trust_stand_above_consent(consent: Callable[..., None]) -> None:
    consent(trust="restricted")
    row = told()["idle twin"]
    assert (row["on"], row["problem"]) == (False, None)
    assert "restricted" in row["sees"]
    call("mode", "off")
    assert [row["sees"][:17] for row in told().values()] == ["off with the mode"]


# -- on ----------------------------------------------------------------------------------------------------


def test_on_it_says_what_goes_where_and_for_how_much(consent: Callable[..., None], home: Path) -> None:
    consent()
    found = told()
    assert list(found) == list(ROWS)
    sees = {name: row["sees"] for name, row in found.items()}
    assert "kinds, counts and tags for claude-haiku-5-5 at api.anthropic.com" in sees["idle twin"]
    assert "scrubbed" not in sees["idle twin"]
    assert "enrich preview" in sees["idle twin"]
    assert sees["its cost"].startswith("today 0 of 48 calls, 0 of 200,000 tokens, $0.00 of $0.25; ")
    assert "a million tokens cost $0.10 in and $0.50 out" in sees["its cost"]
    assert sees["its work"] == "nothing waits"
    assert sees["its files"] == f"none yet; they will lie in {home / 'afterglow' / 'custom'}"


def test_what_was_spent_counts_against_its_limits(consent: Callable[..., None]) -> None:
    consent(enrichment__share_text="true", enrichment__daily_calls="3")
    spend()
    found = told()
    assert "counts, tags and scrubbed text for" in found["idle twin"]["sees"]
    assert found["its cost"]["sees"].startswith(
        "today 1 of 3 calls, 1,234 of 200,000 tokens, $0.0012 of $0.25"
    )


def test_without_a_key_the_mend_is_told(consent: Callable[..., None], home: Path) -> None:
    consent(key=None)
    row = told(1)["idle twin"]
    assert row["problem"] == "no key was found"
    assert "ANTHROPIC_API_KEY" in row["mend"] and "api-key" in row["mend"]
    file = home / "afterglow" / "api-key"
    file.write_text(KEY + "\n")
    file.chmod(0o644)
    assert "chmod 600" in told(1)["idle twin"]["problem"]
    file.chmod(0o600)
    assert told()["idle twin"]["problem"] is None


def test_a_model_on_this_machine_needs_no_key_and_costs_nothing(consent: Callable[..., None]) -> None:
    consent(key=None, enrichment__base_url="http://127.0.0.1:11434", enrichment__model="llama-of-mine")
    found = told()
    assert "for llama-of-mine at 127.0.0.1:11434" in found["idle twin"]["sees"]
    assert "costs nothing, on this machine" in found["its cost"]["sees"]


def test_an_unknown_model_elsewhere_counts_as_the_dearest(consent: Callable[..., None]) -> None:
    consent(enrichment__base_url="https://models.example", enrichment__model="another-one")
    assert "no price is known, so the dearest counts" in told()["its cost"]["sees"]


def test_no_room_at_all_is_a_choice_and_no_problem(consent: Callable[..., None]) -> None:
    consent(enrichment__daily_calls="0")
    row = told()["its cost"]
    assert (row["on"], row["problem"]) == (False, None)
    assert "a limit of 0 allows no call" in row["sees"]


# -- the Python that asks ----------------------------------------------------------------------------------


def test_the_extra_that_is_missing_is_named_with_its_mend(
    consent: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    consent()
    monkeypatch.setattr(doctor_twin, "LIBRARIES", ("anthropic", "a_library_that_nobody_has"))
    row = told(1)["idle twin"]
    assert row["problem"].startswith(f"the extra llm is not in {sys.executable}")
    assert "afterglow-lsp[llm]" in row["mend"]


@pytest.mark.parametrize(("answer", "problem"), [(0, None), (9, "has not the extra llm")])
def test_the_python_that_is_named_is_asked_itself(
    consent: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    answer: int,
    problem: str | None,
) -> None:
    consent(enrichment__interpreter=str(python(tmp_path, answer)))
    monkeypatch.setattr(doctor_twin, "LIBRARIES", ("a_library_that_nobody_has",))
    row = told(1 if problem else 0)["idle twin"]
    assert row["problem"] is None if problem is None else problem in row["problem"]
    assert row["mend"] == (None if problem is None else doctor_twin.INJECT)


@pytest.mark.parametrize("name", ["python3", "/nowhere/at/all/python", "~/bin/python"])
def test_a_python_that_cannot_be_followed_is_told_in_one_line(
    consent: Callable[..., None], name: str
) -> None:
    consent(enrichment__interpreter=name)
    problem = told(1)["idle twin"]["problem"]
    assert problem.startswith("enrichment.interpreter: ")
    assert "absolute path" in problem


# -- work and files ----------------------------------------------------------------------------------------


def test_what_waits_and_what_was_given_up(consent: Callable[..., None]) -> None:
    consent()

    def work(connection: Connection) -> None:
        connection.execute(
            "INSERT INTO twin_turns (user_id, workspace, session_id, turn, at, state)"
            " VALUES ('local', '/p', 's', 1, 1, 0)"
        )
        jobs.add(connection, type="turns", user_id="local", now=places.now(), key="/p")
        jobs.add(connection, type="review", user_id="local", now=places.now(), key="r")
        lost = jobs.lease(connection, "me", places.now(), ["review"])
        assert lost is not None
        jobs.fail(connection, lost.id, "me", places.now(), reason="bad request", retry=False)

    write(work)
    row = told()["its work"]
    assert row["sees"] == "1 turn and 1 job to go; 1 job given up, the newest: bad request"
    assert row["on"]


def noted(reply: Reply, environ: Mapping[str, str]) -> None:
    endpoint = endpoint_of(places.settings(), environ, places.home())
    assert not isinstance(endpoint, str)
    write(lambda connection: pauses.note(connection, reply, endpoint.key_print, places.now()))


def test_a_pause_is_told_in_plain_words(consent: Callable[..., None]) -> None:
    consent()
    noted(Reply("rate_limited", retry_after_ms=3_600_000), os.environ)
    row = told()["its work"]
    assert (row["on"], row["problem"]) == (False, None)
    assert "left alone until " in row["sees"] and row["sees"].endswith("ended so: rate limit")


def test_a_key_that_was_refused_needs_mending(consent: Callable[..., None]) -> None:
    consent()
    noted(Reply("refused_key"), os.environ)
    row = told(1)["its work"]
    assert (row["problem"], row["mend"]) == ("the key was refused", doctor_twin.KEY)


def test_its_files_are_counted_and_their_faults_named(consent: Callable[..., None], home: Path) -> None:
    consent()
    folder = home / "afterglow" / "custom"
    folder.mkdir(parents=True)
    (folder / "llm-enrichment.jsonl").write_text("{}\n")
    assert told()["its files"]["sees"] == f"0 lines to choose from; 1 file, 1 kB, in {folder}"
    (folder / "domain-content.jsonl").write_text("{\n")
    assert "domain-content.jsonl" in told(1)["its files"]["problem"]


def test_a_bundle_for_a_bug_report_names_no_host_model_or_key(consent: Callable[..., None]) -> None:
    consent(enrichment__base_url="https://zorquil.example", enrichment__model="wumpdrex-7")
    text = call("doctor", "--bundle", "-").out
    assert "idle twin" in text
    for secret in (KEY, "zorquil", "wumpdrex"):
        assert secret not in text
