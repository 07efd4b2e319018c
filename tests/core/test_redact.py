"""What is taken out of a text, and what stays (faults F32 and F33)."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterglow.core.redact import safe, words_only
from tests.support.planted import OWN_NAMES, Planted, planted

CORPUS = (Path(__file__).parents[1] / "data" / "ordinary_said.txt").read_text("utf-8").splitlines()
GONE = "…"


def leaks(planted_one: Planted, text: str) -> bool:
    """Whether a secret, or a telling word of it, is still there."""
    secret, seen = planted_one.secret.lower(), text.lower()
    return secret in seen or any(len(word) > 5 and word in seen for word in secret.split())


@pytest.mark.parametrize("seed", [33, 34, 35])
def test_none_of_five_hundred_secrets_passes_the_strict_list(seed: int) -> None:
    found = [one for one in planted(seed) if leaks(one, words_only(one.text, OWN_NAMES))]
    assert len(planted(seed)) == 500
    assert found == []


@pytest.mark.parametrize("seed", [33, 34, 35])
def test_none_of_them_is_stored_with_a_label(seed: int) -> None:
    found = [one for one in planted(seed) if one.stored and leaks(one, safe(one.text))]
    assert found == []


def test_most_harmless_words_arrive() -> None:
    assert len(CORPUS) >= 200
    given_words = sum(len(line.split()) for line in CORPUS)
    kept = sum(len([word for word in words_only(line).split() if GONE not in word]) for line in CORPUS)
    assert kept / given_words >= 0.95


@pytest.mark.parametrize("file", sorted((Path(__file__).parents[1] / "data").glob("labelled*.jsonl")))
def test_they_arrive_of_texts_that_were_written_for_something_else(file: Path) -> None:
    texts = [text for line in file.read_text("utf-8").splitlines() if (text := json.loads(line).get("text"))]
    given_words = sum(len(text.split()) for text in texts)
    kept = sum(len([word for word in words_only(text).split() if GONE not in word]) for text in texts)
    assert kept / given_words >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "I'm planning a trip to Greece!",
        "Thinking about island hopping!",
        "Should I visit Mykonos or Crete?",
        "PostgreSQL 16 and auth.py in utf-8 at 14:10, v2.0 on Python 3.11",
        "from Athens to Crete, with Docker and GitHub Actions",
        "Node.js, C++ and OAuth2: p99 is 120 ms, 87% covered",
        "the password is wrong again",
        "the token expired, so I signed in again",
        "the token's expiry is checked twice",
        "the password's hash is stored, not the password",
        "tests pass on three systems",
        "Ich lerne gerade Griechisch für den Urlaub",
        "κάνω ένα ταξίδι στην Ελλάδα",
    ],
)
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert words_only(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("my password is correct horse battery staple. Then it rained", "my password is …. Then it rained"),
        ("hunter is my password", "… is my password"),
        ("I use swordfish as the password", "… as the password"),
        ("set the admin password to Velvet12 now", "set the … password to …"),
        ("password hunter works", "password … works"),
        ("I changed my password from swordfish to marble", "I changed my password from … to …"),
        ("it was swordfish, my old password", "it was … my old password"),
        ("my password's swordfish", "my password's …"),
        ('password "open sesame"', "password …"),
        ("my pin's 4821", "my pin's …"),
        ("pass: swordfish", "pass: …"),
        ("Passwort ist Schmetterling", "Passwort ist …"),
        ("creds are admin/admin", "creds are …"),
        ("paired with Zorquil Wump on the parser", "paired with … on the parser"),
        ("thanks @zorquil for the review", "thanks … for the review"),
        ("Dr. Zorquil said so", "Dr. … said so"),
        ("Zorquil's branch broke", "… branch broke"),
        ("call me at +49 170 1234567 today", "call me at … today"),
        ("the card is 4111 1111 1111 1111", "the card is …"),
        ("mail a.b@example.org about /home/jane/x.py", "mail … about …"),
        ("see https://example.org/x?key=abc there", "see … there"),
        ("export DB_PASSWORD=abc", "…"),
    ],
)
def test_what_tells_something_goes(text: str, left: str) -> None:
    assert words_only(text) == left


@pytest.mark.parametrize(
    "label",
    [
        "pytest",
        "npm run build:prod",
        "feature/login-refresh",
        "fix/JIRA-1234-utf8-names",
        "tests/core/test_x.py::TestOAuth2LoginV2HandlesJWT::test_bar[1-2]",
        "cargo test --release",
        "rejects when the password is empty",
        "the token's expiry is checked",
        "test_2026_11_21_backup_0001",
        "release/v2.10.0-rc.1",
        "com.example.project.ServiceTest.returnsTheFirstOne",
        "lodash@4.17.21",
    ],
)
def test_the_names_that_things_have_stay(label: str) -> None:
    assert safe(label) == label


def test_the_users_own_names_go_from_what_leaves() -> None:
    assert safe("feature/jorinde-wexmoor-login", OWN_NAMES) == "feature/…-login"
    assert safe("wexmoors is a word", OWN_NAMES) == "wexmoors is a word"


@given(st.text(max_size=300))
def test_any_text_gives_a_short_line_that_is_the_same_again(text: str) -> None:
    once = words_only(text)
    assert len(once) <= 200
    assert "\n" not in once
    assert words_only(once) == once


@given(st.text(alphabet="ab1 =:@/._-~'\"[]AKIpasword", max_size=120))
def test_what_is_safe_is_safe_again(text: str) -> None:
    once = safe(text)
    assert safe(once) == once


HOSTILE = (
    *("a", "A_", "://", "@", "a@", "a.", "-a", "--", "~a", "=,", "1 ", "Aa ", "pass", "eyJ", "AB1"),
    *("password ", "password: ", "secret is ", "is my password ", "-----BEGIN ", "/Users/", "\\Users\\"),
    *('A="', 'key"', "--key ", "bearer ", "-u a", "…", "… ", "passpass-", "x://a@"),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_ten_kilobytes_of_anything_take_no_longer_than_they_must(piece: str) -> None:
    """Ten times the text takes about ten times as long; what grows faster takes a hundred times."""
    short, long = piece * (2_000 // len(piece)), piece * (20_000 // len(piece))
    for look in (safe, words_only):
        assert fastest(look, long) <= 35 * fastest(look, short) + 0.003, piece


def fastest(look: object, text: str) -> float:
    """Seconds, of the best of three."""
    assert callable(look)
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()
        look(text)
        best = min(best, time.process_time() - begun)
    return best
