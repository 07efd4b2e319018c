"""What every test gets: a world of its own, and property tests that give the same answer twice.

Invariant: no test sees the developer's home, git configuration, settings, keys, locale or time zone,
and none can write to them. ``tmp_path`` stays empty for the test: the home lies elsewhere.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("explore", deadline=None, max_examples=1_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

LEAKS = (
    "AFTERGLOW_",
    "ANTHROPIC_",
    "GIT_",
    "XDG_",
    "LC_",
    "PYTEST_ADDOPTS",
    "PYTEST_XDIST_",
    "PYTEST_PLUGINS",
)
"""Variables of the surrounding shell that would change what the code under test, git or a pytest
that a test starts does. ``GIT_DIR`` alone, set by a git hook, would send commits to the wrong place."""

IDENTITY = "Ada Tester"


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for the homes of this worker's tests; cheaper than a numbered folder for each."""
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def home(_homes: Path) -> Iterator[Path]:
    """An empty home of this test's own, with everything that follows from it. Yields the home.

    Below it: ``afterglow`` (``AFTERGLOW_HOME``, not created yet) and the XDG folders. The patch is not the
    test's ``monkeypatch``: a test may undo that one and stays in its own world.
    """
    own = Path(tempfile.mkdtemp(dir=_homes)).resolve()
    with pytest.MonkeyPatch.context() as patch:
        _move_into(own, patch)
        _apply_zone()
        yield own
    _apply_zone()


def _move_into(own: Path, patch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(LEAKS)]:
        patch.delenv(name)
    gitconfig = own / ".gitconfig"
    gitconfig.touch()
    runtime = own / ".run"
    runtime.mkdir(mode=0o700)
    for name, value in {
        "HOME": own,
        "USERPROFILE": own,
        "XDG_CONFIG_HOME": own / ".config",
        "XDG_DATA_HOME": own / ".local" / "share",
        "XDG_STATE_HOME": own / ".local" / "state",
        "XDG_CACHE_HOME": own / ".cache",
        "XDG_RUNTIME_DIR": runtime,
        "AFTERGLOW_HOME": own / "afterglow",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": gitconfig,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_AUTHOR_NAME": IDENTITY,
        "GIT_AUTHOR_EMAIL": "ada@example.org",
        "GIT_COMMITTER_NAME": IDENTITY,
        "GIT_COMMITTER_EMAIL": "ada@example.org",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }.items():
        patch.setenv(name, str(value))


def _apply_zone() -> None:
    if hasattr(time, "tzset"):  # Windows has none and reads TZ at the start of a process only
        time.tzset()
