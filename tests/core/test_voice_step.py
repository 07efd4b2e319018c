"""The warm part of a turn that came unasked: when there is one, and what it may stand on."""

from __future__ import annotations

from typing import Any

import pytest

from afterglow.core.budget import Spent
from afterglow.core.model import Event, Facts, Hazard, Red, Turn
from afterglow.core.rapport import Day, rapport_of
from afterglow.core.settings import Settings
from afterglow.core.step import step
from afterglow.core.voice import Voice
from afterglow.store import rapport as counted
from tests.core.build import MINUTE, NOW, event, green, moment, outcome
from tests.core.voicing import Given, compliment, fact, joke, response, stock, waiting

FAILED_BEFORE = (outcome("fail", 5, passed=140, failed=2), outcome("ok", 234, passed=142))
LONG_RED = (
    *(outcome("fail", minutes, passed=140, failed=2) for minutes in (5, 15, 40)),
    outcome("ok", 234, passed=142),
)
SHELF = stock(
    compliment("Nicely untangled."),
    response("Green again.", pattern="moment:green"),
    fact("A true thing about tests.", tags=("testing",)),
    joke("A test walks in.", tags=("testing",)),
    response("Mind the step.", "small_talk", "event:topic.change"),
    response("Welcome back to it.", "small_talk", "event:active"),
    response("Lights on, then.", "greeting", "event:session.open"),
    response("The rest keeps.", "goodbye", "event:push"),
)


def turn(
    subject: Event, *, given: Given | None = None, settings: Settings | None = None, **fields: Any
) -> Turn:
    voice = Voice(**fields.pop("voice", {}))
    return step(moment(**fields), subject, (subject,), settings or Settings(), given or Given(voice), SHELF)


def said(made: Turn) -> str | None:
    return made.token.response if made.token else None


def test_news_first_then_the_warm_part() -> None:
    made = turn(green(142), facts=Facts(history=LONG_RED))
    assert said(made) == "142 passed in 38 s, green after 40 min and 3 runs. Nicely untangled."
    assert made.token is not None
    assert made.token.news == "142 passed in 38 s, green after 40 min and 3 runs"
    assert made.token.banter == "Nicely untangled."
    assert (made.token.source, made.token.entry_id) == ("compliment", "Nicely untangled.")
    assert made.token.event == ("e1", "job.finished", "pytest")
    assert made.token.glow_score > 0.6
    assert made.spoken is not None
    assert made.spoken.unasked


@pytest.mark.parametrize(
    ("spent", "reason"),
    [
        (Spent(since_last_ms=4 * MINUTE), "one warm line in 300 s"),
        (Spent(today=12), "12 warm lines today"),
        (Spent(quiet_ms=1), "low rating"),
    ],
)
def test_a_spent_budget_leaves_the_news_alone_and_claims_nothing(spent: Spent, reason: str) -> None:
    given = Given(Voice(spent=spent), (waiting(),))
    made = turn(green(142), given=given, facts=Facts(history=FAILED_BEFORE))
    assert made.token is not None
    assert made.token.banter is None
    assert made.token.source == "news"
    assert not given.wanted
    topic = turn(event("topic.change"), given=given)
    assert topic.token is None
    assert reason in topic.reason


def test_quiet_says_news_and_reads_nothing_else() -> None:
    given = Given(Voice(), (waiting(),))
    made = turn(green(142), given=given, mode="quiet", facts=Facts(history=LONG_RED))
    assert said(made) == "142 passed in 38 s, green after 40 min and 3 runs"
    assert not given.voiced and not given.wanted


@pytest.mark.parametrize(
    "closed",
    [
        {"red": (Red("test", "pytest", NOW - MINUTE, 1, "e0"),)},
        {"unresolved": ("merge",)},
        {"hazards": (Hazard("destructive", NOW + 1),)},
        {"exception_at": NOW - MINUTE},
        {"error_surge": True},
        {"newcomer": True},
        {"mode": "off"},
    ],
)
def test_nothing_is_asked_of_the_records_before_the_gates_are_open(closed: dict[str, Any]) -> None:
    given = Given(Voice(), (waiting(),))
    for kind in ("topic.change", "active", "milestone"):
        assert turn(event(kind), given=given, **closed).token is None
    assert not given.voiced and not given.wanted


def test_jokes_are_for_chatty() -> None:
    merge = event("tag", data={"name": "v2.0"}, tags=("testing",))
    for seed in range(8):
        made = turn(merge, settings=Settings(seed=str(seed)), voice={"compliments": 3})
        assert made.token is not None
        assert made.token.banter == "A true thing about tests."
    made = turn(merge, mode="chatty", voice={"compliments": 3})
    assert made.token is not None
    assert made.token.banter == "A test walks in."
    assert made.spoken is not None
    assert made.spoken.kind == "joke"


