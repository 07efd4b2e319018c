"""What ends a run: asked from any thread, once, and heard at once; and the lock that keeps others out."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from pathlib import Path

import pytest

from afterglow.enrich.sole import NAME, sole_worker
from afterglow.enrich.watching import SIGNALS, Stop, by_hand, for_server
from afterglow.loop.clock import SYSTEM
from afterglow.store import sessions
from afterglow.store.database import Database
from tests.enrich.processes import home_of
from tests.support.clock import now
from tests.support.patience import rounds, wait_until


async def test_whoever_waits_hears_of_it_from_any_thread() -> None:
    stop = Stop()
    waits = [asyncio.ensure_future(stop.wait()) for _ in range(3)]
    await rounds()
    assert not any(one.done() for one in waits)
    threading.Thread(target=stop.ask, args=("somebody is back",)).start()
    async with asyncio.timeout(5):
        await asyncio.gather(*waits)
    stop.ask("the mode is off")
    assert (stop.asked, stop.reason) == (True, "somebody is back")
    async with asyncio.timeout(5):
        await stop.wait()


async def test_who_no_longer_waits_is_forgotten() -> None:
    stop = Stop()
    wait = asyncio.ensure_future(stop.wait())
    await rounds()
    wait.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wait
    stop.ask("told to end")
    assert stop.asked


def test_each_has_a_name_of_its_own() -> None:
    assert Stop().owner != Stop().owner
    assert Stop("given").owner == "given"


def test_by_hand_a_signal_is_a_wish_to_end_and_then_means_what_it_meant() -> None:
    before = {name: signal.getsignal(getattr(signal, name)) for name in SIGNALS if hasattr(signal, name)}
    with by_hand() as stop:
        assert not stop.asked
        os.kill(os.getpid(), signal.SIGINT)
        wait_until(lambda: stop.asked)
    assert {name: signal.getsignal(getattr(signal, name)) for name in before} == before


def test_a_sign_of_life_after_the_start_ends_it_and_one_from_before_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = home_of(tmp_path / "home")
    database = Database(home)
    reader, writer = os.pipe()
    read = os.read
    monkeypatch.setattr(os, "read", lambda _number, count: read(reader, count))
    database.write(lambda connection: sessions.open_workspace(connection, "/a", now() - 5_000, 0))
    stop, left = Stop(), threading.Event()
    try:
        for_server(stop, home, SYSTEM, began=now() - 1_000, leave=left.set)
        # What was there already is looked at within the first rounds.
        assert not stop.wait_thread(0.3)
        database.write(lambda connection: sessions.open_workspace(connection, "/b", now(), 0))
        assert stop.wait_thread(5)
        assert stop.reason == "somebody is back"
        assert left.wait(5)
    finally:
        os.close(writer)
        database.close()


def test_who_cannot_see_does_not_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "home" / "afterglow.db").mkdir(parents=True)
    reader, writer = os.pipe()
    read = os.read
    monkeypatch.setattr(os, "read", lambda _number, count: read(reader, count))
    stop = Stop()
    try:
        for_server(stop, home_of(tmp_path / "home"), SYSTEM, began=now(), leave=lambda: None)
        assert stop.wait_thread(10)
        assert stop.reason == "the records cannot be read"
    finally:
        os.close(writer)


def test_one_at_a_time_and_the_next_when_it_is_gone(tmp_path: Path) -> None:
    home = home_of(tmp_path / "home")
    with sole_worker(home) as first, sole_worker(home) as second:
        assert (first, second) == (True, False)
        # Somebody tidies up: the lock of a file that is gone keeps nobody out, but the next one is whole.
        (home.run / NAME).unlink()
        with sole_worker(home) as third, sole_worker(home) as fourth:
            assert (third, fourth) == (True, False)
    with sole_worker(home) as again:
        assert again
    assert (home.run / NAME).stat().st_mode & 0o077 == 0


def test_where_no_lock_can_be_made_nobody_works(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in the place of the folder")
    with sole_worker(home_of(tmp_path / "home")) as mine:
        assert not mine
