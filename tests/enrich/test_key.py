"""Where a request goes and with what key; what stands for the key elsewhere."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from attrs import evolve

from afterglow.core.settings import Settings
from afterglow.enrich import key
from afterglow.enrich.key import Endpoint, endpoint_of, print_of
from afterglow.store.home import Home
from tests.enrich.asking import KEY

SETTINGS = Settings()
ENVIRON = {"ANTHROPIC_API_KEY": KEY}


@pytest.fixture
def place(tmp_path: Path) -> Home:
    root = tmp_path / "data"
    return Home(root, root, root / "logs", root / "run")


def at(url: str | None) -> Settings:
    return evolve(SETTINGS, enrichment_base_url=url)


def write_key(place: Home, text: str | bytes, mode: int = 0o600) -> None:
    place.data.mkdir(exist_ok=True)
    path = place.data / "api-key"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)


def test_the_service_itself_with_the_key_of_the_environment(place: Home) -> None:
    found = endpoint_of(SETTINGS, ENVIRON, place)
    assert isinstance(found, Endpoint)
    assert (found.base_url, found.key, found.host) == ("https://api.anthropic.com", KEY, "api.anthropic.com")


def test_no_key_is_said_so_that_it_can_be_passed_over(place: Home) -> None:
    assert endpoint_of(SETTINGS, {}, place) == key.NO_KEY
    assert endpoint_of(SETTINGS, {"ANTHROPIC_API_KEY": "  "}, place) == key.NO_KEY
    write_key(place, "\n")
    assert endpoint_of(SETTINGS, {}, place) == key.NO_KEY


def test_the_key_of_a_file_and_the_environment_before_it(place: Home) -> None:
    write_key(place, "sk-of-the-file\n")
    found = endpoint_of(SETTINGS, {}, place)
    assert isinstance(found, Endpoint)
    assert found.key == "sk-of-the-file"
    first = endpoint_of(SETTINGS, ENVIRON, place)
    assert isinstance(first, Endpoint)
    assert first.key == KEY


def test_a_file_that_others_can_read_is_not_used(place: Home) -> None:
    write_key(place, KEY, 0o640)
    why = endpoint_of(SETTINGS, {}, place)
    assert isinstance(why, str)
    assert "chmod 600" in why
    assert KEY not in why


@pytest.mark.parametrize("what", ["link", "folder", "pipe"])
def test_what_is_no_plain_file_is_not_read(place: Home, what: str) -> None:
    place.data.mkdir()
    path = place.data / "api-key"
    if what == "link":
        (place.data / "real").write_text(KEY)
        (place.data / "real").chmod(0o600)
        path.symlink_to(place.data / "real")
    elif what == "folder":
        path.mkdir()
    else:
        os.mkfifo(path, 0o600)
    why = endpoint_of(SETTINGS, {}, place)
    assert isinstance(why, str)
    assert why != key.NO_KEY


@pytest.mark.parametrize("text", ["two\nlines", "a b", "kéy", b"\xff\xfe", "a" * 900, "a\rb"])
def test_what_no_key_holds_is_refused_without_repeating_it(place: Home, text: str | bytes) -> None:
    write_key(place, text)
    why = endpoint_of(SETTINGS, {}, place)
    assert isinstance(why, str)
    assert "api-key" in why
    if isinstance(text, str):
        why = endpoint_of(SETTINGS, {"ANTHROPIC_API_KEY": text}, place)
        assert isinstance(why, str)
        assert "ANTHROPIC_API_KEY" in why
        assert text not in why


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://localhost:11434", "localhost:11434"),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("http://127.8.8.8", "127.8.8.8"),
        ("http://[::1]:1", "::1:1"),
        ("http://0.0.0.0:11434", "0.0.0.0:11434"),
        ("https://localhost/v", "localhost"),
    ],
)
def test_this_machine_needs_no_key(place: Home, url: str, host: str) -> None:
    found = endpoint_of(at(url), {}, place)
    assert isinstance(found, Endpoint)
    assert (found.base_url, found.key, found.host) == (url.rstrip("/"), "", host)
    keyed = endpoint_of(at(url), ENVIRON, place)
    assert isinstance(keyed, Endpoint)
    assert keyed.key == KEY


@pytest.mark.parametrize(
    "url", ["https://gateway.example", "http://gateway.example", "http://127.0.0.1.example"]
)
def test_another_machine_needs_one(place: Home, url: str) -> None:
    assert endpoint_of(at(url), {}, place) == key.NO_KEY


def test_the_key_never_travels_open(place: Home) -> None:
    for url in ("http://gateway.example", "http://10.0.0.5:11434", "http://localhost.example"):
        why = endpoint_of(at(url), ENVIRON, place)
        assert isinstance(why, str)
        assert "https" in why
        assert KEY not in why


@pytest.mark.parametrize(
    "url",
    [
        "https://user:word@host",
        "https://user@host",
        "https://host?key=word",
        "http://[::zz",
        "http://h:99999",
        "https://",
    ],
)
def test_what_is_more_or_less_than_an_address(place: Home, url: str) -> None:
    why = endpoint_of(at(url), ENVIRON, place)
    assert isinstance(why, str)
    assert why.startswith("enrichment.baseUrl")
    assert "word" not in why


def test_no_other_variable_is_obeyed(place: Home) -> None:
    environ = {
        "ANTHROPIC_BASE_URL": "http://evil.example",
        "ANTHROPIC_AUTH_TOKEN": "token",
        "ANTHROPIC_PROFILE": "p",
        "ANTHROPIC_CUSTOM_HEADERS": "X: 1",
    }
    assert endpoint_of(SETTINGS, environ, place) == key.NO_KEY
    found = endpoint_of(SETTINGS, {**environ, **ENVIRON}, place)
    assert isinstance(found, Endpoint)
    assert found.base_url == key.ADDRESS


def test_the_key_is_not_in_what_is_shown(place: Home) -> None:
    found = endpoint_of(SETTINGS, ENVIRON, place)
    assert KEY not in f"{found!r} {found} {[found]}"


def test_the_print_is_short_lasting_and_tells_nothing(place: Home, tmp_path: Path) -> None:
    one = print_of(KEY, place)
    assert len(one) == 12
    assert set(one) <= set("0123456789abcdef")
    assert print_of(KEY, place) == one
    assert print_of(KEY + "x", place) != one
    assert print_of("", place) != one
    assert print_of(KEY, place, "https://else.example") != one
    other = Home(tmp_path / "other", tmp_path / "other", tmp_path, tmp_path)
    assert print_of(KEY, other) != one
    for path in place.data.iterdir():
        assert path.stat().st_mode & 0o077 == 0
        assert KEY.encode() not in path.read_bytes()


def test_windows_that_begin_together_have_one_print(place: Home) -> None:
    prints: list[str] = []
    gate = threading.Barrier(8)

    def begin() -> None:
        gate.wait()
        prints.append(print_of(KEY, place))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(prints) == {print_of(KEY, place)}
    assert [path.name for path in place.data.iterdir()] == ["salt"]


def test_a_salt_that_was_cut_is_made_anew(place: Home) -> None:
    place.data.mkdir()
    (place.data / "salt").write_bytes(b"ab")
    (place.data / "salt").chmod(0o600)
    assert print_of(KEY, place) == print_of(KEY, place)
    assert (place.data / "salt").stat().st_size == 16


def test_where_nothing_can_be_kept_a_print_is_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    root = tmp_path / "file" / "data"
    assert len(print_of(KEY, Home(root, root, root, root))) == 12
