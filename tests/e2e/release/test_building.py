"""``make dist``: the same bytes anywhere, and nothing in them that does not belong there (fault F43)."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from afterglow import __version__
from tests.support import release
from tests.tidy.checkout import ROOT

pytestmark = pytest.mark.xdist_group("dist")

COMPILED = re.compile(r"\.(so|pyd|dylib|dll|exe|node|pyc|wasm)$")
PINNED = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)


def vsix(built: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(built / f"afterglow-{__version__}.vsix")


def bill(built: Path) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((built / f"afterglow-{__version__}.cdx.json").read_text("utf-8"))
    return read


def test_a_release_has_one_version_and_these_files(built: Path) -> None:
    assert {path.name for path in built.iterdir()} == {
        f"afterglow_lsp-{__version__}-py3-none-any.whl",
        f"afterglow_lsp-{__version__}.tar.gz",
        f"afterglow-{__version__}.vsix",
        f"afterglow-{__version__}.cdx.json",
        "SHA256SUMS",
    }
    with vsix(built) as archive:
        assert json.loads(archive.read("extension/package.json"))["version"] == __version__
        assert json.loads(archive.read("extension/bundled/manifest.json"))["version"] == __version__


def test_two_builds_in_two_places_are_the_same(built: Path, checkout: Path, tmp_path: Path) -> None:
    other = release.copied(checkout, tmp_path / "another place")
    world = release.bare_world(tmp_path / "home") | {"TZ": "Asia/Tokyo", "SOURCE_DATE_EPOCH": "1700000000"}
    release.ran("sh", "scripts/dist.sh", tmp_path / "out", cwd=other, env=world, umask=0o077)
    assert {
        path.name: path.read_bytes() == (tmp_path / "out" / path.name).read_bytes()
        for path in built.iterdir()
    } == {path.name: True for path in built.iterdir()}


def test_the_sums_are_those_of_the_files(built: Path) -> None:
    lines = (built / "SHA256SUMS").read_text("utf-8").splitlines()
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    made = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in built.iterdir()}
    del made["SHA256SUMS"]
    assert sums == made


def test_the_extension_carries_what_its_manifest_names_and_nothing_else(built: Path) -> None:
    with vsix(built) as archive:
        inside = "extension/bundled/"
        named = json.loads(archive.read(f"{inside}manifest.json"))["files"]
        there = {
            name.removeprefix(inside): hashlib.sha256(archive.read(name)).hexdigest()
            for name in archive.namelist()
            if name.startswith(inside) and name != f"{inside}manifest.json"
        }
    assert there == named
    assert "tool/server.py" in named
    assert "libs/afterglow/banks/config.jsonl" in named


def test_the_extension_holds_no_source_no_secret_and_nothing_of_one_system_only(built: Path) -> None:
    with vsix(built) as archive:
        names = archive.namelist()
        tops = {name.split("/")[1] for name in names if name.startswith("extension/")}
        texts = {name: archive.read(name) for name in names if name.endswith((".js", ".json", ".xml"))}
    assert [name for name in names if COMPILED.search(name)] == []
    assert (
        tops & {"src", "test", "python", "node_modules", "package-lock.json", "tsconfig.json", "out"} == set()
    )
    assert [name for name in names if name.endswith((".map", ".ts")) or "/tests/" in name] == []
    assert [name for name, text in texts.items() if str(ROOT).encode() in text or b"/root/" in text] == []


def test_the_extension_without_its_server_stays_small(built: Path) -> None:
    with vsix(built) as archive:
        files = [file for file in archive.infolist() if not file.filename.startswith("extension/bundled/")]
        sizes = {file.filename: file.file_size for file in files}
        assert sizes["extension/dist/extension.js"] < 500_000
        # As it is fetched, with pictures, texts and licences.
        assert sum(file.compress_size for file in files) < 500_000, sizes


def test_the_licences_travel_with_the_code(built: Path) -> None:
    with vsix(built) as archive:
        names = set(archive.namelist())
        notices = archive.read("extension/THIRD-PARTY-NOTICES.txt").decode()
    folders = {name.split("/")[3] for name in names if ".dist-info/" in name}
    licensed = {name.split("/")[3] for name in names if ".dist-info/licenses/" in name}
    assert folders == licensed
    assert len(folders) >= 8
    assert "vscode-languageclient" in notices
    assert "brings no licence text" not in notices
    assert {"extension/LICENSE.txt", "extension/NOTICE"} <= names


def test_the_bill_of_materials_names_everything_that_is_carried(built: Path) -> None:
    document = bill(built)
    urls = {component["purl"] for component in document["components"]}
    pinned = PINNED.findall((ROOT / "requirements" / "bundle.txt").read_text("utf-8"))
    wanted = {f"pkg:pypi/{name.replace('_', '-').lower()}@{version}" for name, version in pinned}
    lock = json.loads((ROOT / "vscode-extension" / "package-lock.json").read_text("utf-8"))["packages"]
    for place, entry in lock.items():
        if place and not entry.get("dev") and not entry.get("devOptional"):
            name = place.rpartition("node_modules/")[2].replace("@", "%40")
            wanted.add(f"pkg:npm/{name}@{entry['version']}")
    own = {f"pkg:pypi/afterglow-lsp@{__version__}", f"pkg:npm/afterglow@{__version__}"}
    assert urls == wanted | own
    assert document["specVersion"] == "1.6"
    assert "timestamp" not in document["metadata"]


def test_every_part_of_the_bill_has_a_licence_and_what_is_foreign_a_hash(built: Path) -> None:
    for component in bill(built)["components"]:
        assert component["licenses"], component["name"]
        assert component.get("hashes") or component["type"] == "application", component["name"]
