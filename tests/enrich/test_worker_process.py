"""The worker as a process: how it runs, who stops it, and that nothing of it is left behind."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from afterglow.enrich.sole import sole_worker
from afterglow.loop.worker_child import PROGRAM
from afterglow.store import choices, sessions
from tests.enrich.processes import WITHIN_S, Bench, Running, consent
from tests.support.clock import now
from tests.support.model_faults import HANG
from tests.support.model_server import ModelServer
from tests.support.patience import wait_until

START_S = 60.0


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with Bench(tmp_path / "home") as made:
        made.queue()
        yield made


@pytest.fixture
def silent() -> Iterator[ModelServer]:
    """A service that takes a request and never answers."""
    with ModelServer(HANG) as made:
        yield made


def told(_bench: Bench, running: Running) -> None:
    running.child.stop()


def orphaned(_bench: Bench, running: Running) -> None:
    """The other end of its standard input is closed, as by the death of the server."""
    assert running.child._process.stdin is not None
    running.child._process.stdin.close()


def active(bench: Bench, _running: Running) -> None:
    """Somebody is back in a window that is not the one that started it."""
    bench.database.write(lambda connection: sessions.open_workspace(connection, "/elsewhere", now(), 0))


def switched_off(bench: Bench, _running: Running) -> None:
    bench.database.write(lambda connection: choices.write_mode(connection, "off"))


@pytest.mark.parametrize("how", [told, orphaned, active, switched_off])
def test_a_call_under_way_is_ended_at_once(
    bench: Bench, silent: ModelServer, how: Callable[[Bench, Running], None]
) -> None:
    with Running(bench, consent(silent.url)) as running:
        wait_until(lambda: silent.messages, START_S)
        assert bench.job() == ("processing", 1)
        began = time.monotonic()
        how(bench, running)
        assert running.gone_after(began) <= WITHIN_S
    assert bench.job() == ("pending", 0)
    [call] = bench.rows("SELECT state, outcome, reserved_tokens FROM ledger")
    assert call["reserved_tokens"] > 0, "what may have cost something is not forgotten"
    assert bench.is_free()


def test_it_is_ended_as_fast_while_it_still_loads_the_library(bench: Bench, silent: ModelServer) -> None:
    with Running(bench, consent(silent.url)) as running:
        wait_until(lambda: bench.job()[0] == "processing", START_S)
        began = time.monotonic()
        running.child.stop()
        assert running.gone_after(began) <= WITHIN_S
    bench.give_back(running.owner)  # as the server does, should it not have come to it
    assert bench.job() == ("pending", 0)


def test_what_a_killed_one_held_is_given_back_by_its_name(bench: Bench, silent: ModelServer) -> None:
    with Running(bench, consent(silent.url)) as running:
        wait_until(lambda: silent.messages, START_S)
        began = time.monotonic()
        running.child.kill()
        assert running.gone_after(began) <= WITHIN_S
    assert bench.job() == ("processing", 1)
    assert bench.give_back(running.owner) == 1
    assert bench.job() == ("pending", 0)
    assert bench.is_free()


def test_a_second_one_ends_without_a_word(bench: Bench, silent: ModelServer) -> None:
    with sole_worker(bench.home) as mine, Running(bench, consent(silent.url)) as running:
        assert mine
        running.gone_after(time.monotonic(), START_S)
    assert bench.job() == ("pending", 0)
    assert silent.requests == []
    assert not bench.home.log_file.exists()


def test_it_runs_apart_last_in_line_and_knows_nothing_that_it_need_not(
    bench: Bench, silent: ModelServer
) -> None:
    extra = {
        "ANTHROPIC_API_KEY": "sk-ant-test-0123456789",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:1",
        "PYTHONPATH": "/nowhere",
        "PYTHONSTARTUP": "/nowhere",
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "SSH_AUTH_SOCK": "/nowhere",
        "LC_TIME": "C",
    }
    with Running(bench, consent(silent.url), **extra) as running:
        wait_until(lambda: silent.messages, START_S)
        environ = dict(pair.split("=", 1) for pair in running.proc("environ").split("\0") if pair)
        assert {"ANTHROPIC_API_KEY", "LC_TIME", "HOME", "AFTERGLOW_HOME"} <= set(environ)
        assert not {name for name in extra if name not in ("ANTHROPIC_API_KEY", "LC_TIME")} & set(environ)
        assert environ["AFTERGLOW_HOME"] == str(bench.home.data)
        fields = running.proc("stat").rpartition(")")[2].split()
        assert int(fields[16]) == 19, "its niceness"
        assert os.getpgid(running.child.pid) == running.child.pid != os.getpgid(0)
        assert Path(f"/proc/{running.child.pid}/cwd").readlink() == PROGRAM.parent
        words = running.proc("cmdline").split("\0")
        assert words[1:] == ["-I", str(PROGRAM), "--idle", ""]
        assert "sk-ant" not in " ".join(words)
    assert "sk-ant" not in bench.home.database.read_bytes().decode("latin-1")


def test_another_python_gets_our_package_and_keeps_its_own_library(
    bench: Bench, silent: ModelServer, tmp_path: Path
) -> None:
    own = tmp_path / "own"
    site = own / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    (site / "anthropic").mkdir(parents=True)
    (site / "afterglow").mkdir()
    (site / "afterglow" / "__init__.py").write_text("raise ImportError('of another version')\n")
    (own / "bin").mkdir()
    home = Path(sys.executable).resolve()
    (own / "pyvenv.cfg").write_text(f"home = {home.parent}\ninclude-system-site-packages = false\n")
    (own / "bin" / "python").symlink_to(home)
    seen = tmp_path / "seen"
    (site / "anthropic" / "__init__.py").write_text(
        "import sys, pathlib\n"
        f"pathlib.Path({str(seen)!r}).write_text(' '.join(sorted(sys.modules)))\n"
        "raise ImportError('this one cannot be used')\n"
    )
    settings = consent(silent.url, interpreter=str(own / "bin" / "python"))
    with Running(bench, settings) as running:
        running.gone_after(time.monotonic(), START_S)
    names = seen.read_text().split()
    assert {"afterglow.enrich.run", "attrs"} <= set(names)
    assert "pydantic" not in names
    assert silent.requests == []
    assert bench.job()[0] in {"pending", "failed"}
    assert bench.is_free()


@pytest.mark.parametrize("kills", [5, pytest.param(100, marks=pytest.mark.soak)])
def test_whenever_it_is_killed_the_next_one_does_the_work(bench: Bench, kills: int) -> None:
    chance = random.Random(kills)
    with ModelServer(HANG) as server:
        for _ in range(kills):
            with Running(bench, consent(server.url)) as running:
                # Not a sleep: the moment of the kill is what is random.
                due = time.monotonic() + chance.uniform(0, 2.5)
                wait_until(lambda due=due: time.monotonic() >= due)  # type: ignore[misc]
                running.child.kill()
                running.gone_after(time.monotonic())
            bench.give_back(running.owner)
            assert bench.is_free()
            assert bench.job() == ("pending", 0)
        before = len(server.messages)
        with Running(bench, consent(server.url)):
            wait_until(lambda: len(server.messages) > before, START_S)
