"""The demo's project: a shopping basket with real tests, a bug to make and to mend, a real build."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from afterglow.cli.itself import itself

GOOD: Final = '''\
def total(prices, discount=0):
    """The sum of the prices in cents, less a discount in percent, rounded down."""
    return sum(prices) * (100 - discount) // 100


def cheapest(prices):
    return min(prices, default=0)


def main():
    print(total([250, 250], discount=10))
'''
BUG: Final = GOOD.replace("(100 - discount)", "(100 + discount)")
TESTS: Final = """\
import time
import unittest

from basket import cheapest, total


class Total(unittest.TestCase):
    def test_empty(self):
        self.assertEqual(total([]), 0)

    def test_one(self):
        self.assertEqual(total([120]), 120)

    def test_several(self):
        self.assertEqual(total([120, 80]), 200)

    def test_discount(self):
        self.assertEqual(total([200], discount=10), 180)

    def test_discount_rounds_down(self):
        self.assertEqual(total([199], discount=10), 179)

    def test_everything_free(self):
        self.assertEqual(total([500], discount=100), 0)


class Cheapest(unittest.TestCase):
    def test_after_a_queue(self):
        time.sleep(0.3)
        self.assertEqual(cheapest([2, 2]), 2)

    def test_nothing(self):
        self.assertEqual(cheapest([]), 0)

    def test_some(self):
        self.assertEqual(cheapest([3, 1, 2]), 1)
"""
RUNNER: Final = '''\
"""Run the tests with unittest and leave a JUnit report, as test runners do."""

import sys
import time
import unittest
from xml.etree import ElementTree

sys.path.insert(0, "src")


class Result(unittest.TextTestResult):
    def startTest(self, test):
        super().startTest(test)
        self.began = time.perf_counter()
        module, _, name = test.id().rpartition(".")
        self.case = ElementTree.SubElement(suite, "testcase", classname=module, name=name)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        ElementTree.SubElement(self.case, "failure", message="assertion failed")

    def addError(self, test, error):
        super().addError(test, error)
        ElementTree.SubElement(self.case, "error", message="error")

    def stopTest(self, test):
        self.case.set("time", f"{time.perf_counter() - self.began:.4f}")
        super().stopTest(test)


suite = ElementTree.Element("testsuite", name="unittest")
began = time.perf_counter()
tests = unittest.defaultTestLoader.discover("tests")
outcome = unittest.TextTestRunner(stream=open("tests.log", "w"), resultclass=Result).run(tests)
suite.set("tests", str(outcome.testsRun))
suite.set("time", f"{time.perf_counter() - began:.4f}")
ElementTree.ElementTree(suite).write("unittest.xml", encoding="utf-8", xml_declaration=True)
sys.exit(0 if outcome.wasSuccessful() else 1)
'''


class Project:
    """A repository below ``root`` with one commit in it."""

    def __init__(self, root: Path, environ: Mapping[str, str]) -> None:
        self.root = root
        self._environ = environ
        for name, text in (
            ("src/basket.py", GOOD),
            ("tests/test_basket.py", TESTS),
            ("run_tests.py", RUNNER),
            (".gitignore", "unittest.xml\ntests.log\n*.pyz\n__pycache__/\n"),
        ):
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit("a basket that adds up")

    def git(self, *words: str) -> str:
        """Run git in the repository; its output. Raises CalledProcessError, with git's words in it."""
        return subprocess.run(
            ("git", *words),
            cwd=self.root,
            env=dict(self._environ),
            check=True,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
        ).stdout

    def run(self, job: str, label: str, *words: str) -> None:
        """Run Python with these words by ``afterglow run``; how it ends is the server's business."""
        named = ("--job", job, "--label", label, "--", sys.executable)
        subprocess.run(
            (*itself(), "run", *named, *words),
            cwd=self.root,
            env=dict(self._environ),
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def commit(self, subject: str) -> None:
        """Commit everything."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", subject)

    def note(self, text: str) -> None:
        """Change a file, so that there is something to commit."""
        (self.root / "NOTES").write_text(f"{text}\n", "utf-8")

    def write(self, text: str) -> None:
        """Change the basket, in one step as editors save."""
        fresh = self.root / "src" / "basket.py.new"
        fresh.write_text(text, "utf-8")
        fresh.replace(self.root / "src" / "basket.py")

    def untracked(self) -> str:
        """What ``git status`` shows, for proving that nothing of ours lies around."""
        return self.git("status", "--porcelain")


def isolated(home: Path) -> dict[str, str]:
    """The environment of the demo: this user's, but with a home and a git identity of its own."""
    foreign = ("AFTERGLOW", "GIT_")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    environ |= {
        "AFTERGLOW_HOME": str(home),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for role in ("AUTHOR", "COMMITTER"):
        environ |= {f"GIT_{role}_NAME": "Demo", f"GIT_{role}_EMAIL": "demo@example.invalid"}
    return environ
