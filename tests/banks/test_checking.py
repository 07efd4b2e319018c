"""Each thing that a bank can be found at fault for, and that a line in order is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from afterglow.banks import Shelf, shipped, voice
from afterglow.banks.checking import check_files, check_shipped, judge
from afterglow.core.bank import Entry, Fact, FixedLine, Joke, Pattern, Response
from tests.banks.made import DAY, fact, joke, plain, put, recipe, reminder, response


def faults(text: str, kind: str = "jokes", **more: Any) -> list[str]:
    return list(judge(kind, Joke(id="x", text=text, **more)))


@pytest.mark.parametrize(
    "text",
    [
        "A cache is a rumour with good performance.",
        "The lighthouse keeper reads the grass, the assembly and the classics.",
        "Hello. The shell passes.",
        "In auth.py, 0.5 s. Two sentences.",
    ],
)
def test_a_line_in_order(text: str) -> None:
    assert [fault for fault in faults(text) if "columns" not in fault] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Great job on that one.", "'Great job' is cheering"),
        ("An AWESOME build.", "'AWESOME' is hype"),
        ("I noticed a pause.", "'I noticed' is a claim of watching or feeling"),
        ("You should rest.", "'You should' is advice nobody asked for"),
        ("Your streak is long.", "'Your streak' is guilt"),
        ("All tests are here.", "'All tests' is a claim that needs proof"),
        ("Dumb machines compile too.", "'Dumb' is unkind"),
        ("A ninja of a commit.", "'ninja' is cheering"),
        ("It works on  my machine.", "'works on  my machine' is a joke that a search finds"),
        ("Done!", "an exclamation mark"),
        ("Is it? It is.", "a question"),
        ("Done \U0001f389.", "an emoji"),
        ("Done", "no full stop at its end"),
        ("One. Two. Three.", "more than 2 sentences"),
        ("x" * 58 + ".", "59 columns, 58 at most"),
        ("In {branch} and in {file} and then in {test}.", "79 columns, 58 at most"),
        ("a " * 14 + "b.", "more than 14 words"),
    ],
)
def test_a_fault_is_named(text: str, fault: str) -> None:
    assert faults(text) == [fault]


def test_an_exclamation_mark_needs_the_glow() -> None:
    assert faults("Confetti!", min_glow=0.8) == []
    assert faults("Confetti!", min_glow=0.79) == ["an exclamation mark"]
    assert faults("Confetti! More!", min_glow=0.9) == ["an exclamation mark"]


def test_no_joke_in_a_struggle() -> None:
    def line(label: str, tone: str) -> Entry:
        return Response(id="x", text="A long one.", label=label, tone=tone, pattern=Pattern(always=True))

    assert list(judge("responses", line("struggle", "playful"))) == ["no joke in a struggle"]
    assert list(judge("responses", line("struggle", "warm"))) == []
    assert list(judge("responses", line("humor", "playful"))) == []


def test_a_fact_may_quote_a_manual_and_be_longer() -> None:
    text = "Two signals cannot be caught or ignored: KILL and STOP. The rest may be."
    quoted = Fact(id="x", text=text, source="https://example.org/", checked=DAY)
    assert list(judge("facts", quoted)) == []
    assert len(list(judge("fallbacks", FixedLine(id="x", text=text)))) == 2


def test_every_bank_has_its_length() -> None:
    from afterglow.banks.shapes import RECIPE_LINES, SHAPES

    lines = {shape.kind for shape in SHAPES.values() if shape.text} | {RECIPE_LINES.kind}
    assert lines == set(voice.MOST_COLUMNS)


def test_a_file_in_order_has_no_problem(tmp_path: Path) -> None:
    put(tmp_path, {"jokes-work.jsonl": [joke()], "recipes/baking.jsonl": [plain()]})
    assert check_files([tmp_path / "jokes-work.jsonl", tmp_path / "recipes/baking.jsonl"], shipped()) == []


def test_a_file_is_told_line_by_line(tmp_path: Path) -> None:
    put(
        tmp_path, {"jokes.jsonl": [joke(), joke(id="joke-two", joke="Splendid kettles sing!"), joke(wamth=1)]}
    )
    found = check_files([tmp_path / "jokes.jsonl"], shipped())
    assert {(problem.line, problem.text) for problem in found} == {
        (2, "joke-two: an exclamation mark"),
        (3, "unknown key: wamth"),
        (3, f"joke-one stands in {tmp_path / 'jokes.jsonl'}:1 already"),
        (3, f"joke-one: 1.00 like joke-one in {tmp_path / 'jokes.jsonl'}:1"),
    }


def test_a_line_like_a_shipped_one_is_told(tmp_path: Path) -> None:
    put(tmp_path, {"jokes.jsonl": [joke(joke="A cache is a rumor with good performance.")]})
    (problem,) = check_files([tmp_path / "jokes.jsonl"], shipped())
    assert "like joke-cache-rumour in banks/jokes.jsonl:" in problem.text


def test_a_replacement_may_be_like_the_line_it_replaces(tmp_path: Path) -> None:
    row = joke(id="joke-cache-rumour", joke="A cache is a rumor with good performance.")
    put(tmp_path, {"jokes.jsonl": [row]})
    assert check_files([tmp_path / "jokes.jsonl"], shipped()) == []


def test_a_file_of_no_bank_and_one_that_is_gone(tmp_path: Path) -> None:
    put(tmp_path, {"jolly.jsonl": [joke()]})
    found = check_files([tmp_path / "jolly.jsonl", tmp_path / "jokes.jsonl"], shipped())
    assert [problem.text.partition(":")[0] for problem in found] == ["no bank is called so", "cannot be read"]


def test_text_that_had_to_be_cleaned_is_a_fault(tmp_path: Path) -> None:
    put(tmp_path, {"jokes.jsonl": [joke(joke="A kettle  has one job and a good log.")]})
    (problem,) = check_files([tmp_path / "jokes.jsonl"], shipped())
    assert problem.text == "joke-one: is not one clean line"


def test_a_shelf_that_is_too_thin_is_told(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "jokes.jsonl": [joke()],
            "facts.jsonl": [fact()],
            "responses.jsonl": [response()],
            "compliments.jsonl": [plain(id="c", text="One more thing less.", trigger="momentum")],
            "reminders.jsonl": [reminder()],
            "recipes.jsonl": [recipe()],
            "recipes/baking.jsonl": [plain(text="Bread is slow software.")],
            "fallbacks.jsonl": [plain(id=f"fixed-{n}", text=f"{'so ' * n}it goes.") for n in range(1, 7)],
        },
    )
    said = [problem.text for problem in check_shipped(Shelf(tmp_path, "shipped"))]
    assert "1 rows, 60 at least" in said
    assert "exactly 5 fixed lines" in said
    assert "1 rows of gratitude, 6 at least" in said
    assert "0 rows of struggle, 6 at least" in said
    assert "0 rows of level 3, 10 at least" in said
    assert "momentum: 1 rows, 1 of warmth 3 or less; not enough" in said
    assert "baking: 1 lines, 5 to 10" in said
