"""Reasons, jobs and spans in words, as the commands word them.

Invariant: a line about silence says what was going on, not what anybody did wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from afterglow.core.clean import one_line

_NAME: Final = 40
_REASON: Final = 90
_LONG_HOURS: Final = 100

JOBS: Final[Mapping[str, str]] = {
    "test": "tests",
    "build": "build",
    "lint": "lint",
    "typecheck": "type check",
    "deploy": "deploy",
    "migration": "migration",
    "training": "training",
    "agent": "agent",
    "debug": "debugging",
    "task": "other tasks",
}
WARM: Final[Mapping[str, str]] = {
    "queue_hit": "a line that waited in the queue",
    "compliment": "a compliment that was due",
    "cpu_glow": "a line for a moment like this",
    "cpu_repo": "a line from the banks",
    "gift": "a gift, since what was said was not clear",
}
"""Where the warm part of a line came from."""
_SILENT: Final = (
    ("a commit speaks only", "a commit, without a number that nobody typed"),
    ("red: ", "something was red"),
    ("unfinished: ", "a git operation was unfinished"),
    ("mode is off", "the mode was off"),
    ("do not disturb", "do not disturb was on"),
    ("quiet hours", "quiet hours"),
    ("this was a destructive", "a command that destroys something"),
    ("a destructive command", "a command that destroys something, not long before"),
    ("this was something with credentials", "secrets were being handled"),
    ("something with credentials", "secrets had been handled not long before"),
    ("the debugger stopped", "the debugger had stopped on an exception"),
    ("many new error", "many new errors in the editor"),
    ("no news", "nothing new to tell"),
    ("nothing changed, and it took", "nothing changed, and it was quick"),
    ("nothing to remind", "nothing to remind of yet"),
    ("first session", "the first session, and nothing had ended well yet"),
    ("budget: this mode", "this mode says no warm lines"),
    ("budget: quiet", "quiet for a while after a low rating"),
    ("budget: one warm line in", "a warm line had been said not long before"),
    ("budget: ", "the day's share of warm lines was used"),
    ("no line fits", "no line fitted"),
)
"""How a recorded reason begins, and what it is called here: times and names in it would make each its own."""


def silences(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """Reasons in words and how often each, the most frequent first."""
    found: dict[str, int] = {}
    for reason, number in counted.items():
        said = next((told for begin, told in _SILENT if reason.startswith(begin)), one_line(reason, _REASON))
        found[said] = found.get(said, 0) + number
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def why(token: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Why a line was shown, and after what, in a few words: it is read twenty times on one page."""
    after = about(record)
    if not token.get("event"):
        said = "you asked for it"
    elif token.get("source") == "reminder":
        said = "a session began, and the one before left this"
    elif token.get("news"):
        said = f"after {after}" if after else "news"
    else:
        said = "a moment for a line without news" + (f", after {after}" if after else "")
    warm = WARM.get(str(token.get("source"))) if token.get("banter") else None
    return f"{said}; {warm}" if warm else said


def about(record: Mapping[str, Any]) -> str | None:
    """The event that a line was about: ``test pytest``."""
    event = record.get("event")
    if not isinstance(event, dict) or not event.get("kind"):
        return None
    data = event.get("data")
    job = data.get("job") if isinstance(data, dict) else None
    words = (None if job else event["kind"], job, event.get("label"))
    # A deploy is often called just that.
    return " ".join(dict.fromkeys(one_line(str(word), _NAME) for word in words if word))


def folder(workspace: str) -> str:
    """The last folder of a workspace's path."""
    return one_line(PurePath(workspace).name or workspace, _NAME)


def named(job: str, label: str) -> str:
    """``tests (pytest)``."""
    what = JOBS.get(job, one_line(job, _NAME))
    return f"{what} ({one_line(label, _NAME)})" if label else what


def span(ms: float) -> str:
    """A stretch of work in hours, never in days, which would be days without sleep: ``under 1 min``,
    ``4 min``, ``3 h 20``, ``26 h 05``."""
    hours, minutes = divmod(int(ms // 60_000), 60)
    if not hours:
        return f"{minutes} min" if minutes else "under 1 min"
    return f"{hours} h {minutes:02d}" if minutes and hours < _LONG_HOURS else f"{hours} h"
