"""The files of learned lines as a bank: what is read, what is refused, and when it is read again."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from afterglow.banks import learned
from afterglow.banks.learned import read_learned
from afterglow.core.bank import Aside, Joke, Response
from afterglow.core.local_time import parse_iso
from afterglow.loop.shelves import banks_for
from afterglow.loop.stockroom import Stockroom
from afterglow.store.home import Home
from tests.support.bad_lines import BAD
from tests.support.made_lines import BENIGN

FERRY = "A Greek ferry timetable is more of a conversation."
OLIVES = "Olive trees outlive most frameworks."
SEA = "The sea is the oldest distributed system."


@pytest.fixture
def place(tmp_path: Path) -> Home:
    root = tmp_path / "home"
    (root / "custom").mkdir(parents=True)
    return Home(root, root, root / "logs", root / "run")


def row(number: int = 1, text: str = FERRY, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"made-{number:06}",
        "at": "2026-11-21T18:00:00.000Z",
        "user_id": "local",
        "workspace": "/project",
        "made_on_turn": 4,
        "domain": "travel",
        "sort": "aside",
        "text": text,
        "tags": ["travel", "greece"],
        "score": 4,
        "level": 1,
        "warmth": 2,
        "tone": "factual",
        **fields,
    }


def write(place: Home, *rows: object, name: str = learned.FILE) -> Path:
    path = place.custom / name
    lines = [one if isinstance(one, str) else json.dumps(one) for one in rows]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def texts(place: Home, user: str = "local") -> list[str]:
    return [entry.text for entry in read_learned(place.custom, user)[0]]


def complaints(place: Home) -> list[tuple[int | None, str]]:
    return [(one.line, one.text) for one in read_learned(place.custom, "local")[1]]


def test_without_files_there_is_nothing(place: Home) -> None:
    assert read_learned(place.custom, "local") == ((), ())
    assert read_learned(place.data / "nowhere", "local") == ((), ())


def test_each_sort_becomes_its_kind(place: Home) -> None:
    write(
        place,
        row(1, FERRY, warmth=3),
        row(2, OLIVES, sort="joke", tone="playful"),
        row(3, SEA, sort="response", level=3, warmth=4, tags=["island-hopping"]),
    )
    (aside, joke, answer), problems = read_learned(place.custom, "local")
    assert problems == ()
    assert isinstance(aside, Aside) and isinstance(joke, Joke) and isinstance(answer, Response)
    assert {entry.origin for entry in (aside, joke, answer)} == {"learned"}
    assert (sorted(aside.tags), aside.level, aside.warmth) == (["greece", "travel"], 1, 3)
    assert (answer.min_trust, aside.min_trust) == (0.6, 0.0)
    assert not answer.pattern.always
    assert answer.pattern.fits(("some", "island", "hopping"))
    assert aside.added_at == "2026-11-21"
    assert aside.stale_at == (parse_iso("2026-11-21T18:00:00Z") or 0) + 90 * 86_400_000


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ({"id": "joke-a"}, "id"),
        ({"id": 3}, "id"),
        ({"at": "yesterday"}, "at"),
        ({"at": 1_700_000_000_000}, "at"),
        ({"user_id": ""}, "user_id"),
        ({"made_on_turn": -1}, "made_on_turn"),
        ({"made_on_turn": "4"}, "made_on_turn"),
        ({"domain": "https://evil.example"}, "domain"),
        ({"sort": "fact"}, "sort"),
        ({"tags": []}, "tags"),
        ({"tags": ["rm -rf"]}, "tags"),
        ({"tags": "travel"}, "tags"),
        ({"score": 2}, "score"),
        ({"level": 4}, "level"),
        ({"warmth": True}, "warmth"),
        ({"level": 1, "warmth": 5}, "level"),
        ({"tone": "sultry"}, "tone"),
        ({"text": 3}, "text"),
        ({"text": "All tests passed, tea is served."}, "text"),
    ],
)
def test_a_bad_row_is_named_and_costs_only_itself(place: Home, broken: dict[str, Any], says: str) -> None:
    path = write(place, row(1), {**row(2, OLIVES), **broken}, row(3, SEA))
    found, (problem,) = read_learned(place.custom, "local")
    assert [entry.text for entry in found] == [FERRY, SEA]
    assert (problem.file, problem.line) == (str(path), 2)
    assert says in problem.text


@pytest.mark.parametrize("line", ["not json", "[]", "3", '{"id": "made-000002"}', "\ufeff{}", "[" * 50_000])
def test_a_line_that_is_no_row_is_named(place: Home, line: str) -> None:
    write(place, row(1), line, row(3, SEA))
    assert texts(place) == [FERRY, SEA]
    assert [number for number, _ in complaints(place)] == [2]


def test_lines_that_somebody_put_there_are_checked_like_a_models(place: Home) -> None:
    write(place, *(row(number, text) for number, text in enumerate((*BAD, *BENIGN))))
    kept = texts(place)
    assert set(kept) <= set(BENIGN)
    assert len(kept) >= 0.9 * len(BENIGN)
    assert len(read_learned(place.custom, "local")[1]) <= 21


def test_ids_and_texts_count_once(place: Home) -> None:
    write(place, row(1), row(1, OLIVES), row(2, FERRY.upper().capitalize()), row(3, SEA))
    assert texts(place) == [FERRY, SEA]
    assert [number for number, _ in complaints(place)] == [2]


def test_lines_of_another_user_are_not_read(place: Home) -> None:
    write(place, row(1), row(2, OLIVES, user_id="ada"))
    assert (texts(place), texts(place, "ada"), complaints(place)) == ([FERRY], [OLIVES], [])


def test_the_older_file_is_read_first_and_the_newest_lines_count(
    place: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(place, row(1), row(2, OLIVES), name=learned.OLDER)
    write(place, row(3, SEA))
    assert texts(place) == [FERRY, OLIVES, SEA]
    monkeypatch.setattr(learned, "MOST_KEPT", 2)
    assert texts(place) == [OLIVES, SEA]


def test_what_is_no_file_is_named(place: Home) -> None:
    (place.custom / learned.FILE).mkdir()
    assert [line for line, _ in complaints(place)] == [None]


def test_a_line_is_checked_once(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    write(place, row(1), row(2, OLIVES))
    memory: learned.Memory = {}
    read_learned(place.custom, "local", memory)
    read: list[bytes] = []
    real = learned.row_of

    def noting(line: bytes) -> Mapping[str, Any] | str:
        read.append(line)
        return real(line)

    monkeypatch.setattr(learned, "row_of", noting)
    write(place, row(2, OLIVES), row(3, SEA))
    found, _ = read_learned(place.custom, "local", memory)
    assert [entry.text for entry in found] == [OLIVES, SEA]
    assert len(read) == 1
    assert len(memory) == 2


def test_the_banks_hold_them_beside_the_rest(place: Home) -> None:
    write(place, row(1), row(2, OLIVES, sort="joke"))
    banks, problems = banks_for(place, None, "full")
    assert problems == ()
    assert [entry.text for entry in banks.asides] == [FERRY]
    assert banks.jokes[-1].text == OLIVES
    assert {"made-000001", "made-000002"} <= {entry.id for entry in banks.entries()}


def test_a_review_counts_for_them_too(place: Home) -> None:
    write(place, row(1), row(2, OLIVES))
    retired = {"id": "made-000001", "decision": "retire", "at": "2026-11-22T00:00:00Z"}
    (place.custom / "reviews.jsonl").write_text(json.dumps(retired) + "\n")
    banks, _ = banks_for(place, None, "full")
    assert [entry.text for entry in banks.asides] == [OLIVES]


def room(place: Home) -> Stockroom:
    return Stockroom(place, lambda: None, lambda: "full")


def told(stock: Stockroom) -> list[str]:
    return [entry.text for entry in stock().asides]


def test_a_window_sees_what_was_learned_and_deleted_meanwhile(place: Home) -> None:
    stock = room(place)
    assert told(stock) == []
    write(place, row(1), row(2, OLIVES))
    assert told(stock) == [FERRY, OLIVES]
    write(place, row(2, OLIVES))
    assert told(stock) == [OLIVES]
    (place.custom / learned.FILE).unlink()
    assert told(stock) == []


def test_a_window_sees_a_verdict(place: Home) -> None:
    write(place, row(1))
    stock = room(place)
    assert told(stock) == [FERRY]
    retired = {"id": "made-000001", "decision": "retire", "at": "2026-11-22T00:00:00Z"}
    (place.custom / "reviews.jsonl").write_text(json.dumps(retired) + "\n")
    assert stock.refresh()
    assert told(stock) == []


def test_nothing_is_read_while_nothing_changes(place: Home) -> None:
    path = write(place, row(1))
    stock = room(place)
    first = stock()
    assert stock() is first
    assert not stock.refresh()
    os.utime(path, ns=(1, 1))
    assert stock.refresh()
    again = stock()
    assert again is not first
    assert evolve(again) == first


def test_a_window_reads_the_lines_of_its_user(place: Home) -> None:
    write(place, row(1), row(2, OLIVES, user_id="ada"))
    stock = Stockroom(place, lambda: None, lambda: "full", lambda: "ada")
    assert told(stock) == [OLIVES]


def test_a_bad_row_is_among_the_problems_of_the_window(place: Home) -> None:
    write(place, row(1), "nonsense")
    stock = room(place)
    stock()
    assert [problem.split(": ", 1)[1] for problem in stock.problems] == ["no JSON object"]
