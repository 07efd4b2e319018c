"""Tiny projects for runners that come with node or from npm."""

from __future__ import annotations

from typing import Final

from tests.support.runners.shapes import Runner

_SUMS: Final = "exports.add = (a, b) => a @OP@ b;\n"
_EXPECTED: Final = """\
  test('adds', () => expect(add(1, 2)).toBe(3));
  test('changes nothing', () => expect(add(7, 0)).toBe(7));
  test('is nothing', () => expect(add(0, 0)).toBe(0));
  test.skip('is wide', () => expect(add(2 ** 70, 1)).toBeTruthy());
"""
_ASSERTED: Final = """\
const assert = require('node:assert');
const { add } = require('../sums');

describe('sums', () => {
  it('adds', () => assert.equal(add(1, 2), 3));
  it('changes nothing', () => assert.equal(add(7, 0), 7));
  it('is nothing', () => assert.equal(add(0, 0), 0));
  it.skip('is wide', () => assert.ok(add(2 ** 70, 1)));
});
"""
_BATS: Final = """\
add() { echo $(($1 @OP@ $2)); }

@test "adds" {
  [ "$(add 1 2)" -eq 3 ]
}

@test "changes nothing" {
  [ "$(add 7 0)" -eq 7 ]
}

@test "is nothing" {
  [ "$(add 0 0)" -eq 0 ]
}

@test "is wide" {
  skip "no wide numbers yet"
}
"""


def _package(script: str, **more: str) -> str:
    rest = "".join(f',\n  "{name}": {value}' for name, value in more.items())
    return f'{{\n  "name": "sums",\n  "private": true,\n  "scripts": {{"test": "{script}"}}{rest}\n}}\n'


NODE_RUNNERS: Final = (
    Runner(
        name="node",
        kit="node",
        files={
            "package.json": _package("node --test"),
            "sums.js": _SUMS,
            "test/sums.test.js": "const { describe, it } = require('node:test');\n" + _ASSERTED,
        },
        commands=(
            (
                *("node", "--test", "--test-reporter=spec", "--test-reporter-destination=stdout"),
                *("--test-reporter=junit", "--test-reporter-destination=junit.xml"),
            ),
        ),
        counts={
            "passed": r"^\S* ?pass (\d+)$",
            "failed": r"^\S* ?fail (\d+)$",
            "skipped": r"^\S* ?skipped (\d+)$",
            "errors": r"^\S* ?cancelled (\d+)$",
        },
        reports=("junit.xml",),
    ),
    Runner(
        name="vitest",
        kit="node",
        files={
            "package.json": _package("vitest run"),
            "sums.js": "export const add = (a, b) => a @OP@ b;\n",
            "test/sums.test.js": (
                "import { describe, expect, test } from 'vitest';\nimport { add } from '../sums.js';\n\n"
                f"describe('sums', () => {{\n{_EXPECTED}}});\n"
            ),
            "vitest.config.mjs": (
                "export default {\n  test: {\n    reporters: ['default', 'junit'],\n"
                "    outputFile: { junit: 'reports/junit.xml' },\n  },\n};\n"
            ),
        },
        commands=(("vitest", "run"),),
        counts={
            "passed": r"^\s*Tests .*?(\d+) passed",
            "failed": r"^\s*Tests .*?(\d+) failed",
            "skipped": r"^\s*Tests .*?(\d+) skipped",
        },
        reports=("reports/*.xml",),
    ),
    Runner(
        name="jest",
        kit="node",
        files={
            "package.json": _package("jest", jest='{"reporters": ["default", "jest-junit"]}'),
            "sums.js": _SUMS,
            "test/sums.test.js": (
                f"const {{ add }} = require('../sums');\n\ndescribe('sums', () => {{\n{_EXPECTED}}});\n"
            ),
        },
        commands=(("jest", "--ci"),),
        counts={
            "passed": r"^Tests: .*?(\d+) passed",
            "failed": r"^Tests: .*?(\d+) failed",
            "skipped": r"^Tests: .*?(\d+) skipped",
        },
        reports=("junit.xml",),
    ),
    Runner(
        name="mocha",
        kit="node",
        files={
            "package.json": _package("mocha"),
            ".mocharc.json": (
                '{"reporter": "mocha-multi-reporters", "reporter-option": ["configFile=both.json"]}'
            ),
            "both.json": '{"reporterEnabled": "spec, mocha-junit-reporter"}',
            "sums.js": _SUMS,
            "test/sums.js": _ASSERTED,
        },
        commands=(("mocha",),),
        counts={
            "passed": r"^\s+(\d+) passing",
            "failed": r"^\s+(\d+) failing",
            "skipped": r"^\s+(\d+) pending",
        },
        reports=("test-results.xml",),
    ),
    Runner(
        name="playwright",
        kit="node",
        files={
            "package.json": _package("playwright test"),
            "sums.js": _SUMS,
            "tests/sums.spec.js": (
                "const { expect, test } = require('@playwright/test');\n"
                f"const {{ add }} = require('../sums');\n\ntest.describe('sums', () => {{\n{_EXPECTED}}});\n"
            ),
            "playwright.config.js": (
                "module.exports = {\n  testDir: 'tests',\n"
                "  reporter: [['line'], ['junit', { outputFile: 'results.xml' }]],\n};\n"
            ),
        },
        commands=(("playwright", "test"),),
        counts={
            "passed": r"^\s+(\d+) passed",
            "failed": r"^\s+(\d+) failed",
            "skipped": r"^\s+(\d+) skipped",
        },
        reports=("results.xml",),
    ),
    Runner(
        name="bats",
        kit="node",
        files={"test/sums.bats": _BATS},
        commands=(
            ("mkdir", "-p", "reports"),
            ("bats", "--formatter", "pretty", "--report-formatter", "junit", "--output", "reports", "test"),
        ),
        counts={
            "total": r"^(\d+) tests?,",
            "failed": r"^\d+ tests?,.* (\d+) failures?",
            "skipped": r"^\d+ tests?,.* (\d+) skipped",
        },
        reports=("reports/*.xml",),
        needs=("bash",),
    ),
)
