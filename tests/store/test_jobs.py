"""M2: jobs are leased by one worker at a time, tried again ever later, and dead ones stay to be seen."""

from __future__ import annotations

import sqlite3
from statistics import mean

import pytest

from afterglow.store import jobs
from tests.store.making import NOW

TYPES = ("collect", "turns", "review")
MINUTE = 60_000
HOUR = 60 * MINUTE


def added(connection: sqlite3.Connection, *, type: str = "turns", now: int = NOW, **more: object) -> str:
    """A job that is not refused."""
    made = jobs.add(connection, type=type, user_id="local", now=now, **more)  # type: ignore[arg-type]
    assert made is not None
    return made


def leased(connection: sqlite3.Connection, owner: str = "a", now: int = NOW) -> jobs.Job:
    found = jobs.lease(connection, owner, now, TYPES)
    assert found is not None
    return found


def named(connection: sqlite3.Connection, job_id: str) -> jobs.Job:
    found = jobs.find(connection, job_id)
    assert found is not None
    return found


def test_what_was_put_in_comes_out(connection: sqlite3.Connection) -> None:
    name = added(connection, workspace="/project", key="/project", payload={"batch": True}, priority=1)
    found = leased(connection)
    assert found.id == name
    assert (found.type, found.priority, found.user_id, found.workspace, found.key) == (
        "turns",
        1,
        "local",
        "/project",
        "/project",
    )
    assert found.payload == {"batch": True}
    assert (found.state, found.attempts, found.lease_owner) == ("processing", 1, "a")
    assert found.lease_until == NOW + jobs.LEASE_MS
    assert jobs.complete(connection, name, "a", NOW + 5, "done")
    ended = named(connection, name)
    assert (ended.state, ended.finished_at, ended.reason, ended.lease_owner) == (
        "completed",
        NOW + 5,
        "done",
        None,
    )


def test_the_most_urgent_goes_first_and_the_oldest_among_equals(connection: sqlite3.Connection) -> None:
    low = added(connection, type="review", priority=0)
    first = added(connection, priority=1)
    second = added(connection, priority=1)
    top = added(connection, type="collect", priority=2)
    other = added(connection, type="of another worker", priority=9)
    got = [leased(connection, now=NOW + number).id for number in range(4)]
    assert got == [top, first, second, low]
    assert jobs.lease(connection, "a", NOW, TYPES) is None
    assert jobs.lease(connection, "a", NOW, ()) is None
    assert named(connection, other).state == "pending"


def test_one_open_job_of_a_key(connection: sqlite3.Connection) -> None:
    name = added(connection, key="/project", priority=0)
    assert jobs.add(connection, type="turns", user_id="local", now=NOW, key="/project", priority=2) is None
    assert named(connection, name).priority == 2
    assert jobs.add(connection, type="turns", user_id="local", now=NOW, key="/project", priority=1) is None
    assert named(connection, name).priority == 2
    added(connection, type="review", key="/project")
    added(connection, key="/other")
    leased(connection)
    assert jobs.add(connection, type="turns", user_id="local", now=NOW, key="/project") is None
    jobs.complete(connection, name, "a", NOW)
    added(connection, key="/project")
    added(connection)
    added(connection)


def test_who_lost_the_lease_changes_nothing(connection: sqlite3.Connection) -> None:
    name = added(connection)
    leased(connection, "a")
    later = NOW + jobs.LEASE_MS
    assert leased(connection, "b", later).attempts == 2
    assert not jobs.renew(connection, name, "a", later)
    assert not jobs.complete(connection, name, "a", later)
    assert not jobs.give_back(connection, name, "a", later)
    assert not jobs.put_off(connection, name, "a", later, until=later, reason="budget")
    assert jobs.fail(connection, name, "a", later, reason="no") is None
    assert (named(connection, name).state, named(connection, name).lease_owner) == ("processing", "b")
    assert jobs.complete(connection, name, "b", later)
    assert not jobs.complete(connection, name, "b", later)


def test_a_lease_that_is_renewed_does_not_lapse(connection: sqlite3.Connection) -> None:
    name = added(connection)
    leased(connection, "a")
    assert jobs.renew(connection, name, "a", NOW + 50_000)
    assert jobs.lease(connection, "b", NOW + jobs.LEASE_MS, TYPES) is None
    assert jobs.held(connection, NOW + jobs.LEASE_MS) == NOW + 50_000 + jobs.LEASE_MS
    assert leased(connection, "b", NOW + 50_000 + jobs.LEASE_MS).id == name


def test_given_back_it_is_due_at_once_and_the_attempt_does_not_count(connection: sqlite3.Connection) -> None:
    name = added(connection, most_attempts=2)
    for number in range(20):
        assert leased(connection, "a", NOW + number).attempts == 1
        assert jobs.give_back(connection, name, "a", NOW + number)
    leased(connection, "a")
    assert jobs.give_back_all(connection, "b") == 0
    assert jobs.give_back_all(connection, "a") == 1
    assert (named(connection, name).state, named(connection, name).attempts) == ("pending", 0)


def test_put_off_it_waits_and_the_attempt_does_not_count(connection: sqlite3.Connection) -> None:
    name = added(connection, most_attempts=1)
    for number in range(3):
        now = NOW + number * HOUR
        leased(connection, "a", now)
        assert jobs.put_off(connection, name, "a", now, until=now + HOUR, reason="budget")
        assert not jobs.due(connection, now + HOUR - 1)
        assert jobs.next_due(connection, now) == now + HOUR
    assert named(connection, name).reason == "budget"
    assert jobs.due(connection, NOW + 3 * HOUR)


