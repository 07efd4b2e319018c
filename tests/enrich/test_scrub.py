"""The last step before a text leaves (fault F32)."""

from __future__ import annotations

import base64
import builtins
import hashlib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from afterglow.core.redact import words_only
from afterglow.enrich import scrub as module
from afterglow.enrich.scrub import scrub, scrubbed
from tests.core.test_redact import CORPUS, GONE, leaks
from tests.support.planted import OWN_NAMES, planted


@pytest.fixture
def _afresh() -> Iterator[None]:
    """The library is looked for anew, here and in the tests after this one."""
    module.scanner.cache_clear()
    yield
    module.scanner.cache_clear()


@pytest.mark.parametrize("seed", [33, 36])
def test_no_secret_leaves_whatever_it_stands_in(seed: int) -> None:
    assert [one for one in planted(seed) if leaks(one, scrub(one.text, OWN_NAMES))] == []


@pytest.mark.parametrize("seed", [33, 36])
def test_nor_by_way_of_what_was_said(seed: int) -> None:
    found = [one for one in planted(seed) if leaks(one, scrub(words_only(one.text, OWN_NAMES), OWN_NAMES))]
    assert found == []


def test_harmless_words_arrive() -> None:
    kept = sum(len([word for word in scrub(words_only(line)).split() if GONE not in word]) for line in CORPUS)
    assert kept / sum(len(line.split()) for line in CORPUS) >= 0.95


@pytest.mark.parametrize(
    "name",
    ["pytest", "feature/login-refresh", "test_reads_the_whole_file", "npm run build:prod", "release/v2.10.0"],
)
def test_names_of_things_leave_as_they_are(name: str) -> None:
    assert scrub(name) == name


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("/srv/project/plans failed in src/deep/x.py", "… failed in x.py"),
        ("tests/core/deep/test_x.py failed", "test_x.py failed"),
        ("~/x/y and C:\\x\\y", "… and …"),
        ("see https://intern.example/x", "see …"),
        ("fix/alice-login", "fix/…-login"),
        ("paired with @zorquil", "paired with …"),
    ],
)
def test_paths_addresses_and_people_stay_here(text: str, left: str) -> None:
    assert scrub(text) == left


def test_a_long_text_is_cut_at_a_word() -> None:
    cut = scrub("several ordinary words " * 40)
    assert len(cut) <= 200
    assert cut.endswith("…")
    assert cut.removesuffix("…").split()[-1] in {"several", "ordinary", "words"}


def test_what_the_library_finds_goes_even_where_we_see_nothing() -> None:
    assert scrubbed("the lantern is lit", (), lambda line: ["lantern"]) == "the … is lit"


def test_a_random_run_is_found_by_the_library_alone() -> None:
    """The plugins are asked of runs, not of words: else every word would be one of theirs."""
    scan = module.scanner()
    assert scan is not None
    run = base64.b64encode(hashlib.sha256(b"planted").digest()).decode().rstrip("=")
    assert run in set(scan(f"see {run} there"))
    assert set(scan("an ordinary sentence about internationalization and configuration")) == set()


@pytest.mark.usefixtures("_afresh")
def test_without_the_library_no_text_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    known = builtins.__import__

    def without(
        name: str,
        scope: Mapping[str, object] | None = None,
        inner: Mapping[str, object] | None = None,
        wanted: Sequence[str] = (),
        level: int = 0,
    ) -> object:
        if name.startswith("detect_secrets"):
            raise ImportError(name)
        return known(name, scope, inner, wanted, level)

    monkeypatch.setattr(builtins, "__import__", without)
    assert scrub("an ordinary sentence") == ""


@pytest.mark.usefixtures("_afresh")
def test_nor_with_one_that_looks_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from detect_secrets.core.plugins import util

    monkeypatch.setattr(util, "get_mapping_from_secret_type_to_class", dict)
    assert scrub("an ordinary sentence") == ""


def test_the_library_is_imported_by_nobody_else() -> None:
    """What looks for harmless words, makes requests and shows them needs no extra."""
    code = (
        "import sys; import afterglow.core.redact, afterglow.core.plain_words, afterglow.enrich.request,"
        " afterglow.enrich.gather, afterglow.cli.enriching;"
        " print([one for one in ('detect_secrets', 'anthropic', 'httpx2', 'pydantic') if one in sys.modules])"
    )
    folder = Path(module.__file__).parents[2]
    made = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, check=True, capture_output=True, text=True
    )
    assert made.stdout.strip() == "[]"
