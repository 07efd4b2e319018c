"""The store's thread: work in order, one failure costs one job, nothing wakes it."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

from afterglow.store.database import Database
from afterglow.store.home import Home
from afterglow.store.thread import StoreThread
from tests.store.making import count, happening, record, written
from tests.support.writers import wait_until


def now(call: Callable[[], None]) -> None:
    """Deliver at once, on the thread itself."""
    call()


@pytest.fixture
def store(place: Home) -> Iterator[StoreThread]:
    made = StoreThread(lambda: Database(place), now)
    made.start()
    yield made
    made.stop(10)


def test_work_is_done_in_order_and_answers_come_back_in_order(store: StoreThread) -> None:
    answers: SimpleQueue[int] = SimpleQueue()
    for number in range(200):
        store.submit(lambda _, number=number: number, answers.put)  # type: ignore[misc]
    assert [answers.get(timeout=10) for _ in range(200)] == list(range(200))


def test_all_work_is_done_on_one_thread_and_none_on_the_callers(store: StoreThread) -> None:
    answers: SimpleQueue[int] = SimpleQueue()
    for _ in range(3):
        store.submit(lambda _: threading.get_ident(), answers.put)
    idents = {answers.get(timeout=10) for _ in range(3)}
    assert len(idents) == 1 and threading.get_ident() not in idents


def test_a_failing_job_costs_only_itself_and_says_no_value(
    store: StoreThread, caplog: pytest.LogCaptureFixture
) -> None:
    answers: SimpleQueue[str] = SimpleQueue()

    def broken(_: Database) -> str:
        raise ValueError("a secret")

    with caplog.at_level(logging.WARNING, "afterglow"):
        store.submit(broken, answers.put)
        store.submit(lambda _: "still here", answers.put)
        assert answers.get(timeout=10) == "still here"
    assert "ValueError" in caplog.text and "secret" not in caplog.text


def test_an_answer_that_cannot_be_delivered_ends_nothing(place: Home) -> None:
    """As when the loop was closed a moment before."""
    delivered: SimpleQueue[str] = SimpleQueue()
    refusals = [RuntimeError("Event loop is closed")]

    def deliver(call: Callable[[], None]) -> None:
        if refusals:
            delivered.put("refused")
            raise refusals.pop()
        call()

    store = StoreThread(lambda: Database(place), deliver)
    store.start()
    store.submit(lambda _: "lost", delivered.put)
    store.submit(lambda _: "told", delivered.put)
    assert [delivered.get(timeout=10) for _ in range(2)] == ["refused", "told"]
    store.stop(10)


def test_a_file_found_damaged_by_a_reader_is_mended_for_the_next(place: Home) -> None:
    database = Database(place)
    many = [happening("commit", key=str(n), tags=("tree " * 40,)) for n in range(500)]
    database.write(lambda connection: [record(connection, seen) for seen in many])
    database.close()
    size = place.database.stat().st_size
    with place.database.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * (size - size // 2))
    store = StoreThread(lambda: Database(place), now)
    store.start()
    answers: SimpleQueue[Any] = SimpleQueue()
    store.submit(lambda database: database.connection.execute("SELECT * FROM events").fetchall(), answers.put)
    store.submit(lambda database: (count(database.connection, "events"), database.problem), answers.put)
    assert answers.get(timeout=10) == (0, None)
    store.stop(10)


def test_stopping_does_what_was_given_and_closes_the_file(place: Home) -> None:
    store = StoreThread(lambda: Database(place), now)
    store.start()
    seen: list[Database] = []
    for number in range(50):
        store.submit(
            lambda database, number=number: written(database, happening("commit", key=str(number)))  # type: ignore[misc]
        )
    store.submit(seen.append)
    store.stop(30)
    store.stop()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        seen[0].connection.execute("SELECT 1")
    connection = sqlite3.connect(place.database)
    assert connection.execute("SELECT count(*) FROM events").fetchone() == (50,)
    connection.close()


def test_stopping_waits_no_longer_than_told(place: Home) -> None:
    store = StoreThread(lambda: Database(place), now)
    store.start()
    hold = threading.Event()
    started = threading.Event()

    def slow(_: Database) -> None:
        started.set()
        hold.wait(30)

    store.submit(slow)
    assert started.wait(10)
    store.stop(0.01)
    hold.set()
    store.stop(10)


def test_stopping_what_never_started_is_nothing(place: Home) -> None:
    StoreThread(lambda: Database(place), now).stop()
    assert not place.data.exists()


def test_a_store_that_cannot_be_opened_ends_quietly(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> Database:
        raise RuntimeError("no")

    store = StoreThread(fail, now)
    with caplog.at_level(logging.WARNING, "afterglow"):
        store.start()
        store.submit(lambda _: None)
        store.stop(10)
    assert "RuntimeError" in caplog.text


def switches_of(thread: int) -> int:
    """How often the kernel has woken a thread of this process so far."""
    status = Path(f"/proc/self/task/{thread}/status").read_text("utf-8")
    return sum(int(line.split()[1]) for line in status.splitlines() if "ctxt_switches" in line)


def test_an_idle_thread_is_not_woken(store: StoreThread) -> None:
    answers: SimpleQueue[int] = SimpleQueue()
    store.submit(lambda _: threading.get_native_id(), answers.put)
    thread = answers.get(timeout=10)
    state = Path(f"/proc/self/task/{thread}/stat")
    wait_until(lambda: state.read_text("utf-8").rpartition(")")[2].split()[0] == "S")
    before = switches_of(thread)
    waited = threading.Event()
    assert not waited.wait(0.5)
    assert switches_of(thread) == before
