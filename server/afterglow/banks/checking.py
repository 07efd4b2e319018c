"""Whether a bank is fit to ship: its rows, its voice, its likeness to other lines, its numbers.

Invariant: pure but for reading the files; every problem is one line that names file and line. A bank
that is only loaded is not judged here: users may write as they like.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from attrs import frozen

from afterglow.banks import prices, shapes, voice
from afterglow.banks.likeness import alike
from afterglow.banks.loading import Shelf, kind_of, load
from afterglow.banks.reading import Problem, Row, read_rows
from afterglow.banks.shapes import RECIPE_LINES, SHAPES, BadRow, Shape
from afterglow.core import bank
from afterglow.core.clean import columns, one_line
from afterglow.core.slots import sampled

MOST_WORDS_BEHIND_NEWS: Final = 14
MOST_SENTENCES: Final = 2
LEAST: Final = {
    "jokes": 60,
    "facts": 50,
    "responses": 100,
    "compliments": 30,
    "reminders": 12,
    "recipes": 7,
    "fallbacks": 5,
}
"""How many rows each shipped bank has at least; of fixed lines exactly so many."""
LEAST_PER_LABEL: Final = 6
LEAST_DEEP: Final = 10
LEAST_PER_TRIGGER: Final = 10
LEAST_MILD_PER_TRIGGER: Final = 6
MILD: Final = 3
LINES_OF_A_RECIPE: Final = range(5, 11)

_SENTENCE_END: Final = re.compile(r"[.!](?=\s|$)")
_PICTURE: Final = frozenset({"So", "Sk"})


@frozen
class _Placed:
    """One line and where it stands."""

    kind: str
    row: Row
    entry: bank.Entry


def check_shipped(shelf: Shelf) -> list[Problem]:
    """All that is wrong with a whole folder of banks."""
    banks, problems = load([shelf])
    placed = [
        line
        for path in sorted(shelf.folder.rglob("*.jsonl"))
        for line in _lines(path, f"banks/{path.relative_to(shelf.folder).as_posix()}")[0]
    ]
    paid = prices.problems_of(shelf.folder / "prices.jsonl", "banks/prices.jsonl", strict=True)
    return [*problems, *paid, *_judged(placed), *_too_alike(placed, len(placed)), *_counted(banks)]


def check_files(paths: Sequence[Path], shelf: Shelf) -> list[Problem]:
    """All that is wrong with single files, also beside the shipped lines. A file's name says its bank."""
    placed: list[_Placed] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for path in paths:
        if kind_of(path.name) == prices.KIND:
            problems += prices.problems_of(path, str(path), strict=True)
            continue
        lines, wrong = _lines(path, str(path))
        problems += wrong
        for line in lines:
            if line.entry.id in seen:
                text = f"{line.entry.id} stands in {seen[line.entry.id]} already"
                problems.append(Problem(line.row.file, line.row.line, text))
            seen.setdefault(line.entry.id, f"{line.row.file}:{line.row.line}")
        placed += lines
    given = {path.resolve() for path in paths}
    others = [
        line
        for path in sorted(shelf.folder.rglob("*.jsonl"))
        if path.resolve() not in given
        for line in _lines(path, f"banks/{path.relative_to(shelf.folder).as_posix()}")[0]
        if line.entry.id not in seen
    ]
    return [*problems, *_judged(placed), *_too_alike([*placed, *others], len(placed))]


def _lines(path: Path, shown: str) -> tuple[list[_Placed], list[Problem]]:
    """The lines of one file; none for settings and for recipes themselves."""
    shape = RECIPE_LINES if path.parent.name == "recipes" else _shape_of(path)
    rows, problems = read_rows(path, shown, follow=True)
    if shape is None:
        if kind_of(path.name) is None:
            text = f"no bank is called so: the known ones are {', '.join(sorted(SHAPES))}"
            problems.append(Problem(shown, None, text))
        return [], problems
    placed: list[_Placed] = []
    more = {"recipe": path.stem} if shape is RECIPE_LINES else {}
    for row in rows:
        try:
            made = shapes.make(shape, row, "user", **more)
        except BadRow as error:
            problems.append(Problem(shown, row.line, str(error)))
            continue
        said = shapes.foreign(shape.keys, row)
        if said is not None:
            problems.append(Problem(shown, row.line, said, costs=False))
        if isinstance(made, bank.Entry):
            placed.append(_Placed(shape.kind, row, made))
    return placed, problems


