"""What a saved file tells when it is looked at again: what is open in it, whether it stands, its package."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterglow.sensors import todos

OPEN = "TO" + "DO"
MEND = "FIX" + "ME"
CROSS = "X" * 3


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path.resolve()


def put(root: Path, name: str, text: str | bytes = "") -> str:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        (f"# {OPEN}: later", 1),
        (f"x = 1  # {MEND} when it rains", 1),
        (f"    // {OPEN}(ada): here", 1),
        (f"/* {CROSS} */", 1),
        (f" * {OPEN} in a block", 1),
        (f"<!-- {OPEN} -->", 1),
        (f"-- {OPEN}", 1),
        (f"; {MEND}", 1),
        (f'"""{OPEN} say more."""', 1),
        (f"# {OPEN} and {MEND} on one line", 1),
        (f"{OPEN} = 3", 0),
        (f"print('{OPEN}')", 0),
        ("# todo in small letters", 0),
        (f"# {OPEN}S are not counted", 0),
        (f"# MY{OPEN}", 0),
        ("# nothing to see", 0),
    ],
)
def test_what_a_comment_marks_as_open(root: Path, line: str, count: int) -> None:
    path = put(root, "a.py", f"import os\n{line}\nreturn\n")
    assert todos.remarks(str(root), path) == count


def test_each_line_counts_once(root: Path) -> None:
    path = put(root, "src/a.py", f"# {OPEN} one\r\n\r\n# {MEND} two\r\n# three\r\n# {CROSS}")
    assert todos.remarks(str(root), path) == 3


def test_only_a_plain_file_inside_is_read(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = put(tmp_path_factory.mktemp("outside"), "b.py", f"# {OPEN}\n")
    (root / "link.py").symlink_to(outside)
    (root / "folder").symlink_to(Path(outside).parent)
    put(root, "big.py", f"# {OPEN}\n".encode() * 200_000)
    put(root, "image.py", b"# " + OPEN.encode() + b"\0")
    names = ("link.py", "folder/b.py", "big.py", "image.py", "gone.py", "", "../b.py")
    found = {name: todos.remarks(str(root), str(root / name) if name else str(root)) for name in names}
    assert set(found.values()) == {None}
    assert todos.remarks(str(root), outside) is None


def test_a_very_long_line_takes_no_time(root: Path) -> None:
    path = put(root, "min.js", "//" * 500_000)
    assert todos.remarks(str(root), path) == 0


def test_whether_a_file_stands(root: Path) -> None:
    path = put(root, "server/tests/test_a.py")
    (root / "link.py").symlink_to(path)
    place = str(root)
    assert todos.present(place, path) is True
    assert todos.present(place, "server/tests/test_a.py") is True
    assert todos.present(place, "tests/test_a.py") is True, "as a tool says that was started in server"
    assert todos.present(place, "tests/test_b.py") is False
    assert todos.present(place, str(root / "gone.py")) is False
    assert todos.present(place, str(root / "link.py")) is False
    assert todos.present(place, str(root.parent / "elsewhere.py")) is None
    assert todos.present(place, "../elsewhere.py") is None


def test_the_nearest_manifest_names_the_package(root: Path) -> None:
    place = str(root)
    put(root, "libs/wire/Cargo.toml")
    inside = put(root, "libs/wire/src/deep/frame.rs")
    outside = put(root, "docs/a.md")
    assert todos.package_of(place, inside) == "libs/wire"
    assert todos.package_of(place, outside) is None
    put(root, "pyproject.toml")
    assert todos.package_of(place, outside) == ""
    assert todos.package_of(place, inside) == "libs/wire"
    assert todos.package_of(place, str(root.parent / "a.py")) is None
