"""Prices: the shipped ones, the user's over them, and what is said of a bad row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from afterglow.banks import Shelf, load, shipped
from afterglow.banks.checking import check_files
from afterglow.banks.prices import read_prices
from afterglow.core.prices import Price
from afterglow.store.home import Home

ROW: dict[str, Any] = {"model": "small", "input_usd_per_mtok": 1, "output_usd_per_mtok": 2.5}
WHOLE = {**ROW, "source": "https://example.org/prices", "checked": "2026-11-21", "note": "By its page."}


@pytest.fixture
def mine(tmp_path: Path) -> Home:
    return Home(tmp_path, tmp_path, tmp_path / "logs", tmp_path / "run")


def put(home: Home, *rows: dict[str, Any] | str, name: str = "prices.jsonl") -> Path:
    home.banks.mkdir(exist_ok=True)
    path = home.banks / name
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return path


def test_what_ships_is_read_without_a_problem(mine: Home) -> None:
    prices, problems = read_prices(mine)
    assert problems == ()
    assert prices["claude-haiku-4-5"].input == 1_000_000
    haiku = prices["claude-haiku-5-5"]
    assert (haiku.input, haiku.output, haiku.batch) == (100_000, 500_000, 0.5)
    assert (haiku.long_from, haiku.long_times) == (100_000, 5)
    assert all(price.source and price.checked and price.output >= price.input for price in prices.values())


def test_ones_own_row_stands_over_the_shipped_one(mine: Home) -> None:
    put(mine, {**ROW, "model": "claude-haiku-4-5"}, {**ROW, "model": "qwen3:4b", "input_usd_per_mtok": 0})
    put(mine, {**ROW, "model": "another"}, name="prices-work.jsonl")
    prices, problems = read_prices(mine)
    assert problems == ()
    assert prices["claude-haiku-4-5"].output == 2_500_000
    assert prices["qwen3:4b"].input == 0
    assert {"another", "claude-haiku-5-5"} <= set(prices)


def test_what_a_row_leaves_out_is_taken_for_the_dear_case(mine: Home) -> None:
    put(mine, ROW)
    assert read_prices(mine)[0]["small"] == Price("small", 1_000_000, 2_500_000, 1_000_000, 2_000_000)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{", "no JSON"),
        ("[]", "not a JSON object"),
        ({key: value for key, value in ROW.items() if key != "model"}, "model is missing"),
        ({**ROW, "model": "two words"}, "model must be the id of a model, such as claude-haiku-4-5"),
        ({**ROW, "model": ""}, "model must be"),
        ({**ROW, "input_usd_per_mtok": -1}, "input_usd_per_mtok must be a number from 0 to 10000"),
        ({**ROW, "output_usd_per_mtok": "5"}, "output_usd_per_mtok must be a number"),
        ('{"model": "x", "input_usd_per_mtok": NaN, "output_usd_per_mtok": 1}', "NaN is no number here"),
        ({**ROW, "batch_share": 2}, "batch_share must be a number from 0 to 1"),
        ({**ROW, "long_prompt_tokens": 5}, "long_prompt_tokens and long_prompt_times belong together"),
        ({**ROW, "note": "two\nlines"}, "note must be one line"),
        ({**ROW, "source": "file:///etc/passwd"}, "source must be a public address"),
        ({**ROW, "checked": "yesterday"}, "checked must be a date"),
    ],
)
def test_a_bad_row_is_named_and_costs_only_itself(row: dict[str, Any] | str, said: str, mine: Home) -> None:
    path = put(mine, row, {**ROW, "model": "good"})
    prices, (problem,) = read_prices(mine)
    assert str(problem).startswith(f"{path}:1: ")
    assert said in str(problem)
    assert "good" in prices
    none = Path("/none")
    assert len(prices) == len(read_prices(Home(none, none, none, none))[0]) + 1


def test_of_two_rows_of_a_file_the_first_counts(mine: Home) -> None:
    put(mine, ROW, {**ROW, "input_usd_per_mtok": 7}, {**ROW, "model": "odd", "colour": "red"})
    prices, problems = read_prices(mine)
    assert prices["small"].input == 1_000_000
    assert "odd" in prices
    assert [(problem.line, problem.text) for problem in problems] == [
        (2, "small stands in this file already"),
        (3, "unknown key: colour"),
    ]


def test_a_strange_file_is_one_problem(mine: Home) -> None:
    mine.banks.mkdir()
    (mine.banks / "prices.jsonl").mkdir()
    prices, (problem,) = read_prices(mine)
    assert problem.text == "no regular file"
    assert "claude-haiku-5-5" in prices


def test_banks_check_judges_prices_as_strictly_as_shipped_ones(mine: Home) -> None:
    path = put(mine, WHOLE, {**ROW, "model": "short"})
    assert [(one.line, one.text) for one in check_files([path], shipped())] == [(2, "source is missing")]


def test_the_banks_tell_what_is_wrong_with_ones_own_prices(mine: Home) -> None:
    path = put(mine, {**ROW, "model": 5})
    assert [str(one) for one in load([shipped(), Shelf(mine.banks, "user")])[1]] == [
        f"{path}:1: model must be the id of a model, such as claude-haiku-4-5"
    ]


def test_a_workspace_has_no_say_in_prices(mine: Home) -> None:
    put(mine, ROW)
    _, (problem,) = load([shipped(), Shelf(mine.banks, "workspace")])
    assert problem.text == "prices belong in your own banks: it is left out"
