"""What may be added to the queue, with which defaults, and what is refused in which words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.clean import LINE_COLUMNS, columns, one_line
from afterglow.core.queue_rules import (
    MAX_TAGS,
    MAX_TTL_MS,
    SOURCES,
    WARMTH_OF_LEVEL,
    Draft,
    Problem,
    check,
    tag_key,
    tag_keys,
)


def checked(**fields: Any) -> Draft | Problem:
    return check({"user_id": "local", "banter": "a line", **fields})


def taken(**fields: Any) -> Draft:
    made = checked(**fields)
    assert isinstance(made, Draft), made
    return made


def test_a_line_alone_is_a_job_line_that_lives_five_turns_and_a_day() -> None:
    assert taken() == Draft(
        user_id="local",
        banter="a line",
        source="job",
        level=1,
        warmth=2,
        confidence=0.95,
        ttl_ms=MAX_TTL_MS,
        expires_in_turns=5,
    )


@pytest.mark.parametrize(
    ("source", "confidence", "turns"),
    [
        ("job", 0.95, 5),
        ("recipe", 0.90, 5),
        ("previous_session", 0.85, 3),
        ("llm_generated", 0.92, 10),
        *(
            (name, 0.80, None)
            for name in ("achievement", "seasonal", "stats", "team", "recovery", "learning")
        ),
        *((name, 0.80, None) for name in ("security", "quality", "personal")),
    ],
)
def test_defaults_by_source(source: str, confidence: float, turns: int | None) -> None:
    made = taken(source=source)
    assert (made.confidence, made.expires_in_turns, made.ttl_ms) == (confidence, turns, MAX_TTL_MS)


def test_the_table_of_sources_is_the_whole_list() -> None:
    assert len(SOURCES) == 13


@pytest.mark.parametrize(
    ("fields", "ttl", "turns", "until_used"),
    [
        ({"ttl_seconds": 60}, 60_000, None, False),
        ({"ttl_seconds": 0.5}, 500, None, False),
        ({"ttl_seconds": 10_000_000}, MAX_TTL_MS, None, False),
        ({"ttl_seconds": 60, "expires_in_turns": 2}, 60_000, 2, False),
        ({"expires_in_turns": 2}, MAX_TTL_MS, 2, False),
        ({"until_used": True}, None, None, True),
        ({"until_used": False}, MAX_TTL_MS, 5, False),
    ],
)
def test_an_expiry_replaces_the_turns_of_the_source(
    fields: dict[str, Any], ttl: int | None, turns: int | None, until_used: bool
) -> None:
    made = taken(**fields)
    assert (made.ttl_ms, made.expires_in_turns, made.until_used) == (ttl, turns, until_used)


def test_an_absolute_time() -> None:
    made = taken(expires_at="2026-01-31T09:30:00.123Z")
    assert (made.expires_at, made.ttl_ms, made.expires_in_turns) == (1_769_851_800_123, None, None)


@pytest.mark.parametrize(
    ("level", "warmth", "expected"),
    [
        (None, None, (1, 2)),
        (1, None, (1, 2)),
        (2, None, (2, 3)),
        (3, None, (3, 4)),
        (None, 1, (1, 1)),
        (None, 3, (1, 3)),
        (None, 4, (2, 4)),
        (None, 5, (3, 5)),
        (2, 4, (2, 4)),
    ],
)
def test_level_and_warmth_go_together(
    level: int | None, warmth: int | None, expected: tuple[int, int]
) -> None:
    made = taken(level=level, warmth=warmth)
    assert (made.level, made.warmth) == expected


def test_names_are_read_as_people_write_them() -> None:
    made = taken(source="Recipe", category="greeting", tags=["Python", "python", " Island  Hopping "])
    assert (made.source, made.category, made.tags) == ("recipe", "GREETING", ("python", "island-hopping"))


def test_a_null_is_not_given() -> None:
    assert taken(source=None, tags=None, ttl_seconds=None) == taken()


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"banter": None}, "banter", "is missing"),
        ({"user_id": None}, "user_id", "is missing"),
        ({"banter": "\x1b[31m \u200b"}, "banter", "must hold something to show"),
        ({"banter": 7}, "banter", "must be a text"),
        ({"banter": "word " * 26}, "banter", "at most 25 words and 120 columns"),
        ({"banter": "x" * 121}, "banter", "at most 25 words and 120 columns"),
        ({"banter": "x" * 100_000}, "banter", "at most 25 words and 120 columns"),
        ({"source": "gossip"}, "source", "must be one of job, recipe"),
        ({"category": "PRAISE"}, "category", "must be one of GREETING"),
        ({"level": 4}, "level", "must be a whole number from 1 to 3"),
        ({"level": True}, "level", "must be a whole number"),
        ({"level": 1, "warmth": 4}, "warmth", "must be from 1 to 3 for a line of level 1"),
        ({"confidence": 1.1}, "confidence", "from 0 to 1"),
        ({"confidence": float("nan")}, "confidence", "from 0 to 1"),
        ({"confidence": "0.5"}, "confidence", "from 0 to 1"),
        ({"tags": "python"}, "tags", "must be a list of texts"),
        ({"tags": [1]}, "tags", "must be a list of texts"),
        ({"tags": [str(n) for n in range(17)]}, "tags", "must be at most 16"),
        ({"expires_in_turns": 0}, "expires_in_turns", "from 1 to 1000"),
        ({"ttl_seconds": 0}, "ttl_seconds", "above 0"),
        ({"ttl_seconds": float("nan")}, "ttl_seconds", "above 0"),
        ({"expires_at": "tomorrow"}, "expires_at", "must be a time such as"),
        ({"until_used": 1}, "until_used", "must be true or false"),
        ({"until_used": True, "ttl_seconds": 5}, "until_used", "goes with no other expiry"),
        ({"until_used": True, "expires_in_turns": 5}, "until_used", "goes with no other expiry"),
        ({"ttl_seconds": 5, "expires_at": "2026-01-31T09:30:00Z"}, "ttl_seconds", "goes without expires_at"),
        ({"mood": "glad"}, "mood", "is not a field of an entry"),
    ],
)
def test_what_is_refused_says_which_field_and_why(fields: dict[str, Any], field: str, says: str) -> None:
    problem = checked(**fields)
    assert isinstance(problem, Problem)
    assert problem.field == field
    assert says in problem.message and "\n" not in str(problem)


def test_a_tag_is_one_clean_lower_case_word() -> None:
    assert tag_key(" Type\tScript\x00 ") == "type-script"
    assert tag_key("\u200b") == ""
    assert tag_keys(["A", "a", "", "b"]) == ("a", "b")
    assert len(tag_keys(str(n) for n in range(50))) == MAX_TAGS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    *("session_id", "workspace", "source", "source_id", "category", "level", "warmth", "tags"),
    *("confidence", "expires_in_turns", "ttl_seconds", "expires_at", "until_used", "else"),
)


@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.text())
def test_any_input_gives_a_line_fit_to_show_or_a_reason(fields: dict[str, Any], banter: str) -> None:
    made = check({"user_id": "local", "banter": banter, **fields})
    if isinstance(made, Problem):
        assert made.field and made.message
        return
    assert made.banter and columns(made.banter) <= LINE_COLUMNS
    assert one_line(made.banter) == made.banter
    lowest, _, highest = WARMTH_OF_LEVEL[made.level]
    assert lowest <= made.warmth <= highest
    assert made.until_used or made.expires_at is not None or 0 < (made.ttl_ms or 0) <= MAX_TTL_MS
    assert all(tag == tag_key(tag) for tag in made.tags)
