"""The VS Code extension's package.json says what the server's tables and its own sources say."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import pytest

import afterglow
from afterglow.core.setting_table import ROWS, Row
from afterglow.lsp import tooltip
from afterglow.lsp.server import build
from tests.tidy.checkout import ROOT

HOME: Final = ROOT / "vscode-extension"
OWN: Final = {"interpreter", "trace.server"}
"""Settings of the extension alone."""
PRIVATE: Final = ("mode", "userId", "userName", "seed", "queueMaxRows")
"""What a repository must not decide, with everything below enrichment and personal."""


def manifest() -> dict[str, Any]:
    return dict(json.loads((HOME / "package.json").read_text(encoding="utf-8")))


def settings() -> dict[str, dict[str, Any]]:
    """Name without ``afterglow.`` -> its schema."""
    sections = manifest()["contributes"]["configuration"]
    found = [item for section in sections for item in section["properties"].items()]
    assert all(name.startswith("afterglow.") for name, _schema in found)
    assert len(found) == len(dict(found))
    return {name.removeprefix("afterglow."): schema for name, schema in found}


def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((HOME / "src").rglob("*.ts")))


def server_rows() -> dict[str, Row]:
    return {row.name: row for row in ROWS if row.group != "client"}


def bundles(stem: str, folder: str = "") -> dict[str, dict[str, str]]:
    """File name -> strings, of every language; the English one first."""
    return {
        path.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted((HOME / folder).glob(f"{stem}*.json"), key=lambda path: len(path.name))
    }


def test_the_settings_are_the_servers_and_its_own() -> None:
    assert set(settings()) == set(server_rows()) | OWN


@pytest.mark.parametrize("row", server_rows().values(), ids=lambda row: row.name)
def test_a_setting_has_the_servers_default_and_values(row: Row) -> None:
    schema = settings()[row.name]
    if row.default is None:
        assert "default" not in schema
        assert "string" in schema["type"] or schema["type"][0] == "null"
    else:
        given = list(row.default) if isinstance(row.default, tuple) else row.default
        assert schema["default"] == given
        assert row.check.read(schema["default"]) == row.default
    for value in schema.get("enum", ()):
        assert row.check.read(value) == value
    wants = row.check.wants
    if wants.startswith("one of "):
        assert schema["enum"] == wants.removeprefix("one of ").split(", ")
    elif edges := re.fullmatch(r"a (?:whole )?number from (\S+) to (\S+)", wants):
        assert (schema["minimum"], schema["maximum"]) == (float(edges[1]), float(edges[2]))
    assert len(schema.get("enum", ())) == len(schema.get("markdownEnumDescriptions", ()))


def test_what_a_repository_must_not_decide_is_the_machines() -> None:
    declared = settings()
    private = {
        name for name in declared if name in {*OWN, *PRIVATE} or name.startswith(("enrichment.", "personal."))
    }
    assert {name for name, schema in declared.items() if schema["scope"] == "machine"} == private
    assert {schema["scope"] for schema in declared.values()} == {"machine", "window"}
    restricted = manifest()["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    assert set(restricted) == {f"afterglow.{name}" for name in private}


def test_the_extension_is_of_the_same_version_and_says_where_it_runs() -> None:
    made = manifest()
    assert made["version"] == afterglow.__version__
    assert made["engines"] == {"vscode": "^1.93.0"}
    assert made["activationEvents"] == ["onStartupFinished"]
    assert made["extensionKind"] == ["workspace"]
    assert "browser" not in made
    limits = made["capabilities"]
    assert {limits[name]["supported"] for name in ("untrustedWorkspaces", "virtualWorkspaces")} == {"limited"}


@pytest.mark.parametrize(("stem", "folder"), [("package.nls", ""), ("bundle.l10n", "l10n")])
def test_every_language_has_every_string(stem: str, folder: str) -> None:
    english, *others = bundles(stem, folder).values()
    assert others
    for strings in others:
        assert set(strings) == set(english)
        for key, text in strings.items():
            assert text.strip()
            assert sorted(re.findall(r"\{\d\}", text)) == sorted(re.findall(r"\{\d\}", english[key])), key


def test_the_manifest_names_no_string_that_is_missing_and_none_is_left_over() -> None:
    used = re.findall(r'"%([^%"]+)%"', (HOME / "package.json").read_text(encoding="utf-8"))
    assert set(used) == set(bundles("package.nls")["package.nls.json"])


def test_every_string_of_the_sources_is_in_the_bundle() -> None:
    texts = re.findall(r"l10n\.t\(\s*(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')", sources())
    assert len(texts) == len(re.findall(r"l10n\.t\(", sources()))
    plain = {text[1:-1].replace('\\"', '"').replace("\\'", "'") for text in texts}
    assert plain == set(bundles("bundle.l10n", "l10n")["bundle.l10n.json"])


def test_every_command_is_registered_and_none_is_the_servers() -> None:
    declared = {command["command"] for command in manifest()["contributes"]["commands"]}
    registered = set(re.findall(r'"(afterglow\.ui\.\w+)": \(\) =>', sources()))
    assert declared == registered
    assert all(name.startswith("afterglow.ui.") for name in declared)
    server, _app = build()
    assert "afterglow.dnd" in server.commands.names()
    assert not declared & set(server.commands.names())


def test_a_hint_may_run_the_two_commands_that_its_tooltip_links_to() -> None:
    trusted = re.search(r"TRUSTED_COMMANDS[^=]*= (\[.*?\])", sources())
    assert trusted is not None
    assert set(json.loads(trusted[1])) == {tooltip.RATE, tooltip.MUTE}
