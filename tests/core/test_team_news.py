"""What is said of commits that others wrote, and of a history that became a round number long."""

from __future__ import annotations

import pytest

from afterglow.core.languages import language_of
from afterglow.core.local_time import Clock
from afterglow.core.model import Facts
from afterglow.core.news import News, View, news
from tests.core.build import NOW, ZONE, event


def said(kind: str, **data: int) -> str | None:
    found = news(event(kind, data=data), Facts(), View(Clock(NOW, ZONE), "normal"))
    return found.text if isinstance(found, News) else None


@pytest.mark.parametrize(
    ("kind", "data", "text"),
    [
        ("pull", {"arrived": 14, "people": 3}, "Pulled 14 commits by 3 others"),
        ("pull", {"arrived": 2, "people": 1}, "Pulled 2 commits by 1 other"),
        ("pull", {"arrived": 1, "people": 1}, None),
        ("pull", {"arrived": 0, "people": 0}, None),
        ("merge", {"arrived": 5, "people": 2}, "Merged 5 commits by 2 others"),
        ("commit", {"history": 1_000, "history_before": 999}, "1,000th commit of this project"),
        ("commit", {"history": 1_001, "history_before": 1_000}, None),
        ("commit", {"history": 1_000}, None),
        ("commit", {"history": 1_000, "history_before": 1_000}, None),
        ("commit", {"history": 1_003, "history_before": 990}, None),
        (
            "pull",
            {"arrived": 14, "people": 3, "history": 10_004, "history_before": 9_990},
            "Pulled 14 commits by 3 others; the project's 10,000th commit is in it",
        ),
    ],
)
def test_numbers_that_nobody_typed(kind: str, data: dict[str, int], text: str | None) -> None:
    assert said(kind, **data) == text


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/p/src/main.rs", "Rust"),
        ("a.PY", "Python"),
        ("C:\\p\\a.ts", "TypeScript"),
        ("/p/Dockerfile", "Docker"),
        ("/p/.rs", None),
        ("/p/readme.md", None),
        ("/p/rs", None),
        ("", None),
    ],
)
def test_a_file_tells_its_language_by_its_name(path: str, language: str | None) -> None:
    assert language_of(path) == language
