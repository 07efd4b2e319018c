"""What a user installs: the package, its banks and licence, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from afterglow import __version__
from tests.tidy.checkout import PACKAGE, ROOT, project, sources


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """The wheel as ``make dist`` builds it, opened."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        yield archive


def test_the_wheel_holds_the_package_and_the_banks(wheel: zipfile.ZipFile) -> None:
    banks = ROOT / "banks"
    expected = {
        *(f"afterglow/{path.relative_to(PACKAGE).as_posix()}" for path in sources("server/afterglow")),
        *(f"afterglow/banks/{path.relative_to(banks).as_posix()}" for path in banks.rglob("*.jsonl")),
        "afterglow/py.typed",
    }
    assert expected <= set(wheel.namelist())
    assert "afterglow/banks/config.jsonl" in expected


def test_the_wheel_brings_nothing_but_itself(wheel: zipfile.ZipFile) -> None:
    tops = {Path(name).parts[0] for name in wheel.namelist()}
    assert tops == {"afterglow", f"afterglow_lsp-{__version__}.dist-info"}
    assert not [name for name in wheel.namelist() if "tests" in name or name.endswith(".pyc")]


def test_the_wheel_names_its_licence_its_command_and_its_python(wheel: zipfile.ZipFile) -> None:
    folder = f"afterglow_lsp-{__version__}.dist-info"
    names = wheel.namelist()
    assert f"{folder}/licenses/LICENSE" in names
    assert f"{folder}/licenses/NOTICE" in names
    assert "afterglow = afterglow.cli:main" in wheel.read(f"{folder}/entry_points.txt").decode()
    metadata = wheel.read(f"{folder}/METADATA").decode()
    assert "Requires-Python: >=3.11" in metadata
    assert "License-Expression: Apache-2.0" in metadata


def test_two_builds_of_one_checkout_are_the_same(tmp_path: Path) -> None:
    built = []
    for number in ("one", "two"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / number)]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        (path,) = (tmp_path / number).glob("*.whl")
        built.append(path.read_bytes())
    assert built[0] == built[1]


def test_the_version_stands_in_one_place() -> None:
    assert "version" in project()["project"]["dynamic"]
    assert project()["tool"]["hatch"]["version"]["path"] == "server/afterglow/__init__.py"


def told(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """What ``scripts/version.py`` says in a checkout."""
    command = [sys.executable, "scripts/version.py", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """A checkout of those files only that name the version."""
    extension = [f"vscode-extension/{name}" for name in ("package.json", "package-lock.json")]
    for name in ("scripts/version.py", "server/afterglow/__init__.py", "CHANGELOG.md", *extension):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def test_every_place_names_the_same_version() -> None:
    assert told(ROOT).stdout == f"{__version__}\n"


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_a_place_with_another_version_is_named(versions: Path, name: str) -> None:
    place = versions / "vscode-extension" / name
    place.write_text(json.dumps(json.loads(place.read_text("utf-8")) | {"version": "9.9.9"}), "utf-8")
    said = told(versions)
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith(f"version: vscode-extension/{name} says 9.9.9")


def test_a_tag_needs_its_section_in_the_changelog(versions: Path) -> None:
    log = versions / "CHANGELOG.md"
    text = re.sub(r"(?m)^## \[\d.*$", "", log.read_text("utf-8"))
    log.write_text(text, "utf-8")
    assert "no section" in told(versions, f"v{__version__}").stderr
    log.write_text(f"{text}\n## [{__version__}] - 2026-11-21\n", "utf-8")
    assert told(versions, f"v{__version__}").returncode == 0
    assert "the tag is v9.9.9" in told(versions, "v9.9.9").stderr


def hashed(name: str) -> dict[str, int]:
    """The pins of a file and how many hashes each has."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    text = re.sub(r"(?m)^#.*\n", "", text).replace("\\\n", " ")
    return {line.split()[0]: line.count("--hash=sha256:") for line in text.splitlines() if line}


def test_the_extension_carries_the_versions_that_are_tested() -> None:
    tested = {
        line for line in (ROOT / "requirements/run.txt").read_text("utf-8").splitlines() if "==" in line
    }
    carried = set(hashed("bundle"))
    assert carried <= tested
    # What only an extra needs stays out: it would double what everyone downloads.
    assert {pin.partition("==")[0] for pin in tested - carried} == {"holidays", "python-dateutil", "six"}


def test_what_releases_are_made_of_and_with_is_pinned_by_hash() -> None:
    assert set(hashed("bundle").values()) == {1}
    assert min(hashed("dist").values()) >= 1
