"""The shipped banks can be read line by line, and their settings are the ones the core knows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from afterglow.core.settings import ROWS
from tests.tidy.checkout import ROOT, named

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
