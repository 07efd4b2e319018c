"""T5 to T10: where the warm part comes from, in which order, and what passes a source over."""

from __future__ import annotations

from typing import Any

import pytest

from afterglow.core.bank import Entry
from afterglow.core.kinds import AFFIRMATION, CLOSING
from afterglow.core.model import Register
from afterglow.core.pick import Picker
from afterglow.core.prediction import Prediction
from afterglow.core.settings import Settings
from afterglow.core.sieve import sieve_for
from afterglow.core.voice import Told, Voice, Weather
from afterglow.core.wish import Picked, Wish
from tests.core.build import DAY, MINUTE, NOW
from tests.core.voicing import Given, compliment, fact, fixed, joke, response, stock, waiting, weather_line

COMPLIMENT = compliment("Nicely untangled.")
GLOW = response("Green again.", pattern="moment:green")
JOKE = joke("A test walks in.", tags=("testing",))
FACT = fact("A true thing about tests.", tags=("testing",))
WEATHER = weather_line("Rain outside.")
FIXED = [fixed(f"Fixed {number}.") for number in range(5)]
ALL = (COMPLIMENT, GLOW, JOKE, FACT, WEATHER, *FIXED)
LINE = waiting("From the queue.")


def wish(**fields: Any) -> Wish:
    values: dict[str, Any] = {
        "label": "celebration",
        "confidence": 1.0,
        "glow": 0.2,
        "tags": ("testing",),
        "category": AFFIRMATION,
        "jokes": "jokes only on request",
    }
    return Wish(**{**values, **fields})


def picker(
    wanted: Wish, *entries: Entry, queue: tuple[Any, ...] = (), settings: Settings | None = None, **voice: Any
) -> Picker:
    used, known = settings or Settings(), Voice(**voice)
    sieve = sieve_for(
        known, used, Register(), wanted.tags, NOW, asked=wanted.asked is not None, news="12 passed"
    )
    return Picker(wanted, sieve, stock(*entries), Given(known, queue), used, "seed\n1")


def pick(wanted: Wish, *entries: Entry, **fields: Any) -> Picked | None:
    return picker(wanted, *entries, **fields).pick()


def text(wanted: Wish, *entries: Entry, **fields: Any) -> str | None:
    found = pick(wanted, *entries, **fields)
    return found.text if found is not None else None


RAIN = Weather(rain=True)
RESILIENT = {"trigger": "resilience"}


def test_the_queue_goes_before_everything_else() -> None:
    found = pick(wish(glow=0.9, names=frozenset({"moment:green"}), **RESILIENT), *ALL, queue=(LINE,))
    assert found == Picked("From the queue.", "queue_hit", "queue", LINE.id, 1, 2, 0.95, origin="job")


def test_a_compliment_stands_in_place_of_the_banks() -> None:
    found = pick(wish(glow=0.9, names=frozenset({"moment:green"}), **RESILIENT), *ALL)
    assert found is not None
    assert (found.text, found.source) == ("Nicely untangled.", "compliment")


def test_a_glowing_moment_gets_a_template() -> None:
    found = pick(wish(glow=0.61, names=frozenset({"moment:green"})), *ALL)
    assert found is not None
    assert (found.text, found.source) == ("Green again.", "cpu_glow")


def test_a_calm_moment_gets_the_banks() -> None:
    found = pick(wish(glow=0.6, names=frozenset({"moment:green"})), GLOW)
    assert found is not None
    assert found.source == "cpu_repo"


def test_jokes_come_first_where_they_are_allowed_and_glow_fits() -> None:
    assert text(wish(jokes=None), *ALL, weather=RAIN) == "A test walks in."
    assert text(wish(), *ALL, weather=RAIN) == "Rain outside."
    hot = joke("Only for hot moments.", tags=("testing",), min_glow=0.5)
    assert text(wish(jokes=None), hot) is None
    assert text(wish(jokes=None, tags=("docs",)), JOKE) is None


