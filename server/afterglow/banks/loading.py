"""Folders of banks become one ``Banks``: the shipped ones, the user's, a workspace's.

Invariant: never raises; a later row with the id of an earlier one of the same bank stands in its place;
two rows of one folder with one id are a problem, and the first counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal, cast

from attrs import evolve, frozen

from afterglow.banks import prices, shapes
from afterglow.banks.reading import Problem, Row, bank_files, fewer, read_rows
from afterglow.banks.shapes import RECIPE_LINES, SHAPES, BadRow, Made, Shape
from afterglow.core.bank import Banks, Recipe, RecipeLine

_HERE: Final = Path(__file__).parent
_CHECKOUT: Final = Path(__file__).parents[3] / "banks"
_CONFIG: Final = "config"


@frozen
class Shelf:
    """A folder of banks and whose it is. Nothing in a ``workspace`` one is reached through a link."""

    folder: Path
    origin: Literal["shipped", "user", "workspace"]


def shipped() -> Shelf:
    """The banks of this installation: beside this module in a wheel, else those of the checkout."""
    inside = (_HERE / f"{_CONFIG}.jsonl").is_file()
    return Shelf(_HERE if inside else _CHECKOUT, "shipped")


def load(shelves: Sequence[Shelf]) -> tuple[Banks, tuple[Problem, ...]]:
    """All banks of these folders, in this order, and what is wrong with them. Missing folders are empty."""
    taken = _Taken()
    for shelf in shelves:
        taken.take(shelf)
    return taken.banks(), tuple(taken.problems)


class _Taken:
    """What was read so far. ``rows``: by bank and id, in the order in which ids were first seen.

    ``owner``: which bank an id belongs to, so that an id names one line of all.
    """

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Made]] = {kind: {} for kind in SHAPES}
        self.config: dict[str, Any] = {}
        self.problems: list[Problem] = []
        self.owner: dict[str, str] = {}

    def take(self, shelf: Shelf) -> None:
        names, problem = bank_files(shelf.folder, follow=shelf.origin != "workspace")
        if problem is not None:
            self.problems.append(problem)
        seen: dict[str, str] = {}
        used: set[str] = set()
        strange: list[str] = []
        for name in names:
            kind = kind_of(name)
            if kind == _CONFIG:
                self._take_config(shelf, name)
            elif kind == prices.KIND:
                self._look_at_prices(shelf, name)
            elif kind is not None:
                used |= self._take_bank(shelf, name, SHAPES[kind], seen)
            else:
                strange.append(name)
        for name in strange:
            if name not in used:
                text = f"no bank is called so: the known ones are {', '.join(sorted(SHAPES))}"
                self.problems.append(Problem(_shown(shelf, name), None, text))

    def _take_bank(self, shelf: Shelf, name: str, shape: Shape, seen: dict[str, str]) -> set[str]:
        """Read one file; the files of lines that its recipes name. ``seen``: ids of this folder."""
        rows, problems = _read(shelf, name)
        used: set[str] = set()
        for row in rows:
            try:
                made = shapes.make(shape, row, shelf.origin)
                key = f"recipe {made.name}" if isinstance(made, Recipe) else made.id
                self._own(key, shape.kind, row, seen)
            except BadRow as error:
                problems.append(Problem(row.file, row.line, str(error)))
                continue
            problems.extend(_odd(shape.keys, row))
            if isinstance(made, Recipe):
                used.add(made.banter_bank)
                made = evolve(made, lines=self._lines(shelf, made, row, seen))
            self.rows[shape.kind][key] = made
        self.problems.extend(fewer(problems))
        return used

    def _lines(
        self, shelf: Shelf, recipe: Recipe, named: Row, seen: dict[str, str]
    ) -> tuple[RecipeLine, ...]:
        """The lines of one recipe; those of a replaced recipe go with it."""
        if shelf.origin == "workspace" and (shelf.folder / recipe.banter_bank).parent.is_symlink():
            self.problems.append(Problem(named.file, named.line, "banter_bank lies behind a link"))
            return ()
        rows, problems = _read(shelf, recipe.banter_bank)
        made: list[RecipeLine] = []
        for row in rows:
            try:
                line = cast(RecipeLine, shapes.make(RECIPE_LINES, row, shelf.origin, recipe=recipe.name))
                self._own(line.id, f"recipe {recipe.name}", row, seen)
            except BadRow as error:
                problems.append(Problem(row.file, row.line, str(error)))
                continue
            problems.extend(_odd(RECIPE_LINES.keys, row))
            made.append(line)
        self.problems.extend(fewer(problems))
        return tuple(made)

    def _own(self, key: str, kind: str, row: Row, seen: dict[str, str]) -> None:
        """Take an id for a bank. Raises BadRow where it is another's, or was used in this folder."""
        if key in seen:
            raise BadRow(f"{key} stands in {seen[key]} already")
        owner = self.owner.setdefault(key, kind)
        if owner != kind:
            raise BadRow(f"{key} is the id of another line, in {owner}")
        seen[key] = f"{row.file}:{row.line}"

    def _take_config(self, shelf: Shelf, name: str) -> None:
        if shelf.origin != "shipped":
            text = "settings belong in config.toml: it is left out"
            self.problems.append(Problem(_shown(shelf, name), None, text))
            return
        rows, problems = _read(shelf, name)
        for row in rows:
            try:
                key, value = shapes.setting(row)
            except BadRow as error:
                problems.append(Problem(row.file, row.line, str(error)))
                continue
            self.config[key] = value
            problems.extend(_odd(shapes.CONFIG, row))
        self.problems.extend(fewer(problems))

    def _look_at_prices(self, shelf: Shelf, name: str) -> None:
        """Prices are no lines, and read by who asks a model; here it is only told what is wrong with them."""
        shown = _shown(shelf, name)
        if shelf.origin == "workspace":
            self.problems.append(Problem(shown, None, "prices belong in your own banks: it is left out"))
        elif shelf.origin == "user":
            self.problems.extend(fewer(prices.problems_of(shelf.folder / name, shown)))

    def banks(self) -> Banks:
        found: dict[str, Any] = {kind: tuple(rows.values()) for kind, rows in self.rows.items()}
        return Banks(**found, config=dict(self.config))


def _read(shelf: Shelf, name: str) -> tuple[list[Row], list[Problem]]:
    return read_rows(shelf.folder / name, _shown(shelf, name), follow=shelf.origin != "workspace")


def _shown(shelf: Shelf, name: str) -> str:
    return f"banks/{name}" if shelf.origin == "shipped" else str(shelf.folder / name)


def kind_of(name: str) -> str | None:
    """Which bank a file is, by its name: ``jokes.jsonl`` and ``jokes-work.jsonl`` are both jokes."""
    stem = name.removesuffix(".jsonl")
    kind = stem.partition("-")[0].partition(".")[0]
    return kind if kind in SHAPES or kind in (_CONFIG, prices.KIND) else None


def _odd(keys: frozenset[str], row: Row) -> list[Problem]:
    """Keys that mean nothing: reported, though the line is used."""
    said = shapes.foreign(keys, row)
    return [Problem(row.file, row.line, said, costs=False)] if said is not None else []
