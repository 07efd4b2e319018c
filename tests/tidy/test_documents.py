"""The documents say what the code does, as far as a machine can tell."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from afterglow import __version__
from tests.tidy.checkout import ROOT, files, named, project

LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")


def read(name: str) -> str:
    """One document of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_architecture_page_accounts_for_every_dependency() -> None:
    extras = project()["project"]["optional-dependencies"]
    texts = [*project()["project"]["dependencies"], *(text for extra in extras.values() for text in extra)]
    page = read("ARCHITECTURE.md")
    missing = [name for name in (Requirement(text).name for text in texts) if f"`{name}`" not in page]
    assert missing == []


def test_the_changelog_has_room_for_what_comes_next() -> None:
    headings = re.findall(r"^## \[(.+?)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == "Unreleased"


def test_a_released_version_is_in_the_changelog_or_still_unreleased() -> None:
    released = re.findall(r"^## \[(\d.+?)\]", read("CHANGELOG.md"), re.MULTILINE)
    assert not released or released[0] == __version__


def test_the_licence_is_the_whole_one_and_names_its_holder() -> None:
    text = read("LICENSE")
    assert "END OF TERMS AND CONDITIONS" in text
    assert "The Afterglow authors" in text
    assert "The Afterglow authors" in read("NOTICE")


@pytest.mark.parametrize("page", [path for path in files() if path.suffix == ".md"], ids=named)
def test_a_link_within_the_repository_leads_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []
