"""A release is built once a run, from a copy of the checkout; so is the server that the extension carries."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import release
from tests.support.rawclient import ROOT


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout in which nothing was built yet."""
    release.tools()
    release.ran("sh", "scripts/setup_extension.sh")
    return release.copied(ROOT, tmp_path_factory.mktemp("one") / "checkout")


@pytest.fixture(scope="session")
def built(checkout: Path) -> Path:
    """The folder that ``make dist`` fills."""
    release.ran("sh", "scripts/dist.sh", cwd=checkout)
    return checkout / "dist"


@pytest.fixture(scope="session")
def bundled(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server as the extension carries it. Tests that change it work on a copy."""
    return release.bundle(checkout, tmp_path_factory.mktemp("extension") / "bundled")
