"""How definitions of tests look in the languages that people test, and what is taken for none."""

from __future__ import annotations

import time

import pytest

from afterglow.sensors.definitions_looks import find, look_of

CART = r"""
// it("adds", () => {})
describe("cart", () => {
  it("adds", () => {});
  it('doesn\'t lose a (.*) or `tick`', () => {});
  it.each([1, 2])("holds %i things", () => {});
  test.each([
    [1, 1],
  ])("sums $a", (a) => {});
  it(`is ${kind} by default`, async () => {});
  it(
    "stands on a line of its own",
    () => {},
  );
  describe("empty", () => {
    it("adds", () => {});
  });
  audit("adds", 3);
});
test.skip("Grüße, 世界 🌍", () => {});
"""
GO = """
package queue
func helper() {}
func TestTake(t *testing.T) {
}
func TestTakeAll(t *testing.T) {
"""
RUST = """
fn ok() {}
#[cfg(test)]
mod tests {
    #[test]
    fn ok() {}

    #[tokio::test]
    #[should_panic]
    async fn fails_well() {}

    #[rstest]
    #[case(1)]
    fn adds(#[case] n: u8) {}
    mod deep {
        #[test]
        fn ok() {}
    }
}
"""
JAVA = """
class ParserTest {
    // void parsesEmpty() {}
    @Test void parsesEmpty() throws Exception {}
    @ParameterizedTest
    public void parses(int n) {}
    void call() { parsesEmpty(); }
    @DisplayName("reads a line; slowly")
    @Test void line() {}
}
"""
KOTLIN = """
class ParserTest {
    fun parses() {}
    @Test fun `reads a (long) line`() = runTest {
"""
RUBY = """
RSpec.describe User do
  # it "is valid" do
  it "is valid" do
  context "with a name" do
    it 'is valid' do
    it "greets #{name} well" do
class UserTest < ActiveSupport::TestCase
  test "the truth" do
  def test_lies
"""
PHP = """
class CartTest extends TestCase {
    public function testAdds(): void {
    # function testDrops() {}
    public function testDrops(): void {
}
it('holds a pear', function () {
"""
CPP = """
// TEST(Math, Adds)
TEST(Maths, Adds) {
TEST(Math, Adds) {
TEST_P(Ranges, Holds) {
TEST_CASE("vectors can be sized", "[vector]") {
BOOST_AUTO_TEST_CASE(sums)
"""
CSHARP = """
public class CartTests {
    [Fact] public async Task Adds() { }
    [Theory] public void Holds(int n) { }
    public class Empty {
        [Fact] public void Adds() { }
"""


