"""Which reminder opens a session (spec T16): the one that says most of what is worth knowing.

Invariant: a reminder is said only whole, every slot of it from a recorded fact, on one line. The same
reminders, slots, history and seed give the same reminder.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from afterglow.core.bank import REMINDER_TRIGGERS, Reminder
from afterglow.core.chance import lot
from afterglow.core.clean import columns
from afterglow.core.personalize import whole
from afterglow.core.voice import Told

GLANCE_COLUMNS: Final = 40
"""What a glance takes in."""

WORTH: Final[tuple[tuple[frozenset[str], str], ...]] = (
    (frozenset({"note"}), "note"),
    (frozenset({"test", "file", "branch"}), "test"),
    (frozenset({"test", "file"}), "test"),
    (frozenset({"test", "branch"}), "test"),
    (frozenset({"test", "uncommitted"}), "test"),
    (frozenset({"test"}), "test"),
    (frozenset({"failing"}), "failing"),
    (frozenset({"bug_type", "file"}), "bug_type"),
    (frozenset({"bug_type"}), "bug_type"),
    (frozenset({"uncommitted", "todos"}), "uncommitted"),
    (frozenset({"uncommitted", "file"}), "uncommitted"),
    (frozenset({"uncommitted"}), "uncommitted"),
    (frozenset({"todos"}), "todos"),
    (frozenset({"open_tasks"}), "open_tasks"),
    (frozenset({"file", "branch"}), "file"),
    (frozenset({"file"}), "file"),
    (frozenset({"branch"}), "branch"),
)
"""What answers "where was I", best first: the slots that a reminder must name, and which is its point.

The user's own words go before what was recorded; what is broken before what is unfinished (not committed,
marked as open), and that before where it is. Of reminders with the same point the one that says more wins."""


def choose(
    reminders: Iterable[Reminder],
    slots: Mapping[str, str],
    *,
    told: Mapping[str, Told],
    used: Collection[str],
    max_warmth: int,
    seed: str,
    now: int,
) -> tuple[Reminder, str] | None:
    """The best reminder and its text, None where not enough is known for any.

    ``slots``: recorded values; an empty one counts as not known. ``told``: how often each line was ever
    shown; ``used``: ids shown in this session. Among reminders of equal worth those come first that
    make their point within a glance, then those told least, longest ago; then ``seed`` decides.
    """
    ranked: list[tuple[tuple[int, bool, int, int, int], Reminder, str]] = []
    for one in reminders:
        if one.trigger not in REMINDER_TRIGGERS or one.warmth > max_warmth or one.id in used:
            continue
        text = whole(one.text, slots) if all(slots.get(name, "").strip() for name in one.requires) else None
        if text is None:
            continue
        worth, point = _worth(one.requires)
        before = told.get(one.id)
        times, rested = (before.times, abs(now - before.at)) if before is not None else (0, 0)
        late = point is not None and not _at_a_glance(one.text, point, slots)
        ranked.append(((worth, late, times, -rested, lot(seed, one.id)), one, text))
    if not ranked:
        return None
    _, best, text = min(ranked, key=lambda entry: entry[0])
    return best, text


def _worth(requires: frozenset[str]) -> tuple[int, str | None]:
    """The place in ``WORTH``, 0 the best, and the slot that is the point of it."""
    for place, (names, point) in enumerate(WORTH):
        if names <= requires:
            return place, point
    return len(WORTH), None


def _at_a_glance(template: str, point: str, slots: Mapping[str, str]) -> bool:
    """Whether the value of ``point`` begins, and as far as it can ends, within what a glance takes in."""
    head = template.partition(f"{{{point}}}")[0]
    lead = columns(whole(head, slots) or "")
    return lead + min(columns(slots.get(point, "")), GLANCE_COLUMNS // 2) <= GLANCE_COLUMNS
