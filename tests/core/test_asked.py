"""``next`` and ``say``: which gates count, what answers whom, and the way back to the work."""

from __future__ import annotations

from typing import Any

import pytest

from afterglow.core.asked import answer
from afterglow.core.budget import Spent
from afterglow.core.model import Hazard, Red, Turn
from afterglow.core.settings import Settings
from afterglow.core.voice import Voice
from tests.core.build import MINUTE, NOW, moment
from tests.core.voicing import Given, fact, fixed, joke, response, stock, waiting

RED: dict[str, Any] = {"red": (Red("test", "pytest", NOW - MINUTE, 1, "e0"),)}
SHELF = stock(
    joke("A joke."),
    fact("A fact."),
    response("Any time.", "gratitude", "thanks", tone="warm"),
    response("See you.", "goodbye", "bye"),
    response("No hurry here.", "struggle", "*", tone="warm"),
    response("Well done!", "struggle", "*", tone="warm"),
    response("Clever.", "struggle", "*", tone="playful"),
    response("That is heavy.", "struggle", "*", tone="warm", tags=("grief",)),
    *[fixed(f"Fixed {number}.") for number in range(5)],
)


def ask(
    text: str | None, settings: Settings | None = None, given: Given | None = None, **fields: Any
) -> Turn:
    known = given or Given(Voice(**fields.pop("voice", {})))
    made, _ = answer(moment(**fields), text, settings or Settings(), known, SHELF)
    return made


def line(made: Turn) -> str | None:
    return made.token.response if made.token else None


def test_next_serves_the_queue_then_the_banks() -> None:
    made = ask(None, given=Given(Voice(), (waiting("It waited.", category="GREETING"),)))
    assert line(made) == "It waited."
    assert made.token is not None
    assert (made.token.source, made.token.category, made.token.event) == ("queue_hit", None, None)
    made = ask(None)
    assert line(made) == "A joke."
    assert made.token is not None
    assert made.token.source == "cpu_repo"
    assert made.reached_t5
    assert made.spoken is not None
    assert not made.spoken.unasked


@pytest.mark.parametrize(
    "skipped",
    [
        {"mode": "off"},
        {"mode": "quiet"},
        {"newcomer": True},
        {"voice": {"spent": Spent(since_last_ms=1, today=99, jokes_today=99, quiet_ms=5)}},
    ],
)
def test_what_is_asked_for_skips_budgets_first_contact_and_mode(skipped: dict[str, Any]) -> None:
    assert line(ask(None, **skipped)) == "A joke."
    assert line(ask("thanks a lot", **skipped)) == "Any time."


@pytest.mark.parametrize(
    "closed",
    [
        RED,
        {"unresolved": ("merge",)},
        {"hazards": (Hazard("destructive", NOW + 1),)},
        {"hazards": (Hazard("credential", NOW + 1),)},
        {"exception_at": NOW - MINUTE},
        {"error_surge": True},
        {"dnd_until": NOW + MINUTE},
    ],
)
def test_every_other_gate_counts(closed: dict[str, Any]) -> None:
    given = Given(Voice(), (waiting(),))
    assert ask(None, given=given, **closed).token is None
    assert ask("thanks a lot", given=given, **closed).token is None
    assert not given.voiced and not given.wanted


def test_a_struggle_while_red_is_answered_quietly() -> None:
    given = Given(Voice(), (waiting("Queue."),))
    for text in ("I'm stuck, this makes no sense", "still failing, so frustrating"):
        made = ask(text, given=given, **RED)
        assert made.classification.label == "struggle"
        assert line(made) == "No hurry here."
    assert not given.wanted
    assert ask("I'm stuck", unresolved=("merge",)).token is None


def test_a_loss_gets_the_lines_kept_for_it() -> None:
    made = ask("my grandmother died last night")
    assert line(made) == "That is heavy."
    assert line(ask("I'm stuck, this makes no sense")) == "No hurry here."


@pytest.mark.parametrize("text", ["I want to die", "sometimes i think of suicide", "I could kill myself"])
def test_danger_is_not_answered_from_a_bank(text: str) -> None:
    given = Given(Voice(), (waiting(),))
    made = ask(text, given=given)
    assert made.token is None
    assert "somebody you trust" in made.reason
    assert not given.voiced and not given.wanted


def test_work_is_left_alone() -> None:
    made = ask("add retry logic to the uploader and write a test for it")
    assert made.classification.label == "task"
    assert made.token is None
    assert made.reason == "this is work: small talk leaves it alone"


def test_a_goodbye_closes_and_is_not_led_back() -> None:
    made = ask("bye, see you tomorrow", voice={"exchanges": 5})
    assert line(made) == "See you."
    assert made.token is not None
    assert made.token.category == "CLOSING"


def test_good_manners_are_not_answered_with_a_joke() -> None:
    made = ask("goodbye, see you tomorrow", voice={"used": frozenset({"See you."})})
    assert line(made) is not None
    assert str(line(made)).startswith("Fixed")


def test_what_is_not_understood_gets_a_gift_and_the_way_back() -> None:
    made = ask("flurb the wexel", voice={"slots": {"file": "auth.py", "branch": "main"}})
    assert made.token is not None
    assert made.token.source == "gift"
    assert made.token.response.startswith("A joke. ")
    assert "auth.py" in made.token.response


def test_small_talk_is_led_back_after_two_exchanges() -> None:
    def exchange(before: int, text: str = "thanks a lot", **fields: Any) -> tuple[str | None, int]:
        made, after = answer(
            moment(), text, fields.get("settings", Settings()), Given(Voice(exchanges=before)), SHELF
        )
        return line(made), after

    assert exchange(0) == ("Any time.", 1)
    told, after = exchange(1)
    assert after == 2
    assert told is not None
    assert told.startswith("Any time. ") and len(told) > len("Any time. ")
    assert exchange(1, "I'm stuck on this bug")[1] == 0
    assert exchange(5, settings=Settings(redirect_after_exchanges=0)) == ("Any time.", 6)


def test_one_who_writes_formally_or_briefly_is_answered_so() -> None:
    shelf = stock(
        response(
            "Any time, with a long tail of words that goes on and on for ever and ever.",
            "gratitude",
            "thanks",
        ),
        response("Ha.", "gratitude", "thanks", tone="playful"),
        response("Of use, then.", "gratitude", "thanks", tone="factual"),
    )

    def texts(said: str, **settings: Any) -> set[str | None]:
        found = set()
        for seed in range(12):
            made, _ = answer(moment(), said, Settings(seed=str(seed), **settings), Given(), shelf)
            found.add(line(made))
        return found

    assert texts("thanks") == {"Ha.", "Of use, then."}
    assert len(texts("thanks", brevity_match=False)) == 3
    assert texts("Thank you kindly, I would like to say many thanks for that.") <= {
        "Of use, then.",
        "Any time, with a long tail of words that goes on and on for ever and ever.",
    }
