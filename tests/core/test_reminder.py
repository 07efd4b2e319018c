"""Which reminder opens a session."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.banks.loading import load, shipped
from afterglow.core.bank import Reminder
from afterglow.core.clean import LINE_COLUMNS, columns, one_line
from afterglow.core.reminder import choose
from afterglow.core.slots import SLOTS, slots_of
from afterglow.core.voice import Told
from tests.core.build import DAY, NOW

SHIPPED = load([shipped()])[0].reminders
EVERYTHING = {
    "note": "ask Bo about the clock",
    "test": "test_expiry",
    "failing": "3",
    "bug_type": "the test run",
    "runs": "9",
    "red_for": "1 h 20",
    "red_when": "on Friday",
    "when": "yesterday at 17:02",
    "age": "26 h",
    "days": "4",
    "branch": "main",
    "file": "auth.py",
    "recent_activity": "pytest",
    "last_task": "release",
    "project_name": "payments",
}


def reminder(name: str, text: str, **fields: Any) -> Reminder:
    slots = slots_of(text)
    values = {"trigger": "session_open", "requires": frozenset(slots), "slots": slots, **fields}
    return Reminder(id=name, text=text, **values)


def chosen(slots: dict[str, str], *reminders: Reminder, **options: Any) -> str | None:
    values = {"told": {}, "used": frozenset(), "max_warmth": 4, "seed": "s", "now": NOW, **options}
    found = choose(reminders or SHIPPED, slots, **values)
    return None if found is None else found[1]


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in EVERYTHING.items() if name not in names}


def test_what_is_most_worth_knowing_goes_first() -> None:
    slots = dict(EVERYTHING)
    for point in ("note", "test", "failing", "bug_type", "file", "branch"):
        line = chosen(slots)
        assert line is not None
        assert EVERYTHING[point] in line, point
        del slots[point]
    assert chosen(without("note", "test", "failing", "bug_type", "file", "branch")) is None


def test_the_whole_answer_to_where_was_i() -> None:
    for seed in "abcdef":
        line = chosen(without("note"), seed=seed)
        assert line is not None
        assert all(EVERYTHING[name] in line for name in ("test", "branch", "file", "red_when")), line


def test_no_reminder_with_a_missing_or_empty_slot() -> None:
    one = reminder("a", "On {branch}, in {file}.")
    assert chosen({"branch": "main", "file": "a.py"}, one) == "On main, in a.py."
    for slots in ({"branch": "main"}, {"branch": "main", "file": ""}, {"branch": "main", "file": "\u200b "}):
        assert chosen(slots, one) is None
    assert chosen({}) is None
    assert chosen({"project_name": "payments", "branch": "main"}) is None, "says nothing of where they were"


def test_what_was_shown_or_is_too_warm_or_too_long_is_passed_over() -> None:
    a, b = reminder("a", "In {file}."), reminder("b", "File: {file}.", warmth=4)
    slots = {"file": "a.py"}
    assert chosen(slots, a, b, used={"a"}) == "File: a.py."
    assert chosen(slots, a, b, max_warmth=3) == "In a.py."
    assert chosen(slots, b, max_warmth=3) is None
    long = {"file": "x" * 50, "branch": "y" * 60}
    assert chosen(long, reminder("c", "On {branch}, in {file}, and so on."), a) == f"In {'x' * 50}."


def test_the_least_told_goes_first_then_the_longest_ago() -> None:
    lines = [reminder(name, f"{name} {{file}}.") for name in "abc"]
    told = {"a": Told(1, NOW - DAY), "b": Told(1, NOW - 2 * DAY), "c": Told(2, NOW - 9 * DAY)}
    assert chosen({"file": "x"}, *lines, told=told) == "b x."
    del told["c"]
    assert chosen({"file": "x"}, *lines, told=told) == "c x."


def test_the_point_comes_within_a_glance() -> None:
    late = reminder("a", "On {branch}, where you were before all this: {file}.")
    early = reminder("b", "{file} is where you were before all this, on {branch}.")
    slots = {"file": "auth.py", "branch": "feature/token-refresh"}
    assert chosen(slots, late, early, told={"b": Told(5, NOW)}) == early.text.format(**slots)


def test_the_seed_decides_among_equals() -> None:
    lines = [reminder(name, f"{name} {{file}}.") for name in "abcd"]
    by_seed = {seed: chosen({"file": "x"}, *lines, seed=seed) for seed in map(str, range(40))}
    assert len(set(by_seed.values())) == len(lines)
    assert all(chosen({"file": "x"}, *lines[::-1], seed=seed) == line for seed, line in by_seed.items())


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.id)
def test_shipped_reminders_keep_the_rules(one: Reminder) -> None:
    assert one.requires == frozenset(slots_of(one.text))
    assert one.warmth in (3, 4)
    line = chosen({name: SLOTS[name].sample for name in one.requires}, one)
    assert line is not None
    assert columns(line) <= LINE_COLUMNS


VALUES = st.text(max_size=60) | st.sampled_from(sorted(EVERYTHING.values()))


@given(st.dictionaries(st.sampled_from(sorted(SLOTS)), VALUES), st.integers(0, 5), st.text(max_size=5))
def test_a_reminder_is_one_clean_line_of_known_things(slots: dict[str, str], warmth: int, seed: str) -> None:
    found = choose(SHIPPED, slots, told={}, used=(), max_warmth=warmth, seed=seed, now=NOW)
    if found is None:
        return
    entry, line = found
    assert all(slots.get(name) for name in entry.requires)
    assert entry.warmth <= warmth
    assert line == one_line(line)
    assert not {"{", "}"} & set(line)
    assert len(line.split()) <= 25
