"""The way back to the work after small talk (spec T12): a door, not a push.

Invariant: a redirect names only what is recorded, and asks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from afterglow.core.chance import lot
from afterglow.core.personalize import personalized

SMALL_TALK: Final = frozenset(
    {"greeting", "gratitude", "humor", "small_talk", "off_domain", "unknown", "question"}
)
"""Labels of what is said that count as an exchange of small talk."""
WORK: Final = frozenset({"celebration", "struggle", "learning", "task"})
"""Labels that end a row of small talk. A goodbye neither counts nor is led back."""

NAMING: Final = (
    "Anyway: {file} is where you left it.",
    "Meanwhile, {file} waits on {branch}.",
    "Back to {file}, whenever it suits.",
)
PLAIN: Final = (
    "The cursor is where you left it.",
    "The work keeps, one window over.",
    "The editor has not moved.",
)


def exchanges_after(before: int, label: str) -> int:
    """How many exchanges of small talk in a row there are with this one."""
    if label in SMALL_TALK:
        return before + 1
    return 0 if label in WORK else before


def redirect(slots: Mapping[str, str], key: str) -> str:
    """A way back, one that names a recorded file where there is one; the same for the same key."""
    known = [text for template in NAMING if (text := _filled(template, slots)) is not None]
    choices = known or list(PLAIN)
    return choices[lot(key, "redirect") % len(choices)]


def _filled(template: str, slots: Mapping[str, str]) -> str | None:
    needed = [name for name in ("file", "branch") if f"{{{name}}}" in template]
    return personalized(template, slots) if all(slots.get(name) for name in needed) else None
