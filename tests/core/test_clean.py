"""F30: whatever comes in, one clean line goes out."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from afterglow.core.clean import columns, one_line

NASTY = (
    "\x1b\x9b\x9d\x07\u202e\u2066\u200b\u200d\ufe0f\ufeff\u2028\ud83d\U000e0041\u0301"
    " \n\r\t$([](]<>&`a漢😀👩🏽🇩"
)
hostile = st.text(alphabet=st.one_of(st.sampled_from(NASTY), st.characters()), max_size=60)


@settings(max_examples=5_000)
@given(hostile, st.integers(1, 130))
@example("$$((]$(", 120)
@example("👩\u200d\u200d💻\u200d", 120)
@example("a" * 119 + " \u200d😀", 120)
@example("x" * 10_000, 120)
@example("a\u0301" * 3000, 120)
def test_any_text_becomes_one_clean_line(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert columns(line) <= limit
    assert one_line(line, limit) == line
    assert "$(" not in line and "](" not in line
    assert json.loads(json.dumps(line).encode("utf-8")) == line
    line.encode("utf-8")
    assert line == line.strip() and "  " not in line
    for index, char in enumerate(line):
        if char == "\u200d":
            assert unicodedata.category(line[index + 1]) == "So"
            assert index > 0
            continue
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert char == " " or not char.isspace()


@given(st.text(alphabet="abc déß漢字 .,:;!?", max_size=60))
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert one_line(text, 200) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\x1b[31mred\x1b[0m alert", "red alert"),
        ("\x1b]0;title\x07body", "body"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("one\ntwo\r\nthree\u2028four", "one two three four"),
        ("$(rocket) go", "(rocket) go"),
        ("$$$(rocket)", "(rocket)"),
        ("[x](command:evil)", "[x] (command:evil)"),
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("half \ud83d pair", "half pair"),
        ("dev 👩🏽\u200d💻 here", "dev 👩🏽\u200d💻 here"),
        ("flag 🏳️\u200d🌈", "flag 🏳️\u200d🌈"),
        ("ab\u200dcd", "abcd"),
        ("tag\U000e0041\U000e0042 smuggled", "tag smuggled"),
        ("a" + "\u0301" * 50, "a" + "\u0301" * 4),
        ("cafe\u0301", "cafe\u0301"),
        ("", ""),
        ("\x00\x01", ""),
    ],
)
def test_known_tricks(text: str, line: str) -> None:
    assert one_line(text) == line


def test_a_long_line_is_cut_between_words() -> None:
    line = one_line("the quick brown fox jumps over the lazy dog", 20)
    assert line == "the quick brown fox…"


def test_a_long_word_is_cut_inside() -> None:
    assert one_line("x" * 50, 10) == "x" * 9 + "…"


def test_wide_characters_count_twice() -> None:
    assert columns("漢字") == 4
    assert one_line("漢" * 50, 11) == "漢" * 5 + "…"


def test_ten_thousand_characters_do_not_matter() -> None:
    assert one_line("a b " * 100_000, 10) == "a b a b a…"
