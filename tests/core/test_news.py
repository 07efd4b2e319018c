"""The lines themselves: what is said of which change, and when nothing is."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.clean import columns, one_line
from afterglow.core.job_news import HEADS
from afterglow.core.kinds import JOBS, KINDS
from afterglow.core.local_time import Clock
from afterglow.core.model import Event, Facts, Mode
from afterglow.core.news import ROWS, News, View, news
from tests.core.build import DAY, HOUR, MINUTE, NOW, SECOND, ZONE, at, event, green, outcome
from tests.core.test_history import outcomes

FORBIDDEN = re.compile(
    r"\b(all|successfully|great|awesome|amazing|epic|well done|good job)\b|!|\d{5,} ms|\.00\b",
    re.IGNORECASE,
)


def view(mode: Mode = "normal", twelve: bool = False) -> View:
    return View(Clock(NOW, ZONE, twelve), mode)


def line(subject: Event, mode: Mode = "normal", **facts: Any) -> str | None:
    found = news(subject, Facts(**facts), view(mode))
    return found.text if isinstance(found, News) else None


def job(kind: str, seconds: float | None = 12, **fields: Any) -> Event:
    return event(job=kind, duration_ms=None if seconds is None else seconds * SECOND, **fields)


FAIL = outcome("fail", 5, passed=140, failed=2)
FULL_GREEN = outcome("ok", 234, passed=142)


@pytest.mark.parametrize(
    ("subject", "history", "text"),
    [
        (green(142), (), "142 passed in 38 s"),
        (green(142, data={"skipped": 3}), (), "142 passed, 3 skipped in 38 s"),
        (green(142, data={"skipped": 0}), (), "142 passed in 38 s"),
        (green(142, None), (), "142 passed"),
        (green(None), (), "tests passed in 38 s"),
        (green(None, None), (), None),
        (green(142), (FAIL, FULL_GREEN), "142 passed in 38 s, first green since 14:10"),
        (
            green(None),
            (outcome("fail", 5), outcome("ok", 234)),
            "tests passed in 38 s, first green since 14:10",
        ),
        (green(142), (FAIL,), "142 passed in 38 s, first green after 5 min"),
        (
            green(142),
            (*(outcome("fail", minutes, passed=140, failed=2) for minutes in range(4, 53, 6)), FULL_GREEN),
            "142 passed in 38 s, green after 52 min and 9 runs",
        ),
        (
            green(142),
            (outcome("fail", 22 * 60, passed=140, failed=2), outcome("ok", 25 * 60, passed=142)),
            "142 passed in 38 s, first green since yesterday 17:04",
        ),
        (
            green(142),
            (outcome("fail", 22 * 60, passed=140, failed=2),),
            "142 passed in 38 s, green after 1 failed run",
        ),
        # A red of under a minute is told by its runs: how long it lasted is no news.
        (
            green(142),
            (outcome("fail", 0.5, passed=140, failed=2), FULL_GREEN),
            "142 passed in 38 s, first green after 1 failed run",
        ),
        (
            green(142),
            (outcome("fail", 0.5, passed=140, failed=2), outcome("fail", 0.9, passed=140, failed=2)),
            "142 passed in 38 s, first green after 2 failed runs",
        ),
        (
            green(142),
            (outcome("fail", 1, passed=140, failed=2),),
            "142 passed in 38 s, first green after 60 s",
        ),
        (
            green(142),
            tuple(outcome("fail", 0.2 * i, passed=140, failed=2) for i in range(1, 4)),
            "142 passed in 38 s, green after 36 s and 3 runs",
        ),
        (
            job("build"),
            (outcome("fail", 0.5), outcome("ok", 9)),
            "build ok, 12 s, first green after 1 failed run",
        ),
        (green(3, 1.2), (FAIL, FULL_GREEN), "3 passed in 1.2 s"),
        (green(None), (FAIL, FULL_GREEN), "tests passed in 38 s"),
        (green(148, 40), (outcome("ok", 60, passed=142),), "148 passed in 40 s, 6 more than last time"),
        (green(140, 40), (outcome("ok", 60, passed=142),), "140 passed in 40 s"),
        (green(142, data={"coverage": 93.64}), (), "142 passed in 38 s, coverage 93.6 %"),
        (green(142, data={"coverage": 0.9364}), (), "142 passed in 38 s"),
        (
            green(142),
            tuple(outcome("ok", 60 * i, 70, passed=142) for i in range(1, 5)),
            "142 passed in 38 s (usually 70 s)",
        ),
        (
            green(142),
            tuple(outcome("ok", 30 * 60 * i, 70, passed=142) for i in range(1, 9)),
            "142 passed in 38 s, fastest in 7 days",
        ),
        (job("build"), (), "build ok, 12 s"),
        (job("build", None), (), None),
        (job("build"), tuple(outcome("ok", i, 19) for i in range(1, 4)), "build ok, 12 s (usually 19 s)"),
        (job("build"), tuple(outcome("ok", i, 13) for i in range(1, 4)), "build ok, 12 s"),
        (job("build", None), (outcome("fail", 5), outcome("ok", 234)), "build ok, first green since 14:10"),
        (job("lint", 3.4), (), "lint clean, 3.4 s"),
        (job("typecheck", 14), (), "types check, 14 s"),
        (job("debug", 720), (), "debug run ok, 12 min"),
        (job("deploy", 180), (), "Deploy done in 3 min"),
        (job("deploy", 180, data={"rollback": True}), (), "Rollback done in 3 min"),
        (
            job("deploy", 180),
            (outcome("fail", 5), outcome("fail", 9)),
            "Deploy done in 3 min, after 2 failed runs",
        ),
        (job("migration"), (), "Migration done in 12 s"),
        (
            job("training", 8_280, data={"metrics": {"loss": 0.2, "accuracy": 0.94}}),
            (),
            "Training done in 2 h 18, accuracy 94 %",
        ),
        (
            job("training", 8_280, data={"metrics": {"val_loss": 0.03124}}),
            (),
            "Training done in 2 h 18, val loss 0.0312",
        ),
        (job("training", 8_280, data={"metrics": {"map": 0.5}}), (), "Training done in 2 h 18, map 0.5"),
        (job("agent", 720, labels=("claude",)), (), "claude done in 12 min"),
        (job("agent", 720), (), "Agent done in 12 min"),
        (job("task", 4_200, labels=("nightly\x1b[1m export",)), (), "nightly export done in 1 h 10"),
        (
            job("task", 4_200, labels=("a very long name of a nightly export",)),
            (),
            "a very long name of a… done in 1 h 10",
        ),
        (job("task", None, labels=("x",)), (), None),
    ],
)
def test_what_is_said_when_a_job_ends(subject: Event, history: Any, text: str | None) -> None:
    assert line(subject, history=history) == text


MORNING = at(1, 0)
TODAY = tuple(NOW - 20 * MINUTE * i for i in range(1, 10))


@pytest.mark.parametrize(
    ("mode", "facts", "text"),
    [
        ("normal", {"same_kind": (at(11, 17, 2),)}, None),
        ("chatty", {"same_kind": (at(11, 17, 2),)}, "First commit today; the last was yesterday at 17:02"),
        ("normal", {"same_kind": (at(10, 17, 2),)}, "First commit today; the last was on Tuesday"),
        ("normal", {}, "First commit today"),
        ("normal", {"known_since": at(12, 8)}, None),
        ("normal", {"known_since": None}, None),
        ("normal", {"known_since": at(12, 0) + 1}, None),
        ("normal", {"known_since": at(12, 0) + 1, "same_kind": TODAY}, None),
        ("normal", {"known_since": at(12, 0), "same_kind": (at(11, 9),)}, None),
        ("chatty", {"known_since": at(12, 0), "same_kind": (at(11, 9),)}, "First commit today"),
        ("normal", {"same_kind": TODAY}, "10th commit today; the 9th was at 17:44"),
        ("normal", {"same_kind": TODAY[:6]}, None),
        ("quiet", {"same_kind": TODAY[:6]}, None),
        ("chatty", {"same_kind": TODAY[:6]}, "7th commit today"),
        ("chatty", {"known_since": None}, "Committed at 18:04"),
        (
            "normal",
            {"last_red": (NOW - HOUR, NOW - 8 * MINUTE), "same_kind": TODAY[4:]},
            "First commit since the red, which lasted 52 min",
        ),
        (
            "normal",
            {"last_red": (NOW - HOUR, NOW - 8 * MINUTE), "same_kind": (NOW - MINUTE, *TODAY[3:])},
            None,
        ),
        ("normal", {"last_red": (NOW - 2 * HOUR, NOW - 31 * MINUTE), "same_kind": TODAY[4:]}, None),
        ("normal", {"last_red": (NOW - HOUR, NOW - 8 * MINUTE), "known_since": NOW - MINUTE}, None),
    ],
)
def test_a_commit_speaks_only_with_a_number_that_nobody_typed(
    mode: Mode, facts: dict[str, Any], text: str | None
) -> None:
    assert line(event("commit"), mode, **{"known_since": MORNING, **facts}) == text


@pytest.mark.parametrize(
    ("subject", "facts", "text"),
    [
        (
            event("tag", labels=("v2.0",)),
            {"last_tag": ("v1.9", NOW - 61 * DAY)},
            "v2.0 is tagged, 61 days after v1.9",
        ),
        (
            event("tag", data={"name": "v2.0"}),
            {"last_tag": ("v1.9", NOW - 61 * DAY), "known_since": NOW - DAY},
            "v2.0 is tagged at 18:04",
        ),
        (event("tag", labels=("v2.0",)), {}, "v2.0 is tagged at 18:04"),
        (event("tag"), {}, None),
        (
            event("push"),
            {"commits_since_push": 5, "last_push_at": at(12, 14, 10)},
            "Pushed at 18:04, 5 commits since 14:10",
        ),
        (
            event("push"),
            {"commits_since_push": 14, "last_push_at": at(11, 14, 10)},
            "Pushed at 18:04, 14 commits since yesterday 14:10",
        ),
        (
            event("push"),
            {"commits_since_push": 5, "last_push_at": at(12, 14, 10), "known_since": at(12, 14, 11)},
            None,
        ),
        (event("push"), {"commits_since_push": 4, "last_push_at": at(12, 14, 10)}, None),
        (event("push"), {}, None),
        (event("push"), {"same_kind": TODAY}, None),
        (event("push"), {"same_kind": TODAY, "commits_since_push": 0, "last_push_at": TODAY[0]}, None),
        (event("merge"), {"same_kind": (NOW - 10 * DAY,)}, "First merge in 10 days"),
        (event("merge"), {"same_kind": (at(11, 9),)}, None),
        (event("merge"), {"same_kind": TODAY}, None),
        (event("merge"), {"same_kind": (NOW - 10 * DAY,), "known_since": NOW - 9 * DAY}, None),
        (event("merge"), {"known_since": None}, None),
        (event("rebase", data={"count": 5}), {}, "5 commits rebased"),
        (event("rebase", data={"count": 1}), {}, None),
        (event("rebase"), {}, None),
        (event("pull", data={"count": 7}), {}, "7 commits pulled"),
        (event("conflict.end"), {"conflict_since": NOW - 12 * MINUTE}, "Conflict over after 12 min"),
        (
            event("conflict.end", data={"resolved": True}),
            {"conflict_since": NOW - 12 * MINUTE},
            "Conflict over after 12 min",
        ),
        (event("conflict.end", data={"resolved": False}), {"conflict_since": NOW - 12 * MINUTE}, None),
        (event("conflict.end"), {}, None),
        (event("conflict.end"), {"conflict_since": NOW + MINUTE}, None),
        (event("cherry-pick"), {}, None),
        (event("revert"), {}, None),
        (event("milestone", data={"name": "1000th commit"}), {}, "1000th commit"),
        (event("milestone", data={"name": "first release"}), {}, None),
        (
            event("recipe.finish", data={"name": "deploy"}, started_at=NOW - 24 * MINUTE),
            {},
            "Deploy done in 24 min",
        ),
        (event("recipe.finish", data={"name": "deploy"}), {}, None),
        (event("review.done", duration_ms=40 * MINUTE), {}, "Review done after 40 min"),
        (event("pr.merged", duration_ms=3 * DAY), {}, "PR merged after 3 days"),
        (event("ci.finished", duration_ms=6 * MINUTE), {}, "CI green after 6 min"),
        (event("ci.finished"), {}, None),
        (event("session.open"), {}, None),
        (event("topic.change"), {}, None),
        (event("active"), {}, None),
    ],
)
def test_what_is_said_of_the_rest(subject: Event, facts: dict[str, Any], text: str | None) -> None:
    assert line(subject, **{"known_since": NOW - 400 * DAY, **facts}) == text


def test_a_push_without_a_number_speaks_in_chatty_only() -> None:
    assert line(event("push"), "chatty") == "Pushed at 18:04"
    assert line(event("push"), "normal") is None
    assert line(event("push"), "chatty", known_since=MORNING) == "Pushed at 18:04, first today"


def test_the_push_that_closes_a_day_is_told_with_what_it_holds() -> None:
    facts = Facts(known_since=MORNING, commits_since_push=2, last_push_at=at(12, 14, 10))
    found = news(event("push"), facts, View(view().clock, "normal", closing=True))
    assert isinstance(found, News)
    assert found.text == "Pushed at 18:04, 2 commits since 14:10"
    bare = news(event("push"), Facts(), View(view().clock, "normal", closing=True))
    assert isinstance(bare, News)
    assert bare.text == "Pushed at 18:04"


def test_times_follow_the_locale() -> None:
    found = news(event("tag", labels=("v2.0",)), Facts(), view(twelve=True))
    assert isinstance(found, News)
    assert found.text == "v2.0 is tagged at 6:04 pm"


@pytest.mark.parametrize("status", ["fail", "cancelled", "unknown", None])
def test_a_failure_is_never_news(status: Any) -> None:
    for kind in JOBS:
        assert line(job(kind, 60, status=status, data={"passed": 3, "failed": 3})) is None


def test_every_kind_of_job_has_words_and_every_row_a_kind() -> None:
    assert set(HEADS) == set(JOBS)
    assert {row.kind for row in ROWS} <= {kind for kind, known in KINDS.items() if known.category}
    assert len({row.rule_id for row in ROWS}) == len(ROWS)


counts = st.one_of(st.none(), st.integers(0, 10**9))
durations = st.one_of(st.none(), st.floats(0, 90 * DAY))
labels = st.one_of(st.none(), st.text(max_size=90).map(lambda text: one_line(text, 80)))
times = st.lists(st.integers(NOW - 400 * DAY, NOW), max_size=30).map(lambda found: tuple(sorted(found)[::-1]))
facts_drawn = st.builds(
    Facts,
    history=outcomes,
    same_kind=times,
    known_since=st.one_of(st.none(), st.integers(0, NOW)),
    commits_since_push=counts,
    last_push_at=st.one_of(st.none(), st.integers(0, NOW + DAY)),
    last_tag=st.one_of(st.none(), st.tuples(st.text(max_size=60), st.integers(0, NOW))),
    conflict_since=st.one_of(st.none(), st.integers(0, NOW + DAY)),
    last_red=st.one_of(st.none(), st.tuples(st.integers(NOW - DAY, NOW), st.integers(NOW - DAY, NOW))),
)


@given(
    st.sampled_from([*sorted(KINDS), *["job.finished"] * 20]),
    st.sampled_from(JOBS),
    labels,
    durations,
    st.fixed_dictionaries(
        {},
        optional={
            "passed": counts,
            "skipped": counts,
            "coverage": st.floats(0, 100),
            "mended": counts,
            "part": st.text(max_size=40),
            "made": counts,
            "metrics": st.dictionaries(st.text(max_size=40), st.floats(-1e15, 1e15), max_size=3),
            "name": st.text(max_size=80),
            "count": counts,
        },
    ),
    facts_drawn,
    st.sampled_from(["quiet", "normal", "chatty"]),
)
def test_every_line_fits_and_keeps_its_manners(
    kind: str,
    job_kind: str,
    label: str | None,
    duration: float | None,
    data: dict[str, Any],
    facts: Facts,
    mode: Mode,
) -> None:
    known = {key: value for key, value in data.items() if value is not None}
    subject = event(
        kind,
        status="ok",
        job=job_kind if kind == "job.finished" else None,
        labels=() if not label else (label,),
        duration_ms=duration,
        data=known,
    )
    found = news(subject, facts, view(mode))
    assert found == news(subject, facts, view(mode))
    if not isinstance(found, News):
        assert found.reason
        return
    assert len(found.text.split()) <= 25
    assert columns(found.text) <= 120
    assert not found.text.endswith(".")
    # That it is the first of its kind is a number, too.
    assert any(char.isdigit() for char in found.text) or found.text in (
        "First commit today",
        "First merge today",
    )
    ours = found.text
    for theirs in (
        label,
        known.get("name"),
        known.get("part"),
        *(known.get("metrics") or {}),
        facts.last_tag and facts.last_tag[0],
    ):
        for word in one_line(theirs or "").replace("_", " ").replace("…", "").split():
            ours = ours.replace(word, "")
    assert not FORBIDDEN.search(ours)
