"""``status --ledger``: what was asked and what it cost, for a person and for a program."""

from __future__ import annotations

import json
import time
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from afterglow.core.prices import Estimate
from afterglow.core.twin import Outcome, Reply, Usage
from afterglow.store import jobs, ledger, pauses, spend_clock
from afterglow.store.database import Database
from afterglow.store.home import Home
from afterglow.store.ledger import Caps
from tests.cli.calling import call

CAPS = Caps(10**6, 10**6, 1_000)
MINUTE = 60_000


@pytest.fixture
def kept(home: Path) -> Database:
    root = home / "afterglow"
    return Database(Home(root, root, root / "logs", root / "run"), fallback=False)


def asked(
    kept: Database,
    outcome: Outcome | None = "ok",
    *,
    ago: int = 0,
    host: str = "api.anthropic.com",
    model: str = "claude-haiku-5-5",
    tokens: int = 1_240,
    micros: int = 412,
) -> str:
    """One call, as old as ``ago`` says; ``outcome`` None: it never came back."""
    now = time.time_ns() // 1_000_000

    def work(connection: Any) -> str:
        made = ledger.reserve(
            connection, CAPS, Estimate(8_200, 4_100),
            user_id="local", purpose="turns", model=model, host=host, job_id="job",
            at=spend_clock.instant(), zone=UTC,
        )  # fmt: skip
        assert isinstance(made, str)
        if outcome is not None:
            known = Usage(tokens - 40, 40) if outcome == "ok" else None
            ledger.settle(
                connection, made, usage=known, micros=micros, outcome=outcome, now=now,
                may_have_cost=outcome == "stopped",
            )  # fmt: skip
        connection.execute("UPDATE ledger SET at = ? WHERE id = ?", (now - ago, made))
        return made

    return kept.write(work)


def dead_job(kept: Database, reason: str) -> None:
    now = time.time_ns() // 1_000_000

    def work(connection: Any) -> None:
        made = jobs.add(connection, type="turns", user_id="local", now=now, workspace="/w", most_attempts=1)
        assert made is not None
        leased = jobs.lease(connection, "me", now, ("turns",))
        assert leased is not None
        jobs.fail(connection, leased.id, "me", now, reason=reason, retry=False)

    kept.write(work)


def told(*words: str) -> list[str]:
    said = call("status", "--ledger", *words)
    assert (said.code, said.err) == (0, "")
    return said.out.splitlines()


def answer() -> dict[str, Any]:
    (line,) = told("--json")
    made: dict[str, Any] = json.loads(line)
    return made


def test_an_empty_ledger_reads_well() -> None:
    first, second, *rest = told()
    assert first == "today    0 of 48 calls, 0 of 200,000 tokens, $0.00 of $0.25"
    assert second.startswith("resets   20")
    assert second.endswith(" 00:00")
    assert rest == [
        "consent  not given (enrichment.enabled); nothing is sent",
        "asked    nothing yet",
    ]
    made = answer()
    assert (made["enabled"], made["calls"], made["dead_jobs"]) == (False, [], [])
    assert made["spent_today"] == {"tokens": 0, "usd": 0, "calls": 0}
    assert made["budget"] == {"tokens": 200_000, "usd": 0.25, "calls": 48}
    assert made["resets_at"].endswith("T00:00:00.000Z")


def test_calls_are_listed_one_a_line_below_their_day(kept: Database) -> None:
    asked(kept, ago=3 * 24 * 60 * MINUTE)
    asked(kept, "rate_limited", ago=2 * MINUTE)
    asked(kept, ago=MINUTE)
    lines = told()
    assert lines[0] == "today    3 of 48 calls, 2,480 of 200,000 tokens, $0.0008 of $0.25"
    assert "asked    api.anthropic.com" in lines
    days = [line for line in lines if line[:2] == "20"]
    assert len(days) >= 2
    assert days == sorted(days, reverse=True)
    listed = [line.split(maxsplit=1)[1] for line in lines if line.startswith("  ")]
    assert listed == [
        "turns      1,240    $0.0004  ok               claude-haiku-5-5",
        "turns          0      $0.00  rate limit       claude-haiku-5-5",
        "turns      1,240    $0.0004  ok               claude-haiku-5-5",
    ]


