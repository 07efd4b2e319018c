"""What models cost: the shipped ``prices.jsonl``, and the user's own rows over it.

A row has ``model``, ``input_usd_per_mtok``, ``output_usd_per_mtok`` and, where it is known,
``cache_read_usd_per_mtok``, ``cache_write_usd_per_mtok``, ``batch_share``, ``long_prompt_tokens`` with
``long_prompt_times``, ``source``, ``checked``, ``note``. What a row leaves out is taken for the dear case.
Invariant: never raises; a bad row is one problem with file and line, and costs only itself. A workspace has
no say in prices.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final, Protocol

from afterglow.banks import fields, shapes
from afterglow.banks.reading import Problem, Row, bank_files, fewer, read_rows
from afterglow.banks.shapes import BadRow, Field
from afterglow.core.clean import one_line
from afterglow.core.prices import MILLION, Price

KIND: Final = "prices"
CACHE_WRITE_TIMES: Final = 2
"""What writing to a cache costs, as a multiple of the input, where a row does not say."""
_MODEL: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@\[\]-]{0,99}")
_MOST_USD: Final = 10_000
_NOTE: Final = 200


class Places(Protocol):
    """What is needed of a home."""

    @property
    def banks(self) -> Path:
        """The user's own banks."""


def _model(value: Any) -> str:
    if not isinstance(value, str) or not _MODEL.fullmatch(value):
        raise ValueError("must be the id of a model, such as claude-haiku-4-5")
    return value


def _note(value: Any) -> str:
    if not isinstance(value, str) or len(value) > _NOTE or value != one_line(value, _NOTE):
        raise ValueError(f"must be one line of at most {_NOTE} characters")
    return value


_USD: Final = fields.number(0, _MOST_USD)
_FIELDS: Final = (
    Field("model", _model),
    Field("input_usd_per_mtok", _USD),
    Field("output_usd_per_mtok", _USD),
    Field("cache_read_usd_per_mtok", _USD, required=False),
    Field("cache_write_usd_per_mtok", _USD, required=False),
    Field("batch_share", fields.number(0, 1), required=False, default=1.0),
    Field("long_prompt_tokens", fields.whole(1, 1_000_000_000), required=False),
    Field("long_prompt_times", fields.number(1, 100), required=False),
    Field("source", fields.address, required=False, default=""),
    Field("checked", fields.day, required=False, default=""),
    Field("note", _note, required=False, default=""),
)
KEYS: Final = frozenset(field.key for field in _FIELDS)
_SHIPPED: Final = frozenset({"source", "checked", "note"})
"""What a row that is fit to ship also has."""


def read_prices(home: Places) -> tuple[Mapping[str, Price], tuple[Problem, ...]]:
    """The price of each model that is known, and what is wrong with the files. Missing files are empty."""
    from afterglow.banks.loading import kind_of, shipped  # noqa: PLC0415 - it reports what is wrong here too

    shelf = shipped()
    prices: dict[str, Price] = {}
    found: list[Problem] = []
    for folder, named in ((shelf.folder, "banks/"), (home.banks, f"{home.banks}/")):
        names, problem = bank_files(folder, follow=True)
        if problem is not None:
            found.append(problem)
        for name in names:
            if kind_of(name) == KIND:
                rows, problems = read_rows(folder / name, f"{named}{name}", follow=True)
                made, more = prices_of(rows)
                prices.update(made)
                found.extend(fewer([*problems, *more]))
    return prices, tuple(found)


def problems_of(path: Path, shown: str, *, strict: bool = False) -> list[Problem]:
    """What is wrong with one file; ``strict``: by what holds for rows that ship."""
    rows, problems = read_rows(path, shown, follow=True)
    return [*problems, *prices_of(rows, strict=strict)[1]]


def prices_of(rows: Iterable[Row], *, strict: bool = False) -> tuple[dict[str, Price], list[Problem]]:
    """The rows of one file by their model, and what is wrong with them; of two rows the first counts."""
    made: dict[str, Price] = {}
    problems: list[Problem] = []
    for row in rows:
        try:
            price = _price(row, strict)
        except BadRow as error:
            problems.append(Problem(row.file, row.line, str(error)))
            continue
        odd = shapes.foreign(KEYS, row)
        if odd is not None:
            problems.append(Problem(row.file, row.line, odd, costs=False))
        if price.model in made:
            problems.append(Problem(row.file, row.line, f"{price.model} stands in this file already"))
            continue
        made[price.model] = price
    return made, problems


def _price(row: Row, strict: bool) -> Price:
    """Raises BadRow."""
    values = {field.key: _value(field, row, strict) for field in _FIELDS}
    if (values["long_prompt_tokens"] is None) != (values["long_prompt_times"] is None):
        raise BadRow("long_prompt_tokens and long_prompt_times belong together")
    paid = _micros(values["input_usd_per_mtok"])
    read, write = values["cache_read_usd_per_mtok"], values["cache_write_usd_per_mtok"]
    return Price(
        model=values["model"],
        input=paid,
        output=_micros(values["output_usd_per_mtok"]),
        cache_read=paid if read is None else _micros(read),
        cache_write=paid * CACHE_WRITE_TIMES if write is None else _micros(write),
        batch=values["batch_share"],
        long_from=values["long_prompt_tokens"],
        long_times=values["long_prompt_times"] or 1.0,
        source=values["source"],
        checked=values["checked"],
        note=values["note"],
    )


def _value(field: Field, row: Row, strict: bool) -> Any:
    if field.key not in row.values:
        if field.required or (strict and field.key in _SHIPPED):
            raise BadRow(f"{field.key} is missing")
        return field.default
    try:
        return field.check(row.values[field.key])
    except ValueError as error:
        raise BadRow(f"{field.key} {error}") from None


def _micros(usd: float) -> int:
    """A price in dollars as millionths, rounded up; what a float adds to a decimal is not charged."""
    return math.ceil(round(usd * MILLION, 3))
