"""One turn: which event of a burst speaks, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.kinds import JOBS, KINDS
from afterglow.core.model import Anchor, Event, Facts, Outcome, Register, Turn, WarmToken
from afterglow.core.settings import Settings
from afterglow.core.step import compose, fits, spokesman, step
from tests.core.build import MINUTE, NOW, SECOND, event, green, moment, outcome
from tests.core.test_history import outcomes
from tests.core.voicing import Given

FAILED_BEFORE = (outcome("fail", 5, passed=140, failed=2), outcome("ok", 234, passed=142))


def turn(subject: Event, settings: Settings | None = None, **fields: Any) -> Turn:
    return step(moment(**fields), subject, (subject,), settings or Settings(), Given())


def test_the_token_of_a_first_green() -> None:
    subject = green(142, tags=("python",), anchor=Anchor("file:///a.py", 41), id="e9")
    made = turn(subject, Settings(token_ttl_ms=5_000), facts=Facts(history=FAILED_BEFORE))
    assert made.token is not None
    assert 0.3 < made.token.glow_score < 1
    assert made.token == WarmToken(
        id="t1",
        response="142 passed in 38 s, first green since 14:10",
        news="142 passed in 38 s, first green since 14:10",
        banter=None,
        source="news",
        entry_id=None,
        category="AFFIRMATION",
        level=1,
        warmth=1,
        confidence=1.0,
        glow_score=made.token.glow_score,
        register=Register(),
        tags=("python", "testing"),
        latency_ms=0.0,
        session_id="s1",
        turn=7,
        created_at=NOW,
        ttl_ms=5_000,
        event=("e9", "job.finished", "pytest"),
        anchor=Anchor("file:///a.py", 41),
    )
    assert made.reached_t5
    assert made.reason == "test.green"
    assert [one.source for one in made.candidates] == ["news:test.green"]
    assert made.classification.label == "celebration"


@pytest.mark.parametrize(
    ("subject", "history", "speaks"),
    [
        (green(142, 10), (), True),
        (green(142, 9.9), (), False),
        (green(142, 0.2), (), False),
        (green(142, 0.2), (outcome("ok", 5, passed=142),), False),
        (green(142, 0.2), (outcome("ok", 5, passed=141),), True),
        (green(142, 0.2), FAILED_BEFORE, True),
        (green(142, None), (), False),
        (green(142, None), FAILED_BEFORE, True),
    ],
)
def test_a_short_job_speaks_only_of_a_change(
    subject: Event, history: tuple[Outcome, ...], speaks: bool
) -> None:
    made = turn(subject, facts=Facts(history=history))
    assert (made.token is not None) is speaks
    assert made.reached_t5 is speaks


def test_without_a_limit_every_job_speaks() -> None:
    assert turn(green(142, 0.2), Settings(min_job_seconds=0.0)).token is not None


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        (green(142, 0.2), "nothing changed, and it took less than 10 s"),
        (green(142, None), "nothing changed, and how long it took is not known"),
        (green(status="fail"), "it failed"),
        (event("command", status="ok"), "this command is no job that Afterglow knows"),
        (event("idle"), "idle is recorded and never speaks"),
        (event("session.open"), "no line is worth saying just now"),
        (event("commit"), "a commit speaks only with a number that nobody typed"),
        (event("topic.change"), "no line is worth saying just now"),
        (green(None, None), "nothing changed, and how long it took is not known"),
    ],
)
def test_silence_has_a_reason(subject: Event, reason: str) -> None:
    made = turn(subject)
    assert made.token is None
    assert made.reason == reason


def test_a_closed_gate_ends_the_turn_before_it_counts() -> None:
    made = turn(green(142), error_surge=True)
    assert made.token is None
    assert not made.reached_t5
    assert made.reason == "many new error diagnostics"


def test_quiet_still_tells_news() -> None:
    assert turn(green(142), mode="quiet").token is not None


def speaker(*events: Event, history: Mapping[str, tuple[Outcome, ...]] | None = None) -> str:
    known = history or {}
    return spokesman(events, lambda subject: known.get(subject.id, ()), Settings()).id


BURST = [
    green(142, 38, id="turned"),
    green(142, 38, id="job"),
    event("tag", id="tag"),
    event("push", id="push"),
    event("merge", id="merge"),
    event("commit", id="commit"),
    event("rebase", id="rest"),
    event("file.saved", id="mute"),
]


@pytest.mark.parametrize("first", range(len(BURST)))
def test_the_order_in_which_a_burst_speaks(first: int) -> None:
    present = BURST[first:]
    history = {"turned": FAILED_BEFORE}
    assert speaker(*present, history=history) == BURST[first].id
    assert speaker(*present[::-1], history=history) == BURST[first].id


def test_jobs_that_are_no_occasion_give_way() -> None:
    assert speaker(green(142, 0.2, id="short"), event("tag", id="tag")) == "tag"
    assert speaker(green(status="fail", id="failed"), event("commit", id="commit")) == "commit"
    assert speaker(event("command", status="ok", id="ls"), event("commit", id="commit")) == "commit"
    assert speaker(event("command", status="ok", id="ls"), green(status="fail", id="failed")) == "failed"


def test_a_task_that_works_again_is_an_ordinary_job() -> None:
    task = event(id="task", job="task", duration_ms=20 * SECOND, at=NOW - 1)
    job = green(142, 38, id="job")
    assert speaker(task, job, history={"task": (outcome("fail", 5),)}) == "job"


def test_among_equals_the_newest_speaks() -> None:
    old, new = event("commit", id="old", at=NOW - MINUTE), event("commit", id="new")
    assert speaker(old, new) == speaker(new, old) == "new"


def test_news_comes_first_and_is_joined_to_the_warm_part() -> None:
    assert compose("142 passed in 38 s", "Nicely untangled.") == "142 passed in 38 s. Nicely untangled."
    assert compose("142 passed in 38 s", None) == "142 passed in 38 s"
    assert compose(None, "Nicely untangled.") == "Nicely untangled."


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("wo " * 24 + "wo", True),
        ("wo " * 25 + "wo", False),
        ("x" * 120, True),
        ("x" * 121, False),
        ("two\nlines", False),
        ("漢" * 60, True),
        ("漢" * 61, False),
    ],
)
def test_what_fits_one_line(text: str, fit: bool) -> None:
    assert fits(text) is fit


def test_a_limit_on_answers_does_not_silence_news() -> None:
    made = turn(green(142), Settings(response_max_words=5), facts=Facts(history=FAILED_BEFORE))
    assert made.token is not None


@given(
    st.sampled_from([*sorted(KINDS), *["job.finished"] * 10]),
    st.sampled_from(JOBS),
    st.sampled_from(["ok", "fail", "cancelled", "unknown", None]),
    st.one_of(st.none(), st.floats(0, 10_000_000)),
    outcomes,
    st.booleans(),
)
def test_a_turn_is_pure_and_never_speaks_of_what_did_not_end_well(
    kind: str, job: str, status: Any, duration: float | None, history: tuple[Outcome, ...], surge: bool
) -> None:
    subject = event(kind, status=status, job=job if kind == "job.finished" else None, duration_ms=duration)
    facts = Facts(history=history)
    made = turn(subject, facts=facts, error_surge=surge)
    assert made == turn(subject, facts=facts, error_surge=surge)
    assert made.reason
    if made.token is not None:
        assert status in ("ok", None)
        assert not surge
        assert all(gate.passed for gate in made.gates)
        assert fits(made.token.response)
