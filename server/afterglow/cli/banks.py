"""``banks``: the lines that can be shown, and whether a file of them is in order."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from afterglow.banks import Problem, shipped
from afterglow.cli import Usage, output, places
from afterglow.core.bank import Banks, Entry, Fact
from afterglow.loop.shelves import banks_for

KINDS: Final = (
    *("jokes", "facts", "responses", "compliments", "reminders"),
    *("weather", "seasons", "fallbacks", "asides"),
)


def banks(options: argparse.Namespace) -> int:
    """``list`` prints every line there is; ``check`` what is wrong, 1 where anything is."""
    if options.action == "list":
        if options.files:
            raise Usage("banks: list takes no files; banks check does")
        return _list(options)
    if options.stale:
        raise Usage("banks: --stale belongs to banks list")
    return _check(options)


def _list(options: argparse.Namespace) -> int:
    found, problems = banks_for(places.home(), None, "restricted", places.settings().user_id)
    now = places.now()
    for kind, entry in _named(found):
        stale = now >= entry.stale_at
        if options.stale and not stale:
            continue
        if options.json:
            output.put(_json(kind, entry, stale))
        else:
            marks = ("to be reviewed" if stale else "", "by a model" if entry.origin == "learned" else "")
            told = "".join(f"  ({mark})" for mark in marks if mark)
            output.say(f"{entry.id:<24}  {output.plain(entry.text)}{told}")
    if problems:
        few = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        output.complain(f"banks: {few} in your own banks, the first: {problems[0]}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from afterglow.banks.checking import check_files, check_shipped  # noqa: PLC0415 - the tables are for this

    paths = [Path(name) for name in options.files]
    for path in paths:
        if not path.is_file():
            raise Usage(f"banks: {path} is not a file; name one, or none for the shipped banks")
    problems: list[Problem] = check_files(paths, shipped()) if paths else check_shipped(shipped())
    for problem in problems:
        if options.json:
            output.put({"file": problem.file, "line": problem.line, "problem": output.plain(problem.text)})
        else:
            output.say(str(problem))
    return 1 if problems else 0


def _named(found: Banks) -> Iterator[tuple[str, Entry]]:
    for kind in KINDS:
        for entry in getattr(found, kind):
            yield kind, entry
    for recipe in found.recipes:
        for line in recipe.lines:
            yield f"recipe {recipe.name}", line


def _json(kind: str, entry: Entry, stale: bool) -> dict[str, Any]:
    made = {
        "id": entry.id,
        "bank": kind,
        "text": entry.text,
        "tags": sorted(entry.tags),
        "level": entry.level,
        "warmth": entry.warmth,
        "added_at": entry.added_at,
        "stale": stale,
        "origin": entry.origin,
    }
    return {**made, "source": entry.source, "checked": entry.checked} if isinstance(entry, Fact) else made
