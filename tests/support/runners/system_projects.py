"""Tiny projects for runners that a system brings, where it does (Debian: the package named in ``needs``)."""

from __future__ import annotations

from typing import Final

from tests.support.runners.shapes import Runner

_GO: Final = """\
package sums

import "testing"

func TestAdds(t *testing.T) {
	if sum := Add(1, 2); sum != 3 {
		t.Fatalf("1 and 2 make %d", sum)
	}
}

func TestChangesNothing(t *testing.T) {
	if sum := Add(7, 0); sum != 7 {
		t.Fatalf("7 and 0 make %d", sum)
	}
}

func TestIsNothing(t *testing.T) {
	if sum := Add(0, 0); sum != 0 {
		t.Fatalf("0 and 0 make %d", sum)
	}
}

func TestWide(t *testing.T) {
	t.Skip("no wide numbers yet")
}
"""
_GOOGLETEST: Final = """\
#include <gtest/gtest.h>
#include "sums.h"

TEST(Sums, Adds) { EXPECT_EQ(add(1, 2), 3); }
TEST(Sums, ChangesNothing) { EXPECT_EQ(add(7, 0), 7); }
TEST(Nought, IsNothing) { EXPECT_EQ(add(0, 0), 0); }
TEST(Nought, Wide) { GTEST_SKIP() << "no wide numbers yet"; }
"""
_CATCH: Final = """\
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#include "sums.h"

TEST_CASE("adds") { CHECK(add(1, 2) == 3); }
TEST_CASE("changes nothing") { CHECK(add(7, 0) == 7); }
TEST_CASE("is nothing") { CHECK(add(0, 0) == 0); }
"""
_HEADER: Final = "inline int add(int a, int b) { return a @OP@ b; }\n"
_PHP: Final = """\
<?php
use PHPUnit\\Framework\\TestCase;

require_once __DIR__ . '/../sums.php';

final class SumsTest extends TestCase
{
    public function testAdds(): void
    {
        $this->assertSame(3, add(1, 2));
    }

    public function testChangesNothing(): void
    {
        $this->assertSame(7, add(7, 0));
    }

    public function testIsNothing(): void
    {
        $this->assertSame(0, add(0, 0));
    }

    public function testWide(): void
    {
        $this->markTestSkipped('no wide numbers yet');
    }
}
"""
_RSPEC: Final = """\
require_relative '../sums'

RSpec.describe 'sums' do
  it('adds') { expect(add(1, 2)).to eq(3) }
  it('changes nothing') { expect(add(7, 0)).to eq(7) }
  it('is nothing') { expect(add(0, 0)).to eq(0) }
  it('is wide') { skip 'no wide numbers yet' }
end
"""
_JAVA: Final = {
    "src/main/java/sums/Sums.java": (
        "package sums;\n\npublic final class Sums {\n"
        "    public static int add(int a, int b) { return a @OP@ b; }\n}\n"
    ),
    "src/test/java/sums/AddingTest.java": """\
package sums;

import static org.junit.Assert.assertEquals;

import org.junit.Ignore;
import org.junit.Test;

public class AddingTest {
    @Test public void adds() { assertEquals(3, Sums.add(1, 2)); }

    @Ignore("no wide numbers yet")
    @Test public void wide() { assertEquals(1, Sums.add(1, 1)); }
}
""",
    "src/test/java/sums/NothingTest.java": """\
package sums;

import static org.junit.Assert.assertEquals;

import org.junit.Test;

public class NothingTest {
    @Test public void changesNothing() { assertEquals(7, Sums.add(7, 0)); }

    @Test public void isNothing() { assertEquals(0, Sums.add(0, 0)); }
}
""",
}
_POM: Final = """\
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>sums</groupId>
  <artifactId>sums</artifactId>
  <version>1</version>
  <properties>
    <maven.compiler.source>11</maven.compiler.source>
    <maven.compiler.target>11</maven.compiler.target>
    <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
  </properties>
  <dependencies>
    <dependency>
      <groupId>junit</groupId><artifactId>junit</artifactId><version>4.x</version><scope>test</scope>
    </dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin><artifactId>maven-resources-plugin</artifactId><version>3.3.0</version></plugin>
      <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.10.1</version></plugin>
      <plugin><artifactId>maven-surefire-plugin</artifactId><version>2.22.3</version></plugin>
    </plugins>
  </build>
</project>
"""
_GRADLE: Final = """\
apply plugin: 'java'

repositories { maven { url 'file:///usr/share/maven-repo' } }
dependencies { testCompile 'junit:junit:4.x' }

test {
    ignoreFailures = true
    afterSuite { suite, result ->
        if (!suite.parent) {
            def failed = result.failedTestCount
            println "TESTS ${result.testCount} FAILED $failed SKIPPED ${result.skippedTestCount}"
        }
    }
}
"""

