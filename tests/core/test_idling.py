"""When the model's process may be started: what stands against it, and when to look again."""

from __future__ import annotations

import pytest
from attrs import evolve

from afterglow.core.idling import (
    LOOK_AGAIN_MS,
    OTHERS_LATE_MS,
    Facts,
    again_ms,
    may_start,
)

NOW = 1_790_000_000_000
MINUTE = 60_000
READY = Facts(
    now=NOW,
    enabled=True,
    trusted=True,
    on=True,
    kept=True,
    installed=True,
    key=True,
    idle_ms=MINUTE,
    quiet_ms=MINUTE,
    still_ms=MINUTE,
    steady_ms=MINUTE,
    due=True,
    next_due=NOW,
)


def test_it_starts_when_nothing_stands_against_it() -> None:
    assert may_start(READY) is None
    assert may_start(evolve(READY, quiet_ms=None)) is None


@pytest.mark.parametrize(
    ("changed", "reason", "again"),
    [
        ({"enabled": False}, "there is no consent", None),
        ({"trusted": False}, "the folder is not trusted", None),
        ({"on": False}, "the mode is off", None),
        ({"kept": False}, "nothing can be kept on the disk", None),
        ({"installed": False}, "the library is not installed", None),
        ({"key": False}, "there is no key", None),
        ({"quiet_ms": MINUTE - 1}, "somebody is at this window", None),
        ({"still_ms": MINUTE - 5_000}, "somebody was active a moment ago", 5_000),
        ({"still_ms": -30_000}, "somebody was active a moment ago", 90_000),
        ({"still_ms": None}, "somebody was active a moment ago", LOOK_AGAIN_MS),
        ({"others": True}, "somebody was active a moment ago", OTHERS_LATE_MS),
        ({"steady_ms": 20_000}, "the clock was set a moment ago", 40_000),
        ({"due": False, "next_due": NOW + 90_000}, "nothing is due", 90_000),
        ({"due": False, "next_due": NOW + 30 * LOOK_AGAIN_MS}, "nothing is due", LOOK_AGAIN_MS),
        ({"due": False, "next_due": None}, "nothing is due", None),
        ({"busy_until": NOW + 45_000}, "another worker is at it", 45_000),
        ({"paused_until": NOW + 120_000}, "the model is left alone for now", 120_000),
        ({"paused_until": 0}, "the model is left alone for now", LOOK_AGAIN_MS),
        ({"spent": True}, "today's budget is spent", LOOK_AGAIN_MS),
        ({"claimed_until": NOW + 20_000}, "one was started a moment ago", 20_000),
    ],
)
def test_each_of_these_stands_against_it(changed: dict[str, object], reason: str, again: int | None) -> None:
    facts = evolve(READY, **changed)  # type: ignore[arg-type]
    assert may_start(facts) == reason
    assert again_ms(facts) == again


def test_of_several_waits_the_longest_counts() -> None:
    facts = evolve(READY, still_ms=MINUTE - 3_000, claimed_until=NOW + 20_000, busy_until=NOW + 60_000)
    assert again_ms(facts) == 60_000
    # Close by is not at once: a look that comes too early would come again and again.
    assert again_ms(evolve(READY, still_ms=MINUTE - 1)) == 1_000
