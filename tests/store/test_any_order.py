"""Whatever order the observations of one happening arrive in, the record is the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.model import Event, Observation, Source, Status
from afterglow.store import facts, opening, query
from tests.store.making import NOW, PLACE, job, record

COUNTS = {"passed": 142, "failed": 0, "skipped": 1, "errors": 0, "total": 143}
STATUSES: tuple[Status, ...] = ("ok", "fail", "cancelled", "unknown")
SOURCES: tuple[Source, ...] = ("editor", "run", "report", "emit", "hook")


@st.composite
def observations(draw: st.DrawFn) -> list[Observation]:
    """Of one happening, each by another source, in the order they arrive; repeated as windows do."""
    sources = draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=5, unique=True))
    seen = [
        job(
            source,
            draw(st.sampled_from(STATUSES)),
            ago=draw(st.integers(0, 5_000)),
            label=draw(st.sampled_from(("pytest", "make test", "npm test", None))),
            data=COUNTS if source == "report" else {},
            key=f"key-{source}",
        )
        for source in sources
    ]
    again = draw(st.lists(st.sampled_from(seen), max_size=3))
    return draw(st.permutations([*seen, *again]))


def played(seen: list[Observation]) -> tuple[Event, frozenset[str], frozenset[str]]:
    """The one event that comes of it, its labels and what is red afterwards."""
    connection = opening.memory()
    try:
        for one in seen:
            record(connection, one)
        [event] = query.events(connection)
        red = facts.red(connection, PLACE, NOW)
        return event, frozenset(event.labels), frozenset(one.label for one in red)
    finally:
        connection.close()


@given(observations(), st.randoms(use_true_random=False))
def test_any_order_gives_the_same_record(seen: list[Observation], chance: object) -> None:
    shuffled = list(seen)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    one, labels, red = played(seen)
    other, other_labels, other_red = played(shuffled)
    assert one.status == other.status
    assert labels == other_labels == {item.label for item in seen if item.label}
    assert red == other_red
    assert set(one.sources) == set(other.sources) == {item.source for item in seen}
    counts = [{name: event.data.get(name) for name in COUNTS} for event in (one, other)]
    assert counts[0] == counts[1]


@given(observations())
def test_the_worst_that_was_proven_is_what_is_known(seen: list[Observation]) -> None:
    event, labels, red = played(seen)
    said = {one.status for one in seen}
    strongest = next(status for status in ("fail", "cancelled", "ok", "unknown") if status in said)
    assert event.status == strongest
    assert red == ((labels or {""}) if strongest == "fail" else frozenset())
