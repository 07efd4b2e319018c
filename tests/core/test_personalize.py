"""Slots get their values, and what is not known leaves no trace."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.banks.loading import load, shipped
from afterglow.core.clean import LINE_COLUMNS, columns, one_line
from afterglow.core.personalize import ADDRESSES, MAX_WORDS, fill, personalized, whole
from afterglow.core.slots import SLOTS, WORDS, slots_of

LINES = sorted({entry.text for entry in load([shipped()])[0].entries()})
SLOTTED = [text for text in LINES if slots_of(text)]
SAMPLES = {name: slot.sample for name, slot in SLOTS.items()}


@pytest.mark.parametrize(
    ("text", "slots", "line"),
    [
        ("{user_name}, likewise.", {}, "Likewise."),
        ("{user_name}, likewise.", {"user_name": "Ada"}, "Ada, likewise."),
        ("Hello, {user_name}.", {}, "Hello."),
        ("Hello, {user_name}.", {"user_name": "  "}, "Hello."),
        ("Once more, {user_name}, on {branch}.", {"branch": "main"}, "Once more, on main."),
        ("Done. {user_name}, the rest keeps.", {}, "Done. The rest keeps."),
        ("{user_name}, {file} is next.", {"file": "auth.py"}, "auth.py is next."),
        ("{to} now. {from} can wait.", {"to": "testing", "from": "css"}, "Testing now. Css can wait."),
        ("{topic}, an old friend.", {"topic": "lexer.py"}, "lexer.py, an old friend."),
        ("Note: {note}.", {"note": "ask Bo?"}, "Note: ask Bo?"),
        ("By {user_name}.", {"user_name": "J. Doe jr."}, "By J. Doe jr."),
        ("In {file}.", {"file": "a{b}.py"}, "In a(b).py."),
        ("In {file}.", {"file": "${x}"}, "In (x)."),
        ("In {file}.", {"file": "a\n\x1b[31mb.py"}, "In a b.py."),
    ],
)  # fmt: skip
def test_what_becomes_of_a_line(text: str, slots: dict[str, str], line: str) -> None:
    assert personalized(text, slots) == line
    assert fill(text, slots) == line


@pytest.mark.parametrize(
    "text",
    [
        "{user_name} wins.",
        "{user_name}'s branch.",
        "From {user_name}, with care.",
        "{user_name}, {topic} waits.",
        "{user_name}.",
        "On {branch}.",
        "{nothing_known}",
        "{}",
        "a } b",
        "{user_name}, a { b",
    ],
)
def test_a_line_that_needs_what_is_not_known_is_none(text: str) -> None:
    assert personalized(text, {}) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("On {branch}, in {file}: {test} was red {when}.", "In auth.py: test_x was red."),
        ("{file} and {branch}.", "auth.py."),
        ("Back on {branch}, {user_name}, in {file}.", "Back, in auth.py."),
        ("{topic}. {file} it is.", "auth.py it is."),
        ("Fine ({branch}). {topic}. Next.", "Fine. Next."),
    ],
)
def test_nothing_dangles_where_something_was_left_out(text: str, left: str) -> None:
    assert fill(text, {"file": "auth.py", "test": "test_x"}) == left


def test_a_reminder_is_whole_or_nothing() -> None:
    text = "On {branch}: {test}."
    assert whole(text, {"branch": "main", "test": "test_x"}) == "On main: test_x."
    assert whole(text, {"branch": "main"}) is None
    assert whole(text, {"branch": "main", "test": "\x00"}) is None
    assert whole("{user_name}, likewise.", {}) is None


def test_a_line_that_gets_too_long_is_none() -> None:
    for value in ("x" * 130, " ".join("x" * 26)):
        assert whole("In {file}.", {"file": value}) is None
        assert personalized("In {file}.", {"file": value}) is None
        shown = fill("In {file}.", {"file": value})
        assert shown.endswith("…")
        assert len(shown.split()) <= MAX_WORDS
        assert columns(shown) <= LINE_COLUMNS


def test_there_are_lines_to_try() -> None:
    assert len(SLOTTED) > 30
    assert SLOTS.keys() > WORDS
    assert SLOTS.keys() > ADDRESSES


@given(st.sampled_from(LINES), st.sets(st.sampled_from(sorted(SLOTS))))
def test_every_shipped_line_with_any_slots(text: str, known: set[str]) -> None:
    slots = {name: SAMPLES[name] for name in known}
    for line in (fill(text, slots), personalized(text, slots), whole(text, slots)):
        if line:
            assert not {"{", "}"} & set(line)
            assert not any(odd in line for odd in ("  ", " ,", " .", ",.", ",,", " :", "()"))
            assert line == one_line(line)
            assert len(line.split()) <= MAX_WORDS
            first = slots_of(text)[:1]
            starts_with_name = any(line.startswith(SAMPLES[name]) for name in known) or text[0].islower()
            assert not line[0].islower() or starts_with_name, (first, line)
            assert fill(line, slots) == line


@given(st.sampled_from(SLOTTED), st.sets(st.sampled_from(sorted(SLOTS))))
def test_no_shipped_line_loses_more_than_an_address(text: str, known: set[str]) -> None:
    slots = {name: SAMPLES[name] for name in known}
    missing = set(slots_of(text)) - known
    line = personalized(text, slots)
    assert (line is not None) == (missing <= {"user_name"})
    assert (whole(text, slots) is not None) == (not missing)


@given(st.text(), st.dictionaries(st.sampled_from(sorted(SLOTS)), st.text()))
def test_any_template_and_any_value_give_a_clean_line(text: str, slots: dict[str, str]) -> None:
    for line in (fill(text, slots), personalized(text, slots) or "", whole(text, slots) or ""):
        assert not {"{", "}"} & set(line)
        assert line == one_line(line)
        assert len(line.split()) <= MAX_WORDS


PIECES = st.lists(
    st.sampled_from(
        ["{user_name}", "{file}", "{branch}", "{", "}", ", ", ". ", " in ", "It", "and", ": ", "(", ")", "…"]
    ),
    max_size=9,
)


@given(PIECES, st.sets(st.sampled_from(["user_name", "file", "branch"])))
def test_any_order_of_slots_and_marks_gives_a_clean_line(pieces: list[str], known: set[str]) -> None:
    slots = {name: SAMPLES[name] for name in known}
    for line in (fill("".join(pieces), slots), personalized("".join(pieces), slots) or ""):
        assert not {"{", "}"} & set(line)
        assert line == one_line(line)
