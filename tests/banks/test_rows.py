"""What a row of each bank may say, field by field and as a whole."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.banks import Shelf, fields, load
from afterglow.core.bank import Banks, Detect, Pattern, SeasonRule, WeatherRule
from afterglow.core.clean import one_line
from tests.banks.made import fact, joke, plain, put, recipe, reminder, response


def read(folder: Path, name: str, row: dict[str, Any]) -> tuple[Banks, list[str]]:
    put(folder, {name: [row], "recipes/baking.jsonl": [plain()]})
    banks, problems = load([Shelf(folder, "user")])
    return banks, [problem.text for problem in problems]


LONG = "a " * 26


@pytest.mark.parametrize(
    ("name", "row", "said"),
    [
        ("jokes.jsonl", joke(id="Joke One"), "id must be small letters"),
        ("jokes.jsonl", joke(id=7), "id must be small letters"),
        ("jokes.jsonl", joke(joke=None), "joke must be a text"),
        ("jokes.jsonl", joke(joke="\x1b[31m \u200b"), "joke must be a text"),
        ("jokes.jsonl", joke(joke="x" * 121), "joke is longer than 120 columns"),
        ("jokes.jsonl", joke(joke="漢" * 61), "joke is longer than 120 columns"),
        ("jokes.jsonl", joke(joke="x" * 10_000), "joke is longer than 120 columns"),
        ("jokes.jsonl", joke(joke=LONG), "joke has more than 25 words"),
        ("jokes.jsonl", joke(joke="{branch} " * 12), "joke is longer than 120 columns"),
        ("jokes.jsonl", joke(joke="In {folder}."), "joke has a slot that nothing fills: {folder}"),
        ("jokes.jsonl", joke(joke="In {}."), "joke has a slot that nothing fills: {}"),
        ("jokes.jsonl", joke(joke="In {file."), "joke has a brace that belongs to no slot"),
        ("jokes.jsonl", joke(joke="In {{file}}."), "joke has a brace that belongs to no slot"),
        ("jokes.jsonl", joke(tags="git"), "tags must be a list"),
        ("jokes.jsonl", joke(tags=["Git"]), "tags must be a list"),
        ("jokes.jsonl", joke(tags=["git"] * 21), "tags must be a list"),
        ("jokes.jsonl", joke(min_glow=True), "min_glow must be a number"),
        ("jokes.jsonl", joke(max_glow=1.1), "max_glow must be a number from 0 to 1"),
        ("jokes.jsonl", joke(min_glow=0.8, max_glow=0.7), "min_glow is greater than max_glow"),
        ("jokes.jsonl", joke(confidence="high"), "confidence must be a number"),
        ("jokes.jsonl", joke(freshness_days=0), "freshness_days must be a whole number"),
        ("jokes.jsonl", joke(added_at="2026-02-30"), "added_at must be a date"),
        ("jokes.jsonl", joke(added_at="20261121"), "added_at must be a date"),
        ("facts.jsonl", fact(source=""), "source must be a public address"),
        ("facts.jsonl", fact(source="a book"), "source must be a public address"),
        ("facts.jsonl", fact(source="https://localhost/x"), "source must be a public address"),
        ("facts.jsonl", fact(source="https://example.org/a b"), "source must be a public address"),
        ("facts.jsonl", fact(checked="yesterday"), "checked must be a date"),
        ("responses.jsonl", response(label="joy"), "label must be one of: task, greeting"),
        ("responses.jsonl", response(tone="sarcastic"), "tone must be one of"),
        ("responses.jsonl", response(pattern=""), "pattern must be *"),
        ("responses.jsonl", response(pattern="thanks||"), "pattern has a phrase without a word"),
        ("responses.jsonl", response(pattern="event:coffee"), "pattern names no moment, event or job"),
        ("responses.jsonl", response(pattern="mood:good"), "pattern names no moment, event or job"),
        ("responses.jsonl", response(level=3, warmth=3), "a line of level 3 has a warmth from 4 to 5"),
        ("responses.jsonl", response(level=1, warmth=4), "a line of level 1 has a warmth from 1 to 3"),
        ("responses.jsonl", response(warmth=2.0), "warmth must be a whole number from 1 to 5"),
        ("compliments.jsonl", plain(trigger="monday"), "trigger must be one of: task_completed"),
        ("reminders.jsonl", reminder(requires=["file"]), "requires must be exactly the slots"),
        ("reminders.jsonl", reminder(requires=["file", "mood"]), "requires names a slot that nothing fills"),
        ("weather.jsonl", plain(when={}), "when must name at least one condition"),
        ("weather.jsonl", plain(when={"wind": 3}), "when has a key that is none of"),
        ("weather.jsonl", plain(when={"above_c": 200}), "when must be a number from -90 to 60"),
        ("weather.jsonl", plain(when={"rain": 1}), "when has a rain that is neither true nor false"),
        ("weather.jsonl", plain(when={"place": 3}), "when has a place that is no text"),
        ("seasons.jsonl", plain(when="morning"), "when must be an object"),
        ("seasons.jsonl", plain(when={"time": "noon"}), "when has a time that is none of: morning, evening"),
        ("seasons.jsonl", plain(when={"weekday": []}), "when has a weekday that is none of"),
        ("seasons.jsonl", plain(when={"holiday": "Mayday"}), "when has a holiday that is none of"),
        ("seasons.jsonl", plain(when={"from": "12-27"}), "when needs from and to together"),
        ("seasons.jsonl", plain(when={"date": "13-01"}), "when has a date that is not such as 12-27"),
        ("recipes.jsonl", recipe(timing="later"), "timing must be one of: start, end, spread"),
        ("recipes.jsonl", recipe(detect={}), "detect must name at least one"),
        ("recipes.jsonl", recipe(detect={"job": ["baking"]}), "detect has a job that is none of"),
        ("recipes.jsonl", recipe(detect={"text": ["..."]}), "detect has a phrase without a word"),
        ("recipes.jsonl", recipe(detect={"files": "*.md"}), "detect must be a list"),
    ],
)
def test_what_a_row_may_not_say(tmp_path: Path, name: str, row: dict[str, Any], said: str) -> None:
    banks, problems = read(tmp_path, name, row)
    assert (banks.entries(), banks.recipes) == ((), ())
    assert len([text for text in problems if text.startswith(said)]) == 1


def test_text_is_cleaned_as_all_text_from_outside(tmp_path: Path) -> None:
    banks, problems = read(tmp_path, "jokes.jsonl", joke(joke=" A \x1b[31mred\x1b[0m\nkettle, $(rm)\u202e. "))
    assert problems == []
    assert banks.jokes[0].text == "A red kettle, (rm)."


@given(st.text(max_size=60))
def test_a_line_that_is_taken_is_clean(text: str) -> None:
    try:
        taken = fields.line(text)
    except ValueError:
        return
    assert taken == one_line(taken)
    assert fields.line(taken) == taken


@given(st.text(st.characters(max_codepoint=0x7F), max_size=40))
def test_cleaning_is_spared_only_where_it_would_change_nothing(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert fields.line(text) == one_line(text)


def test_level_follows_from_warmth_where_none_is_given(tmp_path: Path) -> None:
    rows = [plain(id=f"line-{warmth}", trigger="momentum", warmth=warmth) for warmth in range(1, 6)]
    put(tmp_path, {"compliments.jsonl": rows})
    found = load([Shelf(tmp_path, "user")])[0].compliments
    assert [(entry.warmth, entry.level, entry.min_trust) for entry in found] == [
        (1, 1, 0.0), (2, 1, 0.0), (3, 1, 0.0), (4, 2, 0.0), (5, 3, 0.6),
    ]  # fmt: skip


def test_a_deep_line_asks_for_the_trust_it_names(tmp_path: Path) -> None:
    rows = [response(id=f"deep-{trust}", level=3, warmth=4, min_trust=trust / 10) for trust in (5, 9)]
    put(tmp_path, {"responses.jsonl": [*rows, response(level=3, warmth=4)]})
    found = load([Shelf(tmp_path, "user")])[0].responses
    assert [entry.min_trust for entry in found] == [0.5, 0.9, 0.6]


def test_a_date_at_the_end_of_the_calendar_never_goes_stale(tmp_path: Path) -> None:
    banks, problems = read(tmp_path, "jokes.jsonl", joke(added_at="9999-12-31"))
    assert problems == []
    assert banks.jokes[0].stale_at == 2**63 - 1


def test_rules_as_they_are_kept() -> None:
    assert fields.weather({"above_c": 29, "place": "Köln "}) == WeatherRule(above_c=29, place="köln")
    assert fields.season({"weekday": "friday", "time": "evening"}) == SeasonRule(time="evening", weekday=4)
    assert fields.season({"date": "02-29"}) == SeasonRule(first=(2, 29), last=(2, 29))
    assert fields.detect(
        {"command": ["docker-compose up"], "branch": ["fix/*"], "text": ["Bug, triage"]}
    ) == Detect(commands=(("docker-compose", "up"),), branches=("fix/*",), phrases=(("bug", "triage"),))
    assert fields.pattern("Thanks a lot | event:push|moment:green") == Pattern(
        phrases=(("thanks", "a", "lot"),), moments=frozenset({"event:push", "moment:green"})
    )


def test_slots_are_known_by_name(tmp_path: Path) -> None:
    banks, _ = read(tmp_path, "reminders.jsonl", reminder())
    assert banks.reminders[0].slots == ("file", "test")
    assert banks.reminders[0].requires == {"file", "test"}
