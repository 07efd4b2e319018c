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
        Slot("recent_activity", "what was done last", "the label of the newest recorded job", "pytest"),
        Slot("last_task", "the task that ended last", "the label of the newest job of kind task", "release"),
        Slot("open_tasks", "tasks that are not done", "the number of open rows of tasks", "12"),
        Slot("bug_type", "what the last red was", "the kind of job of the newest red", "typecheck"),
        Slot("days", "days since", "midnights between the last session and now, 2 or more", "12"),
        Slot("age", "how long ago", "the time since the last session ended, as a span", "26 h"),
        Slot("when", "when it was", "the end of the last session, as a day or time", "yesterday at 17:02"),
        Slot("branch", "the branch", "HEAD of the workspace's repository", "feature/token-refresh"),
        Slot("file", "the file", "the name of the last session's newest saved file", "refresh_token.py"),
        Slot("test", "a failing test", "the first test that the last red run names", "test_token_expiry"),
        Slot("failing", "how many tests fail", "the number of failing tests of the last red run", "12"),
        Slot("runs", "how many runs were red", "the runs of the last red streak", "9"),
        Slot("red_for", "how long it was red", "the span of the last red streak", "1 h 20"),
        Slot("label", "the job at hand", "the label of the event", "pytest"),
        Slot("from", "what was left", "the event's data: topic.change, phase.change", "reviewing"),
        Slot("to", "what was begun", "the event's data: topic.change, phase.change", "testing"),
        Slot("topic", "the topic at hand", "the newest topic.change", "parser"),
        Slot("visits", "which return to a topic", "how many topic.change it has, an ordinal", "11th"),
        Slot("temp", "the temperature", "a weather event under 3 h old, in the locale's degrees", "31 C"),
        Slot("place", "the place", "a weather event under 3 h old", "Thessaloniki"),
    )
}  # fmt: skip


def slots_of(text: str) -> tuple[str, ...]:
    """The names in braces in a text, in order, each once, known or not."""
    return tuple(dict.fromkeys(_SLOT.findall(text)))


def stray_braces(text: str) -> bool:
    """Whether a brace stands there that belongs to no slot."""
    return _BRACES.search(_SLOT.sub("", text)) is not None


def sampled(text: str) -> str:
    """The text with a long sample in each known slot: how long it may get on a screen."""
    return _SLOT.sub(lambda found: SLOTS[found[1]].sample if found[1] in SLOTS else found[0], text)
