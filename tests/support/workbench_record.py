"""What the command line says of what a workbench's server recorded, and the figures that tests measured.

Invariant: it reads the store of the home that ``AFTERGLOW_HOME`` names, as a user at a prompt does.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.shots import FOLDER, keep
from tests.support.sidecar import afterglow
from tests.support.workbench import Workbench
from tests.support.workbench_setup import CALM
from tests.support.workbench_vsix import vsix

CHATTY = {"afterglow.mode": "chatty"}
FIGURES = "vscode-measured.json"


@contextlib.contextmanager
def installed(folder: Path, **options: Any) -> Iterator[Workbench]:
    """A workbench with our extension, for the tests of a module."""
    workbench = Workbench(folder, **options)
    workbench.install(vsix())
    with workbench:
        yield workbench


@contextlib.contextmanager
def own_day(workbench: Workbench, patch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    """One test's turn with it: nothing recorded, no settings, no windows; the command line looks there."""
    patch.setenv("AFTERGLOW_HOME", str(workbench.afterglow_home))
    workbench.user(CALM)
    workbench.settings({})
    try:
        yield workbench
    finally:
        workbench.close_windows()
        shutil.rmtree(workbench.afterglow_home, ignore_errors=True)


def last_line() -> str:
    """The newest line that was shown anywhere."""
    found: str = json.loads(afterglow("last", "--json").stdout.splitlines()[0])["response"]
    return found


def measured(**figures: float) -> None:
    """Print figures, and keep them with those of the other tests."""
    file = FOLDER / FIGURES
    before = json.loads(file.read_text()) if file.exists() else {}
    rounded = {name: round(value, 3) for name, value in figures.items()}
    sys.stdout.write(json.dumps(rounded) + "\n")
    keep(FIGURES, json.dumps({**before, **rounded}, indent=2))
