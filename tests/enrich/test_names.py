"""What the user is called: taken out of what leaves, and known from where it stands."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

from afterglow.core.settings import Settings
from afterglow.enrich.names import own_names
from afterglow.enrich.scrub import scrub


@pytest.fixture
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An account whose login and home say nothing."""
    monkeypatch.setattr(getpass, "getuser", lambda: "root")
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "root")


@pytest.mark.usefixtures("_nobody")
def test_a_shared_account_has_no_name() -> None:
    assert own_names(Settings(), {}) == ()


@pytest.mark.usefixtures("_nobody")
def test_names_are_known_from_settings_and_from_git(tmp_path: Path) -> None:
    config = tmp_path / "gitconfig"
    config.write_text('[user]\n\tname = "Jorinde Wexmoor"\n\temail = jowex@mail.example\n', "utf-8")
    names = own_names(Settings(user_name="Jojo"), {"GIT_CONFIG_GLOBAL": str(config)})
    assert names == ("Jojo", "Jorinde Wexmoor", "jowex")
    assert scrub("jorinde and jojo broke fix/jowex-io", names) == "… and … broke fix/…-io"


def test_login_and_home_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "zorquil")
    monkeypatch.setattr(Path, "home", lambda: Path("/") / "home" / "wumpdrex")
    assert own_names(Settings(), {"GIT_CONFIG_GLOBAL": "/nowhere"}) == ("wumpdrex", "zorquil")


@pytest.mark.usefixtures("_nobody")
@pytest.mark.parametrize("data", [b"", b"\x00\xff[user", b"[user]\nname = \n", b"[user]\n" * 20_000])
def test_settings_of_git_that_make_no_sense_name_nobody(tmp_path: Path, data: bytes) -> None:
    config = tmp_path / "gitconfig"
    config.write_bytes(data)
    assert own_names(Settings(), {"GIT_CONFIG_GLOBAL": str(config)}) == ()


def test_an_account_without_a_name_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert isinstance(own_names(Settings()), tuple)