def test_a_routine_end_waits_longer_and_leaves_lines_for_what_matters() -> None:
    plain = response("The suite is quiet.", pattern="job:test")
    shelf = stock(plain, compliment("Nicely untangled."))

    def banter(history: tuple[Any, ...] = (), mode: Any = "normal", **spent: int) -> str | None:
        records = Given(Voice(spent=Spent(**spent)))
        subject = green(142)
        made = step(
            moment(mode=mode, facts=Facts(history=history)), subject, (subject,), Settings(), records, shelf
        )
        return made.token.banter if made.token else None

    assert banter() == plain.text
    assert banter(since_last_ms=44 * MINUTE) is None
    assert banter(since_last_ms=46 * MINUTE) == plain.text
    assert banter(since_last_ms=46 * MINUTE, today=3) is None
    assert banter(LONG_RED, since_last_ms=6 * MINUTE, today=11) == "Nicely untangled."
    assert banter(since_last_ms=2 * MINUTE, today=30, mode="chatty") == plain.text


@pytest.mark.parametrize(
    ("subject", "category", "line"),
    [
        (event("topic.change"), "BRIDGE", "Mind the step."),
        (event("active"), "PROACTIVE_PROMPT", "Welcome back to it."),
        (event("session.open"), "GREETING", "Lights on, then."),
    ],
)
def test_some_occasions_need_no_news(subject: Event, category: str, line: str) -> None:
    made = turn(subject)
    assert made.token is not None
    assert (made.token.response, made.token.category, made.token.news) == (line, category, None)


def test_nobody_is_greeted_twice_or_at_the_very_first() -> None:
    assert said(turn(event("session.open"), voice={"away_ms": 479 * MINUTE})) is None
    assert said(turn(event("session.open"), voice={"away_ms": 481 * MINUTE})) == "Lights on, then."
    assert said(turn(event("session.open"), voice={"first_session": True})) is None


def test_no_other_occasion_gets_a_warm_line_without_news() -> None:
    given = Given(Voice(), (waiting(),))
    for kind in ("commit", "rebase", "cherry-pick", "revert", "pull"):
        assert turn(event(kind), given=given).token is None
    assert not given.wanted


def test_the_first_push_after_the_days_end_closes_the_day() -> None:
    push = event("push", data={"branch": "main"})
    made = turn(push, facts=Facts(known_since=NOW - 10 * MINUTE))
    assert said(made) == "Pushed at 18:04. The rest keeps."
    assert made.token is not None
    assert made.token.category == "CLOSING"
    late = turn(push, voice={"usual_end": 19 * 60})
    assert late.token is None
    second = turn(push, facts=Facts(same_kind=(NOW - 10 * MINUTE,)))
    assert second.token is None


def test_a_rollback_gets_no_warm_line() -> None:
    back = event(job="deploy", labels=("deploy",), duration_ms=40_000, data={"rollback": True})
    made = turn(back, given=Given(Voice(), (waiting(),)))
    assert said(made) == "Rollback done in 40 s"


def test_a_line_too_long_behind_the_news_is_passed_over() -> None:
    long = waiting("word " * 20 + "end.")
    short = waiting("Short.")
    made = turn(green(142), given=Given(Voice(), (long, short)), facts=Facts(history=FAILED_BEFORE))
    assert made.token is not None
    assert made.token.banter == "Short."
    assert [one.rejected for one in made.candidates if one.entry_id == long.id] == ["does not fit the line"]


def test_no_brace_of_a_name_reaches_a_screen() -> None:
    made = turn(event("tag", data={"name": "v{2}"}))
    assert made.token is not None
    assert made.token.news == "v(2) is tagged at 18:04"


def test_the_turn_is_pure() -> None:
    one = [turn(green(142), facts=Facts(history=LONG_RED)) for _ in range(2)]
    assert one[0] == one[1]


def test_rapport_grows_by_at_most_one_a_day_and_never_leaves_its_range() -> None:
    best = counted.Day("2026-01-01", turns=50, shown=50, hovered=50, another=50, rated_well=50)
    worst = counted.Day("2026-01-01", turns=1, rated_badly=99)
    days: list[Day] = [best]
    assert 0 < rapport_of(days) <= 1
    assert rapport_of([best] * 30) == 10
    assert rapport_of([worst] * 30) == 0
    assert rapport_of([best] * 3, 2.0) == pytest.approx(2.0 + rapport_of([best] * 3))
    use = counted.Day("2026-01-01", turns=6, shown=6)
    assert 7 <= next(count for count in range(1, 40) if rapport_of([use] * count) >= 2) <= 10
