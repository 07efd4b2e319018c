"""Runs of the real pytest in a project of a test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONDONTWRITEBYTECODE": "1"}
"""A start without our own plugins, and no bytecode: a file that changes twice within a second, in the
same length, would be taken for the old one."""


def pytest_words(report: str, *args: str) -> tuple[str, ...]:
    """The command line of a run that writes this report."""
    return (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}", *args)


def run_pytest(root: Path, *args: str, report: str = "junit.xml") -> int:
    """A real run in ``root``; gives pytest's exit code."""
    done = subprocess.run(
        pytest_words(report, *args),
        cwd=root,
        env={**os.environ, **ENVIRONMENT},
        capture_output=True,
        timeout=60,
        check=False,
    )
    return done.returncode
