"""What a first ``make`` says where something is missing: one line, with the mend."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tidy.checkout import ROOT

TOOLS = ("sh", "cat", "cksum", "dirname")
OLD = "exit 1"
"""Answers every question of the script with no, as a Python before 3.11 does, or a version manager's stub."""
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1 ;; *"print("*) echo 3.11 ;; esac'
WITHOUT_SQLITE = 'case "$2" in *sqlite3*) exit 1 ;; *"print("*) echo 3.11 ;; esac'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in a folder with a space in its name, with what the script reads."""
    folder = tmp_path / "after glow"
    (folder / "scripts").mkdir(parents=True)
    (folder / "requirements").mkdir()
    (folder / "bin").mkdir()
    shutil.copy(ROOT / "scripts" / "setup.sh", folder / "scripts")
    for name in ("run.txt", "build.txt", "llm.txt", "dev.txt"):
        (folder / "requirements" / name).touch()
    (folder / "pyproject.toml").touch()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (folder / "bin" / tool).symlink_to(found)
    return folder


def command(checkout: Path, name: str, body: str) -> None:
    """Puts a program on the only PATH that the script sees."""
    path = checkout / "bin" / name
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o755)


def run(checkout: Path, **variables: str) -> tuple[int, list[str]]:
    """Exit code and the lines of stderr."""
    done = subprocess.run(
        ["sh", str(checkout / "scripts" / "setup.sh"), "dev"],
        env={"PATH": str(checkout / "bin"), "HOME": os.environ["HOME"], **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr.splitlines()


def test_no_python_at_all(checkout: Path) -> None:
    code, lines = run(checkout)
    assert code == 1
    assert len(lines) == 1
    assert "Python 3.11 or later is needed and none was found" in lines[0]
    assert "make PYTHON=" in lines[0]


def test_a_python_that_is_too_old_or_only_a_stub(checkout: Path) -> None:
    command(checkout, "python3", OLD)
    command(checkout, "python3.13", OLD)
    code, lines = run(checkout)
    assert code == 1
    assert "none was found" in lines[-1]


def test_a_named_python_is_the_only_one_tried(checkout: Path) -> None:
    command(checkout, "python3.12", WITHOUT_VENV)
    code, lines = run(checkout, PYTHON="/nowhere/python3")
    assert code == 1
    assert "none was found at /nowhere/python3" in lines[-1]


def test_debian_without_its_venv_package(checkout: Path) -> None:
    command(checkout, "python3", WITHOUT_VENV)
    code, lines = run(checkout)
    assert code == 1
    assert len(lines) == 1
    assert "apt install python3.11-venv" in lines[0]


def test_a_python_without_sqlite(checkout: Path) -> None:
    command(checkout, "python3", WITHOUT_SQLITE)
    code, lines = run(checkout)
    assert code == 1
    assert "without sqlite3" in lines[0]
