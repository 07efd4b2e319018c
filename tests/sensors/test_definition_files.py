"""Where a test's file is, from its class name alone, in the layouts that the runners' languages have."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterglow.core.model import Anchor
from afterglow.sensors.definition import anchor_of
from afterglow.sensors.definitions_files import MAX_FILES, candidates
from afterglow.sensors.junit import Place

SOURCES = {
    "go.mod": 'module "example.org/mod"\n\ngo 1.24\n',
    "queue/take_test.go": "package queue\n\nfunc TestTake(t *testing.T) {\n",
    "queue/give_test.go": "package queue\n\nfunc TestGive(t *testing.T) {\n",
    "root_test.go": "package mod\nfunc TestRoot(t *testing.T) {\n",
    "Cargo.toml": '[package]\nname = "parser"\n',
    "src/lib.rs": "#[cfg(test)]\nmod tests {\n    #[test]\n    fn ok() {}\n}\n",
    "src/line/mod.rs": "mod tests {\n    #[test]\n    fn splits() {}\n}\n",
    "tests/whole.rs": "#[test]\nfn runs() {}\n",
    "crates/deep/src/lib.rs": "mod tests {\n    #[test]\n    fn dives() {}\n}\n",
    "settings.gradle": "",
    "src/test/java/org/example/ParserTest.java": "class ParserTest {\n  @Test void parses() {}\n",
    "app/src/test/kotlin/org/example/AppTest.kt": "class AppTest {\n  @Test fun `starts up`() {}\n",
    "Shop.Tests/Cart/CartTests.cs": "class CartTests {\n  [Fact]\n  public void Adds() {}\n",
    "spec/models/user_spec.rb": 'describe User do\n  it "is valid" do\n',
    "e2e/login.spec.ts": "test.describe('login', () => {\n  test('works', f);\n",
    "src/sum.test.ts": "describe('sum', () => {\n  it('adds', f);\n",
    "test/math_test.cc": "\n\nTEST(Math, Adds) {\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "a b"
    for name, text in SOURCES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


@pytest.mark.parametrize(
    ("test", "file", "line"),
    [
        ("example.org/mod/queue::TestTake/from_two", "queue/take_test.go", 2),
        ("queue::TestGive", "queue/give_test.go", 2),
        ("example.org/mod::TestRoot", "root_test.go", 1),
        ("parser::tests::ok", "src/lib.rs", 3),
        ("parser::line::tests::splits", "src/line/mod.rs", 2),
        ("line::tests::splits", "src/line/mod.rs", 2),
        ("parser::whole::runs", "tests/whole.rs", 1),
        ("deep::tests::dives", "crates/deep/src/lib.rs", 2),
        ("org.example.ParserTest::parses()", "src/test/java/org/example/ParserTest.java", 1),
        ("org.example.AppTest$Inner::starts up()", "app/src/test/kotlin/org/example/AppTest.kt", 1),
        ("Shop.Tests.Cart.CartTests::Adds(n: 1)", "Shop.Tests/Cart/CartTests.cs", 2),
        ("spec.models.user_spec::User is valid", "spec/models/user_spec.rb", 1),
        ("login.spec.ts::login \u203a works", "e2e/login.spec.ts", 1),
        ("src/sum.test.ts::sum > adds", "src/sum.test.ts", 1),
    ],
)
def test_the_class_name_leads_to_the_file(root: Path, test: str, file: str, line: int) -> None:
    assert anchor_of(str(root), test, None) == Anchor((root / file).as_uri(), line)


def test_the_file_of_the_report_is_enough_without_a_line(root: Path) -> None:
    where = anchor_of(str(root), "cart::sum adds", Place("./src/sum.test.ts", None))
    assert where == Anchor((root / "src/sum.test.ts").as_uri(), 1)


def test_the_definition_is_nearer_the_truth_than_the_reports_line(root: Path) -> None:
    file = "test/math_test.cc"
    assert anchor_of(str(root), "Math::Adds", Place(file, 0)) == Anchor((root / file).as_uri(), 2)
    # Not to be found by its look: where the report says, it stands.
    assert anchor_of(str(root), "Math::Odd", Place(file, 1)) == Anchor((root / file).as_uri(), 1)


@pytest.mark.parametrize("file", ["../test/math_test.cc", "/repo/test/math_test.cc", r"..\test\math_test.cc"])
def test_a_path_from_elsewhere_counts_where_the_definition_is_there(root: Path, file: str) -> None:
    found = Anchor((root / "test/math_test.cc").as_uri(), 2)
    assert anchor_of(str(root), "Math::Adds", Place(file, 7)) == found
    assert anchor_of(str(root), "Math::Odd", Place(file, 1)) is None
    (root / "math_test.cc").write_text("TEST(Bare, Name) {\n")
    assert anchor_of(str(root), "Bare::Name", Place(file, 0)) is None


@pytest.mark.parametrize(
    "test",
    [
        "example.org/mod/../queue::TestTake",
        "/etc::TestTake",
        "../outside.test.ts::adds",
        "/etc/x.test.ts::adds",
        "parser::../../src::ok",
        "a\0b.test.ts::adds",
        ".".join(["A"] * 300) + "::adds",
        "x/" * 3_000 + "a.test.ts::adds",
        "::",
        "",
        "queue::TestTake\0",
        "org.example.ParserTest::",
    ],
)
def test_nothing_outside_and_nothing_odd_is_found(root: Path, test: str) -> None:
    (root.parent / "outside.test.ts").write_text("it('adds', f)\n")
    assert anchor_of(str(root), test, None) is None


def test_a_linked_folder_is_not_entered(root: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a_test.go").write_text("func TestAway(t *testing.T) {\n")
    (root / "away").symlink_to(tmp_path / "elsewhere")
    assert anchor_of(str(root), "example.org/mod/away::TestAway", None) is None


def test_only_a_few_paths_are_tried(root: Path) -> None:
    for number in range(500):
        (root / f"module{number}").mkdir()
        (root / "queue" / f"x{number}_test.go").write_text("package queue\n")
    names = ("org.example.AppTest", "a.b.c.d.e.f.g.h.i.j.k.l.m.N", "example.org/mod/queue", "parser")
    for classname in names:
        found = list(candidates(str(root), classname, "TestNone"))
        assert len(found) == len(set(found)) <= MAX_FILES
