"""Many files at once, as a checkout or an installation brings them, with the CPU that it cost."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.gitbox import ISOLATED, GitBox

INSTALL = """
import os, sys
root, count = sys.argv[1], int(sys.argv[2])
for number in range(count):
    folder = os.path.join(root, "node_modules", f"package-{number // 25}", "dist")
    if number % 25 == 0:
        os.makedirs(folder)
    with open(os.path.join(folder, f"{number}.js"), "w") as file:
        file.write("module.exports = 1\\n")
"""
"""What an installation of packages does: folders by the thousand, each with a few small files."""

REPORTS = """
import os, sys
root, count = sys.argv[1], int(sys.argv[2])
case = '<testcase classname="a" name="t{}" time="0.01"/>'
text = '<testsuite name="pytest" tests="50">' + "".join(case.format(n) for n in range(50)) + "</testsuite>"
for number in range(count):
    with open(os.path.join(root, "junit.xml"), "w") as file:
        file.write(text)
"""
"""A test report that is written over and over."""


def cpu_of(words: list[str], cwd: Path) -> float:
    """Seconds of CPU, user and system, that a program and its children took."""
    process = subprocess.Popen(words, cwd=cwd, env={**os.environ, **ISOLATED, "HOME": str(cwd)})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    return used.ru_utime + used.ru_stime


def python_storm(program: str, root: Path, count: int) -> float:
    """The CPU seconds of one of the programs above."""
    return cpu_of([sys.executable, "-c", program, str(root), str(count)], root)


def with_branch_of(root: Path, count: int) -> GitBox:
    """A repository with a branch ``full`` of so many files beside ``main``, which has one."""
    box = GitBox.create(root)
    box.commit("a.txt", "a\n", "begin")
    box.run("config", "gc.auto", "0")
    box.run("checkout", "-q", "-b", "full")
    for number in range(count):
        folder = root / f"folder{number // 100}"
        if number % 100 == 0:
            folder.mkdir()
        (folder / f"{number}.txt").write_text(f"{number}\n")
    box.run("add", ".")
    box.run("commit", "-q", "-m", "many")
    box.run("checkout", "-q", "main")
    return box


def kernel_watches(pid: int) -> int:
    """How many folders the kernel watches for a process (Linux)."""
    found = 0
    for info in Path(f"/proc/{pid}/fdinfo").iterdir():
        found += info.read_text().count("inotify wd:")
    return found
