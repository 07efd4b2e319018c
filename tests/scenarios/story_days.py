"""Random days for properties: stories without expectations, lived with the shipped banks.

Invariant: a day that breaks a property can be read as the story that it is, and kept as one.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from afterglow.banks import load, shipped
from afterglow.core.stock import Stock, stock_of
from afterglow.store.rows import load_object
from tests.scenarios.story import Step, Story, read
from tests.scenarios.story_stage import Playing

HEAD = """Story: {title}
Rule: T15: whatever happens.
given known rapport={rapport}
set seed=a userName={{Ada}} mode={mode}
set banterIntervalSeconds=0 banterPerDay=0 jokesPerDay=0 proactivePerSession=0
"""
PYTEST = tuple(f"run pytest {end} in 38s" for end in ("ok 142", "fail 3 of 142", "cancelled", "unknown"))
DONE = (
    "run make ok in 60s",
    'run "make deploy" ok in 90s',
    "emit pr.merged took=3h",
    "emit review.done took=20min",
    'emit milestone label="100 days"',
    "tag v2.0",
    "commit",
    "push",
    "merge",
)
TALK = (
    "next",
    'say "thanks a lot"',
    'say "how was your weekend?"',
    'say "wexel flurb dax"',
    'say "YES!!! all green!"',
    'say "I\'m stuck, this makes no sense"',
    'say "bye, see you tomorrow"',
    'say "my grandmother died last night"',
)
OTHER = (
    "emit topic.change from={sql} to={css}",
    "emit phase.change from=coding to=reviewing",
    "emit active",
    "emit conflict.begin",
    "emit conflict.end",
    "save src/auth.py",
    'note "a fake clock for the refresh test"',
    "close",
)
WAITING = (
    'queue "It waited for this." source=llm_generated',
    'queue "It waited, and warmly." source=recipe level=2 warmth=4',
    'queue "{user_name}, it waited for {nothing}." confidence=1',
    'queue "{user_name}, it waited." confidence=1',
)
GAPS_S = (10, 10, 200, 200, 2_400, 3 * 3_600)
HAPPENINGS = st.one_of(*(st.sampled_from(some) for some in (PYTEST, PYTEST, DONE, TALK, OTHER, WAITING)))
DAYS = st.tuples(
    st.sampled_from((0, 3, 5, 8)),
    st.sampled_from(("normal", "chatty")),
    st.lists(st.tuples(st.sampled_from(GAPS_S), HAPPENINGS), min_size=2, max_size=12),
)
Day = tuple[int, str, list[tuple[int, str]]]
FULL: Day = (
    8,
    "chatty",
    [
        (200, PYTEST[0]),
        (200, WAITING[0]),
        (10, WAITING[2]),
        (10, WAITING[3]),
        (200, DONE[0]),
        (200, DONE[2]),
        (200, PYTEST[1]),
        (200, TALK[5]),
        (2_400, PYTEST[0]),
        (200, TALK[3]),
        (200, OTHER[5]),
        (200, OTHER[6]),
        (200, "close"),
        (3 * 3_600, TALK[0]),
        (200, PYTEST[1]),
        (10, "close"),
        (2_400, DONE[0]),
    ],
)
"""A day on which a bit of everything is said."""
UNSETTLED: Day = (
    3,
    "chatty",
    [
        (200, OTHER[3]),
        *((200, one) for one in (DONE[0], TALK[0], TALK[5], OTHER[0], DONE[4])),
        (200, OTHER[4]),
    ],
)
"""A day with an unresolved conflict."""


@lru_cache(maxsize=1)
def shelves() -> Stock:
    banks, problems = load([shipped()])
    assert problems == ()
    return stock_of(banks)


def story_of(day: Day, folder: Path) -> Story:
    """The day as a story: a window is opened where none is."""
    rapport, mode, happenings = day
    at = 9 * 3_600
    lines, is_open = [], False
    for gap, happening in [(0, "open"), *happenings]:
        if happening == "close" and not is_open:
            continue
        at += gap
        if not is_open and happening != "open":
            lines.append((at, "open branch=main"))
            at += 10
        is_open = happening != "close"
        lines.append((at, happening))
    text = HEAD.format(title="A day", rapport=rapport, mode=mode)
    for second, happening in lines:
        date = f"2026-11-{24 + second // 86_400}"
        text += f"{date} {second // 3_600 % 24:02}:{second // 60 % 60:02}:{second % 60:02} {happening}\n"
    path = folder / "day.story"
    path.write_text(text, encoding="utf-8")
    return read(path)[0]


class Living(Playing):
    """A day that is lived with the shipped banks; ``before`` is called at each step, before it."""

    def __init__(self, story: Story, folder: Path, before: Callable[[Living], None] | None = None) -> None:
        super().__init__(story, folder)
        self.before = before

    def _shelves(self) -> Stock:
        return shelves()

    def _do(self, step: Step) -> None:
        if self.before is not None:
            self.before(self)
        super()._do(step)

    def turns(self) -> list[dict[str, Any]]:
        """Every turn there was, oldest first: its row, its record, and its token under ``token``."""
        connection = self.stage.outside.connection
        rows = connection.execute("SELECT seq, at, event_id, record FROM turns ORDER BY seq").fetchall()
        return [{**dict(row), **load_object(row["record"])} for row in rows]


@contextmanager
def lived(day: Day, before: Callable[[Living], None] | None = None) -> Iterator[Living]:
    with tempfile.TemporaryDirectory() as name:
        living = Living(story_of(day, Path(name)), Path(name), before)
        try:
            living.play()
            yield living
        finally:
            living.close()


def tokens(living: Living) -> list[dict[str, Any]]:
    return [turn["token"] for turn in living.turns() if turn["token"] is not None]