@pytest.mark.parametrize(
    ("file", "source", "test", "expected"),
    [
        ("cart.test.ts", CART, ("cart adds", "cart adds"), 3),
        ("cart.test.ts", CART, ("src/cart.test.ts", "cart > empty > adds"), 15),
        ("cart.test.ts", CART, ("cart.test.ts", "cart \u203a doesn't lose a (.*) or `tick`"), 4),
        ("cart.test.ts", CART, ("x", "cart holds 12 things"), 5),
        ("cart.test.ts", CART, ("x", "cart sums 7"), 8),
        ("cart.test.ts", CART, ("x", "cart is odd by default"), 9),
        ("cart.test.ts", CART, ("x", "cart stands on a line of its own"), 10),
        ("cart.test.ts", CART, ("x", "Grüße, 世界 🌍"), 19),
        ("cart.test.ts", CART, ("x", "cart subtracts"), None),
        ("cart.test.ts", CART, ("x", "cart .*"), None),
        ("cart.test.ts", CART, ("other", "adds"), None),
        ("queue_test.go", GO, ("example.org/queue", "TestTake/from_two"), 3),
        ("queue_test.go", GO, ("example.org/queue", "TestTakeAl"), None),
        ("lib.rs", RUST, ("parser", "tests::fails_well"), 9),
        ("lib.rs", RUST, ("parser", "tests::adds::case_1"), 13),
        ("lib.rs", RUST, ("parser", "tests::deep::ok"), 16),
        ("lib.rs", RUST, ("parser", "tests::fmt"), None),
        ("ParserTest.java", JAVA, ("org.example.ParserTest", "parsesEmpty()"), 3),
        ("ParserTest.java", JAVA, ("org.example.ParserTest", "parses(int)[1]"), 5),
        ("ParserTest.java", JAVA, ("org.example.ParserTest", "parses{int}[2]"), 5),
        ("ParserTest.java", JAVA, ("org.example.ParserTest", "reads a line; slowly"), 7),
        ("ParserTest.kt", KOTLIN, ("ParserTest", "reads a (long) line()"), 3),
        ("ParserTest.kt", KOTLIN, ("ParserTest", "parses"), 2),
        ("user_spec.rb", RUBY, ("spec.user_spec", "User with a name is valid"), 5),
        ("user_spec.rb", RUBY, ("spec.user_spec", "User with a name greets Ada well"), 6),
        ("user_spec.rb", RUBY, ("UserTest", "test_the_truth"), 8),
        ("user_spec.rb", RUBY, ("UserTest", "test_lies"), 9),
        ("CartTest.php", PHP, ("CartTest", "testAdds with data set #0 (1)"), 2),
        ("CartTest.php", PHP, ("CartTest", "testDrops"), 4),
        ("CartTest.php", PHP, ("CartTest", "it holds a pear"), 6),
        ("math.cc", CPP, ("Math", "Adds"), 3),
        ("math.cc", CPP, ("All/Ranges", "Holds/0"), 4),
        ("math.cc", CPP, ("x.global", "vectors can be sized"), 5),
        ("math.cc", CPP, ("x", "sums"), 6),
        ("CartTests.cs", CSHARP, ("Shop.CartTests", "Holds(n: 3)"), 3),
        ("CartTests.cs", CSHARP, ("Shop.CartTests+Empty", "Adds"), 5),
    ],
)
def test_a_test_is_found_where_it_is_defined(
    file: str, source: str, test: tuple[str, str], expected: int | None
) -> None:
    look = look_of(file)
    assert look is not None
    assert find(source.split("\n"), look, *test) == expected


def test_of_several_the_one_nearest_to_the_reports_line_is_meant() -> None:
    look = look_of("a.js")
    assert look is not None
    lines = CART.split("\n")
    assert [find(lines, look, "x", "adds", near) for near in (0, 5, 14, 99)] == [3, 3, 15, 15]


def test_where_nothing_tells_two_apart_neither_is_named() -> None:
    look = look_of("a.js")
    assert look is not None
    assert find(["it('a', f)", "it('a', g)"], look, "x", "a") is None


def test_a_title_of_gaps_alone_is_nobodys() -> None:
    look = look_of("a.ts")
    assert look is not None
    assert find(["it(`${name}`, f)", "it('%s', f)"], look, "x", "cart adds") is None


@pytest.mark.parametrize("file", ["notes.md", "Makefile", ".rb", "", "x.py"])
def test_other_files_have_no_look_here(file: str) -> None:
    assert look_of(file) is None


@pytest.mark.parametrize(
    "line",
    [
        "it(" * 200_000,
        'it("' + "\\" * 400_000,
        "test.each(" * 100_000,
        "  " * 300_000 + "fn a",
        "it(`" + "${a}" * 200_000 + "`",
        "TEST(" + "a" * 500_000,
        "public " * 150_000,
        "fun <" * 200_000,
    ],
    ids=range(8),
)
def test_no_line_makes_the_search_slow(line: str) -> None:
    lines = [line, *(['it("' + "%s a " * 70 + '", f)'] * 2_000)]
    began = time.perf_counter()
    for file in ("a.ts", "a.rb", "a.rs", "a.java", "a.kt", "a.cc", "a.cs", "a.php", "a.groovy"):
        look = look_of(file)
        assert look is not None
        find(lines, look, "a " * 90, "a " * 99 + "b")
    assert time.perf_counter() - began < 5.0
