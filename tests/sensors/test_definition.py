"""Where a test is in the code, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterglow.core.model import Anchor
from afterglow.sensors.definition import anchor_of, find_definition
from afterglow.sensors.junit import Place

SOURCE = """\
import pytest


def test_one():
    # def test_two(
    pass


class TestA:
    @pytest.mark.parametrize("x", [1])
    async def test_two(self, x): ...


class TestB:
    def test_two(self):
        def test_one(): ...
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "a b"
    (root / "tests" / "sub").mkdir(parents=True)
    (root / "tests" / "sub" / "test_x.py").write_text(SOURCE)
    (root / "web.test.ts").write_text("one\ntwo\nthree\n")
    return root


def line(root: Path, test: str, place: Place | None = None) -> int | None:
    anchor = anchor_of(str(root), test, place)
    if anchor is None:
        return None
    assert anchor.uri == (root / "tests" / "sub" / "test_x.py").as_uri()
    return anchor.line


def test_by_its_class_name(root: Path) -> None:
    assert line(root, "tests.sub.test_x::test_one") == 3
    assert line(root, "tests.sub.test_x.TestA::test_two[1-a.b]") == 10
    assert line(root, "tests.sub.test_x.TestB::test_two") == 14
    assert line(root, "tests.sub.test_x.TestC::test_two") is None
    assert line(root, "tests.sub.test_x::test_none") is None
    assert line(root, "other::test_one") is None


def test_by_the_place_in_the_report_moved_to_the_definition(root: Path) -> None:
    file = "tests/sub/test_x.py"
    assert line(root, "tests.sub.test_x.TestA::test_two[1]", Place(file, 9)) == 10
    assert line(root, "tests.sub.test_x.TestB::test_two", Place(file, 14)) == 14
    assert line(root, "tests.sub.test_x.TestB::test_two", Place(file, None)) == 14
    assert line(root, "tests.sub.test_x.TestB::test_two", Place(str(root / file), 13)) == 14


def test_other_languages_stand_where_the_report_says(root: Path) -> None:
    where = str(root)
    assert anchor_of(where, "x::y", Place("web.test.ts", 2)) == Anchor((root / "web.test.ts").as_uri(), 2)
    assert anchor_of(where, "x::y", Place("web.test.ts", 99)) is None
    assert anchor_of(where, "x::y", Place("web.test.ts", None)) is None


@pytest.mark.parametrize(
    "file",
    [
        "../outside.py",
        "/etc/passwd",
        "link.py",
        "linked/outside.py",
        "a/../../outside.py",
        "",
        "n\0l",
        "x" * 5_000,
    ],
)
def test_nothing_outside_is_an_anchor(root: Path, file: str) -> None:
    outside = root.parent / "outside.py"
    outside.write_text("def test_one(): ...\n")
    (root / "link.py").symlink_to(outside)
    (root / "linked").symlink_to(root.parent)
    assert anchor_of(str(root), "x::test_one", Place(file, 0)) is None
    assert anchor_of(str(root), "linked.outside::test_one", None) is None
    assert anchor_of(str(root), "link::test_one", None) is None


def test_odd_names_find_nothing(root: Path) -> None:
    for test in ("", "::", "..::x", "/etc/passwd::x", "a" * 3_000 + "::x", ".".join("a" * 99) + "::x"):
        assert anchor_of(str(root), test, None) is None
    assert find_definition(["def a(", "x"], "a b") is None
    assert find_definition(["def test(x): .*("], ".*") is None


def test_a_file_too_big_is_not_searched(root: Path) -> None:
    (root / "big.py").write_text("def test_one(): ...\n" + "#" * (1 << 20))
    assert anchor_of(str(root), "big::test_one", None) is None
