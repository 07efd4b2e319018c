"""Tiny projects for runners that come from PyPI."""

from __future__ import annotations

from typing import Final

from tests.support.runners.shapes import Runner

_SUMS: Final = "def add(a, b):\n    return a @OP@ b\n"
_PYTEST: Final = """\
import pytest
from sums import add


def test_adds():
    assert add(1, 2) == 3


@pytest.mark.parametrize("number", [0, 7])
def test_nothing_changes_nothing(number):
    assert add(number, 0) == number


@pytest.mark.skip(reason="no wide numbers yet")
def test_wide():
    assert add(2**70, 1)
"""
_UNITTEST: Final = """\
import unittest
from sums import add


class Adding(unittest.TestCase):
    def test_adds(self):
        self.assertEqual(add(1, 2), 3)

    @unittest.skip("no wide numbers yet")
    def test_wide(self):
        self.assertTrue(add(2**70, 1))


class Nothing(unittest.TestCase):
    def test_changes_nothing(self):
        self.assertEqual(add(7, 0), 7)

    def test_is_nothing(self):
        self.assertEqual(add(0, 0), 0)
"""
_PYTEST_COUNTS: Final = {
    "passed": r"\b(\d+) passed\b.* in [\d.]+s",
    "failed": r"\b(\d+) failed\b.* in [\d.]+s",
    "skipped": r"\b(\d+) skipped\b.* in [\d.]+s",
    "errors": r"\b(\d+) errors?\b.* in [\d.]+s",
}
_ROOTED: Final = '[tool.pytest.ini_options]\npythonpath = ["."]\n'
_TOX: Final = """\
[tox]
env_list = py
skipsdist = true

[testenv]
deps = pytest=={pytest}
# The mended source is as long as the broken one and may be as old to the second: compiled code would lie.
set_env = PYTHONDONTWRITEBYTECODE = 1
commands = pytest --junitxml=reports/junit-{envname}.xml
"""
_NOX: Final = """\
import nox

nox.options.reuse_venv = "yes"


@nox.session
def tests(session):
    session.install("pytest=={pytest}")
    session.run("pytest", "--junitxml=test-results/junit.xml")
"""


def python_runners(pytest: str) -> tuple[Runner, ...]:
    """All of them; ``pytest``: the version that tox and nox install in their environments."""
    pytest_files = {"sums.py": _SUMS, "tests/test_sums.py": _PYTEST, "pyproject.toml": _ROOTED}
    return (
        Runner(
            name="pytest",
            kit="python",
            files=pytest_files,
            commands=(("pytest", "--junitxml=junit.xml"),),
            counts=_PYTEST_COUNTS,
            reports=("junit.xml",),
        ),
        Runner(
            name="unittest-xml",
            kit="python",
            files={"sums.py": _SUMS, "test_sums.py": _UNITTEST},
            commands=(("python", "-m", "xmlrunner", "discover", "-o", "test-reports"),),
            counts={
                "total": r"^Ran (\d+) tests?",
                "failed": r"^FAILED \(.*\bfailures=(\d+)",
                "skipped": r"^(?:OK|FAILED) \(.*\bskipped=(\d+)",
                "errors": r"^FAILED \(.*\berrors=(\d+)",
            },
            reports=("test-reports/*.xml",),
        ),
        Runner(
            name="tox",
            kit="python",
            files={**pytest_files, "tox.ini": _TOX.replace("{pytest}", pytest)},
            commands=(("tox", "-q"),),
            counts=_PYTEST_COUNTS,
            reports=("reports/*.xml",),
        ),
        Runner(
            name="nox",
            kit="python",
            files={**pytest_files, "noxfile.py": _NOX.replace("{pytest}", pytest)},
            commands=(("nox",),),
            counts=_PYTEST_COUNTS,
            reports=("test-results/*.xml",),
        ),
        Runner(
            name="ctest",
            kit="python",
            files={"CMakeLists.txt": _CMAKE, "check.cmake": _CHECK},
            commands=(
                ("cmake", "-S", ".", "-B", "build", "-G", "Ninja"),
                ("ctest", "--test-dir", "build", "--output-junit", "junit.xml"),
            ),
            counts={
                "total": r"tests (?:passed|failed) out of (\d+)$",
                "failed": r"(\d+) tests failed out of",
                # CTest lists what did not run by name and counts it nowhere.
                "skipped": r"^\s+\d+ - \S+ \(Skipped\)()",
            },
            reports=("build/junit.xml",),
        ),
    )


_CMAKE: Final = """\
cmake_minimum_required(VERSION 3.21)
project(sums NONE)
enable_testing()
foreach(name adds nothing nought wide)
  add_test(NAME ${name} COMMAND ${CMAKE_COMMAND} -DNAME=${name} -P ${CMAKE_SOURCE_DIR}/check.cmake)
  set_tests_properties(${name} PROPERTIES SKIP_REGULAR_EXPRESSION "no wide numbers yet")
endforeach()
"""
_CHECK: Final = """\
set(cases_adds 1 2 3)
set(cases_nothing 7 0 7)
set(cases_nought 0 0 0)
if(NAME STREQUAL "wide")
  message("no wide numbers yet")
  return()
endif()
list(GET cases_${NAME} 0 a)
list(GET cases_${NAME} 1 b)
list(GET cases_${NAME} 2 expected)
math(EXPR sum "${a} @OP@ ${b}")
if(NOT sum EQUAL expected)
  message(FATAL_ERROR "${a} and ${b} make ${sum}, not ${expected}")
endif()
"""
