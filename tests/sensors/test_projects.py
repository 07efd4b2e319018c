"""Which projects a root has, and what it costs to know."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from afterglow.sensors.projects import MAX_FOLDERS, MAX_PROJECTS, Project, Tree
from tests.support.clock import now


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def ways(root: Path) -> list[str]:
    return ["/".join(project.parts) for project in look(Tree(str(root)))]


def look(tree: Tree) -> tuple[Project, ...]:
    tree.begin(now())
    return tree.projects()


def age(*folders: Path) -> None:
    """A folder that changed just now is read again; these changed a while ago."""
    for folder in folders:
        os.utime(folder, ns=((now() - 60_000) * 1_000_000,) * 2)


def test_the_root_and_what_has_a_manifest_one_level_down_or_two_below_packages(root: Path) -> None:
    make(
        root,
        "pyproject.toml",
        "api/go.mod",
        "web/package.json",
        "docs/index.md",
        "packages/a/package.json",
        "libs/b/Cargo.toml",
        "other/deep/package.json",
        "shop/shop.csproj",
    )
    assert ways(root) == ["", "api", "shop", "web", "libs/b", "packages/a"]
    assert look(Tree(str(root)))[0] == Project((), frozenset({"pyproject.toml"}))
    assert look(Tree(str(root)))[2].manifests == {".csproj"}


def test_the_root_is_one_without_any_manifest(root: Path) -> None:
    assert look(Tree(str(root))) == (Project((), frozenset()),)


@pytest.mark.parametrize("name", ["node_modules", ".venv", ".hidden", "target", "build", "vendor", "venv"])
def test_what_tools_make_is_no_project(root: Path, name: str) -> None:
    make(root, f"{name}/package.json", f"packages/{name}/package.json")
    assert ways(root) == [""]


def test_links_and_folders_called_like_manifests_are_none(root: Path, tmp_path: Path) -> None:
    make(tmp_path, "elsewhere/package.json")
    (root / "link").symlink_to(tmp_path / "elsewhere")
    (root / "loop").symlink_to(root)
    (root / "packages").symlink_to(tmp_path)
    (root / "odd" / "package.json").mkdir(parents=True)
    (root / "odder").mkdir()
    (root / "odder" / "go.mod").symlink_to(tmp_path / "elsewhere" / "package.json")
    assert ways(root) == [""]


def test_of_many_the_first_by_name_are_known(root: Path) -> None:
    make(root, *(f"packages/p{number:03}/package.json" for number in range(300)))
    assert ways(root) == ["", *(f"packages/p{number:03}" for number in range(MAX_PROJECTS - 1))]
    assert len(Tree(str(root)).listing(("packages",)).folders) == 300 <= MAX_FOLDERS


def test_a_folder_that_did_not_change_is_not_read_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(root, "api/go.mod", "packages/a/package.json")
    age(root / "api", root / "packages" / "a", root / "packages", root)
    tree = Tree(str(root))
    before = look(tree)
    reads: list[object] = []
    scandir = os.scandir

    def counting(where: int) -> object:
        reads.append(where)
        return scandir(where)

    monkeypatch.setattr(os, "scandir", counting)
    assert look(tree) == before
    assert reads == []
    make(root, "web/package.json")
    assert [project.parts for project in look(tree)][:3] == [(), ("api",), ("web",)]
    assert len(reads) <= 3


def test_a_change_in_the_instant_of_reading_is_not_missed(root: Path) -> None:
    make(root, "api/readme")
    tree = Tree(str(root))
    assert len(look(tree)) == 1
    changed = (root / "api").stat().st_mtime_ns
    make(root, "api/go.mod")
    os.utime(root / "api", ns=(changed, changed))
    assert len(look(tree)) == 2


def test_a_folder_that_became_a_link_is_nothing(root: Path, tmp_path: Path) -> None:
    make(root, "api/go.mod")
    make(tmp_path, "elsewhere/go.mod")
    tree = Tree(str(root))
    assert tree.has(("api",))
    (root / "api" / "go.mod").unlink()
    (root / "api").rmdir()
    (root / "api").symlink_to(tmp_path / "elsewhere")
    tree.begin(now())
    assert not tree.has(("api",))
    assert tree.listing(("api",)).manifests == frozenset()
