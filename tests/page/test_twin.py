"""What the page, and the figures behind it, tell of the idle twin: all where it worked, else nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from afterglow.loop.report_twin import as_json, dollars
from afterglow.store.database import Database
from tests.page.made import NOW, at, happened, page, read, show, write
from tests.page.made_twin import called, graded, kept


@pytest.fixture
def helped(database: Database) -> Database:
    """Two days on which it worked; the first line came without it, the last two with it."""
    monday, today = at("2027-03-22", "12:00"), at("2027-03-25", "09:00")
    write(database, happened("commit", monday))
    called(database, monday)
    called(database, today)
    called(database, today + 1, told=False)
    for when, quality in ((monday, 2), (today, 4), (today + 1, 5), (today + 2, None)):
        graded(database, when, quality)
    graded(database, today, 1, user="somebody-else")
    for name in ("one", "two"):
        kept(database, name)
    kept(database, "other", user="somebody-else")
    show(database, {"response": "build ok, 12 s"}, monday)
    show(database, {"response": "The ferries are on time.", "byModel": True}, today)
    show(database, {"response": "So is the retsina.", "byModel": True}, today + 1)
    return database


def test_days_are_counted_as_the_ledger_counts(helped: Database) -> None:
    found = read(helped).twin
    assert [(day.calls, day.tokens, day.micros) for day in found.days] == [
        *[(0, 0, 0)] * 3,
        (1, 1_000, 400),
        *[(0, 0, 0)] * 2,
        (2, 4_000, 5_400),
    ]
    assert [day.grade for day in found.days] == [None, None, None, 2.0, None, None, 4.5]
    assert [day.share for day in found.days] == [None, None, None, 0.0, None, None, 1.0]
    assert (found.lines, found.waiting) == (2, 1)


def test_the_report_and_its_page_say_the_same(helped: Database) -> None:
    figures = read(helped)
    told = figures.report["twin"]
    assert told == {
        "calls": 3,
        "tokens": 5_000,
        "usd": 0.0058,
        "graded": 3,
        "mean_grade": 3.67,
        "lines_kept": 2,
        "turns_waiting": 1,
    }
    assert told == as_json(figures.twin)
    assert figures.report["learned_share"] == pytest.approx(2 / 3, abs=0.001)
    found = page(helped)
    assert (2, "The idle twin") in found.headings
    assert "$0.0058" in found.text and "5,000 tokens" in found.text
    assert "3 turns graded, 3.7 of 5." in found.text
    assert "2 of 3 lines, 66.6 %." in found.text


def test_its_charts_are_drawn_and_have_their_numbers_beside_them(helped: Database) -> None:
    found = page(helped)
    assert {"grades", "learned"} <= {canvas["id"] for canvas in found.named("canvas")}
    (drawn,) = (json.loads(source) for kind, source in found.scripts if kind == "application/json")
    charts: dict[str, dict[str, Any]] = {chart["id"]: chart for chart in drawn}
    assert charts["grades"]["series"][0]["values"] == [None, None, None, 2.0, None, None, 4.5]
    assert [one["name"] for one in charts["learned"]["series"]] == ["prepared", "others"]
    assert "Thursday, 2027-03-25, today" in found.text


def test_one_day_alone_has_its_figures_and_no_chart(helped: Database) -> None:
    found = page(helped, days=1)
    assert (2, "The idle twin") in found.headings
    assert found.named("canvas") == []


def test_who_never_switched_it_on_reads_nothing_of_it(database: Database) -> None:
    write(database, happened("commit", NOW - 1))
    show(database, {"response": "10th commit today"})
    found = page(database)
    assert not re.search(r"\btwin\b|model|token", found.text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("micros", "said"),
    [
        (-1, "$0.00"),
        (0, "$0.00"),
        (99, "under $0.0001"),
        (400, "$0.0004"),
        (250_000, "$0.25"),
        (12_300_000, "$12.30"),
    ],
)
def test_money_is_said_as_the_ledger_says_it(micros: int, said: str) -> None:
    assert dollars(micros) == said
