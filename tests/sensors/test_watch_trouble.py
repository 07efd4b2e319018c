"""A watcher that is refused, loses events, dies or is stopped: one problem, then as before or at rest."""

from __future__ import annotations

import errno
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from afterglow.sensors import watch
from afterglow.sensors.inotify import InotifyBackend, Notice
from afterglow.sensors.observer import ObserverBackend
from afterglow.sensors.watch import BackendFactory, Watcher, native_backend
from tests.sensors.watching import DEADLINE, FakeBackend, Wakes, faked, quiet, touch
from tests.support.figures import descriptors
from tests.support.patience import wait_until


def test_what_an_owner_raises_costs_only_that_wake(tmp_path: Path, problems: list[str]) -> None:
    wakes = Wakes()

    def on_wake(owners: frozenset[str]) -> None:
        wakes(owners)
        raise ValueError("secret text")

    watcher = Watcher(on_wake, problems.append)
    try:
        watcher.set("a", {str(tmp_path): None})
        for number in range(3):
            wakes.clear()
            touch(tmp_path / str(number))
            assert wakes.wait_for("a")
    finally:
        watcher.stop()
    assert problems == ["a change could not be handled (ValueError)"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_a_refused_watch_is_one_problem_and_tried_again(
    wakes: Wakes, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    watcher, made = faked(wakes, problems)
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    watcher.set("a", {str(first): None})
    made[0].refuse = code
    watcher.set("b", {str(second): None})
    tried = made[0].attempts
    for _ in range(50):
        assert not watcher.check()
    assert made[0].attempts == tried, "no retry before its time"
    assert len(problems) == 1
    monkeypatch.setattr(watch, "RETRY_SECONDS", (0.0, 0.0))
    watcher._retry_at = 0.0
    assert not watcher.check()
    assert len(problems) == 1
    made[0].refuse = None
    assert watcher.check()
    assert watcher.count() == 2
    assert wakes.wait_for("b"), "what happened in between must be read"
    watcher.stop()


def test_no_watcher_to_be_had_is_one_problem_and_tried_again(
    wakes: Wakes, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "RETRY_SECONDS", (0.0, 0.0))
    full = True

    def factory(notify: Callable[[Iterable[Notice]], None]) -> FakeBackend:
        if full:
            raise OSError(errno.EMFILE, "too many")
        return FakeBackend(notify)

    watcher = Watcher(wakes, problems.append, backend=factory)
    watcher.set("a", {str(tmp_path): None})
    assert not watcher.check()
    assert watcher.count() == 0
    assert len(problems) == 1
    assert "max_user_instances" in problems[0]
    full = False
    assert watcher.check()
    assert wakes.wait_for("a")
    watcher.stop()


def test_what_was_refused_is_tried_again_by_itself_and_told_when_it_stands(
    wakes: Wakes, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "RETRY_SECONDS", (0.01, 0.05))
    made: list[FakeBackend] = []
    sound: list[str] = []

    def factory(notify: Callable[[Iterable[Notice]], None]) -> FakeBackend:
        made.append(FakeBackend(notify))
        made[-1].refuse = errno.ENOSPC if len(sound) < 2 else None
        return made[-1]

    watcher = Watcher(wakes, problems.append, backend=factory, on_sound=lambda: sound.append("sound"))
    for round_ in (1, 2):
        watcher.set("a", {str(tmp_path): None})
        wait_until(lambda count=round_: len(problems) == count)  # type: ignore[misc]
        wait_until(lambda: made[0].attempts >= 3)
        made[0].refuse = None
        wait_until(lambda count=round_: len(sound) == count)  # type: ignore[misc]
        assert wakes.wait_for("a"), "what happened in between must be read"
        watcher.set("a", {})
        made[0].refuse, made[0].attempts = errno.ENOSPC, 0
    assert len(sound) == 2
    watcher.stop()


def test_lost_events_wake_everybody(wakes: Wakes, problems: list[str], tmp_path: Path) -> None:
    watcher, made = faked(wakes, problems)
    watcher.set("a", {str(tmp_path): frozenset({"x"})})
    watcher.set("b", {str(tmp_path / "missing"): None})
    made[0].notify([("", "")])
    assert wakes.wait_for("a")
    watcher.stop()


def test_a_dead_reader_is_replaced(
    native: Watcher, wakes: Wakes, problems: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    native.set("a", {str(tmp_path): frozenset({"x"})})
    read = InotifyBackend._read

    def broken(_self: InotifyBackend) -> None:
        raise MemoryError

    monkeypatch.setattr(watch, "RETRY_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(InotifyBackend, "_read", broken)
    touch(tmp_path / "any")
    assert wakes.wait_for("a")
    monkeypatch.setattr(InotifyBackend, "_read", read)
    wait_until(native.check)
    assert len(problems) == 1
    wakes.clear()
    touch(tmp_path / "x")
    assert wakes.wait_for("a")


@pytest.mark.parametrize("backend", [native_backend, ObserverBackend])
def test_stop_is_prompt_and_final(wakes: Wakes, tmp_path: Path, backend: BackendFactory) -> None:
    before = threading.active_count()
    fds = descriptors()
    watcher = Watcher(wakes, quiet, backend=backend)
    watcher.set("a", {str(tmp_path): None})
    touch(tmp_path / "gone")
    (tmp_path / "gone").rename(tmp_path.parent / "gone")
    began = time.monotonic()
    watcher.stop()
    watcher.stop()
    assert time.monotonic() - began < 0.5
    wakes.clear()
    touch(tmp_path / "x")
    watcher.set("a", {str(tmp_path): None})
    assert not watcher.check()
    assert watcher.count() == 0
    wait_until(lambda: threading.active_count() <= before)
    wait_until(lambda: descriptors() <= fds)
    assert wakes.calls == []


def test_stop_from_inside_a_wake(tmp_path: Path) -> None:
    stopped = threading.Event()

    def on_wake(_owners: frozenset[str]) -> None:
        mine.stop()
        stopped.set()

    mine = Watcher(on_wake, quiet)
    mine.set("a", {str(tmp_path): None})
    touch(tmp_path / "x")
    assert stopped.wait(DEADLINE)


def test_no_thread_and_no_descriptor_before_something_is_declared(wakes: Wakes) -> None:
    before = threading.active_count()
    watcher = Watcher(wakes, quiet)
    assert watcher.check()
    assert watcher.count() == 0
    assert threading.active_count() == before
    watcher.stop()
