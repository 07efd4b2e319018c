"""When silence is kinder: every condition that a turn must pass before anything else is asked.

Invariant: all gates are read, also after one has closed, so that ``explain`` can show each with its
reason. The order of ``GATES`` decides which reason is given for the silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from attrs import frozen

from afterglow.core import words
from afterglow.core.commands import CREDENTIAL, DESTRUCTIVE, SILENCE_MS
from afterglow.core.local_time import Clock, twelve_hour
from afterglow.core.model import Event, Gate, Moment
from afterglow.core.occasion import JOB_KINDS
from afterglow.core.setting_table import Settings

EXCEPTION_MS: Final = 10 * 60 * 1_000
_LONGEST_SILENCE_MS: Final = max(SILENCE_MS.values())
_GIT_ENDS_WELL: Final = frozenset(
    {"commit", "merge", "rebase", "cherry-pick", "revert", "tag", "push", "pull", "conflict.end"}
)


@frozen
class Look:
    """What a gate may look at. ``event``: None for a line that was asked for."""

    moment: Moment
    event: Event | None
    settings: Settings

    @property
    def clock(self) -> Clock:
        return Clock(self.moment.now, self.moment.zone, twelve_hour(self.settings.locale))


@frozen
class Rule:
    """``closes``: why it closes, or None. ``opened``: the reason shown when it lets pass.
    ``for_asked``: whether it also holds for a line that the user asked for."""

    id: str
    closes: Callable[[Look], str | None]
    opened: str
    for_asked: bool = True


def _mode(look: Look) -> str | None:
    return "mode is off" if look.moment.mode == "off" else None


def _dnd(look: Look) -> str | None:
    until = look.moment.dnd_until
    if until is None or until <= look.moment.now:
        return None
    return f"do not disturb until {look.clock.time(until)}"


def _quiet_hours(look: Look) -> str | None:
    hours = look.settings.quiet_hours
    if hours is None:
        return None
    start, end = hours
    minute = look.clock.minute_of_day()
    inside = start <= minute < end if start < end else minute >= start or minute < end
    return f"quiet hours until {end // 60:02d}:{end % 60:02d}" if inside else None


def _red(look: Look) -> str | None:
    if not look.moment.red:
        return None
    red = look.moment.red[0]
    # One run that has two labels is one thing that is red.
    more = len({key.event_id for key in look.moment.red}) - 1
    others = f" and {more} more" if more else ""
    return f"red: {red.job} ({red.label}) since {look.clock.since(red.since)}{others}"


def _unresolved(look: Look) -> str | None:
    return f"unfinished: {', '.join(look.moment.unresolved)}" if look.moment.unresolved else None


def _hazard(kind: str, what: str) -> Callable[[Look], str | None]:
    def closes(look: Look) -> str | None:
        if look.event is not None and look.event.data.get("hazard") == kind:
            return f"this was {what}"
        now = look.moment.now
        for hazard in look.moment.hazards:
            # A hazard further ahead than any lasts was noted by a clock that has since been set back.
            if hazard.kind == kind and now < hazard.until <= now + _LONGEST_SILENCE_MS:
                return f"{what} not long ago; silent for {words.duration(hazard.until - now)} more"
        return None

    return closes


def _exception(look: Look) -> str | None:
    at = look.moment.exception_at
    if at is None or abs(look.moment.now - at) >= EXCEPTION_MS:
        return None
    return f"the debugger stopped on an exception at {look.clock.time(at)}"


def _diagnostics(look: Look) -> str | None:
    return "many new error diagnostics" if look.moment.error_surge else None


def _outcome(look: Look) -> str | None:
    event = look.event
    if event is None:
        return None
    status = event.status or ("unknown" if event.kind in JOB_KINDS else "ok")
    if status != "ok":
        return {"fail": "it failed", "cancelled": "it was cancelled"}.get(status, "its outcome is not known")
    if (event.number("failed") or 0) + (event.number("errors") or 0) > 0:
        return "its counts say that something failed"
    if event.job == "test" and event.number("passed") == 0:
        return "no test ran"
    return None


def _newcomer(look: Look) -> str | None:
    if not look.moment.newcomer or (look.event is not None and ends_well(look.event)):
        return None
    return "first session: nothing you started has ended well yet"


def ends_well(event: Event) -> bool:
    """Whether an event is a first good end: a commit, a git operation that worked, an ok job."""
    if event.kind in JOB_KINDS:
        return event.job is not None and event.status == "ok"
    return event.kind in _GIT_ENDS_WELL and event.status in (None, "ok")


GATES: Final = (
    Rule("A9.mode", _mode, "mode allows it", for_asked=False),
    Rule("A9.dnd", _dnd, "nobody asked not to be disturbed"),
    Rule("A9.quiet-hours", _quiet_hours, "outside quiet hours"),
    Rule("T1.red", _red, "nothing is red"),
    Rule("T1.unresolved", _unresolved, "no git operation is unfinished"),
    Rule("T1.destructive", _hazard(DESTRUCTIVE, "a destructive command"), "no destructive command"),
    Rule("T1.credential", _hazard(CREDENTIAL, "something with credentials"), "no credentials in sight"),
    Rule("T1.exception", _exception, "no exception in the debugger"),
    Rule("T1.diagnostics", _diagnostics, "no rise of error diagnostics"),
    Rule("T1.outcome", _outcome, "it ended well, as far as it has an outcome"),
    Rule("T1.newcomer", _newcomer, "something ended well before, or just now", for_asked=False),
)


def read_gates(moment: Moment, event: Event | None, settings: Settings) -> tuple[Gate, ...]:
    """Every gate that applies, in order. Without an event the line was asked for (``next``, ``say``)."""
    look = Look(moment, event, settings)
    gates = []
    for rule in GATES:
        if event is None and not rule.for_asked:
            continue
        reason = rule.closes(look)
        gates.append(Gate(rule.id, reason is None, reason or rule.opened))
    return tuple(gates)


def closed_by(gates: Sequence[Gate]) -> Gate | None:
    """The first gate that did not let the turn pass."""
    return next((gate for gate in gates if not gate.passed), None)