def test_what_fails_is_tried_later_and_ever_later_and_is_dead_in_the_end(
    connection: sqlite3.Connection,
) -> None:
    name, now, waits = added(connection, most_attempts=4), NOW, []
    for _ in range(3):
        leased(connection, "a", now)
        assert jobs.fail(connection, name, "a", now, reason="timeout") == "pending"
        due = jobs.next_due(connection, now)
        assert due is not None
        assert jobs.lease(connection, "a", due - 1, TYPES) is None
        waits.append(due - now)
        now = due
    assert [wait // 15_000 for wait in waits] >= [1, 2, 4]
    leased(connection, "a", now)
    assert jobs.fail(connection, name, "a", now, reason="timeout") == "failed"
    [corpse] = jobs.dead(connection)
    assert (corpse.id, corpse.reason, corpse.finished_at) == (name, "timeout", now)
    assert not jobs.due(connection, now + 100 * HOUR)


def test_what_can_never_work_is_dead_at_once(connection: sqlite3.Connection) -> None:
    name = added(connection)
    leased(connection)
    assert jobs.fail(connection, name, "a", NOW, reason="bad request", retry=False) == "failed"


def test_a_job_that_ends_its_worker_each_time_is_dead_in_the_end(connection: sqlite3.Connection) -> None:
    name, now = added(connection, most_attempts=3), NOW
    for number in range(3):
        assert leased(connection, f"w{number}", now).id == name
        now += jobs.LEASE_MS
    assert jobs.lease(connection, "w", now, TYPES) is None
    [corpse] = jobs.dead(connection)
    assert (corpse.id, corpse.reason, corpse.attempts) == (name, jobs.LOST, 3)


def test_waits_double_to_an_hour_give_or_take_a_half() -> None:
    names = [f"job-{number}" for number in range(400)]
    for attempt, middle in ((1, 30_000), (2, 60_000), (5, 480_000), (8, HOUR), (60, HOUR)):
        waits = [jobs.backoff_ms(name, attempt) for name in names]
        assert min(waits) >= middle // 2
        assert max(waits) <= middle * 3 // 2
        assert mean(waits) == pytest.approx(middle, rel=0.05)
        assert len(set(waits)) > 300
    assert jobs.backoff_ms("job", 3) == jobs.backoff_ms("job", 3)


def test_a_dead_job_can_be_tried_again(connection: sqlite3.Connection) -> None:
    name = added(connection, key="/project")
    leased(connection)
    jobs.fail(connection, name, "a", NOW, reason="no", retry=False)
    another = added(connection, key="/project")
    assert not jobs.retry_dead(connection, name, NOW)
    leased(connection)
    jobs.complete(connection, another, "a", NOW)
    assert not jobs.retry_dead(connection, another, NOW)
    assert jobs.retry_dead(connection, name, NOW)
    assert leased(connection).attempts == 1


def test_figures(connection: sqlite3.Connection) -> None:
    assert jobs.counts(connection) == {"pending": 0, "processing": 0, "completed": 0, "failed": 0}
    assert jobs.next_due(connection, NOW) is None
    one, two = added(connection, priority=3), added(connection, priority=2)
    added(connection, not_before=NOW + HOUR, type="review")
    leased(connection)
    leased(connection)
    jobs.complete(connection, one, "a", NOW)
    jobs.fail(connection, two, "a", NOW + 1, reason="no", retry=False)
    assert jobs.counts(connection) == {"pending": 1, "processing": 0, "completed": 1, "failed": 1}
    assert not jobs.due(connection, NOW, TYPES)
    assert jobs.next_due(connection, NOW, ("turns",)) is None
    assert jobs.next_due(connection, NOW, TYPES) == NOW + HOUR
    assert jobs.purge(connection, NOW + 1) == 1
    assert jobs.purge(connection, NOW + 2) == 1
    assert jobs.purge(connection, NOW + 100 * HOUR) == 0
    assert jobs.counts(connection)["pending"] == 1


def test_a_clock_that_is_set_back_strands_nothing(connection: sqlite3.Connection) -> None:
    held, waits = added(connection, priority=1), added(connection)
    leased(connection, "a")
    leased(connection, "b")
    jobs.put_off(connection, waits, "b", NOW, until=NOW + HOUR, reason="budget")
    before = NOW - 40 * 24 * HOUR
    assert jobs.due(connection, before)
    assert jobs.held(connection, before) is None
    assert {leased(connection, "c", before).id, leased(connection, "c", before).id} == {held, waits}


def test_nobody_can_ask_for_a_lease_or_a_wait_without_end(connection: sqlite3.Connection) -> None:
    name = added(connection, not_before=NOW + 1_000 * HOUR)
    assert named(connection, name).not_before == NOW + jobs.LONGEST_WAIT_MS
    now = NOW + jobs.LONGEST_WAIT_MS
    found = jobs.lease(connection, "a", now, TYPES, 1_000 * HOUR)
    assert found is not None
    assert found.lease_until == now + jobs.LONGEST_LEASE_MS
    jobs.put_off(connection, name, "a", now, until=now + 1_000 * HOUR, reason="no")
    assert jobs.next_due(connection, now) == now + jobs.LONGEST_WAIT_MS
