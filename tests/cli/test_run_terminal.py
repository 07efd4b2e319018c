"""``afterglow run`` in a terminal and among signals: the command is in charge, as without us."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.cli.calling import AFTERGLOW, DEADLINE, Terminal, call, process, start

RUN = (*AFTERGLOW, "run", "--")
COUNTING = """
import signal, sys
seen = []
def caught(number, _frame):
    seen.append(number)
    print("caught", len(seen), flush=True)
for name in sys.argv[1:]:
    signal.signal(getattr(signal, name), caught)
print("ready", flush=True)
for line in sys.stdin:
    if line.strip() == "stop":
        break
print("counted", len(seen), flush=True)
sys.exit(5)
"""
SIZED = """
import os, signal, sys
size = lambda: print("size", *os.get_terminal_size(), flush=True)
signal.signal(signal.SIGWINCH, lambda *_: size())
print("tty", [os.isatty(fd) for fd in (0, 1, 2)], os.tcgetpgrp(0) == os.getpgrp(), flush=True)
size()
sys.stdin.readline()
"""


@pytest.fixture
def counting(tmp_path: Path) -> str:
    """A program that counts the signals it is named, until it reads ``stop``."""
    path = tmp_path / "counting.py"
    path.write_text(COUNTING)
    return str(path)


def test_the_terminal_is_the_commands_own(tmp_path: Path) -> None:
    (tmp_path / "sized.py").write_text(SIZED)
    with Terminal(*RUN, sys.executable, str(tmp_path / "sized.py"), rows=33, columns=111) as terminal:
        assert "tty [True, True, True] True" in terminal.until("size 111 33")
        fcntl.ioctl(terminal.controller, termios.TIOCSWINSZ, struct.pack("HHHH", 20, 70, 0, 0))
        terminal.until("size 70 20")
        terminal.press("\n")
        assert terminal.ended() == 0
        assert "afterglow" not in terminal.text


def test_ctrl_c_reaches_the_command_once_and_its_own_code_counts(counting: str) -> None:
    with Terminal(*RUN, sys.executable, counting, "SIGINT", "SIGQUIT") as terminal:
        terminal.until("ready")
        for number, key in enumerate("\x03\x1c\x03\x1c\x03", 1):
            terminal.press(key)
            terminal.until(f"caught {number}")
        terminal.press("stop\n")
        terminal.until("counted 5\r\n")
        assert terminal.ended() == 5


def test_ctrl_c_that_ends_the_command_gives_130(tmp_path: Path) -> None:
    with Terminal(*RUN, "sh", "-c", "echo ready; exec sleep 60", cwd=tmp_path) as terminal:
        terminal.until("ready")
        terminal.press("\x03")
        assert terminal.ended() == 130
        assert "Traceback" not in terminal.text
    (event,) = [json.loads(line) for line in call("events", "--json").out.splitlines()]
    assert (event["exit_code"], event["status"]) == (130, "cancelled")


def test_ctrl_z_stops_both_and_fg_goes_on(tmp_path: Path) -> None:
    line = " ".join((*RUN, "sh", "-c", "'echo ready=$((1 + 1)) $$; read word; echo got $word; exit 6'"))
    with Terminal("bash", "--norc", "--noprofile", "--noediting", "-i", cwd=tmp_path) as shell:
        shell.until("# " if os.geteuid() == 0 else "$ ")
        shell.press("PS1='<%s>'; PS1=${PS1/\\%s/prompt}\n")
        shell.until("<prompt>")
        shell.press(f"{line}\n")
        shell.until("ready=2 ")
        pid = int(shell.until("\r\n"))
        shell.press("\x1a")
        assert "Stopped" in shell.until("<prompt>")
        wait_until_stopped(pid)
        shell.press("fg\n")
        shell.until("exit 6'")
        shell.press("hello\n")
        shell.until("got hello")
        shell.until("<prompt>")
        shell.press("echo then=$?\n")
        shell.until("then=6")
        shell.until("<prompt>")
        shell.press("exit\n")
        assert shell.ended() == 0


def wait_until_stopped(pid: int) -> None:
    """The shell looks at its own child only; the command may stop a moment after it."""
    until = time.monotonic() + DEADLINE
    while Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
        assert time.monotonic() < until


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGINT", "SIGQUIT"])
def test_what_is_sent_to_us_alone_is_passed_on(name: str, counting: str) -> None:
    words = ("run", "--", sys.executable, counting, name)
    with start(*words, stdin=-1, start_new_session=True) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        for number in (1, 2, 3):
            running.send_signal(getattr(signal, name))
            assert running.stdout.readline() == f"caught {number}\n"
        out, err = running.communicate("stop\n", timeout=20)
    assert (running.returncode, out, err) == (5, "counted 3\n", "")


def test_a_command_that_leaves_a_signal_alone_ends_by_it() -> None:
    with start("run", "--", "sh", "-c", "echo ready; exec sleep 60", start_new_session=True) as running:
        assert running.stdout is not None
        running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        assert running.wait(20) == 128 + signal.SIGTERM
    (event,) = [json.loads(line) for line in call("events", "--json").out.splitlines()]
    assert (event["exit_code"], event["status"]) == (143, "cancelled")


def test_signals_that_are_ignored_stay_so() -> None:
    def ignore() -> None:
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)

    made = process("run", "--", "grep", "SigIgn", "/proc/self/status", preexec_fn=ignore)
    ignored = int(made.stdout.split()[1], 16)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        assert ignored & 1 << (number - 1)


def test_the_exit_code_is_known_where_ends_of_children_are_ignored() -> None:
    made = process("run", "--", "sh", "-c", "exit 9", preexec_fn=_ignore_children)
    assert made.returncode == 9


def _ignore_children() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def test_a_signal_before_the_command_has_started_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    start_child = subprocess.Popen

    def popen(*args: object, **options: object) -> object:
        os.kill(os.getpid(), signal.SIGTERM)
        return start_child(*args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "Popen", popen)
    assert call("run", "--", "sleep", "60").code == 128 + signal.SIGTERM
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
