"""Descriptors, questions and the watch on the client, each on a real loop."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from afterglow.lsp import lifeline, output
from afterglow.lsp.asking import AskFailed, Questions
from afterglow.lsp.intake import PolledIntake, ThreadIntake, open_intake
from afterglow.lsp.log_limit import LogLimit
from afterglow.lsp.messages import Answer
from tests.support.patience import rounds, until

# Output


async def test_a_client_that_does_not_read_is_not_waited_for() -> None:
    source, sink = os.pipe()
    pressed: list[bool] = []
    outbox = output.open_outbox(asyncio.get_running_loop(), sink, lambda: None, pressed.append)
    assert isinstance(outbox, output.DirectOutbox)
    for _ in range(5000):
        outbox.send(b"n" * 1000, perishable=True)
    assert outbox.dropped > 3000
    assert outbox.waiting <= output.SOFT_LIMIT
    for _ in range(6):
        assert outbox.send(b"r" * 1_000_000)
    assert pressed == [True]
    taken = 0

    def drain() -> bool:
        nonlocal taken
        taken += len(os.read(source, 1 << 20))
        return outbox.waiting == 0

    await until(drain)
    assert pressed == [True, False]
    assert await outbox.flush(1)
    assert os.get_blocking(source)
    outbox.close()
    os.close(source)


async def test_what_is_kept_arrives_whole_and_in_order() -> None:
    left, right = socket.socketpair()
    right.setblocking(False)
    outbox = output.open_outbox(asyncio.get_running_loop(), left.detach(), lambda: None)
    wanted = b"".join(b"%06d" % number * 50 for number in range(5000))
    for start in range(0, len(wanted), 777):
        outbox.send(wanted[start : start + 777])
    got = b""
    while len(got) < len(wanted):
        got += await asyncio.wait_for(asyncio.get_running_loop().sock_recv(right, 1 << 16), 5)
    assert got == wanted
    outbox.close()
    right.close()


async def test_a_client_that_is_gone_is_told_once() -> None:
    source, sink = os.pipe()
    lost: list[int] = []
    outbox = output.open_outbox(asyncio.get_running_loop(), sink, lambda: lost.append(1))
    os.close(source)
    assert not outbox.send(b"x")
    assert not outbox.send(b"x")
    assert lost == [1]
    assert await outbox.flush(1)
    outbox.close()


async def test_flush_gives_up() -> None:
    source, sink = os.pipe()
    outbox = output.open_outbox(asyncio.get_running_loop(), sink, lambda: None)
    outbox.send(b"x" * 1_000_000)
    assert not await outbox.flush(0.05)
    outbox.close()
    os.close(source)


async def test_the_description_is_given_back_as_it_was() -> None:
    source, sink = os.pipe()
    shared = os.dup(sink)
    outbox = output.open_outbox(asyncio.get_running_loop(), sink, lambda: None)
    assert not os.get_blocking(shared)
    outbox.close()
    assert os.get_blocking(shared)
    os.close(source)
    os.close(shared)


async def test_a_file_is_written_by_a_thread(tmp_path: Path) -> None:
    target = tmp_path / "out"
    fd = os.open(target, os.O_WRONLY | os.O_CREAT)
    outbox = output.open_outbox(asyncio.get_running_loop(), fd, lambda: None)
    assert isinstance(outbox, output.ThreadOutbox)
    for _ in range(100):
        assert outbox.send(b"line\n")
    assert await outbox.flush(5)
    assert target.read_bytes() == b"line\n" * 100
    outbox.close()
    os.close(fd)


# Input


async def test_reading_a_pipe_and_its_end() -> None:
    source, sink = os.pipe()
    got: list[bytes] = []
    intake = open_intake(asyncio.get_running_loop(), source, got.append, lambda: got.append(b"END"))
    assert isinstance(intake, PolledIntake)
    os.write(sink, b"one")
    await until(lambda: got == [b"one"])
    intake.pause(True)
    os.write(sink, b"two")
    await rounds()
    assert got == [b"one"]
    intake.pause(False)
    await until(lambda: got == [b"one", b"two"])
    os.close(sink)
    await until(lambda: got[-1] == b"END")
    assert got.count(b"END") == 1


@pytest.mark.parametrize("kind", ["pipe", "socket", "half"])
async def test_the_end_is_noticed_while_paused(kind: str) -> None:
    if kind == "pipe":
        source, sink = os.pipe()
        other: Any = os.fdopen(sink, "wb", buffering=0)
    else:
        left, other = socket.socketpair()
        source = left.detach()
    ended: list[int] = []
    intake = open_intake(asyncio.get_running_loop(), source, lambda _data: None, lambda: ended.append(1))
    intake.pause(True)
    if kind == "half":
        other.shutdown(socket.SHUT_WR)
    else:
        other.close()
    await until(lambda: ended)
    assert ended == [1]
    other.close()


async def test_a_file_is_read_by_a_thread(tmp_path: Path) -> None:
    given = tmp_path / "in"
    given.write_bytes(b"z" * 300_000)
    got: list[bytes] = []
    ended: list[int] = []
    fd = os.open(given, os.O_RDONLY)
    intake = open_intake(asyncio.get_running_loop(), fd, got.append, lambda: ended.append(1))
    assert isinstance(intake, ThreadIntake)
    await until(lambda: ended)
    assert b"".join(got) == b"z" * 300_000
    intake.close()
    os.close(fd)


# Questions


class Asked:
    def __init__(self, accepts: bool = True) -> None:
        self.sent: list[tuple[Any, ...]] = []
        self.withdrawn: list[Any] = []
        self.accepts = accepts
        self.questions = Questions(self.send, self.withdrawn.append)

    def send(self, *question: Any) -> bool:
        self.sent.append(question)
        return self.accepts


async def test_an_answer_reaches_its_question() -> None:
    asked = Asked()
    first = asyncio.create_task(asked.questions.ask("m", {"a": 1}, 5))
    second = asyncio.create_task(asked.questions.ask("m", None, 5))
    await until(lambda: len(asked.sent) == 2)
    ids = [sent[0] for sent in asked.sent]
    assert asked.questions.answered(Answer(ids[1], "two", None))
    assert asked.questions.answered(Answer(ids[0], None, {"code": -32601, "message": "no"}))
    assert await second == "two"
    with pytest.raises(AskFailed) as caught:
        await first
    assert caught.value.code == -32601
    assert not asked.questions.answered(Answer(ids[0], 1, None))
    assert len(asked.questions) == 0


async def test_silence_ends_and_leaves_nothing() -> None:
    asked = Asked()
    with pytest.raises(TimeoutError):
        await asked.questions.ask("m", None, 0.01)
    assert asked.withdrawn == [asked.sent[0][0]]
    assert len(asked.questions) == 0
    with pytest.raises(TimeoutError):
        await Asked(accepts=False).questions.ask("m", None, 60)
    waiting = asyncio.create_task(asked.questions.ask("m", None, 60))
    await until(lambda: len(asked.sent) == 2)
    asked.questions.abandon()
    with pytest.raises(TimeoutError):
        await waiting


@pytest.mark.parametrize("error", [5, "no", [], {"code": "x"}, {"message": 1}])
async def test_an_error_of_any_shape(error: Any) -> None:
    asked = Asked()
    waiting = asyncio.create_task(asked.questions.ask("m", None, 5))
    await until(lambda: asked.sent)
    asked.questions.answered(Answer(asked.sent[0][0], None, error))
    with pytest.raises(AskFailed):
        await waiting


# Lifeline


def child() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)


@pytest.mark.parametrize("system_tells", [True, False])
async def test_a_death_is_noticed_once(system_tells: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not system_tells:
        monkeypatch.setattr(lifeline, "_open_pidfd", lambda _pid: None)
        monkeypatch.setattr(lifeline, "_LOOK_EVERY", 0.01)
    process = child()
    deaths: list[int] = []
    line = lifeline.watch(asyncio.get_running_loop(), process.pid, lambda: deaths.append(1))
    assert line is not None
    await rounds()
    assert deaths == []
    process.kill()
    process.communicate()
    await until(lambda: deaths)
    assert deaths == [1]
    line.close()


@pytest.mark.parametrize("pid", [None, True, 0, -1, 1.5, "7", 2**40, [], "own"])
async def test_what_names_no_process_is_not_watched(pid: object) -> None:
    given = os.getpid() if pid == "own" else pid
    assert lifeline.watch(asyncio.get_running_loop(), given, lambda: None) is None


async def test_a_dead_process_is_not_watched() -> None:
    process = child()
    process.communicate()
    assert lifeline.watch(asyncio.get_running_loop(), process.pid, lambda: None) is None


def test_ancestors() -> None:
    process = child()
    assert lifeline.is_ancestor(os.getppid())
    assert not lifeline.is_ancestor(process.pid)
    process.communicate()


# Log


def test_one_line_per_cause_and_period(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    limit = LogLimit(period=60, clock=lambda: now[0])
    for _ in range(1000):
        limit.note("one cause")
    limit.note("another")
    assert [record.getMessage() for record in caplog.records] == ["one cause", "another"]
    now[0] = 61
    limit.note("one cause")
    assert caplog.records[-1].getMessage() == "one cause (999 more since the last line)"
