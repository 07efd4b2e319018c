"""M2 as a state machine: whatever workers do in whatever order, the queue does what a simple model says."""

from __future__ import annotations

from attrs import define
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from afterglow.store import jobs, opening
from tests.store.making import NOW

TYPES = ("collect", "turns")
KEYS = st.sampled_from([None, "/a", "/b"])
OWNERS = st.sampled_from(["one", "two", "three"])


@define
class Row:
    """What the model knows of a job."""

    order: int
    type: str
    key: str | None
    priority: int
    most: int
    state: str = "pending"
    attempts: int = 0
    not_before: int = 0
    owner: str | None = None
    until: int = 0

    @property
    def open(self) -> bool:
        return self.state in ("pending", "processing")


class Queue(RuleBasedStateMachine):
    """The store's queue, and what it should be."""

    def __init__(self) -> None:
        super().__init__()
        self.connection = opening.memory()
        self.now = NOW
        self.rows: dict[str, Row] = {}
        self.completed: list[str] = []

    def teardown(self) -> None:
        self.connection.close()

    def held(self, owner: str) -> list[str]:
        return [name for name, row in self.rows.items() if row.state == "processing" and row.owner == owner]

    @rule(ms=st.sampled_from([1, 1_000, 59_999, 60_000, 3_600_000]))
    def time_passes(self, ms: int) -> None:
        self.now += ms

    @rule(type=st.sampled_from(TYPES), key=KEYS, priority=st.integers(0, 2), most=st.integers(1, 3))
    def add(self, type: str, key: str | None, priority: int, most: int) -> None:
        made = jobs.add(
            self.connection,
            type=type,
            user_id="u",
            now=self.now,
            key=key,
            priority=priority,
            most_attempts=most,
        )
        same = [row for row in self.rows.values() if row.open and key is not None]
        same = [row for row in same if (row.type, row.key) == (type, key)]
        assert (made is None) == bool(same)
        for row in same:
            row.priority = max(row.priority, priority)
        if made is not None:
            self.rows[made] = Row(len(self.rows), type, key, priority, most)

    @rule(owner=OWNERS, types=st.sampled_from([TYPES, TYPES[:1], TYPES[1:]]))
    def lease(self, owner: str, types: tuple[str, ...]) -> None:
        for row in self.rows.values():
            if row.state == "processing" and row.until <= self.now:
                row.owner = None
                row.state = "failed" if row.attempts >= row.most else "pending"
        due = [
            (-row.priority, row.order, name)
            for name, row in self.rows.items()
            if row.state == "pending" and row.not_before <= self.now and row.type in types
        ]
        got = jobs.lease(self.connection, owner, self.now, types)
        assert (None if got is None else got.id) == (min(due)[2] if due else None)
        if got is not None:
            row = self.rows[got.id]
            row.state, row.owner, row.until = "processing", owner, self.now + jobs.LEASE_MS
            row.attempts += 1
            assert got.attempts == row.attempts <= row.most

    @rule(owner=OWNERS, whose=OWNERS, how=st.sampled_from(["complete", "back", "off", "fail", "renew"]))
    def end(self, owner: str, whose: str, how: str) -> None:
        for name in self.held(whose):
            self._end(name, owner, self.rows[name], how)

    def _end(self, name: str, owner: str, row: Row, how: str) -> None:
        mine = row.owner == owner
        now = self.now
        if how == "complete":
            assert jobs.complete(self.connection, name, owner, now) is mine
            self.completed += [name] if mine else []
        elif how == "back":
            assert jobs.give_back(self.connection, name, owner, now) is mine
        elif how == "off":
            assert jobs.put_off(self.connection, name, owner, now, until=now + 90_000, reason="wait") is mine
        elif how == "renew":
            assert jobs.renew(self.connection, name, owner, now) is mine
        else:
            ended = jobs.fail(self.connection, name, owner, now, reason="no")
            assert (ended is not None) is mine
        if not mine:
            return
        if how == "renew":
            row.until = now + jobs.LEASE_MS
            return
        row.owner = None
        if how in ("back", "off"):
            row.attempts -= 1
        if how == "complete":
            row.state = "completed"
        elif how == "fail" and row.attempts >= row.most:
            row.state = "failed"
        else:
            row.state = "pending"
            if how == "off":
                row.not_before = now + 90_000
            if how == "fail":
                row.not_before = now + jobs.backoff_ms(name, row.attempts)

    @rule()
    def retry_the_dead(self) -> None:
        for dead in jobs.dead(self.connection, 3):
            row = self.rows[dead.id]
            taken = row.key is not None and any(
                other.open and (other.type, other.key) == (row.type, row.key) for other in self.rows.values()
            )
            assert jobs.retry_dead(self.connection, dead.id, self.now) is not taken
            if not taken:
                row.state, row.attempts, row.not_before = "pending", 0, self.now

    @invariant()
    def nothing_is_lost(self) -> None:
        for name, row in self.rows.items():
            found = jobs.find(self.connection, name)
            assert found is not None
            assert (found.state, found.attempts, found.priority) == (row.state, row.attempts, row.priority)
            assert found.lease_owner == row.owner
        assert sum(jobs.counts(self.connection).values()) == len(self.rows)

    @invariant()
    def nothing_is_completed_twice(self) -> None:
        assert len(self.completed) == len(set(self.completed))

    @invariant()
    def it_is_known_when_to_look_again(self) -> None:
        due = jobs.next_due(self.connection, self.now)
        waits = [row.not_before for row in self.rows.values() if row.state == "pending"]
        waits += [row.until for row in self.rows.values() if row.state == "processing"]
        assert due == (max(self.now, min(waits)) if waits else None)
        assert jobs.due(self.connection, self.now) is (due is not None and due <= self.now)


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=60, stateful_step_count=40)