def _shape_of(path: Path) -> Shape | None:
    return SHAPES.get(kind_of(path.name) or "")


def _judged(placed: Sequence[_Placed]) -> Iterator[Problem]:
    for line in placed:
        for said in judge(line.kind, line.entry):
            yield Problem(line.row.file, line.row.line, f"{line.entry.id}: {said}")
        raw = line.row.values.get(SHAPES[line.kind].text or "") if line.kind in SHAPES else None
        if isinstance(raw, str) and raw != one_line(raw):
            yield Problem(line.row.file, line.row.line, f"{line.entry.id}: is not one clean line")


def judge(kind: str, entry: bank.Entry) -> Iterator[str]:
    """What the voice has against one line. ``kind``: the name of its bank, or ``recipe lines``."""
    text = entry.text
    spoken = voice.SPEAKABLE.get(kind, frozenset())
    for rule in voice.RULES:
        found = rule.pattern.search(text)
        if found is not None and rule.why not in spoken:
            yield f"{found[0]!r} is {rule.why}"
    loud = isinstance(entry, bank.Joke) and entry.min_glow >= voice.LOUD_GLOW
    if text.count("!") > (1 if loud else 0):
        yield "an exclamation mark"
    if "?" in text:
        yield "a question"
    if any(unicodedata.category(char) in _PICTURE for char in text):
        yield "an emoji"
    if not text.endswith((".", "!")):
        yield "no full stop at its end"
    if len(_SENTENCE_END.findall(text)) > MOST_SENTENCES:
        yield f"more than {MOST_SENTENCES} sentences"
    width = columns(sampled(text))
    if width > voice.MOST_COLUMNS[kind]:
        yield f"{width} columns, {voice.MOST_COLUMNS[kind]} at most"
    if voice.MOST_COLUMNS[kind] == voice.BEHIND_NEWS and len(text.split()) > MOST_WORDS_BEHIND_NEWS:
        yield f"more than {MOST_WORDS_BEHIND_NEWS} words"
    if isinstance(entry, bank.Response) and entry.label == "struggle" and entry.tone == "playful":
        yield "no joke in a struggle"


def _too_alike(placed: Sequence[_Placed], judged: int) -> Iterator[Problem]:
    """Pairs of which at least one is among the first ``judged``; the later of those is named."""
    for earlier, later, measure in alike([line.entry.text for line in placed]):
        if earlier < judged:
            at, like = (later, earlier) if later < judged else (earlier, later)
            one, other = placed[at], placed[like]
            text = f"{one.entry.id}: {measure:.2f} like {other.entry.id} in {other.row.file}:{other.row.line}"
            yield Problem(one.row.file, one.row.line, text)


def _counted(banks: bank.Banks) -> Iterator[Problem]:
    """Too few of something."""
    have = {kind: len(getattr(banks, kind)) for kind in LEAST}
    for kind, least in LEAST.items():
        if have[kind] < least:
            yield Problem(f"banks/{kind}.jsonl", None, f"{have[kind]} rows, {least} at least")
    if have["fallbacks"] > LEAST["fallbacks"]:
        yield Problem("banks/fallbacks.jsonl", None, f"exactly {LEAST['fallbacks']} fixed lines")
    labels = Counter(response.label for response in banks.responses)
    for label in bank.LABELS:
        if labels[label] < LEAST_PER_LABEL:
            text = f"{labels[label]} rows of {label}, {LEAST_PER_LABEL} at least"
            yield Problem("banks/responses.jsonl", None, text)
    deep = sum(response.level == 3 for response in banks.responses)
    if deep < LEAST_DEEP:
        yield Problem("banks/responses.jsonl", None, f"{deep} rows of level 3, {LEAST_DEEP} at least")
    for trigger in bank.TRIGGERS:
        of_it = [row.warmth for row in banks.compliments if row.trigger == trigger]
        mild = sum(warmth <= MILD for warmth in of_it)
        if len(of_it) < LEAST_PER_TRIGGER or mild < LEAST_MILD_PER_TRIGGER:
            text = f"{trigger}: {len(of_it)} rows, {mild} of warmth {MILD} or less; not enough"
            yield Problem("banks/compliments.jsonl", None, text)
    for recipe in banks.recipes:
        if len(recipe.lines) not in LINES_OF_A_RECIPE:
            yield Problem("banks/recipes.jsonl", None, f"{recipe.name}: {len(recipe.lines)} lines, 5 to 10")
