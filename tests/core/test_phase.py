"""What the work is at: which sign stands for which phase, and what a working hour makes of them."""

from __future__ import annotations

import pytest

from afterglow.core import phase
from afterglow.core.phase import Sign, of_document, of_event, of_file
from afterglow.core.topic import Held, heard

MINUTE = 60_000


def play(*signs: tuple[float, Sign | None]) -> list[tuple[str, str]]:
    """The changes made by signs at these minutes."""
    held, changes = Held(), []
    for minute, sign in signs:
        if sign is None:
            continue
        at = int(minute * MINUTE)
        held, change = heard(held, sign.phase, at, weight=sign.weight, apart_ms=sign.apart_ms)
        if change is not None:
            changes.append((change.before, change.after))
    return changes


def saves(start: float, count: int) -> list[tuple[float, Sign | None]]:
    return [(start + step, of_file("src/a.py", saved=True)) for step in range(count)]


TESTED = of_event("job.finished", "test")


@pytest.mark.parametrize(
    ("kind", "job", "name"),
    [
        ("job.finished", "test", "testing"),
        ("command", "test", "testing"),
        ("job.finished", "deploy", "releasing"),
        ("job.finished", "build", None),
        ("job.finished", None, None),
        ("tag", None, "releasing"),
        ("push", None, "releasing"),
        ("review.done", None, "reviewing"),
        ("commit", None, None),
        ("merge", None, None),
    ],
)
def test_what_happens_is_a_sign(kind: str, job: str | None, name: str | None) -> None:
    found = of_event(kind, job)
    assert (found.phase if found is not None else None) == name


@pytest.mark.parametrize(
    ("below", "name"),
    [
        ("CHANGELOG.md", "releasing"),
        ("VERSION", "releasing"),
        ("lib/version.rb", "releasing"),
        ("src/a.py", "coding"),
        ("src/versions/a.py", "coding"),
        ("tests/test_a.py", "coding"),
    ],
)
def test_a_saved_file_is_a_sign(below: str, name: str) -> None:
    assert of_file(below, saved=True).phase == name
    assert of_file(below, saved=False).phase == "coding"


@pytest.mark.parametrize(
    ("uri", "seen"),
    [
        ("git:/project/a.py?ref=HEAD", True),
        ("gitlens://x/a.py", True),
        ("/project/fix.patch", True),
        ("/project/a.py", False),
        ("untitled:1", False),
        ("/git/a.py", False),
    ],
)
def test_reading_a_comparison_is_review(uri: str, seen: bool) -> None:
    assert (of_document(uri) is not None) == seen


def test_writing_and_testing_by_turns_is_coding() -> None:
    turns = [sign for step in range(0, 60, 2) for sign in (*saves(step, 1), (step + 1.0, TESTED))]
    assert play(*saves(-10, 5), *turns) == []


def test_runs_in_a_row_are_testing_and_saves_in_a_row_coding_again() -> None:
    runs = [(10.0, TESTED), (10.5, TESTED), (11.0, TESTED)]
    assert play(*saves(0, 5), *runs) == [("coding", "testing")]
    assert play(*saves(0, 5), *runs, *saves(30, 5)) == [("coding", "testing"), ("testing", "coding")]


def test_a_tag_that_is_pushed_is_a_release_and_a_push_alone_is_not() -> None:
    tag, push = of_event("tag", None), of_event("push", None)
    assert play(*saves(0, 5), (10, push)) == []
    assert play(*saves(0, 5), (10, tag), (10.1, push)) == [("coding", "releasing")]
    assert play(*saves(0, 5), (9, of_file("CHANGELOG.md", saved=True)), (10, tag)) == [
        ("coding", "releasing")
    ]


def test_typing_counts_once_a_minute() -> None:
    typed = [(10 + second / 60, phase.TYPED) for second in range(50)]
    runs: list[tuple[float, Sign | None]] = [(0, TESTED), (1, TESTED), (2, TESTED)]
    assert play(*runs, *typed) == []
    assert play(*runs, *typed, (11.1, phase.TYPED), (12.2, phase.TYPED)) == [("testing", "coding")]
