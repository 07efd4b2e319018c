"""The wheel in a fresh account: installed by uv and by pipx without a network, used, and gone again."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterglow import __version__
from tests.support import release

pytestmark = pytest.mark.xdist_group("dist")


class Account:
    """A home, the folders of one installer in it, and what it takes to install and to remove."""

    def __init__(self, installer: str, built: Path, folder: Path) -> None:
        self.home = folder / "home"
        self.own = folder / "installer"
        self.programs = folder / "programs"
        (wheel,) = built.glob("*.whl")
        found = f"--find-links={release.wheels()}"
        self.world = release.bare_world(self.home, release.tools()) | {
            "UV_TOOL_DIR": str(self.own / "tools"),
            "UV_TOOL_BIN_DIR": str(self.programs),
            "UV_CACHE_DIR": str(self.own / "cache"),
            "UV_NO_CONFIG": "1",
            "PIPX_HOME": str(self.own),
            "PIPX_BIN_DIR": str(self.programs),
            "PIPX_MAN_DIR": str(self.own / "man"),
            "PIPX_SHARED_LIBS": str(self.own / "shared"),
        }
        python = ("--python", str(release.PYTHON))
        self.install, self.uninstall = {
            "uv": (
                ("uv", "tool", "install", "--offline", "--no-index", found, *python, str(wheel)),
                ("uv", "tool", "uninstall", "afterglow-lsp"),
            ),
            "pipx": (
                ("pipx", "install", *python, f"--pip-args=--no-index '{found}'", str(wheel)),
                ("pipx", "uninstall", "afterglow-lsp"),
            ),
        }[installer]

    def run(self, *words: str) -> str:
        return release.ran(*release.offline(), *words, cwd=self.home, env=self.world)

    def afterglow(self, *words: str) -> str:
        return self.run(str(self.programs / "afterglow"), *words)

    def ours(self) -> set[str]:
        """What lies anywhere in the installer's folders that belongs to Afterglow or its libraries."""
        kept = {"cache", "logs", ".cache"}
        return {
            name
            for folder in (self.own, self.programs)
            for name in (release.below(folder) if folder.is_dir() else ())
            if kept.isdisjoint(name.split("/")) and not name.endswith((".lock", "CACHEDIR.TAG", ".gitignore"))
        }


@pytest.fixture(params=["uv", "pipx"])
def account(request: pytest.FixtureRequest, built: Path, tmp_path: Path) -> Account:
    made = Account(request.param, built, tmp_path)
    made.run(*made.install)
    return made


def test_what_is_installed_shows_itself_and_leaves(account: Account) -> None:
    assert account.afterglow("--version").strip() == f"afterglow {__version__}"
    told = account.afterglow("demo", "--fast")
    assert "first green after 2 failed runs" in told
    assert "its git status is clean" in told
    account.afterglow("emit", "command", "--label", "make")
    assert "make" in account.afterglow("events")

    account.afterglow("forget", "--all")
    kept = release.below(account.home)
    account.run(*account.uninstall)
    assert account.ours() == set()
    assert release.below(account.home) == kept
    assert {name for name in kept if (account.home / name).stat().st_size} == set()


def test_removing_the_program_leaves_what_is_recorded(account: Account) -> None:
    account.afterglow("emit", "command", "--label", "make")
    before = release.below(account.home)
    account.run(*account.uninstall)
    assert account.ours() == set()
    assert release.below(account.home) == before
    account.run(*account.install)
    assert "make" in account.afterglow("events")
