"""Nothing that comes unasked offers the idle twin; whoever looks for it finds it described (spec L11).

Read are the texts themselves: of the extension's menus, walkthrough, commands and messages, of the editors'
plugins, of the lines that ship, and of what the commands print that people read every day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from afterglow.core.setting_table import ROWS
from tests.cli.calling import call
from tests.support.sidecar import repository
from tests.tidy.checkout import ROOT

EXTENSION: Final = ROOT / "vscode-extension"
OFFERS: Final = re.compile(
    r"enrich|anreicher|language model|sprachmodell|\btwin\b|zwilling|anthropic|claude|haiku|\bllm\b|api.?key",
    re.IGNORECASE,
)
"""Words that nobody can offer it without. That a model wrote a line is told where its reason is asked for."""


def manifest() -> dict[str, Any]:
    return dict(json.loads((EXTENSION / "package.json").read_text("utf-8")))


def strings(value: Any) -> Iterator[str]:
    """Every text in a piece of JSON, keys too: an id that names it is on its way to a menu."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inside in value.items():
            yield key
            yield from strings(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from strings(inside)


def told(texts: Iterator[str]) -> list[str]:
    return [text for text in texts if OFFERS.search(text)]


def test_no_command_menu_view_or_walkthrough_of_the_extension_offers_it() -> None:
    contributed = manifest()["contributes"]
    contributed.pop("configuration")
    assert {"commands", "walkthroughs"} <= set(contributed)
    assert told(strings(contributed)) == []


@pytest.mark.parametrize("name", ["package.nls.json", "package.nls.de.json"])
def test_its_strings_stand_in_the_settings_alone(name: str) -> None:
    texts: dict[str, str] = json.loads((EXTENSION / name).read_text("utf-8"))
    found = {key for key, text in texts.items() if OFFERS.search(text)}
    assert found
    about = ("setting.enrichment.", "section.enrichment", "setting.cpuFirst", "setting.llmEnrichmentTarget")
    assert {key for key in found if not key.startswith(about)} == set()


@pytest.mark.parametrize("name", ["bundle.l10n.json", "bundle.l10n.de.json"])
def test_no_message_tooltip_or_picker_offers_it(name: str) -> None:
    assert told(strings(json.loads((EXTENSION / "l10n" / name).read_text("utf-8")))) == []


def test_the_walkthrough_does_not_lead_to_it() -> None:
    pages = sorted((EXTENSION / "walkthrough").glob("*.md"))
    assert pages
    assert told(page.read_text("utf-8") for page in pages) == []


@pytest.mark.parametrize("ending", ["lua", "el", "vim"])
def test_no_plugin_of_another_editor_offers_it(ending: str) -> None:
    found = sorted((ROOT / "editors").rglob(f"*.{ending}"))
    assert found
    assert told(path.read_text("utf-8") for path in found) == []


def test_no_line_that_ships_offers_it() -> None:
    silent = ("prices.jsonl", "config.jsonl")
    found = [path for path in sorted((ROOT / "banks").rglob("*.jsonl")) if path.name not in silent]
    assert found
    rows = (json.loads(line) for path in found for line in path.read_text("utf-8").splitlines() if line)
    # A line about such tools is a line; one about switching something on is not.
    asks = re.compile(r"enrichment\.|opt in|api key|\bmodel may\b|to a model", re.IGNORECASE)
    assert [row for row in rows if asks.search(str(row.get("text", "")))] == []


@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["status", "--json"],
        ["report"],
        ["last"],
        ["explain"],
        ["next"],
        ["mode"],
        ["report", "--html", "-"],
    ],
    ids=" ".join,
)
def test_who_never_switched_it_on_reads_nothing_of_it(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository(tmp_path / "basket"))
    said = call(*words)
    # Scripts read its figures all the same; the page's chart library and name of its parts are no texts.
    lines = [line for line in (said.out + said.err).splitlines() if len(line) < 2_000]
    shown = [line for line in lines if not re.match(r'\{.*"enrichment": \{"enabled": false', line)]
    assert told(iter(shown)) == []


def test_the_settings_the_pages_and_the_doctor_describe_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository(tmp_path / "basket"))
    consents = [row for row in ROWS if row.name in ("enrichment.enabled", "enrichment.shareText")]
    assert [row.description.startswith("Consent:") for row in consents] == [True, True]
    (line,) = (line for line in call("doctor").out.splitlines() if "idle twin" in line)
    assert line.startswith("off") and "enrichment.enabled" in line
    for name in ("README.md", "SECURITY.md", "vscode-extension/README.md"):
        page = (ROOT / name).read_text("utf-8")
        for needed in ("enrichment.enabled", "enrichment.shareText", "enrich preview", "200 characters"):
            assert needed in page, (name, needed)
    security = (ROOT / "SECURITY.md").read_text("utf-8")
    for needed in ("status --ledger", "api-key", "dailyUsd", "custom/", "forget --all", "api.anthropic.com"):
        assert needed in security, needed


@pytest.mark.parametrize(
    "stale",
    [
        r"changes? nothing in this version",
        r"no network code",
        r"no client for a language model",
        r"Ändert in dieser Version nichts",
        r"worker that does not exist yet",
    ],
)
def test_no_page_says_any_more_that_there_is_none(stale: str) -> None:
    places = [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").glob("*.md"),
        *(ROOT / "editors").rglob("*.md"),
        *EXTENSION.glob("*.md"),
        *EXTENSION.glob("package*.json"),
        *(EXTENSION / "walkthrough").glob("*.md"),
    ]
    assert [path.name for path in places if re.search(stale, path.read_text("utf-8"), re.IGNORECASE)] == []
