"""The shipped banks are in order, their facts have been read up, and their page says what the code does."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from afterglow.banks import load, prices, shipped
from afterglow.banks.checking import check_shipped
from afterglow.banks.likeness import TOO_ALIKE
from afterglow.banks.loading import kind_of
from afterglow.banks.reading import MOST_FILES, MOST_ROWS
from afterglow.banks.shapes import CONFIG, RECIPE_LINES, SHAPES
from afterglow.banks.voice import MOST_COLUMNS
from afterglow.core.bank import MOMENTS
from afterglow.core.settings import ROWS
from afterglow.core.slots import SLOTS
from tests.tidy.checkout import ROOT, named

PAGE = (ROOT / "banks" / "README.md").read_text(encoding="utf-8")
PASSAGES = ROOT / "tests" / "data" / "fact_passages.jsonl"
WORN = re.compile(r"^\S[^.]* (?:is|are) [^.]* with [^.]*\.$")
"""A is B with C: a shape that makes any two words a joke, and tires by the tenth."""
BANKS = sorted((ROOT / "banks").rglob("*.jsonl"))
SHIPPED = (
    "fallback_to_jokes",
    "joke_on_low_confidence",
    "fact_on_low_confidence",
    "max_warmth_level",
    "response_max_words",
    "redirect_after_exchanges",
    "compliment_frequency",
    "reminder_at_session_start",
    "brevity_match",
    "formality_match",
    "cpu_first",
    "llm_enrichment_target",
)
"""The settings that the banks carry (spec B8); all others live in the core alone."""


def rows(path: Path) -> list[dict[str, object]]:
    """The rows of one bank; a line that is no JSON object fails here."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        assert isinstance(row, dict)
        found.append(row)
    return found


@pytest.mark.parametrize("path", BANKS, ids=named)
def test_a_bank_is_one_object_a_line(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.endswith("\n")
    assert "\r" not in text
    assert rows(path)


def test_the_shipped_settings_are_the_cores_own_defaults() -> None:
    known = {row.snake: row for row in ROWS}
    expected = [
        {"key": key, "value": known[key].default, "description": known[key].description} for key in SHIPPED
    ]
    assert rows(ROOT / "banks" / "config.jsonl") == expected


def test_every_setting_is_described_in_a_sentence() -> None:
    assert [row.name for row in ROWS if not row.description.endswith(".")] == []
    assert len({row.snake for row in ROWS}) == len(ROWS)


def test_what_ships_passes_its_own_check() -> None:
    assert [str(problem) for problem in check_shipped(shipped())] == []


def test_a_shipped_row_has_every_key_of_its_bank() -> None:
    optional = {"level", "min_trust"}
    short = []
    for path in BANKS:
        keys = RECIPE_LINES.keys if path.parent.name == "recipes" else CONFIG
        if path.stem == prices.KIND:
            keys = prices.KEYS - {"long_prompt_tokens", "long_prompt_times"}
        if path.parent.name != "recipes" and (kind := kind_of(path.name)) in SHAPES:
            keys = SHAPES[str(kind)].keys
        for row in rows(path):
            missing = keys - optional - row.keys()
            short += [
                f"{named(path)}: {row.get('id') or row.get('name') or row.get('model')}: {key}"
                for key in sorted(missing)
            ]
    assert short == []


def test_no_shape_of_a_joke_is_worn_out() -> None:
    jokes = load([shipped()])[0].jokes
    worn = [joke.text for joke in jokes if WORN.match(joke.text)]
    assert len(worn) <= len(jokes) // 12
    openings = Counter(joke.text.split()[0] for joke in jokes if joke.text.split()[0] not in ("A", "The"))
    assert [word for word, number in openings.items() if number > 2] == []


def test_every_fact_says_where_it_was_read() -> None:
    facts = load([shipped()])[0].facts
    passages = rows(PASSAGES)
    assert [(row["id"], row["source"]) for row in passages] == [(fact.id, fact.source) for fact in facts]
    assert all(set(row) == {"id", "source", "note"} for row in passages)
    assert all(10 < len(str(row["note"])) < 160 for row in passages)


def table(heading: str) -> dict[str, str]:
    """The first table of the page below a heading: its first column without quotes, and its second."""
    part = PAGE.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    found = (re.fullmatch(r"\| `([a-z_]+)` \| (.*) \|", line) for line in part.splitlines())
    return {row[1]: row[2] for row in found if row}


def test_the_page_names_every_slot_and_moment() -> None:
    assert table("slot") == {slot.name: slot.source for slot in SLOTS.values()}
    assert table("moment") == dict(MOMENTS)


def test_the_page_names_every_bank_its_keys_and_its_limits() -> None:
    lines = [line for line in PAGE.splitlines() if line.startswith("| `") and ".jsonl`" in line]
    keys = {line.split("|")[1].strip(): set(re.findall(r"`([^`]*)`", line)[-1].split()) for line in lines}
    for kind, shape in SHAPES.items():
        (cell,) = [cell for cell in keys if f"`{kind}.jsonl`" in cell]
        assert keys[cell] == shape.keys, kind
    assert keys["`recipes/NAME.jsonl`"] == RECIPE_LINES.keys
    assert keys["`config.jsonl`"] == CONFIG
    assert f"{MOST_ROWS:,} lines a file, {MOST_FILES} files a folder" in PAGE
    assert f"{MOST_COLUMNS['jokes']} itself (a fact {MOST_COLUMNS['facts']}" in PAGE
    assert f"a reminder {MOST_COLUMNS['reminders']}" in PAGE
    assert f"{TOO_ALIKE:g} at most" in PAGE
