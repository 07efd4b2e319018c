"""The gates: each closes for its reason and lets its neighbour pass."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from afterglow.core.gates import GATES, closed_by, read_gates
from afterglow.core.model import Event, Hazard, Red
from afterglow.core.settings import Settings
from tests.core.build import HOUR, MINUTE, NOW, SECOND, at, event, green, moment

RED = Red("test", "pytest", at(12, 17), 2, "e0")
JOB = green()


def closed(subject: Event | None = JOB, settings: Settings | None = None, **fields: Any) -> list[str]:
    gates = read_gates(moment(**fields), subject, settings or Settings())
    assert all(gate.reason for gate in gates)
    return [gate.id for gate in gates if not gate.passed]


def test_on_a_good_day_every_gate_is_open_and_says_why() -> None:
    gates = read_gates(moment(), JOB, Settings())
    assert [gate.id for gate in gates] == [rule.id for rule in GATES]
    assert closed_by(gates) is None


@pytest.mark.parametrize(
    ("fields", "gate"),
    [
        ({"mode": "off"}, "A9.mode"),
        ({"dnd_until": NOW + 1}, "A9.dnd"),
        ({"red": (RED,)}, "T1.red"),
        ({"unresolved": ("merge",)}, "T1.unresolved"),
        ({"hazards": (Hazard("destructive", NOW + 1),)}, "T1.destructive"),
        ({"hazards": (Hazard("destructive", NOW + 60 * SECOND),)}, "T1.destructive"),
        ({"hazards": (Hazard("credential", NOW + 5 * MINUTE),)}, "T1.credential"),
        ({"exception_at": NOW - 10 * MINUTE + 1}, "T1.exception"),
        ({"error_surge": True}, "T1.diagnostics"),
    ],
)
def test_a_state_that_closes(fields: dict[str, Any], gate: str) -> None:
    assert closed(**fields) == [gate]


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "quiet"},
        {"mode": "chatty"},
        {"dnd_until": NOW},
        {"hazards": (Hazard("destructive", NOW), Hazard("credential", NOW - 1))},
        {"hazards": (Hazard("destructive", NOW + 100 * HOUR),)},
        {"exception_at": NOW - 10 * MINUTE},
        {"exception_at": NOW + 100 * HOUR},
    ],
)
def test_a_state_that_does_not_close_or_no_longer(fields: dict[str, Any]) -> None:
    assert closed(**fields) == []


@pytest.mark.parametrize(
    ("subject", "gates"),
    [
        (green(status="fail"), ["T1.outcome"]),
        (green(status="cancelled"), ["T1.outcome"]),
        (green(status="unknown"), ["T1.outcome"]),
        (green(status=None), ["T1.outcome"]),
        (green(142, data={"failed": 1}), ["T1.outcome"]),
        (green(142, data={"errors": 1}), ["T1.outcome"]),
        (green(0), ["T1.outcome"]),
        (event("ci.finished", status="unknown"), ["T1.outcome"]),
        (event("commit", status="fail"), ["T1.outcome"]),
        (event("command", status="ok", job="test", data={"hazard": "destructive"}), ["T1.destructive"]),
        (event("command", status="ok", data={"hazard": "credential"}), ["T1.credential"]),
        (green(142), []),
        (event("commit"), []),
        (event("ci.finished"), []),
    ],
)
def test_the_event_at_hand(subject: Event, gates: list[str]) -> None:
    assert closed(subject) == gates


@pytest.mark.parametrize(
    ("subject", "gates"),
    [
        (green(142), []),
        (event("command", status="ok", job="build"), []),
        (event("commit"), []),
        (event("merge"), []),
        (event("conflict.end"), []),
        (event("command", status="ok"), ["T1.newcomer"]),
        (event("session.open"), ["T1.newcomer"]),
        (event("milestone"), ["T1.newcomer"]),
        (event("active"), ["T1.newcomer"]),
        (green(status="fail"), ["T1.outcome", "T1.newcomer"]),
    ],
)
def test_a_newcomer_hears_nothing_before_something_ended_well(subject: Event, gates: list[str]) -> None:
    assert closed(subject, newcomer=True) == gates


@pytest.mark.parametrize(
    ("hours", "silent"),
    [
        ((17 * 60, 19 * 60), True),
        ((18 * 60 + 4, 19 * 60), True),
        ((18 * 60 + 5, 19 * 60), False),
        ((17 * 60, 18 * 60 + 4), False),
        ((22 * 60, 7 * 60), False),
        ((18 * 60, 7 * 60), True),
        ((22 * 60, 19 * 60), True),
    ],
)
def test_quiet_hours(hours: tuple[int, int], silent: bool) -> None:
    assert closed(settings=Settings(quiet_hours=hours)) == (["A9.quiet-hours"] if silent else [])


def test_all_gates_are_read_after_one_has_closed_and_the_first_gives_the_reason() -> None:
    gates = read_gates(moment(mode="off", red=(RED,), error_surge=True), green(status="fail"), Settings())
    assert len(gates) == len(GATES)
    assert [gate.id for gate in gates if not gate.passed] == [
        "A9.mode",
        "T1.red",
        "T1.diagnostics",
        "T1.outcome",
    ]
    first = closed_by(gates)
    assert first is not None
    assert first.reason == "mode is off"


def test_a_red_says_since_when() -> None:
    also, other = evolve(RED, label="report"), evolve(RED, label="docs", event_id="another run")
    for red, said in (((RED, also), ""), ((RED, also, other), " and 1 more")):
        first = closed_by(read_gates(moment(red=red), JOB, Settings()))
        assert first is not None
        assert first.reason == f"red: test (pytest) since 17:00{said}"


def test_what_was_asked_for_skips_first_contact_and_mode_and_no_other_gate() -> None:
    assert closed(None, mode="off", newcomer=True) == []
    assert closed(None, red=(RED,), dnd_until=NOW + 1) == ["A9.dnd", "T1.red"]
