"""Stories: plain text that says what happens at which time, and what is on the screen then.

A ``.story`` file holds one story or more. ``Story:`` names it and ``Rule:`` says what it is about; then come
the settings, then steps with their time, and below each step the lines that were decided until the next::

    set mode=chatty seed=a          settings, as an editor gives them
    given known rapport=4           known: it was used yesterday; git-log=DATE: since when git's log is known
    shelf responses label=celebration pattern=moment:green "Green again."
    show source category            what is shown of a token beside its text

    2026-11-24 09:00 open
    > 09:00:00 nothing: nothing to remind of yet
    10:00 run pytest fail 3 of 142

Invariant: parsing keeps every line, so that a story can be written back with new expectations and nothing
else changed. What is wrong with one is told with its file and line.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from attrs import evolve, field, frozen, mutable

Values = dict[str, Any]

SHOWN: Final = ("source", "category")
HEADS: Final = ("set", "given", "shelf", "review", "show")
LISTS: Final = frozenset({"tags", "domain_tags", "failing", "requires"})
"""Values that are lists, written with commas."""

_TIME: Final = re.compile(r"(?:(\d{4}-\d{2}-\d{2}) )?(\d{1,2}):(\d{2})(?::(\d{2}))? (.+)")
_NAMED: Final = re.compile(r"([A-Za-z_][\w.-]*)=(.*)", re.DOTALL)


class StoryError(Exception):
    """What is wrong with a story, with its file and line."""


@frozen
class Line:
    """A line taken apart: the words without a name, and those written ``name=value``."""

    place: str
    words: tuple[str, ...]
    named: Values = field(factory=dict)

    def wrong(self, what: str) -> StoryError:
        return StoryError(f"{self.place}: {what}")


@frozen
class Step:
    """``at``: ms since the epoch. ``number``: its line in the file, from 1. ``expected``: without ``>``."""

    line: Line
    at: int
    number: int
    expected: tuple[str, ...] = ()


@mutable
class Story:
    """``heads``: the settings' lines, by their first word."""

    file: Path
    title: str
    rule: str = ""
    heads: dict[str, list[Line]] = field(factory=lambda: {name: [] for name in HEADS})
    steps: list[Step] = field(factory=list)

    def given(self, name: str) -> Values:
        """All named values of the lines that begin so, together."""
        return {key: value for line in self.heads[name] for key, value in line.named.items()}

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(word for line in self.heads[name] for word in line.words)

    @property
    def shown(self) -> tuple[str, ...]:
        return self.words("show") or SHOWN


def read(path: Path) -> list[Story]:
    """The stories of a file, in order. Raises StoryError."""
    stories: list[Story] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        place, text = f"{path.name}:{number}", raw.strip()
        if not text or text.startswith("#"):
            continue
        if text.startswith("Story:"):
            stories.append(Story(path, text.removeprefix("Story:").strip()))
            continue
        if not stories:
            raise StoryError(f"{place}: a file begins with a line such as Story: WHAT HAPPENS")
        _take(stories[-1], place, number, text)
    for story in stories:
        if not story.rule or not story.steps:
            raise StoryError(
                f"{path.name}: the story {story.title!r} has no {'steps' if story.rule else 'rule'}"
            )
    return stories


def _take(story: Story, place: str, number: int, text: str) -> None:
    head, _, rest = text.partition(" ")
    if head == "Rule:":
        story.rule = f"{story.rule} {rest}".strip()
    elif head == ">":
        if not story.steps:
            raise StoryError(f"{place}: nothing has happened yet that this could follow")
        last = story.steps[-1]
        story.steps[-1] = evolve(last, expected=(*last.expected, rest.strip()))
    elif head in story.heads and not story.steps:
        story.heads[head].append(_line(place, rest))
    else:
        story.steps.append(_step(story, place, number, text))


def _step(story: Story, place: str, number: int, text: str) -> Step:
    found = _TIME.fullmatch(text)
    if found is None:
        raise StoryError(f"{place}: a step begins with its time, such as 10:04 or 2026-11-24 10:04:30")
    day, hour, minute, second, said = found.groups()
    before = story.steps[-1].at if story.steps else None
    if day is None and before is None:
        raise StoryError(f"{place}: the first step names its day, such as 2026-11-24 09:00")
    date = datetime.fromisoformat(day) if day else datetime.fromtimestamp((before or 0) / 1000, UTC)
    try:
        moment = date.replace(
            hour=int(hour), minute=int(minute), second=int(second or 0), microsecond=0, tzinfo=UTC
        )
    except ValueError as error:
        raise StoryError(f"{place}: {error}") from None
    at = int(moment.timestamp() * 1000)
    if before is not None and at < before:
        raise StoryError(f"{place}: earlier than the step before it; a new day is written with its date")
    return Step(_line(place, said), at, number)


def _line(place: str, text: str) -> Line:
    try:
        parts = shlex.split(text, posix=True)
    except ValueError as error:
        raise StoryError(f"{place}: {error}") from None
    words: list[str] = []
    named: Values = {}
    for part in parts:
        found = _NAMED.fullmatch(part)
        if found is None or " " in found[1]:
            words.append(part)
            continue
        *inside, name = found[1].split(".")
        where = named
        for outer in inside:
            where = where.setdefault(outer, {})
        where[name] = _value(name, found[2])
    return Line(place, tuple(words), named)


def _value(name: str, text: str) -> Any:
    if name in LISTS:
        return [one for one in text.split(",") if one]
    try:
        return json.loads(text)
    except ValueError:
        return text


# -- comparing and writing back ------------------------------------------------------------------------


def written(story: Story, seen: Sequence[Sequence[str]]) -> list[str]:
    """The steps with what was seen below each, as in the file: to compare with what was expected."""
    made = []
    for step, lines in zip(story.steps, seen, strict=True):
        words = " ".join(step.line.words[:3])
        made.append(f"{step.line.place} {clock(step.at)} {words}")
        made += [f"    > {line}" for line in lines]
    return made


def expected(story: Story) -> list[str]:
    return written(story, [step.expected for step in story.steps])


def update(path: Path, story: Story, seen: Sequence[Sequence[str]]) -> None:
    """Write what was seen below each step of a story of this file; every other line stays."""
    below = {step.number: lines for step, lines in zip(story.steps, seen, strict=True)}
    made: list[str] = []
    replacing = False
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = raw.strip()
        if text.startswith(">") and replacing:
            continue
        made.append(raw)
        if number in below:
            made += [f"> {line}" for line in below[number]]
        if text and not text.startswith("#"):
            replacing = number in below
    path.write_text("\n".join(made) + "\n", encoding="utf-8")


def clock(at: int) -> str:
    """``10:04:02``, in UTC, where all stories play."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%H:%M:%S")


def day_before(at: int) -> str:
    """The date of the day before a time, ``2026-11-23``."""
    return (datetime.fromtimestamp(at / 1000, UTC) - timedelta(days=1)).date().isoformat()
