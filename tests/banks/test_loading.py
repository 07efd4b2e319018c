"""Folders of banks become entries; whatever is wrong costs one line, and is told in one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.banks import Problem, Shelf, load, shipped
from afterglow.banks.reading import MOST_BYTES, MOST_PROBLEMS, MOST_ROWS, read_rows
from afterglow.core.bank import Banks
from tests.banks.made import fact, joke, plain, put, recipe, reminder, response
from tests.tidy.checkout import PACKAGE, ROOT


def user(folder: Path) -> tuple[Banks, tuple[Problem, ...]]:
    return load([Shelf(folder, "user")])


def test_what_ships_is_read_without_a_problem() -> None:
    banks, problems = load([shipped()])
    assert problems == ()
    assert banks.jokes and banks.facts and banks.responses and banks.compliments and banks.reminders
    assert banks.weather and banks.seasons and banks.recipes and len(banks.fallbacks) == 5
    assert banks.config["redirect_after_exchanges"] == 2
    assert all(recipe.lines for recipe in banks.recipes)


def test_an_installed_package_finds_its_banks_beside_its_code(tmp_path: Path) -> None:
    installed = tmp_path / "afterglow"
    shutil.copytree(PACKAGE, installed, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "banks", installed / "banks", dirs_exist_ok=True)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from afterglow.banks import load, shipped\n"
        "banks, problems = load([shipped()])\n"
        "print(shipped().folder, len(banks.entries()), len(problems))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == [str(installed / "banks"), str(len(load([shipped()])[0].entries())), "0"]


def test_a_folder_that_is_missing_or_no_folder_is_empty(tmp_path: Path) -> None:
    put(tmp_path, {"file": b""})
    assert user(tmp_path / "none") == (Banks(), ())
    assert user(tmp_path / "file") == (Banks(), ())


def test_an_entry_is_what_the_row_says(tmp_path: Path) -> None:
    put(tmp_path, {"jokes.jsonl": [joke(freshness_days=10, tags=["git", "ci"])]})
    (entry,) = user(tmp_path)[0].jokes
    assert (entry.id, entry.text) == ("joke-one", "A kettle has one job and a good log.")
    assert entry.tags == frozenset({"git", "ci"})
    assert (entry.level, entry.warmth, entry.origin, entry.max_glow) == (1, 3, "user", 0.7)
    assert entry.stale_at == 1_795_219_200_000 + 10 * 86_400_000


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"id": ', "no JSON"),
        (b"[1]", "not a JSON object"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"id": NaN}', "NaN is no number here"),
        (b'{"id": ' + b"9" * 5000 + b"}", ""),
        (b'{"id": ' + b"[" * 100_000 + b"}", "no JSON"),
        (json.dumps(joke(joke="")).encode(), "joke must be a text"),
        (json.dumps({"id": "joke-two"}).encode(), "joke is missing"),
    ],
)
def test_a_bad_line_costs_only_itself(tmp_path: Path, line: bytes, said: str) -> None:
    good = [json.dumps(joke(id=f"joke-{name}")).encode() for name in ("first", "last")]
    put(tmp_path, {"jokes.jsonl": b"\n".join([good[0], line, good[1], b""])})
    banks, problems = user(tmp_path)
    assert [entry.id for entry in banks.jokes] == ["joke-first", "joke-last"]
    (problem,) = problems
    assert (problem.file, problem.line) == (str(tmp_path / "jokes.jsonl"), 2)
    assert said in problem.text
    assert "\n" not in str(problem) and str(problem).startswith(f"{tmp_path / 'jokes.jsonl'}:2: ")


def test_blank_lines_windows_line_ends_and_a_byte_order_mark_are_no_fault(tmp_path: Path) -> None:
    text = json.dumps(joke())
    put(tmp_path, {"jokes.jsonl": b"\xef\xbb\xbf" + f"{text}\r\n\r\n   \n".encode()})
    banks, problems = user(tmp_path)
    assert len(banks.jokes) == 1
    assert problems == ()


def test_a_key_that_means_nothing_is_told_and_the_line_kept(tmp_path: Path) -> None:
    doubled = json.dumps(joke(id="joke-two"))[:-1] + ', "joke": "The second one counts, as JSON has it."}'
    put(tmp_path, {"jokes.jsonl": json.dumps(joke(wamth=3)) + "\n" + doubled + "\n"})
    banks, problems = user(tmp_path)
    assert len(banks.jokes) == 2
    assert [problem.text for problem in problems] == [
        "unknown key: wamth",
        "the key stands there twice: joke",
    ]
    assert not any(problem.costs for problem in problems)


def test_the_users_row_stands_in_the_place_of_a_shipped_one(tmp_path: Path) -> None:
    before = load([shipped()])[0].jokes
    put(tmp_path, {"jokes.jsonl": [joke(id=before[3].id), joke(id="joke-mine")]})
    banks, problems = load([shipped(), Shelf(tmp_path, "user")])
    assert problems == ()
    assert banks.jokes[3].text == joke()["joke"]
    assert banks.jokes[3].origin == "user"
    assert [entry.id for entry in banks.jokes] == [*(entry.id for entry in before), "joke-mine"]


def test_an_id_belongs_to_one_line(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "facts.jsonl": [fact(id="same")],
            "jokes.jsonl": [joke(id="twice"), joke(id="twice"), joke(id="same")],
            "jokes-more.jsonl": [joke(id="twice")],
        },
    )
    banks, problems = user(tmp_path)
    assert (len(banks.facts), len(banks.jokes)) == (1, 1)
    assert len(problems) == 3
    assert all("already" in problem.text for problem in problems)
    other = put(tmp_path / "other", {"jokes.jsonl": [joke(id="same")]})
    banks, problems = load([Shelf(tmp_path, "user"), Shelf(other, "workspace")])
    assert "is the id of another line, in facts" in problems[-1].text


def test_the_name_of_a_file_says_its_bank(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "jokes-work.jsonl": [joke(id="a")],
            "jokes.home.jsonl": [joke(id="b")],
            "jolly.jsonl": [joke(id="c")],
            "jokes.txt": [joke(id="d")],
            "config.jsonl": [{"key": "seed", "value": 1, "description": "A seed."}],
        },
    )
    banks, problems = user(tmp_path)
    assert {entry.id for entry in banks.jokes} == {"a", "b"}
    assert banks.config == {}
    assert {Path(problem.file).name for problem in problems} == {"jolly.jsonl", "config.jsonl"}


def test_a_recipe_brings_its_lines(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "recipes.jsonl": [recipe(), recipe(name="cooking", banter_bank="soup.jsonl")],
            "recipes/baking.jsonl": [plain(id="baking-one"), plain(id="baking-two", warmth=9)],
            "soup.jsonl": [plain(id="soup-one"), plain(id="soup-one")],
        },
    )
    banks, problems = user(tmp_path)
    baking, cooking = banks.recipes
    assert [line.id for line in baking.lines] == ["baking-one"]
    assert [(line.id, line.recipe) for line in cooking.lines] == [("soup-one", "cooking")]
    assert [Path(problem.file).name for problem in problems] == ["baking.jsonl", "soup.jsonl"]


def test_a_recipe_without_its_file_says_so(tmp_path: Path) -> None:
    put(tmp_path, {"recipes.jsonl": [recipe()]})
    banks, (problem,) = user(tmp_path)
    assert banks.recipes[0].lines == ()
    assert problem.file == str(tmp_path / "recipes/baking.jsonl")
    assert problem.text == "cannot be read: no such file or directory"


@pytest.mark.parametrize(
    "name",
    ["../soup.jsonl", "/etc/soup.jsonl", "recipes/../soup.jsonl", "a/b.jsonl", "soup.txt", ".x.jsonl", 3],
)
def test_a_recipe_names_no_file_elsewhere(tmp_path: Path, name: object) -> None:
    put(tmp_path, {"recipes.jsonl": [recipe(banter_bank=name)]})
    banks, (problem,) = user(tmp_path)
    assert banks.recipes == ()
    assert "banter_bank must be" in problem.text


def test_a_file_is_read_to_a_bound(tmp_path: Path) -> None:
    put(tmp_path, {"jokes.jsonl": b" " * (MOST_BYTES + 1), "facts.jsonl": b"{}\n" * (MOST_ROWS + 5)})
    banks, problems = user(tmp_path)
    assert banks == Banks()
    told = {Path(problem.file).name: problem.text for problem in problems}
    assert told["jokes.jsonl"] == f"larger than {MOST_BYTES} bytes: it is left out"
    assert len(problems) == MOST_PROBLEMS + 2
    assert told["facts.jsonl"].endswith("more lines are wrong")
    rows, left_out = read_rows(tmp_path / "facts.jsonl", "facts", follow=True)
    assert len(rows) == MOST_ROWS
    assert left_out[-1].text == f"more than {MOST_ROWS} lines: the rest is left out"


def test_a_folder_of_many_files_is_read_to_a_bound(tmp_path: Path) -> None:
    put(tmp_path, {f"jokes-{number:03}.jsonl": [joke(id=f"joke-{number}")] for number in range(70)})
    banks, problems = user(tmp_path)
    assert len(banks.jokes) == 64
    assert "only the first 64" in problems[0].text


def test_nothing_but_a_regular_file_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "jokes.jsonl")
    (tmp_path / "facts.jsonl").mkdir()
    (tmp_path / "compliments.jsonl").symlink_to("/dev/zero")
    banks, problems = user(tmp_path)
    assert banks == Banks()
    assert [problem.text for problem in problems] == ["no regular file"] * 3


def test_a_workspace_reaches_nothing_through_a_link(tmp_path: Path) -> None:
    elsewhere = put(
        tmp_path / "elsewhere",
        {"jokes.jsonl": [joke()], "recipes.jsonl": [recipe()], "recipes/baking.jsonl": [plain()]},
    )
    workspace = put(tmp_path / "workspace", {"recipes.jsonl": [recipe()]})
    (workspace / "jokes.jsonl").symlink_to(elsewhere / "jokes.jsonl")
    (workspace / "recipes").symlink_to(elsewhere / "recipes")
    banks, problems = load([Shelf(workspace, "workspace")])
    assert banks.jokes == ()
    assert banks.recipes[0].lines == ()
    assert [problem.text for problem in problems] == ["no regular file", "banter_bank lies behind a link"]
    (tmp_path / "link").symlink_to(elsewhere)
    assert load([Shelf(tmp_path / "link", "workspace")])[0] == Banks()
    assert len(load([Shelf(tmp_path / "link", "user")])[0].jokes) == 1


def test_a_problem_is_one_clean_line_whatever_a_file_is_called(tmp_path: Path) -> None:
    put(tmp_path, {"jo\nkes\x1b[31m.jsonl": [joke()]})
    (problem,) = user(tmp_path)[1]
    assert str(problem).isprintable()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=200),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


@given(st.data())
def test_any_value_in_any_field_is_taken_or_told(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    makers = {
        "jokes": joke(),
        "facts": fact(),
        "responses": response(),
        "reminders": reminder(),
        "recipes": recipe(),
        "fallbacks": plain(),
        "weather": plain(when={"rain": True}),
        "seasons": plain(when={"time": "morning"}),
        "compliments": plain(trigger="momentum"),
    }
    kind = data.draw(st.sampled_from(sorted(makers)))
    row = makers[kind]
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(values)
    folder = put(tmp_path_factory.mktemp("any"), {f"{kind}.jsonl": [row], "recipes/baking.jsonl": b""})
    banks, problems = user(folder)
    taken = [*banks.entries(), *banks.recipes]
    assert len(taken) == 1 or problems
    for entry in banks.entries():
        assert entry.text.isprintable() and entry.text == " ".join(entry.text.split())