def test_what_never_came_back_is_named_and_counts_in_full(kept: Database) -> None:
    asked(kept, None, ago=90 * MINUTE)
    asked(kept, "stopped", ago=MINUTE)
    asked(kept, None)
    lines = told()
    assert lines[0] == "today    3 of 48 calls, 24,600 of 200,000 tokens, $0.0123 of $0.25"
    assert "lost     1 call without an end, counted in full" in lines
    listed = [line.split(maxsplit=1)[1] for line in lines if line.startswith("  ")]
    assert listed == [
        "turns    <=8,200  <=$0.0041  under way        claude-haiku-5-5",
        "turns    <=8,200  <=$0.0041  stopped          claude-haiku-5-5",
        "turns    <=8,200  <=$0.0041  never came back  claude-haiku-5-5",
    ]
    assert [(row["lost"], row["in_full"], row["outcome"]) for row in answer()["calls"]] == [
        (False, True, None),
        (False, True, "stopped"),
        (True, True, None),
    ]


def test_a_program_gets_all_of_a_call(kept: Database) -> None:
    name = asked(kept)
    (row,) = answer()["calls"]
    assert {key: value for key, value in row.items() if not key.endswith("at")} == {
        "id": name,
        "user_id": "local",
        "purpose": "turns",
        "model": "claude-haiku-5-5",
        "host": "api.anthropic.com",
        "job_id": "job",
        "tokens": 1_240,
        "usd": 0.000412,
        "in_full": False,
        "outcome": "ok",
        "lost": False,
        "batch_id": None,
    }
    assert row["at"].endswith("Z")
    assert row["settled_at"].endswith("Z")


def test_every_line_fits_a_narrow_terminal(kept: Database) -> None:
    asked(kept, None, ago=90 * MINUTE, model="claude-haiku-4-5-20251001")
    asked(kept, "server_error", host="127.0.0.1:8080", model="a-model-with-a-name-that-never-ends-at-all")
    asked(kept, tokens=12_345_678, micros=12_345_678)
    dead_job(kept, "the answer was no answer at all, and this reason goes on for much longer than a line")
    lines = told()
    assert max(map(len, lines)) <= 80
    assert "asked    api.anthropic.com [1], 127.0.0.1:8080 [2]" in lines
    assert [line[-4:] for line in lines if line.startswith("  ")] == [" [1]", " [2]", " [1]"]


def test_jobs_that_were_given_up_are_told(kept: Database) -> None:
    dead_job(kept, "bad_request")
    lines = told()
    assert lines[-2] == "given up"
    assert lines[-1].endswith("  turns, 1 try: bad request")
    (row,) = answer()["dead_jobs"]
    assert (row["type"], row["workspace"], row["attempts"], row["reason"]) == (
        "turns",
        "/w",
        1,
        "bad_request",
    )


def test_hostile_names_stay_one_clean_line(kept: Database) -> None:
    asked(kept, host="evil\x1b[31m\nhost", model="$(sync)\u202emodel")
    out = "\n".join(told())
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "$(" not in out
    assert [line for line in out.splitlines() if line.startswith("host")] == []


def test_the_status_has_the_same_figures(kept: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "model" not in call("status").out
    asked(kept)
    asked(kept, "stopped")
    assert "model      off; 2 of 48 calls, 9,440 of 200,000 tokens, $0.0045 of $0.25\n" in call("status").out
    monkeypatch.setenv("AFTERGLOW_ENRICHMENT__ENABLED", "true")
    monkeypatch.setenv("AFTERGLOW_ENRICHMENT__DAILY_CALLS", "5")
    assert "model      on; 2 of 5 calls, 9,440 of 200,000 tokens, $0.0045 of $0.25\n" in call("status").out
    made = json.loads(call("status", "--json").out)["enrichment"]
    assert made["enabled"] is True
    assert made["spent_today"] == {"tokens": 9_440, "usd": 0.004512, "calls": 2} == answer()["spent_today"]
    assert made["budget"] == {"tokens": 200_000, "usd": 0.25, "calls": 5} == answer()["budget"]
    assert not any(line.startswith("consent") for line in told())


def test_a_database_that_cannot_be_used_is_said_in_one_line(home: Path) -> None:
    (home / "afterglow").write_text("")
    said = call("status", "--ledger")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("afterglow: ")
    assert said.err.count("\n") == 1


def test_a_pause_that_one_should_know_of_is_told_with_consent_alone(
    kept: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns() // 1_000_000
    kept.write(lambda connection: pauses.note(connection, Reply("refused_key"), "print", now))
    assert json.loads(call("status", "--json").out)["health"] == "ok"
    assert answer()["paused"] is None
    monkeypatch.setenv("AFTERGLOW_ENRICHMENT__ENABLED", "true")
    made = json.loads(call("status", "--json").out)
    assert made["health"] == "degraded"
    assert made["problems"] == [answer()["paused"]]
    assert f"paused   {made['message']}" in told()
