"""Which slots a line may have, what fills each, and how a text is searched for them.

Invariant: every slot is filled from something recorded, told by an event, or set by the user. What is
not in this table is no slot, and a line with it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from attrs import frozen

_SLOT: Final = re.compile(r"\{([^{}]*)\}")
_BRACES: Final = re.compile(r"[{}]")


@frozen
class Slot:
    """``source``: where the value comes from. ``sample``: a long but likely value, for measuring lines."""

    name: str
    meaning: str
    source: str
    sample: str


SLOTS: Final[Mapping[str, Slot]] = {
    slot.name: slot
    for slot in (
        Slot("user_name", "how the user wants to be called", "the setting userName", "Maximiliane"),
        Slot("project_name", "the workspace", "the name of the workspace's folder", "payments-service"),
        Slot("recent_activity", "what was done last", "the label of the newest job of 24 h", "pytest"),
        Slot("last_task", "the task that ended last", "the label of the newest task of 24 h", "release"),
        Slot("open_tasks", "tasks that are not done", "the number of open rows of tasks, 1 or more", "12"),
        Slot("bug_type", "what the last red was", "the kind of job of the newest red, in words",
             "the type check"),
        Slot("days", "days since", "midnights between the last session and now, 2 or more", "12"),
        Slot("age", "how long ago", "the time since the last session ended, as a span", "26 h"),
        Slot("when", "when it was", "the end of the last session, as a day or time", "yesterday at 17:02"),
        Slot("branch", "the branch", "HEAD of the workspace's repository", "feature/token-refresh"),
        Slot("file", "the file", "the name of the newest saved file", "refresh_token.py"),
        Slot("test", "a failing test", "the first test that the last red run names", "test_token_expiry"),
        Slot("failing", "how many tests fail", "the failing tests of the last red run, 2 or more", "12"),
        Slot("runs", "how many runs were red", "the runs of the last red streak, 2 or more", "9"),
        Slot("red_for", "how long it was red", "the span of the last red streak, 1 min or more", "1 h 20"),
        Slot("red_when", "when it was red", "the end of the last red run, as a day or time",
             "yesterday at 16:40"),
        Slot("todos", "what the file marks as open",
             "comments of the newest saved file that say so, 1 or more", "12 todos"),
        Slot("uncommitted", "what is not committed", "files that git's index proves changed, 1 or more",
             "12 files"),
        Slot("note", "the user's own note", "the newest text of afterglow note, as it was written",
             "a fake clock for the refresh test"),
        Slot("label", "the job at hand", "the label of the event", "pytest"),
        Slot("from", "what was left", "the event's data: topic.change, phase.change", "reviewing"),
        Slot("to", "what was begun", "the event's data: topic.change, phase.change", "testing"),
        Slot("topic", "the topic at hand", "the newest topic.change of 24 h", "parser"),
        Slot("visits", "which return to a topic", "how many topic.change it has, an ordinal", "11th"),
        Slot("nth_return", "which return to a topic", "how often a topic.change came back to it, in words",
             "seventh"),
        Slot("return_gap", "how long a topic was left", "from the topic.change away to the one back",
             "12 days"),
        Slot("temp", "the temperature", "a weather event under 3 h old, in the locale's degrees", "31 C"),
        Slot("place", "the place", "a weather event under 3 h old", "Thessaloniki"),
    )
}  # fmt: skip

WORDS: Final = frozenset(
    {"bug_type", "age", "when", "red_for", "red_when", "open_tasks", "from", "to", "topic", "visits", "temp"}
    | {"nth_return", "return_gap"}
)
"""Slots whose values are ordinary words: they take a capital at the start of a sentence. All others are
names, and stay as they are written."""


def slots_of(text: str) -> tuple[str, ...]:
    """The names in braces in a text, in order, each once, known or not."""
    return tuple(dict.fromkeys(_SLOT.findall(text)))


def stray_braces(text: str) -> bool:
    """Whether a brace stands there that belongs to no slot."""
    return _BRACES.search(_SLOT.sub("", text)) is not None


def sampled(text: str) -> str:
    """The text with a long sample in each known slot: how long it may get on a screen."""
    return _SLOT.sub(lambda found: SLOTS[found[1]].sample if found[1] in SLOTS else found[0], text)
