"""What somebody at a window does, for tests of windows that stay open."""

from __future__ import annotations

from typing import Any

from afterglow.core.model import Event, Observation
from afterglow.core.place import Edit
from afterglow.core.stock import Stock
from afterglow.store import query, turns
from tests.scenarios.week import shipped_stock
from tests.support.played import Played, Stage

PLACE = "/project"
SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000


def stock() -> Stock:
    return shipped_stock()


def opened(stage: Stage, **more: Any) -> Played:
    played = stage.window(PLACE, stock=stock, head=lambda _: "feature/refresh", **more)
    stage.run(1_000)
    return played


def happened(stage: Stage, kind: str, place: str = PLACE) -> list[Event]:
    return sorted(query.events(stage.outside.connection, kind=kind, workspace=place), key=lambda one: one.seq)


def why(stage: Stage, event: Event) -> str:
    record = turns.find_turn(stage.outside.connection, event_id=event.id)
    without = turns.without_turn(stage.outside.connection, event.id)
    return str(record["reason"]) if record is not None else without[1] if without is not None else ""


def edit(played: Played, path: str = "/project/src/auth.py") -> None:
    played.window.edited(path, [Edit(1, 1, 0)])


def save(played: Played, path: str = "/project/src/auth.py") -> None:
    played.window.saved(PLACE, path)


def failed(stage: Stage, *tests: str) -> Observation:
    data = {"job": "test", "failed": len(tests), "passed": 3, "failing": list(tests)}
    return Observation(
        "job.finished", PLACE, "run", stage.clock.wall(), label="pytest", status="fail", data=data
    )


def commit(stage: Stage, name: str) -> Observation:
    return Observation(
        "commit", PLACE, "git", stage.clock.wall(), key=name, data={"branch": "feature/refresh"}
    )
