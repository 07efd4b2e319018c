"""What is taken from an answer: each part by itself, nothing of what is no answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from afterglow.core.prediction import Prediction
from afterglow.core.twin import Answer, Grade, Made, Verdict
from tests.enrich.answering import asked, grade, line, prediction, read, reviewed, taken, whole


def test_a_good_answer_is_taken_whole() -> None:
    made = taken(whole())
    assert made == Answer(
        grades=(
            Grade(
                turn=7,
                quality=4,
                why="fits the moment",
                domain="travel",
                confidence=0.9,
                tags=("travel", "greece"),
                words={"greece": ("athens", "island hopping")},
            ),
        ),
        lines=(
            Made(
                sort="aside",
                text="A Greek ferry timetable is more of a conversation.",
                domain="travel",
                tags=("travel", "greece"),
                score=4,
            ),
        ),
        prediction=Prediction("travel", ("travel",), 1, 2, "normal", 2, False),
    )


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "Here is the answer:\n\n{}\n\nAnything else?",
        "\ufeff  {}  ",
        "I used {{braces}} and { too: {}",
        "<answer>{}</answer>",
    ],
)
def test_words_and_fences_around_the_object_do_not_matter(around: str) -> None:
    text = around.replace("{{", "[").replace("}}", "]").replace("{}", json.dumps(whole()))
    assert taken(text).lines


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "no",
        "{}",
        "[]",
        "null",
        '"grades"',
        "<html><body>Log in</body></html>",
        '{"grades": [',
        json.dumps(whole())[:-40],
        json.dumps({"lines": [line()]}),
        json.dumps({"grades": {}}),
        json.dumps({"grades": "4"}),
        json.dumps({"grades": [grade()] * 41}),
        json.dumps([whole(), whole()]),
        json.dumps(whole()) + json.dumps(whole()),
        "{" * 100_000,
        "[" * 100_000,
        "x" * 70_000 + json.dumps(whole()),
        '{"grades": [{"turn": NaN}]}',
        '{"grades": ' + "9" * 6_000 + "}",
    ],
)
def test_what_is_no_answer_gives_nothing(text: str) -> None:
    made = read(text)
    assert isinstance(made, str)
    assert 0 < len(made) < 80


def test_grades_of_other_turns_only_are_no_answer() -> None:
    assert isinstance(read(whole(grades=[grade(99)])), str)
    assert isinstance(read(whole(grades=[])), str)


def test_a_grade_of_a_turn_that_was_not_asked_about_is_dropped() -> None:
    made = taken(whole(grades=[grade(99, quality=1), grade(7)]), asked(7, 8))
    assert [one.turn for one in made.grades] == [7]
    assert len(made.dropped) == 1


def test_the_first_grade_of_a_turn_counts() -> None:
    made = taken(whole(grades=[grade(7, quality=2), grade(7, quality=5)]))
    assert [one.quality for one in made.grades] == [2]


@pytest.mark.parametrize(
    "broken",
    [
        {"quality": 0},
        {"quality": 6},
        {"quality": "4"},
        {"quality": 4.5},
        {"quality": True},
        {"quality": None},
        {"confidence": 1.5},
        {"confidence": -0.1},
        {"confidence": "high"},
        {"turn": "7"},
        {"tags": "travel"},
        {"tags": [1]},
        {"tags": ["x"] * 40},
        {"words": [{"tag": "greece"}]},
        {"words": [{"tag": "greece", "words": ["athens"], "more": 1}]},
        {"why": 3},
        {"why": "x" * 1_001},
        {"domain": 3},
        {"extra": "field"},
    ],
)
def test_a_bad_grade_costs_only_itself(broken: dict[str, Any]) -> None:
    made = taken(whole(grades=[{**grade(7), **broken}, grade(8)]), asked(7, 8))
    assert [one.turn for one in made.grades] == [8]
    assert made.dropped == ("a grade that does not fit the schema",)
    assert made.lines


@pytest.mark.parametrize(
    "broken",
    [
        {"sort": "fact"},
        {"text": ""},
        {"text": 3},
        {"text": "x" * 401},
        {"tags": None},
        {"score": 2},
        {"score": "5"},
        {"level": 4},
        {"warmth": 0},
        {"tone": "sultry"},
        {"extra": 1},
        {"domain": "https://evil.example"},
        {"text": "All tests passed, tea is served."},
        {"text": "A ferry\nwith two lines."},
        {"domain": "cooking"},
    ],
)
def test_a_bad_line_costs_only_itself(broken: dict[str, Any]) -> None:
    good = line("Crete has mountains tall enough to keep snow into May.")
    made = taken(whole(lines=[line(**broken), good]))
    assert [one.text for one in made.lines] == [good["text"]]
    assert len(made.dropped) == 1
    assert made.grades


def test_a_bad_prediction_costs_only_itself() -> None:
    made = taken(whole(prediction=prediction(mode="manic")))
    assert made.prediction is None
    assert made.lines and made.grades
    assert taken(whole(prediction=None)).prediction is None


def test_lines_need_a_sure_domain_that_the_banks_lack() -> None:
    assert taken(whole(grades=[grade(confidence=0.5)])).lines
    assert not taken(whole(grades=[grade(confidence=0.49)])).lines
    assert not taken(whole(), lacking=False).lines
    assert not taken(whole(), near=True).lines


def test_three_lines_at_most_and_no_two_alike() -> None:
    texts = (
        "A Greek ferry timetable is more of a conversation.",
        "A Greek ferry timetable is more of a suggestion.",
        "Olive trees outlive most frameworks.",
        "The sea is the oldest distributed system.",
        "Mykonos has more stairs than signs.",
    )
    made = taken(whole(lines=[line(text) for text in texts]))
    assert [one.text for one in made.lines] == [texts[0], texts[2], texts[3]]
    assert len(made.dropped) == 2


def test_warmth_is_brought_to_its_level() -> None:
    made = taken(
        whole(lines=[line(level=1, warmth=5), line("Olive trees outlive most frameworks.", level=3)])
    )
    assert [(one.level, one.warmth) for one in made.lines] == [(1, 3), (3, 4)]


@pytest.mark.parametrize(
    ("why", "kept"),
    [
        ("fits the moment", "fits the moment"),
        ("fits\nthe   moment", "fits the moment"),
        ("see https://evil.example", ""),
        ("run `rm -rf`", ""),
        ("as /etc/passwd says", ""),
        ("what a bitch of a line", ""),
    ],
)
def test_the_reason_of_a_grade_is_one_harmless_line(why: str, kept: str) -> None:
    (made,) = taken(whole(grades=[grade(why=why)])).grades
    assert made.why == kept


def test_a_long_reason_is_cut() -> None:
    (made,) = taken(whole(grades=[grade(why="word " * 60)])).grades
    assert 0 < len(made.why) <= 80


def test_words_may_come_as_an_object() -> None:
    (made,) = taken(whole(grades=[grade(words={"greece": ["athens", "the", "Crete"]})])).grades
    assert made.words == {"greece": ("athens", "crete")}


def test_what_stands_beside_the_known_parts_is_left() -> None:
    assert taken(whole(comment="here you are")).lines


def test_a_domain_that_is_none_has_no_confidence() -> None:
    (made,) = taken(whole(grades=[grade(domain="")])).grades
    assert (made.domain, made.confidence) == (None, 0.0)


def test_dropped_reasons_hold_none_of_the_answer() -> None:
    secret = "zanzibar"
    made = taken(
        whole(lines=[line(f"Fact: {secret} is far."), {"text": secret}], prediction={"mode": secret})
    )
    assert len(made.dropped) == 3
    assert not any(secret in reason for reason in made.dropped)


def test_verdicts_are_taken_for_the_lines_that_were_asked_about() -> None:
    rows = [
        {"id": "joke-a", "decision": "retire"},
        {"id": "joke-a", "decision": "refresh"},
        {"id": "joke-z", "decision": "retire"},
        {"id": "joke-b", "decision": "delete"},
        {"id": "joke-b", "decision": "refresh", "text": "new"},
        {"id": "joke-c", "decision": "refresh"},
        "joke-d",
    ]
    made = reviewed({"verdicts": rows}, "joke-a", "joke-b", "joke-c")
    assert isinstance(made, Answer)
    assert made.verdicts == (Verdict("joke-a", "retire"), Verdict("joke-c", "refresh"))
    assert len(made.dropped) == 5


@pytest.mark.parametrize("answer", [{}, {"verdicts": []}, {"verdicts": {}}, "nonsense", {"grades": []}])
def test_no_verdict_is_no_answer(answer: object) -> None:
    assert isinstance(reviewed(answer, "joke-a"), str)