SYSTEM_RUNNERS: Final = (
    Runner(
        name="gotestsum",
        kit="system",
        files={
            "go.mod": "module sums\n\ngo 1.19\n",
            "sums.go": "package sums\n\nfunc Add(a, b int) int { return a @OP@ b }\n",
            "sums_test.go": _GO,
        },
        commands=(("gotestsum", "--junitfile", "unit-tests.xml", "--", "-count=1", "./..."),),
        counts={
            "total": r"^DONE (\d+) tests?",
            "failed": r"^DONE .*\b(\d+) failures?",
            "skipped": r"^DONE .*\b(\d+) skipped",
            "errors": r"^DONE .*\b(\d+) errors?",
        },
        reports=("unit-tests.xml",),
        needs=("go", "gotestsum"),
    ),
    Runner(
        name="googletest",
        kit="system",
        files={"sums.h": _HEADER, "sums_test.cc": _GOOGLETEST},
        commands=(
            ("g++", "-O0", "sums_test.cc", "-lgtest", "-lgtest_main", "-lpthread", "-o", "sums_test"),
            ("./sums_test", "--gtest_output=xml:reports/"),
        ),
        counts={
            "passed": r"^\[  PASSED  \] (\d+) tests?",
            "failed": r"^\[  FAILED  \] (\d+) tests?",
            "skipped": r"^\[  SKIPPED \] (\d+) tests?",
        },
        reports=("reports/*.xml",),
        needs=("g++", "/usr/include/gtest/gtest.h"),
    ),
    Runner(
        name="catch2",
        kit="system",
        files={"sums.h": _HEADER, "sums_test.cc": _CATCH},
        commands=(
            ("g++", "-O0", "sums_test.cc", "-o", "sums_test"),
            # Catch2 2 has one reporter at a time; its tests run twice alike.
            ("sh", "-c", "./sums_test -r junit -o reports.xml; ./sums_test"),
        ),
        counts={
            "total": r"(?:^test cases: |assertions? in )(\d+)",
            "failed": r"^test cases: .*\b(\d+) failed",
        },
        reports=("reports.xml",),
        needs=("g++", "/usr/include/catch2/catch.hpp"),
    ),
    Runner(
        name="phpunit",
        kit="system",
        files={
            "sums.php": "<?php\nfunction add(int $a, int $b): int { return $a @OP@ $b; }\n",
            "tests/SumsTest.php": _PHP,
            "composer.json": '{"require-dev": {"phpunit/phpunit": "^9"}}\n',
        },
        commands=(("phpunit", "--log-junit", "junit.xml", "tests"),),
        counts={
            "total": r"\bTests: (\d+), Assertions",
            "failed": r"\bTests: .*\bFailures: (\d+)",
            "skipped": r"\bTests: .*\bSkipped: (\d+)",
            "errors": r"\bTests: .*\bErrors: (\d+)",
        },
        reports=("junit.xml",),
        needs=("phpunit",),
    ),
    Runner(
        name="rspec",
        kit="system",
        files={"sums.rb": "def add(a, b) = a @OP@ b\n", "spec/sums_spec.rb": _RSPEC},
        commands=(
            (
                *("rspec", "--format", "progress"),
                *(
                    "--require",
                    "rspec_junit_formatter",
                    "--format",
                    "RspecJunitFormatter",
                    "--out",
                    "rspec.xml",
                ),
            ),
        ),
        counts={
            "total": r"^(\d+) examples?,",
            "failed": r"^\d+ examples?, (\d+) failures?",
            "skipped": r"^\d+ examples?,.* (\d+) pending",
        },
        reports=("rspec.xml",),
        needs=("rspec", "/usr/share/doc/ruby-rspec-junit-formatter"),
    ),
    Runner(
        name="surefire",
        kit="system",
        files={**_JAVA, "pom.xml": _POM},
        commands=(("mvn", "-o", "-B", "-Dmaven.repo.local=/usr/share/maven-repo", "test"),),
        counts={
            "total": r"Tests run: (\d+), Failures: \d+, Errors: \d+, Skipped: \d+$",
            "failed": r"Tests run: \d+, Failures: (\d+), Errors: \d+, Skipped: \d+$",
            "errors": r"Tests run: \d+, Failures: \d+, Errors: (\d+), Skipped: \d+$",
            "skipped": r"Tests run: \d+, Failures: \d+, Errors: \d+, Skipped: (\d+)$",
        },
        reports=("target/surefire-reports/*.xml",),
        needs=("mvn", "/usr/share/maven-repo/org/apache/maven/plugins/maven-surefire-plugin"),
    ),
    Runner(
        name="gradle",
        kit="system",
        files={**_JAVA, "build.gradle": _GRADLE, "settings.gradle": "rootProject.name = 'sums'\n"},
        commands=(("gradle", "--offline", "--no-daemon", "--console=plain", "test"),),
        counts={
            "total": r"^TESTS (\d+) ",
            "failed": r"^TESTS .* FAILED (\d+) ",
            "skipped": r"^TESTS .* SKIPPED (\d+)",
        },
        reports=("build/test-results/test/*.xml",),
        needs=("gradle", "/usr/share/maven-repo/junit/junit"),
    ),
)
