"""L8: what each schedule queues, and when."""

from __future__ import annotations

from typing import get_args

import pytest

from afterglow.core.schedule import Kind, Occasion, Schedule, Waits, due, looks

OCCASIONS: tuple[Occasion, ...] = get_args(Occasion)
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
WAITING = Waits(turns=1, ended=False, lines=5, threshold=5)
FEW = Waits(turns=1, ended=False, lines=4, threshold=5)
ENDED = Waits(turns=1, ended=True, lines=5, threshold=5)


@pytest.mark.parametrize(
    ("schedule", "waits", "kind", "occasions"),
    [
        ("idle", WAITING, "job", {"idle", "by_hand"}),
        ("every_turn", WAITING, "job", {"turn", "idle", "close", "by_hand"}),
        ("below_threshold", WAITING, None, set()),
        ("below_threshold", FEW, "job", {"idle", "by_hand"}),
        ("session_end", WAITING, "batch", {"close"}),
        ("session_end", ENDED, "batch", {"close", "idle", "open", "by_hand"}),
    ],
)
def test_each_schedule_has_its_occasions(
    schedule: Schedule, waits: Waits, kind: Kind | None, occasions: set[Occasion]
) -> None:
    found = {occasion: due(schedule, occasion, waits) for occasion in OCCASIONS}
    assert found == {occasion: kind if occasion in occasions else None for occasion in OCCASIONS}


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("occasion", OCCASIONS)
def test_without_a_turn_that_waits_nothing_is_due(schedule: Schedule, occasion: Occasion) -> None:
    assert due(schedule, occasion, Waits(0, ended=True, lines=0, threshold=9)) is None


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_what_is_never_due_need_not_be_looked_at(schedule: Schedule) -> None:
    for occasion in OCCASIONS:
        some = (due(schedule, occasion, waits) for waits in (WAITING, FEW, ENDED))
        assert looks(schedule, occasion) is any(kind is not None for kind in some)