def test_weather_needs_to_be_known_and_comes_once_a_day() -> None:
    assert text(wish(), WEATHER) is None
    assert text(wish(), WEATHER, weather=Weather(rain=False)) is None
    other = weather_line("Still raining.")
    told = {other.id: Told(1, NOW - DAY // 2)}
    assert text(wish(), WEATHER, other, weather=RAIN, told=told) is None
    assert text(wish(), WEATHER, weather=RAIN) == "Rain outside."


def test_a_fact_must_be_about_what_happened() -> None:
    assert text(wish(), FACT) == "A true thing about tests."
    assert text(wish(tags=("docs",)), FACT) is None
    assert text(wish(tags=()), FACT) is None


def test_a_fact_comes_once_a_day_and_never_behind_the_end_of_a_job() -> None:
    other = fact("Another true thing.", tags=("testing",))
    assert text(wish(), FACT, other, told={other.id: Told(1, NOW - DAY // 2)}) is None
    assert text(wish(), FACT, other, told={other.id: Told(1, NOW - 2 * DAY)}) == FACT.text
    assert text(wish(of_job=True), FACT) is None
    assert text(wish(of_job=True, asked="next", category=None), FACT) == FACT.text


def test_recipe_lines_are_few_and_stay_with_their_work() -> None:
    line = waiting("The pipeline knows the way.", source="recipe", tags=("deploy",))
    due = wish(tags=("deploy",))
    assert text(due, queue=(line,)) == line.banter
    assert text(due, queue=(line,), recipe_lines=2) is None
    assert text(wish(tags=("deploy",), category="PROACTIVE_PROMPT", alone=True), queue=(line,)) is None
    assert (
        text(wish(tags=("deploy",), asked="next", category=None), queue=(line,), recipe_lines=9)
        == line.banter
    )


def test_a_remark_about_the_day_leaves_special_moments_alone() -> None:
    day = waiting("Monday, on schedule.", source="seasonal")
    assert text(wish(), queue=(day,)) == day.banter
    assert text(wish(glow=0.5), queue=(day,)) is None
    assert text(wish(**RESILIENT), COMPLIMENT, queue=(day,)) == COMPLIMENT.text


def test_what_is_said_is_answered_from_the_queue_only_in_kind() -> None:
    thanks = wish(label="gratitude", asked="say", category=None, tags=())
    assert text(thanks, response("Any time.", "gratitude"), queue=(LINE,)) == "Any time."
    bye = wish(label="goodbye", asked="say", category=CLOSING, tags=())
    parting = waiting("Until tomorrow, then.", category=CLOSING)
    assert text(bye, queue=(LINE, parting)) == "Until tomorrow, then."
    travel = wish(label="off_domain", asked="say", category=None, tags=("travel",))
    assert text(travel, queue=(LINE,)) == LINE.banter


def test_fixed_lines_rotate_and_come_on_request_or_in_chatty_only() -> None:
    assert text(wish(), *FIXED) is None
    asked = wish(asked="next", category=None)
    assert [text(asked, *FIXED, fixed=count) for count in range(6)] == [
        f"Fixed {number % 5}." for number in range(6)
    ]
    assert text(wish(chatty=True), *FIXED) == "Fixed 0."
    assert text(wish(chatty=True), *FIXED, told={FIXED[3].id: Told(1, NOW - DAY // 2)}) is None


def test_without_news_a_line_is_about_the_occasion() -> None:
    change = wish(alone=True, category="BRIDGE", names=frozenset({"event:topic.change"}))
    crossing = response("Mind the step.", "small_talk", "event:topic.change")
    assert text(change, FACT, *FIXED) is None
    assert text(change, FACT, crossing) == "Mind the step."


def test_gifts_are_a_joke_and_a_fact_by_turns() -> None:
    unsure = wish(asked="say", confidence=0.4, label="unknown", category=None, jokes=None)
    found = [pick(unsure, *ALL, gifts=given) for given in range(4)]
    assert [one.kind if one else None for one in found] == ["joke", "fact", "joke", "fact"]
    assert {one.source for one in found if one} == {"gift"}
    no_jokes = Settings(joke_on_low_confidence=False)
    assert [
        one.kind for given in range(2) if (one := pick(unsure, *ALL, gifts=given, settings=no_jokes))
    ] == ["fact", "fact"]


def test_a_gift_is_given_though_nothing_is_about_it() -> None:
    unsure = wish(asked="say", confidence=0.4, label="unknown", category=None, jokes=None, tags=("travel",))
    assert text(unsure, JOKE, FACT) == "A test walks in."
    assert text(unsure, WEATHER, *FIXED, weather=RAIN) == "Rain outside."
    assert text(unsure, *FIXED) == "Fixed 0."


@pytest.mark.parametrize(
    ("fields", "due"),
    [
        ({}, True),
        ({"compliments": 2}, True),
        ({"compliments": 3}, False),
        ({"settings": Settings(compliment_frequency=1), "compliments": 1}, False),
        ({"prediction": Prediction(compliment_budget=1), "compliments": 1}, False),
        ({"prediction": Prediction(compliment_budget=3), "compliments": 2}, True),
        ({"prediction": Prediction(over_watering_risk=True)}, False),
        ({"prediction": Prediction(mode="empathetic")}, False),
        ({"warmths": (4, 4)}, False),
        ({"warmths": (4, 3)}, True),
        ({"used": frozenset({COMPLIMENT.id})}, False),
    ],
)
def test_compliments_are_few(fields: dict[str, Any], due: bool) -> None:
    assert (text(wish(**RESILIENT), COMPLIMENT, **fields) is not None) is due


def test_a_compliment_goes_with_a_task_completed_only() -> None:
    assert text(wish(trigger="resilience", category=CLOSING), COMPLIMENT) is None


def test_compliments_keep_their_distance() -> None:
    other = compliment("That is off the list.", "task_completed")
    near, far = {other.id: Told(1, NOW - 40 * MINUTE)}, {other.id: Told(1, NOW - 50 * MINUTE)}
    assert text(wish(**RESILIENT), COMPLIMENT, other, told=near) is None
    assert text(wish(**RESILIENT), COMPLIMENT, other, told=far) == COMPLIMENT.text


def test_momentum_is_praised_once_in_a_while() -> None:
    one, two = compliment("Three in a row.", "momentum"), compliment("Good rhythm.", "momentum")
    due = wish(trigger="momentum")
    assert text(due, one, two, told={one.id: Told(1, NOW - 60_000)}) is None
    assert text(due, one, two, told={one.id: Told(1, NOW - DAY)}) == "Good rhythm."


def test_a_domain_restricts_first_and_gives_way_when_empty() -> None:
    sea = fact("A fact about the sea.", tags=("sea", "testing"))
    expected = Prediction(domain="sea", domain_tags=("sea",))
    for entries in ((FACT, sea), (sea, FACT)):
        assert text(wish(), *entries, prediction=expected) == "A fact about the sea."
    assert text(wish(), FACT, prediction=expected) == "A true thing about tests."
    tagged = waiting("A wave.", tags=("sea",))
    assert text(wish(), FACT, queue=(LINE, tagged), prediction=expected) == "A wave."
    assert text(wish(), sea, queue=(LINE,), prediction=expected) == "A fact about the sea."


def test_an_energetic_mind_celebrates_sooner_and_an_empathetic_one_not() -> None:
    green = frozenset({"moment:green"})
    half = wish(glow=0.55, names=green)
    found = pick(half, GLOW, prediction=Prediction(mode="energetic"))
    assert found is not None
    assert found.source == "cpu_glow"
    hot = wish(glow=0.9, names=green, jokes=None)
    quiet = pick(hot, GLOW, JOKE, FACT, prediction=Prediction(mode="empathetic"))
    assert quiet is None or quiet.source != "cpu_glow"
    assert text(hot, JOKE, prediction=Prediction(mode="empathetic")) is None


def test_no_line_comes_again_while_another_of_its_kind_waits() -> None:
    facts = [fact(f"Fact {number}.", tags=("testing",)) for number in range(6)]
    asked = wish(asked="next", category=None)
    told: dict[str, Told] = {}
    said = []
    for turn in range(12):
        found = pick(asked, *facts, told=told)
        assert found is not None
        said.append(found.text)
        told = {**told, found.entry_id: Told(said.count(found.text), NOW - turn)}
    assert len(set(said[:6])) == 6
    assert sorted(said[:6]) == sorted(said[6:])


def test_the_seed_decides_among_equals() -> None:
    facts = [fact(f"Fact {number}.", tags=("testing",)) for number in range(40)]

    def chosen(key: str) -> str | None:
        known = Voice()
        sieve = sieve_for(known, Settings(), Register(), ("testing",), NOW)
        found = Picker(wish(), sieve, stock(*facts), Given(known), Settings(), key).pick()
        return found.text if found else None

    assert chosen("a\n1") == chosen("a\n1")
    assert len({chosen(f"a\n{turn}") for turn in range(30)}) > 15
    assert len({chosen(f"{seed}\n1") for seed in range(30)}) > 15


def test_warmth_sought_decides_among_lines_told_equally_often() -> None:
    lines = [response(f"Warmth {one}.", pattern="moment:green", warmth=one, level=1) for one in (1, 2, 3)]
    green = wish(names=frozenset({"moment:green"}))
    assert text(green, *lines) == "Warmth 3."
    assert text(green, *lines, prediction=Prediction(warmth_delta=-1)) == "Warmth 2."
    assert text(green, *lines, prediction=Prediction(warmth_delta=2)) == "Warmth 3."
    assert text(green, *lines, warmths=(5, 4)) == "Warmth 2."


def test_a_stale_line_is_served_and_flagged() -> None:
    old = fact("An old fact.", tags=("testing",), stale_at=NOW - 1)
    found = pick(wish(), old)
    assert found is not None
    assert found.stale


def test_every_line_considered_is_told_with_its_reason() -> None:
    deep = fact("Too deep.", tags=("testing",), level=3, warmth=4)
    one = picker(wish(), deep, FACT, told={FACT.id: Told(1, NOW - 100 * DAY)})
    one.pick()
    told = {candidate.entry_id: candidate.rejected for candidate in one.candidates}
    assert told["Too deep."] is not None
    assert told[FACT.id] is None


def test_a_struggle_gets_a_calm_answer_and_nothing_else() -> None:
    calm = response("A hard one.", "struggle", "*", tone="warm")
    hurt = wish(label="struggle", asked="say", category=None, jokes=None)
    known = Voice()
    sieve = sieve_for(known, Settings(), Register(), (), NOW, asked=True, calm=True)
    entries = stock(JOKE, FACT, *FIXED, compliment("Well done."), response("Ha!", "struggle", "*"))
    assert Picker(hurt, sieve, entries, Given(known, (LINE,)), Settings(), "k").pick() is None
    found = Picker(hurt, sieve, stock(calm, *FIXED), Given(known, (LINE,)), Settings(), "k").pick()
    assert found is not None
    assert found.text == "A hard one."
