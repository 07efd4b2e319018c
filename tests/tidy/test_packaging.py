"""What a user installs: the package, its banks and licence, and nothing else."""

from __future__ import annotations

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
